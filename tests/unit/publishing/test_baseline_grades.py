"""Of models an edition tells counts and shares where enough holders stand behind them, and never a point."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.publishing.protecting.baseline_models import baseline_grades, model_rows
from pipelines.publishing.protecting.limits import Limits

Row = dict[str, Any]
MONTH = "2026-10"


def models(folder: Path, grades: dict[str, str | None]) -> None:
    rows = [
        {
            "district_id": "d", "point_id": point, "carrier": "natural_gas", "baseline_of": "first_year",
            "frequency": "billing_monthly", "baseline_start": date(2024, 5, 1), "baseline_end": date(2025, 5, 1),
            "periods": 12, "model_type": "hdd_only", "heating_balance_point": Decimal(16),
            "cooling_balance_point": None,
            "adjusted_r2": Decimal("0.98"), "cvrmse": Decimal("0.0812"), "nmbe": Decimal("-0.001"),
            "model_grade": grade or "D", "reason": None if grade else "no_data",
        }
        for point, grade in grades.items()
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), folder / "fct_baseline_models.parquet")


def used(point: str, kwh: int, kind: str = "firm", holder: str = "") -> Row:
    return {
        "district_id": "d", "month": MONTH, "point_id": point, "carrier": "natural_gas", "sector": "industry",
        "role": "supply", "flow": "import", "energy_kwh": Decimal(kwh), "holder_kind": kind,
        "holder_group": holder or point,
    }  # fmt: skip


def told(folder: Path, energy: list[Row]) -> dict[str, tuple[int | None, int | None]]:
    table = baseline_grades(folder, MONTH, energy, set(), Limits())
    return {row["model_grade"]: (row["points"], row["energy_percent"]) for row in table.to_pylist()}


def test_grades_of_enough_holders_are_counted_with_their_share(tmp_path: Path) -> None:
    models(tmp_path, {"a": "A", "b": "A", "c": "A", "d": "A", "p": None})

    found = told(tmp_path, [*(used(point, 100) for point in "abcd"), used("p", 100, "public")])

    assert found == {"A": (4, 80), "none": (1, 20)}


def test_the_grade_of_a_single_firm_is_hidden_and_another_with_it(tmp_path: Path) -> None:
    models(tmp_path, {"a": "A", "b": "A", "c": "A", "d": "A", "e": "D", "p": None})
    energy = [*(used(point, 100) for point in "abcde"), used("p", 100, "public")]

    found = told(tmp_path, energy)

    assert found["D"] == (None, None)
    assert sum(cell == (None, None) for cell in found.values()) >= 2


def test_the_list_for_engineers_says_model_points_and_reason(tmp_path: Path) -> None:
    models(tmp_path, {"a": "A", "b": None})

    first, second = model_rows(tmp_path, "d")

    assert first[:5] == ("a", "natural_gas", "first year", "hdd_only <16 °C", "A")
    assert first[5] == "R² 0.980, CV(RMSE) 8.1 %, NMBE -0.1 %, 12 of billing_monthly from 2024-05-01"  # fmt: skip
    assert second[4:] == ("D", "no_data")
    assert model_rows(tmp_path, "other") == []
