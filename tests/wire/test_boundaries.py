"""Delimiters as other readings have them, and many at once; our own are in the tests of the parser."""

from __future__ import annotations

import sys

import pytest
from counting import calls_of
from feeding import cut
from hypothesis import example, given
from hypothesis import strategies as st

from mimeparse import BodyChunk, Limits, PartStart, Surplus
from mimeparse.reading import Delimiters, Reading
from mimeparse.wire import boundaries
from mimeparse.wire.boundaries import NearMiss, OpenDelimiters
from mimeparse.wire.buffer import Buffer
from mimeparse.wire.parser import Parser

HEAD = b"Content-Type: multipart/mixed; boundary=b\n\n"
INNER = b"Content-Type: multipart/mixed; boundary=i\n\n"


def read(answers: str, message: bytes) -> list[tuple[str, bytes]]:
    """Return what each leaf and each surplus holds, in order, all of the input at hand."""
    parser = Parser(reading=Reading.of(answers))
    parser.feed(message)
    parser.close()
    found: list[tuple[str, bytes]] = []
    for event in parser.events():
        if isinstance(event, PartStart) and event.leaf:
            found.append(("leaf", b""))
        elif isinstance(event, BodyChunk | Surplus):
            kind = "leaf" if isinstance(event, BodyChunk) else event.where
            if found and found[-1][0] == kind:
                found[-1] = (kind, found[-1][1] + event.data)
            else:
                found.append((kind, event.data))
    return found


@pytest.mark.parametrize(
    ("line", "known"),
    [
        (b"--b", True),
        (b"  --b", True),
        (b"> --b", True),
        (b"text --b", True),
        (b"--b text", True),
        (b"--B", True),
        (b"\xe2\x80\x90\xe2\x80\x90b", True),
        (b"\xe2\x88\x92\xe2\x88\x92b", True),
        (b"-b", False),
        (b"- -b", False),
        (b"--c", False),
        (b"b", False),
    ],
)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_a_reader_of_dashes_and_a_boundary_finds_them_anywhere_in_a_line(line, known, line_end):
    message = HEAD + b"--b\n\none\nmore\n" + line + b"\n\ntwo\n--b--\n"
    found = read("delimiters=loose", message.replace(b"\n", line_end))
    lines = [(kind, data.replace(b"\r", b"")) for kind, data in found]
    if known:
        assert lines == [("leaf", b"one\nmore"), ("leaf", b"two")]
    else:
        assert lines == [("leaf", b"one\nmore\n" + line + b"\n\ntwo")]


def test_such_a_reader_sees_where_a_multipart_ends_and_what_follows():
    assert read("delimiters=loose", HEAD + b"before\n >--b\n\none\n. --b-- x\nbehind\n") == [
        ("preamble", b"before"),
        ("leaf", b"one"),
        ("epilogue", b"behind\n"),
    ]
    assert read("delimiters=loose", HEAD + b"--b\n\none\n--b--") == [("leaf", b"one")]
    assert read("delimiters=loose", HEAD + b"--b\n\none\n--b") == [("leaf", b"one"), ("leaf", b"")]


def test_such_a_reader_compares_seventy_bytes_of_a_boundary_that_is_longer():
    # A boundary of thousands of dashes was compared at each dash of a body: 3.7 s for 280 KB.
    boundary = b"b" * 70 + b"c" * 10
    message = b"Content-Type: multipart/mixed; boundary=" + boundary + b"\n\n--" + boundary + b"\n\none\n"
    for last in (boundary, boundary[:70] + b"d"):
        behind = b"--" + last + b"\n\ntwo\n--" + boundary + b"--\nbehind\n"
        assert read("delimiters=loose", message + behind) == [
            ("leaf", b"one"),
            ("leaf", b"two"),
            ("epilogue", b"behind\n"),
        ]
    assert read("delimiters=loose", message + b"--" + boundary[:69] + b"\n") == [
        ("leaf", b"one\n--" + boundary[:69] + b"\n")
    ]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("delimiters=loose", [("leaf", b"one"), ("leaf", b"two\n--i--\nthree")]),
        ("scan=innermost", [("leaf", b"one\n--b\n\ntwo"), ("epilogue", b"three\n--b--\n")]),
    ],
)
def test_only_a_reader_of_the_innermost_boundary_passes_over_an_outer_one(answers, expected):
    message = HEAD + b"--b\n" + INNER + b"--i\n\none\n--b\n\ntwo\n--i--\nthree\n--b--\n"
    assert read(answers, message)[: len(expected)] == expected


