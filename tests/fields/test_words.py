from __future__ import annotations

import base64
import quopri
import re
from email.header import decode_header, make_header
from typing import TYPE_CHECKING

import pytest
from counting import calls_of
from hypothesis import given, settings
from hypothesis import strategies as st

from mimeparse.defects import Finding
from mimeparse.fields.words import decode_extended, decode_phrase, decode_words, holds_encoded_word

if TYPE_CHECKING:
    from collections.abc import Callable

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
UNTIMED = settings(deadline=None)  # machines are slow at times
_FLOOD = 200 * 1024
_MAXIMUM_LENGTH = 75


def codes(findings: list[Finding]) -> set[str]:
    """Codes, after checking that each stands there once and that its detail may be printed."""
    assert len({code for code, _, _ in findings}) == len(findings)
    assert all(detail.isascii() and detail.isprintable() for _, _, detail in findings)
    return {str(code) for code, _, _ in findings}


def b_word(octets: bytes, charset: str = "utf-8") -> str:
    return f"=?{charset}?B?{base64.b64encode(octets).decode()}?="


def q_word(octets: bytes, charset: str = "utf-8") -> str:
    return f"=?{charset}?Q?{''.join(f'={octet:02X}' for octet in octets)}?="


# What is decoded


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", ""),
        ("plain text", "plain text"),
        ("a = b ? c", "a = b ? c"),
        ("what =? that", "what =? that"),
        ("=?utf-8?Q?Caf=C3=A9?=", "Café"),
        ("=?UTF-8?b?Q2Fmw6k=?=", "Café"),
        ("=?iso-8859-1?q?a_b=5Fc?=", "a b_c"),
        ("=?iso-8859-1?q?=e9?=", "é"),
        ("Re: =?utf-8?q?a?= b", "Re: a b"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?= \t =?iso-8859-1?b?Yg==?=", "ab"),
        ("=?utf-8?q?a_?= =?utf-8?q?b?=", "a b"),
        ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("=?utf-8?q??=", ""),
        ("=?utf-8?b??=", ""),
        # RFC 2231 5: a language
        ("=?utf-8*en?Q?a?=", "a"),
        ("=?iso-8859-1*de-AT?b?/A==?=", "ü"),
        ("=?utf-8*?q?a?=", "a"),
    ],
)
def test_encoded_words_are_decoded_and_other_text_stays(value: str, text: str) -> None:
    assert decode_words(value) == (text, [])
    assert decode_phrase(value) == (text, [])


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        # glued to other text
        ("a=?utf-8?q?b?=c", "abc", {"encoded-word-glued"}),
        ("(=?utf-8?q?b?=)", "(b)", {"encoded-word-glued"}),
        ("=?utf-8?q?a?==?utf-8?q?b?=", "ab", {"encoded-word-glued"}),
        # what Q may not hold
        ("=?utf-8?q?a b?=", "a b", {"encoded-word-malformed"}),
        ("=?utf-8?q?a\tb?=", "a b", {"encoded-word-malformed"}),
        ("=?utf-8?q?what?!?=", "what?!", {"encoded-word-malformed"}),
        ("=?utf-8?q?a=b?=", "a=b", {"encoded-word-malformed"}),
        ("=?utf-8?q?100=?=", "100=", {"encoded-word-malformed"}),
        ("=?utf-8?q?Caf\xe9?=", "Café", {"encoded-word-malformed"}),
        ("=?iso-8859-1?q?Caf\xe9=E9?=", "Caféé", {"encoded-word-malformed"}),
        ("=?iso-8859-1?q?\u2603?=", "\u2603", {"encoded-word-malformed"}),
        # what B may not hold
        ("=?utf-8?b?YQ?=", "a", {"encoded-word-malformed"}),
        ("=?utf-8?b?YWI?=", "ab", {"encoded-word-malformed"}),
        ("=?utf-8?b?Y Q = =?=", "a", {"encoded-word-malformed"}),
        ("=?utf-8?b?YWJjZ?=", "abc", {"encoded-word-malformed"}),
        ("=?utf-8?b?YWJjYWJjYQ?=", "abcabca", {"encoded-word-malformed"}),
        ("=?utf-8?b?YQ==Yg==?=", "ab", {"encoded-word-malformed"}),
        # what is no encoded word after all
        ("=?utf-8?q?abc", "=?utf-8?q?abc", {"encoded-word-malformed"}),
        ("=?utf-8?q?abc?", "=?utf-8?q?abc?", {"encoded-word-malformed"}),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?=", {"encoded-word-malformed"}),
        ("=?utf-8?b?!!!?=", "=?utf-8?b?!!!?=", {"encoded-word-malformed"}),
        ("=?utf-8?q?a =?utf-8?q?b?=", "=?utf-8?q?a b", {"encoded-word-malformed"}),
        ("a =?utf-8?q?b =?utf-8?q?c?=", "a =?utf-8?q?b c", {"encoded-word-malformed"}),
        ("=?utf-8?q?a?= =?utf-8?b?ZXZpbC5le", "a =?utf-8?b?ZXZpbC5le", {"encoded-word-malformed"}),
        # decoded once, not until nothing is left to decode
        ("=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3F=3D?=", "=?utf-8?q?a?=", {"encoded-word-nested"}),
        # a character over two words
        ("=?utf-8?b?w6?= =?utf-8?b?qQ==?=", "é", {"encoded-word-malformed", "encoded-word-split-char"}),
        (b_word(b"\xc3") + " " + b_word(b"\xa9"), "é", {"encoded-word-split-char"}),
        (q_word(b"\xc3") + " " + b_word(b"\xa9"), "é", {"encoded-word-split-char"}),
        (q_word(b"\xe2") + " " + q_word(b"\x80\x94"), "\u2014", {"encoded-word-split-char"}),
        (q_word(b"\xc3") + " " + q_word(b"\xbf"), "\xff", {"encoded-word-split-char"}),
        (q_word(b"\xf0\x9f") + "\t" + q_word(b"\x8f\x83"), "\U0001f3c3", {"encoded-word-split-char"}),
        # charsets
        ("=?x-nope?q?a?=", "=?x-nope?q?a?=", {"encoded-word-charset-unknown"}),
        ("=??q?a?=", "=??q?a?=", {"encoded-word-charset-unknown"}),
        ("=?x-nope?q?a?= =?utf-8?q?b?=", "=?x-nope?q?a?= b", {"encoded-word-charset-unknown"}),
        ("=?utf-8?q?a?= =?x-nope?q?b?=", "a =?x-nope?q?b?=", {"encoded-word-charset-unknown"}),
        ("=?utf-8?q?a=FF?=", "a\ufffd", {"charset-invalid-bytes"}),
        ("=?iso-2022-jp?q?Caf=C3=A9?=", "Café", {"charset-mismatch"}),
        ("=?utf-7?q?+ADw-script+AD4-?=", "<script>", {"charset-dangerous"}),
        ("=?utf-16be?b?AGE=?= =?utf-16be?b?AGI=?=", "ab", {"charset-dangerous"}),
        ("=?utf-16?b?//5hAA==?=", "a", {"charset-dangerous"}),
        ("=?utf-16?b?/v8AYQ==?=", "a", {"charset-dangerous"}),
        ("=?iso-8859-16?b?//4=?=", "ÿț", set()),
    ],
)
def test_what_the_wild_writes_is_read_as_its_sender_meant_it(value: str, text: str, expected: set[str]) -> None:
    decoded, findings = decode_words(value)
    assert decoded == text
    assert codes(findings) == expected


