"""quoted-printable (RFC 2045 6.7).

One reading, stated once, from left to right: an equals sign before two hex digits is a byte, before a line end a soft line break
(blanks between them are padding that transport added), and anywhere else itself. Blanks at the end of a line are not data.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from typing import TYPE_CHECKING

from mimeparse.coding.line_ends import LineEnds
from mimeparse.defects import DefectCode, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAXIMUM_PADDING = 998
"""Blanks at the end of a line that are taken off: one whole line of RFC 5322 2.1.1. More of them are data, because they would have
to be held back until the line ends: "an equals sign and a gigabyte of blanks" must not stay in memory."""

_REWRITTEN_BYTES = 2 * 1024  # at once; twice as many as may be undecided at the end
_LONGEST_LINE = 76  # RFC 2045 6.7 (5)
# Of the beginning, whose lines are measured. To measure those of all of a body would take a quarter of the time that decoding takes.
_MEASURED_BYTES = 4096

# Line ends with up to two CRs: QUIRK: gateways that add a CR to each line end make CR CR LF. Two CRs is what the delimiter search
# allows too.
#
# The first five are what every block is searched with, and most hold none. Two assertions in turn, of which an escape meets the first
# alone, take four fifths of the time of one with alternatives; the third takes half the time of four searches for two bytes each.
_ODD_OR_BARE = re.compile(rb"=(?![0-9A-F][0-9A-F])(?!\r\n)")
_ODD_OR_BARE_OF_ANY_CASE = re.compile(rb"=(?![0-9A-Fa-f][0-9A-Fa-f])(?!\r\n)")
_ODD = re.compile(rb"=(?![0-9A-F][0-9A-F])(?!\r?\n)")
_ODD_OF_ANY_CASE = re.compile(rb"=(?![0-9A-Fa-f][0-9A-Fa-f])(?!\r?\n)")
_PERHAPS_TRAILING = re.compile(rb"\n(?<![^ \t\r]\r\n)(?<![^ \t\r]\n)")
_STRAY = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]{0,%d}+\r{0,2}\n)" % _MAXIMUM_PADDING)
_ODD_SOFT_BREAK = re.compile(rb"=(?:[ \t]{1,%d}+\r{0,2}|\r\r)\n" % _MAXIMUM_PADDING)
_PADDED_SOFT_BREAK = re.compile(rb"=[ \t]{1,%d}+\r{0,2}\n" % _MAXIMUM_PADDING)
_BARE_SOFT_BREAK = re.compile(rb"=[ \t]{0,%d}+(?:\n|\r(?!\n))" % _MAXIMUM_PADDING)
_CR_SOFT_BREAK = re.compile(rb"=[ \t]{0,%d}+\r(?![\r\n])" % _MAXIMUM_PADDING)
_LOWER_CASE = re.compile(rb"=(?:[a-f][0-9A-Fa-f]|[0-9A-F][a-f])")
# A blank comes first in the pattern, since C goes from one to the next then; what stands before the first of a line is asked behind it.
_TRAILING = re.compile(rb"[ \t](?=[ \t\r\n])(?<![ \t=].)[ \t]{0,%d}+(?=\r{0,2}\n)" % (_MAXIMUM_PADDING - 1), re.DOTALL)
_BLANK_ENDS = (b" \n", b" \r", b"\t\n", b"\t\r")
_8BIT = re.compile(rb"[\x80-\xff]")
_CONTROLS = bytes(sorted({*range(32), 127} - set(b"\t\r\n")))
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HEX_DIGITS = frozenset(b"0123456789ABCDEFabcdef")


def decoded_at_a_look(body: bytes) -> bytes | None:
    """Return a whole body decoded, or None where an equals sign or a blank in it needs a closer look."""
    if body[-1:] in _UNDECIDED_ENDS or _ODD_OF_ANY_CASE.search(body) is not None or _may_have_trailing_blanks(body):
        return None
    return a2b_qp(body)


class QuotedPrintableDecoder:
    """Undo quoted-printable, piece by piece."""

    __slots__ = (
        "_bare_soft_break",
        "_crlf",
        "_head",
        "_held",
        "_line_ends",
        "_position",
        "_reported",
        "findings",
    )

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._reported: set[DefectCode] = set()
        self._held = b""  # the end of what was fed, where only the next bytes decide what it means
        self._position = 0
        self._bare_soft_break: int | None = None
        self._crlf = False
        self._head = b""
        self._line_ends = LineEnds()

    def feed(self, data: bytes, /) -> bytes:
        """Decode the next bytes of the body."""
        self._line_ends.watch(data)
        if len(self._head) < _MEASURED_BYTES:
            self._head += data[: _MEASURED_BYTES - len(self._head)]
        if self._held:
            data = self._held + data
        held = _undecided(data)
        if held:
            self._held = data[-held:]
            data = data[:-held]
        else:
            self._held = b""
        return self._decode(data)

    def close(self) -> bytes:
        """Decode what was held back; the body has ended."""
        self.findings += self._line_ends.findings()
        self._measure_lines()
        rest, self._held = self._held, b""
        if rest.startswith(b"="):
            if len(rest) == 2 and rest[1] in _HEX_DIGITS:
                self._report(DefectCode.QP_TRUNCATED, self._position)
                return self._decode(rest)
            # QUIRK: encoders end the last line with a soft line break, whose line end then belongs to the delimiter. Nobody disagrees.
            if rest[1:2] in (b" ", b"\t"):
                self._report(DefectCode.QP_SOFT_BREAK_SPACE, self._position)
            rest = b""
        elif rest.startswith((b" ", b"\t")):
            blanks = len(rest) - len(rest.lstrip(b" \t"))
            if blanks <= _MAXIMUM_PADDING:
                self._report(DefectCode.QP_TRAILING_SPACE, self._position)
                rest = rest[blanks:]
        if self._bare_soft_break is not None and self._crlf:
            # Only beside CRLF: in mail that was stored with LF every line end is bare, and nobody disagrees about it.
            self._report(DefectCode.QP_SOFT_BREAK_BARE, self._bare_soft_break)
        return rest

    def _measure_lines(self) -> None:
        """Report the first line of the beginning that is too long."""
        lines = self._head.split(b"\n")
        # All of them at once, as those of nearly every body are: with the CR of each line end, where there is no other.
        if max(map(len, lines)) <= _LONGEST_LINE + (self._line_ends.only_crlf and len(lines[-1]) <= _LONGEST_LINE):
            return
        position = 0
        for line in lines:
            if len(line) - line.endswith(b"\r") > _LONGEST_LINE:
                self._report(DefectCode.QP_LINE_TOO_LONG, position)
                return
            position += len(line) + 1

    def _decode(self, data: bytes) -> bytes:
        position = self._position
        self._position += len(data)
        if not data.isascii():
            self._find(DefectCode.QP_RAW_8BIT, _8BIT, data, position)
        # Thirty searches for one byte take half the time of one search for thirty.
        if DefectCode.QP_RAW_CONTROL not in self._reported and any(map(data.__contains__, _CONTROLS)):
            self._find(DefectCode.QP_RAW_CONTROL, _CONTROL, data, position)
        self._crlf = self._crlf or b"\r\n" in data
        escaped = b"=" in data
        odd = escaped and self._examine(data, position)
        trailing = _may_have_trailing_blanks(data) and any(end in data for end in _BLANK_ENDS)
        if trailing:
            self._find(DefectCode.QP_TRAILING_SPACE, _TRAILING, data, position)
        if odd:
            # Rewritten so that the stdlib's decoder, which is in C, reads them as they are meant here. Before any blanks go: without
            # them, a stray equals sign could come to stand before a line end.
            data = b"".join([_ODD_SOFT_BREAK.sub(b"=\n", _STRAY.sub(b"=3D", piece)) for piece in _pieces(data)])
        if trailing:
            data = b"".join([_TRAILING.sub(b"", piece) for piece in _pieces(data)])
        return a2b_qp(data) if escaped else data

    def _examine(self, data: bytes, position: int) -> bool:
        """Report odd equals signs, and return whether there are any that the stdlib's decoder reads in another way."""
        start = 0
        if DefectCode.QP_LOWERCASE_HEX not in self._reported:
            first = (_ODD_OR_BARE if self._bare_soft_break is None else _ODD).search(data)
            if first is None:
                return False
            start = first.start()
            self._find(DefectCode.QP_LOWERCASE_HEX, _LOWER_CASE, data, position)
        if self._bare_soft_break is None:
            first = _ODD_OR_BARE_OF_ANY_CASE.search(data, start)
            if first is None:
                return False
            start = first.start()
            bare = _BARE_SOFT_BREAK.search(data, start)
            if bare is not None:
                self._bare_soft_break = position + bare.start()
        if _ODD_OF_ANY_CASE.search(data, start) is None:
            return False
        self._find(DefectCode.QP_SOFT_BREAK_SPACE, _PADDED_SOFT_BREAK, data, position)
        self._find(DefectCode.QP_INVALID_ESCAPE, _STRAY, data, position)
        self._find(DefectCode.QP_SOFT_BREAK_BARE, _CR_SOFT_BREAK, data, position)
        return True

    def _find(self, code: DefectCode, pattern: re.Pattern[bytes], data: bytes, position: int) -> None:
        if code not in self._reported:
            found = pattern.search(data)
            if found is not None:
                self._report(code, position + found.start())

    def _report(self, code: DefectCode, position: int) -> None:
        if code not in self._reported:
            self._reported.add(code)
            self.findings.append(Finding(code, position))


