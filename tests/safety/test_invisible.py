"""Characters that programs read and people do not see are found, and spelling is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimeparse import HiddenReason, hidden_text, invisible_characters

ENGLAND = "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in "gbeng") + "\U000e007f"


def tagged(text: str) -> str:
    return "".join(chr(0xE0000 + ord(character)) for character in text)


def selected(data: bytes) -> str:
    return "".join(chr(0xFE00 + byte if byte < 16 else 0xE0100 + byte - 16) for byte in data)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("pass\u200bword", [(4, 5, "zero-width", "\u200b")]),
        ("pass\u00adword", [(4, 5, "zero-width", "\u00ad")]),
        ("a\u200b\u2060\ufeffb\u200cc", [(1, 4, "zero-width", "\u200b\u2060\ufeff"), (5, 6, "zero-width", "\u200c")]),
        ("a\u3164b", [(1, 2, "zero-width", "\u3164")]),
        ("a\u202etxt.exe\u202c", [(1, 2, "bidi-control", "\u202e"), (9, 10, "bidi-control", "\u202c")]),
        ("\u2066x\u2069", [(0, 1, "bidi-control", "\u2066"), (2, 3, "bidi-control", "\u2069")]),
        ("Hi" + tagged("obey me"), [(2, 9, "tag-characters", "obey me")]),
        ("\U000e0001" + tagged("en") + "\U000e007f", [(0, 4, "tag-characters", "en")]),
        ("\U0001f600" + selected(b"obey me"), [(1, 8, "variation-selectors", "obey me")]),
        ("\U0001f600" + selected("é\0".encode()), [(1, 4, "variation-selectors", "é\ufffd")]),
        ("a\ufe01b", [(1, 2, "variation-selectors", "\x01")]),
        ("e\U000e0101", [(1, 2, "variation-selectors", "\x11")]),
        ("a\u200b" + tagged("b"), [(1, 2, "zero-width", "\u200b"), (2, 3, "tag-characters", "b")]),
        # What something is spelt with.
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", []),
        ("\u0915\u094d\u200d\u0937", []),
        ("\U0001f469\u200d\U0001f4bb \U0001f3f4\u200d\u2620\ufe0f \u2764\ufe0f\u200d\U0001f525", []),
        ("\u2764\ufe0f 1\ufe0f\u20e3 \u00a9\ufe0e", []),
        ("\u845b\U000e0100 \u1820\u180b", []),
        (ENGLAND, []),
        (ENGLAND + "\u200d", [(7, 8, "zero-width", "\u200d")]),
        ("\U0001f3f4" + tagged("obey") + "\U000e007f", [(1, 6, "tag-characters", "obey")]),
        ("\u0645\u200c\u200c\u200d", [(1, 4, "zero-width", "\u200c\u200c\u200d")]),
        ("\u201c\u200d\u201d", [(1, 2, "zero-width", "\u200d")]),
        ("plain text, caf\u00e9, \u65e5\u672c\n\t", []),
        ("", []),
    ],
)  # fmt: skip
def test_invisible_characters_are_found_in_runs(text, spans):
    assert [(span.start, span.end, str(span.reason), span.text) for span in invisible_characters(text)] == spans
    assert [(span.start, span.end, str(span.reason), span.text) for span in hidden_text(text)] == spans


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ("<p>a&#8203;b</p>", ["&#8203;"]),
        ("a&#x200B;&#x200b&ZeroWidthSpace;\u200bb", ["&#x200B;&#x200b&ZeroWidthSpace;\u200b"]),
        ("&amp;&#0000000000008203;&amp;&shy;&lt;", ["&#0000000000008203;", "&shy;"]),
        ("a&zwnj;b&nbsp;&zwj;c\u200b", ["&zwnj;", "&zwj;", "\u200b"]),
        ("a&#x202E;b&#x202C;", ["&#x202E;", "&#x202C;"]),
        ("&#xE006F;&#xE0062;&#917605;y", ["&#xE006F;&#xE0062;&#917605;"]),
        ("&bne;\u200b&bne;", ["\u200b"]),
        ("&notit;\u200b", ["\u200b"]),
        ("&#1114112;&x;&;&#;\u200b", ["\u200b"]),
    ],
)
def test_references_to_invisible_characters_are_found_where_they_stand(html, written):
    assert [html[span.start : span.end] for span in hidden_text(html)] == written


@given(st.text(alphabet=st.characters() | st.sampled_from("a\u200b\u200d\u202e\ufe0f\U000e0041\U000e0101\ud800\0")))
def test_any_text_gives_spans_in_order_that_can_be_stored(text):
    end = 0
    for span in invisible_characters(text):
        assert end <= span.start < span.end <= len(text)
        end = span.end
        span.text.encode("utf-8")
        assert "\0" not in span.text


def test_every_reason_is_a_word_of_its_own():
    words = [str(reason) for reason in HiddenReason]
    assert len(set(words)) == len(words)
