"""What a body looks like to a reader that does not believe its label: the beginnings of bodies and surplus, and odd composites.

Only the first bytes are looked at. A file of any size that begins with mail is mail to whoever sniffs; what comes later is not.
"""

from __future__ import annotations

import re

from mimeparse.coding.transfer import BASE64_BODY
from mimeparse.defects import DefectCode, Finding

HEAD_BYTES = 2048
"""How much of the beginning is looked at: a header block of ordinary mail with its trace fields, and no more."""

# What begins with a word and a blank is neither a field nor a part; most bodies do.
_PLAIN_TEXT = re.compile(rb"[!-,.-9;-~][!-9;-~]*+[ \t\r\n]++(?!:)")
_MIME_FIELD = rb"(?i:content-(?:type|transfer-encoding|disposition)|mime-version)[ \t]{0,16}+:"
_LONGEST_MIME_FIELD = len("\nContent-Transfer-Encoding") + 16 + len(":")
# Blank lines, and fields that belong to no standard, may come first.
_BEGINS_WITH_FIELD = re.compile(
    rb"[ \t\r\n]*+(?:(?i:x)-[!-9;-~]*+:.*+\n(?:[ \t]++\S.*+\n)*+){0,8}+[ \t]*+" + _MIME_FIELD
)
_FIELDS = re.compile(rb"(?:[!-9;-~]++:.*+\n(?:[ \t]++\S.*+\n)*+)++")
_NAME = re.compile(rb"^([!-9;-~]++):", re.MULTILINE)
# A text that quotes mail begins so too ("From: ... Date: ... Subject: ..."). No person writes these.
_OF_MACHINES = frozenset({b"mime-version", b"content-type", b"received", b"message-id"})
_OF_MESSAGES = frozenset({b"from", b"to", b"date", b"subject", b"return-path"}) | _OF_MACHINES
_ENOUGH_FIELDS = 3
# Messages that may not be encoded, or may not be whole.
_OTHERWISE_REPORTED = frozenset(
    {"message/rfc822", "message/global", "message/news", "message/partial", "message/external-body"}
)
_HEADERS_ALONE = frozenset(
    {"text/rfc822-headers", "message/global-headers"}
)  # RFC 6522 4, RFC 6533 6: and nothing else
_BODY_BEHIND = re.compile(rb"\r?\n[ \t\r\n]*+[^ \t\r\n]")
# Or with the sentence that programs put before the first part, for readers that know no multiparts.
_BEGINS_WITH_PART = re.compile(
    rb"[ \t\r\n]*+(?:[^\r\n-][^\r\n]{0,200}?(?:MIME|multi-?part)[^\r\n]*+\r?\n(?:[^\r\n-][^\r\n]*+\r?\n){0,3}+[ \t\r\n]*+)?+"
    rb"--[^\r\n]{1,70}\r?\n(?:(?i:content-)[A-Za-z-]+:)"
)
_SENTENCE_OF_MULTIPARTS = (b"MIME", b"multi")
_SENTENCE_BYTES = 200
# Two dashes that are none (U+2010 to 2015, the minus sign, and the wide one), in UTF-8.
_OTHER_DASHES = re.compile(
    rb"^(?:\xe2\x80[\x90-\x95]|\xe2\x88\x92|\xef\xbc\x8d){2}[^\r\n]{1,70}\r?\n(?i:content-)[A-Za-z-]+:", re.MULTILINE
)
# What is not in the body needs no search line by line: pictures have no lines.
_DASHES = (b"\xe2\x80", b"\xe2\x88\x92", b"\xef\xbc\x8d")
_PART_IN_SURPLUS = re.compile(rb"\n" + _MIME_FIELD)


def leaf_findings(content_type: str, head: bytes, *, unknown_encoding: bool) -> list[Finding]:
    """Return what the beginning of a decoded body shows that its label does not say; positions are 0.

    Never raises; linear in `HEAD_BYTES`.
    """
    if _PLAIN_TEXT.match(head) and head.isascii() and not unknown_encoding:
        beginning = head[:_SENTENCE_BYTES]
        if not any(word in beginning for word in _SENTENCE_OF_MULTIPARTS):
            return []
    codes: list[DefectCode] = []
    if _BEGINS_WITH_FIELD.match(head):
        codes.append(DefectCode.BODY_STARTS_WITH_HEADER)
    if _begins_with_message(content_type, head):
        codes.append(DefectCode.BODY_LOOKS_LIKE_MESSAGE)
    if _BEGINS_WITH_PART.match(head):
        codes.append(DefectCode.BODY_LOOKS_LIKE_MULTIPART)
    if any(dash in head for dash in _DASHES) and _OTHER_DASHES.search(head):
        codes.append(DefectCode.BOUNDARY_NEAR_MISS)
    if unknown_encoding and BASE64_BODY.match(head):
        codes.append(DefectCode.CTE_MISMATCH)
    return [Finding(code) for code in codes]


