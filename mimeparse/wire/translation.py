"""Input as those have it who end lines elsewhere, so that the machine need know one kind of line end."""

from __future__ import annotations

import re

from mimeparse.reading import LineEnds

_BARE_LF = re.compile(rb"(?<!\r)\n")
_BARE_CR = re.compile(rb"\r(?!\n)")


class Translation:
    """Translate input in any chunks; offsets in what comes out are not those of the input."""

    __slots__ = ("_held", "_line_ends")

    def __init__(self, line_ends: LineEnds) -> None:
        self._line_ends = line_ends
        self._held = b""  # a CR at the end, of which only the next byte tells whether it is bare

    def feed(self, data: bytes) -> bytes:
        """Return the next bytes as they are to be read."""
        data = self._held + data
        self._held = data[-1:] if data.endswith(b"\r") else b""
        return self._translated(data[: len(data) - len(self._held)])

    def close(self) -> bytes:
        """Return what was held back."""
        held, self._held = self._held, b""
        return self._translated(held)

    def _translated(self, data: bytes) -> bytes:
        match self._line_ends:
            case LineEnds.CR:
                return _BARE_CR.sub(b"\r\n", data)
            case LineEnds.CRLF:
                # A byte that ends no line to us either.
                return _BARE_LF.sub(b"\r", data)
            case LineEnds.WITHOUT_CR:
                return _BARE_CR.sub(b"", data)
            case _:
                return data
