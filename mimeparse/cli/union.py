"""The picture of a union: whatever any reading of a message shows, and which readings show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimeparse.cli.drawing import Line, Span, in_units, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mimeparse.message.readings import Readings, Shown

_NAMED_READINGS = 4  # of those that show one thing; the others are counted
_LISTED = 20  # names or addresses on one line


def union_picture(union: Readings) -> Iterator[Line]:
    """Yield the lines that show what a gateway has to look at."""
    yield Line("", (Span(_verdict(union), "bold"),))
    for title, shown in (("Attachments", union.attachments), ("Texts", union.texts)):
        if shown:
            yield Line("", (Span(""),))
            yield Line("", (Span(f"{title}:", "bold"),))
        for one in shown:
            yield Line("  ", tuple(_thing(one)))
            if len(union.readings) > 1:
                yield Line("    ", (Span(_shown_by(one, union), "dim"),))
    if union.senders:
        yield Line("", (Span(""),))
        yield Line("", (Span("Senders: ", "bold"), Span(_listed([printable(one) for one in union.senders]))))


def _verdict(union: Readings) -> str:
    count = len(union.readings)
    counted = "one reading" if count == 1 else f"{count} readings"
    if not union.complete:
        return f"ambiguous: more readings than the {counted} that --max-readings allows"
    return f"ambiguous: {counted}" if union.ambiguous else "not ambiguous: all readers see the same"


def _thing(shown: Shown) -> Iterator[Span]:
    yield Span(" or ".join(map(printable, shown.content_types)), "bold")
    names = [f'"{printable(name)}"' for name in shown.filenames if name is not None]
    if names:
        yield Span(f"  {_listed(names)}")
    yield Span(f"  {in_units(shown.size)}, sha256 {shown.sha256}")


def _shown_by(shown: Shown, union: Readings) -> str:
    if len(shown.readings) == len(union.readings):
        return "in all readings"
    named = [str(reading) for reading in shown.readings[:_NAMED_READINGS]]
    more = len(shown.readings) - len(named)
    return f"in {', '.join(named)}" + (f" and {more} more" if more else "")


def _listed(values: Sequence[str]) -> str:
    more = len(values) - _LISTED
    return ", ".join(values[:_LISTED]) + (f" and {more} more" if more > 0 else "")
