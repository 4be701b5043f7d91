"""Measure the peak memory of reading one large message from a file, each way in a process of its own.

    python benchmarks/memory.py [MEGABYTES]

The figure is the peak resident size over that of a bare interpreter, in MiB.
"""

from __future__ import annotations

import base64
import random
import subprocess
import sys
import tempfile
from pathlib import Path

MEGABYTES = 200

_WAYS = {
    "mimeparse stream()": """
import mimeparse
with open(path, "rb") as file, mimeparse.stream(file) as message:
    size = sum(len(chunk) for part in message for chunk in part)
""",
    "mimeparse stream(), saved": """
import mimeparse, tempfile
with tempfile.TemporaryDirectory() as folder, open(path, "rb") as file, mimeparse.stream(file) as message:
    size = sum(part.save(folder).stat().st_size for part in message)
""",
    "mimeparse parse()": """
import mimeparse
with open(path, "rb") as file:
    message = mimeparse.parse(file)
size = sum(len(chunk) for node in message.attachments for chunk in node.chunks())
""",
    "fast-mail-parser": """
from fast_mail_parser import parse_email
size = sum(len(one.content) for one in parse_email(open(path, "rb").read()).attachments)
""",
    "stdlib email, compat32": """
import email
with open(path, "rb") as file:
    message = email.message_from_binary_file(file)
size = sum(len(part.get_payload(decode=True)) for part in message.walk() if not part.is_multipart())
""",
}

_MEASURED = """
import resource, sys
path = sys.argv[1]
{way}
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def write_message(path: Path, megabytes: int) -> None:
    """Write a message with one base64 attachment, `megabytes` long as a whole."""
    chance = random.Random(4711)
    with path.open("wb") as file:
        file.write(
            b"From: a@example.com\r\nTo: b@example.org\r\nSubject: a big one\r\nMIME-Version: 1.0\r\n"
            b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\n'
            b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=big.bin\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n"
        )
        block = base64.encodebytes(chance.randbytes(57 * 10_000)).replace(b"\n", b"\r\n")
        while file.tell() < megabytes * 1_000_000:
            file.write(block)
        file.write(b"--b--\r\n")


def peak(way: str, path: Path) -> float:
    """Return the peak resident size in MiB of a process that runs `way`."""
    command = [sys.executable, "-c", _MEASURED.format(way=way), str(path)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) / 1024


def main() -> None:
    """Print one line for each way."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else MEGABYTES
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.eml"
        write_message(path, megabytes)
        bare = peak("", path)
        print(f"A message of {megabytes} MB with one base64 attachment; the bare interpreter takes {bare:.1f} MiB")
        for name, way in _WAYS.items():
            try:
                print(f"  {name:28} {peak(way, path) - bare:9.1f} MiB more")
            except subprocess.CalledProcessError as error:
                print(f"  {name:28} refuses it: {error.stderr.strip().splitlines()[-1]}")


if __name__ == "__main__":
    main()
