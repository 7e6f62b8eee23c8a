"""Which parts of a change may be read: those of figures that are published, that no single holder stands behind."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.publishing.months import months_back, shifted
from pipelines.publishing.protecting.change_parts import change_parts
from pipelines.publishing.protecting.disclosure import Evidence
from pipelines.publishing.protecting.limits import Contributors, Limits

MONTH = "2026-10"
WINDOW = months_back(MONTH, 24)
PARTS = {"weather": -40, "activity": 10, "efficiency": 100, "coverage": 0, "boundary": 30}
MANY = Contributors("firm", 5, Decimal(30), Decimal(25), Decimal(100))
ONE = Contributors("firm", 1, Decimal(30), Decimal(0), Decimal(30))


def told(
    folder: Path, who: Mapping[tuple[str, str], Contributors], hidden: tuple[str, ...] = ()
) -> dict[tuple[str, str, str], dict[str, Any]]:
    """The protected rows, with firms behind parts of a month, and months whose figures are not published."""
    rows = [
        {
            "district_id": "d", "month": month, "period": period, "measure": measure, "part": part,
            "unit": "x", "from_value": Decimal(1000), "to_value": Decimal(1100),
            "value": Decimal(value), "reason": None,
        }
        for month in WINDOW[12:] for period in ("month", "year") for measure in ("energy", "emissions")
        for part, value in PARTS.items() if period == "month" or month == MONTH
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), folder / "fct_change_parts.parquet")
    contributors = {
        ("d", month): {
            f"change_{measure}_{part}": [who.get((month, f"{measure}_{part}"), MANY)]
            for measure in ("energy", "emissions") for part in PARTS
        }
        for month in WINDOW
    }  # fmt: skip
    readable = {
        ("d", month, code) for month in WINDOW for code in ("ENE01", "EMI05") if month not in hidden
    }
    table = change_parts(folder, MONTH, readable, Evidence(contributors), Limits())
    return {
        (row["month"], f"{row['period']}_{row['measure']}", row["part"]): row
        for row in table.to_pylist()
    }


def test_parts_with_many_behind_them_are_told(tmp_path: Path) -> None:
    rows = told(tmp_path, {})

    assert rows[MONTH, "year_emissions", "efficiency"]["value"] == 100
    assert not any(row["suppressed"] for row in rows.values())


def test_a_part_of_one_firm_takes_a_second_with_it_in_both_measures(tmp_path: Path) -> None:
    rows = told(tmp_path, {(MONTH, "energy_boundary"): ONE})

    hidden = {
        (key[1], key[2]) for key, row in rows.items() if row["suppressed"] and key[0] == MONTH
    }
    # 30 of one firm: weather (40) is the smallest that covers it.
    assert hidden == {
        (f"{period}_{measure}", part)
        for period in ("month", "year") for measure in ("energy", "emissions")
        for part in ("boundary", "weather")
    }  # fmt: skip
    gone = rows[MONTH, "month_energy", "boundary"]
    assert (gone["value"], gone["reason"]) == (None, "suppressed")
    assert gone["from_value"] == 1000  # the figures themselves are published
    assert rows[MONTH, "month_energy", "activity"]["value"] == 10


def test_twelve_months_hide_what_one_of_them_hides(tmp_path: Path) -> None:
    early = WINDOW[14]
    rows = told(tmp_path, {(early, "emissions_activity"): ONE})

    assert rows[MONTH, "year_energy", "activity"]["suppressed"]
    assert not rows[MONTH, "month_energy", "activity"]["suppressed"]
    assert sum(rows[MONTH, "year_energy", part]["suppressed"] for part in PARTS) == 2


@pytest.mark.parametrize("month", [MONTH, shifted(MONTH, -12)])
def test_a_change_between_figures_that_are_not_both_published_has_no_parts(
    tmp_path: Path, month: str
) -> None:
    rows = told(tmp_path, {}, hidden=(month,))

    for period in ("month", "year"):
        row = rows[MONTH, f"{period}_energy", "efficiency"]
        assert (row["value"], row["from_value"], row["to_value"]) == (None, None, None)
        assert row["suppressed"]


def test_a_part_of_zero_tells_nothing_and_is_told(tmp_path: Path) -> None:
    rows = told(tmp_path, {(MONTH, "energy_coverage"): ONE})

    assert rows[MONTH, "month_energy", "coverage"]["value"] == 0
