"""The message as plain data for JSON: the shape that downstream code relies on, and the key by which deliveries are told apart."""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import TYPE_CHECKING, NotRequired, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from mimeparse.fields.mailboxes import Address
    from mimeparse.message.tree import Attachment, Message

SCHEMA_VERSION = "1"
"""Raised when a key goes or changes its type; a new key does not raise it. The schema itself is message.schema.json beside this file."""

# The keys are those of JSON, so the functional form it is; `from` is a keyword of Python besides.
AddressDict = TypedDict("AddressDict", {"name": "str | None", "address": "str"})

AttachmentDict = TypedDict(
    "AttachmentDict",
    {
        "path": "list[int]",
        "filename": "str | None",
        "safeFilename": "str",
        "contentType": "str",
        "detectedType": "str | None",
        "size": "int",
        "sha256": "str",
        "disposition": "str | None",
        "contentId": "str | None",
        "role": "str",
        "downloadUrl": "NotRequired[str]",
    },
)

DefectDict = TypedDict("DefectDict", {"code": "str", "offset": "int", "path": "list[int]"})

StatsDict = TypedDict(
    "StatsDict",
    {
        "bytes": "int",
        "parts": "int",
        "depth": "int",
        "attachments": "int",
        "attachmentBytes": "int",
        "decodedBytes": "int",
        "defects": "dict[str, int]",
    },
)

ThreadDict = TypedDict("ThreadDict", {"inReplyTo": "str | None", "references": "str | None"})

MessageDict = TypedDict(
    "MessageDict",
    {
        "schemaVersion": "str",
        "messageId": "str | None",
        "from": "AddressDict | None",
        "sender": "AddressDict | None",
        "to": "list[AddressDict]",
        "cc": "list[AddressDict]",
        "replyTo": "list[AddressDict]",
        "subject": "str | None",
        "date": "str | None",
        "text": "str | None",
        "html": "str | None",
        "attachments": "list[AttachmentDict]",
        "headers": "ThreadDict",
        "envelope": "NotRequired[dict[str, object]]",
        "tenant": "NotRequired[str]",
        "deliveryId": "NotRequired[str]",
        "dedupKey": "str",
        "ambiguous": "bool",
        "defects": "list[DefectDict]",
        "stats": "StatsDict",
    },
)

MessageDict.__doc__ = """A message as plain data for JSON; the keys are explained in message.schema.json."""


def message_dict(
    message: Message,
    *,
    envelope: Mapping[str, object] | None,
    tenant: str | None,
    delivery_id: str | None,
    download_url: Callable[[Attachment], str] | None,
    detect_types: bool,
) -> MessageDict:
    """Return `message` as plain data; see `Message.to_dict`."""
    authors = message.from_
    stats = message.stats
    result: MessageDict = {
        "schemaVersion": SCHEMA_VERSION,
        "messageId": message.message_id,
        "from": _address(authors[0]) if authors else None,
        "sender": _address(message.sender) if message.sender is not None else None,
        "to": list(map(_address, message.to)),
        "cc": list(map(_address, message.cc)),
        "replyTo": list(map(_address, message.reply_to)),
        "subject": message.subject,
        "date": _timestamp(message.date),
        "text": message.text,
        "html": message.html,
        "attachments": [_attachment(one, download_url, detect_types=detect_types) for one in message.attachments],
        "headers": {
            "inReplyTo": " ".join(message.in_reply_to) or None,
            "references": " ".join(message.references) or None,
        },
        "dedupKey": dedup_key(message, delivery_id=delivery_id),
        "ambiguous": message.ambiguous,
        "defects": [
            {"code": str(defect.code), "offset": defect.offset, "path": list(defect.path)} for defect in message.defects
        ],
        "stats": {
            "bytes": stats.bytes,
            "parts": stats.parts,
            "depth": stats.depth,
            "attachments": stats.attachments,
            "attachmentBytes": stats.attachment_bytes,
            "decodedBytes": stats.decoded_bytes,
            "defects": dict(stats.defects),
        },
    }
    if envelope is not None:
        result["envelope"] = dict(envelope)
    if tenant is not None:
        result["tenant"] = tenant
    if delivery_id is not None:
        result["deliveryId"] = delivery_id
    return result


def dedup_key(message: Message, *, delivery_id: str | None = None) -> str:
    """Return a key that is the same for each delivery of one message, as 64 hex digits.

    Made of the provider's delivery id and the Message-ID, as far as there are any, and of the digest of the raw bytes where there
    are none. A Message-ID alone is the sender's word: who needs to tell forged repeats apart passes a delivery id.
    """
    message_id = message.message_id
    if delivery_id is None and message_id is None:
        return message.sha256
    digest = hashlib.sha256()
    for part in (delivery_id, message_id):
        # Lengths in front, so that no two pairs run into the same bytes.
        data = (part or "").encode("utf-8", "replace")
        digest.update(b"%d:%d:" % (part is not None, len(data)) + data)
    return digest.hexdigest()


def _address(address: Address) -> AddressDict:
    return {"name": address.name or None, "address": address.address}


def _timestamp(date: datetime | None) -> str | None:
    """Return an RFC 3339 timestamp in UTC."""
    if date is None:
        return None
    try:
        return date.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    except OverflowError:
        return None  # the first or the last hours of the calendar, moved out of it by the offset


def _attachment(
    attachment: Attachment, download_url: Callable[[Attachment], str] | None, *, detect_types: bool
) -> AttachmentDict:
    result: AttachmentDict = {
        "path": list(attachment.path),
        "filename": attachment.filename,
        "safeFilename": attachment.safe_filename,
        "contentType": attachment.content_type,
        "detectedType": attachment.detected_type if detect_types else None,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "disposition": attachment.disposition,
        "contentId": attachment.content_id,
        "role": str(attachment.role),
    }
    if download_url is not None:
        result["downloadUrl"] = download_url(attachment)
    return result
