"""Nothing is counted twice: one small district for each way in which a kWh or a m³ shows on two meters.

Belongs here: the cases of the programme's rule on double counting, by name, with sums a person can do.
Each is read for the whole of September 2026.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.warehouse.arrived import bill, interval, point
from tests.warehouse.models import Models, one

Row = dict[str, Any]
START, END, MONTH = date(2026, 9, 1), date(2026, 10, 1), "2026-09"
KG_PER_KWH = Decimal("0.212")
"""The newest year of the European series for Italian electricity."""
GAS_KG_PER_KWH = 0.2
"""About what natural gas emits on its net calorific value."""
MARTS = ("fct_energy_monthly", "fct_emissions_monthly", "fct_water_monthly", "int_warehouse_findings",
         "int_conversion_months", "fct_energy_by_carrier_sector")  # fmt: skip


def flow(
    point_id: str, direction: str, amount: float, carrier: str = "electricity", unit: str = "kWh"
) -> Row:
    return interval(
        START, END, amount, point_id=point_id, flow=direction, carrier=carrier, unit=unit
    )


class District:
    """What the marts say of September where these points were read."""

    def __init__(
        self, models: Models, points: list[Row], *flows: Row, bills: list[Row] | None = None
    ) -> None:
        given = {
            "stg_metering_points": points,
            "stg_meter_intervals": list(flows),
            "stg_utility_bills": bills or [],
        }
        self.rows = models.run(given, *MARTS)

    def of(self, mart: str, measure: str) -> Any:
        rows = [row for row in self.rows[mart] if row["month"] == MONTH]
        return one(rows)[measure] if rows else None

    @property
    def final(self) -> Decimal | None:
        value: Decimal | None = self.of("fct_energy_monthly", "final_energy_kwh")
        return value

    @property
    def electricity_kg(self) -> Decimal:
        return Decimal(1000) * self.of("fct_emissions_monthly", "scope2_location_tco2e")

    @property
    def codes(self) -> set[str]:
        return {row["code"] for row in self.rows["int_warehouse_findings"]}

    def memo(self, name: str) -> Decimal:
        cell = one(self.rows["fct_energy_by_carrier_sector"], month=MONTH, flow=name)
        assert not cell["adds_to_total"]
        value: Decimal = cell["energy_kwh"]
        return value


def test_a_submeter_is_in_the_meter_it_lies_behind(models: Models) -> None:
    found = District(
        models,
        [point("main", "electricity"), point("floor", "electricity", "submeter", parent_point_id="main")],
        flow("main", "import", 1000), flow("floor", "import", 300),
    )  # fmt: skip

    assert found.final == 1000
    assert found.electricity_kg == 1000 * KG_PER_KWH


def test_a_supply_point_behind_a_supply_point_is_a_submeter_whatever_it_is_called(
    models: Models,
) -> None:
    found = District(
        models,
        [point("main", "electricity"), point("tenant", "electricity", parent_point_id="main")],
        flow("main", "import", 1000), flow("tenant", "import", 300),
    )  # fmt: skip

    assert found.final == 1000


def test_generation_by_inverter_and_exchange_meter(models: Models) -> None:
    """The inverter says what was made, the exchange meter what left; what was used is their difference."""
    found = District(
        models,
        [point("pod", "electricity", site="a"), point("inverter", "electricity", "generation", "a")],
        flow("pod", "import", 700), flow("pod", "export", 40), flow("inverter", "production", 100),
        flow("inverter", "export", 45),
    )  # fmt: skip

    assert found.of("fct_energy_monthly", "pv_self_consumed_kwh") == 60
    assert found.final == 760
    assert found.electricity_kg == 700 * KG_PER_KWH


def test_an_inverter_behind_a_production_meter_makes_its_energy_once(models: Models) -> None:
    found = District(
        models,
        [
            point("pod", "electricity", site="a"), point("fiscal", "electricity", "generation", "a"),
            point("inverter", "electricity", "generation", "a", parent_point_id="fiscal"),
        ],
        flow("pod", "import", 700), flow("pod", "export", 40),
        flow("fiscal", "production", 100), flow("inverter", "production", 102),
    )  # fmt: skip

    assert found.of("fct_energy_monthly", "pv_generation_kwh") == 100
    assert found.final == 760


def test_an_exchange_meter_alone_tells_no_self_consumption(models: Models) -> None:
    found = District(
        models, [point("pod", "electricity")], flow("pod", "import", 700), flow("pod", "export", 40)
    )

    assert found.of("fct_energy_monthly", "pv_self_consumed_kwh") is None
    assert found.final == 700


def test_a_battery_of_its_own_connection_counts_what_it_loses(models: Models) -> None:
    found = District(
        models,
        [point("pod", "electricity"), point("battery", "electricity", "storage")],
        flow("pod", "import", 1000), flow("battery", "import", 500), flow("battery", "export", 450),
    )  # fmt: skip

    assert found.final == 1050
    assert found.electricity_kg == 1050 * KG_PER_KWH


def test_a_battery_behind_the_meter_is_in_what_the_site_draws(models: Models) -> None:
    found = District(
        models,
        [
            point("pod", "electricity", site="a"), point("roof", "electricity", "generation", "a"),
            point("battery", "electricity", "storage", "a", parent_point_id="pod"),
        ],
        flow("pod", "import", 1000), flow("pod", "export", 40), flow("roof", "production", 100),
        flow("battery", "storage_charge", 50), flow("battery", "storage_discharge", 45),
    )  # fmt: skip

    assert found.final == 1060


def test_a_battery_without_one_of_its_flows_has_no_figure(models: Models) -> None:
    found = District(
        models,
        [point("pod", "electricity"), point("battery", "electricity", "storage")],
        flow("pod", "import", 1000), flow("battery", "import", 500),
    )  # fmt: skip

    assert found.final == 1000


def engine_of_a_site(*more: Row) -> list[Row]:
    return [
        point("gas", "natural_gas", site="a"),
        point("engine_gas", "natural_gas", "conversion", "a", parent_point_id="gas"),
        point("engine_power", "electricity", "generation", "a", generator="chp"),
        point("engine_heat", "district_heat", "generation", "a", generator="chp"),
        point("pod", "electricity", site="a"),
        *more,
    ]


def test_power_of_an_engine_used_on_site_is_in_its_fuel(models: Models) -> None:
    found = District(
        models, engine_of_a_site(),
        flow("gas", "import", 1500, "natural_gas"), flow("engine_gas", "import", 1000, "natural_gas"),
        flow("engine_power", "production", 350), flow("engine_heat", "production", 450, "district_heat"),
        flow("pod", "import", 200), flow("pod", "export", 0),
    )  # fmt: skip

    assert found.final == 1500 + 200
    assert found.of("fct_energy_monthly", "pv_self_consumed_kwh") is None
    assert found.of("fct_energy_monthly", "pv_generation_kwh") is None


def test_fuel_of_exported_power_and_heat_is_transformation(models: Models) -> None:
    """800 kWh come out of 1000; 200 of them leave the site, and so a quarter of the fuel is not final."""
    found = District(
        models, engine_of_a_site(),
        flow("gas", "import", 1500, "natural_gas"), flow("engine_gas", "import", 1000, "natural_gas"),
        flow("engine_power", "production", 350), flow("engine_heat", "production", 450, "district_heat"),
        flow("pod", "import", 200), flow("pod", "export", 80), flow("engine_heat", "export", 120, "district_heat"),
    )  # fmt: skip

    assert found.of("fct_energy_monthly", "natural_gas_kwh") == 1500 - 250
    assert found.final == 1500 - 250 + 200
    assert found.memo("transformation") == 250
    burnt = float(found.of("fct_emissions_monthly", "scope1_tco2e")) * 1000
    assert burnt == pytest.approx(1250 * GAS_KG_PER_KWH, rel=0.02)


def test_an_engine_beside_a_roof_exports_in_proportion(models: Models) -> None:
    found = District(
        models, engine_of_a_site(point("roof", "electricity", "generation", "a")),
        flow("gas", "import", 1000, "natural_gas"), flow("engine_gas", "import", 1000, "natural_gas"),
        flow("engine_power", "production", 300), flow("roof", "production", 100),
        flow("engine_heat", "production", 300, "district_heat"),
        flow("pod", "import", 200), flow("pod", "export", 80),
    )  # fmt: skip

    # A quarter of what was made is the roof's: 20 of the 80 that left. 60 of the engine's 600 left.
    assert found.of("fct_energy_monthly", "pv_self_consumed_kwh") == 80
    assert found.of("fct_energy_monthly", "natural_gas_kwh") == 900
    assert found.final == 900 + 200 + 80


def test_an_engine_with_a_meter_of_its_own_from_the_network(models: Models) -> None:
    points = [row for row in engine_of_a_site() if row["point_id"] not in ("gas", "engine_heat")]
    found = District(
        models, points,
        flow("engine_gas", "import", 1000, "natural_gas"), flow("engine_power", "production", 400),
        flow("pod", "export", 100),
    )  # fmt: skip

    assert found.final == 750


def test_an_engine_that_cannot_be_balanced_keeps_its_fuel_and_says_so(models: Models) -> None:
    found = District(
        models, engine_of_a_site(),
        flow("gas", "import", 1500, "natural_gas"), flow("engine_gas", "import", 1000, "natural_gas"),
        flow("pod", "import", 200), flow("pod", "export", 80),
    )  # fmt: skip

    assert found.final == 1700
    assert "CONVERSION_NOT_BALANCED" in found.codes


def test_heat_made_and_used_inside_is_in_its_fuel(models: Models) -> None:
    found = District(
        models,
        [
            point("gas", "natural_gas", site="a"),
            point("boiler", "district_heat", "generation", "a", generator="boiler"),
            point("stairs", "district_heat", "submeter", "a", parent_point_id="boiler"),
        ],
        flow("gas", "import", 1000, "natural_gas"), flow("boiler", "production", 900, "district_heat"),
        flow("stairs", "import", 400, "district_heat"),
    )  # fmt: skip

    assert found.final == 1000
    assert found.of("fct_energy_monthly", "district_heat_kwh") is None


def test_heat_of_a_plant_that_customers_inside_draw_is_counted_at_them(models: Models) -> None:
    found = District(
        models,
        [
            point("gas", "natural_gas", "conversion", "plant"),
            point("boiler", "district_heat", "generation", "plant", generator="boiler"),
            point("house", "district_heat"),
        ],
        flow("gas", "import", 1000, "natural_gas"), flow("boiler", "production", 900, "district_heat"),
        flow("boiler", "export", 900, "district_heat"), flow("house", "import", 850, "district_heat"),
    )  # fmt: skip

    assert found.final == 850
    assert found.memo("transformation") == 1000


def test_shared_energy_of_a_community_is_virtual(models: Models) -> None:
    found = District(
        models,
        [
            point("pod", "electricity", site="a"), point("roof", "electricity", "generation", "a"),
            point("community", "electricity", "virtual"),
        ],
        flow("pod", "import", 700), flow("pod", "export", 40), flow("roof", "production", 100),
        flow("community", "import", 30),
    )  # fmt: skip

    assert found.final == 760
    assert found.electricity_kg == 700 * KG_PER_KWH
    assert found.memo("shared") == 30


def test_energy_of_the_water_cycle_is_included_elsewhere(models: Models) -> None:
    found = District(
        models,
        [
            point("pod", "electricity", site="works"),
            point("pumps", "electricity", "plant", "works", parent_point_id="pod"),
            point("outlet", "water", "plant", "works", water_source="recycled"),
        ],
        flow("pod", "import", 1000), flow("pumps", "import", 800),
        flow("outlet", "import", 500, "water", "m3"),
    )  # fmt: skip

    assert found.final == 1000
    assert found.of("fct_water_monthly", "water_cycle_kwh") == 800
    assert found.electricity_kg == 1000 * KG_PER_KWH


def test_recycled_water_is_no_withdrawal(models: Models) -> None:
    found = District(
        models,
        [point("tap", "water", water_source="potable_network"), point("reuse", "water", water_source="recycled"),
         point("plant", "water", "plant", water_source="recycled")],
        flow("tap", "import", 100, "water", "m3"), flow("reuse", "import", 60, "water", "m3"),
        flow("plant", "import", 65, "water", "m3"),
    )  # fmt: skip

    assert found.of("fct_water_monthly", "withdrawn_m3") == 100
    # What customers of the reuse network draw; what the plant gave out is the same water.
    assert found.of("fct_water_monthly", "recycled_m3") == 60
    assert found.of("fct_water_monthly", "total_water_m3") == 160


def test_acconto_and_conguaglio_are_one_consumption(models: Models) -> None:
    same = {"point_id": "pod", "carrier": "electricity", "unit": "kWh"}
    found = District(
        models, [point("pod", "electricity")],
        bills=[
            bill(START, END, 900, bill_kind="advance", quality="estimated", **same),
            bill(date(2026, 8, 1), END, 610, bill_kind="settlement", **same),
        ],
    )  # fmt: skip

    assert found.final == 300


def test_a_bill_and_a_curve_of_one_point_are_one_consumption(models: Models) -> None:
    same = {"point_id": "pod", "carrier": "electricity", "unit": "kWh"}
    found = District(
        models, [point("pod", "electricity")], flow("pod", "import", 305), bills=[bill(START, END, 300, **same)]
    )  # fmt: skip

    assert found.final == 305


@pytest.mark.parametrize("use", ["ev_charging", "heat_pump"])
def test_a_charger_or_a_heat_pump_behind_the_meter_is_a_part_of_it(
    models: Models, use: str
) -> None:
    found = District(
        models,
        [point("pod", "electricity"), point("own", "electricity", end_use=use),
         point("behind", "electricity", "submeter", parent_point_id="pod", end_use=use)],
        flow("pod", "import", 1000), flow("own", "import", 200), flow("behind", "import", 300),
    )  # fmt: skip

    assert found.final == 1200
    assert found.electricity_kg == 1200 * KG_PER_KWH
    assert found.memo(use) == 500


def test_heat_of_a_heat_pump_is_in_its_power(models: Models) -> None:
    found = District(
        models,
        [
            point("pod", "electricity", site="a"),
            point("pump", "district_heat", "generation", "a", generator="heat_pump"),
        ],
        flow("pod", "import", 1000), flow("pump", "production", 3000, "district_heat"),
    )  # fmt: skip

    assert found.final == 1000


def test_what_was_read_is_at_most_what_is_reported_where_an_engine_exports(models: Models) -> None:
    """Nine tenths of the engine's gas and what the battery lost count; all of it was read."""
    found = District(
        models,
        [*engine_of_a_site(), point("battery", "electricity", "storage")],
        flow("gas", "import", 20000, "natural_gas"),
        flow("engine_gas", "import", 20000, "natural_gas"), flow("engine_power", "production", 6000),
        flow("engine_heat", "production", 9000, "district_heat"),
        flow("pod", "import", 70), flow("pod", "export", 1500),
        flow("battery", "import", 500), flow("battery", "export", 450),
    )  # fmt: skip

    assert found.of("fct_energy_monthly", "reported_energy_kwh") == 18000 + 70 + 50
    assert found.of("fct_energy_monthly", "actual_read_energy_kwh") == 18000 + 70 + 50
