"""What the fields of one block say together: what is missing or repeated against RFC 5322 3.6, and what contradicts itself.

Positions count from the start of the block.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimeparse.defects import DefectCode, Finding, excerpt
from mimeparse.fields.mailboxes import Group, names_another

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mimeparse.fields.blocks import Block
    from mimeparse.fields.mailboxes import AddressList

ADDRESS_FIELDS = ("from", "sender", "reply-to", "to", "cc", "bcc")
"""The fields of addresses that a message may have (RFC 5322 3.6.2 and 3.6.3)."""

# RFC 5322 3.6: these occur once at most, and so does From, whose repeats are more than a slip.
_SINGLE_FIELDS = (*ADDRESS_FIELDS[1:], "date", "message-id", "in-reply-to", "references", "subject")
_CONFLICTS = {
    "content-type": DefectCode.HEADER_CONFLICT_CONTENT_TYPE,
    "content-transfer-encoding": DefectCode.HEADER_CONFLICT_CTE,
    "content-disposition": DefectCode.HEADER_CONFLICT_DISPOSITION,
    "from": DefectCode.HEADER_CONFLICT_FROM,
}

# Comments may stand around it (RFC 2045 4), and blanks around the dot.
_MIME_VERSION = re.compile(
    r"[ \t]*+(?:\([^()]*+\)[ \t]*+)*+1[ \t]*+(?:\([^()]*+\)[ \t]*+)?+\.[ \t]*+(?:\([^()]*+\)[ \t]*+)?+0(?![0-9.])"
)


def conflicts(block: Block, value_of: Callable[[int], str], name: str) -> Iterator[Finding]:
    """Yield the fields of a name behind the first one, and whether they say the same."""
    first = block.first(name)
    place = block.next(name, first)
    if place < 0:
        return
    counts = value_of(first)  # once: a long one with a thousand repeats would be read for each of them
    while place >= 0:
        value = value_of(place)
        code = DefectCode.HEADER_DUPLICATE if value == counts else _CONFLICTS[name]
        yield Finding(code, block.position(place), excerpt(value))
        place = block.next(name, place)


def oddities_of_authors(authors: AddressList, position: int) -> Iterator[Finding]:
    """Yield how a From field may show another author than it has. `position` is that of the field."""
    if len(authors.mailboxes) > 1:
        yield Finding(DefectCode.ADDRESS_MULTIPLE_FROM, position)
    for author in authors.mailboxes:
        if "@" in author.name and author.address and names_another(author.name, author.address, complete=True):
            yield Finding(DefectCode.ADDRESS_DISPLAY_NAME_IS_SENDER, position, excerpt(author.name))
            break
    if any(isinstance(entry, Group) for entry in authors.entries):
        yield Finding(DefectCode.ADDRESS_GROUP_IN_FROM, position)


def breaches(block: Block, value_of: Callable[[int], str], *, attached: bool, needs_mime: bool) -> Iterator[Finding]:
    """Yield what is missing or repeated in the block of a message.

    An `attached` message may do with a Subject, a Date or an author alone (RFC 2046 5.2.1). `needs_mime` says whether what its fields
    declare is another thing to those who read it without MIME.
    """
    if block.first("from") >= 0:
        yield from conflicts(block, value_of, "from")
    elif not attached:
        yield Finding(DefectCode.HEADER_MISSING_FROM)
    if not attached:
        if block.first("date") < 0:
            yield Finding(DefectCode.HEADER_MISSING_DATE)
        yield from _version(block, value_of, needs_mime=needs_mime)
    for name in _SINGLE_FIELDS if block.repeats else ():
        place = block.first(name)
        if place >= 0 and block.next(name, place) >= 0:
            yield Finding(DefectCode.HEADER_DUPLICATE, block.position(place), name)


def _version(block: Block, value_of: Callable[[int], str], *, needs_mime: bool) -> Iterator[Finding]:
    """Yield where a strict reader sees plain text and no MIME (RFC 2045 4). Not for what is the same to both."""
    place = block.first("mime-version")
    if place < 0:
        if needs_mime:
            yield Finding(DefectCode.MIME_VERSION_MISSING)
    elif not _MIME_VERSION.match(version := value_of(place)):
        yield Finding(DefectCode.MIME_VERSION_UNSUPPORTED, block.position(place), excerpt(version))
