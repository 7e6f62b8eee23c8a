"""Half of the 90 % interval of what a fitted line says of months it has not seen, by matrices in NumPy.

Belongs here: the prediction interval told in `docs/baselines.md`. Does not belong here: the line
(`recomputed_weather.py`).
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from tests.end_to_end.raw_files import month_start
from tests.end_to_end.recomputed_weather import Model, Weather


def half_interval(
    weather: Weather, model: Model, before: dict[str, float], asked: list[str]
) -> float:
    """What the months before the works leave open about the sum of the months asked for.

    Args:
        weather: Degree days.
        model: The line and its balance points.
        before: Use of each of the months that it was fitted on.
        asked: Months whose sum is predicted.
    """

    def seen(month: str) -> list[float]:
        days = float((month_start(month, 1) - month_start(month)).days)
        return [days, *weather._degrees(month, model.heating, model.cooling)]

    columns, usage = np.array([seen(month) for month in before]), np.array(list(before.values()))
    days = columns[:, 0]
    missed = (usage - columns @ np.array([model.base, *model.slopes])) / days
    known = np.linalg.inv((columns / days[:, None]).T @ columns)
    free = len(before) - columns.shape[1]
    scatter = float((missed**2 * days).sum()) / free
    total = np.array([seen(month) for month in asked]).sum(axis=0)
    alike = float(np.corrcoef(missed[1:], missed[:-1])[0, 1])
    widened = max(1.0, (1 + alike) / (1 - alike))
    return float(
        stats.t.ppf(0.95, free) * np.sqrt(widened * scatter * (total[0] + total @ known @ total))
    )
