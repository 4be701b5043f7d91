"""Ordinary mail: of a folder, or made for the purpose, one function for each kind; and large messages of one attachment."""

from __future__ import annotations

import base64
import binascii
import random
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LARGEST_ORDINARY = 100_000  # bytes
BOUNDARY = b"===============7330845974216740156=="  # as the stdlib makes them
BLOCK_BYTES = 64 * 1024
# About four escapes in 100 bytes of quoted-printable, as in the mail of people who write German or French.
_WORDS = "the quick brown fox jumps over lazy dogs while Zoë drinks a café in Köln and walks home through the old town".split()
_HOP = "from mx{0}.example.net (mx{0}.example.net [192.0.2.{0}]) by mx{1}.example.net with ESMTPS id {2:016x}; Tue, 24 Nov 2026 10:21:3{0} +0100"


def made_message(number: int, *, text: str = "") -> EmailMessage:
    """Return a message with the fields that mail arrives with, and a text."""
    chance = random.Random(number)
    made = EmailMessage(policy=SMTP)
    for hop in range(4):
        made["Received"] = _HOP.format(hop, hop + 1, chance.getrandbits(64))
    signature = base64.b64encode(chance.randbytes(192)).decode()
    made["DKIM-Signature"] = (
        f"v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s1; h=from:to:subject:date; b={signature}"
    )
    made["From"] = f"Zoë Müller <zoe{number}@example.com>"
    made["To"] = "Support <support@example.org>, John Doe <john@example.net>"
    made["Cc"] = "jane@example.net"
    made["Subject"] = "Re: " + " ".join(chance.choices(_WORDS, k=6))
    made["Date"] = "Tue, 24 Nov 2026 10:21:34 +0100"
    made["Message-ID"] = f"<{number}.{chance.getrandbits(64):x}@example.com>"
    made["In-Reply-To"] = f"<{number - 1}@example.net>"
    made["References"] = f"<{number - 2}@example.com> <{number - 1}@example.net>"
    made.set_content(text or _text(chance, chance.randint(5, 30)), cte="quoted-printable")
    return made


def _text(chance: random.Random, lines: int) -> str:
    return "\n".join(" ".join(chance.choices(_WORDS, k=12)) for _ in range(lines)) + "\n"


def _html(text: str) -> str:
    return '<div class="section"><p style="margin:0">' + text.replace("\n", '</p><p style="margin:0">') + "</p></div>"


def _short_text(number: int) -> bytes:
    return made_message(number).as_bytes()


def _text_and_html(number: int) -> bytes:
    text = _text(random.Random(number), 30)
    made = made_message(number, text=text)
    made.add_alternative(_html(text), subtype="html", cte="quoted-printable")
    return made.as_bytes()


def _newsletter(number: int) -> bytes:
    text = _text(random.Random(number), 400)
    made = made_message(number, text=text[:2000])
    made.add_alternative(_html(text), subtype="html", cte="quoted-printable")
    return made.as_bytes()


def _small_attachment(number: int) -> bytes:
    chance = random.Random(number)
    made = made_message(number)
    made.add_attachment(chance.randbytes(50_000), maintype="application", subtype="pdf", filename="Rechnung März.pdf")
    return made.as_bytes()


def _legacy_charset(number: int) -> bytes:
    made = made_message(number)
    text = "本日はお忙しいところありがとうございました。またよろしくお願いいたします。\n" * 20
    made.set_content(text, charset="iso-2022-jp", cte="7bit")
    del made["Subject"]
    made["Subject"] = "本日はありがとうございました"
    return made.as_bytes()


def _digest(number: int) -> bytes:
    made = made_message(number)
    made.make_mixed()
    for index in range(20):
        made.attach(_inner(made_message(number + index)))
    return made.as_bytes()


def _forwarded(number: int) -> bytes:
    made = made_message(number)
    for index in range(5):
        outer = made_message(number + index)
        outer.make_mixed()
        outer.attach(_inner(made))
        made = outer
    return made.as_bytes()


