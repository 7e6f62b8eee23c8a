"""What firms invest, as equations in the sums that are published over projects: which of them must be hidden.

Belongs here: amounts of projects that no public body pays, the sums and ratios of every month made of them, what is
hidden so that none follows. Does not belong here: how closely sums bound a hidden one and what hiding costs
(`matrix.py`), when firms are too few (`limits.py`), a project's row (`projects.py`).

What public bodies pay is public, in an edition and in their own registers, so it covers nobody: a sum over projects
tells the sum over the private ones among them. An amount that stays from one month to the next is one part, so that
months are held together: what one firm adds is the difference of two of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pyarrow as pa

from pipelines.publishing.protecting import memory
from pipelines.publishing.protecting.disclosure import Place, told_month
from pipelines.publishing.protecting.limits import Limits, contributors_among, firms_sensitive
from pipelines.publishing.protecting.matrix import Figure, Sum, to_hide
from pipelines.publishing.protecting.projects import private
from pipelines.publishing.rows import Row

Key = tuple[str, str, str]
"""'kpi', 'amounts' or 'column', its name, and the month."""
Part = tuple[str, str, str]
"""Project, amount and what it is."""

PLACE = "projects"
"""Stands where a month does in a memory: these rows are of no month's uses."""
_NEW_FORMS = ("EPC", "PPP", "energy_community", "shared_service")


def _always(_: Row) -> bool:
    return True


def _gap(row: Row) -> bool:
    return bool(
        row["active"]
        and row["funded_eur"] is not None
        and row["funded_eur"] <= (row["capex_eur"] or 0)
    )


_SUMS: dict[str, tuple[Mapping[str, int], Callable[[Row], Any]]] = {
    # Column of fct_investment_monthly: amounts with their sign, and of which projects that count.
    "pipeline_capex_eur": ({"capex_eur": 1}, lambda row: row["active"]),
    "capex_eur": ({"capex_eur": 1}, _always),
    "funded_eur": ({"funded_eur": 1}, _always),
    "committed_eur": ({"committed_eur": 1}, _always),
    "paid_eur": ({"paid_eur": 1}, _always),
    "planned_paid_eur": ({"planned_paid_eur": 1}, _always),
    "private_eur": ({"private_eur": 1}, lambda row: row["public_eur"] is not None),
    "funding_gap_eur": ({"capex_eur": 1, "funded_eur": -1}, _gap),
    "new_model_capex_eur": ({"capex_eur": 1}, lambda row: row["contract_form"] in _NEW_FORMS),
    "funded_where_cost_told_eur": ({"funded_eur": 1}, lambda row: row["capex_eur"] is not None),
    "capex_where_grant_told_eur": ({"capex_eur": 1}, lambda row: row["funded_eur"] is not None),
    "paid_where_commitment_told_eur": ({"paid_eur": 1}, lambda row: row["committed_eur"] is not None),
    "committed_where_payment_told_eur": ({"committed_eur": 1}, lambda row: row["paid_eur"] is not None),
    "capex_where_form_told_eur": ({"capex_eur": 1}, lambda row: row["contract_form"] is not None),
    "aligned_capex_eur": ({"capex_eur": 1}, lambda row: row["taxonomy_aligned"]),
}  # fmt: skip
_KPI, _AMOUNTS, _DRAWN, _COLUMN = 1000, 20, 50, 1
"""What a reader loses with a KPI, the parts of a ratio, a column that is drawn, another one."""
_DRAWN_COLUMNS = ("paid_eur", "planned_paid_eur")


@dataclass(frozen=True)
class HiddenMoney:
    """Sums over projects that must not be shown, by district and month."""

    kpis: Mapping[Place, frozenset[str]]
    amounts: Mapping[Place, frozenset[str]]
    columns: Mapping[Place, frozenset[str]]
    shown: Mapping[str, Sequence[Sum]]
    """By district, the sums that are told: what the next edition is held against."""


