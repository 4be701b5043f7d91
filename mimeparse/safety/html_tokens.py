"""HTML cut into tags and text, in linear time.

Not a parser: what a browser would make of broken markup is left to the sanitiser's engine. This is what has to be done before anything
else looks at HTML from strangers, and what makes readable text of it.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from html.entities import html5
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# Possessive throughout, so that nothing is tried twice. A quote opens a value only behind an equals sign: `<p it's>` does not swallow
# the rest of the page. What begins like a tag and never ends is dropped to its end.
_MARKUP = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)"
    r"(?P<attributes>(?:[^>\"'=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+|[\"'])*+)>?|<[!?/][^>]*+>?",
    re.DOTALL,
)
# The name begins where no name goes on: tried from each of its characters, one long name takes quadratic time.
_ATTRIBUTE = re.compile(r"(?<![^\s\"'<>/=])([^\s\"'<>/=]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]++))")

DROPPED = frozenset(
    "applet embed frame frameset iframe math noembed noframes noscript object option script select style svg "
    "template textarea title xml xmp".split()
)
"""Elements that are dropped together with what they hold: none of it is text that a reader of mail is meant to see."""

# To a browser these hold text up to their end tag or, without one, up to the end of the page (<template>: what is not shown).
_RAW_TEXT = frozenset("iframe noembed noframes script style template textarea title xmp".split())

VOID = frozenset("area base br col embed frame hr img input link meta param source track wbr".split())

MAXIMUM_NESTING = 200
"""Tags deeper than this are dropped, their text is not: every engine looks through all open elements for each tag."""

_MAXIMUM_ATTRIBUTES = 50
"""Of one tag; engines compare each attribute with all before it."""

# html.unescape() raises for a number of more than 4,300 digits, and takes quadratic time on the way there.
# Leading zeros count among the digits.
_LONG_REFERENCE = re.compile(r"&#(?:([0-9]{8,}+)|[xX]([0-9a-fA-F]{7,}+));?")
_REFERENCE_IN_VALUE = re.compile(r"&(?:#(?:[0-9]+|[xX][0-9a-fA-F]+);?|([A-Za-z][A-Za-z0-9]*+)(;?)(=?))")
_SEPARATED = str.maketrans("\"'=/", "    ")
_UNSTORABLE = re.compile("[\0\ud800-\udfff\U0010ff00-\U0010ff03\U0010ff80-\U0010ffbf]")

# What stands for a literal & < > and " on the way through an engine: private code points of the last plane, which no mail uses.
# Written as references they would cost both engines quadratic time where there are many of them. So would U+0080 to U+00BF cost nh3
# as they are: html5ever looks for the first byte of a no-break space in UTF-8, which they share, and from each of them for everything else.
_REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_SHIELDED = {character: chr(0x10FF00 + index) for index, character in enumerate(_REFERENCES)}
_SHIELDED |= {chr(code): chr(0x10FF00 + code) for code in range(0x80, 0xC0)}
_SHIELD = str.maketrans(_SHIELDED)
_UNSHIELD = str.maketrans({shield: _REFERENCES.get(character, character) for character, shield in _SHIELDED.items()})


class Tag(NamedTuple):
    """A start or end tag."""

    name: str
    ends: bool
    attributes: str
    """As written."""

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield the first attributes that have a value, names in lower case, references resolved."""
        for found in islice(_ATTRIBUTE.finditer(self.attributes), _MAXIMUM_ATTRIBUTES):
            yield found[1].lower(), resolved_value(found[2] or found[3] or found[4] or "")

    def attribute(self, name: str) -> str | None:
        """Return the value of an attribute, references resolved, or None."""
        return next((value for known, value in self.pairs() if known == name), None)

    def values(self, names: frozenset[str]) -> dict[str, str]:
        """Return the first value of each of the attributes `names`, however many others stand before it.

        HTML 13.2.5.33: the first of two attributes of one name counts.
        """
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.attributes):
            name = match[1].lower()
            if name in names and name not in found:
                found[name] = resolved_value(storable(match[2] or match[3] or match[4] or ""))
        return found

    def bears(self, name: str) -> bool:
        """Return whether the attribute `name` is there, with a value or without one."""
        if name not in self.attributes.lower():
            return False
        names = _ATTRIBUTE.sub(lambda found: f" {found[1]} ", self.attributes)
        return name in names.lower().translate(_SEPARATED).split()


