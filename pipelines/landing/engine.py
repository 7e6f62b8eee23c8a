"""One in-memory DuckDB per process: opening a database costs 15 ms, a cursor on it 0.1 ms.

Belongs here: the engine that stages work with between files. Does not belong here: the warehouse,
which dbt alone opens for writing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb


@contextmanager
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """A session of its own, in UTC; what it creates as temporary is gone with it."""
    session = _database().cursor()
    try:
        session.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
        yield session
    finally:
        session.close()


@contextmanager
def spilling(folder: Path, memory: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine of its own that goes on on disk, beside what it makes, when memory is used up."""
    folder.mkdir(parents=True, exist_ok=True)
    spill = str(folder / ".spilled")
    config: dict[str, Any] = {"threads": 2, "memory_limit": memory, "temp_directory": spill}
    with duckdb.connect(config=config) as session:
        session.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
        yield session


def parquet(files: Iterable[Path]) -> str:
    """These Parquet files as a table to select from, no partition guessed from their folders."""
    quoted = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    return f"read_parquet([{quoted}], hive_partitioning = false)"


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 2})
