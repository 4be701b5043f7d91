"""`Headers`: fields in order, their bytes, and typed accessors that look once and tell what they saw."""

from __future__ import annotations

from itertools import permutations
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mimeparse.coding.charsets as charsets_module
import mimeparse.fields.headers as headers_module
from mimeparse.defects import DefectCode, Finding
from mimeparse.fields.headers import STRUCTURED_FIELDS, HeaderField, Headers

C = DefectCode
SOUND = b"From: a@example.com\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n"


def codes(headers: Headers) -> list[DefectCode]:
    return [defect.code for defect in headers.defects]


def of_message(raw: bytes) -> list[DefectCode]:
    return [defect.code for defect in Headers(raw).message_defects()]


# The mapping ---------------------------------------------------------------------------------------------------------


def test_fields_keep_their_order_their_repeats_and_their_case():
    headers = Headers(b"Received: one\nTO: x\nreceived: two\nTo: y\nRECEIVED: three\n")
    assert len(headers) == 5
    assert [field.name for field in headers] == ["Received", "TO", "received", "To", "RECEIVED"]
    assert [field.value for field in headers] == ["one", "x", "two", "y", "three"]
    assert headers.get_all("Received") == ("one", "two", "three")


@pytest.mark.parametrize("name", ["Subject", "subject", "SUBJECT", "sUbJeCt"])
def test_a_name_is_found_without_regard_to_case(name):
    headers = Headers(b"SubJect: x\nSUBJECT: y\n")
    assert name in headers
    assert headers[name] == headers.get(name) == "x"
    assert headers.get_all(name) == ("x", "y")


@pytest.mark.parametrize("name", ["Subject", "", "A:", " A", "A "])
def test_a_name_that_is_not_there_is_a_key_error_none_or_nothing(name):
    headers = Headers(b"A: x\n")
    assert name not in headers
    assert headers.get(name) is None
    assert headers.get_all(name) == ()
    with pytest.raises(KeyError, match="^" + repr(name)):
        headers[name]


def test_the_first_of_several_fields_counts():
    headers = Headers(
        b"Subject: x\nA: z\nSubject: y\nDate: 1 Jan 2026 00:00:00 +0000\nDate: 1 Jan 2025 00:00:00 +0000\n"
    )
    assert headers["subject"] == headers.text("subject") == "x"
    assert headers.date().year == 2026


def test_headers_can_be_iterated_again():
    headers = Headers(b"A: 1\nB: 2\n")
    assert list(headers) == list(headers)
    assert [field.name for field in headers] == ["A", "B"]


def test_no_fields_at_all():
    headers = Headers(b"")
    assert (len(headers), list(headers), headers.raw, headers.defects) == (0, [], b"", ())
    assert (headers.content_type, headers.disposition, headers.filename) == (None, None, None)
    assert (headers.transfer_encoding, headers.unix_from, headers.body_position) == ("7bit", None, None)
    assert (headers.text("subject"), headers.date(), headers.message_id()) == (None, None, None)
    assert (headers.message_ids("references"), headers.addresses("to")) == ((), ())
    assert headers.longest(STRUCTURED_FIELDS) == 0


def test_the_repr_says_how_many_fields_stand_where():
    assert repr(Headers(b"A: 1\nB: 2\n", offset=7)) == "<Headers of 2 fields at byte 7>"


# The fields as they stood --------------------------------------------------------------------------------------------


def test_a_field_holds_its_bytes_and_its_offset_in_the_input():
    raw = b"A:  1 \r\nB:\r\n 2\r\nC:3"
    assert list(Headers(raw, offset=100)) == [
        HeaderField("A", "1", b"A:  1 \r\n", 100),
        HeaderField("B", " 2".strip(), b"B:\r\n 2\r\n", 108),
        HeaderField("C", "3", b"C:3", 116),
    ]


