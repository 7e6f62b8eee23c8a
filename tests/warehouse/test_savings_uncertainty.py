"""How sure a saving is: intervals against least squares done in NumPy, and against chance itself."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.warehouse.models import Models
from tests.warehouse.small_district import DISTRICT, weather

Row = dict[str, Any]
METERS = 250
BALANCE_POINT = 16
MONTHS = [date(2024 + n // 12, n % 12 + 1, 1) for n in range(4, 29)]
"""May 2024 to May 2026: twelve of the baseline, twelve after it, and the end of the last."""
T_10 = 1.812461
"""95 % quantile of Student's t at ten degrees of freedom, from a printed table."""


def days_between(start: date, end: date) -> list[date]:
    return [start + timedelta(days=n) for n in range((end - start).days)]


def degree_days() -> np.ndarray:
    found = {}
    for row in weather():
        if row["variable"] == "t_mean_c":
            found[row["day"]] = float(row["value"])
        elif row["variable"] in ("t_min_c", "t_max_c"):
            found[row["day"]] = found.get(row["day"], 0) + float(row["value"]) / 2
    return np.array(
        [
            sum(max(BALANCE_POINT - found[day], 0) for day in days_between(start, end))
            for start, end in pairwise(MONTHS)
        ]
    )


def world() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Days and degree days of the months, and what each meter used: a line, and chance with no memory."""
    days = np.array([(b - a).days for a, b in pairwise(MONTHS)], float)
    degrees = degree_days()
    chance = np.random.default_rng(14)
    noise = chance.normal(0, 1, (METERS, len(days)))
    return days, degrees, 20 * days + 3 * degrees + 60 * noise


@pytest.fixture(scope="module")
def told(models: Models) -> dict[str, list[Row]]:
    _, _, used = world()
    observed, months = [], []
    for meter in range(METERS):
        for place, (start, end) in enumerate(pairwise(MONTHS)):
            kwh = Decimal(f"{used[meter, place]:.6f}")
            point = {"district_id": DISTRICT, "point_id": f"m{meter:03}", "carrier": "natural_gas"}
            observed.append(
                {**point, "frequency": "billing_monthly", "period_start": start, "period_end": end,
                 "temperature_end": end, "days": Decimal((end - start).days), "usage_kwh": kwh, "with_output": False}
            )  # fmt: skip
            months.append(
                {**point, "month": f"{start:%Y-%m}", "month_index": start.year * 12 + start.month,
                 "role": "supply", "flow": "import", "sector": "tertiary", "energy_kwh": kwh,
                 "coverage_of_month": Decimal(1), "boundary_share": Decimal(1),
                 "whole_month": True}
            )  # fmt: skip
    temperatures = [{**row, "district_id": DISTRICT, "source_id": "w"} for row in weather()]
    given = {
        "int_baseline_observations": observed,
        "int_point_months": months,
        "stg_weather_daily": temperatures,
    }
    return models.run(given, "int_baseline_models", "int_baseline_point_months")


def test_nine_in_ten_intervals_hold_a_saving_of_nothing(told: dict[str, list[Row]]) -> None:
    after = [row for row in told["int_baseline_point_months"] if row["month"] >= "2025-05"]
    months = [
        abs(row["baseline_expected_kwh"] - row["energy_kwh"]) <= row["uncertainty_kwh"]
        for row in after
    ]
    halves = [
        abs(row["cumulated_saving_kwh"]) <= row["uncertainty_since_kwh"]
        for row in after if row["month"] == "2025-10"
    ]  # fmt: skip
    years = [
        abs(row["cumulated_saving_kwh"]) <= row["uncertainty_of_year_kwh"]
        for row in after if row["month"] == "2026-04"
    ]  # fmt: skip

    assert (len(months), len(halves), len(years)) == (12 * METERS, METERS, METERS)
    # Of 250 meters a share of 0.90 comes out between 0.85 and 0.95 in 99 of 100 worlds.
    for held in (months, halves, years):
        assert 0.85 <= np.mean(held) <= 0.95


def test_an_interval_is_that_of_least_squares(told: dict[str, list[Row]]) -> None:
    days, degrees, used = world()
    columns = np.column_stack([days, degrees]) / np.sqrt(days)[:, None]
    known = np.linalg.inv(columns[:12].T @ columns[:12])
    models = {
        int(row["point_id"][1:]): row for row in told["int_baseline_models"]
        if row["heating_balance_point"] == BALANCE_POINT
    }  # fmt: skip
    last = {
        int(row["point_id"][1:]): row for row in told["int_baseline_point_months"]
        if row["month"] == "2026-04"
    }  # fmt: skip

    assert len(models) > METERS / 3
    for meter, model in models.items():
        usage = used[meter] / np.sqrt(days)
        beta, squares, *_ = np.linalg.lstsq(columns[:12], usage[:12], rcond=None)
        year = np.array([days[12:].sum(), degrees[12:].sum()])
        half = T_10 * np.sqrt(squares[0] / 10 * (year[0] + year @ known @ year))
        # Months that resemble the one before them tell less; months that do not never tell more.
        widened = max(1, 12 / model["independent_periods"])
        saved = year @ beta - used[meter, 12:].sum()
        assert float(last[meter]["cumulated_saving_kwh"]) == pytest.approx(saved, abs=1e-3)
        assert float(last[meter]["uncertainty_since_kwh"]) == pytest.approx(
            half * np.sqrt(widened), rel=1e-3
        )
