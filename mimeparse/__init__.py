"""Parse mail: a streaming, pull-based MIME parser with guardrails.

Only the names in `__all__` are public; where they are defined may change. Each is loaded when it is first asked for, so that a
program pays for what it uses: one that cleans file names loads no parser.
"""

from typing import TYPE_CHECKING

from mimeparse._version import __version__

if TYPE_CHECKING:
    from mimeparse.coding.charsets import Decoded
    from mimeparse.defects import Defect, DefectCode, Kind
    from mimeparse.errors import LimitExceeded, MimeParseError, MissingLibrary, PartConsumed, UsageError
    from mimeparse.fields.headers import HeaderField, Headers
    from mimeparse.fields.mailboxes import Address, AddressList, Group
    from mimeparse.limits import Limits
    from mimeparse.message.bodies import Role, TextSpan
    from mimeparse.message.builder import aparse, parse
    from mimeparse.message.carving import CarvedFile
    from mimeparse.message.export import MessageDict, dedup_key
    from mimeparse.message.facts import Stats
    from mimeparse.message.readings import Readings, Shown, readings
    from mimeparse.message.stream import (
        AsyncMessageStream,
        AsyncPart,
        MessageStream,
        Part,
        aiter_events,
        astream,
        iter_events,
        stream,
    )
    from mimeparse.message.tree import Attachment, Message, Node
    from mimeparse.reading import Reading
    from mimeparse.safety.filenames import safe_filename
    from mimeparse.safety.hidden import hidden_text
    from mimeparse.safety.html import sanitize_html, text_from_html
    from mimeparse.safety.invisible import HiddenReason, HiddenSpan, invisible_characters
    from mimeparse.wire.events import BodyChunk, EndOfMessage, Event, PartEnd, PartStart, Surplus
    from mimeparse.wire.parser import Parser

__all__ = [
    "Address",
    "AddressList",
    "AsyncMessageStream",
    "AsyncPart",
    "Attachment",
    "BodyChunk",
    "CarvedFile",
    "Decoded",
    "Defect",
    "DefectCode",
    "EndOfMessage",
    "Event",
    "Group",
    "HeaderField",
    "Headers",
    "HiddenReason",
    "HiddenSpan",
    "Kind",
    "LimitExceeded",
    "Limits",
    "Message",
    "MessageDict",
    "MessageStream",
    "MimeParseError",
    "MissingLibrary",
    "Node",
    "Parser",
    "Part",
    "PartConsumed",
    "PartEnd",
    "PartStart",
    "Reading",
    "Readings",
    "Role",
    "Shown",
    "Stats",
    "Surplus",
    "TextSpan",
    "UsageError",
    "__version__",
    "aiter_events",
    "aparse",
    "astream",
    "dedup_key",
    "hidden_text",
    "invisible_characters",
    "iter_events",
    "parse",
    "readings",
    "safe_filename",
    "sanitize_html",
    "stream",
    "text_from_html",
]

_ROOMS = {
    "mimeparse.coding.charsets": "Decoded",
    "mimeparse.defects": "Defect DefectCode Kind",
    "mimeparse.errors": "LimitExceeded MimeParseError MissingLibrary PartConsumed UsageError",
    "mimeparse.fields.headers": "HeaderField Headers",
    "mimeparse.fields.mailboxes": "Address AddressList Group",
    "mimeparse.limits": "Limits",
    "mimeparse.message.bodies": "Role TextSpan",
    "mimeparse.message.builder": "aparse parse",
    "mimeparse.message.carving": "CarvedFile",
    "mimeparse.message.export": "MessageDict dedup_key",
    "mimeparse.message.facts": "Stats",
    "mimeparse.message.readings": "Readings Shown readings",
    "mimeparse.message.stream": "AsyncMessageStream AsyncPart MessageStream Part aiter_events astream iter_events stream",
    "mimeparse.message.tree": "Attachment Message Node",
    "mimeparse.reading": "Reading",
    "mimeparse.safety.filenames": "safe_filename",
    "mimeparse.safety.hidden": "hidden_text",
    "mimeparse.safety.html": "sanitize_html text_from_html",
    "mimeparse.safety.invisible": "HiddenReason HiddenSpan invisible_characters",
    "mimeparse.wire.events": "BodyChunk EndOfMessage Event PartEnd PartStart Surplus",
    "mimeparse.wire.parser": "Parser",
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names.split()}


def __getattr__(name: str) -> object:
    from importlib import import_module

    room = _ROOM_OF.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(room), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
