"""format=flowed, put together again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mimeparse
from mimeparse.coding.flowed import unwrap


@pytest.mark.parametrize(
    ("flowed", "delete_blanks", "paragraphs"),
    [
        ("one \ntwo\nthree", False, "one two\nthree"),
        ("one \ntwo\nthree", True, "onetwo\nthree"),
        ("one  \ntwo", True, "one two"),
        ("Xa \nXb", False, "Xa Xb"),
        ("> a \n> b\nc", False, "> a b\nc"),
        ("> a \n>> b", False, "> a \n>> b"),
        (">>a \n>> b", False, ">> a b"),
        (" From here", False, "From here"),
        (" > no quote", False, "> no quote"),
        ("text \n-- \nname", False, "text \n-- \nname"),
        ("fixed\nlines\n", False, "fixed\nlines\n"),
        ("", False, ""),
        ("end ", False, "end "),
    ],
)
def test_flowed_lines_are_joined(flowed, delete_blanks, paragraphs):
    assert unwrap(flowed, delete_blanks=delete_blanks) == paragraphs


@given(st.text(" >-a\n", max_size=60), st.booleans())
def test_no_word_is_lost(text, delete_blanks):
    assert unwrap(text, delete_blanks=delete_blanks).count("a") == text.count("a")


def test_a_part_is_unwrapped_when_asked_and_its_text_stays():
    raw = b"Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\nlong \r\n line\r\n"
    node = mimeparse.parse(raw).root
    assert node.text() == "long \n line\n"
    assert node.unwrapped_text() == "longline\n"
    plain = mimeparse.parse(raw.replace(b"; format=flowed", b"")).root
    assert plain.unwrapped_text() == "long \n line\n"


@pytest.mark.parametrize("content_type", [b"text/html; format=flowed", b"text/plain; format=fixed", b"text/plain"])
def test_only_plain_text_that_says_so_is_unwrapped(content_type):
    node = mimeparse.parse(b"Content-Type: " + content_type + b"\r\n\r\none \r\ntwo\r\n").root
    assert node.unwrapped_text() == node.text() == "one \ntwo\n"


def test_the_values_of_the_parameters_are_compared_without_case():
    raw = b"Content-Type: TEXT/PLAIN; FORMAT=Flowed; DelSp=YES\r\n\r\none \r\ntwo\r\n"
    assert mimeparse.parse(raw).root.unwrapped_text() == "onetwo\n"
