"""A reading: one answer to each question that the standards leave open, or that readers answer in different ways.

The default is ours. Each other answer is that of some real reader: a scanner, a mail program, a library. Two readings of one message
that show different things are what an attacker looks for.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from mimeparse.errors import UsageError


class LineEnds(StrEnum):
    """What ends a line."""

    LF = "lf"
    """LF and CRLF (ours); a bare CR is data."""
    CR = "cr"
    """A bare CR too."""
    CRLF = "crlf"
    """CRLF alone; a bare LF is data."""
    WITHOUT_CR = "without-cr"
    """LF; bare CRs are dropped."""


class Nuls(StrEnum):
    """What a NUL in a header block is."""

    KEPT = "kept"
    DROPPED = "dropped"
    END = "end"
    """The end of the line, as in C."""


class Folds(StrEnum):
    """What a line that begins with a blank is."""

    CONTINUED = "continued"
    FIELDS = "fields"
    """A field of its own if it looks like one."""
    JOINED = "joined"
    """A continuation without its blanks: `bas` and ` e64` make `base64`."""


class Names(StrEnum):
    """What a field name is."""

    LENIENT = "lenient"
    """Blanks before the colon do not matter (RFC 5322 4.5)."""
    STRICT = "strict"
    """A field with blanks before its colon is none."""


class HeaderEnd(StrEnum):
    """Where a header block ends."""

    BLANK_LINE = "blank-line"
    FIRST_JUNK = "first-junk"
    """At the first line that is no field."""
    BLANK_FOLD = "blank-fold"
    """At the first line of blanks."""
    LATE = "late"
    """Not at a blank line that a field of MIME follows."""


class Repeats(StrEnum):
    """Which of several fields or parameters of one name counts."""

    FIRST = "first"
    LAST = "last"


class Values(StrEnum):
    """What the value of a parameter is."""

    GRAMMAR = "grammar"
    """A token or a quoted string (RFC 2045 5.1)."""
    LITERAL = "literal"
    """Everything up to the semicolon."""
    JOINED = "joined"
    """The same without quotes and blanks around it."""
    CUT = "cut"
    """The first characters that a token may hold."""


class Comments(StrEnum):
    """What a comment in a structured field is."""

    BLANK = "blank"
    NOTHING = "nothing"
    """Nothing at all: `bas(x)e64` is `base64`."""


class EncodedWords(StrEnum):
    """Where encoded words are decoded."""

    TEXT = "text"
    EVERYWHERE = "everywhere"
    """In parameters and tokens too."""


class Extended(StrEnum):
    """What the extended parameters of RFC 2231 are."""

    DECODED = "decoded"
    UNKNOWN = "unknown"
    """Parameters of other names."""
    TEXTUAL = "textual"
    """Sections in the order in which they stand."""


class Delimiters(StrEnum):
    """What a delimiter line is."""

    EXACT = "exact"
    LOOSE = "loose"
    """A line that holds dashes and the boundary, in any case, wherever, and whatever follows."""


class Scan(StrEnum):
    """Which delimiters are looked for inside of a nested multipart."""

    ALL = "all"
    INNERMOST = "innermost"
    """Its own alone."""


class Outside(StrEnum):
    """What stands before the first and behind the last delimiter."""

    SURPLUS = "surplus"
    PARTS = "parts"
    """Further parts."""


class Encodings(StrEnum):
    """What the Content-Transfer-Encoding is."""

    TOKEN = "token"  # noqa: S105  (no password)
    FIRST_KNOWN = "first-known"
    """The first known encoding that stands anywhere in its fields."""
    LAST_KNOWN = "last-known"
    SNIFFED = "sniffed"
    """base64, where the body looks like it."""
    IDENTITY = "identity"
    """Of no effect."""


class Contents(StrEnum):
    """What an entity is."""

    DECLARED = "declared"
    SNIFFED = "sniffed"
    """A message or a multipart, if it looks like one."""


class Base64Rules(StrEnum):
    """How base64 is decoded."""

    LENIENT = "lenient"
    """What is no symbol is skipped, and what follows padding is decoded (ours)."""
    UP_TO_PADDING = "up-to-padding"
    WHOLE_LINES = "whole-lines"
    """Lines that hold anything but symbols are dropped."""
    URL = "url"
    """`-` and `_` are symbols (RFC 4648 5)."""


class QuotedPrintableRules(StrEnum):
    """How quoted-printable is decoded."""

    LITERAL = "literal"
    """An equals sign that begins no escape is itself (ours)."""
    DROPPED = "dropped"
    """It is dropped."""
    JOINED = "joined"
    """Soft line breaks are undone before escapes are."""
    PRINTABLE = "printable"
    """What it may not hold, control characters and bytes above 127, is dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Answer each open question of the wire."""

    line_ends: LineEnds = LineEnds.LF
    nuls: Nuls = Nuls.KEPT
    folds: Folds = Folds.CONTINUED
    names: Names = Names.LENIENT
    header_end: HeaderEnd = HeaderEnd.BLANK_LINE
    repeated_fields: Repeats = Repeats.FIRST
    repeated_parameters: Repeats = Repeats.FIRST
    values: Values = Values.GRAMMAR
    comments: Comments = Comments.BLANK
    encoded_words: EncodedWords = EncodedWords.TEXT
    extended: Extended = Extended.DECODED
    delimiters: Delimiters = Delimiters.EXACT
    scan: Scan = Scan.ALL
    outside: Outside = Outside.SURPLUS
    encodings: Encodings = Encodings.TOKEN
    contents: Contents = Contents.DECLARED
    base64: Base64Rules = Base64Rules.LENIENT
    quoted_printable: QuotedPrintableRules = QuotedPrintableRules.LITERAL

    @classmethod
    def of(cls, answers: str) -> Reading:
        """Return the reading that `answers` describes, as `str()` writes it: `folds=joined nuls=end`, or `ours`.

        Raises `UsageError` for a question or an answer that there is not, and names those that there are.
        """
        kinds: dict[str, type[StrEnum]] = {
            question.name.replace("_", "-"): type(getattr(OUR_READING, question.name)) for question in fields(cls)
        }
        values: dict[str, Any] = {}
        for answer in [] if answers == "ours" else answers.split():
            question, _, value = answer.partition("=")
            if question not in kinds:
                raise UsageError(f"no reading has the question {question!r}; there are {', '.join(kinds)}")
            if value not in list(kinds[question]):
                raise UsageError(f"{question} cannot be {value!r}; it is one of {', '.join(kinds[question])}")
            values[question.replace("-", "_")] = kinds[question](value)
        return cls(**values)

    def combined(self, other: Reading) -> Reading | None:
        """Return this reading with the answers of another as well, or None if it has one to each of those questions already."""
        answers: dict[str, Any] = {}
        for question in fields(self):
            mine, theirs = getattr(self, question.name), getattr(other, question.name)
            answers[question.name] = theirs if mine == question.default else mine
        both = Reading(**answers)
        return both if both != self else None

    @property
    def distance(self) -> int:
        """Return how many answers are not ours."""
        return sum(getattr(self, question.name) != question.default for question in fields(self))

    def __str__(self) -> str:
        """Return the answers that are not ours, as `question=answer`; "ours" for the default."""
        given = ((one.name.replace("_", "-"), getattr(self, one.name), one.default) for one in fields(self))
        return " ".join(f"{question}={answer}" for question, answer, default in given if answer != default) or "ours"


OUR_READING = Reading()
