"""What a place with files offers, whatever protocol it speaks.

Belongs here: the few questions that a folder, an SFTP server or a bucket all answer, and how they
fail. Does not belong here: which files count (`listing`), or any one protocol.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from pipelines.connectors.transports.remote import SourceFailed

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
TOTAL_SECONDS = 900.0

Kind = Literal["file", "folder", "link"]


@dataclass(frozen=True)
class Entry:
    """One line of a listing.

    Attributes:
        name: The last part of the path.
        kind: A link is followed only where it stays below the declared folder.
        size: In bytes, where the server tells it.
        mtime: UTC, as exactly as the server tells it.
        tag: The server's own mark of this version.
        identity: What the server says a thing is by itself, whatever path leads to it.
    """

    name: str
    kind: Kind
    size: int | None = None
    mtime: datetime | None = None
    tag: str | None = None
    identity: str | None = None

    @property
    def mark(self) -> str:
        """What changes when the content does."""
        if self.tag:
            return self.tag
        return f"{self.size}-{self.mtime.isoformat() if self.mtime else ''}"


class ConnectionGone(Exception):
    """The connection broke or was closed for idling; on a new one the same question may succeed."""


class Patience:
    """How long one collection of a source may still take."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._deadline = time.monotonic() + seconds

    def left(self, at_most: float = READ_SECONDS) -> float:
        """Seconds for the next step.

        Raises:
            SourceFailed: DEADLINE where none are left.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise SourceFailed(
                "DEADLINE",
                f"The source was not read within {self.seconds:g} s. What is missing is taken the "
                "next time; 'limits: {seconds: …}' allows more.",
                whole=True,
            )
        return min(left, at_most)


class Filesystem(Protocol):
    """A place with files, connected. Paths are absolute, with slashes, and not quoted.

    Every question may also raise FileNotFoundError, PermissionError, TimeoutError, ConnectionGone,
    or SourceFailed where asking again would not help.
    """

    def entries(self, folder: str) -> Sequence[Entry]:
        """What lies in a folder."""
        ...

    def entry(self, path: str) -> Entry:
        """One file or folder; of a link what it leads to."""
        ...

    def real(self, path: str) -> str:
        """The path without links; where the server knows no links, the path itself."""
        ...

    def read(self, path: str, take: Callable[[bytes], None]) -> None:
        """All bytes of a file, part by part; `take` may raise to stop."""
        ...

    def close(self) -> None:
        """Give back the connection and everything that served it."""
        ...
