"""Why an answer of mimeparse differs from what another project expects: kinds of reason, each told from the message itself.

A kind holds where the message has the property that it names and, where that can be computed, where the other reading of that
property gives exactly the value that the other project expects. Where parts begin and end it cannot be computed without a second
parser: there the property is all that is asked for. No kind knows a message by its name.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from panel import attachment, digest, is_multipart, normal, outer_nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mimeparse import Message, Node

_LAST_LINE_OF_BLANKS = re.compile(rb"\n[ \t]+\r?\n\Z")
_TEXT_FIELDS = ("text", "all_text", "html", "all_html")
_NAME_FIELDS = ("subject", "from", "to", "cc", "att_names")
_REPLACEMENT = "\ufffd"


class Difference(NamedTuple):
    """One field of one message about which mimeparse and a golden differ; the values are those of the comparison."""

    field: str
    ours: str
    theirs: str
    raw: bytes
    message: Message

    def leaves(self) -> Iterator[Node]:
        """Yield the leaves of the message itself."""
        return (node for node in outer_nodes(self.message) if not is_multipart(node))

    def having(self, *codes: str) -> list[Node]:
        """Return the nodes, those of attached messages too, that bear one of these defects."""
        return [node for node in self.message.walk() if any(defect.code in codes for defect in node.defects)]

    def disputed(self) -> list[Node]:
        """Return the leaves whose text or bytes mimeparse has in this field and the golden has not."""
        theirs = _values(self.theirs)
        disputed = [value for value in _values(self.ours) if value not in theirs]
        return [leaf for leaf in self.leaves() if self._value(leaf) in disputed]

    def expected(self) -> list[str]:
        """Return the digests that the golden has in this field and mimeparse has not."""
        ours = _values(self.ours)
        return [value for value in _values(self.theirs) if value not in ours]

    def encoded(self, leaf: Node) -> bytes:
        """Return the bytes of a part as they stand in the message, before any decoding."""
        return self.raw[leaf.body_offset : leaf.end_offset]

    def _value(self, leaf: Node) -> object:
        if self.field in _TEXT_FIELDS:
            return digest(normal(leaf.text()).encode())
        return attachment(leaf)["sha256"]


class Kind(NamedTuple):
    """A reason with a name: what the two readers make of a property of the message, and where the standard speaks of it."""

    name: str
    source: str
    sentence: str
    holds: Callable[[Difference], bool]


def undeclared_8bit(difference: Difference) -> bool:
    """Tell whether the golden has a replacement character for a byte above 127 of which nothing says what it is."""
    if difference.field in _NAME_FIELDS:
        headers = (difference.raw[node.offset : node.body_offset] for node in difference.message.walk())
        return _REPLACEMENT in difference.theirs and not all(map(bytes.isascii, headers))
    if difference.field not in _TEXT_FIELDS:
        return False
    readings = [leaf.read().decode("utf-8", "replace") for leaf in difference.disputed() if leaf.charset is None]
    return _explains(difference, [digest(normal(text).encode()) for text in readings if _REPLACEMENT in text])


def uuencode(difference: Difference) -> bool:
    """Tell whether the golden has a uuencoded body as it stands."""
    leaves = [leaf for leaf in difference.disputed() if "uue" in leaf.transfer_encoding]
    return _explains(difference, [one for leaf in leaves for one in _undecoded(difference, leaf)])


def attached_text(difference: Difference) -> bool:
    """Tell whether the golden has an attached text in UTF-8 instead of in its own charset."""
    if difference.field != "att_hashes":
        return False
    texts = [leaf for leaf in difference.disputed() if leaf.content_type.startswith("text/")]
    readings = [leaf.read().decode(leaf.decoded_text().used, "replace") for leaf in texts]
    return _explains(difference, [_attached(text.encode()) for text in readings])


def damaged_base64(difference: Difference) -> bool:
    """Tell whether every part about which there is a difference is base64 that cannot be decoded without loss."""
    damaged = ("base64-invalid-char", "base64-after-padding", "base64-padding-missing", "base64-length")
    disputed = difference.disputed()
    return bool(disputed) and all(leaf in difference.having(*damaged) for leaf in disputed)


def nul_in_text(difference: Difference) -> bool:
    """Tell whether the golden keeps a NUL in a text, for which mimeparse has a replacement character."""
    if difference.field not in _TEXT_FIELDS:
        return False
    bodies = [(leaf.read(), leaf.decoded_text().used) for leaf in difference.disputed()]
    texts = [body.decode(used, "replace") for body, used in bodies if b"\0" in body]
    return _explains(difference, [digest(normal(text).encode()) for text in texts])


def backslash_in_filename(difference: Difference) -> bool:
    """Tell whether the golden's file names are ours without their backslashes."""
    ours, theirs = _values(difference.ours), _values(difference.theirs)
    return difference.field == "att_names" and ours != theirs and [one.replace("\\", "") for one in ours] == theirs


