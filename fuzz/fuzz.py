"""Try to break the three promises of `mimeparse.Parser` with inputs that nobody would write.

    python fuzz/fuzz.py --replay            run the corpus once
    python fuzz/fuzz.py --seconds 60        mutate the corpus for a while, from a seed that is printed
    python fuzz/fuzz.py --atheris [...]     guided by coverage, where atheris is installed; further options are libFuzzer's

The invariants: for any bytes in any chunks the parser gives events or raises `LimitExceeded`, and nothing else; any split of the
input gives the same events; header blocks, bodies, preambles, epilogues and delimiter lines tile the input; whatever comes out as
text can be encoded, and the JSON is JSON. An input that breaks one is written to a file `crash-...`, which goes to `fuzz/corpus`
together with the mend.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import mimeparse
from mimeparse import BodyChunk, EndOfMessage, Event, LimitExceeded, Limits, Parser, PartEnd, PartStart, Surplus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CORPUS = Path(__file__).parent / "corpus"

# Tight, so that the fuzzer meets each of them, and large enough that most inputs meet none.
LIMITS = Limits(max_header_bytes=20_000, max_depth=8, max_parts=100, max_defects=20, max_spool_bytes=1_000)

# What mail is made of: a random byte seldom makes a delimiter, these do.
TOKENS = (
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"--b", b"--b--", b"--b\r\n", b"\n--b--\n", b"--", b"=", b"==", b"=\r\n", b"=3D", b"\0", b"\xff",
    b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: message/rfc822\r\n", b"Content-Type: text/html; charset=utf-7\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n", b"From ", b"From: a@b\r\n",
    b"Content-Transfer-Encoding: x-uuencode\r\n", b"begin 644 f\n", b"Content-Disposition: attachment; filename*0*=utf-8''%2e%2e%2f",
    b"=?utf-8?q?=41?=", b"=?utf-8?b?", b"?=", b";", b'"', b"(", b")", b"<", b">", b",", b":", b" ", b"\t", b"\\", b"\xef\xbb\xbf",
)  # fmt: skip


def events_in_chunks(data: bytes, sizes: Iterator[int], *, decode: bool) -> tuple[list[Event], LimitExceeded | None]:
    """Return the events of `data` fed in chunks, adjacent chunks of a body joined, and the limit that was hit, if any."""
    parser = Parser(limits=LIMITS, decode=decode)
    events: list[Event] = []
    try:
        position = 0
        while position < len(data):
            size = next(sizes)
            parser.feed(data[position : position + size])
            position += size
            events.extend(parser.events())
        parser.close()
        events.extend(parser.events())
    except LimitExceeded as breach:
        assert 0 <= breach.offset <= len(data)
        return joined(events), breach
    assert parser.done
    assert isinstance(events[-1], EndOfMessage)
    return joined(events), None


def joined(events: list[Event]) -> list[Event]:
    """Return the events with adjacent chunks of one body or surplus joined."""
    result: list[Event] = []
    for event in events:
        last = result[-1] if result else None
        if isinstance(event, BodyChunk) and isinstance(last, BodyChunk) and last.path == event.path:
            result[-1] = BodyChunk(event.path, last.data + event.data, last.offset)
        elif (
            isinstance(event, Surplus)
            and isinstance(last, Surplus)
            and (last.path, last.where) == (event.path, event.where)
        ):
            result[-1] = Surplus(event.path, event.where, last.data + event.data, last.offset)
        else:
            result.append(event)
    return result


def plain(event: Event) -> tuple[object, ...]:
    """Return an event as values that can be compared."""
    if isinstance(event, PartStart):
        return (
            event.path,
            event.headers.raw,
            event.content_type,
            event.filename,
            event.leaf,
            event.defects,
            event.offset,
        )
    if isinstance(event, BodyChunk):
        return (event.path, event.data)
    if isinstance(event, Surplus):
        return (event.path, event.where, event.data, event.offset)
    if isinstance(event, PartEnd):
        return (event.path, event.size, event.defects, event.offset)
    return (event.size, event.defects)


def check_tiles(data: bytes, events: list[Event]) -> None:
    """Check that what the events cover, and delimiter lines between, is the whole input."""
    position = 0
    for event in events:
        if isinstance(event, PartStart):
            start, end = event.offset, event.body_offset
        elif isinstance(event, BodyChunk | Surplus):
            start, end = event.offset, event.offset + len(event.data)
            assert data[start:end] == event.data
        else:
            continue
        assert position <= start <= end
        check_gap(data[position:start])
        position = end
    check_gap(data[position:])


def check_gap(gap: bytes) -> None:
    """Check that bytes outside all header blocks and bodies are delimiter lines."""
    gap = gap.strip(b"\r\n")
    assert not gap or gap.startswith(b"--")


def check(data: bytes) -> None:
    """Check every promise on one input, whose hash also decides how it is cut."""
    chance = random.Random(hashlib.sha256(data).digest())
    for decode in (True, False):
        whole, limit = events_in_chunks(data, iter([max(len(data), 1)]), decode=decode)
        cut, cut_limit = events_in_chunks(data, iter(lambda: chance.randint(1, 40), 0), decode=decode)
        assert (limit is None) == (cut_limit is None)
        if limit is None:
            assert list(map(plain, whole)) == list(map(plain, cut))
            if not decode:
                check_tiles(data, whole)
        else:
            assert cut_limit is not None
            assert limit.limit == cut_limit.limit
    try:
        message = mimeparse.parse(data, limits=LIMITS)
    except LimitExceeded:
        return
    json.dumps(message.to_dict(), ensure_ascii=False).encode("utf-8")
    for node in message.walk():
        assert node.safe_filename.isprintable()
        assert not set(node.safe_filename) & set("/\\\0")
        for field in node.headers:
            field.value.encode("utf-8")
            (node.headers.text(field.name) or "").encode("utf-8")
    mimeparse.text_from_html(message.html or "").encode("utf-8")
    for span in mimeparse.hidden_text(message.html or ""):
        span.text.encode("utf-8")


def mutated(seed: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """Return `seed` after some random changes."""
    data = bytearray(seed)
    for _ in range(chance.randint(1, 8)):
        place = chance.randint(0, len(data))
        other = chance.choice(others)
        kind = chance.randrange(6)
        if kind == 0:
            data[place:place] = chance.choice(TOKENS) * chance.choice((1, 1, 1, 2, 50))
        elif kind == 1:
            data[place : place + chance.choice((0, 1, 5))] = chance.choice(TOKENS)
        elif kind == 2:
            del data[place : place + chance.choice((1, 2, 20, 500))]
        elif kind == 3:
            start = chance.randint(0, len(other))
            data[place:place] = other[start : start + chance.choice((10, 100, 1000))]
        elif kind == 4:
            data[place : place + 1] = bytes([chance.randrange(256)])
        else:
            lines = bytes(data).splitlines(keepends=True)
            chance.shuffle(lines) if chance.random() < 0.1 else lines.reverse() if chance.random() < 0.1 else None
            data = bytearray(b"".join(lines))
    return bytes(data[:20_000])


def seeds() -> list[bytes]:
    """Return the inputs of the corpus."""
    return [path.read_bytes() for path in sorted(CORPUS.iterdir()) if path.is_file()]


def run(data: bytes, check: Callable[[bytes], None] = check) -> None:
    """Check one input, and keep it in a file if it breaks a promise."""
    try:
        check(data)
    except BaseException:
        name = f"crash-{hashlib.sha256(data).hexdigest()[:16]}"
        Path(name).write_bytes(data)
        print(f"a promise is broken by {name}", file=sys.stderr)
        raise


def main() -> None:
    """Replay, mutate, or hand over to atheris."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--replay", action="store_true")
    arguments.add_argument("--seconds", type=float, default=0)
    arguments.add_argument("--seed", type=int, default=None)
    arguments.add_argument("--atheris", action="store_true")
    options, rest = arguments.parse_known_args()
    if options.atheris:
        import atheris

        atheris.instrument_all()
        atheris.Setup([sys.argv[0], *rest, str(CORPUS)], check)
        atheris.Fuzz()
    known = seeds()
    if options.replay:
        for data in known:
            run(data)
        print(f"replayed {len(known)} inputs")
    if options.seconds:
        seed = time.time_ns() if options.seed is None else options.seed
        print(f"mutating from --seed {seed}")
        chance = random.Random(seed)
        until = time.monotonic() + options.seconds
        tried = 0
        while time.monotonic() < until:
            run(mutated(chance.choice(known), known, chance))
            tried += 1
        print(f"tried {tried:,} inputs")


if __name__ == "__main__":
    main()
