"""What an address field holds, mailboxes and groups, and the pieces that an addr-spec is put together from (RFC 5322 3.4.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from mimeparse.defects import DefectCode, Finding
from mimeparse.fields.words import holds_encoded_word


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox, or what stands in the place of one; only what is no mailbox (`<>`) has neither name nor address."""

    name: str
    """The display name, or the comment that stands in its place, decoded; "" where there is none."""
    address: str
    """`local@domain` as written, without comments and blanks: a quoted local part stays quoted, a domain is not converted.

    "" where the entry holds no address, and never a part of one that cannot be read. The domain may be missing in brackets (`<root>`), which is reported.
    """
    raw: str
    """The entry as it stood in the field, trimmed, and cut after 998 characters."""


@dataclass(frozen=True, slots=True)
class Group:
    """Several mailboxes, or none, under a name."""

    name: str
    members: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class AddressList:
    """What an address field holds, and what is odd about it."""

    entries: tuple[Address | Group, ...]
    """In order."""
    mailboxes: tuple[Address, ...]
    """In order, with the members of groups in the place of the groups."""
    findings: tuple[Finding, ...]
    """Each code once, where it was first met; positions are not known."""


# What no address may hold (RFC 5321 4.1.2, RFC 6532 3.1): controls, and what is a blank, or nothing at all, to the eye. A line end
# in a local part is a command to the next SMTP server. The joiners of RFC 5892 A.1 are parts of words, and stay.
HIDDEN = (
    r"\x00-\x1f\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f"
)
_NOT_IN_ADDRESS = re.compile(f"[{HIDDEN}]")

# QUIRK: `<C:report@x>`: some machine's path became a local part, and nobody's syntax has another use for a colon there.
LENIENT_MARK = ":"

_AROUND_ADDRESSES = "\"'<>()[],;:."
_SMALL_AND_WIDE_AT = {0xFF20: "@", 0xFE6B: "@"}  # which look like the real one in a display name

Kind = Literal["word", "quoted", "literal", "at", "mark"]

BLANK_GAP = 1
COMMENT_GAP = 2


class Piece(NamedTuple):
    """A word, a quoted string, a domain literal, an at sign, or a mark that belongs into no address."""

    kind: Kind
    text: str
    gap: int
    """What stands between this and the piece before: blanks, comments, both or nothing."""

    def joins(self, before: Piece) -> bool:
        """Return whether an address may go on here (RFC 5322 4.4: blanks and comments may surround a dot or an at sign)."""
        return not self.gap or before.text.endswith((".", "@")) or self.text.startswith((".", "@"))


def first_fault(pieces: list[Piece]) -> DefectCode | None:
    """Return why the pieces cannot be put together to one address, or None if they can."""
    before: Piece | None = None
    domain = False
    for piece in pieces:
        if _NOT_IN_ADDRESS.search(piece.text):
            return DefectCode.ADDRESS_CONTROL_CHAR
        if piece.kind == "mark" and (domain or piece.text != LENIENT_MARK):
            return DefectCode.ADDRESS_INVALID
        if before is not None:
            if not piece.joins(before) or before.kind == "literal":
                return DefectCode.ADDRESS_INVALID
            # RFC 5322 4.4: words and quoted strings alternate with dots, and only a local part holds the latter.
            if piece.kind == "quoted" and (domain or not before.text.endswith(".")):
                return DefectCode.ADDRESS_INVALID
            if before.kind == "quoted" and not piece.text.startswith((".", "@")):
                return DefectCode.ADDRESS_INVALID
        domain = domain or piece.kind == "at"
        before = piece
    return None if pieces[0].kind != "at" else DefectCode.ADDRESS_INVALID


def is_local_part(piece: Piece) -> bool:
    """Return whether a single piece may be an address that lacks its domain."""
    text = piece.text
    if piece.kind != "word" or holds_encoded_word(text) or _NOT_IN_ADDRESS.search(text):
        return False
    return any(map(str.isalnum, text))


def end_of_unbracketed_name(pieces: list[Piece]) -> int:
    """Return how many pieces are the name in `Alice Smith alice@x`, QUIRK: without brackets; 0 if it is not so.

    The address has to come last: what stands behind one is no name, for it may be more of a domain.
    """
    split = max((index for index in range(1, len(pieces)) if not pieces[index].joins(pieces[index - 1])), default=0)
    named = pieces[split].gap == BLANK_GAP and all(piece.kind != "at" for piece in pieces[:split])
    return split if named else 0


def holds_lone_at(phrase: list[Piece]) -> bool:
    """Return whether an at sign that stands in a name, and not in quotes, belongs to nothing that looks like an address."""
    ends = (len(phrase), *(index for index, piece in enumerate(phrase) if piece.gap), 0)
    return any(piece.kind == "at" and (index in ends or index + 1 in ends) for index, piece in enumerate(phrase))


# A character whose low byte is an at sign, where an address would stand if it were one (U+0140, say).
_OVERFLOW = re.compile(r"[A-Za-z0-9._%+-]([^\x00-\xff])[A-Za-z0-9-]{1,63}+\.[A-Za-z]{2}")
_ROUTED_LOCAL_PART = re.compile(r"[^@\"]*?(?:\A[A-Za-z0-9.-]+\.[A-Za-z]+![^@]|%[A-Za-z0-9-]+\.[A-Za-z0-9.-]*[A-Za-z]@)")
_LONGEST_LABEL = 63  # RFC 1035 2.3.4; punycode of any length takes quadratic time (CVE-2022-45061)


def overflows_to_address(text: str) -> bool:
    """Return whether a text turns into an address for whoever keeps the low byte of each character."""
    return not text.isascii() and any(ord(found[1]) & 0xFF == ord("@") for found in _OVERFLOW.finditer(text))


def faults_of_address(address: str) -> list[DefectCode]:
    """Return what is odd about an address that is one by its grammar."""
    codes: list[DefectCode] = []
    local, _, domain = address.rpartition("@")
    if "xn--" in domain.lower() and not all(map(_is_sound_label, domain.lower().split("."))):
        codes.append(DefectCode.ADDRESS_INVALID_ALABEL)
    if ("!" in local or "%" in local) and _ROUTED_LOCAL_PART.match(address):
        codes.append(DefectCode.ADDRESS_LEGACY_ROUTING)
    return codes


def _is_sound_label(label: str) -> bool:
    if not label.startswith("xn--"):
        return True
    if len(label) > _LONGEST_LABEL:
        return False
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return False
    return any(map(str.isalnum, decoded)) and not decoded.isascii() and decoded.encode("punycode").decode() == label[4:]


def names_another(text: str, address: str, *, complete: bool = False) -> bool:
    """Return whether a name or a comment holds what looks like an address, and like another than `address`.

    `complete` asks for one that mail could be sent to: `hyatt@mozilla` is the name of a feed.
    """
    text = text.translate(_SMALL_AND_WIDE_AT)
    if "@" not in text:
        return False
    for word in text.split():
        bare = word.strip(_AROUND_ADDRESSES)
        if "@" not in bare.strip("@") or bare.casefold() == address.casefold():
            continue
        if not complete or "." in bare.rpartition("@")[2]:
            return True
    return False
