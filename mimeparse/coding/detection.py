"""Guessing a charset that nobody declared: the only importer of chardet, and the last resort.

chardet ranks; what it cannot know about mail is added here. All figures: `python benchmarks/charsets.py`.
"""

from __future__ import annotations

import re

from mimeparse.coding.labels import FALLBACK, codec_name

_EXAMINED_BYTES = 4096
"""Of the text, from its first byte above 127 on: chardet takes less than 1 ms for them, and more text does not change its mind."""

_READ_BYTES = 512
"""Of these, for the checks on what chardet says: some fifty words."""

_CONTEXT_BYTES = 64
"""ASCII before the first byte above 127 that is looked at too: the rest of the word that it stands in."""

_WESTERN_ADVANTAGE = 1.25
"""How much likelier another alphabet of single bytes has to be than windows-1252. Most mail without a label is western, and on two or
three letters chardet's figures lie that close: Spanish passes for Polish. Between 1.1 and 1.35 the score hardly depends on it."""

# What mail without a label was really written in. Everything else that chardet knows (DOS, Macintosh and mainframe code pages) is far
# more often a wrong guess than a right one: short French comes out as MacCyrillic.
_SINGLE_BYTE = (
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp874", "iso8859-2", "iso8859-7", "koi8-r", "koi8-u",
    "cp1257", "iso8859-5", "iso8859-6", "iso8859-13", "iso8859-15",
)  # fmt: skip
_JAPANESE = (
    "cp932",
    "euc_jis_2004",
)  # the latter for EUC-JP, which it contains: chardet does not know the one without the other
_CANDIDATES = (*_SINGLE_BYTE, *_JAPANESE, "gb18030", "big5hkscs", "cp949")

_ASCII = bytes(range(128))
_EURO = b"\xa4"  # of iso-8859-15, which is western too; in windows-1252 it is a sign that nobody writes

# Quotes, dashes and the like, which all code pages of Windows have in the same places, and signs that stand alone. Each between ASCII:
# `\x96{` would be the Japanese for "book", were there more of it.
_TYPOGRAPHY = re.compile(
    rb"[\0-\x7f]*+(?:(?:[\x82\x84\x85\x89\x8b\x91-\x97\x99\x9b\xa0](?![\x80-\xff])|(?<![A-Z])[\xa9\xae](?![A-Za-z\x80-\xff]))[\0-\x7f]*+)*+"
)
_SPARSE = 16  # bytes of ASCII for each of them, at least: what is written in another script has more

# Greek, Cyrillic, Hebrew and Arabic letters
_FOREIGN = re.compile("[\u0370-\u06ff]")
_MIXED_WORD = re.compile("[A-Za-z][\u0370-\u06ff]|[\u0370-\u06ff][A-Za-z]")
_CONTROL = re.compile("[\x80-\x9f]")
_KANA = re.compile("[\u3041-\u30fe]")
_NOT_ASCII = re.compile("[^\0-\x7f]")


def guess(data: bytes) -> str | None:
    """Return the codec that `data`, which is not UTF-8, was probably written with, or None if nothing fits.

    No least number of bytes above 127: if three were asked for, 27 texts more would come out wrong.
    """
    first = len(data) - len(data.lstrip(_ASCII))
    sample = data[max(first - _CONTEXT_BYTES, 0) : first + _EXAMINED_BYTES]
    if _TYPOGRAPHY.fullmatch(sample) and len(sample) > _SPARSE * len(sample.translate(None, _ASCII)):
        return FALLBACK  # what chardet would say too, a millisecond later
    import chardet

    ranking = chardet.detect_all(sample, ignore_threshold=True, compat_names=False, include_encodings=_CANDIDATES)
    likelihoods = {str(one["encoding"]): one["confidence"] for one in ranking if one["encoding"] in _CANDIDATES}
    read = sample[:_READ_BYTES]
    best = next((encoding for encoding in likelihoods if _is_coherent(read.decode(encoding, "replace"))), None)
    if best is None:
        return None
    if best in _SINGLE_BYTE:
        japanese = next((encoding for encoding in _JAPANESE if _is_kana(read, encoding)), None)
        if japanese is not None:
            return _codec_of(japanese)
        western = likelihoods.get("cp1252", 0.0)
        if not (best == "iso8859-15" and _EURO in sample) and likelihoods[best] < western * _WESTERN_ADVANTAGE:
            return FALLBACK
    codec = _codec_of(best)
    if codec is not None and sample.decode(codec, "replace") == sample.decode(FALLBACK, "replace"):
        return FALLBACK  # the same text under a name that more readers know
    return codec


def _codec_of(encoding: str) -> str | None:
    return "euc-jp" if encoding == "euc_jis_2004" else codec_name(encoding)


def _is_coherent(text: str) -> bool:
    """Return whether `text` looks like one: no control characters of ISO 8859, which no mail holds, and words of one alphabet each.

    French that is read as Cyrillic has Latin letters and Cyrillic ones in one word.
    """
    if _CONTROL.search(text):
        return False
    foreign = len(_FOREIGN.findall(text))
    return not foreign or 2 * len(_MIXED_WORD.findall(text)) < foreign


def _is_kana(read: bytes, encoding: str) -> bool:
    """Return whether half of what is not ASCII is kana: a sentence of Japanese, which chardet wants more of."""
    text = read.decode(encoding, "replace")
    # It may end inside a character.
    return text.count("\ufffd") <= 1 and 2 * len(_KANA.findall(text)) >= len(_NOT_ASCII.findall(text)) > 0
