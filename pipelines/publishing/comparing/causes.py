"""Why a published value changed between two editions: parts by cause that add up to the change.

Belongs here: the split, computed from the tables that both editions published. Does not belong here: what changed
(`diff.py`). What a hidden table would be needed for is named `unexplained`.

A sum of twelve months is split month by month, a month of energy or of its emissions cell by cell (carrier and sector).
Of a cell's emissions `factor` is its activity in the new edition times the difference of the factors, and the rest is
of the activity, which in each cell moved for one reason: the first that holds of another boundary, deliveries since,
other code, estimates worked out again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from pipelines.publishing.comparing.told import EMISSIONS, ENERGY, Cell, Told
from pipelines.publishing.months import months_back
from pipelines.publishing.protecting.origins import DATASETS, METERED, speaks_of
from pipelines.publishing.rows import Row

Causes = dict[str, Decimal]
_LEAST = Decimal("0.000001")
"""The last digit of the tables."""
_ROUNDED = 100 * _LEAST
"""Less is rounding of cells and months, and goes to the largest part."""
_CELLS = {
    "final_energy_kwh": (ENERGY, "energy_kwh", None),
    "energy_tco2e": (EMISSIONS, "tco2e", None),
    "scope1_tco2e": (EMISSIONS, "tco2e", ("1",)),
    "scope2_location_tco2e": (EMISSIONS, "tco2e", ("2_location",)),
}
"""Measures that a table by carrier and sector adds up to, with the scopes of their carriers."""
_MADE_OF = ("mart", "numerator", "denominator", "scale", "period", "value_kind")
"""What a KPI's declaration makes its value of."""
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

    def _split(self, key: tuple[str, str, str], before: Row, after: Row) -> Causes:
        if before["value"] is None or after["value"] is None:
            return {}
        change, parts = after["value"] - before["value"], self._parts(key, before, after)
        if not any(parts.values()) and abs(change) <= _ROUNDED:
            # Less than the tables can tell: the first reason that the editions show.
            return {self._reasons(key, before, after, self.new.kpis[key[2]])[0]: change}
        rest = change - sum(parts.values(), Decimal(0))
        if abs(rest) > _ROUNDED:
            cause = self._of_hidden(key, before, after)
            parts = {**parts, cause: parts.get(cause, Decimal(0)) + rest}
        return _closed(parts, change)

    def _of_hidden(self, key: tuple[str, str, str], before: Row, after: Row) -> str:
        """What moved cells that an edition hides: factors, where nothing else moved at all; else it is not said."""
        shown = self._shown(key, before, after, self.new.kpis[key[2]])
        return "factor" if self._same_code and shown == ["factor"] else "unexplained"

    @cached_property
    def _found(self) -> dict[tuple[str, str, str], Causes]:
        """Causes that were worked out already: a month is in twelve sums of twelve months."""
        return {}

    @cached_property
    def _arrived(self) -> dict[str, list[Row]]:
        """What each district delivered between the two editions."""
        since = datetime.fromisoformat(self.old.about["known_at"]).astimezone(UTC)
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.new.deliveries:
            if row["received_at"] is not None and row["received_at"] > since:
                found[row["district_id"]].append(row)
        return dict(found)

    def reason(self, district: str, month: str, code: str) -> str:
        """Why a value came or went, as far as the editions show one cause."""
        key = (district, month, code)
        before, after = self.old.by_key[key], self.new.by_key[key]
        return self._reason(key, before, after, self.new.kpis[code])

    def _parts(self, key: tuple[str, str, str], before: Row, after: Row) -> Causes:
        district, _, code = key
        kpi = self.new.kpis[code]
        if self._declared_otherwise(code):
            return {self._reason(key, before, after, kpi): after["value"] - before["value"]}
        if kpi.get("value_kind") == "sum" and kpi.get("period") == "rolling_12":
            monthly = self._monthly(kpi)
            if monthly:
                return self._year(district, _window(key[1], after), monthly)
        if kpi.get("value_kind") == "sum" and kpi.get("period") == "month":
            return self._month(key, before, after, kpi)
        if kpi.get("value_kind") == "ratio":
            return self._ratio(key, before, after, kpi)
        return {self._reason(key, before, after, kpi): after["value"] - before["value"]}

    def _month(self, key: tuple[str, str, str], before: Row, after: Row, kpi: Row) -> Causes:
        if kpi["numerator"] not in _CELLS:
            return {self._reason(key, before, after, kpi): after["value"] - before["value"]}
        return _scaled(self._cells(key[0], key[1], kpi["numerator"]), Decimal(kpi["scale"]))

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

    def _cells(self, district: str, month: str, numerator: str) -> Causes:
        """Cell by cell; a cell that either edition hides is left to what stays unexplained."""
        name, column, scopes = _CELLS[numerator]
        old, new = (each.cells.get((name, district, month), {}) for each in (self.old, self.new))
        found: Causes = defaultdict(Decimal)
        for cell in sorted(set(old) | set(new)):
            if scopes and not (self.new.scopes.get(cell[0], set()) & set(scopes)):
                continue
            rows = (old.get(cell), new.get(cell))
            if any(row is not None and row[column] is None for row in rows):
                continue
            was, now = (row[column] if row is not None else Decimal(0) for row in rows)
            factor = (
                self._by_factor(district, month, cell, *rows) if name == EMISSIONS else Decimal(0)
            )
            found["factor"] += factor
            if rest := now - was - factor:
                found[self._of_activity(district, month, cell[0])] += rest
        return {cause: part for cause, part in found.items() if part}

    def _by_factor(
        self, district: str, month: str, cell: Cell, old: Row | None, new: Row | None
    ) -> Decimal:
        """Activity of the new edition times the difference of the factors; a factor that was missing was nothing."""
        place = (district, month, cell[0])
        if self.old.factors.get(place) == self.new.factors.get(place):
            return Decimal(0)
        if new is None:  # no factor any more: what the old one gave
            return -(old["tco2e"] if old else Decimal(0))
        if old is None:
            known = self.old.cells.get((ENERGY, district, month), {}).get(cell)
            return Decimal(new["tco2e"]) if known is not None else Decimal(0)
        now, was = new.get("kg_per_kwh"), old.get("kg_per_kwh")
        if not now or was is None:
            return Decimal(0)
        return Decimal(new["tco2e"] * (1 - was / now)).quantize(_LEAST)

    def _of_activity(self, district: str, month: str, carrier: str) -> str:
        """The one reason for which the activity of a carrier reads differently."""
        if self._boundary(district, month):
            return "boundary"
        if self._delivered(district, month, month, METERED, carrier):
            themes = (carrier, "energy")
            before, after = (
                next(
                    (c for t in themes if (c := e.coverage.get((district, month, t))) is not None),
                    None,
                )
                for e in (self.old, self.new)
            )
            return _of_delivery(before, after)
        if self._delivered(district, month, month, ("metering_points",), None):
            return "correction"
        return "estimate" if self._same_code else "code"

    def _boundary(self, district: str, month: str) -> bool:
        versions = [
            row["boundary_version"]
            for each in (self.old, self.new)
            if (row := each.by_key.get((district, month, "ENE01"))) is not None
        ]
        return len(set(versions)) > 1

    def _delivered(
        self, district: str, start: str, month: str, datasets: Iterable[str], carrier: str | None
    ) -> bool:
        wanted = set(datasets)
        return any(
            row["dataset"] in wanted
            and speaks_of(row, start, month)
            and (carrier is None or self._measures(district, row["source_id"], carrier))
            for row in self._arrived.get(district, ())
        )

    def _measures(self, district: str, source: str, carrier: str) -> bool:
        known = self.new.carriers.get((district, source))
        return known is None or carrier in known

    @property
    def _same_code(self) -> bool:
        return bool(self.old.about.get("code_version") == self.new.about.get("code_version"))

    def _ratio(self, key: tuple[str, str, str], before: Row, after: Row, kpi: Row) -> Causes:
        """What its numerator moved at the new denominator, and what the denominator moved at the old numerator."""
        n0, d0, n1, d1 = (
            row[name] for row in (before, after) for name in ("numerator", "denominator")
        )
        if None in (n0, d0, n1, d1) or not d0 or not d1:
            return {self._reason(key, before, after, kpi): after["value"] - before["value"]}
        scale = Decimal(kpi.get("scale") or 1)
        found: Causes = defaultdict(Decimal)
        for cause, part in self._of_numerator(key, n1 - n0, before, after, kpi).items():
            found[cause] += part * scale / d1
        if d0 != d1:
            cause = self._of_denominator(key, before, after, kpi)
            found[cause] += scale * n0 * (1 / d1 - 1 / d0)
        return found

    def _of_numerator(
        self, key: tuple[str, str, str], change: Decimal, before: Row, after: Row, kpi: Row
    ) -> Causes:
        district, month, _ = key
        code, sign = _STEERED.get(kpi["numerator"], ("", 1))
        if (district, month, code) in self.new.by_key and (
            district,
            month,
            code,
        ) in self.old.by_key:
            found = _scaled(self.causes(district, month, code), Decimal(sign))
            if rest := change - sum(found.values(), Decimal(0)):
                found["target"] = found.get("target", Decimal(0)) + rest
            return found
        if kpi["numerator"] in _CELLS and kpi.get("period") in ("month", "rolling_12"):
            window = (month,) if kpi["period"] == "month" else _window(month, after)
            found = defaultdict(Decimal)
            for each in window:
                for cause, part in self._cells(district, each, kpi["numerator"]).items():
                    found[cause] += part
            if abs(rest := change - sum(found.values(), Decimal(0))) > _ROUNDED:
                found[self._of_hidden(key, before, after)] += rest
            return _closed(found, change)
        return {self._reason(key, before, after, kpi): change} if change else {}

    def _of_denominator(self, key: tuple[str, str, str], before: Row, after: Row, kpi: Row) -> str:
        if kpi["numerator"] in _STEERED:
            return "target"
        start, end = _span(key[1], after)
        if self._delivered(key[0], start, end, ("district_activity", "metering_points"), None):
            return "correction"
        return self._reason(key, before, after, kpi)

    def _reason(self, key: tuple[str, str, str], before: Row, after: Row, kpi: Row) -> str:
        """The one cause that the editions show of a figure which no table can split; several stay unexplained."""
        shown = self._reasons(key, before, after, kpi)
        return shown[0] if len(shown) == 1 else "unexplained"

    def _reasons(self, key: tuple[str, str, str], before: Row, after: Row, kpi: Row) -> list[str]:
        """What the editions show of causes; where they show none, estimates or other code."""
        return self._shown(key, before, after, kpi) or ["estimate" if self._same_code else "code"]

    def _shown(self, key: tuple[str, str, str], before: Row, after: Row, kpi: Row) -> list[str]:
        """What the editions show of causes, other code left aside."""
        district = key[0]
        start, month = _span(key[1], after)
        shown = []
        if before.get("boundary_version") != after.get("boundary_version"):
            shown.append("boundary")
        if self._delivered(district, start, month, DATASETS.get(kpi["theme"], ()), None):
            shown.append(_of_delivery(before.get("coverage"), after.get("coverage")))
        if kpi["theme"] == "emissions" and self._factors_moved(district, start, month):
            shown.append("factor")
        if before.get("model_version") != after.get("model_version") or (
            self._declared_otherwise(key[2])
        ):
            shown.append("method")
        if _target_moved(before, after):
            shown.append("target")
        return shown

    def _declared_otherwise(self, code: str) -> bool:
        """Whether the figure is made of something else in the new edition."""
        old, new = self.old.kpis.get(code), self.new.kpis[code]
        return old is not None and any(old.get(name) != new.get(name) for name in _MADE_OF)

    def _factors_moved(self, district: str, start: str, month: str) -> bool:
        places = {
            place
            for each in (self.old, self.new)
            for place in each.factors
            if place[0] == district and start <= place[1] <= month
        }
        return any(self.old.factors.get(p) != self.new.factors.get(p) for p in places)


