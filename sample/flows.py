"""Gas, water and heat: whole units per day (Smc, m3, kWh), and what cumulative meters showed.

Belongs here: true volumes and true registers. Does not belong here: estimates and mistakes
(`dirt.py`), files.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sample.activity import work_of_day
from sample.city import DISTRICTS
from sample.load import drift, imported
from sample.months import FIRST, days, first_day, shift
from sample.noise import stream
from sample.weather import weather


@dataclass(frozen=True)
class Exchange:
    """A meter replaced during a day: both were read, one after the other."""

    on: dt.date
    new_serial: str


EXCHANGES = {"00999100000005": Exchange(dt.date(2025, 11, 12), "G700311")}


@cache
def by_day(city: str, point_id: str, month: str) -> NDArray[np.int64]:
    """What flowed each day of a month, in whole Smc, m3 or kWh."""
    point = DISTRICTS[city].one(point_id)
    profile, found = point.daily, weather(city, month)
    if profile is None or not point.runs(month):
        return np.zeros(len(found.days), dtype=np.int64)
    level, share = work_of_day(city, month, 0.4, 0.0, profile.follows_output)
    degree_days = np.where(found.mean_c <= 15, 18 - found.mean_c, 0)
    heats = np.array([day.month in (10, 11, 12, 1, 2, 3, 4) for day in found.days])
    hot = np.maximum(found.mean_c - 21, 0)
    chance = stream("daily", point_id, month).normal(1, 0.035, len(share))
    total = (
        profile.base
        + profile.work * level * share
        + profile.per_hdd * degree_days * heats
        + profile.per_degree_hot * hot
    )
    return np.asarray(np.rint(np.maximum(total * chance * drift(point, month), 0)), dtype=np.int64)


@cache
def total_before(city: str, point_id: str, month: str) -> int:
    """Everything that flowed from the first month of the sample to the start of a month."""
    if month <= FIRST:
        return 0
    before = shift(month, -1)
    return total_before(city, point_id, before) + int(by_day(city, point_id, before).sum())


def total_at(city: str, point_id: str, day: dt.date) -> int:
    """Everything that flowed from the first month of the sample to the start of a day."""
    month = f"{day:%Y-%m}"
    return total_before(city, point_id, month) + int(
        by_day(city, point_id, month)[: day.day - 1].sum()
    )


def opening(point_id: str) -> int:
    """What the meter showed when the sample began."""
    return int(stream("opening", point_id).integers(12_000, 480_000))


def registers(city: str, point_id: str, day: dt.date) -> list[tuple[str, int, str]]:
    """What was read at the start of a day: serial, reading, event.

    Two readings on the day of an exchange.
    """
    serial, total = DISTRICTS[city].one(point_id).serial, total_at(city, point_id, day)
    exchange = EXCHANGES.get(point_id)
    if exchange is None or day < exchange.on:
        return [(serial, opening(point_id) + total, "periodic")]
    removed = total_at(city, point_id, exchange.on)
    if day == exchange.on:
        return [
            (serial, opening(point_id) + removed, "exchange_out"),
            (exchange.new_serial, 0, "exchange_in"),
        ]
    return [(exchange.new_serial, total - removed, "periodic")]


def reading_days(month: str) -> list[dt.date]:
    """Days in a daily-read meter's file: the second to the first of the next, so that months meet.

    The very first file also holds the opening reading.
    """
    inside = days(month) if month == FIRST else days(month)[1:]
    return [*inside, first_day(shift(month, 1))]


def recycled_m3(city: str, month: str) -> int:
    """Recycled water delivered in a month."""
    recycled = [p for p in DISTRICTS[city].of("water") if p.water_source == "recycled"]
    return sum(int(by_day(city, point.id, month).sum()) for point in recycled)


def plant_facts(city: str, month: str) -> dict[str, int]:
    """What the public water plant reports of a month, by driver.

    Empty where a district has none.
    """
    if city != "prato":
        return {}
    kwh = int(imported(city, "IT001E99100006", month).sum()) // 1000
    return {"water_treated_m3": round(recycled_m3(city, month) * 1.9), "water_cycle_kwh": kwh}
