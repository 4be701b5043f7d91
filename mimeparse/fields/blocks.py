"""The fields of one header block, as bytes: of a plainly well-formed one, and of an odd one.

Both answer the same questions. A field is told by its place, an int that only its block understands; -1 is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from mimeparse.defects import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mimeparse.fields.gate import Runs

_FOLDS = (b" ", b"\t")
_BLANKS = b" \t\r\n"
# RFC 5322 2.2: a field name is printable US-ASCII without the colon.
_FIELD_NAME = re.compile(r"[!-9;-~]++")

# Each of these begins with the LF in front of a line, which is what the engine finds fastest.
FIELD = re.compile(rb"\n([!-9;-~]++)[ \t]*+:")
"""What a field begins with: RFC 5322 2.2, and 4.5.2 for the blanks."""
FIELD_END = re.compile(rb"\n(?![ \t])")
ENVELOPE = re.compile(rb"\nFrom (?![ \t]*+:)")

# The fields that every message or part is asked for. All of them are found in one pass, which takes as long as three searches of a whole
# block; most searches would be for what is not there.
_INDEXED = re.compile(
    rb"\n(?:bcc|cc|content-(?:disposition|id|transfer-encoding|type)|date|from|in-reply-to|m(?:essage-id|ime-version)|re(?:ferences|ply-to)"
    rb"|s(?:ender|ubject)|to):"
)
_NEEDLES = {
    name: f"\n{name}:".encode()
    for name in (
        "bcc cc content-disposition content-id content-transfer-encoding content-type date from in-reply-to message-id mime-version "
        "references reply-to sender subject to"
    ).split()
}


class PlainBlock:
    """A block of well-formed fields and nothing else, which is looked into, and not taken apart before somebody wants all of it.

    Most fields of a message are never asked for. The place of a field is its position in the block.
    """

    __slots__ = ("_first", "_lower", "_raw", "findings", "repeats", "start", "unix_from")

    body = None
    """Where the body begins inside the block: nowhere."""

    def __init__(
        self, raw: bytes, start: int = 0, unix_from: bytes | None = None, findings: Sequence[Finding] = ()
    ) -> None:
        self.start = start
        """Where the first field begins, behind a byte order mark and the envelope line of an mbox."""
        self.unix_from = unix_from
        """The envelope line of the mbox format that stood before the first field."""
        self.findings = findings
        self._raw = raw
        self._lower: bytes | None = None
        self._first: dict[bytes, int] = {}
        self.repeats = False
        """Whether one of the usual fields occurs twice."""
        for field in _INDEXED.finditer(self._lowered()):
            needle = field[0]
            if needle in self._first:
                self.repeats = True
            else:
                self._first[needle] = field.start() + start

    def __len__(self) -> int:
        raw, start = self._raw, self.start
        lines = raw.count(b"\n", start) + (len(raw) > start and not raw.endswith(b"\n"))
        return lines - raw.count(b"\n ", start) - raw.count(b"\n\t", start)

    @property
    def empty(self) -> bool:
        """Whether there is no field."""
        return len(self._raw) == self.start

    def first(self, name: str) -> int:
        """Return the place of the first field of a name, which is given in lower case."""
        needle = _NEEDLES.get(name)
        return self._first.get(needle, -1) if needle is not None else self._search(name, self.start)

    def next(self, name: str, place: int) -> int:
        """Return the place of the next field of a name behind the one at `place`."""
        return self._search(name, place + 1) if self.repeats or name not in _NEEDLES else -1

    def _search(self, name: str, start: int) -> int:
        if not _FIELD_NAME.fullmatch(name):
            return -1
        if self._lower is None:
            self._lower = self._lowered()  # kept now: ten thousand fields of one name are looked for one by one
        found = self._lower.find(f"\n{name}:".encode(), start - self.start)
        return found + self.start if found >= 0 else -1

    def _lowered(self) -> bytes:
        """Return the fields in lower case, each behind an LF, which stands where the field stands behind `start`.

        Not kept before it is searched: it is as large as the block, and what most programs ask for is found without it.
        """
        return b"\n" + (self._raw[self.start :] if self.start else self._raw).lower()

    def places(self) -> list[int]:
        """Return the places of all fields, in their order."""
        places = [self.start, *(end.end() for end in FIELD_END.finditer(self._raw, self.start))]
        if places[-1] == len(self._raw):
            del places[-1]
        return places

    def position(self, place: int) -> int:
        """Return where in the block a field begins."""
        return place

    def name(self, place: int) -> str:
        """Return the name of a field as written."""
        return self._raw[place : self._raw.index(b":", place)].decode("ascii")

    def value(self, place: int) -> bytes:
        """Return everything behind the colon of a field up to the next one, folds and last line end included."""
        return self._raw[self._raw.index(b":", place) + 1 : self._end(place) + 1]

    def line(self, place: int) -> str | None:
        """Return the value of a field that is nothing but ASCII, unfolded and without blanks around it; None: it is more."""
        raw = self._raw
        end = raw.find(b"\n", place)
        if end < 0:
            end = len(raw)
        if raw[end + 1 : end + 2] in _FOLDS:
            value = raw[raw.index(b":", place) + 1 : self._end(place)].strip(_BLANKS)
            value = value.replace(b"\r\n", b"").replace(b"\n", b"")
        else:
            value = raw[raw.index(b":", place) + 1 : end].strip(_BLANKS)
        return value.decode("ascii") if value.isascii() else None

    def folded(self, place: int) -> bool:
        """Return whether a field may be folded."""
        end = self._raw.find(b"\n", place)
        return end >= 0 and self._raw[end + 1 : end + 2] in _FOLDS

    def _end(self, place: int) -> int:
        """Return where the last line of a field ends."""
        found = FIELD_END.search(self._raw, place)
        return found.start() if found is not None else len(self._raw)


class OddBlock:
    """A block that was read line by line. The place of a field is its number."""

    __slots__ = (
        "_first",
        "_lower_names",
        "body",
        "findings",
        "names",
        "offsets",
        "repeats",
        "start",
        "unix_from",
        "values",
    )

    def __init__(
        self,
        names: Sequence[bytes],
        values: Sequence[bytes],
        offsets: Sequence[int],
        findings: Sequence[Finding],
        body: int | None,
    ) -> None:
        self.names = names
        self.values = values
        self.offsets = offsets
        self.findings = findings
        self.body = body
        """Where the body begins inside the block, if the header ended before the block did."""
        self.start = 0
        self.unix_from: bytes | None = None
        self._lower_names = [name.lower().decode("ascii") for name in names]
        self._first: dict[str, int] = {}
        for place, name in enumerate(self._lower_names):
            self._first.setdefault(name, place)
        self.repeats = len(self._first) != len(names)
        """Whether any field occurs twice."""

    def stand_behind(self, start: int, unix_from: bytes | None) -> None:
        """Take in what stood before the block: an envelope line, and how many bytes in all."""
        self.start = start
        self.unix_from = unix_from
        self.offsets = [start + offset for offset in self.offsets]
        self.body, self.findings = _moved(self.body, self.findings, start)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def empty(self) -> bool:
        """Whether there is no field."""
        return not self.names

    def first(self, name: str) -> int:
        """Return the place of the first field of a name, which is given in lower case."""
        return self._first.get(name, -1)

    def next(self, name: str, place: int) -> int:
        """Return the place of the next field of a name behind the one at `place`."""
        if not self.repeats:
            return -1
        try:
            return self._lower_names.index(name, place + 1)
        except ValueError:
            return -1

    def places(self) -> Iterable[int]:
        """Return the places of all fields, in their order."""
        return range(len(self.names))

    def position(self, place: int) -> int:
        """Return where in the block a field begins."""
        return self.offsets[place]

    def name(self, place: int) -> str:
        """Return the name of a field as written."""
        return self.names[place].decode("ascii")

    def value(self, place: int) -> bytes:
        """Return everything behind the colon of a field up to the next one, folds and last line end included."""
        return self.values[place]

    def line(self, place: int) -> str | None:  # noqa: ARG002  (as the plain one)
        """Return None: what an odd field says is to be read with care."""
        return None

    def folded(self, place: int) -> bool:  # noqa: ARG002  (as the plain one)
        """Return whether a field may be folded."""
        return True


class CrowdedBlock:
    """An odd block of more lines than any program writes: looked into, and no object is made for a field that nobody asks for.

    The place of a field is where the LF before it stands among the lines of the header.
    """

    __slots__ = ("_lower", "_runs", "body", "findings", "start", "unix_from")

    repeats = True
    """Whether any field may occur twice: to be sure, all would have to be compared."""

    def __init__(self, runs: Runs, findings: Sequence[Finding], body: int | None) -> None:
        self.findings = findings
        self.body = body
        """Where the body begins inside the block, if the header ended before the block did."""
        self.start = 0
        self.unix_from: bytes | None = None
        self._runs = runs
        self._lower = runs.text.lower()

    def stand_behind(self, start: int, unix_from: bytes | None) -> None:
        """Take in what stood before the block: an envelope line, and how many bytes in all."""
        self.start = start
        self.unix_from = unix_from
        self.body, self.findings = _moved(self.body, self.findings, start)

    def __len__(self) -> int:
        text = self._runs.text
        lines = text.count(b"\n") - text.endswith(b"\n")
        # What is no field continues one, has no name, or is an envelope line.
        return lines - text.count(b"\n ") - text.count(b"\n\t") - text.count(b"\n:") - len(ENVELOPE.findall(text))

    @property
    def empty(self) -> bool:
        """Whether there is no field."""
        return FIELD.search(self._runs.text) is None

    def first(self, name: str) -> int:
        """Return the place of the first field of a name, which is given in lower case."""
        return self.next(name, -1)

    def next(self, name: str, place: int) -> int:
        """Return the place of the next field of a name behind the one at `place`."""
        if not _FIELD_NAME.fullmatch(name):
            return -1
        # By hand, a thousand fields of which this is half a name would be a thousand steps.
        found = re.compile(rb"\n" + re.escape(name.encode()) + rb"[ \t]*+:").search(self._lower, place + 1)
        return found.start() if found is not None else -1

    def places(self) -> list[int]:
        """Return the places of all fields, in their order."""
        return [field.start() for field in FIELD.finditer(self._runs.text)]

    def position(self, place: int) -> int:
        """Return where in the block a field begins."""
        return self.start + self._runs.position(place)

    def name(self, place: int) -> str:
        """Return the name of a field as written."""
        text = self._runs.text
        return text[place + 1 : text.index(b":", place)].rstrip(b" \t").decode("ascii")

    def value(self, place: int) -> bytes:
        """Return everything behind the colon of a field up to the next one, folds and last line end included."""
        text = self._runs.text
        end = FIELD_END.search(text, place + 1)
        return text[text.index(b":", place) + 1 : end.end() if end is not None else len(text)]

    def line(self, place: int) -> str | None:  # noqa: ARG002  (as the plain one)
        """Return None: what an odd field says is to be read with care."""
        return None

    def folded(self, place: int) -> bool:  # noqa: ARG002  (as the plain one)
        """Return whether a field may be folded."""
        return True


def _moved(body: int | None, findings: Sequence[Finding], start: int) -> tuple[int | None, list[Finding]]:
    """Return where a body begins and what was found, as counted from `start` bytes before the block."""
    moved = [Finding(found.code, start + found.position, found.detail) for found in findings]
    return None if body is None else start + body, moved


Block: TypeAlias = PlainBlock | OddBlock | CrowdedBlock
