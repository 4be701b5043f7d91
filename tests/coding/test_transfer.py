"""Transfer encodings: the same bytes and the same findings for each way of cutting the body."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from typing import TYPE_CHECKING

import pytest
from counting import calls_of, peak_of
from feeding import CHUNK_SIZES, cut
from hypothesis import given
from hypothesis import strategies as st

import mimeparse.coding.base64 as base64_room
from mimeparse.coding import uuencode
from mimeparse.coding.quotedprintable import _MAXIMUM_PADDING
from mimeparse.coding.transfer import decoded_at_a_look, transfer_decoder
from mimeparse.coding.uuencode import _LONGEST_LINE, _SEARCHED_BYTES
from mimeparse.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable

OF_LINE_ENDS = {"body-bare-cr", "body-bare-lf", "body-line-too-long", "smtp-end-of-data-sequence"}
BASE64_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def run(encoding: str, chunks: Iterable[bytes]) -> tuple[bytes, list[tuple[str, int]]]:
    decoder = transfer_decoder(encoding)
    decoded = b"".join([decoder.feed(chunk) for chunk in chunks]) + decoder.close()
    found = [(str(code), position) for code, position, _ in decoder.findings]
    # What line ends have to tell has a test of its own.
    return decoded, sorted((code, position) for code, position in found if code not in OF_LINE_ENDS)


def decode(encoding: str, body: bytes) -> tuple[bytes, list[tuple[str, int]]]:
    """Decode a body, after checking that every way of cutting it agrees, and a look at the whole if that is enough."""
    whole = run(encoding, [body])
    for sizes in CHUNK_SIZES:
        assert run(encoding, cut(body, sizes)) == whole, f"chunks of {sizes}"
    assert decoded_at_a_look(encoding, body) in (None, whole[0])
    return whole


def decoded(encoding: str, body: bytes) -> bytes:
    return decode(encoding, body)[0]


def findings(encoding: str, body: bytes) -> list[tuple[str, int]]:
    return decode(encoding, body)[1]


# What changes nothing ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["7bit", "8bit", "binary", "", "x-unheard-of"])
def test_an_identity_encoding_changes_nothing(encoding):
    body = b"one\r\ntwo\n\x00three"
    assert decode(encoding, body) == (body, [])


def test_a_body_that_is_said_to_be_7bit_and_is_not_is_noticed_at_its_first_byte():
    assert findings("7bit", b"caf\xc3\xa9 \xff") == [("body-8bit-in-7bit", 3)]
    assert findings("8bit", b"caf\xc3\xa9") == []


# base64 -----------------------------------------------------------------------------------------------------------------


@given(st.binary(max_size=2000), st.sampled_from([b"\r\n", b"\n"]), st.sampled_from([4, 60, 76, 77]))
def test_what_an_encoder_made_comes_back_without_a_word(data, line_end, width):
    encoded = base64.b64encode(data)
    lines = [encoded[start : start + width] for start in range(0, len(encoded), width)]
    assert decode("base64", line_end.join(lines)) == (data, [])


@given(
    st.lists(st.sampled_from([b"TUlN" * 9 + b"\n"] * 6 + [b"\n", b"\r\n", b" ", b"TUlN", b"!", b"="]), max_size=60),
    st.lists(st.integers(1, 400), min_size=1, max_size=4),
)
def test_a_blank_line_is_found_where_symbols_stand_before_and_behind_it(pieces, sizes):
    body = b"".join(pieces)
    blank = re.search(rb"(?s)[A-Za-z0-9+/=].*?\n[ \t\r]*\n(?=.*[A-Za-z0-9+/=])", body)
    _, found = run("base64", cut(body, sizes))
    places = [position for code, position in found if code == "base64-blank-line"]
    assert places == ([blank.end() - 1] if blank else [])


@pytest.mark.parametrize("cut_at", range(0, 300, 7))
def test_a_blank_line_among_regular_lines_is_found_wherever_the_body_is_cut(cut_at):
    regular = (b"TUlN" * 9 + b"\n") * 10
    body = regular + b"\n" + regular
    chunks = [body[: len(regular) - 150 + cut_at], body[len(regular) - 150 + cut_at :]]
    assert run("base64", chunks)[1] == [("base64-blank-line", len(regular))]


@pytest.mark.parametrize("width", [1, 3, 76, 1024, 1025, 100_000])
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_lines_of_any_length_are_read(width, line_end):
    data = bytes(range(256)) * 300
    encoded = base64.b64encode(data)
    lines = [encoded[start : start + width] for start in range(0, len(encoded), width)]
    assert run("base64", [line_end.join(lines)]) == (data, [])


def test_data_that_begins_within_a_line_end_is_decoded_in_as_few_steps():
    lines = base64.encodebytes(bytes(range(256)) * 20).replace(b"\n", b"\r\n")
    at_line_end = lines[77 : 77 + 78 * 20]
    assert at_line_end.startswith(b"\n")
    steps = {data: calls_of(lambda _, data=data: run("base64", [data]), "") for data in (lines[: 78 * 20], at_line_end)}
    assert steps[at_line_end] <= steps[lines[: 78 * 20]] + 10
    assert run("base64", [at_line_end])[0] == (bytes(range(256)) * 20)[57 : 57 + 57 * 20]


def test_a_line_end_of_another_kind_among_regular_lines_is_no_symbol():
    lines = base64.encodebytes(bytes(range(256)) * 20).replace(b"\n", b"\r\n")
    assert run("base64", [lines.replace(b"\r\n", b"\n", 3)])[0] == bytes(range(256)) * 20
    odd = bytearray(lines)
    odd[76 + 78 * 9] = 0x20  # a blank where the CR should be
    assert run("base64", [bytes(odd)])[0] == bytes(range(256)) * 20


def test_symbols_that_stand_where_the_first_line_has_its_cr_are_kept():
    data = bytes(range(256)) * 18 + bytes(
        69
    )  # 80 whole lines behind the first, so that what is taken out leaves whole quanta
    encoded = base64.b64encode(data)
    lines = [encoded[start : start + 77] + b"\n" for start in range(76, len(encoded), 77)]
    assert run("base64", [encoded[:76] + b"\r\n" + b"".join(lines)])[0] == data


BASE64_CASES = [
    # body, decoded, findings
    (b"", b"", []),
    (b"\r\n \t\r\n", b"", []),
    (b"TUlN\r\n\r\nRQ==", b"MIME", [("base64-blank-line", 7)]),
    (
        b"TUlN\n \t\r\n \nRQ==\n\nTUlN",
        b"MIMEMIM",
        [("base64-after-padding", 17), ("base64-blank-line", 8), ("base64-padding-internal", 17)],
    ),
    (b"\r\n\r\nTUlN\r\nTUlN\r\n\r\n", b"MIMMIM", []),
    (b"!\n\n!\nTUlN\n\n!\n\n", b"MIM", [("base64-invalid-char", 0)]),
    (b"TUlN\n!\n\n!TUlN", b"MIMMIM", [("base64-blank-line", 7), ("base64-invalid-char", 5)]),
    (b"TUk\n\n=", b"MI", [("base64-blank-line", 4)]),
    (b"TUlN\x00RQ==", b"MIME", [("base64-invalid-char", 4), ("body-nul", 4)]),
    (b"TU\xfflN", b"MIM", [("base64-invalid-char", 2)]),
    (b"TUlNVX", b"MIMU", [("base64-padding-missing", 6)]),
    (b"T.U.l.N", b"MIM", [("base64-invalid-char", 1)]),
    (b"TUlN\r\n!!! !!!\r\nRQ==", b"MIME", [("base64-invalid-char", 6)]),
    (b"TUlNRQ", b"MIME", [("base64-padding-missing", 6)]),
    (b"TUlNRQ=", b"MIME", [("base64-padding-missing", 7)]),
    (b"TUlNRU0", b"MIMEM", [("base64-padding-missing", 7)]),
    (b"TUlNR", b"MIM", [("base64-length", 5)]),
    (b"====", b"", [("base64-padding-internal", 0)]),
    (b"TUlN=RVBB=", b"MIMEPA", [("base64-padding-internal", 4)]),
    (b"TUlN=\r\nRVBB", b"MIMEPA", [("base64-padding-internal", 4)]),
    (b"T=UlN", b"MIM", [("base64-padding-internal", 1)]),
    (b"T==UlN", b"MIM", [("base64-padding-internal", 1)]),
    (b"TU=lN", b"MIM", [("base64-padding-internal", 3)]),
    (b"TU\r\n=\r\nl\r\nN", b"MIM", [("base64-padding-internal", 7)]),
    (b"T=U=lN", b"MIM", [("base64-padding-internal", 1)]),
    (b"T=U==", b"M", [("base64-noncanonical", 4), ("base64-padding-internal", 1)]),
    (b"T=Q==", b"M", [("base64-padding-internal", 1)]),
    (b"T=U=k=", b"MI", [("base64-padding-internal", 1)]),
    (b"T=Uk=", b"MI", [("base64-padding-internal", 1)]),
    (b"TQ===", b"M", [("base64-padding-internal", 4)]),
    (b"TQ==SQ==", b"MI", [("base64-after-padding", 4), ("base64-padding-internal", 4)]),
    (b"TUk=TUU=UEE=", b"MIMEPA", [("base64-after-padding", 4), ("base64-padding-internal", 4)]),
    (b"aGVsbG8=\r\nTUlN", b"helloMIM", [("base64-after-padding", 10), ("base64-padding-internal", 10)]),
    (
        b"aGVsbG8=\r\nT",
        b"hello",
        [("base64-after-padding", 10), ("base64-length", 11), ("base64-padding-internal", 10)],
    ),
    (b"TQ==TU=lN", b"MMIM", [("base64-after-padding", 4), ("base64-padding-internal", 4)]),
    (b"TR==", b"M", [("base64-noncanonical", 3)]),
    (b"TUl=", b"MI", [("base64-noncanonical", 3)]),
    (b"TQ==TR==", b"MM", [("base64-after-padding", 4), ("base64-noncanonical", 7), ("base64-padding-internal", 4)]),
]


@pytest.mark.parametrize(
    ("body", "expected", "found"), BASE64_CASES, ids=[repr(case[0])[2:-1] for case in BASE64_CASES]
)
def test_odd_base64_is_decoded_as_far_as_it_goes_and_reported(body, expected, found):
    assert decode("base64", body) == (expected, found)


def test_the_equals_sign_of_an_unfinished_quantum_is_reported_where_it_stops_being_padding():
    assert findings("base64", b"TU=l") == [("base64-padding-internal", 3), ("base64-padding-missing", 4)]
    assert findings("base64", b"T==U=l") == [("base64-padding-internal", 1), ("base64-padding-missing", 6)]


def reference_base64(body: bytes) -> bytes:
    """The reading that the room's docstring states, one symbol at a time."""
    result, quantum, equals = bytearray(), b"", 0
    for value in body:
        symbol = bytes([value])
        if symbol == b"=":
            if len(quantum) >= 2:
                equals += 1
                if len(quantum) + equals == 4:
                    result += binascii.a2b_base64(quantum + b"=" * equals)
                    quantum, equals = b"", 0
        elif symbol in BASE64_ALPHABET:
            quantum, equals = quantum + symbol, 0
            if len(quantum) == 4:
                result += binascii.a2b_base64(quantum)
                quantum = b""
    if len(quantum) >= 2:
        result += binascii.a2b_base64(quantum + b"==")
    return bytes(result)


