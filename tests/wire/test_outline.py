"""The outline of an ordinary message is what the machine makes of it, and what is not ordinary is left to the machine."""

from __future__ import annotations

from dataclasses import fields

import pytest
from feeding import feed, merged, shape
from hypothesis import given, settings
from hypothesis import strategies as st

from mimeparse import Limits, Parser, PartEnd, PartStart, Surplus
from mimeparse.coding import signatures
from mimeparse.fields.block import plain_block
from mimeparse.limits import DEFAULT_LIMITS
from mimeparse.wire import outline as outlines
from mimeparse.wire.outline import MAXIMUM_BYTES, MAXIMUM_PARTS, outline, root_part

TOP = b"From: a@b\nDate: Thu, 1 Jan 2026 00:00:00 +0000\nMIME-Version: 1.0\n"
MIXED = TOP + b"Content-Type: multipart/mixed; boundary=x\n\n"
TEXT = b"Content-Type: text/plain\n\nText.\n"

ORDINARY = {
    "a text": TOP + b"\nText.\n",
    "a text without a last line end": TOP + b"\nText.",
    "a message without a body": TOP + b"\n",
    "an envelope line": b"From a@b Thu Jan  1 00:00:00 2026\n" + TOP + b"\nText.\n",
    "two parts": MIXED + b"--x\n" + TEXT + b"--x\n" + TEXT + b"--x--\n",
    "a last delimiter that ends the input": MIXED + b"--x\n" + TEXT + b"--x--",
    "text before the first part": MIXED + b"This is MIME.\n--x\n" + TEXT + b"--x--\n",
    "a blank line before the first part": MIXED + b"\n--x\n" + TEXT + b"--x--\n",
    "text behind the last part": MIXED + b"--x\n" + TEXT + b"--x--\nA list's footer.\n",
    "a delimiter behind the last one": MIXED + b"--x\n" + TEXT + b"--x--\n\n--x\n" + TEXT,
    "a part without a body": MIXED + b"--x\nContent-Type: text/plain\n\n--x\n" + TEXT + b"--x--\n",
    "a part without fields": MIXED + b"--x\n\nText.\n--x--\n",
    "no last delimiter": MIXED + b"--x\n" + TEXT + b"--x\n" + TEXT,
    "a multipart in another": MIXED
    + b"--x\nContent-Type: multipart/alternative; boundary=y\n\n--y\n" + TEXT + b"--y--\n\n--x\n" + TEXT + b"--x--\n",
    "a multipart whose last delimiter touches the next": MIXED
    + b"--x\nContent-Type: multipart/alternative; boundary=y\n\n--y\n" + TEXT + b"--y--\n--x--\n",
    "a multipart whose last delimiter ends it": MIXED
    + b"--x\nContent-Type: multipart/alternative; boundary=y\n\n--y\n" + TEXT + b"--y--\n--x\n" + TEXT + b"--x--\n",
    "a forwarded message": MIXED + b"--x\nContent-Type: message/rfc822\n\n" + TOP + b"\nText.\n--x--\n",
    "a forwarded multipart": MIXED
    + b"--x\nContent-Type: message/rfc822\n\n" + MIXED.replace(b"=x", b"=y") + b"--y\n" + TEXT + b"--y--\n\n--x--\n",
    "a message in a message": TOP + b"Content-Type: message/rfc822\n\n" + TOP + b"\nText.\n",
    "a digest": TOP + b"Content-Type: multipart/digest; boundary=x\n\n--x\n\n" + TOP + b"\nText.\n--x--\n",
    "an attachment in base64": MIXED
    + b"--x\nContent-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\niVBORw0K\n--x--\n",
    "a label that is odd": TOP + b"Content-Type: text/plain; charset = utf-8\n\nText.\n",
    "a third part that is not signed": TOP
    + b"Content-Type: multipart/signed; boundary=x\n\n" + 3 * (b"--x\n" + TEXT) + b"--x--\nFooter\n",
}  # fmt: skip

A_TEXT = ORDINARY["a text"]
SIZE = len(A_TEXT)

