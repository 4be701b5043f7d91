"""Folds that readers disagree about: unfolded, a field does not show them any more, and so they are looked for in its bytes."""

from __future__ import annotations

import re

from mimeparse.defects import DefectCode, Finding, excerpt

_QUOTED_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+', re.DOTALL)
_ORDINARY = re.compile(rb'(?:[^"\\\r\n;]++|"[^"\\\r\n]*+"|;(?:\r?+\n)?+)*+(?:\r?+\n)?+')
# Folds belong behind a separator. `=` and quotes are left to the codes of parameters.
_IN_TOKEN = re.compile(rb"[^\s;,=\"()]\r?\n[ \t]++[^\s;=\"()]")

# With a value of its own: lists of field names (`h=From:To` of DKIM) are folded before names too.
_FOLDED_FIELD = re.compile(
    rb"\n[ \t]++(?=[CMFScmfs])(?i:content-type[ \t]*+:[ \t]*+[a-z]++/[a-z]|content-transfer-encoding[ \t]*+:[ \t]*+(?:base64|quoted-|x-uu)"
    rb"|content-disposition[ \t]*+:[ \t]*+(?:attachment|inline)|mime-version[ \t]*+:[ \t]*+1|(?:from|sender)[ \t]*+:[^@\n]*+@)"
)


def fold_that_looks_like_a_field(block: bytes) -> list[Finding]:
    """Return the first folded line of a header block that looks like a field of its own."""
    folded = _FOLDED_FIELD.search(block)
    if folded is None:
        return []
    return [Finding(DefectCode.HEADER_FOLD_LOOKS_LIKE_HEADER, folded.start() + 1, excerpt(folded[0].strip()))]


def odd_folds(value: bytes) -> list[Finding]:
    """Return the first quoted string and the first word that are folded, of a field that decides what a body is."""
    if _ORDINARY.fullmatch(value):
        return []  # each stands behind a semicolon, outside of quotes, as nearly everybody has it
    return [*fold_in_quotes(value), *fold_in_token(value)]


def fold_in_quotes(value: bytes) -> list[Finding]:
    """Return the first quoted string that is folded; `value` is the field as it came, behind its colon."""
    for quoted in _QUOTED_STRING.finditer(value):
        if b"\n" in quoted[0]:
            return [Finding(DefectCode.PARAM_FOLD_IN_QUOTES, quoted.start(), excerpt(quoted[0]))]
    return []


def fold_in_token(value: bytes) -> list[Finding]:
    """Return the first word that is folded; `value` is the field as it came, behind its colon."""
    value = value.rstrip(b"\r\n")
    if value.count(b"\n") == value.count(b";\n") + value.count(b";\r\n") or not _IN_TOKEN.search(value):
        return []
    fold = _IN_TOKEN.search(_QUOTED_STRING.sub(b'""', value))
    return [Finding(DefectCode.HEADER_FOLD_IN_TOKEN, 0, excerpt(fold[0]))] if fold is not None else []
