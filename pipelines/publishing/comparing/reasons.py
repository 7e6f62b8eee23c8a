"""What two editions show of reasons for which a figure or a cell reads differently.

Belongs here: looking for each reason in what both published. Does not belong here: how large its part is
(`cells.py`, `causes.py`). Where several hold of what cannot be taken apart, none of them is named: it would be a guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from pipelines.publishing.comparing.adding_up import UNTOLD
from pipelines.publishing.comparing.told import Told
from pipelines.publishing.protecting.origins import DATASETS, METERED, speaks_of
from pipelines.publishing.rows import Row

REGISTER = "metering_points"
MADE_OF = ("mart", "numerator", "denominator", "period", "value_kind")
"""What a KPI's declaration makes its value of, besides its scale."""
_READ = ("points_full", "present_intervals")
WATER = "water"
"""The carrier whose corrections move figures of water."""
METERED_THEMES = frozenset({"energy", "emissions", "water"})
"""Themes that are made of what meters and bills tell, which the register of corrections can change."""


@dataclass(frozen=True)
class Reasons:
    """Two editions, the earlier one and the later one, asked for reasons."""

    old: Told
    new: Told

    def of_cell(self, district: str, month: str, carrier: str) -> str:
        """The one reason for which the activity of a carrier reads differently in a month; several stay untold."""
        shown = self._of_carrier(district, month, carrier)
        if not shown:
            return self.without_news(district)
        return shown.pop() if len(shown) == 1 else UNTOLD

    def _of_carrier(self, district: str, month: str, carrier: str) -> set[str]:
        shown = set()
        boundary = self.boundary_moved(district, month)
        if boundary:
            shown.add("boundary")
        points = self._points_moved(district, month, (carrier,))
        if points and not boundary:
            shown.add("coverage")
        moved = self._news(district, month, month, METERED, carrier)
        if moved and not points:
            shown.add(self._of_news(district, month, (carrier, "energy")))
        if self._corrections_moved(district, month, month, lambda told: told == carrier):
            shown.add("correction")
        if not shown and self._news(district, month, month, (REGISTER,), None):
            shown.add("correction")
        return shown

    def of_figure(self, key: tuple[str, str, str], before: Row, after: Row) -> list[str]:
        """The reasons that the editions show of a figure which no table takes apart, other code left aside."""
        district, _, code = key
        kpi = self.new.kpis[code]
        start, month = span(key[1], after)
        shown = []
        if before.get("boundary_version") != after.get("boundary_version"):
            shown.append("boundary")
        if self._news(district, start, month, DATASETS.get(kpi["theme"], ()), None):
            shown.append(self._of_arrivals(district, (start, month), kpi, before, after))
        corrected = kpi["theme"] in METERED_THEMES and "correction" not in shown
        if corrected and self._corrections_moved(district, start, month, _carriers_of(kpi)):
            shown.append("correction")
        if _made_with_factors(kpi) and self.factors_moved(district, start, month):
            shown.append("factor")
        if before.get("model_version") != after.get("model_version") or (
            self.declared_otherwise(code)
        ):
            shown.append("method")
        if _target_moved(before, after):
            shown.append("target")
        return shown

    def without_news(self, district: str) -> str:
        """What moves figures though nothing of them came, went or was declared: other code, a district that is
        declared otherwise while nothing at all arrived, else estimates that follow the months since.
        """
        if not self.same_code:
            return "code"
        quiet = not self._arrived.get(district) and not self._went.get(district)
        return "method" if quiet and self._district_declared_otherwise(district) else "estimate"

    @property
    def same_code(self) -> bool:
        """Whether both editions were made by the same version of the code."""
        return bool(self.old.about.get("code_version") == self.new.about.get("code_version"))

    def delivered(self, district: str, start: str, month: str, datasets: Iterable[str]) -> bool:
        """Whether anything of these datasets came or went that speaks of a period."""
        return self._news(district, start, month, datasets, None)

    def boundary_moved(self, district: str, month: str) -> bool:
        """Whether a month lies in another version of the boundary."""
        versions = [
            row["boundary_version"]
            for each in (self.old, self.new)
            if (row := each.by_key.get((district, month, "ENE01"))) is not None
        ]
        return len(set(versions)) > 1

    def factors_moved(self, district: str, start: str, month: str) -> bool:
        """Whether any carrier of a period has other factors."""
        places = {
            place
            for each in (self.old, self.new)
            for place in each.factors
            if place[0] == district and start <= place[1] <= month
        }
        return any(self.old.factors.get(p) != self.new.factors.get(p) for p in places)

    def declared_otherwise(self, code: str) -> bool:
        """Whether the figure is made of something else in the new edition."""
        old, new = self.old.kpis.get(code), self.new.kpis[code]
        return old is not None and any(old.get(name) != new.get(name) for name in MADE_OF)

    @cached_property
    def _arrived(self) -> dict[str, list[Row]]:
        """What each district delivered between the two editions."""
        since = datetime.fromisoformat(self.old.about["known_at"]).astimezone(UTC)
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.new.deliveries:
            if row["received_at"] is not None and row["received_at"] > since:
                found[row["district_id"]].append(row)
        return dict(found)

    @cached_property
    def _went(self) -> dict[str, list[Row]]:
        """What the old edition was made of and the new one no longer has: it was erased."""
        kept = {_place(row) for row in self.new.deliveries}
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.old.deliveries:
            if row.get("sha256") is not None and _place(row) not in kept:
                found[row["district_id"]].append(row)
        return dict(found)

    def _news(
        self, district: str, start: str, month: str, datasets: Iterable[str], carrier: str | None
    ) -> bool:
        wanted = set(datasets)
        return any(
            row["dataset"] in wanted
            and speaks_of(row, start, month)
            and (carrier is None or self._measures(district, row["source_id"], carrier))
            for moved in (self._arrived, self._went)
            for row in moved.get(district, ())
        )

    def _measures(self, district: str, source: str, carrier: str) -> bool:
        known = [
            each.carriers[district, source]
            for each in (self.old, self.new)
            if (district, source) in each.carriers
        ]
        return not known or any(carrier in carriers for carriers in known)

    def _of_arrivals(
        self, district: str, span: tuple[str, str], kpi: Row, before: Row, after: Row
    ) -> str:
        """What came or went, by coverage; within one of its steps by the points and intervals that were read."""
        if before.get("coverage") != after.get("coverage"):
            return _of_coverage(before.get("coverage"), after.get("coverage"))
        start, last = span
        months = {m for d, m, _ in self.new.completeness if d == district and start <= m <= last}
        theme = (str(kpi.get("completeness")),)
        found = {self._of_news(district, month, theme) for month in months} - {"correction"}
        return (found.pop() if len(found) == 1 else UNTOLD) if found else "correction"

    def _of_news(self, district: str, month: str, themes: Iterable[str]) -> str:
        """What came or went, by how much of a month was read before and is read now."""
        before, after = (self._read(each, district, month, themes) for each in (self.old, self.new))
        if before is None or after is None:
            return _of_coverage(
                *(self._coverage(each, district, month, themes) for each in (self.old, self.new))
            )
        pairs = list(zip(before, after, strict=True))
        more, less = any(b < a for b, a in pairs), any(b > a for b, a in pairs)
        if more and less:
            return UNTOLD
        return "late_data" if more else "coverage" if less else "correction"

    def _read(
        self, told: Told, district: str, month: str, themes: Iterable[str]
    ) -> tuple[int, ...] | None:
        """Points and intervals that were read in a month."""
        for theme in themes:
            row = told.completeness.get((district, month, theme))
            if row is not None and row.get("points_full") is not None:
                return tuple(int(row[name] or 0) for name in _READ)
        return None

    def _coverage(
        self, told: Told, district: str, month: str, themes: Iterable[str]
    ) -> object | None:
        return next(
            (c for t in themes if (c := told.coverage.get((district, month, t))) is not None), None
        )

    def _points_moved(self, district: str, month: str, themes: Iterable[str]) -> bool:
        """Whether the district has more or fewer points of a carrier in a month."""
        for theme in themes:
            counts = [
                each.completeness.get((district, month, theme), {}).get("points")
                for each in (self.old, self.new)
            ]
            if None not in counts and counts[0] != counts[1]:
                return True
        return False

    def _corrections_moved(
        self, district: str, start: str, month: str, means: Callable[[str | None], bool]
    ) -> bool:
        """Whether other entries of the register of corrections stand in a period."""
        standing = [
            {
                entry
                for (d, m, c), entries in each.corrections.items()
                if d == district and start <= m <= month and means(c)
                for entry in entries
            }
            for each in (self.old, self.new)
        ]
        return standing[0] != standing[1]

    def _district_declared_otherwise(self, district: str) -> bool:
        path = f"districts/{district}.yaml"
        hashes = [
            next((i.get("sha256") for i in each.about.get("inputs", ()) if i.get("path") == path), None)
            for each in (self.old, self.new)
        ]  # fmt: skip
        return None not in hashes and hashes[0] != hashes[1]


