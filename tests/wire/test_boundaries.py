"""Delimiters as other readings have them; our own are in the tests of the parser."""

from __future__ import annotations

import pytest

from mimeparse import BodyChunk, Limits, PartStart, Surplus
from mimeparse.reading import Reading
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
