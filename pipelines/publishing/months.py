"""Local civil months, written 'YYYY-MM'."""

from __future__ import annotations

from datetime import date
from functools import cache


@cache
def shifted(month: str, by: int) -> str:
    """The month `by` months later (earlier where negative)."""
    count = int(month[:4]) * 12 + int(month[5:7]) - 1 + by
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def months_back(month: str, count: int) -> tuple[str, ...]:
    """`count` months that end with this one, oldest first."""
    return tuple(shifted(month, -back) for back in range(count - 1, -1, -1))


def first_day(month: str) -> date:
    """The month's first day."""
    return date(int(month[:4]), int(month[5:7]), 1)


def published_on(month: str) -> date:
    """The tenth day of the month after: when the edition of a month is due."""
    return first_day(shifted(month, 1)).replace(day=10)
