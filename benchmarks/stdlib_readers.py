"""How the stdlib's `email` is asked: with the policy that is fast, and with the one that understands fields."""

from __future__ import annotations

import email
import email.header
import email.policy
import email.utils
from contextlib import suppress
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING

from plain_data import plain_data

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from email.message import Message
    from typing import Any

ADDRESS_FIELDS = ("from", "to", "cc", "reply-to")
ID_FIELDS = ("message-id", "in-reply-to", "references")


# With the policy that is fast ---------------------------------------------------------------------------------


def _decoded(value: object) -> str:
    try:
        return str(email.header.make_header(email.header.decode_header(str(value or ""))))
    except (LookupError, UnicodeError, email.errors.HeaderParseError):
        return ""


def _compat32_headers(message: Message) -> int:
    size = len(_decoded(message["subject"]))
    for name in ADDRESS_FIELDS:
        for shown, address in email.utils.getaddresses(list(map(str, message.get_all(name, [])))):
            size += len(_decoded(shown)) + len(address)
    with suppress(TypeError, ValueError, OverflowError):
        size += bool(email.utils.parsedate_to_datetime(str(message["date"])))
    return size + sum(len(str(message[name] or "").split()) for name in ID_FIELDS)


def read_with_compat32(raw: bytes) -> int:
    """Read everything with message_from_bytes()."""
    message = email.message_from_bytes(raw)
    size = _compat32_headers(message)
    for part in message.walk():
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        if part.get_content_maintype() == "text" and part.get_filename() is None:
            try:
                size += len(payload.decode(part.get_content_charset("utf-8"), "replace"))
            except LookupError:
                size += len(payload.decode("latin-1"))
        else:
            size += len(payload) + len(_decoded(part.get_filename()))
    return size


def headers_with_compat32(raw: bytes) -> int:
    """Read the fields with BytesHeaderParser."""
    return _compat32_headers(BytesHeaderParser().parsebytes(raw))


# With the policy that understands fields ----------------------------------------------------------------------


def _policy_addresses(message: Message) -> dict[str, list[Any]]:
    fields: dict[str, Any] = {name: message[name] for name in ADDRESS_FIELDS}
    return {name: list(field.addresses) if field is not None else [] for name, field in fields.items()}


def _policy_date(message: Message) -> datetime | None:
    field: Any = message["date"]
    return field.datetime if field is not None else None


def _policy_headers(message: Message) -> int:
    size = len(message["subject"] or "") + sum(map(len, _policy_addresses(message).values()))
    size += bool(_policy_date(message))
    return size + sum(len(str(message[name] or "").split()) for name in ID_FIELDS)


def _policy_message(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _policy_text(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return str(body.get_content()) if body is not None else ""


def _policy_attachments(message: EmailMessage) -> Iterable[tuple[str | None, str, str | None, bytes]]:
    if not message.is_multipart():
        return
    for part in message.iter_attachments():
        content = part.as_bytes() if part.is_multipart() else part.get_payload(decode=True)
        assert isinstance(content, bytes)
        yield part.get_filename(), part.get_content_type(), part.get_content_disposition(), content


def read_with_policy(raw: bytes) -> int:
    """Read everything with message_from_bytes() and the default policy."""
    message = _policy_message(raw)
    size = _policy_headers(message) + len(_policy_text(message, "plain")) + len(_policy_text(message, "html"))
    return size + sum(len(content) + len(name or "") for name, _, _, content in _policy_attachments(message))


def headers_with_policy(raw: bytes) -> int:
    """Read the fields with BytesHeaderParser and the default policy."""
    return _policy_headers(BytesHeaderParser(policy=email.policy.default).parsebytes(raw))


def record_with_policy(raw: bytes) -> object:
    """Make plain data by hand."""
    message = _policy_message(raw)
    date = _policy_date(message)
    return plain_data(
        raw,
        _policy_addresses(message),
        {
            "subject": message["subject"],
            "date": date.isoformat() if date is not None else None,
            "text": _policy_text(message, "plain"),
            "html": _policy_text(message, "html"),
            **{name: message[name] for name in ID_FIELDS},
        },
        _policy_attachments(message),
    )
