"""Plain data of a message, made by hand with what the readers give that make none themselves."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any


def plain_data(
    raw: bytes,
    addresses: Mapping[str, Iterable[Any]],
    texts: Mapping[str, str | None],
    attachments: Iterable[tuple[str | None, str, str | None, bytes]],
) -> dict[str, object]:
    """Return it, with a SHA-256 of the message and of each attachment: its name, type, disposition and bytes are given."""
    return {
        **texts,
        **{
            name: [
                {"name": one.display_name, "address": getattr(one, "address", None) or one.addr_spec} for one in found
            ]
            for name, found in addresses.items()
        },
        "attachments": [
            {
                "filename": filename,
                "contentType": content_type,
                "disposition": disposition,
                "size": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            for filename, content_type, disposition, content in attachments
        ],
        "dedupKey": hashlib.sha256(raw).hexdigest(),
    }
