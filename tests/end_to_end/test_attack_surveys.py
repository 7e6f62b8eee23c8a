"""Nobody who reads what is told of a survey learns how few people chose an option; each rule switched off is found."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

import pytest
from scipy.stats import t as student

from pipelines.publishing.protecting import answers, surveys
from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.memory import remembered
from pipelines.publishing.rows import read_rows
from tests.end_to_end.attack_surveys import Question, found_out, most_of_largest, questions_of
from tests.end_to_end.conftest import SamplePlayed

LIMITS = Limits()
EVERYTHING = Limits(survey_base=0, survey_cell=0)
"""Limits that let everything be told."""
_ASKED = {"district_id": "d", "survey_id": "s", "wave": "1", "measure": "q", "month": "2026-06",
          "design_effect": 1, "largest": None, "is_reversed": False, "label": None}  # fmt: skip
Row = dict[str, Any]


def share(**people: int) -> list[Row]:
    """The house's own rows of a question of which one option is chosen."""
    base = sum(people.values())
    return [
        _row("share", option, base, count, Decimal(count) / base)
        for option, count in people.items()
    ]


def scale(*people: int) -> list[Row]:
    """Those of a scale from one: its mean with its error, and its marks."""
    base = sum(people)
    marks = [(mark, count) for mark, count in enumerate(people, start=1)]
    mean = Decimal(sum(mark * count for mark, count in marks)) / base
    squares = sum(count * (mark - mean) ** 2 for mark, count in marks)
    error = (squares / (base - 1) / base).sqrt()
    half = error * Decimal(str(student.ppf(0.975, base - 1)))
    ends = {"scale_low": 1, "scale_high": len(people), "standard_error": error}
    low, high = mean - half, mean + half
    return [
        {**_row("mean", "", base, None, mean), **ends, "estimate_low": low, "estimate_high": high},
        *(
            {**_row("distribution", str(mark), base, count, Decimal(count) / base), **ends}
            for mark, count in marks
        ),
    ]


def topic(yes: int, no: int) -> Row:
    """Those of a topic: who said yes among who said yes or no."""
    row = _row("topic_share", "yes", yes + no, yes, Decimal(yes) / (yes + no))
    return {**row, "measure": "behaviour"}


def _row(statistic: str, option: str, base: int, people: int | None, estimate: Decimal) -> Row:
    return {**_ASKED, "statistic": statistic, "option": option, "answers": base, "people": people,
            "estimate": round(estimate, 6), "estimate_low": Decimal(0), "estimate_high": Decimal(1)}  # fmt: skip


def told(
    rows: list[Row], limits: Limits = LIMITS, withheld: Collection[tuple[str, ...]] = ()
) -> Question:
    """The question with what is told of it."""
    readable = surveys.protected_estimates(rows, limits, withheld)
    asked = [row for row in rows if row["people"] is not None and row["measure"] == "q"]
    known = {row["option"]: row["people"] for row in asked}
    return Question(known, True, readable)


def numbers(*given: int) -> Row:
    """The house's own row of a question that people answer with a number."""
    base, mean = len(given), Decimal(sum(given)) / len(given)
    error = (sum((one - mean) ** 2 for one in given) / (base - 1) / base).sqrt()
    half = error * Decimal(str(student.ppf(0.975, base - 1)))
    second, largest = sorted(given)[-2:]
    return {
        **_row("mean", "", base, None, mean), "standard_error": error, "values_sum": Decimal(sum(given)),
        "largest": Decimal(largest), "second": Decimal(second), "estimate_low": mean - half,
        "estimate_high": mean + half,
    }  # fmt: skip


MANY = share(a=20, b=15, c=9)
FEW = share(a=20, b=17, c=3)
PINNED = scale(0, 0, 0, 1, 19)
ODD = scale(3, 0, 0, 0, 17)
TOPIC = [*share(yes=20, no=6, unsure=3), topic(20, 6)]


@pytest.mark.parametrize("rows", [MANY, FEW, PINNED, ODD, TOPIC, scale(3, 5, 12, 7, 1)])
def test_what_is_told_leaves_more_than_one_way(rows: list[Row]) -> None:
    assert found_out(told(rows)) == []


@pytest.mark.parametrize("rows", [FEW, PINNED, ODD, TOPIC])
def test_where_everything_is_told_a_few_are_found(rows: list[Row]) -> None:
    assert found_out(told(rows, EVERYTHING))


@pytest.mark.parametrize(
    ("rule", "rows"), [("marks_tell_few", PINNED), ("marks_tell_few", ODD), ("split_by_topic", TOPIC)]
)  # fmt: skip
def test_each_rule_that_is_switched_off_is_found(
    monkeypatch: pytest.MonkeyPatch, rule: str, rows: list[Row]
) -> None:
    monkeypatch.setattr(surveys, rule, lambda *_, **__: False)
    assert found_out(told(rows))


def test_an_error_is_kept_where_it_tells_nobodys_answer() -> None:
    mean, _ = told(scale(3, 5, 12, 7, 1)).rows
    assert (mean["suppressed"], mean["estimate_low"] is None) == (False, False)
    mean, _ = told(ODD).rows
    assert (mean["suppressed"], mean["estimate_low"]) == (False, None)
    assert all(row["suppressed"] for row in told(PINNED).rows)


def test_the_error_beside_a_mean_of_numbers_does_not_tell_the_largest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = numbers(1000, 200, *[30] * 10)
    assert not told([row]).rows[0]["suppressed"]
    assert most_of_largest(told([row]).rows[0], own=200) > 1250

    even = told([numbers(*range(20, 40))]).rows[0]
    assert even["estimate_low"] is not None
    assert most_of_largest(even, own=38) > 1.25 * 39

    monkeypatch.setattr(surveys, "error_tells_largest", lambda *_: False)
    assert most_of_largest(told([row]).rows[0], own=200) < 1050


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (share(a=20, b=20), share(a=25, b=23)),
        (share(a=20, b=15, c=9), share(a=26, b=20, c=10)),
        (scale(6, 6, 6, 6, 16), scale(6, 6, 6, 7, 25)),
    ],
)
def test_who_came_between_two_editions_is_not_their_difference(
    old: list[Row], new: list[Row]
) -> None:
    before = answers.counted(old, [], [])
    shown = surveys.protected_estimates(old, LIMITS)
    memory = remembered({}, {}, {}, answers.answers_memory(before, shown, []))
    withheld, _ = answers.moved_alone(answers.counted(new, [], []), [memory], LIMITS)

    assert found_out(told(new, LIMITS, withheld), told(old)) == []
    assert found_out(told(new), told(old))


def test_no_count_of_a_few_people_follows_from_the_samples_surveys(
    sample_played: SamplePlayed,
) -> None:
    estimates = read_rows(sample_played.edition("2026-10") / "tables" / "survey_estimates.parquet")
    counts = read_rows(sample_played.home / "marts" / "fct_survey_estimates.parquet")
    questions = questions_of(estimates, counts)
    assert questions
    assert [found for question in questions for found in found_out(question)] == []
