"""Time mimeparse beside the peers, in one run, in turns.

    python benchmarks/speed.py [FOLDER_OF_MESSAGES]

Without a folder, ordinary mail is made for the purpose. Each case is run in rounds, each round runs every parser once, and the best
round of each parser counts; what matters is the ratio, which is over mimeparse's time.
"""

from __future__ import annotations

import email
import email.header
import email.policy
import email.utils
import os
import random
import sys
import time
from base64 import encodebytes
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import mimeparse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from email.message import Message

Reader: TypeAlias = "Callable[[bytes], int]"

ROUNDS = 5
ATTACHMENT_BYTES = 64 * 1024 * 1024
MADE_MESSAGES = 300
BOUNDARY = b"===============7330845974216740156=="  # as the stdlib makes them


def stream_attachments(raw: bytes) -> int:
    """Read every part with stream()."""
    size = 0
    with mimeparse.stream(raw) as message:
        for part in message:
            for chunk in part:
                size += len(chunk)
    return size


def read_with_mimeparse(raw: bytes) -> int:
    """Decode fields, texts and attachments with parse()."""
    message = mimeparse.parse(raw)
    size = len(message.subject or "") + len(message.from_) + len(message.to) + len(message.cc) + bool(message.date)
    size += len(message.text or "") + len(message.html or "")
    return size + sum(len(attachment.read()) for attachment in message.attachments)


def read_with_fast_mail_parser(raw: bytes) -> int:
    """Decode the same with fast-mail-parser, which is lazy about contents."""
    from fast_mail_parser import parse_email

    message = parse_email(raw)
    size = len(message.subject or "") + len(message.headers) + len(message.date or "")
    size += sum(map(len, message.text_plain)) + sum(map(len, message.text_html))
    return size + sum(len(attachment.content) for attachment in message.attachments)


def read_with_stdlib(raw: bytes) -> int:
    """Decode the same with the stdlib's compat32 policy, charsets included."""
    message = email.message_from_bytes(raw)
    size = sum(len(_decoded_field(message, name)) for name in ("subject", "message-id"))
    for name in ("from", "to", "cc"):
        size += len(email.utils.getaddresses(list(map(str, message.get_all(name, [])))))
    with suppress(TypeError, ValueError, OverflowError):
        size += bool(email.utils.parsedate_to_datetime(str(message["date"])))
    for part in message.walk():
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        if part.get_content_maintype() == "text" and part.get_filename() is None:
            try:
                size += len(payload.decode(part.get_content_charset("utf-8"), "replace"))
            except LookupError:
                size += len(payload.decode("latin-1"))
        else:
            size += len(payload)
    return size


def _decoded_field(message: Message, name: str) -> str:
    try:
        return str(email.header.make_header(email.header.decode_header(str(message[name] or ""))))
    except (LookupError, UnicodeError, email.errors.HeaderParseError):
        return ""


def read_with_mail_parser(raw: bytes) -> int:
    """Decode the same with mail-parser."""
    import logging

    import mailparser

    logging.disable()  # it tells of every part that it leaves out

    message = mailparser.parse_from_bytes(raw)
    size = len(message.subject or "") + len(message.from_) + len(message.to) + bool(message.date)
    size += sum(map(len, message.text_plain)) + sum(map(len, message.text_html))
    return size + sum(len(attachment["payload"]) for attachment in message.attachments)


def big_message() -> bytes:
    """Return a message with one attachment of random bytes."""
    attachment = encodebytes(random.Random(4711).randbytes(ATTACHMENT_BYTES)).replace(b"\n", b"\r\n")
    return (
        b"From: a@example.com\r\nTo: b@example.org\r\nSubject: a big one\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="' + BOUNDARY + b'"\r\n\r\n'
        b"--" + BOUNDARY + b"\r\nContent-Type: text/plain\r\n\r\nHello\r\n--" + BOUNDARY + b"\r\n"
        b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=big.bin\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + attachment + b"--" + BOUNDARY + b"--\r\n"
    )


