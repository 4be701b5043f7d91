"""Read every message of a corpus at every level of use, and print what came of it.

    python tests/corpus.py [FOLDER]

The folder is ../shared/corpus unless another is named. Exits with 1 if a promise was broken.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from feeding import cut, merged, shape

import mimeparse
from mimeparse import BodyChunk, LimitExceeded, Limits, PartEnd, PartStart, Surplus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimeparse import Event

FOLDER = Path(__file__).parents[2] / "shared" / "corpus"
_CHUNK_SIZES = ((7,), (64,), (1, 30, 2, 5), (4096,))
_BYTEWISE_BELOW = 20_000  # every message below this size is also fed byte by byte
_SLOWEST = 10


def messages(folder: Path = FOLDER) -> list[Path]:
    """Return the messages of a corpus; none if it is not there."""
    return sorted(path for path in folder.glob("*/*") if path.is_file())


@cache
def validator() -> Any:
    """Return the checker of the JSON shape."""
    import jsonschema

    schema = json.loads(files("mimeparse.message").joinpath("message.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def events(raw: bytes, sizes: tuple[int, ...], *, decode: bool = True) -> list[tuple[object, ...]]:
    parser = mimeparse.Parser(decode=decode)
    found: list[Event] = []
    for chunk in cut(raw, sizes):
        parser.feed(chunk)
        found.extend(parser.events())
    parser.close()
    found.extend(parser.events())
    return [shape(event) for event in merged(found)]


def tiles(raw: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each header block, body, preamble and epilogue stands."""
    for event in mimeparse.iter_events(raw, decode=False):
        if isinstance(event, PartStart):
            yield event.offset, event.body_offset
        elif isinstance(event, BodyChunk | Surplus):
            assert raw[event.offset : event.offset + len(event.data)] == event.data
            yield event.offset, event.offset + len(event.data)
        elif isinstance(event, PartEnd):
            yield event.offset, event.offset


def check_conservation(raw: bytes) -> None:
    """Check that header blocks, bodies, preambles and epilogues tile the input, with nothing but delimiter lines between them."""
    position = 0
    for start, end in tiles(raw):
        assert start >= position, "two tiles overlap"
        between = raw[position:start].strip(b"\r\n")
        assert not between or (between.startswith(b"--") and b"\n" not in between), f"bytes got lost: {between[:80]!r}"
        position = end
    rest = raw[position:].strip(b"\r\n")
    assert not rest or (rest.startswith(b"--") and b"\n" not in rest), f"bytes got lost: {rest[:80]!r}"


def check_strings(value: object) -> None:
    """Check that every string in plain data can be stored anywhere."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            one.encode("utf-8")
            assert "\0" not in one
        elif isinstance(one, dict):
            waiting.extend(one)
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def check_levels(raw: bytes) -> mimeparse.Message:
    """Read a message at every level, compare what the levels say, and return it."""
    whole = events(raw, (max(len(raw), 1),))
    for sizes in _CHUNK_SIZES + (((1,),) if len(raw) < _BYTEWISE_BELOW else ()):
        assert events(raw, sizes) == whole, f"chunks of {sizes} gave other events"
    check_conservation(raw)
    message = mimeparse.parse(raw)
    record = message.to_dict()
    check_strings(record)
    validator().validate(json.loads(json.dumps(record)))
    assert json.dumps(mimeparse.parse(cut(raw, (4096,)), limits=Limits(max_spool_bytes=100)).to_dict()) == json.dumps(
        record
    )
    leaves = [node for node in message.walk() if node.leaf]
    with mimeparse.stream(raw) as streamed:
        for node, part in zip(leaves, streamed, strict=True):
            assert part.path == node.path
            assert part.role == node.role
            assert part.read() == node.read()
    assert streamed.sha256 == message.sha256
    for node in leaves:
        if node.content_type.startswith("text/"):
            check_strings(node.text())
        check_strings([node.filename, node.safe_filename, node.content_id, *node.parameters.values()])
    for node in message.walk():
        for field in node.headers:
            check_strings([field.value, node.headers.text(field.name)])
    message.to_email_message()
    return message


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    paths = messages(folder)
    defects: Counter[str] = Counter()
    limits: Counter[str] = Counter()
    failures: list[str] = []
    clean = ambiguous = size = 0
    slowest: list[tuple[float, str]] = []
    for path in paths:
        raw = path.read_bytes()
        size += len(raw)
        name = path.relative_to(folder).as_posix()
        try:
            started = time.perf_counter()
            message = mimeparse.parse(raw)
            message.to_dict()
            slowest.append((time.perf_counter() - started, name))
            check_levels(raw)
        except LimitExceeded as breach:
            limits[breach.limit] += 1
            continue
        except Exception as error:  # noqa: BLE001  (anything at all is what is looked for)
            failures.append(f"{name}: {type(error).__name__}: {str(error)[:200]}")
            continue
        defects.update(message.stats.defects.keys())
        clean += not message.stats.defects
        ambiguous += message.ambiguous
    print(f"{len(paths):,} messages, {size:,} bytes; {clean:,} without a defect, {ambiguous:,} ambiguous")
    print(f"{len(failures)} broken promises")
    for failure in failures[:50]:
        print("  " + failure)
    print("limits hit: " + (", ".join(f"{name} {count}" for name, count in limits.most_common()) or "none"))
    print("messages by defect code:")
    for code, count in defects.most_common():
        print(f"  {count:6,}  {code}")
    print("slowest, in ms:")
    for seconds, name in sorted(slowest, reverse=True)[:_SLOWEST]:
        print(f"  {1000 * seconds:8.1f}  {name}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    sys.exit(main())