def test_the_bytes_of_a_field_do_not_reach_over_junk_and_envelope_lines():
    raw = b"From x\nA : 1\njunk\nX-B:\t2\n"
    assert [(field.raw, field.offset) for field in Headers(raw)] == [(b"A : 1\n", 7), (b"X-B:\t2\n", 18)]
    assert Headers(raw).unix_from == b"From x"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"A: one\n two\n", "one two"),
        (b"A: one\r\n two\r\n", "one two"),
        (b"A: one\n\ttwo\n", "one\ttwo"),
        (b"A: one \n   two\n", "one    two"),
        (b"A:\n one\n", "one"),
        (b"A:one\n", "one"),
        (b"A: \t one \t \r\n", "one"),
        (b"A:\n", ""),
        (b"A: one\n \n two\n", "one  two"),
        (b"A: one\r\r\n two\r\r\n", "one two"),
        (b"A: one\rtwo\n", "one two"),
        (b"A: one\r\r\rtwo\r\n", "one   two"),
        (b"A: a:b: c\n", "a:b: c"),
    ],
)
def test_a_value_is_unfolded_and_nothing_else(raw, expected):
    headers = Headers(raw)
    assert headers["a"] == next(iter(headers)).value == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("latin-1"), "Grüße"),
        (b"=?utf-8?q?x?=", "=?utf-8?q?x?="),
        (b"a\0b", "a\ufffdb"),
        (b"\xff\0\xfe", None),
    ],
)
def test_a_value_is_text_without_nul_whatever_its_bytes_are(value, expected):
    text = Headers(b"A: " + value + b"\n")["a"]
    assert "\0" not in text
    text.encode("utf-8")
    assert expected in (None, text)


def test_the_raw_block_ends_where_the_body_begins():
    headers = Headers(b"A: 1\nprose\n", offset=10)
    assert (headers.raw, headers.body_position) == (b"A: 1\n", 5)
    assert [(defect.code, defect.offset) for defect in headers.defects] == [
        (C.HEADER_MISSING_COLON, 15),
        (C.HEADER_BODY_SEPARATOR, 15),
    ]


def test_a_line_that_is_no_field_stays_in_the_raw_block():
    raw = b"Subject: one\r\ntwo\r\nTo: a@x\r\n"
    headers = Headers(raw)
    assert (headers["subject"], headers["to"], headers.raw) == ("one", "a@x", raw)
    assert codes(headers) == [C.HEADER_MISSING_COLON]


# Typed accessors -----------------------------------------------------------------------------------------------------

ACCESSORS = [
    # accessor, the parser that it calls, block
    (lambda headers: headers.text("subject"), "decode_words", b"Subject: =?utf-8?b?x?=\n"),
    (lambda headers: headers.date(), "parse_date", b"Date: never\n"),
    (lambda headers: headers.message_id(), "parse_message_id", b"Message-ID: x y\n"),
    (lambda headers: headers.message_ids("references"), "parse_message_ids", b"References: x\n"),
    (lambda headers: headers.addresses("to"), "parse_addresses", b"To: x\n"),
    (lambda headers: headers.address_list("to"), "parse_addresses", b"To: x\n"),
    (lambda headers: headers.content_type, "parse_content_type", b"Content-Type: x\n"),
    (lambda headers: headers.disposition, "parse_disposition", b"Content-Disposition: x y\n"),
    (lambda headers: headers.transfer_encoding, "parse_transfer_encoding", b"Content-Transfer-Encoding: x\n"),
    (lambda headers: headers.filename, "filename_of", b"Content-Disposition: x; filename=\n"),
]


@pytest.mark.parametrize(("accessor", "parser", "raw"), ACCESSORS)
def test_a_field_is_read_the_first_time_that_it_is_asked_for_and_once(monkeypatch, accessor, parser, raw):
    calls = []
    function = getattr(headers_module, parser)
    monkeypatch.setattr(headers_module, parser, lambda *args: calls.append(args) or function(*args))
    headers = Headers(raw)
    assert calls == []
    assert headers.defects == ()
    first = accessor(headers)
    defects = headers.defects
    assert accessor(headers) == first
    assert len(calls) == 1
    assert headers.defects == defects != ()


@pytest.mark.parametrize(("accessor", "parser", "raw"), ACCESSORS)
def test_a_field_that_is_not_there_is_not_read(monkeypatch, accessor, parser, raw):
    if parser != "filename_of":
        monkeypatch.setattr(headers_module, parser, None)
    headers = Headers(b"A: 1\n")
    assert accessor(headers) in (None, (), "7bit") or not accessor(headers).entries
    assert headers.defects == ()


