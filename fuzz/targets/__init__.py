"""What is promised, one file for each promise; the first sentence of the file is the promise."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from targets.inputs import words

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("events", "fields", "decoders", "names", "html", "message", "outline", "differential", "readings", "linear")


@dataclass(frozen=True, slots=True)
class Target:
    """One promise, and what is needed to try to break it."""

    name: str
    promise: str
    check: Callable[[bytes], None]
    """Raises for an input that breaks the promise."""
    vocabulary: tuple[bytes, ...]
    """Words of the dictionary that are of use here."""
    folders: tuple[str, ...]
    """Of the corpus: its own, and those of targets whose inputs mean the same."""


def load(name: str) -> Target:
    """Return the target called `name`."""
    module = importlib.import_module(f"targets.{name}")
    promise = (module.__doc__ or "").partition("\n")[0]
    return Target(name, promise, module.check, words(*module.GROUPS), module.FOLDERS)
