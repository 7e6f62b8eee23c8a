"""Two values side by side: what the change between them is called.

Belongs here: percent, sameness in print, direction. Does not belong here: which values are compared.
"""

from __future__ import annotations

from decimal import Decimal

SAME = Decimal("0.05")
"""Percent below which two values are the same in print."""
MULTIPLIED = Decimal(200)
"""From this increase on, in percent, people say how many times as much it is."""


def percent_change(now: Decimal | None, then: Decimal | None) -> Decimal | None:
    """The change in percent; None where one of the two is not there or the first is zero."""
    return None if now is None or not then else (now - then) / abs(then) * 100


def whole(coverage: Decimal | None) -> bool:
    """Whether a coverage prints as all."""
    return coverage is not None and coverage >= Decimal("0.995")
