"""Civil time to instants, across the two nights on which clocks change.

Belongs here: zones, gaps and folds, midnights. Does not belong here: what a file's policy makes of them
(`interval_table`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from pipelines.connectors.parsers.moments import DAY_US, US

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - civil time
CLEAR, GAP, FOLD = 0, 1, 2


def _offset_us(civil: datetime, zone: ZoneInfo, fold: int) -> int:
    offset = civil.replace(tzinfo=zone, fold=fold).utcoffset()
    assert offset is not None  # noqa: S101 - a ZoneInfo always knows
    return offset // timedelta(microseconds=1)


@lru_cache(maxsize=65_536)
def midnight(day: int, zone: ZoneInfo) -> int:
    """The instant a civil day begins, microseconds since 1970 UTC; `day` counts from 1970-01-01."""
    civil = _EPOCH + timedelta(days=day)
    return day * DAY_US - _offset_us(civil, zone, 0)


def midnights(days: np.ndarray, zone: ZoneInfo) -> np.ndarray:
    """The instants at which civil days begin."""
    distinct, back = np.unique(days, return_inverse=True)
    return np.array([midnight(int(day), zone) for day in distinct], dtype=np.int64)[back]


def instants(civil: np.ndarray, zone: ZoneInfo) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both readings of civil times and which kind each is.

    Returns:
        The instant by the first and by the second reading (equal where CLEAR), and CLEAR, GAP (the clock skipped it)
        or FOLD (the clock showed it twice).
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
    hours, back = np.unique(instant // (900 * US), return_inverse=True)
    utc = ZoneInfo("UTC")
    shift = []
    for quarter in hours.tolist():
        moment = (_EPOCH + timedelta(seconds=900 * quarter)).replace(tzinfo=utc).astimezone(zone)
        offset = moment.utcoffset() or timedelta()
        shift.append(offset // timedelta(microseconds=1))
    return instant + np.array(shift, dtype=np.int64)[back]


def months_of(civil: np.ndarray) -> list[str]:
    """The civil month of each civil time, YYYY-MM."""
    months = np.array(civil, dtype="datetime64[us]").astype("datetime64[M]")
    return [str(month) for month in months]


def month_start(day: int, plus: int = 0) -> int:
    """The first day of the month that holds a day, some months on; days since 1970."""
    held = date.fromordinal(day + 719_163)
    months = held.year * 12 + held.month - 1 + plus
    return date(months // 12, months % 12 + 1, 1).toordinal() - 719_163
