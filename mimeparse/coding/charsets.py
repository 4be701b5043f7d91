"""From bytes to text: what was declared, what the bytes say, and what was lost.

In this order: a byte order mark; the declared charset; strict UTF-8; for HTML, what it says of itself; a guess; windows-1252. Text comes
out with LF line ends and can be encoded as UTF-8 anywhere: no NUL, no lone surrogates. What was used, and how many characters had to be
replaced, stands beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mimeparse.coding.detection import guess
from mimeparse.coding.labels import AS_WRITTEN, FALLBACK, US_ASCII, UTF_8, codec_name
from mimeparse.defects import DefectCode, Finding, excerpt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "Decoded",
    "How",
    "codec_name",
    "codec_of_values",
    "decode_header_bytes",
    "decode_text",
    "decode_with",
    "is_dangerous",
]


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
    """By chardet, or by the escapes of ISO 2022."""
    FALLBACK = "fallback"
    """windows-1252, for want of anything better."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and the evidence for it."""

    text: str
    """With LF line ends, where a CR alone is none; no NUL, no lone surrogates, no byte order mark."""
    declared: str | None
    """The charset as the part declares it."""
    used: str
    """The charset that was used, by a name that Python knows too."""
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
_MARKS = tuple(mark for mark, _ in _BOMS)
# RFC 2781 4.3 reads an unmarked "utf-16" as big-endian; what sends it is little-endian, and WHATWG reads it so.
_WITHOUT_BOM = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}
_WIDE = frozenset({"utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"})

# ASCII bytes need not mean ASCII characters here. utf-7, hz and the wide ones hide markup from everybody who looks at bytes.
_JAPANESE_STATEFUL = frozenset({"iso2022-jp-ext", "iso2022-jp-2", "iso2022-jp-3", "iso2022-jp-2004"})
_STATEFUL = _JAPANESE_STATEFUL | {"iso2022-kr"}
_DANGEROUS = _WIDE | {"utf-7", "hz"}
_NOT_ASCII = _STATEFUL | _DANGEROUS | {*_WITHOUT_BOM}

# Several bytes a character, so that wrong bytes are seen to be wrong.
_MULTIBYTE = _STATEFUL | {
    "gb18030",
    "hz",
    "big5hkscs",
    "cp950",
    "cp932",
    "shift-jis-2004",
    "euc-jp",
    "euc-jis-2004",
    "cp949",
    "johab",
}

# UTF-8 that stands under another label. Of single bytes: a text of them is hardly ever valid UTF-8, but one lone pair may be ("NESTLÉ®",
# whose É is C9). What begins with C2 to C5 (the letters of Latin) or has three bytes is as good as never meant as single characters, and
# neither are two pairs in a row. Of double bytes: four characters of three bytes in a row.
_CLEARLY_UTF_8 = re.compile(rb"[\xc2-\xc5\xe0-\xf4][\x80-\xbf]|(?:[\xc6-\xdf][\x80-\xbf]){2}")
_CLEARLY_NO_PAIRS = re.compile(rb"(?:[\xe1-\xef][\x80-\xbf]{2}){4}")

_GOOD_FOR_ONE_BAD = 2
"""Whole characters of UTF-8 that make up for a byte that does not fit: one stray byte, or a cut in the middle of a character, must not turn
a whole text into something else. Other charsets make such characters by chance, but never more of them than of bytes that do not fit."""

# RFC 1468: a line ends in ASCII. One that does not hides the next from those who go line by line; and JIS-Roman has other characters in
# place of backslash and tilde, so that what was escaped no longer is.
_SWALLOWS = re.compile(rb"\x1b\$[^\x1b\r\n]*+(?:[\r\n]|\Z)|\x1b\(J[^\x1b\\~]*+[\\~]")

# The sets of ISO-2022-JP that are two bytes wide, half-width katakana, and those that are near enough to ASCII.
_JAPANESE_ESCAPE = re.compile(rb"\x1b(\$[@B]|\$\([@BOPQ]|\(I|\([BJH])")
_KATAKANA = re.compile(rb"([\x21-\x5f])")
_TO_HIGH = bytes.maketrans(bytes(range(0x21, 0x7F)), bytes(range(0xA1, 0xFF)))
_NO_HIGH = bytes.maketrans(bytes(range(0x80, 0x100)), b"\xff" * 0x80)  # 0xFF fits nowhere in EUC

_META = re.compile(
    rb"<meta\b[^>]{0,400}?charset[ \t\r\n]{0,20}=[ \t\r\n\"']{0,20}([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE
)
_META_BYTES = 1024  # where HTML has to say it (HTML Standard 4.2.5.4)
_ISO_2022 = ((b"\x1b$B", "iso2022-jp-ext"), (b"\x1b$@", "iso2022-jp-ext"), (b"\x1b$)C", "iso2022-kr"))

