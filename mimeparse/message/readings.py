"""All that real readers may see in one message: the union of what its readings show.

A defect of the kind *ambiguous* is a decision point that was met: readers differ about it. `decisions.py` says which other answers
there are to each. The message is read again with one more of them, and again with another, breadth first and up to a budget, and
everything that any of these readings shows is kept, each thing once. Mail without such a defect is read once.
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from mimeparse.coding.charsets import decode_text
from mimeparse.coding.transfer import CHANGING_ENCODINGS, transfer_decoder
from mimeparse.defects import DefectCode
from mimeparse.errors import LimitExceeded
from mimeparse.fields.words import decode_words
from mimeparse.limits import DEFAULT_LIMITS
from mimeparse.message.bodies import Role
from mimeparse.message.builder import parse
from mimeparse.message.carving import carve
from mimeparse.message.decisions import OTHER_ANSWERS
from mimeparse.message.sources import whole
from mimeparse.reading import OUR_READING, Reading
from mimeparse.safety.filenames import UniqueNames
from mimeparse.wire.impressions import part_in_surplus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mimeparse.limits import Limits
    from mimeparse.message.sources import Source
    from mimeparse.message.tree import Message, Node


@dataclass(frozen=True, slots=True)
class Shown:
    """A text or an attachment that some reading shows."""

    data: bytes
    """Decoded by the transfer encoding that the readings take it to have."""
    text: str | None
    """Of a text, what people read; None for an attachment."""
    sha256: str
    content_types: tuple[str, ...]
    """As the readings have it, each once."""
    filenames: tuple[str | None, ...]
    """As the readings have it, each once; None where one has none."""
    readings: tuple[Reading, ...]
    """Those that show it."""

    @property
    def size(self) -> int:
        """Return the number of decoded bytes."""
        return len(self.data)


@dataclass(frozen=True, slots=True)
class Readings:
    """The union of what the readings of one message show."""

    message: Message
    """The message as we read it."""
    readings: tuple[Reading, ...]
    """All that were tried; ours first."""
    attachments: tuple[Shown, ...]
    """Every attachment that any reading shows, each once by its digest; of attached messages too."""
    texts: tuple[Shown, ...]
    """Every text that any reading shows, preambles and epilogues among them."""
    senders: tuple[str, ...]
    """Every address that some reader may show as the author's, in the order in which they were found."""
    complete: bool
    """Whether the budget sufficed for every reading that was asked for."""

    @property
    def ambiguous(self) -> bool:
        """Return whether the readings differ, or there are more of them than the budget allows."""
        return self.message.ambiguous or not self.complete

    @property
    def filenames(self) -> tuple[str | None, ...]:
        """Return every file name that some reading shows, each once."""
        return tuple(dict.fromkeys(name for shown in self.attachments for name in shown.filenames))


def readings(source: Source, *, limits: Limits = DEFAULT_LIMITS) -> Readings:
    """Return what real readers may see in the message in `source`: bytes, a binary file or an iterable of bytes.

    Keeps the whole message in memory, and reads it at most `max_readings` times, once if nothing in it is in doubt. Raises
    `LimitExceeded` where `parse` raises it, and `UsageError` for a source of another kind.
    """
    raw = whole(source, limits.max_message_bytes)
    ours = parse(raw, limits=limits)
    union = _Union()
    queue = _Queue(raw)
    for _ in range(limits.max_readings):
        task = queue.take()
        if task is None:
            break
        if task.data is raw and task.reading is OUR_READING:
            _look_at(ours, task, union, queue)
        elif (message := _read(task.data, task.reading, limits)) is not None:
            _look_at(message, task, union, queue)
            message.close()
            # Before the next one is read, which takes as much memory.
            del message
    return Readings(ours, tuple(union.readings), *union.shown(), tuple(union.senders), queue.take() is None)


def _look_at(message: Message, task: _Task, union: _Union, queue: _Queue) -> None:
    """Take in what a reading shows, and what is to be read because of it."""
    union.add(message, task.reading)
    queue.put_readings(message, task)
    for inner in (*_encoded_messages(message), *_parts_outside(message)):
        queue.put_message(inner, task.reading)


_MAXIMUM_COMBINED = 2
"""Answers that are combined though the questions were met apart: no reader has been seen that needs three tricks at once, and all
combinations of ten questions are more than anybody reads."""


class _Task(NamedTuple):
    """What is to be read, and how."""

    data: bytes
    digest: bytes
    """Of the data: which of the messages that came encoded this is."""
    reading: Reading
    met: frozenset[DefectCode]
    """The decision points that were met before."""


