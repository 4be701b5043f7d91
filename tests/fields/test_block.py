"""One header block: the fast split against the stdlib, what derails the stdlib, and what was no header after all."""

from __future__ import annotations

import email.message
import inspect
from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import compat32, default
from pathlib import Path

import pytest
from counting import peak_of
from hypothesis import example, given
from hypothesis import strategies as st

from mimeparse.defects import DefectCode
from mimeparse.fields import block as block_module
from mimeparse.fields.block import MAXIMUM_ASKED_LINES, _ask_feedparser, crack, is_plain, stdlib_message
from mimeparse.fields.block import _crack_carefully as crack_carefully
from mimeparse.fields.blocks import _NEEDLES, Block, CrowdedBlock, PlainBlock
from mimeparse.fields.gate import Gate
from mimeparse.fields.headers import Headers

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
MESSAGES = sorted(path for path in CORPUS.glob("*/*") if path.is_file())

C = DefectCode


def pairs(block: Block) -> list[tuple[bytes, bytes]]:
    return [
        (name, value.strip(b" \t\r\n").replace(b"\r\n", b"\n"))
        for name, value in ((block.name(place).encode(), block.value(place)) for place in block.places())
    ]


def names(block: Block) -> list[bytes]:
    return [block.name(place).encode() for place in block.places()]


def codes(block: Block) -> list[str]:
    return [str(found.code) for found in block.findings]


def raw_fields(raw: bytes) -> list[tuple[int, bytes]]:
    return [(field.offset, field.raw) for field in Headers(raw)]


class StdlibFields(Message):
    """Keep what feedparser makes of a block, by nothing but its public hooks, and record how it calls them."""

    def __init__(self) -> None:
        super().__init__(compat32)
        self.pairs: list[tuple[bytes, bytes]] = []
        self.calls: list[str] = []

    def set_raw(self, name, value):
        self.calls.append(f"set_raw {name}")
        value = value.encode("ascii", "surrogateescape").strip(b" \t\r\n").replace(b"\r\n", b"\n")
        self.pairs.append((name.encode("ascii", "surrogateescape"), value))

    def set_unixfrom(self, line):
        self.calls.append("set_unixfrom")
        super().set_unixfrom(line)

    def set_payload(self, payload, charset=None):
        self.calls.append("set_payload")
        super().set_payload(payload, charset)

    def get_content_type(self):
        self.calls.append("get_content_type")
        return "text/plain"

    def get_content_maintype(self):
        self.calls.append("get_content_maintype")
        return "text"


def ask_stdlib(raw: bytes) -> StdlibFields:
    sink = StdlibFields()
    parser = BytesFeedParser(lambda: sink)
    parser.feed(raw + b"\n")
    parser.close()
    return sink


# The fast path against the stdlib ------------------------------------------------------------------------------------

NAMES = st.from_regex(
    rb"[!-'*-9;-~]{1,12}", fullmatch=True
)  # without brackets, which are legal and hide the colon from some
TEXTS = st.binary(max_size=20).map(lambda text: text.translate(None, b"\r\n\0"))
FOLDS = st.tuples(st.from_regex(rb"[ \t]{1,3}", fullmatch=True), TEXTS.map(lambda text: b"x" + text)).map(b"".join)


@st.composite
def well_formed_blocks(draw):
    end = draw(st.sampled_from([b"\n", b"\r\n"]))
    fields = draw(st.lists(st.tuples(NAMES, TEXTS, st.lists(FOLDS, max_size=3)), min_size=1, max_size=6))
    return b"".join(end.join([name + b":" + text, *folds]) + end for name, text, folds in fields)


@given(well_formed_blocks(), st.booleans())
@example(b"A:\n", True)
@example(b"From:x\nFrom: y\n z\n", True)
@example(b"Subject: \xff\x0b\x0c\x1c\x85\n", False)
def test_the_split_of_a_well_formed_block_is_that_of_the_stdlib(raw, ended):
    if not ended:
        raw = raw.removesuffix(b"\n").removesuffix(b"\r")
    assert is_plain(raw)
    assert pairs(PlainBlock(raw)) == ask_stdlib(raw if ended else raw + b"\n").pairs


@given(well_formed_blocks())
def test_a_well_formed_block_means_the_same_to_the_careful_path(raw):
    careful = crack_carefully(raw)
    assert (pairs(careful), careful.findings, careful.body) == (pairs(PlainBlock(raw)), [], None)


