"""Change the code in one small way at a time, and see whether a test notices.

    python benchmarks/mutants.py [--sample COUNT] [--seed SEED] [--line LINE] FILE...

Prints each mutant that no test killed, and a row of figures for each file. For each mutant a process is forked that has loaded
everything but mimeparse. It runs the tests of the file, then those of its room, then the others that are quick, until one fails.
Hypothesis draws the same examples each time. Some mutants are the same program, so that a share of all is not to be had.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import os
import random
import resource
import signal
import sys
import time
from collections import Counter
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from mutations import mutants_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType

    from mutations import Mutant

ROOT = Path(__file__).parents[1]
SAMPLE = 150
SEED = 4711
MEMORY_BYTES = 3 << 30
EXAMPLES = 30
LONGEST = 300  # CPU seconds, for tests without a mutant; with one, three times what they took then
_PRELOADED = "bleach chardet email.message jsonschema nh3 pybase64"
# The rest of tests/ takes minutes, or is about the project and not about what the code does.
_OTHERS = "wire message test_defects.py test_standards.py test_limits.py test_fuzz.py"
_SLOW = "linear or any_size or flood or hundred_thousand or megabyte or any_character or attack"
# Without explanations: a difference of two long strings takes longer to show than to find.
_OPTIONS = ("-x", "-q", "--assert=plain", "--tb=no", "-p", "no:cacheprovider", "-k", f"not ({_SLOW})")
_PHASES = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
_GOOD = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


class _Finder(MetaPathFinder):
    """Give out one module of mimeparse in its changed form."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self._name, self._path, self._tree = name, path, tree

    def find_spec(self, name: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and name == self._name:
            code = compile(ast.fix_missing_locations(self._tree), str(self._path), "exec")
            spec.loader = _Loader(name, str(self._path), code)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002  (there is but one)
        return self._code


class _InOrder:
    """Run the tests that draw examples last, since they take most of the time."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: item.get_closest_marker("hypothesis") is not None)


def stages(path: Path) -> list[list[str]]:
    """Return the files of tests that are run, the likeliest to fail first."""
    room = ROOT / "tests" / path.parent.name
    module = f"mimeparse.{path.parent.name}.{path.stem} "
    near: list[str] = []
    far: list[str] = []
    for file in sorted(room.glob("test_*.py")):
        is_near = file.stem == f"test_{path.stem}" or module in file.read_text("utf-8")
        (near if is_near else far).append(str(file))
    others = [str(ROOT / "tests" / name) for name in _OTHERS.split() if name != room.name]
    return [files for files in (near, far, others) if files]


def outcome(path: Path, tree: ast.Module, mutant: Mutant | None, tests: list[str], limit: int) -> tuple[str, float]:
    """Run tests against a mutant in a process of its own; return "passed", "failed" or "endless", and the seconds it took."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            for stream in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
            if mutant is not None:
                mutant.apply()
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            sys.meta_path.insert(0, _Finder(name, path, tree))
            status = int(pytest.main([*_OPTIONS, f"--rootdir={ROOT}", *tests], plugins=[_InOrder()]))
        finally:
            os._exit(status)
    _, status, usage = os.wait4(child, 0)
    result = "failed"
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL):
        result = "endless"
    elif os.WIFEXITED(status) and os.WEXITSTATUS(status) in _GOOD:
        result = "passed"
    return result, usage.ru_utime + usage.ru_stime


def examine(path: Path, given: argparse.Namespace) -> Counter[str]:
    """Try the mutants of a file, print those that live, and count what came of them."""
    tree = ast.parse(path.read_bytes())
    measured: list[tuple[list[str], int]] = []
    for tests in stages(path)[: given.stages]:
        result, seconds = outcome(path, tree, None, tests, LONGEST)
        if result != "passed":
            sys.exit(f"{path}: the tests fail without a mutant")
        measured.append((tests, int(3 * seconds) + 3))
    mutants = [one for one in mutants_of(tree) if given.line in (None, one.line)]
    chosen = list(range(len(mutants)))
    random.Random(given.seed).shuffle(chosen)  # a larger sample holds the smaller ones
    counts = Counter(possible=len(mutants))
    for index in sorted(chosen[: given.sample]):
        mutant = mutants[index]
        results = (outcome(path, tree, mutant, tests, limit)[0] for tests, limit in measured)
        result = next((one for one in results if one != "passed"), "passed")
        counts[result] += 1
        if result == "passed":
            print(f"{path.relative_to(ROOT)}:{mutant.line}: {mutant.what}", flush=True)
    return counts


def main() -> None:
    """Print the survivors and a table."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("files", nargs="+", type=Path)
    arguments.add_argument("--sample", type=int, default=SAMPLE, help="mutants of each file (150)")
    arguments.add_argument("--seed", type=int, default=SEED, help="of the sample (4711)")
    arguments.add_argument("--line", type=int, help="of all mutants, those of one line")
    arguments.add_argument("--stages", type=int, help="how many of the three stages of tests are run at most (3)")
    given = arguments.parse_args()
    hypothesis.settings.register_profile(
        "mutants", database=None, deadline=None, derandomize=True, max_examples=EXAMPLES, phases=_PHASES
    )
    hypothesis.settings.load_profile("mutants")
    for name in _PRELOADED.split():
        importlib.import_module(name)
    table = [f"{'':36} possible    tried   killed    alive  minutes"]
    for path in given.files:
        started = time.monotonic()
        counts = examine(path.resolve(), given)
        killed, alive = counts["failed"] + counts["endless"], counts["passed"]
        minutes = (time.monotonic() - started) / 60
        table.append(f"{path!s:36} {counts['possible']:8} {killed + alive:8} {killed:8} {alive:8} {minutes:8.1f}")
    print(*table, sep="\n")


if __name__ == "__main__":
    main()
