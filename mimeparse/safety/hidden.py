"""Text of HTML that programs read and people do not see."""

from __future__ import annotations

import re
from typing import NamedTuple

from mimeparse.errors import UsageError
from mimeparse.safety.colours import BLACK, TRANSPARENT, WHITE, Colour, read_colour
from mimeparse.safety.html_tokens import (
    VOID,
    Dropped,
    Nesting,
    Tag,
    Text,
    encodable,
    placed_tokens,
    resolved,
    storable,
    tokens,
)
from mimeparse.safety.invisible import (
    MAXIMUM_SPANS,
    HiddenReason,
    HiddenSpan,
    invisible_references,
    is_filling,
)
from mimeparse.safety.styles import Declared, Stylesheet, Word, is_for_screens


def hidden_text(html: str) -> tuple[HiddenSpan, ...]:
    """Return the text of `html` that a program reads and people do not see, in order.

    `text_from_html` reads most of it, since a preview line is hidden in the same way as a trap for a program: the spans say which of the
    two texts is which. Adjacent text of one reason is one span; characters that are invisible by themselves are reported within text that
    is seen. Styles are followed as far as attributes and simple rules of `<style>` go, not as a browser would. What lies beyond a bound
    (200 elements inside one another, 5,000 rules, 10,000 spans) is a span `not-examined`. Raises `UsageError` for anything but a string;
    linear in the size of `html`.
    """
    if not isinstance(html, str):
        raise UsageError(f"hidden_text() takes str, not {type(html).__name__}: pass Message.html or Part.text()")
    html = encodable(html)
    stylesheet, unread = _read_stylesheet(html)
    walk = _Walk(stylesheet, unread, len(html))
    for start, end, token in placed_tokens(html):
        walk.pass_by(start, end, token)
        if walk.report.is_full:
            break
    return walk.report.spans()


_STYLE = re.compile("<style", re.IGNORECASE)


def _read_stylesheet(html: str) -> tuple[Stylesheet, frozenset[int]]:
    """Return the rules of all style elements, which hold for what stands before them too, and where those start that were not read."""
    stylesheet = Stylesheet()
    if _STYLE.search(html) is None:
        return stylesheet, frozenset()
    unread = [
        start
        for start, _end, token in placed_tokens(html)
        if isinstance(token, Dropped)
        and token.tag.name == "style"
        and is_for_screens(token.tag.attribute("media") or "")
        and not stylesheet.read(token.content)
    ]
    return stylesheet, frozenset(unread)


class _Look(NamedTuple):
    """What the elements that are open make of text."""

    reason: HiddenReason | None = None
    """Of an element around, which nothing inside can undo."""
    invisible: bool = False
    font_size: float = 16.0
    indented: bool = False
    ink: Colour | None = BLACK
    """None where it is not known; the same for the background."""
    ground: Colour | None = WHITE

    def reason_for_picture(self) -> HiddenReason | None:
        """Return why an image is not seen here, or None if it is. Newsletters set `font-size: 0` around images to close gaps."""
        if self.reason is not None:
            return self.reason
        if self.invisible:
            return HiddenReason.VISIBILITY_HIDDEN
        return HiddenReason.OFF_SCREEN if self.indented else None

    def reason_for_text(self) -> HiddenReason | None:
        """Return why text is not seen here, or None if it is."""
        reason = self.reason_for_picture()
        if reason is not None:
            return reason
        if self.font_size <= _SMALLEST_FONT:
            return HiddenReason.FONT_SIZE_ZERO
        if self.ink is not None and (
            not self.ink.opacity or (self.ground is not None and self.ink.is_lost_on(self.ground))
        ):
            return HiddenReason.BACKGROUND_COLOUR
        return None


_SMALLEST_FONT = 1.0
"""Pixels: senders of hidden text avoid the 0 that filters look for."""

_READ = frozenset("alt background bgcolor class color height href id size style text width".split())
_UNSHOWN = frozenset("iframe noembed noframes noscript template".split())
_UNREAD = frozenset("script style".split())
_LINK_INK = Colour(0, 0, 238)
_FONT_SIZES = dict(zip("1234567", (10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 48.0), strict=True))
# Within a word these may begin and end; all others part what stands on either side.
_WITHIN_WORDS = frozenset(
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark nobr q s samp small span strike strong sub "
    "sup tt u var wbr".split()
)


