"""From bytes to text: what was declared, what the bytes say, and what was lost.

In this order: a byte order mark; the declared charset; strict UTF-8; for HTML, what it says of itself; a guess; windows-1252. Text comes
out with LF line ends and can be encoded as UTF-8 anywhere: no NUL, no lone surrogates. What was used, and how many characters had to be
replaced, stands beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from mimeparse.coding.detection import guess
from mimeparse.coding.labels import FALLBACK, US_ASCII, UTF_8, codec_name
from mimeparse.defects import DefectCode, Finding, excerpt

__all__ = ["Decoded", "How", "codec_name", "decode_header_bytes", "decode_text", "decode_with"]


class How(StrEnum):
    """Say how the charset of a text was found."""

    DECLARED = "declared"
    """As the part declares it, or the superset of it that is meant in the wild."""
    DEFAULT = "default"
    """Nothing but ASCII, and nothing usable declared."""
    BOM = "bom"
    """By a byte order mark."""
    UTF_8 = "utf-8"
    """The bytes are UTF-8, which no other text is by chance."""
    META = "meta"
    """By the HTML itself."""
    GUESSED = "guessed"
    """By chardet."""
    FALLBACK = "fallback"
    """windows-1252, for want of anything better."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and the evidence for it."""

    text: str
    """With LF line ends; no NUL, no lone surrogates, no byte order mark."""
    declared: str | None
    """The charset as the part declares it."""
    used: str
    """The charset that was used."""
    how: How
    """How it was found."""
    replaced: int
    """How many U+FFFD stand for bytes that did not fit."""
    findings: tuple[Finding, ...]
    """What was odd, positions in bytes."""


_BOMS = (
    (b"\xef\xbb\xbf", UTF_8),
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# RFC 2781 4.3 reads an unmarked "utf-16" as big-endian; what sends it is little-endian, and WHATWG reads it so.
_WITHOUT_BOM = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}
_WIDE = frozenset({"utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"})

# ASCII bytes need not mean ASCII characters here. utf-7, hz and the wide ones hide markup from everybody who looks at bytes.
_STATEFUL = frozenset({"iso2022-jp-ext", "iso2022-jp-2", "iso2022-jp-3", "iso2022-jp-2004", "iso2022-kr"})
_DANGEROUS = _WIDE | {"utf-7", "hz"}
_NOT_ASCII = _STATEFUL | _DANGEROUS

# Several bytes a character, so that wrong bytes are seen to be wrong.
_MULTIBYTE = _STATEFUL | {"gb18030", "hz", "big5hkscs", "cp950", "cp932", "euc-jp", "cp949", "johab"}

