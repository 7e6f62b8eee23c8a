"""What the published figures of one district and month are made of, and which of them must be hidden.

Belongs here: uses by carrier, sector and flow as the parts of energy cells, emission cells and KPI values; which sums
of them are protected; what earlier editions said of the same month. Does not belong here: how a sum is bounded and
what hiding costs (`matrix.py`), the primary rules (`limits.py`), what an edition remembers (`memory.py`).

An emission is a use times a public factor, so emissions and energy of one month are equations in the same uses: what
is final less what came from the grid is what firms make and use themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import Any

from pipelines.publishing.disclosure import Place
from pipelines.publishing.limits import Contributors, Limits, contributors_among, sensitive
from pipelines.publishing.matrix import Figure, Sum, Ways, to_hide
from pipelines.publishing.rows import Row

ALL = "all"
"""The total over carriers or sectors."""
Cell = tuple[str, str]
"""Carrier and sector."""
Use = tuple[str, str, str]
"""Carrier, sector and flow: drawn from outside ('import') or made and used on site ('self_consumed')."""
Holder = tuple[str, str]
"""Kind and group."""
Key = tuple[str, ...]
"""('energy' | 'emissions', carrier, sector), ('kpi', code) or ('amounts', code): the parts of a ratio."""
Holdings = Mapping[Use, Mapping[Holder, Decimal]]

_HEADLINE, _KPI, _SHARE, _AMOUNTS, _MARGIN, _INNER = 100_000, 30, 10, 1, 12, 4
"""What a reader loses with a headline, another KPI, a share, the parts of a ratio, a cell of a margin or within."""
_KPI_LINES: dict[str, tuple[tuple[str, ...], int]] = {
    "EMI01": (("1",), _KPI),
    "EMI02": (("2_location",), _KPI),
    "EMI03": (("2_market",), _SHARE),
    "EMI04": (("3",), _SHARE),
    "EMI05": (("1", "2_location"), _HEADLINE),
}
_SUMS_OF_USES: dict[str, tuple[str, str, int]] = {
    # KPI: the measure that may be a sum of uses; whether its value or only its parts would say so.
    "ENE16": ("kpi", "interval_metered_kwh", _SHARE),
    "ENE11": ("amounts", "reported_energy_kwh", _AMOUNTS),
    "ENE10": ("amounts", "covered_energy_kwh", _AMOUNTS),
    "ENE03": ("amounts", "baseline_actual_kwh", _AMOUNTS),
    "ENE05": ("amounts", "energy_of_output_kwh", _AMOUNTS),
    "ENE12": ("amounts", "billed_energy_kwh", _AMOUNTS),
    "EMI17": ("amounts", "market_electricity_kwh", _AMOUNTS),
}
IMPORT, OWN = "import", "self_consumed"


@dataclass(frozen=True)
class Version:
    """What an earlier edition said of a month: who used what, and the figures it showed with their coefficients."""

    holdings: Holdings
    shown: Mapping[Key, Mapping[Use, float]]


@dataclass
class Month:
    """One district and month: uses, by whom, and the figures made of them.

    Attributes:
        uses: Energy by carrier, sector and flow.
        holdings: Who uses it.
        figures: Coefficients of the uses in every figure, with what a reader loses without it.
    """

    uses: dict[Use, Decimal]
    holdings: Holdings
    figures: dict[Key, tuple[dict[Use, float], int]] = field(default_factory=dict)


def months(
    energy: Iterable[Row], points: Iterable[Row], lines: Iterable[Row], monthly: Iterable[Row]
) -> dict[Place, Month]:
    """Every district and month with the figures that are made of its uses.

    Args:
        energy: Rows of `fct_energy_by_carrier_sector`.
        points: Rows of `fct_energy`.
        lines: Rows of `fct_emission_lines`.
        monthly: Rows of `fct_energy_monthly` and `fct_emissions_monthly`.
    """
    uses: dict[Place, dict[Use, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in energy:
        if row["energy_kwh"] is not None and row.get("adds_to_total", True):
            flow = row.get("flow", IMPORT)
            use = (row["carrier"], row["sector"], OWN if flow == OWN else IMPORT)
            uses[_place(row)][use] += row["energy_kwh"]
    held = _holdings(points)
    found = {place: Month(dict(own), held.get(place, {})) for place, own in uses.items()}
    for month in found.values():
        month.figures.update(_energy_figures(month.uses))
    _add_emissions(found, lines)
    _add_sums_of_uses(found, monthly)
    return found


def _place(row: Row) -> Place:
    return (row["district_id"], row["month"])


def _holdings(points: Iterable[Row]) -> dict[Place, dict[Use, dict[Holder, Decimal]]]:
    """Who draws what, and who makes and uses what: production less what the same holder exports."""
    found: dict[Place, dict[Use, dict[Holder, Decimal]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(Decimal))
    )
    for row in points:
        if row["energy_kwh"] is None:
            continue
        # A point nobody has registered is somebody's: until it is known, a firm's.
        holder = (row["holder_kind"] or "firm", row["holder_group"] or row["point_id"])
        own = found[_place(row)]
        if row.get("adds_to_total", row["role"] == "supply"):
            own[row["carrier"], row["sector"], IMPORT][holder] += row["energy_kwh"]
        elif row["carrier"] == "electricity" and row.get("flow") in ("production", "export"):
            sign = 1 if row["flow"] == "production" else -1
            own[row["carrier"], row["sector"], OWN][holder] += sign * row["energy_kwh"]
    return {place: {use: dict(who) for use, who in own.items()} for place, own in found.items()}


def _energy_figures(
    uses: Mapping[Use, Decimal],
) -> Iterator[tuple[Key, tuple[dict[Use, float], int]]]:
    for cell in sorted({cell for use in uses for cell in _cells_of(use)}):
        parts = {use: 1.0 for use in uses if cell in _cells_of(use)}
        weight = _INNER if ALL not in cell else _MARGIN
        if cell == (ALL, ALL):
            yield ("kpi", "ENE01"), (parts, _HEADLINE)
        else:
            yield ("energy", *cell), (parts, weight)
        if cell == ("electricity", ALL):
            yield ("kpi", "ENE14"), (parts, _SHARE)
    own = {use: 1.0 for use in uses if use[2] == OWN}
    if own:
        yield ("kpi", "ENE07"), (own, _SHARE)


def _cells_of(use: Use) -> list[Cell]:
    return list(product((use[0], ALL), (use[1], ALL)))


def _add_emissions(found: Mapping[Place, Month], lines: Iterable[Row]) -> None:
    """Emission cells and KPI values: kilograms per kWh of each use, all gases together."""
    kilograms: dict[tuple[Place, Key], dict[Use, Decimal]] = defaultdict(
        lambda: defaultdict(Decimal)
    )
    for row in lines:
        place, cell = _place(row), (row["carrier"], row["sector"])
        use = (*cell, IMPORT)
        if (
            row["kg_co2e"] is None
            or row.get("biogenic")
            or use not in getattr(found.get(place), "uses", ())
        ):
            continue
        for code, (scopes, _) in _KPI_LINES.items():
            if row["scope"] in scopes:
                kilograms[place, ("kpi", code)][use] += row["kg_co2e"]
        if row["scope"] in ("1", "2_location"):
            kilograms[place, ("emissions", *cell)][use] += row["kg_co2e"]
            kilograms[place, ("emissions", cell[0], ALL)][use] += row["kg_co2e"]
            if row.get("data_quality") is not None:
                kilograms[place, ("kpi", "EMI10")][use] += row["kg_co2e"] * row["data_quality"]
    for (place, key), amounts in kilograms.items():
        month = found[place]
        parts = {use: float(kg / month.uses[use]) for use, kg in amounts.items() if month.uses[use]}
        weight = _KPI_LINES[key[1]][1] if key[1] in _KPI_LINES else _SHARE
        if key[0] == "emissions":
            weight = _MARGIN if key[2] == ALL else _INNER
        month.figures[key] = (parts, weight)


def _add_sums_of_uses(found: Mapping[Place, Month], monthly: Iterable[Row]) -> None:
    """Measures of some points that are, to the last decimal, the sum of uses that anybody would think of."""
    for row in monthly:
        month = found.get(_place(row))
        if month is None:
            continue
        for code, (kind, measure, weight) in _SUMS_OF_USES.items():
            amount = row.get(measure)
            if amount:
                same = next((s for s in _obvious_sums(month.uses) if s[0] == amount), None)
                if same is not None:
                    month.figures[kind, code] = (dict.fromkeys(same[1], 1.0), weight)


def _obvious_sums(uses: Mapping[Use, Decimal]) -> Iterator[tuple[Decimal, list[Use]]]:
    """By carrier, sector and flow, each of one or of all."""
    sides = [(ALL, *sorted({use[side] for use in uses})) for side in range(3)]
    for carrier, sector, flow in product(*sides):
        chosen = [
            use
            for use in uses
            if all(
                want in (ALL, has) for want, has in zip((carrier, sector, flow), use, strict=True)
            )
        ]
        if chosen:
            yield sum((uses[use] for use in chosen), Decimal(0)), chosen


@dataclass(frozen=True)
class Hidden:
    """Figures of one month that must not be shown.

    `since` are those that only a comparison with an earlier edition hides.
    """

    keys: frozenset[Key]
    since: frozenset[Key] = frozenset()

    def cells(self, table: str) -> set[Cell]:
        """Hidden cells of 'energy' or 'emissions'."""
        found = {(key[1], key[2]) for key in self.keys if key[0] == table}
        return found | ({(ALL, ALL)} if ("kpi", "ENE01") in self.keys else set())

    def codes(self, kind: str) -> frozenset[str]:
        """KPIs whose value ('kpi') or whose parts ('amounts') are hidden."""
        return frozenset(key[1] for key in self.keys if key[0] == kind)


def hidden_figures(
    found: Mapping[Place, Month],
    forced: Mapping[Place, set[Key]],
    told_apart: Mapping[Place, set[Cell]],
    before: Mapping[Place, Sequence[Version]],
    limits: Limits,
) -> dict[Place, Hidden]:
    """What must be hidden in every district and month.

    Args:
        found: What the figures are made of.
        forced: Figures that are hidden by themselves.
        told_apart: Cells of which factors would tell a part that is too close to one holder.
        before: What earlier editions said of the same months.
        limits: The declared thresholds.
    """
    ways: dict[str, Ways] = defaultdict(Ways)
    hidden = {}
    for place, month in sorted(found.items()):
        gone = forced.get(place, set())
        if ("kpi", "ENE01") in gone:
            hidden[place] = Hidden(frozenset(month.figures))
            continue
        apart = told_apart.get(place, set())
        own = _hidden_in(month, gone, apart, (), limits, ways[place[0]])
        versions = [each for each in before.get(place, ()) if _says_more(each, month, own)]
        keys = own
        if versions:
            keys = _hidden_in(month, gone, apart, versions, limits, None)
        hidden[place] = Hidden(frozenset(keys), frozenset(keys - own))
    return hidden


def _says_more(version: Version, month: Month, hidden: set[Key]) -> bool:
    """Whether an earlier edition showed anything of the month that this one would not."""
    now = {key: parts for key, (parts, _) in month.figures.items() if key not in hidden}
    return version.holdings != month.holdings or any(
        now.get(key) != parts for key, parts in version.shown.items()
    )


def _hidden_in(
    month: Month,
    forced: set[Key],
    apart: set[Cell],
    versions: Sequence[Version],
    limits: Limits,
    ways: Ways | None,
) -> set[Key]:
    values: dict[Any, Decimal] = {use: value for use, value in month.uses.items() if value}
    targets: list[Sum] = list(_protected_uses(month, apart, limits))
    earlier: list[Figure] = []
    free: set[Any] = set()
    for number, version in enumerate(versions):
        changes = _changes(version.holdings, month.holdings)
        moved: dict[Use, Any] = {use: ("change", number, *use) for use in changes}
        for use, amounts in changes.items():
            values[moved[use]] = sum(amounts.values(), Decimal(0))
        free |= set(moved.values())
        targets += [
            {moved[use]: 1.0 for use in group}
            for group in _groups(changes)
            if _entered_alone(group, version.holdings, month.holdings, changes, limits)
        ]
        for key, parts in version.shown.items():
            row: dict[Any, float] = {use: one for use, one in parts.items() if use in values}
            row |= {moved[use]: -one for use, one in parts.items() if use in moved}
            earlier.append(Figure(("before", number, *key), row, None))
    if not targets and not forced:
        return set()
    merged, members = _merged(month, values, earlier)
    direct = {_shape(target, values) for target in targets}
    direct |= {_shape(month.figures[key][0], values) for key in forced if key in month.figures}
    gone = {key for shape, keys in members.items() if shape in direct for key in keys}
    open_ = [each for each in merged if each.weight is None or each.key not in direct]
    chosen = to_hide(values, open_, targets, limits.p_percent, free, ways)
    return gone | {key for shape in chosen for key in members.get(shape, ())} | forced


def _merged(
    month: Month, values: Mapping[Any, Decimal], earlier: Sequence[Figure]
) -> tuple[list[Figure], dict[object, list[Key]]]:
    """Figures that say the same are one: hidden together, or known already together."""
    known = {_shape(each.parts, values) for each in earlier}
    members: dict[object, list[Key]] = defaultdict(list)
    weights: dict[object, int] = defaultdict(int)
    for key, (parts, weight) in month.figures.items():
        shape = _shape(parts, values)
        if shape:
            members[shape].append(key)
            weights[shape] += weight
    merged = [
        Figure(shape, month.figures[keys[0]][0], None if shape in known else weights[shape])
        for shape, keys in members.items()
    ]
    return [*merged, *earlier], dict(members)


def _shape(parts: Sum, values: Mapping[Any, Decimal]) -> tuple[object, ...]:
    """A sum up to its scale."""
    own = sorted(((part, one) for part, one in parts.items() if one and part in values), key=str)
    return tuple((part, round(one / own[0][1], 9)) for part, one in own)


def _protected_uses(month: Month, apart: set[Cell], limits: Limits) -> Iterator[Sum]:
    """Sums of uses that are too close to one holder, each once."""
    seen = set()
    flows = ({IMPORT}, {OWN}, {IMPORT, OWN})
    cells = sorted({cell for use in month.uses for cell in _cells_of(use)} - {(ALL, ALL)})
    groups = [(cell, flow) for cell in cells for flow in flows] + [((ALL, ALL), {OWN})]
    for cell, flow in groups:
        chosen = frozenset(
            use
            for use, value in month.uses.items()
            if value and cell in _cells_of(use) and use[2] in flow
        )
        if not chosen or chosen in seen:
            continue
        seen.add(chosen)
        if cell in apart or sensitive(_together(month.holdings, chosen), limits):
            yield dict.fromkeys(sorted(chosen), 1.0)


def _together(holdings: Holdings, uses: Iterable[Use]) -> list[Contributors]:
    amounts: dict[Holder, Decimal] = defaultdict(Decimal)
    for use in uses:
        for holder, amount in holdings.get(use, {}).items():
            amounts[holder] += abs(amount)
    return contributors_among(amounts)


def _changes(old: Holdings, new: Holdings) -> dict[Use, dict[Holder, Decimal]]:
    """What every holder uses more or less than an earlier edition said."""
    found: dict[Use, dict[Holder, Decimal]] = {}
    for use in sorted({*old, *new}):
        was, now = old.get(use, {}), new.get(use, {})
        moved = {
            holder: change
            for holder in {*was, *now}
            if (change := now.get(holder, Decimal(0)) - was.get(holder, Decimal(0)))
        }
        if moved:
            found[use] = moved
    return found


def _groups(changes: Iterable[Use]) -> list[frozenset[Use]]:
    """Changed uses one by one, by cell, by carrier, by sector and all together."""
    changed = list(changes)
    cells = {cell for use in changed for cell in _cells_of(use)}
    by_cell = {frozenset(use for use in changed if cell in _cells_of(use)) for cell in cells}
    return sorted(by_cell | {frozenset([use]) for use in changed}, key=sorted)


def _entered_alone(
    group: Iterable[Use],
    old: Holdings,
    new: Holdings,
    changes: Mapping[Use, Mapping[Holder, Decimal]],
    limits: Limits,
) -> bool:
    """Whether a change is too close to what one protected holder uses: one who came or went, with too few others."""
    chosen = list(group)
    if not sensitive(_together(changes, chosen), limits):
        return False
    holders = {holder for use in chosen for holder in changes[use] if holder[0] != "public"}
    for holder in holders:
        was, now, moved = (
            sum((abs(each.get(use, {}).get(holder, Decimal(0))) for use in chosen), Decimal(0))
            for each in (old, new, changes)
        )
        if moved >= (1 - limits.p_percent / 100) * max(was, now):
            return True
    return False
