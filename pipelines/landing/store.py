"""The content-addressed store: raw bytes, immutable, named by their sha256.

A whole blob is never written again; a blob whose bytes no longer match its name is named as damaged,
never read as if it were whole, and made good when the same bytes come again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pipelines.landing.files import sha256_of, whole


class BlobDamaged(RuntimeError):
    """The bytes on disk are not the bytes that were received."""


class BlobMissing(RuntimeError):
    """The manifest knows these bytes and the disk does not."""


@dataclass(frozen=True)
class Store:
    """Blobs under one folder, `ab/cd/<sha256>`, writable by no one and readable by everyone, but
    for those that hold what people said.
    """

    folder: Path

    def put(self, data: bytes, *, personal: bool = False) -> str:
        """Keep these bytes; returns their sha256. Doing it twice changes nothing.

        Args:
            data: The bytes as they came.
            personal: Whether only the account that runs this may read them.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256)
        if personal:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.parent.chmod(0o700)  # before the file is there, which is readable while written
        if sha256_of(path) != sha256:
            with whole(path) as temporary:
                temporary.write_bytes(data)
            path.chmod(0o444)
        if personal:
            path.chmod(0o400)
        return sha256

    def erase(self, sha256: str) -> None:
        """Take the bytes away for good; that they came stays in the manifest."""
        self.path(sha256).unlink(missing_ok=True)

    def get(self, sha256: str) -> bytes:
        """The bytes with this name, checked against it.

        Raises:
            BlobMissing: where there is no such file.
            BlobDamaged: where its content has another hash.
        """
        return self.whole(sha256).read_bytes()

    def whole(self, sha256: str) -> Path:
        """Where the bytes with this name lie, checked against it without holding them.

        Raises:
            BlobMissing: where there is no such file.
            BlobDamaged: where its content has another hash.
        """
        path = self.path(sha256)
        found = sha256_of(path)
        if found is None:
            raise BlobMissing(
                f"Blob {sha256} is gone from {path}. Nothing was read. "
                "Restore it from a backup of landing/."
            )
        if found != sha256:
            raise BlobDamaged(
                f"Blob {sha256} no longer matches its name at {path}. Nothing was read from it. "
                "Restore it from a backup of landing/."
            )
        return path

    def head(self, sha256: str, size: int) -> bytes:
        """The first bytes with this name, not checked against it: enough to see what they are.

        Raises:
            BlobMissing: where there is no such file.
        """
        try:
            with self.path(sha256).open("rb") as file:
                return file.read(size)
        except FileNotFoundError as error:
            raise BlobMissing(f"Blob {sha256} is gone from {self.path(sha256)}.") from error

    def path(self, sha256: str) -> Path:
        """Where the bytes with this name lie."""
        return self.folder / sha256[:2] / sha256[2:4] / sha256
