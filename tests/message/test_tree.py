"""`parse()`: the whole message as a tree, its texts and attachments."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import io
import os
import stat
import sys
import threading

import pytest
from counting import calls_of
from feeding import CHUNK_SIZES, cut

import mimeparse
from mimeparse import Limits, Message, Role, UsageError
from mimeparse.message.spool import Body, Spool

HEAD = b"From: a@example.com\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n"
TEXT = b"Content-Type: text/plain\r\n\r\nplain"
HTML = b"Content-Type: text/html\r\n\r\n<p>html"
IMAGE = b"Content-Type: image/png\r\nContent-ID: <i@x>\r\n\r\npixels"
PDF = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\npdf"


def inner(subtype: bytes, *parts: bytes, boundary: bytes = b"i") -> bytes:
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return (
        b"Content-Type: multipart/"
        + subtype
        + b"; boundary="
        + boundary
        + b"\r\n\r\n"
        + body
        + b"--"
        + boundary
        + b"--"
    )


def parse(raw: bytes) -> Message:
    """Parse a message, after checking that every kind of source gives the same JSON."""
    message = mimeparse.parse(raw)
    record = message.to_dict()
    assert mimeparse.parse(io.BytesIO(raw)).to_dict() == record
    assert mimeparse.parse(bytearray(raw)).to_dict() == record
    assert mimeparse.parse(memoryview(raw)).to_dict() == record
    for sizes in CHUNK_SIZES:
        assert mimeparse.parse(cut(raw, sizes), limits=Limits(max_spool_bytes=3)).to_dict() == record
    return message


def names(message: Message) -> list[tuple[str, str]]:
    return [(attachment.content_type, str(attachment.role)) for attachment in message.attachments]


# What people ask for ----------------------------------------------------------------------------------------------------


def test_the_fields_of_a_message_have_the_names_that_people_use():
    raw = (
        b"From: =?utf-8?q?Zo=C3=AB?= <zoe@example.com>\r\nSender: s@example.com\r\nTo: Us: b@example.org, c@example.org;\r\n"
        b"Cc: d@example.org\r\nBcc: e@example.org\r\nReply-To: f@example.org\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\n"
        b"Date: Tue, 24 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@x>\r\nIn-Reply-To: <0@x>\r\nReferences: <a@x>\r\n <b@x>\r\n\r\n"
    )
    message = parse(raw)
    assert [(address.name, address.address) for address in message.from_] == [("Zoë", "zoe@example.com")]
    assert message.sender is not None
    assert message.sender.address == "s@example.com"
    assert [address.address for address in message.to] == ["b@example.org", "c@example.org"]
    assert [address.address for address in (*message.cc, *message.bcc, *message.reply_to)] == [
        "d@example.org", "e@example.org", "f@example.org",
    ]  # fmt: skip
    assert message.subject == "café"
    assert message.date is not None
    assert message.date.isoformat() == "2026-11-24T10:00:00+01:00"
    assert (message.message_id, message.in_reply_to, message.references) == ("<1@x>", ("<0@x>",), ("<a@x>", "<b@x>"))
    assert message.defects == ()
    assert not message.ambiguous


def test_what_is_absent_is_none_or_empty_and_never_made_up():
    message = parse(b"X: y\r\n\r\n")
    assert (message.subject, message.date, message.message_id, message.sender, message.text) == (
        None,
        None,
        None,
        None,
        "",
    )
    assert (message.from_, message.to, message.references, message.attachments, message.html) == ((), (), (), (), None)


@pytest.mark.parametrize(
    ("raw", "text", "html", "attachments"),
    [
        (HEAD + TEXT, "plain", None, []),
        (HEAD + HTML, None, "<p>html", []),
        (HEAD + PDF, None, None, [("application/pdf", "attachment")]),
        (HEAD + inner(b"alternative", TEXT, HTML), "plain", "<p>html", []),
        (HEAD + inner(b"alternative", HTML), None, "<p>html", []),
        (HEAD + inner(b"mixed", TEXT, TEXT), "plain\nplain", None, []),
        (HEAD + inner(b"mixed", TEXT, PDF), "plain", None, [("application/pdf", "attachment")]),
        (HEAD + inner(b"related", HTML, IMAGE), None, "<p>html", [("image/png", "inline")]),
        (
            HEAD + inner(b"mixed", inner(b"alternative", TEXT, inner(b"related", HTML, IMAGE, boundary=b"k"), boundary=b"j"), PDF),
            "plain", "<p>html", [("image/png", "inline"), ("application/pdf", "attachment")],
        ),
        (HEAD + inner(b"mixed", TEXT, b"Content-Type: text/plain; name=a.txt\r\n\r\nx"), "plain", None, [("text/plain", "attachment")]),
        (HEAD + inner(b"mixed", TEXT, b"Content-Disposition: attachment\r\n\r\nx"), "plain", None, [("text/plain", "attachment")]),
        (HEAD + inner(b"alternative", TEXT, b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN"), "plain", None, [("text/calendar", "attachment")]),
    ],
)  # fmt: skip
def test_each_leaf_is_body_text_or_an_attachment(raw, text, html, attachments):
    message = parse(raw)
    assert (message.text, message.html, names(message)) == (text, html, attachments)
    for node in message.walk():
        assert node.role_reason


def test_an_attached_message_is_an_attachment_and_its_text_stays_in_it():
    raw = HEAD + inner(
        b"mixed", TEXT, b"Content-Type: message/rfc822\r\n\r\nSubject: inside\r\n\r\nsecret\r\n--x\r\n", PDF
    )
    message = parse(raw)
    assert message.text == "plain"
    attached, pdf = message.attachments
    assert (attached.content_type, pdf.content_type) == ("message/rfc822", "application/pdf")
    assert attached.read() == b"Subject: inside\r\n\r\nsecret\r\n--x\r\n"
    assert attached.size == len(attached.read())
    assert attached.parse().subject == "inside"
    assert [node.path for node in message.walk()] == [(), (0,), (1,), (1, 0), (2,)]


def test_a_message_attached_to_an_attached_message_is_a_range_of_its_bytes():
    deepest = b"Subject: c\r\n\r\nthree"
    middle = b"Content-Type: message/rfc822\r\n\r\n" + deepest
    message = parse(HEAD + b"Content-Type: message/rfc822\r\n\r\n" + middle)
    nodes = {node.path: node for node in message.walk()}
    assert nodes[()].read() == middle
    assert nodes[0,].read() == deepest
    assert message.attachments[0].parse().attachments[0].parse().subject == "c"


def test_an_attached_message_goes_on_behind_a_message_attached_to_it():
    deepest = b"Subject: c\r\n\r\nthree"
    raw = b"Content-Type: message/rfc822\r\n\r\n" + inner(
        b"mixed", b"Content-Type: message/rfc822\r\n\r\n" + deepest, b"\r\nfour", b"\r\nfive"
    )
    for sizes in CHUNK_SIZES:
        nodes = {node.path: node for node in mimeparse.parse(cut(raw, sizes)).walk()}
        assert nodes[()].read() == raw.partition(b"\r\n\r\n")[2]
        assert nodes[0, 0].read() == deepest
        assert nodes[0, 2].read() == b"five"


def test_an_encoded_attached_message_is_a_leaf_that_can_be_parsed():
    raw = (
        HEAD + b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogaW5zaWRlDQoNCng="
    )
    message = parse(raw)
    assert message.attachments[0].leaf
    assert message.attachments[0].parse().subject == "inside"
    assert "cte-on-composite" in {str(defect.code) for defect in message.defects}


def test_preamble_and_epilogue_are_kept():
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\nbefore\r\n--b\r\n\r\nx\r\n--b--\r\nafter"
    root = parse(raw).root
    assert root.preamble is not None
    assert root.epilogue is not None
    assert (root.preamble.read(), root.epilogue.read()) == (b"before", b"after")


def test_text_says_how_it_was_read_and_what_was_lost():
    message = parse(HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\ngr\xc3\xbc\xff\r\n")
    decoded = message.root.decoded_text()
    assert decoded.text == "grü\ufffd\n"
    assert (decoded.declared, decoded.replaced) == ("utf-8", 1)
    assert message.root.read() == b"gr\xc3\xbc\xff\r\n"
    assert "charset-invalid-bytes" in {str(defect.code) for defect in message.defects}


# Attachments ------------------------------------------------------------------------------------------------------------


def test_an_attachment_has_its_name_size_digest_and_bytes():
    data = bytes(range(256)) * 100
    encoded = __import__("base64").encodebytes(data)
    raw = HEAD + inner(
        b"mixed", b"Content-Type: application/x-thing; name=n\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded
    )
    attachment = parse(raw).attachments[0]
    assert (attachment.filename, attachment.size, attachment.sha256) == (
        "n",
        len(data),
        hashlib.sha256(data).hexdigest(),
    )
    assert attachment.read() == b"".join(attachment.chunks()) == data
    with attachment.open() as file:
        file.seek(-3, os.SEEK_END)
        assert file.read() == data[-3:]
        file.seek(5)
        assert file.read(4) == data[5:9]


def test_safe_names_are_unique_within_the_message():
    part = b"Content-Disposition: attachment; filename=%s\r\n\r\nx"
    raw = HEAD + inner(
        b"mixed",
        *[part % name for name in (b"a.txt", b"A.TXT", b'"../a.txt"', b'""')],
        b"Content-Type: image/png\r\n\r\nx",
    )
    saved = [attachment.safe_filename for attachment in parse(raw).attachments]
    assert len({name.casefold() for name in saved}) == len(saved) == 5
    assert saved[0] == "a.txt"
    assert not any("/" in name for name in saved)


def test_attachments_are_saved_beside_what_is_already_there(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"mine")
    path = parse(HEAD + PDF).attachments[0].save(tmp_path)
    assert path.read_bytes() == b"pdf"
    assert path.parent == tmp_path
    assert path.name != "a.pdf"
    assert (tmp_path / "a.pdf").read_bytes() == b"mine"


# The spool --------------------------------------------------------------------------------------------------------------


def test_beyond_a_bound_bodies_lie_in_one_unlinked_file_that_nobody_else_can_read(tmp_path):
    raw = HEAD + inner(b"mixed", *[PDF + b"x" * 1000] * 5)
    before = set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else set()
    message = mimeparse.parse(io.BytesIO(raw), limits=Limits(max_spool_bytes=100), spool=tmp_path)
    assert [attachment.read() for attachment in message.attachments] == [b"pdf" + b"x" * 1000] * 5
    assert list(tmp_path.iterdir()) == []
    if before:
        assert len(set(os.listdir("/proc/self/fd")) - before) <= 1
        mode = os.fstat(message._keeping.spool._file.fileno()).st_mode
        assert stat.S_IMODE(mode) == 0o600


def test_the_file_is_closed_with_the_message():
    message = mimeparse.parse(HEAD + PDF, limits=Limits(max_spool_bytes=0))
    file = message._keeping.spool._file
    assert file is not None
    del message
    gc.collect()
    assert file.closed


def test_attachments_may_be_read_by_several_threads():
    raw = HEAD + inner(b"mixed", *[PDF + bytes([65 + n]) * 50_000 for n in range(8)])
    message = mimeparse.parse(raw, limits=Limits(max_spool_bytes=0))
    wrong = []

    def read(index: int) -> None:
        expected = b"pdf" + bytes([65 + index]) * 50_000
        wrong.extend(index for _ in range(20) if message.attachments[index].read() != expected)

    threads = [threading.Thread(target=read, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_spool_directory_that_is_not_there_is_reported_with_its_name(tmp_path):
    with pytest.raises((UsageError, OSError), match="missing"):
        mimeparse.parse(HEAD + PDF, limits=Limits(max_spool_bytes=0), spool=tmp_path / "missing")


# Everything at once -----------------------------------------------------------------------------------------------------


def test_defects_do_not_depend_on_what_was_asked_for_before():
    raw = b"From: a@b, c@d\r\nDate: never\r\nSubject: =?utf-8?q?=0a?=\r\nContent-Type: text/plain; charset=no-such\r\n\r\ncaf\xe9\r\n"
    asked = mimeparse.parse(raw)
    _ = (asked.subject, asked.date, asked.text, asked.from_)
    assert asked.defects == mimeparse.parse(raw).defects
    assert {"date-invalid", "address-multiple-from"} <= {str(defect.code) for defect in asked.defects}


def test_the_statistics_count_what_was_there():
    raw = (
        HEAD
        + b"MIME-Version: 1.0\r\n"
        + inner(b"mixed", TEXT, PDF, b"Content-Transfer-Encoding: base64\r\nContent-Type: image/png\r\n\r\nQUJD")
    )
    stats = parse(raw).stats
    assert (stats.bytes, stats.parts, stats.depth) == (len(raw), 4, 1)
    assert (stats.attachments, stats.attachment_bytes, stats.decoded_bytes) == (2, 6, 11)
    assert stats.defects == {}
    assert stats.seconds >= 0


@pytest.mark.parametrize(
    ("version", "reported"),
    [
        (b"", ["mime-version-missing"]),
        (b"MIME-Version: 1.0 (made by hand)\r\n", []),
        (b"MIME-Version: (a) 1 . (b) 0\r\n", []),
        (b"MIME-Version: 2.0\r\n", ["mime-version-unsupported"]),
        (b"MIME-Version: 1.01\r\n", ["mime-version-unsupported"]),
    ],
)
def test_mime_is_read_whatever_its_version_and_without_one(version, reported):
    part = b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+aGk="
    message = parse(HEAD + version + inner(b"mixed", part, PDF))
    assert (message.text, message.html, names(message)) == (None, "<b>hi", [("application/pdf", "attachment")])
    assert [str(defect.code) for defect in message.defects] == reported


def test_lines_of_any_length_are_read_to_their_end():
    message = parse(HEAD + b"Subject: " + b"s" * 2_000 + b"!\r\n\r\n" + b"x" * 5_000 + b"!\r\n")
    assert message.subject == "s" * 2_000 + "!"
    assert message.text == "x" * 5_000 + "!\n"
    assert [str(defect.code) for defect in message.defects] == ["body-line-too-long"]


def test_no_other_field_stands_in_for_a_missing_one():
    message = parse(
        b"Return-Path: <a@x>\r\nReceived: from x by y; Tue, 24 Nov 2026 10:00:00 +0000\r\nSender: a@x\r\n\r\n"
    )
    assert (message.from_, message.date, message.message_id) == ((), None, None)
    assert [str(defect.code) for defect in message.defects] == ["header-missing-date", "header-missing-from"]


def test_a_type_that_nobody_knows_is_an_attachment_with_its_bytes():
    for content_type in (b"text/x-unheard-of", b"x-unheard-of/y", b"font/ttf", b"application/x-unheard-of"):
        message = parse(HEAD + b"Content-Type: " + content_type + b"\r\n\r\ndata")
        assert (message.text, message.html, names(message)) == (None, None, [(content_type.decode(), "attachment")])
        assert message.root.read() == b"data"


def test_a_disposition_of_the_whole_message_is_obeyed_and_one_of_a_multipart_is_not():
    attached = b"Content-Disposition: attachment; filename=a.txt\r\n"
    message = parse(HEAD + attached + TEXT)
    assert (message.text, names(message)) == (None, [("text/plain", "attachment")])
    message = parse(HEAD + attached + inner(b"mixed", TEXT))
    assert (message.text, names(message)) == ("plain", [])


def test_an_inline_part_is_shown_only_if_its_type_can_be():
    inline = b"Content-Disposition: inline\r\n"
    image = b"Content-Type: image/png\r\n\r\npixels"
    message = parse(
        HEAD + inner(b"mixed", inline + TEXT, inline + image, inline + PDF.replace(b"attachment", b"inline"))
    )
    assert message.text == "plain"
    assert names(message) == [("image/png", "inline"), ("application/pdf", "attachment")]


def test_an_attached_message_needs_neither_author_nor_date():
    version = b"MIME-Version: 1.0\r\n"
    raw = HEAD + version + inner(b"mixed", TEXT, b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ny")
    assert parse(raw).defects == ()


def test_an_encoded_message_global_is_a_leaf_that_can_be_parsed():
    raw = HEAD + b"Content-Type: message/global\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogeAoKeQo="
    message = parse(raw)
    assert names(message) == [("message/global", "attachment")]
    assert message.attachments[0].parse().subject == "x"


def test_a_line_that_was_quoted_for_a_mailbox_stays_quoted():
    raw = b"From a@b Tue Nov 24 10:00:00 2026\n" + HEAD.replace(b"\r\n", b"\n") + b"\n>From here\nFrom there\n"
    message = parse(raw)
    assert (message.text, message.defects) == (">From here\nFrom there\n", ())


def test_the_digest_is_that_of_the_input():
    raw = HEAD + TEXT
    assert parse(raw).sha256 == mimeparse.parse(cut(raw, (5,))).sha256 == hashlib.sha256(raw).hexdigest()


def test_the_standard_library_message_has_the_same_fields_and_bytes():
    raw = HEAD + inner(
        b"mixed",
        TEXT,
        b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD",
        b"Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nx",
    )
    copy = parse(raw).to_email_message()
    assert copy["from"] == "a@example.com"
    parts = list(copy.iter_parts())
    assert parts[0].get_content().strip() == "plain"
    assert parts[1].get_content() == b"ABC"
    assert parts[2].get_content()["subject"] == "in"


def test_an_asynchronous_source_gives_the_same_message():
    raw = HEAD + inner(b"mixed", TEXT, PDF)

    async def chunks():
        for chunk in cut(raw, (7,)):
            yield chunk

    async def main() -> Message:
        return await mimeparse.aparse(chunks())

    assert asyncio.run(main()).to_dict() == parse(raw).to_dict()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "message-empty"),
        (b"\r\n\n\r\n", "message-empty"),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes(range(256)), "message-not-mail"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "message-not-mail"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "message-not-mail"),
        (bytes(range(256)) * 10, None),
    ],
)
def test_input_that_is_no_mail_gives_a_message_with_what_there_is(raw, code):
    message = parse(raw)
    assert message.ambiguous or message.defects
    if code is not None:
        assert code in {str(defect.code) for defect in message.defects}
    if raw.strip():
        assert message.root.read() in raw


@pytest.mark.parametrize("role", list(Role))
def test_roles_are_plain_words(role):
    assert str(role) == role.value


@pytest.mark.parametrize(
    ("raw", "preview"),
    [
        (HEAD + TEXT + b"\r\n\r\n  and\tmore ", "plain and more"),
        (HEAD + b"Content-Type: text/html\r\n\r\n<style>x</style><p>one</p><p>two</p>", "one two"),
        (HEAD + inner(b"alternative", b"\r\n \r\n", HTML), "html"),
        (HEAD + b"\r\n" + b"x" * 255 + b" yy", "x" * 255),
        (HEAD + b"\r\n" + b"x" * 300, "x" * 256),
        (HEAD + PDF, ""),
    ],
)
def test_a_preview_is_one_line_of_at_most_256_characters(raw, preview):
    assert parse(raw).preview == preview


@pytest.mark.parametrize("size", [10, 100, 1_000_000])
def test_many_attached_messages_in_one_chunk_are_not_copied_with_all_that_follows(size):
    attached = b"Content-Type: message/rfc822\r\n\r\nSubject: %d\r\n\r\nbody of it"
    raw = HEAD + inner(b"mixed", *[attached % number for number in range(200)])
    message = mimeparse.parse(cut(raw, (size,)), limits=Limits(max_spool_bytes=0))
    assert [node.read() for node in message.attachments] == [
        b"Subject: %d\r\n\r\nbody of it" % number for number in range(200)
    ]
    spool = message._keeping.spool
    assert spool._end < 2 * len(raw)


def test_an_attached_message_is_found_behind_a_thousand_pieces_as_behind_ten():
    def last_of(pieces):
        body = Body(Spool(sys.maxsize))
        for _ in range(int(pieces)):
            body.append(b"a" * 4096)
        body.append(b"b" * 4096)
        return lambda _: body.slice(body.size - 4100, 4100)

    assert last_of("10")("").read() == b"aaaa" + b"b" * 4096
    assert calls_of(last_of("1000"), "") == calls_of(last_of("10"), "")


def test_a_body_of_many_pieces_is_read_as_a_file_in_one_pass():
    def read_pieces(count):
        body = Body(Spool(sys.maxsize))
        for _ in range(int(count)):
            body.append(b"a" * 4096)
        with body.open() as file:
            assert len(file.read()) == body.size

    assert calls_of(read_pieces, "1600") < 2.2 * calls_of(read_pieces, "800")


def test_uuencode_becomes_base64_in_the_standard_library_message():
    raw = (
        HEAD
        + b"Content-Type: image/png\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 f\r\n#0V%T\r\n`\r\nend\r\n"
    )
    copy = parse(raw).to_email_message()
    assert copy.get_content() == b"Cat"
    assert copy["content-transfer-encoding"] == "base64"
