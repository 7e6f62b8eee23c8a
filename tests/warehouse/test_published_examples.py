"""The inventory against figures that others have published, each cited where it is used.

Belongs here: numbers nobody here computed. Does not belong here: sums of our own (`test_fuels_delivered.py`,
`test_market_based.py`).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from ruamel.yaml import YAML

from pipelines.catalogue.factor import Factor, factors
from pipelines.settings import checkout
from pipelines.warehouse.declared_factors import _factor
from tests.warehouse.arrived import bill, point
from tests.warehouse.models import Models, one
from tests.warehouse.test_activity_data import done, inventory
from tests.warehouse.test_market_based import bought, contract

FOUND = factors()
START, END = date(2026, 9, 1), date(2026, 10, 1)


@pytest.mark.parametrize("fuel", ["LPG", "MOTOR_GASOLINE", "RESIDUAL_FUEL_OIL"])
def test_carbon_dioxide_per_litre_as_the_ghg_protocols_tool_prints_it(fuel: str) -> None:
    """GHG Protocol, Emission Factors from Cross-Sector Tools 2.0 (March 2024), Stationary Combustion, table 1:
    net calorific value × emission factor of IPCC 2006 × density is the printed kg CO2 per litre."""
    mine = (
        FOUND[f"IPCC06_NCV_{fuel}"].value
        * FOUND[f"IPCC06_CO2_{fuel}"].value
        * FOUND[f"GHGP_DENS_{fuel}"].value
        / 1_000_000
    )
    assert abs(mine - FOUND[f"GHGP_CO2_{fuel}_L"].value) < Decimal("1e-9")


def test_a_cubic_metre_of_lpg_emits_what_the_ghg_protocols_tool_says(models: Models) -> None:
    """The same table: 1.473055964 kg CO2 a litre; one cubic metre through the whole warehouse."""
    lines = models.run(
        {
            "stg_metering_points": [point("p", "lpg")],
            "stg_utility_bills": [bill(START, END, "1", carrier="lpg", unit="m3")],
        },
        "fct_emission_lines",
    )["fct_emission_lines"]
    assert abs(one(lines, gas="CO2")["kg_gas"] - Decimal("1473.055964")) < Decimal("0.0001")


@pytest.mark.parametrize(
    ("fuel", "carbon"),
    [("NATURAL_GAS", "15.3"), ("LPG", "17.2"), ("GAS_OIL", "20.2"), ("RESIDUAL_FUEL_OIL", "21.1"),
     ("MOTOR_GASOLINE", "18.9"), ("WOOD", "30.5")],
)  # fmt: skip
def test_factors_of_carbon_dioxide_are_carbon_times_44_over_12(fuel: str, carbon: str) -> None:
    """IPCC 2006 Guidelines, vol. 2, ch. 1, table 1.3 (carbon content, kg/GJ) and table 1.4, which rounds."""
    mine = Decimal(carbon) * 44 / 12 * 1000
    assert abs(mine - FOUND[f"IPCC06_CO2_{fuel}"].value) / mine < Decimal("0.002")


def test_italian_gas_per_cubic_metre_as_the_national_table_prints_it() -> None:
    """Tabella dei parametri standard nazionali 2013: 55.89 t/TJ, 35.2 GJ/1000 Sm3 and, printed beside them, 1.968."""
    product = FOUND["UNFCCC_IT_NG_CO2_2013"].value * FOUND["UNFCCC_IT_NG_NCV_2013"].value / 1000
    assert abs(product - FOUND["UNFCCC_IT_NG_CO2V_2013"].value) < Decimal("0.001")


@pytest.mark.parametrize(
    ("gwp_set", "methane", "nitrous"), [("AR4", 25, 298), ("AR5", 28, 265), ("AR6", "27.9", 273)]
)
def test_warming_potentials_are_those_of_the_assessment_reports(
    gwp_set: str, methane: object, nitrous: object
) -> None:
    """IPCC AR4 WG1 table 2.14; AR5 WG1 table 8.A.1 (without feedbacks); AR6 WG1 table 7.SM.7."""
    assert FOUND[f"GWP100_{gwp_set}_CH4"].value == Decimal(str(methane))
    assert FOUND[f"GWP100_{gwp_set}_N2O"].value == Decimal(str(nitrous))


def test_glass_with_half_cullet_after_the_ipcc_default(models: Models) -> None:
    """IPCC's default of category 2A3, 0.2 t CO2 per tonne of glass (printed with the other defaults of the category at
    k-mos.com/?paged=40; AR4 WG3 7.4.5.3 has "up to 200 kg"), times (1 − 0.50) for cullet, which the sheet 2A3 of
    the guidelines multiplies so; a month of 310 t of a steady year emits 31 t."""
    raw = Decimal("0.2")
    melted = _factor(
        Factor(code="IPCC_GLASS", kind="emission", activity="glass_melting", gas="CO2", series="plant",
               value=raw * (1 - Decimal("0.50")), unit="t/t", year=2006, region="WORLD",
               source="IPCC 2006 Guidelines, vol. 3, ch. 2")
    )  # fmt: skip
    rows = inventory(models, [done()], [melted])
    line = one(rows["fct_gpc_inventory"], month="2026-03", gpc_ref="IV.1")
    assert line["kg_co2e"] == 31_000
    assert one(rows["fct_emissions_monthly"], month="2026-03")["energy_tco2e"] == Decimal("0.2")


def test_both_methods_of_scope_2_as_the_guidance_has_them_reported(models: Models) -> None:
    """GHG Protocol Scope 2 Guidance, table 6.3 (hierarchy) and ch. 7 (quality criteria): energy attribute
    certificates, contracts, supplier's rate, residual mix, other grid-average; each with its own rate, both totals
    side by side. 1000 kWh: 400 certified at 0, 300 contracted at 50 g, 300 of a supplier at 300 g."""
    rows = bought(
        models,
        contract("guarantee_of_origin", energy_kwh=Decimal(400)),
        contract("contract", factor_g_co2e_per_kwh=Decimal(50), energy_kwh=Decimal(300)),
        contract("supplier_mix", factor_g_co2e_per_kwh=Decimal(300)),
    )
    month = one(rows["fct_emissions_monthly"], month="2026-01")
    assert month["scope2_market_tco2e"] == Decimal("0.105")
    assert month["scope2_location_tco2e"] == Decimal("0.212")


@pytest.mark.parametrize(
    ("released", "molar_mass", "printed"),
    [(1, "100.09", "0.43971"), (1, "84.31", "0.52197"), (2, "184.40", "0.47732")],
)
def test_carbonates_give_off_their_share_of_carbon_dioxide(
    released: int, molar_mass: str, printed: str
) -> None:
    """Calcite, magnesite and dolomite: the defaults of IPCC category 2A4, as k-mos.com/?paged=40 reprints them."""
    share = released * Decimal("44.01") / Decimal(molar_mass)
    assert abs(share - Decimal(printed)) < Decimal("0.00005")


def test_the_samples_soda_ash_is_near_the_printed_default() -> None:
    """The default of IPCC category 2A4b for sodium carbonate is 0.41492 (k-mos.com/?paged=40)."""
    path = checkout() / "sample" / "districts" / "factors" / "activities.yaml"
    (ours,) = [
        Decimal(str(row["value"]))
        for row in YAML(typ="safe").load(path)["factors"]
        if row["code"] == "DEMO_SODA_ASH_CO2"
    ]
    assert abs(ours / Decimal("0.41492") - 1) < Decimal("0.001")


def test_gas_of_a_sewerage_plant_as_californias_inventory_prints_it(models: Models) -> None:
    """California's Greenhouse Gas Inventory, 13th edition, category 1A4a, 2005 (ww3.arb.ca.gov, docs1/1a4a_…_2005.htm):
    52,693 scf × 1,023 Btu/scf × 0.053 g CO2/Btu = 2.86 t CO2, gross. Ours are of the net calorific value, a tenth lower
    for gas; both ways the carbon of the same gas comes out within a hundredth."""
    gross_kwh = Decimal(52_693) * 1_023 * Decimal("1055.05585262") / 3_600_000
    lines = models.run(
        {
            "stg_metering_points": [point("p", "natural_gas")],
            "stg_utility_bills": [
                bill(
                    START,
                    END,
                    str(round(gross_kwh * Decimal("0.9"), 6)),
                    carrier="natural_gas",
                    unit="kWh",
                )
            ],
        },
        "fct_emission_lines",
    )["fct_emission_lines"]
    kg = one(lines, gas="CO2")["kg_gas"]
    assert abs(kg - 2_860) / 2_860 < Decimal("0.01")


def test_certificates_and_the_rest_at_a_rate_as_a_published_example_has_them(
    models: Models,
) -> None:
    """tools.gera.services/scope2-market-vs-location-based: of 1,000,000 kWh 600,000 have certificates at zero, and the
    rest a rate of 0.45 kg: 180 t market-based. Here a thousandth of it, the rest declared as the supplier's."""
    rows = bought(
        models,
        contract("guarantee_of_origin", energy_kwh=Decimal(600)),
        contract("supplier_mix", factor_g_co2e_per_kwh=Decimal(450)),
    )
    month = one(rows["fct_emissions_monthly"], month="2026-01")
    assert month["scope2_market_tco2e"] == Decimal("0.180")
    assert month["proven_electricity_kwh"] == 600


@pytest.mark.parametrize(
    ("rate", "years", "printed"),
    [("0.08", 10, "0.14903"), ("0.10", 10, "0.16275"), ("0.06", 18, "0.09236"), ("0.035", 2, "0.52640")],
)  # fmt: skip
def test_capital_is_spread_over_its_life_as_ashraes_table_prints_it(
    models: Models, rate: str, years: int, printed: str
) -> None:
    """ASHRAE Pocket Guide for HVAC, 2013, annual capital recovery factors, at engineersedge.com/calculators."""
    at = {"district_id": "d", "month": "2026-03", "measure_id": "A"}
    rows = models.run(
        {
            "int_thresholds": [{"discount_rate": Decimal(rate)}],
            "int_district_months": [{"district_id": "d", "month": "2026-03"}],
            "int_measure_months": [
                {**at, "status": "completed", "in_operation": True, "capex_eur": Decimal(1_000_000),
                 "lifetime_years": years, "running_cost_change_eur": Decimal(0)}
            ],
            "int_measure_point_savings": [],
        },
        "int_measure_abatement",
    )["int_measure_abatement"]  # fmt: skip
    assert round(rows[0]["annualised_cost_eur"] / 1_000_000, 5) == Decimal(printed)
