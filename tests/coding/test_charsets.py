"""From bytes to text, and what was lost on the way."""

from __future__ import annotations

import codecs
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from counting import peak_of
from hypothesis import given
from hypothesis import strategies as st

from mimeparse.coding import detection
from mimeparse.coding.charsets import (
    _META_BYTES,
    How,
    codec_name,
    decode_header_bytes,
    decode_text,
    decode_with,
    is_dangerous,
)
from mimeparse.coding.labels import _ALIASES, _LONGEST_LABEL, _TABLE, AS_WRITTEN, FALLBACK
from mimeparse.defects import DefectCode

if TYPE_CHECKING:
    from mimeparse.coding.charsets import Decoded


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
        # the registry's names for programs, Microsoft's numbers, and what stands around a label
        ("csShiftJIS", "cp932"), ("csISO2022JP", "iso2022-jp-ext"), ("866", "cp866"), ("ansi-1251", "windows-1251"), ("cp28605", "iso-8859-15"),
        ("unicodeFFFE", "utf-16-be"), ("unicodeFEFF", "utf-16-le"), ("ISO 8859-1", "windows-1252"), ("us-askey", "us-ascii"),
        ("_iso-2022-jp$ESC", "iso2022-jp-ext"), ('\\"us-ascii\\"', "us-ascii"), ("utf-8*en", "utf-8"), ("utf-8 format=flowed", "utf-8"),
        ("charset = koi8-r", "koi8-r"), ("iso-8859-1(x)", "windows-1252"), ("windows-1257,", "windows-1257"),
    ],
)  # fmt: skip
def test_labels_of_the_wild_are_known(label: str, codec: str) -> None:
    assert codec_name(label) == codec


@pytest.mark.parametrize("before", ["", "cp", "windows-", "ibm"])
def test_the_numbers_of_microsoft_and_ibm_are_known(before: str) -> None:
    dos = (437, 720, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869, 1006, 1125)
    numbers = {
        367: "us-ascii", 819: "windows-1252", 874: "cp874", 932: "cp932", 936: "gb18030", 949: "cp949", 950: "cp950", 1361: "johab",
        1200: "utf-16-le", 1201: "utf-16-be", 10000: "mac-roman", 20127: "us-ascii", 20866: "koi8-r", 21866: "koi8-u",
        28591: "windows-1252", 28599: "windows-1254", 50220: "iso2022-jp-ext", 50221: "iso2022-jp-ext", 50222: "iso2022-jp-ext",
        50225: "iso2022-kr", 51932: "euc-jp", 51949: "cp949", 52936: "hz", 54936: "gb18030", 65000: "utf-7", 65001: "utf-8",
        28592: "iso-8859-2", 28593: "iso-8859-3", 28594: "iso-8859-4", 28595: "iso-8859-5", 28596: "iso-8859-6", 28597: "iso-8859-7",
        28598: "iso-8859-8", 28603: "iso-8859-13", 28605: "iso-8859-15", **{page: f"cp{page}" for page in dos},
        1250: "windows-1250", 1251: "windows-1251", 1252: "windows-1252", 1253: "windows-1253", 1254: "windows-1254",
        1255: "windows-1255", 1256: "windows-1256", 1257: "windows-1257", 1258: "windows-1258",
    }  # fmt: skip
    assert {number: codec_name(f"{before}{number}") for number in numbers} == numbers
    for unknown in (37, 500, 856, 859, 868, 1249, 1259, 28590, 28604):
        assert codec_name(f"{before}{unknown}") is None


@pytest.mark.parametrize(
    "label",
    [
        "",
        " ",
        "x-unknown",
        "default",
        "8bit",
        "rot13",
        "zip",
        "idna",
        "unicode_escape",
        "undefined",
        "iso-8859-99",
        "\ud800",
        "\0",
    ],
)
def test_names_that_are_no_charset_are_unknown(label: str) -> None:
    assert codec_name(label) is None


