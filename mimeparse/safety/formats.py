"""What a file is by its first bytes, and what a media type or an extension lets one expect; no library is needed for it.

Only formats that somebody could be harmed by, or be deceived with, are known here. `detect_type` of the next room knows a thousand more.
"""

from __future__ import annotations

import codecs
import re
from enum import Enum, unique
from typing import NamedTuple

SNIFFED_TEXT_BYTES = 8192
"""How far into a file the first element of HTML, SVG or a script is looked for; browsers look at 1,445 bytes (WHATWG MIME Sniffing)."""


@unique
class Family(Enum):
    """Group the formats that one program opens without a second look."""

    ARCHIVE = "archive"  # those that nothing below tells more about
    DISK = "disk image"
    GZIP = "gzip"
    HTML = "HTML"
    IMAGE = "image"
    MEDIA = "sound or film"
    OLE = "OLE"
    PDF = "PDF"
    POSTSCRIPT = "PostScript"
    PROGRAM = "program"
    RAR = "RAR"
    RTF = "RTF"
    SCRIPT = "script"
    SEVEN_ZIP = "7-Zip"
    SVG = "SVG"
    ZIP = "ZIP"


RUNNING = frozenset({Family.PROGRAM, Family.SCRIPT, Family.DISK})
"""What runs when it is opened; a disk image because it is mounted, and loses the mark that its content came from a stranger."""


class Format(NamedTuple):
    """Say what a file is: its family, and its name for people."""

    family: Family
    name: str


