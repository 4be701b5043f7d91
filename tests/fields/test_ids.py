"""Message ids: one, and lists of them."""

from __future__ import annotations

import pytest
from counting import calls_of
from hypothesis import given, settings
from hypothesis import strategies as st

from mimeparse.defects import DefectCode, Finding
from mimeparse.fields.ids import parse_message_id, parse_message_ids


def codes(findings: list[Finding]) -> list[DefectCode]:
    return [finding.code for finding in findings]


SOUND = [
    ("<a@b>", "<a@b>"),
    ("<a.b.c@d.e.f>", "<a.b.c@d.e.f>"),
    ("<a+b=c$d!e@f-g>", "<a+b=c$d!e@f-g>"),
    ("<a@[127.0.0.1]>", "<a@[127.0.0.1]>"),
    ('<"a\\.b".c@d>', '<"a\\.b".c@d>'),
    ("<ü@example.com>", "<ü@example.com>"),
    ('<"a"@[]>', '<"a"@[]>'),
    (" \t<a@b> ", "<a@b>"),
    ("(one (two) <c@d>) <a@b> (three \\) four)", "<a@b>"),
]

FAULTY = [
    ("a@b", "<a@b>"),
    ("<a@b", "<a@b>"),
    ("a@b>", "<a@b>"),
    ("<<a@b>>", "<a@b>"),
    ("<<a@b>", "<a@b>"),
    ('"<a@b>"', "<a@b>"),
    ("<a@b>;", "<a@b>"),
    ("<a>", "<a>"),
    ("<@a>", "<@a>"),
    ("<a@>", "<a@>"),
    ("<a@b@c>", "<a@b@c>"),
    ("<a..b@c>", "<a..b@c>"),
    ("<a b\t@c>", "<ab@c>"),
    ("< a@b >", "<a@b>"),
    ("<a@b\x07>", "<a@b>"),
    ("<a@b comment", "<a@b>"),
    ("< a@b", "<a@b>"),
    ("<a(b)@c>", "<a(b)@c>"),
    ("(<a@b>", "<a@b>"),
    ("<a@b> (", "<a@b>"),
    ("<a@b> )", "<a@b>"),
    ("<a@b> text", "<a@b>"),
]


@pytest.mark.parametrize(("value", "expected"), SOUND)
def test_an_id_of_the_standard_is_found_without_a_finding(value: str, expected: str) -> None:
    assert parse_message_id(value) == (expected, [])
    assert parse_message_ids(value) == ((expected,), [])


@pytest.mark.parametrize(("value", "expected"), FAULTY)
def test_a_faulty_id_is_found_and_reported(value: str, expected: str) -> None:
    one, findings = parse_message_id(value)
    assert (one, codes(findings)) == (expected, [DefectCode.MESSAGE_ID_INVALID])
    many, findings = parse_message_ids(value)
    assert (many, codes(findings)) == ((expected,), [DefectCode.MESSAGE_ID_INVALID])


@pytest.mark.parametrize("value", ["", " ", "<", ">", "<>", "< >", "()", "(<a@b>)", "<><>"])
def test_where_there_is_no_id_none_is_made_up(value: str) -> None:
    one, findings = parse_message_id(value)
    assert (one, codes(findings)) == (None, [DefectCode.MESSAGE_ID_INVALID])
    many, findings = parse_message_ids(value)
    assert (many, codes(findings)) == ((), [DefectCode.MESSAGE_ID_INVALID])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("20261124.12345", "<20261124.12345>"),
        ("PM2000:51:06 PM", "<PM2000:51:06PM>"),
        ("bob@x at home", "<bob@xathome>"),
    ],
)
def test_a_message_id_without_brackets_is_all_of_its_field_and_ids_in_a_list_are_not(value: str, expected: str) -> None:
    one, findings = parse_message_id(value)
    assert (one, codes(findings)) == (expected, [DefectCode.MESSAGE_ID_INVALID])
    assert parse_message_ids(value)[0] == ()


def test_of_brackets_within_brackets_those_that_are_closed_hold_the_message_id() -> None:
    assert parse_message_id('<1O79."Super Signal"<service@example.com>>')[0] == "<service@example.com>"


def test_brackets_around_empty_brackets_hold_the_message_id() -> None:
    assert parse_message_id("<globe$<>%@example.com>")[0] == "<globe$<>%@example.com>"
    assert parse_message_id("<X<>a@bX>")[0] == "<X<>a@bX>"


