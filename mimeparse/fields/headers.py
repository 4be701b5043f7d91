"""`Headers`: the fields of one header block, in order, with typed accessors that are computed on first use and once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from mimeparse.coding.charsets import codec_of_values, decode_header_bytes
from mimeparse.coding.transfer import CHANGING_ENCODINGS
from mimeparse.defects import Defect, DefectCode, Finding
from mimeparse.fields.addresses import parse_addresses
from mimeparse.fields.block import crack
from mimeparse.fields.dates import parse_date
from mimeparse.fields.folds import fold_in_token, fold_that_looks_like_a_field, odd_folds
from mimeparse.fields.ids import parse_message_id, parse_message_ids
from mimeparse.fields.mailboxes import AddressList
from mimeparse.fields.params import (
    USUAL_ENCODINGS,
    filename_of,
    parse_content_type,
    parse_disposition,
    parse_transfer_encoding,
)
from mimeparse.fields.rules import ADDRESS_FIELDS, breaches, conflicts, oddities_of_authors
from mimeparse.fields.words import decode_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from mimeparse.fields.blocks import Block
    from mimeparse.fields.mailboxes import Address
    from mimeparse.fields.params import Parameterised

_T = TypeVar("_T")

_Key: TypeAlias = tuple[str, str] | str | int
"""Of what a field says: its kind and the name of the field; of addresses, the name alone; of text that had to be decoded, the place."""


class _Unread(Enum):
    """Tell a field that was not looked at from one that is not there."""

    UNREAD = 0


_UNREAD = _Unread.UNREAD


class _Examined(Enum):
    """Tell what of the whole block was looked at, apart from its fields. Each holds what stands before it."""

    NOTHING = 0
    FOLDS = 1
    RULES = 2


# The look-behind: a row of CRs without LF would be searched to its end from each of them.
_FOLD_WITH_SURPLUS_CR = re.compile(rb"(?<!\r)\r\r++\n")
_BLANKS = b" \t\r\n"
_NO_ADDRESSES = AddressList((), (), ())

# Held where a field with something odd about it was read. One for all: ten thousand parts must not have a lock each, and few fields are odd.
_FIRST = RLock()

_ORIGINATOR_FIELDS = frozenset({"from", "sender", "reply-to"})
# What `message_defects` asks for, apart from addresses.
_OF_EVERY_MESSAGE = frozenset(
    (("text", "subject"), ("date", "date"), ("id", "message-id"), ("ids", "in-reply-to"), ("ids", "references"))
)

_TRANSFER_ENCODING = "content-transfer-encoding"
_DECIDING_FIELDS = ("content-type", "content-disposition", _TRANSFER_ENCODING)
STRUCTURED_FIELDS = frozenset(
    (*ADDRESS_FIELDS, *_DECIDING_FIELDS, "date", "message-id", "in-reply-to", "references", "content-id")
)
"""Names of the fields whose values are read by a grammar, and whose size is therefore bounded apart."""


@dataclass(frozen=True, slots=True)
class HeaderField:
    """One field as it stood in the message."""

    name: str
    """As written, without the colon."""
    value: str
    """Unfolded, without surrounding blanks; raw 8-bit bytes decoded, encoded words left as they are."""
    raw: bytes
    """The bytes of the whole field: name, colon, value, folds and line end."""
    offset: int
    """Where the field begins in the input."""


class Headers:
    """Hold the fields of one header block in their order, repeats and case, with the bytes that they came as.

    Names are looked up without regard to case. `headers[name]` is the value of the first field of that name, and
    `headers.text(name)` the same with its encoded words decoded for people. Nothing raises for malformed fields: a value is then
    None or empty, and `defects` says so.
    """

    __slots__ = (
        "_block",
        "_codec",
        "_content_type",
        "_cte",
        "_defects",
        "_disposition",
        "_elsewhere",
        "_examined",
        "_filename",
        "_known",
        "offset",
        "path",
        "raw",
    )

    def __init__(self, raw: bytes, *, offset: int = 0, path: tuple[int, ...] = (), block: Block | None = None) -> None:
        """Crack `raw`, a header block without the blank line that ends it; `offset` and `path` say where it stood.

        `block` is what came of it, where somebody has cracked it before.
        """
        if block is None:
            block = crack(raw)
        self._block = block
        self.raw = raw if block.body is None else raw[: block.body]
        self.offset = offset
        self.path = path
        # Made when there is something to keep: a message may consist of ten thousand parts whose header blocks are empty.
        self._defects: list[Defect] | None = None
        self._elsewhere: list[Defect] | None = None  # found by accessors that `message_defects` does not ask
        self._examined = _Examined.NOTHING
        self._content_type: Parameterised | _Unread | None = _UNREAD
        self._disposition: Parameterised | _Unread | None = _UNREAD
        self._filename: str | _Unread | None = _UNREAD
        self._codec: str | None = None
        self._cte: str | None = None
        self._known: dict[_Key, Any] | None = None  # what fields say, those that were read
        if block.findings:
            self._note(block.findings, 0)

    # The mapping -----------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._block)

    def __bool__(self) -> bool:
        return not self._block.empty  # without a count of them

    def __iter__(self) -> Iterator[HeaderField]:
        return map(self._field, self._block.places())

    def __contains__(self, name: str) -> bool:
        return self._block.first(name.lower()) >= 0

    def __getitem__(self, name: str) -> str:
        place = self._block.first(name.lower())
        if place < 0:
            raise KeyError(name)
        return self._value(place)

    def __repr__(self) -> str:
        return f"<Headers of {len(self)} fields at byte {self.offset}>"

    def get(self, name: str) -> str | None:
        """Return the value of the first field called `name`, or None."""
        place = self._block.first(name.lower())
        return None if place < 0 else self._value(place)

    def get_all(self, name: str) -> tuple[str, ...]:
        """Return the values of all fields called `name`, in order."""
        return tuple(map(self._value, self._places(name.lower())))

    @property
    def unix_from(self) -> bytes | None:
        """Return the envelope line of the mbox format that stood before the first field, or None."""
        return self._block.unix_from

    @property
    def body_position(self) -> int | None:
        """Return where in `raw` a body began, because a line that is no field ended the header early; else None."""
        return self._block.body

    @property
    def defects(self) -> tuple[Defect, ...]:
        """Return what is wrong with the block, and with those of its fields that were looked at so far."""
        return (*(self._defects or ()), *(self._elsewhere or ()))

    # Typed accessors -------------------------------------------------------------------------------------------------

    def text(self, name: str) -> str | None:
        """Return the first field called `name` as text for people, encoded words decoded (RFC 2047), or None."""
        return self._once("text", name, decode_words)

    def date(self, name: str = "date") -> datetime | None:
        """Return the first field called `name` as an aware datetime with its own offset (RFC 5322 3.3), or None."""
        return self._once("date", name, parse_date)

    def message_id(self, name: str = "message-id") -> str | None:
        """Return the id in the first field called `name`, with its angle brackets (RFC 5322 3.6.4), or None."""
        return self._once("id", name, parse_message_id)

    def message_ids(self, name: str) -> tuple[str, ...]:
        """Return all ids in the first field called `name`, with their angle brackets (RFC 5322 3.6.4)."""
        return self._once("ids", name, parse_message_ids) or ()

    def addresses(self, name: str) -> tuple[Address, ...]:
        """Return the mailboxes of the fields called `name`, groups flattened (RFC 5322 3.4); see `address_list`."""
        return self.address_list(name).mailboxes

    def address_list(self, name: str) -> AddressList:
        """Return the mailboxes and groups of all fields called `name`, as one list; of From, Sender and Reply-To, of the first."""
        key = name.lower()
        if self._known is not None and key in self._known:
            return self._known[key]  # type: ignore[no-any-return]  # what the kind of the key stands for
        place = self._block.first(key)
        if place < 0:
            return _NO_ADDRESSES
        joined = parse_addresses(self._value(place))
        findings = _moved(joined.findings, self._block.position(place)) if joined.findings else []
        # RFC 5322 4.5.3: several destination fields are one list. Of several authors' fields every reader shows one, the first.
        if key not in _ORIGINATOR_FIELDS and (later := self._block.next(key, place)) >= 0:
            lists = [joined]
            while later >= 0:
                lists.append(parse_addresses(self._value(later)))
                findings += _moved(lists[-1].findings, self._block.position(later))
                later = self._block.next(key, later)
            joined = _joined(lists)
        if key == "from":
            findings += oddities_of_authors(joined, self._block.position(place))
        if findings or self._known is None:
            return self._remember(key, joined, findings, aside=key not in ADDRESS_FIELDS)
        self._known[key] = joined
        return joined

    @property
    def content_type(self) -> Parameterised | None:
        """Return the first Content-Type with its parameters (RFC 2045 5.1), or None where there is no such field."""
        if self._content_type is _UNREAD:
            self._content_type = self._deciding("content-type", parse_content_type)
        return self._content_type

    @property
    def disposition(self) -> Parameterised | None:
        """Return the first Content-Disposition with its parameters (RFC 2183), or None where there is no such field."""
        if self._disposition is _UNREAD:
            self._disposition = self._deciding("content-disposition", parse_disposition)
        return self._disposition

    @property
    def transfer_encoding(self) -> str:
        """Return the first Content-Transfer-Encoding as a lower-case token (RFC 2045 6.1); "7bit" where there is none."""
        if self._cte is None:
            self._cte = "7bit"
            place = self._block.first(_TRANSFER_ENCODING)
            if place >= 0:
                value = self._value(place)
                self._cte = USUAL_ENCODINGS.get(value) or self._unusual_encoding(value, place)
                if self._block.repeats:
                    self._note(conflicts(self._block, self._value, _TRANSFER_ENCODING), 0)
        return self._cte

    @property
    def filename(self) -> str | None:
        """Return the declared file name, decoded (RFC 2183 2.3, RFC 2231); never to be used as a path."""
        if self._filename is _UNREAD:
            disposition, content_type = self.disposition, self.content_type
            if (disposition is None or "filename" not in disposition.parameters) and (
                content_type is None or "name" not in content_type.parameters
            ):
                self._filename = None  # as most parts
                return None
            self._filename, findings = filename_of(disposition, content_type)
            if findings:
                named = disposition is not None and "filename" in disposition.parameters
                name = "content-disposition" if named else "content-type"
                self._note(findings, self._block.position(self._block.first(name)))
            if self._filename is not None and "\ufffd" in self._filename:
                self._note_nul_in_name()
        return self._filename

    def message_defects(self) -> tuple[Defect, ...]:
        """Return everything wrong with the block as that of a message, after a look at every field that has a grammar.

        The same whatever was asked for before.
        """
        self._look_at_deciding_fields()
        for name in ADDRESS_FIELDS:
            self.address_list(name)
        self.text("subject")
        self.date()
        self.message_id()
        self.message_ids("in-reply-to")
        self.message_ids("references")
        if self._examined is not _Examined.RULES:
            self.look_at_folds()
            self._examined = _Examined.RULES
            declared = self.content_type
            multipart = declared is not None and declared.value.startswith("multipart/")
            needs_mime = multipart or self.transfer_encoding in CHANGING_ENCODINGS
            self._note(breaches(self._block, self._value, attached=bool(self.path), needs_mime=needs_mime), 0)
            if not self.raw.isascii():
                for place in self._block.places():
                    self._value(place)
        return tuple(self._defects or ())

    def look_at_folds(self) -> None:
        """Record a folded line that looks like a field. Apart, since it costs a look at each line of the block."""
        if self._examined is _Examined.NOTHING:
            self._examined = _Examined.FOLDS
            self._note(fold_that_looks_like_a_field(self.raw), 0)

    def longest(self, names: frozenset[str]) -> int:
        """Return the size in bytes of the longest value of the fields that are called one of `names`."""
        sizes = (len(self._block.value(place).strip(_BLANKS)) for name in names for place in self._places(name))
        return max(sizes, default=0)

    def note(self, findings: Iterable[Finding]) -> None:
        """Add defects that only the reader of the whole message can see; positions count from the start of the block."""
        self._note(findings, 0)

    # Inside ----------------------------------------------------------------------------------------------------------

    def _places(self, name: str) -> Iterator[int]:
        """Yield the places of all fields of a name."""
        block = self._block
        place = block.first(name)
        while place >= 0:
            yield place
            place = block.next(name, place)

    def _field(self, place: int) -> HeaderField:
        block = self._block
        start = block.position(place)
        # Blanks may stand before the colon.
        end = self.raw.index(b":", start) + 1 + len(block.value(place))
        return HeaderField(block.name(place), self._value(place), self.raw[start:end], self.offset + start)

    def _value(self, place: int) -> str:
        line = self._block.line(place)
        return line if line is not None else self._odd_value(place)

    def _odd_value(self, place: int) -> str:
        value = self._block.value(place).strip(_BLANKS)
        if b"\n" in value:
            # Not by one regular expression, which would make an object of each line.
            if b"\r\r\n" in value:
                value = _FOLD_WITH_SURPLUS_CR.sub(b"", value)
            value = value.replace(b"\r\n", b"").replace(b"\n", b"")
        if b"\r" in value:
            value = value.replace(b"\r", b" ")  # a lone CR ends no line here; a person sees a blank
        if value.isascii() and b"\0" not in value:
            return value.decode("ascii")
        if self._known is not None and place in self._known:
            return self._known[place]  # type: ignore[no-any-return]  # as above
        text, findings = decode_header_bytes(value, self._codec_of_block)
        return self._remember(place, text, _moved(findings, self._block.position(place)))

    def _codec_of_block(self) -> str:
        """Return the codec of all values whose bytes above 127 are not UTF-8.

        One guess for the block: one program wrote it, and more text is more to go by. And a guess takes as long as a thousand fields.
        """
        if self._codec is None:
            self._codec = codec_of_values(self._block.value(place).rstrip(b"\r\n") for place in self._block.places())
        return self._codec

    def _once(self, kind: str, name: str, parse: Callable[[str], tuple[_T, list[Finding]]]) -> _T | None:
        """Parse the first field called `name` the first time that it is asked for, and remember the result."""
        key = (kind, name.lower())
        if self._known is not None and key in self._known:
            return self._known[key]  # type: ignore[no-any-return]  # as above
        place = self._block.first(key[1])
        if place < 0:
            return None  # and not remembered: ten thousand parts without a field are asked for a dozen each
        result, findings = parse(self._value(place))
        if findings or self._known is None:
            findings = _moved(findings, self._block.position(place))
            return self._remember(key, result, findings, aside=key not in _OF_EVERY_MESSAGE)
        self._known[key] = result
        return result

    def _remember(self, key: _Key, value: _T, findings: Sequence[Finding], *, aside: bool = False) -> _T:
        """Keep what a field says, and note what is odd about it once, whichever thread is the first to read it."""
        with _FIRST:
            if self._known is None:
                self._known = {}
            if key not in self._known:
                self._note(findings, 0, aside=aside)
                self._known[key] = value
            return self._known[key]  # type: ignore[no-any-return]  # as above

    def _unusual_encoding(self, value: str, place: int) -> str:
        if self._block.folded(place):
            self._note(fold_in_token(self._block.value(place)), self._block.position(place))
        encoding, findings = parse_transfer_encoding(value)
        self._note(findings, self._block.position(place))
        return encoding

    def _deciding(self, name: str, parse: Callable[[str], Parameterised]) -> Parameterised | None:
        """Parse the first field of a name that decides what the body is; record the fields that contradict it."""
        place = self._block.first(name)
        if place < 0:
            return None
        result = parse(self._value(place))
        findings: Sequence[Finding] = result.findings
        if self._block.folded(place):
            findings = (*findings, *odd_folds(self._block.value(place)))
        if findings:
            if name == "content-type":
                findings = self._without_spare_name(result, findings)
            self._note(findings, self._block.position(place))
        if self._block.repeats:
            self._note(conflicts(self._block, self._value, name), 0)
        return result

    def _without_spare_name(self, content_type: Parameterised, findings: Sequence[Finding]) -> Sequence[Finding]:
        """Return the findings of a Content-Type without those of how its file name is written, if the Content-Disposition has the same.

        QUIRK: Thunderbird and others write the name as RFC 2231 has it there, and here as encoded words, folded where they meet, for
        readers of old. Those that look at both show one name, and those that decode nothing look at the first.
        """
        codes = {found.code for found in findings}
        disposition = self.disposition if DefectCode.FILENAME_ENCODED_WORD in codes else None
        name = content_type.parameters.get("name")
        if disposition is None or name is None or disposition.parameters.get("filename") != name:
            return findings
        spare = {DefectCode.FILENAME_ENCODED_WORD}
        if not content_type.value.startswith("multipart/"):
            spare.add(DefectCode.PARAM_FOLD_IN_QUOTES)
        return [found for found in findings if found.code not in spare]

    def _look_at_deciding_fields(self) -> None:
        """Ask for what the fields say that decide what the body is; the parser did so already."""
        _ = self.content_type, self.disposition, self.filename, self.transfer_encoding

    def _note_nul_in_name(self) -> None:
        """Record that a name holds a NUL: what is written in C ends the name there, and a value shows only that something was lost."""
        for name in ("content-disposition", "content-type"):
            place = self._block.first(name)
            if place >= 0 and b"\0" in self._block.value(place):
                self._note((Finding(DefectCode.FILENAME_NUL),), self._block.position(place))
                return

    def _note(self, findings: Iterable[Finding], position: int, *, aside: bool = False) -> None:
        found = [Defect(code, self.offset + position + place, self.path, detail) for code, place, detail in findings]
        if not found:
            return
        if aside:
            self._elsewhere = self._elsewhere or []
            self._elsewhere += found
        else:
            self._defects = self._defects or []
            self._defects += found


def _moved(findings: Iterable[Finding], position: int) -> list[Finding]:
    """Return what was found in a field whose place in the block is known."""
    return [Finding(code, position + place, detail) for code, place, detail in findings]


def _joined(lists: list[AddressList]) -> AddressList:
    """Join the lists of several fields of one name; readers show them as one."""
    return AddressList(
        entries=tuple(entry for one in lists for entry in one.entries),
        mailboxes=tuple(mailbox for one in lists for mailbox in one.mailboxes),
        findings=tuple(finding for one in lists for finding in one.findings),
    )
