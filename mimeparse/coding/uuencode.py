"""uuencode (POSIX), from the days before MIME: `begin`, lines that each say their length, `end`."""

from __future__ import annotations

import binascii
import re

from mimeparse.coding.base64 import strict_decoder
from mimeparse.defects import DefectCode, Finding

# Whole lines of 45 bytes, which is all of a file but its end. Blanks among the symbols are what many encoders, Python's among them, write
# for zero; a line that lost some at its end is none of these, since it is too short.
_WHOLE_LINES = re.compile(rb"(?<![^\n])(?:(?:M[ -`]{60}\n){4,}+|(?:M[ -`]{60}\r\n){4,}+)")
# Passed over in C are lines that hold nothing, empty or of length 0: a flood of them took a step of Python for each byte.
_LINE = re.compile(rb"(?<![^\n])(?!\r++(?:\n|\Z))[^`\n][^\n]*+")
_SYMBOLS = bytes(range(0x20, 0x61))  # the first and the last are zero
# Whatever is no symbol here becomes none there.
_TO_BASE64 = (
    b"-" * 0x20
    + b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    + b"A"
    + b"-" * (256 - len(_SYMBOLS) - 0x20)
)

_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)
_SEARCHED_BYTES = 64 * 1024
"""How far the begin line is looked for. What comes before it has to be held back, since without one the body is no uuencode."""
_WIDTHS = (62, 63)  # of a whole line, with LF or CRLF
_LONGEST_LINE = 128
"""A line holds at most 63 bytes, which are 85 characters with the length; encoders add a checksum character at most."""


