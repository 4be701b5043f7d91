"""Files in plain text, and where the joins of joined texts are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import mimeparse
from mimeparse import LimitExceeded, Limits, Role

if TYPE_CHECKING:
    from pathlib import Path

UUENCODED = b"begin 644 ../a.txt\r\n#86)C\r\n`\r\nend\r\n"
MESSAGE = b"Subject: x\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n" + UUENCODED + b"Bye\r\n" + UUENCODED

TWO_TEXTS = b"""\
Content-Type: multipart/mixed; boundary=b

--b

one
--b
Content-Type: image/png
Content-Disposition: inline

--b

two

--b--
"""


def test_a_uuencoded_file_in_a_text_is_carved_on_request_and_stays_in_the_text() -> None:
    message = mimeparse.parse(MESSAGE)
    first, second = message.carve()
    assert (first.path, first.filename, first.safe_filename, first.via) == ((), "../a.txt", "a.txt", "uuencode")
    assert (first.role, first.read(), first.size) == (Role.ATTACHMENT, b"abc", 3)
    assert message.root.read()[first.start : first.end] == UUENCODED
    assert second.safe_filename == "a (2).txt"
    assert message.carve() == (first, second)
    assert "begin 644" in (message.text or "")
    assert message.attachments == ()


def test_a_uuencoded_file_in_a_text_makes_a_message_ambiguous() -> None:
    message = mimeparse.parse(MESSAGE)
    assert message.ambiguous
    [defect] = [defect for defect in message.defects if defect.code == "uuencode-inline"]
    assert MESSAGE[defect.offset :].startswith(b"begin 644")


def test_the_defects_of_a_carved_file_say_where_it_stands() -> None:
    first, _ = mimeparse.parse(MESSAGE).carve()
    assert {defect.code for defect in first.defects} == {"filename-path"}
    assert all(MESSAGE[defect.offset :].startswith(b"begin 644") for defect in first.defects)


def test_a_carved_file_is_saved_under_its_safe_name(tmp_path: Path) -> None:
    first, _ = mimeparse.parse(MESSAGE).carve()
    path = first.save(tmp_path)
    assert (path.name, path.read_bytes(), first.open().read()) == ("a.txt", b"abc", b"abc")


def test_nothing_is_carved_from_what_is_no_text() -> None:
    assert mimeparse.parse(MESSAGE.replace(b"text/plain", b"application/pdf")).carve() == ()


@pytest.mark.parametrize(("maximum", "refused"), [(len(MESSAGE) - 42, True), (len(MESSAGE), False)])
def test_a_text_that_is_too_large_is_not_carved(maximum: int, refused: bool) -> None:
    raw = MESSAGE.replace(b"text/plain", b"text/enriched")
    message = mimeparse.parse(raw, limits=Limits(max_text_bytes=maximum))
    if refused:
        with pytest.raises(LimitExceeded):
            message.carve()
    else:
        assert len(message.carve()) == 2


def test_a_joined_text_says_which_part_each_stretch_of_it_comes_from() -> None:
    message = mimeparse.parse(TWO_TEXTS)
    text = message.text
    assert text == "one\ntwo\n"
    assert [(text[span.start : span.end], span.path) for span in message.text_spans] == [("one", (0,)), ("two\n", (2,))]


def test_html_says_so_too_and_nothing_has_no_spans() -> None:
    message = mimeparse.parse(TWO_TEXTS.replace(b"--b\n\n", b"--b\nContent-Type: text/html\n\n"))
    html = message.html or ""
    assert [html[span.start : span.end] for span in message.html_spans] == ["one", "two\n"]
    assert message.text_spans == ()
