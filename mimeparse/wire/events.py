"""The five events, and the grammar in which they come.

    message  := PartStart body PartEnd EndOfMessage
    body     := BodyChunk*                                        leaf
              | Surplus* (PartStart body PartEnd)* Surplus*       multipart: preamble, children, epilogue
              | PartStart body PartEnd                            message/rfc822

Paths are tuples of 0-based ints, `()` for the message itself, and come in document order. Offsets are bytes from the start of
the input. Header blocks, bodies, preambles, epilogues and the delimiters between them tile the input.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from mimeparse.defects import Defect
    from mimeparse.fields.headers import Headers


@dataclass(frozen=True, slots=True)
class PartStart:
    """The header block of an entity has been read; its body follows."""

    path: tuple[int, ...]
    headers: Headers
    content_type: str
    """Lower-case type/subtype, after the defaults of RFC 2045 5.2; the parameters are `headers.content_type.parameters`."""
    disposition: str | None
    """Lower-case disposition type (RFC 2183), or None where none is declared."""
    filename: str | None
    """The file name as declared, decoded. Never a path: see `safe_filename`."""
    leaf: bool
    """Whether a body of its own follows, and not the parts of a multipart or a message that is entered."""
    defects: tuple[Defect, ...]
    """What is wrong with the header block, as far as it decides about the body."""
    offset: int
    """Where the header block begins."""
    body_offset: int
    """Where the body begins."""


@dataclass(frozen=True, slots=True)
class BodyChunk:
    """Some bytes of the body of a leaf: transfer-decoded, unless the parser was told not to decode. Never empty."""

    path: tuple[int, ...]
    data: bytes
    offset: int
    """Where the first of the encoded bytes stood that were read for this chunk."""


@dataclass(frozen=True, slots=True)
class Surplus:
    """Some bytes of a multipart outside its parts (RFC 2046 5.1.1), which some readers show and malware uses. Never empty."""

    path: tuple[int, ...]
    where: Literal["preamble", "epilogue"]
    data: bytes
    offset: int


@dataclass(frozen=True, slots=True)
class PartEnd:
    """The body of an entity has ended."""

    path: tuple[int, ...]
    size: int
    """Bytes of all its chunks together; 0 for a multipart and for a message that was entered."""
    defects: tuple[Defect, ...]
    """What is wrong with the body."""
    offset: int
    """Where the body ended, before the line end that belongs to the next delimiter."""


@dataclass(frozen=True, slots=True)
class EndOfMessage:
    """The input has ended. Comes once, and last."""

    size: int
    """Bytes of the whole input."""
    defects: tuple[Defect, ...]
    """Every defect that was kept, in the order in which they were found."""


Event: TypeAlias = PartStart | BodyChunk | Surplus | PartEnd | EndOfMessage