def made_messages() -> list[bytes]:
    """Return ordinary mail: alternatives in quoted-printable, half of them with a small attachment."""
    chance = random.Random(4711)
    words = [
        "the",
        "quick",
        "brown",
        "fox",
        "jumps",
        "over",
        "lazy",
        "dogs",
        "while",
        "Zoë",
        "drinks",
        "a",
        "café",
        "crème",
        "in",
        "Köln",
    ]
    messages = []
    for number in range(MADE_MESSAGES):
        text = "\n".join(" ".join(chance.choices(words, k=12)) for _ in range(chance.randint(5, 60)))
        made = email.message.EmailMessage(policy=email.policy.SMTP)
        made["From"] = f"Zoë Müller <zoe{number}@example.com>"
        made["To"] = "support@example.org, John Doe <john@example.net>"
        made["Subject"] = "Re: " + " ".join(chance.choices(words, k=6))
        made["Date"] = "Tue, 24 Nov 2026 10:21:34 +0100"
        made["Message-ID"] = f"<{number}@example.com>"
        for hop in range(6):
            made[f"X-Hop-{hop}"] = (
                f"from mx{hop}.example.net by mx{hop + 1}.example.net with ESMTPS id {chance.random()}"
            )
        made.set_content(text, cte="quoted-printable")
        made.add_alternative("<p>" + text.replace("\n", "</p><p>") + "</p>", subtype="html", cte="quoted-printable")
        if number % 2:
            made.add_attachment(
                chance.randbytes(20_000), maintype="application", subtype="pdf", filename="Rechnung März.pdf"
            )
        messages.append(made.as_bytes())
    return messages


def readable(messages: list[bytes], readers: Sequence[Reader]) -> list[bytes]:
    """Return the messages that no peer refuses, so that all do the same work."""
    kept = []
    for raw in messages:
        try:
            for read in readers:
                read(raw)
        except Exception:  # noqa: BLE001, S112  (a peer may raise anything)
            continue
        kept.append(raw)
    return kept


def compare(title: str, readers: dict[str, Reader], messages: list[bytes], rounds: int = ROUNDS) -> None:
    """Print how long each reader takes for all messages, and how that compares with the first."""
    best = dict.fromkeys(readers, float("inf"))
    for _ in range(rounds):
        for name, read in readers.items():
            started = time.perf_counter()
            for raw in messages:
                read(raw)
            best[name] = min(best[name], time.perf_counter() - started)
    size = sum(map(len, messages))
    reference = next(iter(best.values()))
    print(f"\n{title}: {len(messages):,} messages, {size / 1e6:,.1f} MB")
    for name, seconds in best.items():
        each = 1e6 * seconds / len(messages)
        print(f"  {name:28} {size / seconds / 1e6:9,.1f} MB/s {each:14,.1f} us each {seconds / reference:8.2f} x")


def main() -> None:
    """Run the two cases."""
    peers: dict[str, Reader] = {
        "fast-mail-parser": read_with_fast_mail_parser,
        "stdlib email, compat32": read_with_stdlib,
    }
    big = [big_message()]
    compare(
        "One attachment of 64 MiB",
        {"mimeparse stream()": stream_attachments, "mimeparse parse()": read_with_mimeparse, **peers},
        big,
        3,
    )
    del big
    if len(sys.argv) > 1:
        found = [path.read_bytes() for path in sorted(Path(sys.argv[1]).glob("*/*")) if path.is_file()]
        title = f"Ordinary mail of {os.path.basename(sys.argv[1].rstrip('/'))}"  # noqa: PTH119
    else:
        found, title = made_messages(), "Ordinary mail, made for the purpose"
    messages = readable(found, [read_with_mimeparse, *peers.values()])
    print(f"\n{len(found) - len(messages)} of {len(found)} messages left out, because one of the parsers refuses them")
    compare(title, {"mimeparse parse()": read_with_mimeparse, **peers}, messages)
    some = readable(messages[::10], [read_with_mail_parser])
    compare(
        "Every tenth of them", {"mimeparse parse()": read_with_mimeparse, "mail-parser": read_with_mail_parser}, some, 2
    )


if __name__ == "__main__":
    main()
