from __future__ import annotations

import re
from email.message import Message
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest
from counting import calls_of
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mimeparse.defects import DefectCode, Finding
from mimeparse.fields.params import (
    MAX_PARAMETERS,
    Parameterised,
    boundary_of,
    filename_of,
    parse_content_type,
    parse_disposition,
    parse_transfer_encoding,
)
from mimeparse.fields.scanner import MAXIMUM_PIECES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

UNTIMED = settings(deadline=None)  # machines are slow at times
_FLOOD = 128 * 1024
_MAXIMUM_BOUNDARY = 70


def codes(findings: Iterable[Finding]) -> set[str]:
    """Codes, after checking that each stands there once and that its detail may be printed."""
    findings = list(findings)
    assert len({code for code, _, _ in findings}) == len(findings)
    assert all(detail.isascii() and detail.isprintable() for _, _, detail in findings)
    return {str(code) for code, _, _ in findings}


def content_type(value: str) -> tuple[str, dict[str, str], set[str]]:
    parsed = parse_content_type(value)
    return parsed.value, dict(parsed.parameters), codes(parsed.findings)


def disposition(value: str) -> tuple[str, dict[str, str], set[str]]:
    parsed = parse_disposition(value)
    return parsed.value, dict(parsed.parameters), codes(parsed.findings)


def boundary(value: str) -> tuple[str | None, set[str]]:
    """Boundary of a Content-Type, and what was found in it and in the field."""
    parsed = parse_content_type("multipart/mixed; " + value)
    literal, findings = boundary_of(parsed)
    return literal, codes(parsed.findings) | codes(findings)


def filename(attributes: str | None, typed: str | None = None) -> tuple[str | None, set[str]]:
    """File name of a Content-Disposition and a Content-Type, and what was found in it and in the fields."""
    first = None if attributes is None else parse_disposition("attachment; " + attributes)
    second = None if typed is None else parse_content_type("a/b; " + typed)
    name, findings = filename_of(first, second)
    in_fields = [finding for parsed in (first, second) if parsed is not None for finding in parsed.findings]
    return name, {str(finding.code) for finding in in_fields} | codes(findings)


# Content-Type


@pytest.mark.parametrize(
    ("value", "expected", "parameters"),
    [
        ("text/plain", "text/plain", {}),
        ("TEXT/Plain", "text/plain", {}),
        ("text/plain;", "text/plain", {}),
        (" text/plain ; ", "text/plain", {}),
        ("text/plain; charset=utf-8", "text/plain", {"charset": "utf-8"}),
        ("text/plain;charset=utf-8;", "text/plain", {"charset": "utf-8"}),
        ("text/plain; CHARSET=UTF-8", "text/plain", {"charset": "UTF-8"}),
        ('text/plain; charset="us-ascii"; format=flowed', "text/plain", {"charset": "us-ascii", "format": "flowed"}),
        ("multipart/x-evil; boundary=foo", "multipart/x-evil", {"boundary": "foo"}),
        ("multipart/mixedmultipart/mixed; boundary=foo", "", {"boundary": "foo"}),
        ('a/b; x=""', "a/b", {"x": ""}),
        (r'a/b; x="a\"\\\b"', "a/b", {"x": r'a"\b'}),
        ('a/b; x="a;b=c, (d)"; y=e', "a/b", {"x": "a;b=c, (d)", "y": "e"}),
        ("a/b; a=1; b=2; c=3; d=4; e=5; f=6", "a/b", {"a": "1", "b": "2", "c": "3", "d": "4", "e": "5", "f": "6"}),
        ("a/b; x=a'b", "a/b", {"x": "a'b"}),
        ("a/b; x=1; X=1", "a/b", {"x": "1"}),
        # RFC 2045 5.1, the example; a comment that stands apart is where the RFC foresees it
        ("text/plain; charset=us-ascii (Plain text)", "text/plain", {"charset": "us-ascii"}),
        ("text/plain (a) (b\\)(c)); (d) charset=us-ascii", "text/plain", {"charset": "us-ascii"}),
        # RFC 2231
        ("a/b; x*=utf-8''a%20b", "a/b", {"x": "a b"}),
        ("a/b; x*0=a; x*1=b", "a/b", {"x": "ab"}),
        ("a/b; x*0*=utf-8''a%20; x*1=b%20c", "a/b", {"x": "a b%20c"}),
        ("a/b; x*0*=us-ascii'en'a%20; x*1*=%2A%2A; x*2=\"isn't it\"", "a/b", {"x": "a **isn't it"}),
        ("a/b; x*0*=utf-8''%C3; x*1*=%A9", "a/b", {"x": "é"}),
    ],
)
def test_a_content_type_has_a_value_and_parameters(value: str, expected: str, parameters: dict[str, str]) -> None:
    findings = {"content-type-invalid"} if not expected else set()
    assert content_type(value) == (expected, parameters, findings)


