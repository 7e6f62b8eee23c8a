"""Figures of surveys against worked examples that others published, and against what defines them."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from scipy.stats import t as student

from tests.warehouse import survey_people, surveys
from tests.warehouse.models import Models, Row, one
from tests.warehouse.surveys import figures, item, margin, people, run, wave

YES_NO = item("q", "single", options="no,yes")


def shares(yes: int, answers: int, **more: object) -> list[Row]:
    return people([{"q": "yes"}] * yes + [{"q": "no"}] * (answers - yes), **more)


@pytest.mark.parametrize(
    ("yes", "answers", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_of_a_share_is_that_of_newcombes_table(
    models: Models, yes: int, answers: int, low: float, high: float
) -> None:
    """Newcombe, Statistics in Medicine 17 (1998) 857, table I, score method."""
    told = run(models, shares(yes, answers), [YES_NO])["fct_survey_estimates"]

    figure = one(told, option="yes")
    assert figures(figure, "estimate") == pytest.approx((yes / answers,), abs=1e-6)
    assert figures(figure, "estimate_low", "estimate_high") == pytest.approx((low, high), abs=6e-5)
    assert (figure["answers"], figure["people"]) == (answers, yes)


@pytest.mark.parametrize(
    ("now", "before", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
    ],
)
def test_the_interval_of_a_difference_of_shares_is_that_of_newcombes_table(
    models: Models, now: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    """Newcombe, Statistics in Medicine 17 (1998) 873, table II, method 10."""
    answers = shares(*before, submitted_on=date(2025, 1, 1)) + shares(*now, wave="2")

    changes = run(models, answers, [YES_NO])["fct_survey_changes"]

    told = one(changes, option="yes")
    assert told["is_comparable"]
    assert figures(told, "change_low", "change_high") == pytest.approx((low, high), abs=6e-5)


SLEEP = (
    (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0),
    (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4),
)
"""Hours of sleep gained with two drugs (Student, 1908)."""


def test_the_interval_of_a_difference_of_means_is_welchs(models: Models) -> None:
    """Student's sleep, as R's manual prints it: -0.2054832 to 3.3654832."""
    before, now = ([{"h": hours} for hours in group] for group in SLEEP)
    answers = people(before, submitted_on=date(2025, 1, 1)) + people(now, "2")

    changes = run(models, answers, [item("h", "number")])["fct_survey_changes"]

    told = one(changes, measure="h")
    assert figures(told, "change") == (1.58,)
    assert figures(told, "change_low", "change_high") == pytest.approx(
        (-0.2054832, 3.3654832), abs=2e-3
    )


def test_the_error_of_a_mean_is_that_of_rs_survey_with_and_without_its_population(
    models: Models,
) -> None:
    """200 of 6,194 schools: mean 584.61 with standard error 27.821, 27.368 once the population counts (survey, apisrs).

    Two values with that mean and that error stand for the 200 schools.
    """
    apart = 27.821 * math.sqrt(199)
    answers = people([{"h": 584.61 + sign * round(apart, 6)} for sign in (1, -1) * 100])
    items = [item("h", "number")]

    alone = one(run(models, answers, items)["fct_survey_estimates"], measure="h")
    drawn = run(models, answers, items, [wave(population=6194)])["fct_survey_estimates"]

    assert figures(alone, "estimate", "standard_error") == pytest.approx((584.61, 27.821), abs=1e-5)
    known = one(drawn, measure="h")
    assert figures(known, "standard_error") == pytest.approx((27.368,), abs=1e-3)
    half = student.ppf(0.975, 199) * 27.368
    assert figures(known, "estimate_low") == pytest.approx((584.61 - half,), abs=2e-3)


def test_a_whole_universe_leaves_nothing_open(models: Models) -> None:
    told = run(models, shares(12, 20), [YES_NO], [wave(population=20)])
    figure = one(told["fct_survey_estimates"], option="yes")
    assert figures(figure, "estimate_low", "estimate", "estimate_high") == (0.6, 0.6, 0.6)
    assert one(told["fct_survey_waves"])["margin_of_error"] == 0


GROUPS = item("group", "single", options="a,b")


def two_groups() -> list[Row]:
    """Of 25 in group a 19 say yes, of 10 in group b 3."""
    a = [{"group": "a", "q": "yes" if n < 19 else "no"} for n in range(25)]
    b = [{"group": "b", "q": "yes" if n < 3 else "no"} for n in range(10)]
    return people(a + b)


def test_a_post_stratified_share_is_the_published_one(models: Models) -> None:
    """A population of 25 and 50 with 76 % and 30 %: 0.4533 and not 22 of 35."""
    told = run(
        models, two_groups(), [GROUPS, YES_NO], margins=margin(1, "group", {"a": 25, "b": 50})
    )

    figure = one(told["fct_survey_estimates"], measure="q", option="yes")
    assert figures(figure, "estimate") == pytest.approx((0.4533333,), abs=1e-6)
    of_wave = one(told["fct_survey_waves"])
    assert of_wave["weighting"] == "post_stratified"
    # Kish: n times the sum of squared weights over their squared sum.
    weights = [25 / 75 / 25] * 25 + [50 / 75 / 10] * 10
    deff = 35 * sum(w * w for w in weights) / sum(weights) ** 2
    assert figures(of_wave, "design_effect", "effective_answers") == pytest.approx(
        (deff, 35 / deff), abs=1e-5
    )
    assert figures(of_wave, "margin_of_error") == pytest.approx(
        (1.959964 * math.sqrt(0.25 * deff / 35),), abs=1e-6
    )


def test_without_margins_all_weights_are_one_and_it_says_so(models: Models) -> None:
    told = run(models, two_groups(), [GROUPS, YES_NO])
    of_wave = one(told["fct_survey_waves"])
    assert (of_wave["weighting"], of_wave["design_effect"]) == ("unweighted", 1)
    assert {row["weight"] for row in told["int_survey_weights"]} == {1}


def test_raking_meets_every_margin_and_keeps_the_odds(models: Models) -> None:
    """What defines it (Deming and Stephan, 1940). Counts and margins of an example of Ardilly and Tille."""
    counts = dict(zip(product("xyz", "uvw"), (80, 170, 150, 90, 80, 210, 10, 80, 130), strict=True))
    answers = people(
        [{"r": r, "c": c} for (r, c), number in counts.items() for _ in range(number // 10)]
    )
    rows, columns = {"x": 430, "y": 360, "z": 210}, {"u": 150, "v": 300, "w": 550}
    items = [item("r", "single", options="x,y,z"), item("c", "single", options="u,v,w")]

    told = run(
        models, answers, items, margins=margin(1, "r", rows) + margin(2, "c", columns),
        weight_cap=Decimal(100), smallest_cell=1,
    )  # fmt: skip

    weights = {row["respondent_key"]: float(row["weight"]) for row in told["int_survey_weights"]}
    table: dict[tuple[str, str], float] = defaultdict(float)
    chosen: dict[str, dict[str, str]] = defaultdict(dict)
    for row in answers:
        chosen[row["respondent_key"]][row["item"]] = row["option"]
    for person, own in chosen.items():
        table[own["r"], own["c"]] += weights[person] * 1000 / len(weights)
    for row, people_there in rows.items():
        assert sum(table[row, c] for c in "uvw") == pytest.approx(people_there, abs=1e-3)
    for column, people_there in columns.items():
        assert sum(table[r, column] for r in "xyz") == pytest.approx(people_there, abs=1e-3)
    for r, c in product("yz", "vw"):
        odds = table[r, c] * table["x", "u"] / (table[r, "u"] * table["x", c])
        before = counts[r, c] * counts["x", "u"] / (counts[r, "u"] * counts["x", c])
        assert odds == pytest.approx(before, rel=1e-6)
    assert one(told["fct_survey_waves"])["weighting"] == "raked"


SECTORS = {"industry": 4000, "services": 700, "trade": 300}
SECTOR = item("sector", "single", options="industry,services,trade")


def by_sector(**counts: int) -> list[Row]:
    return people([{"sector": name} for name, count in counts.items() for _ in range(count)])


def test_a_category_with_too_few_answers_joins_the_one_it_is_declared_to(models: Models) -> None:
    margins = margin(1, "sector", SECTORS, {"trade": "services", "services": "industry"})

    told = run(models, by_sector(industry=10, services=8, trade=2), [SECTOR], margins=margins)

    of_wave = one(told["fct_survey_waves"])
    assert (of_wave["weighting"], of_wave["categories_joined"]) == ("post_stratified", 1)
    weights = [float(row["weight"]) for row in told["int_survey_weights"]]
    assert weights == pytest.approx([0.8 * 20 / 10] * 10 + [0.2 * 20 / 10] * 10)


def test_what_joins_a_small_category_joins_what_takes_that_one_in(models: Models) -> None:
    margins = margin(1, "sector", SECTORS, {"trade": "services", "services": "industry"})
    told = run(models, by_sector(industry=16, services=2, trade=1), [SECTOR], margins=margins)
    assert one(told["fct_survey_waves"])["categories_joined"] == 2
    assert {row["weight"] for row in told["int_survey_weights"]} == {1}


def test_where_nobody_takes_a_small_category_in_nothing_is_weighted_and_it_says_why(
    models: Models,
) -> None:
    told = run(
        models, by_sector(industry=16, services=6, trade=1), [SECTOR],
        margins=margin(1, "sector", SECTORS),
    )  # fmt: skip
    of_wave = one(told["fct_survey_waves"])
    assert of_wave["weighting"] == "unweighted"
    assert of_wave["weighting_reason"] == "too_few_in_a_category"


def test_no_weight_is_above_its_cap_and_the_others_take_what_is_cut_off(models: Models) -> None:
    margins = margin(1, "sector", {"industry": 4000, "services": 700, "trade": 300})

    told = run(
        models, by_sector(industry=5, services=15, trade=20), [SECTOR], margins=margins,
        weight_cap=Decimal(3),
    )  # fmt: skip

    weights = sorted((float(row["weight"]) for row in told["int_survey_weights"]), reverse=True)
    assert sum(weights) == pytest.approx(40)
    assert weights[:5] == [3] * 5
    # 25 are left for the others, in proportion to 700/15 and 300/20.
    others = [700 / 15 * 25 / 1000] * 15 + [300 / 20 * 25 / 1000] * 20
    assert weights[5:] == pytest.approx(others, abs=1e-6)
    assert one(told["fct_survey_waves"])["weights_cut"] == 5


def test_two_questions_together_make_a_margin(models: Models) -> None:
    both = [item("a", "single", options="x,y"), item("b", "single", options="u,v")]
    answers = people([{"a": a, "b": b} for a, b in product("xy", "uv") for _ in range(5)])
    margins = margin(1, "a/b", {"x/u": 10, "x/v": 20, "y/u": 30, "y/v": 40})
    told = run(models, answers, both, margins=margins)
    weights = [float(row["weight"]) for row in told["int_survey_weights"]]
    assert weights == pytest.approx([w for w in (0.4, 0.8, 1.2, 1.6) for _ in range(5)])


def test_who_says_no_category_keeps_a_mean_weight(models: Models) -> None:
    answers = by_sector(industry=5, services=5, trade=5) + [
        row for n in range(5) for row in surveys.said(f"x{n}", {"sector": None})
    ]
    told = run(models, answers, [SECTOR], margins=margin(1, "sector", SECTORS))
    weights = {row["respondent_key"]: float(row["weight"]) for row in told["int_survey_weights"]}
    assert weights["x0"] == 1
    assert sum(weights.values()) == pytest.approx(20)
    assert weights["p0000"] == pytest.approx(0.8 * 15 / 5)


def test_response_rates_are_aapors(models: Models) -> None:
    """Ten questions: 80 % of them answered is complete, half partial; ten of a hundred were never reached."""
    asked = [item(f"q{n}", "single", options="no,yes") for n in range(10)]
    answered = (10, 9, 8, 7, 5, 4)
    answers = people([{f"q{n}": "yes" for n in range(count)} for count in answered])

    told = run(models, answers, asked, [wave(invited=100, unreachable=10)])

    of_wave = one(told["fct_survey_waves"])
    assert (of_wave["complete"], of_wave["partial"], of_wave["break_offs"]) == (3, 2, 1)
    assert figures(of_wave, "response_rate_complete", "response_rate") == pytest.approx(
        (3 / 90, 5 / 90)
    )
    assert figures(of_wave, "item_nonresponse") == pytest.approx((17 / 60,))


def test_where_nobody_says_who_was_invited_there_is_no_rate(models: Models) -> None:
    of_wave = one(run(models, shares(3, 9), [YES_NO])["fct_survey_waves"])
    assert of_wave["response_rate"] is None


def test_dont_know_is_an_answer_and_no_part_of_a_mean(models: Models) -> None:
    asked = [item("inclusion_1", "likert", topic="inclusion")]
    answers = people([{"inclusion_1": score} for score in (1, 3, 5, None)])
    told = run(models, answers, asked)
    index = one(told["fct_survey_estimates"], statistic="index")
    assert (index["answers"], index["estimate"]) == (3, 50)
    assert one(told["fct_survey_waves"])["item_nonresponse"] == 0


def test_weights_and_errors_are_those_of_a_survey_library(models: Models) -> None:
    """svy 0.35.0, whose figures `survey_reference.py` printed; its share's error is the linearised one, as ours."""
    made = json.loads((Path(__file__).parent / "survey_reference.json").read_text("utf-8"))
    items = [
        item("sector", "single", options="industry,services,trade"),
        item("age", "single", options="middle,old,young"),
        item("score", "likert"),
        item("changed", "single", options="no,yes"),
    ]
    answers = [
        row
        for one_of in survey_people.people()
        for row in surveys.said(
            str(one_of["person"]),
            {
                "sector": one_of["sector"],
                "age": one_of["age"],
                "score": one_of["score"],
                "changed": "yes" if one_of["changed"] else "no",
            },
        )
    ]
    margins = margin(1, "sector", survey_people.SECTORS) + margin(2, "age", survey_people.AGES)

    told = run(models, answers, items, margins=margins, weight_cap=Decimal(100))

    ours = {row["respondent_key"]: float(row["weight"]) for row in told["int_survey_weights"]}
    mean_weight = sum(made["weights"].values()) / len(made["weights"])
    theirs = {person: weight / mean_weight for person, weight in made["weights"].items()}
    assert ours == pytest.approx(theirs, abs=1e-6)
    mean = one(told["fct_survey_estimates"], measure="score", statistic="mean")
    reference = made["mean"]
    assert figures(mean, "estimate", "standard_error", "answers") == pytest.approx(
        (reference["est"], reference["se"], reference["n"]), abs=2e-6
    )
    assert figures(mean, "estimate_low", "estimate_high") == pytest.approx(
        (reference["lci"], reference["uci"]), abs=1e-4
    )
    share = one(told["fct_survey_estimates"], measure="changed", option="yes")
    assert figures(share, "estimate", "standard_error") == pytest.approx(
        (made["share"]["est"], made["share"]["se"]), abs=2e-6
    )