ODD = {
    "nothing": b"",
    "no blank line": TOP,
    "an envelope line with another line end": b"From a@b\nFrom: a@b\r\n\nText.\n",
    "an envelope line and nothing else": b"From \n\n",
    "a part of an envelope line": MIXED + b"--x\nFrom a@b\n\n--x--\n",
    "a blank line before the first field": b"\n" + TOP + b"\nText.\n",
    "a line that is no field": b"From: a@b\nno field\n\nText.\n",
    "a field name with a blank": b"From : a@b\n\nText.\n",
    "line ends of two kinds": b"From: a@b\r\nTo: c@d\n\r\nText.\n",
    "a blank line of the other kind": b"From: a@b\r\n\nText.\r\n",
    "a NUL": b"From: a@b\0\n\nText.\n",
    "a multipart without parts": MIXED + b"--x--\n",
    "a multipart without delimiters": MIXED + TEXT,
    "a part without a blank line": MIXED + b"--x\nContent-Type: text/plain\n--x--\n",
    "a part of nothing": MIXED + b"--x\n--x--\n",
    "a part without fields and without a body": MIXED + b"--x\n\n--x--\n",
    "text behind a delimiter": MIXED + b"--x\n" + TEXT + b"--x text\n--x--\n",
    "blanks behind a delimiter": MIXED + b"--x \n" + TEXT + b"--x--\n",
    "an indented delimiter": MIXED + b"--x\n" + TEXT + b" --x\n--x--\n",
    "a delimiter behind a bare CR": MIXED + b"--x\n" + TEXT + b"a\r--x\n--x--\n",
    "two CRs behind a delimiter": MIXED + b"--x\r\r\n" + TEXT + b"--x--\n",
    "a delimiter that ends the input": MIXED + b"--x\n" + TEXT + b"--x",
    "a delimiter in another's part": MIXED
    + b"--x\nContent-Type: multipart/mixed; boundary=y\n\n--y\n" + TEXT + b"--x\n" + TEXT + b"--y--\n--x--\n",
    "a boundary that begins like another": MIXED
    + b"--x\nContent-Type: multipart/mixed; boundary=xy\n\n--xy\n" + TEXT + b"--xy--\n--x--\n",
    "a boundary that another begins with": MIXED.replace(b"=x", b"=xy")
    + b"--xy\nContent-Type: multipart/mixed; boundary=x\n\nText.\n--xy--\n",
    "a boundary that another begins with, and its parts": MIXED.replace(b"=x", b"=xy")
    + b"--xy\nContent-Type: multipart/mixed; boundary=x\n\n--x\n" + TEXT + b"--x--\n\n--xy--\n",
    "uuencode, which may stand for more bytes than it has": TOP + b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n#86)C\n`\nend\n",
    "one boundary twice": MIXED + b"--x\n" + MIXED + b"--x\n" + TEXT + b"--x--\n--x--\n",
}  # fmt: skip


def first_event(data):
    parser = Parser()
    parser.feed(data)
    return parser.next_event()


def crlf(data):
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def start(part):
    return shape(PartStart(*(getattr(part, field.name) for field in fields(PartStart))))


def assert_same_as_the_machine(data, found):
    """Compare an outline with the events of the whole message; what the bodies of leaves show is not in it."""
    events = merged(feed(data, (max(len(data), 1),)))
    assert [start(part) for part in found.parts] == [shape(one) for one in events if isinstance(one, PartStart)]
    ends = {one.path: one for one in events if isinstance(one, PartEnd)}
    surplus = {(one.path, one.where): one.data for one in events if isinstance(one, Surplus)}
    for part in found.parts:
        path = part.path
        assert part.end == ends[path].offset
        assert data[part.body_offset : part.preamble_end] == surplus.get((path, "preamble"), b"")
        assert data[part.end if part.epilogue_start is None else part.epilogue_start : part.end] == surplus.get(
            (path, "epilogue"), b""
        )
        if part.frame is not None:
            assert tuple(part.frame.defects) == ends[path].defects
    bodies = {defect for part in found.parts if part.frame is None for defect in ends[part.path].defects}
    assert set(found.log.kept) == set(events[-1].defects) - bodies
    depths = [len(path) for path in ends]
    assert found.depth == max(depths)


@pytest.mark.parametrize("data", ORDINARY.values(), ids=ORDINARY)
def test_what_is_ordinary_is_outlined_as_the_machine_has_it(data):
    for form in (data, crlf(data)):
        found = outline(form, DEFAULT_LIMITS)
        assert found is not None
        assert_same_as_the_machine(form, found)


@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
def test_what_is_odd_is_left_to_the_machine(data):
    assert outline(data, DEFAULT_LIMITS) is None


PIECES = st.sampled_from(
    [
        b"\n", b"\n\n", b"--x\n", b"--x--\n", b"--y\n", b"--y--\n", b"--x", b"--", b" ", b"\r", b"\r\n", b"Text.\n", b"\n--x\n", b"\n--y--\n", MIXED,
        b"Content-Type: multipart/alternative; boundary=y\n\n", b"Content-Type: message/rfc822\n\n", TEXT, TOP, b"Content-Type: text/html\n",
        b"Content-Transfer-Encoding: base64\n", b"Content-ID: <a@b>\n", b"Subject: x\n", b"a=b", b"Content-Type: multipart/digest; boundary=x\n\n",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25).map(b"".join), st.sampled_from([b"", MIXED, MIXED + b"--x\n"]), st.booleans())
@settings(max_examples=1000)
def test_whatever_is_outlined_is_outlined_as_the_machine_has_it(behind, before, of_crlf):
    data = crlf(before + behind) if of_crlf else before + behind
    found = outline(data, DEFAULT_LIMITS)
    if found is not None:
        assert_same_as_the_machine(data, found)


