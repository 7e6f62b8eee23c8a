"""An empty grant, payment or private share is not nought: the project is on neither side of a share, and is counted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.warehouse.arrived import KNOWN_AT
from tests.warehouse.models import Models, one
from tests.warehouse.small_district import DISTRICT

MONTH = "2026-03"


def _project(code: str, **money: int | None) -> dict[str, object]:
    amounts = {
        f"{name}_eur": None if euro is None else Decimal(euro) for name, euro in money.items()
    }
    return {
        "district_id": DISTRICT, "source_id": "s", "project_id": code, "cup": code, "as_of": date(2026, 3, 31),
        "status": "in_progress", "month": MONTH, "flow_rank": 0, "sha256": "0" * 64, "source_row": 1,
        "known_at": KNOWN_AT, **amounts,
    }  # fmt: skip


def test_a_project_that_does_not_tell_its_grant_is_on_neither_side(models: Models) -> None:
    projects = [
        _project("told", capex=100, funded=60, committed=50, paid=20, public=40, private=20),
        _project("nothing_granted", capex=50, funded=0, committed=0, paid=0, public=0, private=0),
        _project("grant_empty", capex=1000, funded=None, committed=900, paid=None, public=500),
        _project("cost_empty", capex=None, funded=7, committed=None, paid=3, private=9),
    ]

    rows = models.run({"stg_investment_projects": projects}, "fct_investment_monthly")

    row = one(rows["fct_investment_monthly"], month=MONTH)
    assert (row["funded_where_cost_told_eur"], row["capex_where_grant_told_eur"]) == (60, 150)
    assert row["funding_gap_eur"] == 40 + 50
    assert (row["paid_where_commitment_told_eur"], row["committed_where_payment_told_eur"]) == (
        20,
        50,
    )
    assert (row["private_eur"], row["public_eur"]) == (20, 40)
    assert (row["capex_eur"], row["paid_eur"], row["new_model_capex_eur"]) == (1150, 23, None)
    assert (
        row["projects_that_count"],
        row["projects_without_grant"],
        row["projects_without_payment"],
    ) == (4, 2, 2)
