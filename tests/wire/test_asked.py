"""What the machine does for readers that end header blocks late, and when it has to see all input first."""

from __future__ import annotations

import pytest

from mimeparse import BodyChunk, Parser, PartStart, Reading
from mimeparse.wire.asked import Asked

HEAD = b"Subject: a field of some length\r\n"


@pytest.mark.parametrize("blank", [b"\n", b"\r\n", b"\r\r\n"])
@pytest.mark.parametrize(
    ("line", "is_field"),
    [
        (b"Content-Type: text/html", True),
        (b"content-x-Y:", True),
        (b"MIME-version \t: 1.0", True),
        (b"Mime-Versions: 1.0", False),
        (b"Content-: x", False),
        (b"Content-Type text", False),
        (b"Content-Typ\xe9: x", False),
        (b"X-Content-Type: text/html", False),
        (b"Date: never", False),
    ],
)
def test_a_field_of_mime_behind_a_blank_line_belongs_to_the_header_that_ends_late(blank, line, is_field):
    parser = Parser(reading=Reading.of("header-end=late"))
    rest = b"\r\n\r\nbody"
    parser.feed(HEAD + blank + line + rest)
    parser.close()
    start, *events = parser.events()
    assert isinstance(start, PartStart)
    assert len(start.headers) == 1 + is_field
    body = b"".join(event.data for event in events if isinstance(event, BodyChunk))
    assert body == (b"body" if is_field else line + rest)


@pytest.mark.parametrize("crs", [2, 3])
def test_a_line_of_three_crs_ends_no_header_that_ends_late(crs):
    parser = Parser(reading=Reading.of("header-end=late"))
    parser.feed(HEAD + b"\r" * crs + b"\nX-Field: x\r\n\r\nbody")
    parser.close()
    start = parser.next_event()
    assert isinstance(start, PartStart)
    assert ("x-field" in start.headers) is (crs == 3)


@pytest.mark.parametrize(
    ("answers", "looks_ahead"),
    [
        ("ours", False),
        ("contents=sniffed", True),
        ("header-end=late", True),
        ("delimiters=loose", True),
        ("header-end=first-junk", False),
        ("line-ends=cr", False),
        ("outside=parts", False),
    ],
)
def test_only_who_looks_ahead_needs_to_see_all_input_first(answers, looks_ahead):
    assert Asked(Reading.of(answers)).looks_ahead is looks_ahead
    parser = Parser(reading=Reading.of(answers))
    parser.feed(HEAD + b"\r\nbody")
    assert (parser.next_event() is None) is looks_ahead
