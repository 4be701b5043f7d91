"""Inputs that are made to cost their reader more than their size: a family for each attack, of any size.

Every family stands for something that a parser of mail somewhere has fallen for; `families.py` runs them.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DEPTH = 100
"""Of nesting, where nesting is the attack: below the default limit, since open multiparts times bytes is what a delimiter costs."""

_ENVELOPE = b"From: a@example.com\r\nTo: b@example.org\r\nSubject: s\r\nDate: Tue, 24 Nov 2026 10:21:34 +0100\r\nMessage-ID: <1@example.com>\r\n"


class Family(NamedTuple):
    """Inputs of one kind."""

    name: str
    make: Callable[[int], bytes]
    """Return a message of about so many bytes."""
    html: bool = False
    """Whether the body is HTML, for the sanitiser and the maker of text."""


def fill(unit: bytes, size: int) -> bytes:
    """Return `unit` again and again, about `size` bytes."""
    return unit * max(size // len(unit), 1)


def numbered(template: bytes, size: int, *, backwards: bool = False) -> bytes:
    """Return `template` with %d counted up, or down, about `size` bytes."""
    count = max(size // (len(template) + 3), 1)
    numbers: Iterable[int] = range(count)
    return b"".join(template % number for number in (reversed(range(count)) if backwards else numbers))


def field(unit: bytes, *, name: bytes = b"X-Flood", before: bytes = b"", after: bytes = b"") -> Callable[[int], bytes]:
    """Make messages with one field, in lines of some 900 bytes, of `unit`; `before` and `after` are its ends."""
    per_line = unit * max(900 // len(unit), 1)

    def make(size: int) -> bytes:
        lines = [per_line] * max(size // len(per_line), 1)
        return name + b": " + before + b"\r\n ".join(lines) + after + b"\r\n" + _without(name) + b"\r\nhello\r\n"

    return make


def long_field(
    unit: bytes, *, name: bytes = b"X-Flood", before: bytes = b"", after: bytes = b""
) -> Callable[[int], bytes]:
    """Make messages with one field on one endless line."""

    def make(size: int) -> bytes:
        return name + b": " + before + fill(unit, size) + after + b"\r\n" + _without(name) + b"\r\nhello\r\n"

    return make


def numbered_field(
    template: bytes, *, name: bytes = b"Content-Type", before: bytes = b"", backwards: bool = False
) -> Callable[[int], bytes]:
    """Make messages with one field of numbered pieces."""

    def make(size: int) -> bytes:
        value = before + numbered(template, size, backwards=backwards)
        return name + b": " + value + b"\r\n" + _without(name) + b"\r\nhello\r\n"

    return make


def block(unit: bytes, *, fields: bytes = b"", after: bytes = b"\r\n") -> Callable[[int], bytes]:
    """Make messages whose header block is flooded with `unit`."""
    return lambda size: _ENVELOPE + fields + fill(unit, size) + after + b"hello\r\n"


def body(unit: bytes, *, fields: bytes = b"", before: bytes = b"", after: bytes = b"") -> Callable[[int], bytes]:
    """Make messages of one body."""
    return lambda size: _ENVELOPE + b"MIME-Version: 1.0\r\n" + fields + b"\r\n" + before + fill(unit, size) + after


def encoded(cte: bytes, unit: bytes, *, before: bytes = b"", after: bytes = b"") -> Callable[[int], bytes]:
    """Make messages of one body in a transfer encoding."""
    return body(unit, fields=b"Content-Transfer-Encoding: " + cte + b"\r\n", before=before, after=after)


def text(charset: bytes, unit: bytes, *, subtype: bytes = b"plain") -> Callable[[int], bytes]:
    """Make messages of text in a charset, or in none that is declared."""
    declared = b"; charset=" + charset if charset else b""
    return body(unit, fields=b"Content-Type: text/" + subtype + declared + b"\r\n")


def html(name: str, unit: bytes, *, before: bytes = b"", after: bytes = b"") -> Family:
    """Return a family of HTML bodies."""
    fields = b"Content-Type: text/html; charset=utf-8\r\n"
    return Family(f"html: {name}", body(unit, fields=fields, before=before, after=after), html=True)


def multipart(
    unit: bytes, *, boundary: bytes = b"b", after: bytes = b"", subtype: bytes = b"mixed"
) -> Callable[[int], bytes]:
    """Make messages of one multipart whose body is `unit` again and again."""
    fields = b"Content-Type: multipart/" + subtype + b'; boundary="' + boundary + b'"\r\n'
    return body(unit, fields=fields, before=b"--" + boundary + b"\r\n\r\n", after=after)


def numbered_parts(template: bytes) -> Callable[[int], bytes]:
    """Make messages of many parts with numbered header blocks."""
    part = b"--b\r\n" + template + b"\r\n\r\n"

    def make(size: int) -> bytes:
        return _ENVELOPE + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + numbered(part, size) + b"--b--\r\n"

    return make


def _without(name: bytes) -> bytes:
    return b"".join(line for line in _ENVELOPE.splitlines(keepends=True) if not line.lower().startswith(name.lower()))


def _levels(count: int, boundary: Callable[[int], bytes]) -> bytes:
    """Return the beginnings of `count` multiparts inside one another."""
    return b"".join(
        b'Content-Type: multipart/mixed; boundary="' + boundary(level) + b'"\r\n\r\n--' + boundary(level) + b"\r\n"
        for level in range(count)
    )


def _nested(unit: bytes, boundary: Callable[[int], bytes]) -> Callable[[int], bytes]:
    def make(size: int) -> bytes:
        return _ENVELOPE + _levels(DEPTH, boundary) + b"\r\n" + fill(unit, size)

    return make


def _towers(unit: bytes) -> Callable[[int], bytes]:
    """Make messages of many deep parts next to one another."""
    return multipart(b"--b\r\n" + unit)


def _related(size: int) -> bytes:
    """Return a multipart of which half is the id of its root, and the other half parts with other ids."""
    parts = numbered(b"--b\r\nContent-ID: %d\r\n\r\n", size // 2)
    start = b'; start="' + fill(b"<", size // 2) + b'"'
    return _ENVELOPE + b"Content-Type: multipart/related; boundary=b" + start + b"\r\n\r\n" + parts + b"--b--\r\n"


def _suffixed(level: int) -> bytes:
    return b"b" * (level + 1)


def _counted(level: int) -> bytes:
    return b"b%d" % level


def clean(size: int) -> bytes:
    """Return ordinary mail of about `size` bytes: a text, the same as HTML, and an attachment."""
    third = size // 3
    words = b"Zo\xc3\xab drinks a coffee in the early morning, and reads her mail while she does.\r\n"
    line = base64.b64encode(bytes(range(57))) + b"\r\n"
    return (
        _ENVELOPE + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + fill(words, third) + b"\r\n"
        b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + fill(b"<p>" + words + b"</p>", third) + b"\r\n"
        b"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + fill(line, third) + b"\r\n--b--\r\n"
    )


_DISPOSITION = b"Content-Disposition"
_UU = (b"x-uuencode", b"begin 644 a.bin\r\n", b"`\r\nend\r\n")

HEADER_BLOCKS = [
    Family("block: folds", block(b" b\r\n")),
    Family("block: blank folds", block(b" \r\n")),
    Family("block: one field of folds", lambda size: b"X: a\r\n" + fill(b" b\r\n", size) + _ENVELOPE + b"\r\nhello"),
    Family("block: junk lines", block(b"no colon here\r\n", after=b"X: y\r\n\r\n")),
    Family("block: junk lines between fields", block(b"X: y\r\nno colon here\r\n")),
    Family("block: the shortest junk and the shortest fields", block(b"j\nTo:\n")),
    Family("block: delimiters", block(b"--b\n", fields=b"Content-Type: multipart/mixed; boundary=c\r\n")),
    Family("block: one giant field", long_field(b"a")),
    Family("block: one giant name", lambda size: fill(b"a", size) + b": x\r\n" + _ENVELOPE + b"\r\nhello"),
    Family("block: many short fields", block(b"X: v\r\n")),
    Family("block: many empty fields", block(b"X:\r\n")),
    Family("block: many names", lambda size: _ENVELOPE + numbered(b"X%d: v\r\n", size) + b"\r\nhello"),
    Family("block: blanks before colons", block(b"X : v\r\n")),
    Family("block: 8-bit fields", block(b"X: \xe9t\xe9\r\n")),
    Family("block: one 8-bit field", long_field(b"\xe9t\xe9 ")),
    Family("block: UTF-8 fields", block(b"X: \xc3\xa9\r\n")),
    Family("block: CRs in fields", block(b"X: a\rY: b\r\r\n")),
    Family("block: CRs alone", long_field(b"\r")),
    Family("block: NULs", block(b"X: \0\r\n")),
    Family("block: CR CR LF", block(b"X: v\r\r\n", after=b"\r\r\n")),
    Family("block: LF alone", block(b"X: v\n", after=b"\n")),
    Family("block: envelope lines", lambda size: fill(b">From a@b Tue\r\n", size) + _ENVELOPE + b"\r\nhello"),
    Family("block: blank lines first", lambda size: fill(b"\r\n", size) + _ENVELOPE + b"\r\nhello"),
    Family("block: never ended", lambda size: _ENVELOPE + fill(b"X: v\r\n", size)),
    Family("block: Content-Type again and again", block(b"Content-Type: text/plain\r\n")),
    Family(
        "block: Content-Type, each another",
        lambda size: numbered(b"Content-Type: text/x%d\r\n", size) + _ENVELOPE + b"\r\nhello",
    ),
    Family("block: From again and again", block(b"From: x@example.com\r\n")),
    Family("block: To again and again", block(b"To: x@example.com\r\n")),
    Family("block: Subject again and again", block(b"Subject: =?utf-8?q?a?=\r\n")),
    Family("block: Content-Transfer-Encoding again and again", block(b"Content-Transfer-Encoding: base64\r\n")),
]

ENCODED_WORDS = [
    Family("words: joined", field(b"=?utf-8?q?a?= ", name=b"Subject")),
    Family("words: base64", field(b"=?utf-8?b?YQ?= ", name=b"Subject")),
    Family("words: a character cut in two", field(b"=?utf-8?q?=C3?= =?utf-8?q?=A9?= ", name=b"Subject")),
    Family("words: glued", field(b"=?utf-8?q?a?=", name=b"Subject")),
    Family("words: charsets in turns", field(b"=?utf-8?q?a?= =?iso-8859-1?q?=E9?= =?koi8-r?q?=C1?= ", name=b"Subject")),
    Family("words: unknown charsets", numbered_field(b"=?x%d?q?a?= ", name=b"Subject")),
    Family("words: begun and never ended", long_field(b"=?x?q?", name=b"Subject", after=b"?=")),
    Family("words: begun and never ended, folded", field(b"=?x?q?", name=b"Subject")),
    Family("words: marks", long_field(b"=?", name=b"Subject")),
    Family("words: question marks", long_field(b"?", name=b"Subject", before=b"=?utf-8?q")),
    Family("words: ends", long_field(b"?=", name=b"Subject")),
    Family("words: one endless word", long_field(b"=C3=A9", name=b"Subject", before=b"=?utf-8?q?", after=b"?=")),
    Family("words: one endless base64", long_field(b"w6nDqcOp", name=b"Subject", before=b"=?utf-8?b?", after=b"?=")),
    Family("words: bad base64", field(b"=?utf-8?b?Y=Q?= ", name=b"Subject")),
    Family("words: bad escapes", field(b"=?utf-8?q?=ZZ=?= ", name=b"Subject")),
    Family("words: UTF-7", field(b"=?utf-7?q?+AGE-?= ", name=b"Subject")),
    Family("words: ISO-2022-JP", field(b"=?iso-2022-jp?b?GyRCJCIbKEI=?= ", name=b"Subject")),
    Family("words: of display names", field(b"=?utf-8?q?a?= <a@b.cc>, ", name=b"To")),
    Family(
        "words: blanks between", long_field(b" \t", name=b"Subject", before=b"=?utf-8?q?a?=", after=b"=?utf-8?q?a?=")
    ),
]

PARAMETERS = [
    Family("params: many", numbered_field(b"; p%d=a", before=b"text/plain")),
    Family("params: one name", field(b"; p=a", name=b"Content-Type", before=b"text/plain")),
    Family("params: continuations", numbered_field(b"; filename*%d=a", name=_DISPOSITION, before=b"attachment")),
    Family(
        "params: continuations backwards",
        numbered_field(b"; filename*%d=a", name=_DISPOSITION, before=b"attachment", backwards=True),
    ),
    Family(
        "params: continuations, encoded",
        numbered_field(b"; filename*%d*=%%C3%%A9", name=_DISPOSITION, before=b"attachment; filename*0*=utf-8''a"),
    ),
    Family("params: continuations of many names", numbered_field(b"; p%d*0=a", before=b"text/plain")),
    Family(
        "params: continuations with gaps",
        numbered_field(b"; filename*%d0=a", name=_DISPOSITION, before=b"attachment; filename*0=a"),
    ),
    Family("params: quotes", long_field(b'"', name=b"Content-Type", before=b"text/plain; p=")),
    Family("params: quoted pieces", long_field(b'"a" ', name=b"Content-Type", before=b"text/plain; p=")),
    Family("params: backslashes", long_field(b"\\", name=b"Content-Type", before=b'text/plain; p="')),
    Family("params: escaped quotes", long_field(b'\\"', name=b"Content-Type", before=b'text/plain; p="')),
    Family("params: semicolons", long_field(b";", name=b"Content-Type", before=b"text/plain")),
    Family("params: semicolons in an open quote", long_field(b";", name=b"Content-Type", before=b'text/plain; p="')),
    Family("params: open quotes behind semicolons", long_field(b';"', name=b"Content-Type", before=b"text/plain")),
    Family("params: open comments", long_field(b"(", name=b"Content-Type", before=b"text/plain; ")),
    Family("params: comments", long_field(b"(a)", name=b"Content-Type", before=b"text/plain; p=a")),
    Family("params: comments behind semicolons", long_field(b";(", name=b"Content-Type", before=b"text/plain")),
    Family("params: equals signs", long_field(b"=", name=b"Content-Type", before=b"text/plain; p")),
    Family("params: percent signs", long_field(b"%", name=_DISPOSITION, before=b"attachment; filename*=utf-8''")),
    Family("params: apostrophes", long_field(b"'", name=_DISPOSITION, before=b"attachment; filename*=")),
    Family(
        "params: encoded words",
        field(b"=?utf-8?q?a?= ", name=_DISPOSITION, before=b'attachment; filename="', after=b'"'),
    ),
    Family(
        "params: folds in quotes",
        lambda size: b'Content-Type: text/plain; p="' + fill(b"a\r\n b", size) + b'"\r\n' + _ENVELOPE + b"\r\nhello",
    ),
    Family("params: blanks", long_field(b" ", name=b"Content-Type", before=b"text/plain;", after=b"p=a")),
    Family("params: slashes", long_field(b"/", name=b"Content-Type", before=b"text")),
    Family("params: token and blanks", long_field(b"a ", name=b"Content-Type", before=b"text/plain; p=")),
    Family("cte: comments", long_field(b"(", name=b"Content-Transfer-Encoding", before=b"base64 ")),
    Family("cte: tokens", long_field(b"base64 ", name=b"Content-Transfer-Encoding")),
]

ADDRESSES = [
    Family("addresses: many", field(b"a@b.cc, ", name=b"To")),
    Family("addresses: named", field(b"A B <a@b.cc>, ", name=b"To")),
    Family(
        "addresses: comments nested",
        lambda size: (
            b"To: " + fill(b"(", size // 2) + fill(b")", size // 2) + b" a@b.cc\r\n" + _without(b"To") + b"\r\nhello"
        ),
    ),
    Family("addresses: comments open", long_field(b"(", name=b"To")),
    Family("addresses: comments open, then an address", long_field(b"a@b.cc (", name=b"To")),
    Family("addresses: comments in a row", long_field(b"a(x)", name=b"To", after=b"@b.cc")),
    Family("addresses: open brackets", long_field(b"<", name=b"To")),
    Family("addresses: brackets", long_field(b"<a@b>", name=b"To")),
    Family("addresses: closing brackets", long_field(b">", name=b"To", before=b"<a@b")),
    Family("addresses: quotes", long_field(b'"', name=b"To")),
    Family("addresses: open quotes", long_field(b'"a, ', name=b"To")),
    Family("addresses: quoted names", long_field(b'"a" ', name=b"To", after=b"<a@b.cc>")),
    Family("addresses: backslashes", long_field(b"\\", name=b"To", before=b'"')),
    Family("addresses: groups in groups", long_field(b"a: ", name=b"To")),
    Family("addresses: empty groups", long_field(b"a:;", name=b"To")),
    Family("addresses: semicolons", long_field(b";", name=b"To")),
    Family("addresses: commas", long_field(b",", name=b"To")),
    Family("addresses: at-signs", long_field(b"@", name=b"To")),
    Family("addresses: at-signs and letters", long_field(b"a@", name=b"To")),
    Family("addresses: dots", long_field(b".", name=b"To", after=b"@b.cc")),
    Family("addresses: routes", long_field(b"@a,", name=b"To", before=b"<", after=b":a@b>")),
    Family("addresses: an open literal", long_field(b"1", name=b"To", before=b"a@[")),
    Family("addresses: open literals", long_field(b"a@[", name=b"To")),
    Family("addresses: one long phrase", field(b"a ", name=b"To", after=b"<x@y>")),
    Family("addresses: one long word", long_field(b"a", name=b"To")),
    Family("addresses: 8-bit", field(b"\xe9 <a@b.cc>, ", name=b"To")),
    Family("addresses: From of many", field(b"a@b.cc, ", name=b"From")),
]

DATES_AND_IDS = [
    Family("date: digits", long_field(b"1", name=b"Date")),
    Family("date: numbers", long_field(b"1 ", name=b"Date")),
    Family("date: open comments", long_field(b"(", name=b"Date", before=b"Tue, 24 Nov 2026 10:21:34 +0100 ")),
    Family("date: comments", long_field(b"(a)", name=b"Date", after=b"24 Nov 2026 10:21:34 +0100")),
    Family("date: blanks", long_field(b" ", name=b"Date", before=b"24 Nov", after=b"2026 10:21:34 +0100")),
    Family("date: colons", long_field(b"1:", name=b"Date", before=b"24 Nov 2026 ")),
    Family("date: commas", long_field(b",", name=b"Date", before=b"Tue")),
    Family("date: words", long_field(b"Nov ", name=b"Date")),
    Family("date: signs", long_field(b"+-", name=b"Date", before=b"24 Nov 2026 10:21:34 ")),
    Family("ids: references", numbered_field(b"<%d@example.com> ", name=b"References")),
    Family("ids: short references", field(b"<a@b> ", name=b"References")),
    Family("ids: open brackets", long_field(b"<", name=b"References")),
    Family("ids: never ended", long_field(b"<a@b ", name=b"References")),
    Family("ids: without brackets", field(b"a@b ", name=b"References")),
    Family("ids: open comments", long_field(b"(", name=b"References")),
    Family("ids: quotes", long_field(b'<"', name=b"References")),
    Family("ids: at-signs", long_field(b"@", name=b"References", before=b"<")),
    Family("ids: closing brackets", long_field(b">", name=b"References")),
    Family("ids: a Message-ID of brackets", long_field(b"<", name=b"Message-ID")),
    Family("ids: a Message-ID of quotes", long_field(b'"\\', name=b"Message-ID", before=b"<")),
]

_LONG = b"=_boundary_of_sixty_characters_that_is_like_all_the_other_ones"

STRUCTURE = [
    Family("delimiters: near misses", multipart(b"--" + _LONG[:-1] + b"\r\n", boundary=_LONG)),
    Family("delimiters: with text behind", multipart(b"--" + _LONG + b"x\r\n", boundary=_LONG)),
    Family("delimiters: with many blanks", multipart(b"--b" + b" " * 129 + b"\r\n")),
    Family("delimiters: with many CRs", multipart(b"--b\r\r\r\n")),
    Family("delimiters: one letter", multipart(b"--bb\r\n")),
    Family("delimiters: dashes", multipart(b"--", boundary=b"-----")),
    Family("delimiters: lines of dashes", multipart(b"--\n", boundary=b"-----")),
    Family("delimiters: CRs", multipart(b"\r")),
    Family("delimiters: CRs before", multipart(b"\r--b")),
    Family("delimiters: line ends", multipart(b"\n")),
    Family("delimiters: closed again and again", multipart(b"--b--\r\n")),
    Family(
        "delimiters: of a long boundary",
        lambda size: (
            _ENVELOPE
            + b"Content-Type: multipart/mixed; boundary="
            + b"a" * 15_000
            + b"\r\n\r\n"
            + fill(b"--" + b"a" * 14_999 + b"\r\n", size)
        ),
    ),
    Family(
        "delimiters: marks of encoded words",
        lambda size: _ENVELOPE + b'Content-Type: multipart/mixed; boundary="' + fill(b"=?", size) + b'"\r\n\r\nhello',
    ),
    Family("delimiters: near misses of a hundred levels", _nested(b"--bb", _counted)),
    Family("delimiters: prefixes of one another", _nested(b"--" + b"b" * 120 + b"\r\n", _suffixed)),
    Family("parts: empty", multipart(b"--b\r\n\r\n\r\n")),
    Family("parts: without a header", multipart(b"--b\n")),
    Family("parts: of header blocks that never end", multipart(b"--b\r\nX: y\r\n")),
    Family("parts: attachments", multipart(b"--b\r\nContent-Disposition: attachment; filename=a\r\n\r\n\r\n")),
    Family("parts: texts", multipart(b"--b\r\nContent-Type: text/plain\r\n\r\na\r\n")),
    Family("parts: alternatives", multipart(b"--b\r\nContent-Type: text/html\r\n\r\na\r\n", subtype=b"alternative")),
    Family(
        "parts: related, of one Content-ID",
        multipart(b"--b\r\nContent-ID: <a@b>\r\nContent-Type: image/png\r\n\r\n\r\n", subtype=b"related"),
    ),
    Family("parts: of 8-bit fields", multipart(b"--b\r\nX: \xe9t\xe9\r\n\r\n\r\n")),
    Family("parts: of 8-bit texts", multipart(b"--b\r\n\r\n\xe9t\xe9\r\n")),
    Family("parts: of unknown charsets", numbered_parts(b"Content-Type: text/plain; charset=x%d\r\n\r\n\xe9")),
    Family("parts: digest", multipart(b"--b\r\n\r\nSubject: a\r\n\r\na\r\n", subtype=b"digest")),
    Family("parts: none of them the root that is named", _related),
    Family("parts: empty multiparts", numbered_parts(b"Content-Type: multipart/mixed; boundary=c%d\r\n")),
    Family(
        "parts: multiparts of one boundary",
        multipart(b"--c\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c--\r\n", boundary=b"b"),
    ),
    Family("nesting: lines below a hundred levels", _nested(b"a\r\n", _counted)),
    Family("nesting: delimiters of the outermost", _nested(b"--b0\r\n\r\na\r\n", _counted)),
    Family("nesting: towers of multiparts", _towers(_levels(DEPTH - 1, lambda level: b"x%d" % level) + b"\r\na\r\n")),
    Family(
        "nesting: towers of digests",
        _towers(
            b"".join(
                b"Content-Type: multipart/digest; boundary=x%d\r\n\r\n--x%d\r\n\r\n" % (level, level)
                for level in range(DEPTH // 2 - 1)
            )
            + b"\r\na\r\n"
        ),
    ),
    Family(
        "nesting: towers of messages",
        _towers(b"Content-Type: message/rfc822\r\n\r\n" * (DEPTH - 1) + b"Subject: a\r\n\r\na\r\n"),
    ),
    Family(
        "nesting: surplus of a hundred levels",
        _towers(
            b"".join(
                b"Content-Type: multipart/mixed; boundary=x%d\r\n\r\npreamble\r\n--x%d\r\n" % (level, level)
                for level in range(DEPTH - 1)
            )
            + b"\r\na\r\n"
        ),
    ),
]

TRANSFER = [
    Family("base64: junk", encoded(b"base64", b"!")),
    Family("base64: junk among symbols", encoded(b"base64", b"Q!U@F#B$")),
    Family("base64: padded quanta", encoded(b"base64", b"QQ==")),
    Family("base64: padded quanta of both kinds", encoded(b"base64", b"QQ==QUE=")),
    Family("base64: equals signs", encoded(b"base64", b"=")),
    Family("base64: broken quanta", encoded(b"base64", b"Q=UFB")),
    Family("base64: all kinds of quanta", encoded(b"base64", b"QUFBQQ==QUE==Q=UFB=")),
    Family("base64: line ends", encoded(b"base64", b"\r\n")),
    Family("base64: a symbol on each line", encoded(b"base64", b"Q\r\n")),
    Family("base64: blanks", encoded(b"base64", b"Q ")),
    Family(
        "base64: lines of all lengths",
        encoded(b"base64", b"".join(b"Q" * length + b"\r\n" for length in range(1, 90))),
    ),
    Family("quoted-printable: soft breaks", encoded(b"quoted-printable", b"=\r\n")),
    Family("quoted-printable: soft breaks and blanks", encoded(b"quoted-printable", b"= \t\r\n")),
    Family("quoted-printable: trailing blanks", encoded(b"quoted-printable", b"a \t \r\n")),
    Family("quoted-printable: one row of blanks", encoded(b"quoted-printable", b" ", after=b"a")),
    Family("quoted-printable: long rows of blanks", encoded(b"quoted-printable", b" " * 3000 + b"a\r\n")),
    Family("quoted-printable: bad escapes", encoded(b"quoted-printable", b"=ZZ")),
    Family("quoted-printable: equals signs", encoded(b"quoted-printable", b"=")),
    Family("quoted-printable: escapes", encoded(b"quoted-printable", b"=C3=A9")),
    Family("quoted-printable: lower case", encoded(b"quoted-printable", b"=c3=a9")),
    Family("quoted-printable: 8-bit", encoded(b"quoted-printable", b"\xc3\xa9\x01")),
    Family("quoted-printable: CRs", encoded(b"quoted-printable", b"=\r")),
    Family("quoted-printable: line ends", encoded(b"quoted-printable", b"\n")),
    Family("uuencode: short lines", encoded(_UU[0], b"!80``\r\n", before=_UU[1], after=_UU[2])),
    Family("uuencode: blank lines", encoded(_UU[0], b"\n", before=_UU[1], after=_UU[2])),
    Family("uuencode: lines of nothing", encoded(_UU[0], b"`\n", before=_UU[1], after=_UU[2])),
    Family("uuencode: blanks", encoded(_UU[0], b" ", before=_UU[1], after=_UU[2])),
    Family("uuencode: bad lines", encoded(_UU[0], b"~\n", before=_UU[1], after=_UU[2])),
    Family("uuencode: letters", encoded(_UU[0], b"abc\n", before=_UU[1], after=_UU[2])),
    Family("uuencode: whole lines", encoded(_UU[0], b"M" + b"A" * 60 + b"\r\n", before=_UU[1], after=_UU[2])),
    Family(
        "uuencode: whole lines among others",
        encoded(_UU[0], b"M" + b"A" * 60 + b"\r\n!80``\r\n", before=_UU[1], after=_UU[2]),
    ),
    Family("uuencode: CRs", encoded(_UU[0], b"\r", before=_UU[1], after=_UU[2])),
    Family("uuencode: begun again and again", encoded(_UU[0], _UU[1])),
    Family("uuencode: never begun", encoded(_UU[0], b"begin 64 a\r\n")),
    Family("uuencode: behind the end", encoded(_UU[0], b"\r\n", before=_UU[1] + _UU[2])),
]

TEXTS = [
    Family("text: 8-bit, undeclared", text(b"", b"\xc4\xe4 \xd6\xf6 \xdf gr\xfc\xdfe aus k\xf6ln\r\n")),
    Family("text: one 8-bit byte at the end", body(b"a", fields=b"Content-Type: text/plain\r\n", after=b"\xe9")),
    Family("text: all bytes", text(b"", bytes(range(128, 256)))),
    Family("text: half UTF-8", text(b"", b"\xc3\xa9\xe9")),
    Family("text: half UTF-8, declared", text(b"utf-8", b"\xc3\xa9\xe9")),
    Family("text: UTF-8 under another label", text(b"iso-8859-1", b"\xc3\xa9 ")),
    Family("text: bad UTF-8", text(b"utf-8", b"\xe0\x80")),
    Family("text: ISO-2022-JP escapes", text(b"iso-2022-jp", b"\x1b$B\x1b(B")),
    Family("text: ISO-2022-JP, undeclared", text(b"", b'\x1b$B$"\x1b(B\r\n')),
    Family("text: ISO-2022-JP of vendors", text(b"iso-2022-jp", b"\x1b$B-!\x1b(B")),
    Family("text: ISO-2022-JP that is none", text(b"iso-2022-jp", b"\x1b$B\x1b$B\x1b(I1\x1b$(Q\x80")),
    Family("text: ISO-2022-KR", text(b"iso-2022-kr", b"\x0e0!\x0f")),
    Family("text: ESCs alone", text(b"iso-2022-jp", b"\x1b")),
    Family("text: HZ", text(b"hz-gb-2312", b"~{<:~}")),
    Family("text: UTF-7", text(b"utf-7", b"+AGE-")),
    Family("text: UTF-7 that is none", text(b"utf-7", b"+")),
    Family("text: UTF-7 of surrogates", text(b"utf-7", b"+2AA-")),
    Family("text: UTF-16", text(b"utf-16", b"\xd8\x00")),
    Family("text: EUC-JP of vendors", text(b"euc-jp", b"\xad\xa1\x8f")),
    Family("text: bad Big5", text(b"big5", b"\x81\x30\xff")),
    Family("text: bad GB 18030", text(b"gb18030", b"\x81\x30\x81")),
    Family("text: punycode", text(b"punycode", b"a-b")),
    Family("text: NULs", text(b"utf-8", b"\0")),
    Family("text: CR CR LF", text(b"utf-8", b"\r\r\n")),
    Family("text: CRs", body(b"\r", fields=b"Content-Type: text/plain\r\n", after=b"\n")),
    Family("text: <meta> without end", text(b"", b"<meta charset \xe9", subtype=b"html")),
    Family("flowed: quotes", body(b">>> a \r\n", fields=b"Content-Type: text/plain; format=flowed\r\n")),
    Family("flowed: one row of marks", body(b">", fields=b"Content-Type: text/plain; format=flowed\r\n")),
    Family(
        "flowed: depths in turns", body(b"> a \r\n>> b \r\n", fields=b"Content-Type: text/plain; format=flowed\r\n")
    ),
    Family("flowed: one paragraph", body(b"a \r\n", fields=b"Content-Type: text/plain; format=flowed; delsp=yes\r\n")),
    Family("flowed: short lines", body(b"\n", fields=b"Content-Type: text/plain; format=flowed\r\n")),
]

HTML = [
    html("tags never ended", b"<b"),
    html("tags never ended, with blanks", b"<b "),
    html("tags never closed", b"<b>"),
    html("tags of many names never closed", b"<b><i><u><s>"),
    html("end tags", b"</b>"),
    html("brackets", b"<"),
    html("brackets and blanks", b"< "),
    html("paragraphs in paragraphs", b"<p><b>"),
    html("formatting across paragraphs", b"<p><b><i>a</p>"),
    html("attributes", b" a=b", before=b"<p", after=b">"),
    html("attributes without values", b" a", before=b"<p", after=b">"),
    html("one long name", b"a", before=b"<p ", after=b">"),
    html("quotes in a tag", b'"', before=b"<p ", after=b">"),
    html("open quotes in tags", b'<p a="'),
    html("equals signs in a tag", b"=", before=b"<p ", after=b">"),
    html("blanks in a tag", b" ", before=b"<p a", after=b"=b>"),
    html("comments", b"<!-- a -->"),
    html("comments never ended", b"<!--"),
    html("comments of dashes", b"-", before=b"<!--"),
    html("declarations", b"<!a"),
    html("processing instructions", b"<?a"),
    html("references", b"&amp;"),
    html("references without semicolons", b"&amp"),
    html("ampersands", b"&"),
    html("numeric references", b"&#65;"),
    html("one endless number", b"1", before=b"&#"),
    html("zeros", b"0", before=b"&#", after=b"65;"),
    html("long numbers", b"&#99999999999;"),
    html("long names", b"&CounterClockwiseContourIntegra"),
    html("references in a value", b"&amp;", before=b'<a href="', after=b'">x</a>'),
    html("tables in tables", b"<table><tr><td>"),
    html("tables", b"<table><tr><td>a</table>"),
    html("text in tables", b"<table>a"),
    html("items", b"<li>a"),
    html("lists in lists", b"<ul><li>"),
    html("definitions", b"<dt><dd>"),
    html("line breaks", b"<br>"),
    html("links", b'<a href="https://example.com/">x</a>'),
    html("links never closed", b'<a href="https://example.com/">'),
    html("styles", b"color:red;", before=b'<p style="', after=b'">x</p>'),
    html("styles of one value", b"a ", before=b'<p style="color:', after=b'">x</p>'),
    html("styled tags", b'<p style="color:red;x:url(a)">a</p>'),
    html("parentheses in a style", b"rgb(", before=b'<p style="color:', after=b'">x</p>'),
    html("schemes", b"a", before=b'<a href="', after=b'">x</a>'),
    html("images as data", b"A", before=b'<img src="data:image/png;base64,', after=b'">'),
    html("drawings never ended", b"<svg>"),
    html("scripts never ended", b"<script>"),
    html("scripts", b"<script></script>"),
    html("nearly ended scripts", b"</script", before=b"<script>"),
    html("selects never ended", b"<select><option>"),
    html("preformatted", b"<pre>\n\n"),
    html("NULs", b"\0"),
    html("private characters", "\U0010ff01".encode()),
    html("line ends", b"\n"),
    html("headings", b"<h1>a"),
    html("forms and buttons", b"<form><button>"),
    html("centred text", b"<center><font size=1>"),
]

_NAMED = b"Content-Disposition: attachment; filename="


def _two_of_each(size: int) -> bytes:
    """Return a multipart of names that differ where a number takes their place, each of them twice."""
    parts = numbered(b"--b\r\n" + _NAMED + b'"' + b"a" * 192 + b'%04d.txt"\r\n\r\n', size // 2)
    return _ENVELOPE + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + 2 * parts + b"--b--\r\n"


NAMES = [
    Family("names: dots", long_field(b".", name=_DISPOSITION, before=b'attachment; filename="a', after=b'"')),
    Family("names: separators", long_field(b"../", name=_DISPOSITION, before=b'attachment; filename="', after=b'"')),
    Family("names: blanks", long_field(b" ", name=_DISPOSITION, before=b'attachment; filename="a.pdf', after=b'.exe"')),
    Family("names: combining characters", long_field(b"%CC%81", name=_DISPOSITION, before=b"attachment; filename*=utf-8''a")),
    Family("names: combining characters out of order", long_field(b"%CC%81%CC%A3", name=_DISPOSITION, before=b"attachment; filename*=utf-8''a")),
    Family("names: disguises", long_field(b"%EF%BC%8F", name=_DISPOSITION, before=b"attachment; filename*=utf-8''a")),
    Family("names: ligatures", long_field("\ufdfa".encode(), name=_DISPOSITION, before=b'attachment; filename="', after=b'"')),
    Family("names: one long name", long_field(b"a", name=_DISPOSITION, before=b'attachment; filename="', after=b'.pdf"')),
    Family("names: the same", numbered_parts(_NAMED + b"a.txt\r\nX: %d")),
    Family("names: the same but for case", multipart(b"".join(b"--b\r\n" + _NAMED + name + b"\r\n\r\n" for name in (b"a", b"A")))),
    Family("names: numbered in advance", numbered_parts(_NAMED + b'"a (%d).txt"')),
    Family("names: the same and numbered in advance", numbered_parts(_NAMED + b"a.txt\r\n\r\n--b\r\n" + _NAMED + b'"a (%d).txt"')),
    Family("names: long and the same", multipart(b"--b\r\n" + _NAMED + b'"' + b"a" * 300 + b'.txt"\r\n\r\n')),
    Family("names: long and nearly the same", numbered_parts(_NAMED + b'"' + b"a" * 196 + b'%d.txt"')),
    Family("names: two of each, which a number makes the same", _two_of_each),
    Family("names: long of combining characters", multipart(b"--b\r\nContent-Disposition: attachment; filename*=utf-8''a" + b"%CC%81%CC%A3" * 60 + b"\r\n\r\n")),
    Family("names: none", multipart(b"--b\r\nContent-Type: application/pdf\r\n\r\n")),
    Family("names: two that differ", multipart(b"--b\r\nContent-Type: a/b; name=x\r\n" + _NAMED + b"y\r\n\r\n")),
]  # fmt: skip

FAMILIES = [
    *HEADER_BLOCKS, *ENCODED_WORDS, *PARAMETERS, *ADDRESSES, *DATES_AND_IDS, *STRUCTURE, *TRANSFER, *TEXTS, *HTML, *NAMES,
]  # fmt: skip
