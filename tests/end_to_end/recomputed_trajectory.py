"""Pace, forecast, chance of arrival and the parts of a change, worked out again from the raw files.

Belongs here: least squares by matrices, Student's law of a statistics library, logarithmic means by hand, after
`docs/trajectory.md`. Does not belong here: the months they are made of (`recomputed.py`). No SQL.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from scipy import stats

from tests.end_to_end.raw_files import Row, month_start, shifted
from tests.end_to_end.recomputed import Flow, Recomputed
from tests.end_to_end.recomputed_baselines import Baselines
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


@dataclass(frozen=True)
class PointMonth:
    """What a point's use gave: tonnes, use over use at normal weather, tonnes per kWh."""

    tonnes: float
    weather: float
    factor: float


def _logarithmic_mean(one: float, other: float) -> float:
    return one if one == other else (one - other) / math.log(one / other)


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

    def parts(self, ratio: float, weather: Baselines) -> dict[str, float]:
        """tCO2e of points that were in the boundary for all of both months, by LMDI-I.

        Args:
            ratio: How what use is counted by grew.
            weather: What normal weather would have changed.
        """
        found: dict[str, float] = defaultdict(float)
        for point, used in self.points.items():
            if len(used) < 2 or not all(_all_of(self.of.points[point], at) for at in used):
                continue
            now, then = (
                self._point(point, used[at], at, weather) for at in (self.month, self.before)
            )
            if now.tonnes <= 0 or then.tonnes <= 0:
                continue
            mean = _logarithmic_mean(now.tonnes, then.tonnes)
            parts = {
                "activity": mean * math.log(ratio),
                "weather": mean * math.log(now.weather / then.weather),
                "factor": mean * math.log(now.factor / then.factor),
            }
            for name, part in {
                **parts,
                "efficiency": now.tonnes - then.tonnes - sum(parts.values()),
            }.items():
                found[name] += part
        return found

    def _point(self, point: str, flow: Flow, month: str, weather: Baselines) -> PointMonth:
        kwh, factor = float(flow.quantity), self._factor(flow, month)
        normal = kwh + weather.adjustment_of(point, month)
        return PointMonth(kwh * factor, kwh / normal, factor)

    def _factor(self, flow: Flow, month: str) -> float:
        """Tonnes per kWh; nothing where nobody supplied a factor."""
        if flow.carrier not in ("electricity", "natural_gas"):
            return 0.0
        return float(self.of.per_mwh(flow.carrier, flow.use, int(month[:4]))) / 1000


def _all_of(row: Row, month: str) -> bool:
    begins, ends = row.get("Valido dal"), row.get("Valido al")
    first, last = month_start(month), month_start(month, 1)
    return (not begins or begins <= first) and (not ends or ends >= last)


def _any_of(row: Row, month: str) -> bool:
    begins, ends = row.get("Valido dal"), row.get("Valido al")
    return (not begins or begins < month_start(month, 1)) and (
        not ends or ends > month_start(month)
    )
