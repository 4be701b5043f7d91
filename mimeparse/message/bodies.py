"""What each part is for: body text, inline, attachment or container, and why; the body choice of RFC 8621 4.1.4."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimeparse.message.tree import Node
    from mimeparse.wire.outline import Start


class Role(StrEnum):
    """Say what a part is for. Every leaf has exactly one of the first three."""

    BODY = "body"
    """Text or HTML that a reader shows as the message."""
    INLINE = "inline"
    """A picture, sound or film that belongs into the text."""
    ATTACHMENT = "attachment"
    """Anything else, attached messages among it."""
    CONTAINER = "container"
    """A multipart, or the message itself."""


_BODY_TYPES = frozenset({"text/plain", "text/html"})
_MEDIA_TYPES = ("image/", "audio/", "video/")


class Placement(NamedTuple):
    """What a part is for, by its header block and its place in the tree."""

    role: Role
    reason: str
    message: tuple[int, ...]
    """The path of the message that the part belongs to: `()`, or that of an attached message around it."""
    shown: bool
    """Whether RFC 8621 4.1.4 counts it among the parts that are shown one after the other."""


class _Context(NamedTuple):
    """An open multipart or message, as far as it decides about its children."""

    depth: int
    subtype: str
    message: tuple[int, ...]


class RoleAssigner:
    """Place each part at the moment when its header block has been read.

    The rules are those of `isInline` in RFC 8621 4.1.4, which need no look ahead.
    """

    __slots__ = ("_open",)

    def __init__(self) -> None:
        self._open: list[_Context] = []

    def place(self, event: Start) -> Placement:
        """Place the next part, in document order."""
        path = event.path
        while self._open and self._open[-1].depth >= len(path):
            self._open.pop()
        _, subtype, message = self._open[-1] if self._open else _OUTSIDE
        if event.leaf:
            return _place_leaf(event, path[-1] if path else 0, subtype, message)
        main, _, own_subtype = event.content_type.partition("/")
        if main == "multipart":
            self._open.append(_Context(len(path), own_subtype, message))
            return Placement(Role.CONTAINER, "a multipart", message, shown=False)
        self._open.append(_Context(len(path), "", (*path, 0)))
        return Placement(Role.ATTACHMENT, "an attached message", message, shown=False)


_OUTSIDE = _Context(0, "", ())


def _place_leaf(event: Start, position: int, subtype: str, message: tuple[int, ...]) -> Placement:
    content_type = event.content_type
    media = content_type.startswith(_MEDIA_TYPES)
    if event.disposition is not None and event.disposition != "inline":
        return Placement(Role.ATTACHMENT, "its disposition", message, shown=False)
    if not media and content_type not in _BODY_TYPES:
        return Placement(Role.ATTACHMENT, "a type that is not shown as text", message, shown=False)
    if position and subtype == "related":
        return Placement(Role.INLINE, "a later part of a multipart/related", message, shown=False)
    if not media:
        if position and event.filename is not None:
            return Placement(Role.ATTACHMENT, "text with a file name behind the first part", message, shown=False)
        return Placement(Role.BODY, "text", message, shown=True)
    if event.disposition == "inline":
        return Placement(Role.INLINE, "its disposition", message, shown=True)
    if "content-id" in event.headers:
        return Placement(Role.INLINE, "media with an id that the text can refer to", message, shown=True)
    return Placement(Role.ATTACHMENT, "media that nothing refers to", message, shown=True)


class BodyChoice(NamedTuple):
    """The three lists of RFC 8621 4.1.4; a part may be in both of the first two."""

    text_body: tuple[Node, ...]
    html_body: tuple[Node, ...]
    attachments: tuple[Node, ...]


class _Level:
    """One call of `parseStructure` in RFC 8621 4.1.4, on a stack of our own: depth is data that the sender chose."""

    __slots__ = ("children", "html", "html_before", "in_alternative", "subtype", "text", "text_before")

    def __init__(self, node: Node | None, children: Iterable[Node], above: _Level | None, choice: _Lists) -> None:
        self.children = iter(children)
        self.subtype = node.content_type.partition("/")[2] if node is not None else "mixed"
        self.in_alternative: bool = self.subtype == "alternative" or (above is not None and above.in_alternative)
        # Whether parts are still added to the lists; an alternative switches one of them off.
        self.text: bool = above.text if above is not None else True
        self.html: bool = above.html if above is not None else True
        self.text_before = len(choice.text)
        self.html_before = len(choice.html)


class _Lists:
    __slots__ = ("attachments", "html", "text")

    def __init__(self) -> None:
        self.text: list[Node] = []
        self.html: list[Node] = []
        self.attachments: list[Node] = []


def choose_bodies(root: Node) -> BodyChoice:
    """Sort the leaves of one message into what a reader of plain text shows, what one of HTML shows, and attachments.

    Attached messages are not entered: they are attachments. Source: RFC 8621 4.1.4.
    """
    if root.leaf:
        # Half of all mail. A part that stands alone is shown to readers of either kind, or it is an attachment.
        return BodyChoice((root,), (root,), ()) if root.shown else BodyChoice((), (), (root,))
    lists = _Lists()
    stack = [_Level(None, (root,), None, lists)]
    while stack:
        level = stack[-1]
        node = next(level.children, None)
        if node is None:
            _end_level(stack.pop(), lists)
        elif node.role is Role.CONTAINER:
            stack.append(_Level(node, node.children, level, lists))
        elif not node.shown:
            lists.attachments.append(node)
        else:
            _add_shown(node, level, lists)
    return BodyChoice(tuple(lists.text), tuple(lists.html), tuple(lists.attachments))


def _add_shown(node: Node, level: _Level, lists: _Lists) -> None:
    plain, html = node.content_type == "text/plain", node.content_type == "text/html"
    if level.subtype == "alternative":
        (lists.text if plain else lists.html if html else lists.attachments).append(node)
        return
    if level.in_alternative:
        level.html = level.html and not plain
        level.text = level.text and not html
    if level.text:
        lists.text.append(node)
    if level.html:
        lists.html.append(node)
    if not (level.text and level.html) and (not (plain or html) or not (level.text or level.html)):
        # The second condition is ours: two kinds of text side by side in one branch of an alternative switch each other off, and
        # would stand in no list at all.
        lists.attachments.append(node)


def _end_level(level: _Level, lists: _Lists) -> None:
    """Let an alternative that offers one kind of text alone serve readers of the other kind too."""
    if level.subtype != "alternative" or not (level.text and level.html):
        return
    text, html = lists.text[level.text_before :], lists.html[level.html_before :]
    if html and not text:
        lists.text.extend(html)
    elif text and not html:
        lists.html.extend(text)


class TextSpan(NamedTuple):
    """Say which part a stretch of a joined text comes from: `text[start:end]` is the text of the part at `path`."""

    start: int
    end: int
    path: tuple[int, ...]


def joined(nodes: list[Node]) -> str | None:
    """Join texts, so that each begins on a line of its own; None if there are none."""
    if len(nodes) < 2:
        return nodes[0].text() if nodes else None
    pieces: list[str] = []
    for node in nodes:
        if pieces and pieces[-1] and not pieces[-1].endswith("\n"):
            pieces.append("\n")
        pieces.append(node.text())
    return "".join(pieces)


def joined_spans(nodes: list[Node]) -> tuple[TextSpan, ...]:
    """Return where each of the texts that `joined` joins stands in what it returns."""
    spans: list[TextSpan] = []
    position, before = 0, ""
    for node in nodes:
        text = node.text()
        if before and not before.endswith("\n"):
            position += 1
        spans.append(TextSpan(position, position + len(text), node.path))
        position += len(text)
        before = text
    return tuple(spans)