@given(st.text("ABz9+/==\r\n -!", max_size=60).map(str.encode) | st.binary(max_size=40))
def test_any_bytes_decode_as_the_reference_says(body):
    assert decoded("base64", body) == reference_base64(body)


@given(st.text("ABz9+/==\r\n !", max_size=60).map(str.encode))
def test_without_pybase64_the_bytes_are_the_same(body):
    decoder = base64_room.Base64Decoder()
    decoder._decode_strictly = base64_room._decode_with_stdlib
    assert decoder.feed(body) + decoder.close() == decoded("base64", body)


# quoted-printable -------------------------------------------------------------------------------------------------------


@given(st.binary(max_size=500), st.booleans())
def test_what_a_quoted_printable_encoder_made_comes_back_without_a_word(data, text):
    encoded = binascii.b2a_qp(data, istext=text, quotetabs=True)
    assert decoded("quoted-printable", encoded) == (quopri.decodestring(encoded) if text else data)


PADDING = b" " * _MAXIMUM_PADDING
LONG = ("qp-line-too-long", 0)
QP_CASES = [
    (b"", b"", []),
    (b"a=3Db", b"a=b", []),
    (b"a=\r\nb", b"ab", []),
    (b"a=\nb\n", b"ab\n", []),
    (b"a=\nb\r\n", b"ab\r\n", [("qp-soft-break-bare", 1)]),
    (b"a\r\nb=\nc", b"a\r\nbc", [("qp-soft-break-bare", 4)]),
    (b"=4d=\r\n=\nb\r\n", b"Mb\r\n", [("qp-lowercase-hex", 0), ("qp-soft-break-bare", 6)]),
    (b"a=\r\r\nb\r\n", b"ab\r\n", [("qp-soft-break-bare", 1)]),
    (b"a=\t\r\nb", b"ab", [("qp-soft-break-space", 1)]),
    (b"a= \r\r\nb", b"ab", [("qp-soft-break-bare", 1), ("qp-soft-break-space", 1)]),
    (b"a=\r\n\nb", b"a\nb", []),
    (b"a=\rb", b"a=\rb", [("qp-invalid-escape", 1), ("qp-soft-break-bare", 1)]),
    (b"=\r \n", b"=\r\n", [("qp-invalid-escape", 0), ("qp-soft-break-bare", 0), ("qp-trailing-space", 2)]),
    (b"=4=\r\n1", b"=41", [("qp-invalid-escape", 0)]),
    (b"==41", b"=A", [("qp-invalid-escape", 0)]),
    (b"a=2=41", b"a=2A", [("qp-invalid-escape", 1)]),
    (b"a=@=41", b"a=@A", [("qp-invalid-escape", 1)]),
    (b"= =4E", b"= N", [("qp-invalid-escape", 0)]),
    (b"=4d=4D", b"MM", [("qp-lowercase-hex", 0)]),
    (b"=D4=d4", b"\xd4\xd4", [("qp-lowercase-hex", 3)]),
    (
        b"=d4=4d=\nb=d\r\n=4x",
        b"\xd4Mb=d\r\n=4x",
        [("qp-invalid-escape", 9), ("qp-lowercase-hex", 0), ("qp-soft-break-bare", 6)],
    ),
    (b"\r\n \nb\r\n", b"\r\n\nb\r\n", [("qp-trailing-space", 2)]),
    (b"a\x12b\x00", b"a\x12b\x00", [("qp-raw-control", 1)]),
    (b"a\xaab", b"a\xaab", [("qp-raw-8bit", 1)]),
    (b"a \r\nb\t\nc", b"a\r\nb\nc", [("qp-trailing-space", 1)]),
    (b"a=3D \r\nb", b"a=\r\nb", [("qp-trailing-space", 4)]),
    (b"a \r\r\nb", b"a\r\r\nb", [("qp-trailing-space", 1)]),
    (b"a  ", b"a", [("qp-trailing-space", 1)]),
    (b"a=20\r\nb", b"a \r\nb", []),
    (b" =58", b" X", []),
    (b"a=", b"a", []),
    (b"a= ", b"a", [("qp-soft-break-space", 1)]),
    (b"a=  ", b"a", [("qp-soft-break-space", 1)]),
    (b"a=\nb=\nc\r\n", b"abc\r\n", [("qp-soft-break-bare", 1)]),
    (b"a\t\r\nb", b"a\r\nb", [("qp-trailing-space", 1)]),
    (b"a \r", b"a\r", [("qp-trailing-space", 1)]),
    (b"a=\r", b"a", []),
    (b"a=4", b"a=4", [("qp-invalid-escape", 1), ("qp-truncated", 1)]),
    (b"a=4=", b"a=4", [("qp-invalid-escape", 1)]),
    (b"a\r", b"a\r", []),
    (b"a\r\r\r\n", b"a\r\r\r\n", []),
    (b"=" + PADDING + b"\r\nb", b"b", [LONG, ("qp-soft-break-space", 0)]),
    (b"=" + PADDING + b" \r\nb", b"=" + PADDING + b" \r\nb", [("qp-invalid-escape", 0), LONG]),
    (b"a" + PADDING[1:] + b"\nb", b"a\nb", [LONG, ("qp-trailing-space", 1)]),
    (b"a" + PADDING + b"\nb", b"a\nb", [LONG, ("qp-trailing-space", 1)]),
    (b"a" + PADDING + b" \nb", b"a" + PADDING + b" \nb", [LONG]),
    (b"a" + PADDING + PADDING + b"\nb", b"a" + PADDING + PADDING + b"\nb", [LONG]),
    (b"a" + PADDING + b"  ", b"a" + PADDING + b"  ", [LONG]),
    (b"x" * 76, b"x" * 76, []),
    (b"x" * 76 + b"\r\n" + b"y" * 76 + b"\n", b"x" * 76 + b"\r\n" + b"y" * 76 + b"\n", []),
    (b"x" * 77, b"x" * 77, [LONG]),
    (b"=3D" * 25 + b"=\r\n" + b"x" * 77, b"=" * 25 + b"x" * 77, [("qp-line-too-long", 78)]),
    (b"x" * 77 + b"\r\n" + b"y" * 78, b"x" * 77 + b"\r\n" + b"y" * 78, [LONG]),
    # Where it begins within the first 4 KiB, and not behind them.
    (
        40 * b"a=\n" + b"x" * 3976 + b"\n" + b"y" * 77,
        40 * b"a" + b"x" * 3976 + b"\n" + b"y" * 77,
        [("qp-line-too-long", 120)],
    ),
    (1365 * b"a=\n" + b"=\n" + b"y" * 80, 1365 * b"a" + b"y" * 80, []),
]


