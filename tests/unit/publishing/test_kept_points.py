"""What the house keeps of an edition's points: up to its month, with the corrections that stand, until it is let go."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.publishing.protecting.kept_points import SCHEMA, keep, kept, let_go, points_of
from pipelines.publishing.rows import parquet_bytes, to_table

ENTERED = pa.schema(
    [
        *((name, pa.string()) for name in ("district_id", "correction_id", "month", "carrier", "state", "point_id")),
        ("known_at", pa.timestamp("us", tz="UTC")),
    ]
)  # fmt: skip


def view(folder: Path) -> Path:
    """A view in which a point has two months, and three corrections of which two stand."""
    point = {"district_id": "d", "point_id": "p", "site_id": "p", "carrier": "electricity",
             "measure": "final_energy_kwh", "amount": 5, "registered": True, "read_share": 1}  # fmt: skip
    months: list[dict[str, Any]] = [{**point, "month": f"2026-{n:02}"} for n in (11, 10)]
    entry = {
        "district_id": "d",
        "point_id": "p",
        "month": "2026-10",
        "known_at": datetime(2026, 11, 1, tzinfo=UTC),
    }
    entries = [
        {**entry, "correction_id": f"C{n}", "state": state}
        for n, state in enumerate(("in_force", "expired", "set_aside"))
    ]
    for name, rows, schema in (
        ("marts/fct_point_measures", months, SCHEMA),
        ("collected/corrections", entries, ENTERED),
    ):
        path = folder / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(parquet_bytes(to_table(rows, schema)))
    return folder


def test_points_are_kept_up_to_the_month_with_the_corrections_that_stand(tmp_path: Path) -> None:
    rows = points_of(view(tmp_path), "2026-10").to_pylist()

    assert {row["month"] for row in rows} == {"2026-10"}
    entered = [row["measure"].split(":")[1:3] for row in rows if ":" in row["measure"]]
    assert entered == [["C0", "in_force"], ["C2", "set_aside"]]


def test_what_is_kept_comes_back_until_it_is_let_go(tmp_path: Path) -> None:
    points = points_of(view(tmp_path / "view"), "2026-11")
    keep(tmp_path / "memory", "2026-11-r1", points)

    assert kept(tmp_path / "memory", "2026-11-r1") == points
    let_go(tmp_path / "memory", "2026-11-r1")
    assert kept(tmp_path / "memory", "2026-11-r1") is None
    let_go(tmp_path / "memory", "2026-11-r1")


def test_a_view_of_an_older_version_keeps_no_points(tmp_path: Path) -> None:
    assert points_of(tmp_path, "2026-10").num_rows == 0