@pytest.mark.parametrize(
    ("value", "expected", "parameters"),
    [
        ("", "", {}),
        ("text", "", {}),
        ("/", "", {}),
        ("text/", "", {}),
        ("/plain", "", {}),
        ("text/html/x", "", {}),
        ('"text/html"; charset=utf-8', "", {"charset": "utf-8"}),
        ("text/<img src=x onerror=a>", "", {}),
        ("<html>", "", {}),
        ("Content-Type:multipart/mixed; boundary=foo", "", {"boundary": "foo"}),
        ("multipar\ufffdt/mixed; boundary=foo", "", {"boundary": "foo"}),
        ("; name=a.jpg", "", {"name": "a.jpg"}),
        ("name=a.jpg", "", {"name": "a.jpg"}),
        ("BINARY;name=a", "", {"name": "a"}),
        ("text / html", "text/html", {}),
        ("multipart/; boundary=foo", "multipart/mixed", {"boundary": "foo"}),
    ],
)
def test_a_content_type_without_a_type_is_reported(value: str, expected: str, parameters: dict[str, str]) -> None:
    parsed = parse_content_type(value)
    assert parsed.value == expected
    assert parsed.parameters == parameters
    assert "content-type-invalid" in codes(parsed.findings)


def test_several_types_are_none() -> None:
    assert content_type("a/b, c/d; x=1") == ("", {"x": "1"}, {"content-type-multiple-values"})


def test_a_control_character_makes_no_type() -> None:
    assert content_type("text/\x07html") == ("", {}, {"content-type-invalid", "header-control-char"})


# The syntax of parameters


@pytest.mark.parametrize(
    ("parameters", "expected", "found"),
    [
        # blanks
        ("x = y", {"x": "y"}, {"param-space"}),
        ("x =y", {"x": "y"}, {"param-space"}),
        ("x= y", {"x": "y"}, {"param-space"}),
        ('x\t=\t"y"', {"x": "y"}, {"param-space"}),
        # semicolons
        (";;x=y;;", {"x": "y"}, set()),
        ("; ; x=y ; ; z=1; ", {"x": "y", "z": "1"}, set()),
        ("x=y; , z=1", {"x": "y", "z": "1"}, {"param-missing-separator", "param-unquoted-special"}),
        ('x="y"z=1', {"x": "y", "z": "1"}, {"param-missing-separator"}),
        ("x=y z=1", {"x": "y", "z": "1"}, {"param-missing-separator"}),
        ("x=y, z=1", {"x": "y", "z": "1"}, {"param-missing-separator", "param-unquoted-special"}),
        # what is no parameter
        ("x", {}, {"param-invalid"}),
        ("x*", {}, {"param-invalid"}),
        ("x; y=1", {"y": "1"}, {"param-invalid"}),
        ("x=", {"x": ""}, {"param-invalid"}),
        ("=y", {}, {"param-invalid"}),
        ("x:y=1; z=2", {"z": "2"}, {"param-invalid"}),
        ("n\xe9m=1; z=2", {"z": "2"}, {"param-invalid"}),
        ("x\ufffd=1; z=2", {"z": "2"}, {"param-invalid"}),
        ('"x"; z=2', {"z": "2"}, {"param-invalid"}),
        # what follows a value
        ('x="y"z', {"x": "y"}, {"param-trailing-garbage"}),
        ('x=""y', {"x": ""}, {"param-trailing-garbage"}),
        ("x=y z", {"x": "y"}, {"param-trailing-garbage"}),
        ('x=y "z"', {"x": "y"}, {"param-trailing-garbage"}),
        # what should be quoted
        ("x=a/b", {"x": "a/b"}, {"param-unquoted-special"}),
        ("x=--_=_a_=_", {"x": "--_=_a_=_"}, {"param-unquoted-special"}),
        ("x=a,b", {"x": "a"}, {"param-unquoted-special", "param-trailing-garbage"}),
        (r"x=a\b", {"x": r"a\b"}, {"param-unquoted-special"}),
        ("x=\xe9", {"x": "\xe9"}, {"param-unquoted-special"}),
        ('x=a"', {"x": 'a"'}, {"param-unquoted-special"}),
        # quotes
        ('x="y', {"x": "y"}, {"param-unterminated-quote"}),
        ('x="y; z=1 ', {"x": "y; z=1"}, {"param-unterminated-quote"}),
        ('x="y\\', {"x": "y\\"}, {"param-unterminated-quote"}),
        ('x="y\\"', {"x": 'y"'}, {"param-unterminated-quote"}),
        ('x="', {"x": ""}, {"param-unterminated-quote"}),
        ("x='y'", {"x": "y"}, {"param-single-quoted"}),
        ("x=''", {"x": ""}, {"param-single-quoted"}),
        ("x='", {"x": "'"}, set()),
        # comments
        ("x(c)=y", {"x": "y"}, {"param-comment"}),
        ("x=(c)y", {"x": "y"}, {"param-comment"}),
        ("x=y(c)", {"x": "y"}, {"param-comment"}),
        ("x=y (c)", {"x": "y"}, set()),
        ("boundary=y (c)", {"boundary": "y"}, {"param-comment"}),
        ('boundary="y" (c); x=z', {"boundary": "y", "x": "z"}, {"param-comment"}),
        ("x=y(c)z", {"x": "yz"}, {"param-comment"}),
        ("x((c)\\)(d))=y", {"x": "y"}, {"param-comment"}),
        ("x=y (c", {"x": "y"}, {"param-trailing-garbage", "comment-unterminated"}),
        ("x=y(c", {"x": "y"}, {"param-comment", "param-trailing-garbage", "comment-unterminated"}),
        # control characters
        ('x="a\x01b"', {"x": "a\x01b"}, {"header-control-char"}),
    ],
)
def test_what_the_wild_makes_of_parameters_is_read_and_reported(
    parameters: str, expected: dict[str, str], found: set[str]
) -> None:
    assert content_type("a/b; " + parameters) == ("a/b", expected, found)
    assert disposition("inline; " + parameters) == ("inline", expected, found)


