"""Text that a field carries in ASCII: encoded words (RFC 2047) and extended parameter values (RFC 2231).

What the wild does and the RFCs do not foresee is decoded all the same, once, and reported; what is no encoded word after all,
or names a charset that nobody knows, stays as it was written. Blanks are left as unfolding leaves them (RFC 5322 2.2.3), so the
TAB of a fold stays a TAB; where anything is decoded, the blanks at both ends of the value and those between two encoded words
(RFC 2047 6.2) are taken away. What is decoded stays on one line and holds no control character.

Each code is reported once for a value, at the first place: what one sender does wrong, he does wrong in every word.
Positions count characters of the value.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from mimeparse.coding.charsets import codec_name, decode_with, is_dangerous
from mimeparse.defects import DefectCode, Finding, excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BLANKS = " \t\r\n"
_MAXIMUM_LENGTH = 75  # RFC 2047 2

# The text of a word ends at the first "?=". QUIRK: a "?" that begins no "?=" is part of the text, and so is a blank or an "=",
# but not an "=?": there the next word begins, and this one was never closed. Without that a row of starts without an end
# (`=?x?q?` times N) would be searched to the end of the value from each of them.
_WORD = re.compile(
    r"=\?(?P<charset>[^?*=\s]*+)(?:\*[^?=\s]*+)?\?(?P<encoding>[BbQq])\?"
    r"(?P<text>[^?=]*+(?:(?!\?=)(?!=\?(?!=))[?=][^?=]*+)*+)\?="
)
_BEGINNING = re.compile(r"=\?[^?=\s]++\?[A-Za-z]\?")

_ODD_IN_Q = re.compile(r"[^!-~]|\?|=(?![0-9A-Fa-f]{2})")
_STRAY_EQUALS = re.compile(r"=(?![0-9A-Fa-f]{2})")
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/=]++")

_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BREAK = re.compile(r"[\r\n\x85\u2028\u2029]++[ \t]*+|\t")
_LOOKS_LIKE_ADDRESS = re.compile(r"[^\s@]@[^\s@]")

_BYTE_ORDERS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}

_CODES_OF_WORDS = {
    DefectCode.CHARSET_UNKNOWN: DefectCode.ENCODED_WORD_CHARSET_UNKNOWN,
    DefectCode.HEADER_CONTROL_CHAR: DefectCode.ENCODED_WORD_DECODED_CONTROL,
    DefectCode.HEADER_NUL: DefectCode.ENCODED_WORD_DECODED_CONTROL,
}


def decode_words(value: str) -> tuple[str, list[Finding]]:
    """Return `value`, an unfolded unstructured field, with its encoded words decoded, and what is odd about them.

    Never raises; linear in the size of `value`. Source: RFC 2047 5 (1) and 6.
    """
    if "=?" not in value:
        return value, []
    found: dict[DefectCode, Finding] = {}
    text, _ = _decode(value, found)
    return text, list(found.values())


def decode_phrase(value: str, *, quoted: bool = False) -> tuple[str, list[Finding]]:
    """Return `value`, a display name, with its encoded words decoded, and what is odd about them.

    `quoted` says that it stood in a quoted string, where RFC 2047 5 (3) forbids encoded words and everyone decodes them.
    Addresses have to be told apart before: an encoded word may decode to one, and is still a name.
    """
    if "=?" not in value:
        return value, []
    found: dict[DefectCode, Finding] = {}
    text, readings = _decode(value, found)
    if readings and quoted:
        note(found, DefectCode.ENCODED_WORD_IN_QUOTED_STRING)
    for reading in readings:
        if _LOOKS_LIKE_ADDRESS.search(reading):
            note(found, DefectCode.ENCODED_WORD_DECODED_SPECIAL, detail=reading)
    return text, list(found.values())


def holds_encoded_word(value: str) -> bool:
    """Return whether an encoded word stands anywhere in `value`, glued to other text or not."""
    return "=?" in value and _WORD.search(value) is not None


def decode_extended(sections: Sequence[tuple[str, bool]]) -> tuple[str, list[Finding]]:
    """Join the sections of an extended parameter value, and decode those that are extended themselves.

    Each section comes with whether its name ends in a star; the first one carries the charset (RFC 2231 4.1). A value without
    a known charset is read as UTF-8 if it can be that, else as windows-1252.
    """
    found: dict[DefectCode, Finding] = {}
    texts = [text for text, _ in sections]
    stars = [starred for _, starred in sections]
    charset = ""
    if stars and stars[0]:
        # charset ' language ' text, where all three may be empty
        declared = texts[0].split("'", 2)
        if len(declared) == 3:
            charset, texts[0] = declared[0].strip(_BLANKS).lower(), declared[2]
    if not charset and any(stars):
        note(found, DefectCode.PARAM_RFC2231_CHARSET)
    pieces: list[str] = []
    # The bytes of adjacent extended sections are joined first: a character may be split over two of them.
    for starred, group in groupby(zip(stars, texts, strict=True), key=itemgetter(0)):
        text = "".join([text for _, text in group])
        pieces.append(_decode_escapes(text, charset, found) if starred else text)
    return "".join(pieces), list(found.values())


def note(found: dict[DefectCode, Finding], code: DefectCode, position: int = 0, detail: str = "") -> None:
    """Record a finding, unless its code was already found in this value; `detail` may be any text of the message."""
    if code not in found:
        found[code] = Finding(code, position, excerpt(detail))


@dataclass(slots=True)
class _Run:
    """Adjacent encoded words of one charset, whose bytes are joined before they are decoded."""

    start: int
    end: int
    charset: str
    chunks: list[bytes]


def _decode(value: str, found: dict[DefectCode, Finding]) -> tuple[str, list[str]]:
    """Return the whole text, and what some reader or other makes of each run of encoded words in it."""
    pieces: list[str] = []
    readings: list[str] = []
    done = 0
    for run in _runs(value, found):
        text = _decode_run(run, found)
        if text is None:
            # The words stay in the text as they were written; but a reader that does not mind the charset shows its ASCII.
            guess = b"".join(run.chunks).decode("latin-1")
            if _CONTROL.search(guess):
                note(found, DefectCode.ENCODED_WORD_DECODED_CONTROL, run.start)
            readings.append(guess)
            continue
        between = value[done : run.start]
        if not (done and _is_blank(between)):
            pieces.append(between)
        pieces.append(text)
        readings.append(text)
        done = run.end
    pieces.append(value[done:])
    return "".join(pieces).strip(_BLANKS), readings


def _runs(value: str, found: dict[DefectCode, Finding]) -> Iterator[_Run]:
    run: _Run | None = None
    end = 0  # of the last word, decodable or not
    for word in _WORD.finditer(value):
        between = value[end : word.start()]
        if _BEGINNING.search(between):
            note(found, DefectCode.ENCODED_WORD_MALFORMED, end, between)
        end = word.end()
        octets, charset = _octets(word, found)
        if octets is None:
            continue
        _note_form(value, word, found)
        if run is not None and charset == run.charset and _is_blank(value[run.end : word.start()]):
            run.end = end
            run.chunks.append(octets)
            continue
        if run is not None:
            yield run
        run = _Run(word.start(), end, charset, [octets])
    if run is not None:
        yield run
    if _BEGINNING.search(value, end):
        note(found, DefectCode.ENCODED_WORD_MALFORMED, end, value[end:])


def _note_form(value: str, word: re.Match[str], found: dict[DefectCode, Finding]) -> None:
    start, end = word.span()
    if end - start > _MAXIMUM_LENGTH:
        note(found, DefectCode.ENCODED_WORD_TOO_LONG, start, word[0])
    if (start and value[start - 1] not in _BLANKS) or (end < len(value) and value[end] not in _BLANKS):
        note(found, DefectCode.ENCODED_WORD_GLUED, start, word[0])


def _octets(word: re.Match[str], found: dict[DefectCode, Finding]) -> tuple[bytes | None, str]:
    """Undo the B or Q encoding of one word, tolerantly; None where it is no encoded word after all."""
    charset, encoding, text = word["charset"].lower(), word["encoding"], word["text"]
    octets: bytes | None
    if encoding in "Qq":
        odd = _ODD_IN_Q.search(text) is not None
        if odd:
            text = _STRAY_EQUALS.sub("=3D", text).replace("\t", " ")  # the TAB is that of a fold, and was not encoded
        encoded, charset = _octets_of(text, charset)
        octets = binascii.a2b_qp(encoded, header=True)
    else:
        try:
            octets, odd = binascii.a2b_base64(text, strict_mode=True), False
        except ValueError:
            octets, odd = _salvage_base64(text), True
    if odd:
        note(found, DefectCode.ENCODED_WORD_MALFORMED, word.start(), word[0])
    return octets, charset


def _salvage_base64(text: str) -> bytes | None:
    """Decode base64 that holds junk, lacks its padding or goes on behind it; None where nothing is left."""
    runs = _NO_BASE64.sub("", text).split("=")
    # A single left-over symbol holds no whole byte.
    whole = [run[: len(run) - (len(run) % 4 == 1)] for run in runs]
    return b"".join([binascii.a2b_base64(run + "=" * (-len(run) % 4)) for run in whole]) or None


def _decode_run(run: _Run, found: dict[DefectCode, Finding]) -> str | None:
    text, codes = _decode_octets(b"".join(run.chunks), run.charset)
    for code in codes:
        note(found, _CODES_OF_WORDS.get(code, code), run.start, run.charset)
    if DefectCode.CHARSET_UNKNOWN in codes or text is None:
        return None
    if len(run.chunks) > 1 and _splits_character(run, codes):
        note(found, DefectCode.ENCODED_WORD_SPLIT_CHAR, run.start)
    if holds_encoded_word(text):
        note(found, DefectCode.ENCODED_WORD_NESTED, run.start, text)
    return text


def _splits_character(run: _Run, codes: list[DefectCode]) -> bool:
    """Return whether the words decode worse one by one than they do together."""
    charset = "utf-8" if DefectCode.CHARSET_MISMATCH in codes else run.charset  # what they were read as in the end
    if charset == "utf-8" and not any(b"\x80" <= chunk[:1] <= b"\xbf" for chunk in run.chunks):
        return False  # no word begins with the rest of a character, and nothing needs to be decoded to know it
    together = decode_with(b"".join(run.chunks), charset)
    apart = [decode_with(chunk, charset) for chunk in run.chunks]
    return together is not None and sum(one[1] for one in apart if one is not None) > together[1]


def _decode_escapes(text: str, charset: str, found: dict[DefectCode, Finding]) -> str:
    """Undo the percent encoding of RFC 2231 4; a stray percent sign stays as it is."""
    if _STRAY_PERCENT.search(text):
        note(found, DefectCode.PARAM_RFC2231_PERCENT, detail=text)
    encoded, charset = _octets_of(text, charset)
    octets = _ESCAPE.sub(lambda escape: binascii.unhexlify(escape[1]), encoded)
    decoded, codes = _decode_octets(octets, charset)
    if decoded is None:
        decoded, more_codes = _decode_octets(octets, "windows-1252")
        codes += more_codes
    for code in codes:
        if charset or code is not DefectCode.CHARSET_UNKNOWN:
            note(found, code, detail=charset)
    return decoded or ""


def _octets_of(text: str, charset: str) -> tuple[bytes, str]:
    """Return the bytes that encoded text stood for when it came, and the charset to read them in.

    QUIRK: raw 8-bit bytes stand among the encoded ones. They are characters by now: of UTF-8 if they could be that, else of
    windows-1252. The bytes of the latter still have to be read in the declared charset.
    """
    if text.isascii():
        return text.encode("ascii"), charset
    if "utf" not in charset:
        try:
            return text.encode("cp1252"), charset
        except UnicodeEncodeError:
            pass
    return text.encode("utf-8"), "utf-8"


def _decode_octets(octets: bytes, charset: str) -> tuple[str | None, list[DefectCode]]:
    """Decode what encoded text stands for; None where nothing tells how to.

    Codes: charset-unknown, charset-mismatch, charset-invalid-bytes and charset-dangerous; header-nul and header-control-char
    where something had to be replaced, because decoding must not bring into a field what no unfolded field can hold. A line end
    becomes a blank: that is what its sender folded at, and what readers show; so does a TAB. Every other control character becomes
    U+FFFD.
    """
    codes: list[DefectCode] = []
    ordinary = charset == "utf-8"  # most words; what follows need not be asked of them
    if not ordinary and (codec_name(charset) or "").startswith(("utf-16", "utf-32")):
        # A NUL is a part of a character here. A byte order mark tells how to read the others, and is none itself.
        order = _BYTE_ORDERS.get(octets[:2])
        if order is not None and "16" in charset:
            charset, octets = order, octets[2:]
    elif b"\0" in octets:
        # A NUL is no invalid byte. SUB stands for it until it becomes U+FFFD below, as every other control character does.
        octets = octets.replace(b"\0", b"\x1a")
        codes.append(DefectCode.HEADER_NUL)
    decoded = decode_with(octets, charset)
    if decoded is not None and (not decoded[1] or octets.isascii()):
        text, replaced = decoded
        if replaced:
            codes.append(DefectCode.CHARSET_INVALID_BYTES)
    else:
        try:
            # Valid UTF-8 is hardly ever anything else, whatever the label says.
            text = octets.decode("utf-8")
            codes.append(DefectCode.CHARSET_UNKNOWN if decoded is None else DefectCode.CHARSET_MISMATCH)
        except UnicodeDecodeError:
            if decoded is None:
                return None, [DefectCode.CHARSET_UNKNOWN]
            text = decoded[0]
            codes.append(DefectCode.CHARSET_INVALID_BYTES)
    if not ordinary and is_dangerous(charset):
        codes.append(DefectCode.CHARSET_DANGEROUS)
    if _CONTROL.search(text):
        text = _CONTROL.sub("\ufffd", _BREAK.sub(" ", text))
        if DefectCode.HEADER_NUL not in codes:
            codes.append(DefectCode.HEADER_CONTROL_CHAR)
    return text, codes


def _is_blank(text: str) -> bool:
    return not text.strip(_BLANKS)
