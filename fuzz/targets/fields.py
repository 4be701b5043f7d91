"""Every reader of a field takes any text and gives what can be stored, and where it finds nothing odd the stdlib reads the same.

Comparable to the stdlib is what has one reading: no comments, no quirks, no charset that the two know by another name.
"""

from __future__ import annotations

import email
import email.policy
import email.utils
import re
from datetime import UTC
from email.header import decode_header, make_header
from typing import TYPE_CHECKING

from mimeparse import Group, Headers
from mimeparse.coding.charsets import decode_header_bytes
from mimeparse.fields.addresses import parse_addresses
from mimeparse.fields.block import _crack_carefully, is_plain
from mimeparse.fields.blocks import PlainBlock
from mimeparse.fields.dates import parse_date
from mimeparse.fields.ids import parse_message_id, parse_message_ids
from mimeparse.fields.params import (
    Parameterised,
    boundary_of,
    filename_of,
    parse_content_type,
    parse_disposition,
    parse_transfer_encoding,
)
from mimeparse.fields.words import decode_extended, decode_phrase, decode_words
from targets.inputs import check_storable, understood, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimeparse.defects import Finding
    from mimeparse.fields.blocks import Block

GROUPS = ("field",)
FOLDERS = ("fields",)

_NAMES = ("From", "To", "Date", "Subject", "Message-ID", "References", "Content-Type", "Content-Disposition", "X-Other")


def check(data: bytes) -> None:
    """Check the promise on one input: as a value for every reader, and as a header block."""
    given = understood(data, words(*GROUPS))
    value, _ = decode_header_bytes(given.content)
    check_storable(value)
    _check_text(value)
    _check_addresses(value)
    _check_date(value)
    _check_ids(value)
    _check_parameters(value)
    _check_block(given.content)
    # The block of each field with this value, so that what `Headers` adds is met too.
    name = _NAMES[given.choice % len(_NAMES)].encode()
    _check_block(name + b": " + given.content + b"\r\n" + name + b": " + given.content[::-1])


def _check_findings(findings: Iterable[Finding], size: int) -> None:
    for finding in findings:
        assert 0 <= finding.position <= size, finding
        assert finding.detail.isascii()
        assert not finding.detail or finding.detail.isprintable()


def _check_text(value: str) -> None:
    for text, findings in (decode_words(value), decode_phrase(value), decode_phrase(value, quoted=True)):
        check_storable(text)
        _check_findings(findings, len(value))
    pieces = value.split("*")
    text, findings = decode_extended([(piece, bool(index % 2)) for index, piece in enumerate(pieces)])
    check_storable(text)
    _check_findings(findings, len(value))
    decoded, findings = decode_words(value)
    if not findings and _COMPARABLE_WORDS.fullmatch(value):
        assert "".join(decoded.split()) == "".join(str(make_header(decode_header(value))).split())


# Words of printable ASCII in UTF-8, with blanks around: the stdlib decodes what is glued to other text, too, and drops blanks.
_COMPARABLE_WORDS = re.compile(r"(?:(?:=\?utf-8\?[qQ]\?[!->@-^`-~]+\?=|[A-Za-z0-9]+)(?: |\Z))+")


def _check_addresses(value: str) -> None:
    found = parse_addresses(value)
    _check_findings(found.findings, len(value))
    for entry in found.entries:
        members = entry.members if isinstance(entry, Group) else (entry,)
        if isinstance(entry, Group):
            check_storable(entry.name)
        for address in members:
            for text in (address.name, address.address, address.raw):
                check_storable(text)
    assert all(address.name or address.address for address in found.mailboxes)
    if not found.findings and _COMPARABLE_ADDRESSES.fullmatch(value):
        ours = [(one.name, one.address) for one in found.mailboxes]
        assert ours == [pair for pair in email.utils.getaddresses([value]) if any(pair)]


_COMPARABLE_ADDRESSES = re.compile(r"[A-Za-z0-9@<>. ,-]+")


def _check_date(value: str) -> None:
    date, findings = parse_date(value)
    _check_findings(findings, len(value))
    if date is None:
        assert findings
        return
    assert date.utcoffset() is not None
    date.isoformat()
    if not findings and _COMPARABLE_DATE.fullmatch(value):
        theirs = email.utils.parsedate_to_datetime(value)
        # -0000 says that the zone is not known, which the stdlib says by leaving it out.
        assert date == (theirs if theirs.tzinfo is not None else theirs.replace(tzinfo=UTC))


# Four digits of a year: of three the stdlib makes something else than RFC 5322 4.3 says.
_COMPARABLE_DATE = re.compile(
    r"(?:[A-Z][a-z]{2}, *)?[0-9]{1,2} +[A-Za-z]{3} +[0-9]{4} +[0-9:]+ +(?:[+-][0-9]{4}|[A-Z]{3})"
)


def _check_ids(value: str) -> None:
    one, findings = parse_message_id(value)
    _check_findings(findings, len(value))
    several, findings = parse_message_ids(value)
    _check_findings(findings, len(value))
    for found in (*([one] if one is not None else []), *several):
        check_storable(found)
        assert found.startswith("<")
        assert found.endswith(">")


def _check_parameters(value: str) -> None:
    content_type = parse_content_type(value)
    disposition = parse_disposition(value)
    for parsed in (content_type, disposition):
        check_storable(parsed.value)
        assert parsed.value == parsed.value.lower()
        _check_findings(parsed.findings, len(value))
        for name, text in parsed.parameters.items():
            check_storable(name)
            check_storable(text)
    for found, findings in (
        filename_of(disposition, content_type),
        boundary_of(content_type),
        parse_transfer_encoding(value),
    ):
        check_storable(found)
        _check_findings(findings, len(value))
    if not content_type.findings and _COMPARABLE_PARAMETERS.fullmatch(value):
        _compare_content_type(value, content_type)


_COMPARABLE_PARAMETERS = re.compile(r"[a-z]+/[a-z]+(?:; ?[a-z]+=(?:[A-Za-z0-9.-]+|\"[A-Za-z0-9 .;=-]*\"))*")


def _compare_content_type(value: str, ours: Parameterised) -> None:
    message = email.message_from_string(f"Content-Type: {value}\n\n")
    assert ours.value == message.get_content_type()
    theirs = dict(reversed(message.get_params(failobj=[])[1:]))
    assert dict(ours.parameters) == theirs


def _check_block(raw: bytes) -> None:
    headers = Headers(raw)
    for field in headers:
        check_storable(field.name)
        check_storable(field.value)
        assert raw[field.offset : field.offset + len(field.raw)] == field.raw
        check_storable(headers.text(field.name))
        headers.date(field.name)
        check_storable(headers.message_id(field.name))
        headers.message_ids(field.name)
        headers.address_list(field.name)
    _ = headers.content_type, headers.disposition
    check_storable(headers.transfer_encoding)
    check_storable(headers.filename)
    for defect in headers.message_defects():
        assert 0 <= defect.offset <= len(raw), defect
        assert not defect.detail or (defect.detail.isascii() and defect.detail.isprintable())
    if is_plain(raw):
        # The fast path for what is plainly well formed means the same as the careful one.
        careful = _crack_carefully(raw)
        assert (_pairs(PlainBlock(raw)), [], None) == (_pairs(careful), list(careful.findings), careful.body)


def _pairs(block: Block) -> list[tuple[bytes, bytes]]:
    return [
        (name, value.strip(b" \t\r\n").replace(b"\r\n", b"\n"))
        for name, value in ((block.name(place).encode(), block.value(place)) for place in block.places())
    ]
