"""Count how many messages of a corpus are ambiguous, by source and by code, and how many that came over mailing lists.

python benchmarks/ambiguous.py FOLDER

FOLDER holds a folder for each source. What came over a mailing list names the list in its header (RFC 2369, RFC 2919): ordinary mail,
written by people, whatever else the source holds.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from pathlib import Path

import mimeparse
from mimeparse import DefectCode, Kind

_OF_LISTS = ("list-id", "list-post", "list-unsubscribe", "mailing-list", "x-mailman-version")
_AMBIGUOUS = {str(code) for code in DefectCode if code.kind is Kind.AMBIGUOUS}


def main() -> None:
    """Print a line for each source, and one for each code."""
    total: Counter[str] = Counter()
    flagged: Counter[str] = Counter()
    codes: dict[str, Counter[str]] = defaultdict(Counter)
    for path in sorted(Path(sys.argv[1]).glob("*/*")):
        message = mimeparse.parse(path.read_bytes())
        sources = [path.parent.name, "every source"]
        if any(name in message.headers for name in _OF_LISTS):
            sources.append("every source, over mailing lists")
        total.update(sources)
        if message.ambiguous:
            flagged.update(sources)
            for code in _AMBIGUOUS.intersection(message.stats.defects):
                codes[code].update(sources)
    for source, count in sorted(total.items(), key=lambda item: -item[1]):
        print(
            f"{source:34} {count:5} messages {flagged[source]:4} ambiguous {1000 * flagged[source] / count:7.1f} in 1,000"
        )
    for code, sources_of_code in sorted(codes.items(), key=lambda item: -item[1]["every source"]):
        named = [
            f"{source} {count}" for source, count in sources_of_code.most_common(5) if not source.startswith("every")
        ]
        print(f"{code:38} {sources_of_code['every source']:4}  {', '.join(named)}")


if __name__ == "__main__":
    main()