def disposition_without_type(difference: Difference) -> bool:
    """Tell whether a file name stands in a Content-Disposition that names no disposition."""
    return difference.field == "att_names" and any(leaf.filename for leaf in difference.having("disposition-invalid"))


def date_that_is_none(difference: Difference) -> bool:
    """Tell whether the golden has a date where mimeparse finds none in a Date field that is there."""
    if difference.field != "date" or difference.message.date is not None:
        return False
    return any(defect.code == "date-invalid" for defect in difference.message.headers.defects)


def boundary_with_trailing_blank(difference: Difference) -> bool:
    """Tell whether a boundary ends in blanks."""
    return _about_parts(difference) and bool(difference.having("boundary-trailing-space"))


def text_behind_delimiter(difference: Difference) -> bool:
    """Tell whether some line begins like a delimiter and goes on with more than blanks, as `--ab` does for the boundary `a`."""
    return _about_parts(difference) and any(
        re.search(rb"^--" + re.escape(boundary) + rb"(?!(?:--)?[ \t]*\r?$)", difference.raw, re.MULTILINE)
        for boundary in _boundaries(difference.message)
    )


def outer_delimiter(difference: Difference) -> bool:
    """Tell whether the delimiter of an outer multipart ends an inner one."""
    return _about_parts(difference) and bool(difference.having("boundary-parent-interrupt"))


def delimiter_inside_line(difference: Difference) -> bool:
    """Tell whether the golden ends a text at a delimiter that stands in the middle of a line."""
    if difference.field not in _TEXT_FIELDS:
        return False
    delimiters = ["--" + boundary.decode("latin-1") for boundary in _boundaries(difference.message)]
    texts = [leaf.text() for leaf in difference.disputed()]
    cuts = [text[: text.index(delimiter)] for text in texts for delimiter in delimiters if delimiter in text]
    return _explains(difference, [digest(normal(cut).encode()) for cut in cuts])


def part_without_blank_line(difference: Difference) -> bool:
    """Tell whether mimeparse has parts that are nothing but header fields."""
    header_only = [leaf for leaf in difference.having("header-body-separator") if leaf.leaf and not leaf.read()]
    return difference.field in ("structure", "att_names") and bool(header_only)


def part_of_nothing(difference: Difference) -> bool:
    """Tell whether mimeparse has one more part, behind a last delimiter that nothing follows."""
    empty = [leaf for leaf in difference.having("part-empty") if leaf.end_offset == len(difference.raw)]
    return (
        difference.field == "structure"
        and len(empty) == 1
        and _leaf_count(difference.ours) == _leaf_count(difference.theirs) + 1
    )


def multipart_without_delimiter(difference: Difference) -> bool:
    """Tell whether a multipart has no part: the form of comparison writes that in two ways."""
    bare = [node for node in difference.having("boundary-not-found", "boundary-missing") if not node.children]
    if difference.field == "structure":
        return bool(bare) and difference.ours.replace("()", "") == difference.theirs
    return bool(bare) and difference.field == "att_names" and "" in difference.expected()


def blank_line_with_blanks(difference: Difference) -> bool:
    """Tell whether a line of blanks, and no empty line, stands before each text in question."""
    headers = [difference.raw[leaf.offset : leaf.body_offset] for leaf in _without_separator(difference)]
    return bool(headers) and all(map(_LAST_LINE_OF_BLANKS.search, headers))


def line_that_is_no_field(difference: Difference) -> bool:
    """Tell whether each text in question begins with a line that stands in a header and is no field."""
    return bool(_without_separator(difference))


