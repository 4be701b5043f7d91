"""Where `parse()` keeps decoded bodies: in memory up to a bound for the whole message, then in one unlinked temporary file.

One file for a message and not for an attachment: a message of a thousand attachments must not cost a thousand descriptors.
"""

from __future__ import annotations

import hashlib
import io
import os
import threading
import weakref
from typing import IO, TYPE_CHECKING, BinaryIO, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

_READ_BYTES = 64 * 1024
_SMALL_BYTES = 4 * 1024  # pieces below it are joined: input that comes byte by byte must not cost an object a byte


class Spool:
    """Store pieces of bodies. The file has mode 0600 and no name, so that nobody else can open it and nothing is left behind."""

    __slots__ = ("__weakref__", "_directory", "_end", "_file", "_lock", "_room")

    def __init__(self, maximum: int, directory: str | os.PathLike[str] | None = None) -> None:
        self._room = maximum
        self._directory = directory
        self._file: IO[bytes] | None = None
        self._end = 0
        # Attachments of one message may be read by several threads.
        self._lock = threading.Lock()

    def store(self, data: bytes) -> bytes | tuple[int, int]:
        """Keep `data`: return it itself while there is room in memory, else where in the file it stands. May raise `OSError`."""
        if len(data) <= self._room:
            self._room -= len(data)
            return data
        if self._file is None:
            import tempfile  # most messages fit, and it loads a dozen modules

            self._file = cast("IO[bytes]", tempfile.TemporaryFile(buffering=0, dir=self._directory))  # noqa: SIM115  (it lives with the spool)
            weakref.finalize(self, self._file.close)
        start = self._end
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]
        self._end += len(data)
        return start, len(data)

    def read(self, start: int, size: int) -> bytes:
        """Return `size` bytes from the file. May raise `OSError`."""
        if self._file is None:
            return b""
        with self._lock:
            self._file.seek(start, os.SEEK_SET)
            data = self._file.read(size)
            self._file.seek(0, os.SEEK_END)
        return data

    def close(self) -> None:
        """Close the temporary file, if there is one; what it held cannot be read any more."""
        if self._file is not None:
            self._file.close()


_Piece: TypeAlias = bytes | bytearray | memoryview | tuple[int, int]
"""Some bytes of a body, or where in the file they begin and how many they are."""


def _size_of(piece: _Piece) -> int:
    return piece[1] if isinstance(piece, tuple) else len(piece)


class Body:
    """The decoded bytes of one part, wherever they are kept."""

    __slots__ = ("_digest", "_pieces", "_spool", "size")

    def __init__(self, spool: Spool, data: bytes | memoryview | None = None) -> None:
        """Begin an empty body, or take over bytes that somebody else keeps in memory anyway."""
        self._spool = spool
        # As long as it has to be, and no longer: a message may have ten thousand bodies of one piece.
        self._pieces: list[_Piece] = [data] if data else []
        self._digest: str | None = None
        self.size = len(data) if data else 0

    def append(self, data: bytes) -> None:
        """Add bytes at the end."""
        piece = self._spool.store(data)
        self.size += len(data)
        if not self._pieces:
            self._pieces = [piece]
            return
        last = self._pieces[-1]
        if isinstance(piece, tuple):
            if isinstance(last, tuple) and sum(last) == piece[0]:
                self._pieces[-1] = (last[0], last[1] + piece[1])
            else:
                self._pieces.append(piece)
        elif len(piece) >= _SMALL_BYTES:
            self._pieces.append(piece)
        elif isinstance(last, bytearray) and len(last) < _READ_BYTES:
            last += piece
        else:
            self._pieces.append(bytearray(piece))

    def slice(self, start: int, size: int) -> Body:
        """Return a body that is a range of this one, and shares its bytes."""
        part = Body(self._spool)
        left = size
        # From behind: a thousand attached messages are asked for in turn, and each has just been recorded.
        index, before = len(self._pieces), self.size
        while index and before > start:
            index -= 1
            before -= _size_of(self._pieces[index])
        start -= before
        while left > 0 and index < len(self._pieces):
            piece = self._pieces[index]
            take = min(_size_of(piece) - start, left)
            if isinstance(piece, bytearray):
                # What is shared must not grow: Python raises BufferError for it. What is appended begins a new piece.
                self._pieces[index] = memoryview(piece)
            inside = (piece[0] + start, take) if isinstance(piece, tuple) else memoryview(piece)[start : start + take]
            part._pieces.append(inside)
            part.size += take
            left -= take
            start = 0
            index += 1
        return part

    def chunks(self, start: int = 0, size: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from `start` on, `size` of them or all, in pieces of at most 64 KiB."""
        left = self.size - start if size is None else min(size, self.size - start)
        for piece in self._pieces:
            length = _size_of(piece)
            if start >= length:
                start -= length
                continue
            while start < length and left > 0:
                step = min(length - start, left, _READ_BYTES)
                if isinstance(piece, tuple):
                    yield self._spool.read(piece[0] + start, step)
                else:
                    yield bytes(memoryview(piece)[start : start + step])
                start += step
                left -= step
            start = 0

    def read(self) -> bytes:
        """Return all the bytes."""
        if len(self._pieces) == 1 and isinstance(self._pieces[0], (bytes, memoryview)):
            return bytes(self._pieces[0])
        return b"".join(self.chunks())

    def open(self) -> BinaryIO:
        """Return the bytes as a file that can be read and sought in."""
        if not self._pieces or (len(self._pieces) == 1 and isinstance(self._pieces[0], bytes)):
            return io.BytesIO(self.read())
        return cast("BinaryIO", io.BufferedReader(_BodyReader(self), _READ_BYTES))

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the bytes as hex digits."""
        if self._digest is None:
            digest = hashlib.sha256()
            for chunk in self.chunks():
                digest.update(chunk)
            self._digest = digest.hexdigest()
        return self._digest


class _BodyReader(io.RawIOBase):
    """Give a body the interface of a raw file."""

    def __init__(self, body: Body) -> None:
        super().__init__()
        self._body = body
        self._go_to(0)

    def _go_to(self, position: int) -> None:
        self._position = position
        # One pass for all that is read in turn: to count through the pieces for each read takes quadratic time.
        self._chunks = self._body.chunks(position)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._body.size}[whence]
        if origin + offset < 0:
            raise ValueError(f"seek to a negative position {origin + offset}")
        if origin + offset != self._position:
            self._go_to(origin + offset)
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # narrower than "any buffer"
        chunk = self._rest or memoryview(next(self._chunks, b""))
        size = min(len(chunk), len(buffer))
        buffer[:size] = chunk[:size]
        self._rest = chunk[size:]
        self._position += size
        return size
