"""Shares in steps: true bounds, and so wide that a known part does not tell the rest."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.catalogue.thresholds import thresholds
from pipelines.publishing.shares import at_least, at_most, below, steps
from tests.end_to_end import attack_shares

USUAL = steps(Decimal(25))
SHARES = st.decimals(0, 1, places=6)
PARTS = st.decimals("0.000001", "0.999999", places=6)


@given(share=SHARES)
def test_a_share_lies_between_its_steps(share: Decimal) -> None:
    low, high = at_least(share, USUAL), at_most(share, USUAL)
    assert low <= share <= high
    assert share == low or share < below(low, USUAL) == high


@given(share=PARTS, p=st.integers(1, 90))
def test_who_knows_one_part_cannot_tell_the_other_closer_than_p(share: Decimal, p: int) -> None:
    """With the part it knows as 1, the rest of the whole lies between bounds that are p % of the larger one apart."""
    told = steps(Decimal(p))
    low = at_least(share, told)
    high = below(low, told)
    if low in (0, 1) or high == 1:
        return  # the rest has no bound on one side at all
    for knows in (lambda s: (1 - s) / s, lambda s: s / (1 - s)):
        ends = sorted((knows(low), knows(high)))
        assert ends[1] - ends[0] >= Decimal(p) / 100 * ends[1] * Decimal("0.999999999")


def test_the_lines_between_grades_are_steps() -> None:
    """A letter beside a step tells nothing that the step does not."""
    grades = thresholds().grades
    lines = {getattr(grades.coverage, letter) for letter in "abcd"}
    lines |= {getattr(grades.estimated, letter) for letter in "abc"}
    assert {Decimal(str(line)) for line in lines} <= set(USUAL)


def test_the_steps_are_those_that_the_attack_knows() -> None:
    assert [int(step * 1000) for step in USUAL] == list(attack_shares.STEPS)


@pytest.mark.parametrize(("share", "low", "high"), [("0", "0", "0"), ("1", "1", "1")])
def test_all_and_nothing_are_told_as_they_are(share: str, low: str, high: str) -> None:
    assert at_least(Decimal(share), USUAL) == Decimal(low)
    assert at_most(Decimal(share), USUAL) == Decimal(high)
