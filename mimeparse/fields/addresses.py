"""Address fields: mailboxes and groups (RFC 5322 3.4 and 4.4, RFC 6854, RFC 6532), and what real senders make of them.

Structure is found before encoded words are decoded, so a decoded word is never more than a part of a name. The principles, where
the grammar gives no answer:

- What stands in angle brackets is the address, whatever the name beside it looks like. It is given whole or not at all, never a
  part of it: a parser that cut `a@b@c` down to `a@b` has let many a forged sender through.
- Text without brackets is an address only if it has the shape of one, at sign and domain included. Else it is the name of an
  entry without an address: nothing that stands in a field is lost.
- What is opened and never closed is text (RFC 7103 7.1): an open quote or comment must not swallow the addresses behind it.
- A comma or a semicolon parts entries wherever it stands outside of quotes, comments, routes and encoded words. Only where mere
  text stands before a comma and a name with brackets behind it, both are one name: `Doe, John <j@x>`.

An ordinary mailbox is read by one regular expression; anything else by a single pass over the tokens of the field, without
recursion, that looks ahead over a stretch of text once at most.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from mimeparse.defects import DefectCode, Finding
from mimeparse.fields.comments import MAXIMUM_COMMENT_DEPTH
from mimeparse.fields.display_names import DisplayNames
from mimeparse.fields.mailboxes import (
    BLANK_GAP,
    COMMENT_GAP,
    Address,
    AddressList,
    Group,
    Kind,
    Piece,
    end_of_unbracketed_name,
    faults_of_address,
    first_fault,
    holds_lone_at,
    is_local_part,
    names_another,
)
from mimeparse.fields.ordinary_mailboxes import (
    MAXIMUM_RAW,
    ORDINARY_MAILBOX,
    needs_a_look,
    ordinary_mailbox,
    ordinary_mailboxes,
)
from mimeparse.fields.words import holds_encoded_word, note


def parse_addresses(value: str) -> AddressList:
    """Return the mailboxes and groups of an unfolded address field.

    Never raises; work and output are linear in the size of `value`. Source: RFC 5322 3.4 and 4.4, RFC 7103 7.1.
    """
    mailboxes = ordinary_mailboxes(value)
    return AddressList(mailboxes, mailboxes, ()) if mailboxes else _Reader(value).read()


_MAXIMUM_DETAIL = 100  # more than `excerpt` keeps

_BLANKS = " \t\r\n"

# QUIRK: an encoded word may hold neither specials nor blanks where it stands for a name (RFC 2047 5 (3)), but many do. Those that
# could hide no address from a reader who splits first are let through: closed quotes among them, an at sign or a bracket not.
_TOKEN = re.compile(
    r"(?P<blank>[ \t\r\n]++)"
    r"|(?P<word>=\?[^?\s\"(),:;<>@\[\\\]]++\?[BbQq]\?(?:[^?\s\"<>@\\]++|[ \t]++|\"[^?\"<>@\\]*+\")*+\?=|[^ \t\r\n\"(),:;<>@\[\\\]]++)"
    r"|(?P<at>@)"
    r"|\\(?P<escaped>[\"()\\])"
    r"|(?P<special>.)",
    re.DOTALL,
)
_QUOTED_STRING = re.compile(r"\"(?:[^\"\\]++|\\.)*+\"", re.DOTALL)
_IN_COMMENTS = re.compile(r"\\.|[()]", re.DOTALL)

# RFC 5321 4.1.3: an IPv4 address, or a tag and what belongs to it. More than that would carry markup into an address.
_DOMAIN_LITERAL = re.compile(
    r"\[[ \t]*+((?:[0-9]{1,3}+\.){3}[0-9]{1,3}+|[A-Za-z0-9-]{1,63}+:[!#-'*+\-./0-9:;=?A-Z^-~]{1,255}+)[ \t]*+\]"
)

_SCHEMES = frozenset({"mailto", "smtp"})


class _Text(NamedTuple):
    """An entry that is no address, and ends in a comma: it may belong to the name that follows."""

    entry: Address
    text: str
    start: int
    code: DefectCode
    """What is wrong with it, if it does not."""


class _Reader:
    """Read one field from left to right: gather the pieces of an entry, and make an `Address` of them where it ends."""

    _start: int
    _gap: int

    def __init__(self, value: str) -> None:
        self._value = value
        self._found: dict[DefectCode, Finding] = {}
        self._names = DisplayNames(self._found)
        self._entries: list[Address | Group] = []
        self._members: list[Address] = []  # of the group that is open
        self._group: str | None = None  # its name
        self._texts: list[_Text] = []
        self._only_comment: Address | None = None
        self._semicolon = False  # an entry was ended by a semicolon outside of a group
        self._unclosed_quote = False
        self._comment_ends: dict[int, int] | None = None
        self._open_entry(0)

    def read(self) -> AddressList:
        value = self._value
        position = 0
        while position < len(value):
            if position == self._start and not self._texts:
                match = ORDINARY_MAILBOX.match(value, position)
                if match:
                    self._append(self._plain_entry(match))
                    position = self._start = match.end()
                    continue
            position = self._take_token(position)
        self._close_entry(position, position)
        if self._group is not None:
            note(self._found, DefectCode.ADDRESS_INVALID, 0, self._group)
            self._close_group()
        if self._only_comment and not self._entries:
            # `To: (recipient list suppressed)`
            note(self._found, DefectCode.ADDRESS_INVALID, 0, self._only_comment.raw)
            self._entries.append(self._only_comment)
        mailboxes: list[Address] = []
        for entry in self._entries:
            if isinstance(entry, Group):
                mailboxes.extend(member for member in entry.members if member.name or member.address)
            elif entry.name or entry.address:  # `<>` is an entry and no mailbox
                mailboxes.append(entry)
        return AddressList(tuple(self._entries), tuple(mailboxes), tuple(self._found.values()))

    def _note(self, code: DefectCode, start: int) -> None:
        # A slice of fixed size: one up to where the reader stands would cost more with every bracket of a row of them.
        note(self._found, code, 0, self._value[start : start + _MAXIMUM_DETAIL])

    # Tokens ----------------------------------------------------------------------------------------------------------

    def _take_token(self, position: int) -> int:
        """Read one token and return where the next begins."""
        token = _TOKEN.match(self._value, position)
        if token is None:  # cannot be: its last alternative is any character
            return len(self._value)
        match token.lastgroup:
            case "blank":
                self._gap |= BLANK_GAP
            case "word":
                self._add("word", token[0])
            case "at":
                self._add("at", "@")
            case "escaped":
                # Outside of quotes a backslash means nothing; the character behind it is text.
                self._note(DefectCode.ADDRESS_INVALID, position)
                self._add("mark", token["escaped"])
            case _:
                return self._take_special(token[0], position)
        return token.end()

    def _take_special(self, special: str, position: int) -> int:
        match special:
            case '"':
                return self._take_quoted_string(position)
            case "(":
                return self._take_comment(position)
            case "[":
                return self._take_domain_literal(position)
            case "<":
                self._open_bracket(position)
            case ">":
                self._close_bracket(position)
            case ",":
                self._take_comma(position)
            case ";":
                self._take_semicolon(position)
            case ":":
                self._take_colon(position)
            case _:
                # A backslash, or a bracket or parenthesis that closes nothing: text (RFC 7103 7.1.4).
                self._note(
                    DefectCode.COMMENT_UNTERMINATED if special == ")" else DefectCode.ADDRESS_INVALID, self._start
                )
                self._add("mark", special)
        return position + 1

    def _take_quoted_string(self, position: int) -> int:
        if not self._unclosed_quote:
            quoted = _QUOTED_STRING.match(self._value, position)
            if quoted:
                self._add("quoted", quoted[0])
                return quoted.end()
            # Every quote behind this one is escaped, and could not be closed either: never look again.
            self._unclosed_quote = True
        self._note(DefectCode.ADDRESS_UNBALANCED, position)
        self._add("mark", '"')
        return position + 1

    def _take_comment(self, position: int) -> int:
        end = self._find_comment_end(position)
        if end < 0:
            self._note(DefectCode.COMMENT_UNTERMINATED, position)
            self._add("mark", "(")
            return position + 1
        self._gap |= COMMENT_GAP
        self._comments.append(self._value[position + 1 : end - 1])
        return end

    def _find_comment_end(self, position: int) -> int:
        """Return where the comment that opens at `position` ends, or -1; comments nest (RFC 5322 3.2.2)."""
        if self._comment_ends is not None:
            return self._comment_ends.get(position, -1)
        opened: list[int] = []
        ends: dict[int, int] = {}
        for match in _IN_COMMENTS.finditer(self._value, position):
            if match[0] == "(":
                opened.append(match.start())
                if len(opened) == MAXIMUM_COMMENT_DEPTH + 1:
                    self._note(DefectCode.LIMIT_COMMENT_DEPTH, position)
            elif match[0] == ")":
                ends[opened.pop()] = match.end()
                if not opened:
                    return match.end()
        # This was a look at all the rest of the field, and it holds for every comment in it: never look again.
        self._comment_ends = ends
        return -1

    def _take_domain_literal(self, position: int) -> int:
        literal = _DOMAIN_LITERAL.match(self._value, position)
        if literal and self._pieces and self._pieces[-1].kind == "at":
            self._add("literal", f"[{literal[1]}]")
            return literal.end()
        self._add("mark", "[")
        return position + 1

    def _add(self, kind: Kind, text: str) -> None:
        if self._bracket == "closed" and not self._pieces:
            self._note(DefectCode.ADDRESS_TRAILING_TEXT, self._start)
        self._pieces.append(Piece(kind, text, self._gap))
        self._gap = 0

    # Structure -------------------------------------------------------------------------------------------------------

    def _open_entry(self, start: int) -> None:
        self._start = start
        self._gap = 0
        self._bracket: Literal["none", "open", "closed"] = "none"
        self._bracket_end = start
        self._pieces: list[Piece] = []  # of the name, of what is in the brackets, or of the text behind them
        self._phrase: list[Piece] = []  # what stood before the brackets
        self._inside: list[Piece] = []  # what stood in them
        self._comments: list[str] = []

    def _open_bracket(self, position: int) -> None:
        if self._bracket == "open" and not self._pieces:
            self._note(DefectCode.ADDRESS_UNBALANCED, self._start)  # RFC 7103 7.1.2: one too many
            return
        if self._bracket == "open":
            self._close_entry(position, position)
        elif self._bracket == "closed":
            # `Alice <a@x> Bob <b@x>`: the text between them is the name of the second.
            self._note(DefectCode.ADDRESS_TRAILING_TEXT, self._start)
            between, start = self._pieces, self._bracket_end
            self._close_entry(start, start)
            self._pieces = between
        self._bracket = "open"
        self._phrase, self._pieces = self._pieces, []
        self._gap = 0

    def _close_bracket(self, position: int) -> None:
        if self._bracket != "open":
            # RFC 7103 7.1.3: the opening one is missing, or this is one too many.
            self._note(DefectCode.ADDRESS_UNBALANCED, self._start)
            return
        self._bracket = "closed"
        self._bracket_end = position + 1
        self._inside, self._pieces = self._pieces, []
        self._gap = 0

    def _take_comma(self, position: int) -> None:
        if self._bracket == "open" and self._is_route():
            self._add("mark", ",")
            return
        if self._bracket == "open":
            self._note(DefectCode.ADDRESS_INVALID, self._start)  # RFC 7103 7.1.5: `<a@x, b@x>` holds two addresses
        self._close_entry(position, position + 1, comma=True)

    def _take_semicolon(self, position: int) -> None:
        if self._bracket == "open":
            self._add("mark", ";")
            return
        self._close_entry(position, position + 1)
        if self._group is None:
            self._semicolon = bool(self._entries)
        else:
            self._close_group()

    def _take_colon(self, position: int) -> None:
        if self._bracket == "open" and self._is_route():
            self._note(DefectCode.ADDRESS_ROUTE, self._start)
            self._pieces = []
            self._gap = 0
        elif self._bracket != "closed" and self._is_scheme():
            self._note(DefectCode.ADDRESS_INVALID, self._start)  # QUIRK: `mailto:a@x`
            self._pieces = []
            self._gap = 0
        elif self._bracket != "none":
            self._add("mark", ":")
        elif self._group is None:
            self._open_group(position)
        else:
            # Groups do not nest: the name of the inner one is dropped, and its members are those of the outer.
            self._append_texts()
            self._note(DefectCode.ADDRESS_GROUP_NESTED, self._start)
            self._open_entry(position + 1)

    def _is_route(self) -> bool:
        """Return whether what stands in the brackets so far is a source route (RFC 5322 4.4)."""
        return bool(self._pieces) and self._pieces[0].kind == "at"

    def _is_scheme(self) -> bool:
        return len(self._pieces) == 1 and self._pieces[0].text.lower() in _SCHEMES

    def _open_group(self, position: int) -> None:
        self._append_texts()
        self._group = self._names.text_of(self._pieces)
        if not self._group:
            self._note(DefectCode.ADDRESS_INVALID, self._start)
        elif names_another(self._group, ""):
            self._note(DefectCode.ADDRESS_DISPLAY_NAME_IS_ADDRESS, self._start)
        self._open_entry(position + 1)

    def _close_group(self) -> None:
        if self._group or self._members:
            self._entries.append(Group(self._group or "", tuple(self._members)))
        self._group = None
        self._members = []

    # Entries ---------------------------------------------------------------------------------------------------------

    def _close_entry(self, end: int, following: int, *, comma: bool = False) -> None:
        """Make an entry of the pieces gathered up to `end`, if there are any; the next begins at `following`."""
        if self._bracket != "none":
            self._append(self._bracketed_entry(end))
        elif any(piece.kind == "at" for piece in self._pieces):
            self._append(self._bare_entry(end))
        elif self._pieces:
            self._texts.append(self._text_entry(end))
        elif self._comments:
            self._only_comment = Address(self._names.text_of_comments(self._comments), "", self._raw(self._start, end))
        if not comma:
            self._append_texts()
        self._open_entry(following)

    def _append(self, entry: Address) -> None:
        self._append_texts()
        if self._semicolon:
            # QUIRK: users of Exchange write `a@x; b@y`.
            note(self._found, DefectCode.ADDRESS_INVALID, 0, entry.raw)
            self._semicolon = False
        if self._group is None:
            self._entries.append(entry)
        else:
            self._members.append(entry)

    def _append_texts(self) -> None:
        """Make entries of their own of the texts that belong to no name."""
        texts, self._texts = self._texts, []
        for text in texts:
            self._note(text.code, text.start)
            self._append(text.entry)

    def _raw(self, start: int, end: int) -> str:
        # The blanks are not counted against the maximum; a row of them is read once for each entry that they stand in.
        return self._value[start:end].strip(_BLANKS)[:MAXIMUM_RAW]

    def _plain_entry(self, match: re.Match[str]) -> Address:
        entry = ordinary_mailbox(match)
        if not needs_a_look(match[0]):
            return entry
        for code in faults_of_address(entry.address):
            self._note(code, self._start)
        if "=?" not in entry.name:
            self._names.check(entry.name, self._comments, entry.address)
            return entry
        name = self._names.decoded(entry.name, quoted=match[2] is not None)
        self._names.check(name, self._comments, entry.address)
        return Address(name, entry.address, entry.raw)

    def _bracketed_entry(self, end: int) -> Address:
        inside = self._inside
        if self._bracket == "open":
            inside = self._pieces
            self._note(DefectCode.ADDRESS_UNBALANCED, self._start)
        start = self._start
        address = self._addr_spec(inside)
        if holds_lone_at(self._phrase):
            self._note(DefectCode.ADDRESS_INVALID, start)  # the standard library, for one, sees no name then
        name = self._names.text_of(self._phrase)
        if name and self._texts:
            # RFC 7103 7.1.5: `Doe, John <j@x>`
            start = self._texts[0].start
            self._note(DefectCode.ADDRESS_UNQUOTED_COMMA, start)
            name = ", ".join([*(text.text for text in self._texts), name])
            self._texts = []
        name = name or self._names.text_of_comments(self._comments)
        self._names.check(name, self._comments, address)
        if not inside:
            # `MAILER-DAEMON <>` is common in bounces, and everyone takes it for a name without an address.
            empty = DefectCode.ADDRESS_MISSING_DOMAIN if self._bracket == "closed" else DefectCode.ADDRESS_INVALID
            self._note(empty, self._start)
        raw = self._raw(start, end)
        if not (name or address):
            name = self._names.text_of(inside)
        return Address(name, address, raw)

    def _bare_entry(self, end: int) -> Address:
        pieces = self._pieces
        split = end_of_unbracketed_name(pieces)
        if split:
            self._note(DefectCode.ADDRESS_UNBALANCED, self._start)
        address = self._addr_spec(pieces[split:])
        name = self._names.text_of(pieces[:split] if address else pieces) or self._names.text_of_comments(
            self._comments
        )
        self._names.check(name, self._comments, address)
        return Address(name, address, self._raw(self._start, end))

    def _text_entry(self, end: int) -> _Text:
        """Return what stands without brackets and without an at sign."""
        pieces, raw = self._pieces, self._raw(self._start, end)
        text = self._names.text_of(pieces)
        self._names.check(text, self._comments, "")
        if len(pieces) == 1 and is_local_part(pieces[0]):
            # RFC 7103 7.1.7: `To: bob` names a mailbox of a host that is not known here, as in the mail of cron. An address has a
            # domain (RFC 5322 3.4.1), so that it is a name and nothing more.
            return _Text(Address(text, "", raw), text, self._start, DefectCode.ADDRESS_MISSING_DOMAIN)
        return _Text(Address(text or raw, "", raw), text or raw, self._start, DefectCode.ADDRESS_INVALID)

    def _addr_spec(self, pieces: list[Piece]) -> str:
        """Return the address that the pieces make up, or "" if they make up none (RFC 5322 3.4.1)."""
        if not pieces:
            return ""
        code = first_fault(pieces)
        usable = code is None
        if code is None:
            ats = sum(piece.kind == "at" for piece in pieces)
            if ats > 1 and pieces[-1].kind != "at":
                # Kept as it is written: whoever acts on it has to look at the defect, not at a half that we chose.
                code = DefectCode.ADDRESS_MULTIPLE_AT
            elif not ats or pieces[-1].kind == "at":
                code = DefectCode.ADDRESS_MISSING_DOMAIN
                usable = len(pieces) == 1  # one word, or one quoted string
            elif any(piece.kind == "mark" for piece in pieces):
                code = (
                    DefectCode.ADDRESS_INVALID
                )  # a special that is not quoted; all the same it is one address to everyone
        if code is not None:
            self._note(code, self._start)
        if not usable:
            return ""
        address = "".join([piece.text for piece in pieces])
        self._note_form(pieces, address)
        return address

    def _note_form(self, pieces: list[Piece], address: str) -> None:
        """Report what readers differ about in an address that can be read."""
        for code in faults_of_address(address):
            self._note(code, self._start)
        gaps = 0
        for piece in pieces[1:]:
            gaps |= piece.gap
        if gaps & BLANK_GAP:
            self._note(DefectCode.ADDRESS_DOMAIN_FWS, self._start)
        if gaps & COMMENT_GAP:
            self._note(DefectCode.ADDRESS_COMMENT, self._start)
        if any(piece.kind == "quoted" and "@" in piece.text for piece in pieces):
            self._note(DefectCode.ADDRESS_QUOTED_LOCAL_AT, self._start)
        if holds_encoded_word(address):
            # RFC 2047 5 (3): not decoded, because it could decode to another address. The codes say what some readers see.
            note(self._found, DefectCode.ENCODED_WORD_IN_ADDR_SPEC, 0, address)
            self._names.decoded(address, quoted=False)
