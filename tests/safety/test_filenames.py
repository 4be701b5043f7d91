"""A file name from a stranger becomes one harmless path component."""

from __future__ import annotations

import unicodedata

import pytest
from counting import calls_of
from hypothesis import given, settings
from hypothesis import strategies as st
from names import PIECES, broken_promises, broken_promises_of_a_message

from mimeparse.safety import filenames
from mimeparse.safety.filenames import (
    _EXAMINED_CHARACTERS,
    MAXIMUM_BYTES,
    UniqueNames,
    filename_findings,
    safe_filename,
)

NAMES = [
    # as declared, what it may be called, what is wrong with it
    ("report.pdf", "report.pdf", []),
    ("Rechnung März.pdf", "Rechnung März.pdf", []),
    ("日本語.txt", "日本語.txt", []),
    ("re\u0301sume\u0301.pdf", "résumé.pdf", []),
    ("archive.tar.gz", "archive.tar.gz", []),
    ("../../etc/passwd", "passwd", ["filename-path"]),
    ("..\\..\\boot.ini", "boot.ini", ["filename-path"]),
    ("/etc/", "etc", ["filename-path"]),
    ("C:\\Windows\\a.dll", "a.dll", ["filename-path"]),
    ("..", "attachment", ["filename-empty", "filename-path"]),
    ("", "attachment", ["filename-empty"]),
    (" . ", "attachment", ["filename-empty"]),
    ("a.txt:evil.exe", "a.txt_evil.exe", ["filename-ads"]),
    ("a\0b.txt", "ab.txt", ["filename-nul"]),
    ("a\r\nb.txt", "a b.txt", ["filename-control"]),
    ("a\x1b[2Jb.txt", "a[2Jb.txt", ["filename-control"]),
    ("invoice\u202efdp.exe", "invoicefdp.exe", ["filename-bidi"]),
    ("in\u200bvoice.pdf", "invoice.pdf", ["filename-invisible"]),
    ("in\u3164voice.pdf", "invoice.pdf", ["filename-invisible"]),
    ("-rf", "rf", ["filename-leading-dash"]),
    (".bashrc", "bashrc", ["filename-leading-dot"]),
    (".X", "X", ["filename-leading-dot"]),
    ("...", "attachment", ["filename-empty"]),
    ("a.txt.", "a.txt", ["filename-trailing"]),
    ("a.txt ", "a.txt", ["filename-trailing"]),
    ("X.", "X", ["filename-trailing"]),
    ("invoice.pdf" + " " * 10 + ".exe", "invoice.pdf .exe", ["filename-double-extension", "filename-padding"]),
    ("invoice.pdf.exe", "invoice.pdf.exe", ["filename-double-extension"]),
    ("invoice.of.may.pdf.exe", "invoice.of.may.pdf.exe", ["filename-double-extension"]),
    ("XX.txtX", "XX.txtX", []),
    ("a.zip.xnk", "a.zip.xnk", ["filename-double-extension"]),
    ("a.avi.action", "a.avi.action", ["filename-double-extension"]),
    ("con", "_con", ["filename-reserved"]),
    ("NUL.txt", "_NUL.txt", ["filename-reserved"]),
    ("com¹.log", "_com¹.log", ["filename-reserved"]),
    ("console.log", "console.log", []),
    ("com10.log", "com10.log", []),
    ('<a>"b|c?*.txt', "_a__b_c__.txt", []),
    ("a\uff0fb\u2215c.txt", "a_b_c.txt", []),
    ("a\ud800b.txt", "ab.txt", []),
    ("\u2025", "_", []),
    ("a\u2100b.txt", "a_b.txt", []),
    ("a\ufe68b\uff02c\uff5cd.txt", "a_b_c_d.txt", []),
    ("a\u226eb\u226f.txt", "a_b_.txt", []),  # two that Unicode takes apart into < and > with a stroke
    ("\uff23\uff2f\uff2e.txt", "_\uff23\uff2f\uff2e.txt", []),
    ("\uff38\u2462\ufb01.txt", "\uff38\u2462\ufb01.txt", []),  # other forms of characters that are harmless
]


@pytest.mark.parametrize(("declared", "safe", "found"), NAMES)
def test_a_name_is_made_safe_and_what_was_wrong_is_said(declared, safe, found):
    assert safe_filename(declared) == safe
    findings = filename_findings(declared)
    assert sorted(str(finding.code) for finding in findings) == found
    assert {finding.position for finding in findings} <= {0}


def test_a_part_without_a_name_is_called_by_its_type():
    assert safe_filename(None) == "attachment"
    assert safe_filename(None, content_type="application/pdf") == "attachment.pdf"
    assert safe_filename("..", content_type="message/rfc822", fallback="message") == "message.eml"
    assert safe_filename(None, content_type="x/y") == "attachment"
    assert safe_filename(None, fallback="../") == "attachment"


