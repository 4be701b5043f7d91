"""`parse()` and its asynchronous twin: from a source to the tree of a message, built from its outline or from events alone."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from threading import RLock
from typing import TYPE_CHECKING

from mimeparse.errors import LimitExceeded
from mimeparse.limits import DEFAULT_LIMITS
from mimeparse.message.bodies import Role, RoleAssigner
from mimeparse.message.encoded import EncodedBody, stretch
from mimeparse.message.facts import Stats
from mimeparse.message.recorder import Recorder
from mimeparse.message.sources import async_chunks, chunks
from mimeparse.message.spool import Body, Spool
from mimeparse.message.tree import Keeping, Message, Node
from mimeparse.reading import OUR_READING, LineEnds
from mimeparse.safety.filenames import UniqueNames
from mimeparse.wire.events import BodyChunk, PartEnd, PartStart, Surplus
from mimeparse.wire.outline import MAXIMUM_BYTES, outline
from mimeparse.wire.parser import Parser
from mimeparse.wire.translation import Translation

if TYPE_CHECKING:
    import os

    from mimeparse.limits import Limits
    from mimeparse.message.sources import AsyncSource, Buffer, Source
    from mimeparse.reading import Reading
    from mimeparse.wire.events import Event


def parse(
    source: Source,
    *,
    limits: Limits = DEFAULT_LIMITS,
    spool: str | os.PathLike[str] | None = None,
    reading: Reading = OUR_READING,
) -> Message:
    """Read the whole message in `source`: bytes, a binary file or an iterable of bytes.

    Decoded bodies are kept in memory up to `max_spool_bytes`, and beyond that in one unlinked temporary file in the directory
    `spool` (the system's by default). `reading` answers what readers disagree about; see `readings`. Raises `LimitExceeded`, with
    what was read until then as `partial`, and `UsageError` for a source of another kind.
    """
    pieces = chunks(source)
    first = next(pieces, b"")
    small = _small(first)
    second = next(pieces, None) if small is not None else None
    whole = _whole(source, small, second)
    if whole is not None and reading is OUR_READING and (message := _outlined(whole, limits, spool)) is not None:
        return message
    builder = _Builder(whole, limits, spool, reading)
    builder.feed(first if small is None else small)
    if second is not None:
        builder.feed(second)
    for chunk in pieces:
        builder.feed(chunk)
    builder.close()
    return builder.message()


async def aparse(
    source: AsyncSource,
    *,
    limits: Limits = DEFAULT_LIMITS,
    spool: str | os.PathLike[str] | None = None,
    reading: Reading = OUR_READING,
) -> Message:
    """Read the whole message in `source`: an async iterable of bytes, or an object with `async read(n)`; else as `parse`."""
    pieces = async_chunks(source)
    first = await anext(pieces, b"")
    small = _small(first)
    second = await anext(pieces, None) if small is not None else None
    whole = _whole(source, small, second)
    if whole is not None and reading is OUR_READING and (message := _outlined(whole, limits, spool)) is not None:
        return message
    builder = _Builder(whole, limits, spool, reading)
    builder.feed(first if small is None else small)
    if second is not None:
        builder.feed(second)
    async for chunk in pieces:
        builder.feed(chunk)
    builder.close()
    return builder.message()


def _small(chunk: Buffer) -> bytes | None:
    """Return a chunk that may be a whole message as bytes of its own, or None where it is too large for that.

    To be called before the next chunk is asked for: a source may use its buffer again.
    """
    return bytes(chunk) if len(chunk) <= MAXIMUM_BYTES else None


def _whole(source: object, small: bytes | None, second: Buffer | None) -> bytes | None:
    """Return the whole input, if it is in memory: it came as bytes, or in one small chunk."""
    if isinstance(source, bytes):
        return source
    return small if second is None else None


def _outlined(source: bytes, limits: Limits, spool: str | os.PathLike[str] | None) -> Message | None:
    """Return an ordinary message whose bodies are not decoded yet; None if it is not plainly ordinary."""
    started = time.perf_counter()
    found = outline(source, limits)
    if found is None:
        return None
    keeping = Keeping(limits, found.log, Spool(limits.max_spool_bytes, spool), UniqueNames(), parse, RLock())
    roles = RoleAssigner()
    nodes: list[Node] = []
    opened: list[Node] = []
    attachments = 0
    for part in found.parts:
        placement = roles.place(part)
        node = Node(part, placement, keeping)
        node._end_offset = part.end
        nodes.append(node)
        del opened[len(part.path) :]
        if opened:
            opened[-1].children.append(node)
        attachments += placement.role in (Role.ATTACHMENT, Role.INLINE)
        if part.frame is None:
            node._encoded = EncodedBody(source, part)
            continue
        opened.append(node)
        node._defects += tuple(part.frame.defects)
        if placement.role is Role.ATTACHMENT:
            node._body = Body(keeping.spool, memoryview(source)[part.body_offset : part.end])
        if part.preamble_end > part.body_offset:
            node.preamble = Body(keeping.spool, stretch(source, part.body_offset, part.preamble_end))
        if part.epilogue_start is not None and part.end > part.epilogue_start:
            node.epilogue = Body(keeping.spool, stretch(source, part.epilogue_start, part.end))
    stats = Stats(len(source), len(nodes), found.depth, attachments, seconds=time.perf_counter() - started)
    return Message(nodes[0], keeping, source, stats)


class _Builder:
    """Build the tree from events; the same for all sources. `whole` is the input where it is in memory anyway."""

    def __init__(
        self, whole: bytes | None, limits: Limits, spool: str | os.PathLike[str] | None, reading: Reading
    ) -> None:
        # Translated here, so that what is recorded are the bytes that the offsets count.
        ours = reading is OUR_READING or reading.line_ends is LineEnds.LF
        self._translation = None if ours else Translation(reading.line_ends)
        if self._translation is not None:
            reading = replace(reading, line_ends=LineEnds.LF)
        self._parser = Parser(limits=limits, clock=time.perf_counter, reading=reading)
        self._keeping = Keeping(
            limits, self._parser.log, Spool(limits.max_spool_bytes, spool), UniqueNames(), parse, RLock()
        )
        self._roles = RoleAssigner()
        self._open: list[Node] = []
        self._root: Node | None = None
        self._stats = Stats()
        # Bytes in memory need neither be copied nor digested before somebody asks.
        self._whole = whole if self._translation is None else None
        self._digest = hashlib.sha256() if self._whole is None else None
        self._recorder = Recorder(self._keeping.spool)
        self._recording: Node | None = None

    def feed(self, chunk: Buffer) -> None:
        """Take a chunk of input."""
        if self._translation is not None:
            chunk = self._translation.feed(bytes(chunk))
        self._feed(chunk)

    def _feed(self, chunk: Buffer) -> None:
        if self._digest is not None:
            self._digest.update(chunk)
            self._recorder.feed(chunk)
        self._parser.feed(chunk)
        if chunk is self._whole:
            self._parser.close()  # what is known to be the end needs no second look
        self._pull()

    def close(self) -> None:
        """Take the end of the input."""
        if self._translation is not None:
            self._feed(self._translation.close())
        self._parser.close()
        self._pull()

    def message(self) -> Message:
        """Return what was built so far."""
        assert self._root is not None
        stats, parser = self._stats, self._parser
        stats.bytes = parser.offset
        stats.parts, stats.depth = parser.parts, parser.depth
        stats.seconds = parser.seconds
        digest: str | Buffer = self._digest.hexdigest() if self._digest is not None else self._whole or b""
        return Message(self._root, self._keeping, digest, stats)

    def _pull(self) -> None:
        try:
            for event in self._parser.events():
                self._take(event)
        except LimitExceeded as breach:
            if self._root is not None:
                while self._open:
                    self._close(self._open.pop(), self._parser.offset)
                breach.partial = self.message()
            raise

    def _take(self, event: Event) -> None:
        if isinstance(event, BodyChunk):
            self._append(self._open[-1], event.data)
        elif isinstance(event, PartStart):
            self._begin(event)
        elif isinstance(event, PartEnd):
            node = self._open.pop()
            node._defects += event.defects
            self._close(node, event.offset)
        elif isinstance(event, Surplus):
            self._append_surplus(self._open[-1], event)

    def _begin(self, start: PartStart) -> None:
        placement = self._roles.place(start)
        node = Node(start, placement, self._keeping)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self._root = node
        self._open.append(node)
        if placement.role in (Role.ATTACHMENT, Role.INLINE):
            self._stats.attachments += 1
            maximum = self._keeping.limits.max_attachments
            if maximum is not None and self._stats.attachments > maximum:
                self._parser.breach("max_attachments", path=start.path)
        if placement.role is Role.ATTACHMENT and not start.leaf and self._recording is None and self._whole is None:
            # An attached message is kept as its bytes stood; a message attached to it is a range of those.
            self._recording = node
            before = max(self._recorder.chunk_offset - start.body_offset, 0)
            self._recorder.begin(start.body_offset, self._parser.peek(before))

    def _append(self, node: Node, data: bytes) -> None:
        body = node._body
        if body is None:
            body = node._body = Body(self._keeping.spool)
        maximum = self._keeping.limits.max_text_bytes
        if maximum is not None and node.role is Role.BODY and body.size + len(data) > maximum:
            self._parser.breach("max_text_bytes", path=node.path)
        body.append(data)

    def _append_surplus(self, node: Node, surplus: Surplus) -> None:
        body = getattr(node, surplus.where)
        if body is None:
            body = Body(self._keeping.spool)
            setattr(node, surplus.where, body)
        body.append(surplus.data)

    def _close(self, node: Node, end: int) -> None:
        node._end_offset = end
        if node.leaf:
            return
        if node.role is Role.ATTACHMENT:
            if self._whole is not None:
                node._body = Body(self._keeping.spool, memoryview(self._whole)[node.body_offset : end])
            elif self._recording is not None:
                node._body = self._recorder.range(node.body_offset, end)
        if node is self._recording:
            self._recording = None
            self._recorder.end()