@given(well_formed_blocks(), st.sampled_from(["from", "a", "subject"]))
def test_both_kinds_of_blocks_find_the_same_fields_in_the_same_places(raw, name):
    plain, careful = PlainBlock(raw), crack_carefully(raw)
    assert (len(plain), plain.empty) == (len(careful), careful.empty)
    assert plain.places() == [careful.position(place) for place in careful.places()]
    for wanted in (name, *(plain.name(place).lower() for place in plain.places())):
        here, there = plain.first(wanted), careful.first(wanted)
        while here >= 0 and there >= 0:
            assert here == careful.position(there)
            here, there = plain.next(wanted, here), careful.next(wanted, there)
        assert here == there == -1


@pytest.mark.parametrize("name", ["", "subject: x\nto", "to:", "to\n", "\nto", " to", "tö", "to\0"])
def test_what_is_no_field_name_is_the_name_of_no_field(name):
    assert PlainBlock(b"Subject: x\nTo: y\n").first(name) == -1


@pytest.mark.skipif(not MESSAGES, reason="the corpus of real mail is not beside this checkout")
def test_the_split_of_real_header_blocks_is_that_of_the_stdlib():
    split_fast = 0
    for path in MESSAGES[::5]:
        raw = path.read_bytes()
        ends = [place + len(mark) - 1 for mark in (b"\n\n", b"\n\r\n") if (place := raw.find(mark)) >= 0]
        raw = raw[: min(ends, default=0)].removesuffix(b"\r")
        if raw and not raw.startswith(b"From ") and is_plain(raw):
            split_fast += 1
            assert pairs(PlainBlock(raw)) == ask_stdlib(raw).pairs, path
    # The careful path is for odd mail; were it taken often, the fast one would not be worth its lines.
    assert split_fast > 0.8 * len(MESSAGES[::5])


@pytest.mark.parametrize(
    "raw",
    [
        b"A: b\n \n",  # an empty fold
        b" A: b\n",
        b"A : b\n",
        b"A\xe4: b\n",
        b"A: b\nc\n",
        b":b\n",
        b"A: b\r\nC: d\n",
        b"A: b\rC: d\n",
        b"A: b\r\r\n",
        b"A: b\0\n",
        b"\n",
        b"A: b\n\nC: d\n",
        b"A: b\nFrom a@b\n",
    ],
)
def test_the_split_leaves_odd_blocks_alone(raw):
    assert not is_plain(raw)


# The order of the hooks of feedparser --------------------------------------------------------------------------------


def test_feedparser_still_calls_the_hooks_in_the_order_that_the_sink_relies_on():
    made = []

    def factory():
        made.append(StdlibFields())
        return made[-1]

    parser = BytesFeedParser(factory)
    parser.feed(b"A: 1\nB: 2\n 3\nA: 4\n")
    parser.feed(b"Content-Type: multipart/mixed; boundary=b\n\n")
    parser.close()
    assert len(made) == 1
    assert made[0].calls == [
        "set_raw A",
        "set_raw B",
        "set_raw A",
        "set_raw Content-Type",
        "get_content_type",
        "get_content_maintype",
        "get_content_maintype",
        "set_payload",
        "get_content_maintype",
    ]
    assert made[0].pairs[1] == (b"B", b"2\n 3")
    assert made[0].defects == []


def test_feedparser_asks_for_nothing_but_what_the_sink_overrides(monkeypatch):
    asked = set()
    for name, method in inspect.getmembers(email.message.Message, inspect.isfunction):
        if name == "__init__":
            continue

        def spy(self, *arguments, _name=name, _method=method, **named):
            asked.add(_name)
            return _method(self, *arguments, **named)

        monkeypatch.setattr(email.message.Message, name, spy)
    names, values = _ask_feedparser(Gate(b"A: 1\nContent-Type: multipart/mixed; boundary=b\n").fields())
    assert (names, values) == ([b"A", b"Content-Type"], [b"1", b"multipart/mixed; boundary=b"])
    # set_raw, get_content_type and get_content_maintype are overridden, so that only these reach the base class.
    assert asked == {"set_payload"}


# What derails the stdlib ---------------------------------------------------------------------------------------------

SUBJECT = (b"Subject", b"x")

