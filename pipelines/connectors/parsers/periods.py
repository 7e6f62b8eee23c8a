"""Periods of statistics, like 2024-Q1, as the days between which they lie.

Belongs here: the forms that SDMX allows. Does not belong here: calendars of files (`moments`).
"""

from __future__ import annotations

import re
from datetime import date, timedelta

_PERIOD = re.compile(
    r"(?P<year>\d{4})(?:-?(?P<kind>[AQSTMW])(?P<number>\d{1,3})|-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?\Z"
)
_MONTHS = {"A": 12, "S": 6, "T": 4, "Q": 3, "M": 1}


def bounds(text: str) -> tuple[date, date] | None:
    """The first day of a period and the first day after it; None where the text is no period.

    Accepted are 2024, 2024-A1, 2024-S2, 2024-T3, 2024-Q4, 2024-M07, 2024-07, 2024-W53 (ISO weeks)
    and 2024-07-31.
    """
    found = _PERIOD.match(text.strip().upper())
    if found is None:
        return None
    year = int(found["year"])
    try:
        if found["day"]:
            first = date(year, int(found["month"]), int(found["day"]))
            return first, first + timedelta(days=1)
        if found["kind"] == "W":
            first = date.fromisocalendar(year, int(found["number"]), 1)
            return first, first + timedelta(days=7)
        kind = found["kind"] or ("M" if found["month"] else "A")
        length = _MONTHS[kind]
        place = (int(found["number"] or found["month"] or 1) - 1) * length
        if not 0 <= place < 12:
            return None
        after = year * 12 + place + length
        return date(year, place + 1, 1), date(after // 12, after % 12 + 1, 1)
    except ValueError:
        return None


def first_day(text: str) -> str:
    """The first day of a period, ISO; a text that is none as it stands."""
    found = bounds(text)
    return found[0].isoformat() if found else text


def day_after(text: str) -> str:
    """The first day after a period, ISO; a text that is none as it stands."""
    found = bounds(text)
    return found[1].isoformat() if found else text
