from __future__ import annotations

from mimeparse.wire.buffer import Buffer


def test_what_is_left_of_a_chunk_is_copied_in_front_of_the_next_one():
    buffer = Buffer(None)
    buffer.append(b"one two")
    assert buffer.take(5) == b"one t"
    buffer.append(b" three four")
    assert isinstance(buffer.data, bytes)  # no bytearray, which would be copied once more when it is taken from
    assert buffer.offset == 5
    assert buffer.take(len(buffer.data)) == b"wo three four"


def test_input_in_small_chunks_is_not_copied_for_each_of_them():
    buffer = Buffer(None)
    grown = []
    for _ in range(1000):
        buffer.append(b"x")
        grown.append(buffer.data)
    assert all(data is buffer.data for data in grown[2:])
    assert buffer.take(1000) == b"x" * 1000


def test_a_large_chunk_behind_small_ones_is_taken_as_bytes_again():
    buffer = Buffer(None)
    for _ in range(10):
        buffer.append(b"x")
    buffer.append(b"y" * 100)
    assert buffer.data == b"x" * 10 + b"y" * 100
    assert isinstance(buffer.data, bytes)
