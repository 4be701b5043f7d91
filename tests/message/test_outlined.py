"""A small, ordinary message is read without the machine: from wherever it comes, lazily, and to the same end."""

from __future__ import annotations

import asyncio
import base64
import io
import sys
import threading

import pytest

from mimeparse import LimitExceeded, Limits, UsageError, aparse, parse, stream
from mimeparse.message import builder
from mimeparse.message import encoded as encoded_bodies
from mimeparse.message import stream as streams

MESSAGE = (
    b"From: a@b\nDate: Thu, 1 Jan 2026 00:00:00 +0000\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
    b"--x\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nCaf=E9=ZZ\n"
    b"--x\nContent-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\niVBORw0K!\n--x--\n"
)


async def asynchronously(*chunks):
    for chunk in chunks:
        yield chunk


@pytest.fixture
def without_machine(monkeypatch):
    def refuse(*_args, **_options):
        raise AssertionError("the machine was asked")

    monkeypatch.setattr(builder, "Parser", refuse)


@pytest.mark.usefixtures("without_machine")
@pytest.mark.parametrize("make", [bytes, bytearray, memoryview, io.BytesIO, lambda data: iter([data])])
def test_what_comes_in_one_piece_is_read_without_the_machine(make):
    assert parse(make(MESSAGE)).attachments[0].read() == b"\x89PNG\r\n"


@pytest.mark.usefixtures("without_machine")
def test_so_is_what_comes_in_one_piece_asynchronously():
    assert asyncio.run(aparse(asynchronously(MESSAGE))).attachments[0].read() == b"\x89PNG\r\n"


@pytest.mark.usefixtures("without_machine")
def test_what_comes_in_two_pieces_is_the_machines():
    with pytest.raises(AssertionError, match="the machine was asked"):
        parse(iter([MESSAGE[:1], MESSAGE[1:]]))
    with pytest.raises(AssertionError, match="the machine was asked"):
        asyncio.run(aparse(asynchronously(MESSAGE[:1], MESSAGE[1:])))


def test_a_buffer_that_is_written_to_afterwards_does_not_change_the_message():
    buffer = bytearray(MESSAGE)
    message = parse(buffer)
    buffer[:] = bytes(len(buffer))
    assert message.attachments[0].read() == b"\x89PNG\r\n"


def test_no_body_is_decoded_before_it_is_read_and_then_once(monkeypatch):
    decoded = []

    class Leaf(encoded_bodies.Leaf):
        def take(self, data, *, ended):
            decoded.append(data)
            return super().take(data, ended=ended)

    monkeypatch.setattr(encoded_bodies, "Leaf", Leaf)
    message = parse(MESSAGE)
    picture = message.attachments[0]
    assert (picture.filename, picture.end_offset - picture.body_offset, decoded) == ("a.png", 9, [])
    assert [picture.size, picture.read(), len(picture.sha256)] == [6, b"\x89PNG\r\n", 64]
    assert decoded == [b"iVBORw0K!"]
    assert message.ambiguous
    assert message.stats.decoded_bytes == 6 + len(message.root.children[0].read())
    assert len(decoded) == 2


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_a_plain_body_takes_no_more_than_a_look_until_somebody_asks_what_is_odd_about_it(monkeypatch, encoding):
    looked_at = []

    class Leaf(encoded_bodies.Leaf):
        def take(self, data, *, ended):
            looked_at.append(data)
            return super().take(data, ended=ended)

    monkeypatch.setattr(encoded_bodies, "Leaf", Leaf)
    raw = f"From: a@b\nMIME-Version: 1.0\nContent-Transfer-Encoding: {encoding}\n\nbeef".encode()
    read_first, asked_first = parse(raw), parse(raw)
    body = read_first.root.read()
    assert looked_at == []
    assert read_first.root.defects == ()
    assert (read_first.root.read(), looked_at) == (body, [b"beef"])
    assert asked_first.root.defects == ()
    assert (asked_first.root.read(), looked_at) == (body, [b"beef"] * 2)


