"""What is missing is named by its reason, and by who can mend it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.warehouse.arrived import interval, point, reading
from tests.warehouse.models import Models
from tests.warehouse.small_district import DISTRICT

Row = dict[str, Any]


def owed(models: Models, month: str, **given: list[Row]) -> dict[str, Row]:
    """Gaps of energy in one month by their reason."""
    rows = models.run(given, "fct_gaps")["fct_gaps"]
    return {
        row["reason_code"]: row
        for row in rows
        if (row["district_id"], row["month"], row["theme"]) == (DISTRICT, month, "energy")
        and (row["points_missing"] or row["reason_code"] == "no_register")
    }


def test_a_meter_that_runs_backwards_is_not_called_silent(models: Models) -> None:
    """It was read on both days; nobody knows what it used between."""
    backwards = [reading(date(2026, 3, 1), 500), reading(date(2026, 5, 1), 90)]
    silent = [
        reading(date(2026, 1, 1), 0, point_id="q", serial="m2"),
        reading(date(2026, 2, 1), 9, point_id="q", serial="m2"),
    ]

    found = owed(
        models, "2026-04", stg_meter_registers=backwards + silent,
        stg_metering_points=[point("p", "natural_gas"), point("q", "natural_gas")],
    )  # fmt: skip

    assert set(found) == {"reading_lower", "not_delivered"}
    for row in found.values():
        assert (row["source_id"], row["points_missing"], row["points_expected"]) == ("s", 1, 2)


def test_a_value_over_several_months_is_not_called_missing(models: Models) -> None:
    rows = [interval(date(2026, 3, 1), date(2026, 4, 1), 310)]
    rows.append(interval(date(2026, 4, 1), date(2026, 5, 10), 600))

    found = owed(
        models, "2026-04", stg_meter_intervals=rows, stg_metering_points=[point("p", "electricity")]
    )

    assert set(found) == {"interval_beyond_month"}


def test_a_district_without_a_register_of_points_owes_it_every_month(models: Models) -> None:
    days = [date(2026, 4, 1) + timedelta(days=n) for n in range(30)]
    rows = [interval(day, day + timedelta(days=1), 24) for day in days]

    without = owed(models, "2026-04", stg_meter_intervals=rows)
    assert set(without) == {"no_register"}
    assert without["no_register"]["dataset"] == "metering_points"

    registered = [point("p", "electricity")]
    assert owed(models, "2026-04", stg_meter_intervals=rows, stg_metering_points=registered) == {}


def test_data_of_days_outside_the_boundary_is_a_finding_also_for_readings(models: Models) -> None:
    readings = [
        reading(date(2026, 1, 1), 0),
        reading(date(2026, 2, 1), 31),
        reading(date(2026, 4, 1), 90),
    ]
    registered = [point("p", "natural_gas", valid_to=date(2026, 2, 1))]

    rows = models.run(
        {"stg_meter_registers": readings, "stg_metering_points": registered},
        "int_warehouse_findings",
    )["int_warehouse_findings"]

    assert [
        (row["month"], row["finding_count"])
        for row in rows
        if row["code"] == "POINT_OUT_OF_BOUNDARY"
    ] == [("2026-04", 1)]
