"""One header block: from its bytes to raw fields, defects and what was not header after all.

The stdlib's feedparser is the authority on what a block says, and this is the only file that imports `email`. A block that is
plainly well formed is known here at a look and not taken apart; a property test holds its fields equal to feedparser's, one by one.
Everything else is first put through a gate, which takes out what is known to derail feedparser (each was seen to happen, and is
a test), and then handed to feedparser:

- a bare CR makes two fields of one, and CR CR LF ends the block;
- a byte order mark, a blank before a colon, a line without a colon or an 8-bit field name turn the rest of the block into body;
- a line "From " at the end of the block is taken for the first line of the body.
"""

from __future__ import annotations

import re
from io import IncrementalNewlineDecoder
from typing import TYPE_CHECKING

from mimeparse.coding.transfer import CHANGING_ENCODINGS, UUENCODE
from mimeparse.defects import DefectCode, Finding
from mimeparse.fields.blocks import CrowdedBlock, OddBlock, PlainBlock
from mimeparse.fields.params import parse_transfer_encoding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import EmailMessage

    from mimeparse.fields.blocks import Block
    from mimeparse.fields.gate import RawField

_BOM = b"\xef\xbb\xbf"
_ENVELOPE = b"From "
_BEFORE_FIRST_FIELD = (_BOM, _ENVELOPE)
# RFC 4155. "From : a@b" is the field with a blank before its colon (RFC 5322 4.5.2), and whom the mail is from is not to be lost.
_ENVELOPE_LINE = re.compile(rb"From (?![ \t]*+:).*+\n?")

# RFC 5322 2.2: a field name is printable US-ASCII without the colon; 2.2.3: a fold is a line end that a blank follows, and no
# folded line is empty. Brackets in a name are legal and not plain. `.` is the one class that the engine skips at memory speed; what else it lets through is tested apart.
_WELL_FORMED = re.compile(rb"(?:[!-'*-9;-~]++:.*+(?:\n[ \t]++\S.*+)*+(?:\n|\Z))*+")


MAXIMUM_ASKED_LINES = 2048
"""Lines of one odd block that feedparser is asked about. It takes several microseconds for each, and 256 KiB of short ones would be a step
of a quarter of a second, which nothing can stop in between. Real ones have a tenth of that, but for lists of a thousand recipients. The
gate lets nothing through that the two read in different ways, and a property test holds both answers equal."""


# Nobody changes it, and a message may have ten thousand of them.
_NO_FIELDS = PlainBlock(b"")


def crack(block: bytes) -> Block:
    """Split one header block, given without the blank line that ends it, into its fields.

    Never raises; linear in the size of the block. Source: RFC 5322 2.2 and 4.5, RFC 7103 7.
    """
    plain = plain_block(block)
    if plain is not None:
        return plain
    return _crack_behind_envelope(block) if block.startswith(_BEFORE_FIRST_FIELD) else _crack_carefully(block)


def plain_block(block: bytes) -> PlainBlock | None:
    """Return a header block if it is plainly well formed, apart from a byte order mark and an envelope line before it; else None."""
    if not block:
        return _NO_FIELDS
    if not block.startswith(_BEFORE_FIRST_FIELD):
        return PlainBlock(block) if is_plain(block) else None
    start, envelope, findings = _before_first_field(block)
    return PlainBlock(block, start, envelope, findings) if is_plain(block[start:]) else None


def _before_first_field(block: bytes) -> tuple[int, bytes | None, list[Finding]]:
    """Return where the first field begins, the envelope line before it, and what is odd about what stands there."""
    start = len(_BOM) if block.startswith(_BOM) else 0
    envelope = None
    if line := _ENVELOPE_LINE.match(block, start):
        envelope = line[0].rstrip(b"\r\n")
        start = line.end()
    return start, envelope, [Finding(DefectCode.HEADER_BOM)] if block.startswith(_BOM) else []


def _crack_behind_envelope(block: bytes) -> OddBlock | CrowdedBlock:
    start, envelope, findings = _before_first_field(block)
    cracked = _crack_carefully(block[start:])
    cracked.stand_behind(start, envelope)
    cracked.findings = [*findings, *cracked.findings]
    return cracked


def is_plain(block: bytes) -> bool:
    """Return whether a block is plainly well formed: every line is a field or continues one, and all line ends are the same."""
    if b"\0" in block or not _WELL_FORMED.fullmatch(block):
        return False
    if b"\r" not in block:
        return True
    # What universal newlines are told apart by: one look instead of three counts.
    kinds = IncrementalNewlineDecoder(None, False)
    kinds.decode(block.decode("latin-1"), True)
    return kinds.newlines == "\r\n"