def _inner(message: EmailMessage) -> EmailMessage:
    attached = EmailMessage(policy=SMTP)
    attached.set_content(message, cte="8bit")
    return attached


KINDS: dict[str, Callable[[int], bytes]] = {
    "short text": _short_text,
    "text and HTML": _text_and_html,
    "newsletter": _newsletter,
    "PDF of 50 kB": _small_attachment,
    "Japanese text": _legacy_charset,
    "digest of 20": _digest,
    "forwarded 5 times": _forwarded,
}
"""What people and programs send, by the name that the table has for it."""


def made_mail(each: int) -> list[bytes]:
    """Return `each` messages of each kind."""
    return [make(number) for number in range(each) for make in KINDS.values()]


def mail_of(folder: Path, most: int) -> list[bytes]:
    """Return the messages below 100 kB in a folder and the folders in it, at most `most` of them, taken evenly."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and 0 < path.stat().st_size < LARGEST_ORDINARY)
    step = max(len(paths) / most, 1.0)
    return [paths[int(index * step)].read_bytes() for index in range(min(most, len(paths)))]


# Large messages ----------------------------------------------------------------------------------------------------------


def encoded(encoding: str, size: int = BLOCK_BYTES) -> tuple[bytes, int]:
    """Return about `size` bytes in a transfer encoding, in whole lines, and how many decoded bytes they are."""
    chance = random.Random(4711)
    lines = max(size // 78, 1)
    if encoding == "base64":
        data = chance.randbytes(57 * lines)
        return base64.encodebytes(data).replace(b"\n", b"\r\n"), len(data)
    if encoding == "x-uuencode":
        data = chance.randbytes(45 * lines)
        made = [binascii.b2a_uu(data[at : at + 45], backtick=True)[:-1] + b"\r\n" for at in range(0, len(data), 45)]
        return b"".join(made), len(data)
    text = _text(chance, lines).encode()
    if encoding == "quoted-printable":
        return binascii.b2a_qp(text).replace(b"\n", b"\r\n"), len(text) + text.count(b"\n")
    crlf = text.replace(b"\n", b"\r\n")
    return crlf, len(crlf)


def head_and_tail(encoding: str) -> tuple[bytes, bytes]:
    """Return what stands around the encoded body of the one attachment of a large message."""
    begin, end = (b"begin 644 big.bin\r\n", b"`\r\nend\r\n") if encoding == "x-uuencode" else (b"", b"")
    head = (
        b"From: a@example.com\r\nTo: b@example.org\r\nSubject: a big one\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="' + BOUNDARY + b'"\r\n\r\n'
        b"--" + BOUNDARY + b"\r\nContent-Type: text/plain\r\n\r\nHello\r\n--" + BOUNDARY + b"\r\n"
        b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=big.bin\r\n"
        b"Content-Transfer-Encoding: " + encoding.encode() + b"\r\n\r\n" + begin
    )
    return head, end + b"\r\n--" + BOUNDARY + b"--\r\n"


def large_message(encoding: str, size: int) -> tuple[bytes, int]:
    """Return a message of one attachment and `size` bytes at least, and how many bytes its two parts are when decoded."""
    head, tail = head_and_tail(encoding)
    block, decoded = encoded(encoding, min(size, BLOCK_BYTES))
    blocks = max(size // len(block), 1)
    return head + block * blocks + tail, decoded * blocks + len(b"Hello")


def chunks_of_large_message(encoding: str, size: int) -> Iterator[bytes]:
    """Yield the chunks of such a message without ever holding it."""
    head, tail = head_and_tail(encoding)
    block, _ = encoded(encoding, min(size, BLOCK_BYTES))
    yield head
    for _ in range(max(size // len(block), 1)):
        yield block
    yield tail


def in_chunks(raw: bytes) -> Iterator[bytes]:
    """Cut a message into chunks of 64 KiB."""
    return (raw[start : start + BLOCK_BYTES] for start in range(0, len(raw), BLOCK_BYTES))