TRAPS = [
    # block, names and values, codes
    (b"A: 1\rB: 2\nSubject: x\n", [(b"A", b"1\rB: 2"), SUBJECT], [C.HEADER_BARE_CR]),
    (b"A: 1\r\r\nSubject: x\r\r\n", [(b"A", b"1"), SUBJECT], [C.HEADER_BARE_CR, C.HEADER_BODY_SEPARATOR]),
    (b"\xef\xbb\xbfA: 1\nSubject: x\n", [(b"A", b"1"), SUBJECT], [C.HEADER_BOM]),
    (b"Subject : x\nA: 1\n", [SUBJECT, (b"A", b"1")], [C.HEADER_NAME_SPACE]),
    (b"Subject \t : x\n", [SUBJECT], [C.HEADER_NAME_SPACE]),
    (b"Content-X(: c)2\nSubject: x\n", [(b"Content-X(", b"c)2"), SUBJECT], [C.HEADER_NAME_INVALID]),
    (b"X-(A): 1\nSubject: x\n", [(b"X-(A)", b"1"), SUBJECT], []),
    (b"A: 1\nB\xe4r: 2\nSubject: x\n", [(b"A", b"1"), SUBJECT], [C.HEADER_NAME_INVALID]),
    (b"A: 1\njunk among fields\nSubject: x\n", [(b"A", b"1"), SUBJECT], [C.HEADER_MISSING_COLON]),
    (b"A: 1\nTwo words: 2\nSubject: x\n", [(b"A", b"1"), SUBJECT], [C.HEADER_MISSING_COLON]),
    (b"A: 1\nFrom a@b Tue Nov 24\nSubject: x\n", [(b"A", b"1"), SUBJECT], [C.HEADER_MBOX_FROM]),
    (b"Subject: x\nFrom a@b Tue Nov 24\n", [SUBJECT], [C.HEADER_MBOX_FROM]),
    (b"Subject: x\n:empty\nA: 1\n", [SUBJECT, (b"A", b"1")], [C.HEADER_NAME_EMPTY]),
    (b" folded\n\tagain\nSubject: x\n", [SUBJECT], [C.HEADER_LEADING_FOLD]),
    (b"A: 1\n \n 2\nSubject: x\n", [(b"A", b"1\n \n 2"), SUBJECT], [C.HEADER_FOLD_EMPTY]),
    (b"A: 1\r\n\t \r\nSubject: x\r\n", [(b"A", b"1"), SUBJECT], [C.HEADER_FOLD_EMPTY]),
    (b"A: 1\0\nSubject: x\n", [(b"A", b"1\0"), SUBJECT], [C.HEADER_NUL]),
    (b"A: 1\nSubject: x\r\n", [(b"A", b"1"), SUBJECT], [C.HEADER_BARE_LF]),
    (b"From : a@b\nSubject: x\n", [(b"From", b"a@b"), SUBJECT], [C.HEADER_NAME_SPACE]),
    (b"A: 1\nFrom\t: a@b\nSubject: x\n", [(b"A", b"1"), (b"From", b"a@b"), SUBJECT], [C.HEADER_NAME_SPACE]),
]


@pytest.mark.parametrize(("raw", "expected", "expected_codes"), TRAPS)
def test_what_derails_the_stdlib_costs_no_field_and_is_reported_once(raw, expected, expected_codes):
    cracked = crack(raw)
    assert pairs(cracked) == expected
    assert codes(cracked) == expected_codes
    assert cracked.body is None


@pytest.mark.parametrize(
    ("raw", "lost"),
    [
        (b"A: 1\rB: 2\nSubject: x\n", [(b"A", b"1"), (b"B", b"2"), SUBJECT]),
        (b"A: 1\r\r\nSubject: x\r\r\n", [(b"A", b"1")]),
        (b"\xef\xbb\xbfA: 1\nSubject: x\n", []),
        (b"Subject : x\nA: 1\n", []),
        (b"A: 1\nB\xe4r: 2\nSubject: x\n", [(b"A", b"1")]),
        (b"A: 1\njunk\nSubject: x\n", [(b"A", b"1")]),
    ],
)
def test_the_stdlib_is_still_derailed_by_what_the_gate_takes_out(raw, lost):
    # Where this fails, a trap is gone from the stdlib, and the reason for a part of the gate with it.
    assert ask_stdlib(raw).pairs == lost


