"""Ordinary mail: everything of it, its headers alone, plain data of it; and each kind of mail on its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from measuring import OURS, Points, Result, Row, in_turns
from messages import KINDS, made_mail, mail_of
from readers import READERS, readable

if TYPE_CHECKING:
    from collections.abc import Callable

    from measuring import Settings
    from readers import Reader

EACH_KIND = 40


def measure(settings: Settings) -> Result:
    """Measure three kinds of work on a folder of mail, or on mail made for the purpose, and one on each kind."""
    result = Result()
    if settings.folder is None:
        found, whose = made_mail(settings.size(EACH_KIND, 1)), "made for the purpose"
    else:
        found, whose = mail_of(settings.folder, settings.size(settings.messages, 20)), "of FOLDER"
    messages, refused = readable(found)
    told = ", ".join(f"{name} refuses {count}" for name, count in refused.items()) or "none is refused"
    size = sum(map(len, messages))
    mean = f"{size / max(len(messages), 1) / 1000:.1f} kB in the mean"
    result.rows.append(
        Row(
            "Ordinary mail",
            "",
            f"{len(messages):,} messages",
            note=f"{whose}, {size / 1e6:.1f} MB, {mean}; left out of {len(found):,} what one of them refuses: {told}",
        )
    )
    works: dict[str, dict[Reader, Callable[[bytes], object]]] = {
        "Everything": {reader: reader.everything for reader in READERS},
        "Headers alone": {reader: reader.headers for reader in READERS},
        "Plain data, `to_dict()`": {reader: reader.record for reader in READERS if reader.record is not None},
    }
    for work, calls in works.items():
        _compare(result, work, calls, messages, settings.rounds)
    for kind, make in KINDS.items():
        made = [make(number) for number in range(settings.size(EACH_KIND, 1))]
        _plot(result, kind, made, settings.rounds)
    return result


def _read_all(call: Callable[[bytes], object], messages: list[bytes]) -> None:
    for raw in messages:
        call(raw)


def _seconds(calls: dict[Reader, Callable[[bytes], object]], messages: list[bytes], rounds: int) -> dict[str, float]:
    return in_turns(
        {reader.name: partial(_read_all, call, messages) for reader, call in calls.items() if reader.here}, rounds
    )


def _compare(
    result: Result, work: str, calls: dict[Reader, Callable[[bytes], object]], messages: list[bytes], rounds: int
) -> None:
    seconds = _seconds(calls, messages, rounds)
    for reader in calls:
        if reader.name not in seconds:
            result.rows.append(Row(work, reader.name, "", note="not installed"))
            continue
        each = 1e6 * seconds[reader.name] / max(len(messages), 1)
        times = seconds[reader.name] / seconds[OURS]
        note = _NOTES.get((work, reader.name), reader.without if work == "Everything" else "")
        result.rows.append(Row(work, reader.name, f"{each:,.0f} µs", times, note))


_NOTES = {
    ("Headers alone", OURS): "`stream()`, left behind the header block",
    ("Headers alone", "fast-mail-parser"): 'mode="metadata", which walks the parts too',
    ("Headers alone", "stdlib, compat32"): "BytesHeaderParser",
    ("Headers alone", "stdlib, policy.default"): "BytesHeaderParser",
    ("Headers alone", "mail-parser"): "always reads the whole message",
    ("Plain data, `to_dict()`", OURS): "with defects, a digest of each attachment and a key for deliveries",
    ("Plain data, `to_dict()`", "fast-mail-parser"): "has none: made by hand, with the same digests, without defects",
    (
        "Plain data, `to_dict()`",
        "stdlib, policy.default",
    ): "has none: made by hand, with the same digests, without defects",
    ("Plain data, `to_dict()`", "mail-parser"): "attachments in base64 and without digests; every header field",
}


def _plot(result: Result, kind: str, messages: list[bytes], rounds: int) -> None:
    """Note the microseconds that each reader takes for a message of one kind."""
    seconds = _seconds({reader: reader.everything for reader in READERS}, messages, rounds)
    for name, taken in seconds.items():
        result.points.append(Points("kinds", name, ((kind, 1e6 * taken / len(messages)),)))
