"""Growth: what a byte costs by the size of a message, by the number of its parts, by its depth and by its fields."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from measuring import OURS, Points, Result, Row, in_turns, joined, largest_rise
from messages import chunks_of_large_message, encoded, large_message, made_message
from readers import READERS, stream_with_mimeparse

import mimeparse

if TYPE_CHECKING:
    from collections.abc import Callable

    from measuring import Settings

SIZES = (10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000)
PARTS = (1, 10, 100, 1_000, 10_000)
LEVELS = (1, 2, 5, 10, 20, 50)
FIELDS = (1, 10, 100, 1_000)
LARGEST_FOR_PEERS = 100_000_000  # what one of them refuses; the others take seven times as much in memory
LEAST_SECONDS = 0.02  # what is shorter is repeated
FLAT = 1.3  # what the noise of a machine makes of 1


class _Family(NamedTuple):
    name: str
    sizes: tuple[int, ...]
    tiny: tuple[int, ...]
    make: Callable[[int], bytes]


def _of_parts(count: int) -> bytes:
    part = (
        b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        + b"The quick brown fox jumps over lazy dogs.\r\n" * 20
    )
    return b'Subject: parts\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' + part * count + b"--b--\r\n"


def _of_levels(depth: int, at_each: bytes, innermost: bytes) -> bytes:
    made, close = [], []
    for level in range(depth):
        boundary = b"=_level_%03d" % level
        kind = b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n'
        made.append(
            kind + b"--" + boundary + b"\r\nContent-Type: text/plain\r\n\r\n" + at_each + b"\r\n--" + boundary + b"\r\n"
        )
        close.append(b"\r\n--" + boundary + b"--\r\n")
    body = b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n" + innermost
    return b"Subject: levels\r\n" + b"".join(made) + body + b"".join(reversed(close))


def _of_levels_with_text(depth: int) -> bytes:
    return _of_levels(depth, b"The quick brown fox jumps over lazy dogs.\r\n" * 100, b"AAAA\r\n")


def _of_levels_around_attachment(depth: int) -> bytes:
    return _of_levels(depth, b"Hello", encoded("base64")[0] * 16)


def _of_levels_around_large_attachment(depth: int) -> bytes:
    return _of_levels(depth, b"Hello", encoded("base64")[0] * 256)


def _of_levels_around_little(depth: int) -> bytes:
    return _of_levels(depth, b"Hello", b"AAAA\r\n")


def _of_fields(count: int) -> bytes:
    fields = made_message(1).as_bytes().partition(b"\r\n\r\n")[0].split(b"\r\nDKIM")[0].split(b"\r\nReceived")
    hop = b"Received" + fields[1] + b"\r\n"
    return b"Subject: fields\r\n" + hop * count + b"\r\nHello\r\n"


def _read_fields(raw: bytes) -> int:
    with mimeparse.stream(raw, limits=_MANY_FIELDS) as message:
        return sum(len(field.value) for field in message.headers)


_MANY_FIELDS = mimeparse.Limits(max_header_bytes=None, max_header_count=None)

_FAMILIES = (
    _Family("parts of 1 kB", PARTS, (1, 10), _of_parts),
    _Family("levels, 4 kB of text at each", LEVELS, (1, 5), _of_levels_with_text),
    _Family("levels around 1 MB of base64", LEVELS, (1, 5), _of_levels_around_attachment),
)


def measure(settings: Settings) -> Result:
    """Measure the four kinds of growth."""
    result = Result()
    _measure_sizes(result, settings)
    for family in _FAMILIES:
        _measure_family(result, settings, family)
    _measure_depth(result, settings)
    _measure_fields(result, settings)
    return result


def _measure_sizes(result: Result, settings: Settings) -> None:
    """Measure by size: the peers as far as they go, and stream() from chunks as far as a gigabyte."""
    speeds: dict[str, list[tuple[float, float]]] = {}
    costs: list[tuple[float, float]] = []
    for size in (10_000, 100_000) if settings.quick else SIZES:
        calls: dict[str, Callable[[], object]] = {
            "mimeparse, from chunks": lambda size=size: stream_with_mimeparse(chunks_of_large_message("base64", size))  # type: ignore[misc]
        }
        if size <= LARGEST_FOR_PEERS:
            raw, _ = large_message("base64", size)
            calls[OURS] = partial(stream_with_mimeparse, raw)
            for reader in READERS[1:3]:
                if reader.here:
                    calls[reader.name] = partial(reader.everything, raw)
        each = _each(calls, settings.rounds)
        for name, seconds in each.items():
            speeds.setdefault(name, []).append((float(size), size / seconds / 1e6))
        costs.append((float(size), each["mimeparse, from chunks"] / size))
    for name, points in speeds.items():
        result.points.append(Points("throughput", name, tuple(points)))
        told = ", ".join(f"{speed:,.0f}" for _, speed in points)
        note = _flat(settings, costs) if name == "mimeparse, from chunks" else "MB/s at each size"
        shown = "mimeparse, `stream()` in memory" if name == OURS else name
        result.rows.append(Row(f"Growth, one attachment, {_span(points)} bytes", shown, told, note=note))
    for reader in READERS[1:3]:
        if not reader.here:
            result.rows.append(Row("Growth, one attachment", reader.name, "", note="not installed"))


def _measure_family(result: Result, settings: Settings, family: _Family) -> None:
    costs: dict[str, list[tuple[float, float]]] = {}
    for size in family.tiny if settings.quick else family.sizes:
        raw = family.make(size)
        calls: dict[str, Callable[[], object]] = {OURS: partial(stream_with_mimeparse, raw)}
        for reader in READERS[1:3]:
            if reader.here:
                calls[reader.name] = partial(_whatever_comes, reader.everything, raw)
        for name, seconds in _each(calls, settings.rounds).items():
            costs.setdefault(name, []).append((float(size), 1e9 * seconds / len(raw)))
    _tell(result, settings, f"Growth, {_span(costs[OURS])} {family.name}", costs)


def _measure_depth(result: Result, settings: Settings) -> None:
    """Measure what a byte of an attachment costs by its depth, without the parts around it, of which there are more with each level."""
    costs: list[tuple[float, float]] = []
    for depth in (1, 5) if settings.quick else LEVELS:
        large, little = _of_levels_around_large_attachment(depth), _of_levels_around_little(depth)
        each = _each(
            {"large": partial(stream_with_mimeparse, large), "little": partial(stream_with_mimeparse, little)},
            settings.rounds,
        )
        costs.append((float(depth), 1e9 * (each["large"] - each["little"]) / (len(large) - len(little))))
    work = f"Growth, {_span(costs)} levels around 17 MB of base64, less the parts around it"
    _tell(result, settings, work, {OURS: costs})


def _measure_fields(result: Result, settings: Settings) -> None:
    costs: list[tuple[float, float]] = []
    for count in (1, 10) if settings.quick else FIELDS:
        raw = _of_fields(count)
        each = _each({OURS: partial(_read_fields, raw)}, settings.rounds)
        costs.append((float(count), 1e9 * each[OURS] / len(raw)))
    _tell(result, settings, f"Growth, {_span(costs)} fields", {OURS: costs})


def _whatever_comes(read: Callable[[bytes], int], raw: bytes) -> None:
    try:
        read(raw)
    except Exception:  # noqa: BLE001  (what they do with depth is theirs)
        return


def _each(calls: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median seconds of one call of each, repeated until the clock can see it."""
    repeated: dict[str, Callable[[], object]] = {}
    times: dict[str, int] = {}
    for name, call in calls.items():
        started = time.process_time()
        call()
        times[name] = 1 if rounds == 1 else max(int(LEAST_SECONDS / max(time.process_time() - started, 1e-6)), 1)
        repeated[name] = partial(_repeat, call, times[name])
    return {name: seconds / times[name] for name, seconds in in_turns(repeated, rounds).items()}


def _repeat(call: Callable[[], object], times: int) -> None:
    for _ in range(times):
        call()


def _tell(result: Result, settings: Settings, work: str, costs: dict[str, list[tuple[float, float]]]) -> None:
    for name, points in costs.items():
        told = ", ".join(f"{cost:,.1f}" for _, cost in points)
        note = _flat(settings, points) if name == OURS else f"rises by {largest_rise(points):.2f} at most"
        result.rows.append(Row(work, name, f"{told} ns/byte", note=note))


def _flat(settings: Settings, points: list[tuple[float, float]]) -> str:
    rise = largest_rise(points)
    return joined(
        f"a byte costs {rise:.2f} times as much at most as at a smaller size",
        settings.goal(f"at most {FLAT}", met=rise <= FLAT),
    )


def _span(points: list[tuple[float, float]]) -> str:
    return f"{points[0][0]:,.0f} to {points[-1][0]:,.0f}"
