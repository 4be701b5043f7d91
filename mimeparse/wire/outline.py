"""The outline of an ordinary message that is in memory as a whole: where its parts stand.

Nearly all mail is small, complete and well formed, and a machine that may be fed byte by byte and has to notice everything that is odd
is more than it needs. Here the parts are told with a few searches: a multipart is cut at all its delimiters at once, and what lies
between two of them is looked at in turn. Anything that is not plainly ordinary (a header block with an odd line, a part without a blank
line, a boundary that occurs anywhere but in whole delimiter lines, a multipart that the delimiter of another one ends)
makes the whole message the machine's, which is the authority: a property test holds the two equal, event by event.

Bodies are not looked at. What is odd inside of them is found when somebody asks for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from mimeparse.coding.transfer import UUENCODE
from mimeparse.defects import Defect, DefectLog, Finding
from mimeparse.fields.block import plain_block
from mimeparse.fields.headers import Headers
from mimeparse.limits import DEFAULT_LIMITS, Limits
from mimeparse.wire.entities import entity_of
from mimeparse.wire.frames import Frame

if TYPE_CHECKING:
    from mimeparse.wire.composites import Composite
    from mimeparse.wire.entities import Entity
    from mimeparse.wire.events import PartStart

MAXIMUM_BYTES = 4 * 1024 * 1024
"""Size of a message that is outlined. Nothing stops the work in between, and as much is searched through in some milliseconds; and by
default decoded bodies of that size are kept in memory, so that nothing has to be written to a file when one is decoded late."""

MAXIMUM_PARTS = 12
"""Parts of a message that is outlined; nearly all mail has fewer. With them, none of the guardrails on counts is near, and the defects of
all bodies together fit into the log, so that it does not matter in which order they are found."""

_MAXIMUM_HEADER_BYTES = (
    32 * 1024
)  # of all blocks together, more than all but one in a thousand have; odd parameters take the longest
_NEAR_BYTES = 1024  # behind a delimiter: the header block of a part, and all of a short one
_MAXIMUM_FIELDS = 1_000  # of one block
_LONGEST_BOUNDARY = 16 * 1024  # which is what the default allows; one of 70 bytes is the longest without a defect
_MAXIMUM_DEFECTS = 21  # of header blocks and of multiparts
_MAXIMUM_DEFECTS_OF_BODY = 16  # all codes of quoted-printable, of line ends and of how a body begins that can meet

# A regular expression goes from line end to line end, which takes half as long as `find` with its needle of two bytes.
_BLANK_LF_LINE = re.compile(rb"\n\n")
_BLANK_CRLF_LINE = re.compile(rb"\n\r\n")


class OutlinedPart:
    """A part of an ordinary message: what its `PartStart` would say, by the same names, and where it ends."""

    __slots__ = (
        "body_offset",
        "content_type",
        "defects",
        "disposition",
        "end",
        "epilogue_start",
        "filename",
        "frame",
        "headers",
        "leaf",
        "offset",
        "path",
        "preamble_end",
    )

    def __init__(self, headers: Headers, entity: Entity, body_offset: int, end: int) -> None:
        disposition = headers.disposition
        self.path = headers.path
        self.headers = headers
        self.content_type = entity.content_type
        self.disposition = disposition.value if disposition is not None else None
        self.filename = headers.filename
        self.leaf = leaf = entity.boundary is None and not entity.entered
        self.defects: tuple[Defect, ...] = ()
        self.offset = headers.offset
        self.body_offset = body_offset
        self.end = end
        """Where its body ends."""
        self.frame = None if leaf else Frame(headers.path, None if entity.entered else 0, entity, body_offset)
        """Of a multipart or a message that is entered."""
        self.preamble_end = body_offset
        """Of a multipart: where what stands before its first delimiter ends."""
        self.epilogue_start: int | None = None
        """Of a multipart with a closing delimiter: where what stands behind it begins."""


Start: TypeAlias = "PartStart | OutlinedPart"
"""What a header block says about a part, whoever has read it."""


class Outline(NamedTuple):
    """Where the parts of a message stand, in document order."""

    parts: list[OutlinedPart]
    depth: int
    """The deepest nesting: 0 for a message without parts."""
    log: DefectLog
    """The defects so far: all but those of the bodies of leaves."""


class _Region(NamedTuple):
    """A stretch of the input that is one entity."""

    path: tuple[int, ...]
    start: int
    line_end: int
    """Where the LF stands that belongs to the delimiter behind it; the size of the input, where that ends the entity."""
    default_type: str
    frames: tuple[Frame, ...]
    """What is open around it, outermost first."""


def outline(data: bytes, limits: Limits) -> Outline | None:
    """Return where the parts of a message stand, or None where it is not plainly ordinary. Never raises; linear."""
    if len(data) > MAXIMUM_BYTES or not (limits is DEFAULT_LIMITS or _grants_enough(limits, len(data))):
        return None
    outliner = _Outliner(data, limits)
    return Outline(outliner.parts, outliner.depth, outliner.log) if outliner.succeeds() else None


def root_part(data: bytes, limits: Limits) -> OutlinedPart | None:
    """Return what the header block of a message says, or None where it is not plainly ordinary. Never raises; linear.

    Of what the message holds nothing is known, and it may be found to be odd.
    """
    if len(data) > MAXIMUM_BYTES or not (limits is DEFAULT_LIMITS or _grants_enough(limits, len(data))):
        return None
    return _Outliner(data, limits).read_header(_whole(data), None)


def _whole(data: bytes) -> _Region:
    return _Region((), 0, len(data), "text/plain", ())


def _grants_enough(limits: Limits, size: int) -> bool:
    """Return whether no message of a size that may be outlined comes near a guardrail."""
    if not isinstance(limits, Limits):
        return False  # type: ignore[unreachable]  # callers without types get here, and the machine has a word for them
    enough: tuple[tuple[float | None, float], ...] = (
        (limits.max_message_bytes, size),
        (limits.max_part_bytes, size),
        (limits.max_text_bytes, size),
        (limits.max_spool_bytes, size),
        (limits.max_header_bytes, _MAXIMUM_HEADER_BYTES),
        (limits.max_structured_bytes, _MAXIMUM_HEADER_BYTES),
        (limits.max_boundary_bytes, _LONGEST_BOUNDARY),
        (limits.max_total_header_bytes, _MAXIMUM_HEADER_BYTES),
        (limits.max_header_count, _MAXIMUM_FIELDS),
        (limits.max_depth, MAXIMUM_PARTS),
        (limits.max_parts, MAXIMUM_PARTS),
        (limits.max_attachments, MAXIMUM_PARTS),
        (limits.max_defects, _MAXIMUM_DEFECTS + _MAXIMUM_DEFECTS_OF_BODY * (MAXIMUM_PARTS - 1)),  # one holds the others
        (limits.max_cpu_seconds, 0.1),  # whoever grants less wants to be stopped by the clock
    )
    return all(granted is None or granted >= least for granted, least in enough)


class _Outliner:
    """Cut a message into its parts, outermost multiparts first."""

    __slots__ = ("_data", "_room", "_waiting", "depth", "log", "parts")

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._data = data
        self._room = _MAXIMUM_HEADER_BYTES
        self._waiting = [_whole(data)]
        self.parts: list[OutlinedPart] = []
        self.depth = 0
        self.log = DefectLog(limits.max_defects)

    def succeeds(self) -> bool:
        """Go through the message, and return whether all of it is ordinary."""
        waiting = self._waiting
        while waiting:
            if len(self.parts) == MAXIMUM_PARTS or not self._read(waiting.pop()):
                return False
        end = 0
        for part in reversed(self.parts):
            if part.frame is not None:
                if part.frame.composite is None:
                    part.end = end  # that of what is in it
                self._end_frame(part, part.frame)
            end = part.end
        return not self.log.counts or sum(self.log.counts.values()) <= _MAXIMUM_DEFECTS

    def _read(self, region: _Region) -> bool:
        """Read an entity; return whether its header block and what that says about the body are ordinary."""
        parent = region.frames[-1] if region.frames else None
        part = self.read_header(region, parent.composite if parent is not None else None)
        if part is None:
            return False
        self.parts.append(part)
        if part.headers.defects:
            part.defects = tuple(filter(self.log.add, part.headers.defects))
        if parent is not None and parent.composite is not None:
            codes = parent.composite.add(part.content_type, part.headers)
            self._note(parent, [Finding(code, part.offset) for code in codes])
        frame = part.frame
        if frame is None:
            # Of a part or a message that is empty more is to be told.
            return bool(part.headers) or bool(part.path and part.end > part.body_offset)
        self.depth = max(self.depth, len(region.frames) + 1)
        if frame.composite is not None:
            return self._cut(part, frame, frame.composite.boundary, region)
        self._waiting.append(
            _Region((*part.path, 0), part.body_offset, region.line_end, frame.child_type, (*region.frames, frame))
        )
        return True

    def read_header(self, region: _Region, multipart: Composite | None) -> OutlinedPart | None:
        """Return what the header block of an entity says, or None where it is not plainly well formed."""
        data, (path, start, line_end, default_type, _) = self._data, region
        first = data.find(b"\n", start, line_end)
        crlf = first > start and data[first - 1] == 0x0D
        if path and first == start + crlf:
            blank, body = start - 1, first + 1  # a part without header fields
        else:
            found = (_BLANK_CRLF_LINE if crlf else _BLANK_LF_LINE).search(data, start, line_end + 1)
            blank, body = found.span() if found is not None else (-1, -1)
        if blank < 0:
            return None
        self._room -= body - start
        if self._room < 0:
            return None
        raw = data[start : blank + 1]
        if not crlf and b"\r" in raw:
            return None  # LF alone ends it, and not all of its lines: an envelope line, say
        block = plain_block(raw)
        # A field takes three bytes at least: its name, its colon and its line end.
        if block is None or (len(raw) > 3 * _MAXIMUM_FIELDS and raw.count(b"\n") > _MAXIMUM_FIELDS):
            return None
        headers = Headers(raw, offset=start, path=path, block=block)
        entity = entity_of(headers, default_type)
        part = OutlinedPart(headers, entity, body, self._end(body, line_end))
        if headers.transfer_encoding in UUENCODE:
            return None  # the one encoding that may stand for more bytes than it has: a guardrail may be hit
        if entity.findings:
            headers.note(entity.findings)
        if multipart is not None:
            headers.look_at_folds()
        return part

    def _cut(self, part: OutlinedPart, frame: Frame, boundary: bytes, region: _Region) -> bool:
        """Cut a multipart at its delimiters; return whether all that looks like one is one."""
        if len(boundary) > _LONGEST_BOUNDARY:
            return False
        if any(_overlap(boundary, other.composite.boundary) for other in region.frames if other.composite is not None):
            return False
        data, body = self._data, part.body_offset
        delimiters = self._delimiters(b"--" + boundary, body, region.line_end)
        if delimiters is None:
            return False
        *delimiters, (last, behind, closes) = delimiters
        if not closes:
            if region.line_end < len(data):
                return False  # the delimiter of another multipart ends it
            delimiters.append((last, behind, False))
            last = part.end = region.line_end
        if not delimiters:
            return False
        part.preamble_end = self._end(body, delimiters[0][0])
        self._look_at_surplus(frame, body, part.preamble_end)
        if closes:
            part.end = self._end(behind, region.line_end)
            part.epilogue_start = behind
        frames = (*region.frames, frame)
        for index in range(len(delimiters) - 1, -1, -1):
            line_end, start, _ = delimiters[index]
            self._waiting.append(_Region((*region.path, index), start, last, frame.child_type, frames))
            last = line_end
        frame.children = len(delimiters)
        return True

    def _delimiters(self, dashes_and_boundary: bytes, start: int, stop: int) -> list[tuple[int, int, bool]] | None:
        """Return the delimiters of a multipart: where the LF before each stands, where its line ends, and whether it is the last one.

        None, if one is none to some readers, or if there are none or too many.
        """
        data = self._data
        delimiters: list[tuple[int, int, bool]] = []
        closes = False
        while not closes and (hit := self._find(dashes_and_boundary, start, stop)) >= 0:
            if data[hit - 1] != 0x0A or len(delimiters) > MAXIMUM_PARTS:
                return None
            start = hit + len(dashes_and_boundary)
            closes = data.startswith(b"--", start)
            if closes:
                start += 2
            crlf = data[hit - 2] == 0x0D
            if data.startswith(b"\n", start) and not crlf:
                start += 1
            elif data.startswith(b"\r\n", start) and crlf:
                start += 2
            elif not closes or start < len(data):
                return None
            delimiters.append((hit - 1, start, closes))
        return delimiters or None

    def _find(self, needle: bytes, start: int, stop: int) -> int:
        """Return where a needle that begins with a dash stands first, or -1."""
        data = self._data
        near = start + _NEAR_BYTES
        hit = data.find(needle, start, min(stop, near))
        if hit >= 0 or near >= stop:
            return hit
        # C finds one byte ten times as fast as a needle, and behind its header block an attachment in base64 holds no dash.
        dash = data.find(b"-", max(near - len(needle) + 1, start), stop)
        return data.find(needle, dash, stop) if dash >= 0 else -1

    def _end_frame(self, part: OutlinedPart, frame: Frame) -> None:
        """Find what shows when all parts of a multipart have begun, in the order in which the machine comes upon it."""
        if part.epilogue_start is not None:
            frame.begin_epilogue(part.epilogue_start)
            self._look_at_surplus(frame, part.epilogue_start, part.end)
        self._note(frame, frame.end(part.end, interrupted=False))

    def _look_at_surplus(self, frame: Frame, start: int, end: int) -> None:
        if end > start:
            frame.take_surplus(self._data[start:end])
            self._note(frame, frame.end_surplus())

    def _note(self, frame: Frame, findings: list[Finding]) -> None:
        for code, offset, detail in findings:
            defect = Defect(code, offset, frame.path, detail)
            self.log.add(defect)
            frame.defects.append(defect)

    def _end(self, start: int, line_end: int) -> int:
        """Return where a stretch that begins at `start` ends, before the line end of the delimiter behind it, if that was not read already."""
        data = self._data
        if line_end == len(data):
            return line_end
        if line_end > start and data[line_end - 1] == 0x0D:
            return line_end - 1
        return max(line_end, start)


def _overlap(boundary: bytes, other: bytes) -> bool:
    return boundary.startswith(other) or other.startswith(boundary)
