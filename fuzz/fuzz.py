"""Try to break what is promised with inputs that nobody would write: see README.md beside this file.

    python fuzz/fuzz.py --replay                      run every input of the corpus once
    python fuzz/fuzz.py --seconds 120                 change the inputs of the corpus at random, the time divided over the targets
    python fuzz/fuzz.py --seconds 60 --target html    one target; --seed N for the same inputs again
    python fuzz/fuzz.py --atheris --target html       guided by coverage, where atheris is installed; further options are libFuzzer's
    python fuzz/fuzz.py --merge FOLDER --target html  print which inputs of FOLDER reach lines that the corpus does not
    python fuzz/fuzz.py --minimise FILE --target html write the smallest input that fails at the same line beside FILE

An input that breaks a promise is written to a file `crash-<target>-...` in the current directory.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import pkgutil
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

    from _typeshed import TraceFunction
    from targets import Target

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
FOUND = HERE / "found"
"""What atheris finds goes here, so that the corpus holds nothing that nobody looked at."""


def seeds(target: Target) -> list[bytes]:
    """Return the inputs of the corpus for a target."""
    paths = [path for folder in target.folders for path in sorted((CORPUS / folder).glob("*")) if path.is_file()]
    return [path.read_bytes() for path in paths]


def run(target: Target, data: bytes) -> None:
    """Check one input, and keep it in a file if it breaks a promise."""
    try:
        target.check(data)
    except BaseException:
        name = f"crash-{target.name}-{hashlib.sha256(data).hexdigest()[:16]}"
        Path(name).write_bytes(data)
        print(f"a promise is broken by {name}: {target.promise}", file=sys.stderr)
        raise


def replay(targets: list[Target]) -> None:
    """Run every input of the corpus once."""
    for target in targets:
        known = seeds(target)
        for data in known:
            run(target, data)
        print(f"{target.name}: replayed {len(known)} inputs")


def mutate(targets: list[Target], seconds: float, seed: int) -> None:
    """Change the inputs of the corpus at random, for so many seconds in all."""
    print(f"mutating from --seed {seed}")
    for target in targets:
        known = seeds(target)
        chance = random.Random(f"{seed} {target.name}")
        until = time.monotonic() + seconds / len(targets)
        tried = 0
        while time.monotonic() < until:
            run(target, mutated(chance.choice(known), known, target.vocabulary, chance))
            tried += 1
        print(f"{target.name}: tried {tried:,} inputs")


def mutated(seed: bytes, others: list[bytes], vocabulary: tuple[bytes, ...], chance: random.Random) -> bytes:
    """Return `seed` after some random changes."""
    from targets.inputs import MAXIMUM_BYTES, ORDERS

    orders, data = bytearray(seed[:ORDERS].ljust(ORDERS, b"@")), bytearray(seed[ORDERS:])
    if chance.random() < 0.3:
        orders[chance.randrange(ORDERS)] = chance.randrange(256)
    if chance.random() < 0.05:
        # An alphabet gives sense to any bytes.
        orders[0] |= 1
        data = bytearray(chance.randbytes(chance.choice((5, 30, 200))))
    for _ in range(chance.randint(1, 8)):
        place = chance.randint(0, len(data))
        other = chance.choice(others)[ORDERS:]
        kind = chance.randrange(6)
        if kind == 0:
            data[place:place] = chance.choice(vocabulary) * chance.choice((1, 1, 1, 2, 50))
        elif kind == 1:
            data[place : place + chance.choice((0, 1, 5))] = chance.choice(vocabulary)
        elif kind == 2:
            del data[place : place + chance.choice((1, 2, 20, 500))]
        elif kind == 3:
            start = chance.randint(0, len(other))
            data[place:place] = other[start : start + chance.choice((10, 100, 1000))]
        elif kind == 4:
            data[place : place + 1] = chance.randbytes(1)
        elif chance.random() < 0.2:
            lines = bytes(data).splitlines(keepends=True)
            chance.shuffle(lines)
            data = bytearray(b"".join(lines))
    return bytes(orders + data[:MAXIMUM_BYTES])


# Smaller inputs, and fewer -----------------------------------------------------------------------------------------------


def failure(target: Target, data: bytes) -> tuple[str, str, int] | None:
    """Return what an input fails with: the exception, the file and the line; None if all is well."""
    try:
        target.check(data)
    except Exception as error:  # noqa: BLE001  (anything at all is what is looked for)
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        assert trace is not None
        return type(error).__name__, trace.tb_frame.f_code.co_filename, trace.tb_lineno
    return None


def minimise(target: Target, path: Path) -> None:
    """Write the smallest input that fails as `path` does beside it, raw, so that people can read it."""
    from targets.inputs import understood

    data = path.read_bytes()
    expected = failure(target, data)
    if expected is None:
        sys.exit(f"{path} breaks no promise of {target.name}")
    raw = understood(data, target.vocabulary).raw()
    if failure(target, raw) == expected:
        data = raw
    size = len(data)
    while size:
        position = 0
        while position < len(data):
            shorter = data[:position] + data[position + size :]
            if failure(target, shorter) == expected:
                data = shorter
            else:
                position += size
        size //= 2
    small = path.with_name(path.name + ".min")
    small.write_bytes(data)
    print(f"{expected[0]} at {expected[1]}:{expected[2]} by {len(data)} bytes: {data!r}\nwritten to {small}")


def lines_reached(target: Target, data: bytes) -> set[tuple[str, int]]:
    """Return the lines of mimeparse that an input reaches."""
    import mimeparse

    house = str(Path(mimeparse.__file__).parent)
    reached: set[tuple[str, int]] = set()

    def trace(frame: FrameType, event: str, _: object, /) -> TraceFunction | None:
        if not frame.f_code.co_filename.startswith(house):
            return None
        if event == "line":
            reached.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    sys.settrace(trace)
    try:
        target.check(data)
    finally:
        sys.settrace(None)
    return reached


def merge(target: Target, folder: Path) -> None:
    """Print which inputs of `folder` reach lines that the corpus does not, the smallest first."""
    reached: set[tuple[str, int]] = set()
    for data in seeds(target):
        reached |= lines_reached(target, data)
    paths = sorted((path for path in folder.iterdir() if path.is_file()), key=lambda path: path.stat().st_size)
    for path in paths:
        new = lines_reached(target, path.read_bytes()) - reached
        if new:
            reached |= new
            print(f"{path}: {len(new)} new lines")
    print(f"{len(reached):,} lines are reached")


# The command line --------------------------------------------------------------------------------------------------------


def guided(name: str, options: list[str]) -> None:
    """Hand over to atheris, which never comes back."""
    import atheris

    with atheris.instrument_imports(include=["mimeparse", "targets"]):
        from targets import load

        import mimeparse

        target = load(name)
        # All of it: what is only loaded when it is first asked for would not be instrumented.
        for room in pkgutil.walk_packages(mimeparse.__path__, "mimeparse."):
            if not room.name.startswith(("mimeparse.cli", "mimeparse.__main__")):
                importlib.import_module(room.name)
    (FOUND / name).mkdir(parents=True, exist_ok=True)
    folders = [str(folder) for folder in (FOUND / name, *map(CORPUS.joinpath, target.folders)) if folder.is_dir()]
    defaults = [f"-dict={HERE / 'mail.dict'}", f"-artifact_prefix=crash-{name}-", "-max_len=4096", "-timeout=20"]
    atheris.Setup([sys.argv[0], *defaults, *options, *folders], target.check)
    atheris.Fuzz()


def main() -> None:
    """Do what the command line says."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--target")
    arguments.add_argument("--replay", action="store_true")
    arguments.add_argument("--seconds", type=float, default=0)
    arguments.add_argument("--seed", type=int, default=None)
    arguments.add_argument("--atheris", action="store_true")
    arguments.add_argument("--minimise", type=Path, metavar="FILE")
    arguments.add_argument("--merge", type=Path, metavar="FOLDER")
    options, rest = arguments.parse_known_args()
    if (options.atheris or options.minimise or options.merge) and options.target is None:
        arguments.error("this needs a --target")
    if options.atheris:
        guided(options.target, rest)
    if rest:
        arguments.error(f"unknown: {' '.join(rest)}")

    from targets import NAMES, load

    if options.target not in (None, *NAMES):
        arguments.error(f"targets are {', '.join(NAMES)}")
    targets = [load(name) for name in NAMES if options.target in (None, name)]
    if options.minimise:
        minimise(targets[0], options.minimise)
    if options.merge:
        merge(targets[0], options.merge)
    if options.replay:
        replay(targets)
    if options.seconds:
        mutate(targets, options.seconds, time.time_ns() if options.seed is None else options.seed)


if __name__ == "__main__":
    main()
