"""The fields of one header block, as bytes: of a plainly well-formed one, and of an odd one.

Both answer the same questions. A field is told by its place, an int that only its block understands; -1 is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mimeparse.defects import Finding

# RFC 5322 2.2.3: a fold is a line end that a blank follows.
_FIELD_END = re.compile(rb"\n(?![ \t])")
_BLANKS = (b" ", b"\t")
# RFC 5322 2.2: a field name is printable US-ASCII without the colon.
_FIELD_NAME = re.compile(r"[!-9;-~]++")

_NEEDLES = {
    name: f"\n{name}:".encode()
    for name in (
        "bcc cc content-disposition content-id content-transfer-encoding content-type date from in-reply-to message-id mime-version "
        "references reply-to sender subject to"
    ).split()
}
"""What is looked for on behalf of the fields that every message is asked for."""


def _needle(name: str) -> bytes:
    """Return what is looked for on behalf of a field, or b"" for what is no field name."""
    return f"\n{name}:".encode() if _FIELD_NAME.fullmatch(name) else b""


class PlainBlock:
    """A block of well-formed fields and nothing else, which is looked into, and not taken apart before somebody wants all of it.

    Most fields of a message are never asked for. The place of a field is its position in the block.
    """

    __slots__ = ("_lower", "findings", "raw", "start", "unix_from")

    body = None
    """Where the body begins inside the block: nowhere."""

    def __init__(
        self, raw: bytes, start: int = 0, unix_from: bytes | None = None, findings: Sequence[Finding] = ()
    ) -> None:
        self.raw = raw
        self.start = start
        """Where the first field begins, behind a byte order mark and the envelope line of an mbox."""
        self.unix_from = unix_from
        """The envelope line of the mbox format that stood before the first field."""
        self.findings = findings
        # Every field begins behind an LF here, at its place in the block.
        self._lower = b"\n" + (raw[start:] if start else raw).lower()

    def __len__(self) -> int:
        lower = self._lower
        lines = lower.count(b"\n") - lower.endswith(b"\n")
        return lines - lower.count(b"\n ") - lower.count(b"\n\t")

    @property
    def empty(self) -> bool:
        """Whether there is no field."""
        return len(self.raw) == self.start

    def first(self, name: str) -> int:
        """Return the place of the first field of a name, which is given in lower case."""
        needle = _NEEDLES.get(name) or _needle(name)
        found = self._lower.find(needle) if needle else -1
        return found + self.start if found >= 0 else -1

    def next(self, name: str, place: int) -> int:
        """Return the place of the next field of a name behind the one at `place`."""
        found = self._lower.find(_NEEDLES.get(name) or _needle(name), place - self.start + 1)
        return found + self.start if found >= 0 else -1

    def places(self) -> list[int]:
        """Return the places of all fields, in their order."""
        places = [self.start, *(end.end() for end in _FIELD_END.finditer(self.raw, self.start))]
        if places[-1] == len(self.raw):
            del places[-1]
        return places

    def position(self, place: int) -> int:
        """Return where in the block a field begins."""
        return place

    def name(self, place: int) -> bytes:
        """Return the name of a field as written."""
        return self.raw[place : self.raw.index(b":", place)]

    def value(self, place: int) -> bytes:
        """Return everything behind the colon of a field up to the next one, folds included."""
        raw = self.raw
        start = raw.index(b":", place) + 1
        end = raw.find(b"\n", start)
        if end >= 0 and raw.startswith(_BLANKS, end + 1):
            last = _FIELD_END.search(raw, end + 1)
            end = last.start() if last is not None else -1
        return raw[start:] if end < 0 else raw[start : end + 1]


class OddBlock:
    """A block that was read line by line. The place of a field is its number."""

    __slots__ = ("_first", "_lower_names", "body", "findings", "names", "offsets", "start", "unix_from", "values")

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
        if len(self._first) == len(self.names):
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

    def name(self, place: int) -> bytes:
        """Return the name of a field as written."""
        return self.names[place]

    def value(self, place: int) -> bytes:
        """Return everything behind the colon of a field up to the next one, folds and last line end included."""
        return self.values[place]


Block: TypeAlias = PlainBlock | OddBlock
