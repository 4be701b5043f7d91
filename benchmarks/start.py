"""What an import costs, in processor time of fresh interpreters over that of one that imports nothing."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from measuring import OURS, Result, Row, run_python
from peers import installed

if TYPE_CHECKING:
    from measuring import Settings

ROUNDS = 15
_IMPORTS = {
    OURS: "mimeparse",
    "email.parser": "email.parser",
    "fast-mail-parser": "fast_mail_parser",
    "mail-parser": "mailparser",
}
# The first import of a run compiles what is not compiled yet; it is not measured.
_CODE = "import time{}; print(time.process_time())"


def measure(settings: Settings) -> Result:
    """Measure every import in turns."""
    result = Result()
    codes = {
        name: _CODE.format(f", {module}") for name, module in _IMPORTS.items() if installed(module.partition(".")[0])
    }
    codes["nothing"] = _CODE.format("")
    taken: dict[str, list[float]] = {name: [] for name in codes}
    for code in codes.values():
        run_python(code)
    for _ in range(settings.size(ROUNDS, 1)):
        for name, code in codes.items():
            taken[name].append(float(run_python(code)))
    seconds = {name: statistics.median(times) for name, times in taken.items()}
    bare = seconds.pop("nothing")
    ours = max(seconds[OURS] - bare, 1e-6)
    for name, module in _IMPORTS.items():
        if name in seconds:
            more = seconds[name] - bare
            result.rows.append(Row("Import", f"`import {module}`", f"{1000 * more:.0f} ms", more / ours))
        else:
            result.rows.append(Row("Import", name, "", note="not installed"))
    return result