def test_a_semicolon_may_be_missing_behind_the_type() -> None:
    assert content_type("a/b x=y") == ("a/b", {"x": "y"}, {"param-missing-separator"})
    assert disposition("inline x=y") == ("inline", {"x": "y"}, {"param-missing-separator"})


@pytest.mark.parametrize(
    ("parameters", "chosen", "others", "found"),
    [
        ("x=1; x=2", "1", ("2",), {"param-conflict"}),
        ("x=1; X=2; x=1; x=3", "1", ("2", "3"), {"param-conflict"}),
        ("x=1; x=1", "1", (), set()),
        ("charset=utf-8; charset=UTF-8", "utf-8", (), set()),
        (
            "charset=utf-8; charset=utf-7",
            "utf-8",
            ("utf-7",),
            {"param-conflict", "charset-conflict", "charset-dangerous"},
        ),
        ("charset=a; charset*=utf-8''b", "a", ("b",), {"charset-conflict"}),
        ("x=1; x*=utf-8''2", "2", ("1",), set()),
        ("x=1; x*0=2", "2", ("1",), set()),
        ("x*=utf-8''1; x*=utf-8''2", "1", ("2",), {"param-conflict"}),
        ("x*=utf-8''1; x*0=2", "1", ("2",), set()),
    ],
)
def test_the_first_of_several_parameters_counts_and_the_others_are_kept(
    parameters: str, chosen: str, others: tuple[str, ...], found: set[str]
) -> None:
    parsed = parse_content_type("a/b; " + parameters)
    name = parameters.partition("=")[0].rstrip("*")
    assert parsed.parameters[name] == chosen
    assert parsed.alternatives.get(name, ()) == others
    assert codes(parsed.findings) == found


@pytest.mark.parametrize(
    ("parameters", "text", "found"),
    [
        ("x*1=b; x*0=a", "ab", {"param-rfc2231-order"}),
        ("x*0=a; x*0=b", "a", {"param-rfc2231-duplicate"}),
        ("x*0=a; x*0*=utf-8''b", "a", {"param-rfc2231-duplicate"}),
        ("x*0=a; x*2=c", "a", {"param-rfc2231-gap"}),
        ("x*1=a; x*2=b", "ab", {"param-rfc2231-gap"}),
        ("x*1=a; x*3=b", "a", {"param-rfc2231-gap"}),
        ("x*=a", "a", {"param-rfc2231-charset"}),
        ("x*=''a", "a", {"param-rfc2231-charset"}),
        ("x*0=a; x*1*=utf-8''b", "autf-8''b", {"param-rfc2231-charset"}),
        ("x*=utf-8''%", "%", {"param-rfc2231-percent"}),
        ("x*=utf-8''%4", "%4", {"param-rfc2231-percent"}),
        ("x*=\"utf-8''a%20b\"", "a b", {"param-rfc2231-quoted"}),
        ('x*0*="utf-8\'\'a%20"; x*1="b"', "a b", {"param-rfc2231-quoted"}),
        ("x*=x-nope''%E9", "é", {"charset-unknown"}),
        ("x*=utf-8''%FF", "\ufffd", {"charset-invalid-bytes"}),
        ("x*=utf-8''a%0Ab", "a b", {"header-control-char"}),
    ],
)
def test_extended_parameters_against_the_rules_are_read_and_reported(
    parameters: str, text: str, found: set[str]
) -> None:
    assert content_type("a/b; " + parameters) == ("a/b", {"x": text}, found)


@pytest.mark.parametrize(
    "name",
    ["x*00", "x*01", "x*-1", "x*+1", "x*a", "x**", "x*0**", "x*0*0", "*", "*0*", "x*4294967296", "x*" + "9" * 99],
)
def test_a_section_whose_number_is_none_is_left_out(name: str) -> None:
    assert content_type(f"a/b; {name}=a; y=1") == ("a/b", {"y": "1"}, {"param-rfc2231-index"})


def test_no_section_behind_a_gap_is_joined() -> None:
    assert content_type("a/b; x*0=a; x*2=c; x*3=d") == ("a/b", {"x": "a"}, {"param-rfc2231-gap"})


@pytest.mark.parametrize("index", [MAX_PARAMETERS - 1, MAX_PARAMETERS, MAX_PARAMETERS + 1])
def test_the_number_of_a_section_is_bounded(index: int) -> None:
    found = "param-rfc2231-gap" if index < MAX_PARAMETERS else "param-rfc2231-index"
    assert content_type(f"a/b; x*{index}=a")[2] == {found}


