"""What the parts of one multipart are to each other, where readers that pick and choose among them come to different ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimeparse.defects import DefectCode

if TYPE_CHECKING:
    from mimeparse.fields.headers import Headers
    from mimeparse.wire.entities import Entity

_SHOWN_ALTERNATIVES = ("text/", "multipart/", "message/")
_AROUND_AN_ID = "<> \t"
_SIGNED_PARTS = 2  # RFC 1847 2.1: what is signed, and the signature


class Composite:
    """Watch the parts of a multipart begin."""

    __slots__ = ("_content_ids", "_count", "_is_alternative", "_is_signed", "_reported", "_start", "boundary")

    def __init__(self, entity: Entity) -> None:
        self.boundary = entity.boundary or b""
        self._is_alternative = entity.content_type == "multipart/alternative"
        self._is_signed = entity.content_type == "multipart/signed"
        self._start = entity.start
        self._content_ids: set[str] = set()
        self._count = 0
        self._reported: set[DefectCode] = set()

    def add(self, content_type: str, headers: Headers) -> list[DefectCode]:
        """Take the header block of the next part; return what it breaks. Each code once for a multipart."""
        self._count += 1
        if not (self._is_signed or self._is_alternative or "content-id" in headers):
            return []
        codes: list[DefectCode] = []
        if self._is_signed and self._count > _SIGNED_PARTS:
            codes.append(DefectCode.SIGNED_EXTRA_PART)
        if self._is_alternative and _is_file(content_type, headers):
            codes.append(DefectCode.ALTERNATIVE_CONTAINS_ATTACHMENT)
        if "content-id" in headers:
            content_id = headers.get("content-id") or ""
            if content_id in self._content_ids:
                codes.append(DefectCode.CONTENT_ID_DUPLICATE)
            self._content_ids.add(content_id)
        return self._new(codes)

    def close(self) -> list[DefectCode]:
        """Return what shows only when the last part has begun."""
        if self._start is not None and self._count and not self._is_a_part(self._start):
            return [DefectCode.RELATED_START_MISSING]
        return []

    def _is_a_part(self, content_id: str) -> bool:
        # Once: a hundred thousand brackets for each of ten thousand parts took a minute.
        wanted = content_id.strip(_AROUND_AN_ID)
        return any(known.strip(_AROUND_AN_ID) == wanted for known in self._content_ids)

    def _new(self, codes: list[DefectCode]) -> list[DefectCode]:
        new = [code for code in codes if code not in self._reported]
        self._reported.update(new)
        return new


def _is_file(content_type: str, headers: Headers) -> bool:
    """Return whether a part is nothing that a multipart/alternative is there to offer."""
    if not content_type.startswith(_SHOWN_ALTERNATIVES):
        return True
    # QUIRK: calendars call their invitation an attachment, and every reader that knows it shows it.
    disposition = headers.disposition if content_type in ("text/plain", "text/html") else None
    return disposition is not None and disposition.value == "attachment"
