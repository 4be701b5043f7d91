"""What an archive or a compound document tells of its content without being opened: names, flags of encryption, macros.

Nothing is decompressed, no index is followed beyond the bytes at hand. Each reader here is one pass over at most the bytes that
`typerisks` looks at; what lies in a gap between them is not seen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Every header is taken where its signature stands, and not where an index says: tools differ in which of the two lists of names
# they believe, and an attacker writes both (APPNOTE 4.3.7 and 4.3.12).
# The pattern looks ahead only, so that a false signature in front of a header does not swallow it.
_ZIP_HEADER = re.compile(rb"PK(?=\x03\x04..(..).{18}(..)..()|\x01\x02....(..).{18}(..).{16}())", re.DOTALL)
_NAME_BYTES = 512
"""How much of a name in an archive is looked at, from its end: its extension is there."""

_RAR_HEADERS = 64
"""How many headers of a RAR archive are looked at: an archive that asks for a password does so from its first file on."""
_RAR5 = b"Rar!\x1a\x07\x01\0"
_RAR4 = b"Rar!\x1a\x07\0"

_AES_OF_7ZIP = (
    b"\x06\xf1\x07\x01"  # the method of 7zFormat.txt that encrypts, as a coder of the headers or of the files
)
_PDF_ENCRYPTED = re.compile(
    rb"/Encrypt[\s\0]*+(?:[0-9]|<<)"
)  # ISO 32000-1 7.5.5: a reference or a dictionary in the trailer

_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")  # MS-OFFCRYPTO 2.3.4.4
_VBA_PROJECT = "_VBA_PROJECT".encode("utf-16-le")  # MS-OVBA 2.2.1; that of Excel is called _VBA_PROJECT_CUR
# The class of an installer package: {000C1084-0000-0000-C000-000000000046}, that of a patch ends its first group in 6.
_INSTALLER = re.compile(rb"[\x82\x84\x86]\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46")


def zip_entries(data: bytes) -> Iterator[tuple[bytes, bool]]:
    """Yield the end of the name of each file that a header in `data` names, and whether it is encrypted (APPNOTE 4.4.4)."""
    for header in _ZIP_HEADER.finditer(data):
        local = header[1] is not None
        flags, length = (header[1], header[2]) if local else (header[4], header[5])
        start = header.end(3 if local else 6)
        end = start + int.from_bytes(length, "little")
        yield data[max(start, end - _NAME_BYTES) : end], bool(flags[0] & 1)


def seven_zip_encrypted(data: bytes) -> bool:
    """Return whether the headers of a 7-Zip archive name its encryption; they are at the end, and in clear only in part."""
    return data.find(_AES_OF_7ZIP, 32) >= 0


def rar_encrypted(data: bytes) -> bool:
    """Return whether the headers of a RAR archive, or the first files in it, are encrypted."""
    if data.startswith(_RAR5):
        return _rar5_encrypted(data)
    if data.startswith(_RAR4):
        return _rar4_encrypted(data)
    return False


def pdf_encrypted(data: bytes) -> bool:
    """Return whether a trailer of a PDF document names its encryption (ISO 32000-1 7.6)."""
    return _PDF_ENCRYPTED.search(data) is not None


def ole_encrypted(data: bytes) -> bool:
    """Return whether an OLE file is an encrypted Office document of 2007 or later."""
    return _ENCRYPTED_PACKAGE in data


def ole_macro(data: bytes) -> bool:
    """Return whether an OLE file names a project of Visual Basic."""
    return _VBA_PROJECT in data


def ole_installer(data: bytes) -> bool:
    """Return whether an OLE file names the class of a Windows Installer package."""
    return _INSTALLER.search(data) is not None


def _rar4_encrypted(data: bytes) -> bool:
    position = len(_RAR4)
    for _ in range(_RAR_HEADERS):
        header = data[position : position + 11]
        if len(header) < 7:
            return False
        kind, flags, size = header[2], int.from_bytes(header[3:5], "little"), int.from_bytes(header[5:7], "little")
        if (kind == 0x73 and flags & 0x0080) or (kind == 0x74 and flags & 0x0004):
            return True
        if flags & 0x8000 or kind == 0x74:
            size += int.from_bytes(header[7:11], "little")
        position += max(size, 7)
    return False


def _rar5_encrypted(data: bytes) -> bool:
    position = len(_RAR5)
    for _ in range(_RAR_HEADERS):
        size, start = _number(data, position + 4)
        kind, at = _number(data, start)
        flags, at = _number(data, at)
        extra, at = _number(data, at) if flags & 1 else (0, at)
        behind, at = _number(data, at) if flags & 2 else (0, at)
        if kind == 4:
            return True
        if kind == 2 and _names_encryption(data, start + size - extra, start + size):
            return True
        if size == 0 or start + size >= len(data):
            return False
        position = start + size + behind
    return False


def _names_encryption(data: bytes, position: int, end: int) -> bool:
    """Return whether a record of the extra area of a file is that of encryption."""
    for _ in range(_RAR_HEADERS):
        if not 0 <= position < min(end, len(data)):
            return False
        size, start = _number(data, position)
        if _number(data, start)[0] == 1:
            return True
        position = start + size
    return False


def _number(data: bytes, position: int) -> tuple[int, int]:
    """Return a number of variable length (RAR 5.0 technical note), and where it ends; 0 where there is none."""
    value = 0
    for index, byte in enumerate(data[position : position + 10]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, position + index + 1
    return 0, position + 10
