"""Transfer encodings, undone piece by piece: base64, quoted-printable, uuencode, and those that change nothing.

A decoder takes a body in any chunks and gives the same bytes and the same findings for each way of cutting it. It survives junk,
missing and early padding and half escapes, and says so; what it could not decode stays reachable in the encoded body, by offset.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from mimeparse.coding.base64 import Base64Decoder
from mimeparse.coding.line_ends import LineEnds
from mimeparse.coding.quotedprintable import QuotedPrintableDecoder
from mimeparse.coding.uuencode import UuencodeDecoder
from mimeparse.defects import DefectCode, Finding

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


def transfer_decoder(encoding: str) -> TransferDecoder:
    """Return a new decoder for a Content-Transfer-Encoding, given as its lower-case token; unknown ones change nothing."""
    return _DECODERS.get(encoding, IdentityDecoder)()
