"""The ordinary mailbox, which nearly all mail is from and to: one regular expression, and none of the work that hostile ones take."""

from __future__ import annotations

import re

from mimeparse.fields.mailboxes import HIDDEN, Address

MAXIMUM_RAW = 998
"""What is kept of an entry as it stood: the length of a line (RFC 5322 2.1.1)."""

_BLANK_RUN = re.compile(r"  +")

# The ordinary mailbox, up to the comma or the end: `"Name" <a@b>`, `Name <a@b>`, `<a@b>`, `a@b`, or QUIRK: `a@b (Name)`, as in mail of the
# old style. No at sign in the name, which would have to be compared with the address, and no question mark in the address, which may
# belong to an encoded word.
_WORDS = r"[^\x00-\x1f\x7f\"(),:;<>@\[\\\]\uff20\ufe6b]*+"
_ADDR_SPEC = rf"[^{HIDDEN} \"(),:;<>?@\[\\\]]++@[^{HIDDEN} \"(),:;<>?@\[\\\]]++"
ORDINARY_MAILBOX = re.compile(
    rf"[ \t]*+((?:\"([^\x00-\x1f\x7f\"\\@\uff20\ufe6b]*+)\"[ \t]*+|({_WORDS}))"
    rf"<({_ADDR_SPEC})>|({_ADDR_SPEC})(?:[ \t]*+\(({_WORDS})\))?+)"
    r"[ \t]*+(?:,|\Z)"
)


def needs_a_look(value: str) -> bool:
    """Return whether there may be an encoded word, punycode, an old route or a character that overflows in an ordinary mailbox."""
    return "=?" in value or "--" in value or "!" in value or "%" in value or not value.isascii()


def ordinary_mailbox(match: re.Match[str]) -> Address:
    """Return what `ORDINARY_MAILBOX` matched, with the name not decoded."""
    raw, quoted, words, bracketed, bare, comment = match.groups()
    if len(raw) > MAXIMUM_RAW:
        raw = raw[:MAXIMUM_RAW]
    if bare:
        return Address(comment.strip() if comment else "", bare, raw)
    if quoted is None:
        name = words.strip()
        if "  " in name:
            name = _BLANK_RUN.sub(" ", name)
    else:
        name = quoted.strip()
    return Address(name, bracketed, raw)


def ordinary_mailboxes(value: str) -> tuple[Address, ...]:
    """Return the mailboxes of a field that holds ordinary ones and nothing else; none, if it does not."""
    if needs_a_look(value):
        return ()
    mailboxes: list[Address] = []
    position, end = 0, len(value)
    while position < end:
        match = ORDINARY_MAILBOX.match(value, position)
        if match is None:
            return ()
        mailboxes.append(ordinary_mailbox(match))
        position = match.end()
    return tuple(mailboxes)
