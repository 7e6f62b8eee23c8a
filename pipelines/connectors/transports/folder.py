"""A folder in which files are dropped, local or mounted.

Belongs here: which files of a folder are deliveries. Does not belong here: what is in them.
"""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipelines.connectors.transports.remote import (
    Fetched,
    NotModified,
    Place,
    RemoteObject,
    SourceFailed,
    Validators,
)

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
MAX_BYTES = 200 * 1024 * 1024
_WILDCARD = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class FolderSource:
    """A folder and the files of it that count; `glob` may reach into folders below, like **/*.csv.

    Wildcards in `path` itself belong to the pattern: the folder is what stands before the first
    one.
    """

    path: Path
    glob: str
    max_bytes: int = MAX_BYTES

    def __post_init__(self) -> None:
        parts = self.path.parts
        first = next((at for at, part in enumerate(parts) if _WILDCARD.search(part)), None)
        if first is not None:
            object.__setattr__(self, "glob", "/".join([*parts[first:], self.glob]))
            object.__setattr__(self, "path", Path(*parts[:first]))

    @classmethod
    def of(cls, place: Place) -> FolderSource:
        """The folder before the first wildcard of a place, and the pattern below it."""
        parts = Path(place.location).parts
        wild = next((n for n, part in enumerate(parts) if _WILDCARD.search(part)), len(parts) - 1)
        return cls(
            Path(*parts[:wild]),
            "/".join(parts[wild:]),
            place.source.limits.max_bytes or MAX_BYTES,
        )


class FolderTransport:
    """Files of a folder. A folder that is not there is a failure: an unmounted share is no empty
    inbox.
    """

    def list(self, spec: FolderSource) -> list[RemoteObject]:
        """The files of the folder by name, without what is still being written.

        A name comes before the longer ones that begin with it: x.csv, then x_corrected.csv.

        Raises:
            SourceFailed: SOURCE_MISSING, SOURCE_UNREACHABLE.
        """
        if not spec.path.is_dir():
            raise SourceFailed(
                "SOURCE_MISSING",
                f"The folder {spec.path} is not there. Mount or create it; nothing was taken as "
                "delivered.",
            )
        try:
            next(spec.path.iterdir(), None)  # glob takes a folder it may not read for an empty one
            found = sorted(
                (path for path in spec.path.glob(spec.glob) if _counts(path, spec.path)),
                key=lambda path: (path.parent, path.stem, path.name),
            )
            return [_described(path, spec.path) for path in found]
        except OSError as error:
            raise SourceFailed(
                "SOURCE_UNREACHABLE", f"The folder {spec.path} cannot be listed: {error.strerror}."
            ) from error

    def open(
        self, spec: FolderSource, item: RemoteObject, validators: Validators | None = None
    ) -> Fetched | NotModified:
        """All bytes of one file.

        Raises:
            SourceFailed: SOURCE_MISSING, SOURCE_UNREACHABLE, TOO_LARGE, or BODY_CUT where it still
                grows.
        """
        path = spec.path / item.name
        root = spec.path.resolve()
        if not path.resolve().is_relative_to(root):
            raise SourceFailed(
                "SOURCE_MISSING", f"{item.name} leads out of the folder {spec.path}."
            )
        try:
            before = path.stat()
            mark = f"{before.st_size}-{before.st_mtime_ns}"
            if validators is not None and validators.etag == mark:
                return NotModified()
            if before.st_size > spec.max_bytes:
                raise SourceFailed(
                    "TOO_LARGE",
                    f"{item.name} has {before.st_size:,} bytes; {spec.max_bytes:,} are allowed.",
                )
            body = path.read_bytes()
            after = path.stat()
        except FileNotFoundError as error:
            raise SourceFailed(
                "SOURCE_MISSING", f"{item.name} is no longer in {spec.path}."
            ) from error
        except OSError as error:
            raise SourceFailed(
                "SOURCE_UNREACHABLE", f"{item.name} cannot be read: {error.strerror}."
            ) from error
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or len(
            body
        ) != after.st_size:
            raise SourceFailed(
                "BODY_CUT", f"{item.name} grew while it was read; it is taken the next time."
            )
        return Fetched(body, etag=mark)


def _counts(path: Path, root: Path) -> bool:
    name = path.name.casefold()
    if any(fnmatch.fnmatchcase(name, pattern) for pattern in UNFINISHED) or not path.is_file():
        return False
    return path.resolve().is_relative_to(root.resolve())


def _described(path: Path, root: Path) -> RemoteObject:
    state = path.stat()
    return RemoteObject(
        name=path.relative_to(root).as_posix(),
        size=state.st_size,
        mtime=datetime.fromtimestamp(state.st_mtime, UTC),
        etag=f"{state.st_size}-{state.st_mtime_ns}",
    )
