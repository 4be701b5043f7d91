"""The body of a leaf on its way past: decoded, measured, and looked at where it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimeparse.coding.transfer import KNOWN_ENCODINGS, transfer_decoder
from mimeparse.wire.impressions import HEAD_BYTES, leaf_findings

if TYPE_CHECKING:
    from mimeparse.defects import DefectCode, Finding
    from mimeparse.reading import Reading


def _by_position(finding: Finding) -> tuple[int, DefectCode]:
    # In which order a decoder finds things depends on the chunks; what it finds does not.
    return finding.position, finding.code


class Leaf:
    """A body that is being read, in any chunks."""

    __slots__ = ("_content_type", "_decoder", "_encoding", "_head", "size")

    def __init__(self, content_type: str, encoding: str, reading: Reading, *, decode: bool) -> None:
        self._content_type = content_type
        self._encoding = encoding
        self._decoder = transfer_decoder(encoding, reading) if decode else None
        self._head = b""
        self.size = 0
        """Bytes so far: decoded, unless they are left as they stand."""

    def take(self, data: bytes, *, ended: bool) -> bytes:
        """Return the next bytes, decoded; `ended` says that they are the last."""
        if self._decoder is not None:
            data = self._decoder.feed(data)
            if ended:
                data += self._decoder.close()
        if self.size < HEAD_BYTES:
            self._head += data[: HEAD_BYTES - self.size]
        self.size += len(data)
        return data

    def findings(self) -> list[Finding]:
        """Return what is odd about the body, which has ended; positions count from its start. Nothing is known of one left as it stands."""
        if self._decoder is None:
            return []
        findings = sorted(self._decoder.findings, key=_by_position)
        findings += leaf_findings(
            self._content_type, self._head, unknown_encoding=self._encoding not in KNOWN_ENCODINGS
        )
        return findings