def test_accessors_do_not_mind_case():
    headers = Headers(b"SUBJECT: x\nDATE: 24 Nov 2026 10:00:00 +0000\nMESSAGE-ID: <a@b>\nTO: c@d\nCONTENT-TYPE: A/B\n")
    assert headers.text("Subject") == "x"
    assert headers.date("Date").hour == 10
    assert headers.message_id("Message-Id") == "<a@b>"
    assert headers.message_ids("Message-Id") == ("<a@b>",)
    assert headers.addresses("To") == headers.addresses("TO") == headers.address_list("to").mailboxes
    assert headers.content_type.value == "a/b"


def test_text_decodes_encoded_words_and_the_mapping_does_not():
    headers = Headers(b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n")
    assert (headers.text("subject"), headers["subject"]) == ("Grüße", "=?utf-8?q?Gr=C3=BC=C3=9Fe?=")


def test_a_typed_value_that_cannot_be_read_is_none():
    headers = Headers(b"Date: never\nMessage-ID:\nReferences: \n")
    assert (headers.date(), headers.message_id(), headers.message_ids("references")) == (None, None, ())


@pytest.mark.parametrize("name", ["From", "Sender", "Reply-To"])
def test_of_several_fields_that_say_whom_a_message_is_from_the_first_counts(name):
    headers = Headers(f"{name}: a@x\n{name}: b@x\n".encode())
    assert [mailbox.address for mailbox in headers.addresses(name)] == ["a@x"]


def test_addresses_of_several_fields_are_joined_in_order():
    headers = Headers(b"To: a@x, b@x\nCc: z@x\nTo: friends: c@x;\n")
    assert [mailbox.address for mailbox in headers.addresses("to")] == ["a@x", "b@x", "c@x"]
    assert len(headers.address_list("to").entries) == 3


def test_of_several_return_paths_the_topmost_counts_and_none_is_a_defect():
    headers = Headers(b"Return-Path: <last@x>\r\nReturn-Path: <first@y>\r\n" + SOUND)
    assert headers["return-path"] == "<last@x>"
    assert headers.get_all("return-path") == ("<last@x>", "<first@y>")
    assert headers.message_defects() == ()


def test_several_fields_of_ids_are_not_joined():
    headers = Headers(SOUND + b"References: <a@b>\r\nReferences: <c@d>\r\n")
    assert headers.message_ids("references") == ("<a@b>",)
    assert [defect.code for defect in headers.message_defects()] == [C.HEADER_DUPLICATE]


def test_resent_fields_are_read_when_asked_for_and_say_nothing_about_the_message():
    headers = Headers(SOUND + b"Resent-From: b@x\r\nResent-To: c@x, d@x\r\nResent-Date: 24 Nov 2026 11:00:00 +0000\r\n")
    assert [mailbox.address for mailbox in headers.addresses("from")] == ["a@example.com"]
    assert [mailbox.address for mailbox in headers.addresses("resent-to")] == ["c@x", "d@x"]
    assert headers.date().hour == 10
    assert headers.date("resent-date").hour == 11
    assert headers.message_defects() == ()


def test_a_destination_may_be_empty():
    headers = Headers(SOUND + b"To:\r\nCc: \r\nBcc:\r\n")
    assert headers.addresses("to") == headers.addresses("cc") == headers.addresses("bcc") == ()
    assert headers.message_defects() == ()


@pytest.mark.parametrize("name", ["Subject", "Comments", "Keywords", "Content-Description", "X-Anything"])
def test_a_field_of_plain_text_may_hold_encoded_words(name):
    headers = Headers(f"{name}: an =?utf-8?q?=C3=A9?=\n".encode())
    assert (headers.text(name), codes(headers)) == ("an é", [])


def test_text_is_not_normalised():
    # RFC 8621 4.1.2.2 asks for NFC. Two names that look alike and differ are not made one here.
    assert Headers(b"Subject: =?utf-8?q?e=CC=81?=\n").text("subject") == "e\u0301"


def test_defects_of_a_field_say_where_it_stood_and_in_which_part():
    headers = Headers(b"A: 1\nDate: never\n", offset=100, path=(1, 2))
    headers.date()
    assert [(defect.code, defect.offset, defect.path) for defect in headers.defects] == [(C.DATE_INVALID, 105, (1, 2))]


def test_what_only_the_reader_of_the_message_sees_can_be_noted():
    headers = Headers(b"A: 1\n", offset=100, path=(0,))
    headers.note([Finding(C.HEADER_EOF, 5, "here")])
    assert [(d.code, d.offset, d.path, d.detail) for d in headers.defects] == [(C.HEADER_EOF, 105, (0,), "here")]
    assert headers.defects[0] in headers.message_defects()


def test_a_file_name_with_a_nul_is_reported_where_it_stands():
    headers = Headers(b'A: 1\nContent-Disposition: attachment; filename="a.exe\0.txt"\n')
    assert headers.filename == "a.exe\ufffd.txt"
    assert (C.FILENAME_NUL, 5) in [(defect.code, defect.offset) for defect in headers.defects]


def test_a_replacement_character_in_a_file_name_is_no_nul():
    headers = Headers('Content-Disposition: attachment; filename="a\ufffd.txt"\n'.encode())
    assert headers.filename == "a\ufffd.txt"
    assert C.FILENAME_NUL not in codes(headers)


# What contradicts itself ---------------------------------------------------------------------------------------------

CONFLICTS = [
    ("Content-Type", "text/plain", "text/html", C.HEADER_CONFLICT_CONTENT_TYPE, "content_type"),
    ("Content-Transfer-Encoding", "base64", "7bit", C.HEADER_CONFLICT_CTE, "transfer_encoding"),
    ("Content-Disposition", "inline", "attachment", C.HEADER_CONFLICT_DISPOSITION, "disposition"),
]


@pytest.mark.parametrize(("name", "first", "second", "code", "accessor"), CONFLICTS)
def test_fields_that_decide_and_differ_are_a_conflict(name, first, second, code, accessor):
    headers = Headers(f"{name}: {first}\nA: 1\n{name.upper()}: {second}\n".encode())
    value = getattr(headers, accessor)
    assert getattr(value, "value", value) == first
    assert [(defect.code, defect.offset, defect.detail) for defect in headers.defects] == [
        (code, len(f"{name}: {first}\nA: 1\n"), second)
    ]


@pytest.mark.parametrize(("name", "first", "second", "code", "accessor"), CONFLICTS)
def test_fields_that_decide_and_agree_are_a_duplicate(name, first, second, code, accessor):
    headers = Headers(f"{name}: {first}\n{name.lower()}:\n\t{first} \n".encode())
    getattr(headers, accessor)
    assert codes(headers) == [C.HEADER_DUPLICATE]


def test_two_authors_fields_that_differ_are_a_conflict_and_two_that_agree_are_not():
    date = b"Date: 24 Nov 2026 10:00:00 +0000\n"
    assert of_message(date + b"From: a@x\nFrom: b@x\n") == [C.HEADER_CONFLICT_FROM]
    assert C.HEADER_DUPLICATE in of_message(date + b"From: a@x\nFrom: a@x\n")
    assert C.HEADER_CONFLICT_FROM not in of_message(date + b"From: a@x\nFrom: a@x\n")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Sender", "a@x"),
        ("Reply-To", "a@x"),
        ("To", "a@x"),
        ("Cc", "a@x"),
        ("Bcc", "a@x"),
        ("Message-ID", "<a@b>"),
        ("In-Reply-To", "<a@b>"),
        ("References", "<a@b>"),
        ("Subject", "x"),
    ],
)
def test_a_field_that_may_occur_once_is_reported_once_however_often_it_occurs(name, value):
    raw = SOUND + f"{name}: {value}\r\n".encode() * 3
    assert [(defect.code, defect.detail) for defect in Headers(raw).message_defects()] == [
        (C.HEADER_DUPLICATE, name.lower())
    ]


