"""`Buffer`: the bytes that were fed and not yet used up, and where in the input they stand."""

from __future__ import annotations

from mimeparse.errors import UsageError


class Buffer:
    """Hold fed bytes; `data[position:]` is unread, and `base + position` is the offset of the next byte in the input.

    One fed `bytes` object is used as it is, without a copy. What is left over when more arrives is copied in front of it, where it is
    no more than that; otherwise `data` becomes a `bytearray`, which grows in place, so that input fed byte by byte costs linear
    time. One byte before `position` is kept: the line end behind which a delimiter may stand.
    """

    __slots__ = ("_allowance", "base", "data", "overflow", "position")

    def __init__(self, maximum: int | None) -> None:
        self.data: bytes | bytearray = b""
        self.position = 0
        self.base = 0
        self._allowance = maximum
        self.overflow = False
        """Whether more was fed than the maximum; what lies beyond it was not kept."""

    def append(self, data: bytes | bytearray | memoryview) -> None:
        """Add input. Raises `UsageError` for anything but bytes."""
        if type(data) is not bytes:
            if not isinstance(data, (bytes, bytearray, memoryview)):
                raise UsageError(
                    f"feed() takes bytes, not {type(data).__name__}; encode text, or open files in binary mode"
                )
            data = bytes(data)
        if self._allowance is not None:
            if len(data) > self._allowance:
                data = data[: self._allowance]
                self.overflow = True
            self._allowance -= len(data)
        kept = self.position - 1 if self.position else 0
        if kept == len(self.data):
            self.data = data
        elif len(self.data) - kept <= len(data):
            # At most twice as many bytes as were fed. Of a large body the rest is a line or less.
            self.data = b"".join((memoryview(self.data)[kept:], data))
        elif isinstance(self.data, bytearray):
            del self.data[:kept]
            self.data += data
        else:
            self.data = bytearray(memoryview(self.data)[kept:])
            self.data += data
        self.base += kept
        self.position -= kept

    def take(self, end: int) -> bytes:
        """Remove and return the bytes up to `end`, an index into `data`."""
        start, self.position = self.position, end
        if isinstance(self.data, bytes):
            return self.data[start:end]
        return bytes(memoryview(self.data)[start:end])

    @property
    def offset(self) -> int:
        """Return the offset of the next unread byte in the input."""
        return self.base + self.position
