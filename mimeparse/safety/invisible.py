"""Characters that programs read and people do not see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from unicodedata import category

from mimeparse.errors import UsageError
from mimeparse.safety.html_tokens import encodable, resolved, storable

if TYPE_CHECKING:
    from collections.abc import Iterator

MAXIMUM_SPANS = 10_000
"""Of one text. Newsletters have some dozens; each is an object, and a flood of them would cost a hundred times its size."""


class HiddenReason(StrEnum):
    """Say why people do not see what a span covers. A word never changes its meaning; new ones may come with any version."""

    DISPLAY_NONE = "display-none"
    """The style says `display: none`, or `content-visibility: hidden`."""

    VISIBILITY_HIDDEN = "visibility-hidden"
    """The style says `visibility: hidden` or `collapse`."""

    OPACITY_ZERO = "opacity-zero"
    """The style makes it as clear as glass."""

    FONT_SIZE_ZERO = "font-size-zero"
    """The letters are a pixel high, or less."""

    SIZE_ZERO = "size-zero"
    """The box is a pixel wide or high, or less, and cuts off what does not fit."""

    OFF_SCREEN = "off-screen"
    """It is drawn far outside of the screen."""

    CLIPPED = "clipped"
    """Nothing is left of it after `clip` or `clip-path`."""

    BACKGROUND_COLOUR = "background-colour"
    """The text has the colour of its background, or none."""

    HIDDEN_ATTRIBUTE = "hidden-attribute"
    """The element has the attribute `hidden`."""

    MSO_HIDE = "mso-hide"
    """The style says `mso-hide: all`: Outlook does not show it, others do."""

    UNSHOWN_ELEMENT = "unshown-element"
    """What the element holds is never drawn (`<template>`, `<datalist>`), or not by every reader (`<noscript>`, `<noframes>`)."""

    TITLE = "title"
    """The title of the page, which readers of mail do not show. Most HTML has an honest one."""

    ZERO_WIDTH = "zero-width"
    """Characters without a width. They part words for those who compare them, and pad previews."""

    TAG_CHARACTERS = "tag-characters"
    """U+E0000 to U+E007F, a second ASCII that nothing draws. The text of the span is what they say in ASCII."""

    VARIATION_SELECTORS = "variation-selectors"
    """Selectors that follow no character with variants. Each of 256 can stand for a byte: the text of the span is those bytes, read
    as UTF-8."""

    BIDI_CONTROL = "bidi-control"
    """Controls of the direction: what is shown stands in another order than what is read."""

    NOT_EXAMINED = "not-examined"
    """It lies beyond a bound (of nesting, of style rules, of spans), so that nothing is known of it."""


@dataclass(frozen=True, slots=True)
class HiddenSpan:
    """Hold what is read between two offsets of a text and not seen."""

    start: int
    """Of the first character, in characters of what was given."""

    end: int
    """Behind the last character."""

    reason: HiddenReason
    """The outermost, where there are several."""

    text: str
    """What a program reads there, with references resolved and blanks collapsed; empty where nothing was examined."""


_ZERO_WIDTH = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_SELECTORS = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_TAGS = "\U000e0000-\U000e007f"

_CLASSES = {
    HiddenReason.ZERO_WIDTH: _ZERO_WIDTH,
    HiddenReason.BIDI_CONTROL: _BIDI,
    HiddenReason.VARIATION_SELECTORS: _SELECTORS,
    HiddenReason.TAG_CHARACTERS: _TAGS,
}
# One run of one class after another, so that the name of the group says which.
_RUN = re.compile("|".join(f"(?P<{reason.name}>[{characters}]++)" for reason, characters in _CLASSES.items()))
_REFERENCE = re.compile(r"&(?:#(?:[0-9]++|[xX][0-9a-fA-F]++)|[A-Za-z][A-Za-z0-9]{1,31}+);?")

# QUIRK: the only use of tag characters that Unicode recommends (UTS #51, ED-14a): the flags of England, Scotland and Wales.
_FLAG = "\U0001f3f4"
_FLAG_TAGS = frozenset(
    "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f" for region in ("gbeng", "gbsct", "gbwls")
)
# RFC 5892 A.1 and A.2: joiners belong to the spelling of Persian and of most scripts of India, and they join emoji.
_JOINERS = "\u200c\u200d"
_FIRST_WITH_JOINERS = "\u0590"
_BEFORE_JOINERS = ("L", "M", "S")
_EMOJI_SELECTORS = frozenset("\ufe0e\ufe0f")
_KEYCAPS = frozenset("#*0123456789©®")
_FIRST_IDEOGRAPH = "\u2e80"
_MONGOLIAN = ("\u1800", "\u18af")
_FILLERS = re.compile(f"[\\s{_ZERO_WIDTH}]*+\\Z")


def invisible_characters(text: str) -> tuple[HiddenSpan, ...]:
    """Return the runs of characters in `text` that programs read and people do not see.

    Of one class each: characters without a width, tag characters, variation selectors that select nothing, controls of direction. What
    a script or an emoji is spelt with is none: one joiner behind a character from U+0590 on, one selector behind what has variants, the
    flags made of tags. Beyond 10,000 spans the last one is `not-examined` and reaches to the end. Raises `UsageError` for anything but a
    string; linear in the size of `text`.
    """
    if not isinstance(text, str):
        raise UsageError(
            f"invisible_characters() takes str, not {type(text).__name__}: pass Message.text or Part.text()"
        )
    found: list[HiddenSpan] = []
    for span in invisible_runs(text):
        if len(found) == MAXIMUM_SPANS:
            found.append(HiddenSpan(span.start, len(text), HiddenReason.NOT_EXAMINED, ""))
            break
        found.append(span)
    return tuple(found)


def invisible_runs(text: str) -> Iterator[HiddenSpan]:
    """Yield the runs of invisible characters, in order."""
    for run in _RUN.finditer(text):
        reason = HiddenReason[run.lastgroup or ""]
        if not _is_spelling(text[run.start() - 1 : run.start()], run[0], reason):
            yield HiddenSpan(run.start(), run.end(), reason, _said(run[0], reason))


def invisible_references(written: str) -> Iterator[HiddenSpan]:
    """Yield the runs of invisible characters of the text of HTML, some of which may be written as references (`&#8203;`, `&zwnj;`)."""
    if "&" not in written:
        yield from invisible_runs(written)
        return
    resolved_text, places = _resolved_with_places(written)
    for span in invisible_runs(resolved_text):
        yield HiddenSpan(places.start(span.start), places.end(span.end), span.reason, span.text)


def is_filling(text: str) -> bool:
    """Return whether there is nothing to read in a text: blanks and characters without a width."""
    return _FILLERS.match(text) is not None


class _Places:
    """Lead from offsets in a resolved text back to those in the written one. Asked in rising order only."""

    def __init__(self) -> None:
        self._references: list[tuple[int, int, int, int]] = []
        self._next = 0
        self._shift = 0

    def add(self, resolved_start: int, resolved_end: int, start: int, end: int) -> None:
        self._references.append((resolved_start, resolved_end, start, end))

    def start(self, offset: int) -> int:
        """Return where the character at an offset starts."""
        self._pass(offset)
        if self._next < len(self._references):
            resolved_start, _resolved_end, start, _end = self._references[self._next]
            if resolved_start <= offset:
                return start
        return offset + self._shift

    def end(self, offset: int) -> int:
        """Return where the character in front of an offset ends."""
        self._pass(offset - 1)
        if self._next < len(self._references):
            resolved_start, _resolved_end, _start, end = self._references[self._next]
            if resolved_start < offset:
                return end
        return offset + self._shift

    def _pass(self, offset: int) -> None:
        while self._next < len(self._references) and self._references[self._next][1] <= offset:
            _resolved_start, resolved_end, _start, end = self._references[self._next]
            self._shift = end - resolved_end
            self._next += 1


def _resolved_with_places(written: str) -> tuple[str, _Places]:
    pieces: list[str] = []
    places = _Places()
    length = position = 0
    for found in _REFERENCE.finditer(written):
        character = resolved(storable(found[0]))
        if character == found[0]:
            continue
        pieces += [written[position : found.start()], character]
        length += found.start() - position
        places.add(length, length + len(character), *found.span())
        length += len(character)
        position = found.end()
    pieces.append(written[position:])
    return "".join(pieces), places


def _is_spelling(before: str, run: str, reason: HiddenReason) -> bool:
    """Return whether a run belongs to how the character before it is written."""
    if reason is HiddenReason.TAG_CHARACTERS:
        return run in _FLAG_TAGS and before == _FLAG
    if len(run) > 1 or not before:
        return False
    if reason is HiddenReason.ZERO_WIDTH:
        joined = before >= _FIRST_WITH_JOINERS and category(before).startswith(_BEFORE_JOINERS)
        return run in _JOINERS and (joined or before in _EMOJI_SELECTORS)
    return reason is HiddenReason.VARIATION_SELECTORS and _has_variant(before, run)


def _has_variant(before: str, selector: str) -> bool:
    if selector >= "\U000e0100":
        return before >= _FIRST_IDEOGRAPH
    if selector < "\ufe00":
        return _MONGOLIAN[0] <= before <= _MONGOLIAN[1]
    if before in _KEYCAPS:
        return selector in _EMOJI_SELECTORS
    return before > "\u00ff" and category(before).startswith((*_BEFORE_JOINERS, "P", "N"))


def _said(run: str, reason: HiddenReason) -> str:
    if reason is HiddenReason.TAG_CHARACTERS:
        return "".join(chr(ord(tag) & 0x7F) for tag in run if 0xE0020 <= ord(tag) <= 0xE007E)
    if reason is HiddenReason.VARIATION_SELECTORS:
        return encodable(bytes(_byte(selector) for selector in run).decode("utf-8", "replace"))
    return run


def _byte(selector: str) -> int:
    """Return the byte that a selector stands for in the common scheme: VS1 to VS16 are 0 to 15, VS17 to VS256 the rest."""
    number = ord(selector)
    if number >= 0xE0100:
        return number - 0xE0100 + 16
    return number - 0xFE00 if number >= 0xFE00 else number - 0x180B