@pytest.mark.parametrize(
    ("raw", "places"),
    [
        (b"A: 1\rB\nSubject: x\n", [4]),
        (b"A: 1\r\nB: 2\nSubject: x\n", [10]),
        (b"A: 1\nB\0: 2\nSubject: x\n", [6, 5]),
        (b"A: 1\n \nSubject : x\n", [5, 7]),
        (b"\xef\xbb\xbfSubject : x\n", [0, 3]),
        (b"From a@b\nSubject : x\n", [9]),
        (b"A: 1\nprose\n", [5, 5]),
    ],
)
def test_findings_say_where(raw, places):
    assert [found.position for found in crack(raw).findings] == places


def test_details_of_findings_are_printable():
    found = crack(b"A\x1b[2J\xe4: 1\nSubject: x\n").findings[0]
    assert (found.code, found.detail) == (C.HEADER_NAME_INVALID, r"A\x1b[2J\xe4")


# Where the header ends -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (b"Subject: x\n", b"Dear Alice,\nBob\n"),
        (b"Subject: x\r\n", b"Dear Alice,\r\n indented\r\nBob"),
        (b"Subject: x\n", b"Dear Alice,\nNote: this is prose\n"),
        (b"Subject: x\n", b"look here\nhttp://example.com/\n"),
        (b"Subject: x\n", b"Sch\xf6n: 1\n"),
        (b"", b"prose alone\n"),
        (b"Subject: x\n fold\n", b"<html>\n"),
        (b"From a@b Tue Nov 24\nSubject: x\n", b"prose\n"),
        (b"\xef\xbb\xbfSubject: x\n", b"prose\n"),
    ],
)
def test_a_body_without_a_blank_line_is_told_from_junk(header, body):
    cracked = crack(header + body)
    assert cracked.body == len(header)
    assert names(cracked) == [b"Subject"] * (b"Subject" in header)
    assert C.HEADER_BODY_SEPARATOR in codes(cracked)
    assert Headers(header + body).raw == header
    assert Headers(header + body).body_position == len(header)


def test_prose_that_looks_like_a_field_is_not_called_an_invalid_name():
    assert codes(crack(b"Subject: x\nDear Alice,\nNote: this is prose\n")) == [
        C.HEADER_MISSING_COLON,
        C.HEADER_BODY_SEPARATOR,
    ]


@pytest.mark.parametrize("name", [b"To", b"received", b"X-Mailer", b"Content-Type", b"SUBJECT"])
def test_a_plain_field_behind_junk_shows_that_the_junk_was_junk(name):
    cracked = crack(b"A: 1\njunk\n" + name + b": 2\n")
    assert (names(cracked), cracked.body) == ([b"A", name], None)


@pytest.mark.parametrize(
    "parameter", [b"boundary=b", b'boundary="b"', b'BOUNDARY = "b"', b'charset=x; boundary=\n "b"']
)
@pytest.mark.parametrize("padding", [b"", b"  ", b"\t\r"])
def test_the_first_delimiter_of_the_multipart_ends_its_header(parameter, padding):
    header = b"Subject: x\nContent-Type: multipart/mixed; " + parameter + b"\n"
    part = b"--b" + padding + b"\nContent-Type: text/html\nSubject: of the part\n"
    cracked = crack(header + part)
    assert names(cracked) == [b"Subject", b"Content-Type"]
    assert cracked.body == len(header)


@pytest.mark.parametrize("name", _NEEDLES)
def test_each_of_the_usual_fields_is_found_by_its_name_and_its_repeat_too(name):
    block = crack(f"X-{name}: 1\n{name}: 2\n{name.upper()}: 3\n".encode())
    assert isinstance(block, PlainBlock)
    first = block.first(name)
    assert (block.value(first), block.value(block.next(name, first))) == (b" 2\n", b" 3\n")


def test_a_line_that_only_begins_like_the_delimiter_does_not_end_the_header():
    cracked = crack(b"Content-Type: multipart/mixed; boundary=b\n--bc\nSubject: x\n")
    assert (names(cracked), cracked.body) == ([b"Content-Type", b"Subject"], None)


def test_a_boundary_of_another_field_ends_nothing():
    cracked = crack(b"Comments: boundary=b\n--b\nSubject: x\n")
    assert (names(cracked), cracked.body) == ([b"Comments", b"Subject"], None)


