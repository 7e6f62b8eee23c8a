"""What measures of few holders cost and save, as equations in the figures that are made of several of them.

Belongs here: which costs of a tonne, times of return and sets of measures would give one measure back beside those of
other months, and beside what earlier editions told. Does not belong here: whose measures are told one by one
(`measure_tables.py`), how closely sums bound a hidden one (`matrix.py`).

A figure over measures tells the sum over the hidden ones among them, for the others stand in their table. An amount
that stays is one unknown: the measure that a firm adds to the ledger is the difference of two months.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pyarrow as pa

from pipelines.publishing.protecting import memory, tables
from pipelines.publishing.protecting.disclosure import Place
from pipelines.publishing.protecting.limits import Limits, contributors_among, sensitive
from pipelines.publishing.protecting.matrix import Figure, Sum, to_hide
from pipelines.publishing.protecting.measure_tables import hidden_measures, sets_of
from pipelines.publishing.protecting.uses import Holder
from pipelines.publishing.rows import Row

Part = tuple[str, str, str]
"""Measure, amount and what it is."""
Key = tuple[str, str]
"""A KPI and its month, or '' and the kind of a set."""
Shape = tuple[tuple[Part, float], ...]
_Wanted = Callable[[Row], bool]

PLACE = "measures"
"""Stands where a month does in a memory: these rows are of no month's uses."""
_SUMS: dict[str, dict[str, tuple[str, _Wanted]]] = {
    # By KPI, the columns of its month: the amount of a measure, and of which measures.
    "INV05": {
        "annualised_cost_eur": (
            "annualised_cost_eur",
            lambda row: row["annual_abatement_tco2e"] is not None,
        ),
        "annual_abatement_tco2e": (
            "annual_abatement_tco2e",
            lambda row: row["annualised_cost_eur"] is not None,
        ),
    },
    "INV09": {
        "payback_capex_eur": ("capex_eur", lambda row: (row["yearly_saving_eur"] or 0) > 0),
        "yearly_saving_eur": ("yearly_saving_eur", lambda row: row["capex_eur"] is not None),
        "net_present_value_eur": ("net_present_value_eur", lambda _: True),
    },
}
_OF_A_SET = ("capex_eur", "annualised_cost_eur", "annual_abatement_tco2e")
_NEWEST, _SET = 10_000, 1
"""What a reader loses with the newest figure, the others by their age; with a set of measures."""
_MICRO = Decimal("0.000001")


@dataclass(frozen=True)
class MeasureSums:
    """Figures over measures that must not be shown, and what each of all is made of.

    Attributes:
        kpis: KPIs by district and month.
        columns: Sums of a month by district and month.
        sets: Kinds of sets of measures by district.
        made_of: What each figure that may be shown is made of, by district.
    """

    kpis: Mapping[Place, frozenset[str]]
    columns: Mapping[Place, frozenset[str]]
    sets: Mapping[str, Collection[str]]
    made_of: Mapping[str, Mapping[Key, Sequence[Sum]]]


@dataclass(frozen=True)
class _Ledger:
    """The measures of one district by month, and whom they are of."""

    months: Mapping[str, Sequence[Row]]
    savings: Mapping[str, Sequence[Row]]
    hidden: Collection[str]

    def holders(self, measure: str) -> set[Holder]:
        """Whom a measure is of; one that acts on no known point is somebody's."""
        found = {
            (row["holder_kind"] or "firm", row["holder_group"] or measure)
            for row in self.savings[measure]
        }
        return found or {("firm", measure)}

    def too_few(self, sum_: Sum, limits: Limits) -> bool:
        """Whether too few stand behind a sum, each with an equal part of what is theirs."""
        if len({part[0] for part in sum_}) == 1:
            return True
        amounts: dict[Holder, Decimal] = defaultdict(Decimal)
        for (measure, _, amount), one in sum_.items():
            holders = self.holders(measure)
            for holder in holders:
                amounts[holder] += Decimal(amount) * Decimal(one) / len(holders)
        # What public bodies pay is told measure by measure, and no cover.
        firms = {who: abs(amount) for who, amount in amounts.items() if who[0] != "public"}
        return sensitive(contributors_among(firms), limits)

    def owners(self) -> dict[Holder, set[str]]:
        """Measures that are one firm's alone, by firm."""
        found: dict[Holder, set[str]] = defaultdict(set)
        for one in sorted(self.hidden):
            firms = {holder for holder in self.holders(one) if holder[0] != "public"}
            if len(firms) == 1:
                found[firms.pop()].add(one)
        return found


