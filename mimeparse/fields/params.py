"""Content-Type, Content-Disposition and Content-Transfer-Encoding with their parameters: RFC 2045 5.1, 2183 and 2231.

Which of several readings counts is decided here, and nowhere else:

- Of parameters of one name the first counts; the others are kept in `Parameterised.alternatives`, and reported if they differ.
- The extended form of a parameter (`filename*=`), then its sections (`filename*0=`), count more than the plain form (RFC 2231 3,
  RFC 6266 4.3), which is there for readers that know no better. `boundary` and `charset` decide what a body is: for them the
  form that every reader knows counts more.
- `filename` of the Content-Disposition counts more than `name` of the Content-Type.
- An unquoted value ends at a blank, a comma, a semicolon or a comment. QUIRK: producers forget the quotes around file names
  with blanks and brackets, so an unquoted file name goes on to the semicolon, or to the next parameter.
- Single quotes are text (RFC 2045 5.1). QUIRK: some producers take them for quotes, so they are taken off, but for those of a
  boundary: its delimiters hold them, or do not, and the standard is all there is to go by.
- Sections of a value are joined from the first one that is given, up to the first that is missing.

Each code is reported once for a field, at the first place. Positions count characters of the value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from mimeparse.coding.charsets import is_dangerous
from mimeparse.coding.transfer import UUENCODE
from mimeparse.defects import DefectCode, Finding, excerpt
from mimeparse.fields.scanner import FILE_NAMES, TOKEN, UNQUOTED, RawParameter, Scanner
from mimeparse.fields.words import decode_extended, decode_words, holds_encoded_word, note

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_PARAMETERS = 128
"""Parameters that one field may have, each section counted (as in Dovecot); real mail stays below twenty."""

_MAXIMUM_BOUNDARY = 70  # RFC 2046 5.1.1
_PLAIN_FORM_COUNTS = frozenset({"boundary", "charset"})

_DISPOSITIONS = frozenset({"attachment", "inline"})
_ENCODINGS = frozenset({"7bit", "8bit", "binary", "base64", "quoted-printable"})
_CHANGING_ENCODING = re.compile("base64|quoted-printable", re.IGNORECASE)
_IDENTITY = frozenset({"7bit", "8bit", "binary"})

USUAL_ENCODINGS = {
    spelt: encoding
    for encoding in _ENCODINGS
    for spelt in (encoding, encoding.upper(), encoding.title(), encoding.capitalize())
}
"""What nearly every Content-Transfer-Encoding says, letter for letter, and the token that it means."""

_T = TOKEN.pattern

# The ordinary field, in one match: up to four parameters whose values are plain tokens or simple quoted strings. A star, an
# apostrophe, a backslash, a comment, an "=?" or a control character leave it to the careful path, and so does a repeated name.
_PLAIN = r"[!#$%&+\-.^_`{|}~0-9A-Za-z]++"
_ORDINARY_PARAMETER = rf'(?:[ \t]*+;[ \t]*+({_PLAIN})=({_PLAIN}|"[^"\\\x00-\x1f\x7f]*+"))?+'
_ORDINARY_PARAMETERS = rf"{_ORDINARY_PARAMETER * 4}[ \t]*+;?+[ \t]*+"
_ORDINARY_TYPE = re.compile(rf"[ \t]*+({_T}/{_T}){_ORDINARY_PARAMETERS}")
_ORDINARY_DISPOSITION = re.compile(rf"[ \t]*+((?ai:attachment|inline)){_ORDINARY_PARAMETERS}")

_TYPE = re.compile(rf"({_T})([ \t]*+)/([ \t]*+)({_T})?+(?=[ \t;,(]|\Z)")
_FURTHER_TYPE = re.compile(rf",[ \t]*+{_T}/{_T}")
_PARAMETER_BEGINS = re.compile(rf"{_T}[ \t]*+=")
_TO_SEMICOLON = re.compile(r"[^;]*+")
# RFC 2231 3 and 7: no leading zeros, no signs; nine digits are more than any count of sections.
_EXTENDED_NAME = re.compile(r"([^*]++)(?:\*(0|[1-9][0-9]{0,8}+))?+\*?+")
_CODES_OF_FILE_NAMES = {
    DefectCode.HEADER_CONTROL_CHAR: DefectCode.FILENAME_CONTROL,
    DefectCode.HEADER_NUL: DefectCode.FILENAME_NUL,
}
_ESCAPE_IN_PLAIN_NAME = re.compile(r"%[0-9A-Fa-f]{2}")

# Where readers cut or change a boundary that they did not have to: at a NUL (U+FFFD by now), a TAB, a semicolon, an escape.
_ORDINARY_BOUNDARY = re.compile(
    r"[0-9A-Za-z'()+_,./:=-]{1,70}+(?<!--)"
)  # what RFC 2046 5.1.1 allows, but "?", as in "=?"
_CUT_IN_BOUNDARY = re.compile(r'[^ -~]|[;"\\]')
_NOT_ALPHANUMERIC = re.compile(r"[\W_]++")

_NONE: Mapping[str, tuple[str, ...]] = MappingProxyType({})


class Parameterised(NamedTuple):
    """Hold a value and its parameters, as one Content-Type or Content-Disposition declares them."""

    value: str
    """In lower case: "type/subtype", or the disposition; "" where the field names none."""
    parameters: Mapping[str, str]
    """Decoded values by lower-case name, in document order; read-only."""
    findings: tuple[Finding, ...] = ()
    alternatives: Mapping[str, tuple[str, ...]] = _NONE
    """By name, the other values that a parameter was given; another reader may take one of them."""
    extended: frozenset[str] = frozenset()
    """The parameters that are given in a form of RFC 2231, whether or not that one counts."""


def parse_content_type(value: str) -> Parameterised:
    """Read an unfolded Content-Type.

    Its value is "" where it names no type; what that means depends on the place (RFC 2045 5.2). Never raises; linear.
    """
    if value in _USUAL_TYPES:
        return _USUAL_TYPES[value]
    if "=?" not in value and (match := _ORDINARY_TYPE.fullmatch(value)) and (parsed := _ordinary(match)):
        return parsed
    scanner = Scanner(value)
    return _assemble(_read_type(scanner), scanner)


_USUAL_TYPES: dict[str, Parameterised] = {}
"""What most texts are labelled with, letter for letter."""


def parse_disposition(value: str) -> Parameterised:
    """Read an unfolded Content-Disposition; an unknown disposition means "attachment" (RFC 2183 2.8). Never raises; linear."""
    if "=?" not in value and (match := _ORDINARY_DISPOSITION.fullmatch(value)) and (parsed := _ordinary(match)):
        return parsed
    scanner = Scanner(value)
    return _assemble(_read_disposition(scanner), scanner)


def parse_transfer_encoding(value: str) -> tuple[str, list[Finding]]:
    """Read an unfolded Content-Transfer-Encoding: one of RFC 2045 6.1 or a name of uuencode, in lower case.

    Anything else comes back as it is, in lower case, and leaves the body as it is (RFC 2045 6.4): an unknown encoding, a list of
    them, an encoded word. Never raises; linear.
    """
    token = value.strip(" \t").lower()
    if token in _ENCODINGS:
        return token, []
    scanner = Scanner(value, comment=DefectCode.CTE_COMMENT)
    return _read_encoding(scanner) or token, list(scanner.found.values())


def filename_of(
    disposition: Parameterised | None, content_type: Parameterised | None
) -> tuple[str | None, list[Finding]]:
    """Return the declared file name by the precedence above, or None; it is never to be used as a path.

    An empty name counts as none. Names that contradict each other are reported, unless one is the ASCII stand-in of the other.
    """
    names: list[str] = []
    found: dict[DefectCode, Finding] = {}
    for declared, key in ((disposition, "filename"), (content_type, "name")):
        if declared is None or key not in declared.parameters:
            continue
        name = declared.parameters[key]
        # QUIRK: Outlook folds long names with a TAB, inside of the quotes.
        names += [one.replace("\t", " ").strip() for one in (name, *declared.alternatives.get(key, ()))]
        if "%" in name and key not in declared.extended and _ESCAPE_IN_PLAIN_NAME.search(name):
            note(found, DefectCode.FILENAME_PERCENT, detail=name)
    if "" in names:
        note(found, DefectCode.FILENAME_EMPTY)
        names = [name for name in names if name]
    for other in names[1:]:
        if not _names_same_file(names[0], other):
            note(found, DefectCode.FILENAME_CONFLICT, detail=other)
    return (names[0] if names else None), list(found.values())


def boundary_of(content_type: Parameterised) -> tuple[str | None, list[Finding]]:
    """Return the boundary of a multipart without blanks at its end (RFC 2046 5.1.1), or None where it has none."""
    declared = content_type.parameters.get("boundary")
    if declared is None:
        return None, [Finding(DefectCode.BOUNDARY_MISSING)]
    if _ORDINARY_BOUNDARY.fullmatch(declared) and not content_type.alternatives and not content_type.extended:
        return declared, []
    boundary = declared.rstrip(" \t")
    oddities = (
        (DefectCode.BOUNDARY_CONFLICT, "boundary" in content_type.alternatives),
        (DefectCode.BOUNDARY_EMPTY, not boundary),
        (DefectCode.BOUNDARY_ENCODED_WORD, holds_encoded_word(boundary)),
        (DefectCode.BOUNDARY_ENDS_WITH_DASHES, boundary.endswith("--")),
        (DefectCode.BOUNDARY_INVALID_CHAR, _CUT_IN_BOUNDARY.search(boundary) is not None),
        (DefectCode.BOUNDARY_LEADING_SPACE, boundary.startswith((" ", "\t"))),
        (DefectCode.BOUNDARY_RFC2231, "boundary" in content_type.extended),
        (DefectCode.BOUNDARY_TOO_LONG, len(boundary) > _MAXIMUM_BOUNDARY),
        (DefectCode.BOUNDARY_TRAILING_SPACE, boundary != declared),
    )
    return boundary or None, [Finding(code, 0, excerpt(declared)) for code, applies in oddities if applies]


def _names_same_file(chosen: str, other: str) -> bool:
    """Return whether two names differ only as one sender's names for one file do."""
    # QUIRK: one of the two holds the folder as well. Nobody saves a file there, and filename-path tells of it.
    chosen, other = (name.replace("\\", "/").rpartition("/")[2].casefold() for name in (chosen, other))
    if chosen == other:
        return True
    if _extension(chosen) != _extension(other):
        return False
    # RFC 6266 4.3: one may be the other put into ASCII for readers that know no better, in a way that nobody can tell.
    return chosen.isascii() != other.isascii() or _NOT_ALPHANUMERIC.sub("", chosen) == _NOT_ALPHANUMERIC.sub("", other)