# The envelope line of an mbox ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_an_envelope_line_before_the_first_field_is_kept_apart_and_no_defect(end):
    line = b"From a@b Tue Nov 24 10:00:00 2026"
    cracked = crack(line + end + b"Subject: x" + end)
    assert (cracked.unix_from, cracked.start) == (line, len(line + end))
    assert (pairs(cracked), codes(cracked)) == ([SUBJECT], [])


@pytest.mark.parametrize("raw", [b"From ", b"From a@b", b"From a@b\n", b"\xef\xbb\xbfFrom a@b\r\n"])
def test_an_envelope_line_may_be_all_there_is(raw):
    cracked = crack(raw)
    assert (names(cracked), cracked.body) == ([], None)
    assert cracked.unix_from == raw.removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n")


@pytest.mark.parametrize("before", [b"", b"From a@b\n", b"\xef\xbb\xbf", b"\xef\xbb\xbfFrom a@b\r\n"])
@pytest.mark.parametrize("field", [b"Subject: x\n", b"Subject : x\n"])
def test_a_block_knows_where_its_first_field_begins(before, field):
    cracked = crack(before + field)
    assert (cracked.start, cracked.position(cracked.first("subject"))) == (len(before), len(before))


def test_a_second_envelope_line_is_a_defect():
    cracked = crack(b"From a@b\nFrom c@d\nSubject: x\n")
    assert (cracked.unix_from, codes(cracked), pairs(cracked)) == (b"From a@b", [C.HEADER_MBOX_FROM], [SUBJECT])


# Every byte has its place --------------------------------------------------------------------------------------------


@given(well_formed_blocks())
def test_the_fields_of_a_well_formed_block_tile_it(raw):
    place = 0
    for offset, field in raw_fields(raw):
        assert offset == place
        place += len(field)
    assert place == len(raw)
    assert b"".join(field for _, field in raw_fields(raw)) == raw


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"A: 1\n\t2\nB : 3\r\n", [(0, b"A: 1\n\t2\n"), (8, b"B : 3\r\n")]),
        (b"A: 1\njunk\nX-B: 2", [(0, b"A: 1\n"), (10, b"X-B: 2")]),
        (b"A: 1\n \nB: 2", [(0, b"A: 1\n \n"), (7, b"B: 2")]),
        (b"A: 1\r\nB: 2", [(0, b"A: 1\r\n"), (6, b"B: 2")]),
        (b"From x\nA: 1\nB: 2\n", [(7, b"A: 1\n"), (12, b"B: 2\n")]),
        (b"\xef\xbb\xbfFrom x\nA : 1\nB: 2\n", [(10, b"A : 1\n"), (16, b"B: 2\n")]),
        (b"A: 1\nprose\nmore prose\n", [(0, b"A: 1\n")]),
    ],
)
def test_a_field_knows_its_bytes_and_where_they_stood(raw, expected):
    assert raw_fields(raw) == expected


PIECES = st.sampled_from(
    [
        b"\r",
        b"\n",
        b"\r\n",
        b" ",
        b"\t",
        b":",
        b"\0",
        b"\xef\xbb\xbf",
        b"From ",
        b"Subject",
        b"A",
        b"--b",
        b"x" * 9,
        b"\xe4",
        b"Content-Type: multipart/mixed; boundary=b",
        b"X-Y",
        b"\x0b",
        b"\x0c",
        b"\x85",
        b"Subject: x\r\n",
    ]
)
BLOCKS = st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=25).map(b"".join))


@given(BLOCKS)
def test_any_block_is_cracked_without_an_exception_and_nothing_is_made_up(raw):
    cracked = crack(raw)
    positions = [cracked.position(place) for place in cracked.places()]
    assert positions == sorted(set(positions))
    assert len(positions) == len(cracked)
    assert 0 <= cracked.start <= len(raw)
    assert cracked.body is None or 0 <= cracked.body <= len(raw)
    for name, value in ((cracked.name(place), cracked.value(place)) for place in cracked.places()):
        assert name
        assert name.isascii()
        assert value in raw
    assert len(codes(cracked)) == len(set(codes(cracked)))
    for found in cracked.findings:
        assert 0 <= found.position <= len(raw)


@given(BLOCKS)
def test_in_any_block_the_fields_follow_one_another_and_begin_with_their_names(raw):
    place = 0
    for offset, field in raw_fields(raw):
        assert offset >= place
        assert raw[offset : offset + len(field)] == field
        place = offset + len(field)
    for field in Headers(raw):
        assert field.raw.startswith(field.name.encode())


