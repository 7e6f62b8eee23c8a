"""An edition as its reports read it: protected tables of one folder, by district, month and KPI.

Belongs here: look-ups. Does not belong here: any path outside the edition, any wording.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from pipelines.publishing.months import months_back, shifted
from pipelines.publishing.rows import Row, read_rows


@dataclass(frozen=True)
class Reading:
    """The tables of one edition folder."""

    folder: Path

    @cached_property
    def about(self) -> dict[str, Any]:
        """The manifest."""
        loaded: dict[str, Any] = json.loads(
            (self.folder / "manifest.json").read_text(encoding="utf-8")
        )
        return loaded

    @property
    def month(self) -> str:
        """The edition's month."""
        return str(self.about["month"])

    def table(self, name: str) -> list[Row]:
        """Rows of one protected table; none where the edition has no such table."""
        if name not in self._tables:
            self._tables[name] = read_rows(self.folder / "tables" / f"{name}.parquet")
        return self._tables[name]

    @cached_property
    def _tables(self) -> dict[str, list[Row]]:
        return {}

    @cached_property
    def values(self) -> Mapping[tuple[str, str, str], Row]:
        """KPI values by district, month and code."""
        rows = read_rows(self.folder / "kpi_values.parquet")
        return {(row["district_id"], row["month"], row["kpi_code"]): row for row in rows}

    @cached_property
    def qualities(self) -> Mapping[tuple[str, str, str], Row]:
        """Parts of the grades of the edition's month, by district, month and code."""
        rows = self.table("kpi_quality")
        return {(row["district_id"], row["month"], row["kpi_code"]): row for row in rows}

    @cached_property
    def kpis(self) -> dict[str, Row]:
        """KPI declarations in reading order."""
        return {row["code"]: row for row in self.table("kpis")}

    @cached_property
    def districts(self) -> dict[str, Row]:
        """Districts that this edition reports on."""
        return {row["district_id"]: row for row in self.table("districts")}

    @cached_property
    def thresholds(self) -> dict[str, Decimal]:
        """Declared thresholds by name."""
        return {row["name"]: row["value"] for row in self.table("thresholds")}

    def factor_missing_once(self, code: str, now: Row, then: Row) -> bool:
        """Whether the emissions of one period lack a carrier that those of the other have.

        Where a carrier without a factor is part of what is hidden, the coverage of emissions is not told.
        """
        emitted = self.kpis[code]["completeness"] == "emissions"
        return emitted and (now["coverage"] is None) != (then["coverage"] is None)

    def of(self, name: str, district: str, month: str | None = None) -> list[Row]:
        """Rows of a table that belong to one district, and to one month where given."""
        return [
            row
            for row in self._by_district[name][district]
            if month is None or row.get("month") == month
        ]

    @cached_property
    def _by_district(self) -> dict[str, dict[str, list[Row]]]:
        return _Lazily(self)

    def one(self, name: str, district: str, month: str) -> Row | None:
        """The row of a table with one row per district and month."""
        return next(iter(self.of(name, district, month)), None)


class _Lazily(dict[str, dict[str, list[Row]]]):
    """Tables split by district when first asked for."""

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self._reading = reading

    def __missing__(self, name: str) -> dict[str, list[Row]]:
        split: dict[str, list[Row]] = defaultdict(list)
        for row in self._reading.table(name):
            split[row["district_id"]].append(row)
        self[name] = split
        return split


