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