def _extension(name: str) -> str:
    return name.rpartition(".")[2] if "." in name else ""


def _ordinary(match: re.Match[str]) -> Parameterised | None:
    """Take the result of the fast path, or None where a name occurs twice."""
    groups = match.groups()
    parameters: dict[str, str] = {}
    for index in range(1, match.lastindex or 1, 2):
        name = groups[index].lower()
        if name in parameters:
            return None
        text = groups[index + 1]
        parameters[name] = text[1:-1] if text[0] == '"' else text
    return Parameterised(groups[0].lower(), MappingProxyType(parameters))


_USUAL_TYPES |= {
    value: parse_content_type(value)
    for subtype in ("plain", "html")
    for value in (
        f"text/{subtype}",
        *(
            f"text/{subtype}; charset={charset}"
            for charset in 'utf-8 UTF-8 "utf-8" "UTF-8" us-ascii "us-ascii" iso-8859-1 ISO-8859-1 "iso-8859-1"'.split()
        ),
    )
}


def _read_type(scanner: Scanner) -> str:
    scanner.skip()
    start = scanner.position
    match = _TYPE.match(scanner.value, start)
    if match is None or not (match[4] or match[1].lower() == "multipart"):
        scanner.note(DefectCode.CONTENT_TYPE_INVALID, start)
        # QUIRK: some fields begin with their first parameter. Everything else up to the first semicolon is dropped.
        if not _PARAMETER_BEGINS.match(scanner.value, start):
            if scanner.peek() == '"':
                scanner.quoted()
            scanner.take(_TO_SEMICOLON)
        return ""
    scanner.position = match.end()
    main, blanks, more_blanks, subtype = match.groups()
    if blanks or more_blanks or not subtype:
        scanner.note(DefectCode.CONTENT_TYPE_INVALID, start)
    scanner.skip(set_apart=True)
    if _FURTHER_TYPE.match(scanner.value, scanner.position):
        scanner.note(DefectCode.CONTENT_TYPE_MULTIPLE_VALUES, start)
        scanner.take(_TO_SEMICOLON)
        return ""
    # RFC 2046 5.1.3: a multipart of no known kind is to be read as "mixed".
    return f"{main}/{subtype or 'mixed'}".lower()


