"""The picture of a message: its tree, what each part is and why, and what is wrong.

Everything that comes from the mail is made printable first: an escape sequence in a subject must not reach a terminal.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple, TextIO

from mimeparse.message.bodies import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimeparse.defects import Defect
    from mimeparse.fields.mailboxes import Address
    from mimeparse.message.tree import Message, Node

_SHOWN_CHARACTERS = 200  # of one value: enough to recognise it, too little to flood a terminal
_SHOWN_DEFECTS = 50
_KIND_STYLES = {"ambiguous": "yellow", "risk": "red", "limit": "red", "notice": "dim"}
_ROLE_STYLES = {Role.BODY: "green", Role.INLINE: "cyan", Role.ATTACHMENT: "magenta", Role.CONTAINER: "dim"}


class Span(NamedTuple):
    """Some text of a line, and how a terminal with colours shows it."""

    text: str
    style: str = ""


class Line(NamedTuple):
    """One line of the picture; `stem` is the part of the tree that is drawn before it."""

    stem: str
    spans: tuple[Span, ...]


def printable(text: str) -> str:
    """Return `text` on one line, with everything that could steer a terminal or reverse the reading order escaped."""
    shown = text[:_SHOWN_CHARACTERS]
    # Unicode's category C holds controls, formatting (bidi overrides, zero width) and unassigned code points; Z line separators.
    safe = "".join(
        character if character == " " or unicodedata.category(character)[0] not in "CZ" else f"\\u{ord(character):04x}"
        for character in shown
    )
    return safe + ("..." if len(text) > _SHOWN_CHARACTERS else "")


def picture(message: Message) -> Iterator[Line]:
    """Yield the lines that show a message."""
    yield from _fields(message)
    yield Line("", (Span(""),))
    yield from _tree(message.root)
    defects = message.defects
    if defects:
        total = sum(message.stats.defects.values())
        yield Line("", (Span(""),))
        ambiguous = ", ambiguous: readers disagree about it" if message.ambiguous else ""
        yield Line("", (Span(f"{total} {'defect' if total == 1 else 'defects'}{ambiguous}", "bold"),))
        for defect in defects[:_SHOWN_DEFECTS]:
            yield _defect(defect)
        if total > _SHOWN_DEFECTS:
            yield Line("  ", (Span(f"... and {total - _SHOWN_DEFECTS} more", "dim"),))


def _fields(message: Message) -> Iterator[Line]:
    values = {
        "From": _mailboxes(message.from_),
        "To": _mailboxes(message.to),
        "Cc": _mailboxes(message.cc),
        "Subject": message.subject or "",
        "Date": message.date.isoformat() if message.date is not None else "",
        "Message-ID": message.message_id or "",
    }
    for name, value in values.items():
        if value:
            yield Line("", (Span(f"{name}: ", "bold"), Span(printable(value))))
    yield Line("", (Span("Size: ", "bold"), Span(f"{in_units(message.size)}, sha256 {message.sha256}")))


def _mailboxes(addresses: tuple[Address, ...]) -> str:
    return ", ".join(f"{one.name} <{one.address}>" if one.name else one.address for one in addresses)


def _tree(root: Node) -> Iterator[Line]:
    # A stack of our own and not recursion: depth is data that the sender chose.
    waiting: list[tuple[Node, str, str]] = [(root, "", "")]
    while waiting:
        node, stem, below = waiting.pop()
        yield Line(stem, tuple(_part(node)))
        last = len(node.children) - 1
        for index in range(last, -1, -1):
            fork, continued = ("└── ", "    ") if index == last else ("├── ", "│   ")
            waiting.append((node.children[index], below + fork, below + continued))


def _part(node: Node) -> Iterator[Span]:
    yield Span(printable(node.content_type), "bold")
    if node.filename is not None:
        yield Span(f'  "{printable(node.filename)}"')
        if node.safe_filename != node.filename:
            yield Span(f" saved as {node.safe_filename}", "dim")
    if node.leaf or node.role is Role.ATTACHMENT:
        yield Span(f"  {in_units(node.size)}")
    if node.role is Role.BODY:
        decoded = node.decoded_text()
        yield Span(f"  {decoded.used} ({decoded.how})", "dim")
        if decoded.replaced:
            yield Span(f", {decoded.replaced} characters replaced", "red")
    yield Span(f"  {node.role}", _ROLE_STYLES[node.role])
    yield Span(f": {node.role_reason}", "dim")
    if node.defects:
        yield Span(f"  {len(node.defects)} defect{'s' if len(node.defects) > 1 else ''}", "yellow")


def _defect(defect: Defect) -> Line:
    part = ".".join(map(str, defect.path)) or "message"
    detail = f" [{printable(defect.detail)}]" if defect.detail else ""
    style = _KIND_STYLES[defect.kind.value]
    return Line(
        "  ",
        (
            Span(f"{defect.code}", style),
            Span(f"  {defect.kind.value}, byte {defect.offset:,}, part {part}: ", "dim"),
            Span(defect.code.sentence + detail),
        ),
    )


def in_units(size: int) -> str:
    """Return a size as people write it."""
    for unit, scale in (("GiB", 1024**3), ("MiB", 1024**2), ("KiB", 1024)):
        if size >= scale:
            return f"{size / scale:.1f} {unit}"
    return f"{size} bytes"


def draw(lines: Iterator[Line], out: TextIO) -> None:
    """Write lines to `out`, in colours if a person watches and rich is installed."""
    console = _console(out)
    if console is None:
        out.writelines(line.stem + "".join(span.text for span in line.spans) + "\n" for line in lines)
        return
    from rich.text import Text

    for line in lines:
        console.print(Text.assemble((line.stem, "dim"), *line.spans), soft_wrap=True)


def _console(out: TextIO):  # type: ignore[no-untyped-def]  # noqa: ANN202  (rich's Console, which is not always there)
    if not out.isatty():
        return None
    try:
        from rich.console import Console
    except ImportError:
        return None
    return Console(file=out, highlight=False, markup=False, emoji=False)


def progress(names: list[str], err: TextIO) -> Iterator[str]:
    """Yield each of `names`, with a bar on `err` if a person watches, there are several, and rich is installed."""
    console = _console(err) if len(names) > 1 else None
    if console is None:
        yield from names
        return
    from rich.progress import track

    yield from track(names, description="Reading", console=console, transient=True)
