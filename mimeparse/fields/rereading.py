"""A header block as another reading has it, rewritten so that ours reads it in the same way.

What a scanner makes of `bas(x)e64` or of two Content-Type fields is said here in one place and as text, and not in branches all over
the parsers of fields. Only blocks in doubt come here; what comes out is read and never shown, since the bytes that came are kept apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimeparse.fields.block import crack
from mimeparse.fields.headers import Headers
from mimeparse.fields.words import decode_words
from mimeparse.reading import (
    Comments,
    EncodedWords,
    Encodings,
    Extended,
    Folds,
    HeaderEnd,
    Names,
    Nuls,
    Repeats,
    Values,
)

if TYPE_CHECKING:
    from mimeparse.reading import Reading

_NULS = re.compile(rb"\0++")
_NUL_TO_END = re.compile(rb"\0[^\n]*+")
_FOLDED_FIELD = re.compile(rb"^[ \t]++(?=[!-9;-~]++[ \t]*+:)", re.MULTILINE)
_FOLD = re.compile(rb"\r?\n[ \t]++")
_LEADING_BLANK_LINES = re.compile(rb"\A(?:\r{0,2}+\n)++")
_FOLDED_NAME = re.compile(rb"^([!-9;-~]++)[ \t]*+\r?\n[ \t]++(?=:)", re.MULTILINE)
_FIELD = re.compile(rb"^([!-9;-~]++)([ \t]*+):(.*+(?:\n[ \t].*+)*+)\n?", re.MULTILINE)
_JUNK_LINE = re.compile(rb"^(?![!-9;-~]++[ \t]*+:|[ \t]).*+", re.MULTILINE)
_BLANK_FOLD = re.compile(rb"^[ \t]++\r?$", re.MULTILINE)
_COMMENT_MARK = re.compile(r"\\.|[()\"]", re.DOTALL)
_ENCODED_WORD = re.compile(r"=\?[!->@-~]++\?[BbQq]\?[!->@-~]*+\?=")
_KNOWN_ENCODING = re.compile(rb"(?:base64|quoted-printable|x-uuencode|uuencode|x-uue)", re.IGNORECASE)
# What stands between two parameters to those who look for the next one, and know of no semicolons.
_BEFORE_PARAMETER = re.compile(
    r"(\"[^\"\\]*+(?:\\.[^\"\\]*+)*+\"?+)|[ \t,]++(?=[!#$%&'*+\-.^_`{|}~0-9A-Za-z]++[ \t]*+=)", re.DOTALL
)
_SECTION = re.compile(r"([^*\s=;]++)\*[0-9]++(\*?)\s*+=", re.IGNORECASE)
_PARAMETER = re.compile(r"\s*+([^\s=;\"]++)\s*+=\s*+(.*+)", re.DOTALL)
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`{|}~0-9A-Za-z]++")
_SEMICOLON = re.compile(r"[^;\"]*+(?:\"[^\"\\]*+(?:\\.[^\"\\]*+)*+\"?+[^;\"]*+)*+", re.DOTALL)

_SELECTED = frozenset(
    {b"content-type", b"content-transfer-encoding", b"content-disposition", b"from", b"sender", b"subject"}
)
_WITH_PARAMETERS = frozenset({b"content-type", b"content-disposition"})
_STRUCTURED = _WITH_PARAMETERS | {b"content-transfer-encoding"}

# What a reading takes out of a block before it looks for fields, one after the other: what matches, but for its first group.
_TAKEN_OUT: dict[Nuls | Folds | HeaderEnd, tuple[tuple[re.Pattern[bytes], bytes], ...]] = {
    Nuls.DROPPED: ((_NULS, b""),),
    Nuls.END: ((_NUL_TO_END, b""),),
    Folds.FIELDS: ((_FOLDED_FIELD, b""),),
    HeaderEnd.LATE: ((_LEADING_BLANK_LINES, b""),),
    Folds.JOINED: ((_FOLDED_NAME, rb"\1"), (_FOLD, b"")),
}

_LONGEST_VALUE = 64 * 1024
"""What is longer is left as it is: the rules below are for what somebody wrote, and each builds the value anew."""


def reread(
    block: bytes, reading: Reading, *, offset: int = 0, path: tuple[int, ...] = ()
) -> tuple[Headers, int | None]:
    """Return the fields of a header block as `reading` has them, and where in `block` a body began; None: behind its blank line.

    Never raises; linear in the size of `block`.
    """
    end = _end_of(block, reading)
    kept = block if end is None else block[:end]
    steps: list[tuple[bytes, re.Pattern[bytes]]] = []
    for pattern, left in (
        *_TAKEN_OUT.get(reading.header_end, ()),
        *_TAKEN_OUT.get(reading.nuls, ()),
        *_TAKEN_OUT.get(reading.folds, ()),
    ):
        steps.append((kept, pattern))
        kept = pattern.sub(left, kept)
    body = crack(kept).body
    # Before fields are left out: a repeat that does not count shows all the same that the junk before it was no body.
    rewritten = kept if body is None else kept[:body]
    rewritten = _rewrite_fields(rewritten, reading) + kept[len(rewritten) :]
    if body is not None and end is None:
        end = body
        for text, pattern in reversed(steps):
            end = _position_before(text, pattern, end)
    return Headers(rewritten, offset=offset, path=path), end


def _position_before(text: bytes, pattern: re.Pattern[bytes], position: int) -> int:
    """Return where a line begins in a text, which begins at `position` once what the pattern takes out is gone."""
    for found in pattern.finditer(text):
        if found.start() >= position:
            break
        position += found.end() - (found.end(1) if pattern.groups else found.start())
    return position


def _end_of(block: bytes, reading: Reading) -> int | None:
    pattern = {HeaderEnd.FIRST_JUNK: _JUNK_LINE, HeaderEnd.BLANK_FOLD: _BLANK_FOLD}.get(reading.header_end)
    found = pattern.search(block) if pattern is not None else None
    if found is None:
        return None
    # A line of blanks is the blank line, and no part of the body; a line of junk is.
    return found.start() if reading.header_end is HeaderEnd.FIRST_JUNK else min(found.end() + 1, len(block))


def _rewrite_fields(block: bytes, reading: Reading) -> bytes:
    """Return the block with the fields that decide what a body is rewritten, and all others as they stand."""
    fields = list(_FIELD.finditer(block))
    chosen = _chosen_fields(fields, reading)
    pieces: list[bytes] = []
    position = 0
    for field in fields:
        pieces.append(block[position : field.start()])
        position = field.end()
        name = field[1].lower()
        if reading.names is Names.STRICT and field[2]:
            continue
        if name in _SELECTED and name in chosen and chosen[name] is not field:
            continue
        value = field[3]
        if name in _STRUCTURED and len(value) <= _LONGEST_VALUE:
            value = _value(name, value, reading)
        if name == b"content-transfer-encoding":
            value = _encoding(fields, value, reading)
        pieces.append(field[1] + b":" + value + b"\n")
    pieces.append(block[position:])
    return b"".join(pieces)


def _chosen_fields(fields: list[re.Match[bytes]], reading: Reading) -> dict[bytes, re.Match[bytes]]:
    """Return the field of each name that is the only one to count; none where the first does, so that the others are seen to differ."""
    if reading.repeated_fields is Repeats.FIRST:
        return {}
    return {field[1].lower(): field for field in fields if not (reading.names is Names.STRICT and field[2])}


def _encoding(fields: list[re.Match[bytes]], value: bytes, reading: Reading) -> bytes:
    if reading.encodings not in (Encodings.FIRST_KNOWN, Encodings.LAST_KNOWN):
        return value
    values = [field[3] for field in fields if field[1].lower() == b"content-transfer-encoding"]
    first = reading.encodings is Encodings.FIRST_KNOWN
    known = [found[0] for found in _KNOWN_ENCODING.finditer(b"\n".join([value, *values]))]
    return b" " + known[0 if first else -1] if known else value


def _value(name: bytes, value: bytes, reading: Reading) -> bytes:
    """Rewrite the value of a structured field. What the reading has no answer for stays as it is, with its folds and repeats.

    They are decision points of their own, and whoever met one trick may meet another.
    """
    written = text = _FOLD.sub(b" ", value).decode("utf-8", "surrogateescape").strip()
    if reading.encoded_words is EncodedWords.EVERYWHERE:
        text = _ENCODED_WORD.sub(_decoded_word, text)
    if reading.comments is Comments.NOTHING:
        text = _without_comments(text)
    if name in _WITH_PARAMETERS:
        text = _with_parameters(text, reading)
    return value if text == written else b" " + text.encode("utf-8", "surrogateescape")


def _decoded_word(word: re.Match[str]) -> str:
    # The bytes that are no UTF-8 stand in the text as lone surrogates, which no charset can hold.
    written = word[0].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _harmless(decode_words(written)[0])


def _harmless(text: str) -> str:
    """Return decoded text without what would end the field that it is put into."""
    return text.replace("\r", "").replace("\n", "").replace("\0", "")


def _without_comments(text: str) -> str:
    kept: list[str] = []
    depth = position = 0
    quoted = False
    for mark in _COMMENT_MARK.finditer(text):
        if mark[0] == '"' and not depth:
            quoted = not quoted
        elif mark[0] == "(" and not quoted:
            if not depth:
                kept.append(text[position : mark.start()])
            depth += 1
        elif mark[0] == ")" and depth:
            depth -= 1
            position = mark.end()
    return "".join(kept) + (text[position:] if not depth else "")


def _with_parameters(text: str, reading: Reading) -> str:
    if reading.extended is Extended.TEXTUAL:
        counts: dict[str, int] = {}
        text = _SECTION.sub(lambda section: _renumbered(section, counts), text)
    pieces = [piece for piece in _pieces(text, reading) if piece.strip()]
    if not pieces:
        return text
    parameters: list[tuple[str, str]] = []
    others: list[str] = []
    changed = False
    for piece in pieces[1:]:
        parameter = _PARAMETER.fullmatch(piece)
        if parameter is None:
            others.append(piece)
            continue
        key, written = parameter[1].lower(), parameter[2].strip()
        value = _parameter_value(written, reading)
        if reading.extended is Extended.UNKNOWN and "*" in key:
            changed = True
            key = f"x-{key.replace('*', '-')}"
        changed = changed or value != written
        parameters.append((key, value))
    if reading.repeated_parameters is Repeats.LAST:
        counting = _last(parameters)
        changed = changed or counting != parameters
        parameters = counting
    if not changed:
        return text
    return ";".join([pieces[0].strip(), *(f"{key}={value}" for key, value in parameters), *others])


def _last(parameters: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the last parameter of each name; of a boundary or charset in two forms, the extended one (RFC 2231), which is not ours."""
    names = {key for key, _ in parameters}
    surplus = {name for name in ("boundary", "charset") if any(key.startswith(f"{name}*") for key in names)}
    last = {key: index for index, (key, _) in enumerate(parameters)}
    return [one for index, one in enumerate(parameters) if last[one[0]] == index and one[0] not in surplus]


