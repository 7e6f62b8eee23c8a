"""Models with output as a variable, months left out and intervals, against least squares done in NumPy."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from scipy import stats

from tests.baselines import fitting, reference_meters

Row = dict[str, Any]
POINTS = range(46, 73)
NAMES = {"office": "press", "shop": "mill", "church": "kiln", "homes": "dryer"}
"""Meters of the reference test, given something to make."""


def _working(meter: Row, name: str) -> Row:
    chance = random.Random(name)  # noqa: S311 - a sample
    periods = []
    for period in meter["periods"]:
        days = (date.fromisoformat(period["end"]) - date.fromisoformat(period["start"])).days
        output = round(days * chance.uniform(5, 15), 3)
        usage = None if period["usage"] is None else round(period["usage"] + 1.7 * output, 3)
        periods.append({**period, "usage": usage, "output": output})
    return {**meter, "name": name, "periods": periods}


METERS = {
    NAMES[meter.name]: _working(asdict(meter), NAMES[meter.name])
    for meter in reference_meters.meters()
    if meter.name in NAMES
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
    warehouse = tmp_path_factory.mktemp("output") / "warehouse.duckdb"
    fitting.write(warehouse, METERS.values(), temperature_days=70)
    points = [POINTS[0], POINTS[-1]]
    fitting.fit(
        warehouse,
        **{
            **fitting.FAHRENHEIT,
            "baseline_heating_points": points,
            "baseline_cooling_points": points,
        },
        **fitting.WHATEVER_THERE_IS,
    )
    rows = fitting.rows(
        warehouse,
        "select models.*, months.uncertainty_kwh from int_baseline_models as models"
        " inner join int_baseline_point_months as months using (point_id) where months.month = '2025-12'",
    )
    return {row["point_id"]: row for row in rows}


class Fit:
    """Weighted least squares of one candidate."""

    def __init__(self, columns: np.ndarray, usage: np.ndarray, days: np.ndarray) -> None:
        root = np.sqrt(days)
        self.beta = np.linalg.lstsq(columns * root[:, None], usage * root, rcond=None)[0]
        left = ((usage - columns @ self.beta) ** 2 * days).sum()
        all_of_it = ((usage - np.average(usage, weights=days)) ** 2 * days).sum()
        n, k = columns.shape
        self.adjusted = 1 - left / all_of_it * (n - 1) / (n - k)


def _table(meter: Row) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[str]]:
    used = [p for p in meter["periods"] if p["usage"] is not None]
    days = np.array([float(len(list(_days(p)))) for p in used])
    usage = np.array([p["usage"] for p in used]) / days
    output = np.array([p["output"] for p in used]) / days
    warm = [np.array([meter["temperatures"][f"{d}"] for d in _days(p)]) for p in used]
    degrees = np.array(
        [[[np.maximum(b - t, 0).mean(), np.maximum(t - b, 0).mean()] for b in POINTS] for t in warm]
    )
    return days, usage, output, degrees, [p["start"][:7] for p in used]


def _days(period: Row) -> Iterator[date]:
    day = date.fromisoformat(period["start"])
    while day < date.fromisoformat(period["end"]):
        yield day
        day += timedelta(days=1)


def _candidates(meter: Row) -> Iterator[tuple[tuple[int | None, int | None], np.ndarray]]:
    days, _, output, degrees, _ = _table(meter)
    base = np.column_stack([np.ones(len(days)), output])
    least = 10 if meter["frequency"] == "daily" else 0
    enough = [
        [
            (degrees[:, i, k] * days).sum() >= 20 and (degrees[:, i, k] > 0).sum() >= least
            for k in (0, 1)
        ]
        for i in range(len(POINTS))
    ]
    cools = range(len(POINTS)) if meter["fuel"] == "electricity" else ()
    yield (None, None), base
    for h in range(len(POINTS)):
        if enough[h][0]:
            yield (h, None), np.column_stack([base, degrees[:, h, 0]])
    for c in cools:
        if enough[c][1]:
            yield (None, c), np.column_stack([base, degrees[:, c, 1]])
            for h in range(c + 1):
                if enough[h][0]:
                    yield (h, c), np.column_stack([base, degrees[:, h, 0], degrees[:, c, 1]])


def _best(meter: Row) -> tuple[tuple[int | None, int | None], np.ndarray, Fit]:
    days, usage, *_ = _table(meter)
    fits = [(at, columns, Fit(columns, usage, days)) for at, columns in _candidates(meter)]
    return max((one for one in fits if min(one[2].beta) >= 0), key=lambda one: one[2].adjusted)


@pytest.mark.parametrize("name", METERS)
def test_a_model_with_output_is_the_best_of_all_least_squares(
    name: str, found: dict[str, Row]
) -> None:
    (heating, cooling), _, fit = _best(METERS[name])
    ours = found[name]

    points = [None if at is None else POINTS[at] for at in (heating, cooling)]
    assert [ours["heating_balance_point"], ours["cooling_balance_point"]] == points
    slopes = [
        ours["kwh_per_heating_degree_day"] if heating is not None else None,
        ours["kwh_per_cooling_degree_day"] if cooling is not None else None,
    ]
    beta = [ours["base_kwh_per_day"], ours["kwh_per_output"], *(s for s in slopes if s is not None)]
    assert beta == pytest.approx(list(fit.beta), rel=1e-6)
    assert ours["kwh_per_output"] == pytest.approx(1.7, rel=0.1)
    assert ours["adjusted_r2"] == pytest.approx(fit.adjusted, rel=1e-6)


@pytest.mark.parametrize("name", METERS)
def test_bias_is_that_of_months_the_model_has_not_seen(name: str, found: dict[str, Row]) -> None:
    days, usage, _, _, months = _table(METERS[name])
    _, columns, _ = _best(METERS[name])
    missed = 0.0
    for month in sorted(set(months)):
        out = np.array([one == month for one in months])
        fit = Fit(columns[~out], usage[~out], days[~out])
        missed += float(((columns[out] @ fit.beta - usage[out]) * days[out]).sum())

    bias = missed / float((usage * days).sum())
    assert found[name]["nmbe_out_of_sample"] == pytest.approx(bias, rel=1e-5, abs=1e-9)
    assert math.isfinite(bias)


@pytest.mark.parametrize("name", METERS)
def test_an_interval_far_from_its_baseline_is_that_of_least_squares(
    name: str, found: dict[str, Row]
) -> None:
    """A December without any output, of which the baseline has not seen one."""
    meter = METERS[name]
    days, usage, *_ = _table(meter)
    (heating, cooling), columns, fit = _best(meter)
    december = [meter["temperatures"][f"2025-12-{day:02}"] for day in range(1, 32)]
    asked = [31.0, 0.0]
    asked += [sum(max(POINTS[heating] - t, 0) for t in december)] if heating is not None else []
    asked += [sum(max(t - POINTS[cooling], 0) for t in december)] if cooling is not None else []
    free = len(days) - columns.shape[1]
    scatter = ((usage - columns @ fit.beta) ** 2 * days).sum() / free
    known = np.linalg.inv(columns.T @ (columns * days[:, None]))
    widened = max(1, len(days) / found[name]["independent_periods"])
    half = stats.t.ppf(0.95, free) * math.sqrt(
        widened * scatter * (31 + np.array(asked) @ known @ np.array(asked))
    )

    assert float(found[name]["uncertainty_kwh"]) == pytest.approx(half, rel=5e-3)
