"""The readers that are compared, each asked for the same, in the way its documentation shows; and what each does not do.

`everything` is what a service reads of a message: subject, addresses, date, ids, text, HTML, and the bytes, name and size of every
attachment. `headers` is the first half of it alone. `record` is all of it as plain data, with a SHA-256 of each attachment.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, NamedTuple

from measuring import OURS
from peers import installed
from plain_data import plain_data
from stdlib_readers import (
    ID_FIELDS,
    headers_with_compat32,
    headers_with_policy,
    read_with_compat32,
    read_with_policy,
    record_with_policy,
)

import mimeparse

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Reader(NamedTuple):
    """A parser, and how it is asked."""

    name: str
    module: str
    """What has to be installed."""
    everything: Callable[[bytes], int]
    headers: Callable[[bytes], int]
    record: Callable[[bytes], object] | None
    without: str = ""
    """What it does not do of that, or does besides."""

    @property
    def here(self) -> bool:
        """Whether it is installed."""
        return installed(self.module)


# mimeparse ---------------------------------------------------------------------------------------------------------------


def _mimeparse_headers(message: mimeparse.Message | mimeparse.MessageStream) -> int:
    size = len(message.subject or "") + bool(message.date) + bool(message.message_id)
    size += len(message.from_) + len(message.to) + len(message.cc) + len(message.reply_to)
    return size + len(message.in_reply_to) + len(message.references)


def read_with_mimeparse(raw: bytes) -> int:
    """Read everything with parse()."""
    message = mimeparse.parse(raw)
    size = _mimeparse_headers(message) + len(message.text or "") + len(message.html or "")
    for attachment in message.attachments:
        size += len(attachment.read()) + len(attachment.filename or "") + bool(attachment.size)
    return size + sum(1 for _ in message.walk())


def headers_with_mimeparse(raw: bytes) -> int:
    """Read the fields with stream(), which stops behind them."""
    with mimeparse.stream(raw) as message:
        return _mimeparse_headers(message)


def record_with_mimeparse(raw: bytes) -> object:
    """Make plain data of a message."""
    return mimeparse.parse(raw).to_dict()


def stream_with_mimeparse(raw: Any, *, digest: bool = True) -> int:
    """Read every byte of every part with stream()."""
    size = 0
    with mimeparse.stream(raw, limits=UNLIMITED, digest=digest) as message:
        for part in message:
            for chunk in part:
                size += len(chunk)
    return size


UNLIMITED = mimeparse.Limits(max_message_bytes=None, max_part_bytes=None, max_parts=None, max_cpu_seconds=None)


# fast-mail-parser --------------------------------------------------------------------------------------------------------


def _fast_headers(message: Any) -> int:
    size = len(message.subject) + bool(message.from_) + bool(message.date_parsed)
    size += len(message.to) + len(message.cc) + len(message.reply_to)
    fields = {name.lower(): values for name, values in message.headers.items()}
    return size + sum(len(fields.get(name, ())) for name in ID_FIELDS)


def read_with_fast_mail_parser(raw: bytes) -> int:
    """Read everything but the tree with parse_email()."""
    from fast_mail_parser import parse_email

    message = parse_email(raw)
    size = _fast_headers(message) + sum(map(len, message.text_plain)) + sum(map(len, message.text_html))
    for attachment in message.attachments:
        size += len(attachment.content) + len(attachment.filename)
    return size


def headers_with_fast_mail_parser(raw: bytes) -> int:
    """Read the fields in the mode that decodes no body."""
    from fast_mail_parser import parse_email

    return _fast_headers(parse_email(raw, mode="metadata"))


def record_with_fast_mail_parser(raw: bytes) -> object:
    """Make plain data by hand."""
    from fast_mail_parser import parse_email

    message = parse_email(raw)
    fields = {name.lower(): values for name, values in message.headers.items()}
    return plain_data(
        raw,
        {
            "from": [message.from_] if message.from_ else [],
            "to": message.to,
            "cc": message.cc,
            "replyTo": message.reply_to,
        },
        {
            "subject": message.subject,
            "date": message.date_parsed.isoformat() if message.date_parsed else None,
            "text": "\n".join(message.text_plain),
            "html": "\n".join(message.text_html),
            **{name: " ".join(fields.get(name, ())) for name in ID_FIELDS},
        },
        ((one.filename, one.mimetype, one.disposition, one.content) for one in message.attachments),
    )


# mail-parser -------------------------------------------------------------------------------------------------------------


def _mail_parser_headers(message: Any) -> int:
    size = len(message.subject or "") + len(message.from_) + len(message.to) + len(message.cc) + len(message.reply_to)
    return size + bool(message.date) + sum(len(str(message.headers.get(name, ""))) for name in ID_FIELDS)


def quiet_mail_parser(raw: bytes) -> Any:
    """Return what mail-parser makes of a message."""
    import logging

    import mailparser

    logging.disable()  # it tells of every part that it leaves out
    return mailparser.parse_from_bytes(raw)


def read_with_mail_parser(raw: bytes) -> int:
    """Read everything with parse_from_bytes(), which keeps attachments in base64."""
    message = quiet_mail_parser(raw)
    size = _mail_parser_headers(message) + sum(map(len, message.text_plain)) + sum(map(len, message.text_html))
    for attachment in message.attachments:
        content = attachment["payload"]
        size += len(base64.b64decode(content) if attachment["binary"] else content) + len(attachment["filename"])
    return size


def headers_with_mail_parser(raw: bytes) -> int:
    """Read the fields, after it has read all the rest."""
    return _mail_parser_headers(quiet_mail_parser(raw))


def record_with_mail_parser(raw: bytes) -> object:
    """Return the plain data that it makes itself."""
    return quiet_mail_parser(raw).mail


READERS = (
    Reader(OURS, "mimeparse", read_with_mimeparse, headers_with_mimeparse, record_with_mimeparse),
    Reader(
        "fast-mail-parser",
        "fast_mail_parser",
        read_with_fast_mail_parser,
        headers_with_fast_mail_parser,
        record_with_fast_mail_parser,
        "in Rust; no tree (a second parse gives it), no defects but a few warnings, ids as text",
    ),
    Reader(
        "stdlib, compat32",
        "email",
        read_with_compat32,
        headers_with_compat32,
        None,
        "no choice of bodies, ids as text, charsets as declared, attached messages without their bytes",
    ),
    Reader(
        "stdlib, policy.default",
        "email",
        read_with_policy,
        headers_with_policy,
        record_with_policy,
        "ids as text, charsets as declared; raises on some mail",
    ),
    Reader(
        "mail-parser",
        "mailparser",
        read_with_mail_parser,
        headers_with_mail_parser,
        record_with_mail_parser,
        "on top of the stdlib; no tree, ids as text, attached messages without their bytes; judges Received fields besides",
    ),
)


def readable(messages: list[bytes]) -> tuple[list[bytes], dict[str, int]]:
    """Return the messages that no reader refuses, so that all do the same work, and how many each refuses."""
    kept = []
    refused: dict[str, int] = {}
    for raw in messages:
        refusing = [
            reader.name for reader in READERS if reader.here and not all(_reads(call, raw) for call in _ways(reader))
        ]
        for name in refusing:
            refused[name] = refused.get(name, 0) + 1
        if not refusing:
            kept.append(raw)
    return kept, refused


def _ways(reader: Reader) -> tuple[Callable[[bytes], object], ...]:
    ways = reader.everything, reader.headers
    return ways if reader.record is None else (*ways, reader.record)


def _reads(call: Callable[[bytes], object], raw: bytes) -> bool:
    try:
        call(raw)
    except Exception:  # noqa: BLE001  (a peer may raise anything)
        return False
    return True