def test_python_codecs_that_are_no_charsets_cannot_be_reached_by_name() -> None:
    for name in ("unicode_escape", "idna", "punycode", "undefined", "rot13", "hex", "base64", "raw_unicode_escape"):
        value = f"=?{name}?q?=5Cx40?="
        assert decode_words(value)[0] == value


@pytest.mark.parametrize("length", [_MAXIMUM_LENGTH - 1, _MAXIMUM_LENGTH, _MAXIMUM_LENGTH + 1])
def test_a_word_may_have_75_characters(length: int) -> None:
    word = "=?utf-8?q?" + "a" * (length - 12) + "?="
    assert len(word) == length
    text, findings = decode_words(word)
    assert text == "a" * (length - 12)
    assert codes(findings) == ({"encoded-word-too-long"} if length > _MAXIMUM_LENGTH else set())


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"a\r\nBcc: x@y", "a Bcc: x@y"),
        (b"a\r\n b", "a b"),
        (b"a\nb", "a b"),
        (b"a\rb", "a b"),
        (b"a\tb", "a b"),
        (b"a\0b", "a\ufffdb"),
        (b"\x1b[2Ja", "\ufffd[2Ja"),
        (b"a\x7fb", "a\ufffdb"),
        ("a\x9bb".encode(), "a\ufffdb"),
        ("a\x85b".encode(), "a b"),
        ("a\u2028b".encode(), "a b"),
        ("a\u2029b".encode(), "a b"),
    ],
)
def test_what_is_decoded_stays_on_one_line_and_controls_nothing(octets: bytes, text: str) -> None:
    for word in (b_word(octets), q_word(octets)):
        decoded, findings = decode_words(word)
        assert decoded == text
        assert codes(findings) == {"encoded-word-decoded-control"}


def test_the_blanks_that_unfolding_left_stay_in_text_that_is_not_decoded() -> None:
    assert decode_words("a\tb  c") == ("a\tb  c", [])
    assert decode_words("a\tb  =?utf-8?q?c?=") == ("a\tb  c", [])