def test_two_dates_are_a_duplicate():
    assert of_message(SOUND + b"Date: Tue, 24 Nov 2026 10:00:00 +0000\r\n") == [C.HEADER_DUPLICATE]


@pytest.mark.parametrize("name", ["Received", "Comments", "Keywords", "Resent-To", "X-Anything"])
def test_a_field_that_may_occur_often_may(name):
    assert of_message(SOUND + f"{name}: x\r\n".encode() * 3) == []


def test_a_sound_message_has_no_defects():
    assert of_message(SOUND) == []


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"Date: 24 Nov 2026 10:00:00 +0000\n", [C.HEADER_MISSING_FROM]),
        (b"From: a@x\n", [C.HEADER_MISSING_DATE]),
        (b"", [C.HEADER_MISSING_FROM, C.HEADER_MISSING_DATE]),
    ],
)
def test_what_every_message_needs_is_missed(raw, expected):
    assert of_message(raw) == expected
    headers = Headers(raw)
    headers.addresses("from")
    assert codes(headers) == []  # a part of a message needs neither


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"a@x", []),
        (b"a@x, b@x", [C.ADDRESS_MULTIPLE_FROM]),
        (b"team: a@x;", [C.ADDRESS_GROUP_IN_FROM]),
        (b"team:;", [C.ADDRESS_GROUP_IN_FROM]),
        (b"team: a@x, b@x;", [C.ADDRESS_MULTIPLE_FROM, C.ADDRESS_GROUP_IN_FROM]),
    ],
)
def test_one_mailbox_is_what_a_message_is_from(value, expected):
    headers = Headers(b"A: 1\nFrom: " + value + b"\n")
    headers.addresses("FROM")
    headers.addresses("from")
    assert [(defect.code, defect.offset) for defect in headers.defects] == [(code, 5) for code in expected]


