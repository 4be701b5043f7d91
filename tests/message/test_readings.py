"""What real readers may see in one message: other readings, and the union of what they show."""

from __future__ import annotations

import base64
import gc
import io
from dataclasses import fields
from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mimeparse
from mimeparse import LimitExceeded, Limits, Reading, UsageError
from mimeparse.message import readings as room
from mimeparse.message.decisions import OTHER_ANSWERS
from mimeparse.reading import OUR_READING

PAYLOAD = b"what nobody should open"
ENCODED = base64.b64encode(PAYLOAD)
HEAD = b"From: a@example.com\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
COVER = b"Content-Type: text/plain\r\n\r\ncover\r\n"


def mail(
    content_type: bytes = b"multipart/mixed; boundary=b",
    *,
    disposition: bytes = b"Content-Disposition: attachment; filename=a.bin\r\n",
    encoding: bytes = b"Content-Transfer-Encoding: base64\r\n",
    body: bytes = ENCODED + b"\r\n",
    delimiter: bytes = b"--b\r\n",
    close: bytes = b"--b--\r\n",
) -> bytes:
    """Return a message with a cover text and a payload behind it, sound unless something odd is given."""
    part = b"Content-Type: application/octet-stream\r\n" + disposition + encoding + b"\r\n" + body
    return HEAD + b"Content-Type: " + content_type + b"\r\n\r\n--b\r\n" + COVER + delimiter + part + close


def shown(union: mimeparse.Readings) -> set[bytes]:
    return {one.data for one in (*union.attachments, *union.texts)}


