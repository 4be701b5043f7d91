"""Measure mimeparse beside its peers, print one table and draw the plots.

    python benchmarks/run.py [FOLDER] [--only CASE] [--docs]

FOLDER holds mail of your own, one message a file, in any folders; what is larger than 100 kB is left out. Without one, ordinary mail is
made for the purpose. Peers that are missing are installed into a virtual environment of their own, in the user's cache. Medians of at
least five rounds, in which all readers have their turns. All of it takes half an hour.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
import traceback
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]  # this tree, whatever else is installed

import attachments  # noqa: E402
import growth  # noqa: E402
import memory  # noqa: E402
import ordinary  # noqa: E402
import processes  # noqa: E402
import start  # noqa: E402
from measuring import ROOT, Result, Row, Settings, environment  # noqa: E402
from peers import installed, missing, python_with_peers  # noqa: E402
from plots import draw  # noqa: E402
from table import commit_here, renew, table  # noqa: E402

CASES = {
    "ordinary": ordinary.measure,
    "attachments": attachments.measure,
    "memory": memory.measure,
    "growth": growth.measure,
    "start": start.measure,
    "processes": processes.measure,
}


def main(arguments: list[str]) -> int:
    """Run what the command line asks for, and return the status to end with."""
    asked = _arguments().parse_args(arguments)
    if not asked.here and missing():
        try:
            python = python_with_peers()
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"going on without {', '.join(missing())}: {error}", file=sys.stderr)
        else:
            return subprocess.run([python, __file__, "--here", *arguments], check=False, env=environment()).returncode
    settings = Settings(asked.folder, asked.messages, quick=asked.quick)
    commit = commit_here()  # now: what is measured is what stands here when it begins
    result = Result()
    failed = False
    for case in asked.only or CASES:
        print(f"{case} ...", file=sys.stderr)
        try:
            found = CASES[case](settings)
        except Exception:  # noqa: BLE001  (the figures of an hour must not be lost for one of them)
            failed = True
            traceback.print_exc()
            found = Result([Row(case, "", "", note="failed, see above")])
        result.rows += found.rows
        result.points += found.points
    shown = [argument for argument in arguments if argument not in ("--here", "--docs")]
    if asked.folder is not None:
        shown[shown.index(str(asked.folder))] = "FOLDER"  # whose it is, is nobody's business
    text = table(result.rows, shlex.join(["python", "benchmarks/run.py", *shown]), commit)
    print(text)
    plots = asked.plots if asked.plots is not None or asked.quick else ROOT / "docs" / "plots"
    if plots is not None and installed("matplotlib"):
        for path in draw(result.points, plots):
            print(f"drew {path}", file=sys.stderr)
    if asked.docs:
        renew(ROOT / "docs" / "performance.md", text)
    return 1 if failed else 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, help="mail of your own, one message a file")
    parser.add_argument("--only", action="append", choices=CASES, help="a case, and another one if given again")
    parser.add_argument(
        "--messages", type=int, default=2_000, help="how many of the folder are read at most, taken evenly"
    )
    parser.add_argument("--quick", action="store_true", help="tiny sizes and one round: to see that everything runs")
    parser.add_argument("--here", action="store_true", help="with the peers that are installed here, and no others")
    parser.add_argument("--plots", type=Path, help="where the plots go; docs/plots unless it is quick")
    parser.add_argument("--docs", action="store_true", help="put the table into docs/performance.md")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
