"""What a file is by its content, where there is a libmagic."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

import mimeparse
from mimeparse.safety.filetypes import detect_type

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0"


@pytest.mark.parametrize(
    ("data", "detected"), [(PNG, "image/png"), (b"%PDF-1.4\n", "application/pdf"), (b"plain words\n", "text/plain")]
)
def test_the_content_tells_the_type(data, detected):
    assert detect_type(data) == detected


def test_several_threads_may_ask():
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(detect_type, [PNG] * 200)) == {"image/png"}


def test_an_attachment_is_sniffed_on_access():
    message = mimeparse.parse(
        b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + PNG + b"x" * 20_000
    )
    assert message.attachments[0].detected_type == "image/png"


def test_without_libmagic_the_error_names_the_remedy():
    code = (
        "import sys; sys.modules['magic'] = sys.modules['pylibmagic'] = None\n"
        "import mimeparse\n"
        "message = mimeparse.parse(b'Content-Type: image/png\\n\\nx' + bytes(20))\n"
        "try:\n    message.attachments[0].detected_type\n"
        "except mimeparse.MissingLibrary as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "pip install 'mimeparse-stream[pylibmagic]'" in done.stdout