@pytest.mark.parametrize("count", [MAX_PARAMETERS - 1, MAX_PARAMETERS, MAX_PARAMETERS + 1])
@pytest.mark.parametrize("form", ["p{}=a", "p*{}=a"])
def test_the_number_of_parameters_is_bounded(count: int, form: str) -> None:
    parsed = parse_content_type("a/b; " + "; ".join(map(form.format, range(count))))
    kept = min(count, MAX_PARAMETERS)
    if "*" in form:
        assert parsed.parameters == {"p": "a" * kept}
    else:
        assert parsed.parameters == {f"p{index}": "a" for index in range(kept)}
    assert codes(parsed.findings) == ({"param-invalid"} if count > MAX_PARAMETERS else set())


@pytest.mark.parametrize("count", [MAXIMUM_PIECES - 1, MAXIMUM_PIECES, MAXIMUM_PIECES + 1])
def test_what_stands_behind_too_many_pieces_is_reported_and_not_read(count: int) -> None:
    parsed = parse_content_type("text/plain; " + "(c) " * (count - 1) + "charset=x")
    assert parsed.parameters == ({"charset": "x"} if count <= MAXIMUM_PIECES else {})
    assert codes(parsed.findings) == (set() if count <= MAXIMUM_PIECES else {"param-invalid"})


def test_surplus_parameters_are_reported_even_among_invalid_ones() -> None:
    findings = parse_content_type("a/b; x:y=1" + "; p=a" * (MAX_PARAMETERS + 3)).findings
    assert "param-invalid" in codes(findings)
    assert any(f"3 parameters beyond the first {MAX_PARAMETERS}" in finding.detail for finding in findings)


def test_what_is_parsed_cannot_be_changed() -> None:
    for value in ("a/b; x=y", "a/b; x*=utf-8''y"):
        parsed = parse_content_type(value)
        with pytest.raises(TypeError):
            parsed.parameters["x"] = "z"  # type: ignore[index]
        with pytest.raises(AttributeError):
            parsed.value = "c/d"  # type: ignore[misc]


def test_a_finding_stands_where_its_parameter_does() -> None:
    assert [position for _, position, _ in parse_transfer_encoding(" =?a?q?base64?=")[1]] == [0]
    assert parse_content_type("a/b; x=y; z").findings == (Finding(DefectCode.PARAM_INVALID, 10, "z"),)


# Content-Disposition


@pytest.mark.parametrize(
    ("value", "expected", "found"),
    [
        ("inline", "inline", set()),
        ("Attachment; filename=a", "attachment", set()),
        ("attachment ; filename=a", "attachment", set()),
        ("inline (shown)", "inline", set()),
        ("form-data; name=a", "form-data", {"disposition-unknown"}),
        ("attachement; filename=x.exe", "attachement", {"disposition-unknown"}),
        ('"attachment"; filename=a', "attachment", {"disposition-invalid"}),
        ('""', "", {"disposition-invalid"}),
        ("", "", {"disposition-invalid"}),
        (";", "", {"disposition-invalid"}),
        ("a/b", "", {"disposition-invalid"}),
        ("; filename=a", "", {"disposition-invalid"}),
        ("filename=a", "", {"disposition-invalid", "param-missing-separator"}),
        ("=?utf-8?b?YXR0YWNobWVudA==?=", "", {"disposition-encoded-word"}),
        ('"=?utf-8?q?inline?="', "", {"disposition-encoded-word"}),
    ],
)
def test_a_disposition_has_a_type(value: str, expected: str, found: set[str]) -> None:
    parsed = parse_disposition(value)
    assert parsed.value == expected
    assert codes(parsed.findings) == found
    if "filename" in value:
        assert set(parsed.parameters) == {"filename"}


def test_dates_size_and_unknown_parameters_of_a_disposition_are_there_as_they_came() -> None:
    dates = dict.fromkeys(("creation-date", "modification-date", "read-date"), "Tue, 24 Nov 2026 10:00:00 +0000")
    others = {"size": "1024", "x-unheard-of": "y"}
    value = "attachment; filename=a.txt; " + "; ".join(f'{name}="{text}"' for name, text in (dates | others).items())
    assert disposition(value) == ("attachment", {"filename": "a.txt"} | dates | others, set())


# Content-Transfer-Encoding


