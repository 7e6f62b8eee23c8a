"""Emissions by floor area are those of the sites whose area it is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.warehouse.arrived import bill, point
from tests.warehouse.models import Models, one
from tests.warehouse.small_district import DISTRICT

JANUARY = {"district_id": DISTRICT, "month": "2026-01"}


def _run(models: Models, *, area: bool) -> dict[str, list[dict[str, Any]]]:
    """A school of 50 m² and a works, 100 and 900 kWh of power: 21.2 and 190.8 kg CO2e at 212 g/kWh."""
    known = {"floor_area_m2": Decimal(50)} if area else {}
    bills = [
        bill(date(2026, 1, 1), date(2026, 2, 1), kwh, carrier="electricity", unit="kWh", point_id=p)
        for p, kwh in (("school", 100), ("works", 900))
    ]
    activity = {
        "district_id": DISTRICT, "driver": "heated_floor_area_m2", "value": Decimal(400),
        "period_start": date(2026, 1, 1), "period_end": date(2027, 1, 1),
    }  # fmt: skip
    return models.run(
        {
            "stg_utility_bills": bills,
            "stg_metering_points": [
                point("school", "electricity", **known),
                point("works", "electricity"),
            ],
            "stg_district_activity": [] if area else [activity],
        },
        "fct_emissions_monthly",
        "int_contributions",
    )


def test_the_area_of_one_site_is_not_set_against_the_emissions_of_all(models: Models) -> None:
    found = _run(models, area=True)

    january = one(found["fct_emissions_monthly"], **JANUARY)
    assert january["heated_floor_area_m2"] == 50
    assert january["emissions_of_floor_area_tco2e"] == Decimal("0.0212")
    assert january["energy_tco2e"] == Decimal("0.212")
    behind = one(found["int_contributions"], measure="emissions_of_floor_area_tco2e", **JANUARY)
    assert (behind["holder_group"], behind["amount"]) == ("school", Decimal("0.0212"))
    rest = one(found["int_contributions"], measure="energy_outside_floor_area_kwh", **JANUARY)
    assert (rest["holder_group"], rest["amount"]) == ("works", 900)


def test_the_area_of_the_whole_district_is_set_against_all_emissions(models: Models) -> None:
    january = one(_run(models, area=False)["fct_emissions_monthly"], **JANUARY)

    assert january["heated_floor_area_m2"] == 400
    assert january["emissions_of_floor_area_tco2e"] == Decimal("0.212")
