"""Hours that two intervals of one source cover never count twice: such a month is not read from them.

Belongs here: which months a curve may not speak for. Does not belong here: which source stands for a month.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.warehouse.arrived import bill, interval, midnight, point
from tests.warehouse.models import Models, one
from tests.warehouse.small_district import ROME

Row = dict[str, Any]
WANTED = ("int_point_months", "int_expected_point_months", "int_warehouse_findings", "fct_gaps")
QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def curve(start: datetime, end: datetime, step: timedelta, kwh: str = "1", **more: object) -> list[Row]:  # fmt: skip
    found, at = [], start
    while at < end:
        found.append(interval(at, at + step, kwh, **more))
        at += step
    return found


def days(first: date, last: date, hour: int = 0) -> list[Row]:
    """One value a local day, of 23, 24 or 25 hours."""
    found, day = [], first
    while day < last:
        ends = day + DAY
        at = datetime(day.year, day.month, day.day, hour, tzinfo=ROME)
        found.append(interval(at, datetime(ends.year, ends.month, ends.day, hour, tzinfo=ROME), 24))
        day = ends
    return found


def of(models: Models, rows: list[Row], **more: list[Row]) -> dict[str, list[Row]]:
    registered = [point("p", "electricity")]
    return models.run({"stg_meter_intervals": rows, "stg_metering_points": registered, **more}, *WANTED)  # fmt: skip


def codes(found: dict[str, list[Row]], month: str) -> set[str]:
    return {row["code"] for row in found["int_warehouse_findings"] if row["month"] == month}


WHOLE = curve(midnight(APRIL), midnight(MAY), QUARTER)
TWICE = {
    "quarter hours and all their hours": curve(midnight(APRIL), midnight(MAY), HOUR, "4"),
    "one hour among quarter hours": [interval(midnight(APRIL), midnight(APRIL) + HOUR, 4)],
    "one day at the end": days(date(2026, 4, 30), MAY),
    "the whole month in one value": [interval(APRIL, MAY, 2880)],
    "quarter hours on another beat": curve(
        midnight(APRIL) + timedelta(minutes=5), midnight(APRIL) + DAY, QUARTER
    ),
}


@pytest.mark.parametrize("again", TWICE)
def test_a_month_with_hours_covered_twice_is_not_read_from_them(models: Models, again: str) -> None:
    march = curve(midnight(MARCH), midnight(APRIL), QUARTER)
    found = of(models, [*march, *WHOLE, *TWICE[again]])

    assert one(found["int_point_months"])["month"] == "2026-03"
    assert one(found["int_point_months"])["quantity"] == 2972
    assert codes(found, "2026-04") >= {"INTERVALS_OVERLAP"}
    assert "POINT_SILENT" not in codes(found, "2026-04")  # it sent something
    assert [
        (row["source_id"], row["reason_code"], row["points_missing"], row["points_expected"])
        for row in found["fct_gaps"]
        if row["month"] == "2026-04" and row["theme"] == "energy" and row["points_missing"]
    ] == [("s", "intervals_overlap", 1, 1)]
    expected = one(found["int_expected_point_months"], month="2026-04")
    assert expected["coverage_of_month"] is None
    assert expected["basis"] != "observed"


def test_overlap_hidden_by_a_gap_as_long_is_seen_all_the_same(models: Models) -> None:
    """The intervals cover no more time than the month has, and still one day counts twice."""
    lacking = [row for row in WHOLE if row["interval_start"] < midnight(date(2026, 4, 20))]
    found = of(models, [*lacking, *days(APRIL, date(2026, 4, 2))])

    assert found["int_point_months"] == []
    assert codes(found, "2026-04") >= {"INTERVALS_OVERLAP"}


def test_a_day_in_a_part_of_its_own_overlaps_with_the_part_of_another_day(models: Models) -> None:
    """A large month lies in parts by days: a value of the whole month is in the part of the first."""
    rows = [{**interval(APRIL, MAY, 2880), "part": "2026-04-01"}]
    rows += [{**row, "part": "2026-04-03"} for row in WHOLE[200:280]]

    assert of(models, rows)["int_point_months"] == []


def test_a_bill_stands_for_a_month_whose_intervals_overlap(models: Models) -> None:
    billed = bill(APRIL, MAY, 2900, carrier="electricity", unit="kWh", source_id="bills")
    rows = [*WHOLE, *TWICE["one day at the end"]]
    found = of(models, rows, stg_utility_bills=[billed])

    april = one(found["int_point_months"])
    assert (april["method"], april["quantity"]) == ("bill", 2900)
    assert codes(found, "2026-04") >= {"INTERVALS_OVERLAP"}


@pytest.mark.parametrize("hour", [0, 6])
def test_days_of_any_length_and_gas_days_do_not_overlap(models: Models, hour: int) -> None:
    found = of(models, days(MARCH, MAY, hour))

    got = {row["month"]: row["quantity"] for row in found["int_point_months"]}
    assert got == {"2026-03": 31 * 24, "2026-04": 30 * 24}
    assert {"INTERVALS_OVERLAP", "INTERVAL_BEYOND_MONTH"}.isdisjoint(
        codes(found, "2026-03") | codes(found, "2026-04")
    )


@pytest.mark.parametrize("ends", [date(2026, 5, 3), date(2026, 6, 1), date(2027, 3, 1)])
def test_a_long_interval_that_ends_after_its_month_is_of_no_month(models: Models, ends: date) -> None:  # fmt: skip
    found = of(models, [interval(MARCH, APRIL, 310), interval(APRIL, ends, 600)])

    assert one(found["int_point_months"])["quantity"] == Decimal(310)
    assert codes(found, "2026-04") >= {"INTERVAL_BEYOND_MONTH"}