TRICKS = {
    "line-ends=cr": mail(delimiter=b"x\r--b\r\n"),
    "line-ends=without-cr": mail(encoding=b"\rContent-Transfer-Encoding: base64\r\n"),
    "nuls=dropped": mail(encoding=b"Content-Transfer-Encoding: bas\0e64\r\n"),
    "nuls=end": mail(encoding=b"Content-Transfer-Encoding: base64\0x\r\n"),
    "folds=fields": mail(encoding=b" Content-Transfer-Encoding: base64\r\n"),
    "folds=joined": mail(encoding=b"Content-Transfer-Encoding: bas\r\n e64\r\n"),
    "header-end=late": mail(encoding=b"\r\nContent-Transfer-Encoding: base64\r\n"),
    "repeated-fields=last": mail(encoding=b"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n"),
    "repeated-parameters=last": mail(b"multipart/mixed; boundary=c; boundary=b"),
    "contents=sniffed, and two encodings": mail(
        b"multipart/mixed", encoding=b"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n"
    ),
    "values=literal": mail(b"multipart/mixed; boundary=b c").replace(b"--b", b"--b c"),
    "values=literal, with the comment behind it": mail(b"multipart/mixed; boundary=b (c)").replace(b"--b", b"--b (c)"),
    "values=joined": mail(b'multipart/mixed; boundary=""b'),
    "values=cut": mail(b'multipart/mixed; boundary="b;c"'),
    "comments=nothing": mail(encoding=b"Content-Transfer-Encoding: bas(x)e64\r\n"),
    "encoded-words=everywhere": mail(encoding=b"Content-Transfer-Encoding: =?us-ascii?q?base=364?=\r\n"),
    "delimiters=loose": mail(delimiter=b"> --b\r\n"),
    "delimiters=loose, of other dashes": mail(delimiter="\u2010\u2010b\r\n".encode()),
    "outside=parts": mail(delimiter=b"--b--\r\n"),
    "outside=parts, far behind the close": mail(delimiter=b"--b--\r\n" + b"x" * 5000 + b"\r\n--b\r\n"),
    "a part in an epilogue behind a text": mail(delimiter=b"--b--\r\nRegards,\r\nAlice\r\n", close=b""),
    "header-end=late, behind two blank lines": mail(encoding=b"\r\n\r\nContent-Transfer-Encoding: base64\r\n"),
    "header-end=late, at the beginning of a part": mail(delimiter=b"--b\r\n\r\n"),
    "header-end=late, behind another field": mail(encoding=b"\r\nX-A: b\r\nContent-Transfer-Encoding: base64\r\n"),
    "encodings=first-known": mail(encoding=b"Content-Transfer-Encoding: base64, 8bit\r\n"),
    "encodings=last-known": mail(encoding=b"Content-Transfer-Encoding: quoted-printable, base64\r\n"),
    "encodings=last-known, behind a semicolon": mail(encoding=b"Content-Transfer-Encoding: 7bit; base64\r\n"),
    "encodings=sniffed": mail(encoding=b"Content-Transfer-Encoding: base6\r\n"),
    "contents=sniffed": mail(b"multipart/mixed"),
    "contents=sniffed, of an empty boundary": mail(b'multipart/mixed; boundary=""').replace(b"--b", b"--"),
    "contents=sniffed, of a boundary in comments": mail(b"multipart/mixed; boundary=(b)").replace(b"--b", b"--"),
    "contents=sniffed, by the boundary of a leaf": mail(b"text/html; boundary=b").replace(b"--b", b"Hello,\r\n--b", 1),
    "contents=sniffed, of a text": mail(b"text/plain"),
    "contents=sniffed, of a text with a preamble": mail(b"text/plain").replace(b"--b", b"This is MIME.\r\n--b", 1),
    "base64=url": mail(body=base64.urlsafe_b64encode(b"\xff\xfe\xfd" + PAYLOAD) + b"\r\n"),
    "base64=up-to-padding": mail(body=base64.b64encode(PAYLOAD) + base64.b64encode(b"more") + b"\r\n"),
    "base64=whole-lines": mail(body=ENCODED[:16] + b"\r\n!junk!\r\n" + ENCODED[16:] + b"\r\n"),
    "quoted-printable=joined": mail(
        encoding=b"Content-Transfer-Encoding: quoted-printable\r\n", body=b"what nobody shoul=6=\r\n4 open\r\n"
    ),
    "quoted-printable=dropped": mail(
        encoding=b"Content-Transfer-Encoding: quoted-printable\r\n", body=b"what nobody =should= open\r\n"
    ),
    "quoted-printable=printable": mail(
        encoding=b"Content-Transfer-Encoding: quoted-printable\r\n", body=b"what no\xaabody s\x12hould open\r\n"
    ),
    "an encoded message": mail(
        encoding=b"Content-Transfer-Encoding: base64\r\n", body=base64.encodebytes(mail())
    ).replace(b"application/octet-stream", b"message/rfc822"),
    "an encoded multipart": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(mail().split(b"\r\n\r\n", 1)[1]),
    "a uuencoded file in an attached message": HEAD
    + b"Content-Type: message/rfc822\r\n\r\n"
    + HEAD
    + b"\r\nbegin 644 a\r\n7=VAA=\"!N;V)O9'D@<VAO=6QD(&]P96X\r\n`\r\nend\r\n",
    "a uuencoded file": HEAD + b"\r\nbegin 644 a\r\n7=VAA=\"!N;V)O9'D@<VAO=6QD(&]P96X\r\n`\r\nend\r\n",
}


@pytest.mark.parametrize("trick", TRICKS)
def test_the_union_shows_what_some_reader_sees(trick: str) -> None:
    union = mimeparse.readings(TRICKS[trick])
    found = [one for one in (*union.attachments, *union.texts) if PAYLOAD in one.data.rstrip()]
    assert found, [str(reading) for reading in union.readings]
    assert union.ambiguous
    answer = trick.partition(",")[0]
    if "=" in answer:
        assert any(answer in str(reading).split() for reading in union.readings)


@pytest.mark.parametrize("trick", TRICKS)
def test_the_union_holds_all_that_our_own_reading_shows(trick: str) -> None:
    union = mimeparse.readings(TRICKS[trick])
    assert {node.read() for node in union.message.walk() if node.leaf} <= shown(union)
    assert union.readings[0] == OUR_READING


def test_mail_without_doubt_is_read_once() -> None:
    union = mimeparse.readings(mail())
    assert (union.readings, union.complete, union.ambiguous) == ((OUR_READING,), True, False)
    [attachment] = union.attachments
    assert (attachment.data, attachment.filenames, attachment.size) == (PAYLOAD, ("a.bin",), len(PAYLOAD))
    assert attachment.readings == (OUR_READING,)
    assert [text.text for text in union.texts] == ["cover"]


