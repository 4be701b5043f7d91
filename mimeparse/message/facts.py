"""What every level of use tells about a part and about a message, whether it is streamed or kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mimeparse.fields.headers import Headers
    from mimeparse.fields.mailboxes import Address
    from mimeparse.message.bodies import Placement, Role
    from mimeparse.wire.outline import Start

_NO_PARAMETERS: Mapping[str, str] = {}


class PartFacts:
    """Hold what the header block of a part says about it."""

    __slots__ = ("_start", "placement")

    def __init__(self, start: Start, placement: Placement) -> None:
        self._start = start
        self.placement = placement

    @property
    def path(self) -> tuple[int, ...]:
        """Return the place in the tree: 0-based indices, `()` for the message itself."""
        return self._start.path

    @property
    def headers(self) -> Headers:
        """Return the header fields."""
        return self._start.headers

    @property
    def content_type(self) -> str:
        """Return the type as plain lower-case `type/subtype`, with the defaults of RFC 2045 5.2."""
        return self._start.content_type

    @property
    def parameters(self) -> Mapping[str, str]:
        """Return the parameters of the Content-Type, names in lower case, values decoded (RFC 2231)."""
        declared = self._start.headers.content_type
        return declared.parameters if declared is not None else _NO_PARAMETERS

    @property
    def charset(self) -> str | None:
        """Return the charset as declared, or None; what was really used is beside the text."""
        return self.parameters.get("charset")

    @property
    def disposition(self) -> str | None:
        """Return the lower-case disposition type (RFC 2183), or None where none is declared."""
        return self._start.disposition

    @property
    def filename(self) -> str | None:
        """Return the file name as declared, decoded; never to be used as a path."""
        return self._start.filename

    @property
    def content_id(self) -> str | None:
        """Return the Content-ID with its angle brackets (RFC 2392), or None."""
        return self._start.headers.message_id("content-id")

    @property
    def transfer_encoding(self) -> str:
        """Return the Content-Transfer-Encoding as a lower-case token; "7bit" where there is none."""
        return self._start.headers.transfer_encoding

    @property
    def role(self) -> Role:
        """Return what the part is for."""
        return self.placement.role

    @property
    def role_reason(self) -> str:
        """Return why the part has its role, for people."""
        return self.placement.reason

    @property
    def message_path(self) -> tuple[int, ...]:
        """Return the path of the message that the part belongs to: `()`, or that of an attached message around it."""
        return self.placement.message

    @property
    def offset(self) -> int:
        """Return where the header block begins in the input."""
        return self._start.offset

    @property
    def body_offset(self) -> int:
        """Return where the body begins in the input."""
        return self._start.body_offset

    def __repr__(self) -> str:
        name = f" {self.filename!r}" if self.filename is not None else ""
        return f"<{type(self).__name__} {self.path} {self.content_type}{name}>"


class EnvelopeFacts:
    """Give the fields of a message under the names by which people know them."""

    __slots__ = ("_headers",)

    def __init__(self, headers: Headers) -> None:
        self._headers = headers

    @property
    def headers(self) -> Headers:
        """Return the header fields of the message."""
        return self._headers

    @property
    def subject(self) -> str | None:
        """Return the Subject, encoded words decoded, or None."""
        return self._headers.text("subject")

    @property
    def from_(self) -> tuple[Address, ...]:
        """Return the mailboxes of the From field (RFC 5322 3.6.2)."""
        return self._headers.addresses("from")

    @property
    def sender(self) -> Address | None:
        """Return the mailbox of the Sender field, or None; the From field is never put in its place."""
        return next(iter(self._headers.addresses("sender")), None)

    @property
    def reply_to(self) -> tuple[Address, ...]:
        """Return the mailboxes of the Reply-To field."""
        return self._headers.addresses("reply-to")

    @property
    def to(self) -> tuple[Address, ...]:
        """Return the mailboxes of the To fields, groups flattened."""
        return self._headers.addresses("to")

    @property
    def cc(self) -> tuple[Address, ...]:
        """Return the mailboxes of the Cc fields, groups flattened."""
        return self._headers.addresses("cc")

    @property
    def bcc(self) -> tuple[Address, ...]:
        """Return the mailboxes of the Bcc fields, groups flattened."""
        return self._headers.addresses("bcc")

    @property
    def date(self) -> datetime | None:
        """Return the Date as an aware datetime with its own offset, or None; never now, never 1970."""
        return self._headers.date()

    @property
    def message_id(self) -> str | None:
        """Return the Message-ID with its angle brackets, or None."""
        return self._headers.message_id()

    @property
    def in_reply_to(self) -> tuple[str, ...]:
        """Return the ids of the In-Reply-To field, with their angle brackets."""
        return self._headers.message_ids("in-reply-to")

    @property
    def references(self) -> tuple[str, ...]:
        """Return the ids of the References field, with their angle brackets, oldest first."""
        return self._headers.message_ids("references")


@dataclass(slots=True)
class Stats:
    """Count what one parse met: what an operator puts on a dashboard."""

    bytes: int = 0
    """Size of the input."""
    parts: int = 0
    """Entities, multiparts among them."""
    depth: int = 0
    """The deepest nesting: 0 for a message without parts."""
    attachments: int = 0
    """Leaves with the role attachment or inline, and attached messages, at every depth."""
    attachment_bytes: int = 0
    """Decoded bytes of those leaves."""
    decoded_bytes: int = 0
    """Decoded bytes of all leaves."""
    defects: dict[str, int] = field(default_factory=dict)
    """How often each defect code was found, kept or not."""
    seconds: float = 0.0
    """Time that the parser took for it; neither the wait for the source nor what is decoded later, when it is read, is counted."""
