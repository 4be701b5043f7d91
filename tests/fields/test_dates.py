"""Dates: the grammar, the obsolete grammar, and what is written instead."""

from __future__ import annotations

import email.utils
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from counting import calls_of
from hypothesis import given, settings
from hypothesis import strategies as st

from mimeparse.defects import DefectCode
from mimeparse.fields import dates
from mimeparse.fields.dates import parse_date

NOON = datetime(2026, 11, 24, 10, 0, 0, tzinfo=UTC)


def east(hours: int, minutes: int = 0) -> datetime:
    """Return the time that all the tables tell, in a zone so far east of UTC."""
    return NOON.replace(tzinfo=timezone(timedelta(hours=hours, minutes=minutes)))


def assert_reads(value: str, expected: datetime | None, *, standard: bool) -> None:
    date, findings = parse_date(value)
    assert date == expected
    if expected is not None:
        assert date is not None
        assert date.utcoffset() == expected.utcoffset()
    assert [finding.code for finding in findings] == ([] if standard else [DefectCode.DATE_INVALID])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Tue, 24 Nov 2026 10:00:00 +0000", NOON),
        ("Tue, 24 Nov 2026 10:00:00 +0200", east(2)),
        ("Tue, 24 Nov 2026 10:00:00 -0330", east(-3, -30)),
        ("Tue, 24 Nov 2026 10:00:00 -0000", NOON),
        ("24 Nov 2026 10:00:00 +0000", NOON),
        ("Tue, 24 Nov 2026 10:00 +0000", NOON),
        ("Tue, 24 Nov 2026 10:00:00 +0000 (UTC)", NOON),
        ("Tue, 24 Nov 2026 10:00:00 +0100 (W. (Central \\) Europe))", east(1)),
        ("Tue, 24 Nov 2026 10:00:00 +2359", east(23, 59)),
        ("tue, 24 nov 2026 10:00:00 gmt", NOON),
    ],
)
def test_a_date_of_the_standard_is_read_with_its_own_offset(value: str, expected: datetime) -> None:
    assert_reads(value, expected, standard=True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Tue, 24 Nov 26 10:00:00 +0000", NOON),
        ("Wed, 24 Nov 99 10:00:00 +0000", NOON.replace(year=1999)),
        ("Thu, 24 Nov 49 10:00:00 +0000", NOON.replace(year=2049)),
        ("Fri, 24 Nov 50 10:00:00 +0000", NOON.replace(year=1950)),
        ("Tue, 24 Nov 126 10:00:00 +0000", NOON),
        ("24 Nov 2026 10:00:00 UT", NOON),
        ("24 Nov 2026 10:00:00 GMT", NOON),
        ("24 Nov 2026 10:00:00 EST", east(-5)),
        ("24 Nov 2026 10:00:00 EDT", east(-4)),
        ("24 Nov 2026 10:00:00 CST", east(-6)),
        ("24 Nov 2026 10:00:00 CDT", east(-5)),
        ("24 Nov 2026 10:00:00 MST", east(-7)),
        ("24 Nov 2026 10:00:00 MDT", east(-6)),
        ("24 Nov 2026 10:00:00 PST", east(-8)),
        ("24 Nov 2026 10:00:00 PDT", east(-7)),
        ("24 Nov 2026 10:00:00 Z", NOON),
        ("24 Nov 2026 10:00:00 A", NOON),
        ("(a) Tue (b) , (c)24(d)Nov(e)2026\t(f)10(g):(h)00 : 00 (i)+0000(j)", NOON),
        ("Tue,24 Nov 2026  10:00:00\t+0000", NOON),
    ],
)
def test_the_obsolete_grammar_is_part_of_the_standard(value: str, expected: datetime) -> None:
    assert_reads(value, expected, standard=True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Tue Nov 24 10:00:00 2026", NOON),
        ("Tue Nov 24 10:00:00 EST 2026", east(-5)),
        ("Tue Nov 24 10:00:00 2026 +0200", east(2)),
        ("10:00:00 24-Nov-2026", NOON),
        ("24-Nov-2026 10:00:00 +0200", east(2)),
        ("Tuesday, 24-Nov-26 10:00:00 GMT", NOON),
        ("Tue 24 Nov 2026 10:00:00 +0200", east(2)),
        ("Tuesday, 24 November 2026 10:00:00 +0200", east(2)),
        ("Nov 24th, 2026, 10:00 +0200", east(2)),
        ("Di, 24. Nov. 2026 10:00:00 +0200", east(2)),
        ("24 Sept 2026 10:00:00 +0000", NOON.replace(month=9)),
        ("Tue, 24 Nov 2026 10.00.00 +0200", east(2)),
        ("Tue, 24 Nov 2026 10:0:0 +0200", east(2)),
        ("Tue, 24 Nov 2026 10:00:00.123456 +0200", east(2)),
        ("Tue, 24 Nov 2026 10:00:00", NOON),
        ("Tue, 24 Nov 2026 10:00:00 UTC", NOON),
        ("Tue, 24 Nov 2026 10:00:00 CEST", east(2)),
        ("Tue, 24 Nov 2026 10:00:00 XYZ", NOON),
        ("Tue, 24 Nov 2026 10:00:00 GMT+0200", east(2)),
        ("Tue, 24 Nov 2026 10:00:00 GMT+2", east(2)),
        ("Tue, 24 Nov 2026 10:00:00 UTC-03:30", east(-3, -30)),
        ("Tue, 24 Nov 2026 10:00:00 +200", east(2)),
        ("Tue, 24 Nov 2026 10:00:00 0200", east(2)),
        ("Tue, 24 Nov 2026 10:00:00 02000", NOON),
        ("Tue, 24 Nov 2026 10:00:00 +0200 and more 1 2 3", east(2)),
        ("Tue, 24 Nov 2026 10:00:00 +0200 (CES", east(2)),
        ("Tue, 24 Nov 0126 10:00:00 +0200", east(2)),
        ("24 Nov 2026 10:00 AM +0000", NOON),
        ("24 Nov 2026 10:00:00 p.m. +0000", NOON.replace(hour=22)),
        ("24 Nov 2026 12:00:00 AM", NOON.replace(hour=0)),
        ("24 Nov 2026 12:00:00 pm", NOON.replace(hour=12)),
        ("24 Nov 2026 13:00 PM", NOON.replace(hour=13)),
        ("2026-11-24T10:00:00Z", NOON),
        ("2026-11-24T10:00:00.5+02:00", east(2)),
        ("2026-11-24 10:00", NOON),
        ("2026/11/24 10:00:00 +0200", east(2)),
    ],
)
def test_a_date_that_breaks_the_grammar_is_read_and_reported(value: str, expected: datetime) -> None:
    assert_reads(value, expected, standard=False)