def test_each_of_several_encoded_messages_is_read_in_other_ways() -> None:
    payloads = [b"payload number %d" % number for number in range(8)]
    attached = [
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(
            mail(
                encoding=b"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n",
                body=base64.encodebytes(payload),
            )
        )
        for payload in payloads
    ]
    raw = (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n"
        + b"\r\n--o\r\n".join(attached)
        + b"\r\n--o--\r\n"
    )
    union = mimeparse.readings(raw, limits=Limits(max_readings=200))
    assert set(payloads) <= shown(union)


def test_what_two_readings_show_alike_is_there_once_with_both() -> None:
    union = mimeparse.readings(TRICKS["repeated-fields=last"])
    assert len({one.sha256 for one in union.attachments}) == len(union.attachments)
    [cover] = [text for text in union.texts if text.text == "cover"]
    assert cover.readings == union.readings


@pytest.mark.parametrize(
    ("fields_of_sender", "expected"),
    [
        (b"From: a@x.example\r\nFrom: b@y.example\r\n", {"a@x.example", "b@y.example"}),
        (b'From: "a@x.example" <b@y.example>\r\n', {"a@x.example", "b@y.example"}),
        (b"From: b@y.example (a@x.example)\r\n", {"a@x.example", "b@y.example"}),
        (b'From: "a@x.example c"@y.example\r\n', {"a@x.example", '"a@x.example c"@y.example'}),
        (b"From: =?utf-8?q?a=40x.example?= <b@y.example>\r\n", {"a@x.example", "b@y.example"}),
        (b"From: =?z?q?a=40x.example=3e=00?=b@y.example\r\n", {"a@x.example"}),
    ],
)
def test_every_address_that_may_pass_for_the_author_is_listed(fields_of_sender: bytes, expected: set[str]) -> None:
    assert expected <= set(mimeparse.readings(fields_of_sender + b"\r\nx").senders)


@pytest.mark.parametrize(
    ("disposition", "expected"),
    [
        (b"Content-Disposition: attachment; filename=a.txt; filename=b.exe\r\n", {"a.txt", "b.exe"}),
        (b"Content-Disposition: attachment; filename=a.txt; filename*=utf-8''b.exe\r\n", {"a.txt", "b.exe"}),
        (b"Content-Disposition: attachment; filename=a b.exe\r\n", {"a", "a b.exe"}),
        (b'Content-Disposition: attachment; filename="a.pdf\0.exe"\r\n', {"a.pdf", "a.pdf.exe"}),
        (b'Content-Disposition: attachment; filename="=?utf-8?q?b=2Eexe?="\r\n', {"=?utf-8?q?b=2Eexe?=", "b.exe"}),
        (b"Content-Disposition: attachment\r\nContent-Disposition: inline; filename=b.exe\r\n", {None, "b.exe"}),
        (b"Content-Disposition: attachment; filename*1=.exe; filename*0=a\r\n", {"a.exe", ".exea"}),
        (b"Content-Disposition: attachment; filename*0=a; filename*1=.txt; filename*1=.exe\r\n", {"a.txt", "a.exe"}),
        (b"Content-Disposition: attachment; filename*=utf-8''a.pdf%00.exe\r\n", {"a.pdf", "a.pdf.exe"}),
        (b'Content-Disposition: attachment; filename="=?utf-8?q?a.pdf=00.exe?="\r\n', {"a.pdf", "a.pdf.exe"}),
        (b'Content-Disposition: attachment; filename="a%2Eexe"\r\n', {"a.exe", "a%2Eexe"}),
        (b"Content-Disposition: attachment; filename='a.exe'\r\n", {"a.exe", "'a.exe'"}),
    ],
)
def test_every_name_that_an_attachment_may_have_is_listed(disposition: bytes, expected: set[str | None]) -> None:
    assert expected <= set(mimeparse.readings(mail(disposition=disposition)).filenames)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 32])
def test_no_more_readings_are_made_than_the_budget_allows_and_the_union_says_so(count: int) -> None:
    union = mimeparse.readings(TRICKS["encodings=last-known"], limits=Limits(max_readings=count))
    assert len(union.readings) <= count
    assert union.complete is (count == 32)
    assert union.ambiguous


