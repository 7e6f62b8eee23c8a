"""What an edition tells as context is weather and calendar: the same whoever uses how much.

`open_tables._CONTEXT` names columns of wide marts that leave unjudged by the rules for firms and people. Each has its
reason here, and each is the same over rows in which one firm uses nothing and over rows in which it uses everything.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from pipelines.publishing.protecting import open_tables
from tests.warehouse.arrived import interval, midnight, point, reading
from tests.warehouse.models import Models
from tests.warehouse.small_district import DISTRICT
from tests.warehouse.test_daily_baselines import days, temperature

Row = dict[str, Any]
FIRST, LAST = date(2025, 1, 1), date(2026, 3, 1)
WHY = {
    "hdd": "a weather station's temperatures: anybody can read them there",
    "cdd": "the same",
    "reference_hdd": "the same station's first year",
    "working_days": "the calendar and its public holidays",
    "precipitation_mm": "the rain that a weather station measured, published by its service",
    "precipitation_normal_mm": "declared with its published source, or what the station measured in other years",
    "precipitation_anomaly_mm": "the one less the other, over three months (WAT09's numerator)",
    "precipitation_normal_three_months_mm": "the sum of three of them (WAT09's denominator)",
    "precipitation_reference_basis": "which of the ways above: a word",
    "precipitation_reference_period": "the years it is of",
}
"""Why each column is public, none of them being a figure of anybody."""


def weather() -> list[Row]:
    return [
        {"district_id": DISTRICT, "source_id": "w", "station_id": "town", "day": day,
         "variable": variable, "value": value}
        for day in days(FIRST, LAST)
        for variable, value in (("t_mean_c", Decimal(temperature(day))), ("precipitation_mm", Decimal(day.day % 5)))
    ]  # fmt: skip


def used_by_one() -> dict[str, list[Row]]:
    """All that one firm draws, in three carriers, month by month."""
    months = [one for one in days(FIRST, LAST) if one.day == 1]
    return {
        "stg_metering_points": [
            point("pod", "electricity"),
            point("pdr", "natural_gas"),
            point("well", "water", water_source="well"),
        ],
        "stg_meter_intervals": [
            interval(midnight(start), midnight(end), Decimal(1000), point_id="pod")
            for start, end in pairwise(months)
        ],
        "stg_meter_registers": [
            reading(day, Decimal(100 * place), point_id=code, carrier=carrier, unit=unit)
            for code, carrier, unit in (("pdr", "natural_gas", "Smc"), ("well", "water", "m3"))
            for place, day in enumerate(months)
        ],
    }


def context(
    models: Models, given: dict[str, list[Row]], mart: str
) -> dict[tuple[str, str], tuple[Any, ...]]:
    """The columns that leave, by district and month."""
    rows = models.run({"stg_weather_daily": weather(), **given}, mart)[mart]
    columns = open_tables._CONTEXT[mart]
    return {
        (row["district_id"], row["month"]): tuple(row[name] for name in columns) for row in rows
    }


def test_every_column_of_context_has_its_reason() -> None:
    told = [name for columns in open_tables._CONTEXT.values() for name in columns]
    assert sorted(told) == sorted(WHY)


@pytest.mark.parametrize("mart", sorted(open_tables._CONTEXT))
def test_context_is_the_same_whoever_uses_how_much(models: Models, mart: str) -> None:
    without, with_all = context(models, {}, mart), context(models, used_by_one(), mart)

    # A district is told of from its first meter on; which months there are is no secret.
    assert with_all.keys() < without.keys()
    assert {(DISTRICT, "2025-12"), (DISTRICT, "2026-02")} <= with_all.keys()
    assert with_all == {place: without[place] for place in with_all}
    assert any(any(row) for row in with_all.values())
    whole = models.run({"stg_weather_daily": weather(), **used_by_one()}, mart)[mart]
    amounts = {"fct_energy_monthly": "final_energy_kwh", "fct_water_monthly": "withdrawn_m3"}
    assert any(row.get(amounts[mart]) for row in whole), sorted(whole[0])


def test_degree_days_are_made_of_the_weather_alone(models: Models) -> None:
    made = [
        models.run({"stg_weather_daily": weather(), **given}, "fct_degree_days")["fct_degree_days"]
        for given in ({}, used_by_one())
    ]
    assert made[0]
    assert made[0] == made[1]