def _renumbered(section: re.Match[str], counts: dict[str, int]) -> str:
    name = section[1].lower()
    number = counts.get(name, 0)
    counts[name] = number + 1
    return f"{name}*{number}{section[2]}="


def _pieces(text: str, reading: Reading) -> list[str]:
    """Part a value at its semicolons: outside of quotes, or at each of them for a reader that knows no quotes."""
    if reading.values in (Values.JOINED, Values.CUT):
        return text.split(";")
    if reading.repeated_parameters is Repeats.LAST:
        text = _BEFORE_PARAMETER.sub(lambda found: found[1] or ";", text)
    pieces: list[str] = []
    position = 0
    while position <= len(text):
        piece = _SEMICOLON.match(text, position)
        end = piece.end() if piece is not None else len(text)
        pieces.append(text[position:end])
        position = max(end, position) + 1
    return pieces


def _parameter_value(value: str, reading: Reading) -> str:
    match reading.values:
        case Values.GRAMMAR:
            return value
        case Values.LITERAL:
            plain = (len(value) > 1 and value[0] == value[-1] == '"') or (value[:1] != "'" and _TOKEN.fullmatch(value))
            return value if plain else _quoted(value)
        case Values.JOINED:
            joined = value.replace('"', "").replace("'", "").strip()
            return value if joined == value and _TOKEN.fullmatch(value) else _quoted(joined)
        case _:
            token = _TOKEN.search(value)
            return value if token is not None and token[0] == value else _quoted(token[0] if token is not None else "")


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
