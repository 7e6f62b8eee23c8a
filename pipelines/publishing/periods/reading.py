"""An edition of a quarter or a year as its reports read it: its own figures, and the monthly edition it is a view of.

Belongs here: look-ups. Does not belong here: how figures of a period are made (`figures.py`), any wording.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from pipelines.publishing.months import shifted
from pipelines.publishing.periods.figures import figures
from pipelines.publishing.periods.period import Period
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.rows import Row


@dataclass(frozen=True)
class AsOfMonth(Reading):
    """The same edition, read as of an earlier month that it tells of."""

    at: str = ""

    @property
    def month(self) -> str:
        """The month that is asked for."""
        return self.at


@dataclass(frozen=True)
class PeriodReading:
    """A period's figures, and what the monthly edition says of its last month."""

    reading: Reading
    period: Period
    about: Mapping[str, Any]
    """The manifest of the period's edition."""

    @cached_property
    def rows(self) -> list[Row]:
        """Every figure of the period, by district and KPI."""
        return figures(self.reading, self.period, str(self.about["id"]))

    @cached_property
    def values(self) -> dict[tuple[str, str], Row]:
        """Figures by district and KPI."""
        return {(row["district_id"], row["kpi_code"]): row for row in self.rows}

    @cached_property
    def at_end(self) -> AsOfMonth:
        """The monthly edition as of the period's last month."""
        return AsOfMonth(self.reading.folder, self.period.last)

    @property
    def of_last_month(self) -> bool:
        """Whether the monthly edition is that of the period's last month, and its tables of one month speak of it."""
        return self.reading.month == self.period.last

    @cached_property
    def _parts(self) -> dict[str, dict[tuple[str, str], Row]]:
        return {
            part.name: {
                (row["district_id"], row["kpi_code"]): row
                for row in figures(self.reading, part, str(self.about["id"]))
            }
            for part in self.period.parts
        }

    def part(self, part: Period, district: str, code: str) -> Row | None:
        """A figure of one of the year's quarters."""
        return self._parts[part.name].get((district, code))


@dataclass(frozen=True)
class DistrictPeriod:
    """What one district's report of a period reads."""

    whole: PeriodReading
    district: str

    @property
    def period(self) -> Period:
        """The quarter or the year."""
        return self.whole.period

    @cached_property
    def at_end(self) -> DistrictReading:
        """The monthly edition as of the period's last month: series and states."""
        return DistrictReading(self.whole.at_end, self.district)

    @cached_property
    def today(self) -> DistrictReading:
        """The monthly edition as it is: its tables of one month, such as measures and projects."""
        return DistrictReading(self.whole.reading, self.district)

    def row(self, code: str) -> Row | None:
        """A KPI's figure of the period."""
        return self.whole.values.get((self.district, code))

    def declared(self, code: str) -> Row:
        """A KPI's declaration."""
        return self.whole.reading.kpis[code]

    def working_days(self, period: Period) -> int | None:
        """Working days of a period; None where the calendar does not tell all of its months."""
        days = [self.at_end.one("calendar", month) for month in period.months]
        if any(row is None or row["working_days"] is None for row in days):
            return None
        return sum(int(row["working_days"]) for row in days if row is not None)

    def paid(self) -> Decimal | None:
        """Euro paid within the period: what was paid by its end less what was paid by its beginning."""
        by_end = self.at_end.value("INV07")
        by_start = self.at_end.value("INV07", months_before(self.period))
        return None if by_end is None or by_start is None else by_end - by_start


def months_before(period: Period) -> str:
    """The month before a period."""
    return shifted(period.months[0], -1)
