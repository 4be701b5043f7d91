"""Time and measure mimeparse over a family of inputs for each attack on its complexity.

    python benchmarks/families.py [WORD ...]

Each family is read whole, at a size that takes at least 5 ms and at eight times that; with words, only the families that have one in
their name. `growth` is the time for each byte at the larger size over that at the smaller one: 1 is linear, 8 is quadratic. `memory`
is the peak that Python allocated, over that for ordinary mail of the same size. `streamed` is that of reading every byte with
`stream()`, with the limits that it has by default, over ordinary mail again: of 320 kB, the message itself counted, since it stands in
memory. Ends with status 1 if one of them grows by more than 1.3 even when it is measured again, and goes by at less than 100 MB/s at
the larger size. All of them take ten minutes.
"""

from __future__ import annotations

import gc
import sys
import time
import tracemalloc
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from complexity import FAMILIES, clean

import mimeparse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from complexity import Family

    from mimeparse import Message, Node

LEAST_SECONDS = 0.005
LEAST_BYTES = 1024
LEAST_OF_THE_ATTACK = 16  # times what a message of no size has anyway, nesting above all
MOST_BYTES = 2 * 1024 * 1024  # of the smaller size, for what goes by at a gigabyte a second
FACTOR = 8
STREAMED_BYTES = (
    320_000  # where neither the window of 64 KiB that a step reads hides everything else, nor the default limits
)
LARGER = 4
ROUNDS = 3
ROUNDS_AGAIN = 5
GREATEST_GROWTH = 1.3
GREATEST_MEMORY = 2.0
# What goes by at this speed is as fast as memory: a message of 2 MB has room in the caches of the processor and one of 16 MB has not.
FAST = 100e6

# Of what could hide the growth. The depth stays: what a delimiter costs is bytes times open multiparts, which is why there is a limit.
# A fixed number of readings: how many a message asks for depends on what stands in it, and its growth is not that of the input.
LIMITS = mimeparse.Limits(
    max_readings=3,
    max_message_bytes=None,
    max_header_bytes=None,
    max_total_header_bytes=None,
    max_header_count=None,
    max_structured_bytes=None,
    max_parts=None,
    max_attachments=None,
    max_boundary_bytes=None,
    max_text_bytes=None,
    max_cpu_seconds=None,
)

ADDRESS_FIELDS = ("from", "sender", "reply-to", "to", "cc", "bcc", "resent-to", "disposition-notification-to")


def read_headers(node: Node) -> None:
    """Ask for all that a header block says."""
    headers = node.headers
    for field in headers:
        _ = field.value, field.raw
    for name in ("subject", "comments", "x-flood", "content-description"):
        headers.text(name)
    for name in ADDRESS_FIELDS:
        headers.address_list(name)
    for name in ("in-reply-to", "references", "content-id"):
        headers.message_ids(name)
    _ = headers.date(), headers.date("resent-date"), headers.message_id(), headers.defects


def read_message(raw: bytes) -> None:
    """Parse a message and ask for everything in it."""
    message = mimeparse.parse(raw, limits=LIMITS)
    for node in message.walk():
        read_headers(node)
        _ = (
            node.safe_filename,
            node.parameters,
            node.charset,
            node.content_id,
            node.role_reason,
            node.sha256,
            node.defects,
        )
        if node.content_type.startswith("text/"):
            node.text()
            node.unwrapped_text()
    read_views(message)
    union = mimeparse.readings(raw, limits=LIMITS)
    _ = union.attachments, union.texts


def read_views(message: Message) -> None:
    """Ask a message for everything that is put together from its parts."""
    _ = message.subject, message.from_, message.to, message.cc, message.date, message.message_id, message.references
    _ = message.text, message.html, message.preview, message.ambiguous, message.stats, message.defects
    for attachment in message.attachments:
        attachment.read()
    message.to_dict()
    message.to_dict(envelope={"from": "a", "recipients": []}, download_url=lambda attachment: attachment.safe_filename)


def read_html(raw: bytes, engine: Literal["bleach", "nh3"]) -> None:
    """Sanitise the HTML of a message."""
    mimeparse.sanitize_html(mimeparse.parse(raw, limits=LIMITS).html or "", engine=engine)


def read_html_as_text(raw: bytes) -> None:
    """Make text of the HTML of a message."""
    mimeparse.text_from_html(mimeparse.parse(raw, limits=LIMITS).html or "")


def installed_engines() -> tuple[Literal["bleach", "nh3"], ...]:
    """Return the engines that can be measured here."""
    try:
        mimeparse.sanitize_html("", engine="nh3")
    except mimeparse.MissingLibrary:
        return ("bleach",)
    return ("bleach", "nh3")


