"""Where mimeparse finds nothing odd in a message, the stdlib sees the same leaves in the same order, with the same fields and bytes.

An odd first byte makes a well-formed tree of the content, each byte one step of its writer. What docs/supported.md declares to be
different is left out.
"""

from __future__ import annotations

import base64
import binascii
import email
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import mimeparse
from mimeparse import DefectCode, LimitExceeded
from targets.events import LIMITS
from targets.inputs import ORDERS, understood, words

if TYPE_CHECKING:
    from email.message import Message

GROUPS = ("mail",)
FOLDERS = ("differential", "events", "message")

# What is said of the values of fields, of what is missing and of what stands outside the parts: nothing that the leaves depend on.
_UNCONCERNED = ("address-", "charset-", "date-", "encoded-word-", "filename-", "message-id-")
_ALLOWED = {
    DefectCode.ALTERNATIVE_CONTAINS_ATTACHMENT,
    DefectCode.BODY_LINE_TOO_LONG,
    DefectCode.BOUNDARY_PREFIX_OVERLAP,
    DefectCode.CONTENT_ID_DUPLICATE,
    DefectCode.EPILOGUE_TEXT,
    DefectCode.HEADER_DUPLICATE,
    DefectCode.HEADER_MISSING_DATE,
    DefectCode.HEADER_MISSING_FROM,
    DefectCode.MIME_VERSION_MISSING,
    DefectCode.PREAMBLE_TEXT,
    DefectCode.SIGNED_EXTRA_PART,
}
_ENTERED = frozenset({"message/rfc822", "message/global", "message/news"})
_MAXIMUM_DEPTH = 6  # of a tree that is made here, below the limit of the events


class _Leaf(NamedTuple):
    content_type: str
    fields: list[tuple[str, str]]
    body: bytes


def check(data: bytes) -> None:
    """Check the promise on one input."""
    given = understood(data, words(*GROUPS))
    made = bool(data[:1]) and bool(data[0] & 1)
    content = tree(data[ORDERS:][:100], b"\r\n" if given.choice & 1 else b"\n") if made else given.content
    try:
        message = mimeparse.parse(content, limits=replace(LIMITS, max_defects=1_000))
    except LimitExceeded as breach:
        assert not made or breach.limit in ("max_total_header_bytes", "max_parts", "max_attachments"), breach
        return
    codes = {code for code in message.stats.defects if not code.startswith(_UNCONCERNED)}
    if DefectCode.BOUNDARY_PREFIX_OVERLAP in codes:
        # So the delimiters of the longer boundary look to the shorter one.
        codes.discard(DefectCode.BOUNDARY_LINE_TRAILING_GARBAGE)
    codes -= _ALLOWED
    if made:
        assert not codes, codes
    if codes or not _comparable(content, message):
        return
    ours = [
        _Leaf(node.content_type, [(field.name, field.value) for field in node.headers], node.read())
        for node in message.walk()
        if node.leaf
    ]
    assert ours == stdlib_leaves(email.message_from_bytes(content))


def _comparable(content: bytes, message: mimeparse.Message) -> bool:
    """Return whether no declared difference can apply."""
    if b"\r" in content.replace(b"\r\n", b"") or content.startswith(b"From "):
        return False
    return all(
        node.headers.raw.isascii()
        # Other types of messages are leaves here and entered there; so is an encoded one.
        and not (node.leaf and node.content_type.startswith(("message/", "multipart/")))
        and (node.leaf or node.content_type.startswith("multipart/") or node.content_type in _ENTERED)
        for node in message.walk()
    )


def stdlib_leaves(message: Message) -> list[_Leaf]:
    """Return what the stdlib sees."""
    found = []
    for part in message.walk():
        if not part.is_multipart():
            fields = [(name, value.replace("\r\n", "").replace("\n", "").strip(" \t")) for name, value in part.items()]
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            found.append(_Leaf(part.get_content_type(), fields, payload))
    return found