def _may_have_trailing_blanks(data: bytes) -> bool:
    behind = 2 if data.startswith(b"\r\n") else 1  # a line end at the beginning has no blanks before it
    return _PERHAPS_TRAILING.search(data, behind) is not None


def _pieces(data: bytes) -> Iterator[bytes]:
    """Yield data that ends with nothing undecided in pieces that do so too.

    A substitution makes an object of what stands between two hits: in a row of equals signs, a hundred times what it is given.
    """
    start = 0
    while start < len(data):
        end = start + _REWRITTEN_BYTES
        if end < len(data):
            end -= _undecided(data[start:end])
        yield data[start:end]
        start = end


def _undecided(data: bytes) -> int:
    """Return how many bytes at the end cannot be read yet: the beginning of an escape, a CR, or blanks that may end a line."""
    if data[-1:] not in _UNDECIDED_ENDS:
        return 2 if data[-2:-1] == b"=" and data[-1] in _HEX_DIGITS else 0
    tail = data[-(_MAXIMUM_PADDING + 4) :]
    before_returns = tail.rstrip(b"\r")
    returns = len(tail) - len(before_returns)
    if returns > 2:
        return 1
    text = before_returns.rstrip(b" \t")
    blanks = len(before_returns) - len(text)
    if blanks > _MAXIMUM_PADDING:
        # Too many to be padding. What is kept is one more than that, so that what follows is seen to belong to a long run.
        return _MAXIMUM_PADDING + 1 + returns
    return blanks + returns + text.endswith(b"=")


_UNDECIDED_ENDS = frozenset({b"=", b" ", b"\t", b"\r"})
