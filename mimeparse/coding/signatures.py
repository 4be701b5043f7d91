"""Files that are no mail, told by their first bytes."""

from __future__ import annotations

import re

SIGNATURE_BYTES = 16
"""How many bytes of a file have to be there to tell; those of the longest signature."""

UTF_16 = "text in UTF-16"

# A field name is printable ASCII without blanks and colons (RFC 5322 2.2). Most of these hold another byte, so no field can begin with
# them. "MZ" alone, say, is not enough: a message may begin with "MZ: ...".
_SIGNATURES = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an OLE compound file, such as an Outlook .msg"),
    (b"%PDF-", "a PDF document"),
    (b"\x1f\x8b\x08", "gzip-compressed data"),
    (b"BZh91AY&SY", "bzip2-compressed data"),
    (b"\xfd7zXZ\0", "xz-compressed data"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\x7fELF", "an ELF executable"),
    (b"MZ\x90\0", "a Windows executable"),
    (b"MZP\0", "a Windows executable"),
    (b"\xcf\xfa\xed\xfe", "a Mach-O executable"),
    (b"\xca\xfe\xba\xbe", "a Java class or a Mach-O executable"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"!BDN", "an Outlook data file"),
    (b"\x78\x9f\x3e\x22", "a TNEF file, such as winmail.dat"),
    (b"L\0\0\0\x01\x14\x02\0", "a Windows shortcut"),
    (b"\0asm", "WebAssembly"),
    (b"\xff\xfe", UTF_16),
    (b"\xfe\xff", UTF_16),
)


_ANY = re.compile(b"|".join(b"(" + re.escape(signature) + b")" for signature, _ in _SIGNATURES), re.DOTALL)


def foreign_format(head: bytes) -> str | None:
    """Return what kind of file begins with `head` (at least `SIGNATURE_BYTES`, or all there is), or None if it may be mail."""
    found = _ANY.match(head)
    if found is None or (found[0] in _FIELD_NAMES and _BINARY_GOES_ON.match(head) is None):
        return None
    return _SIGNATURES[(found.lastindex or 0) - 1][1]


# QUIRK: "GIF89a: x" is a correct field. These are believed only where something follows that ends no field name: a control character
# or a byte above 127 (the sizes and checksums of such files), or, for a PDF, the end of a line that has no colon.
_FIELD_NAMES = frozenset({b"%PDF-", b"BZh91AY&SY", b"GIF87a", b"GIF89a", b"!BDN"})
_BINARY_GOES_ON = re.compile(rb"[!-9;-~]*+[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\xff]|%PDF-[0-9]\.[0-9][ \t]*+[\r\n%]")
