"""What is open around the part that is being read: multiparts with their surplus, and messages that were entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mimeparse.defects import DefectCode, Finding
from mimeparse.wire.composites import Composite
from mimeparse.wire.impressions import HEAD_BYTES, SurplusSearch

if TYPE_CHECKING:
    from mimeparse.defects import Defect
    from mimeparse.wire.entities import Entity


class Frame:
    """An open multipart, or a message that was entered. Positions of its findings are offsets in the input."""

    __slots__ = (
        "_has_text",
        "_head",
        "_search",
        "_surplus_offset",
        "child_type",
        "children",
        "composite",
        "defects",
        "level",
        "path",
        "where",
    )

    def __init__(self, path: tuple[int, ...], level: int | None, entity: Entity, body_offset: int) -> None:
        self.path = path
        self.level = level
        """Its place among the open delimiters; None for a message."""
        self.child_type = entity.child_type
        self.composite = Composite(entity) if entity.boundary is not None else None
        """The multipart; None for a message."""
        self.children = 0
        self.defects: list[Defect] = []
        self.where: Literal["preamble", "epilogue"] = "preamble"
        self._begin_surplus(body_offset)

    def _begin_surplus(self, offset: int) -> None:
        self._surplus_offset = offset
        self._has_text = False
        self._head = b""
        self._search: SurplusSearch | None = None

    def take_surplus(self, data: bytes) -> None:
        """Look at some bytes outside of the parts."""
        if not self._has_text and not data.isspace():
            self._has_text = True
        if self.composite is not None:
            self._search = self._search or SurplusSearch(self.where, self.composite.boundary)
            self._search.take(data)
        if len(self._head) < HEAD_BYTES:
            self._head += data[: HEAD_BYTES - len(self._head)]

    def end_surplus(self) -> list[Finding]:
        """Return what is odd about the preamble or the epilogue, which has ended; nothing if that was told already."""
        if not self._has_text or self._search is None:
            return []
        self._has_text = False
        offset = self._surplus_offset
        text = DefectCode.PREAMBLE_TEXT if self.where == "preamble" else DefectCode.EPILOGUE_TEXT
        return [
            Finding(text, offset),
            *(Finding(code, offset + place) for code, place, _ in sorted(self._search.found)),
        ]

    def begin_epilogue(self, offset: int) -> None:
        """Go on behind the closing delimiter."""
        self.where = "epilogue"
        self._begin_surplus(offset)

    def end(self, offset: int, *, interrupted: bool) -> list[Finding]:
        """Return what shows only when a multipart has ended: at a delimiter of another if it was `interrupted`."""
        if self.composite is None:
            return []
        codes = self.composite.close()
        if not self.children:
            closed = self.where == "epilogue"
            codes.append(DefectCode.MULTIPART_EMPTY if closed else DefectCode.BOUNDARY_NOT_FOUND)
            if not closed and b"\n--" + self.composite.boundary.lower() in b"\n" + self._head.lower():
                codes.append(DefectCode.BOUNDARY_CASE_MISMATCH)
        if self.where == "preamble":
            codes.append(DefectCode.BOUNDARY_PARENT_INTERRUPT if interrupted else DefectCode.BOUNDARY_CLOSE_MISSING)
        return [Finding(code, offset) for code in codes]
