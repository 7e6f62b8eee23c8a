"""Which files of a place are deliveries: by pattern, finished, and below the declared folder.

Belongs here: walking folders and telling a delivery from what only lies beside it. Does not belong
here: reading files (`files`), or how a protocol lists (`folder`, `sftp`, `ftps`, `webdav`, `s3`).
"""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pipelines.connectors.transports.filesystems import Entry, Filesystem
from pipelines.connectors.transports.matching import START, Pattern, Position
from pipelines.connectors.transports.remote import SourceFailed

UNFINISHED = (
    "*.tmp",
    "*.part",
    "*.filepart",
    "*.crdownload",
    "~$*",
    ".~lock*",
    "thumbs.db",
    ".ds_store",
    "desktop.ini",
)
NO_DELIVERIES = frozenset({"lost+found", "$recycle.bin", "system volume information"})
"""Folders that systems keep for themselves on what they mount."""
COMPANIONS = (".ok", ".md5", ".sha256")
"""What senders lay beside a file that is whole; the last two say how it hashes."""
MAX_DEPTH = 32
MAX_ENTRIES = 1_000_000


@dataclass(frozen=True)
class Terms:
    """What a source declares about its files.

    Attributes:
        shown: The place as messages name it.
        folder: Where to begin; nothing outside it is ever read.
        pattern: Which files below it count.
        max_files: More than these are refused; a part of them would look like all.
        settle: Seconds since the last change before a file is taken.
        sentinel: A file that is there when a share is mounted.
        companion: An ending; a file without a companion of that ending is not delivered yet.
    """

    shown: str
    folder: str
    pattern: Pattern
    max_files: int
    settle: float = 0
    sentinel: str | None = None
    companion: str | None = None


@dataclass(frozen=True)
class Listed:
    """A file that counts, by its path below the folder, and its companion where it has one."""

    path: str
    entry: Entry
    companion: str | None = None


@dataclass
class Listing:
    """What a place holds, and which folders of it may not be looked into, with the reason."""

    files: list[Listed] = field(default_factory=list)
    closed: dict[str, str] = field(default_factory=dict)


def listing(filesystem: Filesystem, terms: Terms) -> Listing:
    """The files that count, by folder and name; a name comes before the longer ones that begin with
    it.

    Raises:
        SourceFailed: NOT_MOUNTED, SOURCE_MISSING, SOURCE_UNREACHABLE, TOO_LARGE.
    """
    _see_sentinel(filesystem, terms)
    found = Listing()
    now = datetime.now(UTC)
    for folder, entries, files in _Walk(filesystem, terms, found.closed).folders():
        for entry in files:
            path = posixpath.join(folder, entry.name)
            if path == terms.sentinel or _unfinished(entry.name) or _accompanies(entry, entries):
                continue
            companion = _companion(entry, entries)
            if _ready(entry, companion, terms, now):
                found.files.append(
                    Listed(path, entry, companion and posixpath.join(folder, companion))
                )
    if len(found.files) > terms.max_files:
        raise SourceFailed(
            "TOO_LARGE",
            f"{terms.shown} holds {len(found.files):,} files that match; {terms.max_files:,} are "
            "allowed. Narrow the pattern, or declare 'limits: {max_files: …}'.",
        )
    found.files.sort(key=_order)
    return found


def _order(listed: Listed) -> tuple[list[str], str, str]:
    folder, name = posixpath.split(listed.path)
    return folder.split("/"), posixpath.splitext(name)[0], name


def _see_sentinel(filesystem: Filesystem, terms: Terms) -> None:
    if terms.sentinel is None:
        return
    try:
        filesystem.entry(posixpath.join(terms.folder, terms.sentinel))
    except FileNotFoundError as error:
        raise SourceFailed(
            "NOT_MOUNTED",
            f"{terms.sentinel} is not in {terms.shown}: the share is not mounted, or another one "
            "is. Nothing was taken as delivered.",
        ) from error


def _unfinished(name: str) -> bool:
    return any(fnmatch.fnmatchcase(name.casefold(), pattern) for pattern in UNFINISHED)


def _accompanies(entry: Entry, beside: dict[str, Entry]) -> bool:
    """Whether a file only says of another that it is whole."""
    stem, ending = posixpath.splitext(entry.name)
    if ending.lower() not in COMPANIONS:
        return False
    return stem in beside or any(
        posixpath.splitext(name)[0] == stem for name in beside if name != entry.name
    )


def _companion(entry: Entry, beside: dict[str, Entry]) -> str | None:
    """The companion of a file: x.csv.ok or x.ok for x.csv; one that says the hash comes first."""
    stem = posixpath.splitext(entry.name)[0]
    for ending in reversed(COMPANIONS):
        for name in (f"{entry.name}{ending}", f"{stem}{ending}"):
            if name in beside:
                return name
    return None


