"""A declaration makes a baseline daily where a curve is read; days that are not whole are left out by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from tests.warehouse.arrived import bill, interval, midnight, point
from tests.warehouse.models import Models, one
from tests.warehouse.small_district import DISTRICT

Row = dict[str, Any]
FIRST, LAST = date(2025, 1, 1), date(2026, 4, 1)
WANTED = ("int_baseline_observations", "int_baseline_models", "int_baseline_point_months")
HOUR = timedelta(hours=1)


def temperature(day: date) -> int:
    """From 3 to 25 °C over the year, with a saw of five days that months cannot see."""
    return (
        3
        + 22 * min(day.timetuple().tm_yday, 365 - day.timetuple().tm_yday) // 183
        + 5 * (day.toordinal() % 3 - 1)
    )


def use(day: date) -> Decimal:
    """10 kWh a day, and 2 for every degree below 15 °C."""
    return Decimal(10 + 2 * max(15 - temperature(day), 0))


def days(first: date, last: date) -> Iterator[date]:
    while first < last:
        yield first
        first += timedelta(days=1)


def weather() -> list[Row]:
    return [
        {"district_id": DISTRICT, "source_id": "w", "station_id": "town", "day": day,
         "variable": "t_mean_c", "value": Decimal(temperature(day))}
        for day in days(FIRST, LAST)
    ]  # fmt: skip


def curve(point_id: str = "p", **more: object) -> list[Row]:
    """Six-hour steps, as many as the UTC hours of a local day have room for; the last one takes what is left."""
    rows = []
    for day in days(FIRST, LAST):
        at, end = midnight(day), midnight(day + timedelta(days=1))
        cuts = [at, at + 6 * HOUR, at + 12 * HOUR, end]
        for start, stop in pairwise(cuts):
            quantity = use(day) / (2 if stop == end else 4)
            rows.append(interval(start, stop, quantity, point_id=point_id, **more))
    return rows


def declared(**said: object) -> Row:
    none = dict.fromkeys(
        ("carrier", "sector", "source_id", "point_id", "output_driver", "starts_on")
    )
    return {"district_id": DISTRICT, "position": 0, "frequency": "daily", **none, **said}


def found(models: Models, rows: list[Row], said: list[Row], **more: list[Row]) -> dict[str, list[Row]]:  # fmt: skip
    given = {
        "stg_meter_intervals": rows, "stg_weather_daily": weather(), "stg_baselines": said,
        "stg_metering_points": [point("p", "electricity"), point("g", "natural_gas")], **more,
    }  # fmt: skip
    return models.run(given, *WANTED)


def test_a_declared_point_has_the_model_of_its_days(models: Models) -> None:
    rows = found(models, curve(), [declared(point_id="p")])

    model = one(rows["int_baseline_models"], point_id="p")
    assert (model["frequency"], model["reason"], model["model_type"]) == ("daily", None, "hdd_only")
    assert (model["periods"], model["heating_balance_point"]) == (365, 15)
    assert model["base_kwh_per_day"] == pytest.approx(10)
    assert model["kwh_per_heating_degree_day"] == pytest.approx(2)
    assert model["model_grade"] == "A"
    # The 23 hours of 30 March and the 25 of 26 October are days like any other.
    assert {row["unusable"] for row in rows["int_baseline_observations"]} == {None}
    february = one(rows["int_baseline_point_months"], point_id="p", month="2026-02")
    expected = sum(use(day) for day in days(date(2026, 2, 1), date(2026, 3, 1)))
    assert float(february["baseline_expected_kwh"]) == pytest.approx(float(expected))
    assert float(february["cumulated_saving_kwh"]) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("said", "frequency"),
    [
        ({}, "daily"),
        ({"source_id": "s"}, "daily"),
        ({"source_id": "other"}, "billing_monthly"),
        ({"point_id": "q"}, "billing_monthly"),
        ({"sector": "industry"}, "billing_monthly"),
        ({"carrier": "electricity", "sector": "tertiary"}, "daily"),
    ],
)
def test_a_declaration_reaches_what_it_names(models: Models, said: Row, frequency: str) -> None:
    rows = found(models, curve(), [declared(**said)])

    assert one(rows["int_baseline_models"], point_id="p")["frequency"] == frequency


def test_bills_stay_bills_whatever_is_declared(models: Models) -> None:
    bills = [
        bill(date(2025, month, 1), date(2025 + month // 12, month % 12 + 1, 1), 100, point_id="g")
        for month in range(1, 13)
    ]

    rows = found(models, [], [declared()], stg_utility_bills=bills)

    assert one(rows["int_baseline_models"], point_id="g")["frequency"] == "billing_monthly"


def test_days_that_are_not_whole_or_not_measured_are_left_out_by_name(models: Models) -> None:
    rows = curve()
    lost, guessed = midnight(date(2025, 3, 5)), midnight(date(2025, 8, 9))
    rows = [row for row in rows if row["interval_start"] != lost]
    for row in rows:
        if row["interval_start"] == guessed:
            row["quality"] = "estimated"

    got = found(models, rows, [declared()])

    unusable = {row["period_start"]: row["unusable"] for row in got["int_baseline_observations"]}
    assert unusable[date(2025, 3, 5)] == "day_not_complete"
    assert unusable[date(2025, 8, 9)] == "estimated_day"
    assert sum(reason is not None for reason in unusable.values()) == 2
    assert one(got["int_baseline_models"], point_id="p")["periods"] == 363


def test_a_gas_day_is_of_the_day_it_begins_in(models: Models) -> None:
    rows = [
        interval(midnight(day) + 6 * HOUR, midnight(day + timedelta(days=1)) + 6 * HOUR, use(day),
                 point_id="g", carrier="natural_gas")
        for day in days(FIRST, LAST)
    ]  # fmt: skip

    got = found(models, rows, [declared()])

    assert {row["unusable"] for row in got["int_baseline_observations"]} == {None}
    model = one(got["int_baseline_models"], point_id="g")
    assert (model["periods"], model["heating_balance_point"]) == (365, 15)
    assert model["kwh_per_heating_degree_day"] == pytest.approx(2)


def test_too_few_days_are_not_enough(models: Models) -> None:
    rows = [row for row in curve() if row["interval_start"] < midnight(date(2025, 12, 1))]

    got = found(models, rows, [declared()])

    model = one(got["int_baseline_models"], point_id="p")
    assert (model["reason"], model["model_grade"]) == ("incorrect_number_of_total_days", "D")


def test_many_days_that_are_not_whole_are_not_enough(models: Models) -> None:
    rows = [
        row for row in curve()
        if not (row["interval_start"].day % 7 == 0 and row["interval_start"].hour > 18)
    ]  # fmt: skip

    got = found(models, rows, [declared()])

    model = one(got["int_baseline_models"], point_id="p")
    assert model["reason"] == "too_many_days_with_missing_meter_data"
