"""The command line: show a message or what others may see in it, print it as JSON, or save its attachments."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import fields
from typing import TYPE_CHECKING

from mimeparse._version import __version__
from mimeparse.cli.drawing import draw, picture, printable, progress
from mimeparse.cli.inputs import STANDARD_INPUT, expand, opened
from mimeparse.cli.union import union_picture
from mimeparse.errors import LimitExceeded, UsageError
from mimeparse.limits import Limits
from mimeparse.message.bodies import Role
from mimeparse.message.builder import parse
from mimeparse.message.readings import readings
from mimeparse.message.stream import stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import BinaryIO

    from mimeparse.cli.drawing import Line

CLEAN, DEFECTS, UNUSABLE, LIMIT_HIT = 0, 1, 2, 3
_INTERRUPTED, _BROKEN_PIPE = 130, 141  # as a shell reports the signals
_WORST_LAST = (CLEAN, DEFECTS, LIMIT_HIT, UNUSABLE)

_DESCRIPTION = "Read mail: its tree, its text, its attachments, and what is wrong with it."
_EXIT_CODES = """\
exit codes: 0 all was read; 1 a defect was found, with --check; 2 an input cannot be read, or nothing could be written;
3 a limit was hit. Of several inputs the worst one counts: 2 before 3 before 1."""

_UNITS = {"k": 1024, "m": 1024**2, "g": 1024**3}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    options = _arguments().parse_args(arguments)
    try:
        code = _run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does. What Python would still flush at exit must not raise again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except KeyboardInterrupt:
        return _INTERRUPTED
    return code


def _arguments() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "files", nargs="+", metavar="FILE", help="a message, a folder of messages, or - for standard input"
    )
    common.add_argument("--check", action="store_true", help="exit with 1 if any defect is found")
    guards = common.add_argument_group("limits", "a number, with K, M or G for sizes, or `none` for no limit")
    defaults = Limits()
    for field in fields(Limits):
        default = getattr(defaults, field.name)
        guards.add_argument(
            "--" + field.name.replace("_", "-"), type=_limit, metavar="N", default=default, help=f"default: {default:,}"
        )
    parser = argparse.ArgumentParser(prog="mimeparse", description=_DESCRIPTION, epilog=_EXIT_CODES)
    parser.add_argument("--version", action="version", version=f"mimeparse {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    show = commands.add_parser("show", parents=[common], help="draw the tree of a message and list its defects")
    show.set_defaults(run=_show)
    union = commands.add_parser(
        "readings", parents=[common], help="list all that any reader may see in a message, and which readings show it"
    )
    union.set_defaults(run=_readings)
    as_json = commands.add_parser("json", parents=[common], help="print a message as JSON, several as one line each")
    as_json.set_defaults(run=_json)
    extract = commands.add_parser(
        "extract", parents=[common], help="save the attachments of a message under safe names"
    )
    extract.add_argument(
        "-o", "--output", required=True, metavar="DIR", help="an existing folder; nothing in it is overwritten"
    )
    extract.add_argument("--bodies", action="store_true", help="save the texts of the message too")
    extract.set_defaults(run=_extract)
    return parser


def _limit(text: str) -> float | None:
    """Read the value of a limit; argparse reports a ValueError as bad usage."""
    text = text.strip().lower()
    if text == "none":
        return None
    unit = _UNITS.get(text[-1:], 1)
    number = text[:-1] if unit > 1 else text
    return int(number) * unit if number.isdecimal() else float(number) * unit


def _run(options: argparse.Namespace) -> int:
    for output in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character shows its number; it is no reason to fail.
        if hasattr(output, "reconfigure"):
            output.reconfigure(errors="backslashreplace")
    try:
        limits = Limits(**{field.name: getattr(options, field.name) for field in fields(Limits)})
    except UsageError as error:
        return _complain("--max-...", str(error), UNUSABLE)
    names = expand(options.files)
    if not names:
        return _complain(options.files[0], "the folder holds no files", UNUSABLE)
    run: Callable[[BinaryIO, str, argparse.Namespace, Limits], bool] = options.run
    options.several = len(names) > 1
    worst = CLEAN
    for name in progress(names, sys.stderr):
        code = CLEAN
        try:
            with opened(name) as file:
                if run(file, name, options, limits) and options.check:
                    code = DEFECTS
        except LimitExceeded as error:
            code = _complain(name, f"{error}; raise it with --{error.limit.replace('_', '-')}", LIMIT_HIT)
        except UsageError as error:
            code = _complain(name, str(error), UNUSABLE)
        except BrokenPipeError:
            raise
        except OSError as error:
            code = _complain(name, error.strerror or str(error), UNUSABLE)
        worst = max(worst, code, key=_WORST_LAST.index)
    return worst


def _complain(name: str, reason: str, code: int) -> int:
    sys.stdout.flush()
    shown = "standard input" if name == STANDARD_INPUT else printable(name)
    print(f"mimeparse: {shown}: {reason}", file=sys.stderr)  # noqa: T201  (this is the command line)
    return code


def _show(file: BinaryIO, name: str, options: argparse.Namespace, limits: Limits) -> bool:
    message = parse(file, limits=limits)
    _draw(picture(message), name, options)
    return bool(message.stats.defects)


def _readings(file: BinaryIO, name: str, options: argparse.Namespace, limits: Limits) -> bool:
    union = readings(file, limits=limits)
    _draw(union_picture(union), name, options)
    return union.ambiguous or bool(union.message.stats.defects)


def _draw(lines: Iterator[Line], name: str, options: argparse.Namespace) -> None:
    if options.several:
        sys.stdout.write(f"== {printable(name)}\n")
    draw(lines, sys.stdout)
    if options.several:
        sys.stdout.write("\n")


def _json(file: BinaryIO, _name: str, options: argparse.Namespace, limits: Limits) -> bool:
    message = parse(file, limits=limits)
    text = json.dumps(message.to_dict(), indent=None if options.several else 2, ensure_ascii=not _writes_utf8())
    sys.stdout.write(text + "\n")
    return bool(message.stats.defects)


def _writes_utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def _extract(file: BinaryIO, _name: str, options: argparse.Namespace, limits: Limits) -> bool:
    with stream(file, limits=limits, digest=False) as message:
        for part in message:
            if options.bodies or part.role is not Role.BODY:
                saved = part.save(options.output)
                sys.stdout.write(f"{saved}\n")
        return bool(message.defects)