@pytest.mark.parametrize(
    ("value", "expected", "found"),
    [
        ("base64", "base64", set()),
        (" BASE64 ", "base64", set()),
        ("Quoted-Printable", "quoted-printable", set()),
        ("7bit", "7bit", set()),
        ("7bit;", "7bit", set()),
        ("7bit; base64", "7bit", {"cte-multiple-values"}),
        ("8bit;", "8bit", set()),
        ("binary,", "binary", set()),
        # one encoding, and something else
        ("base64;", "base64", {"param-trailing-garbage"}),
        ("base64; x=y", "base64", {"param-trailing-garbage"}),
        (",base64", "base64", {"param-trailing-garbage"}),
        ('"base64"', "base64", {"cte-quoted"}),
        ('" base64"', "base64", {"cte-quoted"}),
        ('"base64', "base64", {"cte-quoted", "param-unterminated-quote"}),
        ("base64 (c)", "base64", {"cte-comment"}),
        ("(c)base64", "base64", {"cte-comment"}),
        ("base64(quoted-printable", "base64", {"cte-comment", "comment-unterminated"}),
        # other encodings
        ("x-uuencode", "x-uuencode", {"cte-nonstandard"}),
        ("uuencode", "uuencode", {"cte-nonstandard"}),
        ("X-UUE", "x-uue", {"cte-nonstandard"}),
        ("uue", "uue", {"cte-nonstandard"}),
        ("x-gzip64", "x-gzip64", {"cte-nonstandard"}),
        # not one known encoding: the decoder leaves the body as it is
        ("base645", "base645", {"cte-unknown"}),
        ("bas64", "bas64", {"cte-unknown"}),
        (": base64", ": base64", {"cte-unknown"}),
        ("Content-Transfer-Encoding:base64", "content-transfer-encoding:base64", {"cte-unknown"}),
        ("UTF-8", "utf-8", {"cte-unknown"}),
        ("bas e64", "bas e64", {"cte-unknown"}),
        ("base64 base64", "base64 base64", {"cte-unknown"}),
        ("base64\ufffd", "base64\ufffd", {"cte-unknown"}),
        ("base64\x07", "base64\x07", {"cte-unknown", "header-control-char"}),
        ("", "", {"cte-unknown"}),
        (",", ",", {"cte-unknown"}),
        ("(base64)", "(base64)", {"cte-unknown", "cte-comment"}),
        ("bas(c)e64", "bas(c)e64", {"cte-unknown", "cte-comment"}),
        ("base64, quoted-printable", "base64, quoted-printable", {"cte-multiple-values"}),
        ("quoted-printable,base64", "quoted-printable,base64", {"cte-multiple-values"}),
        ("=?US-ASCII?Q?base=364?=", "=?us-ascii?q?base=364?=", {"cte-encoded-word"}),
        ("ba=?US-ASCII?Q?se64?=", "ba=?us-ascii?q?se64?=", {"cte-encoded-word"}),
    ],
)
def test_a_transfer_encoding_is_one_known_token_or_none(value: str, expected: str, found: set[str]) -> None:
    encoding, findings = parse_transfer_encoding(value)
    assert encoding == expected
    assert codes(findings) == found


# Boundaries


@pytest.mark.parametrize(
    ("parameters", "expected", "found"),
    [
        ("boundary=foo", "foo", set()),
        ('BOUNDARY="foo bar"', "foo bar", set()),
        ('boundary="=_a\'b()+,./:=? c"', "=_a'b()+,./:=? c", set()),
        ("boundary=foo--", "foo--", {"boundary-ends-with-dashes"}),
        # several
        ("boundary=foo; boundary=foo", "foo", set()),
        ("boundary=foo; boundary=bar", "foo", {"boundary-conflict", "param-conflict"}),
        (
            'boundary((c))="bar"; boundary="foo"',
            "bar",
            {"boundary-conflict", "param-conflict", "param-comment"},
        ),
        (
            "boundary=foo, boundary=bar",
            "foo",
            {"boundary-conflict", "param-conflict", "param-missing-separator", "param-unquoted-special"},
        ),
        ("boundary=foo; boundary*0=b; boundary*1=ar", "foo", {"boundary-conflict", "boundary-rfc2231"}),
        # extended
        ("boundary*=us-ascii''f%6Fo", "foo", {"boundary-rfc2231"}),
        ("boundary*0=f; boundary*1=oo", "foo", {"boundary-rfc2231"}),
        (
            "boundary*0=f; boundary*1=oo; boundary*1=xx",
            "foo",
            {"boundary-rfc2231", "param-rfc2231-duplicate"},
        ),
        # encoded words are not decoded
        (
            "boundary==?US-ASCII?Q?foo?=",
            "=?US-ASCII?Q?foo?=",
            {"boundary-encoded-word", "param-unquoted-special"},
        ),
        ('boundary="abc=?us-ascii?Q?def?="', "abc=?us-ascii?Q?def?=", {"boundary-encoded-word"}),
        # none
        ("", None, {"boundary-missing"}),
        ("bound=foo", None, {"boundary-missing"}),
        ('boundary=""', None, {"boundary-empty"}),
        ("boundary=", None, {"boundary-empty", "param-invalid"}),
        ('boundary=" "', None, {"boundary-empty", "boundary-trailing-space"}),
        # characters
        ('boundary=" foo"', " foo", {"boundary-leading-space"}),
        ('boundary="foo "', "foo", {"boundary-trailing-space"}),
        ('boundary="\ufffdfoo"', "\ufffdfoo", {"boundary-invalid-char"}),
        ('boundary="foo;bar"', "foo;bar", {"boundary-invalid-char"}),
        ('boundary="foo\\"bar"', 'foo"bar', {"boundary-invalid-char"}),
        ('boundary="foo\\\\bar"', "foo\\bar", {"boundary-invalid-char"}),
        ('boundary="foo\tbar"', "foo\tbar", {"boundary-invalid-char"}),
        ('boundary="foo\xe9"', "foo\xe9", {"boundary-invalid-char"}),
        # not quoted
        ("boundary=foo bar", "foo", {"param-trailing-garbage"}),
        ("boundary=foo,bar", "foo", {"param-unquoted-special", "param-trailing-garbage"}),
        ('boundary="bar"foo', "bar", {"param-trailing-garbage"}),
        ('boundary=""foo', None, {"boundary-empty", "param-trailing-garbage"}),
        ("boundary='foo'", "'foo'", {"param-single-quoted"}),
        ('boundary="foo', "foo", {"param-unterminated-quote"}),
        ("boundary =foo", "foo", {"param-space"}),
        ("boundary\ufffd=foo", None, {"boundary-missing", "param-invalid"}),
        ("boundary=foo(c)bar", "foobar", {"param-comment"}),
    ],
)
def test_a_boundary_is_what_the_standard_makes_of_it(parameters: str, expected: str | None, found: set[str]) -> None:
    assert boundary(parameters) == (expected, found)


