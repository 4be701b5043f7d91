"""What a file is by its content: the only importer of libmagic."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from mimeparse.errors import MissingLibrary

if TYPE_CHECKING:
    import magic

SNIFF_BYTES = 8192
"""How much of the beginning of a file is looked at: libmagic finds next to nothing further on."""

BEGINNING_BYTES = 64 * 1024
"""How much of the beginning of a file is looked at for risks: the descriptor of an optical disk stands at 32 KiB, every other signature before."""

END_BYTES = 128 * 1024
"""How much of the end is looked at for risks: the longest comment of a ZIP archive, 64 KiB, and as much of its list of names in front of it."""

_LOCK = threading.Lock()  # a libmagic cookie must not be used by two threads at a time

_REMEDY = (
    "detected types need libmagic: `pip install 'mimeparse-stream[pylibmagic]'`, or install it with the system "
    "(Debian and Ubuntu: `apt install libmagic1`; Alpine: `apk add libmagic`; macOS: `brew install libmagic`)"
)


def detect_type(data: bytes) -> str:
    """Return the media type that libmagic sees in the beginning of a file.

    An opinion that changes with the version of libmagic. Raises `MissingLibrary`, with the remedy, where there is no libmagic.
    """
    with _LOCK:
        try:
            return str(_magic().from_buffer(data[:SNIFF_BYTES]))
        except MissingLibrary:
            raise
        except Exception:  # noqa: BLE001  (libmagic gave up on the data, which is hostile: that is no type, and no failure of the caller)
            return "application/octet-stream"


def detect_type_if_possible(data: bytes) -> str | None:
    """Return what `detect_type` returns, or None where there is no libmagic."""
    return detect_type(data) if _there_is_libmagic() else None


@cache
def _there_is_libmagic() -> bool:
    """Look for libmagic once: where there is none, looking for it starts other processes each time."""
    try:
        _magic()
    except MissingLibrary:
        return False
    return True


@cache
def _magic() -> magic.Magic:
    with suppress(ImportError, OSError):
        # Brings a libmagic of its own, which python-magic finds only if this was imported first.
        import pylibmagic  # noqa: F401
    try:
        import magic

        return magic.Magic(mime=True)
    except Exception as error:
        # ImportError without the library, MagicException without its database, OSError for a broken one: the remedy is the same.
        raise MissingLibrary(_REMEDY) from error
