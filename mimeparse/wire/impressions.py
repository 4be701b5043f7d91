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
_MIME_FIELD = rb"(?i:content-(?:type|transfer-encoding|disposition)|mime-version)[ \t]*+:"
_BEGINS_WITH_FIELD = re.compile(_MIME_FIELD)
_FIELDS = re.compile(rb"(?:[!-9;-~]++:.*+\n(?:[ \t]++\S.*+\n)*+)++")
_NAME = re.compile(rb"^([!-9;-~]++):", re.MULTILINE)
# A text that quotes mail begins so too ("From: ... Date: ... Subject: ..."). No person writes these.
_OF_MACHINES = frozenset({b"mime-version", b"content-type", b"received", b"message-id"})
_OF_MESSAGES = frozenset({b"from", b"to", b"date", b"subject", b"return-path"}) | _OF_MACHINES
_ENOUGH_FIELDS = 3
_BODY_BEHIND = re.compile(rb"\r?\n[ \t\r\n]*+[^ \t\r\n]")
_BEGINS_WITH_PART = re.compile(rb"[ \t\r\n]*+--[^\r\n]{1,70}\r?\n(?:(?i:content-)[A-Za-z-]+:)")
# Two dashes that are none (U+2010 to 2015, the minus sign, and the wide one), in UTF-8.
_OTHER_DASHES = re.compile(
    rb"^(?:\xe2\x80[\x90-\x95]|\xe2\x88\x92|\xef\xbc\x8d){2}[^\r\n]{1,70}\r?\n(?i:content-)[A-Za-z-]+:", re.MULTILINE
)
_DASHES = (
    b"\xe2\x80",
    b"\xe2\x88\x92",
    b"\xef\xbc\x8d",
)  # what is not in the body needs no search line by line: pictures have no lines
_PART_IN_SURPLUS = re.compile(rb"^" + _MIME_FIELD, re.MULTILINE)


def leaf_findings(content_type: str, head: bytes, *, unknown_encoding: bool) -> list[Finding]:
    """Return what the beginning of a decoded body shows that its label does not say; positions are 0.

    Never raises; linear in `HEAD_BYTES`.
    """
    if _PLAIN_TEXT.match(head) and head.isascii() and not unknown_encoding:
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
    if content_type.startswith("message/"):
        return False  # a status report, a fragment, or a message in an encoding that may not be: each has a code of its own
    fields = _FIELDS.match(head)
    if fields is None:
        return False
    if content_type == "text/rfc822-headers":
        # RFC 6522 4: a header and nothing else.
        return _BODY_BEHIND.match(head, fields.end()) is not None
    names = {name.lower() for name in _NAME.findall(fields[0])} & _OF_MESSAGES
    return len(names) >= _ENOUGH_FIELDS and not names.isdisjoint(_OF_MACHINES)


def surplus_findings(where: str, head: bytes, boundary: bytes) -> list[Finding]:
    """Return what a preamble or an epilogue looks like, by its beginning; positions count from there."""
    preamble = where == "preamble"
    findings: list[Finding] = []
    part = _PART_IN_SURPLUS.search(head)
    if part is not None:
        code = DefectCode.PREAMBLE_LOOKS_LIKE_PART if preamble else DefectCode.EPILOGUE_LOOKS_LIKE_PART
        findings.append(Finding(code, part.start()))
    if not preamble:
        # At the beginning of a line: what stands inside of one before it, as a decoy, is no delimiter to anybody.
        delimiter = (b"\n" + head).find(b"\n--" + boundary)
        if delimiter >= 0:
            findings.append(Finding(DefectCode.BOUNDARY_AFTER_CLOSE, delimiter))
    return findings


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
