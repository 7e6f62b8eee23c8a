"""A gap in a curve: its length is told, nothing is invented, and what is declared to stand for it is marked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.warehouse.arrived import interval, midnight, point
from tests.warehouse.models import Models, one
from tests.warehouse.small_district import DISTRICT

Row = dict[str, Any]
HOUR = timedelta(hours=1)
WANTED = ("int_interval_gaps", "int_point_months", "int_expected_point_months", "int_warehouse_findings")  # fmt: skip


def hourly(first: date, last: date, lacking: tuple[datetime, datetime] | None = None) -> list[Row]:
    """An hour draws as many kWh as its number of the UTC day; hours that begin within `lacking` are not there."""
    found, at = [], midnight(first)
    while at < midnight(last):
        if lacking is None or not lacking[0] <= at < lacking[1]:
            found.append(interval(at, at + HOUR, at.hour))
        at += HOUR
    return found


def declared(method: str, hours: float) -> list[Row]:
    return [
        {"district_id": DISTRICT, "source_id": "s", "method": method, "up_to_hours": Decimal(hours)}
    ]


def months(models: Models, rows: list[Row], substitute: list[Row] | None = None) -> dict[str, list[Row]]:  # fmt: skip
    given = {
        "stg_meter_intervals": rows,
        "stg_metering_points": [point("p", "electricity")],
        "stg_substitutions": substitute or [],
    }
    return models.run(given, *WANTED)


OUT = datetime(2026, 9, 10, 22, tzinfo=UTC), datetime(2026, 9, 11, 4, tzinfo=UTC)
LOST = 22 + 23 + 0 + 1 + 2 + 3
WHOLE = 30 * 24 * Decimal("11.5")


def test_a_gap_is_a_gap_with_its_length(models: Models) -> None:
    found = months(models, hourly(date(2026, 8, 1), date(2026, 11, 1), OUT))

    gap = one(found["int_interval_gaps"], month="2026-09")
    assert (gap["starts_at"], gap["ends_at"], gap["missing_seconds"]) == (*OUT, 6 * 3600)
    september = one(found["int_point_months"], month="2026-09")
    assert september["quantity"] == WHOLE - LOST
    assert not september["fully_covered"]
    assert september["value_status"] == "measured"
    said = one(found["int_warehouse_findings"], code="GAP_IN_SERIES")
    assert "6,00 ore" in said["detail_it"]
    assert "from 2026-09-11 00:00" in said["detail_en"]


def test_an_outage_over_the_end_of_months_lies_in_each_of_them(models: Models) -> None:
    out = midnight(date(2026, 7, 30)), midnight(date(2026, 9, 2))
    found = months(models, hourly(date(2026, 7, 1), date(2026, 10, 1), out))

    gaps = {row["month"]: row["missing_seconds"] / 86400 for row in found["int_interval_gaps"]}
    assert gaps == {"2026-07": 2, "2026-08": 31, "2026-09": 1}
    assert {row["month"] for row in found["int_point_months"]} == {"2026-07", "2026-09"}


def test_a_curve_that_begins_or_ends_within_a_month_is_open_on_that_side(models: Models) -> None:
    found = months(
        models, hourly(date(2026, 8, 3), date(2026, 9, 29)), declared("linear", 100)
    )  # fmt: skip

    assert [row["bounded"] for row in found["int_interval_gaps"]] == [False, False]
    assert {row["value_status"] for row in found["int_point_months"]} == {"measured"}


def test_nights_on_which_clocks_change_are_no_gaps(models: Models) -> None:
    found = months(models, hourly(date(2026, 3, 1), date(2026, 4, 1)))
    assert found["int_interval_gaps"] == []
    assert one(found["int_point_months"], month="2026-03")["coverage_of_month"] == 1
    found = months(models, hourly(date(2025, 10, 1), date(2025, 11, 1)))
    assert found["int_interval_gaps"] == []


def test_a_declared_mean_of_before_and_after_stands_for_a_short_gap(models: Models) -> None:
    rows = hourly(date(2026, 8, 1), date(2026, 11, 1), OUT)

    found = months(models, rows, declared("linear", 6))

    september = one(found["int_point_months"], month="2026-09")
    stands = Decimal(6 * (21 + 4)) / 2
    assert float(september["quantity"]) == pytest.approx(float(WHOLE - LOST + stands), abs=1e-3)
    assert float(september["substituted_share"]) == pytest.approx(
        float(stands / (WHOLE - LOST + stands)), abs=1e-6
    )
    assert september["estimated_share"] == september["substituted_share"]
    assert september["value_status"] == "substituted"
    # It is not read: coverage of time, and what counts as read, are as without it.
    assert not september["fully_covered"]
    expected = one(found["int_expected_point_months"], month="2026-09")
    assert float(expected["actual_read_amount"]) == pytest.approx(float(WHOLE - LOST), abs=1e-2)
    codes = {row["code"] for row in found["int_warehouse_findings"]}
    assert {"GAP_IN_SERIES", "GAP_SUBSTITUTED"} <= codes


def test_a_longer_gap_than_declared_stays_a_gap(models: Models) -> None:
    found = months(
        models, hourly(date(2026, 8, 1), date(2026, 11, 1), OUT), declared("linear", 5.75)
    )

    assert one(found["int_point_months"], month="2026-09")["quantity"] == WHOLE - LOST


def test_the_same_hours_of_the_year_before_stand_where_they_were_read(models: Models) -> None:
    rows = hourly(date(2026, 8, 1), date(2026, 11, 1), OUT)
    last_year = hourly(date(2025, 9, 1), date(2025, 10, 1))

    found = months(models, last_year + rows, declared("last_year", 24))
    without = months(models, rows, declared("last_year", 24))

    assert one(found["int_point_months"], month="2026-09")["quantity"] == WHOLE
    assert one(without["int_point_months"], month="2026-09")["quantity"] == WHOLE - LOST


def test_intervals_that_arrive_late_take_the_place_of_what_stood_for_them(models: Models) -> None:
    found = months(models, hourly(date(2026, 8, 1), date(2026, 11, 1)), declared("linear", 24))

    september = one(found["int_point_months"], month="2026-09")
    assert (september["quantity"], september["value_status"]) == (WHOLE, "measured")
