"""Count how many short texts in known encodings come out right without a declared charset.

python benchmarks/charsets.py
"""

from __future__ import annotations

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
    "UTF-8, else latin-1": with_utf_8_or_latin_1,
}


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
