"""What a target is given: some bytes, and how they are cut.

An input begins with four bytes of orders, so that the fuzzer decides about them as about everything else; the rest is content.

- The first says how the content is to be read. If it is odd ("M"), each byte of the content stands for a word of the target's
  alphabet, since random bytes seldom make a delimiter; if it is even ("R"), the content is raw. What is left of the byte is for the
  target to choose by.
- The other three are the sizes of chunks, in turn: "A" is one byte, "Z" is 26, "@" is all that is left.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ORDERS = 4
"""Bytes in front of the content."""
MAXIMUM_BYTES = 20_000
"""Of content: enough for what is written here in Python to be met many times over, and not so much that a run takes long."""

DICTIONARY = Path(__file__).parents[1] / "mail.dict"
_ENTRY = re.compile(rb'^([a-z]+)_[a-z0-9_]+="((?:[^"\\]|\\.)*)"$', re.MULTILINE)
_ESCAPE = re.compile(rb'\\(?:x([0-9A-Fa-f]{2})|([\\"]))')


@cache
def words(*groups: str) -> tuple[bytes, ...]:
    """Return the words of groups of the dictionary, which is in the format of libFuzzer; of all groups if none is named."""
    found = [
        _ESCAPE.sub(lambda escape: bytes.fromhex(escape[1].decode()) if escape[1] else escape[2], entry[2])
        for entry in _ENTRY.finditer(DICTIONARY.read_bytes())
        if not groups or entry[1].decode() in groups
    ]
    assert found, groups
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Given:
    """An input, understood."""

    content: bytes
    sizes: tuple[int, ...]
    """Of chunks, in turn; 0 is all that is left."""
    choice: int
    """From 0 to 127, for the target to choose by."""

    def chunks(self) -> Iterator[bytes]:
        """Yield the content, cut; never an empty chunk."""
        position = 0
        sizes = cycle(self.sizes)
        while position < len(self.content):
            size = next(sizes) or len(self.content)
            yield self.content[position : position + size]
            position += size

    def raw(self) -> bytes:
        """Return the input that gives the same without an alphabet; for people, and for the corpus."""
        return bytes([self.choice << 1, *(0x40 | size for size in self.sizes)]) + self.content


def understood(data: bytes, alphabet: tuple[bytes, ...]) -> Given:
    """Return what an input says; any bytes say something."""
    order, *sizes = data[:ORDERS].ljust(ORDERS, b"@")
    content = data[ORDERS : ORDERS + MAXIMUM_BYTES]
    if order & 1:
        content = b"".join([alphabet[letter % len(alphabet)] for letter in content])[:MAXIMUM_BYTES]
    return Given(content, tuple(size & 0x3F for size in sizes), order >> 1)


def check_storable(text: str | None) -> None:
    """Check that a text can be stored anywhere: no lone surrogates, no NUL."""
    if text is not None:
        text.encode("utf-8")
        assert "\0" not in text, "NUL in a text"
