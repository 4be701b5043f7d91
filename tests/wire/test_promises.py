"""The three promises, as properties of any bytes in any chunks."""

from __future__ import annotations

import email
import email.policy
from typing import TYPE_CHECKING

from feeding import cut, feed, merged, shape, tree_of
from hypothesis import given, settings
from hypothesis import strategies as st

import mimeparse
from mimeparse import BodyChunk, EndOfMessage, LimitExceeded, Limits, Parser, PartEnd, PartStart, Surplus

if TYPE_CHECKING:
    from email.message import Message

EVENT_TYPES = {PartStart, BodyChunk, Surplus, PartEnd, EndOfMessage}
TIGHT = Limits(
    max_message_bytes=2_000, max_header_bytes=500, max_depth=3, max_parts=8, max_header_count=10, max_defects=5
)

# Pieces of mail: random bytes seldom make a delimiter.
PIECES = st.sampled_from(
    [
        b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\n\n", b"--b", b"--b--", b"--bb", b"--b b", b"\r\n--b\r\n", b"\n--b--\n", b"--", b" ", b"\t",
        b"Content-Type: multipart/mixed; boundary=b\r\n", b'Content-Type: multipart/digest; boundary="b b"\n',
        b"Content-Type: multipart/alternative; boundary=bb\r\n\r\n", b"Content-Type: message/rfc822\r\n\r\n", b"Content-Type: text/html\n\n",
        b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: quoted-printable\n", b"From: a@b\r\n", b"Subject: x\n",
        b"From someone", b"Hello", b"SGVsbG8=", b"=", b"=3D", b"\0", b"\xff", b": x", b"x:", b"\xef\xbb\xbf", b"PK\3\4",
    ]
)  # fmt: skip
MAIL_LIKE = st.lists(PIECES, max_size=40).map(b"".join)
ANY_BYTES = MAIL_LIKE | st.binary(max_size=200)
CUTS = st.lists(st.integers(1, 90), min_size=1, max_size=8)


@given(ANY_BYTES, CUTS, st.booleans())
@settings(max_examples=300)
def test_any_bytes_in_any_chunks_give_events_or_a_limit(data, sizes, decode):
    parser = Parser(limits=TIGHT, decode=decode)
    last = None
    try:
        for chunk in cut(data, sizes):
            parser.feed(chunk)
            for event in parser.events():
                assert type(event) in EVENT_TYPES
        parser.close()
        for last in parser.events():
            assert type(last) in EVENT_TYPES
    except LimitExceeded as breach:
        assert 0 <= breach.offset <= len(data)
    else:
        assert type(last) is EndOfMessage
        assert parser.next_event() is None


@given(ANY_BYTES, CUTS)
@settings(max_examples=300)
def test_any_split_gives_the_same_events(data, sizes):
    whole = [shape(event) for event in merged(feed(data, (max(len(data), 1),)))]
    assert [shape(event) for event in merged(feed(data, sizes))] == whole


@given(MAIL_LIKE)
@settings(max_examples=300)
def test_a_limit_is_hit_or_not_whatever_the_chunks(data):
    outcomes = set()
    for sizes in ((max(len(data), 1),), (1,), (7,)):
        try:
            feed(data, sizes, limits=TIGHT)
            outcomes.add(None)
        except LimitExceeded as breach:
            outcomes.add(breach.limit)
    assert len(outcomes) == 1


@given(ANY_BYTES)
@settings(max_examples=300)
def test_every_byte_belongs_to_exactly_one_header_body_surplus_or_delimiter(data):
    position = 0
    for event in feed(data, (max(len(data), 1),), decode=False):
        if isinstance(event, PartStart):
            start, end = event.offset, event.body_offset
        elif isinstance(event, BodyChunk | Surplus):
            start, end = event.offset, event.offset + len(event.data)
            assert data[start:end] == event.data
        else:
            continue
        assert position <= start <= end <= len(data)
        assert_delimiter_lines(data[position:start])
        position = end
    assert_delimiter_lines(data[position:])


def assert_delimiter_lines(between: bytes) -> None:
    for line in between.replace(b"\r", b"").split(b"\n"):
        assert not line or line.startswith(b"--")


@given(ANY_BYTES)
@settings(max_examples=200)
def test_starts_and_ends_nest_and_paths_come_in_document_order(data):
    tree_of(data)
    paths = [event.path for event in feed(data, (max(len(data), 1),)) if isinstance(event, PartStart)]
    assert paths == sorted(paths)
    assert paths[0] == ()


@given(ANY_BYTES)
@settings(max_examples=200)
def test_whatever_comes_out_as_text_can_be_stored(data):
    message = mimeparse.parse(data)
    texts = [message.subject, message.text, message.html, message.message_id]
    for node in message.walk():
        texts += [node.filename, node.safe_filename, node.content_id, node.charset, *node.parameters.values()]
        texts += [field.value for field in node.headers]
        if node.leaf:
            texts.append(node.text())
    for address in (*message.from_, *message.to):
        texts += [address.name, address.address, address.raw]
    for text in texts:
        if text is not None:
            text.encode("utf-8")
            assert "\0" not in text


# The stdlib as the oracle -----------------------------------------------------------------------------------------------

LINES = st.lists(st.sampled_from([b"Hello", b"", b"--", b"-- ", b"--other", b"From here", b" x"]), max_size=4).map(
    b"\r\n".join
)


@st.composite
def trees(draw: st.DrawFn, depth: int = 3, name: str = "b") -> bytes:
    """A well-formed entity: a leaf, a multipart, or an attached message."""
    kind = draw(st.sampled_from(["leaf", "leaf", "multipart", "message"])) if depth else "leaf"
    if kind == "leaf":
        fields = draw(st.sampled_from([b"", b"Content-Type: text/html; charset=utf-8\r\n", b"X-Odd: a\r\n b\r\n"]))
        return fields + b"\r\n" + draw(LINES)
    if kind == "message":
        return b"Content-Type: message/rfc822\r\n\r\nSubject: inside\r\n" + draw(trees(depth - 1, name + "m"))
    boundary = name.encode()
    children = [draw(trees(depth - 1, f"{name}{index}")) for index in range(draw(st.integers(1, 3)))]
    head = (
        b"Content-Type: multipart/mixed; boundary="
        + boundary
        + b"\r\n\r\n"
        + draw(st.sampled_from([b"", b"preamble\r\n"]))
    )
    body = b"".join(b"--" + boundary + b"\r\n" + child + b"\r\n" for child in children)
    return head + body + b"--" + boundary + b"--" + draw(st.sampled_from([b"", b"\r\n", b"\r\nepilogue"]))


def stdlib_leaves(message: Message) -> list[tuple[str, list[tuple[str, str]], bytes]]:
    found = []
    for part in message.walk():
        if not part.is_multipart():
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            found.append((part.get_content_type(), part.items(), payload))
    return found


@given(trees())
@settings(max_examples=300)
def test_the_standard_library_sees_the_same_leaves(data):
    """Equal on well-formed trees. Declared differences are listed in docs/supported.md."""
    data = b"From: a@example.com\r\n" + data
    expected = stdlib_leaves(email.message_from_bytes(data))
    found = []
    for leaf in tree_of(data, decode=False).leaves():
        fields = [(field.name, field.value) for field in leaf.start.headers]
        found.append((leaf.start.content_type, fields, leaf.body))
    unfolded = [
        (kind, [(name, value.replace("\r\n", "")) for name, value in fields], body) for kind, fields, body in expected
    ]
    assert found == unfolded
