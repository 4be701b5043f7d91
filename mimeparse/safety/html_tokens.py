"""HTML cut into tags and text, in linear time.

Not a parser: what a browser would make of broken markup is left to the sanitiser's engine. This is what has to be done before anything
else looks at HTML from strangers, and what makes readable text of it.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# Possessive throughout, so that nothing is tried twice. A quote opens a value only behind an equals sign: `<p it's>` does not swallow
# the rest of the page. What begins like a tag and never ends is dropped to its end.
_MARKUP = re.compile(
    r"<!--.*?(?:--!?>|\Z)|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)"
    r"(?P<attributes>(?:[^>\"'=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+|[\"'])*+)>?|<[!?/][^>]*+>?",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]++))")

DROPPED = frozenset(
    "applet embed frame frameset head iframe math noembed noframes noscript object option script select style svg "
    "template textarea title xml xmp".split()
)
"""Elements that are dropped together with what they hold: none of it is text that a reader of mail is meant to see."""

_VOID = frozenset("area base br col embed frame hr img input link meta param source track wbr".split())

MAXIMUM_NESTING = 200
"""Tags deeper than this are dropped, their text is not: every engine looks through all open elements for each tag."""

_MAXIMUM_ATTRIBUTES = 50
"""Of one tag; engines compare each attribute with all before it."""

# html.unescape() raises for a number of more than 4,300 digits, and takes quadratic time on the way there.
_ENDLESS_REFERENCE = re.compile(r"&#(?:0*+[0-9]{8,}+|[xX]0*+[0-9a-fA-F]{7,}+);?")
_UNSTORABLE = re.compile("[\0\ud800-\udfff\U0010ff00-\U0010ff03]")

# What stands for a literal & < > and " on the way through an engine: private code points of the last plane, which no mail uses. Written as references they would
# cost both engines quadratic time where there are many of them.
_SHIELDED = {"&": "\U0010ff00", "<": "\U0010ff01", ">": "\U0010ff02", '"': "\U0010ff03"}
_SHIELD = str.maketrans(_SHIELDED)
_REFERENCES = str.maketrans({"\U0010ff00": "&amp;", "\U0010ff01": "&lt;", "\U0010ff02": "&gt;", "\U0010ff03": "&quot;"})


class Tag(NamedTuple):
    """A start or end tag."""

    name: str
    ends: bool
    attributes: str
    """As written."""

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield the first attributes that have a value, names in lower case, references resolved."""
        for found in islice(_ATTRIBUTE.finditer(self.attributes), _MAXIMUM_ATTRIBUTES):
            yield found[1].lower(), resolved(found[2] or found[3] or found[4] or "")

    def attribute(self, name: str) -> str | None:
        """Return the value of an attribute, references resolved, or None."""
        return next((value for known, value in self.pairs() if known == name), None)


class Text(NamedTuple):
    """What stands between two tags, as written."""

    written: str


def storable(html: str) -> str:
    """Return `html` without what cannot be stored as UTF-8 or makes references endless."""
    return _ENDLESS_REFERENCE.sub("\ufffd", _UNSTORABLE.sub("\ufffd", html))


def resolved(written: str) -> str:
    """Return text with its character references resolved."""
    return _UNSTORABLE.sub("\ufffd", unescape(written)) if "&" in written else written


def tokens(html: str) -> Iterator[Tag | Text]:
    """Yield the tags and texts of `html`, without comments, declarations, and the elements that are dropped with their content."""
    position = 0
    while (markup := _MARKUP.search(html, position)) is not None:
        if markup.start() > position:
            yield Text(html[position : markup.start()])
        position = markup.end()
        if markup["name"] is None:
            continue
        tag = Tag(markup["name"].lower(), bool(markup["end"]), markup["attributes"])
        if tag.name not in DROPPED:
            yield tag
        elif not tag.ends and not (tag.name == "svg" and tag.attributes.endswith("/")):
            end = _END_TAGS[tag.name].search(html, position)
            position = len(html) if end is None else end.end()
    if position < len(html):
        yield Text(html[position:])


_END_TAGS = {name: re.compile(rf"</{name}(?![a-z0-9-])[^>]*+>?", re.IGNORECASE) for name in DROPPED}


def flattened(html: str) -> str:
    """Return `html` in a plain form, without comments and dropped elements, and with bounded nesting and attributes.

    Plain means that two engines cannot read it differently: each value in quotes, and no character of text or values that could be
    taken for markup. `referenced()` puts those back.
    """
    pieces = []
    depth = 0
    for token in tokens(storable(html)):
        if isinstance(token, Text):
            pieces.append(resolved(token.written).translate(_SHIELD))
            continue
        if token.ends:
            depth = max(depth - 1, 0)
        elif token.name not in _VOID:
            depth += 1
        if depth > MAXIMUM_NESTING or not token.name.isalnum():
            continue
        if token.ends:
            pieces.append(f"</{token.name}>")
        else:
            attributes = "".join(f' {name}="{value.translate(_SHIELD)}"' for name, value in token.pairs())
            pieces.append(f"<{token.name}{attributes}>")
    return "".join(pieces)


def referenced(html: str) -> str:
    """Return HTML that was flattened, and then cleaned, with the characters that were taken out of it written as references."""
    return html.translate(_REFERENCES)
