"""Months of register readings against an oracle in exact fractions that knows nothing of our SQL."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse.arrived import interval, midnight, point, reading
from tests.warehouse.models import Models, one, total
from tests.warehouse.small_district import ROME

Row = dict[str, Any]
FIRST, LAST = datetime(2024, 6, 1, tzinfo=UTC), datetime(2026, 9, 30, tzinfo=UTC)
MILLIONTH = Decimal("0.000001")
few = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def months_of(models: Models, readings: list[Row]) -> list[Row]:
    return models.run({"stg_meter_registers": readings}, "int_register_months")[
        "int_register_months"
    ]


def spread(readings: list[tuple[datetime, Decimal]]) -> dict[str, Fraction]:
    """The oracle: each difference at one rate per second, cut at local midnights of firsts."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    for (start, before), (end, after) in pairwise(sorted(readings)):
        day = start.astimezone(ROME).date().replace(day=1)
        while midnight(day) < end:
            following = (day + timedelta(days=32)).replace(day=1)
            part = min(end, midnight(following)) - max(start, midnight(day))
            share = Fraction(part // timedelta(seconds=1), (end - start) // timedelta(seconds=1))
            found[f"{day:%Y-%m}"] += share * Fraction(after - before)
            day = following
    return found


minutes = int((LAST - FIRST) / timedelta(minutes=1))
read_on = st.lists(st.integers(0, minutes), min_size=2, max_size=25, unique=True).map(sorted)
drawn = st.lists(st.integers(0, 10**12), min_size=25, max_size=25)


@few
@given(at=read_on, micro=drawn, exchanged=st.integers(1, 24), chance=st.randoms())
def test_months_are_those_of_exact_fractions_whatever_the_order(
    models: Models, at: list[int], micro: list[int], exchanged: int, chance: random.Random
) -> None:
    series: dict[str, list[tuple[datetime, Decimal]]] = defaultdict(list)
    shown = Decimal(0)
    for number, (minute, more) in enumerate(zip(at, micro, strict=False)):
        serial = "old" if number < exchanged else "new"
        shown = Decimal(0) if number == exchanged else shown + more * MILLIONTH
        series[serial].append((FIRST + timedelta(minutes=minute), shown))
    rows = [
        reading(moment, told, serial=serial)
        for serial, told_of in series.items()
        for moment, told in told_of
    ]
    chance.shuffle(rows)
    rows = [{**row, "source_row": place} for place, row in enumerate(rows)]
    expected: dict[str, Fraction] = defaultdict(Fraction)
    for told_of in series.values():
        for month, quantity in spread(told_of).items():
            expected[month] += quantity

    found = {row["month"]: row["quantity"] for row in months_of(models, rows)}

    assert set(found) == set(expected)
    for month, quantity in expected.items():
        assert abs(Fraction(found[month]) - quantity) <= Fraction(MILLIONTH) * len(rows)
    drawn_in_all = sum((told[-1][1] - told[0][1] for told in series.values()), Decimal(0))
    assert sum(found.values(), Decimal(0)) == drawn_in_all


def test_a_month_with_an_hour_less_gets_an_hour_less(models: Models) -> None:
    rows = months_of(models, [reading(date(2026, 3, 1), 0), reading(date(2026, 5, 1), 1463)])

    # 1463 hours from 1 March to 1 May 2026: one unit in each.
    assert one(rows, month="2026-03")["quantity"] == 31 * 24 - 1
    assert one(rows, month="2026-04")["quantity"] == 30 * 24
    rows = months_of(models, [reading(date(2025, 10, 1), 0), reading(date(2025, 12, 1), 1465)])
    assert one(rows, month="2025-10")["quantity"] == 31 * 24 + 1


def test_a_leap_day_is_a_day_of_its_february(models: Models) -> None:
    declared = {
        "district_id": "weaving", "timezone": "Europe/Rome", "calendar_year": 2028, "days": 29,
        "quarter_hours": 29 * 96, "month": "2028-02", "month_start": date(2028, 2, 1),
        "month_end": date(2028, 3, 1), "month_index": 24338,
    }  # fmt: skip
    readings = [reading(date(2028, 2, 1), 0), reading(date(2028, 3, 1), 29)]

    (row,) = models.run(
        {"stg_meter_registers": readings, "int_district_months": [declared]}, "int_register_months"
    )["int_register_months"]

    assert (row["quantity"], row["covered_seconds"]) == (29, 29 * 86400)


def test_an_estimate_merges_into_the_reading_after_it(models: Models) -> None:
    """CalTRACK: what lies between two real readings is known from them alone."""
    readings = [
        reading(date(2026, 1, 1), 0),
        reading(date(2026, 2, 1), 300, quality="estimated"),
        reading(date(2026, 3, 1), 59),
    ]

    known_later = months_of(models, readings)
    known_then = months_of(models, readings[:2])

    assert (one(known_then, month="2026-01")["estimated_quantity"]) == 300
    assert [row["quantity"] for row in known_later] == [31, 28]
    assert total(known_later, "estimated_quantity") == 0
    assert [row["allocated_quantity"] for row in known_later] == [28, 28]
    assert {row["allocation"] for row in known_later} == {"time"}


def test_a_first_reading_that_is_estimated_is_all_there_is(models: Models) -> None:
    rows = months_of(
        models, [reading(date(2026, 1, 1), 0, quality="estimated"), reading(date(2026, 2, 1), 31)]
    )

    assert [(row["quantity"], row["estimated_quantity"]) for row in rows] == [(31, 31)]


def daily_and_monthly() -> tuple[list[Row], list[Row]]:
    """A meter that one source reads every day in spring, and another on the first of each month."""
    daily = [
        reading(date(2026, 3, 1) + timedelta(days=n), Decimal(600 + n) + Decimal("0.4"), source_id="daily")
        for n in range(62)
    ]  # fmt: skip
    monthly = [
        # Whole units, and dated in the afternoon.
        reading(midnight(date(2026, month, 1)) + timedelta(hours=15), shown, source_id="monthly")
        for month, shown in ((1, 541), (2, 572), (3, 600), (4, 631), (5, 661), (6, 692), (7, 722))
    ]
    return daily, monthly


def test_two_sources_of_one_meter_are_joined_and_counted_once(models: Models) -> None:
    daily, monthly = daily_and_monthly()

    rows = months_of(models, daily + monthly)

    assert len({row["series"] for row in rows}) == 1
    assert one(rows, month="2026-03")["quantity"] == 31
    assert one(rows, month="2026-03")["source_id"] == "daily"
    assert one(rows, month="2026-06")["source_id"] == "monthly"
    # From the first reading of the one to the last of the other, each unit once.
    assert total(rows, "quantity") == 722 - 541
    for row in rows[1:-1]:
        assert row["quantity"] == pytest.approx(Decimal(30), abs=2)


def test_sources_that_know_different_serials_are_not_mixed(models: Models) -> None:
    daily, monthly = daily_and_monthly()
    other = [{**row, "serial": None} for row in monthly]

    rows = months_of(models, daily + other)

    assert {row["series"] for row in rows} == {"daily", "monthly"}
    assert one(rows, month="2026-03", series="daily")["quantity"] == 31


def test_a_point_read_by_two_series_has_one_month(models: Models) -> None:
    daily, monthly = daily_and_monthly()
    given = {
        "stg_meter_registers": daily + [{**row, "serial": None} for row in monthly],
        "stg_metering_points": [point("p", "natural_gas")],
    }

    rows = models.run(given, "int_point_months")["int_point_months"]

    assert len({row["month"] for row in rows}) == len(rows)
    assert one(rows, month="2026-04")["source_id"] == "daily"


def test_a_meter_that_runs_backwards_says_between_which_days(models: Models) -> None:
    readings = [reading(date(2026, 1, 10), 500), reading(date(2026, 2, 20), 90)]

    rows = models.run(
        {"stg_meter_registers": readings, "stg_metering_points": [point("p", "natural_gas")]},
        "int_register_months", "int_warehouse_findings",
    )  # fmt: skip

    assert rows["int_register_months"] == []
    found = one(rows["int_warehouse_findings"], code="NEGATIVE_DELTA")
    assert (found["month"], found["point_id"]) == ("2026-02", "p")
    assert "2026-01-10" in found["detail_it"]
    assert "2026-02-20" in found["detail_en"]


@pytest.mark.parametrize(
    ("since", "until", "march", "april"),
    [
        (None, date(2026, 4, 16), 31, 15),
        (date(2026, 3, 28), None, 4, 30),
        (date(2026, 3, 28), date(2026, 4, 2), 4, 1),
        (date(2026, 4, 1), None, None, 30),
        (None, None, 31, 30),
    ],
)
@pytest.mark.parametrize("hour", [0, 6])
def test_only_days_in_which_a_point_is_of_the_boundary_count(
    models: Models, since: date | None, until: date | None, march: int, april: int, hour: int
) -> None:
    """A curve that goes on after the point has left, or began before it came, does not count beyond."""
    days = [date(2026, 3, 1) + timedelta(days=n) for n in range(62)]
    starts = [datetime(d.year, d.month, d.day, hour, tzinfo=ROME).astimezone(UTC) for d in days]
    rows = [interval(start, end, 10) for start, end in pairwise(starts)]
    registered = [point("p", "electricity", valid_from=since, valid_to=until)]

    found = models.run(
        {"stg_meter_intervals": rows, "stg_metering_points": registered}, "int_point_months"
    )["int_point_months"]

    got = {row["month"]: row["quantity"] for row in found}
    said = {"2026-03": march, "2026-04": april}
    assert got == {month: 10 * n for month, n in said.items() if n}
    assert all(row["fully_covered"] for row in found)


def test_a_monthly_value_of_a_month_in_which_a_point_leaves_is_what_it_used_until_then(
    models: Models,
) -> None:
    registered = [point("p", "electricity", valid_to=date(2026, 4, 16))]
    rows = [interval(date(2026, 4, 1), date(2026, 5, 1), 77)]

    [april] = models.run(
        {"stg_meter_intervals": rows, "stg_metering_points": registered}, "int_point_months"
    )["int_point_months"]

    assert april["quantity"] == 77
