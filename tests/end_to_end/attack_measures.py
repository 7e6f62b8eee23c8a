"""What measures cost and save: a firm's is its own business, and sums over measures are published month by month.

Belongs here: the amounts of measures as atoms, what editions tell of them, whose they are. Does not belong here: what
follows (`attack.py`). Nothing is taken from `protecting/`.

The attacker knows the ledger but for amounts: which measures there are in a month, what they save and whose points they
act on. An amount that stays from one month to the next is one atom; each may be negative.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.end_to_end.attack import Atom, Attack, Told
from tests.end_to_end.attack_reading import rows
from tests.end_to_end.attack_targets import P, Target, too_few_hold
from tests.end_to_end.attack_truth import Holder, Row

_HALF = 0.005
_AMOUNTS = ("capex_eur", "annualised_cost_eur", "yearly_saving_eur", "net_present_value_eur")
_COLUMNS: dict[str, tuple[str, Callable[[Row], Any]]] = {
    # Column of a month's sums: the amount, and of which measures.
    "annualised_cost_eur": ("annualised_cost_eur", lambda r: r["annual_abatement_tco2e"] is not None),
    "payback_capex_eur": ("capex_eur", lambda r: (r["yearly_saving_eur"] or 0) > 0),
    "yearly_saving_eur": ("yearly_saving_eur", lambda r: r["capex_eur"] is not None),
    "net_present_value_eur": ("net_present_value_eur", lambda _: True),
}  # fmt: skip
_KPIS = {
    "INV05": {"numerator": "annualised_cost_eur"},
    "INV09": {"numerator": "payback_capex_eur", "denominator": "yearly_saving_eur"},
}
_OF_A_SET = {"capex_eur": "capex_eur", "yearly_cost_eur": "annualised_cost_eur"}
_AHEAD = ("identified", "planned", "funded", "in_progress")
_SETS = {"funded": ("funded", "in_progress"), "planned": _AHEAD}


@dataclass
class Measures:
    """The ledger of one district by month.

    Attributes:
        ledger: Measures of each month.
        holders: Whose the points of a measure are.
    """

    ledger: dict[str, list[Row]]
    holders: dict[str, set[Holder]]

    @classmethod
    def of(cls, marts: Path, district: str) -> Measures:
        """The ledger of a district, as its house knows it."""
        found = cls(defaultdict(list), defaultdict(set))
        for row in rows(marts / "fct_measures.parquet"):
            if row["district_id"] == district:
                found.ledger[row["month"]].append(row)
        for row in rows(marts / "fct_measure_savings_at_points.parquet"):
            if row["district_id"] == district:
                who = (row["holder_kind"] or "firm", row["holder_group"] or row["measure_id"])
                found.holders[row["measure_id"]].add(who)
        return found

    def amounts(self) -> dict[Atom, float]:
        """Every amount, each as often as it differs."""
        return {
            _atom(row, name): float(row[name])
            for own in self.ledger.values()
            for row in own
            for name in _AMOUNTS
            if row[name]
        }

    def sum_of(self, month: str, column: str) -> dict[Atom, float]:
        """What a month's sum is made of."""
        name, wanted = _COLUMNS[column]
        return {
            _atom(row, name): 1.0
            for row in self.ledger[month]
            if row["status"] != "abandoned" and row[name] and wanted(row)
        }

    def told(self, edition: Path, district: str, month: str) -> Iterator[Told]:
        """Everything an edition of a month says of what measures cost."""
        for name, read in (
            ("tables/investment_monthly", self._of_month),
            ("kpi_values", self._of_kpi),
            ("tables/measures", self._of_measure),
            ("tables/measure_scenarios", self._of_set),
        ):
            for row in rows(edition / f"{name}.parquet"):
                if row["district_id"] == district:
                    yield from read(row, month)

    def _of_month(self, row: Row, _: str) -> Iterator[Told]:
        for column in _COLUMNS:
            if row[column] is not None:
                yield _exact(self.sum_of(row["month"], column), row[column], column)

    def _of_kpi(self, row: Row, _: str) -> Iterator[Told]:
        parts = _KPIS.get(row["kpi_code"], {})
        for name, column in parts.items():
            if row[name] is not None and row["reason"] != "off_month":
                where = f"{row['kpi_code']}.{name}"
                yield _exact(self.sum_of(row["month"], column), row[name], where)

    def _of_measure(self, row: Row, month: str) -> Iterator[Told]:
        known = {one["measure_id"]: one for one in self.ledger[month]}[row["measure_id"]]
        for name in _AMOUNTS:
            if row.get(name):
                yield _exact({_atom(known, name): 1.0}, row[name], name)

    def _of_set(self, row: Row, month: str) -> Iterator[Told]:
        states = _SETS.get(row["kind"], ())
        chosen = [
            one
            for one in self.ledger[month]
            if one["status"] in states and one["reason"] != "no_saving_declared"
        ]
        for name, amount in _OF_A_SET.items():
            if chosen and row[name] is not None:
                terms = {_atom(one, amount): 1.0 for one in chosen if one[amount]}
                yield _exact(terms, row[name], name)

    def targets(self) -> Iterator[Target]:
        """Amounts of measures of too few, sought by anybody and by each firm that knows its own."""
        amounts = self.amounts()
        firms = sorted({w for one in self.holders.values() for w in one if w[0] == "firm"})
        own = {
            firm: frozenset(a for a in amounts if self.holders[a[1]] == {firm}) for firm in firms
        }
        for atom, amount in amounts.items():
            if too_few_hold(dict.fromkeys(self.holders[atom[1]] or {("firm", atom[1])}, 1.0)):
                for firm in (None, *firms):
                    knows = own[firm] if firm else frozenset[Atom]()
                    if atom not in knows:
                        who = f", sought by {firm[1]}" if firm else ""
                        yield Target(f"{atom[2]} of {atom[1]}{who}", {atom: 1.0}, P * abs(amount), knows)  # fmt: skip


def _atom(row: Row, name: str) -> Atom:
    return ("measure", row["measure_id"], name, str(float(row[name])))


def _exact(terms: dict[Atom, float], amount: Any, where: str) -> Told:
    return Told(terms, float(amount) - _HALF, float(amount) + _HALF, where)


def closed_in(measures: Measures, told: Iterable[Told]) -> list[str]:
    """Amounts of a firm's measure that what is told closes in on."""
    amounts = measures.amounts()
    attack = Attack(amounts, told, free=amounts)
    return [t.name for t in measures.targets() if attack.apart(t.terms, t.knows) < t.apart]