def _read_disposition(scanner: Scanner) -> str:
    scanner.skip()
    start = scanner.position
    in_quotes = scanner.peek() == '"'
    if in_quotes:
        value = scanner.quoted().strip(" \t").lower()
    elif _PARAMETER_BEGINS.match(scanner.value, start):
        value = ""
    else:
        value = scanner.take(UNQUOTED).lower()
    if "=?" in value:
        scanner.note(DefectCode.DISPOSITION_ENCODED_WORD, start)
        return ""
    token = TOKEN.fullmatch(value) is not None
    if in_quotes or not token:
        scanner.note(DefectCode.DISPOSITION_INVALID, start)
    elif value not in _DISPOSITIONS:
        scanner.note(DefectCode.DISPOSITION_UNKNOWN, start)
    return value if token else ""


def _read_encoding(scanner: Scanner) -> str:
    if "=?" in scanner.value:
        scanner.note(DefectCode.CTE_ENCODED_WORD, 0)
        return ""
    tokens: list[str] = []
    listed = False
    while True:
        scanner.skip()
        mark = scanner.peek()
        if mark in ("", "(", ";") or not scanner.count():
            break
        if mark == ",":
            listed = True
            scanner.position += 1
        elif mark == '"':
            scanner.note(DefectCode.CTE_QUOTED, scanner.position)
            tokens.append(scanner.quoted().strip(" \t"))
        else:
            tokens.append(scanner.take(UNQUOTED))
    if len(tokens) != 1:
        scanner.note(DefectCode.CTE_MULTIPLE_VALUES if listed and tokens else DefectCode.CTE_UNKNOWN, 0)
        return ""
    encoding = tokens[0].lower()
    if encoding not in _ENCODINGS:
        extension = encoding in UUENCODE or encoding.startswith("x-")
        scanner.note(DefectCode.CTE_NONSTANDARD if extension else DefectCode.CTE_UNKNOWN, 0)
    elif (listed or mark == ";") and encoding not in _IDENTITY:
        scanner.note(DefectCode.PARAM_TRAILING_GARBAGE, 0)
    elif mark == ";" and _CHANGING_ENCODING.search(scanner.value, scanner.position):
        scanner.note(DefectCode.CTE_MULTIPLE_VALUES, 0)  # as text, "7bit;" is common, and all the same to everybody
    return encoding


