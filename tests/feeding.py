"""Ways of feeding one message, and of comparing what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import cycle
from typing import TYPE_CHECKING

from mimeparse import BodyChunk, Defect, EndOfMessage, Event, Limits, Parser, PartEnd, PartStart, Surplus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHUNK_SIZES = ((1,), (2,), (3,), (7,), (64,), (1, 30, 2, 5))


def cut(data: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """Cut `data` into chunks of the given sizes, over and over."""
    position = 0
    for size in cycle(sizes):
        if position >= len(data):
            return
        yield data[position : position + size]
        position += size


def feed(data: bytes, sizes: Iterable[int], *, limits: Limits | None = None, decode: bool = True) -> list[Event]:
    """Return the events of a message that is fed in chunks of the given sizes."""
    parser = Parser(limits=limits or Limits(), decode=decode)
    events: list[Event] = []
    for chunk in cut(data, sizes):
        parser.feed(chunk)
        events.extend(parser.events())
    parser.close()
    events.extend(parser.events())
    assert parser.done
    return events


def merged(events: Iterable[Event]) -> list[Event]:
    """Join adjacent chunks of one body, preamble or epilogue: how they were cut is no part of the contract."""
    result: list[Event] = []
    for event in events:
        last = result[-1] if result else None
        if isinstance(event, BodyChunk) and isinstance(last, BodyChunk) and last.path == event.path:
            result[-1] = BodyChunk(last.path, last.data + event.data, last.offset)
        elif (
            isinstance(event, Surplus)
            and isinstance(last, Surplus)
            and (last.path, last.where) == (event.path, event.where)
        ):
            result[-1] = Surplus(last.path, last.where, last.data + event.data, last.offset)
        else:
            result.append(event)
    return result


def shape(event: Event) -> tuple[object, ...]:
    """Return an event as plain values, so that two can be compared."""
    if isinstance(event, PartStart):
        raw = (event.headers.raw, event.headers.path, tuple(field.raw for field in event.headers))
        rest = (event.content_type, event.disposition, event.filename, event.leaf, event.defects)
        return ("start", event.path, raw, *rest, event.offset, event.body_offset)
    if isinstance(event, BodyChunk):
        # Where a decoder gives its first bytes back depends on the chunks; where the body begins does not.
        return ("chunk", event.path, event.data)
    if isinstance(event, Surplus):
        return ("surplus", event.path, event.where, event.data, event.offset)
    if isinstance(event, PartEnd):
        return ("end", event.path, event.size, event.defects, event.offset)
    return ("message", event.size, event.defects)


def events_of(data: bytes, *, limits: Limits | None = None, decode: bool = True) -> list[Event]:
    """Return the merged events of a message, after checking that every way of cutting the input gives the same."""
    whole = merged(feed(data, (max(len(data), 1),), limits=limits, decode=decode))
    expected = [shape(event) for event in whole]
    for sizes in CHUNK_SIZES:
        again = merged(feed(data, sizes, limits=limits, decode=decode))
        assert [shape(event) for event in again] == expected, f"chunks of {sizes}"
    return whole


@dataclass
class Entity:
    """A part, put together from its events."""

    start: PartStart
    body: bytes = b""
    preamble: bytes = b""
    epilogue: bytes = b""
    end: PartEnd | None = None
    children: list[Entity] = field(default_factory=list)

    @property
    def defects(self) -> list[str]:
        assert self.end is not None
        return [str(defect.code) for defect in self.start.defects + self.end.defects]

    @property
    def tree(self) -> str:
        """The types of the tree, as in `mixed(plain,rfc822(plain))`."""
        name = self.start.content_type.partition("/")[2]
        inside = ",".join(child.tree for child in self.children)
        return f"{name}({inside})" if not self.start.leaf else name

    def leaves(self) -> list[Entity]:
        found: list[Entity] = []
        waiting = [self]
        while waiting:
            entity = waiting.pop()
            if entity.start.leaf:
                found.append(entity)
            waiting.extend(reversed(entity.children))
        return found


def tree_of(data: bytes, *, limits: Limits | None = None, decode: bool = True) -> Entity:
    """Return the tree of a message, after checking every way of feeding it and the nesting of its events."""
    events = events_of(data, limits=limits, decode=decode)
    assert isinstance(events[-1], EndOfMessage)
    open_entities: list[Entity] = []
    root = None
    for event in events[:-1]:
        if isinstance(event, PartStart):
            entity = Entity(event)
            if open_entities:
                parent = open_entities[-1]
                assert event.path == (*parent.start.path, len(parent.children))
                parent.children.append(entity)
            else:
                assert root is None
                root = entity
            open_entities.append(entity)
        elif isinstance(event, BodyChunk):
            assert event.data
            assert event.path == open_entities[-1].start.path
            open_entities[-1].body += event.data
        elif isinstance(event, Surplus):
            assert event.data
            assert event.path == open_entities[-1].start.path
            setattr(open_entities[-1], event.where, getattr(open_entities[-1], event.where) + event.data)
        elif isinstance(event, PartEnd):
            entity = open_entities.pop()
            assert event.path == entity.start.path
            assert event.size == len(entity.body)
            entity.end = event
    assert not open_entities
    assert root is not None
    return root


def codes(defects: Iterable[Defect]) -> list[str]:
    return [str(defect.code) for defect in defects]


def multipart(*parts: bytes, boundary: bytes = b"b", subtype: bytes = b"mixed", end: bytes = b"\r\n") -> bytes:
    """Return a multipart message of the given parts, each a header block, a blank line and a body."""
    head = b"From: a@example.com\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    head += b"Content-Type: multipart/" + subtype + b'; boundary="' + boundary + b'"\r\n\r\n'
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return head + body + b"--" + boundary + b"--" + end
