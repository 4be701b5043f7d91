"""The scanner of parameters: one value, walked over from left to right, whatever its sender made of RFC 2045 5.1.

What a parameter means, and which of several counts, is decided in `params.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mimeparse.defects import DefectCode, Finding, excerpt
from mimeparse.fields.comments import MAXIMUM_COMMENT_DEPTH

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANKS = re.compile(r"[ \t]*+")
_NAME = re.compile(r'[^ \t;,="(]*+')
QUOTED = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+\\?+', re.DOTALL)
_COMMENT_BEHIND = re.compile(r"[ \t]*+\(")
_CLOSING_QUOTE = re.compile(r'"')
UNQUOTED = re.compile(r"[^ \t;,(]*+")
_SEPARATORS = re.compile(r"[; \t]++")
_GARBAGE = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+|[^; \t,"=]++', re.DOTALL)
_COMMENT_MARK = re.compile(r"[()]|\\.", re.DOTALL)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_QUOTED_PAIR_OF_FILE_NAME = re.compile(r'\\(["\\])')
_CONTROL = re.compile(r"[\x00-\x08\n-\x1f\x7f]")
_FILE_NAME = re.compile(
    # Up to a semicolon, or to a further parameter whose semicolon is missing; only known names, for "=" stands in file names.
    r"(?:[^; \t]++|[ \t]++(?!(?ai:charset|name|filename|size|(?:creation|modification|read)-date|x-[a-z-]++)[*0-9]*+[ \t]*+=))*+"
)
FILE_NAMES = frozenset({"filename", "name"})
# RFC 2045 5.1: a token is any US-ASCII character but blanks, control characters and ()<>@,;:\"/[]?=
TOKEN = re.compile(r"[!#$%&'*+\-.^_`{|}~0-9A-Za-z]++")


MAXIMUM_PIECES = 2048
"""Parameters, comments and pieces of garbage of one field that are looked at. Real fields have some ten; a field of 128 KiB made of the
smallest ones would hold up the parser for half a second, and nothing could stop it in between. What is not looked at is reported."""


class RawParameter(NamedTuple):
    """One parameter as it was written, quotes, quoted pairs and comments undone."""

    name: str
    text: str
    quoted: bool
    position: int


class Scanner:
    """Walk over one value from left to right. Every step moves on and none goes back: the whole is linear."""

    __slots__ = ("comment", "comments", "found", "pieces", "position", "value")

    def __init__(self, value: str, *, comment: DefectCode = DefectCode.PARAM_COMMENT) -> None:
        self.value = value
        self.position = 0
        self.pieces = 0
        self.found: dict[DefectCode, Finding] = {}
        self.comment = comment
        self.comments = True
        control = _CONTROL.search(value)
        if control is not None:
            self.note(DefectCode.HEADER_CONTROL_CHAR, control.start())

    def note(self, code: DefectCode, position: int) -> None:
        if code not in self.found:
            self.found[code] = Finding(code, position, excerpt(self.value[position : position + 80]))

    def count(self) -> bool:
        """Count a piece; return False, and go to the end, if it is one too many."""
        self.pieces += 1
        if self.pieces <= MAXIMUM_PIECES:
            return True
        detail = f"only the first {MAXIMUM_PIECES} pieces of the field are looked at"
        self.found.setdefault(DefectCode.PARAM_INVALID, Finding(DefectCode.PARAM_INVALID, self.position, detail))
        self.position = len(self.value)
        return False

    def peek(self) -> str:
        """Return the next character, or "" at the end."""
        return self.value[self.position : self.position + 1]

    def take(self, pattern: re.Pattern[str]) -> str:
        """Step over what `pattern` matches here, and return it."""
        match = pattern.match(self.value, self.position)
        if match is None:
            return ""
        self.position = match.end()
        return match[0]

    def skip(self, *, set_apart: bool = False) -> None:
        """Step over blanks and comments. Between parameters, one that is `set_apart` by a blank is as the RFC foresees it."""
        self.take(_BLANKS)
        while self.peek() == "(" and self._comment(legal=set_apart):
            self.take(_BLANKS)

    def parameters(self) -> Iterator[RawParameter]:
        """Yield every parameter that has a name and a value; report and step over everything else."""
        while True:
            self.skip(set_apart=True)
            mark = self.peek()
            if not mark or not self.count():
                return
            if mark == ",":
                self.note(DefectCode.PARAM_UNQUOTED_SPECIAL, self.position)
                self.position += 1
                continue
            if mark == ";":
                self.take(_SEPARATORS)
                self.skip(set_apart=True)
                if self.peek() in ("", ";", ","):
                    continue
            raw = self._parameter(separated=mark == ";")
            if raw is not None:
                yield raw

    def quoted(self, *, file_name: bool = False) -> str:
        """Take a quoted string. QUIRK: file names hold Windows paths, whose backslashes were never meant as quoted pairs."""
        start = self.position
        text = self.take(QUOTED)[1:]
        if self.take(_CLOSING_QUOTE) == "":
            self.note(DefectCode.PARAM_UNTERMINATED_QUOTE, start)
            text = text.rstrip(" \t")
        if "\\" not in text:
            return text
        if not file_name:
            return _QUOTED_PAIR.sub(r"\1", text)
        if '"' in text:
            self.note(DefectCode.FILENAME_SUSPICIOUS_QUOTE, start)
        return _QUOTED_PAIR_OF_FILE_NAME.sub(r"\1", text)

    def _comment(self, *, legal: bool = False) -> bool:
        """Step over one comment (RFC 5322 3.2.2), nested ones and quoted pairs included; return False where it is none."""
        if not self.comments or not self.count():
            return False
        start = self.position
        if not (legal and self.value[start - 1 : start] in (" ", "\t", ")")):
            self.note(self.comment, start)
        depth = 0
        for mark in _COMMENT_MARK.finditer(self.value, start):
            if mark[0] == "(":
                depth += 1
                if depth == MAXIMUM_COMMENT_DEPTH + 1:
                    self.note(DefectCode.LIMIT_COMMENT_DEPTH, start)
            elif mark[0] == ")":
                depth -= 1
                if not depth:
                    self.position = mark.end()
                    return True
        # RFC 7103 7.1.4: the bracket is text then, and so is every later one: `(` times N must not be searched N times.
        self.note(DefectCode.COMMENT_UNTERMINATED, start)
        self.comments = False
        return False

    def _parameter(self, *, separated: bool) -> RawParameter | None:
        start = self.position
        name = self.take(_NAME)
        self.skip()
        if self.peek() != "=":
            self.note(DefectCode.PARAM_INVALID if separated else DefectCode.PARAM_TRAILING_GARBAGE, start)
            if self.position == start:
                self.take(_GARBAGE)
            return None
        behind = self.position + 1
        self.position = behind
        self.skip()
        if (behind - 1 > start and self.value[behind - 2] in " \t") or self.value[behind : behind + 1] in (" ", "\t"):
            self.note(DefectCode.PARAM_SPACE, start)
        key, star, _ = name.lower().partition("*")
        in_quotes = self.peek() == '"'
        text = self.quoted(file_name=key in FILE_NAMES) if in_quotes else self._unquoted(key, star)
        if TOKEN.fullmatch(name) is None:
            self.note(DefectCode.PARAM_INVALID, start)
            return None
        if key == "boundary" and self.comments and _COMMENT_BEHIND.match(self.value, self.position):
            # As the RFC foresees it, and part of the boundary to half of all readers, which then find no delimiter.
            self.note(self.comment, self.position)
        if not separated:
            self.note(DefectCode.PARAM_MISSING_SEPARATOR, start)
        return RawParameter(name.lower(), text, in_quotes, start)

    def _unquoted(self, key: str, star: str) -> str:
        start = self.position
        if key in FILE_NAMES:
            text = self.take(_FILE_NAME).rstrip(" \t")
        else:
            pieces = [self.take(UNQUOTED)]
            while self.peek() == "(" and self._comment():
                pieces.append(self.take(UNQUOTED))
            text = "".join(pieces)
        if not text:
            self.note(DefectCode.PARAM_INVALID, start)
        elif " " in text or "\t" in text:
            self.note(DefectCode.PARAM_TRAILING_GARBAGE, start)
        elif TOKEN.fullmatch(text) is None:
            self.note(DefectCode.PARAM_UNQUOTED_SPECIAL, start)
        if not star and len(text) > 1 and text[0] == text[-1] == "'":
            self.note(DefectCode.PARAM_SINGLE_QUOTED, start)
            if key != "boundary":
                return text[1:-1]
        return text
