"""Files of a place, whatever protocol serves it: listed, opened, and one connection for it all.

Belongs here: the two verbs of every file-like transport, limits, checksums, files that change while
they are read, one new connection where an old one broke. Does not belong here: which files count
(`listing`) and the protocols (`folder`, `sftp`, `ftps`, `webdav`, `s3`).
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from pipelines.connectors.transports.filesystems import ConnectionGone, Filesystem
from pipelines.connectors.transports.listing import Listed, Terms, is_below, listing
from pipelines.connectors.transports.matching import split
from pipelines.connectors.transports.redaction import redacted
from pipelines.connectors.transports.remote import (
    Fetched,
    NotModified,
    Place,
    RemoteObject,
    SourceFailed,
    Validators,
)

MAX_BYTES = 200 * 1024 * 1024
MAX_FILES = 50_000
MAX_CHECKSUM_BYTES = 64 * 1024
_HASHES = {".md5": (hashlib.md5, 32), ".sha256": (hashlib.sha256, 64)}

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class FileSource:
    """The files that a source declares, and how large one may be."""

    terms: Terms
    max_bytes: int = MAX_BYTES

    @classmethod
    def of(cls, place: Place, path: str, shown: str) -> FileSource:
        """What a place declares about the files at a path; `shown` goes before it in messages."""
        folder, pattern = split(path)
        source = place.source
        return cls(
            Terms(
                shown=f"{shown}{folder}",
                folder=folder,
                pattern=pattern,
                max_files=source.limits.max_files or MAX_FILES,
                settle=source.settle_seconds or 0,
                sentinel=source.sentinel,
                companion=source.companion,
            ),
            source.limits.max_bytes or MAX_BYTES,
        )


class FileTransport:
    """Files behind a connection, which is made when it is first needed and again once when it
    breaks.

    Args:
        connect: Makes the connection.
        secrets: What must not stand in any message.
    """

    def __init__(self, connect: Callable[[], Filesystem], secrets: Iterable[str] = ()) -> None:
        self._connect = connect
        self._secrets = tuple(secrets)
        self._filesystem: Filesystem | None = None
        self._by_name: dict[str, Listed] = {}
        self._closed: dict[str, str] = {}

    def list(self, spec: FileSource) -> list[RemoteObject]:
        """The files that count, in a fixed order. A folder below that may not be looked into is
        listed too, so that it is known to be missed.

        Raises:
            SourceFailed: as `listing`, and where the place cannot be reached.
        """
        found = self._asked(lambda filesystem: listing(filesystem, spec.terms), spec.terms.shown)
        self._by_name = {_printable(file.path): file for file in found.files}
        self._closed = {_printable(path): why for path, why in found.closed.items()}
        files = [
            RemoteObject(name, file.entry.size, file.entry.mtime, file.entry.mark)
            for name, file in self._by_name.items()
        ]
        return [*files, *(RemoteObject(name) for name in self._closed)]

    def open(
        self, spec: FileSource, item: RemoteObject, validators: Validators | None = None
    ) -> Fetched | NotModified:
        """All bytes of one file.

        Raises:
            SourceFailed: SOURCE_MISSING, SOURCE_UNREACHABLE, TOO_LARGE, DEADLINE, or BODY_CUT where
                it changes while it is read or is not what its checksum says.
        """
        if why := self._closed.get(item.name):
            raise SourceFailed("SOURCE_UNREACHABLE", f"{item.name} in {spec.terms.shown} {why}.")
        if validators is not None and item.etag and validators.etag == item.etag:
            return NotModified()
        return self._asked(lambda filesystem: self._read(filesystem, spec, item), item.name)

    def close(self) -> None:
        """Give the connection back."""
        filesystem, self._filesystem = self._filesystem, None
        if filesystem is not None:
            filesystem.close()

    def _asked(self, question: Callable[[Filesystem], Answer], what: str) -> Answer:
        """The answer to a question, asked again on a new connection where the old one was gone."""
        for again in (True, False):
            try:
                return question(self._connected())
            except ConnectionGone as gone:
                self.close()
                if not again:
                    raise self._failed("SOURCE_UNREACHABLE", f"{what}: {gone}") from None
            except FileNotFoundError:
                raise self._failed("SOURCE_MISSING", f"{what} is not there.") from None
            except PermissionError:
                raise self._failed("SOURCE_UNREACHABLE", f"{what} may not be read.") from None
            except TimeoutError:
                self.close()
                raise self._failed("SOURCE_UNREACHABLE", f"{what} did not come in time.") from None
            except SourceFailed as failure:
                self.close()  # half an answer may still be under way
                message = redacted(failure.message, self._secrets)
                raise SourceFailed(
                    failure.code, message, failure.status, whole=failure.whole
                ) from None
        raise AssertionError(what)  # pragma: no cover - the second round returns or raises

    def _connected(self) -> Filesystem:
        """The connection; where there is none, no further file is asked for."""
        if self._filesystem is None:
            try:
                self._filesystem = self._connect()
            except SourceFailed as refused:
                refused.whole = True
                raise
            except (ConnectionGone, OSError) as error:
                what = "did not answer in time" if isinstance(error, TimeoutError) else "no answer"
                raise SourceFailed(
                    "SOURCE_UNREACHABLE", f"The server cannot be reached ({what}).", whole=True
                ) from None
        return self._filesystem

    def _failed(self, code: str, message: str) -> SourceFailed:
        return SourceFailed(code, redacted(message, self._secrets))

    def _read(self, filesystem: Filesystem, spec: FileSource, item: RemoteObject) -> Fetched:
        listed = self._listed(filesystem, spec, item)
        path = posixpath.join(spec.terms.folder, listed.path)
        if (listed.entry.size or 0) > spec.max_bytes:
            raise _too_large(item.name, listed.entry.size or 0, spec.max_bytes)
        body = _received(filesystem, path, item.name, spec.max_bytes, listed.entry.size)
        after = filesystem.entry(path)
        size = len(body) if after.size is None else after.size
        if after.mark != listed.entry.mark or size != len(body):
            raise _changed(item.name)
        if listed.companion:
            _verify(filesystem, spec, item.name, listed.companion, body)
        return Fetched(body, etag=listed.entry.mark)

    def _listed(self, filesystem: Filesystem, spec: FileSource, item: RemoteObject) -> Listed:
        """The file as it was listed, or as it is where it was not; never outside the folder."""
        if listed := self._by_name.get(item.name):
            return listed
        path = posixpath.join(spec.terms.folder, item.name)
        root = filesystem.real(spec.terms.folder)
        if ".." in item.name.split("/") or not is_below(filesystem.real(path), root):
            raise SourceFailed("SOURCE_MISSING", f"{item.name} leads out of {spec.terms.shown}.")
        return Listed(item.name, filesystem.entry(path))


def _received(
    filesystem: Filesystem, path: str, name: str, max_bytes: int, listed: int | None = None
) -> bytes:
    """What a file holds, given up as soon as it is more than was listed or is allowed: one that is
    written as fast as it is read has no end.
    """
    body = bytearray()

    def take(part: bytes) -> None:
        body.extend(part)
        if listed is not None and len(body) > listed:
            raise _changed(name)
        if len(body) > max_bytes:
            raise _too_large(name, len(body), max_bytes)

    filesystem.read(path, take)
    return bytes(body)


def _verify(
    filesystem: Filesystem, spec: FileSource, name: str, companion: str, body: bytes
) -> None:
    """Hold a file against the checksum that lies beside it.

    Raises:
        SourceFailed: BODY_CUT where they differ, or where the companion holds none.
    """
    ending = posixpath.splitext(companion)[1].lower()
    if ending not in _HASHES:
        return
    algorithm, digits = _HASHES[ending]
    path = posixpath.join(spec.terms.folder, companion)
    said = _received(filesystem, path, companion, MAX_CHECKSUM_BYTES).decode("ascii", "replace")
    found = re.search(rf"(?<![0-9a-fA-F])[0-9a-fA-F]{{{digits}}}(?![0-9a-fA-F])", said)
    if found is None:
        raise SourceFailed("BODY_CUT", f"{_printable(companion)} holds no checksum of {name}.")
    if found[0].lower() != algorithm(body, usedforsecurity=False).hexdigest():
        raise SourceFailed(
            "BODY_CUT", f"{name} is not what {_printable(companion)} says: it is cut or damaged."
        )


def _changed(name: str) -> SourceFailed:
    return SourceFailed("BODY_CUT", f"{name} changed while it was read; it is taken the next time.")


def _too_large(name: str, size: int, allowed: int) -> SourceFailed:
    return SourceFailed("TOO_LARGE", f"{name} has {size:,} bytes; {allowed:,} are allowed.")


def _printable(name: str) -> str:
    """A name that can be written down; one that is not UTF-8 is read as Windows writes it."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    return name