# Many at once ------------------------------------------------------------------------------------------------------------


def walk(
    boundaries: list[bytes], text: bytes, size: int
) -> tuple[list[tuple[int, int, int, bool, bool]], list[NearMiss | None]]:
    """Return the delimiter lines that are found with all boundaries open, as offsets, and the near misses of each."""
    delimiters = OpenDelimiters()
    buffer = Buffer(None)
    for boundary in boundaries:
        delimiters.open(boundary, 0)
    lines = []
    chunks = list(cut(b"\n" + text, (size,)))
    buffer.append(chunks.pop(0))
    while True:
        limit = min(len(buffer.data), buffer.position + 64 * 1024)
        line = delimiters.find(buffer, limit, closed=not chunks)
        if line is not None:
            dashes = buffer.base + buffer.data.index(b"-", line.start)
            lines.append((line.level, dashes, buffer.base + line.end, line.closes, line.padded))
            delimiters.pass_line(buffer, line)
            buffer.position = line.end
        elif chunks:
            buffer.position = max(buffer.position, delimiters.clear)
            buffer.append(chunks.pop(0))
        elif limit == len(buffer.data):
            return lines, [delimiters.near_miss(level, len(text) + 1) for level in range(len(boundaries))]
        else:
            buffer.position = delimiters.clear


BOUNDARIES = st.sampled_from([b"b", b"bb", b"bbb", b"b--", b"-b", b"--", b"=_1", b"=_2", b"=_22", b"x y"])
PIECES = st.sampled_from(
    [b"\n", b"\r\n", b"\r", b"--", b"-", b" ", b"x", b"--b", b"\n--b", b"\n--bb\n", b"\r\n--=_1\r\n"]
)


@given(
    st.lists(BOUNDARIES, min_size=5, max_size=9),
    st.lists(PIECES | BOUNDARIES.map(b"\n--".__add__) | BOUNDARIES, max_size=40).map(b"".join),
    st.sampled_from([1, 2, 7, 1000]),
)
@example([b"b"] * 5, b"--b\n--b--\n", 1)
@example([b"b", b"bb", b"b--", b"-b", b"--"], b"--b--\r\n---b\n--b---b\n", 1000)
@example([b"=_1", b"=_2", b"=_3", b"=_4", b"=_5"], b"x --=_2\n--=_3x\n--=_3\n", 7)
@example([b"b", b"c", b"d", b"e", b"f"], b"--\n" * 30 + b"--d\nx--e\n" + b"--\n" * 30, 1000)
def test_many_delimiters_at_once_are_those_that_each_has_by_itself(boundaries, text, size):
    found, near_misses = walk(boundaries, text, size)
    each = [walk([boundary], text, len(text) + 1) for boundary in boundaries]
    expected = []
    position = 0
    for line, level in sorted(
        ((line, level) for level, (lines, _) in enumerate(each) for line in lines),
        key=lambda one: (
            one[0][1],
            -len(boundaries[one[1]]),
            -one[1],
        ),  # the longest where several fit, and the inner one
    ):
        if line[1] >= position:
            expected.append((level, *line[1:]))
            position = line[2]
    assert found == expected
    assert near_misses == [one[1][0] for one in each]


def tower(levels: int, body: bytes) -> bytes:
    head = b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (level, level) for level in range(levels)
    )
    return head + b"Content-Type: text/plain\r\n\r\n" + body


def test_a_boundary_of_another_kind_below_many_that_are_alike_is_looked_for_from_its_beginning():
    alike = [b"=_next_part_%d" % level for level in range(6)]
    levels = [b'Content-Type: multipart/mixed; boundary="%s"\n\n--%s\n' % (name, name) for name in [*alike, b"other"]]
    assert read("", b"".join(levels) + b"\none\n--other\n\ntwo\n--other--\n") == [
        ("leaf", b"one"),
        ("leaf", b"two"),
    ]


