"""What a kWh of the grid emitted in each hour, as a grid operator might publish it. Invented, like everything else.

Belongs here: the layout and the hours of a month. Does not belong here: hours that never arrive (`dirt.py`).
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from sample.dirt import GRID_DOWN
from sample.files import csv_bytes
from sample.months import quarter_hours
from sample.noise import stream

HEADER = ("place", "variable", "interval_start", "interval_end", "quantity", "unit")
ZONE, VARIABLE, UNIT = "ZONA-DEMO", "grid_factor_consumption", "gCO2e/kWh"
_HOUR = dt.timedelta(hours=1)


def factors(month: str) -> bytes:
    """A month of the zone: low at noon when the sun is high, high in the evening."""
    utc, local = quarter_hours(month)
    noise = stream("grid", month).normal(0, 9, len(utc) // 4)
    rows = [
        (ZONE, VARIABLE, start.isoformat(), (start + _HOUR).isoformat(), _grams(wall, drawn), UNIT)
        for start, wall, drawn in zip(utc[::4], local[::4], noise, strict=True)
        if wall.date() not in GRID_DOWN
    ]
    return csv_bytes(HEADER, rows, delimiter=",")


def _grams(wall: dt.datetime, drawn: float) -> float:
    hour = wall.hour + 0.5
    summer = 0.5 - 0.5 * np.cos(2 * np.pi * (wall.timetuple().tm_yday + 10) / 365)
    sun = max(0.0, np.cos((hour - 13) / 6 * np.pi / 2)) if 7 <= hour <= 19 else 0.0
    evening = np.exp(-(((hour - 20) / 2.5) ** 2))
    return round(float(268 - 60 * summer - (70 + 80 * summer) * sun + 65 * evening + drawn), 1)
