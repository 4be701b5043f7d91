"""Parse mail: a streaming, pull-based MIME parser with guardrails.

Only the names in `__all__` are public; where they are defined may change.
"""

from mimeparse._version import __version__
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
