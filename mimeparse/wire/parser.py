"""The sans-I/O pull parser: `feed()` stores, `next_event()` computes.

Never surprised. For any bytes in any chunks the parser returns an event, asks for more, or raises `LimitExceeded`. Anything else
is a bug.

The machine has three states, each a method that makes one step: a header block, the body of a leaf, or the surplus of a multipart
(its preamble or epilogue). Open multiparts and entered messages lie on an explicit stack; depth is data that the sender chose.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NoReturn

from mimeparse.coding.signatures import SIGNATURE_BYTES, UTF_16, foreign_format
from mimeparse.defects import Defect, DefectCode, DefectLog, Finding
from mimeparse.errors import LimitExceeded, UsageError
from mimeparse.fields.headers import STRUCTURED_FIELDS, Headers
from mimeparse.limits import DEFAULT_LIMITS, Limits
from mimeparse.reading import OUR_READING
from mimeparse.wire.asked import OURS, Asked
from mimeparse.wire.blank_lines import LEADING_BLANK_LINE, BlankLines
from mimeparse.wire.boundaries import OpenDelimiters, one_line_end_is_bare
from mimeparse.wire.buffer import Buffer
from mimeparse.wire.entities import entity_of, sniffed_entity
from mimeparse.wire.events import BodyChunk, EndOfMessage, PartEnd, PartStart, Surplus
from mimeparse.wire.frames import Frame
from mimeparse.wire.leaves import Leaf
from mimeparse.wire.translation import Translation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mimeparse.reading import Reading
    from mimeparse.wire.boundaries import DelimiterLine
    from mimeparse.wire.entities import Entity
    from mimeparse.wire.events import Event


# What one step reads of a body. Measured: 926 MB/s through events for 64 KiB, 813 for 128, 815 for 32. From 128 KiB on the C library takes
# each block fresh from the system and gives it back, page by page.
_WINDOW_BYTES = 64 * 1024
_SNIFFED_BYTES = 64 * 1024  # for a reading that believes bodies and not labels


class Parser:
    """Parse one message from chunks of bytes into events, without any input or output of its own.

    Three promises:

    1. **Never surprised.** For any bytes in any chunks the parser returns an event, asks for more, or raises `LimitExceeded`.
       Anything else is a bug.
    2. **Nothing lost.** Every input byte belongs to exactly one header block, delimiter, body, preamble or epilogue, by offset.
       What could not be decoded is still reachable as bytes, and a defect says so.
    3. **Nothing hidden.** Where two real mail readers would disagree about what a message contains, the parser says so in a defect
       with a stable code.

    `decode=False` leaves bodies as they stand in the input. `clock` returns seconds, and is what `max_cpu_seconds` is measured with;
    without one that limit does nothing, since the core has no clock of its own. Only the parser's own steps count, neither the wait
    for the source nor what the caller does with the events, so that a clock on the wall will do.

    `reading` answers what readers disagree about. With another one than ours the headers are those that it makes of the blocks, and
    the offsets those of the input as it has it; some of them keep all input until `close()`.
    """

    def __init__(
        self,
        *,
        limits: Limits = DEFAULT_LIMITS,
        decode: bool = True,
        clock: Callable[[], float] | None = None,
        reading: Reading = OUR_READING,
    ) -> None:
        if not isinstance(limits, Limits):
            raise UsageError(
                f"limits must be a Limits object, not {type(limits).__name__}; write Limits(max_parts=100)"
            )
        self.limits = limits
        self.log = DefectLog(limits.max_defects)
        """Every defect so far."""
        self.parts = 0
        """Entities so far."""
        self.depth = 0
        """The deepest nesting so far: 0 for a message without parts."""
        self._decode = decode
        self._asked = asked = OURS if reading is OUR_READING else Asked(reading)
        if asked.ours:
            reading = OUR_READING  # whoever made it: told apart by identity, here and by the decoders
        self._translation = Translation(reading.line_ends) if asked.translates else None
        self.seconds = 0.0
        """Time spent so far, if there is a clock."""
        self._clock = clock
        self._buffer = Buffer(limits.max_message_bytes)
        self._closed = False
        self._breached: LimitExceeded | None = None
        self._pending: deque[Event] = deque()
        self._frames: list[Frame] = []
        self._delimiters = OpenDelimiters(reading)
        self._blank_lines = BlankLines(asked.blank_line)
        self._step: Callable[[], bool] | None = self._read_header
        # Of the entity being read.
        self._path: tuple[int, ...] = ()
        self._default_type = "text/plain"
        self._leaf: Leaf | None = None
        self._body_offset = 0
        self._headless = False
        # Of the message.
        self._header_bytes = 0
        self._blank_so_far = False

    # For callers -----------------------------------------------------------------------------------------------------

    def feed(self, data: bytes | bytearray | memoryview, /) -> None:
        """Store a chunk of input. Raises `UsageError` after `close()`, and for anything but bytes."""
        if self._closed:
            raise UsageError("feed() after close(): make a new Parser for the next message")
        self._buffer.append(data if self._translation is None else self._translation.feed(bytes(data)))

    def close(self) -> None:
        """Say that the input has ended. May be called again."""
        if self._translation is not None:
            self._buffer.append(self._translation.close())
        self._closed = True

    def next_event(self) -> Event | None:
        """Return the next event, or None: feed more, or (after `EndOfMessage`) all is said.

        Raises `LimitExceeded`, and raises it again each time it is called after that.
        """
        while not self._pending:
            if not self._advance():
                return None
        return self._pending.popleft()

    def _advance(self) -> bool:
        """Make one step, and return whether another one can be made."""
        if self._breached is not None:
            raise self._breached
        if self._step is None:
            return False
        try:
            if not (self._step() if self._clock is None else self._timed_step(self._step, self._clock)):
                # Everything that fits the limit has been read, and there is more.
                if self._buffer.overflow:
                    self.breach("max_message_bytes")
                return False
        except LimitExceeded:
            # What the step found before it hit the limit is told first.
            if not self._pending:
                raise
        return True

    def _timed_step(self, step: Callable[[], bool], clock: Callable[[], float]) -> bool:
        started = clock()
        done = step()
        self.seconds += clock() - started
        maximum = self.limits.max_cpu_seconds
        if maximum is not None and self.seconds > maximum:
            self.breach("max_cpu_seconds")
        return done

    def events(self) -> Iterator[Event]:
        """Yield events until `next_event()` returns None. May be abandoned, and called again after more was fed."""
        pending = self._pending
        while True:
            while pending:
                yield pending.popleft()
            if not self._advance():
                return

    @property
    def done(self) -> bool:
        """Whether `EndOfMessage` has been returned."""
        return self._step is None and not self._pending

    @property
    def offset(self) -> int:
        """How many bytes of the input have been used up."""
        return self._buffer.offset

    def peek(self, size: int) -> bytes:
        """Return the next `size` of the bytes that were fed and are not used up, without using them up."""
        position = self._buffer.position
        return bytes(memoryview(self._buffer.data)[position : position + size])

    def breach(self, limit: str, *, path: tuple[int, ...] | None = None) -> NoReturn:
        """Raise `LimitExceeded`, now and whenever an event is asked for from then on."""
        where = self._path if path is None else path
        self._breached = self.limits.breach(limit, offset=self._buffer.offset, path=where)
        raise self._breached

    # Header blocks ---------------------------------------------------------------------------------------------------

    def _read_header(self) -> bool:
        buffer = self._buffer
        if self._asked.looks_ahead and not self._at_end:
            return False
        if not self.parts:
            if len(buffer.data) < SIGNATURE_BYTES and not self._at_end:
                return False
            foreign = foreign_format(bytes(buffer.data[:SIGNATURE_BYTES]))
            if foreign is not None:
                self._start_foreign(foreign)
                return True
        start = buffer.position
        end, body = self._find_header_end()
        maximum = self.limits.max_header_bytes
        if maximum is not None and (body if end is None else end) - start > maximum:
            return self._read_oversized_header(maximum)
        if end is None:
            return False
        block = bytes(buffer.data[start:end])
        if self._asked.ours:
            headers = Headers(block, offset=buffer.base + start, path=self._path)
            body_position = headers.body_position
        else:
            # Most programs never ask for another reading than ours.
            from mimeparse.fields.rereading import reread

            headers, body_position = reread(block, self._asked.reading, offset=buffer.base + start, path=self._path)
        findings: Sequence[Finding] = ()
        if body_position is not None:
            body = start + body_position
        elif end == start or body - end != len(b"\r\n"):
            findings = self._look_at_header_end(headers, end, body)
        self._start_part(headers, body, findings)
        return True

    def _look_at_header_end(self, headers: Headers, end: int, body: int) -> list[Finding]:
        """Return what is odd about how a header block ends; `end` and `body` are indices."""
        size = end - self._buffer.position
        if body == end:  # no blank line
            if self._at_end and body == len(self._buffer.data):
                return [Finding(DefectCode.HEADER_EOF, size)] if size else []
            return [Finding(DefectCode.HEADER_BODY_SEPARATOR, size, "ended by a delimiter")] if size else []
        if not self.parts and not size:
            return [Finding(DefectCode.HEADER_LEADING_BLANK)]
        if body == end + 1 and b"\r\n" in headers.raw:
            # No blank line to those who know CRLF alone.
            return [Finding(DefectCode.HEADER_BODY_SEPARATOR, size, "LF alone")]
        if body > end + len(b"\r\n") and b"\r\r\n" not in headers.raw:
            # A line that holds a CR, to those who know CRLF alone. Where a gateway added a CR to each line, that is told already.
            return [Finding(DefectCode.HEADER_BARE_CR, size)]
        return []

    def _start_foreign(self, foreign: str) -> None:
        """Take a file that is no mail for a body without a header."""
        self._default_type = "application/octet-stream"
        findings = [Finding(DefectCode.MESSAGE_NOT_MAIL, 0, foreign)]
        if foreign == UTF_16:
            findings.append(Finding(DefectCode.MESSAGE_UTF16))
        self._start_part(Headers(b""), 0, findings)

    def _find_header_end(self) -> tuple[int | None, int]:
        """Return where the header block ends and where the body begins, as indices.

        None for the first: its end is not here yet, and does not stand before the second.
        """
        buffer = self._buffer
        data, start = buffer.data, buffer.position
        first = LEADING_BLANK_LINE.match(data, start)
        if first is not None:
            leading = self._asked.leading_blank_lines
            passed = leading.match(data, start) if leading is not None else None
            if passed is None:
                return start, first.end()
            start = passed.end() - 1
        blank = self._blank_lines.find(buffer, start)
        limit = len(data) if blank is None else blank[0]
        clear = len(data) - 2  # two bytes may be the CRs of the blank line
        if len(self._delimiters):
            delimiter = self._delimiters.find(buffer, limit, closed=self._at_end)
            if delimiter is not None:
                return delimiter.start, delimiter.start
            clear = min(clear, self._delimiters.clear)
        if blank is not None:
            return blank[0] + 1, blank[1]
        return (limit, limit) if self._at_end else (None, clear)

    def _read_oversized_header(self, maximum: int) -> bool:
        """Tell a header block without end from a body that no blank line announces, and from input that is no mail at all."""
        buffer = self._buffer
        start = buffer.position
        # Cut at a line end: half a field would pass for a line that is none.
        end = buffer.data.rfind(b"\n", start, start + maximum) + 1 or start + maximum
        headers = Headers(bytes(buffer.data[start:end]), offset=buffer.offset, path=self._path)
        body_position = headers.body_position
        if body_position is None:
            self.breach("max_header_bytes")
        self._start_part(headers, start + body_position, [])
        return True

    def _start_part(self, headers: Headers, body: int, findings: Iterable[Finding]) -> None:
        buffer = self._buffer
        self.parts += 1
        self._check_header(headers, body - buffer.position)
        entity = entity_of(headers, self._default_type)
        if self._asked.sniffs:
            entity = sniffed_entity(entity, bytes(buffer.data[body : body + _SNIFFED_BYTES]))
        filename, disposition, encoding = headers.filename, headers.disposition, headers.transfer_encoding
        if findings or entity.findings:
            headers.note((*findings, *entity.findings))
        frame = self._frames[-1] if self._frames else None
        if frame is not None and frame.composite is not None:
            headers.look_at_folds()  # of a message, whoever asks for its defects does
        offset = headers.offset  # the same object, of which a tree keeps one for each part
        self._body_offset = buffer.base + body if body != buffer.position else offset
        buffer.position = body
        self._headless = self._blank_so_far = not headers
        self._pending.append(
            PartStart(
                self._path,
                headers,
                entity.content_type,
                disposition.value if disposition is not None else None,
                filename,
                entity.boundary is None and not entity.entered,
                tuple(filter(self.log.add, defects)) if (defects := headers.defects) else (),
                offset,
                self._body_offset,
            )
        )
        if frame is not None and frame.composite is not None:
            for code in frame.composite.add(entity.content_type, headers):
                self._note(frame.defects, code, offset, frame.path)
        if entity.boundary is not None:
            self._open_multipart(entity, entity.boundary)
        elif entity.entered:
            frame = Frame(self._path, None, entity, self._body_offset)
            self._open_frame(frame)
            self._begin_child(frame)
        else:
            self._leaf = Leaf(entity.content_type, encoding, self._asked.reading, decode=self._decode)
            self._step = self._read_leaf

    def _check_header(self, headers: Headers, size: int) -> None:
        limits = self.limits
        self._header_bytes += size
        if limits.max_total_header_bytes is not None and self._header_bytes > limits.max_total_header_bytes:
            self.breach("max_total_header_bytes")
        maximum = limits.max_header_count
        # A field takes two bytes at least, its name and its colon, and most blocks are shorter than a thousand of them.
        if maximum is not None and size > 2 * maximum and len(headers) > maximum:
            self.breach("max_header_count")
        maximum = limits.max_structured_bytes
        if maximum is not None and size > maximum and headers.longest(STRUCTURED_FIELDS) > maximum:
            self.breach("max_structured_bytes")

    @property
    def _at_end(self) -> bool:
        """Whether the buffer holds the rest of the input."""
        return self._closed and not self._buffer.overflow

    # Bodies ----------------------------------------------------------------------------------------------------------

    def _read_leaf(self) -> bool:
        block = self._next_block()
        leaf = self._leaf
        if block is None or leaf is None:
            return False
        offset, data, delimiter, ended = block
        if self._blank_so_far and not data.isspace() and data:
            self._blank_so_far = False
        data = leaf.take(data, ended=ended)
        if data:
            maximum = self.limits.max_part_bytes
            if maximum is not None and leaf.size > maximum:
                self.breach("max_part_bytes")
            self._pending.append(BodyChunk(self._path, data, offset))
        if ended:
            self._end_leaf(leaf, self._buffer.offset if delimiter is None else self._buffer.base + delimiter.start)
            self._end_of_body(delimiter)
        return True

    def _end_leaf(self, leaf: Leaf, end: int) -> None:
        defects: list[Defect] = []
        for code, position, detail in leaf.findings():
            self._note(defects, code, self._body_offset + position, self._path, detail)
        if self._headless and end == self._body_offset and self._path:
            self._note(defects, DefectCode.PART_EMPTY, end, self._path)
        self._pending.append(PartEnd(self._path, leaf.size, tuple(defects), end))

    def _read_surplus(self) -> bool:
        block = self._next_block()
        if block is None:
            return False
        offset, data, delimiter, ended = block
        frame = self._frames[-1]
        if data:
            frame.take_surplus(data)
            self._pending.append(Surplus(frame.path, frame.where, data, offset))
        if ended:
            self._end_of_body(delimiter)
        return True

    def _next_block(self) -> tuple[int, bytes, DelimiterLine | None, bool] | None:
        """Take the next bytes of a body: their offset, they themselves, the delimiter behind them, and whether they are the last.

        None: not here yet.
        """
        buffer = self._buffer
        start = buffer.position
        offset = buffer.base + start
        available = len(buffer.data)
        limit = available if available - start < _WINDOW_BYTES else start + _WINDOW_BYTES
        delimiters = self._delimiters
        if len(delimiters):
            delimiter = delimiters.find(buffer, limit, closed=self._at_end)
            if delimiter is not None:
                return offset, buffer.take(delimiter.start), delimiter, True
            limit = delimiters.clear
        ended = limit == available and self._at_end
        if limit <= start and not ended:
            return None
        return offset, buffer.take(limit), None, ended

    def _end_of_body(self, delimiter: DelimiterLine | None) -> None:
        """Go on behind the end of a leaf or of some surplus: at a delimiter, or at the end of the input."""
        if delimiter is not None:
            self._cross(delimiter)
            return
        size = self._buffer.offset
        while self._frames:
            self._end_frame(self._frames.pop(), size, interrupted=False)
        if self._blank_so_far and self.parts == 1:
            self.log.add(Defect(DefectCode.MESSAGE_EMPTY, 0))
        self._pending.append(EndOfMessage(size, self.log.kept))
        self._step = None

    # Multiparts and messages -----------------------------------------------------------------------------------------

    def _open_multipart(self, entity: Entity, boundary: bytes) -> None:
        maximum = self.limits.max_boundary_bytes
        if maximum is not None and len(boundary) > maximum:
            self.breach("max_boundary_bytes")
        frame = Frame(self._path, len(self._delimiters), entity, self._body_offset)
        overlap = self._delimiters.overlap(boundary)
        if overlap is not None:
            self._note(frame.defects, overlap, self._body_offset, frame.path)
        self._open_frame(frame)
        # One byte back: the line end of the header block may introduce the first delimiter.
        self._delimiters.open(boundary, max(self._body_offset - 1, 0))
        if self._asked.parts_outside:
            self._begin_child(frame)
        else:
            self._step = self._read_surplus

    def _open_frame(self, frame: Frame) -> None:
        maximum = self.limits.max_depth
        if maximum is not None and len(self._frames) >= maximum:
            self.breach("max_depth")
        self._frames.append(frame)
        self.depth = max(self.depth, len(self._frames))

    def _begin_child(self, frame: Frame) -> None:
        maximum = self.limits.max_parts
        if maximum is not None and self.parts >= maximum:
            self.breach("max_parts")
        self._path = (*frame.path, frame.children)
        self._default_type = frame.child_type
        frame.children += 1
        self._step = self._read_header

    def _cross(self, delimiter: DelimiterLine) -> None:
        """Go on behind a delimiter: end what lies inside its multipart, then begin the next part or the epilogue."""
        start = self._buffer.base + delimiter.start
        while self._frames[-1].level != delimiter.level:
            self._end_frame(self._frames.pop(), start, interrupted=True)
        self._delimiters.cut(delimiter.level + 1)
        self._delimiters.pass_line(self._buffer, delimiter)
        bare_lf = one_line_end_is_bare(self._buffer.data, delimiter)
        self._buffer.position = delimiter.end
        frame = self._frames[-1]
        self._note_findings(frame, frame.end_surplus())
        if bare_lf:
            self._note(frame.defects, DefectCode.BODY_BARE_LF, start, frame.path)
        if delimiter.padded:
            self._note(frame.defects, DefectCode.BOUNDARY_TRANSPORT_PADDING, start, frame.path)
        if not delimiter.closes or self._asked.parts_outside:
            self._begin_child(frame)
            return
        self._note_near_miss(frame, delimiter.level, start)
        self._delimiters.close(delimiter.level)
        frame.begin_epilogue(self._buffer.offset)
        self._path = frame.path
        self._step = self._read_surplus

    def _end_frame(self, frame: Frame, offset: int, *, interrupted: bool) -> None:
        if frame.level is not None:
            self._note_findings(frame, frame.end_surplus())
            self._note_near_miss(frame, frame.level, offset)
            self._note_findings(frame, frame.end(offset, interrupted=interrupted))
        self._pending.append(PartEnd(frame.path, 0, tuple(frame.defects), offset))

    def _note_near_miss(self, frame: Frame, level: int, end: int) -> None:
        near = self._delimiters.near_miss(level, end)
        if near is not None:
            for code in near.codes:
                self._note(frame.defects, code, near.offset, frame.path)

    def _note_findings(self, frame: Frame, findings: list[Finding]) -> None:
        for code, offset, detail in findings:
            self._note(frame.defects, code, offset, frame.path, detail)

    def _note(
        self, defects: list[Defect], code: DefectCode, offset: int, path: tuple[int, ...], detail: str = ""
    ) -> None:
        defect = Defect(code, offset, path, detail)
        if self.log.add(defect):
            defects.append(defect)