def test_several_mailboxes_and_groups_are_fine_elsewhere():
    assert of_message(SOUND + b"To: a@x, team: b@x;\r\nReply-To: a@x, b@x\r\n") == []


def test_what_is_not_there_is_not_remembered():
    headers = Headers(b"A: 1\n")
    for name in ("subject", "from", "date"):
        assert headers.text(name) is headers.date(name) is headers.message_id(name) is None
        assert headers.address_list(name).entries == headers.addresses(name) == headers.message_ids(name) == ()
    assert headers._known is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"A: a\r\n b\n c\r\n", "a b c"),
        (b"A: a\r\r\n b\r\r\r\n\tc\r\n", "a b\tc"),
        (b"A: a\rb\r\r\n c\r\r\n", "a b c"),
    ],
)
def test_a_fold_is_taken_out_with_all_the_crs_before_it(raw, value):
    assert Headers(raw)["a"] == value


def test_bytes_above_127_are_reported_once_for_each_field_however_often_it_is_read():
    headers = Headers(b"A: \xc3\xbc\nB: 1\nC: \xff\n")
    assert codes(headers) == []
    for _ in range(3):
        list(headers)
        headers.get_all("a")
        headers.text("c")
    assert [(defect.code, defect.offset) for defect in headers.defects] == [(C.HEADER_8BIT, 0), (C.HEADER_8BIT, 11)]


def test_the_charset_of_a_block_is_guessed_once_from_all_of_its_fields(monkeypatch):
    samples = []

    def guess(data):
        samples.append(data)
        return "cp1251"

    monkeypatch.setattr(charsets_module, "guess", guess)
    headers = Headers(b"A: \xcf\xf0\xe8\nB: \xc3\xbc\nC: plain\nD: \xe2\xe5\xf2\n" * 100)
    assert [field.value for field in headers][:4] == ["При", "ü", "plain", "вет"]
    assert samples == [b"\n".join([b" \xcf\xf0\xe8", b" \xe2\xe5\xf2"] * 100)]


def test_a_nul_is_reported_where_it_stands_before_anything_is_asked():
    headers = Headers(b"A: 1\nB: \0\0\nC: \0\n", offset=10)
    assert [(defect.code, defect.offset) for defect in headers.defects] == [(C.HEADER_NUL, 18)]
    list(headers)
    assert codes(headers) == [C.HEADER_NUL]


def test_a_control_character_in_a_field_that_decides_is_reported():
    headers = Headers(b"Content-Type: text/plain; x=\x01\n")
    assert codes(headers) == []
    assert headers.content_type.value == "text/plain"
    assert C.HEADER_CONTROL_CHAR in codes(headers)


def test_a_fold_inside_quotes_is_reported():
    headers = Headers(b'A: 1\nContent-Type: text/plain; x="a\n b"\n')
    assert headers.content_type.parameters["x"] == "a b"
    assert [(defect.code, defect.offset) for defect in headers.defects] == [(C.PARAM_FOLD_IN_QUOTES, 20)]


# Everything that is wrong with a message -----------------------------------------------------------------------------