@pytest.mark.parametrize("length", [_MAXIMUM_BOUNDARY - 1, _MAXIMUM_BOUNDARY, _MAXIMUM_BOUNDARY + 1, 10_000])
def test_a_boundary_may_have_70_characters_and_works_with_more(length: int) -> None:
    found = {"boundary-too-long"} if length > _MAXIMUM_BOUNDARY else set()
    assert boundary("boundary=" + "x" * length) == ("x" * length, found)


# File names


@pytest.mark.parametrize(
    ("attributes", "typed", "name", "found"),
    [
        (None, None, None, set()),
        ("x=y", "charset=utf-8", None, set()),
        ("filename=a.pdf", None, "a.pdf", set()),
        (None, "name=a.pdf", "a.pdf", set()),
        ("x=y", 'name="a b.pdf"', "a b.pdf", set()),
        ("filename=a.pdf", "name=a.pdf", "a.pdf", set()),
        ("filename*=utf-8''a%20b.pdf", None, "a b.pdf", set()),
        (None, "name*0*=utf-8''%C3; name*1*=%A9; name*2=.pdf", "é.pdf", set()),
        ('filename*0="safe."; filename*1="exe"', None, "safe.exe", set()),
        # a name and its stand-in are no conflict
        ("filename=resume.bin; filename*=utf-8''r%C3%A9sum%C3%A9.bin", None, "résumé.bin", set()),
        ("filename=resume; filename*=utf-8''r%C3%A9sum%C3%A9", None, "résumé", set()),
        ('filename="a_b.PDF"', 'name="A b.pdf"', "a_b.PDF", set()),
        ("filename=resume.pdf", "name*=utf-8''r%C3%A9sum%C3%A9.pdf", "resume.pdf", set()),
        ('filename="a.png"', 'name="C:\\x\\y\\a.png"', "a.png", set()),
        # precedence
        ("filename=safe.txt", "name=evil.exe", "safe.txt", {"filename-conflict"}),
        ("filename=safe.txt", "name*=utf-8''evil.exe", "safe.txt", {"filename-conflict"}),
        ("filename=safe.txt; filename*=utf-8''evil.exe", "name=x", "evil.exe", {"filename-conflict"}),
        ("filename=b.txt; filename*0=a.exe", None, "a.exe", {"filename-conflict"}),
        ("filename=safe.txt; filename=evil.exe", None, "safe.txt", {"filename-conflict", "param-conflict"}),
        ("filename=one.pdf; filename*=utf-8''tw%C3%B6.exe", None, "twö.exe", {"filename-conflict"}),
        ("filename=a.pdf; filename*=utf-8''%C3%A9", None, "é", {"filename-conflict"}),
        # empty
        ('filename=""', None, None, {"filename-empty"}),
        ('filename="  "', "name=a", "a", {"filename-empty"}),
        ("filename=", None, None, {"filename-empty", "param-invalid"}),
        ("filename=a", 'name=""', "a", {"filename-empty"}),
        # without quotes
        ("filename=my file.pdf", None, "my file.pdf", {"param-trailing-garbage"}),
        ("filename=my file.pdf; size=3", None, "my file.pdf", {"param-trailing-garbage"}),
        ("filename=my file.pdf size=3", None, "my file.pdf", {"param-trailing-garbage", "param-missing-separator"}),
        ('filename=a b creation-date="x"', None, "a b", {"param-trailing-garbage", "param-missing-separator"}),
        ('filename=a b modification-date="x"', None, "a b", {"param-trailing-garbage", "param-missing-separator"}),
        ('filename=a b read-date="x"', None, "a b", {"param-trailing-garbage", "param-missing-separator"}),
        ("filename=a b x-mac-type=1", None, "a b", {"param-trailing-garbage", "param-missing-separator"}),
        ("filename=a b x-=1", None, "a b x-=1", {"param-trailing-garbage"}),
        ("filename=a\tb.pdf", None, "a b.pdf", {"param-trailing-garbage"}),
        ("filename=a (1).pdf", None, "a (1).pdf", {"param-trailing-garbage"}),
        ("filename=no=1, a.pdf ;", None, "no=1, a.pdf", {"param-trailing-garbage"}),
        ("filename=a n=1.pdf", None, "a n=1.pdf", {"param-trailing-garbage"}),
        ("filename=a(1).pdf", None, "a(1).pdf", {"param-unquoted-special"}),
        ("filename='a b.pdf'", None, "a b.pdf", {"param-single-quoted", "param-trailing-garbage"}),
        (None, "name=a.txt charset=utf-8", "a.txt", {"param-missing-separator"}),
        ('filename="evil.exe', None, "evil.exe", {"param-unterminated-quote"}),
        # escapes
        (r'filename="C:\temp\a.pdf"', None, r"C:\temp\a.pdf", set()),
        (r'filename="C:\\temp\\a.pdf"', None, r"C:\temp\a.pdf", set()),
        (r'filename="a\".exe"', None, 'a".exe', {"filename-suspicious-quote"}),
        (r'filename="safe.txt\"; x=\".exe"', None, 'safe.txt"; x=".exe', {"filename-suspicious-quote"}),
        ("filename=a%2e%2e%2fb", None, "a%2e%2e%2fb", {"filename-percent"}),
        (None, "name=100%25", "100%25", {"filename-percent"}),
        ("filename=100%", None, "100%", set()),
        ("filename*=utf-8''a%2541", None, "a%41", set()),
        ('filename="a\tb.pdf"', None, "a b.pdf", set()),
        # encoded words
        ('filename="=?utf-8?B?ZXZpbC5leGU=?="', None, "evil.exe", {"filename-encoded-word"}),
        ('filename="=?utf-8?q?a?= =?utf-8?q?.exe?="', None, "a.exe", {"filename-encoded-word"}),
        ("filename==?utf-8?q?a.exe?=", None, "a.exe", {"filename-encoded-word", "param-unquoted-special"}),
        ('filename*0="=?utf-8?B?ZXZp"; filename*1="bC5leGU=?="', None, "evil.exe", {"filename-encoded-word"}),
        (None, 'name="=?utf-8?b?ZXZpbC5le"', "=?utf-8?b?ZXZpbC5le", {"encoded-word-malformed"}),
        ('filename="=?x-nope?q?a?="', None, "=?x-nope?q?a?=", {"encoded-word-charset-unknown"}),
        (
            'filename="=?utf-8?q?a=0Ab?="',
            None,
            "a b",
            {"filename-encoded-word", "encoded-word-decoded-control"},
        ),
        # what cannot be in a name
        ("filename*=utf-8''a%0d%0aBcc%3Ax.txt", None, "a Bcc:x.txt", {"filename-control"}),
        ("filename*=utf-8''a%1b.txt", None, "a\ufffd.txt", {"filename-control"}),
    ],
)
def test_a_file_name_is_what_its_sender_meant(
    attributes: str | None, typed: str | None, name: str | None, found: set[str]
) -> None:
    assert filename(attributes, typed) == (name, found)