class _Walk:
    """Pass from token to token, with the looks of the open elements on a stack."""

    def __init__(self, stylesheet: Stylesheet, unread: frozenset[int], length: int) -> None:
        self.report = _Report(length)
        self._stylesheet = stylesheet
        self._unread = unread
        self._nesting = Nesting()
        self._looks = [_Look()]

    def pass_by(self, start: int, end: int, token: Tag | Text | Dropped) -> None:
        if isinstance(token, Text):
            self._pass_text(start, token.written)
        elif isinstance(token, Dropped):
            self._pass_dropped(start, end, token)
        elif token.ends:
            self._part_words(token)
            self._close(len(self._nesting.end(token.name)))
        else:
            self._part_words(token)
            self._close(len(self._nesting.make_room(token.name)))
            if token.name in VOID:
                self._pass_image(start, end, token)
            else:
                look = self._look_of(token)
                if self._nesting.start(token.name):
                    self._looks.append(look)

    def _pass_text(self, start: int, written: str) -> None:
        look = self._looks[-1]
        reason = look.reason_for_text()
        if self._nesting.is_exceeded:
            reason = look.reason or HiddenReason.NOT_EXAMINED
        if reason is None:
            self.report.add_seen(start, written)
        else:
            self._add_hidden(reason, start, written, resolved(storable(written)))

    def _pass_dropped(self, start: int, end: int, token: Dropped) -> None:
        name = token.tag.name
        if name in _UNSHOWN or name == "title":
            reason = HiddenReason.TITLE if name == "title" else HiddenReason.UNSHOWN_ELEMENT
            self._add_hidden(self._looks[-1].reason or reason, start, token.content, _text_of(token.content))
        elif start in self._unread:
            self.report.add_unexamined(start, end)
        elif name not in _UNREAD:
            self.report.add_seen(start, "")

    def _pass_image(self, start: int, end: int, tag: Tag) -> None:
        text = (tag.attribute("alt") or "").strip() if tag.name == "img" else ""
        if not text:
            return
        reason = self._look_of(tag).reason_for_picture()
        if reason is None:
            self.report.add_seen(start, "")
        else:
            self.report.add_hidden(reason, start, end, text)

    def _add_hidden(self, reason: HiddenReason, start: int, written: str, text: str) -> None:
        before = len(written) - len(written.lstrip())
        self.report.add_hidden(reason, start + before, start + max(len(written.rstrip()), before), text)

    def _part_words(self, tag: Tag) -> None:
        if tag.name not in _WITHIN_WORDS:
            self.report.part_words()

    def _close(self, count: int) -> None:
        if count:
            del self._looks[-count:]

    def _look_of(self, tag: Tag) -> _Look:
        around = self._looks[-1]
        if around.reason is not None:
            return around
        if not tag.attributes and not self._stylesheet and tag.name not in _OWN_LOOKS:
            return around
        attributes = tag.values(_READ)
        declared = self._stylesheet.declared_for(
            tag.name, attributes.get("class", ""), attributes.get("id", ""), attributes.get("style", "")
        )
        reason = _reason_of_element(tag, attributes, declared)
        if reason is not None:
            return around._replace(reason=reason)
        return _Look(
            None,
            declared.get("invisible", around.invisible),
            _font_size(tag, attributes, declared, around.font_size),
            declared.get("indented", around.indented),
            _ink(tag, attributes, declared, around.ink),
            _ground(tag, attributes, declared, around.ground),
        )


_OWN_LOOKS = frozenset({"datalist", "dialog", "mark"})


def _reason_of_element(tag: Tag, attributes: dict[str, str], declared: Declared) -> HiddenReason | None:
    """Return why nothing inside of an element is seen, whatever it says itself."""
    if declared.get("undisplayed") or declared.get("contents_hidden"):
        return HiddenReason.DISPLAY_NONE
    if "undisplayed" not in declared:
        # HTML 15.3.1: what the browser's own style says, and any other undoes.
        if tag.bears("hidden"):
            return HiddenReason.HIDDEN_ATTRIBUTE
        if tag.name == "datalist" or (tag.name == "dialog" and not tag.bears("open")):
            return HiddenReason.UNSHOWN_ELEMENT
    if declared.get("clear") or declared.get("filtered"):
        return HiddenReason.OPACITY_ZERO
    if _is_without_size(tag, attributes, declared):
        return HiddenReason.SIZE_ZERO
    moved = declared.get("positioned") and any(
        (declared.get("far_left"), declared.get("far_right"), declared.get("far_top"), declared.get("far_bottom"))
    )
    if moved or declared.get("far_margin"):
        return HiddenReason.OFF_SCREEN
    if declared.get("clipped") or declared.get("cut_out"):
        return HiddenReason.CLIPPED
    return HiddenReason.MSO_HIDE if declared.get("hidden_by_outlook") else None


