"""Whoever withdraws an answer, or gives one late, is not the difference of two editions."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.publishing.protecting.answers import answers_memory, counted, moved_alone
from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.memory import remembered
from pipelines.publishing.protecting.surveys import protected_estimates
from tests.unit.publishing.test_survey_tables import options

LIMITS = Limits()
KPI = {"code": "SOC03", "disclosure_rule": "survey", "disclosure_contributions": "asked",
       "disclosure_smallest": "fewest"}  # fmt: skip
QUESTION = ("d", "s", "1", "q", "share")
Row = dict[str, Any]


def lever(asked: int, fewest: int) -> Row:
    return {"district_id": "d", "month": "2026-06", "asked": asked, "fewest": fewest}


def value(told: bool = True) -> Row:
    return {"district_id": "d", "month": "2026-06", "kpi_code": "SOC03", "period_end": None,
            "suppressed": not told, "value": 50 if told else None}  # fmt: skip


def withheld(old: list[Row], new: list[Row]) -> bool:
    before = counted(old, [], [])
    memory = remembered(
        {}, {}, {}, answers_memory(before, protected_estimates(old, LIMITS), [])
    )  # fmt: skip
    questions, _ = moved_alone(counted(new, [], []), [memory], LIMITS)
    assert questions <= {QUESTION}
    made = protected_estimates(new, LIMITS, questions)
    assert bool(questions) == all(row["suppressed"] for row in made)
    return bool(questions)


@pytest.mark.parametrize(
    ("old", "new", "gone"),
    [
        ((40, {"a": 20, "b": 20}), (39, {"a": 19, "b": 20}), True),
        ((40, {"a": 20, "b": 20}), (40, {"a": 21, "b": 19}), True),
        ((40, {"a": 20, "b": 20}), (44, {"a": 22, "b": 22}), True),
        # Of ten more, four chose a: too few to be told as the difference.
        ((40, {"a": 20, "b": 20}), (50, {"a": 24, "b": 26}), True),
        ((40, {"a": 20, "b": 20}), (50, {"a": 25, "b": 25}), False),
        ((40, {"a": 20, "b": 20}), (40, {"a": 20, "b": 20}), False),
        # What was not told before cannot be compared.
        ((9, {"a": 5, "b": 4}), (12, {"a": 6, "b": 6}), False),
    ],
)
def test_a_question_in_which_a_few_answers_moved_is_not_told_again(
    old: tuple[int, dict[str, int]], new: tuple[int, dict[str, int]], gone: bool
) -> None:
    assert withheld(options(old[0], **old[1]), options(new[0], **new[1])) is gone


@pytest.mark.parametrize(
    ("asked", "fewest", "gone"),
    [(39, 12, True), (40, 13, True), (48, 16, True), (48, 17, False), (40, 12, False)],
)
def test_a_figure_of_it_goes_with_it(asked: int, fewest: int, gone: bool) -> None:
    before = answers_memory(counted([], [lever(40, 12)], [KPI]), [], [value()])
    memory = remembered({}, {}, {}, before)

    _, kpis = moved_alone(counted([], [lever(asked, fewest)], [KPI]), [memory], LIMITS)

    assert kpis == ({("d", "2026-06"): frozenset({"SOC03"})} if gone else {})
    assert answers_memory(counted([], [lever(40, 12)], [KPI]), [], [value(told=False)]) == []
