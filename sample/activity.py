"""How much a district works: output by day, people, firms, areas, capacities.

Belongs here: drivers that energy and water are set against. Does not belong here: energy and water.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sample.city import DISTRICTS
from sample.months import day_kind, days, since_start
from sample.noise import stream

Floats = NDArray[np.float64]


@cache
def orders(city: str, month: str) -> float:
    """How full the order book is, 1 being normal: season, trade cycle, chance."""
    season = DISTRICTS[city].output_season
    if not season:
        return 1.0
    chance = float(stream("orders", city, month).uniform(-0.03, 0.03))
    cycle = 0.04 * float(np.sin(2 * np.pi * since_start(month) / 26))
    decline = float(0.988 ** (since_start(month) / 12))
    return season[int(month[5:]) - 1] * (1 + cycle + chance) * decline


def closed(city: str, day: dt.date) -> bool:
    """Whether industry rests: two weeks in August, Christmas to Epiphany."""
    if not DISTRICTS[city].output_season:
        return (day.month, day.day) in {(8, 14), (8, 16)} or (
            day.month == 12 and day.day in (24, 27, 31)
        )
    return (
        (day.month == 8 and 8 <= day.day <= 24)
        or (day.month == 12 and day.day >= 24)
        or (day.month == 1 and day.day <= 5)
    )


def work_of_day(
    city: str, month: str, saturday: float, rest: float, follows_output: bool
) -> tuple[Floats, Floats]:
    """For each day of a month: output against normal, and the share of a full working day."""
    shares = {"work": 1.0, "saturday": saturday, "rest": rest}
    share = np.array([shares[day_kind(day)] for day in days(month)])
    resting = np.array([closed(city, day) for day in days(month)])
    share = np.where(resting, share * (0.12 if follows_output else 0.6), share)
    level = np.full(len(share), orders(city, month) if follows_output else 1.0)
    return level, share


def output_kg(city: str, month: str) -> int:
    """What the district made in a month."""
    level, share = work_of_day(city, month, 0.4, 0.0, follows_output=True)
    a_day = DISTRICTS[city].output_kg / 23
    chance = float(stream("output", city, month).uniform(0.99, 1.01))
    return round(float((level * share).sum()) * a_day * chance)


def employees(city: str, year: int) -> int:
    """People at work, a yearly stock."""
    return {"prato": 1340, "parma": 1125, "bergamo": 410, "roma": 2260}[city] + (year - 2024) * {
        "bergamo": 95
    }.get(city, 12)


def active_firms(city: str, year: int) -> int:
    """Firms at work, a yearly stock."""
    return {"prato": 74, "parma": 88, "bergamo": 23, "roma": 131}[city] + (year - 2024) * {
        "bergamo": 6
    }.get(city, 1)


def yearly_facts(city: str, year: int) -> dict[str, int]:
    """Stocks and capacities of a year, by driver."""
    facts = {
        "employees": employees(city, year),
        "active_firms": active_firms(city, year),
        "registered_organisations": active_firms(city, year) // 2 + 14,
    }
    if city == "prato":
        facts["reuse_capacity_m3_per_year"] = 1_450_000
        facts["roof_area_m2"] = 46_000
    if city == "parma":
        facts["network_km"] = 188
    return facts


def network_balance(city: str, year: int) -> dict[str, int]:
    """What the operator of the water network put in and gave out in a year, by driver; empty where none tells."""
    if city != "parma":
        return {}
    put_in = 4_480_000 - (year - 2023) * 35_000
    return {
        "water_input_m3": put_in,
        "water_output_m3": round(put_in * (0.678 + 0.008 * (year - 2023))),
    }


def coefficients(city: str) -> dict[str, str]:
    """Shares of rain that roofs and filters let through, as the office writes them."""
    return {"runoff_coefficient": "0,85", "filter_efficiency": "0,9"} if city == "prato" else {}
