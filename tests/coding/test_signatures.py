"""Files that are no mail are named; mail is never taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimeparse.coding.signatures import _FIELD_NAMES, _SIGNATURES, SIGNATURE_BYTES, foreign_format


@pytest.mark.parametrize(("signature", "name"), _SIGNATURES)
def test_a_file_is_known_by_its_first_bytes(signature, name):
    assert foreign_format(signature) == (None if signature in _FIELD_NAMES else name)
    assert foreign_format(signature + b"\0" * 20) == name
    assert foreign_format(b" " + signature) is None
    assert foreign_format(signature[:-1]) != name or name == "a PNG image"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"PK\x03\x04\x14\0\x08\x08\x08\0\x21\0", "a ZIP archive"),
        (b"PK\x05\x06" + bytes(18), "an empty ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16), "an OLE compound file, such as an Outlook .msg"),
        (b"\x1f\x8b\x08\x08\x12\x34\x56\x78\0\x03a.txt\0", "gzip-compressed data"),
        (b"\xfd7zXZ\0\0\x04\xe6\xd6\xb4\x46", "xz-compressed data"),
        (b"\x28\xb5\x2f\xfd\x24\x05\x29\0\0hello", "zstd-compressed data"),
        (b"7z\xbc\xaf\x27\x1c\0\x04\x1b\x1c\x81\x57", "a 7-Zip archive"),
        (b"Rar!\x1a\x07\0\xcf\x90\x73", "a RAR archive"),
        (b"Rar!\x1a\x07\x01\0\x33\x92\xb5", "a RAR archive"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "a JPEG image"),
        (b"\xff\xd8\xff\xe1\0\x18Exif\0", "a JPEG image"),
        (b"GIF87a\x40\x01\xf0\0\xf7\0\0\0\0\0", "a GIF image"),
        (b"II*\0\x08\0\0\0\x0d\0", "a TIFF image"),
        (b"MM\0*\0\0\0\x08\0\x0d", "a TIFF image"),
        (b"\x7fELF\x02\x01\x01" + bytes(9), "an ELF executable"),
        (b"MZ\x90\0\x03\0\0\0\x04\0", "a Windows executable"),
        (b"MZP\0\x02\0\0\0\x04\0", "a Windows executable"),
        (b"\xcf\xfa\xed\xfe\x07\0\0\x01", "a Mach-O executable"),
        (b"\xca\xfe\xba\xbe\0\0\0\x34", "a Java class or a Mach-O executable"),
        (b"SQLite format 3\0\x10\0\x01\x01", "an SQLite database"),
        (b"\x78\x9f\x3e\x22\x01\0\x01\x06", "a TNEF file, such as winmail.dat"),
        (b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0", "a Windows shortcut"),
        (b"\0asm\x01\0\0\0", "WebAssembly"),
        (b"\xff\xfeF\0r\0o\0m\0", "text in UTF-16"),
        (b"\xfe\xff\0F\0r\0o\0m", "text in UTF-16"),
    ],
)
def test_files_of_the_wild_are_known(head, name):
    assert foreign_format(head) == name
    assert foreign_format(head[:SIGNATURE_BYTES]) == name


def test_all_signatures_are_within_what_is_looked_at():
    assert max(len(signature) for signature, _ in _SIGNATURES) == SIGNATURE_BYTES


@given(st.from_regex(rb"[!-9;-~]{1,16}:.{0,16}", fullmatch=True))
def test_a_header_field_is_never_taken_for_a_file(head):
    assert foreign_format(head) is None


@pytest.mark.parametrize(
    "head", [b"", b"MZ: x", b"From a@b", b"\xef\xbb\xbfFrom: a", b"\r\n\r\n", b"PK: x", b"\x80abc", b"BZh: 1"]
)
def test_what_may_be_mail_is_left_to_the_parser(head):
    assert foreign_format(head) is None


@pytest.mark.parametrize("signature", [signature for signature, _ in _SIGNATURES])
@pytest.mark.parametrize("rest", [b": x\r\n", b"1.4: x", b"x:\0", b" : x", b""])
def test_a_signature_that_may_be_a_field_name_is_no_proof(signature, rest):
    """RFC 5322 2.2: a field name is any printable ASCII but the colon, so "GIF89a: x" is a correct field."""
    may_be_a_name = all(0x21 <= byte <= 0x7E for byte in signature)
    assert (signature in _FIELD_NAMES) == may_be_a_name
    if may_be_a_name:
        assert foreign_format((signature + rest)[:SIGNATURE_BYTES]) is None


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1", "a PDF document"),
        (b"%PDF-1.4\r\n1 0 ob", "a PDF document"),
        (b"%PDF-1.4 %\xe2\xe3\xcf\xd3", "a PDF document"),
        (b"GIF89a\x40\x01\xf0\0\xf7\0\0\0\0\0", "a GIF image"),
        (b"BZh91AY&SY\x94\x1d\x2c\x0a\0\0", "bzip2-compressed data"),
        (b"!BDN\x5d\x2a\x6b\x4fSM\x17\0\x13\0\x01\x01", "an Outlook data file"),
    ],
)
def test_such_a_file_is_known_by_the_binary_that_follows(head, name):
    assert foreign_format(head) == name
