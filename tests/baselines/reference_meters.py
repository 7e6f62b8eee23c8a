"""Meters made for comparing our models with the CalTRACK reference: a year, a pause, and a year in which less is used.

Belongs here: what both sides read, made by rule and seed with nothing but the standard library, because the reference
runs in an environment of its own. Does not belong here: either side's calculation.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta

FIRST = date(2024, 3, 1)
DAYS = 800
REPORTING = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(4, 16)]
"""The months after the baseline that are predicted, May 2025 to April 2026; every meter then uses less."""
KEPT = 0.85


@dataclass(frozen=True)
class Period:
    """From a day up to another, that one left out; use is null where nothing was read."""

    start: str
    end: str
    usage: float | None


@dataclass(frozen=True)
class Meter:
    """One meter with the periods of its baseline and the months after it; `temperatures` are °F by day."""

    name: str
    fuel: str
    frequency: str
    periods: tuple[Period, ...]
    reporting: tuple[Period, ...]
    temperatures: dict[str, float]


def temperatures() -> dict[str, float]:
    """A continental year with weather that lasts some days, °F, whole degrees now and then."""
    chance = random.Random("temperatures")  # noqa: S311 - a sample, not a secret
    departure, found = 0.0, {}
    for number in range(DAYS):
        departure = 0.7 * departure + chance.gauss(0, 4)
        day = FIRST + timedelta(days=number)
        season = -27 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 20) / 365.25)
        value = 54 + season + departure
        found[day.isoformat()] = float(round(value)) if number % 7 == 0 else round(value, 2)
    return found


def meters() -> list[Meter]:
    """Every kind of model, daily and billing, even and uneven periods, with and without gaps."""
    warm = temperatures()
    plans: list[tuple[str, str, str, Callable[[float], float], float, list[int], set[int]]] = [
        ("office", "electricity", "daily", _line(40, (58, 1.3), (66, 2.1)), 6.0, [1], {40, 41, 200}),
        ("school", "gas", "daily", _line(3, (61, 0.9), None), 2.5, [1], set()),
        ("bakery", "electricity", "daily", _line(120, None, (70, 1.5)), 4.0, [1], {5}),
        ("laundry", "gas", "daily", _line(80, None, None), 3.0, [1], set()),
        ("shop", "electricity", "billing_monthly", _line(30, (55, 0.7), (68, 1.9)), 1.5, [31, 30, 29], {6}),
        ("homes", "gas", "billing_monthly", _line(2, (63, 1.1), None), 0.8, [28, 33, 30, 31], set()),
        ("cold_store", "electricity", "billing_monthly", _line(300, None, (60, 6)), 8.0, [30], {2}),
        ("club", "electricity", "billing_bimonthly", _line(15, (57, 0.5), (71, 0.8)), 0.6, [61, 60, 59], set()),
        ("church", "gas", "billing_bimonthly", _line(1, (59, 2.0), None), 0.5, [62, 58], set()),
        ("pump", "electricity", "billing_monthly", _line(55, None, None), 5.0, [30, 31], set()),
    ]  # fmt: skip
    return [
        _meter(name, fuel, frequency, use, spread, lengths, gaps, warm)
        for name, fuel, frequency, use, spread, lengths, gaps in plans
    ]


def _line(
    base: float, heating: tuple[float, float] | None, cooling: tuple[float, float] | None
) -> Callable[[float], float]:
    def use(temperature: float) -> float:
        cold = heating[1] * max(heating[0] - temperature, 0) if heating else 0
        hot = cooling[1] * max(temperature - cooling[0], 0) if cooling else 0
        return base + cold + hot

    return use


def _meter(
    name: str,
    fuel: str,
    frequency: str,
    use: Callable[[float], float],
    spread: float,
    lengths: list[int],
    gaps: set[int],
    warm: dict[str, float],
) -> Meter:
    chance, periods, start, number = random.Random(name), [], FIRST, 0  # noqa: S311 - a sample
    while start + timedelta(days=lengths[number % len(lengths)] // 2) < FIRST + timedelta(365):
        end = start + timedelta(days=lengths[number % len(lengths)])
        drawn = _drawn(start, end, use, spread, warm, chance)
        periods.append(Period(f"{start}", f"{end}", None if number in gaps else drawn))
        start, number = end, number + 1
    reporting = []
    for month in REPORTING:
        end = (month + timedelta(days=31)).replace(day=1)
        drawn = _drawn(month, end, use, spread, warm, chance)
        reporting.append(Period(f"{month}", f"{end}", round(KEPT * drawn, 3)))
    return Meter(name, fuel, frequency, tuple(periods), tuple(reporting), warm)


def _drawn(
    start: date,
    end: date,
    use: Callable[[float], float],
    spread: float,
    warm: dict[str, float],
    chance: random.Random,
) -> float:
    days = [start + timedelta(days=n) for n in range((end - start).days)]
    used = sum(use(warm[day.isoformat()]) for day in days)
    drawn = used + chance.gauss(0, spread) * math.sqrt(len(days)) * (len(days) ** 0.25)
    return round(max(drawn, 0.01), 3)


if __name__ == "__main__":
    json.dump([asdict(meter) for meter in meters()], sys.stdout)
