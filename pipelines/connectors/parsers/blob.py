"""The bytes of a delivery, in memory or on disk: readers that can take them piece by piece do.

Belongs here: opening, size, first bytes. Does not belong here: what the bytes mean.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

PIECE = 1024 * 1024


@dataclass(frozen=True)
class Blob:
    """The bytes exactly as they were sent, held in memory or lying in a file."""

    held: bytes | None = None
    path: Path | None = None

    @classmethod
    def of(cls, source: bytes | Path) -> Blob:
        """Bytes, or the file that holds them."""
        return cls(path=source) if isinstance(source, Path) else cls(held=source)

    @property
    def size(self) -> int:
        """How many bytes there are."""
        if self.held is not None:
            return len(self.held)
        assert self.path is not None  # noqa: S101 - made by `of`
        return self.path.stat().st_size

    def open(self) -> BinaryIO:
        """The bytes as a stream of their own, from the first."""
        if self.held is not None:
            return io.BytesIO(self.held)
        assert self.path is not None  # noqa: S101 - made by `of`
        return self.path.open("rb")

    def start(self, count: int) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return stream.read(count)

    def pieces(self) -> Iterator[bytes]:
        """The bytes in pieces of a mebibyte."""
        with self.open() as stream:
            while piece := stream.read(PIECE):
                yield piece

    def whole(self) -> bytes:
        """All bytes at once, for readers that need them so."""
        if self.held is not None:
            return self.held
        with self.open() as stream:
            return stream.read()
