"""Money of projects: what each firm invests is its own business, and sums over projects are published.

Belongs here: projects' amounts as atoms, what editions tell of them, whose they are. Does not belong here: what follows
(`attack.py`).

An amount that stays from one month to the next is one atom, so months hold together as an attacker would hold them.
The attacker knows which projects there are and everything that registers tell of them beside money.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from tests.end_to_end.attack import Atom, Told
from tests.end_to_end.attack_reading import rows
from tests.end_to_end.attack_targets import P, Target
from tests.end_to_end.attack_truth import Row, asked

_CENT = 0.005
_AMOUNTS = (
    "capex_eur",
    "funded_eur",
    "committed_eur",
    "paid_eur",
    "planned_paid_eur",
    "public_eur",
    "private_eur",
)
_NEW = ("EPC", "PPP", "energy_community", "shared_service")
_SUMS: dict[str, tuple[str, Callable[[Row], Any]]] = {
    # Column of a month's sums: the amount, and of which projects.
    "pipeline_capex_eur": ("capex_eur", lambda row: row["active"]),
    **{name: (name, lambda _: True) for name in _AMOUNTS},
    "new_model_capex_eur": ("capex_eur", lambda row: row["contract_form"] in _NEW),
    "funded_where_cost_told_eur": ("funded_eur", lambda row: row["capex_eur"] is not None),
    "capex_where_grant_told_eur": ("capex_eur", lambda row: row["funded_eur"] is not None),
    "paid_where_commitment_told_eur": ("paid_eur", lambda row: row["committed_eur"] is not None),
    "committed_where_payment_told_eur": ("committed_eur", lambda row: row["paid_eur"] is not None),
    "capex_where_form_told_eur": ("capex_eur", lambda row: row["contract_form"] is not None),
    "aligned_capex_eur": ("capex_eur", lambda row: row["taxonomy_aligned"]),
}
_KPIS = {"INV01": ("pipeline_capex_eur", None), "INV07": ("paid_eur", None),
         "INV02": ("funded_where_cost_told_eur", "capex_where_grant_told_eur"),
         "INV03": ("paid_where_commitment_told_eur", "committed_where_payment_told_eur"),
         "INV04": ("private_eur", "public_eur"), "INV06": ("aligned_capex_eur", "capex_eur"),
         "INV10": ("new_model_capex_eur", "capex_where_form_told_eur")}  # fmt: skip
_STAGES = {
    "planned": "capex_eur",
    "granted": "funded_eur",
    "committed": "committed_eur",
    "paid": "paid_eur",
}


class Money:
    """The projects of one district, by month."""

    def __init__(self, home: Path, district: str) -> None:
        """Read what is true of them."""
        self.district = district
        self.amounts: dict[Atom, float] = {}
        self.projects: dict[str, list[Row]] = {}
        self.funding: dict[tuple[str, str, str], dict[Atom, float]] = {}
        with duckdb.connect(str(home / "warehouse" / "nzd.duckdb"), read_only=True) as store:
            for row in asked(store, "select * from fct_projects where district_id = ?", district):
                self.projects.setdefault(row["month"], []).append(row)
            funding = list(
                asked(store, "select * from int_project_funding where district_id = ?", district)
            )
        for own in self.projects.values():
            for row in own:
                for name in _AMOUNTS:
                    if row[name]:
                        self.amounts[_atom(row, name)] = float(row[name])
        self.links = list(self._funded(funding))

    def _funded(self, funding: Iterable[Row]) -> Iterator[Told]:
        """Who pays what of a project; the payers of a stage add up to it where both were told at one time."""
        whole: dict[tuple[str, str, str], dict[Atom, float]] = {}
        for row in funding:
            if row["amount_eur"]:
                atom = (
                    "paid by",
                    row["project_id"],
                    row["funding_source"],
                    row["stage"],
                    str(row["amount_eur"]),
                )
                self.amounts[atom] = float(row["amount_eur"])
                cell = (row["month"], row["funding_source"], row["stage"])
                self.funding.setdefault(cell, {})[atom] = 1.0
                whole.setdefault((row["month"], row["project_id"], row["stage"]), {})[atom] = 1.0
        for (month, project, stage), terms in whole.items():
            row = next(
                (r for r in self.projects.get(month, ()) if r["project_id"] == project), None
            )
            amount = row and row[_STAGES[stage]]
            if row and amount and abs(float(amount) - sum(self.amounts[a] for a in terms)) < _CENT:
                yield Told(
                    {**terms, _atom(row, _STAGES[stage]): -1.0},
                    -_CENT,
                    _CENT,
                    "funding of a project",
                )

    def sum_of(self, month: str, column: str) -> dict[Atom, float]:
        """What a month's sum is made of."""
        name, wanted = _SUMS[column]
        return {
            _atom(row, name): float(row["municipality_share"])
            for row in self.projects.get(month, ())
            if row["counts"] and row[name] and wanted(row)
        }

    def told(self, edition: Path) -> Iterator[Told]:
        """Everything an edition says of the money of projects."""
        yield from self._sums(edition)
        for row in self._rows(edition / "kpi_values.parquet"):
            if row["kpi_code"] in _KPIS:
                yield from self._kpi(row)
        for row in self._rows(edition / "tables" / "project_funding.parquet"):
            cell = (row["month"], row["funding_source"], row["stage"])
            if row["amount_eur"] is not None:
                yield _exact(self.funding.get(cell, {}), row["amount_eur"], "project_funding")

    def _sums(self, edition: Path) -> Iterator[Told]:
        tables = edition / "tables"
        for row in self._rows(tables / "investment_monthly.parquet"):
            for name in (name for name in _SUMS if row[name] is not None):
                yield _exact(
                    self.sum_of(row["month"], name), row[name], f"investment_monthly.{name}"
                )
        for row in self._rows(tables / "projects.parquet"):
            for name in (name for name in _AMOUNTS if row[name]):
                yield _exact({_atom(row, name): 1.0}, row[name], f"projects.{name}")

    def _rows(self, path: Path) -> list[Row]:
        return [row for row in rows(path) if row["district_id"] == self.district]

    def _kpi(self, row: Row) -> Iterator[Told]:
        above, below = (name and self.sum_of(row["month"], name) for name in _KPIS[row["kpi_code"]])
        for name, terms in (("numerator", above), ("denominator", below)):
            if row[name] is not None and terms:
                yield _exact(terms, row[name], f"{row['kpi_code']}.{name}")
        if row["value"] is None:
            return
        if not below:
            yield _exact(above or {}, row["value"], f"{row['kpi_code']}.value")
            return
        ratio = float(row["value"]) / (1 if row["kpi_code"] == "INV04" else 100)
        terms = dict(above or {})
        for atom, one in below.items():
            terms[atom] = terms.get(atom, 0.0) - ratio * one
        half = 1e-9 * sum(self.amounts[atom] for atom in below)
        yield Told(terms, -half, half, f"{row['kpi_code']}.value")

    def targets(self, months: Iterable[str]) -> Iterator[Target]:
        """Amounts of projects that no public body pays, and what they move by, sought by anybody and by each firm."""
        wanted = sorted(months)
        firms = sorted(
            {r["project_id"] for m in wanted for r in self.projects.get(m, ()) if _private(r)}
        )
        own = {
            firm: frozenset(a for a in self.amounts if a[1] == firm) for firm in firms
        }  # fmt: skip
        seen = set()
        for firm in firms:
            lines = [
                row
                for month in wanted
                for row in self.projects.get(month, ())
                if row["project_id"] == firm
            ]
            for name in _AMOUNTS:
                atoms = list(dict.fromkeys(_atom(row, name) for row in lines if row[name]))
                sums = [{atom: 1.0} for atom in atoms]
                sums += [{new: 1.0, old: -1.0} for old, new in pairwise(atoms)]
                for terms in sums:
                    size = abs(sum(one * self.amounts[atom] for atom, one in terms.items()))
                    for other in ("", *firms):
                        key = (frozenset(terms.items()), other)
                        if other != firm and key not in seen:
                            seen.add(key)
                            who = f", sought by {other}" if other else ""
                            what = f"{name} of {firm}" + (", its change" if len(terms) > 1 else "")
                            yield Target(what + who, terms, P * size, own.get(other, frozenset()))


def _private(row: Row) -> bool:
    return not row["public_eur"] and (bool(row["private_eur"]) or row["programme"] == "private")


def _atom(row: Row, name: str) -> Atom:
    return ("project", row["project_id"], name, str(float(row[name])))


def _exact(terms: dict[Atom, float], amount: Any, where: str) -> Told:
    return Told(terms, float(amount) - _CENT, float(amount) + _CENT, where)
