"""Electricity: what each site draws, makes and gives back, per quarter hour, in whole Wh.

Belongs here: true flows. Does not belong here: what a distributor's file says of them (`curves.py`,
`dirt.py`).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sample.activity import work_of_day
from sample.city import DISTRICTS, Point
from sample.months import clock_hours, days, since_start, utc_hours
from sample.noise import stream
from sample.weather import sun_height, weather

WattHours = NDArray[np.int64]


def drift(point: Point, month: str) -> float:
    """What efficiency has done by a month: a slow trend, and the point's measure once it runs."""
    since, reduction = point.measure
    years = since_start(month) / 12
    return float((1 + point.trend) ** years) * (1 - reduction if month >= since else 1.0)


@cache
def demand(city: str, point_id: str, month: str) -> WattHours:
    """What the site uses, whoever supplies it."""
    point = DISTRICTS[city].one(point_id)
    if point.electric is None or not point.runs(month):
        return np.zeros(len(clock_hours(month)[0]), dtype=np.int64)
    profile, found = point.electric, weather(city, month)
    hour, day = clock_hours(month)
    output, share = work_of_day(city, month, profile.saturday, profile.rest, profile.follows_output)
    random = stream("load", point_id, month)
    opens, closes = profile.hours
    ramp = np.clip(np.minimum(hour - opens, closes - hour) + 0.5, 0, 1)
    daily = random.normal(1, 0.025, len(share))
    kw = profile.base + profile.work * ramp * (share * output * daily)[day]
    swing = ((found.max_c - found.min_c) / 2)[day] * np.cos(2 * np.pi * (hour - 15) / 24)
    outside = found.mean_c[day] + swing
    occupied = 0.25 + 0.75 * ramp * (share[day] > 0.05)
    kw = kw + profile.per_degree_hot * np.maximum(outside - 20, 0) * occupied
    kw = kw + profile.per_degree_cold * np.maximum(14 - outside, 0) * occupied
    if profile.night:
        kw = kw + profile.night * (_height(city, month) <= 0.02)
    kw = kw * drift(point, month) * random.normal(1, 0.03, len(kw))
    return np.asarray(np.rint(np.maximum(kw, 0.2) * 250), dtype=np.int64)


@cache
def production(city: str, point_id: str, month: str) -> WattHours:
    """What a roof makes."""
    point, found = DISTRICTS[city].one(point_id), weather(city, month)
    _, day = clock_hours(month)
    height = _height(city, month) ** 1.15
    of_day = np.bincount(day, weights=height, minlength=len(found.days))
    sun_kwh_m2 = found.sun_mj_m2 / 3.6 * 1.08  # a roof tilted a little southwards
    cloud = stream("sun", city, month).uniform(0.8, 1.2, len(height))
    kwh = (
        point.installed_kw * 0.80 * sun_kwh_m2[day] * height / np.maximum(of_day, 1e-9)[day] * cloud
    )
    limit = point.installed_kw * 250 * 0.95
    return np.asarray(np.rint(np.minimum(kwh * 1000, limit)), dtype=np.int64)


def generated_at(city: str, site: str, month: str) -> WattHours:
    """What all roofs of a site make."""
    roofs = [p for p in DISTRICTS[city].of("electricity", role="generation") if p.site == site]
    total = np.zeros(len(clock_hours(month)[0]), dtype=np.int64)
    for roof in roofs:
        total = total + production(city, roof.id, month)
    return total


def imported(city: str, point_id: str, month: str) -> WattHours:
    """What the site draws from the network: its demand less what its roofs cover at that moment."""
    point = DISTRICTS[city].one(point_id)
    drawn: WattHours = np.maximum(
        demand(city, point_id, month) - generated_at(city, point.site, month), 0
    )
    return drawn


def exported(city: str, point_id: str, month: str) -> WattHours:
    """What the site gives back."""
    point = DISTRICTS[city].one(point_id)
    given: WattHours = np.maximum(
        generated_at(city, point.site, month) - demand(city, point_id, month), 0
    )
    return given


@cache
def _height(city: str, month: str) -> NDArray[np.float64]:
    _, day = clock_hours(month)
    hours, dates = utc_hours(month), days(month)
    height = np.zeros(len(hours))
    for n, date in enumerate(dates):
        height[day == n] = sun_height(city, date, hours[day == n])
    return height
