"""Energy by floor area has its figure at normal weather beside it, of the same sites."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.warehouse.arrived import bill, point
from tests.warehouse.models import Models, one
from tests.warehouse.small_district import DISTRICT

Row = dict[str, Any]
WHERE = {"district_id": DISTRICT, "month": "2026-01"}


def adjusted(point_id: str, kwh: int) -> Row:
    return {
        **WHERE, "point_id": point_id, "carrier": "electricity", "sector": "tertiary",
        "model_grade": "B", "energy_kwh": Decimal(100), "adjustment_kwh": Decimal(kwh),
    }  # fmt: skip


def measured(models: Models, *, hdd: int | None, area: bool = True) -> dict[str, list[Row]]:
    """Two shops, each with 100 kWh, of which the weather explains 7 and -30; of the first the area is known."""
    known = {"floor_area_m2": Decimal(50)} if area else {}
    rows = [
        bill(
            date(2026, 1, 1),
            date(2026, 2, 1),
            100,
            carrier="electricity",
            unit="kWh",
            point_id=each,
        )
        for each in ("p", "q")
    ]
    return models.run(
        {
            "stg_utility_bills": rows,
            "stg_metering_points": [point("p", "electricity", **known), point("q", "electricity")],
            "int_baseline_point_months": [adjusted("p", 7), adjusted("q", -30)],
            "int_weather_months": [{**WHERE, "hdd": hdd}],
        },
        "fct_energy_monthly", "int_contributions",
    )  # fmt: skip


def behind(found: dict[str, list[Row]], measure: str) -> dict[str, Decimal]:
    rows = found["int_contributions"]
    return {row["holder_group"]: row["amount"] for row in rows if row["measure"] == measure}


def test_the_same_sites_are_adjusted_as_are_measured(models: Models) -> None:
    found = measured(models, hdd=300)

    january = one(found["fct_energy_monthly"], **WHERE)
    assert january["energy_of_floor_area_kwh"] == 100
    assert january["energy_of_floor_area_adjusted_kwh"] == 107
    assert january["final_energy_adjusted_kwh"] == 177
    # Who stands behind the difference of the two: a lone one would be told by it.
    assert behind(found, "floor_area_adjustment_kwh") == {"p": 7}
    assert behind(found, "weather_adjustment_kwh") == {"p": 7, "q": -30}


def test_without_degree_days_there_is_nothing_to_adjust_by(models: Models) -> None:
    january = one(measured(models, hdd=None)["fct_energy_monthly"], **WHERE)

    assert january["energy_of_floor_area_kwh"] == 100
    assert january["energy_of_floor_area_adjusted_kwh"] is None
    assert january["final_energy_adjusted_kwh"] is None


def test_where_no_sites_area_is_known_the_whole_district_stands_behind(models: Models) -> None:
    found = measured(models, hdd=300, area=False)

    assert behind(found, "floor_area_adjustment_kwh") == {"p": 7, "q": -30}
