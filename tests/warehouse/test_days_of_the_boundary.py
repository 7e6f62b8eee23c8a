"""A point that enters or leaves within a month: readings, bills, loads and gaps count on its days within."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse.arrived import bill, interval, midnight, point, reading
from tests.warehouse.models import Models, one, total
from tests.warehouse.small_district import DISTRICT, ROME
from tests.warehouse.test_bills_to_months import by_degree_days, weather
from tests.warehouse.test_readings_to_months import few

Row = dict[str, Any]
FIRST = date(2024, 7, 1)


def months_of(
    models: Models, since: date | None, until: date | None, **arrived: list[Row]
) -> list[Row]:
    """Months of gas of one point that is of the boundary between these days."""
    registered = [point("p", "natural_gas", valid_from=since, valid_to=until)]
    return models.run({"stg_metering_points": registered, **arrived}, "int_point_months")[
        "int_point_months"
    ]


@pytest.mark.parametrize("kind", ["stg_meter_registers", "stg_utility_bills"])
def test_what_was_used_before_it_came_and_after_it_left_is_not_of_the_district(
    models: Models, kind: str
) -> None:
    """One cubic metre an hour from 1 January to 1 May; the point is there from 20 February to 11 April."""
    since, until = date(2026, 2, 20), date(2026, 4, 11)
    arrived = {
        # Read in a month without a change of clocks: hours of the span are hours of the days.
        "stg_meter_registers": [
            reading(date(2026, 1, 1), 0),
            reading(date(2026, 5, 1), 120 * 24 - 1),
        ],
        "stg_utility_bills": [bill(date(2026, 1, 1), date(2026, 5, 1), 120 * 24)],
    }[kind]

    rows = months_of(models, since, until, **{kind: arrived})

    spring = -1 if kind == "stg_meter_registers" else 0
    assert {row["month"]: row["quantity"] for row in rows} == {
        "2026-02": 9 * 24, "2026-03": 31 * 24 + spring, "2026-04": 10 * 24,
    }  # fmt: skip
    assert all(row["fully_covered"] for row in rows)
    assert {row["value_status"] for row in rows} == {"allocated"}


days = st.integers(0, 800).map(lambda n: FIRST + timedelta(days=n))


@settings(few, max_examples=6)
@given(
    at=st.lists(days, min_size=3, max_size=8, unique=True).map(sorted),
    drawn=st.lists(st.integers(1, 10**12), min_size=8, max_size=8),
    change=days,
    method=st.sampled_from(["by_time", "by_degree_days"]),
    billed=st.booleans(),
    chance=st.randoms(),
)
def test_what_one_holder_used_and_what_the_next_used_add_up_to_the_last_digit(
    models: Models, at: list[date], drawn: list[int], change: date, method: str, billed: bool,
    chance: random.Random,
) -> None:  # fmt: skip
    """Whatever the day on which a point changes hands, each unit is of one of the two."""
    if billed:
        spans = zip(pairwise(at), drawn, strict=False)
        rows = [bill(start, end, Decimal(much).scaleb(-6)) for (start, end), much in spans]
        kind, whole = "stg_utility_bills", total(rows, "quantity")
    else:
        shown = [Decimal(sum(drawn[:n])).scaleb(-6) for n in range(len(at))]
        rows = [reading(day, value) for day, value in zip(at, shown, strict=True)]
        kind, whole = "stg_meter_registers", shown[-1]
    chance.shuffle(rows)
    declared = (
        {"int_weather_days": weather(FIRST, 830), **by_degree_days("s", "natural_gas")}
        if method == "by_degree_days" else {}
    )  # fmt: skip

    before = months_of(models, None, change, **{kind: rows}, **declared)
    after = months_of(models, change, None, **{kind: rows}, **declared)

    assert total(before, "quantity") + total(after, "quantity") == whole
    assert {row["month"] for row in before} <= {f"{FIRST + timedelta(n):%Y-%m}" for n in range(800)}
    for row in before:
        assert row["month"] <= f"{change:%Y-%m}"
    for row in after:
        assert row["month"] >= f"{change:%Y-%m}"


def test_a_bill_by_degree_days_is_cut_by_the_degree_days_of_the_days_within(models: Models) -> None:
    warm = weather(date(2026, 1, 1), 90)
    weight = {row["day"]: int(row["hdd"]) for row in warm}
    bills = [bill(date(2026, 1, 1), date(2026, 4, 1), "1000")]

    rows = months_of(
        models, date(2026, 1, 12), date(2026, 3, 9), stg_utility_bills=bills, int_weather_days=warm,
        **by_degree_days("s", "natural_gas"),
    )  # fmt: skip

    for month, first, last in (("01", 12, 31), ("02", 1, 28), ("03", 1, 8)):
        part = sum(weight[date(2026, int(month), day)] for day in range(first, last + 1))
        expected = Fraction(1000 * part, sum(weight.values()))
        found = one(rows, month=f"2026-{month}")
        assert abs(Fraction(found["quantity"]) - expected) < Fraction(2, 10**6)
        assert found["allocation"] == "degree_days"


def quarter_hours(
    point_id: str, first: date, days_long: int, peak: datetime, much: int
) -> list[Row]:
    """A curve of one kWh a quarter hour, but for one of them."""
    starts = midnight(first)
    moments = [starts + timedelta(minutes=15 * n) for n in range(days_long * 96 + 1)]
    return [
        interval(begins, ends, much if begins == peak else 1, point_id=point_id)
        for begins, ends in pairwise(moments)
    ]


def test_the_peak_is_of_points_that_were_there_when_it_was(models: Models) -> None:
    """The firm that moves out on the eleventh draws most on the twentieth, when it is another's."""
    gone = datetime(2026, 4, 20, 9, tzinfo=ROME).astimezone(UTC)
    there = datetime(2026, 4, 5, 9, tzinfo=ROME).astimezone(UTC)
    curves = [
        *quarter_hours("leaves", date(2026, 4, 1), 30, gone, 500),
        *quarter_hours("stays", date(2026, 4, 1), 30, there, 40),
    ]
    registered = [
        point("leaves", "electricity", valid_to=date(2026, 4, 11)),
        point("stays", "electricity"),
    ]

    rows = models.run(
        {"stg_meter_intervals": curves, "stg_metering_points": registered},
        "int_load", "int_contributions",
    )  # fmt: skip

    load = one(rows["int_load"], district_id=DISTRICT, month="2026-04")
    assert (load["peak_at"], load["peak_load_kw"]) == (there, 41 * 4)
    behind = [row for row in rows["int_contributions"] if row["measure"] == "peak_load_kw"]
    assert {row["holder_group"]: row["amount"] for row in behind} == {"leaves": 4, "stays": 160}


