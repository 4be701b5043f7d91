"""The lines of one odd header block, sorted into those of its fields and the rest, so that nothing derails who reads the fields.

How many lines there are is for the sender to choose, and so no object is made for a line here: a regular expression goes over a run of
lines at once, and what is odd about one of them is searched for where it can stand.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from mimeparse.defects import DefectCode, Finding, excerpt
from mimeparse.fields.blocks import ENVELOPE, FIELD

if TYPE_CHECKING:
    from collections.abc import Sequence

_INDENTED_FIELD = re.compile(rb"[ \t]++[!-9;-~]++:")
_BARE_CR = re.compile(rb"\r(?!\n)")
_BARE_LF = re.compile(rb"(?<!\r)\n")

# A line that is no field may be junk among the fields or the beginning of a body that no blank line announces. It is junk only if
# a later line is plainly a field: "Note: ..." or "http://..." could be prose, a name with a hyphen or one of these could not.
# (The first letters as classes: the engine then passes over a name at its first letter.)
_PLAIN_FIELD = (
    rb"(?:[A-Za-z0-9]++(?:-[A-Za-z0-9]++)++|[Ff](?i:rom)|[Tt][Oo]|[Cc](?i:c|omments)|[Bb](?i:cc)|[Dd](?i:ate)"
    rb"|[Ss](?i:ubject|ender)|[Rr](?i:eceived|eferences)|[Kk](?i:eywords))[ \t]*+:"
)
# A field, what continues one, an envelope line of an mbox, a field without a name. Only LF ends a line; splitlines() knows eight more.
_OF_HEADER = rb"[ \t]|[!-9;-~]++[ \t]*+:|From |:"
_JUNK = re.compile(rb"\n(?!" + _OF_HEADER + rb"|\Z).*+(?:\n(?!" + _PLAIN_FIELD + rb"|\Z).*+)*+")

# These, too, begin with the LF in front of a line.
_WHOLE_FIELD = re.compile(rb"\n([!-9;-~]++)[ \t]*+:(.*+(?:\n[ \t].*+)*+)")
_SPACED_NAME = re.compile(rb"\n([!-9;-~]++)[ \t]++:")
_EMPTY_FOLD = re.compile(rb"\n[ \t][ \t\r\v\f]*+(?:\n|\Z)")
_INVALID_NAME = re.compile(rb"\n([!-9;-~]*+[^!-~ \t\n][^ \t\n:]*+):")
# Legal (RFC 5322 2.2), and another name to those who take comments out of a field before they look for its colon. Only beside the names
# that decide what a body is: others have brackets in some mail, and mean nothing to anybody.
_BRACKETED_NAME = re.compile(rb"\n((?i:content-|mime-v)[!-'*-9;-~]*+[()][!-9;-~]*+)[ \t]*+:")
_ODD_NAMES = (
    (DefectCode.HEADER_NAME_SPACE, _SPACED_NAME, (b" :", b"\t:")),
    (DefectCode.HEADER_NAME_INVALID, _BRACKETED_NAME, (b"(", b")")),
)
_NO_COLON = re.compile(rb"\n(?![ \t:]|[!-9;-~]++[ \t]*+:|[^ \t\n:]++:)")

_CONTENT_TYPE = re.compile(rb"\n(?i:content-type)[ \t]*+:(.*+(?:\n[ \t].*+)*+)")
_BOUNDARY = re.compile(rb'(?i:boundary)\s*+=\s*+(?:"([^"\r\n]++)"|([^\s;"]++))')
_DASHED_LINE = re.compile(rb"\n(--(?:\S++|[^\S\n]++(?!\n|\Z))*+)")  # without the blanks at its end


class Runs(NamedTuple):
    """Runs of lines of a block, put together into one text. An LF stands before the first of them."""

    text: bytes
    starts: Sequence[int]
    """Where in the text each run begins, with the LF before its first line."""
    origins: Sequence[int]
    """Where among the lines of the block it stood."""
    shift: int
    """How many bytes of the block stand before those lines."""

    def position(self, place: int) -> int:
        """Return where in the block a line begins whose LF stands at `place` in the text."""
        run = bisect_right(self.starts, place) - 1
        return self.shift + self.origins[run] + place - self.starts[run]


RawField: TypeAlias = tuple[bytes, bytes, int]
"""The name of a field, all that stands behind its colon (folds and the last line end included), and its position in the block."""


class Gate:
    """Sort the lines of an odd block, and tell what is odd about them."""

    __slots__ = ("body", "findings", "header")

    def __init__(self, block: bytes) -> None:
        self.findings: list[Finding] = []
        self.body: int | None = None
        """Where the body begins inside the block, if the header ended before the block did."""
        self._report_bytes(block)
        start = self._indentation(block)
        lines = b"\n" + block[start:]
        self.header, junk = _sorted_lines(lines, start)
        """The lines of the header: fields, what continues them, envelope lines and fields without a name."""
        delimiter = _first_delimiter(lines, self.header)
        if delimiter is not None:
            # QUIRK: no blank line before the first part. Read on, and the fields of the part would pass for ours.
            rest = lines[delimiter:]
            lines = lines[: delimiter + 1]
            self.header, junk = _sorted_lines(lines, start)
        if junk.text and len(lines) - self.header.origins[-1] <= 1:
            self.body = start + junk.origins[-1]  # at most a line end stands behind it, and no field
        self._look_at_lines(lines, junk, start)
        if delimiter is not None:
            self._report_delimiter(rest, start + delimiter)
        if self.body is not None:
            self._report(DefectCode.HEADER_BODY_SEPARATOR, self.body)

    def fields(self) -> list[RawField]:
        """Return the fields in their order."""
        text, starts, _, shift = self.header
        found = _WHOLE_FIELD.finditer(text)
        if len(starts) == 1:  # as most; else a field may stand behind junk
            return [(one[1], text[one.start(2) : one.end() + 1], one.start() + shift) for one in found]
        position = self.header.position
        return [(one[1], text[one.start(2) : one.end() + 1], position(one.start())) for one in found]

    def _report_bytes(self, block: bytes) -> None:
        """Report bytes that readers disagree about wherever they stand in the block."""
        nul = block.find(b"\0")
        if nul >= 0:
            self._report(DefectCode.HEADER_NUL, nul)
        bare = _BARE_CR.search(block)
        if bare:
            self._report(DefectCode.HEADER_BARE_CR, bare.start())
        blank = block.find(b"\r\r\n") if bare else -1
        if blank >= 0:
            # A line end and a blank line to those who end a line at a bare CR.
            self._report(DefectCode.HEADER_BODY_SEPARATOR, blank)
        if b"\r\n" in block:
            lone = _BARE_LF.search(block)
            if lone:
                self._report(DefectCode.HEADER_BARE_LF, lone.start())

    def _indentation(self, block: bytes) -> int:
        """Return how many blanks stand before the first field. QUIRK: they continue nothing, and the field is often the author's."""
        if not _INDENTED_FIELD.match(block):
            return 0
        self._report(DefectCode.HEADER_LEADING_FOLD, 0)
        return len(block) - len(block.lstrip(b" \t"))

    def _look_at_lines(self, lines: bytes, junk: Runs, start: int) -> None:
        """Report the first of each kind of odd lines, in their order."""
        found: list[tuple[DefectCode, int, bytes]] = []
        if b"\n " in lines or b"\n\t" in lines:
            if empty := _EMPTY_FOLD.search(lines):
                found.append((DefectCode.HEADER_FOLD_EMPTY, start + empty.start(), b""))
            if lines[1:2] in (b" ", b"\t"):
                found.append((DefectCode.HEADER_LEADING_FOLD, start, b""))
        header = self.header
        for code, pattern, hints in _ODD_NAMES:
            if any(hint in header.text for hint in hints) and (odd := pattern.search(header.text)):
                found.append((code, header.position(odd.start()), odd[1]))
        if envelope := ENVELOPE.search(header.text):
            found.append((DefectCode.HEADER_MBOX_FROM, header.position(envelope.start()), b""))
        nameless = lines.find(b"\n:")
        if nameless >= 0:
            found.append((DefectCode.HEADER_NAME_EMPTY, start + nameless, b""))
        if junk.text:
            if invalid := _INVALID_NAME.search(junk.text):
                found.append((DefectCode.HEADER_NAME_INVALID, junk.position(invalid.start()), invalid[1]))
            if line := _NO_COLON.search(junk.text):
                position = junk.position(line.start())
                found.append((DefectCode.HEADER_MISSING_COLON, position, _line_at(lines, position - start)))
        for code, position, detail in sorted(found, key=lambda one: one[1]):
            self._report(code, position, detail)

    def _report_delimiter(self, rest: bytes, position: int) -> None:
        """Report the line of a delimiter that ended the header."""
        if self.body is not None:
            if FIELD.match(rest):
                return  # it looks like a field, and is text of the body that has begun
        else:
            self.body = position
        line = _line_at(rest, 0)
        name, colon, _ = line.partition(b":")
        if colon and b" " not in name and b"\t" not in name:
            self._report(DefectCode.HEADER_NAME_INVALID, position, name)
        else:
            self._report(DefectCode.HEADER_MISSING_COLON, position, line)

    def _report(self, code: DefectCode, position: int, detail: bytes = b"") -> None:
        # One finding a code and block: a block of a hundred thousand junk lines is one fact, not a hundred thousand.
        if all(found.code is not code for found in self.findings):
            self.findings.append(Finding(code, position, excerpt(detail) if detail else ""))