# Trees ------------------------------------------------------------------------------------------------------------------

_BODIES = (b"Hello", b"--", b"-- ", b"--other", b"From here", b" x", b"two|lines", b"one||", b"|", b"--b", b"=41")
_BOUNDARIES = (b"b", b"bb", b"=_b", b"b b", b"'b", b"b-", b"b.b", b"0")
_SUBTYPES = (
    b"mixed",
    b"alternative",
    b"related",
    b"parallel",
    b"x-odd",
)  # in a digest the leaves would have to be messages
_TYPES = (
    b"",
    b"Content-Type: text/html; charset=utf-8|",
    b"X-Odd: a| b|",
    b"content-type: IMAGE/png;| name=a.png|",
    b"Content-Disposition: attachment; filename=a.txt|",
)


class _Writer:
    """Write a well-formed message, step by step."""

    def __init__(self) -> None:
        self._lines = [b"From: a@example.com", b"Date: Tue, 24 Nov 2026 10:00:00 +0000", b"MIME-Version: 1.0"]
        self._open: list[bytes | None] = []  # boundaries; None for a message
        self._boundaries = 0
        self.done = False

    def step(self, order: int) -> None:
        """Write an entity, or the beginning of one."""
        kind, argument = order % 8, order // 8
        if kind in (4, 5) and len(self._open) < _MAXIMUM_DEPTH:
            self._begin_multipart(argument)
        elif kind == 6 and len(self._open) < _MAXIMUM_DEPTH:
            self._lines += [b"Content-Type: message/rfc822", b"", b"From: b@example.com"]
            self._lines.append(b"Date: Tue, 24 Nov 2026 11:00:00 +0000")
            self._open.append(None)
        else:
            self._write_leaf(kind, argument)
            self._go_on(0 if kind < 3 else argument % 4)

    def text(self, line_end: bytes) -> bytes:
        """Return what was written, with all that is open closed."""
        if not self.done:
            self._write_leaf(0, 0)
            self._go_on(_MAXIMUM_DEPTH)
        return line_end.join(self._lines)

    def _begin_multipart(self, argument: int) -> None:
        self._boundaries += 1
        boundary = _BOUNDARIES[argument % len(_BOUNDARIES)] + b"%d" % self._boundaries
        subtype = _SUBTYPES[argument % len(_SUBTYPES)]
        self._lines += [b'Content-Type: multipart/%s; boundary="%s"' % (subtype, boundary), b""]
        if argument & 1:
            self._lines.append(b"preamble")
        self._lines.append(b"--" + boundary)
        self._open.append(boundary)

    def _write_leaf(self, kind: int, argument: int) -> None:
        fields = _TYPES[argument % len(_TYPES)]
        body = _BODIES[(argument + kind) % len(_BODIES)]
        if kind == 1:
            fields += b"Content-Transfer-Encoding: base64|"
            body = base64.b64encode(body * 20)
        elif kind == 2:
            fields += b"Content-Transfer-Encoding: Quoted-Printable|"
            body = binascii.b2a_qp(body.replace(b"|", b"\n")).replace(b"\n", b"|")
        self._lines += [*fields.split(b"|"), *body.split(b"|")] if fields else [b"", *body.split(b"|")]

    def _go_on(self, ends: int) -> None:
        """Begin the next entity, after the end of so many multiparts."""
        while self._open:
            boundary = self._open[-1]
            if boundary is None:
                self._open.pop()
            elif ends:
                ends -= 1
                self._open.pop()
                self._lines.append(b"--" + boundary + b"--")
                if ends & 1:
                    self._lines.append(b"epilogue")
            else:
                self._lines.append(b"--" + boundary)
                return
        self.done = True


def tree(orders: bytes, line_end: bytes) -> bytes:
    """Return a well-formed message that `orders` describe."""
    writer = _Writer()
    for order in orders:
        if writer.done:
            break
        writer.step(order)
    return writer.text(line_end)
