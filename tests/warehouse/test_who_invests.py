"""Who stands behind sums over projects: firms whose own business a project is, and public money as cover."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.warehouse.models import Models
from tests.warehouse.small_district import DISTRICT


def _project(name: str, programme: str, public: int, private: int, **said: Any) -> dict[str, Any]:
    return {
        "district_id": DISTRICT, "source_id": "register", "project_id": name, "programme": programme,
        "as_of": date(2025, 12, 31), "status": "funded", "capex_eur": Decimal(100),
        "funded_eur": Decimal(public + private), "public_eur": Decimal(public),
        "private_eur": Decimal(private), **said,
    }  # fmt: skip


def test_only_what_no_public_body_pays_is_the_business_of_a_firm(models: Models) -> None:
    rows = models.run(
        {
            "stg_investment_projects": [
                _project("school", "PNRR", 100, 0),
                _project("together", "FESR", 60, 40),
                _project("alone", "private", 0, 100),
                _project("idea", "private", 0, 0),
                _project("done", "private", 0, 100, status="completed"),
            ]
        },
        "int_contributions",
    )["int_contributions"]

    def behind(measure: str) -> dict[str, tuple[str, Decimal]]:
        return {
            row["holder_group"].partition(":")[2]: (row["holder_kind"], row["amount"])
            for row in rows
            if row["measure"] == measure and row["month"] == "2026-01"
        }

    kinds = {name: kind for name, (kind, _) in behind("capex_eur").items()}
    assert kinds == {
        "school": "public", "together": "public", "alone": "firm", "idea": "firm", "done": "firm",
    }  # fmt: skip
    assert "done" not in behind("pipeline_capex_eur")
    assert behind("funding_gap_eur")["idea"] == ("firm", Decimal(100))