def test_a_label_is_read_up_to_a_bound() -> None:
    size = len("windows-1252")
    assert codec_name("windows-1252" + " " * (_LONGEST_LABEL - size) + "x") == "windows-1252"
    assert codec_name(" " * (_LONGEST_LABEL - size - 1) + "windows-1252") == "windows-1252"
    assert codec_name(" " * (_LONGEST_LABEL - size) + "windows-1252") == "windows-1252"
    assert codec_name(" " * (_LONGEST_LABEL - size + 1) + "windows-1252") is None


def test_labels_are_compared_as_ascii() -> None:
    assert codec_name("\u212aoi8-r") is None  # the Kelvin sign, whose lower case is k


@given(st.text(max_size=100))
def test_any_label_means_a_charset_or_nothing(label: str) -> None:
    assert codec_name(label) in {None, *_TABLE.values()}


@pytest.mark.parametrize(
    "codec",
    sorted({"rot13", "hex", "zip", "base64", "uu", "idna", "punycode", "undefined", "unicode_escape", "mbcs", "cp037"}),
)
def test_no_codec_of_python_is_reached_that_is_no_charset_of_mail(codec: str) -> None:
    assert {codec, codec.replace("_", "")}.isdisjoint(_TABLE)
    assert decode_with(b"\\x40", codec) is None


