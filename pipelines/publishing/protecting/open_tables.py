"""Tables that leave with their own columns: wide marts, declarations, weather and calendar.

Belongs here: which columns of them go where a KPI is hidden. Does not belong here: which KPI values are
(`disclosure.py`), tables with totals (`tables.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from pipelines.publishing.protecting import tables, told_shares
from pipelines.publishing.protecting.disclosure import Place
from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.projects import protected_projects
from pipelines.publishing.protecting.surveys import without_few_people
from pipelines.publishing.rows import Row, ordered, read_table, to_table

_DECLARED = (
    "districts",
    "boundaries",
    "boundary_municipalities",
    "targets",
    "target_points",
    "calendar",
    "kpis",
    "thresholds",
    "factors",
    "as_of",
)
_DEGREE_DAYS = pa.schema(
    {
        "district_id": tables.TEXT,
        "month": tables.TEXT,
        "method": tables.TEXT,
        "heating_degree_days": pa.decimal128(18, 6),
    }
)
_CONTEXT = {
    "fct_energy_monthly": ("hdd", "cdd", "reference_hdd", "working_days"),
    "fct_water_monthly": (
        "precipitation_mm",
        "precipitation_normal_mm",
        "precipitation_anomaly_mm",
        "precipitation_normal_three_months_mm",
        "precipitation_reference_basis",
        "precipitation_reference_period",
    ),
}
"""Weather and calendar: the columns of wide marts that nobody's consumption can be read from."""


def wide_tables(
    marts: Path,
    month: str,
    kpis: Sequence[Row],
    gone: set[tuple[str, str, str]],
    columns: Mapping[Place, Collection[str]],
    telling: told_shares.Telling,
    limits: Limits,
    untold: Collection[tuple[str, str, str]] = (),
) -> dict[str, pa.Table]:
    """Marts that leave with their own columns, where no hidden KPI is made of them.

    Args:
        marts: The folder of the view's marts.
        month: The edition's month.
        kpis: Rows of `declared/kpis`.
        gone: District, month and code of every KPI value that is hidden.
        columns: Sums over projects that are hidden, by district and month.
        telling: Where shares of energy are not told at all.
        limits: The declared thresholds.
        untold: The same of values over measures that are not there: nobody judged what they would be made of.
    """
    hidden = gone.union(untold)
    made: dict[str, pa.Table] = {}
    for mart, name in (
        ("fct_investment_monthly", "investment_monthly"),
        ("fct_levers_monthly", "levers_monthly"),
        ("fct_projects", "projects"),
        ("fct_decisions", "decisions"),
        ("fct_decisions", "decisions_taken"),
        ("fct_pestle_findings", "pestle_findings"),
        ("fct_lever_stages", "lever_stages"),
        ("fct_register_evidence", "register_evidence"),
        ("fct_renewable_surfaces", "renewable_surfaces"),
        ("fct_gaps", "gaps"),
        ("fct_completeness", "completeness"),
        ("fct_kpi_quality", "kpi_quality"),
        ("fct_source_freshness", "source_freshness"),
    ):
        table = read_table(marts / f"{mart}.parquet")
        if table is None:
            continue
        if name == "gaps" and "contact_email" in table.column_names:
            table = table.drop_columns(["contact_email"])
        rows = [row for row in table.to_pylist() if row["month"] <= month]
        if name in ("projects", "decisions", "pestle_findings"):
            rows = [row for row in rows if row["month"] == month]
        if name == "decisions_taken":
            # Of every month: what a quarter and a year list was in the edition of each of their months.
            rows = [row for row in rows if row["closed_on"] is not None]
        rows = tables.masked(rows, mart, kpis, hidden)
        if name == "investment_monthly":
            rows = _without_columns(_without_present_value(rows, hidden), columns)
        if name == "levers_monthly":
            rows = without_few_people(rows, mart, kpis, limits)
        schema = table.schema.remove_metadata()
        if name in ("completeness", "kpi_quality"):
            rows = told_shares.qualities(rows, telling, limits)
            schema = told_shares.without_amounts(schema)
        if name == "projects":
            rows = protected_projects(rows)
            schema = schema.append(pa.field("suppressed", pa.bool_()))
        made[name] = to_table(ordered(rows, schema.names), schema)
    return made


def _without_columns(rows: Sequence[Row], columns: Mapping[Place, Collection[str]]) -> list[Row]:
    """Sums over projects without those that would give back what one firm invests."""
    return [
        {**row, **dict.fromkeys(columns.get((row["district_id"], row["month"]), ()))}
        for row in rows
    ]


def _without_present_value(rows: Sequence[Row], gone: set[tuple[str, str, str]]) -> list[Row]:
    """No KPI is made of the present value of the measures; it stands beside their payback and goes with it."""
    return [
        {**row, "net_present_value_eur": None}
        if (row["district_id"], row["month"], "INV09") in gone
        else row
        for row in rows
    ]


def declared_tables(folder: Path) -> dict[str, pa.Table]:
    """Declarations as they are; KPIs keep their order."""
    made = {}
    for name in _DECLARED:
        table = read_table(folder / f"{name}.parquet")
        if table is not None:
            rows = (
                ordered(table.to_pylist(), table.column_names)
                if name != "kpis"
                else table.to_pylist()
            )
            made[name] = to_table(rows, table.schema.remove_metadata())
    return made


def context_tables(marts: Path, month: str) -> dict[str, pa.Table]:
    """Weather and working days, one row per district and month; degree days by each declared method."""
    found: dict[Place, Row] = {}
    fields: dict[str, pa.DataType] = {"district_id": tables.TEXT, "month": tables.TEXT}
    for mart, columns in _CONTEXT.items():
        table = read_table(marts / f"{mart}.parquet")
        if table is None:
            continue
        here = [name for name in columns if name in table.column_names]
        fields |= {name: table.schema.field(name).type for name in here}
        for row in table.select(["district_id", "month", *here]).to_pylist():
            if row["month"] <= month:
                found.setdefault((row["district_id"], row["month"]), {}).update(row)
    degree_days = tables.up_to(marts, "fct_degree_days", month)
    return {
        "context_monthly": to_table(
            ordered(found.values(), ("district_id", "month")), pa.schema(list(fields.items()))
        ),
        "degree_days": to_table(
            ordered(degree_days, ("district_id", "month", "method")), _DEGREE_DAYS
        ),
    }
