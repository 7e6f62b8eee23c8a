"""Dagster's SQLite files, kept open while a run writes to them.

Belongs here: how connections to Dagster's own records are held. Does not belong here: what is recorded,
which is Dagster's.

Dagster opens, synchronises and closes its files anew for each of the some 1,500 events of a build, and
compiles each statement again with them. Here one connection to a file serves all events.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Self

import sqlalchemy as db
from dagster import EventLogEntry
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
)
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage


class EventLog(SqliteEventLogStorage):
    """Dagster's event log, in the same files, with the index and the last run's file kept open."""

    def __init__(self, base_dir: str) -> None:
        self._engines: dict[str, db.Engine] = {}
        super().__init__(base_dir)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[db.Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def _engine(self, shard: str) -> db.Engine:
        if shard not in self._engines:
            # The UI looks at one run after the other: no more files stay open than two.
            for other in self._engines.keys() - {INDEX_SHARD_NAME}:
                self._engines.pop(other).dispose()
            engine = db.create_engine(
                self.conn_string_for_shard(shard),
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS},
            )
            db.event.listen(engine, "connect", _lightly)
            self._engines[shard] = engine
        return self._engines[shard]

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event, and wake who watches the run: the UI looks when its file is touched, and what is
        written to a file that is open touches the journal beside it.
        """
        super().store_event(event)
        with suppress(FileNotFoundError):
            os.utime(self.path_for_shard(event.run_id))

    def dispose(self) -> None:
        """Close what is open, and stop watching."""
        for shard in list(self._engines):
            self._engines.pop(shard).dispose()
        super().dispose()


class RunRecords(DagsterSqliteStorage):
    """Dagster's usual SQLite storage with that event log; `dagster.yaml` names it."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = EventLog(f"{base_dir}/history/runs/")  # as Dagster names it

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> Self:
        """What Dagster calls with what `dagster.yaml` says."""
        return cls.from_local(inst_data=inst_data, **config_value)


def _lightly(connection: Any, _record: Any) -> None:
    """A power failure may take the last events of a run with it, and never damages the file."""
    connection.execute("pragma synchronous = normal")
