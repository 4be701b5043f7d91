"""What is made to cost a parser more than its size: the work is counted, and grows no faster than the input."""

from __future__ import annotations

import pytest
from complexity import FAMILIES
from counting import calls_of
from families import read_html, read_html_as_text, read_message

SIZES = (2_000, 4_000, 8_000)
ALLOWED, CONSTANT = 1.1, 500  # the latter for what happens now and then

ALL = {family.name: family for family in FAMILIES}


def read_whole(raw: bytes, *, html: bool) -> None:
    read_message(raw)
    if html:
        read_html_as_text(raw)
        read_html(raw, "nh3")


@pytest.mark.parametrize("name", ALL)
def test_the_work_grows_no_faster_than_the_input(name):
    family = ALL[name]
    times = 4 if name.startswith("nesting") else 1  # its units are towers of a hundred levels
    messages = [family.make(times * size) for size in SIZES]

    def read(index: str) -> None:
        read_whole(messages[int(index)], html=family.html)

    read("0")  # imports, and the first use of regular expressions
    few, some, many = map(calls_of, [read] * 3, "012")
    shorter, longer = len(messages[1]) - len(messages[0]), len(messages[2]) - len(messages[1])
    # What each message costs, whatever its size, is in all three of them.
    assert many - some <= ALLOWED * (some - few) * longer / max(shorter, 1) + CONSTANT
