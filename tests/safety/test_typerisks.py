"""What is dangerous about the type of a file."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimeparse.defects import DefectCode, Kind
from mimeparse.safety.filenames import EXECUTABLE_EXTENSIONS
from mimeparse.safety.filetypes import BEGINNING_BYTES, END_BYTES
from mimeparse.safety.typerisks import type_findings

ACTIVE, EXECUTABLE, MACRO = "type-active", "type-executable", "type-macro"
ENCRYPTED, IN_ARCHIVE = "type-archive-encrypted", "type-archive-executable"
MISMATCH, EXTENSION, SMUGGLING = "type-mismatch", "type-extension-mismatch", "type-smuggling"

ANYTHING = "application/octet-stream"
PNG = b"\x89PNG\r\n\x1a\n\0\0"
PROGRAM = b"MZ\x90\0\x03\0"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SMUGGLED = b"<html><script>URL.createObjectURL(new Blob([x]))</script>"


def codes(
    declared: str, filename: str | None, data: bytes, *, end: bytes = b"", size: int | None = None, **options
) -> list[str]:
    size = len(data) + len(end) if size is None else size
    return [str(code) for code, _, _ in type_findings(declared, filename, data, size, end=end, **options)]


def archive(*names: str, encrypted: bool = False, stored: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, stored)
    data = out.getvalue()
    if encrypted:
        data = data.replace(b"PK\x03\x04\x14\0\0", b"PK\x03\x04\x14\0\x01")
    return data


@pytest.mark.parametrize(
    ("declared", "filename", "data", "expected"),
    [
        # Nothing to fear
        (ANYTHING, None, b"", []),
        ("image/png", "a.png", PNG, []),
        ("image/jpeg", "a.jpg", PNG, []),  # every viewer shows the one as the other
        (ANYTHING, "a.png", PNG, []),
        ("text/plain", "a.txt", b"plain", []),
        ("text/plain", "a.patch", b"--- a\n+++ b\n", []),
        ("text/csv", "a.csv", b"a,b\n", []),
        ("application/pdf", "a.pdf", b"%PDF-1.7\ntrailer <<>>", []),
        ("application/zip", "a.zip", archive("a.txt"), []),
        (DOCX, "a.docx", archive("[Content_Types].xml", "word/document.xml"), []),
        ("application/msword", "a.doc", OLE, []),
        ("application/msword", "a.doc", b"{\\rtf1", []),
        ("text/plain", "example", b"MZ is my initials", []),
        # Programs
        (ANYTHING, None, PROGRAM, [EXECUTABLE]),
        (ANYTHING, "a.exe", b"", [EXECUTABLE]),
        (ANYTHING, "A.EXE. ", b"", [EXECUTABLE]),
        (ANYTHING, "a.txt\u202e.exe", b"", [EXECUTABLE]),
        (ANYTHING, "a.e\u200bxe", b"", [EXECUTABLE]),
        (ANYTHING, "a.exe:b.txt", b"", [EXECUTABLE]),
        (ANYTHING, "a.exe::$DATA", b"", [EXECUTABLE]),
        (ANYTHING, "b/a.exe", b"", [EXECUTABLE]),
        (ANYTHING, "exe", b"", []),
        (ANYTHING, "a.exe.txt", b"", []),
        ("application/x-msdownload", None, b"", [EXECUTABLE]),
        ("text/x-shellscript", "a", b"#!/bin/sh\n", [EXECUTABLE]),
        (ANYTHING, "a.jar", archive("META-INF/MANIFEST.MF", "a.class"), [EXECUTABLE]),
        ("application/zip", "a.zip", archive("META-INF/MANIFEST.MF"), [EXECUTABLE]),
        ("application/zip", "a.zip", archive("b/META-INF/MANIFEST.MF"), []),
        (ANYTHING, None, OLE + b"\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", [EXECUTABLE]),
        (ANYTHING, None, b"\0" * 32_769 + b"CD001", [EXECUTABLE]),
        # HTML and SVG
        ("text/html", "a.html", b"<html>", [ACTIVE]),
        ("text/html", None, b"", [ACTIVE]),
        (ANYTHING, "a.svg", b"", [ACTIVE]),
        (ANYTHING, None, b"<svg>", [ACTIVE]),
        ("image/svg+xml", "a.svg", b"<?xml version='1.0'?><svg>", [ACTIVE]),
        ("text/html", "a.html", SMUGGLED, [ACTIVE, SMUGGLING]),
        ("text/html", "a.html", SMUGGLED.decode().encode("utf-16"), [ACTIVE, SMUGGLING]),
        ("text/html", "a.html", b"<a href='data:application/zip;base64,UEsD' onclick=x>", [ACTIVE, SMUGGLING]),
        ("text/html", "a.html", b"<p>new Blob( without a script", [ACTIVE]),
        ("text/html", "a.html", b"<script>eval(document.write('x'))</script>", [ACTIVE]),
        # One thing as another
        ("image/png", "a.png", PROGRAM, [EXECUTABLE, EXTENSION, MISMATCH]),
        ("image/png", "a.png", b"<svg>", [ACTIVE, EXTENSION, MISMATCH]),
        ("image/png", "a.png", b"<script>", [ACTIVE, EXTENSION, MISMATCH]),
        ("image/gif", None, b"#!/bin/sh\n", [EXECUTABLE, MISMATCH]),
        ("text/plain", None, b"<!doctype html>", [ACTIVE, MISMATCH]),
        ("text/plain", "a.txt", PROGRAM, [EXECUTABLE, EXTENSION, MISMATCH]),
        ("application/pdf", "a.pdf", archive("a"), [EXTENSION, MISMATCH]),
        ("application/zip", "a.zip", b"Rar!\x1a\x07\x01\0", [EXTENSION, MISMATCH]),
        ("image/png", None, b"%PDF-1.7", [MISMATCH]),
        (ANYTHING, "a.pdf", PNG, [EXTENSION]),
        ("image/png", "a.exe", b"", [EXECUTABLE, EXTENSION]),
        ("image/png", "a.pdf", b"", [EXTENSION]),
        ("text/plain", "a.sh", b"echo", [EXECUTABLE]),
        ("image/png", "a.exe", PNG, [EXECUTABLE]),
        # Archives and documents
        ("application/zip", "a.zip", archive("a.txt", "b/setup.exe"), [IN_ARCHIVE]),
        ("application/zip", "a.zip", archive("invoice.pdf.JS"), [IN_ARCHIVE]),
        ("application/zip", "a.zip", archive("exe", "exe/readme", ".exe/a"), []),
        ("application/zip", "a.zip", archive("a.txt", encrypted=True), [ENCRYPTED]),
        (DOCX, "a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), [ENCRYPTED]),
        ("application/pdf", "a.pdf", b"%PDF-1.7\n<</Encrypt 5 0 R>>", [ENCRYPTED]),
        ("application/x-7z-compressed", "a.7z", b"7z\xbc\xaf\x27\x1c" + b"\0" * 26 + b"\x06\xf1\x07\x01", [ENCRYPTED]),
        ("application/x-7z-compressed", "a.7z", b"7z\xbc\xaf\x27\x1c" + b"\0" * 30, []),
        ("application/vnd.rar", "a.rar", b"Rar!\x1a\x07\0\0\0\x73\x80\0\x0d\0", [ENCRYPTED]),
        ("text/plain", None, b"/Encrypt 5 0 R", []),
        (DOCX, "a.docx", archive("word/vbaProject.bin"), [MACRO]),
        (DOCX, "a.docx", archive("WORD/VBAPROJECT.BIN"), [MACRO]),
        (ANYTHING, "a.xls", archive("xl/macrosheets/sheet1.xml"), [MACRO]),
        (ANYTHING, "a.odt", archive("mimetype", "Basic/Standard/script-lb.xml"), [MACRO]),
        (DOCX, "a.docx", archive("word/vbaProject.bin.txt"), []),
        ("application/msword", "a.doc", OLE + "_VBA_PROJECT".encode("utf-16-le"), [MACRO]),
        (ANYTHING, "a.docm", b"", [MACRO]),
        ("application/vnd.ms-excel.sheet.macroenabled.12", None, b"", [MACRO]),
    ],
)  # fmt: skip
def test_each_file_has_the_risks_that_it_has(declared, filename, data, expected):
    assert codes(declared, filename, data) == expected


@pytest.mark.parametrize(
    "extension",
    "exe scr com pif bat cmd ps1 vbs js jse wsf hta lnk iso img vhd msi jar reg chm cpl url".split(),
)
def test_what_runs_when_it_is_opened_is_known_by_its_extension(extension):
    assert extension in EXECUTABLE_EXTENSIONS
    assert EXECUTABLE in codes(ANYTHING, f"a.{extension}", b"")


# Bounds --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("beyond", "seen"), [(-1, True), (0, True), (1, False)])
def test_so_much_of_the_beginning_is_looked_at(beyond, seen):
    word = b"/Encrypt 5"
    data = b"%PDF-1.7\n".ljust(BEGINNING_BYTES - len(word) + beyond) + word
    # What follows is so long that the word is not in the end either.
    assert (ENCRYPTED in codes("application/pdf", None, data.ljust(BEGINNING_BYTES + END_BYTES + 9))) is seen


@pytest.mark.parametrize(("beyond", "seen"), [(-1, True), (0, True), (1, False)])
@pytest.mark.parametrize("apart", [True, False])
def test_so_much_of_the_end_is_looked_at(beyond, seen, apart):
    word = b"/Encrypt 5"
    end = word + b" " * (END_BYTES - len(word) + beyond)
    beginning = b"%PDF-1.7\n".ljust(BEGINNING_BYTES)
    if apart:
        found = codes("application/pdf", None, beginning, end=b" " * 1_000 + end, size=10_000_000)
    else:
        found = codes("application/pdf", None, beginning + b" " * 1_000 + end)
    assert (ENCRYPTED in found) is seen


@pytest.mark.parametrize(("beyond", "seen"), [(-1, True), (0, True), (1, False)])
def test_the_list_of_names_is_found_behind_the_longest_comment(beyond, seen):
    # The name of the last file has to be in the end, comment and all.
    listed = b"PK\x01\x02" + bytes(24) + b"\x13\0" + bytes(16) + b"word/vbaProject.bin"
    end = listed + b"x" * (END_BYTES - len(listed) + beyond)
    assert (MACRO in codes(DOCX, None, b"PK\x03\x04" + bytes(BEGINNING_BYTES - 4), end=end, size=9_999_999)) is seen


def test_a_signature_may_lie_across_the_seam_of_beginning_and_end():
    word = b"/Encrypt 5"
    data = b"%PDF-1.7\n".ljust(BEGINNING_BYTES - 4) + word
    first, last = data[:BEGINNING_BYTES], data[BEGINNING_BYTES:]
    assert ENCRYPTED in codes("application/pdf", None, first, end=last)
    assert ENCRYPTED not in codes("application/pdf", None, first, end=last, size=len(data) + 1)


# libmagic ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "data", "detected", "expected"),
    [
        ("image/png", b"words", "text/plain", [MISMATCH]),
        ("image/png", b"?", "image/x-tga", []),
        ("image/png", b"?", "application/octet-stream", []),
        ("image/png", b"?", None, []),
        ("image/png", PNG, "text/plain", []),  # a signature of our own is the better witness
        ("image/png", b"", "text/plain", []),
        ("text/plain", b"?", "audio/x-mp4a-latm", []),  # text in an undeclared charset looks like anything
        (ANYTHING, b"?", "image/png", []),
    ],
)
def test_libmagic_is_asked_where_no_signature_is_known(declared, data, detected, expected):
    asked: list[bytes] = []

    def detect(beginning: bytes) -> str | None:
        asked.append(beginning)
        return detected

    assert codes(declared, None, data, detect=detect) == expected
    assert len(asked) == (declared == "image/png" and data not in (PNG, b""))


# Promises ------------------------------------------------------------------------------------------------------------

HEADS = [
    PROGRAM,
    PNG,
    OLE,
    b"%PDF-",
    b"PK\x03\x04",
    b"Rar!\x1a\x07\x01\0",
    b"7z\xbc\xaf\x27\x1c",
    b"<html>",
    b"\xff\xfe<\0",
]
NAMES = st.none() | st.text() | st.from_regex(r"\A[a-z.:/ ]{0,9}\.[a-z]{1,4}\Z")
TYPES = st.sampled_from(["image/png", "text/plain", "text/html", ANYTHING, DOCX]) | st.text()


@given(
    declared=TYPES,
    filename=NAMES,
    head=st.sampled_from([b"", *HEADS]),
    data=st.binary(),
    end=st.binary(),
    size=st.integers(-1, 10**20),
)
def test_no_file_raises_and_every_finding_is_a_harmless_risk(declared, filename, head, data, end, size):
    found = type_findings(declared, filename, head + data, size, end=end)
    assert found == sorted(set(found))
    assert len({code for code, _, _ in found}) == len(found)
    for code, position, detail in found:
        assert code.kind is Kind.RISK
        assert code.startswith("type-")
        assert position == 0
        assert all(" " <= character <= "~" for character in detail)
        assert len(detail) <= 300


def test_every_code_of_types_can_be_found():
    assert {str(code) for code in DefectCode if code.startswith("type-")} == {
        ACTIVE, EXECUTABLE, MACRO, ENCRYPTED, IN_ARCHIVE, MISMATCH, EXTENSION, SMUGGLING,
    }  # fmt: skip
