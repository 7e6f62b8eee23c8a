"""Shares of energy and water as they are told: in steps, so that no part of one gives the other part back.

Belongs here: the steps. Does not belong here: which shares are told in them (`protecting/told_shares.py`), how a
share is printed (`language.py`).

One firm whose bill alone is missing knows what is missing; from its share it would know the rest of the district, and
from that what others make and use themselves. So from one step to the next the rest of a known part is at least p %
apart: what counts is share : (1 − share), which is stretched most at both ends, where readers look closest.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from decimal import Decimal

_PER_MILLE = (
    *(1, 2, 5, 10, 20, 30, 50, 70, 100, 150, 200, 280, 350, 420, 500),
    *(580, 650, 720, 800, 850, 900, 930, 950, 970, 980, 990, 995, 998, 999),
)
"""Numbers that people use, among them the lines between grades; p = 25 % keeps all of them."""
_NOTHING, _ALL = Decimal(0), Decimal(1)


def steps(p_percent: Decimal) -> tuple[Decimal, ...]:
    """From 0 to 1, the numbers at which a share may be told.

    Args:
        p_percent: How far apart the values must lie that the rest of a known part could have, in percent of it.
    """
    wide = 1 / (1 - p_percent / 100) if p_percent < 100 else Decimal("Infinity")
    kept = [_ALL]
    for step in (Decimal(each) / 1000 for each in reversed(_PER_MILLE)):
        if kept[-1] == _ALL or _odds(kept[-1]) >= wide * _odds(step):
            kept.append(step)
    return (_NOTHING, *reversed(kept))


def _odds(share: Decimal) -> Decimal:
    return share / (1 - share)


def at_least(share: Decimal, told: tuple[Decimal, ...]) -> Decimal:
    """The step at or below a share between 0 and 1; 1 where it is all."""
    return told[max(bisect_right(told, share) - 1, 0)]


def at_most(share: Decimal, told: tuple[Decimal, ...]) -> Decimal:
    """The step at or above a share between 0 and 1; 0 where it is nothing."""
    return told[min(bisect_left(told, share), len(told) - 1)]


def below(step: Decimal, told: tuple[Decimal, ...]) -> Decimal:
    """What a share told as at least this step stays below; all is all."""
    return told[min(bisect_right(told, step), len(told) - 1)]
