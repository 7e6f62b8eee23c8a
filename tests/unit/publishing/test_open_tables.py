"""Marts that leave with their own columns tell nothing of a figure that nobody judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.open_tables import wide_tables
from pipelines.publishing.protecting.told_shares import Telling

MARTS_OF_MEASURES = {
    "annualised_cost_eur": 23896.35,
    "annual_abatement_tco2e": 108.12,
    "payback_capex_eur": 1450000.0,
    "yearly_saving_eur": 102000.0,
    "net_present_value_eur": -275224.09,
}
KPIS: list[dict[str, Any]] = [
    {"code": code, "mart": "fct_investment_monthly", "numerator": above, "denominator": below}
    for code, above, below in (
        ("INV05", "annualised_cost_eur", "annual_abatement_tco2e"),
        ("INV09", "payback_capex_eur", "yearly_saving_eur"),
    )
]


def test_a_firms_measure_is_not_told_in_a_month_whose_cost_of_a_tonne_is_not_due_yet(
    tmp_path: Path,
) -> None:
    rows = [
        {"district_id": "parma", "month": month, **MARTS_OF_MEASURES}
        for month in ("2024-05", "2024-06", "2024-07")
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "fct_investment_monthly.parquet")
    untold = {("parma", "2024-05", code) for code in ("INV05", "INV09")}
    hidden = {("parma", "2024-06", code) for code in ("INV05", "INV09")}

    made = wide_tables(tmp_path, "2024-07", KPIS, hidden, {}, Telling(), Limits(), untold)
    told = {row["month"]: row for row in made["investment_monthly"].to_pylist()}

    for month in ("2024-05", "2024-06"):
        assert [told[month][name] for name in MARTS_OF_MEASURES] == [None] * 5, month
    assert told["2024-07"]["annualised_cost_eur"] == 23896.35