@pytest.mark.parametrize(("body", "expected", "found"), QP_CASES, ids=[repr(case[0])[2:20] for case in QP_CASES])
def test_quoted_printable_is_read_from_left_to_right(body, expected, found):
    assert decode("quoted-printable", body) == (expected, found)


@given(st.text("=ABad49 \t\r\nx", max_size=40).map(str.encode) | st.binary(max_size=40))
def test_any_bytes_in_any_chunks_decode_the_same(body):
    decode("quoted-printable", body)


@given(st.text("=ABad49 \r\nx", max_size=40).map(str.encode))
def test_where_nothing_is_reported_the_standard_library_agrees(body):
    result, reported = decode("quoted-printable", body)
    if not reported and not body.endswith((b" ", b"\t")):
        assert result == binascii.a2b_qp(body)


@pytest.mark.parametrize(
    ("encoding", "body", "expected"),
    [
        ("base64", b"", b""),
        ("base64", b"TUlN\r\nRQ==\r\n", b"MIME"),
        ("base64", b"TUlN\r\nRQ\r\n", None),
        ("base64", b"TUlN RQ==", None),
        ("quoted-printable", b"", b""),
        ("quoted-printable", b"=e9t=C3=A9=\r\n=\ns \tx\r\n", b"\xe9t\xc3\xa9s \tx\r\n"),
        ("quoted-printable", b"\r\n a\n", b"\r\n a\n"),
        *(
            ("quoted-printable", b"a" + odd, None)
            for odd in (b"=", b"=4", b"=4G", b"= \n", b" \n", b"\t\r\n", b" ", b"\r")
        ),
        ("7bit", b"a", None),
    ],
)
def test_a_look_is_enough_where_nothing_in_a_body_depends_on_what_stands_around_it(encoding, body, expected):
    assert decoded_at_a_look(encoding, body) == expected