def hidden_money(
    projects: Iterable[Row],
    values: Iterable[Row],
    kpis: Iterable[Row],
    limits: Limits,
    before: Iterable[pa.Table] = (),
) -> HiddenMoney:
    """What must be hidden of the sums over projects.

    Args:
        projects: Rows of `fct_projects` up to the edition's month.
        values: KPI values of which some are hidden already.
        kpis: Rows of `declared/kpis`.
        limits: The declared thresholds.
        before: Memories of earlier editions.
    """
    known = memory.recalled_sums(before, PLACE)
    by_district: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in projects:
        if private(row) and row["counts"]:
            by_district[row["district_id"]][row["month"]].append(row)
    declared = {k["code"]: k for k in kpis if k.get("mart") == "fct_investment_monthly"}
    told: dict[str, list[Row]] = defaultdict(list)
    for row in values:
        if row["kpi_code"] in declared and row["value"] is not None:
            told[row["district_id"]].append(row)
    found: dict[str, dict[Place, set[str]]] = {
        kind: defaultdict(set) for kind in ("kpi", "amounts", "column")
    }
    shown: dict[str, Sequence[Sum]] = {}
    for district, months in by_district.items():
        gone, shown[district] = _hidden(
            months, told[district], declared, limits, known.get(district, ())
        )
        for kind, name, month in gone:
            found[kind][district, month].add(name)
    kept = {
        kind: {place: frozenset(names) for place, names in own.items()}
        for kind, own in found.items()
    }
    return HiddenMoney(kept["kpi"], kept["amounts"], kept["column"], shown)


def money_memory(hidden: HiddenMoney) -> list[Row]:
    """Rows for an edition's memory: the sums it tells, in amounts of firms."""
    told = {name: [sorted(sum_.items()) for sum_ in sums] for name, sums in hidden.shown.items()}
    return memory.told_sums(PLACE, told)


def _hidden(
    months: Mapping[str, Sequence[Row]],
    values: Iterable[Row],
    declared: Mapping[str, Row],
    limits: Limits,
    known: Sequence[Sum],
) -> tuple[set[Key], list[Sum]]:
    """Sums of one district that are hidden, and those that are told."""
    sizes = {
        part: abs(part_amount)
        for rows in months.values()
        for row in rows
        for name in row
        if name.endswith("_eur") and (part_amount := row[name])
        for part in [_part(row, name)]
    }
    members: dict[object, list[Key]] = defaultdict(list)
    terms: dict[object, Sum] = {}
    weights: dict[object, int] = defaultdict(int)
    for key, weight, sum_ in _figures(months, values, declared):
        shape = _shape(sum_)
        if shape:
            members[shape].append(key)
            terms[shape] = sum_
            weights[shape] += weight
    earlier = {shape: sum_ for sum_ in known if (shape := _shape(sum_))}
    was = {part for sum_ in earlier.values() for part in sum_} - sizes.keys()
    sizes |= {part: Decimal(part[2]) for part in was}
    # What an earlier edition told is out, also where this one would tell it again.
    figures = [
        Figure(shape, terms[shape], None if shape in earlier else weights[shape])
        for shape in members
    ]
    figures += [Figure(shape, earlier[shape], None) for shape in earlier.keys() - members.keys()]
    targets = [*_targets(months, limits), *_corrected(was, sizes)]
    chosen: set[object] = set()
    # Anybody, and then each firm, which knows what is its own: what is hidden from one is hidden from all.
    for knower in (None, *sorted({part[0] for part in sizes})):
        own = {part for part in sizes if part[0] == knower}
        chosen |= to_hide(
            {part: size for part, size in sizes.items() if part not in own},
            [each for each in figures if each.key not in chosen],
            [target for target in targets if not target.keys() & own],
            limits.p_percent,
        )
    told = [sum_ for shape, sum_ in terms.items() if shape not in chosen]
    return {key for shape in chosen for key in members[shape]}, told