_ASCII = bytes(range(128))
_EVIDENCE_FOR_ASCII = {
    written: (used, How.DEFAULT if written is None else How.DECLARED) for written, used in AS_WRITTEN.items()
}
# QUIRK: gateways that add a CR to each line end make CR CR LF. The look-behind: a row of CRs is searched once.
_SURPLUS_CR = re.compile(r"(?<!\r)\r++\n")
_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def decode_text(data: bytes, declared: str | None = None, *, html: bool = False) -> Decoded:
    """Decode the body of a text part. Never raises; linear in the size of `data`."""
    if data.isascii():
        # Most mail: a handful of calls. The byte order marks and nearly all else that could be odd are above 127.
        evidence = _EVIDENCE_FOR_ASCII.get(declared)
        if evidence is not None and b"\x1b" not in data:
            text = data.decode("ascii")
            if "\r" in text:
                text = _with_lf(text)
            if "\0" not in text:
                used, how = evidence
                return Decoded(text, declared, used, how, 0, ())
    codec = codec_name(declared) if declared is not None else None
    findings: list[Finding] = []
    if declared is not None and codec is None:
        findings.append(Finding(DefectCode.CHARSET_UNKNOWN, 0, excerpt(declared)))
    used, how, skip = _choose(data, codec, findings, html=html)
    if codec in _WITHOUT_BOM and used == _WITHOUT_BOM[codec] and not skip:
        findings.append(Finding(DefectCode.CHARSET_ENDIAN, 0, used))
    if used in _DANGEROUS:
        findings.append(Finding(DefectCode.CHARSET_DANGEROUS, 0, used))
    elif used in _JAPANESE_STATEFUL and (swallowing := _SWALLOWS.search(data)) is not None:
        findings.append(Finding(DefectCode.CHARSET_DANGEROUS, swallowing.start(), used))
    text, replaced, position = _decode(data[skip:] if skip else data, used)
    if replaced:
        findings.append(Finding(DefectCode.CHARSET_INVALID_BYTES, skip + position, f"{replaced} replaced"))
    if "\0" in text:
        findings.append(Finding(DefectCode.BODY_NUL, 0 if used in _NOT_ASCII else data.find(b"\0")))
        text = text.replace("\0", _REPLACEMENT)
    if "\r" in text:
        text = _with_lf(text)
    return Decoded(text.removeprefix("\ufeff"), declared, used, how, replaced, tuple(findings))


def _with_lf(text: str) -> str:
    """Return `text` with its line ends as LF.

    A CR alone ends no line (RFC 5322 2.3), here as everywhere, and stays what it is; but a text without any LF is one of an old
    Macintosh, whose lines end so.
    """
    if "\n" not in text:
        return text.replace("\r", "\n")
    text = text.replace("\r\n", "\n")
    return _SURPLUS_CR.sub("\n", text) if "\r" in text else text


def decode_header_bytes(raw: bytes, codec: Callable[[], str] | None = None) -> tuple[str, list[Finding]]:
    """Decode the raw bytes of a header value: UTF-8 (RFC 6532), or else what `codec` returns, or a guess. Never raises."""
    findings = []
    if raw.isascii():
        text = raw.decode("ascii")
    else:
        findings.append(Finding(DefectCode.HEADER_8BIT))
        try:
            text = raw.decode(UTF_8)
        except UnicodeDecodeError:
            text, _, _ = _decode(raw, codec() if codec is not None else codec_of_values((raw,)))
    return text.replace("\0", _REPLACEMENT), findings


def codec_of_values(values: Iterable[bytes]) -> str:
    """Return the codec of those values of one header block that are not UTF-8, as a guess. Never raises."""
    return guess(b"\n".join(value for value in values if not _fits(value, UTF_8))) or FALLBACK


def decode_with(data: bytes, label: str) -> tuple[str, int] | None:
    """Decode with the charset of a label; return the text and how many characters were replaced, or None for an unknown label.

    For encoded words and extended parameters, which carry their label with them (RFC 2047, RFC 2231). Nothing is guessed, and a byte
    order mark is a character like any other.
    """
    codec = codec_name(label)
    if codec is None:
        return None
    if codec == US_ASCII and not data.isascii():
        codec = UTF_8 if _fits(data, UTF_8) else FALLBACK
    text, replaced, _ = _decode(data, _WITHOUT_BOM.get(codec, codec))
    return text.replace("\0", _REPLACEMENT), replaced


def is_dangerous(label: str) -> bool:
    """Return whether a label names a charset that hides text from those who read bytes (RFC 7103 7.6)."""
    codec = codec_name(label)
    return codec is not None and _WITHOUT_BOM.get(codec, codec) in _DANGEROUS


