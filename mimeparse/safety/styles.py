"""Styles as far as they hide text: the declarations of an attribute, and rules of which each names one element, class or id.

What a browser would compute is not computed: there is no cascade but that of the kinds of selectors, and no layout. A value that is none is ignored, as browsers do:
`display: none; display: x` hides.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, TypedDict, cast

from mimeparse.safety.colours import BLACK, TRANSPARENT, Colour, read_colour

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAXIMUM_RULES = 5_000
"""Of a page: selectors of rules that could hide or show anything. Ten times what the largest newsletters have."""

_FAR = 900.0
"""Pixels. Text is sent off the screen by 999 at least, and seldom a design moves anything by so much."""

_TINY = 1.0
"""Pixels of the height of letters or of a box: senders of hidden text avoid the 0 that filters look for."""


_ENDLESS = 1e6
"""Longer is no length: the product of an infinite one and of nothing is no number."""


class Word(Enum):
    """What stands in the place of a colour."""

    INHERITED = "inherit"
    UNKNOWN = "unknown"


class Length(NamedTuple):
    """A number and its unit; `%`, `em` and `ex` are relative to what is inherited."""

    number: float
    unit: str

    def in_pixels(self, whole: float) -> float:
        """Return the length in pixels, where what it is relative to has `whole` pixels."""
        if self.unit in _RELATIVE:
            return self.number * _RELATIVE[self.unit] * whole
        return self.number * _PIXELS.get(self.unit, 1.0)


class Declared(TypedDict, total=False):
    """What declarations say about whether text is seen. What is absent was not declared."""

    undisplayed: bool
    contents_hidden: bool
    invisible: bool
    clear: bool
    filtered: bool
    font_size: Length
    narrow: bool
    low: bool
    narrowed: bool
    lowered: bool
    cuts: bool
    positioned: bool
    far_left: bool
    far_right: bool
    far_top: bool
    far_bottom: bool
    far_margin: bool
    indented: bool
    clipped: bool
    cut_out: bool
    shrunk: bool
    ink: Colour | Word
    filling: Colour | Word
    ground: Colour | Word
    pictured: bool
    hidden_by_outlook: bool


class Declarations(NamedTuple):
    """The declarations of a rule or an attribute, and those of them that are `!important`."""

    ordinary: Declared
    important: Declared


_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "rem": 16.0, "vw": 8.0, "vh": 6.0}
_RELATIVE = {"%": 0.01, "em": 1.0, "ex": 0.5}
_LENGTH = re.compile(r"([+-]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++))(px|pt|pc|in|cm|mm|rem|vw|vh|%|em|ex)?\Z")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_DECLARATION = re.compile(r"(?:[^;\"'(]++|\"[^\"]*+\"?|'[^']*+'?|\([^)]*+\)?)++")
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\n]?|(.))", re.DOTALL)
_COMPONENT = re.compile(r"[^\s,/(]*+(?:\([^()]*+\)?)?+")


def read_declarations(style: str) -> Declarations:
    """Return what the declarations of an attribute `style`, or of the body of a rule, say."""
    declarations = Declarations({}, {})
    for found in _DECLARATION.finditer(_COMMENT.sub(" ", style)):
        name, _, value = found[0].partition(":")
        reader = _READERS.get(_unescaped(name).strip().lower())
        if reader is None:
            continue
        value = _unescaped(value).strip().lower()
        before, mark, after = value.rpartition("!")
        is_important = bool(mark) and after.strip() == "important"
        declared = reader(before.rstrip() if is_important else value)
        if declared is not None:
            (declarations.important if is_important else declarations.ordinary).update(declared)
    return declarations


def _unescaped(written: str) -> str:
    return _ESCAPE.sub(_escaped_character, written) if "\\" in written else written


def _escaped_character(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[2]
    number = int(found[1], 16)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


# Values ------------------------------------------------------------------------------------------------------------------

_DISPLAYS = frozenset(
    "block contents flex flow flow-root grid inherit initial inline inline-block inline-flex inline-grid inline-table "
    "list-item none revert ruby run-in table table-caption table-cell table-column table-column-group "
    "table-footer-group table-header-group table-row table-row-group unset -webkit-box -webkit-flex -ms-flexbox".split()
)
_VISIBILITIES = frozenset("visible hidden collapse initial".split())
_OVERFLOWS = frozenset("visible hidden clip scroll auto overlay inherit initial unset".split())
_POSITIONS = frozenset("static relative absolute fixed sticky inherit initial unset".split())
_FONT_SIZES = {
    "xx-small": Length(9, "px"),
    "x-small": Length(10, "px"),
    "small": Length(13, "px"),
    "medium": Length(16, "px"),
    "initial": Length(16, "px"),
    "large": Length(18, "px"),
    "x-large": Length(24, "px"),
    "xx-large": Length(32, "px"),
    "smaller": Length(5 / 6, "em"),
    "larger": Length(6 / 5, "em"),
    "inherit": Length(1, "em"),
    "unset": Length(1, "em"),
}
_SIZES = frozenset("auto none inherit initial unset min-content max-content fit-content".split())
_GLASS = re.compile(r"(?:opacity\s*+\(\s*+|opacity\s*+=\s*+)(?:0++(?:\.0*+)?+|\.0++)%?\s*+\)")
_SHRUNK = re.compile(r"scale(?:x|y|3d)?\s*+\(\s*+(?:0++(?:\.0*+)?+|\.0++)\s*+[,)]")
_NUMBERS = re.compile(r"[+-]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)|auto")
_INSET = re.compile(r"inset\s*+\(\s*+([0-9]++)(?:\.[0-9]*+)?%")
_EMPTY_SHAPE = re.compile(r"(?:circle|ellipse)\s*+\(\s*+0|polygon\s*+\((?:[\s,]|0(?:px|%)?(?![\w.%]))*+\)")
_PICTURE = re.compile(r"url\s*+\(|gradient\s*+\(|image\s*+\(|image-set\s*+\(")


def _read_length(value: str) -> Length | None:
    found = _LENGTH.match(value)
    # QUIRK: a number without a unit is one of pixels to pages without a doctype, which most mail is.
    return Length(min(max(float(found[1]), -_ENDLESS), _ENDLESS), found[2] or "px") if found is not None else None


def _display(value: str) -> Declared | None:
    return {"undisplayed": value == "none"} if value and _DISPLAYS.issuperset(value.split()) else None


def _content_visibility(value: str) -> Declared | None:
    return {"contents_hidden": value == "hidden"} if value in ("visible", "hidden", "auto", "initial") else None


def _visibility(value: str) -> Declared | None:
    return {"invisible": value in ("hidden", "collapse")} if value in _VISIBILITIES else None


def _opacity(value: str) -> Declared | None:
    length = _read_length(value)
    if length is None or length.unit not in ("px", "%"):
        return {"clear": False} if value in ("initial", "unset") else None
    return {"clear": length.in_pixels(1.0) <= 0.02}  # five steps of 255


def _filter(value: str) -> Declared | None:
    return {"filtered": _GLASS.search(value) is not None}


def _font_size(value: str) -> Declared | None:
    length = _FONT_SIZES.get(value) or _read_length(value)
    return {"font_size": length} if length is not None and length.number >= 0 else None


def _font(value: str) -> Declared | None:
    for word in value.replace("/", " ").split():
        declared = _font_size(word)
        # Weights are numbers from 1 to 1000 in front of the size; 0 is none, and `font: 0/0 a` the common trick.
        if (
            declared is not None
            and (word == "0" or not word.isdecimal())
            and word not in ("inherit", "initial", "unset")
        ):
            return declared
    return None


def _is_tiny(value: str) -> bool | None:
    length = _read_length(value)
    if length is None:
        return False if value in _SIZES else None
    # A share is one of something that is not known here: only none of it is certain to be little.
    return length.number <= 0 if length.unit in _RELATIVE else length.in_pixels(0.0) <= _TINY


def _is_far(value: str) -> bool | None:
    length = _read_length(value)
    if length is None:
        return False if value in _SIZES else None
    return abs(length.in_pixels(100.0 if length.unit == "%" else 16.0)) >= _FAR


def _margin(value: str) -> Declared | None:
    far = [_is_far(word) for word in value.split()]
    return {"far_margin": any(far)} if far and None not in far else None


def _overflow(value: str) -> Declared | None:
    words = value.split()
    return {"cuts": "hidden" in words or "clip" in words} if words and _OVERFLOWS.issuperset(words) else None


def _position(value: str) -> Declared | None:
    return {"positioned": value not in ("static", "initial", "unset")} if value in _POSITIONS else None


def _text_indent(value: str) -> Declared | None:
    far = _is_far(value)
    return {"indented": far} if far is not None else None


def _clip(value: str) -> Declared | None:
    if not value.startswith("rect"):
        return {"clipped": False} if value in ("auto", "initial", "inherit") else None
    edges = _NUMBERS.findall(value)
    if len(edges) != 4 or "auto" in edges:
        return {"clipped": False}
    top, right, bottom, left = map(float, edges)
    return {"clipped": bottom <= top or right <= left}


def _clip_path(value: str) -> Declared | None:
    inset = _INSET.match(value)
    gone = inset is not None and (len(inset[1]) > 2 or int(inset[1]) >= 50)
    return {"cut_out": gone or _EMPTY_SHAPE.match(value) is not None}


def _transform(value: str) -> Declared | None:
    away = [_is_far(word) for word in re.split(r"[\s,()]+", value)] if "translate" in value else []
    return {"shrunk": _SHRUNK.search(value) is not None, "far_margin": True in away}


def _read_ink(value: str) -> Colour | Word | None:
    colour = read_colour(value)
    if colour is not None:
        return colour
    if value in ("initial", "canvastext", "windowtext"):
        return BLACK
    if value in ("inherit", "unset", "currentcolor"):
        return Word.INHERITED
    return Word.UNKNOWN if "(" in value else None


def _color(value: str) -> Declared | None:
    ink = _read_ink(value)
    return {"ink": ink} if ink is not None else None


def _text_fill_color(value: str) -> Declared | None:
    ink = _read_ink(value)
    return {"filling": ink} if ink is not None else None


def _background_color(value: str) -> Declared | None:
    if value in ("initial", "unset"):
        return {"ground": TRANSPARENT}
    ground = _read_ink(value)
    return {"ground": ground} if ground is not None else None


def _background_image(value: str) -> Declared | None:
    return {"pictured": _PICTURE.search(value) is not None or value.startswith(("var", "inherit"))}


def _background(value: str) -> Declared | None:
    colours = [read_colour(found[0]) for found in _COMPONENT.finditer(value) if found[0]]
    last: Colour | Word | None = next((colour for colour in reversed(colours) if colour is not None), None)
    if last is None:
        last = Word.UNKNOWN if "var(" in value or value == "inherit" else TRANSPARENT
    return {"ground": last, "pictured": _PICTURE.search(value) is not None}


def _mso_hide(value: str) -> Declared | None:
    return {"hidden_by_outlook": value == "all"}


def _keyed(key: str, test: Callable[[str], bool | None]) -> Callable[[str], Declared | None]:
    def read(value: str) -> Declared | None:
        answer = test(value)
        return cast("Declared", {key: answer}) if answer is not None else None

    return read


_READERS: dict[str, Callable[[str], Declared | None]] = {
    "display": _display,
    "content-visibility": _content_visibility,
    "visibility": _visibility,
    "opacity": _opacity,
    "filter": _filter,
    "-ms-filter": _filter,
    "font-size": _font_size,
    "font": _font,
    "width": _keyed("narrow", _is_tiny),
    "height": _keyed("low", _is_tiny),
    "max-width": _keyed("narrowed", _is_tiny),
    "max-height": _keyed("lowered", _is_tiny),
    "overflow": _overflow,
    "overflow-x": _overflow,
    "overflow-y": _overflow,
    "position": _position,
    "left": _keyed("far_left", _is_far),
    "right": _keyed("far_right", _is_far),
    "top": _keyed("far_top", _is_far),
    "bottom": _keyed("far_bottom", _is_far),
    "margin": _margin,
    "margin-left": _margin,
    "margin-top": _margin,
    "text-indent": _text_indent,
    "clip": _clip,
    "clip-path": _clip_path,
    "transform": _transform,
    "-webkit-transform": _transform,
    "color": _color,
    "-webkit-text-fill-color": _text_fill_color,
    "background-color": _background_color,
    "background-image": _background_image,
    "background": _background,
    "mso-hide": _mso_hide,
}

# Rules -------------------------------------------------------------------------------------------------------------------

# Possessive strings: a brace in `content: "}"` ends nothing.
_STRUCTURE = re.compile(r"\"[^\"\n]*+\"?|'[^'\n]*+'?|[{};]")
_SELECTOR = re.compile(r"(?:[a-z][a-z0-9-]*+|\*)?+(?:[.#][\w-]++)?+\Z")
_FOR_EVERY_SCREEN = frozenset({"", "all", "screen", "only screen"})


class Stylesheet:
    """Hold the rules of a page whose selectors are one element, class or id, or an element with one of these."""

    def __init__(self) -> None:
        self._rules: dict[str, Declarations] = {}
        self._count = 0

    def __bool__(self) -> bool:
        return bool(self._rules)

    def read(self, css: str) -> bool:
        """Take the rules of a style element, and return whether there was room for all of them."""
        for prelude, body in _rules(_COMMENT.sub(" ", css).replace("<!--", "    ").replace("-->", "   ")):
            declarations = read_declarations(body)
            if not (declarations.ordinary or declarations.important):
                continue
            for selector in _unescaped(prelude).lower().split(","):
                simple = selector.strip().removeprefix("*") or "*"
                if not _SELECTOR.match(simple):
                    continue
                if self._count == MAXIMUM_RULES:
                    return False
                self._count += 1
                rule = self._rules.setdefault(simple, Declarations({}, {}))
                rule.ordinary.update(declarations.ordinary)
                rule.important.update(declarations.important)
        return True

    def declared_for(self, tag: str, classes: str, identifier: str, style: str) -> Declared:
        """Return what holds for an element: the rules for its name, its classes, its id, then its own style."""
        keys = ["*", tag]
        keys += [key for name in classes.lower().split() for key in (f".{name}", f"{tag}.{name}")]
        keys += [f"#{identifier.lower()}", f"{tag}#{identifier.lower()}"] if identifier else []
        found = [rule for key in keys if (rule := self._rules.get(key)) is not None] if self._rules else []
        if style:
            found.append(read_declarations(style))
        declared: Declared = {}
        for rule in found:
            declared.update(rule.ordinary)
        for rule in found:
            declared.update(rule.important)
        return declared


def is_for_screens(media: str) -> bool:
    """Return whether a list of media queries holds for every screen."""
    return not _FOR_EVERY_SCREEN.isdisjoint(" ".join(query.split()) for query in media.lower().split(","))


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield the selectors and the body of each rule. Braces are counted, not nested: nothing recurses."""
    start = body = 0
    ignored = inside = 0
    end: int | None = None
    for mark in _STRUCTURE.finditer(css):
        character = mark[0]
        if ignored:
            ignored += {"{": 1, "}": -1}.get(character, 0)
        elif inside:
            end = mark.start() if end is None and character == "{" else end
            inside += {"{": 1, "}": -1}.get(character, 0)
            if not inside:
                # Rules inside a rule hold for what is inside its elements: no simple selectors.
                yield css[start : body - 1], css[body : mark.start() if end is None else end]
        elif character == "{":
            prelude = css[start : mark.start()].strip()
            if not prelude.startswith("@"):
                inside, body, end = 1, mark.end(), None
                continue
            name, _, query = prelude[1:].partition(" ")
            name = name.lower()
            ignored = 0 if name in ("supports", "layer") or (name == "media" and is_for_screens(query)) else 1
        elif character not in ";}":
            continue
        if not inside:
            start = mark.end()
    if inside:
        yield css[start : body - 1], css[body:end]
