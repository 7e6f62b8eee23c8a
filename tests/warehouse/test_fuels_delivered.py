"""Fuel that is delivered by litre or kilogram: energy on its net calorific value, emissions by gas."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.warehouse.arrived import bill, point
from tests.warehouse.models import Models, Row, one, total

START, END = date(2026, 9, 1), date(2026, 10, 1)


def _burnt(models: Models, carrier: str, quantity: str, unit: str) -> dict[str, list[Row]]:
    return models.run(
        {
            "stg_metering_points": [point("p", carrier)],
            "stg_utility_bills": [bill(START, END, quantity, carrier=carrier, unit=unit)],
        },
        "fct_energy",
        "fct_emission_lines",
        "fct_emissions_monthly",
    )


def test_a_thousand_litres_of_heating_oil(models: Models) -> None:
    """1 m3 × 835 kg × 42.877 GJ/t / 3.6 = 9945.082 kWh; × 73.578 t/TJ = 2634.25 kg CO2."""
    rows = _burnt(models, "gas_oil", "1", "m3")
    assert round(one(rows["fct_energy"], month="2026-09")["energy_kwh"], 3) == Decimal("9945.082")
    co2 = one(rows["fct_emission_lines"], gas="CO2", scope="1")
    by_hand = 835 * Decimal("42.877") * Decimal("73.578") / 1000
    assert abs(co2["kg_gas"] - by_hand) < Decimal("0.001")
    # The catalogue's own derived factor, per litre, agrees to its rounding of a gram.
    assert round(co2["kg_gas"] / 1000, 3) == Decimal("2.634")


def test_a_tonne_of_lpg_is_47_3_gigajoules(models: Models) -> None:
    """IPCC 2006, vol. 2: 47.3 TJ/Gg and 63 100 kg CO2/TJ (tables 1.2 and 1.4): 2984.63 kg CO2."""
    rows = _burnt(models, "lpg", "1000", "kg")
    assert round(one(rows["fct_energy"], month="2026-09")["energy_kwh"], 2) == Decimal("13138.89")
    co2 = one(rows["fct_emission_lines"], gas="CO2", scope="1")
    assert abs(co2["kg_gas"] - Decimal("47.3") * 63100 / 1000) < Decimal("0.01")


def test_carbon_dioxide_of_wood_is_a_memo_and_its_other_gases_count(models: Models) -> None:
    """15.6 GJ/t: 1747.2 kg CO2 beside the total; in it 28 × 4.68 kg CH4 + 265 × 0.0624 kg N2O,
    where wood is burnt by households: the only use that IPCC 2006, table 2.5, was taken over for."""
    rows = models.run(
        {
            "stg_metering_points": [point("p", "biomass", sector="residential")],
            "stg_utility_bills": [bill(START, END, "1000", carrier="biomass", unit="kg")],
        },
        "fct_emission_lines",
        "fct_emissions_monthly",
    )
    memo = one(rows["fct_emission_lines"], gas="CO2")
    assert memo["biogenic"]
    assert abs(memo["kg_co2e"] - Decimal("1747.2")) < Decimal("0.01")
    counted = total(rows["fct_emission_lines"], "kg_co2e", biogenic=False)
    by_hand = Decimal("15.6") * (28 * Decimal("0.300") + 265 * Decimal("0.004"))
    assert abs(counted - by_hand) < Decimal("0.01")
    month = one(rows["fct_emissions_monthly"], month="2026-09")
    assert abs(month["scope1_tco2e"] * 1000 - by_hand) < Decimal("0.01")
    assert abs(month["biogenic_memo_tco2"] * 1000 - Decimal("1747.2")) < Decimal("0.01")
