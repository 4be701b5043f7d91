"""Every case of `benchmarks/` runs, on sizes that nobody would measure, and prints a row for each reader; none is timed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"

READERS = ("mimeparse", "fast-mail-parser", "stdlib, compat32", "stdlib, policy.default", "mail-parser")
ROWS = {  # what is compared in each case; a peer that is not installed has its row, too
    "ordinary": {
        "Everything": READERS,
        "Headers alone": READERS,
        "Plain data, `to_dict()`": ("mimeparse", "fast-mail-parser", "stdlib, policy.default", "mail-parser"),
    },
    "attachments": {
        "0 MB, base64": (
            "mimeparse, from a file",
            "mimeparse, from a file, `digest=False`",
            "mimeparse, from chunks of 64 KiB",
            "bare loop: find, strip, pybase64",
        ),
        "0 MB, quoted-printable": ("mimeparse, from a file", "bare loop: find, binascii.a2b_qp"),
        "0 MB, 8bit": ("mimeparse, from a file", "bare loop: find, slices"),
        "0 MB, x-uuencode": ("mimeparse, from a file", "bare loop: find, lines, binascii.a2b_uu"),
    },
    "memory": {"Peak memory, 1 MB from a file": ("mimeparse, `stream()`", "fast-mail-parser", "stdlib, compat32")},
    "growth": {
        "Growth, 1 to 10 parts of 1 kB": ("mimeparse", "stdlib, compat32"),
        "Growth, 1 to 10 fields": ("mimeparse",),
    },
    "start": {"Import": ("`import mimeparse`", "`import email.parser`")},
    "processes": {"Two processes, ordinary mail": ("mimeparse", "a bare loop of Python")},
}


def run(*arguments: str | Path) -> str:
    command = [sys.executable, BENCHMARKS / "run.py", "--quick", "--here", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def rows(printed: str) -> dict[str, list[tuple[str, str, str]]]:
    """Return what stands in the table: by what was read, the reader, the figure and the note."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    work = ""
    for line in printed.splitlines():
        if line.startswith("| ") and not line.startswith(("| work", "| ---")):
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            work = cells[0].strip() or work
            found.setdefault(work, []).append((cells[1], cells[2], cells[-1].strip("| ")))
    return found


@pytest.mark.parametrize("case", ROWS)
def test_the_case_runs_and_has_a_row_for_each_reader(case):
    found = rows(run("--only", case))
    for work, readers in ROWS[case].items():
        told = {reader: (figure, note) for reader, figure, note in found[work]}
        assert set(readers) <= set(told)
        for reader in readers:
            figure, note = told[reader]
            assert figure or note == "not installed", (work, reader)


def test_all_cases_are_tested():
    code = "import run; print(*run.CASES)"
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=BENCHMARKS)
    assert printed.stdout.split() == list(ROWS)


def test_a_folder_of_mail_is_read_with_the_folders_in_it(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "one.eml").write_bytes(b"Subject: one\r\n\r\nHello\r\n")
    (tmp_path / "inner" / "two").write_bytes(b"Subject: two\r\n\r\nHello\r\n")
    (tmp_path / "large").write_bytes(b"Subject: large\r\n\r\n" + b"Hello\r\n" * 20_000)
    printed = run(tmp_path, "--only", "ordinary")
    assert rows(printed)["Ordinary mail"][0][1] == "2 messages"
    assert str(tmp_path) not in printed  # whose mail it was, is nobody's business


def test_the_plots_are_the_same_for_the_same_figures_and_small(tmp_path):
    pytest.importorskip("matplotlib")
    code = """
import sys
from pathlib import Path
from measuring import Points
from plots import draw
points = [
    Points("throughput", "mimeparse", ((1e4, 10.0), (1e6, 100.0))),
    Points("throughput", "stdlib, compat32", ((1e4, 9.0), (1e6, 30.0))),
    Points("memory", "mimeparse", ((1.0, 10.0), (1000.0, 10.0))),
    Points("kinds", "mimeparse", (("short text", 200.0),)),
    Points("kinds", "mail-parser", (("short text", 900.0),)),
]
for folder in sys.argv[1:]:
    draw(points, Path(folder))
"""
    folders = [tmp_path / "first", tmp_path / "second"]
    subprocess.run([sys.executable, "-c", code, *folders], check=True, cwd=BENCHMARKS)
    for name in ("throughput.svg", "memory.svg", "kinds.svg"):
        first, second = [(folder / name).read_bytes() for folder in folders]
        assert first == second
        assert len(first) < 40_000
