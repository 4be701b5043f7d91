"""`stream()`: one pass, one part at a time."""

from __future__ import annotations

import asyncio
import io
import os

import pytest
from feeding import CHUNK_SIZES, cut, multipart

import mimeparse
from mimeparse import LimitExceeded, Limits, PartConsumed, Role, UsageError

RAW = multipart(
    b"Content-Type: text/plain; charset=utf-8\r\n\r\ngr\xc3\xbcn\r\n",
    b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nUERG",
    b"Content-Type: message/rfc822\r\n\r\nSubject: inside\r\n\r\nnested",
)


class Counting:
    """A file that counts what was asked of it."""

    def __init__(self, data: bytes) -> None:
        self.file = io.BytesIO(data)
        self.taken = 0

    def read(self, size: int, /) -> bytes:
        data = self.file.read(min(size, 1000))
        self.taken += len(data)
        return data


class AsyncReader:
    def __init__(self, data: bytes) -> None:
        self.file = io.BytesIO(data)

    async def read(self, size: int, /) -> bytes:
        await asyncio.sleep(0)
        return self.file.read(min(size, 50))


def sources(raw: bytes) -> list[object]:
    return [raw, bytearray(raw), memoryview(raw), io.BytesIO(raw), *[cut(raw, sizes) for sizes in CHUNK_SIZES]]


def test_every_source_gives_the_same_parts():
    seen = []
    for source in sources(RAW):
        with mimeparse.stream(source) as message:
            parts = [
                (part.path, part.content_type, part.filename, str(part.role), part.read(), part.size)
                for part in message
            ]
        seen.append((message.subject, parts, message.size, message.sha256, message.defects, message.stats.parts))
    assert all(one == seen[0] for one in seen)
    assert seen[0][1] == [
        ((0,), "text/plain", None, "body", b"gr\xc3\xbcn\r\n", 7),
        ((1,), "application/pdf", "a.pdf", "attachment", b"PDF", 3),
        ((2, 0), "text/plain", None, "body", b"nested", 6),
    ]


def test_the_headers_are_there_before_the_body_is_read():
    raw = multipart(b"\r\n" + b"x" * 100_000)
    source = Counting(raw)
    with mimeparse.stream(source) as message:
        assert message.from_[0].address == "a@example.com"
        assert source.taken <= 1000


def test_a_part_that_is_not_read_is_skipped():
    with mimeparse.stream(RAW) as message:
        assert [part.content_type for part in message] == ["text/plain", "application/pdf", "text/plain"]
    assert message.size == len(RAW)


def test_a_part_may_be_read_in_pieces_and_left_in_the_middle():
    raw = multipart(b"\r\n" + b"x" * 300_000, b"\r\nlast")
    with mimeparse.stream(raw) as message:
        first = next(message)
        assert len(next(iter(first))) < 300_000
        assert next(message).read() == b"last"


def test_a_part_that_has_passed_cannot_be_read():
    with mimeparse.stream(RAW) as message:
        first = next(message)
        next(message)
        for read in (first.read, first.text, lambda: list(first), lambda: first.save(".")):
            with pytest.raises(PartConsumed, match="parse"):
                read()


def test_a_part_can_be_read_once():
    with mimeparse.stream(RAW) as message:
        part = next(message)
        assert part.text() == "grün\n"
        with pytest.raises(PartConsumed):
            part.read()


def test_a_stream_that_was_left_cannot_be_read():
    with mimeparse.stream(RAW) as message:
        part = next(message)
    with pytest.raises(UsageError, match="with"):
        part.read()


@pytest.mark.parametrize("what", ["size", "sha256"])
def test_what_only_the_end_can_tell_is_refused_before(what):
    with mimeparse.stream(RAW) as message:
        with pytest.raises(UsageError, match="last part"):
            getattr(message, what)
        with pytest.raises(UsageError, match="read"):
            _ = next(message).size


def test_a_digest_that_was_declined_is_refused_and_not_made_up():
    for source in sources(RAW):
        with mimeparse.stream(source, digest=False) as message:
            assert [part.read() for part in message] == [b"gr\xc3\xbcn\r\n", b"PDF", b"nested"]
        assert message.size == len(RAW)
        with pytest.raises(UsageError, match="declined"):
            _ = message.sha256


def test_the_text_of_a_part_says_how_it_was_read():
    with mimeparse.stream(RAW) as message:
        decoded = next(message).decoded_text()
    assert (decoded.text, decoded.declared, decoded.replaced) == ("grün\n", "utf-8", 0)


