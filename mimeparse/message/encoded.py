"""The body of a leaf that lies in memory as it was sent: decoded when it is first read, looked at when its defects are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimeparse.coding.transfer import CHANGING_ENCODINGS, decoded_at_a_look
from mimeparse.message.spool import Body
from mimeparse.reading import OUR_READING
from mimeparse.wire.leaves import Leaf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimeparse.defects import Finding
    from mimeparse.message.spool import Spool
    from mimeparse.wire.outline import OutlinedPart


_VIEWED_BYTES = 1024  # a view takes two hundred bytes itself
# What is decoded at once, as from any source: a large attachment must not be in memory several times.
_WINDOW_BYTES = 64 * 1024


def stretch(source: bytes, start: int, end: int) -> bytes | memoryview:
    """Return a part of the input, for those who keep it: a view, where it is not small."""
    return source[start:end] if end - start < _VIEWED_BYTES else memoryview(source)[start:end]


class EncodedBody:
    """A stretch of the input that is the body of a leaf.

    Each byte is decoded once, and once more where somebody reads a body first and then asks what is odd about it.
    """

    __slots__ = ("_input", "_leaf", "_part")

    def __init__(self, source: bytes, part: OutlinedPart) -> None:
        self._input = source
        self._part = part
        self._leaf: Leaf | None = None

    def decode(self, spool: Spool) -> Body:
        """Return the decoded bytes: kept by the spool, or where the input has them as they are, in that."""
        part = self._part
        encoding = part.headers.transfer_encoding
        if encoding in CHANGING_ENCODINGS and part.end - part.body_offset <= _WINDOW_BYTES:
            data = decoded_at_a_look(encoding, self._input[part.body_offset : part.end])
            if data is not None:
                body = Body(spool)
                if data:
                    body.append(data)
                return body
        return self.examine(spool)

    def examine(self, spool: Spool) -> Body:
        """Return what `decode` returns, and look at all of a body that has to be decoded on the way."""
        part = self._part
        if part.headers.transfer_encoding not in CHANGING_ENCODINGS:
            return Body(spool, stretch(self._input, part.body_offset, part.end))
        body = Body(spool)
        for data in self._decoded():
            body.append(data)
        return body

    def findings(self) -> list[Finding]:
        """Return what is odd about the body; positions count from its start."""
        if self._leaf is None:
            for _ in self._decoded():
                pass
        assert self._leaf is not None
        return self._leaf.findings()

    def _decoded(self) -> Iterator[bytes]:
        part = self._part
        leaf = Leaf(part.content_type, part.headers.transfer_encoding, OUR_READING, decode=True)
        position = part.body_offset
        ended = False
        while not ended:
            end = min(position + _WINDOW_BYTES, part.end)
            ended = end == part.end
            data = leaf.take(self._input[position:end], ended=ended)
            if data:
                yield data
            position = end
        self._leaf = leaf