_DOS = rb"(?:MZ|ZM)[^\0]{0,61}\0"  # "MZ" alone are somebody's initials; the header of a program holds zeros
_CLASS_OR_FAT = rb"\xca\xfe\xba[\xbe\xbf]"
_BOOT_SECTOR = rb"(?:\xeb.\x90|\xe9..).{507}\x55\xaa"
_BINARY = (
    (_DOS, Family.PROGRAM, "a Windows or DOS program"),
    (rb"\x7fELF", Family.PROGRAM, "an ELF program"),
    (rb"\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe", Family.PROGRAM, "a Mach-O program"),
    (_CLASS_OR_FAT, Family.PROGRAM, "a Java class or a Mach-O program"),
    (rb"dex\n[0-9]{3}\0", Family.PROGRAM, "an Android program"),
    (rb"\0asm", Family.PROGRAM, "WebAssembly"),
    (rb"L\0\0\0\x01\x14\x02\0", Family.PROGRAM, "a Windows shortcut"),
    (rb"ITSF", Family.PROGRAM, "a compiled HTML help file"),
    (rb"Cr24", Family.PROGRAM, "a browser extension"),
    (rb"vhdxfile|conectix", Family.DISK, "a virtual disk"),
    (_BOOT_SECTOR, Family.DISK, "a disk image"),
    (rb"\x89PNG\r\n\x1a\n", Family.IMAGE, "a PNG image"),
    (rb"\xff\xd8\xff", Family.IMAGE, "a JPEG image"),
    (rb"GIF8[79]a", Family.IMAGE, "a GIF image"),
    (rb"II\*\0|MM\0\*", Family.IMAGE, "a TIFF image"),
    (rb"BM.{4}\0\0\0\0", Family.IMAGE, "a BMP image"),
    (rb"\0\0[\x01\x02]\0.\0", Family.IMAGE, "an icon or a cursor"),
    (rb"8BPS\0", Family.IMAGE, "a Photoshop image"),
    (rb"RIFF.{4}(?:WEBP|ACON)", Family.IMAGE, "a WebP image or a cursor"),
    (rb".{4}ftyp(?:hei[cfmsx]|hev[cmsx]|mif1|msf1|avi[fs])", Family.IMAGE, "a HEIF or AVIF image"),
    (rb"\xd7\xcd\xc6\x9a|\x01\0\0\0.{36} EMF", Family.IMAGE, "a Windows metafile"),
    (rb"RIFF.{4}(?:WAVE|AVI )", Family.MEDIA, "a RIFF file of sound or film"),
    (rb".{4}ftyp|OggS\0|ID3[\x02-\x04]|fLaC\0|\x1aE\xdf\xa3|\x30\x26\xb2\x75", Family.MEDIA, "a file of sound or film"),
    (rb"%PDF-", Family.PDF, "a PDF document"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", Family.POSTSCRIPT, "a PostScript document"),
    (rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", Family.ZIP, "a ZIP archive"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Family.OLE, "an OLE compound file"),
    (rb"\{\\rt", Family.RTF, "an RTF document"),
    (rb"7z\xbc\xaf\x27\x1c", Family.SEVEN_ZIP, "a 7-Zip archive"),
    (rb"Rar!\x1a\x07", Family.RAR, "a RAR archive"),
    (rb"\x1f\x8b\x08", Family.GZIP, "gzip-compressed data"),
    (rb"BZh[1-9]1AY&SY|\xfd7zXZ\0|\x28\xb5\x2f\xfd|\x1f\x9d", Family.ARCHIVE, "compressed data"),
    (rb"MSCF\0\0\0\0", Family.ARCHIVE, "a CAB archive"),
    (rb".{2}-l[hz].-|.{7}\*\*ACE\*\*|\x60\xea.\0", Family.ARCHIVE, "an archive of an old kind"),
    (rb".{257}ustar[ \0]", Family.ARCHIVE, "a tar archive"),
)  # fmt: skip

# What may stand in front of these: a byte order mark and blanks. HTML and SVG are looked at behind them.
_TEXTUAL = (
    (rb"#![ \t]*+/", Family.SCRIPT, "a script"),
    (rb"@echo[ \t]++o(?:ff|n)\b|@?setlocal\b", Family.SCRIPT, "a batch file"),
    (rb"<\?php\b", Family.SCRIPT, "a PHP script"),
    (rb"Windows Registry Editor Version |REGEDIT4", Family.SCRIPT, "entries for the Windows registry"),
    (rb"\[InternetShortcut\]|\[\{000214A0-", Family.SCRIPT, "an internet shortcut"),
    (rb"\[Desktop Entry\]", Family.SCRIPT, "a desktop shortcut"),
)

_BINARY_FORMATS = re.compile(b"|".join(b"(%b)" % pattern for pattern, _, _ in _BINARY), re.DOTALL)
_TEXTUAL_FORMATS = re.compile(b"|".join(b"(%b)" % pattern for pattern, _, _ in _TEXTUAL), re.IGNORECASE)

# The elements by which browsers know HTML (WHATWG MIME Sniffing 7.1); "<a@example.com> wrote" is none of them.
_HTML = re.compile(
    rb"<(?:!doctype[ \t\r\n]++html|(?:html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|form|meta|img|"
    rb"center|span|link|base|input|video|audio|embed|object)(?=[\s>/])|!--)",
    re.IGNORECASE,
)
_FIRST_ELEMENT = re.compile(
    rb"<(?:(hta:application)|(job|package|scriptlet|component)|((?:\w{1,20}:)?svg)|(html))(?=[\s>/])",
    re.IGNORECASE,
)
_LAST_SECTOR = 512

# ISO 9660 8.4.2 and ECMA-167 2/9.1.2: the first descriptor stands in the seventeenth sector of 2,048 bytes.
_DESCRIPTOR = 16 * 2048 + 1


def format_of(beginning: bytes, end: bytes = b"") -> Format | None:
    """Return what the file is whose beginning, and last sector where there is more, are given; None if nothing is known of it."""
    found = _BINARY_FORMATS.match(beginning)
    if found is not None:
        return Format(*_BINARY[(found.lastindex or 0) - 1][1:])
    if beginning[_DESCRIPTOR : _DESCRIPTOR + 5] in (b"CD001", b"BEA01"):
        return Format(Family.DISK, "an image of an optical disk")
    # The footer of a fixed virtual disk, and that of an Apple disk image; both lie before 512 bytes of the end.
    if (end or beginning)[-_LAST_SECTOR:][:8].startswith((b"conectix", b"koly\0\0\0\x04")):
        return Format(Family.DISK, "a disk image")
    return _text_format(as_text(beginning[:SNIFFED_TEXT_BYTES]))


def as_text(data: bytes) -> bytes:
    """Return text in a superset of ASCII, without a byte order mark and blanks in front: UTF-16 is what filters do not read."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n\f\v\0")


def _text_format(text: bytes) -> Format | None:
    found = _TEXTUAL_FORMATS.match(text)
    if found is not None:
        return Format(*_TEXTUAL[(found.lastindex or 0) - 1][1:])
    if not text.startswith(b"<"):
        return None
    element = _FIRST_ELEMENT.search(text)
    if element is None or (element.lastindex == 4 and b"<hta:application" in text.lower()):
        if element is not None:
            return Format(Family.PROGRAM, "an HTML application")
        return Format(Family.HTML, "HTML") if _HTML.match(text) is not None else None
    return (
        Format(Family.PROGRAM, "an HTML application"),
        Format(Family.SCRIPT, "a Windows script file"),
        Format(Family.SVG, "an SVG image"),
        Format(Family.HTML, "HTML"),
    )[(element.lastindex or 1) - 1]


# What one may expect ----------------------------------------------------------------------------------------------------

# Families without a signature of their own, which is what text is, are those that pass for text.
_PLAIN = frozenset({Family.SCRIPT})
_SOURCE = frozenset({Family.SCRIPT, Family.HTML, Family.SVG, Family.POSTSCRIPT})
_OLD_OFFICE = frozenset(
    {Family.OLE, Family.ZIP, Family.RTF}
)  # QUIRK: Word writes RTF and OOXML as .doc, and opens them so
_NEW_OFFICE = frozenset({Family.ZIP, Family.OLE})  # encrypted OOXML is an OLE file (MS-OFFCRYPTO 2.3)

_EXPECTED: tuple[tuple[frozenset[Family], str, str], ...] = (
    # families, extensions, media types
    (frozenset({Family.IMAGE}), "avif bmp gif heic heif ico jfif jpe jpeg jpg png tif tiff webp", ""),
    (frozenset({Family.SVG, Family.GZIP}), "svg svgz", "image/svg+xml"),
    (frozenset({Family.POSTSCRIPT}), "eps ps", "application/postscript image/x-eps"),
    (frozenset({Family.MEDIA}), "aac avi flac m4a m4v mkv mov mp3 mp4 mpeg mpg ogg wav webm wma wmv", ""),
    (frozenset({Family.PDF}), "pdf", "application/pdf application/x-pdf"),
    (frozenset({Family.RTF}), "rtf", "application/rtf text/rtf"),
    # QUIRK: RFC 1341 7.1.3 calls a plain-text format of its own richtext; some programs take it for RTF.
    (_PLAIN | {Family.RTF}, "", "text/richtext"),
    (frozenset({Family.ZIP}), "zip odt ods odp epub", "application/zip application/x-zip application/x-zip-compressed"),
    (frozenset({Family.SEVEN_ZIP}), "7z", "application/x-7z-compressed"),
    (frozenset({Family.RAR}), "rar", "application/vnd.rar application/x-rar application/x-rar-compressed"),
    (frozenset({Family.GZIP}), "gz tgz", "application/gzip application/x-gzip"),
    (frozenset({Family.ARCHIVE}), "bz2 cab tar xz zst", "application/x-tar application/x-bzip2 application/x-xz"),
    (_OLD_OFFICE, "doc dot pps ppt xls xlt", "application/msword application/vnd.ms-excel application/vnd.ms-powerpoint"),
    (_NEW_OFFICE, "docm docx dotm dotx potm potx ppam ppsm ppsx pptm pptx xlam xlsb xlsm xlsx xltm xltx", ""),
    (_PLAIN, "csv ics log text txt vcf", "application/ics application/json application/pgp-signature application/pkcs7-signature"),
    (_SOURCE, "asc c css diff h htm html json md mht mhtml patch shtml xht xhtml xml", "application/xhtml+xml application/xml text/html"),
)  # fmt: skip
_OF_EXTENSION = {word: families for families, extensions, _ in _EXPECTED for word in extensions.split()}
_OF_TYPE = {word: families for families, _, types in _EXPECTED for word in types.split()}
_OF_PREFIX = (
    ("image/", frozenset({Family.IMAGE})),
    ("audio/", frozenset({Family.MEDIA})),
    ("video/", frozenset({Family.MEDIA})),
    ("application/vnd.openxmlformats-officedocument.", _NEW_OFFICE),
    ("application/vnd.oasis.opendocument.", frozenset({Family.ZIP})),
    ("text/plain", _PLAIN),
    ("text/csv", _PLAIN),
    ("text/calendar", _PLAIN),
    ("text/", _SOURCE),
)


def families_of_type(media_type: str) -> frozenset[Family] | None:
    """Return the families that may stand under a lower-case media type; None for one that promises nothing, as application/octet-stream."""
    exact = _OF_TYPE.get(media_type)
    if exact is not None:
        return exact
    if media_type.endswith(".macroenabled.12"):
        return _NEW_OFFICE
    return next((families for prefix, families in _OF_PREFIX if media_type.startswith(prefix)), None)


def families_of_extension(extension: str) -> frozenset[Family] | None:
    """Return the families that a lower-case extension without its dot promises, or None."""
    return _OF_EXTENSION.get(extension)