@given(BLOCKS)
def test_feedparser_agrees_with_the_gate_about_what_a_field_is(raw):
    fields = Gate(raw).fields()
    names, values = _ask_feedparser(fields)
    assert names == [name for name, _, _ in fields]
    # What is cracked are the bytes that came; but for CRs and the blanks at both ends feedparser saw the same.
    for value, (_, raw_value, _) in zip(values, fields, strict=True):
        seen = raw_value.replace(b"\r", b"").replace(b" ", b"").strip(b"\t\n")
        assert value.replace(b" ", b"").strip(b"\t\n") == seen


def facts(block: Block) -> tuple:
    asked = {*names(block), b"subject", b"from", b"x", b"", b"a b"}
    return (
        names(block),
        [(block.value(place), block.position(place)) for place in block.places()],
        [(name, places_of(block, name.decode().lower())) for name in sorted(asked)],
        (len(block), block.empty, block.start, block.unix_from, block.body, list(block.findings)),
    )


def places_of(block: Block, name: str) -> list[int]:
    positions = []
    place = block.first(name)
    while place >= 0:
        positions.append(block.position(place))
        place = block.next(name, place)
    return positions


@given(BLOCKS, st.sampled_from([0, 1, 5]))
@example(b"Subject: x\njunk\n\xe4:\nFrom x\nTo: y\n z\n:\nFrom x\njunk", 0)
@example(b"\n :\n\x0b\nTo : y", 0)
@example(b"Content-Type: x; boundary=b\n--b\nTo: y\n--b\n", 0)
def test_a_crowded_block_says_what_feedparser_says_of_it(raw, start):
    gate = Gate(raw)
    crowded = CrowdedBlock(gate.header, gate.findings, gate.body)
    odd = crack_carefully(raw)
    for block in (crowded, odd):
        block.stand_behind(start, b"From a@b")
    assert facts(crowded) == facts(odd)


# Floods --------------------------------------------------------------------------------------------------------------

MANY = 100_000


@pytest.mark.parametrize(
    "line",
    [
        b"junk\n",
        b"ju nk: x\n",
        b"\xe4: x\n",
        b":\n",
        b"From x\n",
        b" \n",
        b" x\n",
        b"\r\n",
        b"\r",
        b"\0",
        b"A\r\n\0\xe4 :\r\n",
        b"A : x\n",
        b"A: x\rB\n",
        b"boundary=",
        b"Content-Type: x; boundary=b\n--c\n",
        b"--b\n",
        b"j\nTo:\n",
        b"\xe4:\nFrom x\nTo :\n x\n:\n",
        b"Content-Type: x; boundary=b\n--b \n",
    ],
)
def test_a_flood_of_odd_lines_is_one_fact_of_each_kind(line):
    cracked = crack(b"Subject: x\n" + line * MANY)
    assert names(cracked)[0] == b"Subject"
    assert len(cracked.findings) <= len(DefectCode)
    assert len(codes(cracked)) == len(set(codes(cracked)))


@pytest.mark.parametrize(
    "value",
    [b"\r", b" ", b"\t", b"\n ", b"\r\n\t", b"boundary=", b'boundary="', b"boundary ", b"\xe4", b"=?", b"a b"],
)
@pytest.mark.parametrize("name", [b"Subject", b"Content-Type"])
def test_a_value_of_any_size_is_read_once(name, value):
    # Were any step quadratic, this would take minutes.
    headers = Headers(name + b": a\n b" + value * MANY + b"x\n")
    assert headers[name.decode()].startswith("a")


def test_a_block_without_a_colon_is_read_once():
    assert crack(b"x" * 1_000_000).body == 0
    assert crack(b"x" * 1_000_000 + b" " * 1_000_000 + b"y\n").body == 0


# The stdlib's message ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding",
    [
        *(
            b"base64",
            b"quoted-printable",
            b" Base64 ",
            b"8bit",
            b"x-unknown",
            b"",
            b"base64 (really)",
            b"base\n 64",
            b"x-uue",
        ),
        *(b"=?utf-8?q?base64?=", b"base64, base64", b"\xff", b"a b", b"(" * 1_000),
    ],
)
@pytest.mark.parametrize("body", [b"", b"text\r\n", b"\x00\xff\r\n=--"])
def test_a_body_comes_back_out_of_the_message_of_the_stdlib(encoding, body):
    message = stdlib_message(b"Subject: x\nContent-Transfer-Encoding: " + encoding + b"\n", body)
    assert message["Subject"] == "x"
    assert message.policy is default
    assert message.get_payload(decode=True) == body


