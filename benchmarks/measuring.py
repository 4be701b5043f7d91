"""How every case measures, and what it hands back: rows for the table and points for the plots."""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).parents[1]
ROUNDS = 5  # of which the median counts
OURS = "mimeparse"


class Row(NamedTuple):
    """One line of the table."""

    work: str
    reader: str
    figure: str
    times: float | None = None
    """How many times what mimeparse takes: above 1, mimeparse is ahead."""
    note: str = ""


class Points(NamedTuple):
    """One line of a plot."""

    plot: str
    reader: str
    points: tuple[tuple[float | str, float], ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line asked for."""

    folder: Path | None = None
    messages: int = 2_000
    """How many messages of the folder are read at most, taken evenly."""
    quick: bool = False
    """Tiny sizes and one round: to see that everything runs, never for figures."""

    @property
    def rounds(self) -> int:
        """How often each call is measured."""
        return 1 if self.quick else ROUNDS

    def goal(self, words: str, *, met: bool) -> str:
        """Return how a figure compares with what it is meant to be; tiny sizes are judged by nobody."""
        return "" if self.quick else f"{words}: {'met' if met else '**not met**'}"

    def size(self, full: int, tiny: int) -> int:
        """Return `full`, or `tiny` where nothing but running matters."""
        return tiny if self.quick else full


@dataclass(slots=True)
class Result:
    """What a case found."""

    rows: list[Row] = field(default_factory=list)
    points: list[Points] = field(default_factory=list)


def in_turns(
    calls: Mapping[str, Callable[[], object]], rounds: int, clock: Callable[[], float] = time.process_time
) -> dict[str, float]:
    """Return the median seconds of each call; in each round every call has its turn, so that a slow minute hits them all.

    Processor time of this process, unless another clock is passed: what else the machine does is then not counted.
    """
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            gc.collect()
            started = clock()
            call()
            seconds[name].append(clock() - started)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def run_python(code: str, *arguments: str) -> str:
    """Run a program in a fresh interpreter that imports this tree, and return what it printed."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True, env=environment()
    ).stdout


def environment() -> dict[str, str]:
    """Return the environment in which a fresh interpreter imports this tree, and these rooms."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "benchmarks")))}


def refusal(error: subprocess.CalledProcessError) -> str:
    """Return the last line of what a program complained of."""
    lines = str(error.stderr or "").strip().splitlines() or [f"ends with status {error.returncode}"]
    return lines[-1][:120]


def joined(*notes: str) -> str:
    """Return the notes that say something, as one."""
    return "; ".join(filter(None, notes))


def largest_rise(points: Sequence[tuple[float, float]]) -> float:
    """Return how much the cost of a unit rises at most, from any point to a later one: 1 is flat or falling."""
    least, rise = points[0][1], 1.0
    for _, cost in points[1:]:
        rise = max(rise, cost / least)
        least = min(least, cost)
    return rise
