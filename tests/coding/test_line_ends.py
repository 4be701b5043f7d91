"""Bare line ends, the end of SMTP's data, and lines that are too long, in whatever chunks they come."""

from __future__ import annotations

import re

import pytest
from counting import calls_of
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
        (b"a\n.\nb\r\n", {C.BODY_BARE_LF: 1}),  # where the first of them stands, LF may be what all line ends are
        (b"a\nb\r\n.\r\nc", {C.BODY_BARE_LF: 1}),
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


@pytest.mark.parametrize("before", [b"", b"x\n"])
@pytest.mark.parametrize("behind", [b"", b"\n", b"\nz\n", b"\r\nz\r\n"])
def test_a_line_of_999_bytes_is_too_long_whether_it_ends_or_not(before: bytes, behind: bytes) -> None:
    for size in (1, 7, 998, 999, 1000, 4000):
        found = watched(before + b"y" * (LONGEST_LINE + 1) + behind, size)
        assert found[C.BODY_LINE_TOO_LONG] == len(before)


@given(
    st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b".", b"a", b"x" * 500, b"x" * 998]), max_size=20).map(b"".join),
    st.integers(1, 1500),
)
@example(b"\r\n\r", 2)
@example(b"x" * 998 + b"\r", 500)
@example(b"x" * 998 + b"\r\r", 500)
@example(b"\n" + b"x" * 998 + b"\r", 2000)
@example(b"\n" + b"x" * 998 + b"a", 2000)
def test_what_is_found_does_not_depend_on_the_chunks(data: bytes, size: int) -> None:
    found = watched(data, size)
    assert found == watched(data, max(len(data), 1))
    assert (C.BODY_BARE_CR in found) is (re.search(rb"\r(?!\n)", data) is not None)
    assert (C.BODY_BARE_LF in found) is (b"\r\n" in data and re.search(rb"(?<!\r)\n", data) is not None)
    longest = max(len(line.removesuffix(b"\r")) for line in data.split(b"\n"))
    assert (C.BODY_LINE_TOO_LONG in found) is (longest > LONGEST_LINE)


@given(st.text("\r\n.a", max_size=14).map(str.encode))
@example(b"a\nb\r\n.\r\nc")
@example(b"\r\n.\r\n.\n")
@example(b"\n.\n.\r\n.\r\n.\r")
def test_the_end_of_the_data_is_found_at_the_same_place_in_any_chunks(data: bytes) -> None:
    found = watched(data, 100)
    for size in (1, 2, 3, 4, 5):
        assert watched(data, size) == found
    if C.SMTP_END_OF_DATA_SEQUENCE in found:
        place = found[C.SMTP_END_OF_DATA_SEQUENCE]
        assert re.match(rb"[\r\n]\.[\r\n]", data[place:])
        assert data[max(place - 1, 0) : place + 4] != b"\r\n.\r\n"


def test_a_line_of_a_dot_alone_costs_nothing_where_its_line_ends_are_whole():
    def watch(lines):
        line_ends = LineEnds()
        line_ends.watch(b"a\nb\r\n" + int(lines) * b".\r\n")
        assert [finding.code for finding in line_ends.findings()] == ["body-bare-lf"]

    assert calls_of(watch, "300") == calls_of(watch, "10")
