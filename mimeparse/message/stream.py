"""One pass over a message in constant memory: its headers at once, then its leaves, each to be read, saved or skipped."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Self

from mimeparse.coding.charsets import decode_text
from mimeparse.coding.embedded import text_findings
from mimeparse.defects import Defect
from mimeparse.errors import PartConsumed, UsageError
from mimeparse.limits import DEFAULT_LIMITS
from mimeparse.message.bodies import Role, RoleAssigner
from mimeparse.message.facts import EnvelopeFacts, PartFacts, Stats
from mimeparse.message.risks import Edges, part_risks
from mimeparse.message.sources import async_chunks, chunks
from mimeparse.safety.filenames import UniqueNames, filename_findings, safe_filename
from mimeparse.wire.events import BodyChunk, EndOfMessage, PartEnd, PartStart
from mimeparse.wire.outline import OutlinedPart, root_part
from mimeparse.wire.parser import Parser

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from mimeparse.coding.charsets import Decoded
    from mimeparse.defects import DefectLog, Finding
    from mimeparse.fields.headers import Headers
    from mimeparse.limits import Limits
    from mimeparse.message.bodies import Placement
    from mimeparse.message.sources import AsyncSource, Buffer, Source
    from mimeparse.wire.events import Event
    from mimeparse.wire.outline import Start


def iter_events(source: Source, *, limits: Limits = DEFAULT_LIMITS, decode: bool = True) -> Iterator[Event]:
    """Yield the events of the message in `source`: bytes, a binary file or an iterable of bytes.

    Raises `LimitExceeded`, and `UsageError` for a source of another kind.
    """
    parser = Parser(limits=limits, decode=decode, clock=time.perf_counter)
    for chunk in chunks(source):
        parser.feed(chunk)
        if chunk is source:
            break  # there is no more, and what is known to be the end needs no second look
        yield from parser.events()
    parser.close()
    yield from parser.events()


async def aiter_events(
    source: AsyncSource, *, limits: Limits = DEFAULT_LIMITS, decode: bool = True
) -> AsyncIterator[Event]:
    """Yield the events of the message in `source`: an async iterable of bytes, or an object with `async read(n)`.

    Raises `LimitExceeded`, and `UsageError` for a source of another kind.
    """
    parser = Parser(limits=limits, decode=decode, clock=time.perf_counter)
    async for chunk in async_chunks(source):
        parser.feed(chunk)
        for event in parser.events():
            yield event
    parser.close()
    for event in parser.events():
        yield event


def stream(source: Source, *, limits: Limits = DEFAULT_LIMITS, digest: bool = True) -> MessageStream:
    """Read the headers of the message in `source`, and make its parts ready to be pulled one by one.

    To be used in a `with` statement. `digest=False` does without `sha256`: of a file or of chunks it has to be taken while they pass,
    and takes longer than all the rest of a large attachment. Raises `LimitExceeded`, and `UsageError` for a source that is no
    bytes, no binary file and no iterable of bytes.
    """
    return MessageStream(source, limits, digest=digest)


def astream(source: AsyncSource, *, limits: Limits = DEFAULT_LIMITS, digest: bool = True) -> AsyncMessageStream:
    """Make ready to read the message in `source` with `async with`, which reads its headers.

    `digest=False` does without `sha256`, as in `stream()`. Raises `LimitExceeded` there, and `UsageError` for a source that is no
    async iterable and has no `async read(n)`.
    """
    return AsyncMessageStream(source, limits, digest=digest)


class _StreamedPart(PartFacts):
    """A leaf on its way past, without the reading of it."""

    __slots__ = ("_defects", "_edges", "_gone", "_risks", "_size", "safe_filename")

    def __init__(self, start: PartStart, placement: Placement, name: str) -> None:
        super().__init__(start, placement)
        self.safe_filename = name
        """A name to save the part under: one harmless path component, unique in the message."""
        self._defects = start.defects
        self._size: int | None = None
        self._gone = False
        self._edges: Edges | None = Edges()
        self._risks: tuple[Defect, ...] | None = None

    @property
    def defects(self) -> tuple[Defect, ...]:
        """Return what is wrong with the part; what is wrong with its body is only known when it has been read."""
        return self._defects

    @property
    def size(self) -> int:
        """Return how many decoded bytes the part had. Raises `UsageError` before it has been read to its end."""
        if self._size is None:
            raise UsageError(
                "the size of a streamed part is known when it has been read: iterate over it, or call read()"
            )
        return self._size

    @property
    def risks(self) -> tuple[Defect, ...]:
        """Return what is dangerous about the part's name and type, as `Node.risks` does.

        To be asked when the part has been read and before the next part: raises `UsageError` before, and `PartConsumed` after, unless
        it was asked in time.
        """
        if self._risks is None:
            if self._edges is None:
                self._refuse_if_gone()
            if self._size is None or self._edges is None:
                raise UsageError("the risks of a streamed part are known when it has been read: call read() first")
            self._risks = part_risks(self, self._edges.beginning, self._edges.end, self._size)
        return self._risks

    def _passed(self, data: bytes) -> bytes:
        if self._edges is not None:
            self._edges.append(data)
        return data

    def _refuse_if_gone(self) -> None:
        if self._gone:
            where = ".".join(map(str, self.path)) or "()"
            raise PartConsumed(
                f"part {where} has gone past; read it before the next part, or use parse() to keep all parts"
            )

    def _end(self, end: PartEnd) -> None:
        self._gone = True
        self._size = end.size
        self._defects += end.defects


class _Progress(EnvelopeFacts):
    """What a stream knows and does apart from waiting for bytes."""

    def __init__(self, source: object, limits: Limits, *, digest: bool) -> None:
        self._limits = limits
        # Bytes in memory need not be digested before somebody asks. Others are gone by then: a file may be closed or written to, and
        # to read it again would take as long as to look at each block now, while the processor has it at hand.
        self._whole = source if isinstance(source, bytes) else None
        self._digest = hashlib.sha256() if digest and self._whole is None else None
        self._digested = digest
        self._roles = RoleAssigner()
        self._names = UniqueNames()
        self._header_defects = 0
        self._ended = False
        self._left = False
        self.stats = Stats()
        """Counts so far; complete after the last part."""

    @cached_property
    def _parser(self) -> Parser:
        # Those who look at the fields of an ordinary message and at nothing else never need it.
        return Parser(limits=self._limits, clock=time.perf_counter)

    @property
    def defects(self) -> tuple[Defect, ...]:
        """Return the defects found so far; complete after the last part."""
        return self._log_so_far().kept

    @property
    def ambiguous(self) -> bool:
        """Return whether real readers would disagree about the message; certain after the last part."""
        return self._log_so_far().ambiguous

    def _log_so_far(self) -> DefectLog:
        return self._parser.log

    @property
    def size(self) -> int:
        """Return the size of the input in bytes. Raises `UsageError` before the last part has passed."""
        self._require_end("size")
        return self.stats.bytes

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the input as hex digits. Raises `UsageError` before the last part has passed, or where it was declined."""
        if not self._digested:
            raise UsageError("sha256 was declined with digest=False: leave it out to have the digest taken")
        self._require_end("sha256")
        digest = self._digest if self._digest is not None else hashlib.sha256(self._whole or b"")
        return digest.hexdigest()

    def _require_end(self, what: str) -> None:
        if not self._ended:
            raise UsageError(f"{what} is known after the last part: iterate over the message to its end first")

    def _feed(self, chunk: Buffer | None) -> None:
        if chunk is None:
            self._parser.close()
        else:
            if self._digest is not None:
                self._digest.update(chunk)
            self._parser.feed(chunk)
            if chunk is self._whole:
                self._parser.close()

    def _begin(self, start: Start) -> None:
        """Take in the header block of the message itself."""
        self._headers: Headers = start.headers
        self._header_defects = len(start.headers.defects)

    def _place(self, start: PartStart) -> tuple[Placement, str] | None:
        """Count a part; return its place and its safe name if it is a leaf."""
        placement = self._roles.place(start)
        if start.filename is not None:
            self._note(filename_findings(start.filename), start.offset, start.path)
        if placement.role in (Role.ATTACHMENT, Role.INLINE):
            self.stats.attachments += 1
            maximum = self._limits.max_attachments
            if maximum is not None and self.stats.attachments > maximum:
                self._parser.breach("max_attachments", path=start.path)
        if start.path and start.path == placement.message:
            known = len(start.headers.defects)
            self._log(start.headers.message_defects()[known:])
        if not start.leaf:
            return None
        return placement, self._names.claim(safe_filename(start.filename, content_type=start.content_type))

    def _count(self, part: _StreamedPart, end: PartEnd) -> None:
        self.stats.decoded_bytes += end.size
        if part.role is not Role.BODY:
            self.stats.attachment_bytes += end.size

    def _finish(self, end: EndOfMessage) -> None:
        self._log(self._headers.message_defects()[self._header_defects :])
        self._ended = True
        stats = self.stats
        stats.bytes = end.size
        stats.parts = self._parser.parts
        stats.depth = self._parser.depth
        stats.defects = {str(code): count for code, count in sorted(self._parser.log.counts.items())}
        stats.seconds = self._parser.seconds

    def _note(self, findings: list[Finding] | tuple[Finding, ...], offset: int, path: tuple[int, ...]) -> None:
        self._log(tuple(Defect(code, offset + position, path, detail) for code, position, detail in findings))

    def _log(self, defects: tuple[Defect, ...]) -> None:
        for defect in defects:
            self._parser.log.add(defect)

    def _decode(self, part: _StreamedPart, data: bytes) -> Decoded:
        decoded = decode_text(data, part.charset, html=part.content_type == "text/html")
        self._note(decoded.findings, part.body_offset, part.path)
        if part.role is Role.BODY:
            self._note(text_findings(part.content_type, data), part.body_offset, part.path)
        return decoded

    def _check_text(self, part: _StreamedPart, size: int) -> None:
        maximum = self._limits.max_text_bytes
        if maximum is not None and size > maximum:
            self._parser.breach("max_text_bytes", path=part.path)


