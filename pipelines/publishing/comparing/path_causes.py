"""Why pace, chance of arrival, what is needed and what is left of a budget changed: by what moved the months behind.

Belongs here: figures that follow from published monthly emissions and a target. Does not belong here: why a month's
emissions changed (`causes.py`), the arithmetic of a pace (`pace.py`).

A figure is split only where what is published gives it back, in both editions; else this says nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines.publishing.comparing.adding_up import (
    ORDER,
    ROUNDED,
    Causes,
    closed,
    scaled,
    together,
)
from pipelines.publishing.comparing.pace import MOST_MONTHS, chance, pace
from pipelines.publishing.comparing.told import Told
from pipelines.publishing.months import months_back
from pipelines.publishing.rows import Row

if TYPE_CHECKING:
    from pipelines.publishing.comparing.causes import Editions

Key = tuple[str, str, str]
_MONTHLY, _YEARLY = "EMI05", "EMI11"
_Figure = Callable[[Mapping[int, float]], float | None]


@dataclass(frozen=True)
class PathCauses:
    """Two editions, asked for what follows from their months of emissions."""

    editions: Editions

    def parts(self, key: Key, kpi: Row, before: Row, after: Row) -> Causes | None:
        """Parts of a figure's change; None where it is another kind of figure, or cannot be worked out again."""
        ways = {
            "required_slope_tco2e": self._required,
            "budget_left_tco2e": self._budget,
            "achieved_slope_tco2e": self._pace,
            "arrival_probability": self._chance,
        }
        way = ways.get(kpi["numerator"])
        return way(key, before, after) if way is not None else None

    def _required(self, key: Key, before: Row, after: Row) -> Causes | None:
        """(target - twelve months) / years left: a tonne more is that much less of each year."""
        was, now = (self._target(told, key) for told in (self.editions.old, self.editions.new))
        year = (key[0], key[1], _YEARLY)
        known = year in self.editions.old.by_key and year in self.editions.new.by_key
        if was is None or now is None or not known:
            return None
        # Years are Decembers; of a target year that is over nothing is needed any more.
        months_left = now[1] * 12 + 12 - _index(key[1])
        if was[1] != now[1] or months_left <= 0:
            return {"target": after["value"] - before["value"]} if not self._moved(year) else None
        found = scaled(self.editions.causes(*year), Decimal(-12) / months_left)
        return self._with_target(found, after["value"] - before["value"], moved=was != now)

    def _budget(self, key: Key, before: Row, after: Row) -> Causes | None:
        """What is left goes down by what was emitted since the January that gives the change back."""
        change, found = after["value"] - before["value"], Causes()
        was, now = (self._target(told, key) for told in (self.editions.old, self.editions.new))
        for month in reversed(months_back(key[1], 12 * 30)):
            each = (key[0], month, _MONTHLY)
            if not (each in self.editions.old.by_key and each in self.editions.new.by_key):
                break
            found = together([found, scaled(self.editions.causes(*each), Decimal(-1))])
            if month.endswith("-01") and abs(change - sum(found.values(), Decimal(0))) <= ROUNDED:
                return found
        return None if was == now or found else {"target": change}

    def _pace(self, key: Key, before: Row, after: Row) -> Causes | None:
        def of_year(months: Mapping[int, float]) -> float | None:
            line = pace(months, _index(key[1]))
            return line.of_year if line is not None else None

        return self._again(key, before, after, of_year, of_year)

    def _chance(self, key: Key, before: Row, after: Row) -> Causes | None:
        targets = [self._target(told, key) for told in (self.editions.old, self.editions.new)]
        figures: list[_Figure] = []
        for target in targets:
            if target is None:
                return None
            figures.append(_percent(_index(key[1]), *target))
        return self._again(key, before, after, *figures)

    def _again(
        self, key: Key, before: Row, after: Row, at_old: _Figure, at_new: _Figure
    ) -> Causes | None:
        """The figure worked out with the months as each cause in turn leaves them, then with the new target."""
        old, new = (self._months(told, key) for told in (self.editions.old, self.editions.new))
        at, found, told = dict(old), Causes(), at_old(old)
        moved = {index: self._of_month(key, index, old, new) for index in {*old, *new}}
        for cause in ORDER:
            if cause == "target":
                now = at_new(at)
            elif any(cause in parts for parts in moved.values()):
                for index, parts in moved.items():
                    if cause in parts:
                        at = _switched(at, index, parts[cause], new)
                now = at_old(at) if ORDER.index(cause) < ORDER.index("target") else at_new(at)
            else:
                continue
            if now is None or told is None:
                return None
            found[cause], told = Decimal(repr(now)) - Decimal(repr(told)), now
        ends = ((at_old(old), before["value"]), (at_new(new), after["value"]))
        if any(v is None or abs(Decimal(repr(v)) - said) > ROUNDED for v, said in ends):
            return None
        return closed(found, after["value"] - before["value"])

    def _of_month(
        self, key: Key, index: int, old: Mapping[int, float], new: Mapping[int, float]
    ) -> Mapping[str, float | None]:
        """What each cause adds to a month; None where the month came or went with it."""
        place = (key[0], f"{(index - 1) // 12:04d}-{(index - 1) % 12 + 1:02d}", _MONTHLY)
        if index in old and index in new:
            same = old[index] == new[index]
            parts = {} if same else self.editions.causes(*place)
            return {cause: float(part) for cause, part in parts.items()}
        return {self.editions.reason(*place): None}

    def _months(self, told: Told, key: Key) -> dict[int, float]:
        """The months a pace is read from: known, of today's boundary, with enough of them read."""
        line = told.thresholds.get(_LINE)
        boundary = told.by_key[key].get("boundary_version")
        found = {}
        for month in months_back(key[1], MOST_MONTHS):
            row = told.by_key.get((key[0], month, _MONTHLY))
            if row is None or row["value"] is None or row.get("boundary_version") != boundary:
                continue
            if line is None or row.get("coverage") is None or row["coverage"] >= line:
                found[_index(month)] = float(row["value"])
        return found

    def _target(self, told: Told, key: Key) -> tuple[Decimal, int] | None:
        """Tonnes of the target year, and which it is."""
        row = told.ways.get((key[0], key[1]))
        if row is None or row["target_tco2e"] is None:
            return None
        return row["target_tco2e"], row["target_year"]

    def _moved(self, key: Key) -> bool:
        return bool(
            self.editions.old.by_key[key]["value"] != self.editions.new.by_key[key]["value"]
        )

    def _with_target(self, found: Causes, change: Decimal, *, moved: bool) -> Causes | None:
        """With what a new target did of the rest; without one the rest must be rounding."""
        rest = change - sum(found.values(), Decimal(0))
        if moved:
            return together([found, {"target": rest}])
        return closed(found, change) if abs(rest) <= ROUNDED else None


_LINE = "grey_below_coverage"


def _switched(
    months: Mapping[int, float], index: int, part: float | None, new: Mapping[int, float]
) -> dict[int, float]:
    if part is not None:
        return {**months, index: months[index] + part}
    kept = {i: tonnes for i, tonnes in months.items() if i != index}
    return {**kept, index: new[index]} if index in new else kept


def _percent(told: int, target: Decimal, year: int) -> _Figure:
    def figure(months: Mapping[int, float]) -> float | None:
        share = chance(months, told, float(target), year)
        return None if share is None else 100 * share

    return figure


def _index(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:])
