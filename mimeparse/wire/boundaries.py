"""Delimiter lines: where the parts of the open multiparts end.

The grammar of RFC 2046 5.1.1, and what is made of its edges:

- only LF or CRLF ends a line; a bare CR does not (RFC 7103 6);
- a delimiter is `--` and the boundary at the start of a line, then optionally `--`, blanks, and the line end or the end of input;
  any other text behind it makes the line no delimiter: `--xy` does not delimit `x`;
- the line end before a delimiter belongs to it, unless it already ended a header block or another delimiter;
- of two open multiparts whose delimiters both fit one line, the one with the longer boundary is meant; where the boundaries are
  the same, the inner one (most readers; the stdlib takes the outer one);
- more than 128 blanks make it no delimiter: "boundary and a gigabyte of spaces" would have to be held back.

What is nearly a delimiter is one to some readers, and text to others: an indented one, one with text before or behind it, one at a
bare CR. The first of each multipart is kept for a defect.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, NamedTuple

from mimeparse.defects import DefectCode
from mimeparse.reading import OUR_READING, Delimiters, Reading, Scan
from mimeparse.wire.needles import DASH, Needles

if TYPE_CHECKING:
    from mimeparse.wire.buffer import Buffer

# What may stand behind the boundary. Two CRs at most: QUIRK: gateways that add a CR to each line end make CR CR LF.
_END_OF_LINE = re.compile(rb"[ \t]{0,128}+((?:\r{0,2}+\n)?)")
_NOWHERE = sys.maxsize
_BEHIND_BOUNDARY = b"-\r\n\t "
_FEW = 4  # delimiters that are searched for each by itself, which is as quick
# Places in a window that begin as a delimiter does and are none, for each open multipart; one where a needle stands counts once more for
# each. To look at so many takes no longer than to search for each delimiter by itself.
_STRANGERS_FOR_EACH = 2
_SEARCHED_BYTES = 64 * 1024  # how far ahead delimiters are looked for: as far as a step reads
# Bytes of a boundary that loose readers look for: no longer is one of RFC 2046 5.1.1. A boundary of thousands of dashes, in a body of dashes,
# would be compared at each of them.
_LOOSELY_COMPARED = 70
_UNFINISHED_LINE = re.compile(rb"-|(?:--)?[ \t]{0,128}\r{0,2}")


class DelimiterLine(NamedTuple):
    """A delimiter that was found; `start` and `end` are indices into the buffer, with both of its line ends inside."""

    level: int
    start: int
    end: int
    closes: bool
    padded: bool


def one_line_end_is_bare(data: bytes | bytearray, delimiter: DelimiterLine) -> bool:
    """Return whether LF alone stands before or behind a delimiter, and CRLF at its other end: for who knows CRLF alone, it is none."""
    start, end = delimiter.start, delimiter.end
    if data[end - 1] != 0x0A or data[start] not in b"\r\n":
        return False
    return (data[start] == 0x0D) != (data[end - 2] == 0x0D)


_KINDS_OF_NEAR_MISS = {
    0x0D: DefectCode.BOUNDARY_BARE_CR,
    0x20: DefectCode.BOUNDARY_LINE_LEADING_SPACE,
    0x09: DefectCode.BOUNDARY_LINE_LEADING_SPACE,
}
"""By the byte before the dashes, the only one that is sure to be there still."""


class NearMiss(NamedTuple):
    """Where a line stands that is nearly a delimiter (an offset in the input), and in which ways it is none."""

    offset: int
    codes: tuple[DefectCode, ...]


class _Delimiter:
    """What is looked for on behalf of one open multipart, and how far the search has come (offsets in the input)."""

    __slots__ = ("ending", "hit", "line", "near", "needle", "searched")

    rare = DASH
    """What C finds ten times as fast as a needle: most windows of a large attachment hold none. Empty: nothing that is sure to be in one."""

    def __init__(self, boundary: bytes, offset: int) -> None:
        self.line = b"\n--" + boundary
        # Without the line end the search costs the same, and shows what stands in the middle of a line. One of those is enough.
        self.needle = self.line[1:]
        self.hit = -1
        self.searched = offset
        self.ending: tuple[int, bool, bool] | None = None
        """Where the line of the hit ends, whether it closes, and whether it is padded; None: its end is not here yet."""
        self.near: NearMiss | None = None

    def reach(self, buffer: Buffer, floor: int, limit: int, end: int, *, closed: bool) -> bool:
        """Go to the first line from the offset `floor` on that is a delimiter; return whether there is one, before the index `limit` or soon behind it.

        What is found further on than what is read now stays known: for the next part it need not be looked for. Behind the offset
        `end` nothing is looked for.
        """
        # Comparisons and not max() and min(): this runs for each part, and their calls were a tenth of the whole machine.
        data, base = buffer.data, buffer.base
        size, available = len(self.line), len(data)
        ahead = buffer.position + _SEARCHED_BYTES
        stop = limit + size if limit + size > ahead else ahead
        # A thousand multiparts, each of them empty, would all look as far ahead as one that has parts.
        stop = stop if stop < end - base + size else end - base + size
        stop = stop if stop < available else available
        rare = self.rare
        while True:
            searched = self.searched if self.searched > floor else floor
            if self.hit < searched:
                start = searched - base if searched > 0 else 0
                found = data.find(rare, start, stop) if rare else start
                if found >= 0:
                    found = data.find(self.needle, found - 1 if found > start else start, stop)
                if found >= 0:
                    found = self.line_end_of(data, found, stop, base)
                if found < 0:
                    # What is not here by the end of the input does not come any more, however long the boundary is.
                    clear = stop if closed and stop == available else stop - size + 1
                    self.searched = base + (clear if clear > start else start)
                    return False
                self.hit = self.searched = base + found
                self.ending = None
                rare = b""
            if self.ending is not None or self.see_ending(data, base, closed=closed):
                return True

    def see_ending(self, data: bytes | bytearray, base: int, *, closed: bool) -> bool:
        """Look at the line of the hit, and return whether it is a delimiter, as far as it is here; go on behind longer text."""
        behind = self.hit - base + len(self.line)
        if behind >= len(data) or data[behind] in _BEHIND_BOUNDARY:
            closes = data.startswith(b"--", behind)
            end = _END_OF_LINE.match(data, behind + 2 * closes)
            if end is not None and (end[1] or (closed and end.end() == len(data))):
                padded = end.end() - len(end[1]) > behind + 2 * closes
                self.ending = base + end.end(), closes, padded
                return True
            if not closed and _UNFINISHED_LINE.fullmatch(data, behind):
                return True
        self.reject(data, behind)
        return False

    def line_end_of(self, data: bytes | bytearray, found: int, stop: int, base: int) -> int:
        """Return the index of the line end before the first delimiter from `found` on, where the needle is; -1 if there is none."""
        if self.needle is self.line:
            return found
        if data[found - 1] == 0x0A:
            return found - 1
        self.note_near_miss(base + found, (_KINDS_OF_NEAR_MISS.get(data[found - 1], DefectCode.BOUNDARY_NEAR_MISS),))
        return data.find(self.line, found, stop)

    def is_no_news(self, data: bytes | bytearray, index: int) -> bool:
        """Return whether the needle at an index is just another near miss."""
        if self.needle is not self.line:
            return False
        behind = index + len(self.line) - 1
        return data[index - 1] != 0x0A or (behind < len(data) and data[behind] not in _BEHIND_BOUNDARY)

    def note_near_miss(self, offset: int, codes: tuple[DefectCode, ...]) -> None:
        """Keep a near miss, and look for whole delimiters from then on."""
        self.near = NearMiss(offset, codes)
        self.needle = self.line

    def comes_before(self, other: _Delimiter) -> bool:
        """Return whether this one is meant rather than another: it stands first, or in the same place and is as long or longer."""
        return (self.hit, -len(self.line)) <= (other.hit, -len(other.line))

    def reject(self, data: bytes | bytearray, behind: int) -> None:
        """Go on behind longer text, which is no delimiter."""
        if self.needle is not self.line:
            bare_cr = (DefectCode.BOUNDARY_BARE_CR,) if data.startswith((b"\r", b"--\r"), behind) else ()
            self.note_near_miss(self.hit + 1, (DefectCode.BOUNDARY_LINE_TRAILING_GARBAGE, *bare_cr))
        self.searched = self.hit + 1

    def look_into(self, buffer: Buffer, line: DelimiterLine) -> None:
        """Look for a near miss in a delimiter line of another multipart, which may not have been searched to its end."""
        if self.needle is not self.line:
            found = buffer.data.find(self.needle, line.start, line.end)
            if found >= 0:
                self.line_end_of(buffer.data, found, line.end, buffer.base)


class _LooseDelimiter(_Delimiter):
    """A delimiter as those have it who look for dashes and a boundary, and not at the line around them.

    Needs all of the input at hand: where such a line ends is only known when it has ended.
    """

    __slots__ = ("_boundary", "_known_from", "_known_to", "_next")

    rare = b""

    def __init__(self, boundary: bytes, offset: int) -> None:
        super().__init__(boundary, offset)
        dashes = rb"(?:--|(?:\xe2\x80[\x90-\x95]|\xe2\x88\x92|\xef\xbc\x8d){2})"
        self.needle = b"\n"  # any line may be one
        # Between these two (offsets in the input) the next one is known: where it stands, or -1 where there is none.
        self._known_from = self._known_to = offset
        self._next = -1
        boundary = boundary.strip()
        beginning, rest = map(re.escape, (boundary[:_LOOSELY_COMPARED], boundary[_LOOSELY_COMPARED:]))
        self._boundary = re.compile(dashes + beginning + b"(?:" + rest + rb")?+(--)?[^\n]*+\n?", re.IGNORECASE)

    def line_end_of(self, data: bytes | bytearray, found: int, stop: int, base: int) -> int:
        """Return the index of the line end before the next line that holds dashes and the boundary, or -1."""
        start = base + found
        if not self._known_from <= start <= self._known_to:
            self._known_from = self._known_to = start
            self._next = -1
        if self._next < start and self._known_to < base + stop:
            # Whole lines, and each once: a hundred levels that each looked anew into a long one for each window took quadratic time.
            end = data.find(b"\n", stop)
            end = end + 1 if end >= 0 else len(data)
            line = self._boundary.search(data, self._known_to - base, end)
            self._next = base + line.start() if line is not None else -1
            self._known_to = self._next if line is not None else base + end
        if self._next < start:
            return -1
        before = data.rfind(b"\n", found, self._next - base)
        return before if 0 <= before < stop else -1

    def look_into(self, buffer: Buffer, line: DelimiterLine) -> None:
        """Do nothing: what is nearly a delimiter is one here."""

    def see_ending(self, data: bytes | bytearray, base: int, *, closed: bool) -> bool:  # noqa: ARG002  (as the exact one)
        """Look at the line of the hit, which is a delimiter."""
        found = self._boundary.search(data, self.hit - base + 1)
        end = found.end() if found is not None else self.hit - base + 1
        self.ending = base + end, found is not None and found[1] is not None, False
        return True


class OpenDelimiters:
    """Search for the delimiters of all open multiparts, outermost first.

    A few are searched for each by itself, with one `find` for each window of input, and no byte twice: the cost is bytes times open
    multiparts, whatever stands in the input. More are searched for together, by what they have in common, at the cost of one of them;
    where a window holds too much that begins as they do, it is searched for each by itself as well.
    """

    __slots__ = ("_apart_until", "_innermost", "_needles", "_open", "_passed", "_type", "clear")

    def __init__(self, reading: Reading = OUR_READING) -> None:
        ours = reading is OUR_READING
        self._type = _Delimiter if ours or reading.delimiters is Delimiters.EXACT else _LooseDelimiter
        self._innermost = not ours and reading.scan is Scan.INNERMOST
        self._open: list[_Delimiter | None] = []  # None: closed, its epilogue is being read
        self._needles: Needles | None = None  # of more than a few
        self._passed = 0  # before this line end stands no needle that was not looked at (an offset in the input)
        self._apart_until = 0  # up to this offset each is searched for by itself all the same
        self.clear = 0
        """After a search without result: the index in the buffer before which no delimiter begins."""

    def __len__(self) -> int:
        return len(self._open)

    def open(self, boundary: bytes, offset: int) -> None:
        """Begin to look for a boundary, from an offset on."""
        self._open.append(self._type(boundary, offset))
        if self._needles is not None:
            self._needles.open(b"--" + boundary)
            self._passed = min(self._passed, offset)
        elif len(self._open) > _FEW and self._type is _Delimiter and not self._innermost:
            # Of multiparts in one another none is closed but the innermost.
            self._needles = Needles(delimiter.line[1:] for delimiter in self._open if delimiter is not None)
            self._go_on_together()

    def close(self, level: int) -> None:
        """Stop looking for the boundary of a level: what follows its closing delimiter is epilogue."""
        self._open[level] = None

    def near_miss(self, level: int, end: int) -> NearMiss | None:
        """Return the first line before the offset `end` that is nearly a delimiter of a level that is not closed, or None."""
        delimiter = self._open[level]
        near = delimiter.near if delimiter is not None else None
        return near if near is not None and near.offset < end else None

    def pass_line(self, buffer: Buffer, line: DelimiterLine) -> None:
        """Go on behind a delimiter line."""
        end = buffer.base + line.end
        needles = self._together(buffer) if self._needles is not None else None
        passed = self._open[line.level]
        if needles is not None and passed is not None:
            behind_dash = passed.hit + 2 - buffer.base
            if not needles.stand_in(buffer.data, behind_dash, line.end):
                return
        for level, delimiter in enumerate(self._open):
            if delimiter is not None and delimiter.searched < end and level != line.level:
                delimiter.look_into(buffer, line)

    def cut(self, levels: int) -> None:
        """Forget all but the outermost `levels` multiparts."""
        del self._open[levels:]
        if self._needles is not None:
            self._needles.cut(levels)
            if levels <= _FEW:
                self._go_on_apart()
                self._needles = None

    def overlap(self, boundary: bytes) -> DefectCode | None:
        """Return how a boundary that is declared now gets into the way of those that are looked for, or None."""
        line = b"\n--" + boundary
        lines = [delimiter.line for delimiter in self._open if delimiter is not None]
        if line in lines:
            return DefectCode.BOUNDARY_REUSED
        overlaps = line.startswith(tuple(lines)) or any(other.startswith(line) for other in lines)
        return DefectCode.BOUNDARY_PREFIX_OVERLAP if overlaps else None

    def find(self, buffer: Buffer, limit: int, *, closed: bool) -> DelimiterLine | None:
        """Return the first delimiter that begins before the index `limit`, or None.

        None either means that there is none before `clear`, or that the line of the one at `clear` is not complete yet.
        `closed` says that no more input will come.
        """
        needles = self._together(buffer) if self._needles is not None else None
        if needles is not None:
            nearest = self._nearest_of(needles, buffer, limit, closed=closed)
        else:
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

    def _together(self, buffer: Buffer) -> Needles | None:
        """Return what all delimiters are searched for with from here on, or None: each by itself."""
        if buffer.offset < self._apart_until:
            return None
        if self._apart_until:
            self._go_on_together()
        return self._needles

    def _go_on_together(self) -> None:
        self._passed = min(delimiter.searched for delimiter in self._open if delimiter is not None)
        self._apart_until = 0

    def _go_on_apart(self) -> None:
        for delimiter in self._open:
            if delimiter is not None and delimiter.searched < self._passed:
                delimiter.searched = self._passed
        self._apart_until = 0

    def _nearest_of(
        self, needles: Needles, buffer: Buffer, limit: int, *, closed: bool
    ) -> tuple[int, _Delimiter] | None:
        """Do what `_nearest` does, looking only at places where what all needles have in common stands."""
        data, base = buffer.data, buffer.base
        floor = base + buffer.position - 1
        stop = min(max(limit + needles.longest + 1, buffer.position + _SEARCHED_BYTES), len(data))
        start = max(self._passed, floor) + 1 - base
        patience = _STRANGERS_FOR_EACH * len(self._open)
        while patience > 0:
            found = needles.find(data, start, stop)
            if found < 0:
                self._passed = base + needles.clear_until(start, stop, ended=closed and stop == len(data))
                return None
            self._passed = base + found - 1
            if found - 1 > limit:
                return None
            nearest: tuple[int, _Delimiter] | None = None
            levels = needles.levels_at(data, found)
            patience -= 1 + len(levels)
            for level in levels:
                delimiter = self._open[level]
                if delimiter is None or delimiter.is_no_news(data, found):
                    continue
                delimiter.searched = max(delimiter.searched, self._passed)
                if (
                    delimiter.reach(buffer, floor, limit, _NOWHERE, closed=closed)
                    and delimiter.hit == self._passed
                    and (nearest is None or delimiter.comes_before(nearest[1]))
                ):
                    nearest = level, delimiter
            if nearest is not None:
                return nearest
            if not closed and needles.may_begin(data, found):
                return None
            start = found + 1
        self._passed = base + start - 1
        self._go_on_apart()
        self._apart_until = base + stop
        return self._nearest(buffer, limit, closed=closed)

    def _nearest(self, buffer: Buffer, limit: int, *, closed: bool) -> tuple[int, _Delimiter] | None:
        """Return the level and the delimiter that comes next, with its place in `hit`, or None."""
        # The line end that has been read already may still introduce a delimiter.
        floor = buffer.base + buffer.position - 1
        nearest: tuple[int, _Delimiter] | None = None
        opened = self._open
        # Each goes past its own lines of longer text. Were they looked at here, nearest first, a line that a hundred boundaries begin
        # would take a hundred turns through all of them.
        for level in range(len(opened) - 1 if self._innermost else 0, len(opened)):
            delimiter = opened[level]
            if delimiter is None:
                continue
            # A hundred open multiparts are asked for each part. Those that know their next line already are not called.
            hit = delimiter.hit
            if hit < floor or hit < delimiter.searched or delimiter.ending is None:
                # Behind the delimiter of a multipart around it, nobody asks for one any more.
                end = nearest[1].hit if nearest is not None else _NOWHERE
                if not delimiter.reach(buffer, floor, limit, end, closed=closed):
                    continue
                hit = delimiter.hit
            if nearest is None or hit < nearest[1].hit or delimiter.comes_before(nearest[1]):
                nearest = level, delimiter
        return nearest if nearest is not None and nearest[1].hit - buffer.base <= limit else None

    def _clear_until(self, buffer: Buffer, limit: int, *, closed: bool) -> int:
        if closed and limit == len(buffer.data):
            return limit
        clear = limit
        # One less: the CR of a line end whose LF comes next belongs to the delimiter.
        if self._needles is not None and self._together(buffer) is not None:
            return max(min(clear, self._passed - buffer.base - 1), buffer.position)
        for delimiter in self._open:
            if delimiter is not None and delimiter.searched - buffer.base - 1 < clear:
                clear = delimiter.searched - buffer.base - 1
        return clear if clear > buffer.position else buffer.position

    @staticmethod
    def _line_end_before(buffer: Buffer, hit: int) -> int:
        """Return where the line end begins whose LF stands at `hit`; it may have been read already."""
        if hit > buffer.position and buffer.data[hit - 1] == 0x0D:
            return hit - 1
        return max(hit, buffer.position)
