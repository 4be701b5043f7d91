"""The union of all readings holds everything that the default reading shows, within the limits, and nothing is raised but them."""

from __future__ import annotations

import mimeparse
from mimeparse import LimitExceeded
from targets.events import LIMITS
from targets.inputs import check_storable, understood, words

GROUPS = ("mail",)
FOLDERS = ("readings", "events", "message")

_READINGS = getattr(mimeparse, "readings", None)
ACTIVE = _READINGS is not None
"""Whether this mimeparse has readings."""


def check(data: bytes) -> None:
    """Check the promise on one input."""
    assert _READINGS is not None
    given = understood(data, words(*GROUPS))
    try:
        message = mimeparse.parse(given.content, limits=LIMITS)
        shown = {attachment.sha256 for attachment in message.attachments}
        texts = {part.text() for part in (*message.text_body, *message.html_body) if part.role == mimeparse.Role.BODY}
    except LimitExceeded:
        shown, texts = set(), set()
    try:
        union = _READINGS(given.content, limits=LIMITS)
    except LimitExceeded:
        return
    assert shown <= {attachment.sha256 for attachment in union.attachments}
    assert texts <= {getattr(text, "text", text) for text in union.texts}
    for text in texts:
        check_storable(text)