class Part(_StreamedPart):
    """A leaf of a streamed message. To be read before the next part is asked for; what is not read is skipped, not kept."""

    __slots__ = ("_message",)

    def __init__(self, message: MessageStream, start: PartStart, placement: Placement, name: str) -> None:
        super().__init__(start, placement, name)
        self._message = message

    def __iter__(self) -> Iterator[bytes]:
        """Yield the decoded bytes that have not been read yet. Raises `PartConsumed` once the part has gone past."""
        self._refuse_if_gone()
        while not self._gone:
            event = self._message._pull()
            if isinstance(event, BodyChunk):
                yield self._passed(event.data)
            elif isinstance(event, PartEnd):
                self._end(event)
                self._message._count(self, event)

    def read(self) -> bytes:
        """Return the decoded bytes that have not been read yet. Raises `PartConsumed` once the part has gone past."""
        return b"".join(self)

    def decoded_text(self) -> Decoded:
        """Read the part as text, and say with which charset and at what loss.

        Raises `LimitExceeded` beyond `max_text_bytes`, and `PartConsumed` once the part has gone past.
        """
        kept = []
        size = 0
        for chunk in self:
            size += len(chunk)
            self._message._check_text(self, size)
            kept.append(chunk)
        return self._message._decode(self, b"".join(kept))

    def text(self) -> str:
        """Read the part as text with LF line ends. Raises what `decoded_text` raises."""
        return self.decoded_text().text

    def save(self, directory: str | os.PathLike[str]) -> Path:
        """Write the decoded bytes to a new file in `directory`, named by `safe_filename`, and return its path.

        Never leaves the directory, never overwrites, never follows a link. Raises `UsageError` for a directory that is missing or
        cannot be written, `PartConsumed` once the part has gone past, and `OSError` when the disk fails.
        """
        self._refuse_if_gone()
        from mimeparse.safety.saving import save_exclusively

        return save_exclusively(directory, self.safe_filename, self)


