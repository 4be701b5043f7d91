"""Folds that readers disagree about."""

from __future__ import annotations

import pytest
from counting import calls_of
from hypothesis import given
from hypothesis import strategies as st

from mimeparse.defects import DefectCode, Finding
from mimeparse.fields.folds import fold_in_quotes, fold_in_token, fold_that_looks_like_a_field, odd_folds
from mimeparse.fields.headers import Headers

C = DefectCode


@pytest.mark.parametrize(
    ("value", "position", "detail"),
    [
        (b'a/b; x="c\r\n d"', 7, '"c\\x0d\\x0a d"'),
        (b'a/b; y="1"; x="c\n\td"', 14, '"c\\x0a\\x09d"'),
        (b'a/b; x="c\r\n d', 7, '"c\\x0d\\x0a d'),
        (b'a/b; x="\\"\r\n d"', 7, '"\\"\\x0d\\x0a d"'),
        (b'a/b;\r\n x="c";\r\n y="d"', None, ""),
        (b"a/b;\r\n x=c\r\n d", None, ""),
        (b"", None, ""),
        (b'"', None, ""),
    ],
)
def test_a_fold_inside_of_quotes_is_found(value, position, detail):
    found = [] if position is None else [Finding(C.PARAM_FOLD_IN_QUOTES, position, detail)]
    assert fold_in_quotes(value) == found
    assert [finding for finding in odd_folds(value) if finding.code is C.PARAM_FOLD_IN_QUOTES] == found


@pytest.mark.parametrize(
    ("value", "detail"),
    [
        (b" text/ht\n ml\n", "t\\x0a m"),
        (b" text/ht\n \tml\n", "t\\x0a \\x09m"),
        (b" base\r\n 64\r\n", "e\\x0d\\x0a 6"),
        (b" text/ht\n ml;\n charset=utf-8\n", "t\\x0a m"),
        (b" text/ht\r\n ml;\r\n charset=utf-8;\r\n", "t\\x0d\\x0a m"),
        (b' text/html; a="b\n c"; d=e\n f\n', "e\\x0a f"),
    ],
)
def test_a_fold_inside_of_a_word_is_found(value, detail):
    assert fold_in_token(value) == [Finding(C.HEADER_FOLD_IN_TOKEN, 0, detail)]
    assert fold_in_token(value)[0] in odd_folds(value)


@pytest.mark.parametrize(
    "value",
    [
        b" text/html\n",
        b" text/html;\n charset=utf-8\n",
        b" text/html;\r\n\tcharset=utf-8;\r\n\tformat=flowed;\r\n",
        b' text/html; name="a\n b";\n charset=utf-8\n',
        b" text/html; charset=\n utf-8\n",
        b" text/html\n ; charset=utf-8\n",
        b" text/html; charset\n =utf-8\n",
        b" text/html (a\n) x\n",
        b" a,\n b\n",
        b"\n text/html\n",
        b" text/html\r\r\n",
        b"",
    ],
)
def test_a_fold_between_words_is_none_inside_of_one(value):
    assert fold_in_token(value) == []


@given(
    st.lists(
        st.sampled_from([b"a", b'"', b"\\", b";", b" ", b"\t", b"=", b"\r", b"\n ", b"\r\n ", b";\n ", b"\n"])
    ).map(b"".join)
)
def test_what_is_seen_to_be_ordinary_at_a_look_has_no_odd_folds(value):
    assert odd_folds(value) == [*fold_in_quotes(value), *fold_in_token(value)]


@pytest.mark.parametrize("before", [b"A: 1\n", b"A : 1\n"], ids=["plain block", "odd block"])
@pytest.mark.parametrize(
    ("field", "accessor", "code", "place"),
    [
        (b"Content-Type: text/ht\n ml", "content_type", C.HEADER_FOLD_IN_TOKEN, 0),
        (b"Content-Disposition: attach\n\tment", "disposition", C.HEADER_FOLD_IN_TOKEN, 0),
        (b"Content-Transfer-Encoding: base\n 64", "transfer_encoding", C.HEADER_FOLD_IN_TOKEN, 0),
        (b'Content-Type: text/plain; x="a\n b"', "content_type", C.PARAM_FOLD_IN_QUOTES, 15),
    ],
)
def test_a_fold_is_reported_at_the_field_that_decides_in_any_block(before, field, accessor, code, place):
    headers = Headers(before + field + b"\n", offset=7)
    getattr(headers, accessor)
    found = {defect.code: defect.offset for defect in headers.defects}
    assert found[code] == 7 + len(before) + place


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        (b"From: a@x", "From: a@"),
        (b"sender : a@x", "sender : a@"),
        (b"FROM:@", "FROM:@"),
        (b"From: nobody", None),
        (b"From: nobody\n a@x", None),
        (b"Fromsender: a@x", None),
        (b"Content-Type: text/html", "Content-Type: text/h"),
        (b"content-type \t:text/html", "content-type \\x09:text/h"),
        (b"Content-Type: text/ html", None),
        (b"Content-Type", None),
        (b"Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: base64"),
        (b"Content-Transfer-Encoding : Quoted-Printable", "Content-Transfer-Encoding : Quoted-"),
        (b"Content-Transfer-Encoding:x-uuencode", "Content-Transfer-Encoding:x-uu"),
        (b"Content-Transfer-Encoding: x", None),
        (b"Content-Disposition: attachment", "Content-Disposition: attachment"),
        (b"content-disposition :inline", "content-disposition :inline"),
        (b"Content-Disposition: x", None),
        (b"MIME-Version: 1.0", "MIME-Version: 1"),
        (b"mime-version\t:1.0", "mime-version\\x09:1"),
        (b"MIME-Version: 2.0", None),
        (b"Subject: x", None),
    ],
)
def test_a_folded_line_that_looks_like_a_field_is_found(line, detail):
    found = fold_that_looks_like_a_field(b"A: 1\n \t" + line + b"\n")
    assert found == ([Finding(C.HEADER_FOLD_LOOKS_LIKE_HEADER, 5, detail)] if detail is not None else [])
    assert fold_that_looks_like_a_field(b"A: 1\n" + line + b"\n") == []


def test_a_folded_line_that_looks_like_a_field_is_reported_once_however_often_it_is_looked_for():
    headers = Headers(b"A: 1\n From: a@x\n", offset=7)
    for _ in range(3):
        headers.look_at_folds()
    assert [(defect.code, defect.offset) for defect in headers.defects] == [(C.HEADER_FOLD_LOOKS_LIKE_HEADER, 12)]


@pytest.mark.parametrize("piece", ['"\\', '"\n', '"', "\\", '"" \n', "a\n b", ";\n ", 'a;\n "'])
def test_a_flood_of_folds_is_looked_through(piece):
    def look(value: str) -> None:
        assert len(odd_folds(value.encode())) <= 2

    assert calls_of(look, 8_000 * piece) <= 8 * calls_of(look, 1_000 * piece) + 100
