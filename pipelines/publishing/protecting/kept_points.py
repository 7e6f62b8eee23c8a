"""What every point added to the figures of an edition: kept in the house, so that a later one can say why it differs.

Belongs here: which rows are kept, writing and reading them. Does not belong here: what they say beside another
edition's, and what of it may be read (`comparing`). They name points and holders and never leave.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.publishing.protecting.tables import up_to
from pipelines.publishing.rows import Row, parquet_bytes, read_table, to_table

ENTERED = "entered:"
"""What the measure of an entry of the register of corrections begins with: it stands for a point in a month."""
SCHEMA = pa.schema(
    [
        ("district_id", pa.string()),
        ("month", pa.string()),
        ("point_id", pa.string()),
        ("site_id", pa.string()),
        ("carrier", pa.string()),
        ("sector", pa.string()),
        ("holder_group", pa.string()),
        ("holder_kind", pa.string()),
        ("measure", pa.string()),
        ("amount", pa.decimal128(28, 9)),
        ("registered", pa.bool_()),
        ("read_share", pa.decimal128(9, 6)),
        ("known_at", pa.timestamp("us", tz="UTC")),
    ]
)
_ORDER = ("district_id", "month", "point_id", "carrier", "measure")
_STANDING = ("in_force", "set_aside")


def points_of(view: Path, month: str) -> pa.Table:
    """Every point's part in every measure up to an edition's month, and the corrections that stand for it.

    Args:
        view: The folder with `marts/` and `collected/`.
        month: The edition's month, 'YYYY-MM'.
    """
    table = read_table(view / "marts" / "fct_point_measures.parquet")
    entered = to_table(list(_entered(view, month)), SCHEMA)
    if table is None:
        return entered
    kept = table.filter(pc.less_equal(table["month"], month)).select(SCHEMA.names).cast(SCHEMA)
    both = pa.concat_tables([kept, entered])
    return both.sort_by([(name, "ascending") for name in _ORDER])


def _entered(view: Path, month: str) -> Iterator[Row]:
    for row in up_to(view / "collected", "corrections", month):
        if row["state"] in _STANDING and row["point_id"] is not None and row["month"] is not None:
            yield {
                "district_id": row["district_id"],
                "month": row["month"],
                "point_id": row["point_id"],
                "site_id": row["point_id"],
                "carrier": row["carrier"] or "any",
                "measure": f"{ENTERED}{row['correction_id']}:{row['state']}:{row['known_at']}",
                "amount": 1,
                "registered": True,
            }


def keep(folder: Path, edition: str, points: pa.Table) -> None:
    """Keep what the points of an edition added to it, before it is published."""
    folder.mkdir(parents=True, exist_ok=True)
    _path(folder, edition).write_bytes(parquet_bytes(points))


def kept(folder: Path, edition: str) -> pa.Table | None:
    """What the points of an edition added to it; None where it was published by an older version or is forgotten."""
    return read_table(_path(folder, edition))


def let_go(folder: Path, edition: str) -> None:
    """Take it away: the edition was withdrawn because someone asked to be forgotten."""
    _path(folder, edition).unlink(missing_ok=True)


def _path(folder: Path, edition: str) -> Path:
    return folder / f"{edition}-points.parquet"
