"""Dates: RFC 5322 3.3, the obsolete forms of 4.3, and what real senders write instead.

A date is either read for sure or not at all: what could be the third of April or the fourth of March is neither. The weekday is
never looked at, because nothing is to be done about a wrong one. Where the offset from UTC is missing or means nothing, the time
counts as UTC, as RFC 5322 4.3 has it for the names of unknown zones; where it means one thing or another, there is no date.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from mimeparse.defects import DefectCode, Finding, excerpt
from mimeparse.fields.comments import depth_findings


def parse_date(value: str) -> tuple[datetime | None, list[Finding]]:
    """Return an unfolded date field as an aware datetime with the offset that it was written with, or None.

    A date that is not of the standard, but can be read, comes with a finding. Every datetime that comes back can be converted
    to UTC. Never raises; linear in the size of `value`. Source: RFC 5322 3.3 and 4.3.
    """
    match = _ORDINARY.match(value)
    if match:
        day, month, year, minutes, seconds, offset = match.groups(":00")
        try:
            # Three times as fast as to build the datetime and its zone here.
            offset = _OFFSETS.get(offset, offset)
            return datetime.fromisoformat(f"{year}-{_MONTH_DIGITS[month]}-{day:0>2}T{minutes}{seconds}{offset}"), []
        except ValueError:
            pass  # the 31st of June, or a leap second
    text, balanced, depth = _without_comments(value)
    text = _BLANK_RUN.sub(" ", text).strip(" ").lower()
    date = _Reader(text).read()
    if date is not None and balanced and _GRAMMAR.match(text):
        return date, depth_findings(depth)
    return date, [Finding(DefectCode.DATE_INVALID, 0, excerpt(value)), *depth_findings(depth)]


_BLANK_RUN = re.compile(r"[ \t\r\n]++")

# fmt: off
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
# fmt: on
_MONTHS = {name.lower(): number for number, name in enumerate(_ENGLISH_MONTHS, 1)}
_MONTHS |= {name[:3].lower(): number for number, name in enumerate(_ENGLISH_MONTHS, 1)}
_MONTHS["sept"] = 9
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH_DIGITS = {name[:3]: f"{number:02}" for number, name in enumerate(_ENGLISH_MONTHS, 1)}

# In minutes east of UTC.
# fmt: off
_ZONES = {
    # RFC 5322 4.3. The military letters mean nothing, because RFC 822 had defined them the wrong way round.
    "ut": 0, "gmt": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    **dict.fromkeys("abcdefghiklmnopqrstuvwxyz", 0),
    # QUIRK: names that the standard does not know. Only those that stand for one zone; IST is that of three countries.
    "utc": 0, "wet": 0, "west": 60, "cet": 60, "cest": 120, "met": 60, "mest": 120, "mez": 60, "mesz": 120, "eet": 120,
    "eest": 180, "msk": 180, "hkt": 480, "jst": 540, "kst": 540, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780,
    "nst": -210, "ndt": -150, "ast": -240, "adt": -180, "akst": -540, "akdt": -480, "hst": -600,
}
# fmt: on

# What nearly every sender writes, with the one comment that many add, the blank in place of a zero before the day, and the zones that
# RFC 5322 4.3 names. The first and the last years are left to the slow path: with an offset they may fall out of the calendar.
_ORDINARY = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ?)? ?([0-9]{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"(19[0-9]{2}|[2-8][0-9]{3}) ((?:[01][0-9]|2[0-3]):[0-5][0-9])(:[0-9]{2})? ([+-](?:[01][0-9]|2[0-3])[0-5][0-9]|GMT|UT|[ECMP][SD]T)"
    r"(?: \([A-Za-z ]*+\))?\Z"
)
_OFFSETS = {
    name: f"{_ZONES[name.lower()] // 60:+03}00"
    for name in ("UT", "GMT", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT")
}

# The whole grammar, obsolete forms included, for lower-case text without comments and runs of blanks.
_GRAMMAR = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun) ?, ?)?[0-9]{1,2} ?"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) ?(?:[0-9]{2,3}|19[0-9]{2}|[2-9][0-9]{3}) "
    r"[0-9]{2} ?: ?[0-9]{2}(?: ?: ?[0-9]{2})? ?(?:[+-](?:[01][0-9]|2[0-3])[0-5][0-9]|ut|gmt|[ecmp][sd]t|[a-ik-z])\Z"
)

# Of what dates are made, in whatever order. What is none of these is a separator.
_PIECE = re.compile(
    r"(?P<iso>(?<![0-9])[0-9]{4}(?P<dash>[-/.])[0-9]{1,2}(?P=dash)[0-9]{1,2}(?![0-9])(?:t(?=[0-9]))?)"
    r"|(?P<time>[0-9]{1,2}(?: ?: ?[0-9]{1,2}| ?\. ?[0-9]{2})(?: ?[:.] ?[0-9]{1,2}(?:[.,][0-9]{1,9})?)?(?![0-9:.])(?: ?[ap]\.?m\b)?)"
    r"|(?P<offset>(?<![-+])[-+]++(?:[0-9]{1,2}[-:.][0-9]{2}|[0-9]{1,4})(?![0-9]))"
    r"|(?P<number>[0-9]++)(?:st|nd|rd|th)?"
    r"|(?P<word>[^\W\d_]++)"
)
_TIME = re.compile(r"([0-9]+) ?[:.] ?([0-9]+)(?: ?[:.] ?([0-9]+))?[.,0-9]* ?([ap]?)")
_NUMBER = re.compile(r"[0-9]+")
_COMMENT_MARK = re.compile(r"\\.|[()]", re.DOTALL)


def _zone(offset: str) -> timezone | None:
    """Return the zone of `+hhmm`, or None for what is no offset: minutes have to be below 60, and the whole below a day."""
    hours, minutes = int(offset[1:3]), int(offset[3:])
    if hours >= 24 or minutes >= 60:
        return None
    east = hours * 60 + minutes
    if not east:
        return UTC  # RFC 5322 3.3: `-0000` is UTC too, by a sender who does not tell where he is
    return timezone(timedelta(minutes=-east if offset[0] == "-" else east))


def _seconds(text: str | None) -> int:
    seconds = int(text or 0)
    return 59 if seconds == 60 else seconds  # RFC 5322 3.3 foresees leap seconds; a datetime does not


def _full_year(text: str) -> int:
    """Return the year that RFC 5322 4.3 takes one of two or three digits for; QUIRK: zeros make four of them (`0102`)."""
    year = int(text)
    if year < 50:
        return year + 2000
    return year + 1900 if year < 1000 else year


def _without_comments(value: str) -> tuple[str, bool, int]:
    """Return `value` with a blank for each comment (RFC 5322 3.2.2), whether all of them are closed, and how deep they nest.

    One that is not closed goes on to the end: it is in the last comment that dates are cut short.
    """
    kept: list[str] = []
    depth = done = deepest = 0
    for mark in _COMMENT_MARK.finditer(value):
        if mark[0] == "(":
            if not depth:
                kept.append(value[done : mark.start()])
            depth += 1
            deepest = max(deepest, depth)
        elif mark[0] == ")" and depth:
            depth -= 1
            done = mark.end()
    if not depth:
        kept.append(value[done:])
    return " ".join(kept), not depth, deepest


class _Reader:
    """Put a date together from its pieces; any contradiction among them leaves no date."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._day: int | None = None
        self._month: int | None = None
        self._year: int | None = None
        self._time: tuple[int, int, int] | None = None
        self._zone: timezone | None = None
        self._unknown_words = 0  # behind the time: the name of a zone has one
        self._unclear = False
        self._offset = False  # the zone is an offset, and stands for more than the name of one
        self._after_month = False

    def read(self) -> datetime | None:
        for piece in _PIECE.finditer(self._text):
            if self._offset and self._is_complete():
                break  # what follows is for people
            if not self._take(str(piece.lastgroup), piece[0]):
                return None
            self._after_month = piece[0] in _MONTHS
        if self._day is None or self._month is None or self._year is None or self._time is None:
            return None
        if self._year < 1900:
            return None  # RFC 5322 3.3; it is the zero of some machine's clock: 1899, 1601 or 1
        if self._unclear or (self._zone is None and self._unknown_words > 1):
            return None  # QUIRK: `20:43:57 Eastern Daylight Time` is hours away from 20:43:57 UTC
        try:
            date = datetime(self._year, self._month, self._day, *self._time, tzinfo=self._zone or UTC)
            date.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return date

    def _is_complete(self) -> bool:
        return None not in (self._day, self._month, self._year, self._time)

    def _take(self, kind: str, text: str) -> bool:
        """Read one piece; return False where it contradicts those before."""
        match kind:
            case "iso":
                return self._take_iso(text)
            case "time":
                return self._take_time(text)
            case "offset":
                return self._take_offset(text)
            case "number":
                return self._take_number(text)
            case _:
                return self._take_word(text)

    def _take_iso(self, text: str) -> bool:
        if self._day or self._month or self._year:
            return False
        self._year, self._month, self._day = map(int, _NUMBER.findall(text))
        return True

    def _take_time(self, text: str) -> bool:
        parts = _TIME.match(text)
        if self._time or parts is None:
            return False
        hour = int(parts[1])
        if parts[4] and 1 <= hour <= 12:  # QUIRK: `13:00 PM` is one o'clock all the same
            hour = hour % 12 + 12 * (parts[4] == "p")
        self._time = hour, int(parts[2]), _seconds(parts[3])
        return True

    def _take_offset(self, text: str) -> bool:
        digits = "".join(_NUMBER.findall(text))
        if self._time is None or self._after_month:
            return self._take_number(digits)  # the dash of `24-Nov-2026`
        if len(digits) < 3:
            digits = f"{digits:0>2}00"  # QUIRK: `GMT+2` is two hours
        # QUIRK: `+-0500` is a wide-spread slip, and could be either.
        self._unclear = text[1:2] in ("+", "-")
        self._set_zone(text[0], digits)
        return True

    def _set_zone(self, sign: str, digits: str) -> None:
        self._zone = _zone(f"{sign}{digits:0>4}")
        self._offset = True

    def _take_number(self, text: str) -> bool:
        digits = text.rstrip("stndrh")
        if self._day is None and len(digits) <= 2:
            self._day = int(digits)
        elif self._year is None and len(digits) <= 4:
            self._year = _full_year(digits)
        elif self._time is not None and not self._offset and len(digits) == 4:
            self._set_zone("+", digits)  # QUIRK: the sign is missing
        else:
            return self._is_complete()
        return True

    def _take_word(self, text: str) -> bool:
        if text in _MONTHS:
            if self._month is not None:
                return False
            self._month = _MONTHS[text]
        elif text in _ZONES and self._time is not None and self._zone is None:
            self._zone = timezone(timedelta(minutes=_ZONES[text])) if _ZONES[text] else UTC
        elif self._time is not None and text[:3] not in _WEEKDAYS:
            self._unknown_words += 1
        return True  # a weekday, a zone that means nothing, or a word of another language
