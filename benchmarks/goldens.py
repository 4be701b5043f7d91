"""Compare mimeparse with what two other projects expect of messages of a corpus, and say why it differs where it does.

python benchmarks/goldens.py CORPUS PANEL

PANEL holds `golden-NAME.jsonl.gz`, a line a message with the expected value of each field, and `score.py`, whose `value()` says how
an answer is brought into the form in which values are compared. Exits with 1 if a difference is unexplained.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from golden_reasons import KINDS, UNEXPLAINED, Difference, Kind, reason
from panel import answer

import mimeparse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SHOWN = 100  # characters of a value


class Finding(NamedTuple):
    """A field that was compared; without a kind if the two agree."""

    golden: str
    file: str
    field: str
    ours: str | None
    theirs: str
    kind: Kind | None


def compared(corpus: Path, panel: Path) -> Iterator[Finding]:
    """Yield what came of each field of each golden."""
    value = comparable_form(panel / "score.py")
    for path in sorted(panel.glob("golden-*.jsonl.gz")):
        golden = path.name.removeprefix("golden-").removesuffix(".jsonl.gz")
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                expected = json.loads(line)
                file = expected.pop("file")
                raw = (corpus / file).read_bytes()
                answered = answer(file, raw)
                for field, (theirs, *_) in expected.items():
                    ours = value(field, answered) if answered["ok"] else None
                    kind = None if ours == theirs else explained(field, ours, theirs, raw)
                    yield Finding(golden, file, field, ours, theirs, kind)


def comparable_form(path: Path) -> Callable[[str, dict[str, object]], str | None]:
    """Return the function that turns a field of an answer into a value that can be compared."""
    specification = importlib.util.spec_from_file_location("score", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    value: Callable[[str, dict[str, object]], str | None] = module.value
    return value


def explained(field: str, ours: str | None, theirs: str, raw: bytes) -> Kind:
    """Return the reason for a difference; there is none for a message that was refused."""
    if ours is None:
        return UNEXPLAINED
    return reason(Difference(field, ours, theirs, raw, mimeparse.parse(raw)))


def print_fields(findings: list[Finding]) -> None:
    """Print for each golden and field how often the two agree."""
    total = Counter((one.golden, one.field) for one in findings)
    agreeing = Counter((one.golden, one.field) for one in findings if one.kind is None)
    print(f"{'golden':10} {'field':12} {'compared':>8} {'agreeing':>8} {'share':>8}")
    for (golden, field), count in total.items():
        same = agreeing[golden, field]
        print(f"{golden:10} {field:12} {count:8} {same:8} {100 * same / count:6.1f} %")
    print(f"{'all':23} {len(findings):8} {agreeing.total():8} {100 * agreeing.total() / max(len(findings), 1):6.1f} %")


def print_differences(findings: list[Finding]) -> None:
    """Print every difference under its reason."""
    for kind in (*KINDS, UNEXPLAINED):
        of_kind = [one for one in findings if one.kind is kind]
        if not of_kind:
            continue
        messages = {one.file for one in of_kind}
        print(f"\n{kind.name}: {len(of_kind)} fields of {len(messages)} messages ({kind.source})\n  {kind.sentence}")
        for one in of_kind:
            print(f"    {one.golden} {one.file} {one.field}")
            print(f"      ours   {str(one.ours)[:_SHOWN]!r}\n      theirs {one.theirs[:_SHOWN]!r}")


def main() -> int:
    """Print agreement by field, and differences by reason."""
    findings = list(compared(Path(sys.argv[1]), Path(sys.argv[2])))
    print_fields(findings)
    print_differences(findings)
    unexplained = sum(one.kind is UNEXPLAINED for one in findings)
    print(f"\n{sum(one.kind is not None for one in findings)} differences, {unexplained} unexplained")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