def test_the_same_text_in_two_charsets_is_two_texts() -> None:
    raw = HEAD + b"Content-Type: text/plain; charset=utf-8; charset=utf-7\r\n\r\n+ADw-script+AD4-"
    texts = {text.text for text in mimeparse.readings(raw).texts}
    assert {"+ADw-script+AD4-", "<script>"} <= texts


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_a_text_in_an_order_of_bytes_that_is_not_told_is_shown_in_both(codec: str) -> None:
    raw = HEAD + b"Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    union = mimeparse.readings(raw + base64.encodebytes("go there".encode(codec)))
    assert "go there" in [text.text for text in union.texts]


def test_sources_of_every_kind_give_the_same_union() -> None:
    raw = TRICKS["delimiters=loose"]
    expected = shown(mimeparse.readings(raw))
    for source in (io.BytesIO(raw), iter([raw[:100], raw[100:]]), bytearray(raw)):
        assert shown(mimeparse.readings(source)) == expected


def test_a_limit_of_our_own_reading_is_raised() -> None:
    for source in (mail(), io.BytesIO(mail())):
        with pytest.raises(LimitExceeded):
            mimeparse.readings(source, limits=Limits(max_message_bytes=100))
    with pytest.raises(LimitExceeded):
        mimeparse.readings(mail(), limits=Limits(max_parts=1))


def test_a_limit_that_another_reading_meets_leaves_what_it_showed_until_then() -> None:
    union = mimeparse.readings(TRICKS["contents=sniffed"], limits=Limits(max_parts=2))
    assert "cover" in {text.text.strip() for text in union.texts if text.text is not None}


@pytest.mark.parametrize("code", OTHER_ANSWERS, ids=str)
def test_only_what_makes_a_message_ambiguous_is_read_in_other_ways(code: mimeparse.DefectCode) -> None:
    # Or mail that is not ambiguous would be read more than once.
    assert code.kind is mimeparse.Kind.AMBIGUOUS
    assert all(answer.distance == 1 for answer in OTHER_ANSWERS[code])


# Readings themselves -----------------------------------------------------------------------------------------------------

ANSWERS = [
    Reading(**{question.name: answer})
    for question in fields(Reading)
    for answer in type(question.default)
    if isinstance(answer, StrEnum)
]


def events_of(data: bytes, reading: Reading, size: int) -> list[tuple[object, ...]]:
    parser = mimeparse.Parser(reading=reading)
    events: list[mimeparse.Event] = []
    for start in range(0, len(data), size):
        parser.feed(data[start : start + size])
        events += parser.events()
    parser.close()
    events += parser.events()
    merged: list[tuple[object, ...]] = []
    for event in events:
        match event:
            case mimeparse.BodyChunk(path=path, data=piece) if merged and merged[-1][:2] == ("body", path):
                merged[-1] = ("body", path, merged[-1][2] + piece)  # type: ignore[operator]
            case mimeparse.BodyChunk(path=path, data=piece):
                merged.append(("body", path, piece))
            case mimeparse.PartStart(path=path, content_type=kind, filename=name, leaf=leaf):
                merged.append(("start", path, kind, name, leaf))
            case mimeparse.Surplus(path=path, where=where, data=piece) if merged and merged[-1][:2] == (where, path):
                merged[-1] = (where, path, merged[-1][2] + piece)  # type: ignore[operator]
            case mimeparse.Surplus(path=path, where=where, data=piece):
                merged.append((where, path, piece))
            case mimeparse.PartEnd(path=path, size=total, defects=defects):
                merged.append(("end", path, total, defects))
    return merged


@pytest.mark.parametrize("reading", ANSWERS, ids=str)
def test_whatever_the_reading_the_events_do_not_depend_on_the_chunks(reading: Reading) -> None:
    for raw in TRICKS.values():
        expected = events_of(raw, reading, len(raw))
        for size in (1, 7):
            assert events_of(raw, reading, size) == expected


MAIL_PIECES = st.lists(
    st.sampled_from([
        b"\r\n", b"\n", b"\r", b"\0", b"--b", b"--b--", b" ", b";", b'"', b"(", b"=", b"x", b"\xe2\x80\x90", b": ",
        b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Transfer-Encoding: base64\r\n", b"Content-Type: message/rfc822\r\n",
        b"boundary=", b"=?utf-8?q?=41?=", ENCODED, b"begin 644 a\n", b"From: a@b\r\n",
    ]),
    max_size=30,
).map(b"".join)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(MAIL_PIECES, st.sampled_from(ANSWERS), st.sampled_from(ANSWERS))
def test_any_input_can_be_read_in_any_way(data: bytes, one: Reading, other: Reading) -> None:
    reading = one.combined(other) or one
    assert events_of(data, reading, 5) == events_of(data, reading, max(len(data), 1))


