"""What the machine asks of a reading."""

from __future__ import annotations

import re

from mimeparse.reading import OUR_READING, Contents, Delimiters, HeaderEnd, LineEnds, Outside, Reading

# The blank line behind a header block. Up to two CRs: QUIRK: gateways that add a CR to each line end make CR CR LF.
_BLANK_LINE = re.compile(rb"\n\r{0,2}+\n")


class Asked:
    """The answers of a reading to the questions of the machine, worked out once: each is looked at for each part."""

    __slots__ = (
        "blank_line",
        "leading_blank_lines",
        "looks_ahead",
        "ours",
        "parts_outside",
        "reading",
        "sniffs",
        "translates",
    )

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.ours = reading == OUR_READING
        self.translates = reading.line_ends is not LineEnds.LF
        self.sniffs = reading.contents is Contents.SNIFFED
        self.parts_outside = reading.outside is Outside.PARTS
        self.blank_line = _BLANK_LINE
        self.leading_blank_lines: re.Pattern[bytes] | None = None
        """Those that may stand before a header block, and do not end it."""
        late = reading.header_end is HeaderEnd.LATE
        if late:
            from mimeparse.wire import late_ends

            self.blank_line, self.leading_blank_lines = late_ends.BLANK_LINE, late_ends.LEADING_BLANK_LINES
        # Who looks ahead, looks at all there is: then what it sees does not depend on the chunks.
        self.looks_ahead = self.sniffs or late or reading.delimiters is Delimiters.LOOSE


OURS = Asked(OUR_READING)
