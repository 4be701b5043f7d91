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