@settings(deadline=None, max_examples=100)
@given(MAIL_PIECES)
def test_the_union_of_any_input_holds_what_our_reading_shows(data: bytes) -> None:
    union = mimeparse.readings(data, limits=Limits(max_readings=6))
    assert {node.read() for node in union.message.walk() if node.leaf} <= shown(union)


def test_an_encoded_word_of_raw_bytes_can_be_read_by_those_who_decode_it_everywhere() -> None:
    raw = b'Content-Type: text/plain; name="=?x?q?\xc8?="\r\nContent-Disposition: =?8?q?\xc8?=\r\n\r\nx'
    message = mimeparse.parse(raw, reading=Reading.of("encoded-words=everywhere"))
    assert message.root.disposition is not None
    assert len(mimeparse.readings(raw).readings) > 1


def test_an_attachment_that_a_preamble_repeats_is_one_all_the_same() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\nx\r\n--b\r\n"
        b"Content-Disposition: attachment; filename=a.exe\r\n\r\nx\r\n--b--\r\n"
    )
    union = mimeparse.readings(raw)
    assert [shown.filenames for shown in union.attachments] == [("a.exe",)]
    assert "x" in [shown.text for shown in union.texts]


@pytest.mark.parametrize("more", [0, 1])
def test_an_attached_text_of_any_size_keeps_nothing_from_being_shown(more: int) -> None:
    body = b"begin 644 a.exe\r\n#0V%T\r\n`\r\nend\r\n"
    raw = b"Content-Type: text/csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n" + body
    union = mimeparse.readings(raw, limits=Limits(max_text_bytes=len(body) - more))
    assert union.filenames == ("a.csv", "a.exe")
    assert union.attachments[1].data == b"Cat"


def test_our_reading_is_ours_whoever_made_it() -> None:
    (start, *_) = list(mimeparse.iter_events(b"Subject: x"))
    parser = mimeparse.Parser(reading=Reading.of("ours"))
    parser.feed(b"Subject: x")
    parser.close()
    assert next(parser.events()).headers.raw == start.headers.raw == b"Subject: x"


def test_readings_tell_their_answers_and_combine() -> None:
    one = Reading.of("folds=joined")
    assert (str(OUR_READING), str(one), OUR_READING.distance, one.distance) == ("ours", "folds=joined", 0, 1)
    assert one.combined(one) is None
    assert one.combined(OUR_READING) is None
    assert str(one.combined(Reading.of("nuls=end"))) == "nuls=end folds=joined"


@pytest.mark.parametrize("reading", [OUR_READING, *ANSWERS], ids=str)
def test_a_reading_is_read_back_from_what_it_says(reading: Reading) -> None:
    assert Reading.of(str(reading)) == reading


@pytest.mark.parametrize(
    ("answers", "named"), [("fold=joined", "header-end"), ("folds=x", "joined"), ("folds", "joined")]
)
def test_a_reading_that_there_is_not_is_refused_with_those_that_there_are(answers: str, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        Reading.of(answers)


def test_bytes_that_are_no_utf_8_stay_what_they_are_when_encoded_words_are_decoded_everywhere() -> None:
    raw = (
        HEAD
        + b"Content-Type: text/plain; charset==?utf-8?q?\xf4?=\r\nContent-Transfer-Encoding: =?utf-8?q?8bit?=\r\n\r\nx"
    )
    assert mimeparse.readings(raw).texts[0].text == "x"
    assert mimeparse.parse(raw, reading=Reading.of("encoded-words=everywhere")).text == "x"


def test_of_the_other_readings_one_is_held_at_a_time(monkeypatch):
    def messages() -> int:
        return sum(type(one) is mimeparse.Message for one in gc.get_objects())

    def counting(*arguments):
        held.append(messages() - before)
        return read(*arguments)

    held: list[int] = []
    before = messages()
    read = room._read
    monkeypatch.setattr(room, "_read", counting)
    union = mimeparse.readings(mail(delimiter=b"x\r--b\r\n"))
    assert len(union.readings) > 3
    assert set(held) == {1}  # ours
