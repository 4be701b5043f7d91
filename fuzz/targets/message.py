"""A message is the same through `parse()` and `stream()`, from bytes, a file or an iterable, and its JSON is JSON."""

from __future__ import annotations

import hashlib
import io
import json
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import mimeparse
from mimeparse import LimitExceeded, Node, Part
from targets.events import LIMITS
from targets.inputs import check_storable, understood, words

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from mimeparse import AsyncPart, Message
    from targets.inputs import Given

GROUPS = ("mail",)
FOLDERS = ("message", "events", "differential", "readings")

_T = TypeVar("_T")


class _Leaf(NamedTuple):
    """What both ways say of a leaf."""

    path: tuple[int, ...]
    content_type: str
    role: str
    filename: str | None
    offset: int
    sha256: str


def check(data: bytes) -> None:
    """Check the promise on one input."""
    given = understood(data, words(*GROUPS))
    message, breach = _or_breach(lambda: mimeparse.parse(given.content, limits=LIMITS))
    for read_again in _parsers(given):
        other, other_breach = _or_breach(read_again)
        assert (breach and breach.limit) == (other_breach and other_breach.limit)
        if message is not None and other is not None:
            assert _json(other) == _json(message)
    if message is None:
        return
    leaves = [_leaf(node, node.read()) for node in message.walk() if node.leaf]
    names = [node.safe_filename.casefold() for node in message.walk()]
    assert len(set(names)) == len(names)
    for read_stream in _streams(given):
        assert read_stream() == (leaves, message.size, message.sha256)
    _check_texts(message)
    message.to_email_message()


def _or_breach(parse: Callable[[], _T]) -> tuple[_T | None, LimitExceeded | None]:
    try:
        return parse(), None
    except LimitExceeded as breach:
        return None, breach


def _parsers(given: Given) -> list[Callable[[], Message]]:
    return [
        lambda: mimeparse.parse(given.chunks(), limits=LIMITS),
        lambda: mimeparse.parse(io.BytesIO(given.content), limits=LIMITS),
        lambda: _finished(mimeparse.aparse(_asynchronous(given), limits=LIMITS)),
    ]


def _streams(given: Given) -> list[Callable[[], tuple[list[_Leaf], int, str]]]:
    def streamed(source: bytes | io.BytesIO | None) -> tuple[list[_Leaf], int, str]:
        with mimeparse.stream(given.chunks() if source is None else source, limits=LIMITS) as message:
            leaves = [_leaf(part, part.read()) for part in message]
        return leaves, message.size, message.sha256

    async def streamed_asynchronously() -> tuple[list[_Leaf], int, str]:
        async with mimeparse.astream(_asynchronous(given), limits=LIMITS) as message:
            leaves = [_leaf(part, await part.read()) async for part in message]
        return leaves, message.size, message.sha256

    return [
        lambda: streamed(given.content),
        lambda: streamed(io.BytesIO(given.content)),
        lambda: streamed(None),
        lambda: _finished(streamed_asynchronously()),
    ]


async def _asynchronous(given: Given) -> AsyncIterator[bytes]:
    for chunk in given.chunks():
        yield chunk


def _finished(coroutine: Coroutine[object, None, _T]) -> _T:
    """Run a coroutine that waits for nothing, without the cost of an event loop."""
    try:
        coroutine.send(None)
    except StopIteration as finished:
        result: _T = finished.value
        return result
    raise AssertionError("the coroutine waits for something")


def _leaf(part: Node | Part | AsyncPart, body: bytes) -> _Leaf:
    digest = hashlib.sha256(body).hexdigest()
    if isinstance(part, Node):
        assert (part.size, part.sha256) == (len(body), digest)
    return _Leaf(part.path, part.content_type, part.role, part.filename, part.offset, digest)


def _json(message: Message) -> str | LimitExceeded:
    """Return a message as JSON, which every reader of JSON takes; "" where its text is beyond a limit."""
    try:
        text = json.dumps(message.to_dict(detect_types=False), ensure_ascii=False, allow_nan=False)
    except LimitExceeded as breach:
        return breach.limit
    check_storable(text)
    assert "\\u0000" not in text
    return text


def _check_texts(message: Message) -> None:
    for node in message.walk():
        for text in (node.filename, node.safe_filename, node.content_id, node.charset, *node.parameters.values()):
            check_storable(text)
        text, _ = _or_breach(node.unwrapped_text)
        check_storable(text)
        assert all(defect.path == node.path for defect in node.risks)
        for field in node.headers:
            check_storable(field.value)
            check_storable(node.headers.text(field.name))
    for defect in message.defects:
        assert 0 <= defect.offset <= message.size, defect
        assert not defect.detail or (defect.detail.isascii() and defect.detail.isprintable())
    preview, _ = _or_breach(lambda: message.preview)
    check_storable(preview)
    carved_files, _ = _or_breach(message.carve)
    for carved in carved_files or ():
        check_storable(carved.filename)
        assert carved.sha256 == hashlib.sha256(carved.data).hexdigest()
    for attachment in message.attachments:
        _or_breach(partial(attachment.parse, limits=LIMITS))
