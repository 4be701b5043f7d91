"""What the machine asks of a reading."""

from __future__ import annotations

import re

from mimeparse.reading import OUR_READING, Contents, Delimiters, HeaderEnd, LineEnds, Outside, Reading

# The blank line behind a header block. Up to two CRs: QUIRK: gateways that add a CR to each line end make CR CR LF.
_BLANK_LINE = re.compile(rb"\n\r{0,2}+\n")
_FIELD_OF_MIME = rb"(?i:content-[a-z-]{1,40}+|mime-version)[ \t]{0,16}+:"
# More blank lines, and fields that belong to no standard, may stand before that of MIME. A few: a run would be searched for each of its lines.
_LATE_BLANK_LINES = rb"(?:\r{0,2}+\n){0,8}+(?:(?i:x)-[!-9;-~]{1,78}+:.{0,998}+\n){0,8}+[ \t]{0,16}+" + _FIELD_OF_MIME
_LATE_BLANK_LINE = re.compile(rb"\n\r{0,2}+\n(?!" + _LATE_BLANK_LINES + rb")")
LATE_LEADING_BLANK_LINES = re.compile(rb"(?:\r{0,2}+\n){1,9}+(?=[!-9;-~]{1,80}+:)")
"""Blank lines before the first field, for whom the header ends late."""


class Asked:
    """The answers of a reading to the questions of the machine, worked out once: each is looked at for each part."""

    __slots__ = ("blank_line", "late", "looks_ahead", "ours", "parts_outside", "reading", "sniffs", "translates")

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.ours = reading == OUR_READING
        self.translates = reading.line_ends is not LineEnds.LF
        self.sniffs = reading.contents is Contents.SNIFFED
        self.parts_outside = reading.outside is Outside.PARTS
        self.late = late = reading.header_end is HeaderEnd.LATE
        self.blank_line = _LATE_BLANK_LINE if late else _BLANK_LINE
        # Who looks ahead, looks at all there is: then what it sees does not depend on the chunks.
        self.looks_ahead = self.sniffs or late or reading.delimiters is Delimiters.LOOSE


OURS = Asked(OUR_READING)
