"""Worked examples of the primary rules of protection."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.publishing.protecting.limits import (
    Contributors,
    Limits,
    firms_sensitive,
    households_sensitive,
    sensitive,
    survey_sensitive,
)

LIMITS = Limits()


def firms(*amounts: int, public: int = 0) -> Contributors:
    largest = sorted(amounts, reverse=True)
    second = largest[1] if len(largest) > 1 else 0
    return Contributors(
        "firm", len(amounts), Decimal(largest[0]), Decimal(second), Decimal(sum(amounts) + public)
    )


def test_a_total_of_one_or_two_firms_is_never_published():
    assert firms_sensitive(firms(100), LIMITS)
    assert firms_sensitive(firms(50, 50), LIMITS)


def test_public_holders_do_not_make_up_for_too_few_firms():
    assert firms_sensitive(firms(50, 50, public=10_000), LIMITS)


def test_three_equal_firms_may_be_published():
    assert not firms_sensitive(firms(100, 100, 100), LIMITS)


@pytest.mark.parametrize(("third", "hidden"), [(24, True), (25, False), (26, False)])
def test_the_p_rule_turns_where_the_rest_is_a_quarter_of_the_largest(third, hidden):
    assert firms_sensitive(firms(100, 60, third), LIMITS) is hidden


def test_what_public_holders_add_counts_as_rest():
    assert firms_sensitive(firms(100, 60, 10), LIMITS)
    assert not firms_sensitive(firms(100, 60, 10, public=20), LIMITS)


def test_one_dye_works_can_be_the_total_however_many_firms_there_are():
    assert firms_sensitive(firms(1000, 50, 40, 30, 20, 10), LIMITS)


def test_households_are_at_least_fifteen_and_none_above_fifteen_percent():
    def homes(count: int, largest: int, total: int) -> Contributors:
        return Contributors("household", count, Decimal(largest), Decimal(1), Decimal(total))

    assert households_sensitive(homes(14, 10, 140), LIMITS)
    assert not households_sensitive(homes(15, 15, 150), LIMITS)
    assert households_sensitive(homes(15, 23, 150), LIMITS)
    assert not households_sensitive(homes(15, 22, 150), LIMITS)


def test_every_kind_of_holder_is_tested_by_its_own_rule():
    homes = Contributors("household", 3, Decimal(1), Decimal(1), Decimal(303))

    assert not sensitive([firms(100, 100, 100)], LIMITS)
    assert sensitive([firms(100, 100, 100), homes], LIMITS)


def test_nobody_protected_means_nothing_to_protect():
    assert not sensitive([], LIMITS)


@pytest.mark.parametrize(
    ("base", "cells", "hidden"),
    [
        (9, [], True),
        (10, [], False),
        (20, [4, 16], True),
        (20, [5, 15], False),
        (20, [0, 20], False),
        (None, [], True),
    ],
)
def test_a_survey_needs_ten_answers_and_no_group_of_one_to_four(base, cells, hidden):
    exact = None if base is None else Decimal(base)

    assert survey_sensitive(exact, [Decimal(cell) for cell in cells], LIMITS) is hidden


def test_limits_are_those_that_are_declared():
    declared = Limits.declared([{"name": "minimum_firms", "value": Decimal(5)}])

    assert firms_sensitive(firms(100, 100, 100, 100), declared)
    assert declared.p_percent == 25
