"""Count how many short texts in known encodings come out right without a declared charset.

python benchmarks/charsets.py

Beside mimeparse stand the detectors of the dependency group "benchmark"; one that is not installed is skipped, with a word.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))

import chardet
from charset_texts import TEXTS

from mimeparse.coding.charsets import decode_text

if TYPE_CHECKING:
    from collections.abc import Callable


def with_mimeparse(data: bytes) -> str:
    """Decode as mimeparse does."""
    return decode_text(data).text


def with_chardet(data: bytes) -> str:
    """Decode as chardet says when it is asked nothing but that."""
    encoding = chardet.detect(data)["encoding"] or "latin-1"
    try:
        return data.decode(encoding, "replace")
    except LookupError:
        return data.decode("latin-1")


def with_charset_normalizer(data: bytes) -> str:
    """Decode as charset-normalizer says; where it finds no encoding that fits, as latin-1."""
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return str(best) if best is not None else data.decode("latin-1")


def with_chardetng(data: bytes) -> str:
    """Decode as the detector of Firefox says. Left to itself it never says UTF-8, for reasons of the Web, so that it is told to."""
    from chardetng_py import detect

    try:
        return data.decode(detect(data, allow_utf8=True), "replace")
    except LookupError:
        return data.decode("latin-1")


def with_utf_8_or_latin_1(data: bytes) -> str:
    """Decode as most programs do."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


_PYTHON_NAMES = {"windows-874": "cp874"}

READERS: dict[str, Callable[[bytes], str]] = {
    "mimeparse": with_mimeparse,
    "chardet alone": with_chardet,
    "charset-normalizer": with_charset_normalizer,
    "chardetng": with_chardetng,
    "UTF-8, else latin-1": with_utf_8_or_latin_1,
}
# What a reader needs beyond what mimeparse itself depends on.
_NEEDS = {"charset-normalizer": "charset_normalizer", "chardetng": "chardetng_py"}


def main() -> None:
    """Print the score of each reader, and where mimeparse is wrong."""
    cases = [
        (encoding, text, text.encode(_PYTHON_NAMES.get(encoding, encoding)))
        for _, encodings, texts in TEXTS
        for encoding in encodings
        for text in texts
        if _encodes(text, encoding)
    ]
    print(f"{len(cases)} texts")
    wrong: Counter[str] = Counter()
    for name, read in READERS.items():
        if name in _NEEDS and importlib.util.find_spec(_NEEDS[name]) is None:
            print(f"  {name:22} skipped: not installed")
            continue
        read(cases[0][2])  # the tables are loaded before the clock starts
        started = time.perf_counter()
        right = sum(read(data) == text for _, text, data in cases)
        each = 1e6 * (time.perf_counter() - started) / len(cases)
        print(f"  {name:22} {right:5} right, {100 * right / len(cases):5.1f} %, {each:8.1f} us each")
    for encoding, text, data in cases:
        if with_mimeparse(data) != text:
            wrong[encoding] += 1
            if "-v" in sys.argv:
                decoded = decode_text(data)
                print(f"    {encoding:14} {decoded.used:14} {decoded.how:10} {text}")
    print("  wrong, by encoding: " + ", ".join(f"{encoding} {count}" for encoding, count in wrong.most_common()))


def _encodes(text: str, encoding: str) -> bool:
    try:
        text.encode(_PYTHON_NAMES.get(encoding, encoding))
    except UnicodeEncodeError:
        return False
    return True


if __name__ == "__main__":
    main()
