"""Guessing a charset that nobody declared: the only importer of chardet, and the last resort."""

from __future__ import annotations

from mimeparse.coding.labels import FALLBACK, codec_name

_EXAMINED_BYTES = 4096
"""Of the text, from its first byte above 127 on: chardet takes some 0.1 ms for each KiB, and more text does not change its mind."""

_CONTEXT_BYTES = 64
"""ASCII before the first byte above 127 that is looked at too: the rest of the word that it stands in."""

# What mail without a label was really written in. Everything else that chardet knows (DOS, Macintosh and mainframe code pages) is far
# more often a wrong guess than a right one: short French comes out as MacCyrillic.
_CANDIDATES = (
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp874", "iso8859-2", "iso8859-7", "koi8-r", "koi8-u",
    "cp1257", "iso8859-5", "iso8859-6", "iso8859-13", "iso8859-15", "gb18030", "big5hkscs", "cp932", "euc_jis_2004", "cp949",
)  # fmt: skip

_ASCII = bytes(range(128))


def guess(data: bytes) -> str | None:
    """Return the codec that `data`, which is not UTF-8, was probably written with, or None if nothing fits."""
    first = len(data) - len(data.lstrip(_ASCII))
    sample = data[max(first - _CONTEXT_BYTES, 0) : first + _EXAMINED_BYTES]
    # No least number of bytes above 127: of 780 short texts 758 come out right without one, 737 with at least three
    # (`python benchmarks/charsets.py`).
    import chardet

    found = chardet.detect(sample, include_encodings=_CANDIDATES)["encoding"]
    codec = codec_name(found) if found is not None else None
    if codec is not None and sample.decode(codec, "replace") == sample.decode(FALLBACK, "replace"):
        return FALLBACK  # the same text under a name that more readers know
    return codec
