"""HTML from strangers, made safe to show or turned into text: the only importer of bleach and nh3.

One allow-list, two engines. What is not on the list goes; nothing is ever looked for in order to be taken out. This is one layer of a
defence and no proof against XSS: a page that shows mail needs a Content-Security-Policy as well.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Literal, TypeAlias

from mimeparse.errors import MissingLibrary, UsageError
from mimeparse.safety.html_tokens import DROPPED, Tag, Text, flattened, referenced, resolved, storable, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MAXIMUM_CHARACTERS = 1024 * 1024
"""Longer HTML is shown as its text, since cutting it could change what it says."""

_MAXIMUM_BRACKETS = 20_000
"""Of tags, which bleach takes about a second for. Fifteen times what the largest newsletters have."""

_TAGS = frozenset(
    "a abbr address b big blockquote br caption center cite code col colgroup dd del dfn div dl dt em font h1 h2 h3 "
    "h4 h5 h6 hr i img ins kbd li ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr "
    "tt u ul var".split()
)
# No id, name or class: they can take the place of the page's own (DOM clobbering) and draw with its styles.
_ATTRIBUTES = frozenset(
    "align alt bgcolor border cellpadding cellspacing cite color cols colspan dir face height href lang noshade "
    "nowrap rows rowspan size span src start style summary title type valign value width".split()
)
_REL = "noopener noreferrer nofollow"

_LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_REMOTE_SCHEMES = frozenset({"http", "https"})
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")
_IGNORED_IN_URLS = re.compile(
    r"[\x00-\x20\x7f-\xa0\s\u200b-\u200f\u2028\u2029\ufeff]+"
)  # browsers skip some of these in "java\tscript:"
# URL standard 4.4: these, and no others.
_IGNORED_BY_BROWSERS = re.compile(r"[\t\n\r]+")
_STRIPPED_BY_BROWSERS = "".join(map(chr, range(0x21)))
# URL standard 4.4: with fewer slashes, "https:logout" is a path on the server of the page, if that is an https page.
_WITHOUT_HOST = re.compile(r"https?:(?![/\\]{2})")
_DATA_IMAGE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[a-z0-9+/=]*\Z")

_PROPERTIES = frozenset(
    "background-color border border-bottom border-collapse border-color border-left border-radius border-right "
    "border-spacing border-style border-top border-width color direction display font font-family font-size "
    "font-style font-weight height letter-spacing line-height list-style-type margin margin-bottom margin-left "
    "margin-right margin-top max-width min-width padding padding-bottom padding-left padding-right padding-top "
    "text-align text-decoration text-indent text-transform vertical-align white-space width word-break".split()
)
# No parentheses but those of a colour, so no url(), no expression(), nothing that loads or computes; no backslash, so no escapes.
_HARMLESS_VALUE = re.compile(r"(?:rgba?\([0-9 ,.%]{1,40}\)|[\w #%.,'\"!+-])*+\Z", re.ASCII)

# A negative margin or indent moves what a stranger drew over the controls of the page around it.
_NEGATIVE = re.compile(r"-\s*[0-9.]")


def sanitize_html(html: str, *, engine: Literal["bleach", "nh3"] = "bleach", allow_remote: bool = False) -> str:
    """Return HTML that runs no script and, unless `allow_remote`, loads nothing from anywhere.

    Images of the message itself (`cid:`) and small embedded ones (`data:`) stay, links stay and get `rel="noopener noreferrer nofollow"`.
    HTML beyond 1 MiB or, with bleach, beyond 20,000 start and end tags comes out as its text. Raises `UsageError` for an unknown engine or anything but a string, and `MissingLibrary`
    where the engine is not installed. bleach is in every install; nh3 is some forty times as fast and is still maintained.
    """
    if not isinstance(html, str):
        raise UsageError(f"sanitize_html() takes str, not {type(html).__name__}: pass Message.html or Part.text()")
    if engine not in _ENGINES:
        raise UsageError(f"engine must be one of {', '.join(map(repr, _ENGINES))}, not {engine!r}")
    if len(html) > _MAXIMUM_CHARACTERS:
        return f"<pre>{escape(text_from_html(html))}</pre>"

    def keep(tag: str, name: str, value: str) -> str | None:
        return _kept_attribute(tag, name, value, allow_remote=allow_remote)

    flat = flattened(html, _TAGS)
    if engine == "bleach" and flat.count("<") > _MAXIMUM_BRACKETS:
        return f"<pre>{escape(text_from_html(html))}</pre>"
    return referenced(_ENGINES[engine](flat, keep))


def _kept_attribute(tag: str, name: str, value: str, *, allow_remote: bool) -> str | None:
    """Return what is kept of the value of an attribute, or None if it goes."""
    if name not in _ATTRIBUTES:
        return value if (tag, name, value) == ("a", "rel", _REL) else None  # the engine's own
    if name in ("href", "cite"):
        return value if tag in ("a", "blockquote", "q", "ins", "del") and _scheme(value) in _LINK_SCHEMES else None
    if name == "src":
        return value if tag == "img" and _is_image(value, allow_remote=allow_remote) else None
    if name == "style":
        return _kept_style(value) or None
    return value


def _scheme(url: str) -> str | None:
    r"""Return the scheme on which browsers and those who ignore more than they do agree.

    "java\tscript:" is a script to a browser. "c id:/../logout" is none of the message's images but a path on the page's own server.
    """
    seen = _SCHEME.match(_IGNORED_BY_BROWSERS.sub("", url.strip(_STRIPPED_BY_BROWSERS)).lower())
    if seen is not None and _WITHOUT_HOST.match(seen.string):
        return None
    feared = _SCHEME.match(_IGNORED_IN_URLS.sub("", url).lower())
    return seen[1] if seen is not None and feared is not None and seen[1] == feared[1] else None


def _is_image(url: str, *, allow_remote: bool) -> bool:
    scheme = _scheme(url)
    if scheme == "data":
        return _DATA_IMAGE.match(_IGNORED_IN_URLS.sub("", url).lower()) is not None
    return scheme == "cid" or (allow_remote and scheme in _REMOTE_SCHEMES)


def _kept_style(style: str) -> str:
    kept = []
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip()
        drawn_outside = name.startswith(("margin", "text-indent")) and _NEGATIVE.search(value)
        if name in _PROPERTIES and value and _HARMLESS_VALUE.match(value) and not drawn_outside:
            kept.append(f"{name}: {value}")
    return "; ".join(kept)


_AROUND = "article"
"""What a table must not hold, a browser moves in front of it; html5lib loses it where there is no element around the table. This one is
on no list, so that nothing in the HTML can end it."""


def _clean_with_bleach(html: str, keep: Callable[[str, str, str], str | None]) -> str:
    from bleach.html5lib_shim import Filter
    from bleach.sanitizer import Cleaner

    class Links(Filter):  # type: ignore[misc]  # bleach has no types
        def __iter__(self) -> Iterator[dict[str, object]]:
            for token in super().__iter__():
                if token["type"] == "StartTag" and token["name"] == "a":
                    token["data"][None, "rel"] = _REL
                yield token

    class Styles:
        def sanitize_css(self, style: str) -> str:
            return _kept_style(style)

    cleaner = Cleaner(
        tags=_TAGS | {_AROUND},
        attributes=lambda tag, name, value: keep(tag, name, value) is not None,
        protocols={*_LINK_SCHEMES, "cid", "data"},
        strip=True,
        strip_comments=True,
        filters=[Links],
        css_sanitizer=Styles(),
    )
    cleaner.walker = _walker()
    return str(cleaner.clean(f"<{_AROUND}>{html}")).removeprefix(f"<{_AROUND}>").removesuffix(f"</{_AROUND}>")


# Where html5lib is in a tree: the element, which child of its parent that is, the elements around it, and which of its texts is meant.
_Place: TypeAlias = tuple[object, "int | None", list[object], "str | None"]


def _walker() -> type:
    """Return a walker over the trees of html5lib that remembers which child each element is.

    Its own counts the siblings in front of each element on the way back up: quadratic time.
    """
    from bleach.html5lib_shim import getTreeWalker

    class Walker(getTreeWalker("etree")):  # type: ignore[misc]  # bleach has no types
        def __init__(self, tree: object) -> None:
            super().__init__(tree)
            self._indices: list[int | None] = []  # of the elements around the present one

        def getFirstChild(self, node: object) -> _Place | None:  # noqa: N802
            first: _Place | None = super().getFirstChild(node)
            if first is not None and first[3] is None:
                self._indices.append(node[1] if isinstance(node, tuple) else None)
            return first

        def getNextSibling(self, node: _Place) -> _Place | None:  # noqa: N802
            following: _Place | None = super().getNextSibling(node)
            if following is not None and node[3] == "text":  # behind the text of an element stands its first child
                self._indices.append(node[1])
            return following

        def getParentNode(self, node: _Place) -> object:  # noqa: N802
            element, index, parents, text = node
            if text != "text":
                element, index = parents.pop(), self._indices.pop()
            return (element, index, parents, None) if parents else element

    return Walker


def _clean_with_nh3(html: str, keep: Callable[[str, str, str], str | None]) -> str:
    try:
        import nh3
    except ImportError as error:
        raise MissingLibrary("the engine nh3 is not installed: `pip install 'mimeparse-stream[nh3]'`") from error
    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(DROPPED),
        attributes={"*": set(_ATTRIBUTES)},
        attribute_filter=keep,
        url_schemes={*_LINK_SCHEMES, "cid", "data"},
        link_rel=_REL,
        strip_comments=True,
    )


_ENGINES: dict[str, Callable[[str, Callable[[str, str, str], str | None]], str]] = {
    "bleach": _clean_with_bleach,
    "nh3": _clean_with_nh3,
}

# HTML to text -----------------------------------------------------------------------------------------------------------

_PARAGRAPHS = frozenset(
    "article aside blockquote dl fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr main nav ol p pre section "
    "table ul".split()
)
_LINES = frozenset("address caption center dd dir div dt figcaption li summary tr".split())
_LISTS = frozenset("dir li ol ul".split())
_WHITE_SPACE = re.compile(r"[ \t\n\r\f]+")
_LINE_ENDS = re.compile(r"\r\n?")
_BLANK_LINES = re.compile(r"\n{3,}")
_LINE, _PARAGRAPH = 1, 2


def text_from_html(html: str) -> str:
    """Return readable plain text made of HTML: paragraphs, lists, the targets of links, the descriptions of images.

    Text that people do not see is in it as well, such as the line that many newsletters hide for previews: `hidden_text` says where.
    Never raises; linear in the size of `html`.
    """
    writer = _TextWriter()
    for token in tokens(storable(html)):
        if isinstance(token, Text):
            writer.write(resolved(token.written))
        else:
            writer.mark(token)
    return writer.text()


class _TextWriter:
    """Put text together from tags and what stands between them.

    Space, line ends and the dash of an item are owed until a word follows: only then is it known how much of them a browser shows.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._preformatted = 0
        self._link: tuple[str, int] | None = None
        self._owed_breaks = 0
        self._owed_space = False
        self._owed_dash = False

    def write(self, text: str) -> None:
        if self._preformatted:
            self._put(_LINE_ENDS.sub("\n", text))
        else:
            self._write_words(text)

    def mark(self, tag: Tag) -> None:
        if tag.name == "a":
            self._mark_link(tag)
        elif tag.name == "img":
            self._write_words(tag.attribute("alt") or "")
        elif tag.name in ("td", "th"):
            self._owed_space = True
        elif tag.name == "br":
            # The one in front of the end of a block shows nothing, the one on an empty line shows that line.
            self._break(min(self._owed_breaks + 1, _PARAGRAPH))
        elif tag.name in _PARAGRAPHS:
            self._break(_PARAGRAPH)
            if tag.name == "pre":
                self._preformatted = max(self._preformatted + (-1 if tag.ends else 1), 0)
        elif tag.name in _LINES:
            self._break(_LINE)
        if tag.name in _LISTS:
            self._owed_dash = tag.name == "li" and not tag.ends

    def text(self) -> str:
        self._end_link()
        text = "".join(self._pieces).replace("\xa0", " ")
        lines = [line.rstrip(" \t") for line in text.split("\n")]
        return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()

    def _write_words(self, text: str) -> None:
        text = _WHITE_SPACE.sub(" ", text)
        self._owed_space |= text.startswith(" ")
        self._put(text.strip(" "))
        self._owed_space |= text.endswith(" ")

    def _break(self, lines: int) -> None:
        self._owed_breaks = max(self._owed_breaks, lines)

    def _put(self, text: str) -> None:
        if not text:
            return
        if self._owed_breaks:
            self._pieces.append("\n" * self._owed_breaks)
        elif self._owed_space:
            self._pieces.append(" ")
        if self._owed_dash:
            self._pieces.append("- ")
        self._owed_breaks, self._owed_space, self._owed_dash = 0, False, False
        self._pieces.append(text)

    def _mark_link(self, tag: Tag) -> None:
        self._end_link()
        if not tag.ends:
            target = _WHITE_SPACE.sub("", tag.attribute("href") or "")
            if _scheme(target) in ("http", "https", "mailto"):
                self._link = target, len(self._pieces)

    def _end_link(self) -> None:
        if self._link is not None:
            target, start = self._link
            self._link = None
            shown = "".join(self._pieces[start:]).strip()
            if shown and shown not in (target, target.removeprefix("mailto:")):
                self._pieces.append(f" <{target}>")
