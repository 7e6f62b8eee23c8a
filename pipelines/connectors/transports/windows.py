"""Which stretches of time are to be asked for today; the manifest is the only memory.

Belongs here: cutting time into windows, and which of them are closed. Does not belong here: what is
asked within one (`questions`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from pipelines.catalogue.service import Window
from pipelines.landing.manifest import Attempt

_ONE = timedelta(days=1)
_NAMED = re.compile(r"@(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$")


@dataclass(frozen=True)
class Days:
    """A stretch of days, both included."""

    start: date
    end: date

    def named(self, name: str) -> str:
        """The name under which the answer for these days is landed."""
        return f"{name}@{self.start}..{self.end}"

    def words(self, today: date) -> dict[str, date]:
        """What `{start}` and the others stand for."""
        return {"start": self.start, "end": self.end, "after": self.end + _ONE, "today": today}


def days_of(name: str) -> Days | None:
    """The days a landed answer is named after."""
    found = _NAMED.search(name)
    return Days(date.fromisoformat(found[1]), date.fromisoformat(found[2])) if found else None


def windows(window: Window, today: date) -> Iterator[Days]:
    """All windows up to today, oldest first; the last one may be cut off."""
    last = today - timedelta(days=window.lag_days)
    start = window.begin or last - timedelta(days=(window.history_days or 1) - 1)
    if window.begin is None and window.step != "days":
        start = start.replace(day=1) if window.step == "month" else start.replace(month=1, day=1)
    if window.begin is None and window.days is not None:
        # A grid that does not move with today, or every day would ask for other windows.
        start = date.fromordinal(start.toordinal() - start.toordinal() % window.days)
    while start <= last:
        end = _end(window, start)
        yield Days(start, min(end, last))
        start = end + _ONE


def due(
    window: Window,
    today: date,
    named: Callable[[Days], str],
    history: Sequence[Attempt],
    zone: ZoneInfo,
) -> list[Days]:
    """The windows that are to be asked for: all but those that were landed whole, or found empty,
    when their lookback had passed.

    Args:
        window: How time is cut.
        today: The local day of this collection.
        named: The name under which the answer for some days is landed.
        history: Earlier attempts at the same question.
        zone: The district's civil calendar.
    """
    known: dict[str, date] = {}
    for attempt in history:
        if attempt.sha256 is not None or attempt.outcome in ("empty", "not_modified"):
            known[attempt.remote_name] = min(attempt.at.astimezone(zone).date(), today)
    lookback = timedelta(days=window.lookback_days)
    return [
        days
        for days in windows(window, today)
        if (asked := known.get(named(days))) is None or asked <= days.end + lookback
    ]


def _end(window: Window, start: date) -> date:
    if window.days is not None:
        return start + timedelta(days=window.days - 1)
    if window.step == "year":
        return date(start.year, 12, 31)
    following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    return following - _ONE
