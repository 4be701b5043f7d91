"""What a body looks like to a reader that does not believe its label."""

from __future__ import annotations

import pytest
from feeding import codes, events_of

from mimeparse.defects import DefectCode
from mimeparse.wire.impressions import HEAD_BYTES, SurplusSearch, leaf_findings, sniffed_boundary, sniffed_message

MAIL = b"Received: from x\nFrom: a@b\nTo: c@d\nSubject: x\n\nbody"
QUOTED = b"From: a@b\nTo: c@d\nSubject: x\n\nbody"
BASE64 = b"aGVsbG8sIGhlbGxvLCBoZWxsbw==\n"


def found(content_type: str, head: bytes, *, unknown_encoding: bool = False) -> list[DefectCode]:
    return [one.code for one in leaf_findings(content_type, head, unknown_encoding=unknown_encoding)]


@pytest.mark.parametrize(
    ("content_type", "head", "expected"),
    [
        ("text/plain", b"", []),
        ("text/plain", b"Hello there,\n\nFrom: x\n", []),
        ("text/plain", b"Content-Type: text/html\n", [DefectCode.BODY_STARTS_WITH_HEADER]),
        ("text/plain", b"mime-version : 1.0\n", [DefectCode.BODY_STARTS_WITH_HEADER]),
        ("text/plain", b"x\nContent-Type: text/html\n", []),
        ("text/plain", b"\r\n\nContent-Type: text/html\n", [DefectCode.BODY_STARTS_WITH_HEADER]),
        ("text/plain", b"X-A: b\n c\nContent-Type: text/html\n", [DefectCode.BODY_STARTS_WITH_HEADER]),
        ("text/plain", b"A: b\nContent-Type: text/html\n", []),
        ("text/plain", MAIL, [DefectCode.BODY_LOOKS_LIKE_MESSAGE]),
        ("application/octet-stream", MAIL, [DefectCode.BODY_LOOKS_LIKE_MESSAGE]),
        ("text/plain", b"Received: from\n x\nFrom: a@b\nTo: c@d\n\nbody", [DefectCode.BODY_LOOKS_LIKE_MESSAGE]),
        ("text/plain", "Grüße,\n".encode() + MAIL, []),
        ("message/partial", MAIL, []),
        ("message/x-other", MAIL, [DefectCode.BODY_LOOKS_LIKE_MESSAGE]),
        ("message/delivery-status", b"Reporting-MTA: dns; a\nArrival-Date: b\n\nFinal-Recipient: rfc822; c@d\n", []),
        ("message/global-headers", MAIL.removesuffix(b"body"), []),
        ("text/plain", QUOTED, []),
        ("text/rfc822-headers", QUOTED.removesuffix(b"body"), []),
        ("text/rfc822-headers", b"From: a@b\nno field\nnor this\n", []),
        ("text/rfc822-headers", b"\nbody", []),
        ("text/rfc822-headers", QUOTED, [DefectCode.BODY_LOOKS_LIKE_MESSAGE]),
        ("text/plain", b"--x\nContent-Type: a/b\n", [DefectCode.BODY_LOOKS_LIKE_MULTIPART]),
        ("text/plain", b"\r\n--x\r\nContent-Disposition: inline\r\n", [DefectCode.BODY_LOOKS_LIKE_MULTIPART]),
        ("text/plain", b"--x\nyours, Alice\n", []),
        (
            "text/plain",
            b"This is a multi-part message in MIME format.\n\n--x\nContent-Type: a/b\n",
            [DefectCode.BODY_LOOKS_LIKE_MULTIPART],
        ),
        (
            "text/plain",
            b"\nThis is a multipart message.\nGet another reader.\n\n--x\nContent-Type: a/b\n",
            [DefectCode.BODY_LOOKS_LIKE_MULTIPART],
        ),
        ("text/plain", b"MIME is old.\nYou said:\n\n> --x\n--x\nContent-Type: a/b\n", []),
        ("text/plain", b"Hello,\n\n--x\nContent-Type: a/b\n", []),
        ("text/plain", b"-- \nAlice\n", []),
        ("text/plain", "x\n\u2010\u2010b\nContent-Type: a/b\n".encode(), [DefectCode.BOUNDARY_NEAR_MISS]),
        ("text/plain", "x \u2010\u2010b\nContent-Type: a/b\n".encode(), []),
        ("text/plain", "\u2014 she said\n".encode(), []),
    ],
)
def test_a_body_that_begins_like_something_else_is_reported(content_type, head, expected):
    assert found(content_type, head) == expected


@pytest.mark.parametrize("name", ["From", "TO", "Date", "subject", "Return-Path"])
@pytest.mark.parametrize("machine", ["Mime-Version", "Content-Type", "received", "MESSAGE-ID"])
def test_three_fields_of_mail_make_a_message_if_a_machine_wrote_one_of_them(name, machine):
    fields = f"{name}: a\nBcc: b\nCc: c\n{machine}: d\n"
    assert found("text/plain", fields.encode()) == []
    fields += "Sender: e\n" + ("To: f\n" if name == "From" else "From: f\n")
    assert found("text/plain", fields.encode()) == [DefectCode.BODY_LOOKS_LIKE_MESSAGE]