@pytest.mark.parametrize("first", ["defects", "read", "text", "stats", "to_dict", "part"])
def test_the_defects_of_bodies_do_not_depend_on_what_is_asked_for_first(first):
    message = parse(MESSAGE)
    part = message.root.children[0]
    ask = {
        "defects": lambda: message.defects,
        "read": part.read,
        "text": lambda: message.text,
        "stats": lambda: message.stats,
        "to_dict": message.to_dict,
        "part": lambda: part.defects,
    }
    ask[first]()
    assert [str(defect.code) for defect in part.defects] == ["qp-invalid-escape"]
    assert [str(defect.code) for defect in message.defects] == ["qp-invalid-escape", "base64-invalid-char"]
    assert message.stats.defects["qp-invalid-escape"] == 1


def test_a_source_that_fails_behind_its_first_piece_says_so():
    def failing():
        yield MESSAGE
        yield "text"

    with pytest.raises(UsageError, match="not bytes"):
        parse(failing())


def test_a_limit_is_hit_however_the_message_comes():
    for source in (MESSAGE, io.BytesIO(MESSAGE), iter([MESSAGE[:90], MESSAGE[90:]])):
        with pytest.raises(LimitExceeded, match="max_parts"):
            parse(source, limits=Limits(max_parts=2))


@pytest.mark.parametrize("size", [1, 1_022, 1_023, 1_024, 1_025, 5_000])
def test_a_body_of_any_size_ends_where_its_part_ends(size):
    head, _, _ = MESSAGE.partition(b"--x\n")
    body = b"a" * size
    message = parse(head + b"--x\nContent-Type: text/plain\n\n" + body + b"\n--x\n\nb\n--x--\n")
    first, second = message.root.children
    assert (first.read(), second.read()) == (body, b"b")
    with first.open() as file:
        assert file.read() == body
    assert (b"".join(first.chunks()), first.size, message.text) == (body, size, f"{'a' * size}\nb")


ODD_LABEL = MESSAGE.replace(b"MIME-Version: 1.0\n", b"MIME-Version: 1.0\nContent-Disposition: inline; a = b\n")


def test_the_fields_of_a_stream_are_read_without_the_machine(monkeypatch):
    def refuse(*_args, **_options):
        raise AssertionError("the machine was asked")

    monkeypatch.setattr(streams, "Parser", refuse)
    with stream(MESSAGE) as message:
        assert (message.from_[0].address, message.date.year) == ("a@b", 2026)


def test_the_defects_of_a_stream_are_those_of_its_header_block_before_its_parts_are_asked_for():
    with stream(ODD_LABEL) as message:
        assert [str(defect.code) for defect in message.defects] == ["param-space"]
        assert message.ambiguous
        assert len(list(message)) == 2
        kept = message.defects
    with stream(io.BytesIO(ODD_LABEL)) as message:
        assert len(list(message)) == 2
        assert message.defects == kept


def test_the_defects_of_a_stream_may_be_asked_for_when_it_was_left():
    with stream(ODD_LABEL) as message:
        pass
    assert [str(defect.code) for defect in message.defects] == ["param-space"]
    with pytest.raises(UsageError, match="the stream was left"):
        next(message)


def test_a_stream_whose_defects_were_asked_for_early_tells_all_its_parts():
    with stream(ODD_LABEL) as message:
        _ = message.from_, message.ambiguous
        assert [part.read()[:5] for part in message] == [b"Caf\xe9=", b"\x89PNG\r"]