def _ready(entry: Entry, companion: str | None, terms: Terms, now: datetime) -> bool:
    if companion is not None:
        return terms.companion is None or companion.endswith(terms.companion)
    if terms.companion is not None:
        return False
    if not terms.settle:
        return True
    if entry.mtime is None:
        raise SourceFailed(
            "SOURCE_UNREACHABLE",
            f"{terms.shown} does not tell when {entry.name} was changed, so it cannot be seen to "
            "have settled. Declare 'companion: .ok' or leave 'settle_seconds' out.",
        )
    return now - entry.mtime >= timedelta(seconds=terms.settle)


class _Walk:
    """One walk over the folders in which a match may lie, each of them once."""

    def __init__(self, filesystem: Filesystem, terms: Terms, closed: dict[str, str]) -> None:
        self.filesystem = filesystem
        self.terms = terms
        self.closed = closed
        self.root = self._root()
        self.seen: set[str] = set()
        self.entries = 0

    def folders(self) -> Iterator[tuple[str, dict[str, Entry], list[Entry]]]:
        """Each folder: its path below the declared one, its files by name, and those that match."""
        waiting: list[tuple[str, Position, str]] = [("", START, self.root)]
        while waiting:
            folder, at, real = waiting.pop()
            if real in self.seen:
                continue
            self.seen.add(real)
            files: dict[str, Entry] = {}
            for entry in sorted(self._entries(folder), key=lambda entry: entry.name, reverse=True):
                known = self._followed(folder, real, entry)
                if known is None:
                    continue
                target, leads_to = known
                if target.kind == "file":
                    files[entry.name] = target
                elif inside := self.terms.pattern.into(at, entry.name):
                    self._deep(folder)
                    if entry.name.casefold() not in NO_DELIVERIES:
                        waiting.append((posixpath.join(folder, entry.name), inside, leads_to))
            matching = [e for e in files.values() if self.terms.pattern.takes(at, e.name)]
            yield folder, files, matching

    def _entries(self, folder: str) -> list[Entry]:
        try:
            found = list(self.filesystem.entries(self._path(folder)))
        except (FileNotFoundError, NotADirectoryError) as error:
            if not folder:
                raise self._no_folder() from error
            self.closed[f"{folder}/"] = "was listed and is not there"
            return []
        except PermissionError:
            if not folder:
                raise
            self.closed[f"{folder}/"] = "may not be listed"
            return []
        self.entries += len(found)
        if self.entries > MAX_ENTRIES:
            raise SourceFailed(
                "TOO_LARGE",
                f"{self.terms.shown} holds more than {MAX_ENTRIES:,} names. Narrow the pattern.",
            )
        return found

    def _followed(self, folder: str, real: str, entry: Entry) -> tuple[Entry, str] | None:
        """What stands behind an entry and where it really lies; a link out of the folder, or to
        nothing, is no delivery.
        """
        if entry.name in {"", ".", ".."} or "/" in entry.name or "\0" in entry.name:
            return None
        if entry.kind != "link":
            return entry, entry.identity or posixpath.join(real, entry.name)
        path = self._path(posixpath.join(folder, entry.name))
        try:
            leads_to = self.filesystem.real(path)
            if not is_below(leads_to, self.root):
                return None
            behind = self.filesystem.entry(path)
        except (FileNotFoundError, PermissionError):
            return None
        if behind.kind == "link":
            return None
        return Entry(entry.name, behind.kind, behind.size, behind.mtime, behind.tag), leads_to

    def _deep(self, folder: str) -> None:
        if folder.count("/") >= MAX_DEPTH:
            raise SourceFailed(
                "TOO_LARGE",
                f"{self.terms.shown}: folders lie more than {MAX_DEPTH} deep, as where a link leads "
                "back up. Narrow the pattern.",
            )

    def _root(self) -> str:
        try:
            return self.filesystem.real(self.terms.folder)
        except FileNotFoundError as error:
            raise self._no_folder() from error

    def _no_folder(self) -> SourceFailed:
        return SourceFailed(
            "NOT_MOUNTED" if self.terms.sentinel else "SOURCE_MISSING",
            f"The folder {self.terms.shown} is not there. Mount or create it; nothing was taken as "
            "delivered.",
        )

    def _path(self, below: str) -> str:
        return posixpath.join(self.terms.folder, below)


def is_below(path: str, root: str) -> bool:
    """Whether a path without links lies in a folder or is it."""
    return path == root or path.startswith(root.rstrip("/") + "/")