@pytest.mark.parametrize(
    ("head", "unknown", "expected"),
    [
        (BASE64, True, [DefectCode.CTE_MISMATCH]),
        (BASE64, False, []),
        (b"aGVsbG8=\n", True, []),
        (b"good morning,\n" + BASE64, True, []),
        (b"hello there, and good morning\n", True, []),
    ],
)
def test_base64_under_an_unknown_encoding_is_a_mismatch(head, unknown, expected):
    assert found("image/png", head, unknown_encoding=unknown) == expected


@pytest.mark.parametrize(
    ("encoding", "expected"), [(b"nosuch", ["cte-unknown", "cte-mismatch"]), (b"8bit", []), (b"base64", [])]
)
def test_an_encoding_is_unknown_if_nobody_knows_how_to_undo_it(encoding, expected):
    raw = b"Content-Type: image/png\nContent-Transfer-Encoding: " + encoding + b"\n\n" + BASE64
    assert codes(events_of(raw)[-1].defects) == expected


@pytest.mark.parametrize(("size", "seen"), [(HEAD_BYTES - 1, True), (HEAD_BYTES, True), (HEAD_BYTES + 1, False)])
def test_only_the_beginning_of_a_body_is_looked_at(size, seen):
    part = b"--x\nContent-Type:"
    body = b"\n" * (size - len(part)) + part
    events = events_of(b"A: b\n\n" + body + b" a/b\n")
    assert ("body-looks-like-multipart" in codes(events[-1].defects)) is seen


@pytest.mark.parametrize(
    ("content_type", "declared", "head", "expected"),
    [
        ("multipart/mixed", None, b"--x\n\ny", b"x"),
        ("multipart/mixed", b"a", b"--x\n\ny", b"x"),
        ("multipart/mixed", b"a", b"--a\n\ny", b"a"),
        ("multipart/mixed", b"a", b"nothing", b"a"),
        ("multipart/mixed", None, b"--\nContent-Type: a/b\n\n--x\n\ny", b""),
        ("multipart/mixed", None, b"--x\n\ny\n--\nContent-Type: a/b\n", b"x"),
        ("multipart/mixed", None, b"y\n--\nyours, Alice\n", None),
        ("text/plain", b"x", b"a preamble\n--x\nContent-Type: a/b\n", b"x"),
        ("text/plain", b"x", b"a preamble --x\n", None),
        ("text/plain", None, b"--x\nContent-Type: a/b\n", b"x"),
        ("text/plain", None, b"--x\n\ny", None),
        ("text/plain", None, b"hello", None),
    ],
)
def test_a_boundary_is_sniffed_where_none_is_declared_that_occurs(content_type, declared, head, expected):
    assert sniffed_boundary(content_type, declared, head) == expected


@pytest.mark.parametrize(
    ("content_type", "head", "expected"),
    [
        ("message/partial", b"x", True),
        ("text/plain", QUOTED, True),
        ("text/plain", b"From: a@b\n\nx", False),
        ("text/rfc822-headers", b"From: a@b\n\nx", True),
        ("text/plain", b"hello", False),
        ("text/plain", b"hello\n" + QUOTED, False),
        ("text/rfc822-headers", b"hello", False),
    ],
)
def test_a_message_is_sniffed_by_its_label_or_its_fields(content_type, head, expected):
    assert sniffed_message(content_type, head) is expected


def found_outside(where: str, *pieces: bytes) -> list[tuple[DefectCode, int]]:
    search = SurplusSearch(where, b"b")
    for piece in pieces:
        search.take(piece)
    return [(code, position) for code, position, _ in search.found]


def test_what_looks_like_a_part_outside_of_the_parts_is_found_however_far_and_in_any_chunks():
    text = b"y" * HEAD_BYTES + b"\nContent-Type : a/b\n\n" + b"y" * HEAD_BYTES + b"\n--b\n"
    expected = [
        (DefectCode.EPILOGUE_LOOKS_LIKE_PART, text.index(b"Content")),
        (DefectCode.BOUNDARY_AFTER_CLOSE, text.index(b"--b")),
    ]
    assert found_outside("epilogue", text) == expected
    assert found_outside("epilogue", *(text[at : at + 1] for at in range(len(text)))) == expected
    assert found_outside("epilogue", b"y Content-Type: a/b\ny --b\n") == []


def test_findings_outside_of_the_parts_say_where_the_first_of_each_kind_stands():
    head = b"x\n--b\n\n--b\nContent-Type: a/b\n\n--b\nMIME-Version: 1.0\n"
    assert found_outside("epilogue", head) == [
        (DefectCode.EPILOGUE_LOOKS_LIKE_PART, head.index(b"Content")),
        (DefectCode.BOUNDARY_AFTER_CLOSE, 2),
    ]
    assert found_outside("preamble", head) == [(DefectCode.PREAMBLE_LOOKS_LIKE_PART, head.index(b"Content"))]