def _target_moved(before: Row, after: Row) -> bool:
    """Whether a value came or went with what it is held against."""
    reasons = {str(row.get("reason") or "") for row in (before, after) if row["value"] is None}
    return any(each == "no_target" or each.startswith("baseline_") for each in reasons)


def _of_delivery(before: Decimal | None, after: Decimal | None) -> str:
    """More read is late data, less is coverage that was lost, as much is a correction."""
    if after is None or before == after:
        return "correction"
    return "late_data" if before is None or after > before else "coverage"


def _scaled(parts: Mapping[str, Decimal], scale: Decimal) -> Causes:
    return {cause: part * scale for cause, part in parts.items()}


def _closed(parts: Mapping[str, Decimal], change: Decimal) -> Causes:
    """Parts in nine decimals that add up to the change: rounding goes to the largest, more stays unexplained."""
    found = {cause: part.quantize(Decimal("1e-9")) for cause, part in parts.items() if part}
    rest = change - sum(found.values(), Decimal(0))
    if not rest:
        return found
    if found and abs(rest) <= _ROUNDED:
        largest = max(found, key=lambda cause: (abs(found[cause]), cause))
        return {**found, largest: found[largest] + rest}
    found["unexplained"] = found.get("unexplained", Decimal(0)) + rest
    return found


def _span(month: str, row: Row) -> tuple[str, str]:
    """First and last month a value speaks of: in months in which a KPI is not due, those of its last due value."""
    start, end = row.get("period_start"), row.get("period_end")
    last = f"{end - timedelta(days=1):%Y-%m}" if end is not None else month
    return (f"{start:%Y-%m}" if start is not None else last), last


def _window(month: str, row: Row) -> Sequence[str]:
    """The twelve months of a sum."""
    return months_back(_span(month, row)[1], 12)
