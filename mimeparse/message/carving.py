"""Files inside plain text, taken out on request: they are attachments to those who sent them, and text to most readers."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mimeparse.coding.charsets import decode_header_bytes
from mimeparse.coding.embedded import embedded_files
from mimeparse.defects import Defect
from mimeparse.message.bodies import Role
from mimeparse.safety.filenames import filename_findings, safe_filename
from mimeparse.safety.filetypes import detect_type

if TYPE_CHECKING:
    import os
    from pathlib import Path
    from typing import BinaryIO

    from mimeparse.coding.embedded import EmbeddedFile
    from mimeparse.safety.filenames import UniqueNames


@dataclass(frozen=True, slots=True)
class CarvedFile:
    """A file that stood in the text of a part, decoded. It is in the text still."""

    path: tuple[int, ...]
    """The path of the part that it stood in."""
    start: int
    """Where its first line begins in the decoded bytes of the part."""
    end: int
    """Where the line behind its last begins."""
    filename: str
    """The name as declared, decoded; never to be used as a path."""
    safe_filename: str
    """A name to save the file under: one harmless path component, unique in the message."""
    defects: tuple[Defect, ...]
    """What is wrong with its name and encoding; offsets are those of the part's body and where in its text the file stands."""
    data: bytes
    via: Literal["uuencode"] = "uuencode"
    """How it was put into the text."""
    role: Role = Role.ATTACHMENT

    @property
    def size(self) -> int:
        """Return the number of decoded bytes."""
        return len(self.data)

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the decoded bytes as hex digits."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def detected_type(self) -> str:
        """Return the type that libmagic sees in the first 8 KiB. Raises `MissingLibrary`, with the remedy, where there is none."""
        return detect_type(self.data)

    def read(self) -> bytes:
        """Return the decoded bytes."""
        return self.data

    def open(self) -> BinaryIO:
        """Return the decoded bytes as a binary file."""
        return io.BytesIO(self.data)

    def save(self, directory: str | os.PathLike[str]) -> Path:
        """Write the file into `directory` under its safe name, as `Attachment.save` does."""
        from mimeparse.safety.saving import save_exclusively

        return save_exclusively(directory, self.safe_filename, (self.data,))


def carve(text: bytes, path: tuple[int, ...], offset: int, names: UniqueNames) -> tuple[CarvedFile, ...]:
    """Return the files in the decoded bytes of a text, whose body stands at `offset`; the names of all are made unique by `names`.

    The first 1,000. Never raises; linear in the size of `text`.
    """
    return tuple(_carved(file, path, offset, names) for file in embedded_files(text))


def _carved(file: EmbeddedFile, path: tuple[int, ...], offset: int, names: UniqueNames) -> CarvedFile:
    name, _ = decode_header_bytes(file.name)
    defects = [
        Defect(code, offset + file.start + position, path, detail)
        for code, position, detail in (*filename_findings(name), *file.findings)
    ]
    safe = names.claim(safe_filename(name))
    return CarvedFile(path, file.start, file.end, name, safe, tuple(defects), file.data)
