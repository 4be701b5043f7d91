"""Measure the longest step of the parser, which is by how much `max_cpu_seconds` can be overrun.

    python benchmarks/steps.py

The clock is looked at between steps: a step is a header block, or 64 KiB of a body. Every family of attacks on complexity is parsed at
three sizes, and the longest of all steps are printed, in milliseconds of processor time.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from complexity import FAMILIES

from mimeparse import LimitExceeded, Limits, Parser

SIZES = (120_000, 250_000, 1_000_000)
"""Just below what one structured field and one header block may have, and more than both."""
SHOWN = 12
ROUNDS = 3  # the best counts: what else the machine does is no part of a step


def longest_step(raw: bytes) -> float:
    """Return the longest step of parsing `raw`, in seconds."""
    ticks: list[float] = []

    def clock() -> float:
        ticks.append(time.process_time())
        return ticks[-1]

    parser = Parser(limits=Limits(max_cpu_seconds=None), clock=clock)
    parser.feed(raw)
    parser.close()
    try:
        for _ in parser.events():
            pass
    except LimitExceeded:
        clock()  # the parser does not look at it any more
    return max((end - start for start, end in zip(ticks[::2], ticks[1::2], strict=False)), default=0.0)


def main() -> None:
    """Print the longest steps."""
    found: list[tuple[float, str, int]] = []
    for family in FAMILIES:
        for size in SIZES:
            raw = family.make(size)
            found.append((longest_step(raw), family.name, size))
    longest = sorted(found, reverse=True)[:SHOWN]
    makers = {family.name: family.make for family in FAMILIES}
    again = [(min(longest_step(makers[name](size)) for _ in range(ROUNDS)), name, size) for _, name, size in longest]
    for seconds, name, size in sorted(again, reverse=True):
        print(f"{1e3 * seconds:8.1f} ms  {name}, {size:,} bytes")


if __name__ == "__main__":
    main()
