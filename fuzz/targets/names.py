"""A safe name is one harmless path component: never empty, at most 200 bytes, the same when made safe again, unique in its message."""

from __future__ import annotations

import re
import unicodedata

from mimeparse import safe_filename
from mimeparse.safety.filenames import MAXIMUM_BYTES, UniqueNames, filename_findings, numbered
from targets.inputs import understood, words

GROUPS = ("name",)
FOLDERS = ("names",)

_TYPES = (None, "application/pdf", "message/rfc822", "text/html", "x/y")
_FORBIDDEN = set('/\\<>:"|?*')
# As Windows takes them: whatever extension follows, blanks before it, superscript digits.
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])[ ]*(?:\..*)?", re.IGNORECASE | re.DOTALL
)


def check(data: bytes) -> None:
    """Check the promise on one input: a name, and the lines of it as the names of one message."""
    given = understood(data, words(*GROUPS))
    # Whatever Python lets a `str` be: the name need not come from a message.
    name = given.content.decode("utf-8", "surrogateescape")
    content_type = _TYPES[given.choice % len(_TYPES)]
    safe = safe_filename(name, content_type=content_type)
    _check_safe(safe)
    _check_safe(safe_filename(None, content_type=content_type, fallback=name))
    assert safe_filename(safe) == safe
    # The safe name of a name that somebody normalised, and what becomes of a safe one then, is still one.
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        _check_component(unicodedata.normalize(form, safe))
    for finding in filename_findings(name):
        assert finding.detail.isascii()
    _check_unique(given.content)


def _check_safe(name: str) -> None:
    assert len(name.encode("utf-8")) <= MAXIMUM_BYTES
    assert not set(name) & set("\u2044\u2215\uff0f\uff3c\uff1a")
    for character in name:
        assert unicodedata.category(character)[0] != "C", f"U+{ord(character):04X}"
    assert "  " not in name
    assert not name.startswith((".", " ", "-"))
    assert not name.endswith((".", " "))
    _check_component(name)


def _check_component(name: str) -> None:
    assert name not in ("", ".", "..")
    assert not set(name) & _FORBIDDEN
    assert not _DEVICE.fullmatch(name)


def _check_unique(content: bytes) -> None:
    unique = UniqueNames()
    taken: set[str] = set()
    for line in content.split(b"\n")[:50]:
        safe = safe_filename(line.decode("utf-8", "replace"))
        name = unique.claim(safe)
        _check_safe(name)
        _check_safe(numbered(safe, 10_000))
        # File systems differ in what they take for the same name; no two may be the same to any of them.
        same = {name.lower(), name.casefold(), unicodedata.normalize("NFKC", name).casefold()}
        assert taken.isdisjoint(same)
        taken |= same