_Sections: TypeAlias = list[tuple[str, bool]]
"""The sections of one value, each with whether it is extended, that is: whether its name ends in a star."""


@dataclass(slots=True)
class _Forms:
    """What one parameter was given as, form by form."""

    position: int
    plain: list[str] = field(default_factory=list)
    extended: list[str] = field(default_factory=list)
    sections: dict[int, RawParameter] = field(default_factory=dict)


def _assemble(value: str, scanner: Scanner) -> Parameterised:
    given: dict[str, _Forms] = {}
    surplus = 0
    for count, raw in enumerate(scanner.parameters()):
        if count < MAX_PARAMETERS:
            _sort(raw, given, scanner)
        else:
            surplus += 1
    parameters: dict[str, str] = {}
    alternatives: dict[str, tuple[str, ...]] = {}
    for name, forms in given.items():
        readings = _readings(name, forms, scanner)
        if not readings:
            continue
        chosen = parameters[name] = readings[0]
        same = str.lower if name == "charset" else str
        others = tuple(dict.fromkeys(reading for reading in readings if same(reading) != same(chosen)))
        if others:
            alternatives[name] = others
            if name == "charset":
                scanner.note(DefectCode.CHARSET_CONFLICT, forms.position)
                if any(map(is_dangerous, others)):
                    # For whoever takes the other one, the text is another text.
                    scanner.note(DefectCode.CHARSET_DANGEROUS, forms.position)
            if len(set(map(same, forms.plain))) > 1 or len(set(map(same, forms.extended))) > 1:
                scanner.note(DefectCode.PARAM_CONFLICT, forms.position)
    if surplus:
        detail = f"{surplus} parameters beyond the first {MAX_PARAMETERS} are ignored"
        scanner.found[DefectCode.PARAM_INVALID] = Finding(DefectCode.PARAM_INVALID, 0, detail)
    extended = frozenset(name for name, forms in given.items() if forms.extended or forms.sections)
    findings = tuple(scanner.found.values())
    return Parameterised(value, MappingProxyType(parameters), findings, MappingProxyType(alternatives), extended)


