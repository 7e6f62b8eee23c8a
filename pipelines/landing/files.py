"""Files that are either whole or not there: written beside their place, then renamed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def _options(schema: pa.Schema) -> dict[str, Any]:
    """How a table is written: what counts up (rows, moments) by its steps, everything else by a dictionary.

    Where a row came from costs a fifth of what accepted curves take otherwise.
    """
    counting = [
        field.name
        for field in schema
        if pa.types.is_timestamp(field.type) or pa.types.is_int64(field.type)
    ]
    return {
        "compression": "zstd",
        "compression_level": 3,
        "version": "2.6",
        "use_dictionary": [name for name in schema.names if name not in counting],
        "column_encoding": dict.fromkeys(counting, "DELTA_BINARY_PACKED"),
    }


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary place in the same folder that becomes `path` when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_parquet(table: pa.Table, path: Path) -> None:
    """One table as one Parquet file with fixed options, so that equal tables are equal bytes."""
    with whole(path) as temporary:
        pq.write_table(table, temporary, **_options(table.schema))


def write_batches(batches: Iterable[pa.Table], schema: pa.Schema, path: Path) -> int:
    """Tables of one schema as one Parquet file, a row group each; returns how many rows.

    Equal batches are equal bytes.
    """
    rows = 0
    with (
        whole(path) as temporary,
        pq.ParquetWriter(temporary, schema, **_options(schema)) as writer,
        ThreadPoolExecutor(1) as beside,  # one batch is written while the next is made
    ):
        written: Future[None] | None = None
        for batch in batches:
            rows += batch.num_rows
            if written is not None:
                written.result()
            size = max(batch.num_rows, 1)
            written = beside.submit(writer.write_table, batch, row_group_size=size)
        if written is not None:
            written.result()
    return rows


def read_batches(path: Path, columns: list[str] | None = None) -> Iterator[pa.Table]:
    """A Parquet file row group by row group."""
    with pq.ParquetFile(path) as file:
        for place in range(file.num_row_groups):
            yield file.read_row_group(place, columns=columns)


def sha256_of(path: Path) -> str | None:
    """The hash of a file's bytes; None where there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def read_parquet(path: Path) -> pa.Table:
    """One Parquet file as it was written, without guessing partitions from its folders."""
    return pq.read_table(path, partitioning=None)
