"""One header block: from its bytes to raw fields, defects and what was not header after all.

The stdlib's feedparser is the authority on what a block says, and this is the only file that imports `email`. A block that is
plainly well formed is split here, in a few calls of C; a property test holds that split equal to feedparser's, field by field.
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
from mimeparse.defects import DefectCode, Finding, excerpt
from mimeparse.fields.blocks import OddBlock, PlainBlock
from mimeparse.fields.params import parse_transfer_encoding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import EmailMessage

    from mimeparse.fields.blocks import Block

_BOM = b"\xef\xbb\xbf"
_ENVELOPE = b"From "
_BEFORE_FIRST_FIELD = (_BOM, _ENVELOPE)
# RFC 4155. "From : a@b" is the field with a blank before its colon (RFC 5322 4.5.2), and whom the mail is from is not to be lost.
_ENVELOPE_LINE = re.compile(rb"From (?![ \t]*+:).*+\n?")

# RFC 5322 2.2: a field name is printable US-ASCII without the colon; 2.2.3: a fold is a line end that a blank follows, and no
# folded line is empty. `.` is the one class that the engine skips at memory speed; what else it lets through is tested apart.
_WELL_FORMED = re.compile(rb"(?:[!-9;-~]++:.*+(?:\n[ \t]++\S.*+)*+(?:\n|\Z))*+")

_INDENTED_FIELD = re.compile(rb"[ \t]++[!-9;-~]++:")
_FIELD_LINE = re.compile(rb"([!-9;-~]+)([ \t]*):")

# A line that is no field may be junk among the fields or the beginning of a body that no blank line announces. It is junk only if
# a later line is plainly a field: "Note: ..." or "http://..." could be prose, a name with a hyphen or one of these could not.
_PLAIN_FIELD_NAME = re.compile(
    rb"(?i:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+|from|to|cc|bcc|subject|date|sender|received|references|comments|keywords)"
)

# With a value of its own: lists of field names (`h=From:To` of DKIM) are folded before names too.
_FOLDED_FIELD = re.compile(
    rb"\n[ \t]++(?=[CMFScmfs])(?i:content-type[ \t]*+:[ \t]*+[a-z]++/[a-z]|content-transfer-encoding[ \t]*+:[ \t]*+(?:base64|quoted-|x-uu)"
    rb"|content-disposition[ \t]*+:[ \t]*+(?:attachment|inline)|mime-version[ \t]*+:[ \t]*+1|(?:from|sender)[ \t]*+:[^@\n]*+@)"
)

_BOUNDARY = re.compile(rb'(?i:boundary)\s*+=\s*+(?:"([^"\r\n]++)"|([^\s;"]++))')


MAXIMUM_ASKED_LINES = 8192
"""Lines of one odd block that feedparser is asked about: ten times what the longest real ones have. It takes 2 us for each, and 256 KiB of
short ones would be a step of 0.2 s, which nothing can stop in between. The gate lets nothing through that the two read in different ways."""


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
    if not block.startswith(_BEFORE_FIRST_FIELD):
        return PlainBlock(block) if is_plain(block) else None
    start, envelope, findings = _before_first_field(block)
    return PlainBlock(block, start, envelope, findings) if is_plain(block[start:]) else None


def folded_fields(block: bytes) -> list[Finding]:
    """Return the first folded line of a header block that looks like a field of its own."""
    folded = _FOLDED_FIELD.search(block)
    if folded is None:
        return []
    return [Finding(DefectCode.HEADER_FOLD_LOOKS_LIKE_HEADER, folded.start() + 1, excerpt(folded[0].strip()))]


def _before_first_field(block: bytes) -> tuple[int, bytes | None, list[Finding]]:
    """Return where the first field begins, the envelope line before it, and what is odd about what stands there."""
    start = len(_BOM) if block.startswith(_BOM) else 0
    envelope = None
    if line := _ENVELOPE_LINE.match(block, start):
        envelope = line[0].rstrip(b"\r\n")
        start = line.end()
    return start, envelope, [Finding(DefectCode.HEADER_BOM)] if block.startswith(_BOM) else []


def _crack_behind_envelope(block: bytes) -> OddBlock:
    start, envelope, findings = _before_first_field(block)
    cracked = _crack_carefully(block[start:])
    cracked.start = start
    cracked.unix_from = envelope
    cracked.offsets = [start + offset for offset in cracked.offsets]
    if cracked.body is not None:
        cracked.body += start
    cracked.findings = findings + [
        Finding(found.code, start + found.position, found.detail) for found in cracked.findings
    ]
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


def _crack_carefully(block: bytes) -> OddBlock:
    gate = _Gate()
    gate.read(block)
    if block.count(b"\n") > MAXIMUM_ASKED_LINES:
        return OddBlock(
            [field.partition(b":")[0] for field in gate.cleaned],
            gate.raw_values,
            gate.offsets,
            gate.findings,
            gate.body,
        )
    names, values = _ask_feedparser(gate.cleaned)
    if len(names) == len(gate.raw_values):
        # As it should be: the gate lets only fields through. The values stay the bytes that came.
        values = gate.raw_values
    return OddBlock(names, values, gate.offsets, gate.findings, gate.body)


class _Gate:
    """Sort the lines of an odd block, so that only what feedparser reads as it is meant reaches it."""

    def __init__(self) -> None:
        self.cleaned: list[bytes] = []
        self.raw_values: list[bytes] = []
        self.offsets: list[int] = []
        self.findings: list[Finding] = []
        self.body: int | None = None
        self._reported: set[DefectCode] = set()
        self._delimiters: set[bytes] = set()  # of the multiparts that the fields so far declare

    def read(self, block: bytes) -> None:
        self._report_bytes(block)
        position = self._indentation(block)
        current: list[bytes] | None = None
        in_junk = False
        for line in _LINE.findall(block, position):
            if line[0] in b" \t":
                if not line.strip():
                    self._report(DefectCode.HEADER_FOLD_EMPTY, position)
                if current is not None:
                    current.append(line)
                elif not in_junk:
                    self._report(DefectCode.HEADER_LEADING_FOLD, position)
            else:
                if current is not None:
                    self._close_field(current)
                    current = None
                if line.rstrip() in self._delimiters:
                    # QUIRK: no blank line before the first part. Read on, and the fields of the part would pass for ours.
                    self._read_junk(line, position)
                    break
                field = _FIELD_LINE.match(line)
                if field and (self.body is None or _PLAIN_FIELD_NAME.fullmatch(field[1])):
                    self.body = None
                    if field[2]:
                        self._report(DefectCode.HEADER_NAME_SPACE, position, field[1])
                    self.offsets.append(position)
                    current = [field[1] + b":", line[field.end() :]]
                    in_junk = False
                else:
                    in_junk = True
                    self._read_junk(line, position)
            position += len(line)
        if current is not None:
            self._close_field(current)
        if self.body is not None:
            self._report(DefectCode.HEADER_BODY_SEPARATOR, self.body)

    def _indentation(self, block: bytes) -> int:
        """Return how many blanks stand before the first field. QUIRK: they continue nothing, and the field is often the author's."""
        if not _INDENTED_FIELD.match(block):
            return 0
        self._report(DefectCode.HEADER_LEADING_FOLD, 0)
        return len(block) - len(block.lstrip(b" \t"))

    def _read_junk(self, line: bytes, position: int) -> None:
        if line.startswith(_ENVELOPE) and self.body is None:
            self._report(DefectCode.HEADER_MBOX_FROM, position)
            return
        if line[0] == ord(b":"):
            self._report(DefectCode.HEADER_NAME_EMPTY, position)
            return
        if self.body is not None and _FIELD_LINE.match(line):
            return  # it looks like a field, and is text of the body that has begun
        name, colon, _ = line.partition(b":")
        if colon and not any(blank in name for blank in (b" ", b"\t")):
            self._report(DefectCode.HEADER_NAME_INVALID, position, name)
        else:
            self._report(DefectCode.HEADER_MISSING_COLON, position, line)
        if self.body is None:
            self.body = position

    def _close_field(self, lines: list[bytes]) -> None:
        value = b"".join(lines[1:])
        self.raw_values.append(value)
        boundary = _BOUNDARY.search(value) if lines[0].lower() == b"content-type:" else None
        if boundary is not None:
            self._delimiters.add(b"--" + (boundary[1] or boundary[2]))
        cleaned = [line.rstrip(b"\r\n").replace(b"\r", b" ") + b"\n" for line in lines[1:]]
        self.cleaned.append(lines[0] + b"".join(cleaned))

    def _report_bytes(self, block: bytes) -> None:
        """Report bytes that readers disagree about wherever they stand in the block."""
        nul = block.find(b"\0")
        if nul >= 0:
            self._report(DefectCode.HEADER_NUL, nul)
        bare = _BARE_CR.search(block)
        if bare:
            self._report(DefectCode.HEADER_BARE_CR, bare.start())
        blank = block.find(b"\r\r\n") if bare else -1
        if blank >= 0:
            # A line end and a blank line to those who end a line at a bare CR.
            self._report(DefectCode.HEADER_BODY_SEPARATOR, blank)
        if b"\r\n" in block:
            lone = _BARE_LF.search(block)
            if lone:
                self._report(DefectCode.HEADER_BARE_LF, lone.start())

    def _report(self, code: DefectCode, position: int, detail: bytes = b"") -> None:
        # One finding a code and block: a block of a hundred thousand junk lines is one fact, not a hundred thousand.
        if code not in self._reported:
            self._reported.add(code)
            self.findings.append(Finding(code, position, excerpt(detail) if detail else ""))


_BARE_CR = re.compile(rb"\r(?!\n)")
_BARE_LF = re.compile(rb"(?<!\r)\n")
_LINE = re.compile(rb".*+\n|.++")  # only LF ends one; splitlines() knows eight more


def _ask_feedparser(fields: list[bytes]) -> tuple[list[bytes], list[bytes]]:
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
    parser.feed(b"".join(fields) + b"\n")
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