def test_an_unknown_label_leaves_nothing_behind() -> None:
    code = (
        "import encodings; from mimeparse.coding.charsets import decode_text, decode_with; before = len(encodings._cache);"
        "[(decode_text(b'x', f'x-{n}'), decode_with(b'x', f'x-{n}')) for n in range(50)]; print(len(encodings._cache) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "0"


@pytest.mark.parametrize("codec", sorted(set(_TABLE.values())))
def test_every_codec_of_the_table_exists_and_decodes_anything(codec: str) -> None:
    assert codecs.lookup(codec)
    bytes(range(256)).decode(codec, "replace")


def test_no_alias_means_two_things() -> None:
    aliases = [alias for line in _ALIASES.values() for alias in line.split()]
    assert len(aliases) == len(set(aliases))
    assert all(alias.isascii() and alias.isalnum() and alias == alias.lower() for alias in _TABLE)


def test_every_name_that_is_shown_is_a_label_itself() -> None:
    for codec in set(_TABLE.values()):
        assert codec_name(codec) == codec


# Bodies -----------------------------------------------------------------------------------------------------------------

CASES = [
    # bytes, declared, text, used, how, replaced, codes
    (b"plain", None, "plain", "us-ascii", "default", 0, []),
    (b"plain", "utf-8", "plain", "utf-8", "declared", 0, []),
    (b"a\r\nb\rc\n", "utf-8", "a\nb\rc\n", "utf-8", "declared", 0, []),
    (b"a\r\r\nb\r\r\r\nc", "utf-8", "a\nb\nc", "utf-8", "declared", 0, []),
    (b"a\rb\rc", "utf-8", "a\nb\nc", "utf-8", "declared", 0, []),
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
    (b"h\0\xe9\0", "utf-16", "hé", "utf-16-le", "declared", 0, ["charset-dangerous", "charset-endian"]),
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
    ("お世話になっております".encode("euc-jp"), None, "お世話になっております", "euc-jp", "guessed", 0, []),
    ("Però giovedì non sarà possibile".encode("cp1252"), None, "Però giovedì non sarà possibile", "windows-1252", "guessed", 0, []),
    ("¡Feliz año nuevo a todos!".encode("cp1252"), None, "¡Feliz año nuevo a todos!", "windows-1252", "guessed", 0, []),
    (b"r\xe9sum\xe9", None, "résumé", "windows-1252", "guessed", 0, []),  # the same in windows-1250
    (b"5 \xa4 f\xfcr Erwachsene.", None, "5 € für Erwachsene.", "iso-8859-15", "guessed", 0, []),
    # UTF-8 under another label
    ("Grüße".encode(), "iso-8859-1", "Grüße", "utf-8", "utf-8", 0, ["charset-mismatch"]),
    ("“q”".encode(), "windows-1252", "“q”", "utf-8", "utf-8", 0, ["charset-mismatch"]),
    ("Привет".encode(), "koi8-r", "Привет", "utf-8", "utf-8", 0, ["charset-mismatch"]),
    (b"NESTL\xc9\xae", "iso-8859-1", "NESTLÉ®", "windows-1252", "declared", 0, []),
    ("你好！我公司".encode(), "gb2312", "你好！我公司", "utf-8", "utf-8", 0, ["charset-mismatch"]),
    ("a: 你好公司".encode(), "gb2312", "a: 你好公司", "utf-8", "utf-8", 0, ["charset-mismatch"]),
    ("你好公a司b".encode(), "gb2312", None, "gb18030", "declared", 0, []),  # never four of three bytes in a row
    (b"\xc4\xa3", "gb2312", "模", "gb18030", "declared", 0, []),
    # a label of seven bits on a text of eight
    ("お世話になっております".encode("euc-jp"), "iso-2022-jp", "お世話になっております", "euc-jp", "guessed", 0, ["charset-mismatch"]),
    (b"\x1b$BF|\xe9\x1b(B", "iso-2022-jp", "日\ufffd", "iso2022-jp-ext", "declared", 1, ["charset-invalid-bytes"]),
    # characters of vendors
    (b"\x1b$B-!-j\x1b(I1\x1b(B!", "iso-2022-jp", "①㈱ｱ!", "iso2022-jp-ext", "declared", 0, []),
    (b"\xad\xa1", "euc-jp", "①", "euc-jp", "declared", 0, []),
    (b"\x87\x40", "shift_jis", "①", "cp932", "declared", 0, []),
    # one stray byte in UTF-8, and a cut in the middle of a character
    (b"gr\xc3\xbc\xc3\x9fe \xff", None, "grüße \ufffd", "utf-8", "utf-8", 1, ["charset-invalid-bytes"]),
    (b"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa", None, "日本\ufffd", "utf-8", "utf-8", 1, ["charset-invalid-bytes"]),
    # what was sent as U+FFFD is no loss
    ("\ufffd".encode() + b"\xff", "utf-8", "\ufffd\ufffd", "utf-8", "declared", 1, ["charset-invalid-bytes"]),
    ("\ufffd".encode(), "utf-8", "\ufffd", "utf-8", "declared", 0, []),
    # escapes that hide the next line from those who read line by line, or that make another character of a backslash
    (b"\x1b$BF|\r\n<b>\x1b(B", "iso-2022-jp", None, "iso2022-jp-ext", "declared", 1, ["charset-dangerous", "charset-invalid-bytes"]),
    (b"\x1b(J\\\x1b(B", "iso-2022-jp", "¥", "iso2022-jp-ext", "declared", 0, ["charset-dangerous"]),
    (b"\x1b$BF|\x1b(J.\r\n", "iso-2022-jp", "日.\n", "iso2022-jp-ext", "declared", 0, []),
    (b"~{VP~}", "hz-gb-2312", "中", "hz", "declared", 0, ["charset-dangerous"]),
    # marks that are none
    (b"\xff\xfeh", "iso-8859-1", "ÿþh", "windows-1252", "declared", 0, ["charset-bom-conflict"]),
    (b"\xff\xfe\0\0h\0", "iso-8859-1", "ÿþ\ufffd\ufffdh\ufffd", "windows-1252", "declared", 0, ["body-nul", "charset-bom-conflict"]),
    (b"\xfe\xff\0h", None, "h", "utf-16-be", "bom", 0, ["charset-dangerous"]),
    (b"\0\0\xfe\xff\0\0\0h", None, "h", "utf-32-be", "bom", 0, ["charset-dangerous"]),
    ("\ufeffh\ufeff".encode("utf-32"), None, "h\ufeff", "utf-32-le", "bom", 0, ["charset-dangerous"]),
    (b"\xef\xbb\xbf\xef\xbb\xbf", "utf-8", "", "utf-8", "declared", 0, []),
    (b"\x81", "windows-1252", "\ufffd", "windows-1252", "declared", 1, ["charset-invalid-bytes"]),
    (b"a\0", "x-nope", "a\ufffd", "us-ascii", "default", 0, ["body-nul", "charset-unknown"]),
    ("Привет, как дела?".encode("koi8-r"), None, "Привет, как дела?", "koi8-r", "guessed", 0, []),
]  # fmt: skip


@pytest.mark.parametrize(("data", "declared", "text", "used", "how", "replaced", "found"), CASES)
def test_a_text_is_read_with_evidence(
    data: bytes, declared: str | None, text: str | None, used: str, how: str, replaced: int, found: list[str]
) -> None:
    decoded = decode_text(data, declared)
    assert text is None or decoded.text == text
    assert (decoded.declared, decoded.used, str(decoded.how), decoded.replaced) == (declared, used, how, replaced)
    assert sorted(codes(decoded)) == sorted(found)


def test_how_a_charset_was_found_is_said_in_words_that_stay() -> None:
    assert [*How] == ["declared", "default", "bom", "utf-8", "meta", "guessed", "fallback"]


def test_html_may_say_its_charset_itself_when_nobody_else_does() -> None:
    html = b'<html><META http-equiv=x content="text/html; charset=windows-1251"><p>\xcf\xf0\xe8\xe2\xe5\xf2'
    assert decode_text(html, html=True).how is How.META
    assert decode_text(html, html=True).text.endswith("Привет")
    assert decode_text(html).how is not How.META
    assert decode_text(html, "windows-1252", html=True).how is How.DECLARED
    assert decode_text(b'<meta charset="utf-16"><p>caf\xe9', html=True).how is not How.META
    end = html.index(b"1251") + 4
    for missing in (-1, 0, 1):
        padded = b" " * (_META_BYTES - end + missing) + html
        assert (
            decode_text(padded, html=True).used == "windows-1251" and decode_text(padded, html=True).how is How.META
        ) == (missing <= 0)


@pytest.mark.parametrize(
    "charset", [b"utf-7", b"hz-gb-2312", b"iso-2022-jp", b"utf-16", b"utf-8", b"us-ascii", b"x-nope"]
)
def test_html_is_not_believed_when_it_names_a_charset_that_it_cannot_be_in(charset: bytes) -> None:
    decoded = decode_text(b'<meta charset="' + charset + b'">+ADw-b+AD4- caf\xe9', html=True)
    assert decoded.how is not How.META
    assert decoded.text.endswith("+ADw-b+AD4- café")


def test_what_was_found_says_where() -> None:
    data = b"abc\xe9 \xc3"
    assert [(str(code), position) for code, position, _ in decode_text(data, "utf-8").findings] == [
        ("charset-invalid-bytes", 3)
    ]
    assert decode_text("abc é".encode(), "us-ascii").findings[0].position == 4
    assert decode_text(b"abc\0", "utf-8").findings[0].position == 3
    assert decode_text(b"\xef\xbb\xbf\xff", "utf-8").findings[0].position == 3
    (finding,) = decode_text(b"x", "x-\u202e\x1b").findings
    assert (finding.code, finding.detail) == (DefectCode.CHARSET_UNKNOWN, "x-\\u202e\\x1b")


def test_bytes_that_nothing_fits_are_still_text() -> None:
    decoded = decode_text(b"GIF89a\xff\x81d")
    assert (decoded.how, decoded.used, decoded.text, decoded.replaced) == (How.FALLBACK, FALLBACK, "GIF89aÿ\ufffdd", 1)


@pytest.mark.parametrize("declared", AS_WRITTEN)
def test_ordinary_ascii_takes_the_short_way_to_the_same_result(declared: str | None) -> None:
    body = b"a\r\n\r\nb\rc\n"
    short = decode_text(body, declared)
    long = decode_text(body + b"\0", declared)  # a NUL is not for the short way
    assert short.text + "\ufffd" == long.text == "a\n\nb\rc\n\ufffd"
    assert (short.used, short.how, short.findings) == (long.used, long.how, ())


def test_only_the_beginning_of_a_text_is_guessed_from() -> None:
    russian = "Привет, как дела? ".encode("cp1251")
    head = russian * (detection._EXAMINED_BYTES // len(russian))
    assert decode_text(head + bytes(range(128, 256)) * 1000).used == "windows-1251"
    assert decode_text(b"<p>\r\n" * 10_000 + russian).used == "windows-1251"


@pytest.mark.parametrize("before", ["", "a", "aa", "aaa"])
@pytest.mark.parametrize(
    ("text", "encoding", "used"),
    [
        ("日本語のテキスト", "cp932", "cp932"),
        ("お世話になっております", "euc-jp", "euc-jp"),
        ("中文文本的编码", "gb18030", "gb18030"),
    ],
)
def test_a_long_text_is_guessed_wherever_what_is_looked_at_ends(
    before: str, text: str, encoding: str, used: str
) -> None:
    assert decode_text((before + text * 500).encode(encoding)).used == used


@given(st.binary(max_size=80), st.none() | st.sampled_from(sorted(_TABLE)) | st.text(max_size=20), st.booleans())
def test_any_bytes_with_any_label_give_text_that_can_be_stored(data: bytes, declared: str | None, html: bool) -> None:
    decoded = decode_text(data, declared, html=html)
    decoded.text.encode("utf-8")
    assert "\0" not in decoded.text
    assert "\r\n" not in decoded.text
    assert 0 <= decoded.replaced <= decoded.text.count("\ufffd")
    assert len({finding.code for finding in decoded.findings}) == len(decoded.findings)
    assert all(0 <= finding.position <= len(data) for finding in decoded.findings)
    assert (decoded.replaced > 0) == (DefectCode.CHARSET_INVALID_BYTES in codes(decoded))
    if declared is not None:
        result = decode_with(data, declared)
        if result is not None:
            result[0].encode("utf-8")
            assert "\0" not in result[0]


PIECES = st.sampled_from(
    rb"\x1b$B \x1b$@ \x1b$(D \x1b$)C \x1b(J \x1b(I \x1b(B \x0e \x0f ~{ ~} ~\n +2AA- + - -! F| \\ \r\n \0 \xff\xfe \xfe\xff \xef\xbb\xbf"
    rb" \xd8\0 \xc3 \xa9 \x81 <meta\tcharset=".decode("unicode_escape")
    .encode("latin-1")
    .split(b" ")
)


@given(st.lists(PIECES, max_size=12).map(b"".join), st.none() | st.sampled_from(sorted(_TABLE)), st.booleans())
def test_any_escapes_with_any_label_give_text_that_can_be_stored(data: bytes, declared: str | None, html: bool) -> None:
    test_any_bytes_with_any_label_give_text_that_can_be_stored.hypothesis.inner_test(data, declared, html)  # type: ignore[attr-defined]


@given(st.text("日本①㈱ｱｲあア~ab\\<\n", max_size=40))
def test_japanese_of_vendors_comes_back_from_escapes_of_its_own(text: str) -> None:
    encoded, mode = b"", b"B"
    for character in text:
        octets = character.encode("euc_jis_2004")
        wanted = b"B" if len(octets) == 1 else b"I" if octets[0] == 0x8E else b"$"
        if wanted != mode:
            encoded += {b"B": b"\x1b(B", b"I": b"\x1b(I", b"$": b"\x1b$B"}[wanted]
            mode = wanted
        encoded += bytes(octet & 0x7F for octet in (octets[1:] if wanted == b"I" else octets))
    assert decode_with(encoded, "iso-2022-jp") == (text, 0)


@given(st.text(), st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-7"]))
def test_what_was_encoded_as_declared_comes_back(text: str, charset: str) -> None:
    clean = text.encode("utf-8", "ignore").decode().replace("\r", "").replace("\0", "").lstrip("\ufeff")
    assert decode_text(clean.encode(charset), charset).text == clean


def test_text_of_nothing_but_escapes_takes_no_object_for_each() -> None:
    data = b"\x1b$B-!\x1b(B" * 10_000
    assert decode_text(data, "iso-2022-jp").text == "①" * 10_000
    assert peak_of(lambda: decode_text(data, "iso-2022-jp")) < 8 * len(data)


# Header values and encoded words ----------------------------------------------------------------------------------------


def test_a_header_value_is_utf_8_or_a_guess() -> None:
    assert decode_header_bytes(b"plain") == ("plain", [])
    text, findings = decode_header_bytes(b"caf\xc3\xa9")
    assert (text, [str(finding.code) for finding in findings]) == ("café", ["header-8bit"])
    assert decode_header_bytes(b"Gr\xfc\xdfe aus K\xf6ln")[0] == "Grüße aus Köln"
    assert decode_header_bytes(b"a\0b")[0] == "a\ufffdb"


@given(st.binary(max_size=60))
def test_any_header_value_can_be_stored(raw: bytes) -> None:
    text, findings = decode_header_bytes(raw)
    text.encode("utf-8")
    assert "\0" not in text
    assert bool(findings) == (not raw.isascii())


def test_an_encoded_word_is_read_with_its_own_label() -> None:
    assert decode_with(b"caf\xe9", "iso-8859-1") == ("café", 0)
    assert decode_with(b"caf\xc3\xa9", "us-ascii") == ("café", 0)
    assert decode_with(b"caf\xe9", "utf-8") == ("caf\ufffd", 1)
    assert decode_with(b"a\0", "utf-8") == ("a\ufffd", 0)
    assert decode_with(b"x", "no-such") is None
    assert decode_with(b"\xc3\xa9", "iso-8859-1") == ("Ã©", 0)
    assert decode_with(b"caf\xe9", "us-ascii") == ("café", 0)
    assert decode_with(b"\xef\xbb\xbfx", "utf-8") == ("\ufeffx", 0)
    assert decode_with(b"h\0", "utf-16") == ("h", 0)
    assert decode_with(b"+2AA-", "utf-7") == ("\ufffd", 1)
    assert decode_with("\ufffd".encode() + b"\xff", "utf-8") == ("\ufffd\ufffd", 1)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("utf-7", True),
        ("UTF-16", True),
        ("utf-32le", True),
        ("hz", True),
        ("utf-8", False),
        ("iso-2022-jp", False),
        ("x-nope", False),
        ("", False),
    ],
)
def test_some_labels_are_dangerous_by_themselves(label: str, expected: bool) -> None:
    assert is_dangerous(label) is expected


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (
            b"Let\x92s say that you are not quite ready for the next step",
            "Let’s say that you are not quite ready for the next step",
        ),
        (
            b"Join the world\x92s largest service \x96 the one\x85 for all",
            "Join the world’s largest service – the one… for all",
        ),
        (
            b"<P>\xa9 2024 Celsius, all rights reserved by the owner",
            "<P>© 2024 Celsius, all rights reserved by the owner",
        ),
        (b"Table B-1 Intel\xae 64 and other architectures", "Table B-1 Intel® 64 and other architectures"),
    ],
)
def test_typography_in_ascii_is_that_of_windows_without_a_guess(raw, text, monkeypatch):
    monkeypatch.setitem(sys.modules, "chardet", None)
    assert decode_text(raw).text == text


@pytest.mark.parametrize(
    ("raw", "codec"),
    [
        ("日本語".encode("cp932"), "cp932"),  # 93 FA 96 7B 8C EA: two of the six are quotes and dashes
        (b"\x96{\x93y\x96{", "cp932"),
        ("Škoda".encode("iso8859-2"), "iso8859-2"),  # its first letter is the copyright sign
    ],
)
def test_what_is_more_than_typography_is_guessed(raw, codec, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "chardet.detect_all", lambda sample, **_: asked.append(sample) or [{"encoding": codec, "confidence": 1.0}]
    )
    decode_text(raw)
    assert asked
