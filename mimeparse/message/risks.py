"""What is dangerous about one part: its name, its type, and whether the two and its content agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimeparse.defects import Defect, DefectCode, Kind
from mimeparse.message.bodies import Role
from mimeparse.safety.filenames import filename_findings
from mimeparse.safety.filetypes import BEGINNING_BYTES, END_BYTES, detect_type_if_possible

if TYPE_CHECKING:
    from mimeparse.message.facts import PartFacts

_SMALL_BYTES = 4 * 1024  # pieces below it are joined: input that comes byte by byte must not cost an object a byte


def part_risks(part: PartFacts, beginning: bytes, end: bytes, size: int) -> tuple[Defect, ...]:
    """Return the defects of the kind "risk" that the name of a part, its type and the edges of its body show."""
    # Imported when the first part is judged: those who never ask shall not pay for its tables.
    from mimeparse.safety.typerisks import type_findings

    name = part.filename
    defects = []
    for code, position, detail in filename_findings(name) if name is not None else ():
        if code.kind is Kind.RISK:
            defects.append(Defect(code, part.offset + position, part.path, detail))
    findings = type_findings(part.content_type, name, beginning, size, end=end, detect=detect_type_if_possible)
    for code, position, detail in findings:
        # The HTML of a message is no document that somebody opens in a browser.
        if code is not DefectCode.TYPE_ACTIVE or part.role is not Role.BODY or part.content_type != "text/html":
            defects.append(Defect(code, part.body_offset + position, part.path, detail))
    return tuple(defects)


class Edges:
    """Keep the beginning and the end of a body on its way past, which is what its risks are read from."""

    __slots__ = ("_beginning", "_last", "_last_size")

    def __init__(self) -> None:
        self._beginning = bytearray()
        # The chunks themselves, so that a large body is not copied.
        self._last: list[bytes | bytearray] = []
        self._last_size = 0

    def append(self, data: bytes) -> None:
        """Take the next bytes of the body."""
        room = BEGINNING_BYTES - len(self._beginning)
        if room:
            self._beginning += data[:room]
            data = data[room:]
            if not data:
                return
        last = self._last[-1] if self._last else None
        if len(data) >= _SMALL_BYTES:
            self._last.append(data)
        elif isinstance(last, bytearray) and len(last) < _SMALL_BYTES:
            last += data
        else:
            self._last.append(bytearray(data))
        self._last_size += len(data)
        while self._last_size - len(self._last[0]) >= END_BYTES:
            self._last_size -= len(self._last.pop(0))

    @property
    def beginning(self) -> bytes:
        """Return the first bytes of the body."""
        return bytes(self._beginning)

    @property
    def end(self) -> bytes:
        """Return the last bytes of the body, without those of the beginning."""
        return b"".join(self._last)[-END_BYTES:]
