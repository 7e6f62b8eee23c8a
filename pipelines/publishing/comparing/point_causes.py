"""Why a measure of a month moved, point by point, as far as that may be told.

Belongs here: the cause of each point's change, their sums by cause, and whether sums of so few holders may be told.
Does not belong here: finding the points (`moved_points.py`), ratios and sums of months (`causes.py`).

A point moved for one reason: it came into the boundary or left it, the register gained or lost it, a reading of it came
or went, an entry of the register of corrections stands or stands no longer; else it was estimated again. What factors
did is told apart: its use of now times the difference of the factors, and of the use at the old ones the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from pipelines.publishing.comparing.adding_up import (
    CONFIDENTIAL,
    ROUNDED,
    UNTOLD,
    Causes,
    closed,
    scaled,
    together,
)
from pipelines.publishing.comparing.moved_points import (
    ACTIVITY,
    NOTHING,
    OF_SITE,
    TONNES,
    WEIGHED,
    WEIGHED_BY_READING,
    Both,
    Intensity,
    Moved,
    Place,
    both,
)
from pipelines.publishing.comparing.reasons import REGISTER, Reasons
from pipelines.publishing.comparing.told import EMISSIONS, ENERGY, Cell
from pipelines.publishing.protecting.limits import contributors_among, sensitive
from pipelines.publishing.protecting.uses import Holder

_AREA_TONNES = "emissions_of_floor_area_tco2e"
_OF_FACTORS = (TONNES, _AREA_TONNES, WEIGHED)
_MADE_OF = {
    "final_energy_adjusted_kwh": ("final_energy_kwh", "weather_adjustment_kwh"),
    "total_water_m3": ("withdrawn_m3", "recycled_m3", "rain_m3"),
}
"""Measures that are sums of others."""


@dataclass(frozen=True)
class PointCauses:
    """The points of two editions, and the reasons between them."""

    reasons: Reasons

    def over(self, places: Sequence[Place], measure: str, change: Decimal) -> Causes | None:
        """Parts of the change of a measure over months; None where the points of both editions do not explain it."""
        found = {place: self._by_cause(place, measure) for place in places}
        parts = together(found.values())
        if not parts or abs(change - sum(parts.values(), NOTHING)) > ROUNDED:
            return None
        if len(parts) == 1:
            return dict.fromkeys(parts, change)
        return closed(together(self._told(*each) for each in found.items()), change)

    def of_use(self, place: Place, cell: Cell, change: Decimal) -> Causes | None:
        """Parts of a change by what moved the use of one carrier and sector; factors are somebody else's matter."""
        parts = self._by_cause(place, "final_energy_kwh", {cell})
        whole = sum(parts.values(), NOTHING)
        if len(parts) < 2:
            return dict.fromkeys(parts, change) or None
        if not whole:
            return {UNTOLD: change}
        return closed(self._told(place, scaled(parts, change / whole)), change)

    def of_cells(self, place: Place, measure: str, cells: Collection[Cell]) -> Causes:
        """Parts of what some cells of a month add to the change of a measure."""
        return self._told(place, self._by_cause(place, measure, cells))

    def causes_of(self, places: Iterable[Place], measures: Iterable[str]) -> set[str]:
        """Every cause that moved one of several measures."""
        named = tuple(measures)
        return {
            cause for place in places for name in named for cause in self._by_cause(place, name)
        }

    def _told(self, place: Place, parts: Causes) -> Causes:
        """The parts as far as they may be told: one cause is no more than the change, and more are where none tells on
        a holder.
        """
        if len(parts) < 2 or place in self._tellable:
            return parts
        return {CONFIDENTIAL: sum(parts.values(), NOTHING)}

    @cached_property
    def _both(self) -> Both | None:
        old, new = self.reasons.old.points, self.reasons.new.points
        return None if old is None or new is None else both(old, new)

    def _moved(self, place: Place) -> list[Moved]:
        return self._both.moved.get(place, []) if self._both is not None else []

    def _by_cause(
        self, place: Place, measure: str, cells: Collection[Cell] | None = None
    ) -> Causes:
        found: Causes = defaultdict(Decimal)
        for one in self._moved(place):
            if cells is not None and (one.carrier, one.sector) not in cells:
                continue
            for name in _MADE_OF.get(measure, (measure,)):
                by_factor = self._by_factor(one, name)
                found["factor"] += by_factor
                if rest := one.change(name) - by_factor:
                    found[self._cause(one)] += rest
        return {cause: part for cause, part in found.items() if part}

    def _by_factor(self, one: Moved, measure: str) -> Decimal:
        """What the factors alone did: the new amount less what the same use gave at the old ones."""
        if measure not in _OF_FACTORS or not one.change(measure):
            return NOTHING
        place = (*one.place, one.carrier)
        if self.reasons.old.factors.get(place) == self.reasons.new.factors.get(place):
            return NOTHING
        used, before = one.old.get(ACTIVITY), self._intensity_before(place)
        was = one.old.get(TONNES, NOTHING) / used if used else before.tonnes_per_kwh
        now, use = one.new.get(TONNES), one.new.get(ACTIVITY)
        if was is None or not now or use is None:
            return NOTHING
        at_old_factors = use * was
        if measure == WEIGHED:
            told, lowered = one.old.get(TONNES), before.lowered
            if told:
                lowered = (one.old[WEIGHED_BY_READING] - one.old[WEIGHED]) / told
            by_reading = one.new[WEIGHED_BY_READING] / now
            return one.new[WEIGHED] - at_old_factors * (by_reading - lowered)
        return one.new.get(measure, NOTHING) * (1 - at_old_factors / now)

    def _intensity_before(self, place: tuple[str, str, str]) -> Intensity:
        """Of the whole carrier in the old edition: for a point that it did not read."""
        known = self._both.old.get(place) if self._both is not None else None
        return known or Intensity(None, NOTHING)

    def _cause(self, one: Moved) -> str:
        key = (one.place, one.point, one.carrier)
        if key not in self._causes:
            self._causes[key] = self._own(one) or self._of_others(one) or self._quiet(one)
        return self._causes[key]

    @cached_property
    def _causes(self) -> dict[tuple[Place, str, str], str]:
        return {}

    def _own(self, one: Moved) -> str | None:
        """What the two editions know of the point itself in its month."""
        was, now = one.was, one.now
        if one.carrier == OF_SITE:
            return None
        if was is None or now is None:
            there = was or now
            if there is not None and there.registered:
                return "boundary" if self.reasons.boundary_moved(*one.place) else "coverage"
            return "late_data" if was is None else "coverage"
        if one.entered:
            return UNTOLD if now.read_share > was.read_share else "correction"
        if was.read_share == now.read_share:
            return None if was.known_at == now.known_at else "correction"
        return "late_data" if now.read_share > was.read_share else "coverage"

    def _of_others(self, one: Moved) -> str | None:
        """What moved its site in the month, else the point in other months: a baseline rests on a year of them."""
        near = [each for each in self._moved(one.place) if each.site == one.site]
        for among in (near, self._by_point.get((one.place[0], one.point), [])):
            own = {cause for each in among if (cause := self._own(each))}
            if own:
                return own.pop() if len(own) == 1 else UNTOLD
        return None

    @cached_property
    def _by_point(self) -> dict[tuple[str, str], list[Moved]]:
        found: dict[tuple[str, str], list[Moved]] = defaultdict(list)
        for place, moved in (self._both.moved if self._both else {}).items():
            for one in moved:
                found[place[0], one.point].append(one)
        return dict(found)

    def _quiet(self, one: Moved) -> str:
        district, month = one.place
        if self.reasons.delivered(district, month, month, (REGISTER,)) and (
            ACTIVITY in one.measures or one.carrier == OF_SITE
        ):
            return "correction"
        return self.reasons.without_news(district)

    @cached_property
    def _tellable(self) -> set[Place]:
        return {place for place in (self._both.moved if self._both else ()) if self._open(place)}

    def _open(self, place: Place) -> bool:
        """Whether parts by cause tell on nobody: behind every cause, carrier, sector and kind of change stand enough.

        Every told part is a sum over points that moved for one reason, and several figures are sums over different ones
        of them: what moved alike is as small as anything that could follow from their differences.
        """
        groups: dict[tuple[object, ...], dict[str, dict[Holder, Decimal]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(Decimal))
        )
        for one in self._moved(place):
            by_factor = {name for name in _OF_FACTORS if self._by_factor(one, name)}
            if by_factor and self._hides(place, one.carrier):
                return False
            kind = (self._cause(one), one.carrier, one.sector, one.measures)
            for name in one.measures:
                groups[kind][name][one.holder] += abs(one.change(name))
            for name in by_factor:
                amount = abs(self._by_factor(one, name))
                groups["factor", one.carrier, one.sector][name][one.holder] += amount
        return not any(
            sensitive(contributors_among(who), self.reasons.new.limits)
            for measures in groups.values()
            for who in measures.values()
        )

    def _hides(self, place: Place, carrier: str) -> bool:
        """Whether an edition hides a cell of a carrier: with its factors, a part would tell its use."""
        return any(
            cell[0] == carrier and row.get("suppressed")
            for each in (self.reasons.old, self.reasons.new)
            for name in (ENERGY, EMISSIONS)
            for cell, row in each.cells.get((name, *place), {}).items()
        )
