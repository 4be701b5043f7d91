"""Large attachments in every transfer encoding: the peers, and the bare loop over the same bytes that no parser can be faster than."""

from __future__ import annotations

import base64
import binascii
import email
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import OURS, Result, Row, in_turns
from messages import BLOCK_BYTES, BOUNDARY, in_chunks, large_message
from peers import installed
from readers import quiet_mail_parser, stream_with_mimeparse

import mimeparse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from measuring import Settings

BASE64_BYTES = 64 * 1024 * 1024
OTHER_BYTES = 16 * 1024 * 1024
BASE64_LINE = 78  # with its line end, as encoders write them
_CLOSE = b"\r\n--" + BOUNDARY
_ONLY_READ = "the file read and nothing else"
_SLACK = 16  # bytes that readers may differ by: line ends of the text, and of the last line


# What no parser can be faster than ---------------------------------------------------------------------------------------


def _blocks(raw: bytes) -> Iterator[bytes]:
    """Cut the attachment's body into blocks of at most 64 KiB, in whole lines, by looking for the delimiter and nothing else."""
    start = raw.index(b"\r\n\r\n", raw.index(b"Content-Transfer-Encoding")) + 4
    end = raw.index(_CLOSE, start)
    while start < end:
        limit = end if end - start <= BLOCK_BYTES else raw.rindex(b"\n", start, start + BLOCK_BYTES) + 1
        yield raw[start:limit]
        start = limit


def bare_base64(raw: bytes) -> int:
    """Find, strip line ends, decode."""
    from pybase64 import b64decode

    return sum(len(b64decode(block.translate(None, b"\r\n"), validate=True)) for block in _blocks(raw))


def bare_base64_of_equal_lines(raw: bytes) -> int:
    """Do the same, knowing beforehand that all lines are of one length."""
    from pybase64 import b64decode

    size = 0
    symbols = bytearray()
    for block in _blocks(raw):
        symbols[:] = block
        del symbols[BASE64_LINE - 1 :: BASE64_LINE]
        del symbols[BASE64_LINE - 2 :: BASE64_LINE - 1]
        size += len(b64decode(symbols, validate=True))
    return size


def bare_quoted_printable(raw: bytes) -> int:
    """Find, cut at line ends, decode."""
    return sum(len(binascii.a2b_qp(block)) for block in _blocks(raw))


def bare_slices(raw: bytes) -> int:
    """Find and cut."""
    return sum(map(len, _blocks(raw)))


def bare_uuencode(raw: bytes) -> int:
    """Find, cut at line ends, decode line by line."""
    size = 0
    for block in _blocks(raw):
        for line in block.splitlines():
            if not line.startswith((b"begin ", b"end")):
                size += len(binascii.a2b_uu(line))
    return size


def _read_file(path: Path) -> int:
    """Read, in blocks."""
    with path.open("rb") as file:
        return sum(map(len, iter(partial(file.read, BLOCK_BYTES), b"")))


# The readers -------------------------------------------------------------------------------------------------------------


def _parse_with_mimeparse(raw: bytes) -> int:
    return sum(len(attachment.read()) for attachment in mimeparse.parse(raw).attachments)


def _read_with_fast_mail_parser(raw: bytes) -> int:
    from fast_mail_parser import parse_email

    return sum(len(attachment.content) for attachment in parse_email(raw).attachments)


def _read_with_stdlib(raw: bytes) -> int:
    size = 0
    for part in email.message_from_bytes(raw).walk():
        if not part.is_multipart():
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            size += len(payload)
    return size


def _read_with_mail_parser(raw: bytes) -> int:
    attachments = quiet_mail_parser(raw).attachments
    return sum(len(base64.b64decode(one["payload"]) if one["binary"] else one["payload"]) for one in attachments)


_PEERS: tuple[tuple[str, str, Callable[[bytes], int]], ...] = (
    ("fast-mail-parser", "fast_mail_parser", _read_with_fast_mail_parser),
    ("stdlib, compat32", "email", _read_with_stdlib),
    ("mail-parser", "mailparser", _read_with_mail_parser),
)

_BARE: dict[str, tuple[tuple[str, Callable[[bytes], int]], ...]] = {
    "base64": (
        ("bare loop: find, strip, pybase64", bare_base64),
        ("the same, for lines of one length", bare_base64_of_equal_lines),
    ),
    "quoted-printable": (("bare loop: find, binascii.a2b_qp", bare_quoted_printable),),
    "8bit": (("bare loop: find, slices", bare_slices),),
    "x-uuencode": (("bare loop: find, lines, binascii.a2b_uu", bare_uuencode),),
}

_AT_LEAST = {"fast-mail-parser": 3.0, "stdlib, compat32": 25.0}  # times as fast, on base64


def measure(settings: Settings) -> Result:
    """Measure each transfer encoding."""
    result = Result()
    for encoding in _BARE:
        size = BASE64_BYTES if encoding == "base64" else OTHER_BYTES
        _measure_encoding(result, encoding, settings.size(size, 200_000), settings)
    return result


def _measure_encoding(result: Result, encoding: str, size: int, settings: Settings) -> None:
    raw, decoded = large_message(encoding, size)
    work = f"{len(raw) / 1e6:.0f} MB, {encoding}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.eml"
        path.write_bytes(raw)

        def from_file(*, digest: bool) -> int:
            with path.open("rb") as file:
                return stream_with_mimeparse(file, digest=digest)

        calls: dict[str, Callable[[], int]] = {
            OURS: partial(stream_with_mimeparse, raw),
            "mimeparse, from a file": partial(from_file, digest=True),
            "mimeparse, from a file, `digest=False`": partial(from_file, digest=False),
            _ONLY_READ: partial(_read_file, path),
            "mimeparse, from chunks of 64 KiB": lambda: stream_with_mimeparse(in_chunks(raw)),
            "mimeparse, from chunks, `digest=False`": lambda: stream_with_mimeparse(in_chunks(raw), digest=False),
            "mimeparse, `parse()`": partial(_parse_with_mimeparse, raw),
        }
        for name, bare in _BARE[encoding]:
            if encoding != "base64" or installed("pybase64"):
                calls[name] = partial(bare, raw)
        for name, module, read in _PEERS:
            if installed(module) and (name != "mail-parser" or encoding == "base64"):
                calls[name] = partial(read, raw)
        sizes = {name: call() for name, call in calls.items()}
        seconds = in_turns(calls, settings.rounds)
    for name, taken in seconds.items():
        times = taken / seconds[OURS]
        note = _note(settings, encoding, name, times)
        if name != _ONLY_READ and abs(sizes[name] - decoded) > _SLACK:
            note = f"does not do the same: {sizes[name]:,} bytes instead of {decoded:,}"
        shown = "mimeparse, `stream()` in memory" if name == OURS else name
        result.rows.append(Row(work, shown, f"{len(raw) / taken / 1e6:,.0f} MB/s", times, note))
    result.rows += [Row(work, name, "", note="not installed") for name, module, _ in _PEERS if not installed(module)]


def _note(settings: Settings, encoding: str, name: str, times: float) -> str:
    if name.startswith(("mimeparse, from a file", "mimeparse, from chunks")):
        return settings.goal("at most 1.1", met=times <= 1.1)
    if name.startswith("bare loop"):
        least = 0.6 if encoding == "base64" else 0.5
        return settings.goal(f"at least {least}", met=times >= least)
    if encoding == "base64" and name in _AT_LEAST:
        return settings.goal(f"at least {_AT_LEAST[name]:.0f}", met=times >= _AT_LEAST[name])
    return "spools to a file beyond 4 MiB" if name.endswith("`parse()`") else ""
