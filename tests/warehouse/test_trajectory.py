"""Pace, forecasts and arrival against matrices, a statistics library and series whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from tests.warehouse.models import Models, one
from tests.warehouse.trajectories import FIRST, Line, given, month_of, run

MODELS = ("fct_emission_trajectory", "fct_emission_forecasts")


def falling(months: int, by_year: float = -60.0, noise: float = 6.0, seed: int = 3) -> list[float]:
    """Monthly emissions with a winter, a pace and something that nobody explains."""
    chance = np.random.default_rng(seed)
    drift, values = 0.0, []
    for n in range(months):
        drift = 0.4 * drift + chance.normal(0, noise)
        values.append(100 + 40 * math.cos(n % 12 / 12 * 2 * math.pi) + by_year / 144 * n + drift)
    return values


def test_pace_and_its_interval_are_those_of_a_line_with_a_mean_per_calendar_month(
    models: Models,
) -> None:
    series = falling(40)
    series[17] = None  # a month that nobody knows says nothing, and the others still do

    found = run(models, given({"d": series}, target=700), *MODELS)["fct_emission_trajectory"]

    row, line = one(found, month=month_of(FIRST + 39)), Line(series)
    assert float(row["achieved_slope_tco2e"]) == pytest.approx(line.slope_of_year, abs=1e-5)
    low, high = (float(row[f"achieved_slope_{end}_tco2e"]) for end in ("low", "high"))
    assert (high - low) / 2 == pytest.approx(line.half_width, rel=2e-3)
    assert float(row["independent_degrees"]) == pytest.approx(line.degrees, abs=1e-3)
    assert row["months_of_pace"] == 39


def test_forecasts_and_the_chance_of_arrival_are_those_of_the_prediction_of_that_line(
    models: Models,
) -> None:
    series = falling(36)

    found = run(models, given({"d": series}, target=800), *MODELS)

    line, made = Line(series), month_of(FIRST + 35)
    for horizon in (6, 12, 60):
        row = one(found["fct_emission_forecasts"], month=made, horizon_months=horizon)
        value, deviation = line.year_ahead(horizon)
        wide = stats.t.ppf(0.95, line.degrees) * deviation
        assert float(row["forecast_tco2e"]) == pytest.approx(value, abs=1e-5)
        assert float(row["high_tco2e"] - row["low_tco2e"]) / 2 == pytest.approx(wide, rel=2e-3)
    value, deviation = line.year_ahead(60)
    row = one(found["fct_emission_trajectory"], month=made)
    likely = stats.t.cdf((800 - value) / deviation, line.degrees)
    assert 0.02 < likely < 0.98
    assert float(row["arrival_probability"]) == pytest.approx(likely, abs=2e-3)
    assert float(row["required_slope_tco2e"]) == pytest.approx(
        (800 - sum(series[-12:])) / 5, abs=1e-5
    )


def test_nine_intervals_in_ten_hold_the_truth_though_months_resemble_each_other(
    models: Models,
) -> None:
    """A plain line would hold it six times in ten; the correction loses a little in three years of such months."""
    chance = np.random.default_rng(7)
    many = {}
    for number in range(300):
        drift, values = 0.0, []
        for n in range(90 - 36, 90 + 48):
            drift = 0.6 * drift + chance.normal(0, 5)
            values.append(500 - 0.5 * n + drift)
        many[f"d{number:03d}"] = values[-48:]

    facts = {name: sum(values[-12:]) for name, values in many.items()}
    made, rows = month_of(FIRST + 35), given({name: v[:36] for name, v in many.items()}, target=1)
    found = run(models, rows, *MODELS)

    paces = [row for row in found["fct_emission_trajectory"] if row["month"] == made]
    held = [
        row["achieved_slope_low_tco2e"] <= -72 <= row["achieved_slope_high_tco2e"]
        for row in paces
        if row["pace_reason"] is None  # a few series resemble themselves too much to tell one
    ]
    ahead = [
        row["low_tco2e"] <= facts[row["district_id"]] <= row["high_tco2e"]
        for row in found["fct_emission_forecasts"]
        if row["month"] == made and row["horizon_months"] == 12
    ]
    assert len(held) == len(ahead) > 280
    assert 0.84 < sum(held) / len(held) < 0.97
    assert 0.84 < sum(ahead) / len(ahead) < 0.97


def test_a_forecast_is_what_it_was_when_months_come_after_it(models: Models) -> None:
    series = falling(48)

    then = run(models, given({"d": series[:36]}, target=700), *MODELS)["fct_emission_forecasts"]
    now = run(models, given({"d": series}, target=700), *MODELS)["fct_emission_forecasts"]

    made = month_of(FIRST + 35)
    fields = ("forecast_tco2e", "low_tco2e", "high_tco2e", "naive_tco2e")
    for row in (each for each in then if each["month"] == made):
        again = one(now, month=made, for_month=row["for_month"])
        assert [again[name] for name in fields] == [row[name] for name in fields]
    scored = one(now, month=made, horizon_months=12)
    assert float(scored["fact_tco2e"]) == pytest.approx(sum(series[36:]))
    assert scored["error_tco2e"] == scored["forecast_tco2e"] - scored["fact_tco2e"]
    assert scored["naive_error_tco2e"] == scored["naive_tco2e"] - scored["fact_tco2e"]
    assert scored["within_interval"] is (
        scored["low_tco2e"] <= scored["fact_tco2e"] <= scored["high_tco2e"]
    )


def test_a_pace_needs_two_of_every_calendar_month_of_one_boundary(models: Models) -> None:
    series = falling(36)

    short = run(models, given({"d": series[:23]}, target=700), *MODELS)["fct_emission_trajectory"]
    changed = run(models, given({"d": series}, target=700, boundaries={20: "v2"}), *MODELS)

    assert one(short, month=month_of(FIRST + 22))["pace_reason"] == "pace_too_short"
    last = one(changed["fct_emission_trajectory"], month=month_of(FIRST + 35))
    assert last["pace_reason"] == "pace_too_short"
    assert last["achieved_slope_tco2e"] is None
    assert last["arrival_probability"] is None
    assert last["required_slope_tco2e"] is not None  # what is needed can be told all the same


@pytest.mark.parametrize(
    ("by_year", "target", "arrival"),
    [(-60, 2000, "reached"), (-60, 700, "at_pace"), (90, 700, "never"), (-9, 10, "beyond")],
)
def test_arrival_is_a_year_or_says_why_there_is_none(
    models: Models, by_year: float, target: float, arrival: str
) -> None:
    series = falling(48, by_year, noise=0.5)

    found = run(models, given({"d": series}, target=target), *MODELS)["fct_emission_trajectory"]

    row = one(found, month=month_of(FIRST + 47))
    assert row["arrival"] == arrival
    if arrival == "at_pace":
        line = Line(series)
        pivot = line.year_ahead(12)[0]
        months = 12 + (pivot - target) / (line.slope_of_year / -12)
        assert row["arrival_year"] == (FIRST + 47 + math.ceil(months) - 1) // 12
        assert row["arrival_earliest_year"] <= row["arrival_year"] <= row["arrival_latest_year"]
    if arrival in ("never", "beyond"):
        assert row["arrival_year"] is None


def test_emissions_that_follow_the_line_exactly_have_no_doubt(models: Models) -> None:
    exact = [100 - 0.5 * n for n in range(36)]

    found = run(models, given({"d": exact}, target=870), *MODELS)["fct_emission_trajectory"]

    row = one(found, month=month_of(FIRST + 35))
    assert row["achieved_slope_tco2e"] == -72
    assert row["achieved_slope_low_tco2e"] == row["achieved_slope_high_tco2e"] == -72
    assert row["arrival_probability"] in (0, 1)


def test_what_is_left_of_the_budget_asks_for_a_pace_of_its_own(models: Models) -> None:
    """Five years at 1200 a year less 100 more each year use 6000 - 1250 = 4750."""
    rows = given({"d": [100.0] * 36}, target=700)
    for row in rows["int_emission_path"]:
        row["budget_left_tco2e"] = 4750

    found = run(models, rows, *MODELS)["fct_emission_trajectory"]

    assert one(found, month=month_of(FIRST + 35))["budget_slope_tco2e"] == -100