class UuencodeDecoder:
    """Undo uuencode, piece by piece; a body without a begin line stays as it is."""

    __slots__ = ("_data", "_decode_strictly", "_mid_line", "_position", "_reported", "_searched", "_state", "findings")

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._reported: set[DefectCode] = set()
        self._state = self._search
        self._decode_strictly = strict_decoder()
        self._data = bytearray()
        self._position = 0  # of the first byte of `_data`
        self._searched = 0
        self._mid_line = False

    def feed(self, data: bytes, /) -> bytes:
        """Decode the next bytes of the body."""
        self._data += data
        return self._state(closed=False)

    def close(self) -> bytes:
        """Decode what was held back; the body has ended."""
        decoded = self._state(closed=True)
        if self._state == self._lines:
            self._report(DefectCode.UU_TRUNCATED, self._position)
        return decoded

    def _search(self, *, closed: bool) -> bytes:
        """Look for the begin line."""
        data = self._data
        begin = None
        # Whole lines: a long one that comes byte by byte would be searched for each of them.
        end = data.rfind(b"\n", self._searched, _SEARCHED_BYTES) + 1
        if end:
            begin = _BEGIN.search(data, data.rfind(b"\n", 0, self._searched) + 1, end)
        if begin is not None:
            if data[: begin.start()].strip():
                self._report(DefectCode.UU_OUTSIDE, 0)
            self._take(begin.end())
            self._state = self._lines
            return self._lines(closed=closed)
        if closed or len(data) >= _SEARCHED_BYTES:
            self._report(DefectCode.UU_BEGIN_MISSING, 0)
            self._state = self._identity
            return self._identity(closed=closed)
        self._searched = len(data)
        return b""

    def _identity(self, *, closed: bool) -> bytes:  # noqa: ARG002  (a state like the others)
        return self._take(len(self._data))

    def _lines(self, *, closed: bool) -> bytes:
        data, start = self._data, 0
        if self._mid_line:
            start = data.find(b"\n") + 1
            if not start:
                return self._take(len(data))[:0]
            self._mid_line = False
        end = len(data) if closed else data.rfind(b"\n") + 1
        if len(data) - end >= _LONGEST_LINE:
            end, self._mid_line = end + _LONGEST_LINE, True  # only the beginning of such a line can be data
        equal = self._decode_equal_lines(start, end)
        if equal is not None:
            self._take(len(data) if self._mid_line else end)
            return equal
        decoded = bytearray()  # and no list of pieces: lines of one byte would take twenty times their size
        while start < end:
            whole_lines = _WHOLE_LINES.search(data, start, end)
            last = self._decode_lines(start, end if whole_lines is None else whole_lines.start(), decoded)
            if last is not None:
                self._take(last)
                self._state = self._after
                return bytes(decoded) + self._after(closed=closed)
            if whole_lines is None:
                break
            decoded += self._decode_strictly(_symbols_of(whole_lines[0]))
            start = whole_lines.end()
        self._take(len(data) if self._mid_line else end)
        return bytes(decoded)

    def _decode_equal_lines(self, start: int, end: int) -> bytes | None:
        """Decode lines of 45 bytes with line ends of one kind, which is what nearly all blocks consist of; None if it is not so."""
        lines = self._data[start:end]
        width = lines.find(b"\n", 0, _WIDTHS[-1]) + 1
        if width not in _WIDTHS or len(lines) % width:
            return None
        count = len(lines) // width
        # Each column by itself: C compares them without a look at what is between.
        columns = [(0, b"M"), (width - 1, b"\n")] + [(width - 2, b"\r")] * (width == _WIDTHS[-1])
        if any(lines[column::width] != byte * count for column, byte in columns):
            return None
        try:
            return self._decode_strictly(_symbols_of(lines))
        except ValueError:
            return None

    def _decode_lines(self, start: int, end: int, decoded: bytearray) -> int | None:
        """Decode the lines from `start` to `end` one by one, and return where the line `end` stops, if it is among them."""
        # The one loop over lines in this package: their lengths are data.
        for line in _LINE.finditer(self._data, start, end):
            symbols = line[0][:_LONGEST_LINE]
            if symbols.strip() == b"end":
                return min(line.end() + 1, end, line.start() + _LONGEST_LINE)
            decoded += self._decode_line(symbols, self._position + line.start())
        return None

    def _after(self, *, closed: bool) -> bytes:  # noqa: ARG002  (a state like the others)
        text = self._data.lstrip()
        if text:
            self._report(DefectCode.UU_OUTSIDE, self._position + len(self._data) - len(text))
        self._take(len(self._data))
        return b""

    def _decode_line(self, line: bytes, position: int) -> bytes:
        """Decode one line by the length that it begins with, or as much of it as there is."""
        line = line.rstrip(b"\r")
        if not line or line[0] in b"` ":
            return b""
        size = (line[0] - 32) & 63
        # What follows the last symbol is a checksum of some encoders. QUIRK: transport takes blanks off the ends of lines, and a
        # blank is a symbol here, so that a short line may well be a whole one: only a mere half of it is worth a word.
        line = line[: 1 + (size * 4 + 2) // 3]
        if (len(line) - 1) * 3 < size * 2:
            self._report(DefectCode.UU_BAD_LENGTH, position)
        try:
            return binascii.a2b_uu(line)
        except binascii.Error:
            self._report(DefectCode.UU_BAD_LENGTH, position)
            return b""

    def _take(self, size: int) -> bytes:
        taken = bytes(memoryview(self._data)[:size])
        del self._data[:size]
        self._position += size
        return taken

    def _report(self, code: DefectCode, position: int) -> None:
        if code not in self._reported:
            self._reported.add(code)
            self.findings.append(Finding(code, position))


def _symbols_of(lines: bytes | bytearray) -> bytearray:
    """Return the symbols of lines of 45 bytes each, under the names that base64 has for them (37 MB/s line by line, 400 so)."""
    symbols = bytearray(lines)
    width = lines.index(b"\n") + 1
    del symbols[::width]
    width -= 1
    while width > 60:  # the line end, of one byte or two
        del symbols[width - 1 :: width]
        width -= 1
    return symbols.translate(_TO_BASE64)