def _choose(data: bytes, codec: str | None, findings: list[Finding], *, html: bool) -> tuple[str, How, int]:
    """Return the codec to use, how it was found, and how many bytes of a byte order mark stand before the text."""
    for mark, marked in _BOMS if data.startswith(_MARKS) else ():
        if data.startswith(mark):
            agrees = codec in (None, marked, *_unmarked(marked))
            if not agrees:
                findings.append(Finding(DefectCode.CHARSET_BOM_CONFLICT, 0, marked))
            # Two bytes are little to go by: what cannot be read with them is no mark, unless nothing else is known.
            if agrees or marked == UTF_8 or _fits(data[len(mark) :], marked):
                return marked, How.DECLARED if codec == marked else How.BOM, len(mark)
            break
    if codec is None:
        return (*_undeclared(data, html=html), 0)
    if data.isascii() or codec == UTF_8:
        return _WITHOUT_BOM.get(codec, codec), How.DECLARED, 0
    if codec == US_ASCII or (codec in _STATEFUL and b"\x1b" not in data):
        # The charset has seven bits and the text eight: whoever wrote the label did not look at the text.
        findings.append(_mismatch(data, codec))
        return (*_undeclared(data, html=html), 0)
    if _is_utf_8_instead(data, codec):
        findings.append(_mismatch(data, codec))
        return UTF_8, How.UTF_8, 0
    return _WITHOUT_BOM.get(codec, codec), How.DECLARED, 0


def _unmarked(marked: str) -> tuple[str, ...]:
    return (marked[:6],) if marked in _WIDE else ()


def _mismatch(data: bytes, codec: str) -> Finding:
    return Finding(DefectCode.CHARSET_MISMATCH, len(data) - len(data.lstrip(_ASCII)), codec)


def _is_utf_8_instead(data: bytes, codec: str) -> bool:
    """Return whether a text under another label is UTF-8.

    QUIRK: a program that went over to UTF-8 and kept its label of old. What its reader wants is the text, not "GrÃ¼ÃŸe".
    """
    if codec in _MULTIBYTE:
        return _fits(data, UTF_8) and (_CLEARLY_NO_PAIRS.search(data) is not None or not _fits(data, codec))
    return codec not in _NOT_ASCII and _fits(data, UTF_8) and _CLEARLY_UTF_8.search(data) is not None


def _undeclared(data: bytes, *, html: bool) -> tuple[str, How]:
    if data.isascii():
        escaped = next((codec for escape, codec in _ISO_2022 if escape in data), None)
        return (escaped, How.GUESSED) if escaped is not None else (US_ASCII, How.DEFAULT)
    if _fits(data, UTF_8):
        return UTF_8, How.UTF_8
    if html:
        meta = _META.search(data, 0, _META_BYTES)
        codec = codec_name(meta[1].decode("ascii")) if meta is not None else None
        # It can be read as ASCII and has bytes above 127, so that it is not what it says if it says one of these.
        if codec not in _NOT_ASCII and codec not in (None, US_ASCII, UTF_8):
            return str(codec), How.META
    if _is_mostly_utf_8(data):
        return UTF_8, How.UTF_8
    guessed = guess(data)
    return (guessed, How.GUESSED) if guessed is not None else (FALLBACK, How.FALLBACK)


def _is_mostly_utf_8(data: bytes) -> bool:
    text = data.decode(UTF_8, "replace")
    bad = text.count(_REPLACEMENT)
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    return good >= _GOOD_FOR_ONE_BAD * bad


def _fits(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeError:
        return False
    return True


def _decode(data: bytes, codec: str) -> tuple[str, int, int]:
    """Decode with a codec of the table; return the text, how many characters were replaced, and where the first one stands."""
    position = replaced = 0
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as misfit:
        position = misfit.start
        if codec in ("euc-jp", "iso2022-jp-ext"):
            data, codec = _as_euc_2004(data, codec), "euc-jis-2004"
        text = data.decode(codec, "replace")
        # A U+FFFD that was sent as one is no loss, and is still there when what does not fit is left out.
        replaced = text.count(_REPLACEMENT) - data.decode(codec, "ignore").count(_REPLACEMENT)
    if codec == "utf-7":
        text, surrogates = _SURROGATE.subn(_REPLACEMENT, text)  # the only decoder that lets them through
        replaced += surrogates
    return text, replaced, position


def _as_euc_2004(data: bytes, codec: str) -> bytes:
    """Return Japanese in the one encoding whose decoder knows the characters that vendors added: ① and ㈱, in row 13 of the table.

    QUIRK: neither EUC-JP nor ISO-2022-JP has them, and Japanese mail is full of them.
    """
    if codec == "euc-jp":
        return data
    data = data.translate(_NO_HIGH)
    converted = bytearray()  # and no list of pieces: text of nothing but escapes would take fifty times its size
    escape, start = b"", 0
    for found in _JAPANESE_ESCAPE.finditer(data):
        converted += _as_euc(data[start : found.start()], escape)
        escape, start = found[1], found.end()
    converted += _as_euc(data[start:], escape)
    return bytes(converted)


def _as_euc(text: bytes, escape: bytes) -> bytes:
    """Return what stands behind an escape of ISO-2022-JP in EUC."""
    if escape.startswith(b"$"):
        return text.translate(_TO_HIGH)
    if escape == b"(I":
        return _KATAKANA.sub(b"\x8e\\1", text).translate(_TO_HIGH)
    return text
