"""Line ends of encoded bodies: the bare ones, at which readers disagree, and lines that are too long."""

from __future__ import annotations

import re
from io import IncrementalNewlineDecoder

from mimeparse.defects import DefectCode, Finding

LONGEST_LINE = 998
"""RFC 5322 2.1.1, without the line end. Relays break longer lines, and thereby signatures and encodings."""

_BARE_CR = re.compile(rb"\r(?!\n)")
_BARE_LF = re.compile(rb"(?<!\r)\n")
# What ends the mail for an SMTP server that takes a bare CR or LF for a line end, and does not for one that does not: what follows
# comes in as commands and as another message ("SMTP smuggling", CVE-2023-51764).
# The line ends are only looked at: one may stand between two dots, and dots are what C finds at once. What ends every mail is
# CRLF . CRLF, and is none of these; relays double the dot within one.
_END_OF_DATA = re.compile(rb"\.(?<=[\r\n]\.)(?!(?<=\r\n\.)\r\n)(?=(\r\n|\r|\n))")
# So many bytes of such a sequence, and of the byte before it, may have come with earlier data, where its last byte is new.
_BYTES_BEFORE = 4


class LineEnds:
    """Watch a body go by, in any chunks; what is found does not depend on them."""

    __slots__ = (
        "_bare_cr",
        "_bare_lf",
        "_crlf",
        "_end_of_data",
        "_first_cr",
        "_held",
        "_line_start",
        "_long",
        "_position",
        "_tail",
    )

    def __init__(self) -> None:
        self._held = False  # a CR at the end, of which only the next byte tells whether it is bare
        self._position = 0
        self._crlf = False
        self._first_cr: int | None = None
        self._bare_cr: int | None = None
        self._bare_lf: int | None = None
        self._tail = b""
        self._end_of_data: int | None = None
        self._line_start = 0
        self._long: int | None = None

    @property
    def only_crlf(self) -> bool:
        """Whether every line so far ends in CRLF, and there is one."""
        return self._crlf and self._bare_lf is None

    def watch(self, data: bytes) -> None:
        """Look at the next bytes of the body."""
        if self._held:
            data = b"\r" + data
            self._held = False
        if data.endswith(b"\r"):
            self._held = True
            data = data[:-1]
        self._look(data)

    def findings(self) -> list[Finding]:
        """Return what was found; the body has ended."""
        if self._held:
            self._held = False
            self._look(b"\r")
        if self._bare_cr is self._bare_lf is self._long is None:
            return []
        # Where a whole body is stored with LF, as files are, no line end is bare, and nobody disagrees.
        found = (
            (DefectCode.BODY_BARE_CR, self._bare_cr),
            (DefectCode.BODY_BARE_LF, self._bare_lf if self._crlf else None),
            (DefectCode.SMTP_END_OF_DATA_SEQUENCE, self._end_of_data),
            (DefectCode.BODY_LINE_TOO_LONG, self._long),
        )
        return [Finding(code, position) for code, position in found if position is not None]

    def _look(self, data: bytes) -> None:
        position = self._position
        self._position += len(data)
        if self._first_cr is None:
            first = data.find(b"\r")
            if first >= 0:
                self._first_cr = position + first
            elif self._bare_lf is None:
                first = data.find(b"\n")
                if first >= 0:
                    self._bare_lf = position + first
        if self._first_cr is not None:
            self._compare(data, position)
        if self._end_of_data is None:
            self._tail = (self._tail + data[-_BYTES_BEFORE:])[-_BYTES_BEFORE:]
        if self._long is None:
            self._measure(data, position)

    def _compare(self, data: bytes, position: int) -> None:
        """Look for bare line ends beside CRLF."""
        if self._bare_cr is None or self._bare_lf is None or not self._crlf:
            # What universal newlines are told apart by, and nothing in C looks for all three kinds as fast.
            decoder = IncrementalNewlineDecoder(None, False)
            decoder.decode(data.decode("latin-1"), True)
            kinds = decoder.newlines if isinstance(decoder.newlines, tuple) else (decoder.newlines,)
            self._crlf = self._crlf or "\r\n" in kinds
            if self._bare_cr is None and "\r" in kinds:
                self._bare_cr = position + _first(_BARE_CR, data)
            if self._bare_lf is None and "\n" in kinds:
                self._bare_lf = position + _first(_BARE_LF, data)
        if self._end_of_data is None and (self._bare_cr is not None or self._bare_lf is not None):
            self._look_for_end_of_data(self._tail + data, position - len(self._tail))

    def _look_for_end_of_data(self, data: bytes, position: int) -> None:
        first_cr = self._first_cr or 0
        for found in _END_OF_DATA.finditer(data):
            if found.end(1) <= len(self._tail):
                continue  # was judged with the byte before it, which may be gone by now
            if position + found.end(1) <= first_cr:
                continue  # LF alone so far, as in files
            self._end_of_data = position + found.start() - 1
            return

    def _measure(self, data: bytes, position: int) -> None:
        """Look for a line of more than 998 bytes, in steps of that size and not line by line."""
        start = self._line_start
        if position + len(data) - start <= LONGEST_LINE:
            end = data.rfind(b"\n")
            if end >= 0:
                self._line_start = position + end + 1
            return
        end = data.find(b"\n")
        if end < 0:
            # A CR at its end may still prove to be that of the line end.
            if position + len(data) - start - data.endswith(b"\r") > LONGEST_LINE:
                self._long = start
            return
        if position + end - data.startswith(b"\r", max(end - 1, 0)) - start > LONGEST_LINE:
            self._long = start
            return
        end += 1
        rfind, limit = data.rfind, len(data) - LONGEST_LINE
        while end < limit:
            last = rfind(b"\n", end, end + LONGEST_LINE + 2)
            if last < 0 or (last == end + LONGEST_LINE + 1 and _is_one_line(data, end, last)):
                if last >= 0 or len(data) - end - data.endswith(b"\r") > LONGEST_LINE:
                    self._long = position + end
                    return
                break
            end = last + 1
        self._line_start = position + data.rfind(b"\n") + 1


def _is_one_line(data: bytes, start: int, end: int) -> bool:
    """Return whether what ends in an LF at `end` is one line, and that LF all of its line end."""
    return data[end - 1] != 0x0D and data.rfind(b"\n", start, end) < 0


def _first(pattern: re.Pattern[bytes], data: bytes) -> int:
    found = pattern.search(data)
    assert found is not None
    return found.start()
