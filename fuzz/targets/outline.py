"""A message that is outlined is, part by part and defect by defect, what the machine makes of it piece by piece."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import mimeparse
from mimeparse import LimitExceeded
from targets.inputs import understood, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimeparse import Message, Node

GROUPS = ("mail",)
FOLDERS = ("outline", "message", "events", "differential", "readings")

_T = TypeVar("_T")


def check(data: bytes) -> None:
    """Check the promise on one input."""
    content = understood(data, words(*GROUPS)).content
    # Whatever comes in two pieces is the machine's.
    outlined, breach = _or_breach(lambda: mimeparse.parse(content))
    read, other_breach = _or_breach(lambda: mimeparse.parse(iter((content[:1], content[1:]))))
    assert breach == other_breach
    _check_streams(content)
    if outlined is None or read is None:
        return
    # In another order: what is asked for first must not matter.
    bodies = [node.read() for node in read.walk()]
    assert outlined.defects == read.defects
    assert [node.read() for node in outlined.walk()] == bodies
    assert list(map(_facts, outlined.walk())) == list(map(_facts, read.walk()))
    assert _summary(outlined) == _summary(read)


def _or_breach(read: Callable[[], _T]) -> tuple[_T | None, str]:
    try:
        return read(), ""
    except LimitExceeded as breach:
        return None, breach.limit


def _check_streams(content: bytes) -> None:
    """Compare a stream whose header block is read without the machine with one that comes from a file."""
    told, breach = _or_breach(lambda: _streamed(content, early=False))
    for source, early in ((io.BytesIO(content), False), (content, True), (io.BytesIO(content), True)):
        assert _or_breach(partial(_streamed, source, early=early)) == (told, breach)


def _streamed(source: bytes | io.BytesIO, *, early: bool) -> tuple[object, ...]:
    with mimeparse.stream(source) as message:
        if early:
            _ = message.defects
        parts = [(part.path, part.read(), part.headers.raw, part.defects, part.safe_filename) for part in message]
    return parts, message.defects, message.headers.defects, message.stats.defects, message.sha256


def _facts(node: Node) -> tuple[object, ...]:
    surplus = [body.read() if body is not None else None for body in (node.preamble, node.epilogue)]
    declared = (node.content_type, node.disposition, node.filename, node.leaf, node.headers.raw, node.headers.unix_from)
    places = (node.path, node.offset, node.body_offset, node.end_offset, node.headers.offset)
    return (*declared, *places, node.placement, node.size, node.sha256, node.defects, *surplus)


def _summary(message: Message) -> tuple[object, ...]:
    stats = message.stats
    counts = (stats.bytes, stats.parts, stats.depth, stats.attachments, stats.attachment_bytes, stats.decoded_bytes)
    plain, _ = _or_breach(message.to_dict)
    return (message.sha256, message.ambiguous, stats.defects, plain, *counts)