@pytest.mark.parametrize(
    ("content_types", "extension"),
    [
        ("text/plain text/rfc822-headers message/delivery-status", ".txt"),
        ("text/html", ".html"),
        ("text/csv", ".csv"),
        ("text/calendar", ".ics"),
        ("text/vcard text/x-vcard", ".vcf"),
        ("message/rfc822 message/global message/news", ".eml"),
        ("image/bmp", ".bmp"),
        ("image/gif", ".gif"),
        ("image/jpeg image/jpg", ".jpg"),
        ("image/png", ".png"),
        ("image/svg+xml", ".svg"),
        ("image/tiff", ".tif"),
        ("image/webp", ".webp"),
        ("audio/mpeg", ".mp3"),
        ("audio/wav", ".wav"),
        ("video/mp4", ".mp4"),
        ("application/gzip", ".gz"),
        ("application/zip", ".zip"),
        ("application/json", ".json"),
        ("application/xml", ".xml"),
        ("application/pdf", ".pdf"),
        ("application/rtf", ".rtf"),
        ("application/msword", ".doc"),
        ("application/vnd.ms-excel", ".xls"),
        ("application/vnd.ms-powerpoint", ".ppt"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
        ("application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx"),
        ("application/ms-tnef", ".dat"),
        ("application/pgp-signature", ".asc"),
        ("application/pkcs7-mime application/x-pkcs7-mime", ".p7m"),
        ("application/pkcs7-signature application/x-pkcs7-signature", ".p7s"),
    ],
)
def test_the_extension_of_a_made_up_name_is_that_of_files_of_the_type(content_types, extension):
    for content_type in content_types.split():
        assert safe_filename(None, content_type=content_type) == "attachment" + extension


@pytest.mark.parametrize("length", [MAXIMUM_BYTES - 1, MAXIMUM_BYTES, MAXIMUM_BYTES + 1])
def test_a_name_is_cut_at_its_maximum_and_keeps_its_extension(length):
    declared = "a" * (length - 4) + ".pdf"
    safe = safe_filename(declared)
    assert len(safe.encode()) == min(length, MAXIMUM_BYTES)
    assert safe.endswith("a.pdf")
    too_long = "filename-too-long" in [str(finding.code) for finding in filename_findings(declared)]
    assert too_long == (length > MAXIMUM_BYTES)


def test_the_maximum_counts_bytes_and_not_characters():
    assert filename_findings("é" * (MAXIMUM_BYTES // 2)) == []
    (finding,) = filename_findings("é" * (MAXIMUM_BYTES // 2) + "a")
    assert str(finding.code) == "filename-too-long"


def test_characters_are_not_cut_in_two():
    safe = safe_filename("é" * 300 + ".pdf")
    assert MAXIMUM_BYTES - 1 <= len(safe.encode()) <= MAXIMUM_BYTES
    assert safe.endswith("é.pdf")


def test_a_long_extension_is_part_of_the_name():
    assert len(safe_filename("a." + "x" * 300).encode()) == MAXIMUM_BYTES


@pytest.mark.parametrize("length", [_EXAMINED_CHARACTERS - 1, _EXAMINED_CHARACTERS, _EXAMINED_CHARACTERS + 1])
def test_only_the_end_of_an_endless_name_is_looked_at(length):
    assert safe_filename("a" + "/" * (length - 3) + "b.c").endswith("b.c")


def test_of_an_endless_name_the_beginning_of_its_end_is_kept():
    end = "a" * (_EXAMINED_CHARACTERS - 4) + ".pdf"
    assert safe_filename(end) == safe_filename("b" + end) == "a" * (MAXIMUM_BYTES - 4) + ".pdf"
    assert safe_filename("b" + end[1:]).startswith("ba")


def test_an_executable_cannot_hide_behind_any_number_of_blanks():
    found = [str(finding.code) for finding in filename_findings("invoice.pdf" + " " * _EXAMINED_CHARACTERS + ".exe")]
    assert "filename-double-extension" in found


@given(
    st.text(max_size=300) | st.text("./\\:-_ acon1\u202e\u200b\ud800éÉ\u0301", max_size=30),
    st.none() | st.text(max_size=10),
)
def test_any_name_becomes_one_harmless_component(declared, fallback):
    safe = safe_filename(declared, fallback=fallback or "attachment")
    assert safe
    assert len(safe.encode("utf-8")) <= MAXIMUM_BYTES
    assert not set(safe) & set('/\\:<>"|?*\0')
    assert all(unicodedata.category(character)[0] != "C" for character in safe)
    assert safe == safe.strip(" .")
    assert not safe.startswith("-")
    assert safe == unicodedata.normalize("NFC", safe)
    compatible = unicodedata.normalize("NFKC", safe)  # what a later program may make of it
    assert not set(compatible) & set('/\\:<>"|?*\0')
    assert compatible.strip(". ")
    assert safe_filename(safe) == safe
    filename_findings(declared)


# Names that do not meet -------------------------------------------------------------------------------------------------


@given(
    st.lists(
        st.sampled_from(
            ["a", "Z", "0", "_", "-", ".", " ", "con", "PRN", "lpt1", "com\u00b9", "\u00e9", ":", "$", "\n"]
        ),
        max_size=60,
    ).map("".join)
)
@settings(max_examples=500)
def test_an_ordinary_name_is_what_the_careful_way_makes_of_it(declared):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filenames, "_ORDINARY_CHARACTERS", 0)
        careful = safe_filename(declared)
    assert safe_filename(declared) == careful


def test_names_that_differ_in_case_or_normal_form_alone_are_told_apart():
    names = UniqueNames()
    claimed = [
        names.claim(name)
        for name in ("a.txt", "A.TXT", "é.txt", "É.txt", "ﬁ.txt", "fi.txt", "straße", "STRASSE", "ı.c", "I.c")
    ]
    assert claimed == [
        *("a.txt", "A (2).TXT", "é.txt", "É (2).txt", "ﬁ.txt", "fi (2).txt", "straße", "STRASSE (2)", "ı.c", "I (2).c"),
    ]


def test_a_numbered_name_does_not_take_one_that_was_declared():
    names = UniqueNames()
    assert [names.claim(name) for name in ("a (2).txt", "a.txt", "a.txt")] == ["a (2).txt", "a.txt", "a (3).txt"]


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("archive.tar.gz", "archive.tar (2).gz"),
        ("Mr. Smith", "Mr. Smith (2)"),  # what holds a blank is no extension
        ("a.X", "a (2).X"),
        ("README", "README (2)"),
        ("a." + "x" * 19, "a (2)." + "x" * 19),
        ("a." + "x" * 20, "a (2)." + "x" * 20),
        ("a." + "x" * 21, "a." + "x" * 21 + " (2)"),
    ],
)
def test_a_number_stands_before_the_extension(name, second):
    names = UniqueNames()
    assert [names.claim(name), names.claim(name)] == [name, second]
    assert names.claim(name) == second.replace("(2)", "(3)")


def test_ten_thousand_parts_of_one_name_are_ten_thousand_names():
    names = UniqueNames()
    claimed = {names.claim("a" * 196 + ".txt") for _ in range(10_000)}
    assert len(claimed) == 10_000
    assert max(len(name.encode()) for name in claimed) <= MAXIMUM_BYTES


def two_of_each(count):
    """Names that differ at their ends alone, which a number takes the place of."""
    return 2 * [f"{'a' * 192}{number:04}.txt" for number in range(count)]


def test_long_names_that_differ_at_their_ends_alone_share_their_numbers():
    names = UniqueNames()
    numbered = [f"{'a' * 192} ({number}).txt" for number in (2, 3, 4)]
    assert [names.claim(name) for name in two_of_each(3)] == two_of_each(3)[:3] + numbered


def test_a_free_number_is_not_searched_for_by_each_of_them_anew():
    def claim_all(count):
        names = UniqueNames()
        for name in two_of_each(int(count)):
            names.claim(name)

    assert calls_of(claim_all, "400") < 2.2 * calls_of(claim_all, "200")


@given(st.lists(st.sampled_from(["a", "A", "a (2)", "a (3)", "á", "b.txt"]), max_size=30))
def test_claimed_names_never_meet(declared):
    names = UniqueNames()
    claimed = [names.claim(name) for name in declared]
    assert len({unicodedata.normalize("NFKC", name.casefold()) for name in claimed}) == len(declared)
    assert all(safe_filename(name) == name for name in claimed)


HOSTILE_NAMES = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=9).map("".join)


@given(st.lists(HOSTILE_NAMES | st.none(), max_size=20), st.data())
def test_the_names_of_a_message_keep_every_promise(declared, data):
    """On POSIX and on Windows: inside of the directory, no device, at most 200 bytes, and no two of them the same file."""
    if declared:
        again = data.draw(st.sampled_from(declared))
        declared += [again, again and again.swapcase(), again and unicodedata.normalize("NFD", again)]
    assert list(broken_promises_of_a_message(declared)) == []


@pytest.mark.parametrize(
    ("name", "promise"),
    [
        ("", "empty"),
        ("a" * (MAXIMUM_BYTES + 1), "longer than 200 bytes"),
        ("a\ud800", "no UTF-8"),
        ("a\u202e", "a character of no picture"),
        ("a\uff1ab", "what Windows forbids"),
        ("a/b", "a path"),
        ("C:a", "a drive or a stream"),
        ("..", "outside of the directory"),
        ("a.", "blanks or dots at an edge"),
        ("-a", "a leading dash"),
        ("Nul .txt", "a device"),
        ("e\u0301", "not normal"),
    ],
)
def test_a_broken_promise_would_be_seen(name, promise):
    assert promise in list(broken_promises(name))
