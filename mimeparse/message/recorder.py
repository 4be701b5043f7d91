"""The bytes of attached messages as they stood, kept from a source that passes only once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimeparse.message.spool import Body

if TYPE_CHECKING:
    from mimeparse.message.sources import Buffer
    from mimeparse.message.spool import Spool


class Recorder:
    """Keep one range of the input at a time: no byte of it twice, and none beyond it.

    A chunk may hold a thousand attached messages. Each gets its own part of it and not all the rest, or a megabyte of mail would
    make a gigabyte of copies.
    """

    __slots__ = ("_body", "_chunk", "_spool", "_start", "_until", "chunk_offset")

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._chunk = b""
        self.chunk_offset = 0
        """Where the chunk that was fed last begins in the input."""
        self._body: Body | None = None
        self._start = 0
        self._until = 0

    def feed(self, chunk: Buffer) -> None:
        """Take the next chunk of the input."""
        end = self.chunk_offset + len(self._chunk)
        self._record(end)
        self.chunk_offset = end
        self._chunk = chunk if isinstance(chunk, bytes) else bytes(chunk)

    def begin(self, offset: int, held: bytes) -> None:
        """Record from `offset` on; `held` is what lies between it and the current chunk."""
        self._body = Body(self._spool)
        if held:
            self._body.append(held)
        self._start = offset
        self._until = offset + len(held)

    def range(self, start: int, end: int) -> Body:
        """Return a part of what was recorded, as a body."""
        assert self._body is not None
        self._record(end)
        return self._body.slice(start - self._start, end - start)

    def end(self) -> None:
        """Record no more."""
        self._body = None

    def _record(self, end: int) -> None:
        if self._body is not None and end > self._until:
            self._body.append(self._chunk[self._until - self.chunk_offset : end - self.chunk_offset])
            self._until = end