def measure_sums(
    marts: Path, month: str, values: Iterable[Row], limits: Limits, before: Iterable[pa.Table]
) -> MeasureSums:
    """What must be hidden of the figures over measures.

    Args:
        marts: The folder of the view's marts.
        month: The edition's month.
        values: KPI values of which some are hidden already.
        limits: The declared thresholds.
        before: Memories of earlier editions.
    """
    known = memory.recalled_sums(before, PLACE)
    told = {
        (row["district_id"], row["month"], row["kpi_code"])
        for row in values
        if row["kpi_code"] in _SUMS and row["value"] is not None and not row["suppressed"]
    }
    kpis: dict[Place, set[str]] = defaultdict(set)
    columns: dict[Place, set[str]] = defaultdict(set)
    sets: dict[str, set[str]] = defaultdict(set)
    made_of: dict[str, Mapping[Key, Sequence[Sum]]] = {}
    for district, ledger in _ledgers(marts, month, limits).items():
        codes = {(code, at) for place, at, code in told if place == district}
        figures = dict(_figures(ledger, codes, month, limits))
        for name, at in _hidden(figures, ledger, month, limits, known.get(district, ())):
            if name:
                kpis[district, at].add(name)
                columns[district, at] |= _SUMS[name].keys()
            else:
                sets[district].add(at)
        made_of[district] = figures
    return MeasureSums(
        {place: frozenset(names) for place, names in kpis.items()},
        {place: frozenset(names) for place, names in columns.items()},
        sets,
        made_of,
    )


def _ledgers(marts: Path, month: str, limits: Limits) -> dict[str, _Ledger]:
    months: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in tables.up_to(marts, "fct_measures", month):
        months[row["district_id"]][row["month"]].append(row)
    savings: dict[Place, list[Row]] = defaultdict(list)
    for row in tables.up_to(marts, "fct_measure_savings_at_points", month):
        savings[row["district_id"], row["month"]].append(row)
    found = {}
    for district, own in months.items():
        newest: dict[str, list[Row]] = defaultdict(list)
        hidden = set()
        for at in sorted(own):
            hidden |= hidden_measures(own[at], savings[district, at], limits)
            newest |= _by_measure(savings[district, at])
        found[district] = _Ledger(own, newest, hidden)
    return found


