"""What a second process and a second thread bring. Wall-clock time, as nothing else can show it; so a bare loop is measured beside it.

A machine that is busy with other work gives no second core to anybody: then the bare loop falls below 2 as well.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from attachments import bare_base64
from measuring import OURS, Result, Row, environment, in_turns, joined
from messages import large_message
from peers import installed
from readers import stream_with_mimeparse

if TYPE_CHECKING:
    from collections.abc import Callable

    from measuring import Settings

LEAST_GAIN = 1.9
SECONDS_OF_WORK = 2.0
ATTACHMENT_BYTES = 32 * 1024 * 1024

_WORK = {
    "a bare loop of Python": "read_all = lambda: sum(number * number for number in range(200_000))",
    OURS: "from readers import read_with_mimeparse as read; read_all = lambda: [read(raw) for raw in messages]",
}
_CHILD = """
import sys, time
from messages import made_mail
messages = made_mail(2)
{work}
read_all()
print(time.process_time(), flush=True)
while line := sys.stdin.readline():
    for _ in range(int(line)):
        read_all()
    print(time.process_time(), flush=True)
"""


class _Worker:
    """A process that waits, works when it is told to, and says so."""

    def __init__(self, work: str) -> None:
        command = [sys.executable, "-c", _CHILD.format(work=work)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
        )
        self.used = self.wait()

    def start(self, times: int) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{times}\n")
        self._process.stdin.flush()

    def wait(self) -> float:
        """Return the processor time that the process has used, once it has done its work."""
        assert self._process.stdout is not None
        return float(self._process.stdout.readline())

    def used_since(self) -> float:
        """Wait, and return how much of it the work took."""
        before, self.used = self.used, self.wait()
        return self.used - before

    def end(self) -> None:
        self._process.communicate()


def measure(settings: Settings) -> Result:
    """Measure two processes on ordinary mail, and two threads on a large attachment."""
    result = Result()
    given = 2.0
    for name, work in _WORK.items():
        gain, cpu = _gain_of_processes(work, settings)
        if name == OURS:
            note = joined(
                f"times the messages of one; processor time of a message {cpu:.2f} times that in one process",
                _judged(settings, gain, given),
            )
        else:
            given, note = gain, "what the machine gave at that time"
        result.rows.append(Row("Two processes, ordinary mail", name, f"{gain:.2f} x", note=note))
    raw, _ = large_message("base64", settings.size(ATTACHMENT_BYTES, 100_000))
    reads: dict[str, Callable[[], object]] = {OURS: partial(stream_with_mimeparse, raw)}
    if installed("pybase64"):
        reads["bare loop: find, strip, pybase64"] = partial(bare_base64, raw)
        reads["pybase64 alone, all at once"] = partial(_decode_at_once, raw)
    for name, read in reads.items():
        result.rows.append(
            Row("Two threads, a large attachment", name, f"{_gain_of_threads(read, settings.rounds):.2f} x")
        )
    return result


def _judged(settings: Settings, gain: float, given: float) -> str:
    if not settings.quick and gain < LEAST_GAIN and given < LEAST_GAIN:
        return f"at least {LEAST_GAIN}: cannot be judged, since the machine gave a bare loop no more than {given:.2f}"
    return settings.goal(f"at least {LEAST_GAIN}", met=gain >= LEAST_GAIN)


def _decode_at_once(raw: bytes) -> None:
    import pybase64

    pybase64.b64decode(raw)


def _gain_of_processes(work: str, settings: Settings) -> tuple[float, float]:
    """Return how many times the work of one process two of them do, and the processor time of a piece, over that in one."""
    workers = [_Worker(work), _Worker(work)]
    started = time.perf_counter()
    workers[0].start(1)
    workers[0].used_since()
    times = 1 if settings.quick else max(int(SECONDS_OF_WORK / (time.perf_counter() - started)), 1)
    seconds: dict[int, list[float]] = {1: [], 2: []}
    processor: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(settings.rounds):
        for count in (1, 2):
            started = time.perf_counter()
            for worker in workers[:count]:
                worker.start(times)
            processor[count].append(sum(worker.used_since() for worker in workers[:count]) / count)
            seconds[count].append(time.perf_counter() - started)
    for worker in workers:
        worker.end()
    gain = 2 * statistics.median(seconds[1]) / statistics.median(seconds[2])
    return gain, statistics.median(processor[2]) / statistics.median(processor[1])


def _gain_of_threads(read: Callable[[], object], rounds: int) -> float:
    seconds = in_turns({"one": read, "two": partial(_in_two_threads, read)}, rounds, time.perf_counter)
    return 2 * seconds["one"] / seconds["two"]


def _in_two_threads(read: Callable[[], object]) -> None:
    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
