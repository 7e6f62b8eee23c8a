"""Months of bills against pandas, which spreads them over days of its own calendar."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warehouse.arrived import bill, midnight, reading
from tests.warehouse.models import Models, one, total
from tests.warehouse.small_district import DISTRICT
from tests.warehouse.test_readings_to_months import few

Row = dict[str, Any]
FIRST = date(2024, 5, 1)
CENT = Decimal("0.01")


def months_of(models: Models, bills: list[Row], **given_rows: list[Row]) -> list[Row]:
    return models.run({"stg_utility_bills": bills, **given_rows}, "int_bill_months")[
        "int_bill_months"
    ]


def by_day(bills: list[Row], weights: pd.Series | None = None) -> dict[str, float]:
    """The oracle: each bill as a daily series, summed by pandas over calendar months."""
    daily = pd.Series(dtype=float)
    for row in bills:
        days = pd.date_range(row["period_start"], row["period_end"], inclusive="left")
        weight = pd.Series(1.0, index=days) if weights is None else weights.reindex(days)
        daily = daily.add(float(row["quantity"]) * weight / weight.sum(), fill_value=0)
    monthly = daily.resample("MS").sum()
    return {f"{at:%Y-%m}": float(quantity) for at, quantity in monthly.items()}


lengths = st.lists(st.integers(1, 100), min_size=1, max_size=8)
cents = st.lists(st.integers(1, 10**11), min_size=8, max_size=8)


@few
@given(days=lengths, hundredths=cents, gap=st.integers(0, 40), chance=st.randoms())
def test_bills_by_days_are_what_pandas_makes_of_them_and_add_up_exactly(
    models: Models, days: list[int], hundredths: list[int], gap: int, chance: random.Random
) -> None:
    bills, start = [], FIRST + timedelta(days=gap)
    for length, amount in zip(days, hundredths, strict=False):
        end = start + timedelta(days=length)
        bills.append(bill(start, end, amount * CENT, amount_net_eur=2 * amount * CENT))
        start = end
    chance.shuffle(bills)

    rows = months_of(models, bills)

    expected = by_day(bills)
    found = {row["month"]: row["quantity"] for row in rows}
    assert found.keys() == {month for month, quantity in expected.items() if quantity}
    for month, quantity in found.items():
        assert float(quantity) == pytest.approx(expected[month], rel=1e-12, abs=1e-5)
    assert total(rows, "quantity") == total(bills, "quantity")
    assert total(rows, "priced_amount_eur") == total(bills, "amount_net_eur")


def weather(first: date, days: int) -> list[Row]:
    return [
        {"district_id": DISTRICT, "day": day, "month": f"{day:%Y-%m}", "hdd": Decimal(n * 7 % 13)}
        for n, day in enumerate(first + timedelta(days=n) for n in range(days))
    ]


def by_degree_days(source: str, carrier: str) -> dict[str, list[Row]]:
    return {
        "stg_calendarisations": [
            {"district_id": DISTRICT, "source_id": source, "carrier": carrier, "method": "degree_days"}
        ]
    }  # fmt: skip


def test_bills_by_degree_days_are_what_pandas_makes_of_them(models: Models) -> None:
    bills = [
        bill(date(2025, 11, 17), date(2026, 1, 20), "1000.01"),
        bill(date(2026, 1, 20), date(2026, 4, 3), "777.77"),
    ]
    days = weather(date(2025, 11, 1), 180)
    weights = pd.Series(
        [float(row["hdd"]) for row in days], index=pd.DatetimeIndex([row["day"] for row in days])
    )

    rows = months_of(models, bills, int_weather_days=days, **by_degree_days("s", "natural_gas"))

    expected = by_day(bills, weights)
    assert {row["month"] for row in rows} == set(expected)
    for row in rows:
        assert float(row["quantity"]) == pytest.approx(expected[row["month"]], abs=1e-5)
        assert row["allocation"] == "degree_days"
    assert total(rows, "quantity") == Decimal("1777.78")


def test_a_day_without_a_temperature_leaves_the_whole_bill_to_days(models: Models) -> None:
    bills = [bill(date(2026, 1, 1), date(2026, 3, 1), 590)]
    days = [row for row in weather(date(2026, 1, 1), 59) if row["day"] != date(2026, 2, 10)]

    rows = months_of(models, bills, int_weather_days=days, **by_degree_days("s", "natural_gas"))

    assert [(row["quantity"], row["allocation"]) for row in rows] == [(310, "days"), (280, "days")]


def test_only_the_carrier_that_is_declared_goes_by_degree_days(models: Models) -> None:
    bills = [bill(date(2026, 1, 1), date(2026, 3, 1), 590)]

    rows = months_of(
        models, bills, int_weather_days=weather(date(2026, 1, 1), 59), **by_degree_days("s", "water")
    )  # fmt: skip

    assert {row["allocation"] for row in rows} == {"days"}


def test_sparse_readings_go_by_degree_days_too(models: Models) -> None:
    readings = [reading(date(2026, 1, 1), 0), reading(date(2026, 3, 1), 300)]
    cold = [{**row, "hdd": Decimal(20 if row["month"] == "2026-01" else 10)}
            for row in weather(date(2026, 1, 1), 59)]  # fmt: skip
    heat = Decimal(20 * 31 + 10 * 28)

    rows = models.run(
        {"stg_meter_registers": readings, "int_weather_days": cold, **by_degree_days("s", "natural_gas")},
        "int_register_months",
    )["int_register_months"]  # fmt: skip

    assert float(one(rows, month="2026-01")["quantity"]) == pytest.approx(float(300 * 620 / heat))
    assert total(rows, "quantity") == 300
    assert {row["allocation"] for row in rows} == {"degree_days"}


def test_a_reading_at_noon_takes_half_the_degree_days_of_its_day(models: Models) -> None:
    readings = [
        reading(midnight(date(2026, 1, 31)), 0),
        reading(midnight(date(2026, 2, 1)) + timedelta(hours=12), 30),
    ]
    cold = [{**row, "hdd": Decimal(10)} for row in weather(date(2026, 1, 31), 2)]

    rows = models.run(
        {"stg_meter_registers": readings, "int_weather_days": cold, **by_degree_days("s", "natural_gas")},
        "int_register_months",
    )["int_register_months"]  # fmt: skip

    assert [row["quantity"] for row in rows] == [20, 10]


def test_a_bill_of_one_month_is_not_allocated(models: Models) -> None:
    (row,) = months_of(models, [bill(date(2026, 2, 1), date(2026, 3, 1), 10)])

    assert (row["allocated_quantity"], row["allocation"]) == (0, None)


def test_acconto_and_conguaglio_are_counted_once(models: Models) -> None:
    bills = [
        bill(date(2026, 1, 1), date(2026, 2, 1), 100, bill_kind="advance", quality="estimated"),
        bill(date(2026, 2, 1), date(2026, 3, 1), 100, bill_kind="advance", quality="estimated"),
        bill(date(2026, 1, 1), date(2026, 3, 1), 118, bill_kind="settlement"),
        bill(date(2026, 3, 1), date(2026, 4, 1), 50, bill_kind="advance", quality="estimated"),
    ]

    rows = months_of(models, bills)

    assert [row["quantity"] for row in rows] == [62, 56, 50]
    assert [row["estimated_quantity"] for row in rows] == [0, 0, 50]


def test_a_bill_that_a_credit_takes_back_weighs_nothing_in_what_was_estimated(models: Models) -> None:  # fmt: skip
    """A wrong bill, its credit, the right one, and an estimate: what counts of the month is 35 and 72."""
    start, middle, end = date(2026, 1, 25), date(2026, 3, 8), date(2026, 7, 3)
    rows = months_of(
        models,
        [
            bill(start, middle, 420, bill_id="wrong"),
            bill(start, middle, 420, bill_id="credit", bill_kind="credit"),
            bill(start, middle, 210, bill_id="right"),
            bill(middle, end, 351, bill_id="next", quality="estimated"),
        ],
    )

    march = one(rows, month="2026-03")
    assert march["quantity"] == 35 + 72
    assert march["absolute_quantity"] == 35 + 72
    assert march["estimated_quantity"] == 72
    assert march["allocated_quantity"] == 35 + 72


def test_an_estimate_that_a_credit_takes_back_is_no_longer_estimated(models: Models) -> None:
    start, end = date(2026, 2, 1), date(2026, 3, 1)
    said = {"carrier": "electricity", "unit": "kWh"}
    rows = months_of(
        models,
        [
            bill(start, end, 500, bill_id="guess", quality="estimated", **said),
            bill(start, end, 500, bill_id="back", bill_kind="credit", quality="estimated", **said),
            bill(start, end, 380, bill_id="read", **said),
        ],
    )

    [february] = rows
    assert (february["quantity"], february["estimated_quantity"]) == (380, 0)
