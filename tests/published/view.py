"""The view of a deployment as the warehouse leaves it, written to disk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.settings import Settings, checkout
from pipelines.warehouse.declared_kpis import kpi_row
from tests.published.contracts import mart, of_model
from tests.published.declared import declared_tables
from tests.published.districts import DISTRICTS, MONTHS, Row, decimal, kpis
from tests.published.energy import contributor_rows, emission_lines, energy_cells, energy_rows
from tests.published.measures import measures_of
from tests.published.paths import trajectory_marts
from tests.published.quality import (
    completeness_rows,
    delivery_rows,
    finding_rows,
    gap_rows,
    quarantine_rows,
)
from tests.published.registers import decision_rows, project_rows
from tests.published.values import kpi_values


def deployment(
    home: Path,
    upto: str = "2026-10",
    late_water: bool = False,
    measured: Callable[[str, str, bool], dict[str, float | None]] = measures_of,
) -> Settings:
    """A deployment whose view holds the fixture's tables up to one month.

    Args:
        home: Where state goes.
        upto: The last month with data.
        late_water: A second look: Prato's September has had late readings.
        measured: What a district measured in a month.
    """
    root = checkout()
    inbox = home / "inbox"
    districts = home / "districts"
    districts.mkdir(parents=True, exist_ok=True)
    for district, names in DISTRICTS.items():
        (districts / f"{district}.yaml").write_text(
            f"id: {district}\nname: {names[0]}\n", encoding="utf-8"
        )
    build(home, upto, late_water, measured)
    return Settings(checkout=root, home=home, districts=districts, inbox=inbox, view=home)


def build(
    view: Path,
    upto: str,
    late: bool,
    measured: Callable[[str, str, bool], dict[str, float | None]] = measures_of,
) -> None:
    """Write every table of a view."""
    months = [month for month in MONTHS if month <= upto]
    declared = list(kpis().values())
    measures = {(d, m): measured(d, m, late and m == "2026-09") for d in DISTRICTS for m in months}
    energy = [row for d in DISTRICTS for m in months for row in energy_rows(d, m, measures[d, m])]
    _write(view / "declared" / "kpis.parquet", [kpi_row(one) for one in declared])
    for name, rows in declared_tables(upto).items():
        _write(view / "declared" / f"{name}.parquet", rows)
    marts = {
        "fct_kpi_values": [
            row for one in declared for row in kpi_values(one, months, measures, upto)
        ],
        "fct_energy": energy,
        "fct_energy_by_carrier_sector": energy_cells(energy),
        "fct_emission_lines": emission_lines(energy),
        "fct_contributors": contributor_rows(energy, months),
        "fct_completeness": [
            row for key, m in measures.items() for row in completeness_rows(*key, m)
        ],
        "fct_kpi_quality": [
            of_model("fct_kpi_quality", {"kpi_code": one.code, "period": "month", **row})
            for key, m in measures.items()
            for row in completeness_rows(*key, m)
            for one in declared
            if one.completeness == row["theme"]
        ],
        "fct_gaps": gap_rows(upto),
        "fct_findings": finding_rows(months),
        "fct_projects": project_rows(upto),
        "fct_decisions": decision_rows(upto),
    }
    marts |= trajectory_marts(measures)
    for theme in ("energy", "water", "emissions", "investment", "levers"):
        marts[f"fct_{theme}_monthly"] = [
            of_model(
                f"fct_{theme}_monthly",
                {"district_id": d, "month": m, **{k: decimal(v) for k, v in values.items()}},
            )
            for (d, m), values in measures.items()
        ]
    for name, rows in marts.items():
        _put(view / "marts" / f"{name}.parquet", mart(name, rows))
    _write(view / "collected" / "deliveries.parquet", delivery_rows(months, late))
    _write(view / "collected" / "quarantine.parquet", quarantine_rows())


def _write(path: Path, rows: list[Row]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = [_column([row.get(name) for row in rows]) for name in names]
    # As the warehouse writes them: a column that is never null says so.
    fields = [
        pa.field(name, column.type, nullable=column.null_count > 0)
        for name, column in zip(names, columns, strict=True)
    ]
    _put(path, pa.table(columns, schema=pa.schema(fields)))


def _put(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)


def _column(values: list[Any]) -> pa.Array:
    sample = next((value for value in values if value is not None), None)
    if isinstance(sample, Decimal):
        return pa.array(values, pa.decimal128(28, 9))
    if isinstance(sample, datetime):
        return pa.array(values, pa.timestamp("us", tz="UTC"))
    return pa.array(values) if sample is not None else pa.array(values, pa.string())