class _Queue:
    """What is still to be read: first for what a reading newly met, then for combinations of questions that are independent."""

    def __init__(self, raw: bytes) -> None:
        self._new: deque[_Task] = deque()
        self._combinations: deque[_Task] = deque()
        self._known: set[tuple[bytes, Reading]] = set()
        self._messages: set[bytes] = set()
        self.put_message(raw, OUR_READING)

    def take(self) -> _Task | None:
        """Return what is to be read next."""
        if self._new:
            return self._new.popleft()
        return self._combinations.popleft() if self._combinations else None

    def put_readings(self, message: Message, task: _Task) -> None:
        """Add the readings that differ in one more answer, about what this one met."""
        codes = tuple(dict.fromkeys(defect.code for defect in message.defects if defect.code in OTHER_ANSWERS))
        all_met = task.met.union(codes)
        for code in codes:
            for answer in OTHER_ANSWERS[code]:
                further = task.reading.combined(answer)
                if further is None or (task.digest, further) in self._known:
                    continue
                if code in task.met and further.distance > _MAXIMUM_COMBINED:
                    continue
                self._known.add((task.digest, further))
                waiting = self._combinations if code in task.met else self._new
                waiting.append(task._replace(reading=further, met=all_met))

    def put_message(self, data: bytes, reading: Reading) -> None:
        """Add a message, or one that came encoded inside of another, once."""
        digest = hashlib.sha256(data).digest()
        if digest not in self._messages:
            self._messages.add(digest)
            self._new.append(_Task(data, digest, reading, frozenset()))


def _read(data: bytes, reading: Reading, limits: Limits) -> Message | None:
    """Read a message once more. A limit that only another reading meets leaves what was read until then."""
    try:
        return parse(data, limits=limits, reading=reading)
    except LimitExceeded as breach:
        partial: Message | None = breach.partial
        return partial


def _encoded_messages(message: Message) -> Iterator[bytes]:
    """Yield attached messages that came encoded, and multiparts that some readers decode before they look for parts."""
    for node in message.walk():
        if node.leaf and node.content_type.startswith("message/") and node.transfer_encoding in CHANGING_ENCODINGS:
            yield node.read()
        elif not node.children and node.preamble is not None and node.transfer_encoding in CHANGING_ENCODINGS:
            decoder = transfer_decoder(node.transfer_encoding)
            body = decoder.feed(node.preamble.read()) + decoder.close()
            fields = [one.raw for one in node.headers if one.name.lower() != "content-transfer-encoding"]
            yield b"".join(fields) + b"\n" + body


def _parts_outside(message: Message) -> Iterator[bytes]:
    """Yield what looks like a part in preambles and epilogues, from its first field on, whatever text stands before it."""
    for node in message.walk():
        for surplus in (node.preamble, node.epilogue):
            if surplus is not None and (start := part_in_surplus(data := surplus.read())):
                yield data[start:]


_ADDRESS_LIKE = re.compile(
    r"\"[^\"]{1,200}\"@[^\s<>@,;:\"()\[\]\ufffd]+|[^\s<>@,;:\"()\[\]\ufffd]+@[^\s<>@,;:\"()\[\]\ufffd]+"
)
_BETWEEN = re.compile(r"[?\0]")
_ESCAPE = re.compile(r"=([0-9A-Fa-f]{2})")
_WRITTEN_NAME = re.compile(r"name\s*+=\s*+\"?([^\";]++)", re.IGNORECASE)
_CODES_OF_NULS = frozenset(
    {DefectCode.FILENAME_NUL, DefectCode.FILENAME_CONTROL, DefectCode.ENCODED_WORD_DECODED_CONTROL}
)
_MAXIMUM_SENDERS = 100
"""Of one message: whoever writes a thousand authors hides nobody."""


@dataclass(slots=True)
class _Sighting:
    data: bytes
    text: str | None
    digest: str
    content_types: dict[str, None] = field(default_factory=dict)
    filenames: dict[str | None, None] = field(default_factory=dict)
    readings: dict[Reading, None] = field(default_factory=dict)

    def shown(self) -> Shown:
        return Shown(
            self.data, self.text, self.digest, tuple(self.content_types), tuple(self.filenames), tuple(self.readings)
        )


