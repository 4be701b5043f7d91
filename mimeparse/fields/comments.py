"""How deep comments nest (RFC 5322 3.2.2), which every reader of a structured field has to count."""

from __future__ import annotations

from mimeparse.defects import DefectCode, Finding

MAXIMUM_COMMENT_DEPTH = 32
"""Levels of comments that are no defect. Nobody writes three. Here any number of them is read at the cost of its bytes; a reader that
follows them by recursion is stopped by some number, the stdlib's by two hundred and fifty, and the field or the message is lost to it."""


def depth_findings(depth: int) -> list[Finding]:
    """Return what there is to say of a field whose comments nest `depth` levels deep."""
    return [Finding(DefectCode.LIMIT_COMMENT_DEPTH, 0, f"{depth} levels")] if depth > MAXIMUM_COMMENT_DEPTH else []
