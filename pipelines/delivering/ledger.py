"""What was sent to whom: written before and after, so that nothing goes out twice.

Belongs here: letters, what happened to each, in which state that leaves it. Does not belong here: what a letter says,
how it is handed over (`sending.py`).

A letter is one message to one person; its key says for what, and is given once. Events are only ever added. The event
`handing_over` is on the disk before the last byte of a message is given to the server: a process that dies before
leaves a letter that certainly did not arrive, one that dies after leaves one of which nobody knows (`unknown`).
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

OPEN = ("written", "deferred", "settled_not_sent")
"""States in which a letter still has to go."""
ARRIVED = ("accepted", "unknown", "settled_sent")
"""States in which its reader may have it."""

_SCHEMA = """
create table if not exists letters (
    id text primary key,
    key text not null unique,
    kind text not null,
    month text,
    edition text,
    district_id text,
    address text not null,
    language text not null,
    subject text not null,
    message_id text not null,
    written_at text not null,
    facts text not null
);
create table if not exists events (
    number integer primary key autoincrement,
    letter_id text not null references letters (id),
    at text not null,
    what text not null,
    code integer,
    said text
);
create index if not exists events_of_letter on events (letter_id, number);
create trigger if not exists letters_are_not_changed before update on letters
begin select raise(abort, 'the ledger is append-only'); end;
create trigger if not exists letters_are_not_removed before delete on letters
begin select raise(abort, 'the ledger is append-only'); end;
create trigger if not exists events_are_not_changed before update on events
begin select raise(abort, 'the ledger is append-only'); end;
create trigger if not exists events_are_not_removed before delete on events
begin select raise(abort, 'the ledger is append-only'); end;
"""
_LATEST = """
select letters.*, events.what as state, events.at as state_at, events.code, events.said,
       (select count(*) from events as tried where tried.letter_id = letters.id and tried.what = 'deferred') as tries
from letters join events on events.letter_id = letters.id
where events.number = (select max(number) from events as last where last.letter_id = letters.id)
"""


@dataclass(frozen=True)
class Letter:
    """One message to one person, and what became of it.

    `facts` is what the letter told, for the next of its kind to tell only what is new.
    """

    id: str
    key: str
    kind: str
    month: str | None
    edition: str | None
    district_id: str | None
    address: str
    language: str
    subject: str
    message_id: str
    written_at: datetime
    facts: Mapping[str, Any]
    state: str = "written"
    state_at: datetime | None = None
    code: int | None = None
    said: str | None = None
    tries: int = 0


def new_id() -> str:
    """A name for a letter that cannot be guessed: it stands in addresses that take mail back."""
    return secrets.token_hex(10)


class Ledger:
    """The ledger of a deployment, one SQLite file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, letter: Letter) -> None:
        """A letter that is to be sent.

        Raises:
            sqlite3.IntegrityError: there is one with its key.
        """
        with self._open() as base:
            base.execute(
                "insert into letters values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    letter.id,
                    letter.key,
                    letter.kind,
                    letter.month,
                    letter.edition,
                    letter.district_id,
                    letter.address,
                    letter.language,
                    letter.subject,
                    letter.message_id,
                    letter.written_at.isoformat(),
                    json.dumps(letter.facts, sort_keys=True, ensure_ascii=False),
                ),
            )
            self._add(base, letter.id, letter.written_at, "written", None, None)

    def add(
        self, letter: str, at: datetime, what: str, code: int | None = None, said: str | None = None
    ) -> None:
        """What happened to a letter."""
        with self._open() as base:
            self._add(base, letter, at, what, code, said)

    def letters(self) -> list[Letter]:
        """Every letter with its state, oldest first."""
        if not self.path.exists():
            return []
        with self._open() as base:
            rows = base.execute(f"{_LATEST} order by letters.rowid").fetchall()
        return [_letter(row) for row in rows]

    def keys(self) -> set[str]:
        """For what letters were written already."""
        return {one.key for one in self.letters()}

    def _add(
        self,
        base: sqlite3.Connection,
        letter: str,
        at: datetime,
        what: str,
        code: int | None,
        said: str | None,
    ) -> None:
        base.execute(
            "insert into events (letter_id, at, what, code, said) values (?, ?, ?, ?, ?)",
            (letter, at.isoformat(), what, code, said),
        )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        base = sqlite3.connect(self.path)
        base.row_factory = sqlite3.Row
        try:
            base.execute("pragma synchronous = full")
            base.executescript(_SCHEMA)
            with base:
                yield base
        finally:
            base.close()


def _letter(row: sqlite3.Row) -> Letter:
    said = {name: row[name] for name in row.keys()}  # noqa: SIM118 - a Row iterates its values
    said["written_at"] = datetime.fromisoformat(said["written_at"])
    said["state_at"] = datetime.fromisoformat(said["state_at"])
    said["facts"] = json.loads(said["facts"])
    return Letter(**said)
