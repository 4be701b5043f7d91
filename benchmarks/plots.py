"""The plots of docs/performance.md, drawn from what the cases found: small SVGs that can be read on white and on black."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measuring import OURS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from measuring import Points

_TEXT = "#7d8590"  # of a contrast above 3.5 with white and with the dark grey of documentation
_COLOURS = {
    OURS: "#2f81f7",
    "mimeparse, from chunks": "#79a8e8",
    "mimeparse, `parse()`": "#79a8e8",
    "fast-mail-parser": "#d9730d",
    "stdlib, compat32": "#2da44e",
    "stdlib, policy.default": "#8bb174",
    "mail-parser": "#bf5af2",
}
_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "mimeparse",  # the same identifiers in every run
    "svg.fonttype": "none",  # text stays text: smaller, and set in the reader's own fonts
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": _TEXT,
    "axes.labelcolor": _TEXT,
    "axes.edgecolor": _TEXT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": _TEXT,
    "ytick.color": _TEXT,
    "grid.color": _TEXT,
    "grid.alpha": 0.25,
    "savefig.transparent": True,
    "legend.frameon": False,
}


def draw(points: Sequence[Points], folder: Path) -> list[Path]:
    """Draw the plots for which there are points, and return where they are."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    drawn = []
    with mpl.rc_context(_STYLE):
        for name, fill in _PLOTS.items():
            wanted = [one for one in points if one.plot == name and one.reader in _COLOURS]
            if not wanted:
                continue
            figure, axes = plt.subplots(figsize=(6.6, 3.4), layout="constrained")
            fill(axes, wanted)
            folder.mkdir(parents=True, exist_ok=True)
            drawn.append(folder / f"{name}.svg")
            figure.savefig(drawn[-1], format="svg", metadata={"Date": None, "Creator": None})
            plt.close(figure)
    return drawn


def _lines(axes: Axes, points: Sequence[Points], *, gap: float) -> None:
    """Draw a line for each reader on logarithmic axes, and write its name at its end, names that meet one above the other."""
    merged: dict[str, list[tuple[float, float]]] = {}
    for one in points:
        merged.setdefault(one.reader, []).extend((float(x), y) for x, y in one.points)
    lowest = 0.0
    for reader, line in sorted(merged.items(), key=lambda item: item[1][-1][1]):
        axes.plot(
            [x for x, _ in line], [y for _, y in line], color=_COLOURS[reader], marker="o", markersize=3.5, label=reader
        )
        at = max(line[-1][1], lowest * gap)
        lowest = at
        axes.annotate(
            reader.replace("`", ""),
            (line[-1][0], at),
            xytext=(7, 0),
            textcoords="offset points",
            color=_COLOURS[reader],
            va="center",
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.grid(visible=True, axis="y")


def _throughput(axes: Axes, points: Sequence[Points]) -> None:
    _lines(axes, points, gap=1.5)
    axes.set_title("One base64 attachment: MB/s by size, higher is better", loc="left", color=_TEXT)
    axes.set_xticks([1e4, 1e5, 1e6, 1e7, 1e8, 1e9], ["10 kB", "100 kB", "1 MB", "10 MB", "100 MB", "1 GB"])
    axes.set_yticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
    axes.minorticks_off()


def _memory(axes: Axes, points: Sequence[Points]) -> None:
    _lines(axes, points, gap=1.6)
    axes.set_title("Peak memory over the bare interpreter: MiB by size, lower is better", loc="left", color=_TEXT)
    axes.set_xticks([1, 10, 50, 200, 1000], ["1 MB", "10 MB", "50 MB", "200 MB", "1 GB"])
    axes.set_yticks([10, 100, 1000], ["10", "100", "1,000"])
    axes.minorticks_off()


def _kinds(axes: Axes, points: Sequence[Points]) -> None:
    kinds = list(dict.fromkeys(str(kind) for one in points for kind, _ in one.points))
    readers = list(dict.fromkeys(one.reader for one in points))
    height = 0.8 / len(readers)
    for index, reader in enumerate(readers):
        taken = {str(kind): value for one in points if one.reader == reader for kind, value in one.points}
        places = [place + (index - (len(readers) - 1) / 2) * height for place in range(len(kinds))]
        axes.barh(places, [taken[kind] for kind in kinds], height * 0.9, color=_COLOURS[reader], label=reader)
    axes.set_yticks(range(len(kinds)), kinds)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xticks([10, 100, 1000, 10_000, 100_000], ["10 µs", "100 µs", "1 ms", "10 ms", "100 ms"])
    axes.minorticks_off()
    axes.grid(visible=True, axis="x")
    axes.set_axisbelow(True)
    axes.set_title("Everything of one message, by kind of mail; less is better", loc="left", color=_TEXT)
    axes.figure.legend(loc="outside lower center", ncols=3, labelcolor=_TEXT)


_PLOTS: dict[str, Callable[[Axes, Sequence[Points]], None]] = {
    "throughput": _throughput,
    "memory": _memory,
    "kinds": _kinds,
}