class Text(NamedTuple):
    """What stands between two tags, as written."""

    written: str


class Dropped(NamedTuple):
    """An element that is dropped together with what it holds."""

    tag: Tag
    content: str


def encodable(html: str) -> str:
    """Return `html` with U+FFFD for each character that cannot be stored as UTF-8: as many characters as before."""
    return _UNSTORABLE.sub("\ufffd", html)


def storable(html: str) -> str:
    """Return `html` without what cannot be stored as UTF-8 or makes references endless."""
    return _LONG_REFERENCE.sub(_shortened_reference, encodable(html))


def _shortened_reference(found: re.Match[str]) -> str:
    decimal = found[1] is not None
    digits = (found[1] or found[2]).lstrip("0")
    # No code point has more digits; 0 stands for U+FFFD, too.
    if len(digits) > (7 if decimal else 6):
        return "\ufffd"
    return f"&#{'' if decimal else 'x'}{digits or '0'};"


def resolved(written: str) -> str:
    """Return text with its character references resolved."""
    return _UNSTORABLE.sub("\ufffd", unescape(written)) if "&" in written else written


def resolved_value(written: str) -> str:
    """Return the value of an attribute with its character references resolved.

    HTML 13.2.5.73: without a semicolon, a name that goes on is no reference. "?a=1&region=2" is a link with two parameters.
    """
    if "&" not in written:
        return written
    return _UNSTORABLE.sub("\ufffd", _REFERENCE_IN_VALUE.sub(_referred_to, written))


def _referred_to(found: re.Match[str]) -> str:
    name, semicolon, equals = found[1], found[2], found[3]
    if name is None:
        return unescape(found[0])
    character = html5.get(name + semicolon)
    if character is None or (equals and not semicolon):
        return found[0]
    return character + equals


def tokens(html: str) -> Iterator[Tag | Text]:
    """Yield the tags and texts of `html`, without comments, declarations, and the elements that are dropped with their content."""
    for _start, _end, token in placed_tokens(html):
        if not isinstance(token, Dropped):
            yield token


def placed_tokens(html: str) -> Iterator[tuple[int, int, Tag | Text | Dropped]]:
    """Yield the tags, texts and dropped elements of `html`, and where each starts and ends; of a dropped one, where its content does."""
    position = 0
    unended: set[str] = set()  # so that a flood of one start tag does not search for its end again and again
    while (markup := _MARKUP.search(html, position)) is not None:
        if markup.start() > position:
            yield position, markup.start(), Text(html[position : markup.start()])
        position = markup.end()
        if markup["name"] is None:
            continue
        tag = Tag(markup["name"].lower(), bool(markup["end"]), markup["attributes"])
        if tag.name not in DROPPED:
            yield markup.start(), position, tag
        elif not tag.ends and tag.name not in unended and not (tag.name == "svg" and tag.attributes.endswith("/")):
            end = _END_TAGS[tag.name].search(html, position)
            if end is not None or tag.name in _RAW_TEXT:
                content, after = (len(html), len(html)) if end is None else end.span()
                yield position, content, Dropped(tag, html[position:content])
                position = after
            else:
                # QUIRK: spam opens <object> and never ends it, and every browser shows what follows.
                unended.add(tag.name)
    if position < len(html):
        yield position, len(html), Text(html[position:])


_END_TAGS = {name: re.compile(rf"</{name}(?![a-z0-9-])[^>]*+>?", re.IGNORECASE) for name in DROPPED}