def _sort(raw: RawParameter, given: dict[str, _Forms], scanner: Scanner) -> None:
    """Put a parameter to the others of its name and form (RFC 2231 3 and 4)."""
    if "*" not in raw.name:
        given.setdefault(raw.name, _Forms(raw.position)).plain.append(raw.text)
        return
    match = _EXTENDED_NAME.fullmatch(raw.name)
    if match is None or int(match[2] or 0) >= MAX_PARAMETERS:
        scanner.note(DefectCode.PARAM_RFC2231_INDEX, raw.position)
        return
    forms = given.setdefault(match[1], _Forms(raw.position))
    if raw.quoted and raw.name.endswith("*"):
        scanner.note(DefectCode.PARAM_RFC2231_QUOTED, raw.position)
    if match[2] is None:
        forms.extended.append(raw.text)
        return
    index = int(match[2])
    if index in forms.sections:
        scanner.note(DefectCode.PARAM_RFC2231_DUPLICATE, raw.position)
        return
    if forms.sections and index < next(reversed(forms.sections)):
        scanner.note(DefectCode.PARAM_RFC2231_ORDER, raw.position)
    forms.sections[index] = raw


def _readings(name: str, forms: _Forms, scanner: Scanner) -> list[str]:
    """Return every value of one parameter, decoded, the one that counts first."""
    sections: _Sections = []
    first = min(forms.sections, default=0)
    for index in range(first, first + len(forms.sections)):
        section = forms.sections.get(index)
        if section is None or first:
            scanner.note(DefectCode.PARAM_RFC2231_GAP, forms.position)
        if section is None:
            break
        sections.append((section.text, section.name.endswith("*")))
    plain: list[_Sections] = [[(text, False)] for text in forms.plain]
    extended: list[_Sections] = [[(text, True)] for text in forms.extended]
    if sections:
        extended.append(sections)
    ordered = plain + extended if name in _PLAIN_FORM_COUNTS else extended + plain
    return [_decoded(name, one, forms.position, scanner.found) for one in ordered]


def _decoded(name: str, sections: _Sections, position: int, found: dict[DefectCode, Finding]) -> str:
    """Decode one value: by RFC 2231 where a star says so, and else by RFC 2047 if it is a file name."""
    names_file = name in FILE_NAMES
    if any(starred for _, starred in sections):
        text, findings = decode_extended(sections)
    else:
        text, findings = "".join(text for text, _ in sections), []
        if names_file and "=?" in text:
            # RFC 2047 5 (3) forbids it. QUIRK: it is how most mail names its files, and what every reader decodes.
            written = text
            text, findings = decode_words(text)
            if text != written.strip():
                note(found, DefectCode.FILENAME_ENCODED_WORD, position, written)
    for code, _, detail in findings:
        shown = _CODES_OF_FILE_NAMES.get(code, code) if names_file else code
        found.setdefault(shown, Finding(shown, position, detail))
    return text
