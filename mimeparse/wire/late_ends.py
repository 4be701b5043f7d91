"""Where a header block ends for those who go on behind its blank line, as long as fields of MIME follow.

Apart, since most programs never ask for another reading than ours.
"""

from __future__ import annotations

import re

_FIELD_OF_MIME = rb"(?i:content-[a-z-]{1,40}+|mime-version)[ \t]{0,16}+:"
# More blank lines, and fields that belong to no standard, may stand before that of MIME. A few: a run would be searched for each of its lines.
_MORE = rb"(?:\r{0,2}+\n){0,8}+(?:(?i:x)-[!-9;-~]{1,78}+:.{0,998}+\n){0,8}+[ \t]{0,16}+"

BLANK_LINE = re.compile(rb"\n\r{0,2}+\n(?!" + _MORE + _FIELD_OF_MIME + rb")")
"""The blank line behind such a block."""
LEADING_BLANK_LINES = re.compile(rb"(?:\r{0,2}+\n){1,9}+(?=[!-9;-~]{1,80}+:)")
"""Blank lines before its first field."""
