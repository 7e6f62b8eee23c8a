"""The warehouse chooses the factor that the catalogue would choose, for every place, network and year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pipelines.catalogue.factor import Factor
from pipelines.catalogue.factor_choice import NoFactorError, resolve
from pipelines.warehouse.declared_factors import _factor
from tests.warehouse.models import Models, Row, one

SERIES = "network operator"


def _heat(code: str, year: int, value: str, **place: str) -> Factor:
    return Factor(code=code, kind="emission", carrier="district_heat", gas="CO2e", basis="delivered",
                  series=SERIES, value=Decimal(value), unit="kg/kWh", year=year, source="test",
                  **place)  # type: ignore[arg-type]  # fmt: skip


FACTORS = [
    _heat("W20", 2020, "0.30", region="WORLD"),
    _heat("IT21", 2021, "0.25", region="IT"),
    _heat("NORTH24", 2024, "0.22", region="ITH"),
    _heat("EMILIA25", 2025, "0.21", region="ITH5"),
    _heat("ABROAD25", 2025, "0.01", region="FR"),
    _heat("TUSCANY25", 2025, "0.19", region="ITI1"),
    _heat("NET24", 2024, "0.12", operator="Rete Nord"),
    _heat("NET26", 2026, "0.11", operator="Rete Nord"),
    _heat("OTHER24", 2024, "0.40", operator="Rete Sud"),
]
PATH = {"scope": "2_location", "carrier": "district_heat", "factor_carrier": "district_heat",
        "gas": "CO2e", "basis": "delivered", "series": SERIES, "by_use": False, "biogenic": False,
        "ages": True, "slot": "NF_DH_EF_IT"}  # fmt: skip


def _chosen(models: Models, region: str, years: tuple[int, ...]) -> list[Row]:
    return models.run(
        {
            "int_district_months": [
                {"district_id": "d", "month": f"{year}-01", "calendar_year": year, "gwp_set": "AR5"}
                for year in years
            ],
            "stg_districts": [{"district_id": "d", "region": region}],
            "stg_metering_points": [
                {"district_id": "d", "point_id": name, "carrier": "district_heat", "network": name}
                for name in ("Rete Nord", "Rete Ignota")
            ],
            "stg_factors": [_factor(each) for each in FACTORS],
            "stg_factor_paths": [PATH],
        },
        "int_emission_factors",
    )["int_emission_factors"]


@pytest.mark.parametrize("region", ["IT", "ITH5", "ITH52", "ITC4"])
def test_operator_then_region_then_what_it_lies_in_then_world(models: Models, region: str) -> None:
    years = (2019, 2020, 2022, 2024, 2025, 2026)
    rows = _chosen(models, region, years)
    for network in ("any", "Rete Nord", "Rete Ignota"):
        for year in years:
            row = one(rows, network=network, calendar_year=year, use="commercial")
            try:
                wanted = resolve(FACTORS, kind="emission", carrier="district_heat", gas="CO2e",
                                 basis="delivered", series=SERIES, year=year, region=region,
                                 operator=None if network == "any" else network)  # fmt: skip
            except NoFactorError:
                assert row["factor_code"] is None
                assert row["slot"] == "NF_DH_EF_IT"
                continue
            assert row["factor_code"] == wanted.factor.code
            assert row["kg_per_kwh"] == wanted.factor.value
            assert row["factor_age_years"] == wanted.age_years
            assert row["factor_place"] == (wanted.factor.operator or wanted.factor.region)


def test_each_network_has_its_own_line_and_an_operator_serves_no_other(models: Models) -> None:
    def point(point_id: str, network: str | None) -> Row:
        return {"district_id": "d", "point_id": point_id, "carrier": "district_heat",
                "role": "supply", "network": network}  # fmt: skip

    def used(point_id: str) -> Row:
        return {"district_id": "d", "month": "2026-01", "point_id": point_id, "flow": "import",
                "carrier": "district_heat", "sector": "tertiary", "method": "interval",
                "energy_kwh": Decimal(1000), "estimated_share": Decimal(0)}  # fmt: skip

    points = [point("a", "Rete Nord"), point("b", "Rete Sud"), point("c", None)]
    operators = [each for each in FACTORS if each.operator]
    lines = models.run(
        {
            "int_district_months": [{"district_id": "d", "month": "2026-01", "calendar_year": 2026,
                                     "gwp_set": "AR5", "month_start": date(2026, 1, 1)}],
            "stg_districts": [{"district_id": "d", "region": "ITH5"}],
            "stg_metering_points": points,
            "int_points": points,
            "int_final_energy": [used("a"), used("b"), used("c")],
            "stg_factors": [_factor(each) for each in operators],
            "stg_factor_paths": [PATH],
        },
        "fct_emission_lines",
    )["fct_emission_lines"]  # fmt: skip

    assert one(lines, network="Rete Nord")["kg_co2e"] == Decimal(110)
    assert one(lines, network="Rete Sud")["kg_co2e"] == Decimal(400)
    unknown = one(lines, network="any")
    assert (unknown["notation_key"], unknown["reason"], unknown["slot"]) == (
        "NE", "no_factor", "NF_DH_EF_IT",
    )  # fmt: skip


def test_what_the_network_loses_is_emitted_where_its_power_is_made(models: Models) -> None:
    grid = {"scope": "2_location", "carrier": "electricity", "factor_carrier": "electricity",
            "gas": "CO2e", "basis": "production", "series": "grid", "by_use": False,
            "biogenic": False, "ages": True}  # fmt: skip
    losses = {**grid, "scope": "3", "basis": None, "series": "network losses",
              "slot": "NF_TD_LOSS_IT"}  # fmt: skip
    power = Factor(code="GRID", kind="emission", carrier="electricity", gas="CO2e",
                   basis="production", series="grid", value=Decimal("0.212"), unit="kg/kWh",
                   year=2020, region="IT", source="test")  # fmt: skip
    lost = Factor(code="LOST", kind="conversion", carrier="electricity", series="network losses",
                  value=Decimal("6.2"), unit="%", year=2023, region="IT", source="test")  # fmt: skip
    given = {
        "int_district_months": [{"district_id": "d", "month": "2026-01", "calendar_year": 2026,
                                 "gwp_set": "AR5"}],
        "stg_districts": [{"district_id": "d", "region": "IT"}],
        "stg_metering_points": [],
        "stg_factor_paths": [grid, losses],
    }  # fmt: skip

    with_loss = models.run({**given, "stg_factors": [_factor(power), _factor(lost)]},
                           "int_emission_factors")["int_emission_factors"]  # fmt: skip
    without = models.run({**given, "stg_factors": [_factor(power)]},
                         "int_emission_factors")["int_emission_factors"]  # fmt: skip

    known = one(with_loss, scope="3", use="commercial")
    assert known["kg_per_kwh"] == Decimal("0.013144")
    assert known["factor_code"] == "LOST"
    missing = one(without, scope="3", use="commercial")
    assert (missing["kg_per_kwh"], missing["slot"]) == (None, "NF_TD_LOSS_IT")
