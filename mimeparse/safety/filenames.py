"""File names from strangers: what they may be called on disk, and what is wrong with them as they came.

A file name is never a path (RFC 2183 2.3). What comes out is one component that every common file system takes as it is, that no shell,
desktop or file manager misreads, and that looks like what it is.
"""

from __future__ import annotations

import re
import unicodedata

from mimeparse.defects import DefectCode, Finding, excerpt

MAXIMUM_BYTES = 200
"""Of UTF-8: below the 255 of every common file system, with room for a number, a prefix or a suffix of the caller's."""

_EXAMINED_CHARACTERS = 1024  # of the end of a name; it keeps 200 bytes at most, and normal forms take quadratic time
_LONG_NUMBER = 99_999  # that no message has as many names as
_EXTENSION_BYTES = 20  # a longer one is no extension but a part of the name
_FALLBACK = "attachment"

_SEPARATORS = re.compile(r"[/\\]")
# What Windows forbids, and characters that look like separators, dots and colons: some systems "best fit" them to the real ones.
_REPLACED = re.compile('[<>:"|?*\u2024\u2044\u2215\u2216\u2236\u29f5\u29f8\u29f9\ua789\ufe55\uff0e\uff0f\uff1a\uff3c]')
# Characters without a picture that are no controls to Unicode: joiners, fillers, variation selectors.
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef"
_INVISIBLE = re.compile(f"[\u00ad\u061c\u200b-\u200f\u2060-\u2064\ufeff{_FILLERS}]")
_COMPATIBLE = re.compile(r"[^\x00-\x7f]")
_FORBIDDEN = frozenset('/\\.<>:"|?*')
_FILLER = re.compile(f"[{_FILLERS}]")
_BLANKS = re.compile(r"[\s\u2800]+")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x01-\x1f\x7f-\x9f]")
_PADDING = re.compile(r"[ \u00a0\u2000-\u200a\u2800\u3000]{10}")

# Windows opens a device for these, whatever extension follows, and takes superscript digits for digits.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\Z", re.IGNORECASE)
_DEVICE_CHARACTERS = 16  # more than a device, a blank and a dot have; no character of them is made of several

# The ordinary name, which is safe as it is: words of ASCII with a dot, a blank or a dash between them, and no device.
_ORDINARY = re.compile(
    r"(?!(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:[ .]|\Z))[0-9A-Za-z_]++(?:[ .-][0-9A-Za-z_]++)*+", re.ASCII
)
_ORDINARY_CHARACTERS = MAXIMUM_BYTES // 4  # what needs no second look at its length

# What Windows, macOS or a Linux desktop runs, mounts or imports when it is opened; most of it is what Outlook blocks.
EXECUTABLE_EXTENSIONS = frozenset(
    "action ade adp apk app appcontent-ms appimage application appref-ms appx appxbundle bas bat chm cmd com "
    "command cpl crx csh desktop diagcab dll dmg elf exe gadget hlp hta htc img inf ins iso isp jar jnlp js jse ksh "
    "library-ms lnk mad maf mda mde mdt mdz msc msh msh1 msh2 msi msix msixbundle msp mst ocx osd pcd pif pkg pl plg "
    "prf prg printerexport ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psdm1 psm1 py pyc pyo pyw pyz pyzw reg rpm run scf scpt scr "
    "sct search-ms searchconnector-ms settingcontent-ms sh shb shs sys theme udf udl url vb vbe vbp vbs vhd vhdx vsmacros vsw "
    "webloc webpnp website workflow ws wsb wsc wsf wsh xbap xll xnk".split()
)
_HARMLESS = frozenset(
    "avi bmp csv doc docm docx eml gif htm html jpeg jpg mp3 mp4 odt pdf png ppt pptx rtf tif tiff txt wav webp xls "
    "xlsm xlsx xml zip".split()
)

