"""Why a published value changed between two editions: parts by cause that add up to the change.

Belongs here: the split of figures by what they are made of. Does not belong here: what changed (`diff.py`), cells of a
month (`cells.py`), points (`point_causes.py`), what follows from the way to a target (`path_causes.py`), what shows a
reason (`reasons.py`).

A sum of twelve months is split month by month, a month of energy or of its emissions cell by cell (carrier and sector),
another sum over points point by point, as far as the house keeps them of both editions and nobody is told on. A ratio
is worked out again cause by cause: everything that one cause moved in numerator and denominator is switched at once, in
the order of `adding_up.ORDER`. What nothing takes apart is named by the one reason that the editions show of it; where
they show several, nobody can say how much is whose.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    stepwise,
    together,
)
from pipelines.publishing.comparing.cells import CELLS, CellCauses
from pipelines.publishing.comparing.path_causes import PathCauses
from pipelines.publishing.comparing.point_causes import PointCauses
from pipelines.publishing.comparing.reasons import REGISTER, Reasons, span
from pipelines.publishing.comparing.told import Told
from pipelines.publishing.months import months_back
from pipelines.publishing.rows import Row

Key = tuple[str, str, str]
"""District, month, KPI."""
_WHY_NONE = {
    "baseline_boundary_version": "boundary",
    "baseline_series": "factor",
    "no_factor": "factor",
}
"""What a missing value says of its cause, where the editions show that too."""
_STEERED = {"reduction_tco2e": ("EMI11", -1), "gap_tco2e": ("EMI11", 1)}
"""Numerators that follow a twelve-month sum, and what is declared for the rest."""
_OF_ALL = {
    "energy_of_floor_area_kwh": "final_energy_kwh",
    "emissions_of_floor_area_tco2e": "energy_tco2e",
}
"""Measures of the sites with a floor area; where only the district's area is known, they are of all points."""


