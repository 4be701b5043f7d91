"""Files that were put into text before MIME had a better way: uuencoded ones, from `begin` to `end` (POSIX)."""

from __future__ import annotations

import re
from typing import NamedTuple

from mimeparse.coding.uuencode import UuencodeDecoder
from mimeparse.defects import DefectCode, Finding

MAXIMUM_FILES = 1000
"""More in one text are left in it: as many as the parts that a message may have by default, and each costs an object."""

# A begin line alone may be prose ("begin 644 times"). A whole line of symbols behind it, or the line of the empty file, is none: the
# first character says how long the line is. No lower-case letter is a symbol, so that no run goes on over the next begin line, and no
# byte is looked at twice.
_FILE = re.compile(
    rb"^begin [0-7]{3,4} (?P<name>[^\r\n]{1,1000})\r?\n"
    rb"(?=M[ -`]{55}|[!-L][ -`]{2}|[` ]?\r?\nend[ \t]*(?:\r?\n|\Z))"
    rb"(?:[ -`]{1,100}[ -~]?\r?\n)*+(?:\r?\n?end[ \t]*(?:\r?\n|\Z))?",
    re.MULTILINE,
)


class EmbeddedFile(NamedTuple):
    """A file that stands in a text."""

    start: int
    """Where its begin line stands in the text's bytes."""
    end: int
    name: bytes
    data: bytes
    findings: tuple[Finding, ...]
    """What is odd about the encoding; positions count from `start`."""


def embedded_files(text: bytes) -> list[EmbeddedFile]:
    """Return the uuencoded files in a text, in order, the first 1,000 of them.

    Never raises; linear in the size of `text`.
    """
    files: list[EmbeddedFile] = []
    if b"begin " not in text:
        return files
    for found in _FILE.finditer(text):
        if len(files) == MAXIMUM_FILES:
            break
        decoder = UuencodeDecoder()
        data = decoder.feed(found[0]) + decoder.close()
        files.append(EmbeddedFile(found.start(), found.end(), found["name"].rstrip(), data, tuple(decoder.findings)))
    return files


def embedded_findings(text: bytes) -> list[Finding]:
    """Return what some readers take out of a plain text: where the first uuencoded file begins."""
    found = _FILE.search(text) if b"begin " in text else None
    return [Finding(DefectCode.UUENCODE_INLINE, found.start())] if found is not None else []
