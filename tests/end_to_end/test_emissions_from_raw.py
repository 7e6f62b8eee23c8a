"""Market-based electricity, its proven part, Scope 3 and processes are what the raw files give."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from sample.deliver import MONTHS
from tests.end_to_end.conftest import SamplePlayed
from tests.end_to_end.raw_files import Raw
from tests.end_to_end.recomputed import Recomputed
from tests.end_to_end.recomputed_emissions import Emissions, year_of
from tests.end_to_end.recomputed_hourly import hourly

NEWEST = "2026-10"
DUE = "2025-12"
"""The last month in which a yearly KPI was due."""
CITIES = ("prato", "parma", "bergamo", "roma")
CLOSE = Decimal("1e-6")
Row = dict[str, Any]


@pytest.fixture(scope="module")
def cities(checkout: Path, sample_played: SamplePlayed) -> dict[str, Emissions]:
    raw = Raw(sample_played.home / "inbox", datetime(2026, 11, 10, 8, tzinfo=UTC))
    declared = checkout / "sample" / "districts"
    factors = checkout / "pipelines" / "catalogue" / "factors"
    return {
        city: Emissions(Recomputed(raw, city, declared, factors), declared / "factors")
        for city in CITIES
    }


def test_every_month_is_what_the_files_give(
    sample_played: SamplePlayed, cities: dict[str, Emissions]
) -> None:
    """Of the marts, so that figures which no edition may show are held as well."""
    rows = pq.read_table(sample_played.home / "marts" / "fct_emissions_monthly.parquet").to_pylist()
    compared: dict[str, set[str]] = {}
    for row in rows:
        city, month = cities[row["district_id"]], row["month"]
        proven, drawn = city.proven(month)
        expected = {
            "scope2_market_tco2e": city.market(month),
            "proven_electricity_kwh": proven,
            "market_electricity_kwh": drawn,
            "scope3_tco2e": city.declared(month, "III.3.2"),
            "process_tco2e": city.declared(month, "IV.1"),
        }
        for name, value in expected.items():
            told, place = row[name], (row["district_id"], month, name)
            if told is None or value is None:
                assert told is None, place
                assert not value, place
            else:
                assert abs(told - value) <= CLOSE * abs(value) + CLOSE, (place, told, value)
                compared.setdefault(name, set()).add(row["district_id"])
    assert compared["scope2_market_tco2e"] == set(CITIES)
    assert compared["scope3_tco2e"] == compared["process_tco2e"] == {"prato"}
    assert compared["proven_electricity_kwh"] == {"parma"}
    assert {row["month"] for row in rows} == set(MONTHS)


def test_the_yearly_figures_of_the_report_are_their_sums(
    sample_played: SamplePlayed, cities: dict[str, Emissions]
) -> None:
    def share(city: Emissions, months: list[str]) -> Decimal:
        terms = [city.proven(month) for month in months]
        return 100 * sum(part or 0 for part, _ in terms) / sum(whole for _, whole in terms)

    makers: dict[str, Callable[[Emissions, list[str]], Decimal]] = {
        "EMI03": lambda city, months: sum((city.market(each) for each in months), Decimal(0)),
        "EMI04": lambda city, months: _sum(city, months, "III.3.2"),
        "EMI17": share,
        "EMI18": lambda city, months: _sum(city, months, "IV.1"),
    }
    rows = pq.read_table(sample_played.edition(NEWEST) / "kpi_values.parquet").to_pylist()
    compared = set()
    for row in rows:
        code, city = row["kpi_code"], row["district_id"]
        if code in makers and row["month"] == NEWEST and row["value"] is not None:
            expected = makers[code](cities[city], year_of(DUE))
            if row["value_below"] is not None:
                assert row["value"] <= expected < row["value_below"], (code, city)
            else:
                assert abs(row["value"] - expected) <= CLOSE * abs(expected) + CLOSE, (code, city)
            compared.add((code, city))
    # Elsewhere nobody tells of contracts: that no origin is proven is not known there.
    assert {city for code, city in compared if code == "EMI17"} == {"parma"}
    # One dye-works neutralises soda ash, and two firms use their own sun: what would tell it is nobody else's to read.
    assert not compared & {(code, "prato") for code in ("EMI03", "EMI04", "EMI18")}


def _sum(city: Emissions, months: list[str], *refs: str) -> Decimal:
    return sum((city.declared(month, *refs) or Decimal(0) for month in months), Decimal(0))


@pytest.mark.parametrize("month", ["2025-10", "2026-03", "2026-08", NEWEST])
def test_each_hour_emits_what_its_factor_says(
    sample_played: SamplePlayed, cities: dict[str, Emissions], month: str
) -> None:
    """With the hour that October repeats, the one that March skips, and two days whose factors never came."""
    tables = sample_played.edition(NEWEST) / "tables"
    rows = pq.read_table(tables / "hourly_emissions.parquet").to_pylist()
    (row,) = [row for row in rows if (row["month"], row["period"]) == (month, "month")]
    of = cities["bergamo"].of
    annual = of.factor(2026, kind="emission", carrier="electricity", series="EEA generation")

    kwh, at_hours, at_year = hourly(of, month, annual / 1000)

    assert float(row["hourly_kwh"]) == pytest.approx(kwh, rel=1e-9)
    assert float(row["hourly_tco2e"]) == pytest.approx(at_hours, rel=1e-9)
    assert float(row["annual_tco2e"]) == pytest.approx(at_year, rel=1e-9)
    assert row["days"] == ("2026-03-14 2026-03-15" if month == "2026-03" else "")
    assert (row["hourly_kwh"] < row["electricity_kwh"]) == (month == "2026-03")


def test_hour_by_hour_is_a_memo_and_moves_no_figure(sample_played: SamplePlayed) -> None:
    values = pq.read_table(sample_played.edition(NEWEST) / "kpi_values.parquet").to_pylist()
    (told,) = [
        row["value"]
        for row in values
        if (row["district_id"], row["month"], row["kpi_code"]) == ("bergamo", NEWEST, "EMI02")
    ]
    tables = sample_played.edition(NEWEST) / "tables"
    rows = pq.read_table(tables / "hourly_emissions.parquet").to_pylist()
    (row,) = [row for row in rows if (row["month"], row["period"]) == (NEWEST, "month")]
    # All of October's electricity has its hours: the factor of the year gives EMI02, those of the hours do not.
    assert row["annual_tco2e"] == told != row["hourly_tco2e"]
    assert {row["district_id"] for row in rows} == {"bergamo"}
