"""The body of a leaf that lies in memory as it was sent: decoded when it is first read, looked at when its defects are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimeparse.coding.transfer import CHANGING_ENCODINGS
from mimeparse.reading import OUR_READING
from mimeparse.wire.leaves import Leaf

if TYPE_CHECKING:
    from mimeparse.defects import Finding
    from mimeparse.wire.outline import OutlinedPart


_VIEWED_BYTES = 1024  # a view takes two hundred bytes itself


class EncodedBody:
    """A stretch of the input that is the body of a leaf. Each byte is decoded once at most."""

    __slots__ = ("_input", "_leaf", "_part")

    def __init__(self, source: bytes, part: OutlinedPart) -> None:
        self._input = source
        self._part = part
        self._leaf: Leaf | None = None

    def decode(self) -> bytes | memoryview:
        """Return the decoded bytes, for those who ask to keep: a view of the input where they are a good part of it."""
        part = self._part
        if part.headers.transfer_encoding in CHANGING_ENCODINGS:
            return self._take()
        if part.end - part.body_offset < _VIEWED_BYTES:
            return self._as_it_stands()
        return memoryview(self._input)[part.body_offset : part.end]

    def findings(self) -> list[Finding]:
        """Return what is odd about the body; positions count from its start."""
        if self._leaf is None:
            self._take()
        assert self._leaf is not None
        return self._leaf.findings()

    def _take(self) -> bytes:
        part = self._part
        self._leaf = Leaf(part.content_type, part.headers.transfer_encoding, OUR_READING, decode=True)
        return self._leaf.take(self._as_it_stands(), ended=True)

    def _as_it_stands(self) -> bytes:
        return self._input[self._part.body_offset : self._part.end]