@pytest.mark.parametrize(
    ("parts", "is_outlined"), [(MAXIMUM_PARTS - 1, True), (MAXIMUM_PARTS, True), (MAXIMUM_PARTS + 1, False)]
)
def test_few_parts_are_outlined(parts, is_outlined):
    data = MIXED + (parts - 1) * (b"--x\n" + TEXT) + b"--x--\n"
    assert (outline(data, DEFAULT_LIMITS) is not None) is is_outlined


@pytest.mark.parametrize(
    ("size", "is_outlined"), [(MAXIMUM_BYTES - 1, True), (MAXIMUM_BYTES, True), (MAXIMUM_BYTES + 1, False)]
)
def test_a_small_message_is_outlined(size, is_outlined):
    data = (TOP + b"\n").ljust(size, b"a")
    assert (outline(data, DEFAULT_LIMITS) is not None) is is_outlined


@pytest.mark.parametrize("size", [MAXIMUM_BYTES - 1, MAXIMUM_BYTES, MAXIMUM_BYTES + 1])
def test_so_is_the_header_block_of_a_small_message(size):
    data = (TOP + b"\n").ljust(size, b"a")
    root = root_part(data, DEFAULT_LIMITS)
    assert (root is not None) is (size <= MAXIMUM_BYTES)
    if root is not None:
        assert start(root) == shape(first_event(data))
    assert root_part(TOP + b"\n", Limits(max_parts=1)) is None
    assert root_part(TOP, DEFAULT_LIMITS) is None


@pytest.mark.parametrize(("size", "is_outlined"), [(32_765, True), (32_766, True), (32_767, False)])
def test_a_short_header_block_is_outlined(size, is_outlined):
    data = b"Subject: ".ljust(size, b"a") + b"\n\nText."
    assert (outline(data, DEFAULT_LIMITS) is not None) is is_outlined


@pytest.mark.parametrize(("size", "is_outlined"), [(32_767, True), (32_768, True), (32_769, False)])
def test_the_header_blocks_of_a_message_are_short_together(size, is_outlined):
    blocks = len(MIXED) + len(TEXT.partition(b"\n\n")[0]) + 4
    long = b"Subject: ".ljust(size - blocks, b"a") + b"\n\nText.\n"
    data = MIXED + b"--x\n" + TEXT + b"--x\n" + long + b"--x--\n"
    assert (outline(data, DEFAULT_LIMITS) is not None) is is_outlined


@pytest.mark.parametrize(("fields", "is_outlined"), [(999, True), (1_000, True), (1_001, False)])
def test_a_header_block_of_few_fields_is_outlined(fields, is_outlined):
    assert (outline(fields * b"a:\n" + b"\nText.", DEFAULT_LIMITS) is not None) is is_outlined


@pytest.mark.parametrize(("repeats", "is_outlined"), [(20, True), (21, True), (22, False)])
def test_a_message_with_few_defects_is_outlined(repeats, is_outlined):
    data = b"Content-Type: text/plain\n" * (repeats + 1) + b"\nText."
    assert (outline(data, DEFAULT_LIMITS) is not None) is is_outlined


@pytest.mark.parametrize(
    "limits",
    [
        Limits(max_message_bytes=SIZE - 1),
        Limits(max_header_bytes=outlines._MAXIMUM_HEADER_BYTES - 1),
        Limits(max_total_header_bytes=outlines._MAXIMUM_HEADER_BYTES - 1),
        Limits(max_header_count=outlines._MAXIMUM_FIELDS - 1),
        Limits(max_structured_bytes=outlines._MAXIMUM_HEADER_BYTES - 1),
        Limits(max_boundary_bytes=outlines._LONGEST_BOUNDARY - 1),
        Limits(max_depth=MAXIMUM_PARTS - 1),
        Limits(max_parts=MAXIMUM_PARTS - 1),
        Limits(max_attachments=MAXIMUM_PARTS - 1),
        Limits(max_part_bytes=SIZE - 1),
        Limits(max_text_bytes=SIZE - 1),
        Limits(max_spool_bytes=SIZE - 1),
        Limits(max_defects=196),
        Limits(max_cpu_seconds=0.09),
    ],
    ids=str,
)
def test_whoever_grants_little_is_served_by_the_machine(limits):
    assert outline(A_TEXT, limits) is None


def test_whoever_grants_as_much_as_an_outline_takes_gets_one():
    limits = Limits(
        max_message_bytes=SIZE,
        max_part_bytes=SIZE,
        max_text_bytes=SIZE,
        max_spool_bytes=SIZE,
        max_header_bytes=None,
        max_defects=197,
        max_parts=MAXIMUM_PARTS,
        max_cpu_seconds=0.1,
    )
    assert outline(A_TEXT, limits) is not None


@pytest.mark.parametrize("signature", [signature for signature, _ in signatures._SIGNATURES])
def test_no_file_that_is_no_mail_begins_with_a_plain_header_block(signature):
    for rest in (b"", b"1.7\n", b"-1.7: a", b": a", b"\0: a"):
        block = signature + rest + b"\nSubject: x\n"
        assert plain_block(block) is None or signatures.foreign_format(block) is None
