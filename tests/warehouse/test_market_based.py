"""Market-based Scope 2: what proves the origin of power, how much of it, and when it proves nothing.

Belongs here: the hierarchy of the GHG Protocol's Scope 2 Guidance with sums a person can do. Does not belong here:
location-based emissions (`test_counted_once.py`).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from tests.warehouse.arrived import _row, interval, point
from tests.warehouse.models import Models, Row, one, total

FIRSTS = [date(2026, month, 1) for month in range(1, 11)]
RESIDUAL = Decimal("0.45715")
"""AIB's residual mix of Italy, 2022: the newest vintage of the catalogue."""
GRID = Decimal("0.212")


def contract(instrument: str, **said: object) -> Row:
    """An instrument in good order for the whole of 2026, unless it says otherwise."""
    return _row(
        **{"contract_id": instrument, "point_id": "p", "instrument": instrument,
           "valid_from": date(2026, 1, 1), "valid_to": date(2027, 1, 1), "energy_kwh": None,
           "technology": "wind", "factor_g_co2e_per_kwh": None, "cancelled_on": date(2026, 10, 1),
           "evidence": "certificate", **said},
    )  # fmt: skip


def bought(
    models: Models, *contracts: Row, kwh: int = 1000, points: list[Row] | None = None,
    more: list[Row] | None = None,
) -> dict[str, list[Row]]:  # fmt: skip
    """Nine months of 2026 at 1000 kWh each, with these instruments."""
    return models.run(
        {
            "stg_metering_points": points or [point("p", "electricity")],
            "stg_meter_intervals": [
                *(interval(start, end, kwh) for start, end in pairwise(FIRSTS)), *(more or []),
            ],
            "stg_energy_contracts": list(contracts),
        },
        "fct_emission_lines", "fct_emissions_monthly", "int_emission_findings", "int_market_parts",
    )  # fmt: skip


def market(rows: dict[str, list[Row]], month: str) -> Decimal:
    value: Decimal = one(rows["fct_emissions_monthly"], month=month)["scope2_market_tco2e"]
    return value * 1000


def test_without_proof_the_residual_mix_counts(models: Models) -> None:
    rows = bought(models)
    assert market(rows, "2026-03") == 1000 * RESIDUAL
    line = one(rows["fct_emission_lines"], month="2026-03", scope="2_market")
    assert (line["instrument"], line["contract_id"]) == ("residual_mix", "any")


def test_guarantees_serve_no_more_than_their_energy_in_the_order_of_the_months(
    models: Models,
) -> None:
    rows = bought(models, contract("guarantee_of_origin", energy_kwh=Decimal(2500)))
    assert [market(rows, f"2026-{month:02}") for month in (1, 2, 3, 4)] == [
        0, 0, 500 * RESIDUAL, 1000 * RESIDUAL,
    ]  # fmt: skip
    proven = [row["proven_electricity_kwh"] for row in rows["fct_emissions_monthly"]
              if row["month"] in ("2026-01", "2026-03", "2026-04")]  # fmt: skip
    assert proven == [1000, 500, 0]


def test_where_nobody_tells_of_contracts_the_proven_share_is_not_known_and_not_nothing(
    models: Models,
) -> None:
    known, unknown = (
        one(bought(models, *told)["fct_emissions_monthly"], month="2026-01")
        for told in ((contract("supplier_mix", factor_g_co2e_per_kwh=Decimal(450)),), ())
    )

    assert known["proven_electricity_kwh"] == 0
    assert unknown["proven_electricity_kwh"] is None
    assert unknown["market_electricity_kwh"] == 1000


def test_guarantees_of_another_year_prove_nothing_of_this_one(models: Models) -> None:
    older = contract("guarantee_of_origin", energy_kwh=Decimal(9000),
                     valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 1))  # fmt: skip
    assert market(bought(models, older), "2026-03") == 1000 * RESIDUAL