def test_an_encoding_that_stands_for_more_bytes_than_it_has_is_held_to_the_limits():
    lines = 100  # each of which says that it holds 45 bytes, and has lost them
    raw = b"From: a@b\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n" + lines * b"M\n" + b"`\nend\n"
    assert len(parse(raw).root.read()) == 45 * lines
    with pytest.raises(LimitExceeded, match="max_part_bytes"):
        parse(raw, limits=Limits(max_part_bytes=45 * lines - 1))


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 300_000])
def test_a_large_body_is_decoded_window_by_window_to_the_same_bytes_and_defects(size):
    head, _, _ = MESSAGE.partition(b"--x\n")
    data = bytes(range(256)) * (size // 256 + 1)
    encoded = base64.encodebytes(data[:size]).replace(b"A", b"A!", 1)
    raw = head + b"--x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n" + encoded + b"--x--\n"
    outlined, read = parse(raw), parse(iter([raw[:1], raw[1:]]))
    assert outlined.attachments[0].read() == read.attachments[0].read() == data[:size]
    assert outlined.defects == read.defects
    assert outlined.to_dict() == read.to_dict()


def test_a_source_may_use_its_buffer_again():
    def pieces(size):
        file = io.BytesIO(MESSAGE)
        buffer = bytearray(size)
        while count := file.readinto(buffer):
            yield memoryview(buffer)[:count]

    async def asynchronous_pieces(size):
        for piece in pieces(size):
            yield piece

    expected = parse(MESSAGE)
    for size in (1, 32, len(MESSAGE) - 1, len(MESSAGE), len(MESSAGE) + 1):
        for message in (parse(pieces(size)), asyncio.run(aparse(asynchronous_pieces(size)))):
            assert message.sha256 == expected.sha256
            assert message.to_dict() == expected.to_dict()


def defects_seen_by_threads(message):
    """Return what two threads see of one part while two others read it and ask about the whole message."""
    part = message.root.children[1]
    found = []

    def look():
        found.append(part.defects)

    threads = [threading.Thread(target=ask) for ask in (part.read, look, look, lambda: message.ambiguous)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_several_threads_may_ask_for_bodies_and_defects_at_once():
    expected = parse(MESSAGE)
    counts, interval = expected.stats.defects, sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(100):
            message = parse(MESSAGE)
            assert defects_seen_by_threads(message) == [expected.root.children[1].defects] * 2
            assert message.defects == expected.defects
            assert message.stats.defects == counts
    finally:
        sys.setswitchinterval(interval)


def names_seen_by_threads(message):
    """Return the names of a text, and of the file in it, as four threads see them that ask at once."""
    found = []
    ready = threading.Barrier(4)

    def look():
        ready.wait()
        found.append((message.root.safe_filename, *(file.safe_filename for file in message.carve())))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_a_text_and_a_file_in_it_are_named_once_for_all_threads():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(100):
            message = parse(b"From: a@b\n\nbegin 644 a.bin\n#0V%T\n`\nend\n")
            assert names_seen_by_threads(message) == [("text.txt", "a.bin")] * 4
    finally:
        sys.setswitchinterval(interval)


@pytest.mark.parametrize("limits", [None, {}, 100])
@pytest.mark.parametrize("read", [parse, stream])
def test_limits_of_another_type_are_refused_with_the_remedy(limits, read):
    for source in (MESSAGE, io.BytesIO(MESSAGE), iter([MESSAGE[:1], MESSAGE[1:]])):
        with pytest.raises(UsageError, match="limits must be a Limits object"):
            read(source, limits=limits)


def outcome(source, limits):
    try:
        return parse(source, limits=limits).to_dict()
    except LimitExceeded as breach:
        return breach.limit


@pytest.mark.parametrize("around", [-1, 0, 1])
@pytest.mark.parametrize("limit", ["max_header_bytes", "max_total_header_bytes", "max_message_bytes", "max_part_bytes"])
def test_a_limit_is_hit_at_the_same_byte_outlined_or_not(limit, around):
    maximum = 32 * 1024
    for shorter in range(6):
        # A block, or a body, that comes to the limit with or without its line ends, alone and behind another one.
        block = b"Subject: ".ljust(maximum - shorter, b"a")
        for raw in (
            block + b"\n\nText.",
            MESSAGE.replace(b"--x--", b"--x\n" + block[len(MESSAGE) :] + b"\n\nText.\n--x--"),
        ):
            size = len(raw) if limit in ("max_message_bytes", "max_part_bytes") else maximum
            limits = Limits(**{limit: size + around})
            assert outcome(raw, limits) == outcome(iter([raw[:1], raw[1:]]), limits)


def test_the_fields_of_a_stream_are_those_of_its_first_part():
    raw = b'From: "x@y" <a@b>\n\nText.\n'
    for source in (raw, io.BytesIO(raw)):
        with stream(source) as message:
            [author] = message.from_
            part = next(message)
            assert (part.headers is message.headers, author.address) == (True, "a@b")
