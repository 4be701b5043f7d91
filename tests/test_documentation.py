"""Every Python block of the README and the documentation runs, and every generated page is fresh."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_example_of_the_page_runs(page, tmp_path, monkeypatch):
    shutil.copy(ROOT / "docs" / "example.eml", tmp_path / "message.eml")
    (tmp_path / "attachments").mkdir()
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    namespace: dict[str, object] = {"__name__": "example"}
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start(1))
        # As if it stood where it stands, so that a failure names the line of the page.
        code = compile("\n" * line + block[1], str(page), "exec")
        exec(code, namespace)


@pytest.mark.parametrize("page", [*PAGES, *ROOT.glob("*.md")], ids=lambda page: page.name)
def test_every_link_of_the_page_leads_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_readme_shows_exactly_two_commands():
    consoles = re.findall(
        r"^```console\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    commands = [line for block in consoles for line in block.splitlines() if line.startswith("$ ")]
    assert len(commands) == 2


def generator():
    specification = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["defects.md", "limits.md", "api.md"])
def test_the_generated_page_is_fresh(name):
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert page == generator().PAGES[name](), f"run `python docs/generate.py` to renew docs/{name}"
