"""Fits the product's own baseline models to meters that a test brings along.

Belongs here: tables in front of the models, and dbt on exactly them. Does not belong here: expectations.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from pipelines.settings import checkout

FAHRENHEIT = {
    "baseline_temperature_unit": "F",
    "baseline_heating_points": [30, 90],
    "baseline_cooling_points": [30, 90],
    "baseline_point_step": 1,
    "baseline_minimum_degree_days": 20,
}
"""The reference's own candidates: every whole degree from 30 to 90 °F, at least 20 degree days."""
WHATEVER_THERE_IS = {"baseline_minimum_coverage": 0.5}
"""The reference fits what it is given; whether that is enough it asks elsewhere."""
MODELS = (
    "int_balance_points", "int_baseline_days", "int_balance_point_days", "int_baseline_periods",
    "int_baseline_windows", "int_baseline_fit_periods", "int_baseline_series",
    "int_baseline_terms_daily", "int_baseline_terms_billing", "int_baseline_choices",
    "int_baseline_coefficients", "int_baseline_fits", "int_baseline_left_out", "int_baseline_models",
    "int_baseline_weather_months", "int_baseline_expected_months", "int_baseline_point_months",
)  # fmt: skip
Row = dict[str, Any]


def write(warehouse: Path, meters: Iterable[Row], temperature_days: int = 35) -> None:
    """The tables in front of the models: what each meter used, temperatures, and the months after the baseline.

    Args:
        warehouse: The file to make.
        meters: Per meter name, fuel, frequency, periods (start, end, usage, perhaps output), perhaps months to report
            on, and °F by day.
        temperature_days: How far into a period temperatures are looked for.
    """
    with duckdb.connect(str(warehouse)) as engine:
        engine.execute(
            "create table int_baseline_observations (district_id text, point_id text, carrier text, frequency text,"
            " period_start date, period_end date, temperature_end date, days decimal(12, 6),"
            " usage_kwh decimal(28, 6), output decimal(28, 6), with_output boolean, output_driver text,"
            " unusable text,"
            " declared_start_number integer)"
        )
        engine.execute(
            "create table int_weather_days (district_id text, day date, temperature_c decimal(38, 15))"
        )
        engine.execute(
            "create table int_district_months (district_id text, month text, month_start date, month_end date,"
            " days integer, month_index integer, month_of_year integer)"
        )
        write_empty(engine)
        for meter in meters:
            periods = [
                _observation(meter, period, temperature_days)
                for period in [*meter["periods"], *_open_end(meter)]
            ]
            engine.executemany(
                "insert into int_baseline_observations values"
                " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null, null, null)",
                periods,
            )
            days = [
                (meter["name"], day, (f - 32) / 1.8) for day, f in meter["temperatures"].items()
            ]
            engine.executemany("insert into int_weather_days values (?, ?, ?)", days)
            for period in meter.get("reporting", ()):
                calendar, month = _reported(meter, period)
                engine.execute(
                    "insert into int_district_months values (?, ?, ?, ?, ?, ?, ?)", calendar
                )
                engine.execute(
                    "insert into int_point_months values"
                    " (?, ?, ?, 'any', 'supply', 'import', ?, ?, ?, 1, 1, true, null)",
                    month,
                )


def write_empty(engine: duckdb.DuckDBPyConnection) -> None:
    """The tables that only months after the baseline, measures and output fill."""
    engine.execute(
        "create table int_point_months (district_id text, point_id text, carrier text, sector text, role text,"
        " flow text, month text, month_index integer, energy_kwh decimal(28, 6), coverage_of_month decimal(9, 6),"
        " boundary_share decimal(9, 6), whole_month boolean, volume_m3 decimal(28, 6))"
    )
    engine.execute(
        "create table int_measure_spans (district_id text, point_id text, carrier text, starts_on date)"
    )
    engine.execute(
        "create table int_activity_months (district_id text, month text, driver text, value decimal(28, 6))"
    )


def _reported(meter: Row, period: Row) -> tuple[list[Any], list[Any]]:
    """A month after the baseline, in the calendar and as it was metered."""
    start, end = date.fromisoformat(period["start"]), date.fromisoformat(period["end"])
    name, month, index = meter["name"], f"{start:%Y-%m}", start.year * 12 + start.month
    return (
        [name, month, start, end, (end - start).days, index, start.month],
        [name, name, _carrier(meter), month, index, period["usage"]],
    )


def _carrier(meter: Row) -> str:
    return "electricity" if meter["fuel"] == "electricity" else "natural_gas"


def _open_end(meter: Row) -> Iterator[Row]:
    """A period without a reading after the last bill, so that the year of a baseline has passed."""
    if meter["frequency"] != "daily":
        last = date.fromisoformat(meter["periods"][-1]["end"])
        yield {"start": f"{last}", "end": f"{last + timedelta(days=35)}", "usage": None}


def _observation(meter: Row, period: Row, temperature_days: int) -> tuple[Any, ...]:
    start, end = date.fromisoformat(period["start"]), date.fromisoformat(period["end"])
    seen = min(end, start + timedelta(days=temperature_days))
    days = (end - start).days
    return (
        meter["name"], meter["name"], _carrier(meter), meter["frequency"], start, end, seen, days, period["usage"],
        period.get("output"), "output" in period,
    )  # fmt: skip


def fit(warehouse: Path, **settings: Any) -> None:
    """Build the baseline models in the warehouse, and nothing else."""
    project, home = checkout() / "dbt_project", warehouse.parent
    built = subprocess.run(
        [
            Path(sys.executable).with_name("dbt"), "run", "--select", *MODELS, "--vars", json.dumps(settings),
            "--project-dir", project, "--profiles-dir", project,
            "--target-path", home / "target", "--log-path", home / "logs",
        ],
        env={**os.environ, "NZD_HOME": str(home), "NZD_WAREHOUSE": str(warehouse)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if built.returncode:
        raise AssertionError(built.stdout[-4000:] + built.stderr[-2000:])


def rows(warehouse: Path, query: str) -> list[Row]:
    """What a query finds, one dictionary a row."""
    with duckdb.connect(str(warehouse), read_only=True) as engine:
        found = engine.execute(query)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
