"""A message that is outlined is, part by part and defect by defect, what the machine makes of it piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mimeparse
from mimeparse import LimitExceeded
from targets.inputs import understood, words

if TYPE_CHECKING:
    from mimeparse import Message, Node

GROUPS = ("mail",)
FOLDERS = ("outline", "message", "events", "differential", "readings")


def check(data: bytes) -> None:
    """Check the promise on one input."""
    content = understood(data, words(*GROUPS)).content
    try:
        # Whatever comes in two pieces is the machine's.
        outlined, read = mimeparse.parse(content), mimeparse.parse(iter((content[:1], content[1:])))
    except LimitExceeded:
        return  # too deep: neither the one nor the other
    # In another order: what is asked for first must not matter.
    bodies = [node.read() for node in read.walk()]
    assert outlined.defects == read.defects
    assert [node.read() for node in outlined.walk()] == bodies
    assert list(map(_facts, outlined.walk())) == list(map(_facts, read.walk()))
    assert _summary(outlined) == _summary(read)


def _facts(node: Node) -> tuple[object, ...]:
    surplus = [body.read() if body is not None else None for body in (node.preamble, node.epilogue)]
    declared = (node.content_type, node.disposition, node.filename, node.leaf, node.headers.raw, node.headers.unix_from)
    places = (node.path, node.offset, node.body_offset, node.end_offset, node.headers.offset)
    return (*declared, *places, node.placement, node.size, node.sha256, node.defects, *surplus)


def _summary(message: Message) -> tuple[object, ...]:
    stats = message.stats
    counts = (stats.bytes, stats.parts, stats.depth, stats.attachments, stats.attachment_bytes, stats.decoded_bytes)
    return (message.sha256, message.ambiguous, stats.defects, *counts)