def test_who_stands_behind_a_peak_was_there(models: Models) -> None:
    at = datetime(2026, 4, 20, 9, tzinfo=ROME).astimezone(UTC)
    curves = [
        *quarter_hours("leaves", date(2026, 4, 1), 30, at, 500),
        *quarter_hours("stays", date(2026, 4, 1), 30, at, 40),
    ]
    registered = [
        point("leaves", "electricity", valid_to=date(2026, 4, 11)),
        point("stays", "electricity"),
    ]

    rows = models.run(
        {"stg_meter_intervals": curves, "stg_metering_points": registered},
        "int_load", "int_contributions",
    )  # fmt: skip

    assert one(rows["int_load"], month="2026-04")["peak_load_kw"] == 160
    behind = [row for row in rows["int_contributions"] if row["measure"] == "peak_load_kw"]
    assert {row["holder_group"]: row["amount"] for row in behind} == {"stays": 160}


def test_nothing_is_missing_or_substituted_on_days_outside(models: Models) -> None:
    """The curve has a hole around the day on which the point leaves: only the hours before it are missing."""
    hole = (
        midnight(date(2026, 4, 10)) + timedelta(hours=22),
        midnight(date(2026, 4, 11)) + timedelta(hours=2),
    )
    curve = quarter_hours("p", date(2026, 4, 1), 30, midnight(date(2026, 4, 1)), 1)
    curve = [row for row in curve if not hole[0] <= row["interval_start"] < hole[1]]
    declared = [{"district_id": DISTRICT, "source_id": "s", "method": "linear", "up_to_hours": 6}]

    rows = models.run(
        {
            "stg_meter_intervals": curve, "stg_substitutions": declared,
            "stg_metering_points": [point("p", "electricity", valid_to=date(2026, 4, 11))],
        },
        "int_interval_gaps", "int_point_months",
    )  # fmt: skip

    gap = one(rows["int_interval_gaps"], point_id="p")
    assert gap["missing_seconds"] == 2 * 3600
    assert one(rows["int_point_months"], month="2026-04")["quantity"] == pytest.approx(10 * 96)
