"""What `Headers` says about the fields of a message together: versions, authors, and which of them are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mimeparse.defects import Defect, DefectCode
from mimeparse.fields.addresses import parse_addresses
from mimeparse.fields.block import _crack_carefully, crack
from mimeparse.fields.headers import STRUCTURED_FIELDS, Headers
from mimeparse.fields.rules import breaches, conflicts, oddities_of_authors

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimeparse.fields.blocks import Block

C = DefectCode
SOUND = b"From: a@example.com\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n"


def places(defects: tuple[Defect, ...]) -> list[tuple[DefectCode, int]]:
    return [(defect.code, defect.offset) for defect in defects]


@pytest.mark.parametrize(
    ("field", "code"),
    [
        (b"Subject: =?utf-8?b?x?=", C.ENCODED_WORD_MALFORMED),
        (b"Message-ID: x y", C.MESSAGE_ID_INVALID),
        (b"In-Reply-To: x", C.MESSAGE_ID_INVALID),
        (b"References: x", C.MESSAGE_ID_INVALID),
        (b"Sender: <b@x", C.ADDRESS_UNBALANCED),
        (b"To: <b@x", C.ADDRESS_UNBALANCED),
        (b"Reply-To: <b@x", C.ADDRESS_UNBALANCED),
        (b"Cc: <b@x", C.ADDRESS_UNBALANCED),
        (b"Bcc: <b@x", C.ADDRESS_UNBALANCED),
        (b"Content-Type: text", C.CONTENT_TYPE_INVALID),
        (b"Content-Disposition: strange", C.DISPOSITION_UNKNOWN),
        (b"Content-Transfer-Encoding: nosuch", C.CTE_UNKNOWN),
    ],
)
def test_each_field_that_has_a_grammar_is_looked_at_for_the_defects_of_a_message(field, code):
    found = Headers(SOUND + field + b"\r\n", offset=7).message_defects()
    assert (code, 7 + len(SOUND)) in places(found)


def test_a_date_is_looked_at_for_the_defects_of_a_message():
    assert places(Headers(b"From: a@x\nDate: never\n").message_defects()) == [(C.DATE_INVALID, 10)]


@pytest.mark.parametrize(
    "name",
    [
        "from", "sender", "reply-to", "to", "cc", "bcc", "date", "message-id", "in-reply-to", "references", "content-id", "content-type",
        "content-disposition", "content-transfer-encoding",
    ],
)  # fmt: skip
def test_a_field_with_a_grammar_counts_for_the_limit_of_those(name):
    assert Headers(f"X-Other: 12345678\n{name.title()}: 1234\n".encode()).longest(STRUCTURED_FIELDS) == 4


@pytest.mark.parametrize(
    ("value", "sound"),
    [
        (b"1.0", True),
        (b" 1 . 0 ", True),
        (b"(one) 1 (dot) . (nought) 0 (end)", True),
        (b"1.0 (produced by x)", True),
        (b"1.00", False),
        (b"1.0.1", False),
        (b"2.0", False),
        (b"11.0", False),
        (b"1.1", False),
        (b"1", False),
        (b"", False),
        (b"(1.0)", False),
    ],
)
def test_a_version_that_is_not_1_0_is_reported_where_it_stands(value, sound):
    found = Headers(SOUND + b"MIME-Version: " + value + b"\r\n", offset=7).message_defects()
    assert places(found) == ([] if sound else [(C.MIME_VERSION_UNSUPPORTED, 7 + len(SOUND))])


@pytest.mark.parametrize(
    ("field", "missed"),
    [
        (b"Content-Type: multipart/mixed; boundary=b\r\n", True),
        (b"Content-Type: text/html\r\n", False),
        (b"Content-Transfer-Encoding: base64\r\n", True),
        (b"Content-Transfer-Encoding: 8bit\r\n", False),
        (b"", False),
    ],
)
def test_a_version_is_missed_where_a_strict_reader_sees_something_else(field, missed):
    assert places(Headers(SOUND + field, offset=7).message_defects()) == (
        [(C.MIME_VERSION_MISSING, 7)] if missed else []
    )
    assert Headers(SOUND + field + b"MIME-Version: 1.0\r\n").message_defects() == ()
    assert Headers(SOUND + field, path=(0,)).message_defects() == ()


def test_what_a_message_misses_is_missed_where_its_header_begins():
    assert places(Headers(b"A: 1\n", offset=10).message_defects()) == [
        (C.HEADER_MISSING_FROM, 10),
        (C.HEADER_MISSING_DATE, 10),
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"a@x, team: b@x;", [C.ADDRESS_MULTIPLE_FROM, C.ADDRESS_GROUP_IN_FROM]),
        (b"team: b@x;, a@x", [C.ADDRESS_MULTIPLE_FROM, C.ADDRESS_GROUP_IN_FROM]),
        (b"", []),
    ],
)
def test_one_group_among_the_authors_is_enough(value, expected):
    headers = Headers(b"From: " + value + b"\n")
    headers.addresses("from")
    assert [
        code for code, _ in places(headers.defects) if code in {C.ADDRESS_MULTIPLE_FROM, C.ADDRESS_GROUP_IN_FROM}
    ] == expected


# Names ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [b"", b"A: 1\n"])
@pytest.mark.parametrize(
    ("raw", "holder"),
    [
        (b"Content-Type: image/png; name=a%2Epng\n", b"Content-T"),
        (b"Content-Type: image/png\nContent-Disposition: attachment; filename=a%2Epng\n", b"Content-D"),
        (b"Content-Type: image/png; name=a%2Epng\nContent-Disposition: attachment; filename=a%2Epng\n", b"Content-D"),
        (b"Content-Disposition: attachment\nContent-Type: image/png; name=a%2Epng\n", b"Content-T"),
    ],
)
def test_the_defects_of_a_name_stand_at_the_field_that_holds_it(before, raw, holder):
    headers = Headers(before + raw)
    assert headers.filename == "a%2Epng"
    assert places(headers.defects) == [(C.FILENAME_PERCENT, len(before) + raw.index(holder))]


# The block as a whole --------------------------------------------------------------------------------------------------


def found_in(raw: bytes, *, attached: bool = False, needs_mime: bool = False) -> list[tuple[DefectCode, int, str]]:
    """Return what a block breaches, and see that a block that was read line by line breaches the same."""
    both = [
        [tuple(one) for one in breaches(block, value_in(block), attached=attached, needs_mime=needs_mime)]
        for block in (crack(raw), _crack_carefully(raw))
    ]
    assert both[0] == both[1]
    return both[0]


def value_in(block: Block) -> Callable[[int], str]:
    return lambda place: block.value(place).strip().decode("ascii")


@pytest.mark.parametrize(
    ("raw", "attached", "expected"),
    [
        (b"From: a\nDate: b\n", False, []),
        (b"Date: b\nFrom: a\n", False, []),
        (b"Date: b\n", False, [(C.HEADER_MISSING_FROM, 0, "")]),
        (b"From: a\n", False, [(C.HEADER_MISSING_DATE, 0, "")]),
        (b"Subject: a\n", True, []),
        (b"From: a\nFrom: a\nDate: b\n", False, [(C.HEADER_DUPLICATE, 8, "a")]),
        (
            b"From: a\nFrom: c\nDate: b\nFrom: a\n",
            True,
            [(C.HEADER_CONFLICT_FROM, 8, "c"), (C.HEADER_DUPLICATE, 24, "a")],
        ),
        (b"Subject: a\nSubject: b\n", True, [(C.HEADER_DUPLICATE, 0, "subject")]),
        (b"A: b\nTo: a\nCc: b\nTo: c\nTo: d\n", True, [(C.HEADER_DUPLICATE, 5, "to")]),
        (
            b"Date: a\nReferences: c\nDate: b\nReferences: d\n",
            True,
            [(C.HEADER_DUPLICATE, 0, "date"), (C.HEADER_DUPLICATE, 8, "references")],
        ),
        (b"Comments: a\nComments: b\n", True, []),
    ],
)
def test_what_a_message_has_too_little_or_too_much_of_is_told_with_its_place(raw, attached, expected):
    assert found_in(raw, attached=attached) == expected


@pytest.mark.parametrize(
    ("field", "needs_mime", "expected"),
    [
        (b"", False, []),
        (b"", True, [(C.MIME_VERSION_MISSING, 0, "")]),
        (b"MIME-Version: 1.0\n", True, []),
        (b"MIME-Version: (a) 1 (b) . 0 (c)\n", True, []),
        (b"MIME-Version: ()1().()0\n", True, []),
        (b"MIME-Version: (a)(b)1.(c)0\n", True, []),
        (b"MIME-Version: 1.00\n", False, [(C.MIME_VERSION_UNSUPPORTED, 0, "1.00")]),
        (b"MIME-Version: 2.0\n", False, [(C.MIME_VERSION_UNSUPPORTED, 0, "2.0")]),
    ],
)
def test_the_version_of_mime_is_told_where_it_matters(field, needs_mime, expected):
    rest = b"From: a\nDate: b\n"
    assert found_in(field + rest, needs_mime=needs_mime) == expected
    assert found_in(field + rest, attached=True, needs_mime=needs_mime) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("content-type", C.HEADER_CONFLICT_CONTENT_TYPE),
        ("content-transfer-encoding", C.HEADER_CONFLICT_CTE),
        ("content-disposition", C.HEADER_CONFLICT_DISPOSITION),
        ("from", C.HEADER_CONFLICT_FROM),
    ],
)
def test_a_field_conflicts_with_the_first_of_its_name_where_it_says_something_else(name, code):
    field = name.encode() + b": "
    block = crack(b"A: b\n" + field + b"x\n" + field + b"y\n" + field + b"x\n")
    size = len(field) + 2
    assert [tuple(one) for one in conflicts(block, value_in(block), name)] == [
        (code, 5 + size, "y"),
        (C.HEADER_DUPLICATE, 5 + 2 * size, "x"),
    ]
    assert list(conflicts(crack(field + b"x\n"), value_in(block), name)) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a@x.de", []),
        ("Ann <a@x.de>", []),
        ("a@x.de, b@x.de", [(C.ADDRESS_MULTIPLE_FROM, 7, "")]),
        ('"b@y.de" <a@x.de>', [(C.ADDRESS_DISPLAY_NAME_IS_SENDER, 7, "b@y.de")]),
        ('"a@x.de" <a@x.de>', []),
        ('"b@y.de" <>', []),
        ('"hyatt@mozilla" <a@x.de>', []),  # the name of a feed, to which no mail can be sent
        ('"a@x.de of b" <a@x.de>', []),
        ('"write to b@y.de" <a@x>', [(C.ADDRESS_DISPLAY_NAME_IS_SENDER, 7, "write to b@y.de")]),
        (
            '"b@y.de" <a@x.de>, "c@z.de" <a@x.de>',
            [(C.ADDRESS_MULTIPLE_FROM, 7, ""), (C.ADDRESS_DISPLAY_NAME_IS_SENDER, 7, "b@y.de")],
        ),
        ("g: a@x.de;", [(C.ADDRESS_GROUP_IN_FROM, 7, "")]),
    ],
)
def test_authors_that_may_be_shown_as_somebody_else_are_told(value, expected):
    assert [tuple(one) for one in oddities_of_authors(parse_addresses(value), 7)] == expected
