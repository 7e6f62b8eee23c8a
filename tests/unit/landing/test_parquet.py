"""Tables on disk: what was written is what is read, and where each row came from takes little room."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.landing.files import read_parquet, write_batches, write_parquet

_MOMENT = pa.timestamp("us", tz="UTC")


def _curve(rows: int) -> pa.Table:
    """Quarter hours as a distributor sends them, with their origin."""
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    starts = [begin + timedelta(minutes=15 * place) for place in range(rows)]
    return pa.table(
        {
            "point_id": ["IT001E00000001"] * rows,
            "interval_start": pa.array(starts, _MOMENT),
            "interval_end": pa.array([at + timedelta(minutes=15) for at in starts], _MOMENT),
            "quantity": pa.array([place * 7919 % 100_003 for place in range(rows)], pa.int32()),
            "note": pa.array([None] * rows, pa.string()),
            "_sha256": ["a" * 64] * rows,
            "_member": ["curve.csv"] * rows,
            "_row": pa.array(range(2, rows + 2), pa.int64()),
            "_known_at": pa.array([begin] * rows, _MOMENT),
        }
    )


def test_what_was_written_is_what_is_read(tmp_path: Path) -> None:
    curve = _curve(2_976)
    empty = curve.slice(0, 0)
    for table in (curve, empty, curve.set_column(7, "_row", pa.nulls(2_976, pa.int64()))):
        write_parquet(table, tmp_path / "one.parquet")
        written = write_batches(
            [table.slice(0, 96), table.slice(96)], table.schema, tmp_path / "b.parquet"
        )

        assert written == table.num_rows
        assert read_parquet(tmp_path / "one.parquet").equals(table)
        assert read_parquet(tmp_path / "b.parquet").equals(table)


def test_where_a_row_came_from_takes_less_than_15_percent(tmp_path: Path) -> None:
    write_parquet(_curve(2_976), tmp_path / "curve.parquet")

    described = pq.read_metadata(tmp_path / "curve.parquet").row_group(0)
    columns = [described.column(place) for place in range(described.num_columns)]
    size = {column.path_in_schema: column.total_compressed_size for column in columns}
    origin = sum(bytes_ for name, bytes_ in size.items() if name.startswith("_"))
    assert origin < 0.15 * sum(size.values())
