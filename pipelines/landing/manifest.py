"""The manifest: one row for every attempt to get a delivery, also the failed and the unchanged
ones.

Append-only, and SQLite holds it to that: triggers refuse every update and delete. What first
arrived when is read from here and from nowhere else, so `_known_at` of a row never moves.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

Outcome = Literal["new", "same_content", "not_modified", "listed", "empty", "error", "erased"]

_SCHEMA = """
pragma journal_mode = delete;
create table if not exists attempts (
    attempt_id integer primary key autoincrement,
    district_id text not null,
    source_id text not null,
    dataset text not null,
    at text not null,
    outcome text not null,
    location text not null,
    remote_name text not null,
    size integer,
    modified text,
    etag text,
    last_modified text,
    status integer,
    sha256 text,
    error_code text,
    error_text text,
    parent_sha256 text,
    member text,
    records integer,
    asked_by text
);
create index if not exists attempts_of_source on attempts (district_id, source_id, sha256);
create trigger if not exists attempts_are_not_changed before update on attempts
begin select raise(abort, 'the manifest is append-only'); end;
create trigger if not exists attempts_are_not_removed before delete on attempts
begin select raise(abort, 'the manifest is append-only'); end;
"""
_COLUMNS = (
    "district_id",
    "source_id",
    "dataset",
    "at",
    "outcome",
    "location",
    "remote_name",
    "size",
    "modified",
    "etag",
    "last_modified",
    "status",
    "sha256",
    "error_code",
    "error_text",
    "parent_sha256",
    "member",
    "records",
    "asked_by",
)


# The last thing the schema makes: a process that was killed before is made good by the next.
_IS_WHOLE = (
    "select 1 from sqlite_master where type = 'trigger' and name = 'attempts_are_not_removed'"
)


class ManifestDamaged(RuntimeError):
    """The file that knows what arrived when is no longer readable."""


@dataclass(frozen=True)
class Attempt:
    """One attempt: what was asked for, what came of it. `at` and `modified` are UTC.

    What was found inside an archive or a message names it by `parent_sha256` and its place in it by
    `member`. `records` is how many an interface gave; `empty` that it had none, and rightly so.
    `asked_by` is who had a paused source asked.
    """

    district_id: str
    source_id: str
    dataset: str
    at: datetime
    outcome: Outcome
    location: str
    remote_name: str = ""
    size: int | None = None
    modified: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    status: int | None = None
    sha256: str | None = None
    error_code: str | None = None
    error_text: str | None = None
    parent_sha256: str | None = None
    member: str | None = None
    records: int | None = None
    asked_by: str | None = None


@dataclass(frozen=True)
class Manifest:
    """The manifest of one deployment, one SQLite file."""

    path: Path

    def append(self, attempts: list[Attempt]) -> None:
        """Write down these attempts, all or none."""
        if not attempts:
            return
        marks = ", ".join("?" * len(_COLUMNS))
        rows = [
            tuple(
                a.at.astimezone(UTC).isoformat() if c == "at" else getattr(a, c) for c in _COLUMNS
            )
            for a in attempts
        ]
        with self._open() as connection:
            connection.executemany(
                f"insert into attempts ({', '.join(_COLUMNS)}) values ({marks})",  # noqa: S608 - own constants
                rows,
            )

    def attempts(
        self, district_id: str | None = None, source_id: str | None = None
    ) -> list[Attempt]:
        """Attempts in the order they were made, of everything, of a district or of one source."""
        where, values = "true", []
        for column, value in (("district_id", district_id), ("source_id", source_id)):
            if value is not None:
                where += f" and {column} = ?"
                values.append(value)
        with self._open() as connection:
            found = connection.execute(
                f"select {', '.join(_COLUMNS)} from attempts where {where} order by attempt_id",  # noqa: S608
                values,
            ).fetchall()
        return [Attempt(**{**dict(row), "at": datetime.fromisoformat(row["at"])}) for row in found]

    def _begin(self, connection: sqlite3.Connection) -> None:
        """Make the tables, unless deliveries lie here whose manifest was lost: an empty one would
        say that nothing ever came.
        """
        made = connection.execute("select 1 from sqlite_master where name = 'attempts'").fetchone()
        blobs = self.path.parent / "blobs"
        if not made and next(blobs.glob("*/*/*"), None) is not None:
            raise ManifestDamaged(
                f"The manifest {self.path} is gone, and {blobs} holds deliveries. Nothing was "
                "changed. Restore landing/ from a backup, or move it away to begin anew."
            )
        connection.executescript(_SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=60)
        connection.row_factory = sqlite3.Row
        try:
            if not connection.execute(_IS_WHOLE).fetchone():
                self._begin(connection)
            _widen(connection)
            with connection:
                yield connection
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError):
                raise  # the trigger that keeps it append-only
            if isinstance(error, sqlite3.OperationalError):  # a lock, a full disk, no permission
                raise OSError(f"The manifest {self.path}: {error}.") from error
            raise ManifestDamaged(
                f"The manifest {self.path} cannot be read ({error}). Nothing was changed. "
                "Restore landing/ from a backup."
            ) from error
        finally:
            connection.close()


def _widen(connection: sqlite3.Connection) -> None:
    """Columns that were added after the first manifests were written."""
    there = {row["name"] for row in connection.execute("pragma table_info(attempts)")}
    added = ("parent_sha256 text", "member text", "records integer", "asked_by text")
    for column, kind in (one.split() for one in added):
        if column not in there:
            connection.execute(f"alter table attempts add column {column} {kind}")