@pytest.mark.parametrize(
    "value",
    [
        "Tue, 24 Nov 2026 10:00:00 +-0200",
        "Tue, 24 Nov 2026 10:00:00 Eastern Daylight Time",
        "Tue, 24 Nov 26 10:00 US Mountain Standard Time",
    ],
)
def test_a_zone_that_could_be_hours_away_leaves_no_date(value: str) -> None:
    date, findings = parse_date(value)
    assert (date, [found.code for found in findings]) == (None, [DefectCode.DATE_INVALID])


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "now",
        "()",
        "(Tue, 24 Nov 2026 10:00:00 +0000)",
        "24 Nov 2026",
        "Tue, 24 Nov 10:00:00 +0000",
        "10:00:00 +0000",
        "03/04/2026 10:00:00",
        "24.11.2026 10:00:00",
        "12-05-2023",
        "1795514400",
        "31 Jun 2026 10:00:00 +0000",
        "29 Feb 2027 10:00:00 +0000",
        "0 Nov 2026 10:00:00 +0000",
        "24 Nov 2026 24:00:00 +0000",
        "24 Nov 2026 10:60:00 +0000",
        "24 Nov 2026 10:00:61 +0000",
        "24 Nov Dec 2026 10:00:00 +0000",
        "24 25 Nov 2026 10:00:00 +0000",
        "24 Nov 2026 10:00:00 11:00:00 +0000",
        "2026-11-24 24 10:00:00",
        "24 Nov 10000 10:00:00 +0000",
        "٢٤ Nov 2026 10:00:00 +0000",
        "24 Nov " + "9" * 5000 + " 10:00:00 +0000",
    ],
)
def test_what_cannot_be_read_for_sure_is_not_read(value: str) -> None:
    assert_reads(value, None, standard=False)


