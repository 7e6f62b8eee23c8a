"""Which months of hour-by-hour emissions leave the house, and what is printed of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.publishing.language import words
from pipelines.publishing.months import months_back
from pipelines.publishing.protecting.disclosure import Evidence
from pipelines.publishing.protecting.hourly_emissions import hourly_emissions
from pipelines.publishing.protecting.limits import Contributors, Limits
from pipelines.publishing.report.sections.hourly import days_without, difference
from pipelines.settings import checkout

MONTH = "2026-10"
MANY = Contributors("firm", 5, Decimal(30), Decimal(25), Decimal(100))
ONE = Contributors("firm", 1, Decimal(30), Decimal(0), Decimal(30))


def told(
    folder: Path,
    *,
    who: dict[tuple[str, str], Contributors] | None = None,
    hidden: tuple[str, ...] = (),
    moved_in: str = "",
) -> dict[tuple[str, str], dict[str, Any]]:
    """The protected rows of thirteen months of 100 kWh, 80 of them known hour by hour."""
    rows = [
        {
            "district_id": "d", "month": month, "source_id": "grid", "basis": "consumption",
            "place": "NORD" if month < moved_in else "SUD", "electricity_kwh": Decimal(100),
            "hourly_kwh": Decimal(80), "hourly_tco2e": Decimal("0.018"),
            "annual_tco2e": Decimal("0.020"), "days_without_factors": 2 if month == MONTH else 0,
        }
        for month in months_back("2026-11", 14)
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), folder / "fct_hourly_emissions.parquet")
    gaps = [
        {"district_id": "d", "month": MONTH, "day": date(2026, 10, day), "hours_missing": 24}
        for day in (15, 14)
    ]
    pq.write_table(pa.Table.from_pylist(gaps), folder / "fct_hourly_factor_gaps.parquet")
    months = months_back(MONTH, 13)
    contributors = {
        ("d", month): {
            f"{part}_electricity_kwh": [(who or {}).get((month, part), MANY)]
            for part in ("hourly", "other")
        }
        for month in months
    }
    readable = {("d", month, "EMI02") for month in months if month not in hidden}
    table = hourly_emissions(folder, MONTH, readable, Evidence(contributors), Limits())
    return {(row["month"], row["period"]): row for row in table.to_pylist()}


def test_a_month_and_its_year_are_told_beside_the_factor_of_the_year(tmp_path: Path) -> None:
    rows = told(tmp_path)

    month, year = rows[MONTH, "month"], rows[MONTH, "year"]
    assert (month["hourly_kwh"], month["difference_percent"]) == (80, -10)
    assert (year["hourly_kwh"], year["electricity_kwh"]) == (960, 1200)
    assert year["hourly_tco2e"] == Decimal("0.216")
    assert month["days"] == year["days"] == "2026-10-14 2026-10-15"
    assert ("2026-11", "month") not in rows
    assert ("2026-08", "year") not in rows


@pytest.mark.parametrize("part", ["hourly", "other"])
def test_a_month_that_would_tell_one_firm_is_hidden_with_its_years(
    tmp_path: Path, part: str
) -> None:
    """Also where only the rest would: beside the total, what is known hour by hour gives it back."""
    rows = told(tmp_path, who={("2026-05", part): ONE})

    gone = rows["2026-05", "month"]
    assert gone["suppressed"]
    assert {gone[name] for name in ("hourly_kwh", "electricity_kwh", "hourly_tco2e",
                                    "annual_tco2e", "difference_percent")} == {None}  # fmt: skip
    assert (MONTH, "year") not in rows
    assert rows[MONTH, "month"]["hourly_kwh"] == 80


def test_it_is_hidden_where_the_figure_it_stands_beside_is(tmp_path: Path) -> None:
    rows = told(tmp_path, hidden=("2026-09",))

    assert rows["2026-09", "month"]["suppressed"]
    assert not rows["2026-08", "month"]["suppressed"]


def test_twelve_months_of_two_zones_have_no_sum(tmp_path: Path) -> None:
    assert (MONTH, "year") not in told(tmp_path, moved_in="2026-04")


def test_days_are_named_while_they_are_few(tmp_path: Path) -> None:
    row = told(tmp_path)[MONTH, "month"]
    it, en = (words(code, checkout() / "reports" / "text") for code in ("it", "en"))

    assert days_without(row, it).endswith("14 ottobre 2026 e 15 ottobre 2026.")
    assert "14 October 2026 and 15 October 2026" in days_without(row, en)
    many = {**row, "days": " ".join(f"2026-10-{day:02}" for day in range(1, 10))}
    assert days_without(many, en).startswith("9 days")
    assert days_without({**row, "days": ""}, en) == "Every day of the month has its factors."
    assert difference(row, it) == "−10,0\N{NO-BREAK SPACE}%"
