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


# The first line of a yEnc file, and what stands before each BinHex file (RFC 1741 4).
_YENC = re.compile(rb"^=ybegin (?:part=[0-9]+ )?(?:total=[0-9]+ )?line=[0-9]+ size=[0-9]+ ", re.MULTILINE)
_BINHEX = re.compile(rb"^\(This file must be converted with BinHex 4\.0\)", re.MULTILINE)
_SIGNS = (
    (b"begin ", _FILE, DefectCode.UUENCODE_INLINE),
    (b"=ybegin ", _YENC, DefectCode.YENC_INLINE),
    (b"(This file must", _BINHEX, DefectCode.BINHEX_INLINE),
)

_LONGEST_TAG = 4096
"""How far back from the end an open tag is looked for; an image in a `data:` URL is longer, and is closed."""
_OPEN_TAG = re.compile(rb"<[A-Za-z][^<>]*+\Z")


def text_findings(content_type: str, text: bytes) -> list[Finding]:
    """Return what some readers take out of a plain text, or what HTML does to the text behind it. Linear; never raises."""
    if content_type == "text/plain":
        signs = ((code, pattern.search(text)) for hint, pattern, code in _SIGNS if hint in text)
        return [Finding(code, found.start()) for code, found in signs if found is not None]
    if content_type == "text/html":
        # EFAIL (CVE-2017-17688): what is decrypted behind it becomes part of the address of an image.
        start = max(len(text) - _LONGEST_TAG, 0)
        tag = text.rfind(b"<", start)
        if tag >= 0 and _OPEN_TAG.match(text, tag):
            return [Finding(DefectCode.HTML_UNCLOSED_ACROSS_PARTS, tag)]
    return []
