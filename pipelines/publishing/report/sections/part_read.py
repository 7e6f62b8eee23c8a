"""How much of the boundary was read, as people say it: it is told in steps, so a little more may be true.

Belongs here: the wording of a coverage. Does not belong here: the steps (`publishing/shares.py`), when it is said.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from pipelines.publishing.language import DASH, THIN, Words

_ALL = Decimal(1)
_LITTLE = Decimal("0.8")
"""From here on people speak of how much was read, below of how little."""


def the_part(coverage: Decimal, words: Words, *, little: bool = False) -> str:
    """«almeno il 95 %», «il 35 % o poco più», «il 100 %»: the object of a sentence; `little` where it is a lack."""
    share = words.the(_percent(coverage, words))
    if coverage in (0, _ALL):
        return share
    return words.say("little_more" if little or coverage < _LITTLE else "at_least", the_share=share)


def part(coverage: Decimal | None, words: Words) -> str:
    """«≥ 95 %», «100 %»: for cells."""
    return _bound("≥", coverage, words)


def at_most(share: Decimal | None, words: Words) -> str:
    """«≤ 3 %»: what was estimated or filled."""
    return _bound("≤", share, words)


def _bound(sign: str, share: Decimal | None, words: Words) -> str:
    if share is None:
        return DASH
    told = _percent(share, words)
    return told if share in (0, _ALL) else f"{sign}{THIN}{told}"


def _percent(share: Decimal, words: Words) -> str:
    """Whole, with a tenth only where the step has one; never above what it is."""
    tenths = (Decimal(share) * 1000).quantize(_ALL, ROUND_FLOOR)
    return words.percent(tenths / 10, 0 if tenths % 10 == 0 else 1)
