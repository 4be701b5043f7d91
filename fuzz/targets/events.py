"""Any bytes in any chunks give the same events, which tile the input, or `LimitExceeded`, and nothing else.

The three promises of `mimeparse.Parser`: never surprised, nothing lost, and the same defects however the input is cut. A choice of 64
or more is another reading than ours, which must be as indifferent to how the input is cut; its offsets are not those of the input.
"""

from __future__ import annotations

from dataclasses import fields
from enum import StrEnum
from typing import TYPE_CHECKING

from mimeparse import (
    BodyChunk,
    EndOfMessage,
    Event,
    LimitExceeded,
    Limits,
    Parser,
    PartEnd,
    PartStart,
    Reading,
    Surplus,
)
from targets.inputs import understood, words

if TYPE_CHECKING:
    from collections.abc import Iterable

GROUPS = ("mail",)
FOLDERS = ("events", "message", "differential", "readings")

# Tight, so that the fuzzer meets each of them, and large enough that most inputs meet none. None of them is a clock.
LIMITS = Limits(
    max_header_bytes=5_000,
    max_total_header_bytes=10_000,
    max_header_count=50,
    max_structured_bytes=1_000,
    max_depth=8,
    max_parts=100,
    max_attachments=20,
    max_boundary_bytes=200,
    max_text_bytes=10_000,
    max_spool_bytes=1_000,
    max_defects=20,
    max_cpu_seconds=None,
)


_OURS = Reading()
_OTHERS = tuple(
    Reading.of(f"{question.name.replace('_', '-')}={answer}")
    for question in fields(Reading)
    if isinstance(question.default, StrEnum)
    for answer in type(question.default)
    if answer != question.default
)


def check(data: bytes) -> None:
    """Check the promise on one input."""
    given = understood(data, words(*GROUPS))
    reading = _OURS if given.choice < 64 else _OTHERS[given.choice % 64 % len(_OTHERS)]
    for decode in (True, False):
        whole, breach = events_of([given.content], reading, decode=decode)
        cut, breach_when_cut = events_of(given.chunks(), reading, decode=decode)
        assert (breach and breach.limit) == (breach_when_cut and breach_when_cut.limit)
        if breach is not None:
            assert 0 <= breach.offset <= len(given.content)
            continue
        assert list(map(plain, cut)) == list(map(plain, whole))
        check_nesting(whole)
        if not decode and reading is _OURS:
            check_tiles(given.content, whole)


def events_of(chunks: Iterable[bytes], reading: Reading, *, decode: bool) -> tuple[list[Event], LimitExceeded | None]:
    """Return the events of a message, adjacent chunks of a body joined, and the limit that was hit, if any."""
    parser = Parser(limits=LIMITS, decode=decode, reading=reading)
    events: list[Event] = []
    try:
        for chunk in chunks:
            parser.feed(chunk)
            events.extend(parser.events())
        parser.close()
        events.extend(parser.events())
    except LimitExceeded as breach:
        return joined(events), breach
    assert parser.done
    assert parser.next_event() is None
    return joined(events), None


def joined(events: list[Event]) -> list[Event]:
    """Return the events with adjacent chunks of one body or surplus joined."""
    result: list[Event] = []
    for event in events:
        last = result[-1] if result else None
        if isinstance(event, BodyChunk) and isinstance(last, BodyChunk) and last.path == event.path:
            result[-1] = BodyChunk(event.path, last.data + event.data, last.offset)
        elif (
            isinstance(event, Surplus)
            and isinstance(last, Surplus)
            and (last.path, last.where) == (event.path, event.where)
        ):
            result[-1] = Surplus(event.path, event.where, last.data + event.data, last.offset)
        else:
            result.append(event)
    return result


def plain(event: Event) -> tuple[object, ...]:
    """Return an event as values that can be compared."""
    match event:
        case PartStart(headers=headers):
            fields = tuple((field.name, field.value, field.offset) for field in headers)
            facts = (event.content_type, event.disposition, event.filename, event.leaf, event.defects)
            return (event.path, headers.raw, fields, *facts, event.offset, event.body_offset)
        case BodyChunk():
            # Where a decoder gives its first bytes back depends on the chunks; where the body begins does not.
            return (event.path, event.data)
        case Surplus():
            return (event.path, event.where, event.data, event.offset)
        case PartEnd():
            return (event.path, event.size, event.defects, event.offset)
        case EndOfMessage():
            return (event.size, event.defects)


def check_nesting(events: list[Event]) -> None:
    """Check that starts and ends nest, that paths are in document order, and that bodies have the size that is said."""
    assert isinstance(events[-1], EndOfMessage)
    opened: list[PartStart] = []
    children: list[int] = []
    size = 0
    for event in events[:-1]:
        assert not isinstance(event, EndOfMessage)
        if isinstance(event, PartStart):
            if opened:
                assert not opened[-1].leaf
                assert event.path == (*opened[-1].path, children[-1])
                children[-1] += 1
            else:
                assert event.path == ()
            opened.append(event)
            children.append(0)
            size = 0
            continue
        start = opened[-1]
        assert event.path == start.path
        if isinstance(event, BodyChunk):
            assert event.data
            assert start.leaf
            size += len(event.data)
        elif isinstance(event, PartEnd):
            assert event.size == (size if start.leaf else 0)
            opened.pop()
            children.pop()
        else:
            assert event.data
            assert not start.leaf
    assert not opened


def check_tiles(data: bytes, events: list[Event]) -> None:
    """Check that what the events cover, and delimiter lines between, is the whole input."""
    position = 0
    for event in events:
        if isinstance(event, PartStart):
            start, end = event.offset, event.body_offset
            assert data[start:end].startswith(event.headers.raw)
        elif isinstance(event, BodyChunk | Surplus):
            start, end = event.offset, event.offset + len(event.data)
            assert data[start:end] == event.data
        else:
            continue
        assert position <= start <= end
        _check_gap(data[position:start])
        position = end
    _check_gap(data[position:])


def _check_gap(gap: bytes) -> None:
    """Check that bytes outside all header blocks and bodies are delimiter lines."""
    for line in gap.replace(b"\r", b"").split(b"\n"):
        assert not line or line.startswith(b"--"), f"bytes got lost: {line[:80]!r}"
