"""The glassworks and the dye-house, as their own files have them: emissions from the raw bytes, by hand.

The files stay outside the repository (NZD_REAL_DATA); without them these tests skip.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import python_calamine as calamine

from tests.real_data import raw
from tests.warehouse.arrived import bill, interval, point
from tests.warehouse.models import Models, one
from tests.warehouse.test_market_based import RESIDUAL, contract

MONTHS = ("GENNAIO", "FEBBRAIO", "MARZO", "APRILE", "MAGGIO", "GIUGNO", "LUGLIO", "AGOSTO",
          "SETTEMBRE", "OTTOBRE", "NOVEMBRE", "DICEMBRE")  # fmt: skip
GRID = Decimal("0.212")


def glassworks(folder: Path) -> dict[date, dict[str, Decimal]]:
    """kWh by month and machine, in tenths of a watt hour, of the glassworks' own workbook."""
    path = folder / "meters-submeter" / "it_vetronaviglio_consumo_macchine_2025.xlsx"
    _, _, head, *rows = calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    found: dict[date, dict[str, Decimal]] = defaultdict(dict)
    for row in rows:
        words = str(row[0]).split()
        if len(words) < 3 or words[-2] not in MONTHS:
            continue
        month = date(2000 + int(words[-1]), MONTHS.index(words[-2]) + 1, 1)
        for machine, kwh in zip(head[1:], row[1:], strict=True):
            if isinstance(kwh, int | float) and kwh >= 0 and machine:
                found[month][str(machine)] = round(Decimal(str(kwh)), 6)
    return dict(found)


def after(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def test_the_glassworks_by_both_methods_with_guarantees_for_half_a_year(
    models: Models, real_data: Path
) -> None:
    used = glassworks(real_data)
    assert len(used) >= 6
    machines = sorted({name for month in used.values() for name in month})
    assert len(machines) > 20
    certified = sum((sum(month.values()) for month in used.values()), Decimal(0)) / 2
    rows = models.run(
        {
            "stg_metering_points": [
                point(name, "electricity", site="glassworks", sector="industry",
                      holder_group="glassworks") for name in machines
            ],
            "stg_meter_intervals": [
                interval(month, after(month), kwh, point_id=machine)
                for month, of_month in used.items() for machine, kwh in of_month.items()
            ],
            "stg_energy_contracts": [
                contract("guarantee_of_origin", contract_id=f"GO-{name}", point_id=name,
                         valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 1),
                         energy_kwh=sum((m.get(name, Decimal(0)) for m in used.values()), Decimal(0)) / 2)
                for name in machines
            ],
        },
        "fct_emissions_monthly", "fct_gpc_inventory",
    )  # fmt: skip
    months = {row["month"]: row for row in rows["fct_emissions_monthly"]}
    for month, of_month in used.items():
        by_hand = sum(of_month.values(), Decimal(0)) * GRID / 1000
        assert abs(months[f"{month:%Y-%m}"]["scope2_location_tco2e"] - by_hand) < Decimal("1e-9")
        line = one(rows["fct_gpc_inventory"], month=f"{month:%Y-%m}", gpc_ref="I.3.2")
        assert abs(line["kg_co2e"] / 1000 - by_hand) < Decimal("1e-9")
    market = sum(months[f"{month:%Y-%m}"]["scope2_market_tco2e"] for month in used)
    assert abs(market - certified * RESIDUAL / 1000) < Decimal("1e-6")
    proven = sum(months[f"{month:%Y-%m}"]["proven_electricity_kwh"] for month in used)
    assert abs(proven - certified) < Decimal("0.0001")


def test_the_dye_houses_year_of_fuel_by_gas(models: Models, real_data: Path) -> None:
    """The quantities of 2021 in the calendar of 2025: Smc × 35.253 GJ/1000 Smc, and a terajoule is 55.934 t CO2, 1 kg
    CH4 and 0.1 kg N2O."""
    plant = raw.plant(real_data)
    used = {date(2025, number, 1): plant[f"2021-{number:02d}"]["Gas"] for number in range(1, 13)}
    rows = models.run(
        {
            "stg_metering_points": [point("p", "natural_gas", sector="industry")],
            "stg_utility_bills": [
                bill(month, after(month), smc, unit="Smc") for month, smc in used.items()
            ],
        },
        "fct_emission_lines",
    )["fct_emission_lines"]  # fmt: skip
    terajoule = sum(used.values(), Decimal(0)) * Decimal("35.253") / 1_000_000
    for gas, factor in (("CO2", 55934), ("CH4", 1), ("N2O", Decimal("0.1"))):
        told = sum(row["kg_gas"] for row in rows if row["gas"] == gas)
        assert abs(told - terajoule * factor) < Decimal("0.01") * (
            1 if gas == "CO2" else Decimal("0.1")
        )
