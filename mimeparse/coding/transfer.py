"""Transfer encodings, undone piece by piece: base64, quoted-printable, uuencode, and those that change nothing.

A decoder takes a body in any chunks and gives the same bytes and the same findings for each way of cutting it. It survives junk,
missing and early padding and half escapes, and says so; what it could not decode stays reachable in the encoded body, by offset.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from mimeparse.coding import base64, quotedprintable
from mimeparse.coding.base64 import Base64Decoder
from mimeparse.coding.line_ends import LineEnds
from mimeparse.coding.quotedprintable import QuotedPrintableDecoder
from mimeparse.coding.uuencode import UuencodeDecoder
from mimeparse.defects import DefectCode, Finding
from mimeparse.reading import OUR_READING, Base64Rules, Encodings, QuotedPrintableRules, Reading

if TYPE_CHECKING:
    from collections.abc import Callable


class TransferDecoder(Protocol):
    """Undo one transfer encoding. `feed` and `close` return what became clear by then."""

    findings: list[Finding]
    """What was odd; each code once, at its first place, counted in bytes from the start of the encoded body."""

    def feed(self, data: bytes, /) -> bytes:
        """Decode the next bytes of the body."""
        ...

    def close(self) -> bytes:
        """Decode what was held back; the body has ended."""
        ...


_8BIT = re.compile(rb"[\x80-\xff]")


class IdentityDecoder:
    """Hand a body on as it is: binary, and any encoding that nobody knows (RFC 2045 6.4)."""

    __slots__ = ("findings",)

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def feed(self, data: bytes, /) -> bytes:
        """Return `data` itself."""
        return data

    def close(self) -> bytes:
        """Return nothing: nothing was held back."""
        return b""


class LinesDecoder(IdentityDecoder):
    """Hand a body of lines on as it is, and notice line ends at which readers disagree."""

    __slots__ = ("_line_ends",)

    def __init__(self) -> None:
        super().__init__()
        self._line_ends = LineEnds()

    def feed(self, data: bytes, /) -> bytes:
        """Return `data` itself."""
        self._line_ends.watch(data)
        return data

    def close(self) -> bytes:
        """Return nothing: nothing was held back."""
        self.findings += self._line_ends.findings()
        return b""


class SevenBitDecoder(LinesDecoder):
    """Do the same, and notice bytes that 7bit does not allow (RFC 2045 2.7)."""

    __slots__ = ("_position",)

    def __init__(self) -> None:
        super().__init__()
        self._position = 0

    def feed(self, data: bytes, /) -> bytes:
        """Return `data` itself."""
        if not self.findings and not data.isascii():
            first = _8BIT.search(data)
            assert first is not None
            self.findings.append(Finding(DefectCode.BODY_8BIT_IN_7BIT, self._position + first.start()))
        self._position += len(data)
        return super().feed(data)


UUENCODE = frozenset({"x-uuencode", "x-uue", "uuencode", "uue"})
"""RFC 2045 6.3 has no uuencode; these are the names under which it came before MIME had a better way."""

CHANGING_ENCODINGS = frozenset({"base64", "quoted-printable"}) | UUENCODE
"""Transfer encodings under which the bytes are not what they stand for; an unknown one ("8-bit", say) leaves them as they are."""

KNOWN_ENCODINGS = frozenset({"7bit", "8bit", "binary"}) | CHANGING_ENCODINGS

_DECODERS: dict[str, Callable[[], TransferDecoder]] = {
    "7bit": SevenBitDecoder,
    "8bit": LinesDecoder,
    "base64": Base64Decoder,
    "quoted-printable": QuotedPrintableDecoder,
    **dict.fromkeys(UUENCODE, UuencodeDecoder),
}


def transfer_decoder(encoding: str, reading: Reading = OUR_READING) -> TransferDecoder:
    """Return a new decoder for a Content-Transfer-Encoding, given as its lower-case token; unknown ones change nothing."""
    if reading is not OUR_READING:
        other = _other_decoder(encoding, reading)
        if other is not None:
            return other
    return _DECODERS.get(encoding, IdentityDecoder)()


_AT_A_LOOK: dict[str, Callable[[bytes], bytes | None]] = {
    "base64": base64.decoded_at_a_look,
    "quoted-printable": quotedprintable.decoded_at_a_look,
}


def decoded_at_a_look(encoding: str, body: bytes) -> bytes | None:
    """Return a whole body as the decoder of an encoding would give it, if that takes no more than a look; else None.

    What a decoder would find is not looked for: nearly all bodies are plain, and most programs ask for nothing but the bytes.
    """
    decode = _AT_A_LOOK.get(encoding)
    return None if decode is None else decode(body)


# Other readings ----------------------------------------------------------------------------------------------------------


class WholeBodyDecoder:
    """Decode a body by the rules of another reader: rewritten as a whole, and then decoded by ours."""

    __slots__ = ("_body", "_decode", "findings")

    def __init__(self, decode: Callable[[bytes], bytes]) -> None:
        self._decode = decode
        self._body = bytearray()
        self.findings: list[Finding] = []

    def feed(self, data: bytes, /) -> bytes:
        """Keep the next bytes of the body."""
        self._body += data
        return b""

    def close(self) -> bytes:
        """Decode the body, which has ended."""
        return self._decode(bytes(self._body))


_PADDING = re.compile(rb"=[=\s]*+")
_LINE_WITH_JUNK = re.compile(rb"^(?=[A-Za-z0-9+/=\r]*+[^A-Za-z0-9+/=\r\n]).*+\n?", re.MULTILINE)
_STRAY_EQUALS = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*+\r?\n)")
_SOFT_BREAK = re.compile(rb"=[ \t]*+\r?\n")
_NOT_PRINTABLE = bytes({*range(32), *range(127, 256)} - set(b"\t\r\n"))
_URL_SYMBOLS = bytes.maketrans(b"-_", b"+/")
BASE64_BODY = re.compile(
    rb"[ \t\r\n]*+(?:[A-Za-z0-9+/]{4}){4,}+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?+[ \t]*+(?:\r?\n|\Z)"
)
"""What begins with a whole line of base64, of at least 16 symbols: no line of prose is one."""


def _decoded(decoder: TransferDecoder, body: bytes) -> bytes:
    return decoder.feed(body) + decoder.close()


def _up_to_padding(body: bytes) -> bytes:
    padding = _PADDING.search(body)
    return _decoded(Base64Decoder(), body if padding is None else body[: padding.end()])


_OTHER_RULES: dict[Base64Rules | QuotedPrintableRules, Callable[[bytes], bytes]] = {
    Base64Rules.UP_TO_PADDING: _up_to_padding,
    Base64Rules.WHOLE_LINES: lambda body: _decoded(Base64Decoder(), _LINE_WITH_JUNK.sub(b"", body)),
    Base64Rules.URL: lambda body: _decoded(Base64Decoder(), body.translate(_URL_SYMBOLS)),
    QuotedPrintableRules.DROPPED: lambda body: _decoded(QuotedPrintableDecoder(), _STRAY_EQUALS.sub(b"", body)),
    QuotedPrintableRules.PRINTABLE: lambda body: _decoded(
        QuotedPrintableDecoder(), body.translate(None, _NOT_PRINTABLE)
    ),
    QuotedPrintableRules.JOINED: lambda body: _decoded(QuotedPrintableDecoder(), _SOFT_BREAK.sub(b"", body)),
}


def _sniffed(body: bytes) -> bytes:
    return _decoded(Base64Decoder(), body) if BASE64_BODY.match(body) else body


def _other_decoder(encoding: str, reading: Reading) -> TransferDecoder | None:
    """Return the decoder of another reading, or None where it is the same as ours."""
    if reading.encodings is Encodings.IDENTITY:
        return IdentityDecoder()
    if reading.encodings is Encodings.SNIFFED and encoding not in CHANGING_ENCODINGS:
        return WholeBodyDecoder(_sniffed)
    decode = None
    if encoding == "base64":
        decode = _OTHER_RULES.get(reading.base64)
    elif encoding == "quoted-printable":
        decode = _OTHER_RULES.get(reading.quoted_printable)
    return WholeBodyDecoder(decode) if decode is not None else None
