"""Weather of four invented stations: daily temperatures, rain, irradiation.

Belongs here: climate, its weather and the archive's JSON. Does not belong here: what buildings or
roofs do with it.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sample.months import LAST, clock, days, months, shift
from sample.noise import stream

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Climate:
    """One station.

    Place, yearly mean and half range of the daily mean temperature (C), rainy share of days.
    """

    latitude: float
    longitude: float
    elevation: float
    mean_c: float
    swing_c: float
    rainy: float


CLIMATES = {
    "prato": Climate(43.88, 11.10, 61.0, 15.4, 9.5, 0.27),
    "bergamo": Climate(45.69, 9.67, 237.0, 13.7, 10.6, 0.30),
    "parma": Climate(44.83, 10.33, 57.0, 14.2, 11.4, 0.26),
    "roma": Climate(41.91, 12.55, 34.0, 16.3, 8.8, 0.22),
}

# A winter milder than the one before, and one hot June: what the weather adjustment has to explain.
ANOMALIES = {
    "2024-12": -0.5,
    "2025-01": -0.4,
    "2025-02": -0.3,
    "2025-06": 1.6,
    "2025-12": 1.7,
    "2026-01": 2.0,
    "2026-02": 1.6,
}


@dataclass(frozen=True)
class Weather:
    """Daily values of one month at one station, rounded as the archive prints them."""

    days: tuple[dt.date, ...]
    mean_c: Floats
    min_c: Floats
    max_c: Floats
    rain_mm: Floats
    sun_mj_m2: Floats


def weather(city: str, month: str) -> Weather:
    """The weather of one month."""
    return _all_months(city)[month]


@cache
def _all_months(city: str) -> dict[str, Weather]:
    climate, random = CLIMATES[city], stream("weather", city)
    departure = 0.0
    found = {}
    for month in months("2024-04", shift(LAST, 1)):  # readings close a month on the next one
        dates = tuple(days(month))
        mean, low, high, rain, sun = (np.zeros(len(dates)) for _ in range(5))
        for n, day in enumerate(dates):
            year_day = day.timetuple().tm_yday
            departure = 0.74 * departure + 1.45 * random.standard_normal()
            wet = random.random() < climate.rainy * (
                0.55 if month[5:] in ("06", "07", "08") else 1.1
            )
            clearness = random.uniform(0.18, 0.45) if wet else random.uniform(0.48, 0.74)
            range_c = (5.0 if wet else 9.0) + random.uniform(0, 3)
            season = climate.swing_c * np.cos(2 * np.pi * (year_day - 202) / 365.25)
            mean[n] = (
                climate.mean_c
                + season
                + departure
                + ANOMALIES.get(month, 0.0)
                - (0.8 if wet else 0)
            )
            low[n], high[n] = mean[n] - range_c / 2, mean[n] + range_c / 2
            rain[n] = random.exponential(8.5) + 0.2 if wet else 0.0
            sun[n] = clearness * extraterrestrial_mj_m2(climate.latitude, year_day)
        found[month] = Weather(
            dates, mean.round(1), low.round(1), high.round(1), rain.round(1), sun.round(2)
        )
    return found


def declination(year_day: int) -> float:
    """Solar declination in radians."""
    return float(np.radians(23.45) * np.sin(2 * np.pi * (284 + year_day) / 365))


def extraterrestrial_mj_m2(latitude: float, year_day: int) -> float:
    """Daily irradiation on a horizontal plane above the atmosphere."""
    phi, delta = np.radians(latitude), declination(year_day)
    sunset = np.arccos(np.clip(-np.tan(phi) * np.tan(delta), -1, 1))
    distance = 1 + 0.033 * np.cos(2 * np.pi * year_day / 365)
    angle = sunset * np.sin(phi) * np.sin(delta) + np.cos(phi) * np.cos(delta) * np.sin(sunset)
    return float(24 * 3600 / np.pi * 1367e-6 * distance * angle)


def sun_height(city: str, day: dt.date, utc_hour: Floats) -> Floats:
    """Sine of the sun's elevation, 0 at night."""
    climate, delta = CLIMATES[city], declination(day.timetuple().tm_yday)
    phi = np.radians(climate.latitude)
    angle = np.pi / 12 * (utc_hour + climate.longitude / 15 - 12)
    height = np.sin(phi) * np.sin(delta) + np.cos(phi) * np.cos(delta) * np.cos(angle)
    return np.asarray(np.maximum(height, 0.0), dtype=np.float64)


def archive_json(city: str, month: str) -> bytes:
    """One month as Open-Meteo's archive answers it."""
    place, found = CLIMATES[city], weather(city, month)
    summer = clock(month).month in range(5, 11)
    answer = {
        "latitude": place.latitude,
        "longitude": place.longitude,
        "generationtime_ms": 1.25,
        "utc_offset_seconds": 7200 if summer else 3600,
        "timezone": "Europe/Rome",
        "timezone_abbreviation": "GMT+2" if summer else "GMT+1",
        "elevation": place.elevation,
        "daily_units": {
            "time": "iso8601",
            "temperature_2m_mean": "°C",
            "temperature_2m_min": "°C",
            "temperature_2m_max": "°C",
            "precipitation_sum": "mm",
            "shortwave_radiation_sum": "MJ/m²",
        },
        "daily": {
            "time": [day.isoformat() for day in found.days],
            "temperature_2m_mean": found.mean_c.tolist(),
            "temperature_2m_min": found.min_c.tolist(),
            "temperature_2m_max": found.max_c.tolist(),
            "precipitation_sum": found.rain_mm.tolist(),
            "shortwave_radiation_sum": found.sun_mj_m2.tolist(),
        },
    }
    return json.dumps(answer, ensure_ascii=False).encode()