def test_parts_are_saved_under_safe_names(tmp_path):
    part = b"Content-Disposition: attachment; filename=%s\r\n\r\n%s"
    raw = multipart(
        part % (b'"../../evil.sh"', b"one"), part % (b"EVIL.sh", b"two"), part % (b'"C:\\x\\con.txt"', b"three")
    )
    with mimeparse.stream(raw) as message:
        saved = [one.save(tmp_path) for one in message]
    assert [path.read_bytes() for path in saved] == [b"one", b"two", b"three"]
    assert sorted(tmp_path.iterdir()) == sorted(saved)
    assert len({path.name.casefold() for path in saved}) == 3


def test_a_directory_that_is_not_there_is_one_clear_error(tmp_path):
    with mimeparse.stream(RAW) as message, pytest.raises(UsageError, match="missing"):
        next(message).save(tmp_path / "missing")


def test_a_limit_stops_the_stream_and_leaves_no_half_file(tmp_path):
    raw = multipart(b"Content-Disposition: attachment; filename=a\r\n\r\n" + b"x" * 300_000)
    with mimeparse.stream(raw, limits=Limits(max_part_bytes=200_000)) as message, pytest.raises(LimitExceeded):
        next(message).save(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_text_is_bounded():
    raw = multipart(b"\r\n" + b"x" * 1000)
    with (
        mimeparse.stream(raw, limits=Limits(max_text_bytes=999)) as message,
        pytest.raises(LimitExceeded, match="max_text_bytes"),
    ):
        next(message).text()
    with mimeparse.stream(raw, limits=Limits(max_text_bytes=999)) as message:
        assert len(next(message).read()) == 1000


def test_the_asynchronous_twin_does_the_same(tmp_path):
    async def chunks(sizes):
        for chunk in cut(RAW, sizes):
            yield chunk

    async def read(source) -> list[object]:
        async with mimeparse.astream(source) as message:
            parts = [
                (part.path, part.content_type, part.safe_filename, await part.read(), part.size)
                async for part in message
            ]
        return [message.subject, message.from_, parts, message.size, message.sha256, message.defects]

    async def read_without_digest() -> str:
        async with mimeparse.astream(AsyncReader(RAW), digest=False) as message:
            async for part in message:
                await part.read()
        return message.sha256

    async def save_and_text():
        async with mimeparse.astream(RAW) as message:
            text = await (await anext(message)).text()
            path = await (await anext(message)).save(tmp_path)
            part = await anext(message)
            await part.read()
            with pytest.raises(PartConsumed):
                await part.read()
        return text, path

    with mimeparse.stream(RAW) as message:
        parts = [(part.path, part.content_type, part.safe_filename, part.read(), part.size) for part in message]
    expected = [message.subject, message.from_, parts, message.size, message.sha256, message.defects]
    for source in (RAW, chunks((1,)), chunks((7,)), AsyncReader(RAW)):
        assert asyncio.run(read(source)) == expected
    with pytest.raises(UsageError, match="declined"):
        asyncio.run(read_without_digest())
    text, path = asyncio.run(save_and_text())
    assert text == "grün\n"
    assert path.read_bytes() == b"PDF"


def test_the_defects_of_a_stream_are_those_of_the_parsed_message():
    raw = multipart(
        b'Content-Type: application/pdf; name="../a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nUE=RG',
        b"Content-Type: message/rfc822\r\n\r\nFrom: x@y <a@b>\r\nDate: no\r\n\r\nnested",
    )
    with mimeparse.stream(raw) as message:
        for part in message:
            if part.role is Role.BODY:
                part.text()
            else:
                part.read()
    whole = mimeparse.parse(raw)
    assert sorted(message.defects, key=str) == sorted(whole.defects, key=str)
    assert message.stats.defects == whole.stats.defects
    assert message.ambiguous == whole.ambiguous


@pytest.mark.parametrize(
    ("source", "remedy"),
    [
        ("text", "bytes"),
        (io.StringIO("text"), "rb"),
        (["text"], "rb"),
        (None, "NoneType"),
        (42, "int"),
        (os.curdir, "open"),
        (__import__("pathlib").Path("x"), "open"),
        ([1, 2], "int"),
        (AsyncReader(b""), "a"),
    ],
)
@pytest.mark.parametrize(
    "read", [mimeparse.parse, mimeparse.stream, lambda source: list(mimeparse.iter_events(source))]
)
def test_a_source_of_the_wrong_kind_is_one_clear_error(read, source, remedy):
    with pytest.raises(UsageError, match=remedy), __import__("warnings").catch_warnings():
        __import__("warnings").simplefilter("ignore", RuntimeWarning)
        read(source)


@pytest.mark.parametrize("source", ["text", [b"x"], io.BytesIO(b"x"), 42])
def test_an_asynchronous_source_of_the_wrong_kind_is_one_clear_error(source):
    with pytest.raises(UsageError, match=r"iter_events|bytes"):
        asyncio.run(mimeparse.aparse(source))
