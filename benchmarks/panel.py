"""Write what mimeparse makes of each message of a corpus, as one JSON object a line, to be compared with other parsers' answers.

python benchmarks/panel.py FOLDER > answers.jsonl
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import mimeparse
from mimeparse import LimitExceeded, Message, Node

if TYPE_CHECKING:
    from collections.abc import Iterable

_TRAILING_BLANKS = re.compile(r"[ \t\v\f\r\0]+$", re.MULTILINE)


def answer(name: str, raw: bytes) -> dict[str, object]:
    """Return the facts about one message on which parsers can be compared."""
    try:
        message = mimeparse.parse(raw)
        return {"file": name, "ok": True, **facts(message)}
    except LimitExceeded as error:
        return {"file": name, "ok": False, "error": str(error)}


def facts(message: Message) -> dict[str, object]:
    """Return subject, addresses, structure, texts and attachments of a message."""
    leaves = [node for node in outer_nodes(message) if not is_multipart(node)]
    texts = [node for node in leaves if node.content_type == "text/plain" and node.disposition != "attachment"]
    htmls = [node for node in leaves if node.content_type == "text/html" and node.disposition != "attachment"]
    taken = {node.path for node in (*texts, *htmls)}
    text, html = [[normal(node.text()) for node in nodes] for nodes in (texts, htmls)]
    date = message.date
    return {
        "subject": message.subject,
        "message_id": message.message_id,
        "from": [[address.name, address.address] for address in message.from_],
        "to": [[address.name, address.address] for address in message.to],
        "cc": [[address.name, address.address] for address in message.cc],
        "date": date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if date is not None else None,
        "structure": structure(message),
        "text_sha256": digest(text[0].encode()) if text else None,
        "text_len": len(text[0]) if text else None,
        "html_sha256": digest(html[0].encode()) if html else None,
        "html_len": len(html[0]) if html else None,
        "all_text": [digest(one.encode()) for one in text],
        "all_html": [digest(one.encode()) for one in html],
        "attachments": [attachment(node) for node in leaves if node.path not in taken],
    }


def is_multipart(node: Node) -> bool:
    """Return whether a node is declared a multipart, be its parts found or not."""
    return node.content_type.startswith("multipart/")


def outer_nodes(message: Message) -> Iterable[Node]:
    """Yield the nodes that belong to the message itself and not to one that is attached to it."""
    return (node for node in message.walk() if not node.message_path)


def structure(message: Message) -> str:
    """Return the tree as `subtype(child,child)`, without a look into attached messages."""
    pieces: dict[tuple[int, ...], str] = {}
    for node in reversed(list(outer_nodes(message))):
        inside = ""
        if is_multipart(node):
            inside = "(" + ",".join(pieces[child.path] for child in node.children) + ")"
        pieces[node.path] = node.content_type.partition("/")[2] + inside
    return pieces[()]


def normal(text: str) -> str:
    """Return a text as the comparison wants it."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return _TRAILING_BLANKS.sub("", text).rstrip("\n")


def attachment(node: Node) -> dict[str, object]:
    """Return the facts about one attachment; the bytes of attached messages are not compared."""
    data = node.read()
    if b"\0" not in data:
        data = data.replace(b"\r\n", b"\n").rstrip(b"\r\n")
    attached_message = node.content_type.startswith("message/")
    return {
        "filename": node.filename,
        "content_type": node.content_type,
        "size": None if attached_message else len(data),
        "sha256": None if attached_message else digest(data),
    }


def digest(data: bytes) -> str:
    """Return the SHA-256 as hex digits."""
    return hashlib.sha256(data).hexdigest()


def main() -> None:
    """Answer for every file of the folder that is named on the command line."""
    folder = Path(sys.argv[1])
    for path in sorted(folder.glob("*/*")):
        name = path.relative_to(folder).as_posix()
        print(json.dumps(answer(name, path.read_bytes())))


if __name__ == "__main__":
    main()
