"""Comments that nest: read at any depth, and reported where other readers stop or fail."""

from __future__ import annotations

import pytest

from mimeparse.defects import DefectCode
from mimeparse.fields.addresses import parse_addresses
from mimeparse.fields.comments import MAXIMUM_COMMENT_DEPTH
from mimeparse.fields.dates import parse_date
from mimeparse.fields.headers import Headers
from mimeparse.fields.ids import parse_message_id, parse_message_ids
from mimeparse.fields.params import parse_content_type, parse_transfer_encoding

FIELDS = [
    # how it is read, what stands before and behind the comments, and what is read
    (lambda value: parse_addresses(value).findings, "", " <a@x>"),
    (lambda value: parse_date(value)[1], "Tue, 24 Nov 2026 10:00:00 +0000 ", ""),
    (lambda value: parse_message_id(value)[1], "", " <a@x>"),
    (lambda value: parse_message_ids(value)[1], "<a@x> ", " <b@x>"),
    (lambda value: parse_content_type(value).findings, "text/plain ", "; charset=utf-8"),
    (lambda value: parse_transfer_encoding(value)[1], "base64 ", ""),
]


@pytest.mark.parametrize(("findings_of", "before", "behind"), FIELDS)
@pytest.mark.parametrize("closed", [True, False])
def test_comments_are_reported_from_one_level_more_than_the_maximum(findings_of, before, behind, closed):
    for depth in (MAXIMUM_COMMENT_DEPTH - 1, MAXIMUM_COMMENT_DEPTH, MAXIMUM_COMMENT_DEPTH + 1, 20_000):
        found = findings_of(before + "(" * depth + ")" * depth * closed + behind)
        codes = [finding.code for finding in found]
        assert codes.count(DefectCode.LIMIT_COMMENT_DEPTH) == (depth > MAXIMUM_COMMENT_DEPTH), depth


def test_one_comment_after_the_other_is_no_depth():
    for findings_of, before, behind in FIELDS:
        found = findings_of(before + "(a (b)) " * (MAXIMUM_COMMENT_DEPTH + 1) + behind)
        assert DefectCode.LIMIT_COMMENT_DEPTH not in [finding.code for finding in found]


def test_what_stands_behind_deep_comments_is_read():
    deep = b"(" * 1_000 + b")" * 1_000
    block = b"From: %b a@x\nDate: Tue, 24 Nov 2026 10:00:00 +0000 %b\nMessage-ID: %b <a@x>\nContent-Type: a/b %b; x=y\n"
    headers = Headers(block.replace(b"%b", deep))
    assert [mailbox.address for mailbox in headers.addresses("from")] == ["a@x"]
    assert headers.date() is not None
    assert headers.message_id() == "<a@x>"
    assert headers.content_type is not None
    assert headers.content_type.parameters == {"x": "y"}
    assert [defect.code for defect in headers.message_defects()].count(DefectCode.LIMIT_COMMENT_DEPTH) == 4