class MessageStream(_Progress):
    """A message on its way past: an iterator over its leaves, those of attached messages included, in document order."""

    def __init__(self, source: Source, limits: Limits, *, digest: bool = True) -> None:
        super().__init__(source, limits, digest=digest)
        self._chunks = chunks(source)
        self._current: Part | None = None
        self._first: Event | None = None
        root: Start | Event | None = root_part(source, limits) if isinstance(source, bytes) else None
        self._is_unread = root is not None
        if root is None:
            self._first = root = self._pull()
        assert isinstance(root, (PartStart, OutlinedPart))
        self._begin(root)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._left = True

    def __iter__(self) -> Iterator[Part]:
        return self

    def __next__(self) -> Part:
        if self._current is not None:
            self._current._edges = None  # what is skipped is not kept
            if not self._current._gone:
                for _ in self._current:
                    pass
        while not self._ended:
            event: Event | None = self._first or self._pull()
            self._first = None
            if self._is_unread:
                event = self._known(event)
            if isinstance(event, PartStart):
                placed = self._place(event)
                if placed is not None:
                    self._current = Part(self, event, *placed)
                    return self._current
            elif isinstance(event, EndOfMessage):
                self._finish(event)
        raise StopIteration

    def _pull(self) -> Event:
        if self._left:
            raise UsageError("the stream was left: read its parts inside the `with` statement")
        return self._next_event()

    def _next_event(self) -> Event:
        while True:
            event = self._parser.next_event()
            if event is not None:
                return event
            self._feed(next(self._chunks, None))

    def _known(self, event: Event | None) -> PartStart:
        """Return the beginning of the message, which the machine has read by now, with the fields that were read before."""
        assert isinstance(event, PartStart)
        self._is_unread = False
        return replace(event, headers=self._headers)

    def _log_so_far(self) -> DefectLog:
        if self._is_unread:
            # The header block was read without the machine, which tells what is wrong with it.
            self._first = self._known(self._next_event())
        return super()._log_so_far()