@pytest.mark.parametrize("line", [b"The quick brown fox\r\n", b"a-b\r\n", b"-- \r\n" + b"x" * 5000])
def test_a_body_below_many_levels_costs_no_step_for_each_of_them(line):
    body = line * (1_000_000 // len(line))

    def read_below(levels: str) -> None:
        parser = Parser(limits=Limits(max_depth=None))
        parser.feed(tower(int(levels), body))
        while parser.next_event() is not None:
            pass

    def read_without(levels: str) -> None:
        parser = Parser(limits=Limits(max_depth=None))
        parser.feed(tower(int(levels), b""))
        while parser.next_event() is not None:
            pass

    few, many = (calls_of(read_below, levels) - calls_of(read_without, levels) for levels in ("12", "60"))
    assert many <= 1.2 * few


@pytest.mark.parametrize("levels", [1, 6])
def test_a_message_ends_although_a_boundary_is_longer_than_what_is_read_at_once(levels):
    boundary = b"b" * 70_000
    level = b"Content-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n--" + boundary + b"\r\n"
    parser = Parser(limits=Limits(max_boundary_bytes=None, max_structured_bytes=None))
    parser.feed(level * levels + b"\r\n" + b"x" * 66_000)
    parser.close()
    events = list(parser.events())
    assert parser.done
    assert b"".join(event.data for event in events if isinstance(event, BodyChunk)) == b"x" * 66_000


class CountedPattern:
    """A pattern that counts how much it is given to search."""

    def __init__(self, pattern):
        self.pattern = pattern
        self.searched = 0

    def search(self, data, start, end=sys.maxsize):
        found = self.pattern.search(data, start, end)
        self.searched += (found.end() if found else min(end, len(data))) - start
        return found


@pytest.mark.parametrize("last", [b"", b"--x--\n"])
@pytest.mark.parametrize("line", [b"a line\n", 20_000 * b"one line " + b"\n"])
def test_a_loose_delimiter_is_looked_for_once_however_far_it_is(line, last):
    # Each window of each of a hundred levels searched all the rest of the input.
    data = 1_000_000 // len(line) * line + last
    delimiter = boundaries._LooseDelimiter(b"x", 0)
    counted = delimiter._boundary = CountedPattern(delimiter._boundary)
    buffer = Buffer(None)
    buffer.append(data)
    found = False
    while not found and buffer.position < len(data):
        found = delimiter.reach(buffer, buffer.position, buffer.position, sys.maxsize, closed=True)
        buffer.position = min(buffer.position + 16 * 1024, len(data))
    assert found == bool(last)
    assert counted.searched <= len(data) + len(last)  # and once more for where its line ends


@pytest.mark.parametrize("delimiters", list(Delimiters))
def test_no_inner_delimiter_is_looked_for_behind_an_outer_one(delimiters):
    # A thousand multiparts, each of them empty, looked 64 KiB ahead each; loose ones to the end of the input.
    opened = OpenDelimiters(Reading(delimiters=delimiters))
    opened.open(b"outer", 0)
    opened.open(b"inner", 0)
    buffer = Buffer(None)
    buffer.append(b"\ntext\n--outer\n" + 1000 * b"text\n" + b"--inner--\n")
    line = opened.find(buffer, len(buffer.data), closed=True)
    assert (line.level, line.start) == (0, 5)
    assert opened._open[1].searched <= 5 + len(b"\n--outer\n")


@pytest.mark.parametrize("delimiters", list(Delimiters))
def test_an_inner_delimiter_with_the_longer_boundary_is_meant_where_both_stand(delimiters):
    opened = OpenDelimiters(Reading(delimiters=delimiters))
    opened.open(b"b", 0)
    opened.open(b"b--", 0)
    buffer = Buffer(None)
    buffer.append(b"\ntext\n--b--\n" + 100 * b"text\n")
    assert opened.find(buffer, len(buffer.data), closed=True).level == 1