def _crack_carefully(block: bytes) -> OddBlock | CrowdedBlock:
    from mimeparse.fields.gate import Gate  # most mail never needs it

    gate = Gate(block)
    if block.count(b"\n") > MAXIMUM_ASKED_LINES:
        return CrowdedBlock(gate.header, gate.findings, gate.body)
    fields = gate.fields()
    names, values = _ask_feedparser(fields)
    if len(names) == len(fields):
        # As it should be: the gate lets only fields through. The values stay the bytes that came.
        values = [value for _, value, _ in fields]
    return OddBlock(names, values, [position for _, _, position in fields], gate.findings, gate.body)


_SURPLUS_CR = re.compile(rb"(?<!\r)\r++(?=\n|\Z)")


def _ask_feedparser(fields: list[RawField]) -> tuple[list[bytes], list[bytes]]:
    """Return names and values as the stdlib's feedparser sees them, values with their folds."""
    # Imported here: most mail never needs it, and `import mimeparse` stays cheap.
    from email.feedparser import BytesFeedParser
    from email.message import Message
    from email.policy import compat32

    class HeaderSink(Message):
        """Answer "text/plain" to every question, so that feedparser stops after the header block.

        These are its public hooks alone; the order in which it calls them is pinned by a test.
        """

        def __init__(self) -> None:
            super().__init__(compat32)
            self.pairs: list[tuple[str, str]] = []

        def set_raw(self, name: str, value: str) -> None:
            self.pairs.append((name, value))

        def get_content_type(self) -> str:
            return "text/plain"

        def get_content_maintype(self) -> str:
            return "text"

    sink = HeaderSink()
    parser = BytesFeedParser(lambda: sink)
    lines = b"".join([name + b":" + value for name, value, _ in fields]).replace(b"\r\n", b"\n")
    if b"\r" in lines:
        lines = _SURPLUS_CR.sub(b"", lines).replace(b"\r", b" ")
    parser.feed(lines if lines.endswith(b"\n") else lines + b"\n")
    parser.feed(b"\n")
    parser.close()
    names = [name.encode("ascii", "surrogateescape") for name, _ in sink.pairs]
    return names, [value.encode("ascii", "surrogateescape") for _, value in sink.pairs]


_TRANSFER_ENCODING = "content-transfer-encoding"
_ENCODING = re.compile(r"[0-9A-Za-z-]++")


def stdlib_message(header_block: bytes, payload: bytes | Sequence[EmailMessage]) -> EmailMessage:
    """Return an entity as the stdlib's `EmailMessage`, from its header block and its decoded body or its parts.

    A body is encoded anew, as its Content-Transfer-Encoding says; the fields stay as they are, but an encoding that the stdlib cannot
    write or would read in another way: uuencode becomes base64. Never raises.
    """
    from email.message import EmailMessage
    from email.policy import default

    message = EmailMessage(policy=default)
    cracked = crack(header_block)
    if cracked.unix_from is not None:
        message.set_unixfrom(cracked.unix_from.decode("ascii", "surrogateescape"))
    for place in cracked.places():
        name, value = cracked.name(place), cracked.value(place)
        # The stdlib's own parser asks for the type, and the reader of that field raises IndexError or RecursionError for some.
        text = value.lstrip(b" \t\r\n").rstrip(b"\r\n").decode("ascii", "surrogateescape")
        message.set_raw(name, text)
    if isinstance(payload, bytes):
        message.set_payload(_encoded(message, payload))
    else:
        message.set_payload(list(payload))
    return message


def _encoded(message: EmailMessage, payload: bytes) -> str:
    """Return a decoded body as the stdlib will decode it again, and see to it that the field says so."""
    from base64 import encodebytes
    from binascii import b2a_qp

    declared = next((str(value) for name, value in message.raw_items() if name.lower() == _TRANSFER_ENCODING), "")
    encoding, _ = parse_transfer_encoding(declared.replace("\r", "").replace("\n", ""))
    if encoding in UUENCODE:
        encoding = "base64"
    elif encoding not in CHANGING_ENCODINGS and declared and not _ENCODING.fullmatch(declared):
        encoding = "8bit"  # an encoded word, say, which the stdlib would decode and act upon
    if encoding != declared.lower():
        # With a blank behind it, the stdlib would not undo what is done here.
        message.replace_header(_TRANSFER_ENCODING, encoding)
    if encoding == "base64":
        return encodebytes(payload).decode("ascii")
    if encoding == "quoted-printable":
        return b2a_qp(payload, istext=False).decode("ascii")
    return payload.decode("ascii", "surrogateescape")
