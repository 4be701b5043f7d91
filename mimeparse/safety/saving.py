"""Files that are written exclusively: never outside their directory, never over another file, never through a link."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from mimeparse.errors import UsageError
from mimeparse.safety.filenames import numbered, safe_filename

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

_MAXIMUM_NUMBER = 10_000
"""How many files of one name a directory may hold before it is an error: each new one has to try all the numbers before its own."""

# Relative to an open directory, so that nobody can put another one in its place between the check and the writing. Windows has no such
# thing, and no links that ordinary users can make.
_RELATIVE = os.open in os.supports_dir_fd and os.unlink in os.supports_dir_fd and hasattr(os, "O_DIRECTORY")
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_MODE = 0o600


class ExclusiveFile:
    """A new file that is removed again if it is not completed: to be used in a `with` statement."""

    def __init__(self, directory: str | os.PathLike[str], safe_name: str) -> None:
        self._directory = Path(directory)
        self._directory_descriptor = self._open_directory() if _RELATIVE else None
        try:
            self._descriptor, self._name = self._create(safe_filename(safe_name))
        except BaseException:
            self._close_directory()
            raise
        self.path = self._directory / self._name
        """Where the file is; its name has a number if the one that was asked for was taken."""

    def write(self, data: bytes) -> None:
        """Add bytes. Raises `OSError` when the disk fails."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        complete = False
        try:
            os.close(self._descriptor)  # a full or distant disk may say only now that it failed
            complete = kind is None
        finally:
            try:
                if not complete:
                    # Whatever goes wrong here must not hide the error that led here.
                    with suppress(OSError):
                        self._remove()
            finally:
                self._close_directory()

    def _open_directory(self) -> int:
        try:
            return os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise _unusable(self._directory, error) from error

    def _create(self, name: str) -> tuple[int, str]:
        candidate = name
        for number in range(2, _MAXIMUM_NUMBER + 2):
            try:
                if self._directory_descriptor is None:
                    return os.open(self._directory / candidate, _NEW_FILE, _MODE), candidate
                return os.open(candidate, _NEW_FILE, _MODE, dir_fd=self._directory_descriptor), candidate
            except FileExistsError:
                candidate = numbered(name, number)
            except OSError as error:
                raise _unusable(self._directory, error) from error
        raise UsageError(
            f"{self._directory} holds {_MAXIMUM_NUMBER:,} files called {name!r} already: choose another directory"
        )

    def _remove(self) -> None:
        if self._directory_descriptor is None:
            self.path.unlink()
        else:
            os.unlink(self._name, dir_fd=self._directory_descriptor)

    def _close_directory(self) -> None:
        if self._directory_descriptor is not None:
            os.close(self._directory_descriptor)


def _unusable(directory: Path, error: OSError) -> UsageError:
    return UsageError(
        f"cannot write to {directory}: {error.strerror or error}; pass an existing directory that you may write to"
    )


def open_exclusively(directory: str | os.PathLike[str], safe_name: str) -> ExclusiveFile:
    """Create a new file of mode 0600 in `directory`, and return it opened for writing.

    Raises `UsageError` for a directory that is missing or cannot be written to.
    """
    return ExclusiveFile(directory, safe_name)


def save_exclusively(directory: str | os.PathLike[str], safe_name: str, chunks: Iterable[bytes]) -> Path:
    """Write `chunks` to a new file of mode 0600 in `directory`, and return its path; nothing stays behind if that fails.

    Raises `UsageError` for a directory that is missing or cannot be written to, and `OSError` when the disk fails.
    """
    with open_exclusively(directory, safe_name) as file:
        for chunk in chunks:
            file.write(chunk)
    return file.path