def span(month: str, row: Row) -> tuple[str, str]:
    """First and last month a value speaks of: in months in which a KPI is not due, those of its last due value."""
    start, end = row.get("period_start"), row.get("period_end")
    last = f"{end - timedelta(days=1):%Y-%m}" if end is not None else month
    return (f"{start:%Y-%m}" if start is not None else last), last


def _carriers_of(kpi: Row) -> Callable[[str | None], bool]:
    """Of which carriers a correction can move a figure: water's is no reason for energy, nor the other way round."""
    return lambda carrier: carrier is None or (carrier == WATER) == (kpi["theme"] == "water")


def _made_with_factors(kpi: Row) -> bool:
    """Whether emission factors stand in a figure: it is one of emissions, or made of tonnes, as a cost of each is."""
    names = (str(kpi.get(name) or "") for name in ("numerator", "denominator"))
    return bool(kpi["theme"] == "emissions" or any(name.endswith("_tco2e") for name in names))


def _place(row: Row) -> tuple[str, str, str | None]:
    return row["district_id"], row["source_id"], row.get("sha256")


def _target_moved(before: Row, after: Row) -> bool:
    """Whether a value came or went with what it is held against."""
    reasons = {str(row.get("reason") or "") for row in (before, after) if row["value"] is None}
    return any(each == "no_target" or each.startswith("baseline_") for each in reasons)


def _of_coverage(before: object | None, after: object | None) -> str:
    """More read is late data, less is coverage that was lost, as much is a correction."""
    if before == after:
        return "correction"
    if before is None or after is None:
        return "late_data" if before is None else "coverage"
    return "late_data" if after > before else "coverage"  # type: ignore[operator]
