"""Way to the target, forecasts and parts of changes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.published.districts import MONTHS, Row, amount, decimal, path_at
from tests.published.measures import paces

CHANGE = {
    "activity": 0.2,
    "weather": -0.3,
    "efficiency": 0.9,
    "factor": 0.1,
    "coverage": 0.05,
    "boundary": 0.05,
}
"""How a change of the fixture is split; the rest of emissions has a share of its own."""


def trajectory_marts(measures: dict[tuple[str, str], Any]) -> dict[str, list[Row]]:
    """Way to the target, forecasts and parts of changes, for the districts that have emissions."""
    made: dict[str, list[Row]] = {
        name: []
        for name in ("fct_emission_trajectory", "fct_emission_forecasts", "fct_change_parts")
    }
    for (district, month), values in measures.items():
        place = {"district_id": district, "month": month}
        if values.get("energy_tco2e") is None:
            row = {
                **place,
                "stands": None,
                "target_reason": "no_target",
                "pace_reason": "not_enough_months",
            }
            made["fct_emission_trajectory"].append(row)
            continue
        window = [m for m in MONTHS if m <= month][-12:]
        year = amount(measures, district, window, "energy_tco2e") if len(window) == 12 else None
        made["fct_emission_trajectory"].append(_way(place, values, year))
        if values.get("achieved_slope_tco2e") is not None and year is not None:
            made["fct_emission_forecasts"] += _foreseen(place, values, year)
        before = f"{int(month[:4]) - 1}{month[4:]}"
        if (district, before) in measures:
            made["fct_change_parts"] += _change(place, "month", values, measures[district, before])
        earlier = [m for m in MONTHS if m < window[0]][-12:]
        if year is not None and len(earlier) == 12:
            sums = [
                {k: amount(measures, district, w, k) for k in ("energy_tco2e", "final_energy_kwh")}
                for w in (window, earlier)
            ]
            made["fct_change_parts"] += _change(place, "year", *sums)
    return made


def _way(place: Row, values: Any, year: float | None) -> Row:
    base, pace = values["baseline_tco2e"], values.get("achieved_slope_tco2e")
    target = path_at(place["district_id"], "2030-12", base)
    known = year is not None and pace is not None
    ahead = 2030 - int(place["month"][:4]) - (int(place["month"][5:]) - 12) / 12
    forecast = year + pace * ahead if known else None
    arrives = int(int(place["month"][:4]) + (target - year) / pace) if known and pace else None
    return {
        **place,
        "stands": "own",
        "target_year": 2030,
        "baseline_tco2e": decimal(base),
        "path_tco2e": decimal(path_at(place["district_id"], place["month"], base)),
        "target_tco2e": decimal(target),
        "energy_tco2e_12m": decimal(year),
        **{k: decimal(v) for k, v in paces(place["district_id"], place["month"]).items()},
        "months_of_pace": 24 if known else None,
        "forecast_tco2e": decimal(forecast),
        "forecast_low_tco2e": decimal(forecast - 900 if forecast is not None else None),
        "forecast_high_tco2e": decimal(forecast + 900 if forecast is not None else None),
        "arrival": "at_pace" if arrives else "reached" if known else None,
        "arrival_year": arrives,
        "arrival_earliest_year": arrives and arrives - 2,
        "arrival_latest_year": arrives and arrives + 9,
        "budget_left_tco2e": None,
        "budget_slope_tco2e": None,
        "target_reason": None,
        "pace_reason": None if known else "not_enough_months",
    }


def _foreseen(place: Row, values: Any, year: float) -> list[Row]:
    index = int(place["month"][:4]) * 12 + int(place["month"][5:])
    rows = []
    for ahead in sorted({6, 12, 24, 36, 48, 2030 * 12 + 12 - index}):
        month = f"{(index + ahead - 1) // 12}-{(index + ahead - 1) % 12 + 1:02d}"
        value, unsure = year + values["achieved_slope_tco2e"] * ahead / 12, 150.0 * ahead / 12
        figures = {"forecast": value, "low": value - unsure, "high": value + unsure, "naive": year}
        rows.append(
            {
                **place, "for_month": month, "horizon_months": ahead, "method": "seasonal_line",
                **{f"{k}_tco2e": decimal(v) for k, v in figures.items()},
                "fact_tco2e": None, "error_tco2e": None, "naive_error_tco2e": None,
                "within_interval": None,
            }
        )  # fmt: skip
    return rows


def _change(place: Row, period: str, now: Any, before: Any) -> list[Row]:
    rows = []
    for measure, column, scale, unit in (
        ("energy", "final_energy_kwh", Decimal("0.001"), "MWh"),
        ("emissions", "energy_tco2e", Decimal(1), "tCO2e"),
    ):
        start, end = (decimal(side[column]) * scale for side in (before, now))
        shares = {k: v for k, v in CHANGE.items() if measure == "emissions" or k != "factor"}
        parts = {k: round((end - start) * Decimal(str(v)), 9) for k, v in shares.items()}
        parts["not_separable"] = end - start - sum(parts.values())
        rows += [
            {
                **place, "period": period, "measure": measure, "part": part, "unit": unit,
                "from_value": start, "to_value": end, "value": value,
                "reason": "no_model" if part == "not_separable" else None,
            }
            for part, value in parts.items()
        ]  # fmt: skip
    return rows