def test_the_first_of_several_message_ids_counts() -> None:
    assert parse_message_id("<a@b <c@d")[0] == "<a@b>"
    one, findings = parse_message_id("<a@b> <c@d>")
    assert (one, codes(findings)) == ("<a@b>", [DefectCode.MESSAGE_ID_INVALID])


@pytest.mark.parametrize("between", [" ", "  ", "\t", "", " (comment) ", " (<x@y>) "])
def test_ids_may_stand_side_by_side(between: str) -> None:
    assert parse_message_ids(f"<a@b>{between}<c@d>{between}<a@b>") == (("<a@b>", "<c@d>", "<a@b>"), [])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@b>, <c@d>", ("<a@b>", "<c@d>")),
        ("<a@b>; from alice@example.com on Tue, 24 Nov 2026 10:00:00 +0000", ("<a@b>",)),
        ('Your message of "Tue, 24 Nov 2026" <a@b>', ("<a@b>",)),
        ('Message from Alice <alice@x> of "Tue, 24 Nov 2026" <a@b>', ("<a@b>",)),
        ("a@b c@d", ("<a@b>", "<c@d>")),
        ("a@b, c@d,", ("<a@b>", "<c@d>")),
        ("alice@x's message of Tuesday", ()),
        ("<a@b <c@d>", ("<a@b>", "<c@d>")),
        ("<a@b> <> <c@d>", ("<a@b>", "<c@d>")),
        ("<a@b> ( <c@d>", ("<a@b>", "<c@d>")),
    ],
)
def test_what_stands_between_ids_is_skipped_and_reported(value: str, expected: tuple[str, ...]) -> None:
    many, findings = parse_message_ids(value)
    assert (many, codes(findings)) == (expected, [DefectCode.MESSAGE_ID_INVALID])


def test_blanks_of_other_scripts_do_not_split_an_id() -> None:
    assert parse_message_ids("<a\u3000b@c> <d@e>")[0] == ("<a\u3000b@c>", "<d@e>")


def test_an_id_compares_equal_to_itself_however_it_was_folded_and_bracketed() -> None:
    written = ["<part.one@example.com>", "part.one@example.com", "<part.one\t@example.com>", "<part.one@example.com"]
    assert {parse_message_id(value)[0] for value in written} == {"<part.one@example.com>"}


ATOMS = st.text("abcXYZ019!#$%&'*+-/=?^_`{|}~", min_size=1, max_size=8)
DOT_ATOMS = st.lists(ATOMS, min_size=1, max_size=3).map(".".join)
IDS = st.builds("<{}@{}>".format, DOT_ATOMS, DOT_ATOMS)


@settings(deadline=None)  # machines are slow at times
@given(st.lists(IDS, min_size=1), st.sampled_from([" ", "  ", "\t", "", "\r\n "]))
def test_lists_of_ids_are_read_back(ids: list[str], between: str) -> None:
    assert parse_message_ids(between.join(ids)) == (tuple(ids), [])


@settings(deadline=None)  # machines are slow at times
@given(st.text('ab@<>()[]"\\,;. \t\x00\x07ü', max_size=30) | st.text(max_size=30))
def test_any_text_gives_ids_or_a_finding(value: str) -> None:
    one, findings = parse_message_id(value)
    many, more_findings = parse_message_ids(value)
    assert one is not None or findings
    assert many or more_findings
    assert len(findings) <= 1
    assert len(more_findings) <= 1
    for found in (*many, *([one] if one else [])):
        assert found.startswith("<")
        assert found.endswith(">")
        assert not set(found) & set(" \t\r\n\x00\x07")
        assert len(found) > 2
        assert not set(found[1:-1]) & set("<>")
    for finding in (*findings, *more_findings):
        assert finding.detail.isprintable()


def calls(value: str) -> int:
    return calls_of(parse_message_id, value) + calls_of(parse_message_ids, value)


@pytest.mark.parametrize(
    "unit", ["<", "<a", "<a@b>", "<a@b> ", ">", "(", ")", "()", "(<a>)", "<(", "\\", '"', "@", "a@b ", ",", " "]
)
def test_work_is_linear(unit: str) -> None:
    few, many = calls(unit * 500), calls(unit * 1000)
    assert many <= 2 * few + 50
    whole = unit * (131_072 // len(unit))  # does not come to an end in a lifetime if a scan is quadratic
    parse_message_id(whole)
    parse_message_ids(whole)
