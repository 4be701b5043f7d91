"""docs/standards.md names tests that exist, codes that are registered, and sections in their order."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from mimeparse.defects import DefectCode

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "standards.md").read_text(encoding="utf-8")
REFERENCE = re.compile(r"`(tests/[a-z_/]+\.py)::(test_[a-z0-9_]+)`")
CODE = re.compile(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`")
RULE = re.compile(r"^\| ---.*\n", re.MULTILINE)

REFERENCES = sorted(set(REFERENCE.findall(PAGE)))


@cache
def functions_of(path: str) -> frozenset[str]:
    """Names of the functions at the top of a file, without importing it."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def tables() -> list[list[list[str]]]:
    """Rows of each table, each row as its cells."""
    bodies = [body.partition("\n\n")[0] for body in RULE.split(PAGE)[1:]]
    return [[line.strip("| ").split(" | ") for line in body.splitlines()] for body in bodies]


def section_key(cell: str) -> list[int]:
    return [int(number) for number in re.split(r"[ .]", cell.partition(" to ")[0]) if number.isdigit()]


@pytest.mark.parametrize(("path", "name"), REFERENCES)
def test_a_test_that_is_named_exists(path, name):
    assert name in functions_of(path)


def test_every_mention_of_a_test_is_looked_at():
    assert PAGE.count("tests/") == PAGE.count("::") == len(REFERENCE.findall(PAGE)) > 0


@pytest.mark.parametrize("code", sorted(set(CODE.findall(PAGE))))
def test_a_code_that_is_named_is_registered(code):
    assert code in {str(known) for known in DefectCode}


@pytest.mark.parametrize("code", [code for code in DefectCode if code.source.startswith("RFC 7103")])
def test_a_code_whose_source_is_rfc_7103_stands_there(code):
    section = code.source.removeprefix("RFC 7103 ")
    cited = [cells[3] for cells in tables()[0] if cells[0] == section or cells[0].startswith(section + ".")]
    assert any(f"`{code}`" in cell for cell in cited)


def test_every_row_has_its_test():
    for cells in (cells for table in tables() for cells in table):
        # Mail submission is the one thing that a parser has no part in.
        assert REFERENCE.search(cells[-1]) or cells[:1] == ["5"], cells


def test_the_sections_of_each_standard_stand_in_order():
    for table in tables():
        assert len({len(cells) for cells in table}) == 1
        sections = [section_key(cells[0]) for cells in table]
        assert sections == sorted(sections)


def test_the_page_is_found_from_the_others():
    for page in ("README.md", "docs/supported.md", ".mkdocs.yml"):
        assert "standards.md" in (ROOT / page).read_text(encoding="utf-8")