# The extension for a part without a name. A table of our own: what the `mimetypes` module answers depends on the machine.
_EXTENSIONS = {
    "application/gzip": ".gz", "application/json": ".json", "application/msword": ".doc", "application/ms-tnef": ".dat",
    "application/pdf": ".pdf", "application/pgp-signature": ".asc", "application/pkcs7-mime": ".p7m", "application/pkcs7-signature": ".p7s",
    "application/rtf": ".rtf", "application/vnd.ms-excel": ".xls", "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx", "application/x-pkcs7-mime": ".p7m",
    "application/x-pkcs7-signature": ".p7s", "application/xml": ".xml", "application/zip": ".zip", "audio/mpeg": ".mp3", "audio/wav": ".wav",
    "image/bmp": ".bmp", "image/gif": ".gif", "image/jpeg": ".jpg", "image/jpg": ".jpg", "image/png": ".png", "image/svg+xml": ".svg",
    "image/tiff": ".tif", "image/webp": ".webp", "message/delivery-status": ".txt", "message/global": ".eml", "message/news": ".eml",
    "message/rfc822": ".eml", "text/calendar": ".ics", "text/csv": ".csv", "text/html": ".html", "text/plain": ".txt",
    "text/rfc822-headers": ".txt", "text/vcard": ".vcf", "text/x-vcard": ".vcf", "video/mp4": ".mp4",
}  # fmt: skip


def safe_filename(name: str | None, *, content_type: str | None = None, fallback: str = _FALLBACK) -> str:
    """Return one harmless path component for a file name that a stranger chose.

    Never empty, at most 200 bytes of UTF-8, without separators, control, bidi or invisible characters, device names, and dots, blanks or
    dashes at its edges; the extension is kept. Where nothing is left, `fallback` with an extension for `content_type`. Never raises; the
    safe name of a safe name is itself.
    """
    if name and len(name) <= _ORDINARY_CHARACTERS and _ORDINARY.fullmatch(name):
        return name
    kept = _cleaned(name) if name else ""
    if not kept:
        kept = (_cleaned(fallback) or _FALLBACK) + _EXTENSIONS.get(content_type or "", "")
    return _shortened(kept, MAXIMUM_BYTES)


def filename_findings(name: str) -> list[Finding]:
    """Return what is dangerous about a file name as it was declared. Never raises."""
    last = _SEPARATORS.split(name)[-1]
    stripped = last.strip()
    checks = (
        (DefectCode.FILENAME_EMPTY, not _cleaned(name)),
        (DefectCode.FILENAME_PATH, last != name or name in (".", "..")),
        (DefectCode.FILENAME_NUL, "\0" in name),
        (DefectCode.FILENAME_CONTROL, _CONTROL.search(name) is not None),
        (DefectCode.FILENAME_BIDI, _BIDI.search(name) is not None),
        (DefectCode.FILENAME_INVISIBLE, _INVISIBLE.search(_BIDI.sub("", name)) is not None),
        (DefectCode.FILENAME_ADS, ":" in last),
        (DefectCode.FILENAME_LEADING_DASH, stripped.startswith("-")),
        (DefectCode.FILENAME_LEADING_DOT, stripped.startswith(".") and stripped.strip(".") != ""),
        (DefectCode.FILENAME_TRAILING, last.endswith((".", " ")) and stripped.strip(".") != ""),
        (DefectCode.FILENAME_PADDING, _PADDING.search(name) is not None),
        (DefectCode.FILENAME_RESERVED, _is_device(stripped)),
        (
            DefectCode.FILENAME_TOO_LONG,
            len(name) > MAXIMUM_BYTES or len(name.encode("utf-8", "replace")) > MAXIMUM_BYTES,
        ),
        (DefectCode.FILENAME_DOUBLE_EXTENSION, _hides_executable(last)),
    )
    return [Finding(code, 0, excerpt(name)) for code, found in checks if found]


