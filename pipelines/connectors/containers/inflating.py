"""Compressed bytes made large again, counted as they come.

Belongs here: the limits that hold for every zip, gzip and bzip2, archives and workbooks alike. Does not
belong here: what members are (`archives`, `parsers.workbooks`).
"""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.connectors.refusal import DeliveryRefused

CHUNK = 1024 * 1024
BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError,
    OverflowError, struct.error,
)  # fmt: skip
"""What Python's zipfile raises over damaged bytes, by experiment (November 2026)."""


class Exhausted(DeliveryRefused):
    """A container that would cost more than any honest one: nothing of it is opened further."""


@dataclass(frozen=True)
class Limits:
    """What opening a container may cost. Headers lie, so members and bytes are counted as they come.

    Attributes:
        members: Entries, those of containers inside included.
        total: Bytes of all members together.
        ratio: How many times its compressed size a member may have.
        exempt: Up to this size a member may compress as well as it likes: 10 MB of blanks harm
            nobody.
    """

    members: int = 200
    total: int = 1024**3
    ratio: int = 100
    exempt: int = 10 * 1024 * 1024


class Budget:
    """What is left of the limits, for one container and all that lies inside it."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._members = 0
        self._total = 0

    def enter(self, members: int) -> None:
        """Count the entries of a container before any is opened.

        Raises:
            Exhausted: TOO_LARGE.
        """
        self._members += members
        if self._members > self.limits.members:
            said = f"{self._members:,}"
            raise Exhausted(
                "TOO_LARGE",
                f"The archive is not opened: {said} members; {self.limits.members} are allowed.",
                f"L'archivio non si apre: {said} elementi; ne sono ammessi {self.limits.members}.",
            )

    def spend(self, name: str, more: int, so_far: int, compressed: int) -> None:
        """Count bytes that came out of a member.

        Args:
            name: The member, for the message.
            more: Bytes that just came out.
            so_far: Bytes of this member, these included.
            compressed: Bytes it takes in the container.

        Raises:
            Exhausted: TOO_LARGE, where all members together are too large.
            DeliveryRefused: TOO_LARGE, where this one is too dense to be honest.
        """
        self._total += more
        limits = self.limits
        if self._total > limits.total:
            raise Exhausted(
                "TOO_LARGE",
                f"The archive is not opened: it inflates to more than {limits.total:,} bytes.",
                f"L'archivio non si apre: supera {limits.total:,} byte una volta aperto.",
            )
        if so_far > limits.exempt and so_far > limits.ratio * max(compressed, 1):
            raise DeliveryRefused(
                "TOO_LARGE",
                f"{name} is not opened: it inflates to more than {limits.ratio} times its size.",
                f"{name} non si apre: supera {limits.ratio} volte la sua dimensione.",
            )


def opened(blob: bytes, budget: Budget) -> zipfile.ZipFile:
    """A zip whose entries are counted and not yet inflated.

    Raises:
        DeliveryRefused: TRUNCATED, ARCHIVE_DAMAGED, TOO_LARGE.
    """
    try:
        container = zipfile.ZipFile(io.BytesIO(blob))
    except BROKEN as error:
        raise damaged("The archive", "L'archivio", error) from error
    budget.enter(len(container.infolist()))
    return container


def inflated(container: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget) -> Iterator[bytes]:
    """The bytes of one entry, piece by piece, counted.

    Raises:
        DeliveryRefused: ENCRYPTED, TRUNCATED, ARCHIVE_DAMAGED, TOO_LARGE.
    """
    name = entry.filename
    if entry.flag_bits & 1:
        raise DeliveryRefused(
            "ENCRYPTED",
            f"{name} is protected by a password. Ask for it without one.",
            f"{name} è protetto da password. Chiederlo senza.",
        )
    size = 0
    try:
        with container.open(entry) as stream:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                budget.spend(name, len(chunk), size, entry.compress_size)
                yield chunk
    except BROKEN as error:
        raise damaged(name, name, error) from error


def gunzipped(blob: bytes, name: str, budget: Budget) -> Iterator[bytes]:
    """What gzip packed, piece by piece, counted; several gzips in a row are one, as for `gunzip`.

    Raises:
        DeliveryRefused: TRUNCATED, ARCHIVE_DAMAGED, TOO_LARGE.
    """
    left, size = blob, 0
    while left:
        stream = zlib.decompressobj(wbits=31)
        while not stream.eof:
            try:
                chunk = stream.decompress(left, CHUNK)
            except zlib.error as error:
                raise damaged(name, name, error) from error
            if not chunk and not stream.eof:
                raise damaged(name, name, EOFError("it ends early"))
            size += len(chunk)
            budget.spend(name, len(chunk), size, len(blob))
            if chunk:
                yield chunk
            left = stream.unconsumed_tail
        left = stream.unused_data.lstrip(b"\0")  # tapes and some servers pad with zeros


def is_bzip2(blob: bytes) -> bool:
    """Whether these bytes were packed by bzip2; 'BZh' alone also begins words."""
    return blob[:3] == b"BZh" and blob[4:10] in (b"1AY&SY", b"\x17rE8P\x90")


def bunzipped(blob: bytes, name: str, budget: Budget) -> Iterator[bytes]:
    """What bzip2 packed, piece by piece, counted; several in a row are one, as for `bunzip2`.

    Raises:
        DeliveryRefused: TRUNCATED, ARCHIVE_DAMAGED, TOO_LARGE.
    """
    left, size = blob, 0
    while left:
        stream = bz2.BZ2Decompressor()
        while not stream.eof:
            try:
                chunk = stream.decompress(left, CHUNK)
            except OSError as error:
                raise damaged(name, name, error) from error
            left = b""
            if not chunk and not stream.eof:
                raise damaged(name, name, EOFError("it ends early"))
            size += len(chunk)
            budget.spend(name, len(chunk), size, len(blob))
            if chunk:
                yield chunk
        left = stream.unused_data.lstrip(b"\0")


def damaged(what_en: str, what_it: str, error: Exception) -> DeliveryRefused:
    """A refusal for bytes that are cut (TRUNCATED) or otherwise not as packed (ARCHIVE_DAMAGED)."""
    cut = isinstance(error, EOFError) or "not a zip file" in str(error)
    return DeliveryRefused(
        "TRUNCATED" if cut else "ARCHIVE_DAMAGED",
        f"{what_en} cannot be unpacked: {error}.",
        f"{what_it} non si apre: {error}.",
    )
