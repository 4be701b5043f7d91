"""Make file names of hostile pieces, and hold what comes out of them against every promise of `safe_filename`.

    python benchmarks/names.py [COUNT [SEED]]

Prints what breaks a promise, and ends with status 1 if anything does. The test of file names takes its names and promises from here.
"""

from __future__ import annotations

import ntpath
import os.path
import posixpath
import random
import sys
import unicodedata
from typing import TYPE_CHECKING

from mimeparse import safe_filename
from mimeparse.safety.filenames import MAXIMUM_BYTES, UniqueNames, filename_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT = 100_000
NAMES_OF_A_MESSAGE = 50

PIECES = [
    *'./\\:<>"|?*-_~ \t\r\n\0$%aAzZ019()',
    *"con CON nul aux prn com1 COM\u00b9 lpt\u00b2 lpt9 conin$ CONOUT$ clock$ com0".split(),
    *".txt .pdf .exe .EXE .tar.gz .lnk .ﬁ .\u212a .{00000000-0000-0000-0000-000000000000}".split(),
    *(" (2)", " (3)", "(2)", " (10)", "..", "../", "..\\", "C:", "::$DATA", "//server/share/", "\\\\?\\", "~root", "%2e%2e%2f", "-rf"),
    *("\u0301", "\u0323", "e\u0301", "é", "É", "ﬁ", "fi", "ß", "SS", "ẞ", "ı", "I", "İ", "i", "\u212a", "k", "ſ", "s", "Σ", "ς", "σ"),
    *("\uff0f", "\u2215", "\u2044", "\uff0e", "\u2024", "\u2025", "\uff1a", "\ufe55", "\u2100", "\ufdfa", "\u00a8", "\u037e", "\u1fef"),
    *("\u202e", "\u202d", "\u2066", "\u200b", "\u200d", "\u200e", "\ufeff", "\u00ad", "\u034f", "\u3164", "\u115f", "\ufe0f", "\u180e"),
    *("\u00a0", "\u2003", "\u2028", "\u2029", "\u3000", "\u2800", "\u0085", "\x1b[2J", "\x7f", "\ud800", "\udfff", "\ue000", "\uffff"),
    *("😀", "\U000e0041", "\U0010fffe", "\u1100\u1161\u11a8", "각", "\u0958", "\u0344", "\u1fb3", "\u0345", "\u0390"),
    *("a" * 190, "é" * 99, "\u0301" * 70, "." * 30, " " * 30, "x" * 4100),
]  # fmt: skip
"""What names are made of: what file systems, shells and Unicode do something with."""

_DEVICES = frozenset("con prn aux nul conin$ conout$".split()) | {
    f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"
}
_FORBIDDEN = frozenset('/\\:<>"|?*\0')


def broken_promises(safe: str) -> Iterator[str]:
    """Yield what is wrong with a name that is said to be safe, on POSIX or Windows."""
    encoded = safe.encode("utf-8", "surrogatepass")
    compatible = unicodedata.normalize("NFKC", safe)  # what a later program may make of it
    checks = {
        "empty": not safe,
        "longer than 200 bytes": len(encoded) > MAXIMUM_BYTES,
        "no UTF-8": any(0xD800 <= ord(character) <= 0xDFFF for character in safe),
        "a character of no picture": any(unicodedata.category(character)[0] == "C" for character in safe),
        "what Windows forbids": bool(_FORBIDDEN & (set(safe) | set(compatible))),
        "a path": posixpath.basename(safe) != safe or ntpath.basename(safe) != safe,
        "a drive or a stream": ntpath.splitdrive(safe)[0] != "" or ":" in safe,
        "outside of the directory": _escapes(safe) or _escapes(compatible),
        "blanks or dots at an edge": safe != safe.strip(" ."),
        "blanks or dots at an edge once it is normalised": compatible != compatible.rstrip(" ."),
        "a leading dash": safe.startswith("-"),
        "a device": _is_device(safe) or _is_device(compatible),
        "not normal": unicodedata.normalize("NFC", safe) != safe,
        "another name when made safe again": safe_filename(safe) != safe,
    }
    yield from (promise for promise, broken in checks.items() if broken)


def _escapes(name: str) -> bool:
    inside = posixpath.normpath(posixpath.join("/folder", name))
    on_windows = ntpath.normpath(ntpath.join("C:\\folder", name))
    return (
        os.path.dirname(inside) != "/folder" or ntpath.dirname(on_windows) != "C:\\folder"  # noqa: PTH120
    )


def _is_device(name: str) -> bool:
    """Windows: blanks behind the name, and all from its first dot on, do not count."""
    return name.partition(".")[0].rstrip(" ").lower() in _DEVICES


def meeting_keys(name: str) -> set[str]:
    """Return what a name is compared by on file systems without case, with and without normal forms."""
    folded = name.casefold()
    return {
        unicodedata.normalize("NFC", folded),
        unicodedata.normalize("NFD", folded).casefold(),
        unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()),
        # NTFS and exFAT: each character of its own in upper case
        "".join(character.upper() if len(character.upper()) == 1 else character for character in name),
        "".join(character.lower() if len(character.lower()) == 1 else character for character in name),
    }


def broken_promises_of_a_message(declared: list[str | None]) -> Iterator[str]:
    """Yield what is wrong with the names of the parts of one message, given those that its sender declared."""
    names = UniqueNames()
    taken: dict[str, str] = {}
    for one in declared:
        claimed = names.claim(safe_filename(one, content_type="application/pdf"))
        yield from (f"{one!a} is {claimed!a}: {promise}" for promise in broken_promises(claimed))
        for key in meeting_keys(claimed):
            if key in taken and taken[key] is not claimed:
                yield f"{one!a} is {claimed!a}: meets {taken[key]!a}"
            taken[key] = claimed
        filename_findings(one or "")


def made_name(chance: random.Random) -> str:
    """Return a name of some hostile pieces."""
    return "".join(chance.choices(PIECES, k=chance.choice((1, 2, 3, 5, 9))))


def main() -> None:
    """Try names by the message, some of them twice."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 4711)
    broken = 0
    for _ in range(0, count, NAMES_OF_A_MESSAGE):
        declared: list[str | None] = [made_name(chance) for _ in range(NAMES_OF_A_MESSAGE)]
        declared[1] = str(declared[0]).swapcase()
        declared[2] = declared[0]
        declared[3] = None
        for failure in broken_promises_of_a_message(declared):
            broken += 1
            if broken <= 50:
                print(failure[:400])
    print(f"{count:,} names, {broken} broken promises")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
