"""An edition of one district from the rows a test gives: what is not given is not there.

Belongs here: writing the few tables that sentences and charts read. Does not belong here: what a case expects.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.publishing.kpi_file import SCHEMA
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.rows import to_table
from pipelines.warehouse.declared_kpis import kpi_row
from tests.published.districts import kpis

MONTH, BEFORE = "2026-10", "2025-10"
Rows = Sequence[dict[str, Any]]


def value(code: str, amount: Any, month: str = MONTH, **more: Any) -> dict[str, Any]:
    """A KPI value; None is none, with the reason that is given."""
    return {
        "district_id": "prato",
        "month": month,
        "kpi_code": code,
        "value": None if amount is None else Decimal(str(amount)),
        "status": "provisional",
        "signal": "none",
        "suppressed": False,
        "boundary_version": "1",
        **{name: Decimal(str(v)) if isinstance(v, float) else v for name, v in more.items()},
    }


def small_edition(folder: Path, values: Rows, **tables: Rows) -> DistrictReading:
    """The edition of October 2026, known on 10 November, of one district."""
    (folder / "tables").mkdir(parents=True)
    about = {"id": "2026-10-r1", "month": MONTH, "revision": 1, "known_at": "2026-11-10T07:00:00Z"}
    (folder / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    pq.write_table(to_table(values, SCHEMA), folder / "kpi_values.parquet")
    district = {"district_id": "prato", "name_it": "Distretto", "name_en": "District"}
    written: dict[str, Rows] = {
        "kpis": [kpi_row(one) for one in kpis().values()],
        "districts": [district],
        **tables,
    }
    for name, rows in written.items():
        whole = [{"district_id": "prato", **row} for row in rows]
        pq.write_table(pa.Table.from_pylist(whole), folder / "tables" / f"{name}.parquet")
    return DistrictReading(Reading(folder), "prato")


def working_days(now: int, then: int) -> Rows:
    """The calendar of both months."""
    return [{"month": MONTH, "working_days": now}, {"month": BEFORE, "working_days": then}]


def degree_days(now: str, then: str) -> Rows:
    """Eurostat's degree days of both months."""
    return [
        {"month": month, "method": "eurostat", "heating_degree_days": Decimal(count)}
        for month, count in ((MONTH, now), (BEFORE, then))
    ]


def target(reduction: str | None = "0.37", **more: Any) -> Rows:
    """A declared target on twelve months of emissions."""
    return [
        {
            "position": 0,
            "kpi_code": "EMI11",
            "stands": "own",
            "declared_on": date(2024, 1, 1),
            "path": None if reduction is None else "linear",
            "target_year": 2030,
            "reduction": None if reduction is None else Decimal(reduction),
            **more,
        }
    ]