class AsyncPart(_StreamedPart):
    """A leaf of a message that is streamed asynchronously; the same as `Part` but for `await` and `async for`."""

    __slots__ = ("_message",)

    def __init__(self, message: AsyncMessageStream, start: PartStart, placement: Placement, name: str) -> None:
        super().__init__(start, placement, name)
        self._message = message

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the decoded bytes that have not been read yet. Raises `PartConsumed` once the part has gone past."""
        self._refuse_if_gone()
        while not self._gone:
            event = await self._message._pull()
            if isinstance(event, BodyChunk):
                yield self._passed(event.data)
            elif isinstance(event, PartEnd):
                self._end(event)
                self._message._count(self, event)

    async def read(self) -> bytes:
        """Return the decoded bytes that have not been read yet. Raises `PartConsumed` once the part has gone past."""
        return b"".join([chunk async for chunk in self])

    async def decoded_text(self) -> Decoded:
        """Read the part as text, and say with which charset and at what loss. Raises what `Part.decoded_text` raises."""
        kept = []
        size = 0
        async for chunk in self:
            size += len(chunk)
            self._message._check_text(self, size)
            kept.append(chunk)
        return self._message._decode(self, b"".join(kept))

    async def text(self) -> str:
        """Read the part as text with LF line ends. Raises what `Part.decoded_text` raises."""
        return (await self.decoded_text()).text

    async def save(self, directory: str | os.PathLike[str]) -> Path:
        """Write the decoded bytes to a new file, as `Part.save` does. The writes themselves block, as writes to files do."""
        self._refuse_if_gone()
        from mimeparse.safety.saving import open_exclusively

        file = open_exclusively(directory, self.safe_filename)
        with file:
            async for chunk in self:
                file.write(chunk)
        return file.path


class AsyncMessageStream(_Progress):
    """A message that is streamed asynchronously; the same as `MessageStream` but for `async with` and `async for`."""

    def __init__(self, source: AsyncSource, limits: Limits, *, digest: bool = True) -> None:
        super().__init__(source, limits, digest=digest)
        self._chunks = async_chunks(source)
        self._current: AsyncPart | None = None
        self._first: PartStart | None = None

    async def __aenter__(self) -> Self:
        first = await self._pull()
        assert isinstance(first, PartStart)
        self._begin(first)
        self._first = first
        return self

    async def __aexit__(self, *_: object) -> None:
        self._left = True

    def __aiter__(self) -> AsyncIterator[AsyncPart]:
        return self

    async def __anext__(self) -> AsyncPart:
        if self._current is not None:
            self._current._edges = None  # what is skipped is not kept
            if not self._current._gone:
                async for _ in self._current:
                    pass
        while not self._ended:
            event: Event | None = self._first or await self._pull()
            self._first = None
            if isinstance(event, PartStart):
                placed = self._place(event)
                if placed is not None:
                    self._current = AsyncPart(self, event, *placed)
                    return self._current
            elif isinstance(event, EndOfMessage):
                self._finish(event)
        raise StopAsyncIteration

    async def _pull(self) -> Event:
        if self._left:
            raise UsageError("the stream was left: read its parts inside the `async with` statement")
        while True:
            event = self._parser.next_event()
            if event is not None:
                return event
            self._feed(await anext(self._chunks, None))