def test_a_code_is_reported_once_at_its_first_place() -> None:
    _, findings = decode_words("x =?utf-8?q?a b?= =?utf-8?q?c d?=")
    assert [(str(code), position) for code, position, _ in findings] == [("encoded-word-malformed", 2)]


# Phrases


def test_a_word_in_a_quoted_string_is_decoded_and_reported() -> None:
    assert decode_phrase("=?utf-8?q?a?=", quoted=True) == ("a", [Finding("encoded-word-in-quoted-string")])  # type: ignore[arg-type]
    assert decode_phrase("plain", quoted=True) == ("plain", [])
    assert decode_phrase("=?utf-8?q?a", quoted=True)[0] == "=?utf-8?q?a"


@pytest.mark.parametrize(
    "octets", [b"a@b", b"<good@example.com>", b"good@example.com ", b"a@b, c@d <e@f>", "\u00fc@b".encode()]
)
def test_a_phrase_that_decodes_to_an_address_is_reported(octets: bytes) -> None:
    text, findings = decode_phrase(b_word(octets))
    assert text == octets.decode().strip()
    assert codes(findings) == {"encoded-word-decoded-special"}
    assert decode_words(b_word(octets))[1] == []  # a Subject may well speak of an address


def test_what_is_no_address_is_not_reported_as_one() -> None:
    for octets in (b"a @ b", b"@b", b"a@"):
        assert decode_phrase(b_word(octets))[1] == []


def test_what_other_readers_make_of_an_unknown_charset_is_reported_too() -> None:
    word = "=?x?q?good=40example.com=3e=00?="
    text, findings = decode_phrase(word)
    assert text == word
    assert codes(findings) == {
        "encoded-word-charset-unknown",
        "encoded-word-decoded-control",
        "encoded-word-decoded-special",
    }


def test_a_control_character_of_an_unknown_charset_is_reported_wherever_it_stands() -> None:
    assert codes(decode_phrase("=?x?q?a=07b?=")[1]) == {"encoded-word-charset-unknown", "encoded-word-decoded-control"}


@pytest.mark.parametrize(
    ("value", "code", "position", "detail"),
    [
        ("a=?utf-8?q?b?=", "encoded-word-glued", 1, "=?utf-8?q?b?="),
        ("a =?utf-8?q?b c?=", "encoded-word-malformed", 2, "=?utf-8?q?b c?="),
        ("a =?x-nope?q?b?=", "encoded-word-charset-unknown", 2, "x-nope"),
    ],
)
def test_a_finding_shows_the_word_and_where_it_stands(value: str, code: str, position: int, detail: str) -> None:
    (finding,) = decode_words(value)[1]
    assert (str(finding.code), finding.position, finding.detail) == (code, position, detail)


@pytest.mark.parametrize(
    ("value", "held"),
    [
        ("", False),
        ("=?", False),
        ("=?utf-8?q?a?=", True),
        ("abc=?us-ascii?Q?def?=", True),
        ("=?us-ascii?Q?def", False),
        ("=_a'b()+,./:=? c", False),
    ],
)
def test_encoded_words_are_found_anywhere(value: str, held: bool) -> None:
    assert holds_encoded_word(value) is held


# Extended values (RFC 2231)


@pytest.mark.parametrize(
    ("sections", "text", "expected"),
    [
        ([("utf-8''a%20b", True)], "a b", set()),
        ([("UTF-8'en-US'a", True)], "a", set()),
        ([("iso-8859-1''%E9", True)], "é", set()),
        ([("utf-8''a'b'c", True)], "a'b'c", set()),
        ([("utf-8''%C3", True), ("%A9", True)], "é", set()),
        ([("utf-8''a%20", True), ("b%20c", False)], "a b%20c", set()),
        ([("a", False), ("b", False)], "ab", set()),
        ([("evil.exe", True)], "evil.exe", {"param-rfc2231-charset"}),
        ([("''evil.exe", True)], "evil.exe", {"param-rfc2231-charset"}),
        ([("''%C3%A9", True)], "é", {"param-rfc2231-charset"}),
        ([("''%E9", True)], "é", {"param-rfc2231-charset"}),
        ([("a", False), ("utf-8''b", True)], "autf-8''b", {"param-rfc2231-charset"}),
        ([("x-nope''%E9.exe", True)], "é.exe", {"charset-unknown"}),
        ([("utf-8''a%ZZb%", True)], "a%ZZb%", {"param-rfc2231-percent"}),
        ([("utf-8''%FF", True)], "\ufffd", {"charset-invalid-bytes"}),
        ([("utf-8''a%0d%0aBcc:x", True)], "a Bcc:x", {"header-control-char"}),
        ([("utf-8''caf\xe9%20", True)], "café ", set()),
        ([], "", set()),
    ],
)
def test_the_sections_of_an_extended_value_are_decoded_and_joined(
    sections: list[tuple[str, bool]], text: str, expected: set[str]
) -> None:
    decoded, findings = decode_extended(sections)
    assert decoded == text
    assert codes(findings) == expected