@pytest.mark.parametrize("month", range(1, 13))
def test_months_are_known_by_their_whole_names_and_by_three_letters(month: int) -> None:
    date = NOON.replace(month=month)
    assert_reads(date.strftime("%d %b %Y %H:%M:%S +0000"), date, standard=True)
    assert_reads(date.strftime("%d %B %Y, %H:%M:%S"), date, standard=False)
    assert_reads(date.strftime("%b %d %Y, %H:%M:%S"), date, standard=False)


@pytest.mark.parametrize(
    ("zones", "hours", "minutes"),
    [
        ("UTC WET", 0, 0), ("WEST CET MET MEZ", 1, 0), ("CEST MEST MESZ EET", 2, 0), ("EEST MSK", 3, 0), ("HKT", 8, 0), ("JST KST", 9, 0),
        ("AEST", 10, 0), ("AEDT", 11, 0), ("NZST", 12, 0), ("NZDT", 13, 0), ("NST", -3, -30), ("NDT", -2, -30), ("AST", -4, 0),
        ("ADT", -3, 0), ("AKST", -9, 0), ("AKDT", -8, 0), ("HST", -10, 0), ("IST BST", 0, 0),
    ],
)  # fmt: skip
def test_zones_that_the_standard_does_not_know_count_where_they_stand_for_one(
    zones: str, hours: int, minutes: int
) -> None:
    for zone in zones.split():
        assert_reads(f"24 Nov 2026 10:00:00 {zone}", east(hours, minutes), standard=False)


def test_days_may_be_ordinals() -> None:
    for ordinal, day in (("1st", 1), ("22nd", 22), ("23RD", 23), ("24th", 24)):
        assert_reads(f"Nov {ordinal}, 2026, 10:00", NOON.replace(day=day), standard=False)


def test_a_number_of_three_digits_is_a_year_wherever_it_stands() -> None:
    assert_reads("126 Nov 24 10:00:00", NOON, standard=False)


def test_a_wrong_weekday_is_ignored() -> None:
    assert_reads("Mon, 24 Nov 2026 10:00:00 +0000", NOON, standard=True)


def test_a_leap_second_is_the_second_before() -> None:
    assert_reads("31 Dec 2016 23:59:60 +0000", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC), standard=True)
    assert_reads("31 Dec 2016 23:59:60.5 UTC", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC), standard=False)


@pytest.mark.parametrize("offset", ["+2400", "-2400", "+9959", "+0060", "-1799"])
def test_an_offset_that_is_none_counts_as_utc(offset: str) -> None:
    assert_reads(f"24 Nov 2026 10:00:00 {offset}", NOON, standard=False)


@pytest.mark.parametrize(
    ("value", "readable"),
    [
        ("1 Jan 1900 00:00:00 +0000", True),
        ("1 Jan 1900 00:00:00 +2359", True),
        ("1 Jan 1900 00:00:00 UTC", True),
        ("31 Dec 1899 23:59:59 +0000", False),
        ("1601-01-01T00:00:00Z", False),
        ("0001-01-01 00:00:00 +0000 UTC", False),
        ("0000-01-01 00:00:00", False),
        ("31 Dec 9999 23:59:59 +0000", True),
        ("31 Dec 9999 23:59:59 +0100", True),
        ("31 Dec 9999 23:59:59 -0001", False),
    ],
)
def test_every_date_can_be_converted_to_utc(value: str, readable: bool) -> None:
    date, _ = parse_date(value)
    assert (date is not None) is readable
    if date is not None:
        date.astimezone(UTC)


def test_the_detail_of_a_finding_is_printable() -> None:
    assert parse_date("\x1b]0;\u2028")[1][0].detail.isprintable()


ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
DATES = st.datetimes(datetime(1900, 1, 3), datetime(9999, 12, 29), timezones=ZONES).map(  # noqa: DTZ001
    lambda date: date.replace(microsecond=0)
)