_META = re.compile(rb"<meta\b[^>]{0,400}?charset[ \t\r\n]{0,20}=[ \t\r\n\"']{0,20}([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_META_BYTES = 1024  # where HTML has to say it (HTML Standard 4.2.5.4)
_ISO_2022 = ((b"\x1b$B", "iso2022-jp-ext"), (b"\x1b$@", "iso2022-jp-ext"), (b"\x1b$)C", "iso2022-kr"))

_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def decode_text(data: bytes, declared: str | None = None, *, html: bool = False) -> Decoded:
    """Decode the body of a text part. Never raises; linear in the size of `data`."""
    codec = codec_name(declared) if declared is not None else None
    if codec not in _NOT_ASCII and data.isascii() and b"\x1b" not in data and (codec is not None or declared is None):
        # Most mail. The byte order marks and everything else that could be odd are above 127.
        text = data.decode("ascii")
        if "\r" not in text and "\0" not in text:
            return Decoded(text, declared, codec or US_ASCII, How.DECLARED if codec else How.DEFAULT, 0, ())
    findings: list[Finding] = []
    if declared is not None and codec is None:
        findings.append(Finding(DefectCode.CHARSET_UNKNOWN, 0, excerpt(declared)))
    used, how, skip = _choose(data, codec, findings, html=html)
    if used in _DANGEROUS:
        findings.append(Finding(DefectCode.CHARSET_DANGEROUS, 0, used))
    text, replaced = _decode(data[skip:] if skip else data, used)
    if replaced:
        findings.append(Finding(DefectCode.CHARSET_INVALID_BYTES, 0, f"{replaced} replaced"))
    if "\0" in text:
        findings.append(Finding(DefectCode.BODY_NUL, max(data.find(b"\0"), 0)))
        text = text.replace("\0", _REPLACEMENT)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(text.removeprefix("\ufeff"), declared, used, how, replaced, tuple(findings))


def decode_header_bytes(raw: bytes) -> tuple[str, list[Finding]]:
    """Decode the raw bytes of a header value: UTF-8 (RFC 6532), or else a guess. Never raises."""
    findings = []
    if raw.isascii():
        text = raw.decode("ascii")
    else:
        findings.append(Finding(DefectCode.HEADER_8BIT))
        try:
            text = raw.decode(UTF_8)
        except UnicodeDecodeError:
            text, _ = _decode(raw, guess(raw) or FALLBACK)
    return text.replace("\0", _REPLACEMENT), findings


def decode_with(data: bytes, label: str) -> tuple[str, int] | None:
    """Decode with the charset of a label; return the text and how many characters were replaced, or None for an unknown label.

    For encoded words and extended parameters, which carry their label with them (RFC 2047, RFC 2231).
    """
    codec = codec_name(label)
    if codec is None:
        return None
    if codec == US_ASCII and not data.isascii():
        codec = _utf_8_or(data, FALLBACK)
    text, replaced = _decode(data, _WITHOUT_BOM.get(codec, codec))
    return text.replace("\0", _REPLACEMENT), replaced


def _choose(data: bytes, codec: str | None, findings: list[Finding], *, html: bool) -> tuple[str, How, int]:
    """Return the codec to use, how it was found, and how many bytes of a byte order mark stand before the text."""
    for mark, marked in _BOMS:
        if data.startswith(mark):
            if codec not in (None, marked, *_unmarked(marked)):
                findings.append(Finding(DefectCode.CHARSET_BOM_CONFLICT, 0, marked))
            return marked, How.DECLARED if codec == marked else How.BOM, len(mark)
    if codec is None:
        return (*_undeclared(data, html=html), 0)
    if codec == US_ASCII and not data.isascii():
        findings.append(Finding(DefectCode.CHARSET_MISMATCH, 0, codec))
        return (*_undeclared(data, html=html), 0)
    if codec in _MULTIBYTE and not _fits(data, codec) and not data.isascii() and _fits(data, UTF_8):
        findings.append(Finding(DefectCode.CHARSET_MISMATCH, 0, codec))
        return UTF_8, How.UTF_8, 0
    return _WITHOUT_BOM.get(codec, codec), How.DECLARED, 0


def _unmarked(marked: str) -> tuple[str, ...]:
    return (marked[:6],) if marked in _WIDE else ()


def _undeclared(data: bytes, *, html: bool) -> tuple[str, How]:
    if data.isascii():
        escaped = next((codec for escape, codec in _ISO_2022 if escape in data), None)
        return (escaped, How.GUESSED) if escaped is not None else (US_ASCII, How.DEFAULT)
    if _fits(data, UTF_8):
        return UTF_8, How.UTF_8
    if html:
        meta = _META.search(data, 0, _META_BYTES)
        codec = codec_name(meta[1].decode("ascii")) if meta is not None else None
        # It can be read as ASCII, so that it cannot be what it says if it says one of these.
        if codec not in (None, US_ASCII, UTF_8, "utf-16", "utf-32", *_WIDE):
            return str(codec), How.META
    guessed = guess(data)
    return (guessed, How.GUESSED) if guessed is not None else (FALLBACK, How.FALLBACK)


def _utf_8_or(data: bytes, other: str) -> str:
    return UTF_8 if _fits(data, UTF_8) else other


def _fits(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeError:
        return False
    return True


def _decode(data: bytes, codec: str) -> tuple[str, int]:
    """Decode with a codec of the table, and count what had to be replaced."""
    try:
        text = data.decode(codec)
    except UnicodeError:
        text = data.decode(codec, "replace")
        # A U+FFFD that was sent as one is no loss; to tell the two apart is not worth a second pass.
        replaced = text.count(_REPLACEMENT)
    else:
        replaced = 0
    if codec in _DANGEROUS:
        text, surrogates = _SURROGATE.subn(_REPLACEMENT, text)  # utf-7 lets them through
        replaced += surrogates
    return text, replaced
