"""Pace, arrival and forecasts of emissions as far as they may be told, and the forecasts that editions made.

Belongs here: the protected tables `emission_trajectory`, `emission_forecasts` and `forecasts_kept`. Does not belong
here: how a pace is read (the warehouse), how it is shown (`sections/`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.publishing.rows import Row, ordered, read_rows, read_table, to_table

Key = tuple[str, str, str]
"""District, month and KPI."""

_NEEDS = {
    "energy_tco2e_12m": "EMI11",
    "required_slope_tco2e": "EMI16",
    "achieved_slope_tco2e": "EMI14",
    "achieved_slope_low_tco2e": "EMI14",
    "achieved_slope_high_tco2e": "EMI14",
    "autocorrelation": "EMI14",
    "independent_degrees": "EMI14",
    "forecast_tco2e": "EMI14",
    "forecast_low_tco2e": "EMI14",
    "forecast_high_tco2e": "EMI14",
    "arrival_probability": "EMI15",
    "arrival": "EMI15",
    "arrival_year": "EMI15",
    "arrival_earliest_year": "EMI15",
    "arrival_latest_year": "EMI15",
    "budget_left_tco2e": "EMI13",
    "budget_slope_tco2e": "EMI13",
}
"""The KPI that must be published for a column to be read."""

_TONNES = pa.decimal128(28, 6)
KEPT = pa.schema(
    [
        ("edition", pa.string()),
        ("known_at", pa.string()),
        ("district_id", pa.string()),
        ("month", pa.string()),
        ("for_month", pa.string()),
        ("method", pa.string()),
        ("forecast_tco2e", _TONNES),
        ("low_tco2e", _TONNES),
        ("high_tco2e", _TONNES),
        ("naive_tco2e", _TONNES),
        ("fact_tco2e", _TONNES),
        ("error_tco2e", _TONNES),
        ("naive_error_tco2e", _TONNES),
        ("within_interval", pa.bool_()),
    ]
)
"""What an edition foresaw for a year later, as it was published, and what came by the edition that holds this table."""


def trajectories(marts: Path, month: str, readable: Collection[Key]) -> pa.Table:
    """Where each district stands on its way, without what follows from a figure that is not published."""
    table = read_table(marts / "fct_emission_trajectory.parquet")
    if table is None:
        return pa.table(
            {"district_id": pa.array([], pa.string()), "month": pa.array([], pa.string())}
        )
    rows = [
        {
            name: value if _may(row, _NEEDS.get(name), readable) else None
            for name, value in row.items()
        }
        for row in table.to_pylist()
        if row["month"] <= month
    ]
    return to_table(ordered(rows, ("district_id", "month")), table.schema.remove_metadata())


def _may(row: Row, code: str | None, readable: Collection[Key]) -> bool:
    if code is None:
        return True
    # A pace and the twelve months it starts from together give the forecast, and the reverse.
    codes = (code,) if code in ("EMI11", "EMI13", "EMI16") else (code, "EMI11")
    return all((row["district_id"], row["month"], each) in readable for each in codes)


def forecasts(marts: Path, month: str, readable: Collection[Key]) -> pa.Table:
    """Forecasts of months whose pace is published, with the facts that are."""
    table = read_table(marts / "fct_emission_forecasts.parquet")
    if table is None:
        return to_table([], KEPT)
    rows = [
        _scored(row, _fact(row, month, readable))
        for row in table.to_pylist()
        if row["month"] <= month and _may(row, "EMI14", readable)
    ]
    return to_table(ordered(rows, table.column_names), table.schema.remove_metadata())


def _fact(row: Row, month: str, readable: Collection[Key]) -> Decimal | None:
    known = (
        row["for_month"] <= month and (row["district_id"], row["for_month"], "EMI11") in readable
    )
    return row["fact_tco2e"] if known else None


def _scored(row: Row, fact: Decimal | None) -> Row:
    """A forecast beside what came: how far off, and whether its interval held it."""
    if fact is None:
        names = ("fact_tco2e", "error_tco2e", "naive_error_tco2e", "within_interval")
        return {**row, **dict.fromkeys(names)}
    return {
        **row,
        "fact_tco2e": fact,
        "error_tco2e": row["forecast_tco2e"] - fact,
        "naive_error_tco2e": row["naive_tco2e"] - fact,
        "within_interval": row["low_tco2e"] <= fact <= row["high_tco2e"],
    }


def kept(earlier: Iterable[Path], values: Iterable[Row]) -> pa.Table:
    """Every year-ahead forecast that earlier editions made of their own month, against what is published now.

    Args:
        earlier: Folders of the earlier editions.
        values: KPI values of the edition that will hold the table.
    """
    facts = {
        (row["district_id"], row["month"]): row["value"].quantize(Decimal("0.000001"))
        for row in values
        if row["kpi_code"] == "EMI11" and row["value"] is not None
    }
    rows = [
        _scored(row, facts.get((row["district_id"], row["for_month"])))
        for folder in earlier
        for row in _made_by(folder)
    ]
    return to_table(ordered(rows, ("district_id", "month", "edition")), KEPT)


def _made_by(folder: Path) -> list[Row]:
    about: Mapping[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return [
        {**row, "edition": about["id"], "known_at": about["known_at"]}
        for row in read_rows(folder / "tables" / "emission_forecasts.parquet")
        if row["month"] == about["month"] and row["horizon_months"] == 12
    ]
