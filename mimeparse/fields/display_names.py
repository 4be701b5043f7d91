"""Display names (RFC 5322 3.4): phrases and comments as people read them, and what is odd about them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimeparse.defects import DefectCode, Finding
from mimeparse.fields.mailboxes import names_another, overflows_to_address
from mimeparse.fields.words import decode_phrase, note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimeparse.fields.mailboxes import Piece

_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_ONLY_BLANKS = {ord(blank): " " for blank in " \t\r\n"}  # a fold, or a line end that was none, is a blank to people


class DisplayNames:
    """Read the names of one field; what is odd about them is put to the findings of the field, each code once."""

    __slots__ = ("_found",)

    def __init__(self, found: dict[DefectCode, Finding]) -> None:
        self._found = found

    def text_of(self, pieces: list[Piece]) -> str:
        """Return a phrase as people read it: quotes taken off, encoded words decoded, a blank where anything stood between."""
        parts: list[str] = []
        run: list[str] = []  # of text outside of quotes: two encoded words have to be decoded together
        for index, piece in enumerate(pieces):
            blank = " " if piece.gap and index else ""
            if piece.kind == "quoted":
                parts.append(self.decoded("".join(run), quoted=False))
                run.clear()
                inside = _QUOTED_PAIR.sub(r"\1", piece.text[1:-1]).translate(_ONLY_BLANKS)
                parts.append(blank + self.decoded(inside, quoted=True))
            else:
                run.append(blank + piece.text)
        parts.append(self.decoded("".join(run), quoted=False))
        return "".join(parts).strip()

    def decoded(self, text: str, *, quoted: bool) -> str:
        """Return text with its encoded words decoded."""
        if "=?" not in text:
            return text
        decoded, findings = decode_phrase(text, quoted=quoted)
        for finding in findings:
            self._found.setdefault(finding.code, Finding(finding.code, 0, finding.detail))
        # A blank at the beginning parts this from the text before it, and is no part of the phrase.
        return " " + decoded if text.startswith(" ") else decoded

    def text_of_comments(self, comments: Iterable[str]) -> str:
        """Return what stands in comments, which QUIRK: name the mailbox in mail of the old style, `alice@x (Alice)`."""
        texts = [_QUOTED_PAIR.sub(r"\1", comment).translate(_ONLY_BLANKS) for comment in comments]
        return " ".join([self.decoded(text, quoted=False).strip() for text in texts]).strip()

    def check(self, name: str, comments: Iterable[str], address: str) -> None:
        """Report a name or a comment that passes for another address than the one it stands beside."""
        if overflows_to_address(name):
            note(self._found, DefectCode.ADDRESS_UNICODE_OVERFLOW, 0, name)
        if names_another(name, address):
            note(self._found, DefectCode.ADDRESS_DISPLAY_NAME_IS_ADDRESS, 0, name)
        for comment in comments:
            if names_another(comment, address):
                note(self._found, DefectCode.ADDRESS_COMMENT_CONTAINS_ADDRESS, 0, comment)
