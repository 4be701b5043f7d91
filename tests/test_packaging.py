"""What an installation brings, and what importing it costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import metadata
from importlib.resources import files
from pathlib import Path

import pytest

import mimeparse

PACKAGE = Path(mimeparse.__file__).parent
SEAMS = {
    "email": {"fields/block.py"},
    "chardet": {"coding/detection.py", "coding/charsets.py"},
    "pybase64": {"coding/base64.py"},
    "magic": {"safety/filetypes.py"},
    "pylibmagic": {"safety/filetypes.py"},
    "bleach": {"safety/html.py"},
    "nh3": {"safety/html.py"},
    "rich": {"cli/drawing.py"},
}


def modules_after(code: str) -> list[str]:
    code = f"import sys; {code}; print(*sorted(sys.modules))"
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()


def test_importing_it_loads_none_of_its_rooms():
    loaded = modules_after("import mimeparse")
    assert [name for name in loaded if name.startswith("mimeparse.")] == ["mimeparse._version"]


def test_a_name_loads_what_it_needs_and_no_more():
    loaded = modules_after("from mimeparse import safe_filename")
    assert "mimeparse.safety.filenames" in loaded
    assert not any(name.startswith(("mimeparse.wire", "mimeparse.message", "mimeparse.fields")) for name in loaded)


def test_every_public_name_is_there_and_no_other():
    assert sorted(mimeparse._ROOM_OF) == sorted(set(mimeparse.__all__) - {"__version__"})
    assert set(mimeparse.__all__) <= set(dir(mimeparse))
    for name in mimeparse.__all__:
        assert getattr(mimeparse, name) is getattr(mimeparse, name)
    with pytest.raises(AttributeError, match="'mimeparse' has no attribute 'prase'"):
        _ = mimeparse.prase


def test_reading_mail_loads_no_foreign_library():
    loaded = modules_after("import mimeparse; mimeparse.parse(b'From: a@b.example\\n\\nHello').text")
    heavy = {
        "chardet",
        "magic",
        "bleach",
        "rich",
        "nh3",
        "pybase64",
        "pylibmagic",
        "email.headerregistry",
        "tempfile",
        "email.parser",
        "asyncio",
    }
    assert heavy.isdisjoint(loaded)


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def typing_only(path: Path) -> set[str]:
    """Names that are imported for the type checker alone."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for inside in ast.walk(node):
                if isinstance(inside, ast.ImportFrom) and inside.module:
                    found.add(inside.module.partition(".")[0])
    return found


@pytest.mark.parametrize("library", SEAMS)
def test_each_foreign_library_is_imported_in_one_place(library):
    users = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if library in imports(path)}
    users -= {
        user
        for user in users
        if library in typing_only(PACKAGE / user) and library == "email" and user != "fields/block.py"
    }
    assert users <= SEAMS[library]
    assert len(users) == 1


def test_every_dependency_is_used_and_every_library_is_declared():
    declared = {
        requirement.split(">")[0].split(";")[0].split("[")[0].strip()
        for requirement in metadata.requires("mimeparse-stream") or []
    }
    assert {"bleach", "chardet", "pybase64", "python-magic", "nh3", "pylibmagic", "rich"} == declared
    known = set(sys.stdlib_module_names) | {"mimeparse"} | set(SEAMS)
    for path in PACKAGE.rglob("*.py"):
        assert imports(path) <= known, path


def test_types_and_the_schema_ship_with_it():
    assert files("mimeparse").joinpath("py.typed").is_file()
    assert files("mimeparse.message").joinpath("message.schema.json").is_file()


def test_the_public_names_are_sorted_and_all_there():
    assert mimeparse.__all__ == sorted(mimeparse.__all__)
    for name in mimeparse.__all__:
        assert getattr(mimeparse, name) is not None
    public = {name for name in vars(mimeparse) if not name.startswith("_")}
    modules = {"coding", "defects", "errors", "fields", "limits", "message", "reading", "safety", "wire", "cli"}
    assert public - modules - {"TYPE_CHECKING"} <= set(mimeparse.__all__)


def test_every_public_name_is_explained():
    for name in mimeparse.__all__:
        value = getattr(mimeparse, name)
        if callable(value) and isinstance(value, type):
            assert value.__doc__, name


def test_the_version_is_that_of_the_distribution():
    assert mimeparse.__version__ == metadata.version("mimeparse-stream")
