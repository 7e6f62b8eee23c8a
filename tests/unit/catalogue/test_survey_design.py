"""What a district may say of a survey, and what of two waves is one wording."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from pipelines.catalogue.survey_design import SurveyDesign

NAME = {"it": "Questionario", "en": "Survey"}
MARGIN = {"items": ["sector"], "totals": {"industry": 40, "trade": 10}, "source": "register"}


def design(**more: Any) -> SurveyDesign:
    return SurveyDesign.model_validate({"name": NAME, **more})


def test_a_wave_says_what_differs_and_the_survey_the_rest() -> None:
    said = design(
        mode="web", population=5000, population_source="register",
        waves={2: {"invited": 120, "unreachable": 4, "mode": "phone"}},
    )  # fmt: skip
    second, other = said.at("2"), said.at("3")
    assert (second.mode, second.invited, second.population) == ("phone", 120, 5000)
    assert (other.mode, other.invited, other.population_source) == ("web", None, "register")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"population": 10}, "said together"),
        ({"waves": {"1": {"invited": 5, "unreachable": 5}}}, "some of the 'invited'"),
        ({"waves": {"1": {"unreachable": 5}}}, "say how many those are"),
        ({"weights": {"margins": [MARGIN, MARGIN]}}, "'sector' stands in 2 of them"),
        ({"weights": {"margins": [{**MARGIN, "items": ["sector", "size"]}]}}, "one option per item"),
        ({"weights": {"margins": [{**MARGIN, "joins": {"trade": "farms"}}]}}, "categories of totals"),
        (
            {"weights": {"margins": [{**MARGIN, "joins": {"trade": "industry", "industry": "trade"}}]}},
            "none leads back",
        ),
        ({"weights": {"margins": [MARGIN], "cap": "0.5"}}, "greater than or equal to 1"),
    ],
)  # fmt: skip
def test_a_design_that_means_nothing_is_refused(more: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        design(**more)
