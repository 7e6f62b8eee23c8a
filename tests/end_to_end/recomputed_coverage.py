"""How much of a district's energy was read, worked out again from the raw files, after `docs/measures.md`.

Belongs here: what every registered supply point should have used in a month, and what of it the files tell. Does not
belong here: the figures themselves (`recomputed.py`). Plain means and quotients: no SQL and nothing of the product.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from statistics import mean

from tests.end_to_end.raw_files import Row, month_start, shifted
from tests.end_to_end.recomputed import CARRIERS, FIRST, Recomputed
from tests.end_to_end.recomputed_weather import Weather

WHOLE = Decimal("0.999")


@dataclass(frozen=True)
class Read:
    """What a point is known to have used in a month, and whether all of the month was read."""

    kwh: Decimal
    whole: bool


class Coverage:
    """Expected and read energy of one district."""

    def __init__(self, of: Recomputed) -> None:
        self.of = of
        self.points = {
            point: row
            for point, row in of.points.items()
            if row["Ruolo"] == "fornitura" and row["Vettore"] != "acqua"
        }
        self.read = self._read()
        # A bill that the city has put right tells what was used; nobody has read it so.
        self._put_right = {
            (point, f"{start:%Y-%m}") for point, start, _ in of.raw.corrected(of.district)
        }
        self._weather = Weather(of)

    def share(self, month: str, months: int = 1) -> Decimal | None:
        """Read over expected, over so many months that end with this one; nothing where nothing is expected."""
        window = [shifted(month, -back) for back in range(months)]
        terms = [self._terms(each) for each in window if each >= FIRST]
        expected = sum((one for one, _ in terms), Decimal(0))
        return sum((one for _, one in terms), Decimal(0)) / expected if expected else None

    def _terms(self, month: str) -> tuple[Decimal, Decimal]:
        expected, read = Decimal(0), Decimal(0)
        for point, row in self.points.items():
            if days := _days(row, month):
                known = self.read.get((point, month))
                told = known.kwh if known else Decimal(0)
                foreseen = told if known and known.whole else self._foreseen(point, month) * days
                # What stands for a gap was not read, and still was used.
                used = told + self.of.filled.get((point, "import", month), 0)
                expected = expected + max(foreseen, used)
                read = read + (0 if (point, month) in self._put_right else told)
        return expected, read

    def _foreseen(self, point: str, month: str) -> Decimal:
        """A day of last year's month in this weather, else of the point so far, of its sector, its carrier, all."""
        row = self.points[point]
        if (before := self.read.get((point, shifted(month, -12)))) and before.whole:
            moved = self._weather.moved(self._whole(point), month, CARRIERS[row["Vettore"]])
            a_day = Decimal(moved) / (month_start(month, 1) - month_start(month)).days
            return max(before.kwh / _days(row, shifted(month, -12)) + a_day, Decimal(0))
        alike: tuple[Iterable[str], ...] = (
            [point],
            [p for p, r in self._of_carrier(row) if r["Settore"] == row["Settore"]],
            [p for p, _ in self._of_carrier(row)],
            self.points,
        )
        for some in alike:
            for upto in (month, "9999-12"):
                if days := self._whole_days(some, upto):
                    return Decimal(mean(days))
        return Decimal(0)

    def _whole(self, point: str) -> dict[str, float]:
        return {
            m: float(r.kwh) for (p, m), r in sorted(self.read.items()) if p == point and r.whole
        }

    def _of_carrier(self, row: Row) -> list[tuple[str, Row]]:
        return [(p, r) for p, r in self.points.items() if r["Vettore"] == row["Vettore"]]

    def _whole_days(self, points: Iterable[str], upto: str) -> list[Decimal]:
        wanted = set(points)
        return [
            read.kwh / _days(self.points[point], month)
            for (point, month), read in self.read.items()
            if point in wanted and month <= upto and read.whole
        ]

    def _read(self) -> dict[tuple[str, str], Read]:
        spans = self._days_of_spans()
        found = {}
        for (point, flow, month), quantity in self.of._point_months().items():
            row = self.points.get(point)
            if flow != "import" or row is None or month < FIRST or not _days(row, month):
                continue
            _, seconds = self.of._intervals.get((point, flow, month), (Decimal(0), 0))
            by_bill = spans.get((point, month), 0) >= _days(row, month)
            by_curve = seconds >= WHOLE * _seconds(row, month)
            heat = CARRIERS[row["Vettore"]] == "district_heat"
            kwh = self.of._drawn(row, month, quantity).quantity
            found[point, month] = Read(kwh, by_bill or by_curve or heat)
        return found

    def _days_of_spans(self) -> dict[tuple[str, str], int]:
        """Days of each month that readings or bills tell of."""
        told: dict[tuple[str, str], int] = defaultdict(int)
        for spans in (self.of.raw.bills(self.of.district), self.of.raw.registers(self.of.district)):
            for span in spans:
                month = f"{span.start:%Y-%m}"
                while month_start(month) < span.end:
                    first, after = month_start(month), month_start(month, 1)
                    days = (min(span.end, after) - max(span.start, first)).days
                    told[span.point_id, month] += days if span.of_month(month) is not None else 0
                    month = shifted(month, 1)
        return told


def _days(row: Row, month: str) -> int:
    """Days of a month in which a point belongs to the boundary."""
    first, after = month_start(month), month_start(month, 1)
    return max((after - max(first, row["Valido dal"] or first)).days, 0)


def _seconds(row: Row, month: str) -> int:
    # An hour of clock change is less than what makes a month incomplete.
    return _days(row, month) * 86400 - 3600
