"""What is odd about the lines of a header block, and where it ends; what its fields say is in the tests of blocks."""

from __future__ import annotations

import pytest

from mimeparse.defects import DefectCode
from mimeparse.fields.gate import Gate

C = DefectCode
MULTIPART = b"Content-Type: multipart/mixed; boundary="


@pytest.mark.parametrize(
    ("block", "found"),
    [
        (b"A: b\njunk\nSubject: x", [(C.HEADER_MISSING_COLON, 5, "junk\\x0a")]),
        (b"A: b\n\xe4: x\nnote : y\nSubject: z\n", [(C.HEADER_NAME_INVALID, 5, "\\xe4")]),
        (
            b"A: b\n\xe4: x\nnothing\nSubject: z\n",
            [(C.HEADER_NAME_INVALID, 5, "\\xe4"), (C.HEADER_MISSING_COLON, 10, "nothing\\x0a")],
        ),
        (b" fold\nSubject: x\n", [(C.HEADER_LEADING_FOLD, 0, "")]),
        (b"\tfold\nSubject: x\n", [(C.HEADER_LEADING_FOLD, 0, "")]),
        (b":x\nA: b\n", [(C.HEADER_NAME_EMPTY, 0, "")]),
        (b"A: b\n:x\n", [(C.HEADER_NAME_EMPTY, 5, "")]),
        (b"A : b\nB\t: c\n", [(C.HEADER_NAME_SPACE, 0, "A")]),
        (b"A: b\nB\t: c\n", [(C.HEADER_NAME_SPACE, 5, "B")]),
        (b"A: b\nContent-(Type: c\n", [(C.HEADER_NAME_INVALID, 5, "Content-(Type")]),
        (b"A: b\nc(d: e\n", []),
        (b"A: b\nFrom c d\nB: c\n", [(C.HEADER_MBOX_FROM, 5, "")]),
    ],
)
def test_the_first_odd_line_of_each_kind_is_told_with_its_place(block, found):
    assert [tuple(finding) for finding in Gate(block).findings] == found


@pytest.mark.parametrize(
    ("boundary", "lines", "body", "code", "detail"),
    [
        (b"x", b"--x\n", 42, C.HEADER_MISSING_COLON, "--x\\x0a"),
        (b"x", b"--x \t\n", 42, C.HEADER_MISSING_COLON, "--x \\x09\\x0a"),
        (b"x", b"junk\n--x\n", 42, C.HEADER_MISSING_COLON, "junk\\x0a"),
        (b'"x:"', b"--x:\n", 45, C.HEADER_NAME_INVALID, "--x"),
        (b'"\xe4:"', b"--\xe4:\n", 45, C.HEADER_NAME_INVALID, "--\\xe4"),
        (b'"x y:"', b"--x y:\n", 47, C.HEADER_MISSING_COLON, "--x y:\\x0a"),
        (b'"x\ty:"', b"--x\ty:\n", 47, C.HEADER_MISSING_COLON, "--x\\x09y:\\x0a"),
        (b"--x", b"----x\n", 44, C.HEADER_MISSING_COLON, "----x\\x0a"),
    ],
)
def test_the_delimiter_of_the_multipart_that_is_declared_ends_its_header(boundary, lines, body, code, detail):
    gate = Gate(MULTIPART + boundary + b"\n" + lines + b"A: b\n")
    assert gate.body == body
    assert [tuple(finding) for finding in gate.findings] == [(code, body, detail), (C.HEADER_BODY_SEPARATOR, body, "")]
    assert [name for name, _, _ in gate.fields()] == [b"Content-Type"]


@pytest.mark.parametrize("line", [b"--x", b"--y", b"-x", b"--x y"])
def test_a_line_of_dashes_before_the_field_that_declares_a_boundary_or_of_another_ends_nothing(line):
    before = Gate(line + b"\n" + MULTIPART + b"x\nA: b\n")
    assert (before.body, [name for name, _, _ in before.fields()]) == (None, [b"Content-Type", b"A"])
    assert [tuple(finding) for finding in before.findings] == [
        (C.HEADER_MISSING_COLON, 0, line.decode() + "\\x0a"),
    ]
    if line != b"--x":
        behind = Gate(MULTIPART + b"x\n" + line + b"\nSubject: b\n")
        assert (behind.body, [name for name, _, _ in behind.fields()]) == (None, [b"Content-Type", b"Subject"])
