"""Why a published value changed between two editions: parts by cause that add up to the change.

Belongs here: the split, computed from the tables that both editions published. Does not belong here: what changed
(`diff.py`), cells of a month (`cells.py`), what shows a reason (`reasons.py`). What a hidden table would be needed for
is named `unexplained`.

A sum of twelve months is split month by month, a month of energy or of its emissions cell by cell (carrier and sector).
Of a cell's emissions `factor` is its activity in the new edition times the difference of the factors, and the rest is
of the activity, which moved for the one reason that the editions show of its carrier; where they show several, nobody
can say how much is whose.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from pipelines.publishing.comparing.adding_up import ROUNDED, UNTOLD, Causes, closed, scaled
from pipelines.publishing.comparing.cells import CELLS, CellCauses
from pipelines.publishing.comparing.reasons import REGISTER, Reasons, span
from pipelines.publishing.comparing.told import Told
from pipelines.publishing.months import months_back
from pipelines.publishing.rows import Row

Key = tuple[str, str, str]
"""District, month, KPI."""
_STEERED = {"reduction_tco2e": ("EMI11", -1), "gap_tco2e": ("EMI11", 1)}
"""Numerators that follow a twelve-month sum, and what is declared for the rest."""


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
            cause = self._of_hidden(key, before, after)
            parts = {**parts, cause: parts.get(cause, Decimal(0)) + rest}
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
        return {**found, "method": found.get("method", Decimal(0)) + after["value"] - then}

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
    def _cells(self) -> CellCauses:
        return CellCauses(self.reasons)

    @cached_property
    def _found(self) -> dict[Key, Causes]:
        """Causes that were worked out already: a month is in twelve sums of twelve months."""
        return {}

    def reason(self, district: str, month: str, code: str) -> str:
        """Why a value came or went, as far as the editions show one cause."""
        key = (district, month, code)
        before, after = self.old.by_key[key], self.new.by_key[key]
        return self._reason(key, before, after)

    def _parts(self, key: Key, before: Row, after: Row) -> Causes:
        district, _, code = key
        kpi = self.new.kpis[code]
        if self.reasons.declared_otherwise(code):
            return {self._reason(key, before, after): after["value"] - before["value"]}
        if kpi.get("value_kind") == "sum" and kpi.get("period") == "rolling_12":
            monthly = self._monthly(kpi)
            if monthly:
                return self._year(district, _window(key[1], after), monthly)
        if kpi.get("value_kind") == "sum" and kpi.get("period") == "month":
            return self._month(key, before, after, kpi)
        if kpi.get("value_kind") == "ratio":
            return self._ratio(key, before, after, kpi)
        return {self._reason(key, before, after): after["value"] - before["value"]}

    def _month(self, key: Key, before: Row, after: Row, kpi: Row) -> Causes:
        if kpi["numerator"] not in CELLS:
            return {self._reason(key, before, after): after["value"] - before["value"]}
        return scaled(self._cells.of_month(key[0], key[1], kpi["numerator"]), self._scale(key[2]))

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

    def _year(self, district: str, months: Iterable[str], code: str) -> Causes:
        found: Causes = defaultdict(Decimal)
        for each in months:
            key = (district, each, code)
            if key in self.old.by_key and key in self.new.by_key:
                for cause, part in self.causes(*key).items():
                    found[cause] += part
        return found

    def _ratio(self, key: Key, before: Row, after: Row, kpi: Row) -> Causes:
        """What its numerator moved at the new denominator, and what the denominator moved at the old numerator."""
        n0, d0, n1, d1 = (
            row[name] for row in (before, after) for name in ("numerator", "denominator")
        )
        if None in (n0, d0, n1, d1) or not d0 or not d1:
            return {self._reason(key, before, after): after["value"] - before["value"]}
        scale = self._scale(key[2])
        found: Causes = defaultdict(Decimal)
        for cause, part in self._of_numerator(key, n1 - n0, before, after, kpi).items():
            found[cause] += part * scale / d1
        if d0 != d1:
            cause = self._of_denominator(key, before, after, kpi)
            found[cause] += scale * n0 * (1 / d1 - 1 / d0)
        return found

    def _of_numerator(self, key: Key, change: Decimal, before: Row, after: Row, kpi: Row) -> Causes:
        district, month, _ = key
        code, sign = _STEERED.get(kpi["numerator"], ("", 1))
        steered = (district, month, code)
        if steered in self.new.by_key and steered in self.old.by_key:
            found = scaled(self.causes(district, month, code), Decimal(sign))
            if rest := change - sum(found.values(), Decimal(0)):
                found["target"] = found.get("target", Decimal(0)) + rest
            return found
        if kpi["numerator"] in CELLS and kpi.get("period") in ("month", "rolling_12"):
            window = (month,) if kpi["period"] == "month" else _window(month, after)
            found = defaultdict(Decimal)
            for each in window:
                for cause, part in self._cells.of_month(district, each, kpi["numerator"]).items():
                    found[cause] += part
            if abs(rest := change - sum(found.values(), Decimal(0))) > ROUNDED:
                found[self._of_hidden(key, before, after)] += rest
            return closed(found, change)
        return {self._reason(key, before, after): change} if change else {}

    def _of_denominator(self, key: Key, before: Row, after: Row, kpi: Row) -> str:
        if kpi["numerator"] in _STEERED:
            return "target"
        start, end = span(key[1], after)
        if self.reasons.delivered(key[0], start, end, ("district_activity", REGISTER)):
            return "correction"
        return self._reason(key, before, after)

    def _reason(self, key: Key, before: Row, after: Row) -> str:
        """The one cause that the editions show of a figure which no table can split; several stay unexplained."""
        shown = self._reasons(key, before, after)
        return shown[0] if len(shown) == 1 else UNTOLD

    def _reasons(self, key: Key, before: Row, after: Row) -> list[str]:
        """What the editions show of causes; where they show none, estimates or other code."""
        return self.reasons.of_figure(key, before, after) or [self.reasons.without_news(key[0])]


def _window(month: str, row: Row) -> Sequence[str]:
    """The twelve months of a sum."""
    return months_back(span(month, row)[1], 12)