# uuencode ---------------------------------------------------------------------------------------------------------------


def uuencoded(data: bytes) -> bytes:
    lines = [binascii.b2a_uu(data[start : start + 45]) for start in range(0, len(data), 45)]
    return b"begin 644 file.bin\n" + b"".join(lines) + b"`\nend\n"


@given(st.binary(max_size=300))
def test_what_uuencode_made_comes_back_without_a_word(data):
    assert decode("x-uuencode", uuencoded(data)) == (data, [])
    assert decode("x-uuencode", uuencoded(data).replace(b"\n", b"\r\n")) == (data, [])


UU_CASES = [
    (b"begin 644 f\n#0V%T\n`\nend\n", b"Cat", []),
    (b"\n\nbegin 644 f\n#0V%T\n`\nend\n\n\n", b"Cat", []),
    (b"text\nbegin 644 f\n#0V%T\n`\nend\n", b"Cat", [("uu-outside", 0)]),
    (b"begin 644 f\n#0V%T\n`\nend\n\nmore", b"Cat", [("uu-outside", 25)]),
    (b"begin 644 f\n#0V%T\n", b"Cat", [("uu-truncated", 18)]),
    (b"begin 644 f\n#0V%Tx\n`\nend\n", b"Cat", []),
    (b"begin 644 f\n#0V%T\n \n \nend\n", b"Cat", []),
    (b"begin 644 f\nM0V%T\n`\nend\n", b"Cat" + b"\0" * 42, [("uu-bad-length", 12)]),
    (b"begin 644 f\n#\x80V%T\n`\nend\n", b"", [("uu-bad-length", 12)]),
    (b"no uuencode at all", b"no uuencode at all", [("uu-begin-missing", 0)]),
    (b"begin  the story\n", b"begin  the story\n", [("uu-begin-missing", 0)]),
    (b"begin 644 f\n#0V%T" + b"x" * _LONGEST_LINE + b"\n#0V%T\nend", b"CatCat", []),
    # What follows `end` is told whether its line has come as a whole or not.
    (b"begin 644 f\nend" + b" " * (_LONGEST_LINE - 4) + b"x\n", b"", [("uu-bad-length", 12), ("uu-truncated", 141)]),
    (b"begin 644 f\nend" + b" " * (_LONGEST_LINE - 3) + b"x\n", b"", [("uu-outside", 140)]),
    (b"begin 644 f\nend" + b" " * (_LONGEST_LINE - 2) + b"x\n", b"", [("uu-outside", 141)]),
]


