"""Delimiter lines: where the parts of the open multiparts end.

The grammar of RFC 2046 5.1.1, and what is made of its edges:

- only LF or CRLF ends a line; a bare CR does not (RFC 7103 6);
- a delimiter is `--` and the boundary at the start of a line, then optionally `--`, blanks, and the line end or the end of input;
  any other text behind it makes the line no delimiter: `--xy` does not delimit `x`;
- the line end before a delimiter belongs to it, unless it already ended a header block or another delimiter;
- of two open multiparts whose delimiters both fit one line, the one with the longer boundary is meant; where the boundaries are
  the same, the inner one (most readers; the stdlib takes the outer one);
- more than 128 blanks make it no delimiter: "boundary and a gigabyte of spaces" would have to be held back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mimeparse.wire.buffer import Buffer

# What may stand behind the boundary. Two CRs at most: QUIRK: gateways that add a CR to each line end make CR CR LF.
_END_OF_LINE = re.compile(rb"[ \t]{0,128}+((?:\r{0,2}+\n)?)")
_BEHIND_BOUNDARY = b"-\r\n\t "
_UNFINISHED_LINE = re.compile(rb"-|(?:--)?[ \t]{0,128}\r{0,2}")


class DelimiterLine(NamedTuple):
    """A delimiter that was found; `start` and `end` are indices into the buffer, with both of its line ends inside."""

    level: int
    start: int
    end: int
    closes: bool
    padded: bool


class _Delimiter:
    """What is looked for on behalf of one open multipart, and how far the search has come (offsets in the input)."""

    __slots__ = ("ending", "hit", "line", "searched")

    def __init__(self, boundary: bytes, offset: int) -> None:
        self.line = b"\n--" + boundary
        self.hit = -1
        self.searched = offset
        self.ending: tuple[int, bool, bool] | None = None
        """Where the line of the hit ends, whether it closes, and whether it is padded; None: its end is not here yet."""

    def reach(self, buffer: Buffer, floor: int, limit: int, *, closed: bool) -> bool:
        """Go to the first line from the offset `floor` on that is a delimiter, and return whether it begins before the index `limit`."""
        data, base = buffer.data, buffer.base
        size, available = len(self.line), len(data)
        stop = min(limit + size, available)
        while True:
            searched = max(floor, self.searched)
            if self.hit < searched:
                start = searched - base
                found = data.find(self.line, start, stop)
                if found < 0:
                    self.searched = base + max(start, stop - size + 1)
                    return False
                self.hit = self.searched = base + found
                self.ending = None
            if self.hit - base > limit:
                return False
            if self.ending is not None:
                return True
            behind = self.hit - base + size
            if behind < available and data[behind] not in _BEHIND_BOUNDARY:
                self.searched = self.hit + 1  # longer text: no delimiter
                continue
            closes = data.startswith(b"--", behind)
            end = _END_OF_LINE.match(data, behind + 2 * closes)
            if end is not None and (end[1] or (closed and end.end() == available)):
                padded = end.end() - len(end[1]) > behind + 2 * closes
                self.ending = base + end.end(), closes, padded
                return True
            if not closed and _UNFINISHED_LINE.fullmatch(data, behind):
                return True
            self.searched = self.hit + 1


class OpenDelimiters:
    """Search for the delimiters of all open multiparts, outermost first.

    Each is searched for with one `find` for each window of input, and no byte twice: the cost is bytes times open multiparts,
    whatever stands in the input.
    """

    __slots__ = ("_open", "clear")

    def __init__(self) -> None:
        self._open: list[_Delimiter | None] = []  # None: closed, its epilogue is being read
        self.clear = 0
        """After a search without result: the index in the buffer before which no delimiter begins."""

    def __len__(self) -> int:
        return len(self._open)

    def open(self, boundary: bytes, offset: int) -> None:
        """Begin to look for a boundary, from an offset on."""
        self._open.append(_Delimiter(boundary, offset))

    def close(self, level: int) -> None:
        """Stop looking for the boundary of a level: what follows its closing delimiter is epilogue."""
        self._open[level] = None

    def cut(self, levels: int) -> None:
        """Forget all but the outermost `levels` multiparts."""
        del self._open[levels:]

    def is_open(self, boundary: bytes) -> bool:
        """Return whether a boundary is already looked for."""
        line = b"\n--" + boundary
        return any(delimiter is not None and delimiter.line == line for delimiter in self._open)

    def find(self, buffer: Buffer, limit: int, *, closed: bool) -> DelimiterLine | None:
        """Return the first delimiter that begins before the index `limit`, or None.

        None either means that there is none before `clear`, or that the line of the one at `clear` is not complete yet.
        `closed` says that no more input will come.
        """
        nearest = self._nearest(buffer, limit, closed=closed)
        if nearest is None:
            self.clear = self._clear_until(buffer, limit, closed=closed)
            return None
        level, delimiter = nearest
        start = self._line_end_before(buffer, delimiter.hit - buffer.base)
        if delimiter.ending is None:
            self.clear = start
            return None
        end, closes, padded = delimiter.ending
        return DelimiterLine(level, start, end - buffer.base, closes, padded)

    def _nearest(self, buffer: Buffer, limit: int, *, closed: bool) -> tuple[int, _Delimiter] | None:
        """Return the level and the delimiter that comes next, with its place in `hit`, or None."""
        floor = max(buffer.offset - 1, 0)  # the line end that has been read already may still introduce a delimiter
        nearest: tuple[int, _Delimiter] | None = None
        # Each goes past its own lines of longer text. Were they looked at here, nearest first, a line that a hundred boundaries begin
        # would take a hundred turns through all of them.
        for level, delimiter in enumerate(self._open):
            if delimiter is None or not delimiter.reach(buffer, floor, limit, closed=closed):
                continue
            if nearest is None or (delimiter.hit, -len(delimiter.line)) <= (nearest[1].hit, -len(nearest[1].line)):
                nearest = level, delimiter
        return nearest

    def _clear_until(self, buffer: Buffer, limit: int, *, closed: bool) -> int:
        if closed and limit == len(buffer.data):
            return limit
        searched = [delimiter.searched for delimiter in self._open if delimiter is not None]
        if not searched:
            return limit
        # One less: the CR of a line end whose LF comes next belongs to the delimiter.
        return max(buffer.position, min(limit, min(searched) - buffer.base - 1))

    @staticmethod
    def _line_end_before(buffer: Buffer, hit: int) -> int:
        """Return where the line end begins whose LF stands at `hit`; it may have been read already."""
        if hit > buffer.position and buffer.data[hit - 1] == 0x0D:
            return hit - 1
        return max(hit, buffer.position)
