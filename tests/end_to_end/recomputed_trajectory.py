"""Pace, forecast, chance of arrival and two parts of a change, worked out again from the raw files.

Belongs here: least squares by matrices, Student's law of a statistics library, logarithmic means by hand, after
`docs/trajectory.md`. Does not belong here: the months they are made of (`recomputed.py`). No SQL.
"""

from __future__ import annotations

import math
from collections import defaultdict
from decimal import Decimal

import numpy as np
from scipy import stats

from tests.end_to_end.raw_files import Row, month_start, shifted
from tests.end_to_end.recomputed import Flow, Recomputed
from tests.end_to_end.recomputed_kpis import KPIS


class Pace:
    """A line through a district's months, with a mean per calendar month and first-order autocorrelation."""

    def __init__(self, of: Recomputed, months: tuple[str, ...]) -> None:
        values = [KPIS["EMI05"].figure(of, month).value for month in months]
        self.y = np.array([float(value) for value in values if value is not None])
        assert len(self.y) == len(months)
        self.n = np.arange(len(months))
        self.calendar = np.array([int(month[5:]) for month in months])
        design = self._design(self.n)
        self.beta = np.linalg.lstsq(design, self.y, rcond=None)[0]
        left = self.y - design @ self.beta
        count, free = len(self.y), len(self.y) - design.shape[1]
        r = (left[1:] @ left[:-1]) / (left @ left)
        r = min(0.9, max(0.0, (count * r + 1) / (count - 4)))
        self.noise = left @ left / free * (1 + r) / (1 - r)
        self.degrees = free * (1 - r) / (1 + r)
        self.inverse = np.linalg.inv(design.T @ design)

    def _design(self, n: np.ndarray) -> np.ndarray:
        calendar = (self.calendar[0] - 1 + n) % 12
        return np.column_stack([n, np.equal.outer(calendar, np.arange(12))]).astype(float)

    def slope(self) -> tuple[float, float]:
        """Change a year and half of its 90 % interval."""
        half = stats.t.ppf(0.95, self.degrees) * math.sqrt(self.noise * self.inverse[0, 0])
        return 144 * self.beta[0], 144 * half

    def ahead(self, months: int, target: float) -> tuple[float, float]:
        """Twelve months that end so many from now (at least twelve), and the chance that they are at the target."""
        last = len(self.y) - 1 + months
        sums = self._design(np.arange(last - 11, last + 1)).sum(axis=0)
        value = float(sums @ self.beta)
        deviation = math.sqrt(self.noise * (12 + sums @ self.inverse @ sums))
        return value, float(stats.t.cdf((target - value) / deviation, self.degrees))


class Change:
    """Use of a district's points in a month beside a year before."""

    def __init__(self, of: Recomputed, month: str) -> None:
        self.of, self.month, self.before = of, month, shifted(month, -12)
        self.points: dict[str, dict[str, Flow]] = defaultdict(dict)
        for (point, flow, at), quantity in of._point_months().items():
            row = of.points.get(point)
            if row is None or flow != "import" or at not in (month, self.before):
                continue
            if row["Ruolo"] == "fornitura" and row["Vettore"] != "acqua" and _any_of(row, at):
                self.points[point][at] = of._drawn(row, at, quantity)

    def boundary(self) -> Decimal:
        """MWh that points added or took away which were not in the boundary for all of both months."""
        total = Decimal(0)
        for point, used in self.points.items():
            row = self.of.points[point]
            if not all(_all_of(row, at) for at in (self.before, self.month)):
                now, then = (
                    used[at].quantity if at in used else 0 for at in (self.month, self.before)
                )
                total += Decimal(now - then) / 1000
        return total

    def activity(self, ratio: float) -> float:
        """tCO2e: logarithmic means of both months of each point, times the log of how the driver grew."""
        factor = self._tonnes_per_kwh()
        total = 0.0
        for point, used in self.points.items():
            if len(used) < 2 or not all(_all_of(self.of.points[point], at) for at in used):
                continue
            now, then = (float(used[at].quantity) for at in (self.month, self.before))
            if now > 0 and then > 0:
                mean = now if now == then else (now - then) / math.log(now / then)
                total += mean * factor.get(used[self.month].carrier, 0.0) * math.log(ratio)
        return total

    def _tonnes_per_kwh(self) -> dict[str, float]:
        """Of each carrier, over all its uses: they differ by less than a thousandth."""
        tonnes: dict[str, Decimal] = defaultdict(Decimal)
        kwh: dict[str, Decimal] = defaultdict(Decimal)
        for flow in self.of.emissions(self.month, "all"):
            tonnes[flow.carrier] += flow.quantity
        for flow in self.of.of(self.month, lambda each: each.kind == "import"):
            kwh[flow.carrier] += flow.quantity
        return {carrier: float(total / kwh[carrier]) for carrier, total in tonnes.items()}


def _all_of(row: Row, month: str) -> bool:
    begins, ends = row.get("Valido dal"), row.get("Valido al")
    first, last = month_start(month), month_start(month, 1)
    return (not begins or begins <= first) and (not ends or ends >= last)


def _any_of(row: Row, month: str) -> bool:
    begins, ends = row.get("Valido dal"), row.get("Valido al")
    return (not begins or begins < month_start(month, 1)) and (
        not ends or ends > month_start(month)
    )
