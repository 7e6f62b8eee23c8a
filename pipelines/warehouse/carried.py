"""Sums of large current rows that a build carries over to the next, by the content they are of.

A part of the current rows is summed once: as long as its bytes are the same, and the code that makes
figures is, its sums are taken over from the last good build. Which parts there are is said by the
sha256 of their bytes now, so sums of a part that changed are never used. The models themselves say
which sums they need (`int_interval_part_sums`, `int_interval_part_loads`) and how they are made; to
delete the folder `carried/` costs time and changes no figure.

Belongs here: what is carried over, and when it may be trusted. Does not belong here: any sum.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.landing.files import sha256_of, whole, write_parquet
from pipelines.version import code_version

STATE = "_carried.json"
SUMMED = "meter_intervals"
"""The dataset whose rows are too many to be summed in each build."""
_KEY = [("district_id", pa.string()), ("month", pa.string())]
_PART = [("part", pa.string()), ("part_sha256", pa.string())]
SCHEMAS: dict[str, pa.Schema] = {
    "int_interval_part_sums": pa.schema(
        [
            *_PART,
            *_KEY,
            ("source_id", pa.string()),
            ("point_id", pa.string()),
            ("carrier", pa.string()),
            ("flow", pa.string()),
            ("unit", pa.string()),
            ("flow_rank", pa.int32()),
            ("quantity", pa.decimal128(28, 6)),
            ("absolute_quantity", pa.decimal128(28, 6)),
            ("estimated_quantity", pa.decimal128(28, 6)),
            ("covered_seconds", pa.int64()),
            ("longest_seconds", pa.int64()),
            ("overlapping_seconds", pa.int64()),
            ("first_start", pa.timestamp("us", tz="UTC")),
            ("last_end", pa.timestamp("us", tz="UTC")),
            ("row_count", pa.int64()),
            ("known_at", pa.timestamp("us", tz="UTC")),
        ]
    ),
    "int_interval_part_loads": pa.schema(
        [
            *_PART,
            *_KEY,
            ("points", pa.string()),
            ("peak_at", pa.timestamp("us", tz="UTC")),
            ("quarter_hour_kwh", pa.decimal128(28, 6)),
        ]
    ),
}
"""Columns of the models that are carried over, which their contracts enforce as well."""
PARTS = pa.schema(_PART)


def bring_along(view: Path) -> None:
    """Before a build: say which parts there are, and leave only sums that may be trusted."""
    current, carried = view / "current" / SUMMED, view / "carried"
    parts = [path for path in sorted(current.glob("*.parquet")) if not path.stem.startswith("_")]
    rows = [{"part": path.stem, "part_sha256": sha256_of(path)} for path in parts]
    write_parquet(pa.Table.from_pylist(rows, schema=PARTS), carried / "interval_parts.parquet")
    for name, schema in SCHEMAS.items():
        path = carried / f"{name}.parquet"
        if _kept(carried).get(name) != [code_version(), sha256_of(path)]:
            write_parquet(schema.empty_table(), path)


def carry_over(view: Path, session: duckdb.DuckDBPyConnection) -> None:
    """After a good build: keep its sums for the next one."""
    carried = view / "carried"
    kept = {}
    for name in SCHEMAS:
        path = carried / f"{name}.parquet"
        with whole(path) as temporary:
            session.execute(f"copy {name} to '{temporary}' (format parquet, codec zstd)").fetchall()
        kept[name] = [code_version(), sha256_of(path)]
    with whole(carried / STATE) as temporary:
        temporary.write_text(json.dumps(kept))


def _kept(carried: Path) -> dict[str, list[str | None]]:
    try:
        return dict(json.loads((carried / STATE).read_text()))
    except (FileNotFoundError, ValueError):
        return {}  # everything is summed again
