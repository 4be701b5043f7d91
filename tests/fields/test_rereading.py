"""Header blocks as other readings have them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimeparse.fields.params import boundary_of
from mimeparse.fields.rereading import reread
from mimeparse.reading import OUR_READING, Reading

CT, CTE, CD = b"Content-Type: ", b"Content-Transfer-Encoding: ", b"Content-Disposition: "


def encoding(block: bytes, answers: str) -> str:
    return reread(block, Reading.of(answers))[0].transfer_encoding


@pytest.mark.parametrize(
    ("answers", "block", "expected"),
    [
        ("ours", CTE + b"base64\n" + CTE + b"8bit\n", "base64"),
        ("repeated-fields=last", CTE + b"base64\n" + CTE + b"8bit\n", "8bit"),
        ("encodings=first-known", CTE + b"x, quoted-printable, base64\n", "quoted-printable"),
        ("encodings=last-known", CTE + b"x, quoted-printable, base64\n", "base64"),
        ("encodings=last-known", CTE + b"BASE64\n" + CTE + b"8bit\n", "base64"),
        ("encodings=first-known", CTE + b"8bit\n", "8bit"),
        ("encodings=first-known", CTE + b"8bit\n" + CTE + b"base64\n" + CTE + b"x-uue\n", "base64"),
        ("encodings=last-known", CTE + b"8bit\n" + CTE + b"base64\n" + CTE + b"x-uue\n", "x-uue"),
        ("comments=nothing", CTE + b"(a)ba(b(c))se64\n", "base64"),
        ("comments=nothing", CTE + b"base64(never closed\n", "base64"),
        ("comments=nothing", CTE + b"base64)\n", "base64)"),
        ("encoded-words=everywhere", CTE + b"=?us-ascii?b?YmFzZTY0?=\n", "base64"),
        ("folds=joined", CTE + b"base\r\n\t 64\r\n", "base64"),
        ("folds=joined", CTE + b"base\n 64\n", "base64"),
        ("folds=joined", b"Content-Transfer-Encoding\n : base64\n", "base64"),
        ("folds=fields", b"A: b\n Content-Transfer-Encoding: base64\n", "base64"),
        ("folds=fields", b"A: b\n no field\n" + CTE + b"base64\n", "base64"),
        ("nuls=dropped", CTE + b"ba\0se64\n", "base64"),
        ("nuls=end", CTE + b"base64\0junk\n", "base64"),
        ("names=strict", b"Content-Transfer-Encoding : base64\n", "7bit"),
        ("names=lenient", b"Content-Transfer-Encoding : base64\n", "base64"),
    ],
)
def test_the_encoding_is_what_the_reading_makes_of_it(answers, block, expected):
    assert encoding(block, answers) == expected


@pytest.mark.parametrize(
    ("answers", "value", "expected"),
    [
        ("values=literal", b"multipart/mixed; boundary=a b; x=y", "a b"),
        ("values=literal", b'multipart/mixed; boundary="a;b"; x=y', "a;b"),
        ("values=joined", b'multipart/mixed; boundary=""a"b"', "ab"),
        ("values=joined", b'multipart/mixed; boundary=" a "', "a"),
        ("values=cut", b"multipart/mixed; boundary=a,b", "a"),
        ("values=cut", b'multipart/mixed; boundary="a b"', "a"),
        ("repeated-parameters=last", b"multipart/mixed; boundary=a; boundary=b", "b"),
        ("repeated-parameters=last", b"multipart/mixed; boundary=a; boundary=", ""),
        ("repeated-parameters=last", b"multipart/mixed; boundary=a, boundary=b", "b"),
        ("repeated-parameters=last", b'multipart/mixed; boundary="a;c" boundary="b"', "b"),
        ("repeated-parameters=last", b"multipart/mixed; boundary=a; boundary*0=b; boundary*1=c", "bc"),
        ("repeated-parameters=last", b"multipart/mixed; boundary*0=b; boundary*1=c; boundary=a", "bc"),
        ("extended=unknown", b"multipart/mixed; boundary*=us-ascii''a", None),
        ("extended=textual", b"multipart/mixed; boundary*1=a; boundary*0=b", "ab"),
        ("encoded-words=everywhere", b"multipart/mixed; boundary==?us-ascii?q?a?=", "a"),
    ],
)
def test_a_boundary_is_what_the_reading_makes_of_it(answers, value, expected):
    headers, _ = reread(CT + value + b"\n", Reading.of(answers))
    declared = headers.content_type
    assert declared is not None
    assert declared.value == "multipart/mixed"
    assert declared.parameters.get("boundary") == expected


@pytest.mark.parametrize(
    ("answers", "block", "rest"),
    [
        ("header-end=first-junk", b"A: b\njunk\nC: d\n", b"junk\nC: d\n"),
        ("header-end=blank-fold", b"A: b\n \nC: d\n", b"C: d\n"),
        ("header-end=blank-fold", b"A: b\nC: d\n", None),
        ("ours", b"A: b\njunk\nC-E: d\n", None),
        ("ours", b"A: b\nprose, and more of it\n", b"prose, and more of it\n"),
        ("nuls=dropped", b"A\0: b\nprose\n", b"prose\n"),
        ("nuls=dropped", b"A: b\n\0prose \0 and more\0\n", b"\0prose \0 and more\0\n"),
        ("nuls=end", b"A\0: b\nC: d\0e\nprose \0 and more\n", b"A\0: b\nC: d\0e\nprose \0 and more\n"),
        ("nuls=end", b"C: d\0e\nprose \0 and more\n", b"prose \0 and more\n"),
        ("folds=joined", b"A: b\n c\nD \n : e\nprose\n and more\n", b"prose\n and more\n"),
        ("folds=joined nuls=dropped", b"A: b\n \0c\nprose\n \0 and more\n", b"prose\n \0 and more\n"),
        ("folds=fields", b"A: b\n C: d\nprose\n more: of it\n", b"prose\n more: of it\n"),
        ("repeated-fields=last", b"A: b\njunk\nSubject: x\n", None),
        ("nuls=dropped", b"Subject: x\njunk\nSubject: y\n", None),
        ("nuls=dropped", b"Subject: x\njunk\nSubject: y\nprose\n", b"prose\n"),
        ("names=strict", b"A: b\nprose\nand : more\n", b"prose\nand : more\n"),
    ],
)
def test_a_body_begins_where_the_reading_has_it(answers, block, rest):
    _, position = reread(block, Reading.of(answers))
    assert (block[position:] if position is not None else None) == rest


@pytest.mark.parametrize(
    ("answers", "block"),
    [("header-end=first-junk", b"A: b\njunk\nC-D: e\n"), ("header-end=blank-fold", b"A: b\n \nC-D: e\n")],
)
def test_fields_behind_the_end_that_the_reading_sees_are_none(answers, block):
    assert [field.name for field in reread(block, Reading.of(answers))[0]] == ["A"]


def test_what_a_decoded_word_holds_ends_no_field():
    block = CT + b"text/plain; charset==?us-ascii?q?x=0d=0aX-Injected:_y?=\n"
    headers, _ = reread(block, Reading.of("encoded-words=everywhere"))
    assert [field.name for field in headers] == ["Content-Type"]


@pytest.mark.parametrize("name", ["From", "Sender", "Subject", "Content-Type", "Content-Disposition"])
def test_of_fields_that_are_shown_or_decide_the_last_one_counts_where_it_does(name):
    block = f"{name}: one\nX: y\n{name}: two\n".encode()
    headers, _ = reread(block, Reading.of("repeated-fields=last"))
    assert headers.get_all(name) == ("two",)
    assert headers.get_all("x") == ("y",)


@pytest.mark.parametrize(
    ("answers", "block", "code"),
    [
        ("contents=sniffed", CTE + b"8bit\n" + CTE + b"base64\n", "header-conflict-cte"),
        ("nuls=dropped", CT + b"multipart/mixed; boundary=a; boundary=\0b\n", "boundary-conflict"),
        ("delimiters=loose", CTE + b"base\n 64\n", "header-fold-in-token"),
        (
            "repeated-parameters=last",
            CD + b"attachment; filename=a\n " + CTE + b"base64\n",
            "header-fold-looks-like-header",
        ),
    ],
)
def test_what_a_reading_has_no_answer_for_is_reported_as_in_ours(answers, block, code):
    headers, _ = reread(block, Reading.of(answers))
    conflicts = boundary_of(headers.content_type)[1] if headers.content_type is not None else []
    assert code in {defect.code for defect in (*headers.message_defects(), *conflicts)}


def test_fields_that_decide_nothing_stay_as_they_are():
    block = b"X-A: (kept) =?us-ascii?q?kept?=\r\nX-A: twice\r\n"
    headers, _ = reread(block, Reading.of("comments=nothing encoded-words=everywhere repeated-fields=last"))
    assert headers.get_all("x-a") == ("(kept) =?us-ascii?q?kept?=", "twice")


PIECES = st.lists(
    st.sampled_from([
        CT, CTE, CD, b"text/plain", b"boundary=", b"; ", b'"', b"(", b")", b"\\", b"\n", b"\r\n ", b"\0", b"=?u?q?=0A?=", b"\xff", b"*0*=", b"x",
    ]),
    max_size=25,
).map(b"".join)  # fmt: skip
ANSWERS = st.sampled_from(
    "comments=nothing encoded-words=everywhere extended=textual extended=unknown folds=fields folds=joined header-end=first-junk "
    "header-end=blank-fold names=strict nuls=end nuls=dropped repeated-fields=last repeated-parameters=last values=cut values=joined "
    "values=literal encodings=last-known".split()
)


@given(PIECES, ANSWERS, ANSWERS)
def test_any_block_can_be_read_in_any_way_and_its_body_lies_in_it(block, one, other):
    reading = Reading.of(one).combined(Reading.of(other)) or Reading.of(one)
    headers, position = reread(block, reading)
    assert position is None or 0 <= position <= len(block)
    _ = (
        headers.content_type,
        headers.disposition,
        headers.transfer_encoding,
        headers.filename,
        headers.message_defects(),
    )


@given(PIECES)
def test_our_own_reading_changes_no_field_that_decides(block):
    from mimeparse.fields.headers import Headers

    ours, reread_ours = Headers(block), reread(block, OUR_READING)[0]
    if not ours.message_defects():
        assert reread_ours.transfer_encoding == ours.transfer_encoding
        assert reread_ours.filename == ours.filename
