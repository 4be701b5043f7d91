"""What an entity is, by its header block: a leaf, a multipart with its boundary, or a message to be entered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mimeparse.coding.transfer import CHANGING_ENCODINGS
from mimeparse.defects import DefectCode, Finding
from mimeparse.fields.params import boundary_of
from mimeparse.wire.impressions import sniffed_boundary, sniffed_message

if TYPE_CHECKING:
    from mimeparse.fields.headers import Headers
    from mimeparse.fields.params import Parameterised

_ENTERED = frozenset({"message/rfc822", "message/global", "message/news"})
"""Types whose body is a message of its own (RFC 2046 5.2.1, RFC 6532 3.7, and the older message/news)."""

_SUSPICIOUS_TYPES = {
    "message/partial": DefectCode.MESSAGE_PARTIAL,
    "message/external-body": DefectCode.MESSAGE_EXTERNAL_BODY,
}


@dataclass(slots=True)
class Entity:
    """What the header block of an entity says about its body."""

    content_type: str
    boundary: bytes | None
    """The boundary of a multipart whose parts can be told apart."""
    entered: bool
    """Whether the body is a message that is read as part of this one."""
    child_type: str
    """What a missing Content-Type means in its parts (RFC 2046 5.1.5)."""
    findings: list[Finding]
    boundary_of_leaf: bytes | None = None
    """The boundary of what is no multipart to us, and one to those who go by that parameter."""
    start: str | None = None
    """The Content-ID of the part that a multipart/related names as its root (RFC 2387 3.2)."""


def sniffed_entity(entity: Entity, head: bytes) -> Entity:
    """Return what an entity is to whoever believes the beginning of its body, and not its label."""
    boundary = sniffed_boundary(entity.content_type, entity.boundary or entity.boundary_of_leaf, head)
    if boundary is not None:
        content_type = entity.content_type if entity.content_type.startswith("multipart/") else "multipart/mixed"
        return replace(entity, content_type=content_type, boundary=boundary)
    if not entity.content_type.startswith("multipart/") and sniffed_message(entity.content_type, head):
        return replace(entity, entered=True)
    return entity


def entity_of(headers: Headers, default_type: str) -> Entity:
    """Decide what the body of an entity is. `default_type` is what a missing Content-Type means here (RFC 2046 5.1.5)."""
    declared = headers.content_type
    # RFC 2045 5.2: what names no type is taken for what is meant where none is given.
    content_type = declared.value or default_type if declared is not None else default_type
    main, _, _ = content_type.partition("/")
    if declared is not None and main == "multipart":
        return _multipart(headers, declared, content_type)
    findings: list[Finding] = []
    boundary_of_leaf = None
    if declared is not None and "boundary" in declared.parameters:
        findings.append(Finding(DefectCode.BOUNDARY_ON_LEAF))
        boundary_of_leaf = declared.parameters["boundary"].encode("utf-8")
    if content_type in _SUSPICIOUS_TYPES:
        findings.append(Finding(_SUSPICIOUS_TYPES[content_type]))
    entered = content_type in _ENTERED
    if entered and headers.transfer_encoding in CHANGING_ENCODINGS:
        # RFC 2046 5.2.1 forbids it; the message comes out as a decoded leaf, which can be parsed on its own.
        findings.append(Finding(DefectCode.CTE_ON_COMPOSITE, 0, headers.transfer_encoding))
        entered = False
    return Entity(content_type, None, entered, "text/plain", findings, boundary_of_leaf)


def _multipart(headers: Headers, declared: Parameterised, content_type: str) -> Entity:
    boundary, findings = boundary_of(declared)
    if headers.transfer_encoding in CHANGING_ENCODINGS:
        # QUIRK: some gateways label multiparts "base64". RFC 2045 6.4 forbids it and the parts are never actually encoded,
        # so the label is ignored.
        findings.append(Finding(DefectCode.CTE_ON_COMPOSITE, 0, headers.transfer_encoding))
    child_type = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
    start = declared.parameters.get("start") if content_type == "multipart/related" else None
    return Entity(
        content_type, boundary.encode("utf-8") if boundary else None, False, child_type, findings, start=start
    )
