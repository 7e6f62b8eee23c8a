"""What a firm's measure costs is not the difference of two months, nor of two editions; with the rule off it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.measure_sums import MeasureSums, measure_memory, measure_sums
from pipelines.publishing.protecting.memory import remembered
from tests.end_to_end.attack import Atom, Attack, Told

LIMITS = Limits()
COSTS = {"a": 1010, "b": 930, "c": 870}
Row = dict[str, Any]


def house(folder: Path, **ledger: dict[str, int]) -> Path:
    """Marts of a ledger by month (with _ for -): what the measure of each firm costs a year."""
    folder.mkdir()
    months = {month[1:].replace("_", "-"): costs for month, costs in ledger.items()}
    measures = [_measure(month, name, cost) for month, own in months.items() for name, cost in own.items()]  # fmt: skip
    savings = [
        {"district_id": "d", "month": row["month"], "measure_id": row["measure_id"], "carrier": "electricity",
         "point_id": row["measure_id"], "holder_group": row["measure_id"], "holder_kind": "firm",
         "use_12m": Decimal(10_000), "expected_saving": Decimal(1000), "kg_co2e_per_kwh": Decimal("0.2")}
        for row in measures
    ]  # fmt: skip
    for name, rows in (("fct_measures", measures), ("fct_measure_savings_at_points", savings)):
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")
    return folder


def _measure(month: str, name: str, cost: int) -> Row:
    return {
        "district_id": "d", "month": month, "measure_id": name, "status": "completed", "reason": None,
        "capex_eur": Decimal(cost) * 12, "annualised_cost_eur": Decimal(cost),
        "annual_abatement_tco2e": Decimal(cost) / 100, "yearly_saving_eur": Decimal(cost) / 2,
        "net_present_value_eur": Decimal(cost) / 3, "saves_from": None, "saves_until": None,
    }  # fmt: skip


def edition(
    marts: Path, month: str, before: Sequence[pa.Table] = ()
) -> tuple[MeasureSums, pa.Table]:
    """What is hidden in the edition of a month, and its memory."""
    months = {row["month"] for row in pq.read_table(marts / "fct_measures.parquet").to_pylist()}
    values = [
        {"district_id": "d", "month": each, "kpi_code": code, "value": 1, "suppressed": False}
        for each in sorted(months)
        for code in ("INV05", "INV09")
    ]
    sums = measure_sums(marts, month, values, LIMITS, before)
    return sums, remembered({}, {}, {}, measure_memory(sums, [], values))


def given_back(marts: Path, editions: Iterable[MeasureSums], *, rule: bool = True) -> list[str]:
    """Firms whose cost what is told closes in on: sums made anew of the ledger, and nothing of the product's."""
    rows = pq.read_table(marts / "fct_measures.parquet").to_pylist()
    amounts = {_atom(row): float(row["annualised_cost_eur"]) for row in rows}
    told = []
    for one in editions:
        for _, month in (key for key in one.made_of["d"] if key[0] == "INV05"):
            if not rule or "INV05" not in one.kpis.get(("d", month), ()):
                own = [r for r in rows if r["month"] == month]
                terms = {_atom(row): 1.0 for row in own}
                total = sum(amounts[atom] for atom in terms)
                told.append(Told(terms, total, total, month))
    attack = Attack(amounts, told, free=amounts)
    return [atom[1] for atom in amounts if attack.apart({atom: 1.0}) < 0.25 * amounts[atom]]


def _atom(row: Row) -> Atom:
    return ("cost", row["measure_id"], str(row["annualised_cost_eur"]))


def test_a_measure_that_a_firm_adds_is_not_the_difference_of_two_months(tmp_path: Path) -> None:
    marts = house(tmp_path / "m", m2026_08=COSTS, m2026_09=COSTS, m2026_10={**COSTS, "e": 620})
    sums, _ = edition(marts, "2026-10")

    assert given_back(marts, [sums]) == []
    assert given_back(marts, [sums], rule=False) == ["e"]
    hidden = {month for (_, month), codes in sums.kpis.items() if "INV05" in codes}
    assert hidden == {"2026-08", "2026-09"}, "the newest is what a reader looks for"
    assert sums.columns["d", "2026-09"] >= {"annualised_cost_eur", "net_present_value_eur"}


@pytest.mark.parametrize("late", [{**COSTS, "e": 620}, {"a": 1010, "b": 930, "c": 990}])
def test_a_measure_that_came_or_changed_is_not_the_difference_of_two_editions(
    tmp_path: Path, late: dict[str, int]
) -> None:
    old = house(tmp_path / "old", m2026_09=COSTS)
    new = house(tmp_path / "new", m2026_10=late)
    both = house(tmp_path / "both", m2026_09=COSTS, m2026_10=late)
    first, memory = edition(old, "2026-09")
    second, _ = edition(new, "2026-10", [memory])
    forgetful, _ = edition(new, "2026-10")

    assert given_back(both, [first, second]) == []
    assert not forgetful.kpis
    changed = {"e"} if "e" in late else set()
    assert set(given_back(both, [first, forgetful])) == changed


def test_what_stays_is_told_again_and_three_that_come_together_are_told(tmp_path: Path) -> None:
    same = house(tmp_path / "same", m2026_09=COSTS)
    _, memory = edition(same, "2026-09")
    again, _ = edition(same, "2026-09", [memory])
    more = house(tmp_path / "more", m2026_09={**COSTS, "e": 620, "f": 640, "g": 600})

    assert not again.kpis
    assert not edition(more, "2026-09", [memory])[0].kpis
