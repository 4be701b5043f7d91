"""Blank lines: where header blocks end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mimeparse.wire.buffer import Buffer

LEADING_BLANK_LINE = re.compile(rb"\r{0,2}+\n")
"""A blank line where a header block would begin; up to two CRs, as in those behind a block."""

_CUT_BYTES = 3  # of a blank line that is cut in two, at most: LF CR CR


class BlankLines:
    """Search for the next blank line, and no byte twice.

    What one part's search found is kept for the next part's: a thousand delimiters in front of one blank line, or of none, must not
    each search all the rest.
    """

    __slots__ = ("_next", "_pattern", "_searched")

    def __init__(self, pattern: re.Pattern[bytes]) -> None:
        self._pattern = pattern
        self._next: tuple[int, int] | None = None  # as offsets in the input
        self._searched = 0

    def find(self, buffer: Buffer, start: int) -> tuple[int, int] | None:
        """Return where the next blank line begins (at the line end before it) and ends, as indices; None: not here yet."""
        base = buffer.base
        if self._next is None or self._next[0] < base + start:
            data = buffer.data
            found = self._pattern.search(data, max(start, self._searched - base))
            if found is None:
                self._searched = max(base + len(data) - _CUT_BYTES, 0)
                return None
            self._next = base + found.start(), base + found.end()
        return self._next[0] - base, self._next[1] - base
