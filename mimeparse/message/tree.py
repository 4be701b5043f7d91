"""The whole message: a tree of nodes with their decoded bytes, and what people ask of it.

What only some ask for (risks, carving, HTML as text, JSON) is loaded when it is first asked for: half of the time that the first message
of a process takes goes into loading.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from mimeparse.coding.charsets import decode_text
from mimeparse.defects import Defect
from mimeparse.fields.block import stdlib_message
from mimeparse.message.bodies import Role, choose_bodies, joined, joined_spans
from mimeparse.message.facts import EnvelopeFacts, PartFacts, Stats
from mimeparse.message.spool import Body, Spool
from mimeparse.safety.filenames import UniqueNames, filename_findings, safe_filename
from mimeparse.safety.filetypes import BEGINNING_BYTES, END_BYTES, SNIFF_BYTES, detect_type

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping
    from email.message import EmailMessage
    from pathlib import Path
    from threading import RLock
    from typing import BinaryIO

    from mimeparse.coding.charsets import Decoded
    from mimeparse.defects import DefectLog
    from mimeparse.limits import Limits
    from mimeparse.message.bodies import BodyChoice, Placement, TextSpan
    from mimeparse.message.carving import CarvedFile
    from mimeparse.message.encoded import EncodedBody
    from mimeparse.message.export import MessageDict
    from mimeparse.message.sources import Buffer
    from mimeparse.wire.outline import Start


class Keeping(NamedTuple):
    """What the nodes of one message share."""

    limits: Limits
    log: DefectLog
    spool: Spool
    names: UniqueNames
    parse: Callable[..., Message]
    """What reads an attached message: the function that read this one."""
    lock: RLock
    """For what is decoded, found and named when somebody asks: several threads may read the parts of one message."""


class Node(PartFacts):
    """A part of a message that was parsed as a whole. An attachment is a node too, and so is the message itself."""

    __slots__ = (
        "_body",
        "_carved",
        "_decoded",
        "_defects",
        "_encoded",
        "_end_offset",
        "_keeping",
        "_known_defects",
        "_name",
        "_risks",
        "children",
        "epilogue",
        "preamble",
    )

    def __init__(self, start: Start, placement: Placement, keeping: Keeping) -> None:
        super().__init__(start, placement)
        self._keeping = keeping
        self._body: Body | None = None
        self._carved: tuple[CarvedFile, ...] | None = None
        self._decoded: Decoded | None = None
        self._encoded: EncodedBody | None = None
        self._defects = start.defects
        self._known_defects = len(start.headers.defects)
        self._end_offset = start.body_offset
        self._name: str | None = None
        self._risks: tuple[Defect, ...] | None = None
        self.children: list[Node] = []
        """The parts of a multipart; of an attached message, the message in it."""
        self.preamble: Body | None = None
        """What stood before the first part of a multipart."""
        self.epilogue: Body | None = None
        """What stood behind the last part of a multipart."""
        if placement.role in (Role.ATTACHMENT, Role.INLINE) or (start.leaf and start.filename is not None):
            self._name = keeping.names.claim(safe_filename(start.filename, content_type=start.content_type))

    @property
    def leaf(self) -> bool:
        """Whether the part has a body of its own, and no parts."""
        return self._start.leaf

    @property
    def shown(self) -> bool:
        """Whether RFC 8621 4.1.4 counts the part among those that are shown one after the other."""
        return self.placement.shown

    @property
    def end_offset(self) -> int:
        """Return where the body ended in the input."""
        return self._end_offset

    @property
    def defects(self) -> tuple[Defect, ...]:
        """Return what is wrong with the part's header block and body."""
        self._look_at_body()
        return self._defects

    @property
    def safe_filename(self) -> str:
        """Return a name to save the part under: one harmless path component, unique in the message."""
        if self._name is None:
            with self._keeping.lock:
                return self._claimed_name()
        return self._name

    @property
    def size(self) -> int:
        """Return the number of decoded bytes; for an attached message, its bytes as they stand."""
        body = self._decoded_body()
        return body.size if body is not None else 0

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the decoded bytes as hex digits."""
        body = self._decoded_body()
        return body.sha256 if body is not None else _SHA256_OF_NOTHING

    @property
    def detected_type(self) -> str:
        """Return the type that libmagic sees in the first 8 KiB. Raises `MissingLibrary`, with the remedy, where there is none."""
        return detect_type(b"".join(self.chunks(SNIFF_BYTES)))

    @property
    def risks(self) -> tuple[Defect, ...]:
        """Return what is dangerous about the part's name and type: defects of the kind "risk", found when this is first asked.

        Those of the type (`type-...`) are not among the `defects`, since they need a look into the body: at its first 64 KiB and its
        last 128 KiB. Where libmagic is missing, `type-mismatch` rests on built-in signatures alone, and nothing is raised.
        """
        if self._risks is None:
            from mimeparse.message.risks import part_risks

            body = (self._decoded_body() if self.leaf else None) or Body(self._keeping.spool)
            beginning = b"".join(body.chunks(0, BEGINNING_BYTES))
            end = b"".join(body.chunks(max(BEGINNING_BYTES, body.size - END_BYTES)))
            self._risks = part_risks(self, beginning, end, body.size)
        return self._risks

    def chunks(self, size: int | None = None) -> Iterator[bytes]:
        """Yield the decoded bytes, or the first `size` of them, in pieces of at most 64 KiB."""
        body = self._decoded_body()
        return body.chunks(0, size) if body is not None else iter(())

    def read(self) -> bytes:
        """Return the decoded bytes; of an attached message, its bytes as they stand; of a multipart none."""
        body = self._decoded_body()
        return body.read() if body is not None else b""

    def open(self) -> BinaryIO:
        """Return the decoded bytes as a binary file that can be read and sought in."""
        return (self._decoded_body() or Body(self._keeping.spool)).open()

    def decoded_text(self) -> Decoded:
        """Return the part as text, and say with which charset and at what loss.

        Decodes once. Raises `LimitExceeded` for a part larger than `max_text_bytes`.
        """
        if self._decoded is None:
            self._decoded = decode_text(self._text_bytes(), self.charset, html=self.content_type == "text/html")
        return self._decoded

    def text(self) -> str:
        """Return the part as text with LF line ends. Raises what `decoded_text` raises."""
        return self.decoded_text().text

    def unwrapped_text(self) -> str:
        """Return the part as text, with the lines of `format=flowed` put together to paragraphs (RFC 3676).

        The same as `text()` for any other part. Raises what `decoded_text` raises.
        """
        text = self.text()
        parameters = self.parameters
        if self.content_type != "text/plain" or parameters.get("format", "").lower() != "flowed":
            return text
        from mimeparse.coding.flowed import unwrap

        return unwrap(text, delete_blanks=parameters.get("delsp", "").lower() == "yes")

    def carve(self) -> tuple[CarvedFile, ...]:
        """Return the uuencoded files that stand in a text, decoded, the first 1,000 of them; the text keeps them.

        None in anything but text. Raises what `decoded_text` raises.
        """
        if self._carved is None:
            with self._keeping.lock:
                return self._carved_files()
        return self._carved

    def _text_bytes(self) -> bytes:
        body = self._decoded_body()
        if body is None:
            return b""
        maximum = self._keeping.limits.max_text_bytes
        if maximum is not None and body.size > maximum:
            raise self._keeping.limits.breach("max_text_bytes", offset=self.body_offset, path=self.path)
        return body.read()

    def parse(self, *, limits: Limits | None = None) -> Message:
        """Parse an attached message, encoded or not, as a message of its own. Raises what the function `parse` raises."""
        with self.open() as file:
            return self._keeping.parse(file, limits=self._keeping.limits if limits is None else limits)

    def save(self, directory: str | os.PathLike[str]) -> Path:
        """Write the decoded bytes to a new file in `directory`, named by `safe_filename`, and return its path.

        Never leaves the directory, never overwrites, never follows a link. Raises `UsageError` for a directory that is missing or
        cannot be written, and `OSError` when the disk fails.
        """
        from mimeparse.safety.saving import save_exclusively

        return save_exclusively(directory, self.safe_filename, self.chunks())

    def _claimed_name(self) -> str:
        """Return the name of body text without one, unless another thread named it while the lock was waited for."""
        if self._name is None:
            # Its place names it, so that the name does not depend on what was asked for first.
            place = "-".join(str(index + 1) for index in self.path)
            fallback = f"text-{place}" if place else "text"
            self._name = self._keeping.names.claim(
                safe_filename(None, content_type=self.content_type, fallback=fallback)
            )
        return self._name

    def _carved_files(self) -> tuple[CarvedFile, ...]:
        """Return the files in the text, named once, whatever other threads ask for."""
        if self._carved is None:
            from mimeparse.message.carving import carve

            text = self._text_bytes() if self.leaf and self.content_type.startswith("text/") else b""
            self._carved = carve(text, self.path, self.body_offset, self._keeping.names)
        return self._carved

    def _decoded_body(self) -> Body | None:
        """Return the decoded bytes, which are decoded now if they are not yet; None where there are none."""
        if self._body is None and self._encoded is not None:
            with self._keeping.lock:
                self._decode()
        return self._body

    def _decode(self) -> None:
        """Decode the body, unless another thread did while the lock was waited for."""
        if self._body is None and self._encoded is not None:
            self._body = self._encoded.decode(self._keeping.spool)

    def _look_at_body(self) -> None:
        """Find the defects of a body that was not looked at yet."""
        if self._encoded is not None:
            with self._keeping.lock:
                self._examine()

    def _examine(self) -> None:
        """Note what is wrong with the body, unless another thread did while the lock was waited for."""
        if self._encoded is not None:
            if self._body is None:
                self._body = self._encoded.examine(self._keeping.spool)
            findings = self._encoded.findings()
            defects = [Defect(code, self.body_offset + place, self.path, detail) for code, place, detail in findings]
            self._defects += tuple(filter(self._keeping.log.add, defects))
            self._encoded = None

    def _late_defects(self) -> Iterator[Defect]:
        """Yield what only the name and the decoded text show."""
        if self.filename is not None:
            for code, position, detail in filename_findings(self.filename):
                yield Defect(code, self.offset + position, self.path, detail)
        if self.role is Role.BODY:
            from mimeparse.coding.embedded import text_findings

            for code, position, detail in (
                *self.decoded_text().findings,
                *text_findings(self.content_type, self.read()),
            ):
                yield Defect(code, self.body_offset + position, self.path, detail)

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it, in document order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


Attachment: TypeAlias = Node

_PREVIEW_CHARACTERS = 256  # RFC 8621 4.1.4
# What is looked at for it: newsletters begin with much markup, and nobody waits for more.
_PREVIEWED_CHARACTERS = 64 * 1024
_SHA256_OF_NOTHING = hashlib.sha256().hexdigest()


class Message(EnvelopeFacts):
    """A message that was parsed as a whole."""

    def __init__(self, root: Node, keeping: Keeping, digest: str | Buffer, stats: Stats) -> None:
        """Made by `parse()`; `digest` is the SHA-256 of the input, or the input itself where it is in memory anyway."""
        super().__init__(root.headers)
        self.root = root
        """The message itself, as the first node of its tree."""
        self._keeping = keeping
        self._log_is_complete = False
        self._digest = digest
        self._stats = stats
        self._choice: BodyChoice | None = None
        self._attachments: tuple[Node, ...] | None = None

    def __repr__(self) -> str:
        return f"<Message {self.message_id or 'without id'}, {self.size} bytes>"

    # Bodies ----------------------------------------------------------------------------------------------------------

    @property
    def text_body(self) -> tuple[Node, ...]:
        """Return the parts that a reader of plain text shows in turn (RFC 8621 4.1.4): HTML too, where that is all there is."""
        return self._bodies().text_body

    @property
    def html_body(self) -> tuple[Node, ...]:
        """Return the parts that a reader of HTML shows in turn (RFC 8621 4.1.4): plain text too, where that is all there is."""
        return self._bodies().html_body

    @property
    def text(self) -> str | None:
        """Return the plain text, or None. Nothing is converted: a message of HTML alone has none."""
        return joined(self._plain_texts())

    @property
    def html(self) -> str | None:
        """Return the HTML as it came, or None. Not safe to show: see `sanitize_html`."""
        return joined(self._html_texts())

    @property
    def text_spans(self) -> tuple[TextSpan, ...]:
        """Return which part each stretch of `text` comes from, in order; between them stand the line ends that join them."""
        return joined_spans(self._plain_texts())

    @property
    def html_spans(self) -> tuple[TextSpan, ...]:
        """Return which part each stretch of `html` comes from, as `text_spans` does."""
        return joined_spans(self._html_texts())

    def _plain_texts(self) -> list[Node]:
        return [node for node in self.text_body if node.content_type == "text/plain"]

    def _html_texts(self) -> list[Node]:
        return [node for node in self.html_body if node.content_type == "text/html"]

    @property
    def preview(self) -> str:
        """Return the beginning of the message on one line, at most 256 characters (RFC 8621 4.1.4); of HTML, of the text made of it."""
        text = self.text
        if text is None or not text.strip():
            from mimeparse.safety.html import text_from_html

            html = self.html
            text = text_from_html(html[:_PREVIEWED_CHARACTERS]) if html is not None else text or ""
        return " ".join(text[:_PREVIEWED_CHARACTERS].split())[:_PREVIEW_CHARACTERS].rstrip()

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """Return every leaf that is no body text, and attached messages, in document order; `role_reason` says why."""
        if self._attachments is None and self.root.leaf:
            self._attachments = () if self.root.role is Role.BODY else (self.root,)  # half of all mail
        if self._attachments is None:
            bodies = {id(node) for node in (*self.text_body, *self.html_body) if node.role is Role.BODY}
            self._attachments = tuple(
                node
                for node in self.root.walk()
                if not node.message_path and node.role is not Role.CONTAINER and id(node) not in bodies
            )
        return self._attachments

    def carve(self) -> tuple[CarvedFile, ...]:
        """Return the uuencoded files that stand in the texts of the message, attached messages not entered; see `Node.carve`."""
        return tuple(file for node in self.walk() if not node.message_path for file in node.carve())

    def _bodies(self) -> BodyChoice:
        if self._choice is None:
            self._choice = choose_bodies(self.root)
        return self._choice

    # The message as a whole ------------------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """Return the size of the input in bytes."""
        return self._stats.bytes

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the input as hex digits."""
        if not isinstance(self._digest, str):
            self._digest = hashlib.sha256(self._digest).hexdigest()
        return self._digest

    @property
    def defects(self) -> tuple[Defect, ...]:
        """Return everything that is wrong, in the order of the input; looks at the fields and texts that were not read yet."""
        return tuple(sorted(self._complete_log().kept, key=lambda defect: (defect.offset, defect.path, defect.code)))

    @property
    def ambiguous(self) -> bool:
        """Return whether real readers would disagree about parts, payloads, names, sender or structure."""
        return self._complete_log().ambiguous

    @property
    def stats(self) -> Stats:
        """Return what an operator puts on a dashboard."""
        stats, counts = self._stats, self._complete_log().counts
        stats.defects = {str(code): count for code, count in sorted(counts.items())}
        leaves = [(node.size, node.role) for node in self.walk() if node.leaf]
        stats.decoded_bytes = sum(size for size, _ in leaves)
        stats.attachment_bytes = sum(size for size, role in leaves if role is not Role.BODY)
        return stats

    def walk(self) -> Iterator[Node]:
        """Yield every node in document order, those of attached messages included."""
        return self.root.walk()

    def to_email_message(self) -> EmailMessage:
        """Return the message as the stdlib's `EmailMessage`: the same fields and the same decoded bytes, encoded anew."""
        made: dict[tuple[int, ...], EmailMessage] = {}
        for node in reversed(list(self.walk())):  # children before their parents
            payload = node.read() if node.leaf else [made.pop(child.path) for child in node.children]
            made[node.path] = stdlib_message(node.headers.raw, payload)
        return made[()]

    def to_dict(
        self,
        *,
        envelope: Mapping[str, object] | None = None,
        tenant: str | None = None,
        delivery_id: str | None = None,
        download_url: Callable[[Attachment], str] | None = None,
        detect_types: bool = False,
    ) -> MessageDict:
        """Return the message as plain data for JSON, in the versioned shape of the JSON Schema that ships with the package.

        `envelope`, `tenant`, `delivery_id` and `download_url` (called with each attachment) come from the caller. `detect_types`
        fills `detectedType`, which needs libmagic and depends on its version. The bytes of attachments are never inlined.
        """
        from mimeparse.message.export import message_dict

        return message_dict(
            self,
            envelope=envelope,
            tenant=tenant,
            delivery_id=delivery_id,
            download_url=download_url,
            detect_types=detect_types,
        )

    def close(self) -> None:
        """Close the temporary file, if there is one; else that happens when the message is no longer used."""
        self._keeping.spool.close()

    def _complete_log(self) -> DefectLog:
        """Look at what is only decoded on demand, so that the defects do not depend on what was asked for before."""
        log = self._keeping.log
        if self._log_is_complete:
            return log
        with self._keeping.lock:
            if not self._log_is_complete:
                for node in self.walk():
                    node._look_at_body()
                # All of them before the first is added: should a disk fail in between, they are found again.
                for defect in list(self._late_defects()):
                    log.add(defect)
                self._log_is_complete = True
        return log

    def _late_defects(self) -> Iterator[Defect]:
        for node in self.walk():
            if node.path == node.message_path:
                yield from node.headers.message_defects()[node._known_defects :]
            yield from node._late_defects()
