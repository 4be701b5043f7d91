"""Each limit is hit at one more than its maximum, and says what, where and how much."""

from __future__ import annotations

import pickle
from dataclasses import fields

import pytest
from feeding import multipart

import mimeparse
from mimeparse import LimitExceeded, Limits, UsageError

FROM = b"From: a@example.com\r\n"


def nested(depth: int) -> bytes:
    return (
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
        + b"\r\nx"
    )


def attached(depth: int) -> bytes:
    return b"Content-Type: message/rfc822\r\n\r\n" * depth + b"\r\nx"


def recipients(size: int) -> bytes:
    return b"To: " + (b"a@b," * size)[:size] + b"\r\n\r\n"


def headers_of_two_blocks(size: int) -> bytes:
    """Header blocks count with the blank lines that end them."""
    rest = len(multipart(b"X: \r\n\r\n").split(b"--b\r\n")[0]) + len(b"X: \r\n\r\n")
    return multipart(b"X: " + b"x" * (size - rest) + b"\r\n\r\n")


# The limit, a message that measures exactly `n` by it, and such an `n`.
EXACTLY = {
    "max_message_bytes": (lambda n: (FROM + b"\r\n").ljust(n, b"x"), 300_000),
    "max_header_bytes": (lambda n: FROM + b"X: ".ljust(n - len(FROM) - 2, b"x") + b"\r\n\r\nbody", 5_000),
    "max_total_header_bytes": (headers_of_two_blocks, 5_000),
    "max_header_count": (lambda n: b"X: y\r\n" * n + b"\r\n", 50),
    "max_structured_bytes": (recipients, 4_000),
    "max_depth": (nested, 7),
    "max_parts": (lambda n: multipart(*[b"\r\nx"] * (n - 1)), 20),
    "max_attachments": (lambda n: multipart(*[b"Content-Disposition: attachment\r\n\r\nx"] * n), 20),
    "max_boundary_bytes": (lambda n: multipart(b"\r\nx", boundary=b"b" * n), 500),
    "max_part_bytes": (lambda n: FROM + b"\r\n" + b"x" * n, 200_000),
    "max_text_bytes": (lambda n: FROM + b"\r\n" + b"x" * n, 200_000),
}


@pytest.mark.parametrize("name", EXACTLY)
@pytest.mark.parametrize("chunk", [None, 1, 1000])
def test_a_limit_is_hit_at_one_more_than_its_maximum(name, chunk):
    make, maximum = EXACTLY[name]
    raw = make(maximum)
    if chunk == 1 and len(raw) > 20_000:
        pytest.skip("byte by byte is for small messages")

    def read(limit: int) -> None:
        source = raw if chunk is None else [raw[start : start + chunk] for start in range(0, len(raw), chunk)]
        message = mimeparse.parse(source, limits=Limits(**{name: limit}))
        assert message.text is None or isinstance(message.text, str)
        with mimeparse.stream(source, limits=Limits(**{name: limit})) as stream:
            for part in stream:
                if part.role == mimeparse.Role.BODY:
                    part.text()

    read(maximum + 1)
    read(maximum)
    with pytest.raises(LimitExceeded) as caught:
        read(maximum - 1)
    assert caught.value.limit == name
    assert caught.value.maximum == maximum - 1
    assert 0 <= caught.value.offset <= len(raw)
    assert f"{name} of {maximum - 1:,}" in str(caught.value)


def test_messages_attached_to_messages_count_for_the_depth():
    mimeparse.parse(attached(5), limits=Limits(max_depth=5))
    with pytest.raises(LimitExceeded, match="max_depth"):
        mimeparse.parse(attached(6), limits=Limits(max_depth=5))


def test_every_limit_that_raises_is_tested_here():
    never_raised = {"max_spool_bytes", "max_defects", "max_readings"}
    assert {field.name for field in fields(Limits)} == set(EXACTLY) | never_raised | {"max_cpu_seconds"}


def test_time_is_limited_by_the_clock_that_was_passed():
    ticks = iter(range(10_000))
    parser = mimeparse.Parser(limits=Limits(max_cpu_seconds=20), clock=lambda: float(next(ticks)))
    parser.feed(FROM + b"\r\n" + b"x" * 100_000_000)
    with pytest.raises(LimitExceeded) as caught:
        list(parser.events())
    assert caught.value.limit == "max_cpu_seconds"


