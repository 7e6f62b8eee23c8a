"""A ledger that promises more than a point uses is told of: of one measure, and of several together."""

from __future__ import annotations

from datetime import date

from tests.warehouse.measured import acts, found, measure, meter, of_month
from tests.warehouse.models import Models, Row

YEAR_BEFORE = [f"{2024 + n // 12}-{n % 12 + 1:02}" for n in range(5, 17)]
USED = sum(of_month(month) for month in YEAR_BEFORE)


def _promises(models: Models, *ledger: tuple[str, int, str]) -> list[Row]:
    """What is told at the end when so much is promised, by measures in each of the given states."""
    dated = {
        "completed": (date(2025, 6, 10), date(2025, 7, 20)),
        "planned": (date(2027, 1, 1), date(2027, 2, 1)),
    }
    rows = [measure(code, *dated[state], saves=kwh, status=state) for code, kwh, state in ledger]
    acting = [row for code, _, _ in ledger for row in acts(code)]
    told = found(models, meter(), rows, acting, wanted=("int_warehouse_findings",))
    return [
        row for row in told["int_warehouse_findings"]
        if row["code"] == "SAVING_BEYOND_USE" and row["month"] == "2026-10"
    ]  # fmt: skip


def test_one_measure_may_promise_what_was_used_before_it_and_no_more(models: Models) -> None:
    assert _promises(models, ("A", int(USED) - 1, "completed")) == []
    [row] = _promises(models, ("A", int(USED) + 1, "completed"))
    assert (row["point_id"], row["dataset"], row["finding_count"]) == ("p", "measures", 1)
    assert "A" in row["detail_it"]


def test_measures_that_are_fine_alone_may_promise_too_much_together(models: Models) -> None:
    half = int(USED) // 2 + 1
    [row] = _promises(models, ("A", half, "completed"), ("B", half, "planned"))
    assert row["finding_count"] == 2
    # Before any works a year is the last twelve months, of which a fifth is gone by now.
    assert _promises(models, ("B", int(USED) * 3 // 4, "planned")) == []
    assert len(_promises(models, ("B", int(USED) * 9 // 10, "planned"))) == 1