def test_a_nul_in_an_extended_value_is_replaced() -> None:
    decoded, findings = decode_extended([("utf-8''safe.txt%00.exe", True)])
    assert decoded == "safe.txt\ufffd.exe"
    assert "header-nul" in codes(findings)


# Everything at once


@UNTIMED
@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=40))
def test_what_the_stdlib_encodes_is_decoded(text: str) -> None:
    text = text.strip(" ")
    octets = text.encode()
    q_text = quopri.encodestring(octets, quotetabs=True, header=True).decode().replace("=\n", "").replace("?", "=3F")
    for word in (b_word(octets), f"=?utf-8?Q?{q_text}?=", q_word(octets)):
        assert decode_words(word)[0] == text


@UNTIMED
@given(
    st.lists(
        st.tuples(
            st.text("abc é\u2603_?=", min_size=1, max_size=8), st.sampled_from(["utf-8", "iso-8859-15", "utf-16be"])
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([b_word, q_word]),
)
def test_rows_of_words_are_read_as_the_stdlib_reads_them(
    words: list[tuple[str, str]], encode: Callable[[bytes, str], str]
) -> None:
    value = " ".join(encode(text.encode(charset, "ignore"), charset) for text, charset in words)
    text, _ = decode_words(value)
    assert text == str(make_header(decode_header(value))).strip(" ")


_FRAGMENTS = st.sampled_from("?= \t@a\xe9\ufffd\U0001f600") | st.sampled_from(
    (
        *("=?", "?=", "=?utf-8?q?", "=?utf-8?B?", "=?x?b?", "=?utf-16?q?", "=?iso-2022-jp?b?GyRC", "=?utf-7?q?+AEA-?="),
        *("=0A", "=00", "=C3", "YQ==", "*en"),
    )
)


@UNTIMED
@given(st.lists(_FRAGMENTS | st.text(max_size=3), max_size=30).map("".join), st.booleans())
def test_any_text_gives_text_that_is_harmless(value: str, quoted: bool) -> None:
    for text, findings in (decode_words(value), decode_phrase(value, quoted=quoted)):
        codes(findings)
        text.encode()
        assert len(text) <= len(value)
        assert set(_CONTROL.findall(text)) <= set(_CONTROL.findall(value))  # nothing that was not there in clear
        assert all(0 <= position <= len(value) for _, position, _ in findings)
    if "=?" not in value:
        assert decode_words(value) == (value, [])


@UNTIMED
@given(
    st.lists(
        st.tuples(st.text(max_size=12) | st.sampled_from(["utf-8''%00", "%C3%A9", "''%", "'"]), st.booleans()),
        max_size=5,
    )
)
def test_any_sections_give_text_that_is_harmless(sections: list[tuple[str, bool]]) -> None:
    text, findings = decode_extended(sections)
    codes(findings)
    text.encode()
    assert set(_CONTROL.findall(text)) <= {c for value, _ in sections for c in _CONTROL.findall(value)}


@pytest.mark.parametrize(
    "piece",
    [
        "=?",
        "=?=",
        "=?x?q?",
        "=?utf-8?q?a",
        "=?utf-8?q?",
        "=?utf-8?b?YQ?= ",
        "=?utf-8?b?YQ==?= =?iso-8859-1?b?YQ==?= ",
        "=?utf-8?b?!?= ",
        "=?x1?q?a?= =?x2?q?a?= ",
        "=?utf-8?q?=C3?= ",
        "?=",
        "=?a*b",
        "=?utf-8?q?a?",
        "=?utf-8?q? ",
        "=",
        " =?",
    ],
)
def test_a_flood_is_read_in_steps_that_grow_with_its_size(piece: str) -> None:
    flood = piece * (_FLOOD // len(piece))
    half = piece * (4_096 // len(piece))
    for tail in ("", "?="):
        text, findings = decode_phrase(flood + tail, quoted=True)
        assert len(text) <= len(flood) + 2
        codes(findings)
        assert calls_of(decode_words, half + half + tail) <= 2 * calls_of(decode_words, half + tail) + 100


@pytest.mark.parametrize(
    "text", ["=" * _FLOOD, "?" * _FLOOD, "YQ==" * (_FLOOD // 4), " " * _FLOOD, "=3D=3F" * (_FLOOD // 6)]
)
@pytest.mark.parametrize("encoding", ["b", "q"])
def test_a_word_of_any_size_is_read(text: str, encoding: str) -> None:
    _, findings = decode_words(f"=?utf-8?{encoding}?{text}?=")
    codes(findings)