# The first that holds is the reason. Those that compute the other reading stand before those that only see its cause.
KINDS = (
    Kind(
        "uuencode as transfer encoding",
        "RFC 2045 6.3 and 6.4",
        "mimeparse decodes the private encoding x-uuencode; the golden has the encoded text.",
        uuencode,
    ),
    Kind(
        "attached text in its own charset",
        "RFC 2046 4.1.2",
        "mimeparse gives the bytes of an attached text as they were sent; the golden has them converted to UTF-8.",
        attached_text,
    ),
    Kind(
        "bytes above 127 that nothing declares",
        "RFC 7103 7.6",
        "No charset is declared: mimeparse reads UTF-8 or guesses; the golden has U+FFFD for each such byte.",
        undeclared_8bit,
    ),
    Kind(
        "damaged base64",
        "RFC 2045 6.8",
        "mimeparse skips what is outside the alphabet, as the RFC asks, and goes on to the end, keeping each whole byte; "
        "the goldens leave such a body encoded, or drop the last quantum where its padding is missing.",
        damaged_base64,
    ),
    Kind(
        "NUL in a text",
        "RFC 2045 2.7 and 2.8",
        "mimeparse promises text without NUL and has U+FFFD in its place; the golden keeps it.",
        nul_in_text,
    ),
    Kind(
        "backslash in a quoted file name",
        "RFC 5322 3.2.4",
        "By the letter a backslash quotes what follows and goes, as in the golden; mimeparse keeps those of Windows paths.",
        backslash_in_filename,
    ),
    Kind(
        "disposition without a type",
        "RFC 2183 2",
        "The Content-Disposition names no type, which the grammar asks for; mimeparse keeps its file name, the golden has none.",
        disposition_without_type,
    ),
    Kind(
        "date that is none",
        "RFC 5322 3.3",
        "The first Date field breaks off inside the time; mimeparse says that there is no date, the golden completes it.",
        date_that_is_none,
    ),
    Kind(
        "delimiter inside a line",
        "RFC 2046 5.1.1",
        "A delimiter must stand at the beginning of a line; the golden finds it behind other text and ends the part there.",
        delimiter_inside_line,
    ),
    Kind(
        "boundary that ends in blanks",
        "RFC 2046 5.1.1",
        "A boundary must not end in a blank, and blanks at the end of a delimiter line are to be deleted: mimeparse takes both off, the "
        "golden compares them.",
        boundary_with_trailing_blank,
    ),
    Kind(
        "text behind a delimiter",
        "RFC 2046 5.1.1",
        "A delimiter line consists entirely of the delimiter and blanks, says the definition, which mimeparse follows; a note to "
        "implementors lets the beginning of the line do, as the goldens do, so that `--ab` delimits `a` too.",
        text_behind_delimiter,
    ),
    Kind(
        "outer delimiter inside an inner multipart",
        "RFC 2046 5.1.2",
        "Outer delimiters are to be recognised at any level of nesting; the golden reads over them.",
        outer_delimiter,
    ),
    Kind(
        "part without a blank line",
        "RFC 2046 5.1.1",
        "The blank line and the body behind the fields of a part are optional; the golden does not count such parts.",
        part_without_blank_line,
    ),
    Kind(
        "part of nothing at the end",
        "RFC 2046 5.1.1",
        "A part may have neither fields nor a body; the golden does not count one behind a last delimiter that ends the input.",
        part_of_nothing,
    ),
    Kind(
        "multipart without a delimiter",
        "RFC 2046 5.1.1",
        "Both keep it whole and find no part; the form of comparison writes ours as a multipart without children, the golden as "
        "a leaf and as an attachment.",
        multipart_without_delimiter,
    ),
    Kind(
        "blank line that holds blanks",
        "RFC 5322 4.2, RFC 7103 7.2",
        "By the letter such a line folds, and the header goes on to the first empty line, as in the golden; mimeparse ends it where no "
        "field follows, so that the text behind it is not lost.",
        blank_line_with_blanks,
    ),
    Kind(
        "line in the header that is no field",
        "RFC 5322 2.1, RFC 7103 7.2",
        "By the letter the body begins behind the first empty line; mimeparse begins it with the line that is no field, unless what "
        "follows is plainly a field, and keeps all of it; the goldens drop some or all of it.",
        line_that_is_no_field,
    ),
)
UNEXPLAINED = Kind("unexplained", "", "No kind holds: the message has to be read.", lambda _: True)


def reason(difference: Difference) -> Kind:
    """Return the first kind that holds, or `UNEXPLAINED`."""
    return next((kind for kind in KINDS if kind.holds(difference)), UNEXPLAINED)


def _values(value: str) -> list[str]:
    """Return the parts of a comparable value: the members of a list, else the value itself, none for an empty one."""
    if value.startswith("["):
        return [str(one) for one in json.loads(value)]
    return [value] if value else []


def _explains(difference: Difference, readings: list[str]) -> bool:
    """Return whether these readings are all that the golden expects and mimeparse does not say."""
    expected = difference.expected()
    return bool(expected) and all(one in readings for one in expected)


def _undecoded(difference: Difference, leaf: Node) -> tuple[str, str]:
    """Return the digests of a body as it stands, and of what is left of it when it went through UTF-8."""
    encoded = difference.encoded(leaf)
    return _attached(encoded), _attached(encoded.decode("utf-8", "replace").encode())


def _attached(data: bytes) -> str:
    """Return the digest of attached bytes, line ends aside, as the comparison takes it."""
    return digest(data if b"\0" in data else data.replace(b"\r\n", b"\n").rstrip(b"\r\n"))


def _boundaries(message: Message) -> list[bytes]:
    """Return the boundaries that the multiparts of a message declare."""
    declared = (node.parameters.get("boundary", "") for node in message.walk() if is_multipart(node))
    return [boundary.encode("utf-8", "replace") for boundary in declared if boundary]


def _about_parts(difference: Difference) -> bool:
    """Return whether a field depends on where parts begin and end."""
    return difference.field in ("structure", "att_names", "att_hashes", *_TEXT_FIELDS)


def _leaf_count(structure: str) -> int:
    """Return the number of names in a structure that no parenthesis follows."""
    return len(re.findall(r"[^(),]++(?!\()", structure))


def _without_separator(difference: Difference) -> list[Node]:
    """Return the texts in question if none of them stands behind an empty line, else nothing."""
    if difference.field not in _TEXT_FIELDS:
        return []
    disputed = difference.disputed()
    unseparated = difference.having("header-body-separator")
    return disputed if all(leaf in unseparated for leaf in disputed) else []
