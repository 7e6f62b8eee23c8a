"""What goes wrong on the way: the changes made to values before they are written.

Belongs here: defects of values. Does not belong here: files that come late, twice or broken
(`mishaps.py`), and what the pipeline must say of each (`ledger.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sample.months import quarter_hours

Sent = list[int | None]

NEGATIVE = ("IT020E99200002", "2025-05", (700, 701, 702))
OUTAGE = ("IT012E99300001", "2026-06", (dt.date(2026, 6, 12), dt.date(2026, 6, 13)))
PHANTOM = ("IT020E99200001", "2026-03", 4100)
UNDERREAD = ("IT012E99300002", "2025-09")
MISTYPED_BILL = ("IT020E99200009", "2026-08", 9_000)
"""A bill into which the office typed a 1 too many in front: point, month, kWh too much."""
GRID_DOWN = (dt.date(2026, 3, 14), dt.date(2026, 3, 15))
"""Days for which the grid's operator published no factors."""


def as_sent(point_id: str, month: str, true: list[int]) -> Sent:
    """The quarter hours of a point and month as its distributor sends them."""
    change = _CHANGES.get((point_id, month))
    return change(month, list(true)) if change else list(true)


def underread(true: Sent) -> Sent:
    """A current transformer read with the wrong constant: everything 20 % low."""
    return [None if value is None else value * 4 // 5 for value in true]


def _negative(_: str, values: list[int]) -> Sent:
    return [-value - 1 if n in NEGATIVE[2] else value for n, value in enumerate(values)]


def _outage(month: str, values: list[int]) -> Sent:
    local = quarter_hours(month)[1]
    return [
        None if moment.date() in OUTAGE[2] else value
        for moment, value in zip(local, values, strict=True)
    ]


_CHANGES: dict[tuple[str, str], Callable[[str, list[int]], Sent]] = {
    NEGATIVE[:2]: _negative,
    OUTAGE[:2]: _outage,
}

# Readings that the company estimated: point, last true reading, last estimated day.
Estimate = tuple[str, dt.date, dt.date]
ESTIMATED_GAS: tuple[Estimate, ...] = (
    ("00999200000003", dt.date(2025, 12, 15), dt.date(2026, 1, 1)),
)
ESTIMATED_WATER: tuple[Estimate, ...] = (("PAR-U-002", dt.date(2025, 4, 30), dt.date(2025, 5, 31)),)


def estimated(estimates: tuple[Estimate, ...], point_id: str, day: dt.date) -> dt.date | None:
    """The day of the last true reading where a reading is an estimate, else nothing."""
    for code, since, until in estimates:
        if code == point_id and since < day <= until:
            return since
    return None
