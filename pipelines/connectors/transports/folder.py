"""A folder in which files are dropped, local or mounted.

Belongs here: the machine's own files. Does not belong here: which of them are deliveries
(`listing`), or what is in them.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pipelines.connectors.transports.filesystems import Entry, Patience
from pipelines.connectors.transports.remote import SourceFailed

_CHUNK = 1024 * 1024


class LocalFiles:
    """The files of this machine and of what it has mounted."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience

    def entries(self, folder: str) -> list[Entry]:
        """What lies in a folder; sockets and devices are not listed."""
        try:
            with os.scandir(folder) as found:
                return [entry for item in found if (entry := _listed(item)) is not None]
        except OSError as error:
            raise _told(error, folder) from error

    def entry(self, path: str) -> Entry:
        """One file or folder; of a link what it leads to."""
        try:
            return _described(Path(path).name, Path(path).stat())
        except OSError as error:
            raise _told(error, path) from error

    def real(self, path: str) -> str:
        """The path without links."""
        return os.path.realpath(path)

    def read(self, path: str, take: Callable[[bytes], None]) -> None:
        """All bytes of a file, part by part."""
        try:
            with Path(path).open("rb") as file:
                while part := file.read(_CHUNK):
                    take(part)
                    self._patience.left()
        except OSError as error:
            raise _told(error, path) from error

    def close(self) -> None:
        """Nothing is kept open."""


def _listed(item: os.DirEntry[str]) -> Entry | None:
    if item.is_symlink():
        return Entry(item.name, "link")
    try:
        state = item.stat()
    except FileNotFoundError:  # it went away while the folder was listed
        return None
    if not (stat.S_ISREG(state.st_mode) or stat.S_ISDIR(state.st_mode)):
        return None
    return _described(item.name, state)


def _described(name: str, state: os.stat_result) -> Entry:
    return Entry(
        name,
        "folder" if stat.S_ISDIR(state.st_mode) else "file",
        state.st_size,
        datetime.fromtimestamp(state.st_mtime, UTC),
        f"{state.st_size}-{state.st_mtime_ns}",
    )


def _told(error: OSError, path: str) -> Exception:
    """What the listing understands as it is, or a failure that names the path and the reason."""
    if isinstance(error, FileNotFoundError | NotADirectoryError | PermissionError):
        return error
    if error.errno == errno.ELOOP:  # a link that leads to itself leads to nothing
        return FileNotFoundError(path)
    return SourceFailed("SOURCE_UNREACHABLE", f"{path} cannot be read: {error.strerror}.")
