"""Bare line ends, the end of SMTP's data, and lines that are too long, in whatever chunks they come."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mimeparse.coding.line_ends import LONGEST_LINE, LineEnds
from mimeparse.defects import DefectCode

C = DefectCode


def watched(data: bytes, size: int) -> dict[DefectCode, int]:
    ends = LineEnds()
    for start in range(0, len(data), size):
        ends.watch(data[start : start + size])
    return {found.code: found.position for found in ends.findings()}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a\r\nb\r\n", {}),
        (b"a\nb\n", {}),
        (b"a\rb\r\n", {C.BODY_BARE_CR: 1}),
        (b"a\r\nb\nc\r\n", {C.BODY_BARE_LF: 4}),
        (b"a\nb\r\n", {C.BODY_BARE_LF: 1}),
        (b"a\r", {C.BODY_BARE_CR: 1}),
        (b"a\r\n.\r\nb", {}),
        (b"a\r\nb\n.\r\nMAIL", {C.BODY_BARE_LF: 4, C.SMTP_END_OF_DATA_SEQUENCE: 4}),
        (b"a\r\n.\nMAIL", {C.BODY_BARE_LF: 4, C.SMTP_END_OF_DATA_SEQUENCE: 2}),
        (b"a\r.\rMAIL", {C.BODY_BARE_CR: 1, C.SMTP_END_OF_DATA_SEQUENCE: 1}),
        (b"a\n.\nb", {}),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_line_ends_at_which_readers_disagree_are_found(data: bytes, expected: dict[DefectCode, int], size: int) -> None:
    assert watched(data, size) == expected


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b""])
@pytest.mark.parametrize("before", [b"", b"x\n", b"x\n" * 700])
@pytest.mark.parametrize(
    ("length", "long"), [(LONGEST_LINE - 1, False), (LONGEST_LINE, False), (LONGEST_LINE + 2, True)]
)
def test_lines_longer_than_998_bytes_are_found(line_end: bytes, before: bytes, length: int, long: bool) -> None:
    data = before.replace(b"\n", line_end or b"\n") + b"y" * length + line_end
    for size in (1, 7, 998, 999, 10_000):
        assert (C.BODY_LINE_TOO_LONG in watched(data, size)) is long


def test_a_line_of_999_bytes_is_too_long_if_it_ends() -> None:
    assert watched(b"x\n" + b"y" * 999 + b"\nz\n", 4000) == {C.BODY_LINE_TOO_LONG: 2}


@given(
    st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b".", b"a", b"x" * 500, b"x" * 998]), max_size=20).map(b"".join),
    st.integers(1, 1500),
)
@example(b"\r\n\r", 2)
def test_what_is_found_does_not_depend_on_the_chunks(data: bytes, size: int) -> None:
    found = watched(data, size)
    assert found == watched(data, max(len(data), 1))
    assert (C.BODY_BARE_CR in found) is (re.search(rb"\r(?!\n)", data) is not None)
    assert (C.BODY_BARE_LF in found) is (b"\r\n" in data and re.search(rb"(?<!\r)\n", data) is not None)
    longest = max(len(line.removesuffix(b"\r")) for line in data.split(b"\n"))
    if longest != LONGEST_LINE + 1:  # at the end of the input, one byte may be a CR
        assert (C.BODY_LINE_TOO_LONG in found) is (longest > LONGEST_LINE)