TROUBLED = (
    b"From: a@x, b@x\nFrom: c@x\nTo: \xff <d@x>\nSubject: =?utf-8?b?x?=\nDate: never\nMessage-ID: x y\n"
    b"References: z\nComments: =?utf-8?b?x?= \xe4\nResent-Date: never\nResent-To: <e@x\nX-Id: u v\n"
    b"Content-Type: text\nContent-Type: text/html\nContent-Disposition: strange; filename==?utf-8?q?=41?=\n"
    b"Content-Transfer-Encoding: x\nContent-ID: no id\n"
)

ASKS = [
    lambda headers: headers.text("from"),
    lambda headers: headers.text("comments"),
    lambda headers: headers.text("subject"),
    lambda headers: headers.date("resent-date"),
    lambda headers: headers.addresses("resent-to"),
    lambda headers: headers.addresses("To"),
    lambda headers: headers.message_id("content-id"),
    lambda headers: headers.message_ids("x-id"),
    lambda headers: headers.message_ids("message-id"),
    list,
    lambda headers: headers.filename,
    lambda headers: headers.content_type,
    lambda headers: headers.message_defects(),
]


def in_order(defects):
    return sorted(defects, key=lambda defect: (defect.offset, defect.code, defect.detail))


def test_the_defects_of_a_message_are_complete():
    found = {defect.code for defect in Headers(TROUBLED).message_defects()}
    assert found == {
        C.ADDRESS_MULTIPLE_FROM,
        C.HEADER_CONFLICT_FROM,
        C.HEADER_8BIT,
        C.ENCODED_WORD_MALFORMED,
        C.DATE_INVALID,
        C.MESSAGE_ID_INVALID,
        C.CONTENT_TYPE_INVALID,
        C.HEADER_CONFLICT_CONTENT_TYPE,
        C.DISPOSITION_UNKNOWN,
        C.FILENAME_ENCODED_WORD,
        C.PARAM_UNQUOTED_SPECIAL,
        C.CTE_UNKNOWN,
    }


ENCODED_NAME = b'Content-Type: a/b;\n name="=?utf-8?q?=C3=9C?=\n =?utf-8?q?.pdf?="\n'


@pytest.mark.parametrize(
    ("disposition", "expected"),
    [
        (b"filename*=utf-8''%C3%9C.pdf", set()),
        (b"filename*=utf-8''x.pdf", {C.FILENAME_ENCODED_WORD, C.PARAM_FOLD_IN_QUOTES, C.FILENAME_CONFLICT}),
        (b'filename="=?utf-8?q?=C3=9C.pdf?="', {C.FILENAME_ENCODED_WORD}),
        (b"x=y", {C.FILENAME_ENCODED_WORD, C.PARAM_FOLD_IN_QUOTES}),
    ],
)
def test_a_name_for_readers_of_old_is_ordinary_beside_the_same_one_in_the_disposition(disposition, expected):
    headers = Headers(ENCODED_NAME + b"Content-Disposition: attachment; " + disposition + b"\n")
    assert headers.content_type is not None
    assert headers.filename is not None
    assert {defect.code for defect in headers.defects} - {C.FILENAME_CONFLICT} == expected - {C.FILENAME_CONFLICT}


@pytest.mark.parametrize("asks", [*permutations(ASKS, 2)], ids=lambda _: "")
def test_the_defects_of_a_message_are_the_same_whatever_was_asked_before(asks):
    expected = in_order(Headers(TROUBLED).message_defects())
    headers = Headers(TROUBLED)
    for ask in asks:
        ask(headers)
    assert in_order(headers.message_defects()) == expected
    for ask in ASKS:
        ask(headers)
    assert in_order(headers.message_defects()) == expected


def test_the_defects_that_were_known_stay_the_first_of_those_of_the_message():
    # Those who told of some already go on behind them.
    headers = Headers(TROUBLED)
    _ = headers.content_type, headers.filename
    known = headers.defects
    assert headers.message_defects()[: len(known)] == known


def test_the_defects_of_a_field_outside_of_the_rules_are_told_when_it_is_read():
    headers = Headers(SOUND + b"Resent-Date: never\r\n")
    assert headers.message_defects() == ()
    assert headers.date("resent-date") is None
    assert codes(headers) == [C.DATE_INVALID]
    assert headers.message_defects() == ()


# Sizes ---------------------------------------------------------------------------------------------------------------


