"""Where bytes come from: `bytes`, a binary file, an iterable of bytes, and their async twins. Adapters without a parser in them."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Coroutine, Iterable, Iterator
from os import PathLike
from typing import Protocol, TypeAlias, runtime_checkable

from mimeparse.errors import UsageError

READ_BYTES = 64 * 1024
"""What is asked of a file at once: enough that the call costs nothing, too little to matter in memory."""


@runtime_checkable
class BinaryReader(Protocol):
    """Anything with a `read(n)` that returns bytes: an open file, a socket's makefile, a response of an HTTP library."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, and none at the end."""
        ...


@runtime_checkable
class AsyncBinaryReader(Protocol):
    """Anything with an awaitable `read(n)` that returns bytes, such as `asyncio.StreamReader`."""

    def read(self, size: int, /) -> Awaitable[bytes]:
        """Return up to `size` bytes, and none at the end."""
        ...


Buffer: TypeAlias = bytes | bytearray | memoryview
Source: TypeAlias = Buffer | BinaryReader | Iterable[bytes]
AsyncSource: TypeAlias = Buffer | AsyncBinaryReader | AsyncIterable[bytes]


def chunks(source: Source) -> Iterator[Buffer]:
    """Return the bytes of a source in chunks. Raises `UsageError` for anything that yields no bytes."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return iter((source,))
    _refuse_text(source)
    if isinstance(source, BinaryReader):
        return _read(source)
    if isinstance(source, Iterable):
        return map(_checked, source)
    if isinstance(source, AsyncIterable):  # type: ignore[unreachable]  # callers without types get here
        raise UsageError("this source is asynchronous; use aiter_events(), astream() or aparse()")
    raise UsageError(f"a source is bytes, a binary file or an iterable of bytes, not {type(source).__name__}")


def whole(source: Source, maximum: int | None) -> bytes:
    """Return all bytes of a source, or one more than `maximum` of them."""
    if isinstance(source, bytes):
        return source
    kept = bytearray()
    for chunk in chunks(source):
        kept += chunk
        if maximum is not None and len(kept) > maximum:
            return bytes(kept[: maximum + 1])
    return bytes(kept)


def async_chunks(source: AsyncSource) -> AsyncIterator[Buffer]:
    """Return the bytes of an asynchronous source in chunks. Raises `UsageError` for anything that yields no bytes."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _once(source)
    _refuse_text(source)
    if isinstance(source, AsyncIterable):
        return _iterate(source)
    if isinstance(source, AsyncBinaryReader):
        return _read_async(source)
    raise UsageError(
        "an asynchronous source is bytes, an async iterable of bytes or an object with `async read(n)`, "
        f"not {type(source).__name__}; for files and iterables use iter_events(), stream() or parse()"
    )


def _refuse_text(source: object) -> None:
    if isinstance(source, str):
        raise UsageError("a source is bytes, not str: mail has no single charset. For a path, pass open(path, 'rb')")
    if isinstance(source, PathLike):
        raise UsageError("a source is bytes or an open file, not a path: pass open(path, 'rb') or path.read_bytes()")


def _checked(chunk: object) -> Buffer:
    if isinstance(chunk, (bytes, bytearray, memoryview)):
        return chunk
    if isinstance(chunk, str):
        raise UsageError("the source yields str, not bytes: open the file in binary mode, 'rb'")
    if chunk is None:
        raise UsageError(
            "the source has no bytes yet (non-blocking mode): feed a Parser when they come, or use astream()"
        )
    if isinstance(chunk, Awaitable):
        if isinstance(chunk, Coroutine):
            chunk.close()  # or Python complains that nobody awaited it
        raise UsageError("this source is asynchronous; use aiter_events(), astream() or aparse()")
    raise UsageError(f"the source yields {type(chunk).__name__}, not bytes")


def _read(reader: BinaryReader) -> Iterator[Buffer]:
    while chunk := _checked(reader.read(READ_BYTES)):
        yield chunk


async def _once(data: Buffer) -> AsyncIterator[Buffer]:
    yield data


async def _iterate(source: AsyncIterable[bytes]) -> AsyncIterator[Buffer]:
    async for chunk in source:
        yield _checked(chunk)


async def _read_async(reader: AsyncBinaryReader) -> AsyncIterator[Buffer]:
    while True:
        pending = reader.read(READ_BYTES)
        if not isinstance(pending, Awaitable):
            raise UsageError("read() of this source is not asynchronous; use iter_events(), stream() or parse()")
        chunk = _checked(await pending)
        if not chunk:
            return
        yield chunk
