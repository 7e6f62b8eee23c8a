"""A declared path of future factors moves what a measure avoids over its lifetime; without one factors are held."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.warehouse.models import Models, Row, one
from tests.warehouse.small_district import DISTRICT

FIRST, LIFE = 2027, 10


def _outlook(year: int, kg: str, region: str = "IT", series: str = "PLAN") -> Row:
    return {
        "factor_code": f"{series}_{region}_{year}", "kind": "outlook", "carrier": "electricity", "series": series,
        "basis": "production", "region": region, "valid_year": year, "kg_per_kwh": Decimal(kg), "unit": "kg/kWh",
    }  # fmt: skip


def _abatement(models: Models, *path: Row) -> Row:
    measure = {
        "district_id": DISTRICT, "month": "2026-10", "measure_id": "A", "status": "planned", "in_operation": False,
        "saves_from": date(FIRST, 1, 1), "saves_until": date(FIRST + LIFE, 1, 1), "lifetime_years": Decimal(LIFE),
        "capex_eur": Decimal(1000), "running_cost_change_eur": Decimal(0),
    }  # fmt: skip
    saving = {
        "district_id": DISTRICT, "month": "2026-10", "measure_id": "A", "carrier": "electricity", "unit": "kWh",
        "point_id": "p", "expected_saving": Decimal(10_000), "kg_co2e_per_kwh": Decimal("0.2"),
    }  # fmt: skip
    given = {
        "int_measure_months": [measure],
        "int_measure_point_savings": [saving],
        "stg_factors": list(path),
    }
    return one(models.run(given, "int_measure_abatement")["int_measure_abatement"], month="2026-10")


def test_without_a_path_the_factor_of_the_month_is_held(models: Models) -> None:
    row = _abatement(models)
    assert (row["annual_abatement_tco2e"], row["with_outlook"]) == (2, False)


def test_abatement_is_the_mean_along_the_shape_of_the_path(models: Models) -> None:
    """Another series prints 0.4 for 2026 and 0.2 for 2030: half by 2030, on a straight line, then no less."""
    row = _abatement(models, _outlook(2026, "0.4"), _outlook(2030, "0.2"))

    shares = [max(1 - 0.125 * (year - 2026), 0.5) for year in range(FIRST, FIRST + LIFE)]
    assert float(row["annual_abatement_tco2e"]) == pytest.approx(2 * sum(shares) / LIFE, abs=1e-6)
    assert row["with_outlook"]
    assert row["cost_per_tonne_eur"] > 1000 / LIFE / 2


def test_the_nearest_place_serves_and_paths_of_two_series_never_mix(models: Models) -> None:
    world = [_outlook(2026, "1", "WORLD"), _outlook(2027, "0.1", "WORLD")]
    country = [_outlook(2026, "0.4"), _outlook(2060, "0.4")]
    other = [_outlook(2026, "9", series="ZZ"), _outlook(2027, "1", series="ZZ")]

    assert _abatement(models, *world, *country, *other)["annual_abatement_tco2e"] == 2