def _sorted_lines(lines: bytes, shift: int) -> tuple[Runs, Runs]:
    """Return the lines of the header, and those that are not of it."""
    header, junk = _Gathering(), _Gathering()
    position = 0
    for found in _JUNK.finditer(lines):
        start, end = found.span()
        header.add(lines, position, start)
        junk.add(lines, start, end)
        position = end
    if not position:
        return Runs(lines, (0,), (0,), shift), junk.runs(shift)
    header.add(lines, position, len(lines))
    if position == len(lines):
        header.text += b"\n"  # of the line before the last junk
    return header.runs(shift), junk.runs(shift)


class _Gathering:
    """Put runs together. No object is kept for one: of a hundred thousand, of two bytes each, they took fifty times the block."""

    __slots__ = ("_origins", "_starts", "text")

    def __init__(self) -> None:
        self.text = bytearray()
        self._starts = array("Q")
        self._origins = array("Q")

    def add(self, lines: bytes, start: int, end: int) -> None:
        self._starts.append(len(self.text))
        self._origins.append(start)
        self.text += lines[start:end]

    def runs(self, shift: int) -> Runs:
        return Runs(bytes(self.text), self._starts, self._origins, shift)


def _line_at(lines: bytes, place: int) -> bytes:
    """Return the line whose LF stands at a place, without that one and with the one at its end."""
    end = lines.find(b"\n", place + 1)
    return lines[place + 1 : end + 1] if end >= 0 else lines[place + 1 :]


def _first_delimiter(lines: bytes, header: Runs) -> int | None:
    """Return where the first line stands that is the delimiter of a multipart which a field before it declares."""
    if b"\n--" not in lines:
        return None
    declared: dict[bytes, int] = {}
    for field in _CONTENT_TYPE.finditer(header.text):
        boundary = _BOUNDARY.search(field[1])
        if boundary is not None:
            declared.setdefault(b"--" + (boundary[1] or boundary[2]), header.position(field.start()) - header.shift)
    if not declared:
        return None
    for line in _DASHED_LINE.finditer(lines):
        if declared.get(line[1], len(lines)) < line.start():
            return line.start()
    return None
