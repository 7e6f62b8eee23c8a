"""Energy at normal weather and what was saved on the baseline, worked out again from the raw files.

Belongs here: ENE02 and ENE03 of districts whose points follow the weather alone. Does not belong here: how one point's
model is found (`recomputed_weather.py`). Degree days, least squares and calendar are our own: no SQL of the product.
"""

from __future__ import annotations

from datetime import date

from tests.end_to_end.raw_files import month_start, shifted
from tests.end_to_end.recomputed import CARRIERS, Recomputed
from tests.end_to_end.recomputed_coverage import WHOLE, Coverage
from tests.end_to_end.recomputed_weather import Model, Weather

PORTFOLIO = 1.0
"""CV(RMSE) above which a model does not speak, not even in a sum."""


class Baselines:
    """Models of one district's points, and what they say of its months."""

    def __init__(self, of: Recomputed) -> None:
        self._of, self._coverage, self._weather = of, Coverage(of), Weather(of)
        self._carriers = {p: CARRIERS[row["Vettore"]] for p, row in self._coverage.points.items()}
        self._models: dict[str, tuple[Model, date]] = {}
        for point in self._coverage.points:
            used = self._whole(point)
            year = list(used)[:12]
            # Twelve months that follow each other, all of them whole, as all of the sample's are.
            if len(year) < 12 or shifted(year[0], 11) != year[11]:
                continue
            model = self._weather.fitted(used, self._carriers[point])
            if model is not None and model.spread <= PORTFOLIO:
                self._models[point] = (model, month_start(year[11], 1))

    def _whole(self, point: str) -> dict[str, float]:
        return {
            month: float(read.kwh)
            for (each, month), read in sorted(self._coverage.read.items())
            if each == point and read.whole
        }

    def adjustment(self, month: str) -> float:
        """kWh that normal weather would have changed."""
        return sum(self.adjustment_of(point, month) for point in self._models)

    def adjustment_of(self, point: str, month: str) -> float:
        """Of one point; nothing where it has no model or was not read."""
        if point not in self._models or (point, month) not in self._coverage.read:
            return 0.0
        model, normal = self._models[point][0], self._weather.normal(month)
        moved = self._weather.weighed(model, normal) - self._weather.weighed(model, month)
        return moved * self._share(point, month)

    def _share(self, point: str, month: str) -> float:
        """How much of a month was read."""
        told = self._of._intervals.get((point, "import", month))
        if told is None or self._carriers[point] == "district_heat":
            return 1.0
        days = (month_start(month, 1) - month_start(month)).days
        clocks = {"03": -3600, "10": 3600}.get(month[5:], 0)
        return min(told[1] / (days * 86400 + clocks), 1.0)

    def saved(self, month: str) -> tuple[float, float] | None:
        """Expected less used, and expected, of the points whose baseline lies behind; nothing where there are none."""
        found = []
        for point, (model, ends) in self._models.items():
            read = self._coverage.read.get((point, month))
            if read is None or not read.whole or month_start(month) < ends:
                continue
            if self._share(point, month) < WHOLE:
                continue  # a few quarter hours were set aside
            days = (month_start(month, 1) - month_start(month)).days
            expected = model.base * days + self._weather.weighed(model, month)
            found.append((expected - float(read.kwh), expected))
        return (sum(s for s, _ in found), sum(e for _, e in found)) if found else None

    def improvement(self, month: str) -> float | None:
        """Percent saved over twelve months."""
        year = [self.saved(shifted(month, -back)) for back in range(12)]
        known = [each for each in year if each is not None]
        if len(known) < 12:
            return None
        return 100 * sum(s for s, _ in known) / sum(e for _, e in known)
