"""What the parts of a multipart are to each other, and lines that are nearly delimiters."""

from __future__ import annotations

import pytest
from feeding import codes, events_of

from mimeparse import parse

C = b"Content-Type: "


def found_in(content_type: bytes, *parts: bytes, preamble: bytes = b"", epilogue: bytes = b"") -> list[str]:
    """Return the codes of a multipart, however it is cut."""
    delimited = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    raw = C + content_type + b"; boundary=b\r\n\r\n" + preamble + delimited + b"--b--\r\n" + epilogue
    return codes(events_of(raw)[-1].defects)


TEXT = b"\r\nx"
FILE = b"Content-Disposition: attachment; filename=a\r\n"
PICTURE = C + b"image/png\r\n\r\nx"


@pytest.mark.parametrize(
    ("content_type", "parts", "expected"),
    [
        (b"multipart/signed", [TEXT], []),
        (b"multipart/signed", [TEXT, TEXT], []),
        (b"multipart/signed", [TEXT, TEXT, TEXT, TEXT], ["signed-extra-part"]),
        (b"multipart/mixed", [TEXT, TEXT, TEXT], []),
        (b"multipart/alternative", [TEXT, C + b"text/html\r\n\r\nx"], []),
        (b"multipart/alternative", [TEXT, C + b"multipart/related; boundary=c\r\n\r\n--c\r\n\r\n--c--"], []),
        (b"multipart/alternative", [TEXT, PICTURE, PICTURE], ["alternative-contains-attachment"]),
        (b"multipart/alternative", [TEXT, FILE + C + b"text/html\r\n\r\nx"], ["alternative-contains-attachment"]),
        (b"multipart/alternative", [TEXT, FILE + C + b"text/calendar\r\n\r\nx"], []),
        (b"multipart/alternative", [TEXT, b"Content-Disposition: inline\r\n" + C + b"text/html\r\n\r\nx"], []),
        (b"multipart/mixed", [TEXT, PICTURE], []),
        (b"multipart/mixed", [b"Content-ID: <a>\r\n\r\nx", b"Content-ID: <b>\r\n\r\nx"], []),
        (b"multipart/mixed", [b"Content-ID: <a>\r\n\r\nx"] * 3, ["content-id-duplicate"]),
        (b'multipart/related; start="<a>"', [TEXT, b"Content-ID: <a>\r\n\r\nx"], []),
        (b"multipart/related; start=a", [b"Content-ID: <b>\r\n\r\nx", b"Content-ID: <a>\r\n\r\nx"], []),
        (b"multipart/related; start=a", [b"Content-ID: <a>\r\n\r\nx"], []),
        (b"multipart/related; start=b", [b"Content-ID: <a>\r\n\r\nx"], ["related-start-missing"]),
        (b"multipart/mixed; start=b", [TEXT], []),
    ],
)
def test_parts_among_which_readers_choose_differently_are_reported_once(content_type, parts, expected):
    assert [code for code in found_in(content_type, *parts) if code != "part-empty"] == expected


@pytest.mark.parametrize(
    ("preamble", "epilogue", "expected"),
    [
        (b"This is a multipart message.\r\n", b"", ["preamble-text"]),
        (b"\r\n \r\n", b"\r\n\r\n", []),
        (b"x\r\nContent-Type: text/html\r\n", b"", ["preamble-looks-like-part", "preamble-text"]),
        (b"", b"The end.\r\n", ["epilogue-text"]),
        (b"", b"x\r\ncontent-disposition: attachment\r\n", ["epilogue-looks-like-part", "epilogue-text"]),
        (b"", b"--b\r\n\r\nx\r\n", ["boundary-after-close", "epilogue-text"]),
        (b"", b"x --b\r\n", ["epilogue-text"]),
        (b"", b"x --b\r\n--b\r\n\r\nx\r\n", ["boundary-after-close", "epilogue-text"]),
        (b"", b"see Content-Type: x\r\n", ["epilogue-text"]),
    ],
)
def test_what_stands_outside_of_the_parts_and_looks_like_one_is_reported(preamble, epilogue, expected):
    found = found_in(b"multipart/mixed", TEXT, preamble=preamble, epilogue=epilogue)
    assert sorted(found) == expected


@pytest.mark.parametrize(
    ("before", "behind", "expected"),
    [
        (b"\r\n", b"\r\n", []),
        (b"\n", b"\n", []),
        (b"\r\n", b"\n", ["body-bare-lf"]),
        (b"\n", b"\r\n", ["body-bare-lf"]),
    ],
)
def test_a_delimiter_with_a_line_end_of_each_kind_is_none_to_those_who_know_crlf_alone(before, behind, expected):
    raw = (
        b"From: a@x\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx"
        + before
        + b"--b"
        + behind
        + b"\r\ny\r\n--b--\r\n"
    )
    assert codes(parse(raw).defects) == expected
    assert codes(events_of(raw)[-1].defects) == expected


@pytest.mark.parametrize("where", ["preamble", "epilogue"])
def test_all_that_stands_outside_of_the_parts_is_looked_at(where):
    surplus = b"x" * 10_000 + b"\r\nContent-Type: text/html\r\n"
    assert f"{where}-looks-like-part" in found_in(b"multipart/mixed", TEXT, **{where: surplus})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"plain", []),
        (b"-b", []),
        (b"x -- b", []),
        (b"--B", []),
        (b"x--b", ["boundary-near-miss"]),
        (b" --b", ["boundary-line-leading-space"]),
        (b"\t--b", ["boundary-line-leading-space"]),
        (b"--b x", ["boundary-line-trailing-garbage"]),
        (b"--bb", ["boundary-line-trailing-garbage"]),
        (b"x--b\r\n--b y\r\nz--b", ["boundary-near-miss"]),
        (b"x\r--b", ["body-bare-cr", "boundary-bare-cr"]),
        (b"--b\rx", ["body-bare-cr", "boundary-bare-cr", "boundary-line-trailing-garbage"]),
        (b"--b--\rx", ["body-bare-cr", "boundary-bare-cr", "boundary-line-trailing-garbage"]),
    ],
)
def test_the_first_line_that_is_nearly_a_delimiter_is_reported(body, expected):
    assert sorted(found_in(b"multipart/mixed", b"\r\n" + body)) == expected


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (b"c", []),
        (b"cb", []),
        (b"bc", ["boundary-line-trailing-garbage", "boundary-prefix-overlap"]),
        (b"x--b", ["boundary-near-miss"]),
    ],
)
def test_the_delimiters_of_an_inner_multipart_may_be_near_misses_of_the_outer(inner, expected):
    part = C + b"multipart/mixed; boundary=" + inner + b"\r\n\r\n--" + inner + b"\r\n\r\nx\r\n--" + inner + b"--"
    assert sorted(found_in(b"multipart/mixed", part)) == expected


@pytest.mark.parametrize(
    "decoy", [b"X: --b\r\n\r\nx", C + b"multipart/mixed; boundary=bc\r\n\r\n--bc\r\n\r\nx\r\n--bc--"]
)
def test_no_decoy_keeps_a_near_miss_from_making_the_message_ambiguous(decoy):
    found = found_in(b"multipart/mixed", decoy, b"\r\ny--b")
    near_misses = {"boundary-near-miss", "boundary-line-leading-space", "boundary-line-trailing-garbage"}
    assert near_misses & set(found)