def _by_measure(savings: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in savings:
        found[row["measure_id"]].append(row)
    return found


def _figures(
    ledger: _Ledger, told: Collection[Key], month: str, limits: Limits
) -> Iterator[tuple[Key, list[Sum]]]:
    """Every figure that would be told, with the hidden measures in each of its sums."""
    for at, measures in ledger.months.items():
        counted = [row for row in measures if row["status"] != "abandoned"]
        for code, sums in _SUMS.items():
            if (code, at) in told:
                yield (
                    (code, at),
                    [
                        _sum(ledger, filter(wanted, counted), amount)
                        for amount, wanted in sums.values()
                    ],
                )
    measures = ledger.months.get(month, ())
    at_points = [row for one in measures for row in ledger.savings[one["measure_id"]]]
    for kind, chosen in sets_of(measures, at_points, limits).items():
        own = [row for row in measures if row["measure_id"] in chosen]
        yield ("", kind), [_sum(ledger, own, amount) for amount in _OF_A_SET]


def _sum(ledger: _Ledger, measures: Iterable[Row], amount: str) -> dict[Part, float]:
    return {
        (row["measure_id"], amount, str(row[amount].quantize(_MICRO))): 1.0
        for row in measures
        if row["measure_id"] in ledger.hidden and row[amount]
    }


def _hidden(
    figures: Mapping[Key, Sequence[Sum]],
    ledger: _Ledger,
    month: str,
    limits: Limits,
    known: Sequence[Sum],
) -> set[Key]:
    earlier = {_shape(sum_): sum_ for sum_ in known}
    # Figures that say the same are one: told together or hidden together.
    alike: dict[frozenset[Shape], list[Key]] = defaultdict(list)
    every = dict(earlier)
    for key, sums in figures.items():
        shapes = {_shape(sum_): sum_ for sum_ in sums if sum_}
        every |= shapes
        # What an earlier edition told is out, also where this one would tell it again.
        if shapes.keys() - earlier.keys():
            alike[frozenset(shapes.keys() - earlier.keys())].append(key)
    sizes = {part: Decimal(part[2]) for sum_ in every.values() for part in sum_}
    targets = list(_targets(every.values(), ledger, limits))
    open_ = [
        Figure(said, every[shape], sum(_weight(key, month) for key in keys))
        for said, keys in alike.items()
        for shape in sorted(said)
    ]
    open_ += [Figure(("before", shape), sum_, None) for shape, sum_ in earlier.items()]
    chosen: set[object] = set()
    # Anybody, and then each firm, which knows what is its own: what is hidden from one is hidden from all.
    for own in (set[str](), *ledger.owners().values()):
        unknown = {part: size for part, size in sizes.items() if part[0] not in own}
        chosen |= to_hide(
            unknown,
            [each for each in open_ if each.key not in chosen],
            [target for target in targets if not any(part[0] in own for part in target)],
            limits.p_percent,
            free=unknown,
        )
    return {key for said, keys in alike.items() if said in chosen for key in keys}


def _weight(key: Key, month: str) -> int:
    """The newer the more: an older month is given up for the one that a reader looks for."""
    if not key[0]:
        return _SET
    years, months = (int(month[:4]) - int(key[1][:4]), int(month[5:]) - int(key[1][5:]))
    return max(_NEWEST // (1 + 12 * years + months) ** 2, _SET + 1)


def _targets(sums: Iterable[Sum], ledger: _Ledger, limits: Limits) -> Iterator[Sum]:
    """Amounts of hidden measures, and sums and differences of sums that too few of them stand behind."""
    every = list(sums)
    by_amount: dict[str, list[Sum]] = defaultdict(list)
    for sum_ in every:
        by_amount[next(iter(sum_))[1]].append(sum_)
    wanted = [{part: 1.0} for part in sorted({part for sum_ in every for part in sum_})]
    wanted += [dict(sum_) for sum_ in every]
    wanted += [
        {part: one.get(part, 0.0) - other.get(part, 0.0) for part in {*one, *other}}
        for alike in by_amount.values()
        for one, other in combinations(alike, 2)
    ]
    seen = set()
    for sum_ in wanted:
        own = {part: one for part, one in sorted(sum_.items()) if one}
        if own and _shape(own) not in seen:
            seen.add(_shape(own))
            if ledger.too_few(own, limits):
                yield own


def _shape(sum_: Sum) -> Shape:
    """A sum up to its sign."""
    own = sorted(sum_.items())
    return tuple((part, one * own[0][1]) for part, one in own)


def measure_memory(sums: MeasureSums, scenarios: Iterable[Row], values: Iterable[Row]) -> list[Row]:
    """Rows for an edition's memory: the sums over hidden measures that it tells.

    Args:
        sums: What figures are made of, and which are hidden.
        scenarios: The protected table of sets of measures.
        values: KPI values as they may be read.
    """
    told: dict[str, set[Key]] = defaultdict(set)
    for row in scenarios:
        if not row["suppressed"]:
            told[row["district_id"]].add(("", row["kind"]))
    for row in values:
        hidden = row["kpi_code"] in sums.kpis.get((row["district_id"], row["month"]), ())
        if row["kpi_code"] in _SUMS and row["value"] is not None and not hidden:
            told[row["district_id"]].add((row["kpi_code"], row["month"]))
    return memory.told_sums(
        PLACE,
        {
            district: sorted(
                {_shape(sum_) for key in told[district] for sum_ in figures.get(key, ()) if sum_}
            )
            for district, figures in sums.made_of.items()
        },
    )