@pytest.mark.parametrize(("body", "expected", "found"), UU_CASES, ids=[repr(case[0])[2:30] for case in UU_CASES])
def test_odd_uuencode_is_decoded_as_far_as_it_goes_and_reported(body, expected, found):
    assert decode("x-uuencode", body) == (expected, found)


def test_behind_a_line_that_was_too_long_to_wait_for_no_line_is_lost():
    begun = b"begin 644 f\n#0V%T" + b"x" * _LONGEST_LINE
    assert run("uue", [begun, b"y", b"y\n#0V%T\n#0V%T\n", b"end\n"]) == (b"CatCatCat", [])


class CountedPattern:
    """A regular expression that counts the bytes it is given to search."""

    def __init__(self, pattern):
        self.pattern = pattern
        self.searched = 0

    def search(self, data, start, end):
        self.searched += min(end, len(data)) - start
        return self.pattern.search(data, start, end)


def test_what_stands_before_the_begin_line_is_searched_once_however_it_comes(monkeypatch):
    pattern = CountedPattern(uuencode._BEGIN)
    monkeypatch.setattr(uuencode, "_BEGIN", pattern)
    body = b"a" * 1000 + b"\nb\n" + b"begin 644 f\n#0V%T\n`\nend\n"
    assert run("x-uuencode", cut(body, (1,))) == (b"Cat", [("uu-outside", 0)])
    assert pattern.searched == body.index(b"#")


