"""uuencoded files inside plain text."""

from __future__ import annotations

import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimeparse.coding.embedded import _LONGEST_TAG, MAXIMUM_FILES, embedded_files, text_findings
from mimeparse.defects import DefectCode


def uuencoded(data: bytes, name: bytes = b"a.bin") -> bytes:
    lines = b"".join(binascii.b2a_uu(data[i : i + 45]) for i in range(0, len(data), 45))
    return b"begin 644 " + name + b"\n" + lines + b"`\nend\n"


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"Hello\n", b"HELLO\n\n"]),
    st.sampled_from([b"", b"bye\n", b"BYE\n"]),
)
def test_a_file_between_lines_of_text_comes_out_whole(data: bytes, before: bytes, behind: bytes) -> None:
    encoded = uuencoded(data)
    [file] = embedded_files(before + encoded + behind)
    assert (file.start, file.end, file.name, file.data) == (len(before), len(before) + len(encoded), b"a.bin", data)
    assert file.findings == ()
    assert text_findings("text/plain", before + encoded + behind) == [(DefectCode.UUENCODE_INLINE, len(before), "")]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"begin 644 times\nand you know it.\n",
        b"we begin 644 a\n#86)C\n`\nend\n",
        b"begin 644 a\n",
        b"begin a\n#86)C\n`\nend\n",
        b"begin 06440 a\n#86)C\n`\nend\n",
        b"begin 64 a\n#86)C\n`\nend\n",
        b"begin 644 a\n`\nend of the story\n",
        b"begin 644 a\nM" + b"A" * 54 + b"\n`\nend\n",
        b"begin 644 a\n#8\n`\nend\n",
        b"begin 644 \n#86)C\n`\nend\n",
    ],
)
def test_prose_that_begins_is_no_file(text: bytes) -> None:
    assert embedded_files(text) == []
    assert text_findings("text/plain", text) == []


def test_a_file_without_an_end_line_goes_as_far_as_its_symbols_and_says_so() -> None:
    [file] = embedded_files(b"begin 644 a\n#86)C\n\nYours, Alice\n")
    assert file.data == b"abc"
    assert [found.code for found in file.findings] == [DefectCode.UU_TRUNCATED]


@pytest.mark.parametrize(
    ("lines", "data"),
    [
        (b"\nend\n", b""),
        (b" \nend\n", b""),
        (b"`\nend\n", b""),
        (b"`\r\nend\r\n", b""),
        (b"\r\nend", b""),
        (b"`\nend \t\n", b""),
        (b"#86)C\n`\nend", b"abc"),
        (b"#86)C\n`\nend  \n", b"abc"),
        (b"#86)C\nend\n", b"abc"),
        (b"#86)Cx\n`\nend\n", b"abc"),  # a checksum
        (b"M" + b"A" * 55 + b"\n`\nend\n", binascii.a2b_uu(b"M" + b"A" * 55)),  # blanks at its end were taken off
    ],
)
@pytest.mark.parametrize("behind", [b"", b"more\n", b"MORE\n"])
def test_the_end_line_of_a_file_is_the_end_of_it(lines: bytes, data: bytes, behind: bytes) -> None:
    if behind and not lines.endswith(b"\n"):
        lines += b"\n"
    text = b"begin 0644 a b.bin \n" + lines
    [file] = embedded_files(text + behind)
    assert (file.start, file.end, file.name, file.data) == (0, len(text), b"a b.bin", data)
    assert file.findings == ()


def test_line_ends_may_be_crlf_and_the_line_of_the_end_may_have_lost_its_blank() -> None:
    encoded = uuencoded(b"x" * 100).replace(b"`\n", b"\n").replace(b"\n", b"\r\n")
    [file] = embedded_files(encoded)
    assert (file.data, file.end) == (b"x" * 100, len(encoded))


def test_a_begin_line_ends_a_file_that_was_not_ended() -> None:
    files = embedded_files(b"begin 644 a\n#86)C\n" + uuencoded(b"def", b"b"))
    assert [(file.name, file.data) for file in files] == [(b"a", b"abc"), (b"b", b"def")]


@pytest.mark.parametrize("count", [MAXIMUM_FILES - 1, MAXIMUM_FILES, MAXIMUM_FILES + 1])
def test_files_beyond_the_maximum_stay_text(count: int) -> None:
    assert len(embedded_files(uuencoded(b"x") * count)) == min(count, MAXIMUM_FILES)


# What stands in texts -----------------------------------------------------------------------------------------------------

YENC = b"=ybegin line=128 size=5 name=a\n"
BINHEX = b"(This file must be converted with BinHex 4.0)\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (YENC, [(DefectCode.YENC_INLINE, 0)]),
        (b"Hello\r\n" + YENC, [(DefectCode.YENC_INLINE, 7)]),
        (b"=ybegin part=1 line=128 size=5 name=a\n", [(DefectCode.YENC_INLINE, 0)]),
        (b"=ybegin part=10 total=12 line=128 size=5 name=a\n", [(DefectCode.YENC_INLINE, 0)]),
        (b"=ybegin total=2 line=128 size=5 name=a\n", [(DefectCode.YENC_INLINE, 0)]),
        (b"x " + YENC, []),
        (b"=ybegin part= line=128 size=5 name=a\n", []),
        (b"=ybegin total= line=128 size=5 name=a\n", []),
        (b"=ybegin line= size=5 name=a\n", []),
        (b"=ybegin line=128 size= name=a\n", []),
        (b"=ybegin line=x size=5 name=a\n", []),
        (b"=ybegin line=128 size=5\n", []),
        (BINHEX, [(DefectCode.BINHEX_INLINE, 0)]),
        (b"Hello\n" + BINHEX, [(DefectCode.BINHEX_INLINE, 6)]),
        (b"> " + BINHEX, []),
        (b"(This file must be converted with BinHex 4x0)\n", []),
        (b"<a href=", []),
    ],
)
def test_files_in_a_plain_text_are_found_at_the_beginning_of_a_line(
    text: bytes, found: list[tuple[DefectCode, int]]
) -> None:
    assert [(finding.code, finding.position) for finding in text_findings("text/plain", text)] == found
    assert text_findings("text/csv", text) == []


@pytest.mark.parametrize(
    ("text", "position"),
    [
        (b'<img src="http://evil.example/', 0),
        (b"<p>Hello</p><A HREF=x", 12),
        (b"<a\nhref=", 0),
        (b"<b", 0),
        (b"x" * 10 + b"<a" + b"x" * (_LONGEST_TAG - 2), 10),
        (b"x" * 10 + b"<a" + b"x" * (_LONGEST_TAG - 1), None),
        (b"", None),
        (b"<p>Hello</p>", None),
        (b"1 < 2", None),
        (b"<", None),
        (b"</p", None),
        (b"no tag", None),
    ],
)
def test_a_tag_that_the_end_of_html_leaves_open_is_found(text: bytes, position: int | None) -> None:
    expected = [] if position is None else [(DefectCode.HTML_UNCLOSED_ACROSS_PARTS, position)]
    assert [(finding.code, finding.position) for finding in text_findings("text/html", text)] == expected
    assert text_findings("text/xml", text) == []
