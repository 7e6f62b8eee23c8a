"""The sample's calendar: rounds, local months counted in UTC quarter hours, days people work.

Belongs here: time. Does not belong here: anything that flows or costs.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

import holidays
import numpy as np
from numpy.typing import NDArray

ROME = ZoneInfo("Europe/Rome")
QUARTER = dt.timedelta(minutes=15)
FIRST, LAST = "2024-05", "2026-10"


def shift(month: str, by: int) -> str:
    """The month so many months later."""
    year, number = int(month[:4]), int(month[5:]) - 1 + by
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def months(first: str = FIRST, last: str = LAST) -> list[str]:
    """Every month from the first to the last, both included."""
    found = [first]
    while found[-1] < last:
        found.append(shift(found[-1], 1))
    return found


def since_start(month: str) -> int:
    """How many months the sample has run."""
    return (int(month[:4]) - int(FIRST[:4])) * 12 + int(month[5:]) - int(FIRST[5:])


def clock(month: str) -> dt.datetime:
    """When the delivery round after a month is collected: the 10th of the next one, 08:00 UTC."""
    return dt.datetime.fromisoformat(f"{shift(month, 1)}-10T08:00:00+00:00")


def first_day(month: str) -> dt.date:
    """The first day of a month."""
    return dt.date.fromisoformat(f"{month}-01")


def days(month: str) -> list[dt.date]:
    """The days of a month."""
    start, end = first_day(month), first_day(shift(month, 1))
    return [start + dt.timedelta(days=n) for n in range((end - start).days)]


def sent_on(month: str) -> dt.date:
    """The day offices send what they keep of a month: the 5th of the next one."""
    return first_day(shift(month, 1)).replace(day=5)


def in_quarter_end(month: str) -> bool:
    """Whether a calendar quarter ends with the month."""
    return month[5:] in ("03", "06", "09", "12")


@cache
def quarter_hours(month: str) -> tuple[tuple[dt.datetime, ...], tuple[dt.datetime, ...]]:
    """Starts of the quarter hours of a local month, in UTC and in local time.

    Counted in UTC: the October day has 100 and the March day 92.
    """
    start = _midnight(first_day(month))
    count = int((_midnight(first_day(shift(month, 1))) - start) / QUARTER)
    utc = tuple(start + n * QUARTER for n in range(count))
    return utc, tuple(moment.astimezone(ROME) for moment in utc)


@cache
def clock_hours(month: str) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Local hour of the day (0.125 … 23.875, mid quarter) and day of the month (0-based)."""
    local = quarter_hours(month)[1]
    hour = np.array([moment.hour + moment.minute / 60 + 0.125 for moment in local])
    return hour, np.array([moment.day - 1 for moment in local], dtype=np.int64)


@cache
def utc_hours(month: str) -> NDArray[np.float64]:
    """UTC hour of the day at mid quarter, which the sun follows."""
    return np.array(
        [moment.hour + moment.minute / 60 + 0.125 for moment in quarter_hours(month)[0]]
    )


@cache
def is_holiday(day: dt.date) -> bool:
    """Whether a day is an Italian national holiday."""
    return day in holidays.country_holidays("IT", years=day.year)


def day_kind(day: dt.date) -> str:
    """`work`, `saturday` or `rest`."""
    if is_holiday(day) or day.weekday() == 6:
        return "rest"
    return "saturday" if day.weekday() == 5 else "work"


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=ROME).astimezone(dt.UTC)