@dataclass(frozen=True)
class Editions:
    """Two editions, the earlier one and the later one."""

    old: Told
    new: Told

    def causes(self, district: str, month: str, code: str) -> Causes:
        """Parts of the change of one value by cause; they add up to it.

        Raises:
            KeyError: one of the editions has no such value.
        """
        key = (district, month, code)
        if key not in self._found:
            self._found[key] = self._split(key, self.old.by_key[key], self.new.by_key[key])
        return self._found[key]

    def _split(self, key: Key, before: Row, after: Row) -> Causes:
        if before["value"] is None or after["value"] is None:
            return {}
        change, parts = after["value"] - before["value"], self._at_the_old_scale(key, before, after)
        if not any(parts.values()) and abs(change) <= ROUNDED:
            # Less than the tables can tell: the first reason that the editions show.
            return {self._reasons(key, before, after)[0]: change}
        rest = change - sum(parts.values(), Decimal(0))
        if abs(rest) > ROUNDED:
            parts = together([parts, {self._of_hidden(key, before, after): rest}])
        return closed(parts, change)

    def _at_the_old_scale(self, key: Key, before: Row, after: Row) -> Causes:
        """A figure that is only told on another scale is a method; what else moved it is told on the old one."""
        was, now = (
            Decimal(told.kpis.get(key[2], {}).get("scale") or 1) for told in (self.old, self.new)
        )
        if was == now or self.reasons.declared_otherwise(key[2]):
            return self._parts(key, before, after)
        then = after["value"] * was / now
        found = self._parts(key, before, {**after, "value": then})
        return together([found, {"method": after["value"] - then}])

    def _scale(self, code: str) -> Decimal:
        kpi = self.old.kpis.get(code, self.new.kpis[code])
        return Decimal(kpi.get("scale") or 1)

    def _of_hidden(self, key: Key, before: Row, after: Row) -> str:
        """What moved cells that an edition hides: factors, where nothing else moved at all; else it is not said."""
        shown = self.reasons.of_figure(key, before, after)
        return "factor" if self.reasons.same_code and shown == ["factor"] else UNTOLD

    @cached_property
    def reasons(self) -> Reasons:
        """What the two show of reasons."""
        return Reasons(self.old, self.new)

    @cached_property
    def _points(self) -> PointCauses:
        return PointCauses(self.reasons)

    @cached_property
    def _cells(self) -> CellCauses:
        return CellCauses(self.reasons, self._points)

    @cached_property
    def _found(self) -> dict[Key, Causes]:
        """Causes that were worked out already: a month is in twelve sums of twelve months."""
        return {}

    def reason(self, district: str, month: str, code: str) -> str:
        """Why a value came or went, as far as the editions show one cause."""
        key = (district, month, code)
        before, after = self.old.by_key[key], self.new.by_key[key]
        shown = self._reasons(key, before, after)
        said = (_WHY_NONE.get(str(row.get("reason"))) for row in (after, before))
        return next((cause for cause in said if cause in shown), self._reason(key, before, after))

    def _parts(self, key: Key, before: Row, after: Row) -> Causes:
        kpi, change = self.new.kpis[key[2]], after["value"] - before["value"]
        if self.reasons.declared_otherwise(key[2]):
            return {self._reason(key, before, after): change}
        kind, period = kpi.get("value_kind"), kpi.get("period")
        found = None
        if kind == "sum" and period == "rolling_12" and (monthly := self._monthly(kpi)):
            found = self._year(key[0], _window(key[1], after), monthly)
        elif kind == "sum" and period in ("month", "rolling_12"):
            scale = self._scale(key[2])
            found = self._of_measure(key, kpi["numerator"], change / scale, after)
            found = scaled(found, scale) if found is not None else None
        elif kind == "ratio":
            found = self._ratio(key, before, after, kpi)
        elif kind == "level":
            found = PathCauses(self).parts(key, kpi, before, after)
        return found if found is not None else {self._reason(key, before, after): change}

    def _monthly(self, kpi: Row) -> str | None:
        """The KPI that publishes the months of a twelve-month sum."""
        return next(
            (
                code
                for code, each in self.new.kpis.items()
                if each.get("period") == "month"
                and each.get("value_kind") == "sum"
                and (each["mart"], each["numerator"]) == (kpi["mart"], kpi["numerator"])
            ),
            None,
        )

    def _year(self, district: str, months: Sequence[str], code: str) -> Causes:
        keys = [(district, each, code) for each in months]
        return together(
            self.causes(*key) for key in keys if key in self.old.by_key and key in self.new.by_key
        )

    def _of_measure(self, key: Key, measure: str, change: Decimal, after: Row) -> Causes | None:
        """Parts of the change of a sum over points in the months of a figure; None where nothing takes it apart."""
        period = self.new.kpis[key[2]].get("period")
        months = _window(key[1], after) if period == "rolling_12" else [span(key[1], after)[1]]
        if measure in CELLS:
            return together(self._cells.of_month(key[0], each, measure) for each in months)
        found = self._points.over([(key[0], each) for each in months], measure, change)
        if found is None and measure in _OF_ALL:
            found = self._of_measure(key, _OF_ALL[measure], change, after)
            if found is not None and abs(change - sum(found.values(), Decimal(0))) > ROUNDED:
                return None
        return found

    def _ratio(self, key: Key, before: Row, after: Row, kpi: Row) -> Causes | None:
        """Of what moved numerator and denominator, cause by cause."""
        names = (kpi["numerator"], kpi.get("denominator"))
        was, now = (
            [row["numerator"], row["denominator"]] for row in (before, after)
        )  # fmt: skip
        if None in (*was, *now) or not was[1] or not now[1]:
            return self._of_hidden_amounts(key, before, after, names)
        moved = [
            self._of_numerator(key, now[0] - was[0], before, after, kpi),
            self._of_denominator(key, now[1] - was[1], before, after, kpi),
        ]
        if kpi["numerator"] not in _STEERED and (whole := _not_apart(moved)):
            return {whole: after["value"] - before["value"]}
        scale = self._scale(key[2])
        try:
            return stepwise(was, moved, lambda terms: scale * terms[0] / terms[1])
        except ZeroDivisionError:
            return None

    def _of_numerator(self, key: Key, change: Decimal, before: Row, after: Row, kpi: Row) -> Causes:
        code, sign = _STEERED.get(kpi["numerator"], ("", 1))
        steered = (key[0], key[1], code)
        if steered in self.new.by_key and steered in self.old.by_key:
            found = scaled(self.causes(*steered), Decimal(sign))
            return together([found, {"target": change - sum(found.values(), Decimal(0))}])
        return self._of_term(key, kpi["numerator"], change, before, after)

    def _of_denominator(
        self, key: Key, change: Decimal, before: Row, after: Row, kpi: Row
    ) -> Causes:
        if kpi["numerator"] in _STEERED:
            return {"target": change} if change else {}
        start, end = span(key[1], after)
        found = self._of_term(key, kpi["denominator"], change, before, after)
        declared = ("district_activity", REGISTER)
        if UNTOLD in found and change and self.reasons.delivered(key[0], start, end, declared):
            return {"correction": change}
        return found

    def _of_term(self, key: Key, measure: str, change: Decimal, before: Row, after: Row) -> Causes:
        """Parts of a numerator's or denominator's change; the reason of the figure where nothing takes it apart."""
        found = self._of_measure(key, measure, change, after)
        if found is None:
            return {self._reason(key, before, after): change} if change else {}
        if abs(rest := change - sum(found.values(), Decimal(0))) > ROUNDED:
            found = together([found, {self._of_hidden(key, before, after): rest}])
        return closed(found, change)

    def _of_hidden_amounts(
        self, key: Key, before: Row, after: Row, names: Sequence[str | None]
    ) -> Causes | None:
        """A ratio whose amounts are not told: its one cause, or that there are several, whose sizes would tell them."""
        months = _window(key[1], after) if after.get("period_start") else [key[1]]
        places = [(key[0], each) for each in months if each <= key[1]]
        causes = self._points.causes_of(places, [name for name in names if name])
        if not causes:
            return None
        cause = causes.pop() if len(causes) == 1 else CONFIDENTIAL
        return {cause: after["value"] - before["value"]}

    def _reason(self, key: Key, before: Row, after: Row) -> str:
        """The one cause that the editions show of a figure which no table can split; several stay unexplained."""
        shown = self._reasons(key, before, after)
        return shown[0] if len(shown) == 1 else UNTOLD

    def _reasons(self, key: Key, before: Row, after: Row) -> list[str]:
        """What the editions show of causes; where they show none, estimates or other code."""
        return self.reasons.of_figure(key, before, after) or [self.reasons.without_news(key[0])]


def _not_apart(moved: Sequence[Causes]) -> str | None:
    """Where causes of one term are told together and the other's are not, switching them one by one would say what no
    cause did: the figure then moved by all of them together.
    """
    if len({frozenset(parts) for parts in moved if parts}) < 2:
        return None
    return next(
        (name for name in (CONFIDENTIAL, UNTOLD) if any(name in one for one in moved)), None
    )


def _window(month: str, row: Row) -> Sequence[str]:
    """The twelve months of a sum."""
    return months_back(span(month, row)[1], 12)