def _is_without_size(tag: Tag, attributes: dict[str, str], declared: Declared) -> bool:
    small = any((declared.get("narrow"), declared.get("low"), declared.get("narrowed"), declared.get("lowered")))
    if tag.name == "img":
        return small or attributes.get("width") in ("0", "1") or attributes.get("height") in ("0", "1")
    # Without `overflow` the text stands out of the box.
    return bool(declared.get("shrunk") or (small and declared.get("cuts")))


def _font_size(tag: Tag, attributes: dict[str, str], declared: Declared, around: float) -> float:
    length = declared.get("font_size")
    if length is not None:
        return length.in_pixels(around)
    if tag.name == "font" and "size" in attributes:
        return _FONT_SIZES.get(attributes["size"].strip(), 16.0)
    return around


def _ink(tag: Tag, attributes: dict[str, str], declared: Declared, around: Colour | None) -> Colour | None:
    said = declared.get("filling", declared.get("ink"))
    if said is None:
        written = (
            attributes.get("color") if tag.name == "font" else attributes.get("text") if tag.name == "body" else None
        )
        said = read_colour(written.strip().lower()) if written else None
    if said is None and tag.name in ("a", "mark"):
        # Links do not inherit: a blue one stands in white text.
        said = BLACK if tag.name == "mark" else _LINK_INK if "href" in attributes else None
    if isinstance(said, Word):
        return around if said is Word.INHERITED else None
    return said if said is not None else around


def _ground(tag: Tag, attributes: dict[str, str], declared: Declared, around: Colour | None) -> Colour | None:
    if declared.get("pictured") or attributes.get("background"):
        return None
    said = declared.get("ground")
    if said is None:
        said = read_colour(attributes.get("bgcolor", "").strip().lower())
    if said is None and tag.name == "mark":
        said = Colour(255, 255, 0)
    if said is None or said == TRANSPARENT or said is Word.INHERITED:
        return around
    if isinstance(said, Word):
        return None
    if said.opacity == 1:
        return said
    return said.over(around) if around is not None else None


def _text_of(html: str) -> str:
    return " ".join(resolved(storable(token.written)) for token in tokens(html) if isinstance(token, Text))


class _Report:
    """Collect spans, and join what is hidden for one reason with nothing to see in between."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._spans: list[HiddenSpan] = []
        self._reason: HiddenReason | None = None
        self._start = self._end = 0
        self._pieces: list[str] = []

    @property
    def is_full(self) -> bool:
        return len(self._spans) > MAXIMUM_SPANS

    def add_hidden(self, reason: HiddenReason, start: int, end: int, text: str) -> None:
        """Add text that is not seen, and where what stands for it starts and ends."""
        if not text.strip():
            self.part_words()
            return
        if reason is not self._reason:
            self._end_run()
            self._reason, self._start = reason, start
        self._end = end
        self._pieces.append(text)

    def add_seen(self, start: int, written: str) -> None:
        """Note text that is seen, except where its characters are invisible."""
        if written and not written.strip():
            self.part_words()
            return
        self._end_run()
        for span in invisible_references(written):
            self._add(HiddenSpan(start + span.start, start + span.end, span.reason, span.text))
            if self.is_full:
                return

    def add_unexamined(self, start: int, end: int) -> None:
        """Add what is no text, and may hide some."""
        self._end_run()
        self._add(HiddenSpan(start, end, HiddenReason.NOT_EXAMINED, ""))

    def part_words(self) -> None:
        """Note that what follows is no part of the last word."""
        if self._pieces and self._pieces[-1] != " ":
            self._pieces.append(" ")

    def spans(self) -> tuple[HiddenSpan, ...]:
        self._end_run()
        return tuple(self._spans)

    def _end_run(self) -> None:
        text = " ".join("".join(self._pieces).split())
        if self._reason is not None and not is_filling(text):
            self._add(HiddenSpan(self._start, self._end, self._reason, text))
        self._reason = None
        self._pieces.clear()

    def _add(self, span: HiddenSpan) -> None:
        if len(self._spans) < MAXIMUM_SPANS:
            self._spans.append(span)
        elif not self.is_full:
            self._spans.append(HiddenSpan(span.start, self._length, HiddenReason.NOT_EXAMINED, ""))
