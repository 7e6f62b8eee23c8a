"""What every point adds to the measures of its month: sums that are known, and what is known of each point."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pipelines.publishing.comparing.moved_points import OF_SITE
from tests.warehouse.arrived import bill, point
from tests.warehouse.models import Models, Row
from tests.warehouse.small_district import DISTRICT


def measured(models: Models) -> tuple[dict[tuple[str, str], Row], dict[str, list[Row]]]:
    """A school of 50 m² read in January, a works without area, a mill nobody read, and water."""
    read = [("school", "electricity", 100), ("works", "natural_gas", 900), ("well", "water", 30)]
    found = models.run(
        {
            "stg_utility_bills": [
                bill(
                    date(2026, 1, 1), date(2026, 2, 1), amount, carrier=carrier, point_id=name,
                    unit="m3" if carrier == "water" else "kWh",
                )
                for name, carrier, amount in read
            ],
            "stg_metering_points": [
                point("school", "electricity", floor_area_m2=Decimal(50)),
                point("works", "natural_gas"),
                point("mill", "electricity"),
                point("well", "water", water_source="well"),
            ],
        },
        "fct_point_measures",
        "fct_energy_monthly",
    )  # fmt: skip
    january = [row for row in found["fct_point_measures"] if row["month"] == "2026-01"]
    assert {row["district_id"] for row in january} == {DISTRICT}
    return {(row["point_id"], row["measure"]): row for row in january}, found


def test_points_add_what_was_billed_to_them(models: Models) -> None:
    found, _ = measured(models)
    amounts = {key: row["amount"] for key, row in found.items()}

    assert amounts["school", "final_energy_kwh"] == 100
    assert amounts["school", "electricity_final_kwh"] == 100
    assert amounts["works", "final_energy_kwh"] == 900
    assert ("works", "electricity_final_kwh") not in amounts
    assert amounts["well", "withdrawn_m3"] == 30
    assert ("well", "final_energy_kwh") not in amounts


def test_only_sites_with_an_area_add_to_the_intensity_of_areas(models: Models) -> None:
    found, _ = measured(models)
    amounts = {key: row["amount"] for key, row in found.items()}

    # The library's grid factor of the test: 212 g/kWh.
    assert amounts["school", "energy_of_floor_area_kwh"] == 100
    assert amounts["school", "emissions_of_floor_area_tco2e"] == Decimal("0.0212")
    assert ("works", "emissions_of_floor_area_tco2e") not in amounts
    (area,) = [row for (_, measure), row in found.items() if measure == "heated_floor_area_m2"]
    assert (area["amount"], area["point_id"]) == (
        50,
        found["school", "final_energy_kwh"]["site_id"],
    )
    assert area["carrier"] == OF_SITE


def test_a_point_that_nobody_read_is_expected_and_not_read(models: Models) -> None:
    found, _ = measured(models)

    silent = found["mill", "expected_energy_kwh"]
    assert (silent["read_share"], silent["known_at"], silent["registered"]) == (0, None, True)
    assert silent["amount"] == 100, "what the other point of electricity used"
    assert found["mill", "covered_energy_kwh"]["amount"] == 0
    read = found["school", "covered_energy_kwh"]
    assert (read["amount"], read["read_share"]) == (100, 1)
    assert read["known_at"] is not None


def test_quality_is_weighed_by_reading_and_by_the_age_of_factors(models: Models) -> None:
    """A bill is one less than a reading; a factor of another year counts one less where it is older than three."""
    found, _ = measured(models)
    tonnes = found["school", "energy_tco2e"]["amount"]

    assert found["school", "quality_of_reading_tco2e"]["amount"] == 4 * tonnes
    lowered = (
        found["school", "quality_of_reading_tco2e"]["amount"]
        - found["school", "quality_weighted_tco2e"]["amount"]
    )
    assert lowered in (0, tonnes)


def test_points_add_up_to_the_district(models: Models) -> None:
    found, marts = measured(models)
    (month,) = [row for row in marts["fct_energy_monthly"] if row["month"] == "2026-01"]

    for measure in ("final_energy_kwh", "expected_energy_kwh", "covered_energy_kwh", "reported_energy_kwh",
                    "actual_read_energy_kwh", "heated_floor_area_m2", "energy_of_floor_area_kwh"):  # fmt: skip
        of_points = sum(row["amount"] for (_, name), row in found.items() if name == measure)
        assert of_points == month[measure], measure


def test_without_a_register_points_expect_nothing_as_their_district_does(models: Models) -> None:
    """A new district reads before it registers: what is expected of it is not known, and its build goes on."""
    read = bill(
        date(2026, 1, 1),
        date(2026, 2, 1),
        100,
        point_id="school",
        carrier="electricity",
        unit="kWh",
    )
    found = models.run(
        {"stg_utility_bills": [read]},
        "fct_point_measures",
        "fct_energy_monthly",
    )
    measures = {row["measure"] for row in found["fct_point_measures"]}
    (month,) = [row for row in found["fct_energy_monthly"] if row["month"] == "2026-01"]

    assert (month["final_energy_kwh"], month["expected_energy_kwh"]) == (100, None)
    assert "final_energy_kwh" in measures
    assert not {"expected_energy_kwh", "covered_energy_kwh"} & measures
