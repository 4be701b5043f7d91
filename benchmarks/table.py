"""The table: what was compared, on what, with which command, and what came of it, in Markdown."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import ROOT
from peers import versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from measuring import Row

BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"


def table(rows: Sequence[Row], command: str, commit: str) -> str:
    """Return the table, and above it how it came about."""
    lines = [
        f"`{command}`, {_processor()}, {platform.system()}, Python {platform.python_version()}; {versions()}; commit {commit}.",
        "",
        "| work | reader | median | times mimeparse's | |",
        "| --- | --- | ---: | ---: | --- |",
    ]
    work = ""
    for row in rows:
        shown = row.work if row.work != work else ""
        work = row.work
        times = f"{row.times:,.2f}" if row.times is not None else ""
        lines.append(f"| {shown} | {row.reader} | {row.figure} | {times} | {row.note} |")
    return "\n".join(lines) + "\n"


def renew(page: Path, text: str) -> None:
    """Put the table into a page of the documentation, between its two marks."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{page} has no marks {BEGIN.strip()} and {END.strip()} to put the table between")
    page.write_text(before + begin + "\n" + text + "\n" + end + after, encoding="utf-8")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} cores of {names[0]}" if names else platform.machine()


def commit_here() -> str:
    """Return the commit of this tree, and whether it was changed since."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    try:
        described = subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return described.stdout.strip()
