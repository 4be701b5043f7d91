"""The risks of parts: of a tree, of a stream, and at what cost."""

from __future__ import annotations

import asyncio
import io
import random
import subprocess
import sys

import pytest
from feeding import CHUNK_SIZES, cut, multipart
from hypothesis import given
from hypothesis import strategies as st

import mimeparse
from mimeparse import Kind, Limits, PartConsumed, UsageError
from mimeparse.message.risks import Edges
from mimeparse.safety.filetypes import BEGINNING_BYTES, END_BYTES

PROGRAM = b"Content-Type: image/png; name=holiday.png.exe\r\n\r\nMZ\x90\0\x03\0"
HTML = b"Content-Type: text/html\r\n\r\n<html><p>hello"
PAGE = b"Content-Type: text/html\r\nContent-Disposition: attachment; filename=a.html\r\n\r\n<html><p>hello"
TEXT = b"Content-Type: text/plain\r\n\r\nhello\r\n"
FORWARDED = b"Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=a.exe\r\n\r\nSubject: x\r\n\r\nMZ\x90\0\x03\0"
RAW = multipart(TEXT, HTML, PROGRAM, PAGE, FORWARDED)


def codes(part) -> list[str]:
    return [str(risk.code) for risk in part.risks]


def tree(raw: bytes) -> dict[tuple[int, ...], tuple]:
    return {node.path: node.risks for node in mimeparse.parse(raw).walk() if node.leaf}


def test_the_risks_of_a_node_are_those_of_its_name_and_type():
    message = mimeparse.parse(RAW)
    assert {node.path: codes(node) for node in message.walk()} == {
        (): [],
        (0,): [],
        (1,): [],  # the HTML of the message itself is no document that somebody opens
        (2,): ["filename-double-extension", "type-executable", "type-mismatch"],
        (3,): ["type-active"],
        (4,): ["type-executable"],  # an attached message under the name of a program
        (4, 0): ["type-executable", "type-mismatch"],
    }
    for node in message.walk():
        for risk in node.risks:
            assert risk.kind is Kind.RISK
            assert risk.path == node.path
            assert risk.offset == (node.offset if risk.code.startswith("filename") else node.body_offset)
    first = message.walk()
    assert next(first).risks is message.root.risks  # found once


def test_html_under_another_type_is_a_risk_of_a_body_too():
    root = mimeparse.parse(b"Content-Type: text/plain\r\n\r\n<html><script>alert(1)</script>").root
    assert codes(root) == ["type-active", "type-mismatch"]


def test_nobody_pays_who_does_not_ask():
    code = (
        "import sys, mimeparse\n"
        "message = mimeparse.parse(b'Content-Type: image/png; name=a.exe\\n\\nMZ\\0')\n"
        "message.defects, message.to_dict()\n"
        "with mimeparse.stream(b'A: b\\n\\nMZ\\0') as message: [part.read() for part in message]\n"
        "print([name for name in sys.modules if name.endswith(('typerisks', 'formats', 'containers')) and 'mimeparse' in name])\n"
        "assert not any(code.startswith('type-') for code in message.stats.defects)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("magic", [True, False])
def test_without_libmagic_the_signatures_of_our_own_remain(magic):
    code = (
        ("" if magic else "import sys; sys.modules['magic'] = sys.modules['pylibmagic'] = None\n")
        + "import mimeparse\n"
        "for body in (b'MZ\\0', b'words, and no picture'):\n"
        "    node = mimeparse.parse(b'Content-Type: image/png\\n\\n' + body).root\n"
        "    print([str(risk.code) for risk in node.risks])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["['type-executable', 'type-mismatch']", "['type-mismatch']" if magic else "[]"]


# Streams -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", CHUNK_SIZES)
def test_a_streamed_part_has_the_risks_of_a_node(sizes):
    with mimeparse.stream(cut(RAW, sizes)) as message:
        found = {}
        for part in message:
            part.read()
            found[part.path] = part.risks
    assert found == tree(RAW)


def test_an_asynchronous_part_has_the_risks_of_a_node():
    class Reader:
        file = io.BytesIO(RAW)

        async def read(self, size: int, /) -> bytes:
            return self.file.read(min(size, 50))

    async def read() -> dict:
        found = {}
        async with mimeparse.astream(Reader()) as message:
            async for part in message:
                await part.read()
                found[part.path] = part.risks
        return found

    assert asyncio.run(read()) == tree(RAW)


@pytest.mark.parametrize("size", [0, 1, BEGINNING_BYTES - 1, BEGINNING_BYTES, BEGINNING_BYTES + END_BYTES, 1_000_000])
def test_a_large_part_is_judged_alike_however_it_is_kept(size):
    name = b"PK\x01\x02" + bytes(24) + b"\x05\0" + bytes(16) + b"x.exe"
    body = b"PK\x03\x04" + bytes(40) + b"\xaa" * size + name + b"trailing"
    raw = b"Content-Type: application/zip\r\nContent-Transfer-Encoding: binary\r\n\r\n" + body
    expected = ["type-archive-executable"]
    assert codes(mimeparse.parse(raw).root) == expected
    assert codes(mimeparse.parse(io.BytesIO(raw), limits=Limits(max_spool_bytes=10)).root) == expected
    with mimeparse.stream(raw) as message:
        part = next(message)
        part.read()
        assert codes(part) == expected


def test_the_risks_of_a_streamed_part_are_known_when_it_has_been_read():
    with mimeparse.stream(RAW) as message:
        for part in message:
            with pytest.raises(UsageError, match="call read"):
                _ = part.risks
            if part.content_type == "image/png":
                part.read()
                assert codes(part) == ["filename-double-extension", "type-executable", "type-mismatch"]


def test_they_are_gone_with_the_next_part_unless_they_were_asked_for():
    with mimeparse.stream(RAW) as message:
        parts = list(message)
    for part in parts:
        with pytest.raises(PartConsumed):
            _ = part.risks
    with mimeparse.stream(RAW) as message:
        first = next(message)
        first.read()
        asked = first.risks
        second = next(message)
        second.read()
        next(message)
        assert first.risks is asked
        with pytest.raises(PartConsumed):
            _ = second.risks


# What is kept of a body ----------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from([1, 3, 100, 4_095, 4_096, 30_000, 65_535, 65_536, 65_537, 131_072]), max_size=12))
def test_the_edges_of_a_body_are_its_first_and_last_bytes(sizes):
    data = random.Random(str(sizes)).randbytes(sum(sizes))
    edges = Edges()
    position = 0
    for size in sizes:
        edges.append(data[position : position + size])
        position += size
    assert edges.beginning == data[:BEGINNING_BYTES]
    assert edges.end == data[BEGINNING_BYTES:][-END_BYTES:]


@pytest.mark.parametrize("size", [1, 7, 65_536])
def test_the_edges_of_a_body_take_bounded_memory(size):
    edges = Edges()
    for _ in range(2 * 1024 * 1024 // size):
        edges.append(b"x" * size)
    assert len(edges._beginning) == BEGINNING_BYTES
    assert sum(map(len, edges._last)) < END_BYTES + 65_536
    assert len(edges._last) <= END_BYTES // 4_096 + 2
