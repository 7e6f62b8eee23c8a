"""Civil time to instants, across the two nights on which clocks change.

Belongs here: zones, gaps and folds, midnights. Does not belong here: what a file's policy makes of
them (`interval_table`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from pipelines.connectors.parsers.moments import DAY_US

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - civil time
CLEAR, GAP, FOLD = 0, 1, 2
_FIRST_DAY, _LAST_DAY = -719_000, 2_932_000
"""Days that Python's calendar has with room on either side; beyond them no clock changes."""


def _offset_us(civil: datetime, zone: ZoneInfo, fold: int) -> int:
    offset = civil.replace(tzinfo=zone, fold=fold).utcoffset()
    assert offset is not None  # noqa: S101 - a ZoneInfo always knows
    return offset // timedelta(microseconds=1)


@lru_cache(maxsize=65_536)
def midnight(day: int, zone: ZoneInfo) -> int:
    """The instant a civil day begins, microseconds since 1970 UTC; `day` counts from 1970-01-01."""
    civil = _EPOCH + timedelta(days=min(max(day, _FIRST_DAY), _LAST_DAY))
    return day * DAY_US - _offset_us(civil, zone, 0)


def midnights(days: np.ndarray, zone: ZoneInfo) -> np.ndarray:
    """The instants at which civil days begin."""
    distinct, back = np.unique(days, return_inverse=True)
    return np.array([midnight(int(day), zone) for day in distinct], dtype=np.int64)[back]


def instants(civil: np.ndarray, zone: ZoneInfo) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both readings of civil times and which kind each is.

    Returns:
        The instant by the first and by the second reading (equal where CLEAR), and CLEAR, GAP (the
        clock skipped it) or FOLD (the clock showed it twice).
    """
    days = civil // DAY_US
    start, end = midnights(days, zone), midnights(days + 1, zone)
    first = start + (civil - days * DAY_US)
    second = first.copy()
    kinds = np.zeros(len(civil), dtype=np.int8)
    for at in np.flatnonzero(end - start != DAY_US):
        moment = _EPOCH + timedelta(microseconds=int(civil[at]))
        early, late = _offset_us(moment, zone, 0), _offset_us(moment, zone, 1)
        first[at], second[at] = civil[at] - early, civil[at] - late
        kinds[at] = FOLD if early > late else GAP if early < late else CLEAR
    return first, second, kinds


def civil_of(instant: np.ndarray, zone: ZoneInfo) -> np.ndarray:
    """Civil microseconds that the clock shows at instants."""
    days, back = np.unique(instant // DAY_US, return_inverse=True)
    at_start = np.array([_shown(int(day) * DAY_US, zone) for day in days], dtype=np.int64)
    at_end = np.array([_shown(int(day + 1) * DAY_US, zone) for day in days], dtype=np.int64)
    shift = at_start[back]
    for at in np.flatnonzero((at_start != at_end)[back]):
        shift[at] = _shown(int(instant[at]), zone)
    return instant + shift


@lru_cache(maxsize=65_536)
def _shown(instant: int, zone: ZoneInfo) -> int:
    within = min(max(instant, _FIRST_DAY * DAY_US), _LAST_DAY * DAY_US)
    moment = (_EPOCH + timedelta(microseconds=within)).replace(tzinfo=UTC).astimezone(zone)
    return (moment.utcoffset() or timedelta()) // timedelta(microseconds=1)


def month_of(civil: int) -> str:
    """The civil month of a civil time, YYYY-MM."""
    return str(np.datetime64(int(civil), "us").astype("datetime64[M]"))


def month_start(day: int, plus: int = 0) -> int:
    """The first day of the month that holds a day, some months on; days since 1970."""
    held = date.fromordinal(day + 719_163)
    months = held.year * 12 + held.month - 1 + plus
    return date(months // 12, months % 12 + 1, 1).toordinal() - 719_163
