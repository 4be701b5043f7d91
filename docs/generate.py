"""Write the pages that are made from the code: the defects, the limits, and the API.

    python docs/generate.py

A test compares the pages with the code, so that they cannot go stale.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import sys
import typing
from enum import Enum
from itertools import pairwise
from pathlib import Path

import mimeparse
from mimeparse import DefectCode, Kind, Limits

HERE = Path(__file__).parent
_MADE = "<!-- Made by docs/generate.py; do not edit. -->\n\n"

_DEFECTS = """\
# Defects

Malformed mail is data, never an exception. A `Defect` has a stable `code`, the `offset` of the byte where it was seen, the `path` of
the part, and a `detail` for people. `message.defects` holds them in the order of the input; `message.ambiguous` is true if one is
of the kind *ambiguous*. At most `max_defects` are kept, but each code is counted in `message.stats.defects`, and the first of each
code is always kept.

```python
import mimeparse

message = mimeparse.parse(b"Subject : hello\\r\\n\\r\\nbody")
[(str(defect.code), defect.kind.value, defect.offset) for defect in message.defects]
```

The codes that begin with `type-` are not among `message.defects`, since they need a look into the bodies: they are the `risks` of a
part, and found when somebody asks. See [attachments](attachments.md).

A code never changes its meaning. New codes may come with any version.

"""

_LIMITS = """\
# Limits

A limit that is hit raises `LimitExceeded`, which names the limit, its maximum, the offset and the part; from `parse()` it also holds
what was read so far as `partial`. Nothing is ever cut off in silence: a sender could otherwise hide a payload just below a limit.
All of them are raised at one more than the maximum. `0` means zero; `None` means unlimited and has to be written.

```python
import mimeparse

limits = mimeparse.Limits(max_message_bytes=1_000, max_cpu_seconds=None)
try:
    mimeparse.parse(b"Subject: x\\r\\n\\r\\n" + b"x" * 2_000, limits=limits)
except mimeparse.LimitExceeded as breach:
    assert (breach.limit, breach.maximum, breach.offset) == ("max_message_bytes", 1_000, 1_000)
    assert breach.partial.subject == "x"
```

What the limits do not cover: what the caller keeps. `parse()` holds header fields, texts and up to `max_spool_bytes` of decoded
bodies; `stream()` holds one header block and one block of 64 KiB of a body at a time, and of the part that is being read its first
64 KiB and last 128 KiB, in which its `risks` are looked for. Time is what the
parser takes for its own steps, looked at after each: a source that is slow costs none of it. A step is a header block or 64 KiB of a
body, and cannot be interrupted; `python benchmarks/steps.py` prints the longest ones that we could make. They are header blocks of
256 KiB in which every short line is odd. What `parse()` leaves to be decoded when it is read, in ordinary messages of up to four megabytes, is
not counted; the worst body that we could make takes half a second.

| limit | default | what it bounds, and why this number |
| --- | --- | --- |
"""

_API = """\
# API

These names are public, and nothing else is; where they are defined may change. All are imported from `mimeparse`.

"""


def defects_page() -> str:
    """Return the page of defect codes, by kind."""
    page = _MADE + _DEFECTS
    for kind in Kind:
        page += f"## {kind.value.capitalize()}\n\n{_doc_of_member(Kind, kind.name)}\n\n"
        page += "| code | what is wrong | source |\n| --- | --- | --- |\n"
        for code in DefectCode:
            if code.kind is kind:
                page += f"| `{code}` | {code.sentence} | {code.source} |\n"
        page += "\n"
    return page.rstrip() + "\n"


def limits_page() -> str:
    """Return the page of limits, with their defaults and reasons."""
    page = _MADE + _LIMITS
    for field in dataclasses.fields(Limits):
        default = field.default
        shown = f"{default:,}" if isinstance(default, int | float) else str(default)
        page += f"| `{field.name}` | {shown} | {_doc_of_member(Limits, field.name)} |\n"
    return page


def api_page() -> str:
    """Return the page of public names, with their signatures and docstrings."""
    page = _MADE + _API
    for name in mimeparse.__all__:
        public = getattr(mimeparse, name)
        if inspect.isclass(public):
            page += f"## {name}\n\n{_class(public)}"
        elif inspect.isfunction(public):
            page += f"## {name}\n\n{_function(name, public)}"
        elif typing.get_origin(public) is not None or hasattr(public, "__args__"):
            members = ", ".join(f"`{member.__name__}`" for member in typing.get_args(public))
            page += f"## {name}\n\nOne of {members}.\n\n"
    return page.rstrip() + "\n"


def _class(public: type) -> str:
    page = f"{inspect.getdoc(public) or ''}\n\n"
    if issubclass(public, Enum):
        if public is DefectCode:
            return page + "The codes are listed under [defects](defects.md).\n\n"
        return page + "".join(f"- `{member.name}`: {_doc_of_member(public, member.name)}\n" for member in public) + "\n"
    if public is Limits:
        return page + "The limits are listed under [limits](limits.md).\n\n"
    for owner in [public, *[base for base in public.__mro__[1:] if base.__module__.startswith("mimeparse")]]:
        for name, member in vars(owner).items():
            if name.startswith("_") and name != "__iter__":
                continue
            if isinstance(member, property):
                page += f"- `.{name}`: {_sentences(inspect.getdoc(member))}\n"
            elif inspect.isfunction(member) and inspect.getdoc(member):
                page += f"- `.{name}{_signature(member)}`: {_sentences(inspect.getdoc(member))}\n"
        for name, text in _documented_attributes(owner).items():
            page += f"- `.{name}`: {text}\n"
    return page + "\n"


def _function(name: str, public: typing.Callable[..., object]) -> str:
    return f"```text\n{name}{_signature(public)}\n```\n\n{inspect.getdoc(public)}\n\n"


def _signature(function: typing.Callable[..., object]) -> str:
    signature = inspect.signature(function)
    shown = [parameter for name, parameter in signature.parameters.items() if name != "self"]
    text = str(signature.replace(parameters=shown))
    return text.replace(repr(Limits()), "Limits()").replace("'", "")


def _sentences(text: str | None) -> str:
    return " ".join((text or "").split())


def _documented_attributes(owner: type) -> dict[str, str]:
    """Return the attributes of a class that a string follows in its source, and the string."""
    found: dict[str, str] = {}
    try:
        tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(owner)))
    except OSError:
        return found  # a class that was made by a call
    for scope in ast.walk(tree):
        body = getattr(scope, "body", [])
        if not isinstance(body, list):
            continue
        for statement, following in pairwise(body):
            if not (isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)):
                continue
            target: ast.expr | None = None
            if isinstance(statement, ast.AnnAssign):
                target = statement.target
            elif isinstance(statement, ast.Assign):
                target = statement.targets[0]
            name = getattr(target, "id", None) or getattr(target, "attr", "")
            if name and not name.startswith("_"):
                found[name] = _sentences(str(following.value.value))
    return found


def _doc_of_member(owner: type, name: str) -> str:
    return _documented_attributes(owner).get(name, "")


PAGES = {"defects.md": defects_page, "limits.md": limits_page, "api.md": api_page}


def main() -> None:
    """Write the pages."""
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")
        print(f"wrote docs/{name}", file=sys.stderr)


if __name__ == "__main__":
    main()