def test_a_nul_in_an_extended_file_name_is_replaced() -> None:
    name, found = filename("filename*=utf-8''safe.txt%00.exe")
    assert name == "safe.txt\ufffd.exe"
    assert "filename-nul" in found


def test_the_name_of_what_is_no_file_is_no_file_name() -> None:
    assert filename_of(parse_disposition("form-data; name=a"), parse_content_type("a/b; filename=c")) == (None, [])


# Folds


# Everything at once

_TOKEN = st.text("abcxyzABC019-._!#$&+^`{|}~%", min_size=1, max_size=8)
_NAME = st.text("abcxyz0129-_", min_size=1, max_size=8)
_WITHOUT_CONTROLS = st.text(
    st.characters(codec="utf-8", min_codepoint=0x20, exclude_characters='\x7f"\\<'), max_size=12
)


@UNTIMED
@given(
    _NAME, _NAME, st.dictionaries(_NAME, _TOKEN | _WITHOUT_CONTROLS.filter(lambda text: "=?" not in text), max_size=6)
)
@example("text", "plain", {"a": "", "b": "x y", "c": ";", "d": "é", "e": "1", "f": "2"})
def test_parameters_are_read_as_the_stdlib_writes_and_reads_them(
    main: str, subtype: str, parameters: dict[str, str]
) -> None:
    value = f"{main}/{subtype}" + "".join(f'; {name}="{text}"' for name, text in parameters.items())
    message = Message()
    message["Content-Type"] = value
    parsed = parse_content_type(value)
    assert parsed.value == message.get_content_type() == f"{main}/{subtype}"
    assert [(parsed.value, ""), *parsed.parameters.items()] == message.get_params()
    assert [(parsed.value, ""), *parameters.items()] == message.get_params()
    assert codes(parsed.findings) == set()


@UNTIMED
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"], exclude_characters="%?=<"), min_size=1)
)
def test_names_and_boundaries_are_read_as_the_stdlib_writes_them(name: str) -> None:
    message = Message()
    message.add_header("Content-Disposition", "attachment", filename=name if name.isascii() else ("utf-8", "", name))
    message.add_header("Content-Type", "multipart/mixed", boundary=name.encode("ascii", "ignore").decode())
    content = parse_content_type(message["Content-Type"])
    assert (boundary_of(content)[0] or "") == (message.get_boundary() or "").rstrip(" ")
    read, findings = filename_of(parse_disposition(message["Content-Disposition"]), None)
    assert (read or "") == name.strip()
    assert codes(findings) <= {"filename-empty"}


