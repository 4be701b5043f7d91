"""What the command line reads: files, folders of files, and standard input."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mimeparse.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

STANDARD_INPUT = "-"


def expand(names: Iterable[str]) -> list[str]:
    """Return the names with each folder replaced by the files below it, in a stable order; links to folders are not followed."""
    found: list[str] = []
    for name in names:
        if name != STANDARD_INPUT and os.path.isdir(name):  # noqa: PTH112  (names stay as they were typed)
            for folder, folders, files in os.walk(name):
                folders.sort()
                found.extend(os.path.join(folder, file) for file in sorted(files))  # noqa: PTH118  (as above)
        else:
            found.append(name)
    return found


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """Open one input. Raises `UsageError` with the reason if it cannot be read."""
    if name == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        file = open(name, "rb")  # noqa: PTH123, SIM115  (closed below; names stay as they were typed)
    except OSError as error:
        raise UsageError(f"cannot read it: {error.strerror or error}") from error
    with file:
        yield file
