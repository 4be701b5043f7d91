"""Message ids (RFC 5322 3.6.4): those of Message-ID, Content-ID, References and In-Reply-To.

An id comes back with its angle brackets, whether it had them or not, so that an id compares equal to itself wherever it stands.
It is opaque beyond that: blanks and control characters are taken out of it, because folding put them in, and nothing else is
changed.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mimeparse.defects import DefectCode, Finding, excerpt
from mimeparse.fields.comments import depth_findings


def parse_message_id(value: str) -> tuple[str | None, list[Finding]]:
    """Return the first id of an unfolded field, with its angle brackets, or None where there is none.

    An id has to have brackets, an at sign, or the field to itself. Never raises; linear in the size of `value`.
    """
    if _ORDINARY.match(value):
        return value, []
    ids, sound, depth = _find_ids(value)
    if sound and len(ids) == 1:
        return ids[0].text, depth_findings(depth)
    # QUIRK: `<1."A B"<bob@x>>`: of these two only one is closed.
    one = next((found.text for found in ids if found.closed), None)
    whole = value.strip(" \t\r\n")
    if one is None and whole.startswith("<") and whole.endswith(">"):
        one = _bracketed(whole.strip("<> \t\r\n"))  # QUIRK: `<a<>b@x>`
    elif one is None:
        # QUIRK: `Message-ID: 20261124 10:00 PM` is all that some machines write.
        one = ids[0].text if ids else _bracketed("".join(_bare_words(value)))
    return one, [Finding(DefectCode.MESSAGE_ID_INVALID, 0, excerpt(value)), *depth_findings(depth)]


def parse_message_ids(value: str) -> tuple[tuple[str, ...], list[Finding]]:
    """Return all ids of an unfolded field in order, repeats included, with their angle brackets.

    Never raises; linear in the size of `value`. Source: RFC 5322 3.6.4, and 4.5.4 for the phrases between ids.
    """
    if value.isascii() and _ORDINARY_LIST.match(value):
        return tuple(value.split()), []
    ids, sound, depth = _find_ids(value)
    if _MESSAGE_FROM.match(value):
        del ids[:-1]
    findings = depth_findings(depth)
    if not sound:
        findings.insert(0, Finding(DefectCode.MESSAGE_ID_INVALID, 0, excerpt(value)))
    return tuple([found.text for found in ids]), findings


_ATOM = r"[^\x00-\x20\x7f\"(),.:;<>@\[\\\]]++"
_DOT_ATOM = rf"{_ATOM}(?:\.{_ATOM})*+"
_ID = rf"<{_DOT_ATOM}@(?:{_DOT_ATOM}|\[[!-Z^-~]*+\])>"
_ORDINARY = re.compile(rf"{_ID}\Z")
_ORDINARY_LIST = re.compile(rf"(?:{_ID}[ \t]++)*+{_ID}\Z")

# RFC 5322 4.5.4: the left side may be a quoted string too, or words and quoted strings with dots between them.
_QUOTED = r"\"(?:[^\x00-\x1f\x7f\"<>\\]|\\[ -~])*+\""
_SOUND = re.compile(rf"<(?:{_ATOM}|{_QUOTED})(?:\.(?:{_ATOM}|{_QUOTED}))*+@(?:{_DOT_ATOM}|\[[!-Z^-~]*+\])>\Z")

# An id that is not closed ends where the next one begins. Inside of one, parentheses are no comment.
_TOKEN = re.compile(
    r"<(?P<id>[^<>]*+)(?:(?P<end>>)|(?=<)|\Z)|(?P<mark>[()])|(?P<blank>[ \t\r\n]++)|\\.|[^<()\\ \t\r\n]++|\\", re.DOTALL
)
_DROPPED = re.compile(r"[\x00-\x20\x7f]++")
# QUIRK: `Message from Alice <alice@x> of "Tue, 24 Nov 2026" <id@x>` is what MH wrote into In-Reply-To.
_MESSAGE_FROM = re.compile(r"[ \t]*+message from ", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\x00-\x20,;>\x7f]++")
_AROUND = " \t\r\n,;<>\"'"


class _Id(NamedTuple):
    text: str
    closed: bool
    """Whether it stood between two brackets."""


def _find_ids(value: str) -> tuple[list[_Id], bool, int]:
    """Return the ids outside of comments, whether the field holds nothing else, and how deep its comments nest."""
    ids: list[_Id] = []
    opened: list[tuple[int, bool]] = []  # what `ids` and `sound` were where each open comment began
    sound = True
    depth = 0
    for token in _TOKEN.finditer(value):
        if token["mark"] == "(":
            opened.append((len(ids), sound))
            depth = max(depth, len(opened))
        elif token["mark"] and opened:
            # What was found in the comment is none. In a comment that is never closed it is: nothing may be swallowed.
            found, sound = opened.pop()
            del ids[found:]
        elif token["id"] is not None:
            # What is not closed ends at the first blank.
            closed = token["end"] is not None
            text = _bracketed(token["id"] if closed else _SEPARATORS.split(token["id"].strip(_AROUND), 1)[0])
            if text:
                ids.append(_Id(text, closed))
            sound = sound and _SOUND.match(token[0]) is not None
        elif token["blank"] is None:
            sound = False
    if not ids:
        # QUIRK: no brackets at all. Where a word has no at sign, this is a sentence and its addresses are no ids.
        words = _bare_words(value)
        ids = [_Id(f"<{word}>", closed=False) for word in words] if all("@" in word for word in words) else []
    return ids, sound and not opened and bool(ids), depth


def _bracketed(text: str) -> str | None:
    """Return the id that `text` is, or None if nothing is left of it."""
    text = _DROPPED.sub("", text)
    return f"<{text}>" if text else None


def _bare_words(value: str) -> list[str]:
    """Return the words of a field without brackets and comments."""
    if "<" in value or "(" in value:
        return []
    words = [word.strip(_AROUND) for word in _SEPARATORS.split(value)]
    return [word for word in words if word]
