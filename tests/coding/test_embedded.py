"""uuencoded files inside plain text."""

from __future__ import annotations

import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimeparse.coding.embedded import MAXIMUM_FILES, embedded_files, text_findings
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
    ],
)
def test_prose_that_begins_is_no_file(text: bytes) -> None:
    assert embedded_files(text) == []
    assert text_findings("text/plain", text) == []


def test_a_file_without_an_end_line_goes_as_far_as_its_symbols_and_says_so() -> None:
    [file] = embedded_files(b"begin 644 a\n#86)C\n\nYours, Alice\n")
    assert file.data == b"abc"
    assert [found.code for found in file.findings] == [DefectCode.UU_TRUNCATED]


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