def test_certificates_before_contracts_before_the_suppliers_mix_before_the_residual(
    models: Models,
) -> None:
    rows = bought(
        models,
        contract("guarantee_of_origin", energy_kwh=Decimal(400)),
        contract("contract", factor_g_co2e_per_kwh=Decimal(50), energy_kwh=Decimal(300)),
        contract("supplier_mix", factor_g_co2e_per_kwh=Decimal(300), valid_to=date(2026, 2, 1)),
    )
    of_january = [row for row in rows["int_market_parts"] if row["month"] == "2026-01"]
    assert {row["instrument"]: row["energy_kwh"] for row in of_january} == {
        "guarantee_of_origin": 400, "contract": 300, "supplier_mix": 300,
    }  # fmt: skip
    assert market(rows, "2026-01") == 300 * Decimal("0.05") + 300 * Decimal("0.3")
    assert market(rows, "2026-02") == 1000 * RESIDUAL
    # A supplier's mix proves no origin.
    assert one(rows["fct_emissions_monthly"], month="2026-01")["proven_electricity_kwh"] == 700


def test_market_based_counts_every_kwh_once_and_is_never_added(models: Models) -> None:
    rows = bought(
        models,
        contract("guarantee_of_origin", energy_kwh=Decimal(1700)),
        contract("contract", factor_g_co2e_per_kwh=Decimal(50), valid_from=date(2026, 3, 1)),
    )
    for month in ("2026-01", "2026-02", "2026-03", "2026-09"):
        lines = [row for row in rows["fct_emission_lines"] if row["month"] == month]
        assert total(lines, "activity", scope="2_market") == 1000
        assert total(lines, "activity", scope="2_location") == 1000
        marts = one(rows["fct_emissions_monthly"], month=month)
        assert marts["scope2_location_tco2e"] * 1000 == 1000 * GRID
        assert marts["energy_tco2e"] == marts["scope2_location_tco2e"] + (
            marts["scope1_tco2e"] or 0
        )


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"evidence": None}, "no evidence"),
        ({"cancelled_on": None}, "guarantees not cancelled"),
        ({"energy_kwh": None}, "no amount"),
        ({"technology": "other"}, "no factor"),
        ({"point_id": "unknown"}, "point not in the register"),
        ({"valid_to": date(2028, 1, 1)}, "production of several years"),
    ],
)
def test_an_instrument_that_proves_nothing_says_why(
    models: Models, said: dict[str, object], why: str
) -> None:
    rows = bought(models, contract("guarantee_of_origin", **{"energy_kwh": Decimal(9000), **said}))
    assert market(rows, "2026-03") == 1000 * RESIDUAL
    found = one(rows["int_emission_findings"], code="INSTRUMENT_NOT_COUNTED")
    assert why in found["detail_en"]


def test_who_sells_the_guarantees_of_the_own_sun_loses_its_zero(models: Models) -> None:
    """1000 kWh made and 400 exported a month; guarantees of 4200 kWh sold: 9 × 400 cover the first 3600, and 600
    of what the site used itself count at the residual mix."""
    points = [point("p", "electricity", site="s"),
              point("sun", "electricity", "generation", site="s")]  # fmt: skip
    made = [interval(start, end, 1000, point_id="sun", flow="production")
            for start, end in pairwise(FIRSTS)]  # fmt: skip
    given = [interval(start, end, 400, flow="export") for start, end in pairwise(FIRSTS)]
    rows = bought(
        models,
        contract("guarantee_sold", point_id="sun", energy_kwh=Decimal(4200), technology=None),
        points=points, more=[*made, *given],
    )  # fmt: skip
    assert market(rows, "2026-01") == 1600 * RESIDUAL
    assert market(rows, "2026-02") == 1000 * RESIDUAL
    # Location-based the sun on one's own roof stays at zero.
    january = one(rows["fct_emissions_monthly"], month="2026-01")
    assert january["scope2_location_tco2e"] * 1000 == 1000 * GRID


def test_without_a_residual_mix_the_grid_average_stands_and_says_so(models: Models) -> None:
    path = {"scope": "2_location", "carrier": "electricity", "factor_carrier": "electricity",
            "gas": "CO2e", "basis": "production", "series": "EEA generation", "by_use": False,
            "biogenic": False, "ages": True}  # fmt: skip
    rows = models.run(
        {
            "stg_metering_points": [point("p", "electricity")],
            "stg_meter_intervals": [interval(FIRSTS[0], FIRSTS[1], 1000)],
            "stg_factor_paths": [
                path, {**path, "scope": "2_market", "basis": "residual", "series": "nobody's"},
            ],
        },
        "fct_emission_lines",
    )["fct_emission_lines"]  # fmt: skip
    line = one(rows, scope="2_market")
    assert (line["instrument"], line["kg_co2e"]) == ("grid_average", 1000 * GRID)
