"""Every function takes time in proportion to its input: sixteen times as much of anything does not take two hundred times as long."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import mimeparse
from mimeparse import Headers, Limits
from mimeparse.coding.charsets import decode_header_bytes, decode_text
from mimeparse.coding.transfer import transfer_decoder
from mimeparse.fields.addresses import parse_addresses
from mimeparse.fields.dates import parse_date
from mimeparse.fields.ids import parse_message_ids
from mimeparse.fields.params import parse_content_type, parse_disposition
from mimeparse.fields.words import decode_phrase, decode_words
from mimeparse.safety.filenames import filename_findings
from targets.inputs import understood, words

if TYPE_CHECKING:
    from collections.abc import Callable

GROUPS = ("mail", "field", "html", "code", "name")
FOLDERS = ("linear",)

_SMALL, _LARGE, _HUGE = 16_000, 64_000, 256_000  # bytes
_GROWTH = 8
"""Four times as much may take eight times as long: half way between linear and quadratic."""
_NOTICED_SECONDS = 0.03  # less is not worth a second look
_FAILED_SECONDS = 0.5

_LIMITS = Limits(
    max_structured_bytes=None, max_header_bytes=None, max_header_count=None, max_total_header_bytes=None,
    max_parts=None, max_attachments=None, max_depth=None, max_boundary_bytes=None, max_cpu_seconds=None,
    max_readings=5,
)  # fmt: skip


def _read_message(data: bytes) -> None:
    message = mimeparse.parse(data, limits=_LIMITS)
    message.to_dict()
    for node in message.walk():
        _ = node.risks
    message.carve()


def _read_headers(data: bytes) -> None:
    headers = Headers(data)
    headers.message_defects()
    for name in {field.name for field in headers}:
        headers.text(name)


def _of_text(function: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: function(decode_header_bytes(data)[0])


def _decode_as(encoding: str) -> Callable[[bytes], object]:
    def decode(data: bytes) -> None:
        decoder = transfer_decoder(encoding)
        for start in range(0, len(data), 1000):
            decoder.feed(data[start : start + 1000])
        decoder.close()

    return decode


# New ones go to the end: the inputs of the corpus choose by number.
_FUNCTIONS: tuple[Callable[[bytes], object], ...] = (
    _read_message,
    _of_text(mimeparse.text_from_html),
    _of_text(lambda html: mimeparse.sanitize_html(html, engine="nh3")),
    _read_headers,
    _of_text(parse_addresses),
    _of_text(parse_date),
    _of_text(parse_message_ids),
    _of_text(parse_content_type),
    _of_text(parse_disposition),
    _of_text(decode_words),
    _of_text(decode_phrase),
    _of_text(mimeparse.safe_filename),
    _of_text(filename_findings),
    _decode_as("base64"),
    _decode_as("quoted-printable"),
    _decode_as("x-uuencode"),
    lambda data: decode_text(data, "utf-8"),
    lambda data: decode_text(data, None, html=True),
    _of_text(lambda html: mimeparse.sanitize_html(html, engine="bleach")),
    _of_text(mimeparse.hidden_text),
    _of_text(mimeparse.invisible_characters),
    lambda data: mimeparse.readings(data, limits=_LIMITS),
)


def check(data: bytes) -> None:
    """Check the promise on one input: what is repeated stands between what begins and what ends."""
    given = understood(data, words(*GROUPS))
    function = _FUNCTIONS[given.choice % len(_FUNCTIONS)]
    beginning, repeated, _ = given.sizes
    unit = given.content[beginning : beginning + (repeated or len(given.content))]
    if not unit:
        return
    before, after = given.content[:beginning], given.content[beginning + len(unit) :][:100]

    def seconds(size: int) -> float:
        text = before + unit * (size // len(unit) + 1) + after
        best = float("inf")
        for _ in range(3):  # the fastest of three: what else the machine does is not our time
            started = time.process_time()
            function(text)
            best = min(best, time.process_time() - started)
            if best < _NOTICED_SECONDS:
                break
        return best

    large = seconds(_LARGE)
    if large < _NOTICED_SECONDS or large < _GROWTH * seconds(_SMALL):
        return
    huge = seconds(_HUGE)
    assert huge < _FAILED_SECONDS or huge < _GROWTH * large, f"{large:.3f} s, and {huge:.3f} s for four times as much"