def _begins_with_message(content_type: str, head: bytes) -> bool:
    if content_type in _OTHERWISE_REPORTED:
        return False
    fields = _FIELDS.match(head)
    if fields is None:
        return False
    if content_type in _HEADERS_ALONE:
        return _BODY_BEHIND.match(head, fields.end()) is not None
    names = {name.lower() for name in _NAME.findall(fields[0])} & _OF_MESSAGES
    return len(names) >= _ENOUGH_FIELDS and not names.isdisjoint(_OF_MACHINES)


class SurplusSearch:
    """Look for parts in a preamble or an epilogue as it goes past, in any chunks.

    In all of it, and not where it begins: whoever shows what stands there does so however much text stands before it.
    """

    __slots__ = ("_carried", "_delimiter", "_missing", "_part", "_position", "_tail", "found")

    def __init__(self, where: str, boundary: bytes) -> None:
        preamble = where == "preamble"
        self._part = DefectCode.PREAMBLE_LOOKS_LIKE_PART if preamble else DefectCode.EPILOGUE_LOOKS_LIKE_PART
        # At the beginning of a line: what stands inside of one before it, as a decoy, is no delimiter to anybody.
        self._delimiter = b"\n--" + boundary
        self._missing = {self._part} if preamble else {self._part, DefectCode.BOUNDARY_AFTER_CLOSE}
        self._carried = max(len(self._delimiter), _LONGEST_MIME_FIELD)
        self._tail = b"\n"
        self._position = -1  # of the tail, from the start
        self.found: list[Finding] = []
        """The first of each kind; positions count from the start."""

    def take(self, data: bytes) -> None:
        """Look at the next bytes."""
        if not self._missing:
            return
        data = self._tail + data
        # The colon of a field first, which C finds at once: a preamble may be a million line ends.
        if self._part in self._missing and b":" in data and (part := _PART_IN_SURPLUS.search(data)) is not None:
            self._find(self._part, part.start() + 1)
        if DefectCode.BOUNDARY_AFTER_CLOSE in self._missing and (delimiter := data.find(self._delimiter)) >= 0:
            self._find(DefectCode.BOUNDARY_AFTER_CLOSE, delimiter + 1)
        self._tail = data[-self._carried :]
        self._position += len(data) - len(self._tail)

    def _find(self, code: DefectCode, position: int) -> None:
        self._missing.discard(code)
        self.found.append(Finding(code, self._position + position))


def part_in_surplus(data: bytes) -> int | None:
    """Return where in a preamble or an epilogue something begins that looks like a part, or None."""
    found = _PART_IN_SURPLUS.search(b"\n" + data)
    return found.start() if found is not None else None


# For those who look for parts whatever is declared.
_ANY_DELIMITER = re.compile(rb"^--([^\r\n]{1,70}?)[ \t]*+\r?\n(?=[!-9;-~]++:|\r?\n)", re.MULTILINE)
# Of an empty boundary. Without a field of MIME behind it, two dashes begin a signature.
_BARE_DELIMITER = re.compile(rb"^--()[ \t]*+\r?\n(?=(?i:content-)[A-Za-z-]+:)", re.MULTILINE)


def sniffed_boundary(content_type: str, declared: bytes | None, head: bytes) -> bytes | None:
    """Return the boundary that the beginning of a body shows, where a multipart declares none that occurs, or a text begins with one."""
    if declared and b"\n--" + declared in b"\n" + head:
        return declared
    if content_type.startswith("multipart/"):
        found = _ANY_DELIMITER.search(head)
        bare = _BARE_DELIMITER.search(head) if not declared else None
        if bare is not None and (found is None or bare.start() < found.start()):
            found = bare
        return found[1] if found is not None else declared
    if not _BEGINS_WITH_PART.match(head):
        return None
    found = _ANY_DELIMITER.search(head)
    return found[1] if found is not None else None


def sniffed_message(content_type: str, head: bytes) -> bool:
    """Return whether a body is a message to whoever looks at its beginning, or at the label `message` alone."""
    if content_type.startswith("message/"):
        return True
    fields = _FIELDS.match(head)
    if fields is None:
        return False
    names = {name.lower() for name in _NAME.findall(fields[0])} & _OF_MESSAGES
    return content_type == "text/rfc822-headers" or len(names) >= _ENOUGH_FIELDS
