"""A meter that is read every two or three months: its months are declared cuts, its baseline sees what it showed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from tests.warehouse.arrived import bill, point, reading
from tests.warehouse.models import Models, one, total
from tests.warehouse.small_district import DISTRICT
from tests.warehouse.test_bills_to_months import by_degree_days
from tests.warehouse.test_daily_baselines import days, temperature, use, weather

Row = dict[str, Any]
FIRST = date(2025, 1, 1)
HEAT = {"carrier": "district_heat", "unit": "kWh"}
WANTED = (
    "int_baseline_observations",
    "int_baseline_models",
    "int_baseline_point_months",
    "int_point_months",
)


def used(start: date, end: date) -> Decimal:
    return sum((use(day) for day in days(start, end)), Decimal(0))


def every(step: int) -> Iterator[date]:
    return (FIRST + timedelta(days=step * n) for n in range(450 // step + 1))


def shown(read_on: Iterator[date], **more: object) -> list[Row]:
    return [reading(day, used(FIRST, day), **HEAT, **more) for day in read_on]


def found(
    models: Models, rows: list[Row], *, until: date | None = None, **more: list[Row]
) -> dict[str, list[Row]]:
    registered = [point("p", "district_heat", valid_to=until)]
    given = {
        "stg_meter_registers": rows,
        "stg_weather_daily": weather(),
        "stg_metering_points": registered,
    }
    return models.run({**given, **more}, *WANTED)


def test_a_baseline_is_fitted_to_what_was_read_and_not_to_months_made_of_it(models: Models) -> None:
    rows = found(models, shown(every(61)), **by_degree_days("s", "district_heat"))

    seen = rows["int_baseline_observations"]
    assert [(row["period_start"], row["period_end"]) for row in seen] == [*pairwise(every(61))]
    assert [row["usage_kwh"] for row in seen] == [used(*each) for each in pairwise(every(61))]
    model = one(rows["int_baseline_models"])
    assert (model["frequency"], model["reason"]) == ("billing_bimonthly", None)
    assert model["heating_balance_point"] == 15
    assert model["kwh_per_heating_degree_day"] == pytest.approx(2, rel=1e-6)
    # Months are shown as declared, and say so.
    months = rows["int_point_months"]
    for month in ("2025-02", "2025-03", "2025-12", "2026-01"):
        cold = one(months, month=month)
        assert (cold["allocation"], cold["value_status"]) == ("degree_days", "allocated")
        assert 0 < cold["allocated_share"] <= 1
    whole = max(every(61))
    assert total(months, "quantity") == used(FIRST, whole)
    # What a heated February really used, and what the days of the span would have made of it.
    february = used(date(2025, 2, 1), date(2025, 3, 1))
    by_days = found(models, shown(every(61)))["int_point_months"]
    told = abs(one(months, month="2025-02")["quantity"] - february)
    assert told < abs(one(by_days, month="2025-02")["quantity"] - february) or told < 1


def test_a_baseline_of_bills_and_one_of_readings_on_the_same_days_are_one(models: Models) -> None:
    bills = [bill(start, end, used(start, end), **HEAT) for start, end in pairwise(every(61))]

    read = one(found(models, shown(every(61)))["int_baseline_models"])
    billed = one(found(models, [], stg_utility_bills=bills)["int_baseline_models"])

    for name in ("model_type", "heating_balance_point", "periods", "frequency"):
        assert read[name] == billed[name]
    assert read["base_kwh_per_day"] == pytest.approx(billed["base_kwh_per_day"], rel=1e-9)


def test_an_estimate_between_sparse_readings_is_merged_and_one_at_the_end_is_told(
    models: Models,
) -> None:
    rows = shown(every(61))
    rows[3] = {**rows[3], "quality": "estimated", "reading": rows[3]["reading"] + 400}
    rows[-1] = {**rows[-1], "quality": "estimated"}

    made = found(models, rows)

    spans = [(row["period_start"], row["period_end"]) for row in made["int_baseline_observations"]]
    at = [*every(61)]
    assert (at[2], at[4]) in spans
    assert one(made["int_point_months"], month="2025-06")["estimated_share"] == 0
    assert one(made["int_point_months"], month="2026-02")["estimated_share"] > 0


@pytest.mark.parametrize("step", [1, 7])
def test_a_meter_read_often_is_seen_by_months(models: Models, step: int) -> None:
    seen = found(models, shown(every(step)))["int_baseline_observations"]

    assert {row["period_start"].day for row in seen} == {1}


def test_a_month_in_which_a_point_leaves_is_no_month_of_its_baseline(models: Models) -> None:
    rows = found(models, shown(every(1)), until=date(2026, 2, 11))

    left = one(rows["int_point_months"], month="2026-02")
    assert left["quantity"] == used(date(2026, 2, 1), date(2026, 2, 11))
    assert (left["fully_covered"], left["whole_month"]) == (True, False)
    seen = {row["period_start"]: row["unusable"] for row in rows["int_baseline_observations"]}
    assert seen[date(2026, 2, 1)] == "month_not_complete"
    told = {row["month"]: row for row in rows["int_baseline_point_months"]}
    # A third of the month is moved by a third of its weather, and nothing is saved by leaving.
    assert told["2026-02"]["baseline_expected_kwh"] is None
    assert float(told["2026-01"]["baseline_expected_kwh"]) == pytest.approx(
        float(used(date(2026, 1, 1), date(2026, 2, 1))), rel=1e-6
    )
    cold = [
        sum(max(15 - temperature(d), 0) for d in days(date(y, 2, 1), date(y, 3, 1)))
        for y in (2025, 2026)
    ]
    expected = 2 * (cold[0] - cold[1]) * 10 / 28
    assert float(told["2026-02"]["adjustment_kwh"]) == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_a_bill_that_crosses_the_day_on_which_a_point_leaves_is_not_of_one_holder(
    models: Models,
) -> None:
    bills = [bill(start, end, used(start, end), **HEAT) for start, end in pairwise(every(61))]
    at = [*every(61)]

    rows = found(models, [], until=at[5] + timedelta(days=9), stg_utility_bills=bills)

    assert [row["period_end"] for row in rows["int_baseline_observations"]] == at[1:6]


def test_cut_months_of_water_reach_their_district(models: Models) -> None:
    """Three months between readings of water, cut by time: seconds of each month, every unit once."""
    rows = [
        reading(date(2025, month, 5), 90 * n, carrier="water", unit="m3")
        for n, month in enumerate((1, 4, 7, 10))
    ]
    made = models.run(
        {
            "stg_meter_registers": rows,
            "stg_metering_points": [point("p", "water", water_source="well")],
        },
        "int_point_months", "fct_water_monthly",
    )  # fmt: skip

    assert total(made["int_point_months"], "volume_m3") == 270
    wells = [
        row
        for row in made["fct_water_monthly"]
        if row["district_id"] == DISTRICT and row["well_m3"]
    ]
    assert sum(row["well_m3"] for row in wells) == 270
    assert {row["allocation"] for row in made["int_point_months"]} == {"time"}
