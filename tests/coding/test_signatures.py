"""Files that are no mail are named; mail is never taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimeparse.coding.signatures import _SIGNATURES, SIGNATURE_BYTES, foreign_format


@pytest.mark.parametrize(("signature", "name"), _SIGNATURES)
def test_a_file_is_known_by_its_first_bytes(signature, name):
    assert foreign_format(signature) == name
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