_FRAGMENTS = st.sampled_from(";=\"\\()*',/% \t\0\x1b\xe9\ufffd\U0001f600") | st.sampled_from(
    (
        *("boundary", "filename", "name", "charset", "*0*=utf-8''", "*1=", "*2*", "%00", "%C3", "utf-16''%00"),
        *("=?utf-8?q?a?=", "=?", "?=", "x", "a/b", "multipart/", "inline", "base64"),
    )
)


@UNTIMED
@given(st.lists(_FRAGMENTS | st.text(max_size=3), max_size=30).map("".join))
@example("a/b; x*")
@example('"' * 5)
@example("((\\")
def test_any_text_is_read(value: str) -> None:
    encoding, findings = parse_transfer_encoding(value)
    assert_harmless(value, encoding, findings)
    content, attributes = parse_content_type(value), parse_disposition(value)
    for parsed in (content, attributes):
        assert_harmless(value, parsed.value, parsed.findings)
        assert parsed.value == parsed.value.lower()
        assert isinstance(parsed.parameters, MappingProxyType)
        for name, text in parsed.parameters.items():
            assert name == name.lower()
            assert name.isascii()
            text.encode()
            assert_extended(text, value)
            assert text not in parsed.alternatives.get(name, ())
        assert set(parsed.alternatives) <= set(parsed.parameters)
    name, findings = filename_of(attributes, content)
    assert_harmless(value, name or "", findings)
    assert name is None or name == name.strip() != ""
    literal, findings = boundary_of(content)
    assert_harmless(value, literal or "", findings)
    assert literal is None or literal.rstrip(" \t") == literal != ""


def assert_harmless(value: str, text: str, findings: Iterable[Finding]) -> None:
    text.encode()
    codes(findings)
    assert all(0 <= position <= len(value) for _, position, _ in findings)


def assert_extended(text: str, value: str) -> None:
    """A control character may stay where it stood, and may not come out of a decoder."""
    assert set(re.findall(r"[\x00-\x1f\x7f]", text)) <= set(value)


@UNTIMED
@given(_NAME, st.lists(st.tuples(_NAME, _TOKEN, st.booleans()), max_size=5), st.sampled_from([";", "; ", " ; "]))
def test_the_fast_path_reads_what_the_careful_one_reads(
    subtype: str, parameters: list[tuple[str, str, bool]], separator: str
) -> None:
    value = separator.join(
        [f"text/{subtype}"] + [f'{name}="{text}"' if quoted else f"{name}={text}" for name, text, quoted in parameters]
    )
    quick = parse_content_type(value)
    careful = parse_content_type(value + '; thisends="\\a"')
    rest = {name: text for name, text in careful.parameters.items() if name != "thisends"}
    assert (quick.value, dict(quick.parameters)) == (careful.value, rest)
    assert [finding[:2] for finding in quick.findings] == [finding[:2] for finding in careful.findings]
    assert (quick.alternatives, quick.extended) == (careful.alternatives, careful.extended)


_FLOODS = (
    *(
        ";",
        ";a=",
        "*0*=",
        ";x*0*=",
        ";a*0=b",
        ";filename*99999=",
        "filename*99999=",
        " name=",
        " name ",
        " x-",
        "a ",
        "=",
        " ",
    ),
    *(
        '"',
        "\\",
        '"\\',
        '\\"',
        ' "',
        "'",
        "(",
        ")",
        "( ",
        "()",
        " (a)",
        "(\\",
        "%",
        "%41",
        ",",
        "/",
        "a/b,",
        "=?utf-8?q?",
        "\n",
    ),
)


@pytest.mark.parametrize("piece", _FLOODS)
@pytest.mark.parametrize("before", ["", "a/b; ", 'a/b; filename="', "a/b; filename=", "a/b; x*=utf-8''", "a/b, "])
def test_a_flood_is_read_in_steps_that_grow_with_its_size(before: str, piece: str) -> None:
    half = before + piece * (2_048 // len(piece))
    whole = half + half[len(before) :]
    for function in (read_everything, parse_transfer_encoding):
        assert calls_of(function, whole) <= 2 * calls_of(function, half) + 2_000


@pytest.mark.parametrize("piece", _FLOODS)
def test_a_field_of_any_size_is_read(piece: str) -> None:
    value = "a/b; x=" + piece * (_FLOOD // len(piece))
    read_everything(value)
    codes(parse_transfer_encoding(value)[1])
    codes(parse_transfer_encoding(piece * (_FLOOD // len(piece)))[1])


@pytest.mark.parametrize("piece", ["a", ".", "/", "\\", "_", "\xe9", "%41", " "])
def test_two_names_of_any_size_are_compared(piece: str) -> None:
    name = piece * (_FLOOD // 2 // len(piece)) + "a"
    assert "filename-conflict" in filename(f'filename="{name}b.c"; filename="{name}d.c"')[1]


def read_everything(value: str) -> None:
    content, attributes = parse_content_type(value), parse_disposition(value)
    for parsed in (content, attributes):
        assert len(parsed.parameters) <= MAX_PARAMETERS
        assert len(codes(parsed.findings)) == len(parsed.findings)
    filename_of(attributes, content)
    boundary_of(content)


def test_a_value_without_parameters_can_be_made_by_hand() -> None:
    parameters: Mapping[str, str] = {"boundary": "foo"}
    assert boundary_of(Parameterised("multipart/mixed", parameters)) == ("foo", [])
