"""From bytes to text, and what was lost on the way."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimeparse.coding.charsets import Decoded, How, codec_name, decode_header_bytes, decode_text, decode_with
from mimeparse.coding.labels import _ALIASES, _LONGEST_LABEL, _TABLE


def codes(decoded: Decoded) -> list[str]:
    return [str(finding.code) for finding in decoded.findings]


# Labels -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("utf-8", "utf-8"), ("UTF8", "utf-8"), ("uft-8", "utf-8"), (' "utf-8" ', "utf-8"), ("'utf-8'", "utf-8"), ("utf-8;", "utf-8"),
        ("utf_8", "utf-8"), ("utf-8\r\n <div>", "utf-8"), ('3D"iso-8859-2"', "iso-8859-2"), ("charset=us-ascii", "us-ascii"),
        ("ANSI_X3.4-1968", "us-ascii"), ("ISO-8859-1", "windows-1252"), ("latin1", "windows-1252"), ("iso8859-1", "windows-1252"),
        ("ISO_8859-1:1987", "windows-1252"), ("iso-8859-9", "windows-1254"), ("x-gbk", "gb18030"), ("gb2312", "gb18030"),
        ("ks_c_5601-1987", "cp949"), ("Shift_JIS", "cp932"), ("cp-850", "cp850"), ("windows1252", "windows-1252"), ("x-windows-1251", "windows-1251"),
        ("cp1251", "windows-1251"), ("ISO-8859-8-I", "iso-8859-8"), ("tis-620", "cp874"), ("8859-15", "iso-8859-15"), ("koi8r", "koi8-r"),
        ("iso-2022-jp", "iso2022-jp-ext"), ("ibm866", "cp866"), ("x-mac-cyrillic", "mac-cyrillic"), ("utf-16", "utf-16"),
    ],
)  # fmt: skip
def test_labels_of_the_wild_are_known(label, codec):
    assert codec_name(label) == codec


@pytest.mark.parametrize("label", ["", " ", "x-unknown", "default", "8bit", "rot13", "zip", "idna", "unicode_escape", "undefined", "iso-8859-99", "\ud800", "\0"])
def test_names_that_are_no_charset_are_unknown(label):
    assert codec_name(label) is None


def test_a_label_is_read_up_to_a_bound():
    assert codec_name("utf-8" + " " * (_LONGEST_LABEL - 5)) == "utf-8"
    assert codec_name(" " * (_LONGEST_LABEL - 5) + "utf-8") == "utf-8"
    assert codec_name(" " * (_LONGEST_LABEL - 4) + "utf-8") is None


@pytest.mark.parametrize("codec", sorted(set(_TABLE.values())))
def test_every_codec_of_the_table_exists_and_decodes_anything(codec):
    assert codecs.lookup(codec)
    bytes(range(256)).decode(codec, "replace")


def test_no_alias_means_two_things():
    aliases = [alias for line in _ALIASES.values() for alias in line.split()] + list(_ALIASES)
    assert len(aliases) == len(set(aliases))


# Bodies -----------------------------------------------------------------------------------------------------------------

CASES = [
    # bytes, declared, text, used, how, replaced, codes
    (b"plain", None, "plain", "us-ascii", "default", 0, []),
    (b"plain", "utf-8", "plain", "utf-8", "declared", 0, []),
    (b"a\r\nb\rc\n", "utf-8", "a\nb\nc\n", "utf-8", "declared", 0, []),
    (b"a\0b", None, "a\ufffdb", "us-ascii", "default", 0, ["body-nul"]),
    (b"caf\xc3\xa9", "utf-8", "café", "utf-8", "declared", 0, []),
    (b"caf\xc3\xa9", None, "café", "utf-8", "utf-8", 0, []),
    (b"caf\xe9", "iso-8859-1", "café", "windows-1252", "declared", 0, []),
    (b"\x93q\x94", "iso-8859-1", "“q”", "windows-1252", "declared", 0, []),
    (b"caf\xc3\xa9", "us-ascii", "café", "utf-8", "utf-8", 0, ["charset-mismatch"]),
    (b"gr\xfc\xdfe aus K\xf6ln", "us-ascii", "grüße aus Köln", "windows-1252", "guessed", 0, ["charset-mismatch"]),
    (b"gr\xc3\xbc\xff", "utf-8", "grü\ufffd", "utf-8", "declared", 1, ["charset-invalid-bytes"]),
    (b"\xc0\xae", "utf-8", "\ufffd\ufffd", "utf-8", "declared", 2, ["charset-invalid-bytes"]),
    (b"\xed\xa0\x80", "utf-8", "\ufffd\ufffd\ufffd", "utf-8", "declared", 3, ["charset-invalid-bytes"]),
    (b"caf\xc3\xa9", "x-nope", "café", "utf-8", "utf-8", 0, ["charset-unknown"]),
    (b"plain", "", "plain", "us-ascii", "default", 0, ["charset-unknown"]),
    (b"\xef\xbb\xbfcaf\xc3\xa9", "utf-8", "café", "utf-8", "declared", 0, []),
    (b"\xef\xbb\xbfcaf\xc3\xa9", None, "café", "utf-8", "bom", 0, []),
    (b"\xef\xbb\xbfcaf\xc3\xa9", "iso-8859-1", "café", "utf-8", "bom", 0, ["charset-bom-conflict"]),
    ("hé".encode("utf-16"), "utf-16", "hé", "utf-16-le", "bom", 0, ["charset-dangerous"]),
    (b"h\0\xe9\0", "utf-16", "hé", "utf-16-le", "declared", 0, ["charset-dangerous"]),
    (b"\0h\0\xe9", "utf-16be", "hé", "utf-16-be", "declared", 0, ["charset-dangerous"]),
    (b"\xff\xfeh\0", "us-ascii", "h", "utf-16-le", "bom", 0, ["charset-bom-conflict", "charset-dangerous"]),
    (b"+ADw-b+AD4-", "utf-7", "<b>", "utf-7", "declared", 0, ["charset-dangerous"]),
    (b"+2AA-", "utf-7", "\ufffd", "utf-7", "declared", 1, ["charset-dangerous", "charset-invalid-bytes"]),
    ("日本".encode("iso-2022-jp"), "iso-2022-jp", "日本", "iso2022-jp-ext", "declared", 0, []),
    ("日本".encode("iso-2022-jp"), None, "日本", "iso2022-jp-ext", "guessed", 0, []),
    ("한국".encode("iso2022-kr"), None, "한국", "iso2022-kr", "guessed", 0, []),
    ("日本".encode(), "iso-2022-jp", "日本", "utf-8", "utf-8", 0, ["charset-mismatch"]),
    ("中文".encode("gb18030"), "gb2312", "中文", "gb18030", "declared", 0, []),
    ("日本語のテキスト".encode("cp932"), None, "日本語のテキスト", "cp932", "guessed", 0, []),
    ("Привет, как дела?".encode("koi8-r"), None, "Привет, как дела?", "koi8-r", "guessed", 0, []),
]  # fmt: skip


@pytest.mark.parametrize(("data", "declared", "text", "used", "how", "replaced", "found"), CASES)
def test_a_text_is_read_with_evidence(data, declared, text, used, how, replaced, found):
    decoded = decode_text(data, declared)
    assert (decoded.text, decoded.declared, decoded.used, str(decoded.how), decoded.replaced) == (text, declared, used, how, replaced)
    assert sorted(codes(decoded)) == sorted(found)


def test_html_may_say_its_charset_itself_when_nobody_else_does():
    html = b'<html><META http-equiv=x content="text/html; charset=windows-1251"><p>\xcf\xf0\xe8\xe2\xe5\xf2'
    assert decode_text(html, html=True).how is How.META
    assert decode_text(html, html=True).text.endswith("Привет")
    assert decode_text(html).how is not How.META
    assert decode_text(html, "windows-1252", html=True).how is How.DECLARED
    assert decode_text(b'<meta charset="utf-16"><p>caf\xe9', html=True).how is not How.META
    late = b" " * 1024 + html
    assert decode_text(late, html=True).how is not How.META


def test_bytes_that_nothing_fits_are_still_text():
    decoded = decode_text(bytes(range(128, 256)) * 3)
    assert decoded.text.isprintable() or decoded.text
    assert decoded.text.encode("utf-8")


@given(st.binary(max_size=80), st.none() | st.sampled_from(sorted(_TABLE)) | st.text(max_size=20), st.booleans())
def test_any_bytes_with_any_label_give_text_that_can_be_stored(data, declared, html):
    decoded = decode_text(data, declared, html=html)
    decoded.text.encode("utf-8")
    assert "\0" not in decoded.text
    assert "\r" not in decoded.text
    assert decoded.replaced <= decoded.text.count("\ufffd")
    if declared is not None:
        result = decode_with(data, declared)
        if result is not None:
            result[0].encode("utf-8")
            assert "\0" not in result[0]


@given(st.text(), st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-7"]))
def test_what_was_encoded_as_declared_comes_back(text, charset):
    clean = text.encode("utf-8", "ignore").decode().replace("\r", "").replace("\0", "").lstrip("\ufeff")
    assert decode_text(clean.encode(charset), charset).text == clean


# Header values and encoded words ----------------------------------------------------------------------------------------


def test_a_header_value_is_utf_8_or_a_guess():
    assert decode_header_bytes(b"plain") == ("plain", [])
    text, findings = decode_header_bytes(b"caf\xc3\xa9")
    assert (text, [str(finding.code) for finding in findings]) == ("café", ["header-8bit"])
    assert decode_header_bytes(b"Gr\xfc\xdfe aus K\xf6ln")[0] == "Grüße aus Köln"
    assert decode_header_bytes(b"a\0b")[0] == "a\ufffdb"


@given(st.binary(max_size=60))
def test_any_header_value_can_be_stored(raw):
    text, findings = decode_header_bytes(raw)
    text.encode("utf-8")
    assert "\0" not in text
    assert bool(findings) == (not raw.isascii())


def test_an_encoded_word_is_read_with_its_own_label():
    assert decode_with(b"caf\xe9", "iso-8859-1") == ("café", 0)
    assert decode_with(b"caf\xc3\xa9", "us-ascii") == ("café", 0)
    assert decode_with(b"caf\xe9", "utf-8") == ("caf\ufffd", 1)
    assert decode_with(b"a\0", "utf-8") == ("a\ufffd", 0)
    assert decode_with(b"x", "no-such") is None
