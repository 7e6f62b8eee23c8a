"""What may be told of a survey: ten people behind a question, five behind an option, and nothing by subtraction."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pipelines.publishing.protecting.disclosure import Evidence, protect, unprotected
from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.surveys import (
    hidden_options,
    protected_changes,
    protected_estimates,
    without_few_people,
)
from tests.unit.publishing.test_disclosure import kpi, value

LIMITS = Limits()


def options(base: int, statistic: str = "share", **people: int) -> list[dict[str, Any]]:
    return [
        {
            "district_id": "d", "survey_id": "s", "wave": "1", "measure": "q", "statistic": statistic, "option": option,
            "answers": base, "people": count, "estimate": Decimal(count) / base, "estimate_low": Decimal(0),
            "estimate_high": Decimal(1), "largest": None,
        }
        for option, count in people.items()
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("base", "people", "gone"),
    [
        (40, {"a": 20, "b": 15, "c": 5}, ""),
        (9, {"a": 5, "b": 4}, "ab"),
        # Three of a kind would be the rest of the base: the smallest other goes with them.
        (40, {"a": 20, "b": 17, "c": 3}, "bc"),
        # Two hidden cells of three people together are still only three people.
        (40, {"a": 20, "b": 17, "c": 2, "d": 1}, "bcd"),
        (40, {"a": 20, "b": 12, "c": 4, "d": 4}, "cd"),
        (40, {"a": 37, "b": 3}, "ab"),
        (40, {"a": 40, "b": 0}, ""),
    ],
)
def test_options_of_which_one_is_chosen(base: int, people: dict[str, int], gone: str) -> None:
    assert hidden_options(options(base, **people), LIMITS) == set(gone)


@pytest.mark.parametrize(
    ("people", "gone"), [({"a": 20, "b": 3}, "b"), ({"a": 37, "b": 20}, "a"), ({"a": 30, "b": 5}, "")]
)  # fmt: skip
def test_options_of_which_several_are_chosen_each_stand_for_themselves(
    people: dict[str, int], gone: str
) -> None:
    assert hidden_options(options(40, **people), LIMITS) == set(gone)


def test_a_scale_with_three_people_at_one_mark_is_told_by_its_mean_alone() -> None:
    rows = options(40, "distribution", **{"1": 3, "2": 10, "3": 12, "4": 10, "5": 5})
    assert hidden_options(rows, LIMITS) == {"1", "2", "3", "4", "5"}


def test_a_mean_of_numbers_that_are_mostly_one_firms_is_hidden() -> None:
    row = {"option": "", "answers": 12, "people": None, "statistic": "mean"}
    told = {**row, "largest": Decimal(30), "second": Decimal(20), "values_sum": Decimal(100)}
    hidden = {**row, "largest": Decimal(90), "second": Decimal(8), "values_sum": Decimal(100)}
    assert hidden_options([told], LIMITS) == set()
    assert hidden_options([hidden], LIMITS) == {""}


def test_a_hidden_option_takes_its_change_along_from_both_sides() -> None:
    before = protected_estimates(options(40, a=37, b=3), LIMITS)
    now = [{**row, "wave": "2"} for row in protected_estimates(options(40, a=20, b=20), LIMITS)]
    change = {
        "district_id": "d", "survey_id": "s", "wave": "2", "previous_wave": "1", "measure": "q", "statistic": "share",
        "option": "b", "is_comparable": True, "reason": None, "change": Decimal("0.425"),
    }  # fmt: skip
    [told] = protected_changes([change], [*before, *now])
    assert (told["suppressed"], told["change"]) == (True, None)


LEVEL = kpi(
    "DEM03", disclosure_rule="survey", disclosure_contributions="people", value_kind="level"
)


def test_what_eight_people_say_is_hidden_where_only_a_count_stands_in_place_of_a_value() -> None:
    row = value("DEM03", "2026-10", value=None, denominator=None, reason="few_cases")
    known = Evidence({}, bases={("d", "2026-10"): {"people": Decimal(8)}})
    [readable] = protect([row], [LEVEL], known, LIMITS)
    assert (readable["suppressed"], readable["numerator"]) == (True, None)
    assert unprotected([{**row, "suppressed": False}], {"DEM03": LEVEL}, known, LIMITS)


def test_a_weighted_share_is_protected_by_the_people_behind_it() -> None:
    """Three people with large weights look like nine."""
    share = kpi(
        "SOC03", disclosure_rule="survey", disclosure_contributions="people", disclosure_smallest="few",
        value_kind="ratio",
    )  # fmt: skip
    row = value("SOC03", "2026-10", numerator=Decimal(9), denominator=Decimal(40))
    for few, hidden in ((3, True), (6, False)):
        known = Evidence({}, bases={("d", "2026-10"): {"people": Decimal(40), "few": Decimal(few)}})
        [readable] = protect([row], [share], known, LIMITS)
        assert readable["suppressed"] is hidden


def test_of_a_question_that_is_hidden_as_a_whole_not_even_its_options_are_left() -> None:
    """That somebody chose an option is all there is to know of eight people."""
    rows = options(8, a=5, b=3)
    [left] = protected_estimates([{**row, "label": "A"} for row in rows], LIMITS)
    assert (left["option"], left["label"], left["answers"], left["suppressed"]) == (
        "", None, None, True,
    )  # fmt: skip
    changes = [
        {**row, "previous_wave": "0", "is_comparable": True, "reason": None, "change": Decimal(1)}
        for row in rows
    ]
    [change] = protected_changes(changes, [left])
    assert (change["option"], change["change"], change["suppressed"]) == ("", None, True)


def test_a_wave_of_eight_is_hidden_in_the_months_before_its_kpi_is_due_as_well() -> None:
    level = {**LEVEL, "mart": "m", "numerator": "index", "disclosure_contributions": "people"}
    row = {"district_id": "d", "month": "2024-05", "index": Decimal(55), "people": 8, "other": 1}
    [eight] = without_few_people([row], "m", [level], LIMITS)
    assert (eight["index"], eight["people"], eight["other"]) == (None, None, 1)
    [twelve] = without_few_people([{**row, "people": 12}], "m", [level], LIMITS)
    assert twelve["index"] == 55


def test_three_people_without_a_second_test_are_not_counted_in_public() -> None:
    row = {"competence_before_only": 3, "competence_after_only": 0}
    assert set(without_few_people([row], "m", [], LIMITS)[0].values()) == {None}
    row = {"competence_before_only": 6, "competence_after_only": 0}
    assert without_few_people([row], "m", [], LIMITS) == [row]
