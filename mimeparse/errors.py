"""The exception tree: what a caller may have to catch, and nothing else.

Malformed mail is never an exception; it is a `Defect`. Two kinds of exception remain, and they are never mixed:
a guardrail was hit (`LimitExceeded`), or the calling code made a mistake (`UsageError`).
"""

from __future__ import annotations

from typing import Any


class MimeParseError(Exception):
    """Base of every exception that this package raises on purpose."""


class LimitExceeded(MimeParseError):
    """Say which guardrail stopped the parse, where, and what had been read by then.

    `limit` is the name of the field of `Limits`, `maximum` its value, `offset` the position in the input in bytes,
    `path` the part being read. `partial` is the unfinished `Message` when `parse()` raised it, else None.
    """

    def __init__(self, limit: str, maximum: float, *, offset: int, path: tuple[int, ...], partial: Any = None) -> None:
        super().__init__(limit, maximum, offset, path)
        self.limit = limit
        self.maximum = maximum
        self.offset = offset
        self.path = path
        self.partial = partial

    def __str__(self) -> str:
        place = ".".join(map(str, self.path)) or "the top level"
        return f"{self.limit} of {self.maximum:,} exceeded at byte {self.offset:,} (part {place})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Worker pools pickle exceptions. The partial message stays behind: it may hold an open temporary file.
        return _rebuild_limit_exceeded, (self.limit, self.maximum, self.offset, self.path)


def _rebuild_limit_exceeded(limit: str, maximum: float, offset: int, path: tuple[int, ...]) -> LimitExceeded:
    return LimitExceeded(limit, maximum, offset=offset, path=path)


class UsageError(MimeParseError):
    """Report a mistake of the calling code, or of its surroundings, and name the remedy."""


class PartConsumed(UsageError):
    """Report a read of a part whose bytes have already gone past."""


class MissingLibrary(UsageError):
    """Report that an optional library is not usable here, and how to get it."""