def cases(words: list[str]) -> Iterator[tuple[str, Family, Callable[[bytes], None]]]:
    """Yield what is measured: a name, a family, and a way to read it."""
    engines = installed_engines()
    for family in FAMILIES:
        if words and not any(word in family.name for word in words):
            continue
        yield family.name, family, read_message
        if family.html:
            yield f"{family.name}, as text", family, read_html_as_text
            for engine in engines:
                yield f"{family.name}, by {engine}", family, partial(read_html, engine=engine)


class Figures(NamedTuple):
    """What was measured of one case."""

    name: str
    size: int
    growth: float
    speed: float
    """MB/s at the larger size."""
    memory: float
    """Bytes allocated at most, over those for ordinary mail of the same size."""
    streamed: float
    """The same of `stream()`, the message itself counted."""

    @property
    def linear(self) -> bool:
        """Whether the time grows as the size does."""
        return self.growth <= GREATEST_GROWTH or self.speed * 1e6 > FAST


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep the collector out of what is timed."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def seconds(read: Callable[[bytes], None], raw: bytes, rounds: int) -> float:
    """Return the time of the best of some rounds."""
    best = float("inf")
    with no_collection():
        for _ in range(rounds):
            started = time.process_time()
            read(raw)
            best = min(best, time.process_time() - started)
    return best


def smaller_message(family: Family, read: Callable[[bytes], None]) -> bytes:
    """Return a message of the family that takes long enough to be timed."""
    size = max(LEAST_BYTES, LEAST_OF_THE_ATTACK * len(family.make(0)))
    read(family.make(size))  # imports, caches
    while True:
        raw = family.make(size)
        if size >= MOST_BYTES or seconds(read, raw, 2) >= LEAST_SECONDS:
            return raw
        size *= 2


def peak(read: Callable[[bytes], None], raw: bytes) -> int:
    """Return how many bytes Python held at most while it read a message, the message itself not counted."""
    gc.collect()
    tracemalloc.start()
    read(raw)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def streamed(raw: bytes) -> float:
    """Return what streaming a message takes for each byte of it, itself among that."""
    stream_until_a_limit(raw)  # imports, caches
    return (peak(stream_until_a_limit, raw) + len(raw)) / len(raw)


def stream_until_a_limit(raw: bytes) -> None:
    """Read every byte of every part, with the limits that are the default."""
    try:
        with mimeparse.stream(raw) as message:
            for part in message:
                for _ in part:
                    pass
    except mimeparse.LimitExceeded:
        pass


def measure(name: str, family: Family, read: Callable[[bytes], None]) -> Figures:
    """Measure one case; where it seems to grow once more, and then at larger sizes: what grows in truth grows there too."""
    small = smaller_message(family, read)
    growth = float("inf")
    for times, rounds in ((1, ROUNDS), (1, ROUNDS_AGAIN), (LARGER, ROUNDS_AGAIN)):
        if times > 1:
            small = family.make(times * len(small))
        large = family.make(FACTOR * len(small))
        small_seconds = seconds(read, small, 2 * rounds)
        large_seconds = seconds(read, large, rounds)
        growth = min(growth, large_seconds / len(large) / (small_seconds / len(small)))
        if growth <= GREATEST_GROWTH or len(large) / large_seconds > FAST:
            break
    memory = peak(read, large) / peak(read, clean(len(large)))
    in_stream = streamed(family.make(STREAMED_BYTES)) / streamed(clean(STREAMED_BYTES))
    return Figures(name, len(large), growth, len(large) / large_seconds / 1e6, memory, in_stream)


def main() -> None:
    """Print one line for each case, the worst first."""
    measured = []
    for name, family, read in cases(sys.argv[1:]):
        measured.append(measure(name, family, read))
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(f"{'family':64} {'bytes':>12} {'growth':>7} {'MB/s':>8} {'memory':>7} {'streamed':>8}")
    for one in sorted(measured, key=lambda figures: figures.growth, reverse=True):
        print(f"{one.name:64} {one.size:12,} {one.growth:7.2f} {one.speed:8.2f} {one.memory:7.1f} {one.streamed:8.1f}")
    slowest = min(measured, key=lambda figures: figures.speed)
    hungriest = max(measured, key=lambda figures: figures.memory)
    over = {one.name.partition(",")[0] for one in measured if one.streamed > GREATEST_MEMORY}
    grown = [one.name for one in measured if not one.linear]
    print(f"{len(measured)} cases; slowest: {slowest.name}; most memory: {hungriest.name}; not linear: {len(grown)}")
    print(
        f"families that take over {GREATEST_MEMORY} times the memory of ordinary mail when they are streamed: {len(over)}"
    )
    sys.exit(1 if grown else 0)


if __name__ == "__main__":
    main()