def flattened(html: str, allowed: frozenset[str]) -> str:
    """Return `html` in a plain form: the tags in `allowed` alone, in pairs, with bounded nesting and attributes, and no comments.

    Plain means that two engines cannot read it differently: each value in quotes, and no character of text or values that could be
    taken for markup. `referenced()` puts those back.
    """
    pieces: list[str] = []
    nesting = Nesting()
    for token in tokens(storable(html)):
        if isinstance(token, Text):
            pieces.append(resolved(token.written).translate(_SHIELD))
        elif token.name not in allowed:
            continue
        elif token.ends:
            pieces.extend(nesting.end(token.name))
        else:
            pieces.extend(nesting.make_room(token.name))
            if token.name in VOID or nesting.start(token.name):
                attributes = "".join(f' {name}="{value.translate(_SHIELD)}"' for name, value in token.pairs())
                pieces.append(f"<{token.name}{attributes}>")
    return "".join(pieces)


class Nesting:
    """Keep the elements that are open, so that what an engine sees is nested no deeper than counted here.

    An end tag without a start would lower a mere count while the engine goes deeper: quadratic time. And an engine repeats what is open
    in front of each paragraph inside a paragraph: 20 KB of that became a megabyte.
    """

    def __init__(self) -> None:
        self._open: list[str] = []
        self._dropped: Counter[str] = Counter()
        self._count_of_dropped = 0

    @property
    def is_exceeded(self) -> bool:
        """Whether what comes next stands in an element for which there was no room."""
        return self._count_of_dropped > 0 and len(self._open) >= MAXIMUM_NESTING

    def start(self, name: str) -> bool:
        """Open an element, and return whether there was room."""
        if len(self._open) >= MAXIMUM_NESTING:
            self._dropped[name] += 1
            self._count_of_dropped += 1
            return False
        self._open.append(name)
        return True

    def make_room(self, name: str) -> list[str]:
        """End what the start tag `name` ends without a word (HTML 13.1.2.4: a paragraph, an item, a cell, a row)."""
        ended, inside = _ENDED_BY_START.get(name, _ENDED_BY_BLOCK if name in _BLOCKS else _NOTHING)
        return self._end_to(ended, inside)

    def end(self, name: str) -> list[str]:
        """Close the nearest element of this name and all in it; nothing where it is not open in this cell."""
        if self._dropped[name]:
            self._dropped[name] -= 1
            self._count_of_dropped -= 1
            return []
        return self._end_to(frozenset({name}), _TABLE if name in _TABLE_PARTS else _CELLS)

    def _end_to(self, names: frozenset[str], inside: frozenset[str]) -> list[str]:
        if not names:
            return []
        for index in range(len(self._open) - 1, -1, -1):  # MAXIMUM_NESTING at most
            if self._open[index] in names:
                ended = self._open[index:]
                del self._open[index:]
                return [f"</{name}>" for name in reversed(ended)]
            if self._open[index] in inside:
                break
        return []


_TABLE = frozenset({"table"})
_CELLS = frozenset({"table", "td", "th", "caption"})
_TABLE_PARTS = frozenset({"table", "caption", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"})
_BLOCKS = frozenset(
    [
        *("address", "blockquote", "center", "dir", "div", "dl", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("hr", "ol", "p", "pre", "table", "ul"),
    ]
)
_NOTHING: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
_ENDED_BY_BLOCK = (frozenset({"p"}), _CELLS)
_ENDED_BY_START = {
    "a": (frozenset({"a"}), _CELLS),
    "li": (frozenset({"li"}), _CELLS | {"ul", "ol"}),
    "dt": (frozenset({"dt", "dd"}), _CELLS | {"dl"}),
    "dd": (frozenset({"dt", "dd"}), _CELLS | {"dl"}),
    "td": (frozenset({"td", "th"}), _TABLE | {"tr"}),
    "th": (frozenset({"td", "th"}), _TABLE | {"tr"}),
    "tr": (frozenset({"tr"}), _TABLE),
    "tbody": (frozenset({"tbody", "thead", "tfoot"}), _TABLE),
    "tfoot": (frozenset({"tbody", "thead", "tfoot"}), _TABLE),
}


def referenced(html: str) -> str:
    """Return HTML that was flattened, and then cleaned, with the characters that were taken out of it written as references."""
    return html.translate(_UNSHIELD)
