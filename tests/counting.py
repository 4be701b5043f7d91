"""Work counted in function calls, so that no test of linear time has to look at a clock; and memory, counted in bytes."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def calls_of(function: Callable[[str], object], value: str) -> int:
    """Count the calls, of Python and of C, that `function` makes for one value: all that is not one scan in C."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    previous: Any = sys.getprofile()
    collects = gc.isenabled()
    gc.disable()  # a collection may fall into it, and what it calls is none of the work
    sys.setprofile(note)
    try:
        function(value)
    finally:
        sys.setprofile(previous)
        if collects:
            gc.enable()
    return count


def peak_of(function: Callable[[], object]) -> int:
    """Return how many bytes a call holds at most, its result among them. It is made once before: imports are not counted."""
    function()
    gc.collect()
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
