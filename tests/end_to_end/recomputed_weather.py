"""What the weather moves of a point's month, worked out again from raw weather by least squares in NumPy.

Belongs here: one point's model of its first year, every balance point tried, after `docs/baselines.md`. Does not belong
here: what is made of it (`recomputed_coverage.py`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import product

import numpy as np

from tests.end_to_end.raw_files import month_start
from tests.end_to_end.recomputed import Recomputed

HEATING, COOLING = range(8, 23), range(14, 29)
LEAST = 11.111
GOOD = 0.25


class Weather:
    """Daily means of one district's station."""

    def __init__(self, of: Recomputed) -> None:
        means: dict[str, float] = {}
        for path in of.raw.files(f"{of.district}/weather/*.json"):
            daily = json.loads(path.read_text())["daily"]
            means |= dict(zip(daily["time"], daily["temperature_2m_mean"], strict=True))
        months = defaultdict(list)
        for day, mean in means.items():
            months[day[:7]].append(mean)
        self.months = {month: np.array(found) for month, found in months.items()}

    def moved(self, used: dict[str, float], month: str, carrier: str) -> float:
        """kWh that a month's weather moves against the same month of last year, by a point's good model."""
        model = self._model(used, carrier)
        before = f"{int(month[:4]) - 1}{month[4:]}"
        if model is None or month not in self.months or before not in self.months:
            return 0.0
        heating, cooling, slopes = model
        now, then = self._degrees(month, heating, cooling), self._degrees(before, heating, cooling)
        return float(sum(slope * (a - b) for slope, a, b in zip(slopes, now, then, strict=True)))

    def _degrees(self, month: str, heating: int | None, cooling: int | None) -> list[float]:
        found, warm = [], self.months[month]
        if heating is not None:
            found.append(float(np.maximum(heating - warm, 0).sum()))
        if cooling is not None:
            found.append(float(np.maximum(warm - cooling, 0).sum()))
        return found

    def _model(
        self, used: dict[str, float], carrier: str
    ) -> tuple[int | None, int | None, list[float]] | None:
        year = list(used)[:12]
        if len(year) < 12 or any(month not in self.months for month in year):
            return None
        days = np.array([float((month_start(m, 1) - month_start(m)).days) for m in year])
        usage = np.array([used[m] for m in year]) / days
        best, chosen = 0.0, None
        cools: list[int | None] = [None, *(COOLING if carrier == "electricity" else ())]
        for heating, cooling in product([None, *HEATING], cools):
            both = heating is not None and cooling is not None
            if (heating is None and cooling is None) or (both and heating > cooling):  # type: ignore[operator]
                continue
            degrees = np.array([self._degrees(m, heating, cooling) for m in year])
            if (degrees.sum(axis=0) < LEAST).any():
                continue
            columns = np.column_stack([np.ones(12), degrees / days[:, None]])
            root = np.sqrt(days)
            beta = np.linalg.lstsq(columns * root[:, None], usage * root, rcond=None)[0]
            left = (usage - columns @ beta) * root
            about = (usage - np.average(usage, weights=days)) * root
            adjusted = 1 - (left @ left) / (about @ about) * 11 / (12 - columns.shape[1])
            if beta.min() >= 0 and adjusted > best + 1e-12:
                spread = np.sqrt(
                    (((usage - columns @ beta) * days) ** 2).sum() / (13 - columns.shape[1])
                )
                best, chosen = adjusted, (heating, cooling, [*beta[1:]], spread)
        if chosen is None or chosen[3] / np.mean(usage * days) > GOOD:
            return None
        return chosen[:3]
