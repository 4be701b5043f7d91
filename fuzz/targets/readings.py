"""The union of all readings holds everything that ours shows, within the budget, and raises where `parse()` does and nowhere else."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import mimeparse
from mimeparse import LimitExceeded, Reading, Role
from targets.events import LIMITS
from targets.inputs import check_storable, understood, words

GROUPS = ("mail",)
FOLDERS = ("readings", "events", "message")

_LIMITS = replace(LIMITS, max_readings=10)  # each of them costs a parse


def check(data: bytes) -> None:
    """Check the promise on one input."""
    given = understood(data, words(*GROUPS))
    try:
        message = mimeparse.parse(given.content, limits=_LIMITS)
    except LimitExceeded as breach:
        try:
            mimeparse.readings(given.content, limits=_LIMITS)
        except LimitExceeded as the_same:
            assert the_same.limit == breach.limit
            return
        raise AssertionError(f"{breach.limit} was not noticed") from breach
    union = mimeparse.readings(given.content, limits=_LIMITS)
    _check_union(union)
    if not message.ambiguous:
        assert len(union.readings) == 1
        assert union.complete
    # A body that no part of the message's text is made of counts as attached, and is a text to the union.
    attachments = {attachment.sha256 for attachment in message.attachments if attachment.role is not Role.BODY}
    assert attachments <= {shown.sha256 for shown in union.attachments}
    bodies = {node.text() for node in message.walk() if node.role is Role.BODY}
    assert bodies <= {shown.text for shown in union.texts}
    assert {address.address for address in message.from_[:10] if address.address} <= set(union.senders)
    again = mimeparse.readings(given.chunks(), limits=_LIMITS)
    assert (again.readings, again.attachments, again.texts, again.senders, again.complete) == (
        *(union.readings, union.attachments, union.texts, union.senders, union.complete),
    )


def _check_union(union: mimeparse.Readings) -> None:
    assert len(union.readings) <= _LIMITS.max_readings
    assert str(union.readings[0]) == "ours"
    assert len(set(union.readings)) == len(union.readings)
    for reading in union.readings:
        assert Reading.of(str(reading)) == reading
    for shown in (*union.attachments, *union.texts):
        assert shown.sha256 == hashlib.sha256(shown.data).hexdigest()
        assert shown.readings
        assert set(shown.readings) <= set(union.readings)
        check_storable(shown.text)
        for text in (*shown.content_types, *shown.filenames):
            check_storable(text)
    digests = [shown.sha256 for shown in union.attachments]
    assert len(set(digests)) == len(digests)
    for sender in union.senders:
        check_storable(sender)
