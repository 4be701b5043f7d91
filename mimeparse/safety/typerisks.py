"""What is dangerous about the type of a file: what it runs, what it hides, and whether it is what it says.

A pure function of the declared type, the name and some bytes. It opens no archive, decompresses nothing and looks for no known
malware: what it finds is a reason to hold a file back, and what it does not find is no reason to trust one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mimeparse.defects import DefectCode, Finding, excerpt
from mimeparse.safety import containers
from mimeparse.safety.filenames import EXECUTABLE_EXTENSIONS, safe_filename
from mimeparse.safety.filetypes import BEGINNING_BYTES, END_BYTES
from mimeparse.safety.formats import (
    RUNNING,
    Family,
    Format,
    as_text,
    families_of_extension,
    families_of_type,
    format_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Between a beginning and an end that do not touch: no signature, no name and no number reaches over it.
_GAP = b"\0" * 64
_NAME_CHARACTERS = 4096  # of the end of a name, as in `safe_filename`

_ACTIVE_TYPES = frozenset({"text/html", "application/xhtml+xml", "image/svg+xml", "application/x-mimearchive"})
_ACTIVE_EXTENSIONS = frozenset("htm html mht mhtml shtml svg svgz xht xhtml xsl xslt".split())
_EXECUTABLE_TYPES = frozenset(
    "application/hta application/java-archive application/java-vm application/javascript application/vbscript "
    "application/vnd.android.package-archive application/vnd.microsoft.portable-executable application/wasm "
    "application/x-apple-diskimage application/x-bat application/x-cd-image application/x-dosexec application/x-elf "
    "application/x-executable application/x-iso9660-image application/x-java-archive application/x-javascript "
    "application/x-ms-installer application/x-ms-shortcut application/x-msdos-program application/x-msdownload "
    "application/x-msi application/x-sh application/x-shellscript text/javascript text/vbscript text/x-shellscript".split()
)
_MACRO_EXTENSIONS = frozenset("docm dotm potm ppam ppsm pptm sldm xlam xlsm xltm".split())

# What turns text into a file without a download that a proxy could see. `eval` and `document.write` are in every saved page.
_FILE_MAKING = re.compile(
    rb"createObjectURL|msSave(?:OrOpen)?Blob|\bnew[ \t\r\n]++(?:Blob|File)[ \t\r\n]*+\(|\batob[ \t\r\n]*+\(|"
    rb"data:application/[\w.+-]++;base64",
    re.IGNORECASE,
)
_SCRIPT = re.compile(rb"<(?:\w{1,20}:)?script\b|\bon[a-z]{3,20}[ \t\r\n]*+=|javascript:", re.IGNORECASE)

# What makes a program of a ZIP archive, and macros of a document.
_PROGRAM_ENTRIES = frozenset({b"META-INF/MANIFEST.MF", b"classes.dex", b"AndroidManifest.xml", b"AppxManifest.xml"})
_MACRO_ENDS = (b"vbaproject.bin", b"/script-lb.xml", b"/script-lc.xml")  # the latter two are those of OpenDocument
_MACRO_FOLDER = b"xl/macrosheets/"
_EXECUTABLE_ENTRIES = frozenset(extension.encode() for extension in EXECUTABLE_EXTENSIONS)


class _File(NamedTuple):
    """What is known of a file, for those who judge it."""

    declared: str
    extensions: tuple[str, ...]
    data: bytes
    """The bytes that are looked at: the beginning, and the end behind a gap."""
    format: Format | None
    detect: Callable[[bytes], str | None]

    @property
    def family(self) -> Family | None:
        return self.format.family if self.format is not None else None


def type_findings(
    declared: str,
    filename: str | None,
    beginning: bytes,
    size: int,
    *,
    end: bytes = b"",
    detect: Callable[[bytes], str | None] = lambda _: None,
) -> list[Finding]:
    """Return what is dangerous about the type of a file of `size` bytes, one finding for each code. Never raises.

    `declared` is a lower-case `type/subtype`. `beginning` holds the first bytes and `end` the last ones, none of them twice; at most
    `BEGINNING_BYTES` and `END_BYTES` are looked at. `detect` is asked for a media type where no signature is known to us, and where
    the declared type is one that must have one; what it raises is raised.
    """
    first, rest = beginning[:BEGINNING_BYTES], beginning[BEGINNING_BYTES:] + end
    last = rest[-END_BYTES:]
    # Where the two touch they are one: a signature may lie across.
    whole = len(rest) == len(last) and len(first) + len(last) >= size
    data = first + (b"" if whole else _GAP) + last
    file = _File(declared, _extensions(filename), data, format_of(first, last), detect)
    found: dict[DefectCode, Finding] = {}
    for judge in (_judge_running, _judge_markup, _judge_content, _judge_type, _judge_extension):
        for code, detail in judge(file):
            if code not in found:
                found[code] = Finding(code, 0, excerpt(detail))
    return sorted(found.values())


def _extensions(filename: str | None) -> tuple[str, ...]:
    """Return the extensions that a system may see in a name, lower-case and without their dots."""
    if filename is None:
        return ()
    # Without what is invisible or dropped; and what is before a colon, which names a stream of the file before it on NTFS.
    names = (safe_filename(filename), safe_filename(filename[-_NAME_CHARACTERS:].partition(":")[0]))
    extensions = (name.rpartition(".")[2].lower() for name in names if "." in name)
    return tuple(dict.fromkeys(extensions))


def _judge_running(file: _File) -> Iterator[tuple[DefectCode, str]]:
    """Yield what runs when it is opened, in a system or in a browser."""
    if file.format is not None and file.family in RUNNING:
        yield DefectCode.TYPE_EXECUTABLE, f"{file.format.name} by its content"
    for extension in file.extensions:
        if extension in EXECUTABLE_EXTENSIONS:
            yield DefectCode.TYPE_EXECUTABLE, f".{extension} by its name"
    if file.declared in _EXECUTABLE_TYPES:
        yield DefectCode.TYPE_EXECUTABLE, f"{file.declared} by its declared type"


def _judge_markup(file: _File) -> Iterator[tuple[DefectCode, str]]:
    """Yield what a browser runs scripts in, and scripts that make files."""
    markup = file.family in (Family.HTML, Family.SVG)
    named = next((extension for extension in file.extensions if extension in _ACTIVE_EXTENSIONS), None)
    if file.format is not None and markup:
        yield DefectCode.TYPE_ACTIVE, f"{file.format.name} by its content"
    elif named is not None:
        yield DefectCode.TYPE_ACTIVE, f".{named} by its name"
    elif file.declared in _ACTIVE_TYPES:
        yield DefectCode.TYPE_ACTIVE, f"{file.declared} by its declared type"
    if markup or named is not None or file.declared in _ACTIVE_TYPES:
        text = as_text(file.data)
        made = _FILE_MAKING.search(text)
        if made is not None and _SCRIPT.search(text) is not None:
            yield DefectCode.TYPE_SMUGGLING, made[0].decode("latin-1")


def _judge_content(file: _File) -> Iterator[tuple[DefectCode, str | bytes]]:
    """Yield what archives and documents tell of their content."""
    match file.family:
        case Family.ZIP:
            yield from _judge_zip(file.data)
        case Family.OLE:
            if containers.ole_installer(file.data):
                yield DefectCode.TYPE_EXECUTABLE, "an installer package by its content"
            if containers.ole_encrypted(file.data):
                yield DefectCode.TYPE_ARCHIVE_ENCRYPTED, "an Office document"
            if containers.ole_macro(file.data):
                yield DefectCode.TYPE_MACRO, "a project of Visual Basic in an OLE compound file"
        case Family.PDF if containers.pdf_encrypted(file.data):
            yield DefectCode.TYPE_ARCHIVE_ENCRYPTED, "a PDF document"
        case Family.SEVEN_ZIP if containers.seven_zip_encrypted(file.data):
            yield DefectCode.TYPE_ARCHIVE_ENCRYPTED, "a 7-Zip archive"
        case Family.RAR if containers.rar_encrypted(file.data):
            yield DefectCode.TYPE_ARCHIVE_ENCRYPTED, "a RAR archive"
    if file.declared.endswith(".macroenabled.12"):
        yield DefectCode.TYPE_MACRO, f"{file.declared} by its declared type"
    for extension in file.extensions:
        if extension in _MACRO_EXTENSIONS:
            yield DefectCode.TYPE_MACRO, f".{extension} by its name"


def _judge_zip(data: bytes) -> Iterator[tuple[DefectCode, str | bytes]]:
    # Signatures in a dense row make a header of every four bytes: what is done for each has to stay cheap.
    for name, encrypted in containers.zip_entries(data):
        if encrypted:
            yield DefectCode.TYPE_ARCHIVE_ENCRYPTED, name
        if name in _PROGRAM_ENTRIES:
            yield DefectCode.TYPE_EXECUTABLE, name
        lowered = name.lower()
        if lowered.endswith(_MACRO_ENDS) or lowered.startswith(_MACRO_FOLDER):
            yield DefectCode.TYPE_MACRO, name
        _, dot, extension = lowered.rstrip(b" .").rpartition(b".")
        if dot and extension in _EXECUTABLE_ENTRIES:
            yield DefectCode.TYPE_ARCHIVE_EXECUTABLE, name


def _judge_type(file: _File) -> Iterator[tuple[DefectCode, str]]:
    """Yield a declared type that the content contradicts."""
    declared = families_of_type(file.declared)
    if declared is None:
        return
    if file.format is not None:
        if file.format.family not in declared:
            yield DefectCode.TYPE_MISMATCH, f"{file.format.name} as {file.declared}"
    elif file.data and not file.declared.startswith("text/"):
        # Text is not asked about: in a charset that nobody declared it looks like anything.
        detected = file.detect(file.data)
        seen = families_of_type(detected) if detected is not None else None
        if seen is not None and declared.isdisjoint(seen):
            yield DefectCode.TYPE_MISMATCH, f"{detected} (libmagic) as {file.declared}"


def _judge_extension(file: _File) -> Iterator[tuple[DefectCode, str]]:
    """Yield an extension that the content contradicts; where the content tells nothing, one that the declared type contradicts."""
    declared = families_of_type(file.declared)
    for extension in file.extensions:
        if extension in EXECUTABLE_EXTENSIONS:
            # A picture that is called a program is one to worry about as a program; that is said already.
            if file.format is None and declared is not None and declared.isdisjoint(RUNNING):
                yield DefectCode.TYPE_EXTENSION_MISMATCH, f".{extension} as {file.declared}"
            continue
        promised = families_of_extension(extension)
        if promised is None:
            continue
        if file.format is not None:
            if file.format.family not in promised:
                yield DefectCode.TYPE_EXTENSION_MISMATCH, f"{file.format.name} as .{extension}"
        elif declared is not None and declared.isdisjoint(promised):
            yield DefectCode.TYPE_EXTENSION_MISMATCH, f".{extension} as {file.declared}"
