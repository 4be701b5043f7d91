"""Peak memory by the size of a message, each way in processes of their own; and what kept and dropped messages take.

The figure is the peak resident size over that of a bare interpreter. Linux counts it for each program (VmHWM); elsewhere it is what
`getrusage` says, which may be that of the process that started it.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from measuring import OURS, Points, Result, Row, joined, refusal, run_python
from messages import chunks_of_large_message
from peers import installed

if TYPE_CHECKING:
    from measuring import Settings

MEGABYTES = (1, 10, 50, 200, 1000)
LIMIT_MIB = 12.0  # over the bare interpreter, for a stream of any size
KEPT_MESSAGES = 10_000
DROPPED_MESSAGES = 100_000
PER_PART = 2_000  # bytes that a part may take, besides three times the raw bytes

_MEASURED = """
import sys
path = sys.argv[1]
{way}
try:
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM"):
            print(line.split()[1])
except OSError:
    import resource
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1))
"""


class _Way(NamedTuple):
    name: str
    module: str
    most: int
    """Megabytes up to which it is tried."""
    code: str


_WAYS = (
    _Way(
        OURS,
        "mimeparse",
        1000,
        """
import mimeparse
limits = mimeparse.Limits(max_message_bytes=None, max_part_bytes=None, max_cpu_seconds=None)
with open(path, "rb") as file, mimeparse.stream(file, limits=limits) as message:
    size = sum(len(chunk) for part in message for chunk in part)
""",
    ),
    _Way("mimeparse, imported and no more", "mimeparse", 1, "import mimeparse"),
    _Way(
        "mimeparse, each part saved",
        "mimeparse",
        200,
        """
import mimeparse, tempfile
with tempfile.TemporaryDirectory() as folder, open(path, "rb") as file, mimeparse.stream(file) as message:
    size = sum(part.save(folder).stat().st_size for part in message)
""",
    ),
    _Way(
        "mimeparse, `parse()`",
        "mimeparse",
        1000,
        """
import mimeparse
limits = mimeparse.Limits(max_message_bytes=None, max_part_bytes=None, max_cpu_seconds=None)
with open(path, "rb") as file:
    message = mimeparse.parse(file, limits=limits)
size = sum(len(chunk) for node in message.attachments for chunk in node.chunks())
""",
    ),
    _Way(
        "fast-mail-parser",
        "fast_mail_parser",
        200,
        """
from fast_mail_parser import parse_email
size = sum(len(one.content) for one in parse_email(open(path, "rb").read()).attachments)
""",
    ),
    _Way(
        "stdlib, compat32",
        "email",
        200,
        """
import email
with open(path, "rb") as file:
    message = email.message_from_binary_file(file)
size = sum(len(part.get_payload(decode=True)) for part in message.walk() if not part.is_multipart())
""",
    ),
)

_COUNTED = """
import gc, os, sys
import mimeparse
from messages import KINDS
def resident():
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
made = [bytearray(KINDS[kind](number)) for number in range(20) for kind in ("short text", "text and HTML")]
def raw_messages(count):
    for number in range(count):
        yield bytes(made[number % len(made)])  # each its own bytes, as from the wire
for raw in raw_messages(200):
    mimeparse.parse(raw)
"""

_KEPT = (
    _COUNTED
    + """
before, size, parts, kept = resident(), 0, 0, []
for raw in raw_messages(int(sys.argv[1])):
    message = mimeparse.parse(raw)
    {read}
    kept.append(message)
    size += len(raw)
    parts += sum(1 for node in message.walk())
del raw, message
print(size, parts, resident() - before)
"""
)
_READ = "message.subject, message.from_, message.to, message.date, message.text, message.html, message.attachments"

_DROPPED = (
    _COUNTED
    + """
count = int(sys.argv[1])
for number, raw in enumerate(raw_messages(count), 1):
    message = mimeparse.parse(raw)
    message.subject, message.from_, message.date, message.text, message.to_dict()
    if number * 10 % count == 0:
        print(resident())
"""
)


def measure(settings: Settings) -> Result:
    """Measure every way at every size, then small messages that are kept, and such that are dropped."""
    result = Result()
    rounds = settings.rounds
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.eml"
        path.touch()
        bare = statistics.median(_peak("", path) for _ in range(rounds))
        result.rows.append(
            Row("Peak memory", "bare interpreter", f"{bare:.1f} MiB", note="what the figures below are over")
        )
        for megabytes in (1,) if settings.quick else MEGABYTES:
            with path.open("wb") as file:
                file.writelines(chunks_of_large_message("base64", megabytes * 1_000_000))
            for way in _WAYS:
                if megabytes <= way.most:
                    _measure_way(result, way, megabytes, path, bare, settings)
    if Path("/proc/self/statm").exists():
        _measure_kept(result, settings.size(KEPT_MESSAGES, 50), settings)
        _measure_dropped(result, settings.size(DROPPED_MESSAGES, 100), settings)
    else:
        result.rows.append(Row("Small messages", OURS, "", note="measured on Linux alone"))
    return result


def _peak(way: str, path: Path) -> float:
    """Return the peak resident size in MiB of a process that runs `way`."""
    return int(run_python(_MEASURED.format(way=way), str(path))) / 1024


def _measure_way(result: Result, way: _Way, megabytes: int, path: Path, bare: float, settings: Settings) -> None:
    work = f"Peak memory, {megabytes:,} MB from a file"
    shown = "mimeparse, `stream()`" if way.name == OURS else way.name
    if not installed(way.module):
        result.rows.append(Row(work, shown, "", note="not installed"))
        return
    try:
        more = statistics.median(_peak(way.code, path) for _ in range(settings.rounds)) - bare
    except subprocess.CalledProcessError as error:
        result.rows.append(Row(work, shown, "", note=f"refuses it: {refusal(error)}"))
        return
    result.points.append(Points("memory", way.name, ((float(megabytes), more),)))
    note = settings.goal(f"at most {LIMIT_MIB:.0f} MiB", met=more <= LIMIT_MIB) if way.name == OURS else ""
    result.rows.append(Row(work, shown, f"{more:,.1f} MiB", note=note))


def _measure_kept(result: Result, count: int, settings: Settings) -> None:
    for work, read in ((f"{count:,} small messages kept", ""), (f"{count:,} small messages read and kept", _READ)):
        code = _KEPT.replace("{read}", read)
        found = [list(map(int, run_python(code, str(count)).split())) for _ in range(settings.rounds)]
        size, parts = found[0][:2]
        taken = statistics.median(one[2] for one in found)
        allowed = 3 * size + PER_PART * parts
        note = joined(
            f"{size / count:,.0f} raw bytes and {parts / count:.0f} parts each",
            settings.goal(
                f"at most {allowed / count:,.0f}, three times the raw bytes and 2 kB a part", met=taken <= allowed
            ),
        )
        result.rows.append(Row(work, "mimeparse, `parse()`", f"{taken / count:,.0f} bytes each", note=note))


def _measure_dropped(result: Result, count: int, settings: Settings) -> None:
    sizes = list(map(int, run_python(_DROPPED, str(count)).split()))
    grown = (sizes[-1] - sizes[0]) / 2**20
    note = joined(f"from the {count // 10:,}th to the last, in one run", settings.goal("at most 1 MiB", met=grown <= 1))
    result.rows.append(
        Row(f"{count:,} small messages read and dropped", "mimeparse, `parse()`", f"{grown:+.2f} MiB", note=note)
    )