@settings(deadline=None)  # machines are slow at times
@given(DATES)
def test_what_the_standard_library_writes_is_read_back(date: datetime) -> None:
    written = email.utils.format_datetime(date)
    parsed, findings = parse_date(written)
    assert parsed == date
    assert parsed is not None
    assert parsed.utcoffset() == date.utcoffset()
    assert not findings


@settings(deadline=None)  # machines are slow at times
@given(DATES, st.sampled_from(["%d %b %Y %H:%M:%S %z", "%a,  %d %b  %Y %H:%M %z", "%A, %d %B %Y %H:%M:%S %z"]))
def test_plain_dates_are_read_as_the_standard_library_reads_them(date: datetime, form: str) -> None:
    written = date.strftime(form)
    parsed, _ = parse_date(written)
    assert parsed == email.utils.parsedate_to_datetime(written)


@settings(deadline=None)  # machines are slow at times
@given(DATES)
def test_iso_dates_are_read_back(date: datetime) -> None:
    assert parse_date(date.isoformat())[0] == date
    assert parse_date(date.isoformat(" "))[0] == date


PIECES = st.lists(
    st.sampled_from(
        ["24", " ", "Nov", "2026", "10:00", ":00", "+0200", "-", "+", "(", ")", "\\", ",", ".", "GMT", "T", "pm", "9"]
    )
    | st.text(max_size=3)
)


@settings(deadline=None)  # machines are slow at times
@given(PIECES.map("".join))
def test_any_text_is_a_date_or_a_finding(value: str) -> None:
    date, findings = parse_date(value)
    assert date is not None or findings
    assert len(findings) <= 1
    if date is not None:
        assert date.utcoffset() is not None
        assert date.astimezone(UTC).year >= 1899


def calls(value: str) -> int:
    return calls_of(parse_date, value)


@pytest.mark.parametrize(
    "unit",
    [
        "(",
        ")",
        "()",
        "\\",
        "-",
        "+",
        "+-",
        "1",
        "1 ",
        "a ",
        "10:00 ",
        "10:",
        "24.",
        "2026-1",
        "jan ",
        ",",
        " ",
        "1.1111",
    ],
)
def test_work_is_linear(unit: str) -> None:
    for before in ("", "24 Nov 2026 10:00:00 +0000 "):
        few, many = calls(before + unit * 500), calls(before + unit * 1000)
        assert many <= 2 * few + 50
        parse_date(
            before + unit * (131_072 // len(unit))
        )  # does not come to an end in a lifetime if a scan is quadratic


def test_a_number_that_could_be_a_zone_or_a_part_of_the_date_is_looked_at_once() -> None:
    """Each of two readings used to hand it to the other, until the stack was full."""
    assert_reads("99 25:61 24 Nov 2026 10:00:00 +0000", None, standard=False)


@given(
    st.sampled_from(["Thu, ", "Thu,", "Thu,  ", "Thu,   ", "thu, ", "", " "]),
    st.sampled_from(["0", "1", "01", " 1", "9", "29", "31", "32"]),
    st.sampled_from(["Jan", "Feb", "Jun", "Dec", "jan", "January"]),
    st.sampled_from(["02", "1899", "1900", "2026", "8999", "9000"]),
    st.sampled_from(["00:00", "23:59:60", "12:30:59", "24:00:00", "1:02:03"]),
    st.sampled_from("+0000 -0000 +2359 -1260 GMT UT UTC EST EDT CST CDT MST MDT PST PDT Z gmt".split()),
    st.sampled_from(["", " (PST)", " (two words)", " (", "  "]),
)
@settings(max_examples=500)
def test_what_nearly_every_sender_writes_is_read_as_by_the_whole_grammar(
    weekday: str, day: str, month: str, year: str, time: str, zone: str, behind: str
) -> None:
    value = f"{weekday}{day} {month} {year} {time} {zone}{behind}"
    date, findings = parse_date(value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dates, "_ORDINARY", re.compile(r"(?!)"))
        careful, careful_findings = parse_date(value)
    assert (date, findings) == (careful, careful_findings)
    assert date is None or careful is None or date.utcoffset() == careful.utcoffset()