@pytest.mark.parametrize("encoding", ["x-uuencode", "x-uue", "uuencode", "uue"])
def test_all_names_of_uuencode_are_known(encoding):
    assert decoded(encoding, uuencoded(b"data")) == b"data"


@pytest.mark.parametrize(("missing", "expected"), [(1, b"Cat"), (0, b"Cat"), (-1, None)])
def test_the_begin_line_is_looked_for_in_a_bounded_stretch(missing, expected):
    begin = b"begin 644 f\n"
    before = b"x" * (_SEARCHED_BYTES - len(begin) - missing - 1) + b"\n"
    body = before + begin + b"#0V%T\n`\nend\n"
    whole = run("x-uuencode", [body])
    assert whole == run("x-uuencode", cut(body, (5000,)))
    assert whole[0] == (body if expected is None else expected)


@given(st.binary(max_size=80).map(b"begin 644 f\n".__add__))
def test_any_lines_in_any_chunks_decode_the_same(body):
    decode("x-uuencode", body)


@pytest.mark.parametrize("stranger", [b"a", b"\x1f", b"\xff", b"-\r"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_a_line_that_holds_what_is_no_symbol_is_not_decoded_together_with_whole_ones(stranger, line_end):
    whole = binascii.b2a_uu(bytes(range(45)))[:-1]
    odd = whole[: -len(stranger)] + stranger
    body = b"begin 644 x" + line_end + line_end.join([whole, whole, odd, whole, whole, b""])
    decoded_alone = run("x-uuencode", [b"begin 644 x\n" + odd + b"\nend\n"])[0]
    assert decoded("x-uuencode", body) == bytes(range(45)) * 2 + decoded_alone + bytes(range(45)) * 2


@given(st.binary(min_size=400, max_size=1000), st.sampled_from([b"\n", b"\r\n"]))
def test_whole_lines_of_uuencode_are_decoded_together(data, line_end):
    assert decode("uue", uuencoded(data).replace(b"\n", line_end)) == (data, [])


def test_a_line_that_lost_its_blanks_among_whole_ones_is_decoded_alone():
    data = bytes(range(256)) * 2 + bytes(90)
    old_style = uuencoded(data).replace(b"`", b" ").replace(b" \nend", b"`\nend")
    assert decoded("uue", old_style) == data
    assert decoded("uue", b"\n".join(line.rstrip(b" ") for line in old_style.split(b"\n"))) == data


@pytest.mark.parametrize("line", [b"\n", b"`\n", b"M" + b"A" * 60 + b"\n", b"M" + b"A " * 30 + b"\n"])
def test_a_flood_of_lines_that_hold_nothing_or_all_costs_no_step_for_each(line):
    def run_over(lines: str) -> None:
        run("x-uuencode", [b"begin 644 f\n", line * int(lines)])

    assert calls_of(run_over, "10000") == calls_of(run_over, "10")


# Other readings ---------------------------------------------------------------------------------------------------------

LINE = base64.b64encode(b"twelve bytes")  # sixteen symbols
OF_OTHERS = [
    # what is answered in another way, the encoding, a body, what is read then
    ("base64=up-to-padding", "base64", b"TUlN\r\nRQ==\r\nTUlN", b"MIME"),
    ("base64=up-to-padding", "base64", b"TQ= =\r\nTUlN", b"M"),
    ("base64=up-to-padding", "base64", b"TUlN", b"MIM"),
    ("base64=up-to-padding", "base64", b"TQ=TUlN", b"M"),
    ("base64=whole-lines", "base64", b"TUlN\n!RUVF\nTUlN", b"MIMMIM"),
    ("base64=whole-lines", "base64", b"TUlN\r\nRUVF!", b"MIM"),
    ("base64=whole-lines", "base64", b"!RUVF\r\n\r\nTUlN\r\n", b"MIM"),
    ("base64=whole-lines", "base64", b"!\nTUlN", b"MIM"),
    ("base64=url", "base64", b"-_-_TUlN", b"\xfb\xff\xbfMIM"),
    ("quoted-printable=dropped", "quoted-printable", b"a=b=3D=\r\nc=4=", b"ab=c4"),
    ("quoted-printable=dropped", "quoted-printable", b"a=4 =\t\nb= x", b"a4 b x"),
    ("quoted-printable=joined", "quoted-printable", b"a=3=\r\nD=3= \nD=\t \r\nb", b"a==b"),
    ("encodings=sniffed", "7bit", LINE + b"\r\n", b"twelve bytes"),
    ("encodings=sniffed", "8bit", LINE, b"twelve bytes"),
    ("encodings=sniffed", "x-unheard-of", b" \t\r\n" + LINE + b" \t\n" + LINE, b"twelve bytes" * 2),
    ("encodings=sniffed", "7bit", LINE + b"TQ==\n", b"twelve bytesM"),
    ("encodings=sniffed", "7bit", LINE + b"TUk=\n", b"twelve bytesMI"),
    ("encodings=sniffed", "7bit", LINE[4:] + b"\n", LINE[4:] + b"\n"),
    ("encodings=sniffed", "7bit", LINE[1:] + b"\n", LINE[1:] + b"\n"),
    ("encodings=sniffed", "7bit", LINE + b"T\n", LINE + b"T\n"),
    ("encodings=sniffed", "7bit", LINE + b" is it\n", LINE + b" is it\n"),
    ("encodings=sniffed", "7bit", LINE + b"\rT", LINE + b"\rT"),
    ("encodings=sniffed", "7bit", b"x\n" + LINE + b"\n", b"x\n" + LINE + b"\n"),
    ("encodings=sniffed", "quoted-printable", LINE + b"\r\n", LINE + b"\r\n"),
    ("encodings=sniffed", "base64", b"TUlN", b"MIM"),
    ("encodings=sniffed", "uuencode", uuencoded(b"Cat"), b"Cat"),
    ("encodings=identity", "base64", b"TUlN", b"TUlN"),
    ("base64=url", "7bit", LINE, LINE),
]


@pytest.mark.parametrize(("answers", "encoding", "body", "expected"), OF_OTHERS)
def test_a_body_is_what_another_reading_makes_of_it(answers, encoding, body, expected):
    for sizes in [(len(body),), *CHUNK_SIZES]:
        decoder = transfer_decoder(encoding, Reading.of(answers))
        assert b"".join([decoder.feed(chunk) for chunk in cut(body, sizes)]) + decoder.close() == expected


@pytest.mark.parametrize("encoding", ["7bit", "8bit", "binary", "quoted-printable", "x-uue"])
def test_another_reading_of_base64_leaves_other_encodings_alone(encoding):
    decoder = transfer_decoder(encoding, Reading.of("base64=url"))
    assert type(decoder) is type(transfer_decoder(encoding))


def test_line_ends_are_watched_where_a_body_is_a_text():
    body = b"a\r\nb\nc"
    for encoding, expected in (("7bit", ["body-bare-lf"]), ("8bit", ["body-bare-lf"]), ("binary", []), ("x-y", [])):
        decoder = transfer_decoder(encoding)
        assert decoder.feed(body) + decoder.close() == body
        assert [str(finding.code) for finding in decoder.findings] == expected


# Memory -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("quoted-printable", 64 * 1024 * b"="),
        ("quoted-printable", 16 * 1024 * b"=\r=x"),
        ("quoted-printable", 20_000 * b"a \n"),
        ("x-uuencode", b"begin 644 a\n" + 30_000 * b"!\n"),
        ("base64", 8_000 * b"QQ==Zm8="),
    ],
)
def test_no_object_is_kept_for_each_oddity_of_a_body(encoding, body):
    # A substitution, and a list of what was decoded, took a hundred bytes for each byte of it.
    assert peak_of(lambda: transfer_decoder(encoding).feed(body)) < 16 * len(body)


@given(st.text("=\n\r \tAa4é", min_size=1).map(str.encode), st.integers(2, 40))
def test_odd_quoted_printable_is_rewritten_in_pieces_of_any_size(pattern, size):
    body = pattern * (1 + 6 * _MAXIMUM_PADDING // len(pattern))
    assert run("quoted-printable", [body]) == run("quoted-printable", cut(body, (size,)))