class UniqueNames:
    """Hand out the names of one message, so that no two of them meet on any file system, whatever its rules of case and normal form."""

    __slots__ = ("_next", "_taken")

    def __init__(self) -> None:
        self._taken: set[str] = set()
        # By what a long number leaves of the name, so that ten thousand parts of one name, or of names that are cut to one, do not search
        # for a free number ten thousand times.
        self._next: dict[str, int] = {}

    def claim(self, safe: str) -> str:
        """Return `safe`, a safe name, or it with a number where it is taken."""
        key = _folded(safe)
        if key not in self._taken:
            self._taken.add(key)
            return safe
        shortest = _folded(numbered(safe, _LONG_NUMBER))
        number = self._next.get(shortest, 2)
        while True:
            candidate = numbered(safe, number)
            number += 1
            candidate_key = _folded(candidate)
            if candidate_key not in self._taken:
                self._taken.add(candidate_key)
                self._next[shortest] = number
                return candidate


def numbered(safe: str, number: int) -> str:
    """Return a safe name with a number before its extension."""
    stem, extension = _split(safe)
    suffix = f" ({number}){extension}"
    return _cut(stem, MAXIMUM_BYTES - len(suffix.encode())).rstrip(" .") + suffix


def _cleaned(name: str) -> str:
    """Return what is harmless of a name, whatever its length."""
    components = _SEPARATORS.split(name[-_EXAMINED_CHARACTERS:])
    last = next((component for component in reversed(components) if component.strip(" .")), "")
    if not last.isascii():
        last = _FILLER.sub("", unicodedata.normalize("NFC", last))
    # A line end or a tab is a blank to a person; category C is everything else that has no picture: controls, bidi overrides, zero
    # widths, surrogates, private and unassigned code points.
    last = _REPLACED.sub("_", _BLANKS.sub(" ", last))
    if not last.isascii() and _may_hold_disguise(last):
        last = _COMPATIBLE.sub(_without_disguise, last)
    if not (last.isascii() and last.isprintable()):
        last = "".join(character for character in last if unicodedata.category(character)[0] != "C")
        last = unicodedata.normalize("NFC", last)
    last = _BLANKS.sub(" ", last).strip(" .").lstrip(" .-").strip(" .")
    return (
        f"_{last}" if _is_device(last) or _is_device(unicodedata.normalize("NFKC", last[:_DEVICE_CHARACTERS])) else last
    )


def _may_hold_disguise(name: str) -> bool:
    """Return whether characters of `name` may decompose to what is forbidden: one look at the whole, for names that are harmless."""
    # Decomposed and not composed again: what a sign would be composed to, with a mark behind it, must not hide it.
    decomposed = unicodedata.normalize("NFKD", name)
    return decomposed.count(".") > name.count(".") or not (_FORBIDDEN - {"."}).isdisjoint(decomposed)


def _without_disguise(found: re.Match[str]) -> str:
    """Replace a character that becomes a separator, a dot or what Windows forbids once somebody normalises the name (CVE-2025-52488)."""
    # Decomposed: "≮" is one character here, and "<" with a stroke to a file system that takes characters apart.
    return "_" if _FORBIDDEN & set(unicodedata.normalize("NFKD", found[0])) else found[0]


def _is_device(name: str) -> bool:
    return _DEVICE.match(name.partition(".")[0].rstrip()) is not None


def _hides_executable(name: str) -> bool:
    pieces = [piece.strip().lower() for piece in name.rstrip(" .").rsplit(".", 2)]
    return len(pieces) == 3 and pieces[2] in EXECUTABLE_EXTENSIONS and pieces[1] in _HARMLESS


def _split(name: str) -> tuple[str, str]:
    """Return a name without its extension, and the extension with its dot."""
    stem, dot, extension = name.rpartition(".")
    if not stem or not extension or " " in extension or len(extension.encode()) > _EXTENSION_BYTES:
        return name, ""
    return stem, dot + extension


def _shortened(name: str, maximum: int) -> str:
    if len(name) * 4 <= maximum or len(name.encode()) <= maximum:
        return name
    stem, extension = _split(name)
    return _cut(stem, maximum - len(extension.encode())).rstrip(" .") + extension


def _cut(text: str, maximum: int) -> str:
    return text.encode()[:maximum].decode(errors="ignore")


def _folded(name: str) -> str:
    if name.isascii():
        return name.lower()
    # Some compare by capitals, and that of the dotless i of Turkish is the one of i.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).upper().casefold())