def _corrected(was: Collection[Part], sizes: Iterable[Part]) -> Iterator[Sum]:
    """What an earlier edition took a firm's amount for, and how far it is from what is known now."""
    now = sorted(part for part in sizes if part not in was)
    for old in sorted(was):
        yield {old: 1.0}
        for new in now:
            if new[:2] == old[:2]:
                yield {new: 1.0, old: -1.0}


def _figures(
    months: Mapping[str, Sequence[Row]], values: Iterable[Row], declared: Mapping[str, Row]
) -> Iterator[tuple[Key, int, Sum]]:
    """Every published sum with the private amounts in it, and what a reader loses without it."""
    sums = {
        (column, month): _sum_of(rows, column) for month, rows in months.items() for column in _SUMS
    }
    for (column, month), sum_ in sums.items():
        yield ("column", column, month), (_DRAWN if column in _DRAWN_COLUMNS else _COLUMN), sum_
    for row in values:
        kpi, month = declared[row["kpi_code"]], told_month(row)
        above, below = (sums.get((kpi[name], month), {}) for name in ("numerator", "denominator"))
        if kpi["denominator"] is None:
            yield ("kpi", row["kpi_code"], month), _KPI, above
        elif row["denominator"]:
            yield ("amounts", row["kpi_code"], month), _AMOUNTS, above
            yield ("amounts", row["kpi_code"], month), _AMOUNTS, below
            ratio = float(row["numerator"] / row["denominator"])
            both = {
                part: above.get(part, 0.0) - ratio * below.get(part, 0.0)
                for part in {**above, **below}
            }
            yield ("kpi", row["kpi_code"], month), _KPI, both


def _sum_of(rows: Iterable[Row], column: str) -> dict[Part, float]:
    amounts, wanted = _SUMS[column]
    return {
        _part(row, name): sign * float(row["municipality_share"])
        for row in rows
        if wanted(row)
        for name, sign in amounts.items()
        if row[name]
    }


def _targets(months: Mapping[str, Sequence[Row]], limits: Limits) -> Iterator[Sum]:
    """What one firm invests, what all private projects of a sum come to where that is too few, and what one
    firm adds from month to month.
    """
    seen = set()
    for rows in months.values():
        for column in _SUMS:
            parts = _sum_of(rows, column)
            by_firm: dict[str, dict[Part, float]] = defaultdict(dict)
            for part, one in parts.items():
                by_firm[part[0]][part] = one
            groups = [*([firm] for firm in by_firm), [*by_firm]]
            for group in groups:
                sum_ = {part: one for firm in group for part, one in by_firm[firm].items()}
                key = frozenset(sum_.items())
                if sum_ and key not in seen and _too_few(sum_, limits):
                    seen.add(key)
                    yield sum_
    for old, new in pairwise(sorted(months)):
        before = {row["project_id"]: row for row in months[old]}
        for row in months[new]:
            for name in sorted({name for amounts, _ in _SUMS.values() for name in amounts}):
                was = before.get(row["project_id"], {}).get(name)
                if row[name] and was and row[name] != was:
                    yield {_part(row, name): 1.0, _part(before[row["project_id"]], name): -1.0}


def _too_few(sum_: Mapping[Part, float], limits: Limits) -> bool:
    amounts: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (project, _, amount), one in sum_.items():
        amounts["firm", project] += Decimal(amount) * Decimal(one)
    sizes = {who: abs(amount) for who, amount in amounts.items()}
    return any(firms_sensitive(who, limits) for who in contributors_among(sizes))


def _part(row: Row, name: str) -> Part:
    return (row["project_id"], name, str(row[name]))


def _shape(sum_: Sum) -> tuple[object, ...]:
    """A sum up to its scale; figures of one shape say the same."""
    own = sorted((part, one) for part, one in sum_.items() if abs(one) > _NOTHING)
    return tuple((part, round(one / own[0][1], 9)) for part, one in own)


_NOTHING = 1e-12
"""A ratio of one and the same amounts says nothing of any."""
