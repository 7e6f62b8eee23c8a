"""What the weather moves of a point's month, worked out again from raw weather by least squares in NumPy.

Belongs here: one point's model of its first year, every balance point tried, after `docs/baselines.md`. Does not belong
here: what is made of it (`recomputed_coverage.py`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from itertools import product

import numpy as np

from tests.end_to_end.raw_files import month_start
from tests.end_to_end.recomputed import Recomputed

HEATING, COOLING = range(8, 23), range(14, 29)
LEAST = 11.111
GOOD = 0.25


@dataclass(frozen=True)
class Model:
    """What a point uses a day, and per degree day of its balance points; `spread` is its CV(RMSE)."""

    heating: int | None
    cooling: int | None
    base: float
    slopes: list[float]
    spread: float


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
        model = self.fitted(used, carrier)
        before = f"{int(month[:4]) - 1}{month[4:]}"
        if model is None or model.spread > GOOD:
            return 0.0
        if month not in self.months or before not in self.months:
            return 0.0
        return self.weighed(model, month) - self.weighed(model, before)

    def weighed(self, model: Model, month: str) -> float:
        """kWh that a month's degree days are worth."""
        degrees = self._degrees(month, model.heating, model.cooling)
        return float(sum(slope * each for slope, each in zip(model.slopes, degrees, strict=True)))

    def normal(self, month: str) -> str:
        """The same calendar month of the first year there is."""
        return min(each for each in self.months if each[4:] == month[4:])

    def _degrees(self, month: str, heating: int | None, cooling: int | None) -> list[float]:
        found, warm = [], self.months[month]
        if heating is not None:
            found.append(float(np.maximum(heating - warm, 0).sum()))
        if cooling is not None:
            found.append(float(np.maximum(warm - cooling, 0).sum()))
        return found

    def fitted(self, used: dict[str, float], carrier: str) -> Model | None:
        """The model of a point's first twelve months, whose use is told in kWh."""
        year = list(used)[:12]
        if len(year) < 12 or any(month not in self.months for month in year):
            return None
        days = np.array([float((month_start(m, 1) - month_start(m)).days) for m in year])
        usage = np.array([used[m] for m in year]) / days
        root, level = np.sqrt(days), float(np.mean(usage * days))
        plain = float(np.average(usage, weights=days))
        about = (usage - plain) * root
        left = ((usage - plain) * days) ** 2
        best, chosen = 0.0, Model(None, None, plain, [], float(np.sqrt(left.sum() / 12)) / level)
        cools: list[int | None] = [None, *(COOLING if carrier == "electricity" else ())]
        for heating, cooling in product([None, *HEATING], cools):
            both = heating is not None and cooling is not None
            if (heating is None and cooling is None) or (both and heating > cooling):  # type: ignore[operator]
                continue
            degrees = np.array([self._degrees(m, heating, cooling) for m in year])
            if (degrees.sum(axis=0) < LEAST).any():
                continue
            columns = np.column_stack([np.ones(12), degrees / days[:, None]])
            beta = np.linalg.lstsq(columns * root[:, None], usage * root, rcond=None)[0]
            missed = usage - columns @ beta
            adjusted = 1 - ((missed * root) @ (missed * root)) / (about @ about) * 11 / (
                12 - columns.shape[1]
            )
            if beta.min() >= 0 and adjusted > best + 1e-12:
                spread = np.sqrt(((missed * days) ** 2).sum() / (13 - columns.shape[1]))
                best = adjusted
                chosen = Model(
                    heating, cooling, float(beta[0]), [*map(float, beta[1:])], spread / level
                )
        return chosen
