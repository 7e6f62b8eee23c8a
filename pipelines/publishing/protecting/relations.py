"""Which figures of a district's month must be hidden so that no protected use follows, in one edition or in several.

Belongs here: which sums of uses are protected; what earlier editions said of the same month. Does not belong here: what
figures are made of (`uses.py`), how a sum is bounded and what hiding costs (`matrix.py`), the primary rules
(`limits.py`), what an edition remembers (`memory.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipelines.publishing.protecting.disclosure import Place
from pipelines.publishing.protecting.limits import (
    SIGNED,
    Contributors,
    Limits,
    contributors_among,
    sensitive,
)
from pipelines.publishing.protecting.matrix import Figure, Sum, Ways, to_hide
from pipelines.publishing.protecting.uses import (
    ALL,
    IMPORT,
    Cell,
    Holder,
    Holdings,
    Key,
    Month,
    Use,
    cells_of,
)


@dataclass(frozen=True)
class Version:
    """What an earlier edition said of a month: who used what, and the figures it showed with their coefficients."""

    holdings: Holdings
    shown: Mapping[Key, Mapping[Use, float]]


@dataclass(frozen=True)
class Hidden:
    """Figures of one month that must not be shown.

    `since` are those that only a comparison with an earlier edition hides, `close` those that are too close to a holder
    themselves; the others cover for them.
    """

    keys: frozenset[Key]
    since: frozenset[Key] = frozenset()
    close: frozenset[Key] = frozenset()

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
            hidden[place] = Hidden(frozenset(month.figures), close=frozenset(gone))
            continue
        apart = told_apart.get(place, set())
        own, close = _hidden_in(month, gone, apart, (), limits, ways[place[0]])
        versions = [each for each in before.get(place, ()) if _says_more(each, month, own)]
        keys = own
        if versions:
            keys, _ = _hidden_in(month, gone, apart, versions, limits, None)
        hidden[place] = Hidden(frozenset(keys), frozenset(keys - own), frozenset(close))
    return hidden


def together(one: Mapping[Place, Hidden], other: Mapping[Place, Hidden]) -> dict[Place, Hidden]:
    """What is hidden in either of two systems."""
    nothing = Hidden(frozenset())
    pairs = {
        place: (one.get(place, nothing), other.get(place, nothing)) for place in {*one, *other}
    }
    return {
        place: Hidden(a.keys | b.keys, a.since | b.since, a.close | b.close)
        for place, (a, b) in sorted(pairs.items())
    }


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
) -> tuple[set[Key], set[Key]]:
    """Hidden figures, and those of them that are protected themselves."""
    values: dict[Any, Decimal] = {use: value for use, value in month.uses.items() if value}
    targets: list[Sum] = list(protected_uses(month, apart, limits))
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
        return set(), set()
    merged, members = _merged(month, values, earlier)
    direct = {_shape(target, values) for target in targets}
    direct |= {_shape(month.figures[key][0], values) for key in forced if key in month.figures}
    gone = {key for shape, keys in members.items() if shape in direct for key in keys}
    open_ = [each for each in merged if each.weight is None or each.key not in direct]
    chosen = to_hide(values, open_, targets, limits.p_percent, free, ways)
    close = gone | forced
    return close | {key for shape in chosen for key in members.get(shape, ())}, close


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


def protected_uses(month: Month, apart: set[Cell], limits: Limits) -> Iterator[Sum]:
    """Sums of uses that are too close to one holder, each once."""
    seen = set()
    apart_by = sorted({use[2] for use in month.uses})
    flows = (*({flow} for flow in apart_by), {*apart_by})
    cells = sorted({cell for use in month.uses for cell in cells_of(use)} - {(ALL, ALL)})
    groups = [(cell, flow) for cell in cells for flow in flows]
    groups += [((ALL, ALL), {flow}) for flow in apart_by if flow != IMPORT]
    for cell, flow in groups:
        chosen = frozenset(
            use
            for use, value in month.uses.items()
            if value and cell in cells_of(use) and use[2] in flow
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
    cells = {cell for use in changed for cell in cells_of(use)}
    by_cell = {frozenset(use for use in changed if cell in cells_of(use)) for cell in cells}
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
    holders = {
        holder for use in chosen for holder in changes[use] if holder[0] not in ("public", SIGNED)
    }
    for holder in holders:
        was, now, moved = (
            sum((abs(each.get(use, {}).get(holder, Decimal(0))) for use in chosen), Decimal(0))
            for each in (old, new, changes)
        )
        if moved >= (1 - limits.p_percent / 100) * max(was, now):
            return True
    return False
