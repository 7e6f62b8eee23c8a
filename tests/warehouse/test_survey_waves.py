"""Two waves of a survey: compared where both asked the same of the same people in the same way, else with a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.warehouse.models import Models, Row, one
from tests.warehouse.surveys import figures, item, people, run, said, wave

OLD = {"submitted_on": date(2025, 1, 10), "source": "old"}


def compared(
    models: Models,
    now: dict[str, Any],
    before: dict[str, Any],
    kind: str = "likert",
    waves: list[Row] | None = None,
) -> Row:
    """What is said of the change of `q` where its two declarations differ by these words."""
    usual = {"topic": None, "options": "no,yes" if kind == "single" else ""}
    items = [
        item("q", kind, **usual | before, source_id="old"),
        item("q", kind, **usual | now, source_id="form"),
    ]
    given = [4, 2, 5, 3, 4] if kind == "likert" else ["yes", "no", "yes", "yes", "no"]
    answers = people([{"q": one} for one in given], "1", **OLD) + people(
        [{"q": one} for one in given], "2"
    )
    changes = run(models, answers, items, waves or [])["fct_survey_changes"]
    return next(row for row in changes if row["option"] in ("", "yes"))


def test_what_is_asked_alike_is_compared(models: Models) -> None:
    told = compared(models, {}, {})
    assert (told["is_comparable"], told["reason"], told["change"]) == (True, None, 0)
    assert told["change_low"] == -told["change_high"] < 0
    assert (told["previous_wave"], told["wave"], told["month"]) == ("1", "2", "2026-01")


@pytest.mark.parametrize(
    ("now", "before", "kind", "reason"),
    [
        ({"wording": "new"}, {}, "likert", "wording_changed"),
        ({"scale_high": 7}, {}, "likert", "scale_changed"),
        ({"scores": "apart"}, {}, "likert", "scale_changed"),
        ({"options": "no,yes,maybe"}, {}, "single", "options_changed"),
    ],
)
def test_what_was_asked_otherwise_is_not_compared_and_says_why(
    models: Models, now: dict[str, Any], before: dict[str, Any], kind: str, reason: str
) -> None:
    told = compared(models, now, before, kind)
    assert (told["is_comparable"], told["reason"]) == (False, reason)
    assert told["change"] is told["change_low"] is told["change_high"] is None


def test_a_scale_that_was_declared_to_be_rescaled_is_compared(models: Models) -> None:
    assert compared(models, {"scores": "rescaled"}, {})["is_comparable"]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"mode": "phone"}, "mode_changed"),
        ({"universe_it": "i residenti"}, "universe_changed"),
    ],
)
def test_another_way_or_other_people_are_not_compared(
    models: Models, other: dict[str, Any], reason: str
) -> None:
    usual = {"mode": "web", "universe_it": "gli addetti"}
    told = compared(models, {}, {}, waves=[wave(**usual), wave("2", **usual | other)])
    assert told["reason"] == reason


def test_a_new_question_has_nothing_to_be_compared_with(models: Models) -> None:
    items = [item("q", "likert", source_id="old"), item("q", "likert"), item("new", "likert")]
    answers = people([{"q": 3}] * 3, "1", **OLD) + people([{"q": 3, "new": 2}] * 3, "2")
    changes = run(models, answers, items)["fct_survey_changes"]
    assert one(changes, measure="new")["reason"] == "not_asked_before"
    assert one(changes, measure="q")["is_comparable"]


def test_an_index_of_other_questions_is_not_compared(models: Models) -> None:
    def inclusion(number: int, source: str) -> Row:
        return item(f"inclusion_{number}", "likert", topic="inclusion", source_id=source)

    items = [inclusion(1, "old"), inclusion(1, "form"), inclusion(2, "form")]
    answers = people([{"inclusion_1": 3}] * 3, "1", **OLD) + people(
        [{"inclusion_1": 3, "inclusion_2": 4}] * 3, "2"
    )
    changes = run(models, answers, items)["fct_survey_changes"]
    assert one(changes, statistic="index")["reason"] == "items_changed"
    assert one(changes, measure="inclusion_1")["is_comparable"]


def test_marks_of_two_scales_are_no_distribution(models: Models) -> None:
    five, seven = item("q", "likert"), item("q", "likert", version="2", scores="rescaled")
    old = [row for n in range(3) for row in said(f"a{n}", {"q": 4}, version=None)]
    new = [row for n in range(3) for row in said(f"b{n}", {"q": 3}, version="2")]
    for row in (*old, *new):
        row["option"] = "4"  # the mark as it was given: four of five, four of seven
    told = run(models, [*old, *new], [five, seven])["fct_survey_estimates"]
    assert one(told, statistic="mean")["is_rescaled"]
    assert figures(one(told, statistic="mean"), "estimate") == (3.5,)
    assert not [row for row in told if row["statistic"] == "distribution"]


def test_of_several_answers_each_option_is_a_share_of_those_who_answered(models: Models) -> None:
    asked = [item("m", "multi", options="led,pv")]
    answers = people([{"m": ("led", "pv")}] * 4 + [{"m": "led"}] * 3 + [{"m": None}] * 2)
    answers += said("nothing", {"m": "led"}, answer="not_ticked")
    told = run(models, answers, asked)["fct_survey_estimates"]
    led, pv = (one(told, option=option) for option in ("led", "pv"))
    assert (led["people"], led["answers"]) == (7, 8)
    assert (pv["people"], pv["answers"]) == (4, 8)


def test_skills_count_as_applied_with_an_example(models: Models) -> None:
    asked = [
        item("skills_applied", "single", topic="skills_applied", options="no,yes"),
        item("skills_example", "multi", topic="skills_example", options="given"),
    ]
    answers = people(
        [{"skills_applied": "yes", "skills_example": "given"}] * 6
        + [{"skills_applied": "yes"}] * 2
        + [{"skills_applied": "no"}] * 4
    )
    told = run(models, answers, asked)["fct_survey_estimates"]
    applied = one(told, statistic="topic_share", measure="skills_applied")
    assert (applied["people"], applied["answers"]) == (6, 12)