@pytest.mark.parametrize(("seconds", "hit"), [(2, True), (3, False), (4, False)])
def test_time_may_be_used_up_to_the_maximum(seconds, hit):
    times = iter([0.0])
    parser = mimeparse.Parser(limits=Limits(max_cpu_seconds=seconds), clock=lambda: next(times, 3.0))
    parser.feed(FROM + b"\r\n" + b"x" * 10_000_000)
    parser.close()
    try:
        list(parser.events())
    except LimitExceeded as breach:
        assert hit, breach
    else:
        assert not hit


def test_without_a_clock_time_is_not_limited():
    parser = mimeparse.Parser(limits=Limits(max_cpu_seconds=0))
    parser.feed(b"x" * 10_000_000)
    parser.close()
    assert list(parser.events())


@pytest.mark.parametrize(("kept", "sentinel"), [(9, 1), (10, 0), (11, 0)])
def test_defects_are_kept_up_to_a_maximum_and_counted_beyond(kept, sentinel):
    raw = multipart(*[b"Content-Transfer-Encoding: base64\r\n\r\n!!!!"] * 10)
    message = mimeparse.parse(raw, limits=Limits(max_defects=kept))
    codes = [str(defect.code) for defect in message.defects]
    assert codes.count("base64-invalid-char") == min(kept, 10)
    assert codes.count("limit-defects") == sentinel
    assert message.stats.defects["base64-invalid-char"] == 10


def test_the_first_defect_of_a_code_is_kept_whatever_came_before():
    raw = multipart(
        *[b"Content-Transfer-Encoding: base64\r\n\r\n!!!!"] * 10, b"Content-Transfer-Encoding: nosuch\r\n\r\n"
    )
    message = mimeparse.parse(raw, limits=Limits(max_defects=2))
    assert "cte-unknown" in {str(defect.code) for defect in message.defects}


def test_a_limit_of_parse_holds_what_was_read_so_far():
    raw = multipart(b"\r\nfirst", b"Content-Type: image/png\r\n\r\nsecond", b"\r\nthird")
    with pytest.raises(LimitExceeded) as caught:
        mimeparse.parse(raw, limits=Limits(max_parts=3))
    partial = caught.value.partial
    assert partial.text == "first"
    assert [attachment.read() for attachment in partial.attachments] == [b"second"]
    assert partial.from_[0].address == "a@example.com"
    assert partial.to_dict()["stats"]["parts"] == 3


def test_a_limit_is_raised_again_and_again():
    parser = mimeparse.Parser(limits=Limits(max_header_count=1))
    parser.feed(b"A: b\nC: d\n\nlong enough to be looked at")
    for _ in range(3):
        with pytest.raises(LimitExceeded, match="max_header_count"):
            parser.next_event()


def test_the_exception_crosses_process_borders():
    with pytest.raises(LimitExceeded) as caught:
        mimeparse.parse(b"A: b\nC: d\n\n", limits=Limits(max_header_count=1))
    copy = pickle.loads(pickle.dumps(caught.value))
    assert str(copy) == str(caught.value)
    assert (copy.limit, copy.maximum, copy.offset, copy.path) == ("max_header_count", 1, caught.value.offset, ())
    assert copy.partial is None


@pytest.mark.parametrize("value", [True, -1, 1.5, "10", float("nan")])
@pytest.mark.parametrize("name", [field.name for field in fields(Limits)])
def test_a_limit_that_is_no_number_is_refused_when_it_is_set(name, value):
    if name == "max_cpu_seconds" and value == 1.5:
        return
    with pytest.raises(UsageError, match=name):
        Limits(**{name: value})


@pytest.mark.parametrize("name", ["max_spool_bytes", "max_defects", "max_readings"])
def test_what_bounds_memory_cannot_be_unlimited(name):
    with pytest.raises(UsageError, match=name):
        Limits(**{name: None})


def test_none_is_unlimited_and_zero_is_zero():
    unlimited = Limits(
        **{
            field.name: None
            for field in fields(Limits)
            if field.name not in {"max_spool_bytes", "max_defects", "max_readings"}
        }
    )
    assert mimeparse.parse(multipart(b"\r\nx"), limits=unlimited).text == "x"
    with pytest.raises(LimitExceeded):
        mimeparse.parse(b"x", limits=Limits(max_message_bytes=0))
    assert mimeparse.parse(b"", limits=Limits(max_message_bytes=0)).size == 0


def test_a_parser_refuses_limits_of_another_kind():
    with pytest.raises(UsageError, match="Limits"):
        mimeparse.Parser(limits={"max_parts": 1})
