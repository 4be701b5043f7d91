"""Line ends as other readers have them."""

from __future__ import annotations

import pytest
from feeding import cut
from hypothesis import given
from hypothesis import strategies as st

from mimeparse.reading import LineEnds
from mimeparse.wire.translation import Translation

MIXED = b"\na\nb\r\nc\rd\r\r\ne\n\rf\n\n\r"


def translated(data: bytes, line_ends: LineEnds, *sizes: int) -> bytes:
    translation = Translation(line_ends)
    pieces = [translation.feed(chunk) for chunk in cut(data, sizes)]
    return b"".join(pieces) + translation.close()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
@pytest.mark.parametrize(
    ("line_ends", "expected"),
    [
        (LineEnds.LF, MIXED),
        (LineEnds.CR, b"\na\nb\r\nc\r\nd\r\n\r\ne\n\r\nf\n\n\r\n"),
        (LineEnds.CRLF, b"\ra\rb\r\nc\rd\r\r\ne\r\rf\r\r\r"),
        (LineEnds.WITHOUT_CR, b"\na\nb\r\ncd\r\ne\nf\n\n"),
    ],
)
def test_each_line_end_becomes_what_it_is_to_the_reader_in_any_chunks(line_ends, expected, size):
    assert translated(MIXED, line_ends, size) == expected


def test_nothing_is_held_back_but_a_cr_of_which_the_next_byte_tells_what_it_is():
    translation = Translation(LineEnds.CR)
    assert [translation.feed(piece) for piece in (b"\ra", b"b\r", b"\r", b"\n", b"")] == [
        b"\r\na",
        b"b",
        b"\r\n",
        b"\r\n",
        b"",
    ]
    assert translation.feed(b"c\r") == b"c"
    assert (translation.close(), translation.close()) == (b"\r\n", b"")


@given(st.text("\r\nx").map(str.encode), st.sampled_from(LineEnds), st.integers(1, 5))
def test_what_is_translated_does_not_depend_on_the_chunks(data, line_ends, size):
    assert translated(data, line_ends, size) == translated(data, line_ends, max(len(data), 1))
