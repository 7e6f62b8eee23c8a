"""The pace of monthly emissions and the chance of arriving, worked out again for months that never were.

Belongs here: the arithmetic of `int_trend_fits` and `int_emission_forecasts` on given months, so that a change of pace
can be split by what moved the months. Does not belong here: published paces; those are the warehouse's, and what is
worked out here counts only where it gives them back (`pace_causes.py`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

MOST_MONTHS = 60
"""dbt's `pace_most_months`."""
_TAIL = (0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429)


@dataclass(frozen=True)
class Pace:
    """A line through months with a mean for each calendar month.

    Attributes:
        slope: tCO2e per month and month.
        seasons: Per calendar month: how many, mean position, mean tCO2e.
        spread: Sum of squares of positions about their means.
        variance: Of what line and seasons leave, inflated for autocorrelation; None without degrees of freedom.
        degrees: Independent degrees of freedom.
    """

    slope: float
    seasons: Mapping[int, tuple[int, float, float]]
    spread: float
    variance: float | None
    degrees: float

    @property
    def of_year(self) -> float:
        """By how much a year's emissions change in a year, tCO2e."""
        return 144 * self.slope


def pace(months: Mapping[int, float], told: int) -> Pace | None:
    """The pace at a month, of the months up to it.

    Args:
        months: tCO2e by index of month (year times twelve plus month).
        told: Index of the month that it is told of.
    """
    seen = {i - told: t for i, t in sorted(months.items()) if told - MOST_MONTHS < i <= told}
    alike: dict[int, list[int]] = defaultdict(list)
    for at in seen:
        alike[(at + told - 1) % 12 + 1].append(at)
    seasons = {
        month: (len(ats), math.fsum(ats) / len(ats), math.fsum(seen[a] for a in ats) / len(ats))
        for month, ats in alike.items()
    }
    off = {
        at: (at - mean_at, seen[at] - mean)
        for month, ats in alike.items()
        for at in ats
        for _, mean_at, mean in (seasons[month],)
    }
    spread = math.fsum(p * p for p, _ in off.values())
    if not spread:
        return None
    slope = math.fsum(p * t for p, t in off.values()) / spread
    left = {at: t - slope * p for at, (p, t) in sorted(off.items())}
    squares = math.fsum(r * r for r in left.values())
    lagged = math.fsum(left[a] * left[b] for a, b in pairwise(left) if b == a + 1)
    count, degrees = len(left), len(left) - len(seasons) - 1
    alike_ness = (count * lagged / squares + 1) / (count - 4) if squares > 0 and count > 4 else 0.0
    kept = max(0.0, min(0.9, alike_ness))
    inflation = (1 + kept) / (1 - kept)
    variance = squares / degrees * inflation if degrees > 0 else None
    return Pace(slope, seasons, spread, variance, degrees / inflation)


def chance(months: Mapping[int, float], told: int, target: float, year: int) -> float | None:
    """Share of chances that a year ends at or below its target if the pace goes on; None where nothing says so.

    Args:
        months: tCO2e by index of month.
        told: Index of the month that it is told of.
        target: tCO2e of the target year.
        year: The target year.
    """
    line, horizon = pace(months, told), year * 12 + 12 - told
    if line is None or line.variance is None or horizon <= 0:
        return None
    ahead = range(max(1, horizon - 11), horizon + 1)
    terms = [(a, line.seasons.get((told + a - 1) % 12 + 1)) for a in ahead]
    if any(season is None for _, season in terms):
        return None
    known = [(a, season) for a, season in terms if season is not None]
    foreseen = math.fsum(mean + line.slope * (a - mean_at) for a, (_, mean_at, mean) in known)
    own = len(known) + math.fsum(1 / count for _, (count, _, _) in known)
    reach = math.fsum(a - mean_at for a, (_, mean_at, _) in known)
    before = math.fsum(t for i, t in months.items() if told + horizon - 11 <= i <= told)
    forecast = foreseen + before
    deviation = math.sqrt(line.variance * (own + reach * reach / line.spread))
    if not deviation:
        return float(forecast <= target)
    return _below(_normal((target - forecast) / deviation, line.degrees))


def _normal(t: float, degrees: float) -> float:
    """The normal deviate that is as far out as Student's t (Wallace 1959)."""
    far = math.sqrt(degrees * math.log(1 + t * t / degrees))
    return math.copysign((8 * degrees + 1) / (8 * degrees + 3) * far, t)


def _below(z: float) -> float:
    """Share of a normal law below z (Abramowitz & Stegun 26.2.17)."""
    u = 1 / (1 + 0.2316419 * abs(z))
    tail = 0.0
    for term in reversed(_TAIL):
        tail = u * (term + tail)
    tail *= 0.3989422804014327 * math.exp(-0.5 * z * z)
    return 1 - tail if z >= 0 else tail