def test_the_longest_value_is_measured_without_the_blanks_around_it():
    headers = Headers(b"To: 12345\nCC:   123456 \t\r\n\nA: 12345678901\n".replace(b"\n\n", b"\n"))
    assert headers.longest(frozenset({"to"})) == 5
    assert headers.longest(frozenset({"to", "cc"})) == 6
    assert headers.longest(frozenset({"a"})) == 11
    assert headers.longest(frozenset({"b"})) == headers.longest(frozenset()) == 0


def test_the_longest_value_counts_its_folds_and_every_repeat():
    headers = Headers(b"To: 1\r\nto: 1\r\n 2\r\nTO: 12\r\n")
    assert headers.longest(STRUCTURED_FIELDS) == len(b"1\r\n 2")


def test_a_hundred_thousand_fields_are_read_in_one_go():
    headers = Headers(b"To: a@x\n" * 100_000 + b"Subject: x\n")
    assert len(headers) == 100_001
    assert len(headers.get_all("to")) == 100_000
    assert headers["subject"] == "x"
    assert [defect.code for defect in headers.message_defects()][-1] == C.HEADER_DUPLICATE


# Any bytes -----------------------------------------------------------------------------------------------------------

LINES = st.sampled_from(
    [
        b"From: a@x, b\n",
        b"To: <\n",
        b"Subject: =?x?q?\xff?=\r\n",
        b"Date: \0\n",
        b"Content-Type: a/b; c=\x01;d*=''\n",
        b" fold\r\n",
        b"junk\n",
        b":\n",
        b"\xef\xbb\xbf",
        b"Content-Disposition: x; filename*0*=\xe4\n",
        b"\r",
        b"--b\n",
        b"Content-Transfer-Encoding: \xff(\n",
        b"Message-ID: <\n",
        b"References: <a@b> \x7f\n",
        b"From x\n",
    ]
)


@given(st.one_of(st.binary(max_size=200), st.lists(LINES, max_size=12).map(b"".join)))
def test_any_block_can_be_asked_for_everything(raw):
    headers = Headers(raw)
    expected = in_order(headers.message_defects())
    again = Headers(raw)
    texts = []
    for field in again:
        texts += [field.name, field.value, again[field.name], again.text(field.name), *again.get_all(field.name)]
        texts += [again.message_id(field.name) or "", *again.message_ids(field.name)]
        again.date(field.name)
        for mailbox in again.addresses(field.name):
            texts += [mailbox.name, mailbox.address, mailbox.raw]
    texts += [again.filename or "", again.transfer_encoding]
    for text in texts:
        assert "\0" not in text
        text.encode("utf-8")
    assert in_order(again.message_defects()) == expected
    for defect in again.defects:
        assert defect.offset >= 0
        assert all(" " <= character <= "~" for character in defect.detail)


def test_the_header_of_a_part_that_has_none_keeps_nothing():
    headers = [Headers(b"") for _ in range(2)]
    for one in headers:
        assert one.message_defects()[0].code is C.HEADER_MISSING_FROM
    part = Headers(b"", path=(0,))
    part.look_at_folds()
    assert part.message_defects() == part.defects == ()
    kept = [getattr(part, name) for name in ("_known", "_defects", "_elsewhere")]
    assert kept == [None] * 3
    assert headers[0]._block is headers[1]._block is part._block


@pytest.mark.parametrize(
    ("raw", "ask"),
    [
        (b"Subject: =?utf-8?b?x?=\n", lambda headers: headers.text("subject")),
        (b"To: <b@x\n", lambda headers: headers.addresses("to")),
        (b"Date: never\n", lambda headers: headers.date()),
        (b"X-A: \xe4\n", lambda headers: headers["x-a"]),
    ],
)
def test_what_is_odd_about_a_field_is_noted_once_whoever_asks_first(raw, ask, monkeypatch):
    # The second thread reads the field while the first one does.
    headers = Headers(raw)
    original = Headers._note
    asked = []

    def note(self, findings, position, *, aside=False):
        if not asked:
            asked.append(Thread(target=ask, args=(headers,)))
            asked[0].start()
            asked[0].join(0.05)
        original(self, findings, position, aside=aside)

    monkeypatch.setattr(Headers, "_note", note)
    ask(headers)
    asked[0].join()
    assert len(headers.defects) == 1
