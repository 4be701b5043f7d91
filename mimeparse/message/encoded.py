"""The body of a leaf that lies in memory as it was sent: decoded when it is first read, looked at when its defects are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimeparse.coding.transfer import CHANGING_ENCODINGS
from mimeparse.reading import OUR_READING
from mimeparse.wire.leaves import Leaf

if TYPE_CHECKING:
    from mimeparse.defects import Finding
    from mimeparse.wire.events import PartStart


class EncodedBody:
    """A stretch of the input that is the body of a leaf. Each byte is decoded once at most."""

    __slots__ = ("_content_type", "_encoding", "_end", "_input", "_leaf", "_start")

    def __init__(self, source: bytes, start: PartStart, end: int) -> None:
        self._input = source
        self._start = start.body_offset
        self._end = end
        self._content_type = start.content_type
        self._encoding = start.headers.transfer_encoding
        self._leaf: Leaf | None = None

    def decode(self) -> bytes:
        """Return the decoded bytes; those who ask keep them."""
        return self._take() if self._encoding in CHANGING_ENCODINGS else self._input[self._start : self._end]

    def findings(self) -> list[Finding]:
        """Return what is odd about the body; positions count from its start."""
        if self._leaf is None:
            self._take()
        assert self._leaf is not None
        return self._leaf.findings()

    def _take(self) -> bytes:
        self._leaf = Leaf(self._content_type, self._encoding, OUR_READING, decode=True)
        return self._leaf.take(self._input[self._start : self._end], ended=True)