@dataclass(frozen=True)
class DistrictReading:
    """What one district's report reads, as of the edition's month."""

    reading: Reading
    district: str

    @property
    def month(self) -> str:
        """The edition's month."""
        return self.reading.month

    @property
    def year_before(self) -> str:
        """The same month of the year before."""
        return shifted(self.month, -12)

    @property
    def about(self) -> Row:
        """The district's declaration."""
        return self.reading.districts[self.district]

    def kpi(self, code: str, month: str | None = None) -> Row | None:
        """One KPI value; the edition's month unless another is asked for."""
        return self.reading.values.get((self.district, month or self.month, code))

    def value(self, code: str, month: str | None = None) -> Decimal | None:
        """The figure alone: None where there is none or it is hidden."""
        row = self.kpi(code, month)
        return row["value"] if row else None

    def series(self, code: str, count: int = 24, column: str = "value") -> list[Decimal | None]:
        """A column of one KPI over the months that end with the edition's."""
        rows = [self.kpi(code, month) for month in months_back(self.month, count)]
        return [row[column] if row else None for row in rows]

    def figures(self, code: str, count: int) -> list[str | None]:
        """The ids of one KPI's values over the months that end with the edition's, where there is a value."""
        rows = [self.kpi(code, month) for month in months_back(self.month, count)]
        return [row["kpi_value_id"] if row and row["value"] is not None else None for row in rows]

    def declared(self, code: str) -> Row:
        """A KPI's declaration."""
        return self.reading.kpis[code]

    def rows(self, name: str, month: str | None = None) -> list[Row]:
        """Rows of a table of this district."""
        return self.reading.of(name, self.district, month)

    def one(self, name: str, month: str | None = None) -> Row | None:
        """The one row of a monthly table."""
        return self.reading.one(name, self.district, month or self.month)

    def threshold(self, name: str, usual: str) -> Decimal:
        """A declared threshold, or the domain's value."""
        return self.reading.thresholds.get(name, Decimal(usual))

    def target(self, code: str) -> Row | None:
        """The target on one KPI that holds at the end of the edition's month: the newest declared by then."""
        rows = [row for row in self.rows("targets") if row["kpi_code"] == code]
        held = [row for row in rows if f"{row['declared_on'] or '':.7}" <= self.month]
        first = sorted(rows, key=lambda row: (str(row["declared_on"]), row["position"]))[:1]
        newest = sorted(held, key=lambda row: (str(row["declared_on"] or ""), -row["position"]))
        return next(iter(newest[-1:] or first), None)

    def suspended(self, code: str) -> bool:
        """Whether there is a target that the value cannot be held against: its baseline is made otherwise."""
        target, row = self.target(code), self.kpi(code)
        declared = target is not None and target["path"] is not None
        return declared and row is not None and row["target"] is None

    def comparable(self, code: str) -> bool:
        """Whether this month and a year ago can be compared."""
        return self.why_not_comparable(code) is None

    def why_not_comparable(self, code: str) -> str | None:
        """Why the change in a year is not told; None where it is.

        `missing`: a value is not there. `coverage`: too little was read. `coverage_differs`: much more or less than a
        year before. `boundary`: it changed.
        """
        now, then = self.kpi(code), self.kpi(code, self.year_before)
        if (
            then is not None
            and now is not None
            and then["boundary_version"] != now["boundary_version"]
        ):
            return "boundary"
        if now is None or now["value"] is None or now["previous_year"] is None:
            return "missing"
        if any(self.little(row) for row in (now, then) if row):
            return "coverage"
        return "coverage_differs" if self._read_otherwise(code, now, then) else None

    def _read_otherwise(self, code: str, now: Row, then: Row | None) -> bool:
        """Whether so much more or less was read a year before that a change would tell of readings."""
        if then is None:
            return False
        if now["coverage"] is None or then["coverage"] is None:
            return self.reading.factor_missing_once(code, now, then)
        line = self.threshold("incomparable_beyond_coverage", "0.05")
        return bool(abs(now["coverage"] - then["coverage"]) > line)

    def little(self, row: Row) -> bool:
        """Whether too little was read for a value to be judged."""
        line = self.threshold("grey_below_coverage", "0.8")
        return row["coverage"] is not None and bool(row["coverage"] < line)

    def twelve_months(
        self, table: str, column: str, end: str, group: str, other: str
    ) -> dict[str, Decimal | None]:
        """Sums of a carrier × sector table over twelve months, by one of its two sides.

        Args:
            table: `energy_by_carrier_sector` or `emissions_by_carrier_sector`.
            column: The amount.
            end: The last month.
            group: 'carrier' or 'sector'; the other side is taken at its total where the table has one.
            other: The side that is summed over.

        Returns:
            Sum per group; None where a month of it is hidden or missing.
        """
        window = set(months_back(end, 12))
        seen: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows(table):
            if row["month"] in window and row[other] == "all" and row[group] != "all":
                seen[row[group]].append(row)
        return {
            name: None
            if len(rows) < 12 or any(row[column] is None for row in rows)
            else _total(rows, column)
            for name, rows in seen.items()
        }

    def why_unseen(self, table: str, end: str, group: str, other: str) -> dict[str, str]:
        """Why a sum of `twelve_months` is not told: `suppressed` where a month of it is hidden, else `withheld`."""
        window = set(months_back(end, 12))
        found: dict[str, str] = {}
        for row in self.rows(table):
            if row["month"] in window and row[other] == "all" and row["reason"] is not None:
                first = found.get(row[group]) == "suppressed"
                found[row[group]] = "suppressed" if first else str(row["reason"])
        return found

    def quality_of(self, code: str, month: str | None = None) -> Row | None:
        """The parts of the grade of one KPI, over the period that its value speaks of."""
        return self.reading.qualities.get((self.district, month or self.month, code))


def _total(rows: Sequence[Row], column: str) -> Decimal:
    return sum((row[column] for row in rows), Decimal(0))