class _Union:
    """Gather what readings show, each thing once."""

    def __init__(self) -> None:
        self.readings: dict[Reading, None] = {}
        self.senders: dict[str, None] = {}
        self._seen: dict[str, _Sighting] = {}

    def add(self, message: Message, reading: Reading) -> None:
        self.readings[reading] = None
        for address in _senders(message):
            if len(self.senders) < _MAXIMUM_SENDERS:
                self.senders[address] = None
        for node in message.walk():
            if node.leaf or node.role is Role.ATTACHMENT:
                self._add_part(node, reading)
            for surplus in (node.preamble, node.epilogue):
                if surplus is not None and (data := surplus.read()).strip():
                    decoded = decode_text(data)
                    sighting = _Sighting(data, decoded.text, surplus.sha256)
                    # Not by the digest alone: an attachment of the same bytes is another thing.
                    self._see(sighting, f"{surplus.sha256} {decoded.used}", "text/plain", (None,), reading)
            if node.leaf and node.content_type.startswith("text/"):
                self._add_carved(node, reading)

    def shown(self) -> tuple[tuple[Shown, ...], tuple[Shown, ...]]:
        """Return the attachments and the texts."""
        every = [sighting.shown() for sighting in self._seen.values()]
        return tuple(one for one in every if one.text is None), tuple(one for one in every if one.text is not None)

    def _add_part(self, node: Node, reading: Reading) -> None:
        if node.role is Role.BODY:
            # The same bytes are another text in another charset.
            decoded = node.decoded_text()
            sighting = _Sighting(node.read(), decoded.text, node.sha256)
            self._see(sighting, f"{node.sha256} {decoded.used}", node.content_type, _names(node), reading)
            if any(finding.code is DefectCode.CHARSET_ENDIAN for finding in decoded.findings):
                # RFC 2781 4.3 has the one byte order for it, and browsers the other.
                other = decode_text(node.read(), "utf-16be" if decoded.used.endswith("le") else "utf-16le")
                sighting = _Sighting(node.read(), other.text, node.sha256)
                self._see(sighting, f"{node.sha256} {other.used}", node.content_type, _names(node), reading)
        elif node.sha256 in self._seen:
            self._see(self._seen[node.sha256], node.sha256, node.content_type, _names(node), reading)
        else:
            sighting = _Sighting(node.read(), None, node.sha256)
            self._see(sighting, node.sha256, node.content_type, _names(node), reading)

    def _add_carved(self, node: Node, reading: Reading) -> None:
        # Whatever its size: its bytes are held here anyway, and a large attachment must not keep all else from being shown.
        for carved in carve(node.read(), node.path, node.body_offset, UniqueNames()):
            sighting = _Sighting(carved.data, None, carved.sha256)
            self._see(sighting, carved.sha256, "application/octet-stream", (carved.filename,), reading)

    def _see(
        self, sighting: _Sighting, key: str, content_type: str, names: Iterable[str | None], reading: Reading
    ) -> None:
        sighting = self._seen.setdefault(key, sighting)
        sighting.content_types[content_type] = None
        sighting.filenames.update(dict.fromkeys(names))
        sighting.readings[reading] = None


def _names(node: Node) -> Iterable[str | None]:
    """Return every name that the fields of a part give it, the one that we take first."""
    names: dict[str | None, None] = {node.filename: None}
    for declared, key in ((node.headers.disposition, "filename"), (node.headers.content_type, "name")):
        if declared is not None and key in declared.parameters:
            names.update(dict.fromkeys((declared.parameters[key], *declared.alternatives.get(key, ()))))
    for field_name in ("content-disposition", "content-type"):
        for value in node.headers.get_all(field_name):
            # To those who decode no encoded words, the name is what is written.
            written = [name.strip() for name in _WRITTEN_NAME.findall(value) if "=?" in name]
            names.update(dict.fromkeys(written))
    codes = {defect.code for defect in node.defects}
    for name in [name for name in names if name is not None]:
        if DefectCode.FILENAME_PERCENT in codes:
            names[unquote(name).replace("\0", "\ufffd")] = None
        if "\ufffd" in name and not codes.isdisjoint(_CODES_OF_NULS):
            # Of a NUL that was decoded, other readings of the header block know nothing.
            names.update(dict.fromkeys((name.partition("\ufffd")[0], name.replace("\ufffd", ""))))
    return names


def _senders(message: Message) -> Iterator[str]:
    """Yield whatever may pass for the author's address: as we read it, and whatever looks like one in the field."""
    for address in message.from_:
        if address.address:
            yield address.address
    for value in message.headers.get_all("from"):
        escaped = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), value)  # of a charset that nobody knows
        for text in (value, decode_words(value)[0], value.replace('"', " "), _BETWEEN.sub(" ", escaped)):
            for found in _ADDRESS_LIKE.finditer(text):
                yield found[0].rstrip(".")
                yield found[0].rstrip(".").replace('"', "")
