"""Sanitised HTML runs no script and loads nothing, to two readers of HTML and cleaned twice; text made of HTML can be stored."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Literal

from mimeparse import hidden_text, invisible_characters, sanitize_html, text_from_html
from mimeparse.safety.html import _ATTRIBUTES, _TAGS
from mimeparse.safety.html_tokens import flattened, referenced
from targets.inputs import check_storable, understood, words

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUPS = ("html",)
FOLDERS = ("html",)

_ENGINES: tuple[Literal["bleach"], Literal["nh3"]] = ("bleach", "nh3")
_ADDED_BY_READERS = {"html", "head", "body", "tbody", "colgroup", "tr"}
_REL = "noopener noreferrer nofollow"
_LINK = re.compile(r"(?:https?:[/\\]{2}|mailto:|tel:)")
# SVG is no mere image but a document. What only looks like the type of an image is none to a browser, and shows nothing.
_EMBEDDED = r"cid:|data:(?!image/svg|[^,]*xml)"
# What browsers take out of a URL, and what others may.
_IGNORED_BY_BROWSERS = re.compile(r"^[\x00-\x20]+|[\t\n\r]")
_IGNORED_BY_ANYBODY = re.compile(r"[\x00-\x20\x7f-\xa0\s\u200b-\u200f\u2028\u2029\ufeff]")
_TAG = re.compile(r"<[^>]*>")  # of cleaned HTML, where no > stands in a value
_LOADING_STYLE = re.compile(r"(?<!rgb)(?<!rgba)\(|\\|(?:^|;)position:|@")


def check(data: bytes) -> None:
    """Check the promise on one input."""
    given = understood(data, words(*GROUPS))
    html = given.content.decode("utf-8", "surrogateescape")
    remote = bool(given.choice & 1)
    check_storable(text_from_html(html))
    for span in (*hidden_text(html), *invisible_characters(html)):
        assert 0 <= span.start <= span.end <= len(html)
        check_storable(span.text)
    for engine in _ENGINES:
        clean = sanitize_html(html, engine=engine, allow_remote=remote)
        check_storable(clean)
        check_harmless(clean, remote=remote)
        assert _letters(clean) == _letters(referenced(flattened(html, _TAGS))), engine
        # Nothing is left that a second cleaning has to take out, and what is shown stays.
        again = sanitize_html(clean, engine=engine, allow_remote=remote)
        check_harmless(again, remote=remote)
        assert _letters(again) == _letters(clean), engine


def _letters(clean: str) -> Counter[str]:
    """Return the letters that are shown: a browser moves some of them in front of tables, and none must get lost."""
    return Counter(filter(str.isalnum, unescape(_TAG.sub("", clean))))


def check_harmless(html: str, *, remote: bool) -> None:
    """Check what the stdlib's reader and that of a browser make of cleaned HTML."""
    for tag, attributes in (*_Reader(html).elements, *_elements_of_browser(html)):
        assert tag in _TAGS | _ADDED_BY_READERS, tag
        for name, value in attributes.items():
            assert name in _ATTRIBUTES | {"rel"}, name
            _check_value(name, _IGNORED_BY_BROWSERS.sub("", value).lower(), remote=remote)
            _check_value(name, _IGNORED_BY_ANYBODY.sub("", value).lower(), remote=remote)
        if tag == "a":
            assert attributes.get("rel") == _REL


def _check_value(name: str, value: str, *, remote: bool) -> None:
    if name in ("href", "cite"):
        assert _LINK.match(value), value
    elif name == "src":
        assert re.match(_EMBEDDED + "|https?:[/\\\\]{2}" if remote else _EMBEDDED, value), value
    elif name == "style":
        assert not _LOADING_STYLE.search(value), value


class _Reader(HTMLParser):
    """Collect elements; what is no element and no text must not be there."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment is left: {data!r}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration is left: {decl!r}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction is left: {data!r}")


def _elements_of_browser(html: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the elements that the parsing algorithm of the HTML standard makes: what mutates in a browser mutates there."""
    from bleach._vendor import html5lib  # carried along, so that nothing more is to be installed

    for element in html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False).iter():
        assert isinstance(element.tag, str), "a comment is left"
        yield element.tag, dict(element.attrib)
