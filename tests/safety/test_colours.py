"""Colours are read as browsers read them."""

from __future__ import annotations

import pytest

from mimeparse.safety.colours import BLACK, TRANSPARENT, WHITE, Colour, read_colour


@pytest.mark.parametrize(
    ("written", "colour"),
    [
        ("#fff", WHITE),
        ("fff", WHITE),
        ("#0000", TRANSPARENT),
        ("#336699", Colour(51, 102, 153)),
        ("#33669900", Colour(51, 102, 153, 0)),
        ("rebeccapurple", Colour(102, 51, 153)),
        ("transparent", TRANSPARENT),
        ("rgb(51,102,153)", Colour(51, 102, 153)),
        ("rgb(51 102 153 / 50%)", Colour(51, 102, 153, 0.5)),
        ("rgba(51, 102, 153, .5)", Colour(51, 102, 153, 0.5)),
        ("rgb(0%, 100%, 0%)", Colour(0, 255, 0)),
        ("rgb(-5, 300, 0)", Colour(0, 255, 0)),
        ("hsl(0, 0%, 100%)", WHITE),
        ("hsl(120deg 100% 50%)", Colour(0, 255, 0)),
        ("hsla(480, 100%, 50%, 0)", Colour(0, 255, 0, 0)),
        ("", None),
        ("#ff", None),
        ("#ggg", None),
        ("rgb(1,2)", None),
        ("rgb(1,2,3,4,5)", None),
        ("rgb(a,b,c)", None),
        ("rgb(1,2,3", None),
        ("rgb(" + "1" * 1_000 + ",2,3)", None),
        ("chucknorris", None),
    ],
)
def test_a_colour_is_read_or_none(written, colour):
    assert read_colour(written) == colour


def test_half_black_on_white_is_grey():
    assert Colour(0, 0, 0, 0.5).over(WHITE) == Colour(127.5, 127.5, 127.5)


@pytest.mark.parametrize(("step", "is_lost"), [(7, True), (8, True), (9, False)])
def test_colours_that_nobody_tells_apart_are_alike(step, is_lost):
    assert Colour(255, 255 - step, 255).is_lost_on(WHITE) is is_lost
    assert Colour(step, 0, 0).is_lost_on(BLACK) is is_lost