def test_parts_become_the_parts_of_the_message_of_the_stdlib():
    part = stdlib_message(b"Content-Type: text/plain\n", b"text")
    message = stdlib_message(b"Content-Type: multipart/mixed; boundary=b\n", [part])
    assert list(message.iter_parts()) == [part]


@pytest.mark.parametrize("value", [b";0*", b"(" * 1_000, b"", b"\0", b"\r", b"=?x?q?"])
@pytest.mark.parametrize("name", [b"Content-Type", b"Content-Disposition", b"Content-Transfer-Encoding", b"From"])
def test_a_field_at_which_the_stdlib_raises_keeps_no_message_from_being_made(name, value):
    message = stdlib_message(name + b": " + value + b"\n", b"text")
    assert [key for key, _ in message.raw_items()] == [name.decode()]
    assert message.get_payload() == "text"


def test_the_message_of_the_stdlib_keeps_what_a_field_says_from_its_first_letter():
    message = stdlib_message(b"Subject:Xanadu\r\nContent-Transfer-Encoding: base64\r\n (really)\r\n", b"text")
    assert message["Subject"] == "Xanadu"
    assert dict(message.raw_items())["Content-Transfer-Encoding"] == "base64"
    assert message.get_payload() == "dGV4dA==\n"


def test_the_message_of_the_stdlib_keeps_the_envelope_line():
    assert stdlib_message(b"From a@b Tue\nSubject: x\n", b"").get_unixfrom() == "From a@b Tue"


def test_an_empty_block_has_no_fields():
    block = crack(b"")
    assert (len(block), block.empty, list(block.places())) == (0, True, [])


def test_a_blank_before_the_first_field_does_not_hide_it():
    block = crack(b" From: a@b\r\nTo: c@d\r\n")
    assert list(block.names) == [b"From", b"To"]
    assert block.values[0].strip() == b"a@b"
    assert list(block.offsets) == [1, 12]
    assert [(str(finding.code), finding.position) for finding in block.findings] == [("header-leading-fold", 0)]


@pytest.mark.parametrize("lines", [MAXIMUM_ASKED_LINES - 1, MAXIMUM_ASKED_LINES, MAXIMUM_ASKED_LINES + 1])
def test_a_block_of_too_many_lines_for_feedparser_says_the_same(lines, monkeypatch):
    asked = []
    ask = block_module._ask_feedparser
    monkeypatch.setattr(block_module, "_ask_feedparser", lambda fields: asked.append(len(fields)) or ask(fields))
    raw = b"A : b\r\n" + b" c\n" + b"Subject: x\r\n" * (lines - 2)
    cracked = crack(raw)
    assert bool(asked) == (lines <= MAXIMUM_ASKED_LINES)
    assert pairs(cracked)[:2] == [(b"A", b"b\n c"), SUBJECT]
    assert pairs(cracked)[2:] == [SUBJECT] * (lines - 3)
    assert codes(cracked) == [C.HEADER_BARE_LF, C.HEADER_NAME_SPACE]


def test_the_fields_of_one_name_are_found_one_by_one_without_a_copy_of_the_block_for_each(monkeypatch):
    # A block of thousands took quadratic time.
    made = []
    lowered = PlainBlock._lowered
    monkeypatch.setattr(PlainBlock, "_lowered", lambda block: made.append(block) or lowered(block))
    for name in ("to", "received"):
        block = PlainBlock(b"".join(b"%s: %d\n" % (name.encode(), number) for number in range(100)))
        place, places = block.first(name), []
        while place >= 0:
            places.append(place)
            place = block.next(name, place)
        assert places == block.places()
    assert len(made) == 4  # one to find the usual fields, one to search


@pytest.mark.parametrize("lines", [b"a\nTo:\n", b"To:\n"])
def test_no_object_is_kept_for_each_line_of_a_block(lines):
    # A list of the runs of junk took fifty times the block, an index of all fields of one name eight times.
    raw = 60_000 // len(lines) * lines
    assert peak_of(lambda: crack(raw)) < 16 * len(raw)
