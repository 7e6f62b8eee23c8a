"""How a survey was asked and whom it speaks for: universe, waves, invitations, margins for weights.

Belongs here: what a district says under `surveys:`. Does not belong here: questions and answers
(`format_survey.py`), the arithmetic of weights and intervals (the warehouse's).
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from pipelines.catalogue.declaration import Bilingual, Declaration

Mode = Literal["web", "paper", "phone", "face_to_face", "mixed"]
Selection = Literal["random", "everyone", "open"]


def _keyed(value: Any) -> Any:
    return {str(key): one for key, one in value.items()} if isinstance(value, dict) else value


class Margin(Declaration):
    """How many people of the universe there are in each category of one item, or of two together.

    `totals` are keyed by option code; with two items by both, like `industry/micro`. `joins` says
    which category takes in one with too few answers, whose people and answers it then counts.
    """

    items: tuple[str, ...] = Field(min_length=1, max_length=2)
    totals: Annotated[dict[str, Annotated[Decimal, Field(gt=0)]], BeforeValidator(_keyed)] = Field(
        min_length=2
    )
    joins: Annotated[dict[str, str], BeforeValidator(_keyed)] = Field(default_factory=dict)
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _says_what_fits(self) -> Self:
        for category in self.totals:
            if len(category.split("/")) != len(self.items):
                raise ValueError(
                    f"totals.{category}: name one option per item, joined by '/', of "
                    f"{' and '.join(self.items)}"
                )
        for small, other in self.joins.items():
            if small not in self.totals or other not in self.totals:
                raise ValueError(f"joins.{small}: '{small}' and '{other}' are categories of totals")
            if self._rounds_from(small) > MOST_JOINS:
                raise ValueError(
                    f"joins.{small}: at most {MOST_JOINS} steps, and none leads back to '{small}'"
                )
        return self

    def _rounds_from(self, category: str) -> int:
        steps = 0
        while category in self.joins and steps <= MOST_JOINS:
            category, steps = self.joins[category], steps + 1
        return steps


MOST_JOINS = 3
"""How many times a category may be taken in by the next; the warehouse walks as many."""


class Weights(Declaration):
    """How answers are brought to the shares that the universe has.

    One margin is post-stratification by its cells, two or three are raked. A category with fewer
    than `smallest` answers joins another; no weight is above `cap` times the mean, and what is cut
    off goes to the others in proportion.
    """

    margins: tuple[Margin, ...] = Field(min_length=1, max_length=3)
    smallest: int = Field(default=5, ge=1)
    cap: Decimal = Field(default=Decimal(5), ge=1, le=100)

    @model_validator(mode="after")
    def _margins_tell_one_universe(self) -> Self:
        used = Counter(item for margin in self.margins for item in margin.items)
        for item, times in used.items():
            if times > 1:
                raise ValueError(f"margins: '{item}' stands in {times} of them")
        return self


class Wave(Declaration):
    """One round of a survey. What is not said is as the survey says.

    `invited` are people who were asked, `unreachable` those of them whom the invitation never
    reached or who do not belong to the universe.
    """

    invited: int | None = Field(default=None, ge=1)
    unreachable: int = Field(default=0, ge=0)
    mode: Mode | None = None
    universe: Bilingual | None = None
    population: int | None = Field(default=None, ge=1)
    population_source: str | None = None
    closed_on: date | None = None

    @model_validator(mode="after")
    def _reached_somebody(self) -> Self:
        if self.invited is not None and self.unreachable >= self.invited:
            raise ValueError("'unreachable' are some of the 'invited'")
        if self.invited is None and self.unreachable:
            raise ValueError("'unreachable' are some of the 'invited': say how many those are")
        if (self.population is None) != (self.population_source is None):
            raise ValueError("'population' and 'population_source' are said together")
        return self


class SurveyDesign(Declaration):
    """A survey of this district: whom it asks, how, and how its answers are weighted.

    `selection` says how people came to be asked: at `random`, `everyone`, or `open` to whoever
    wished, where an interval only says what it would be had they been drawn at random. `population`
    is the size of the universe, for the finite population correction.
    """

    name: Bilingual
    universe: Bilingual | None = None
    mode: Mode | None = None
    selection: Selection = "open"
    population: int | None = Field(default=None, ge=1)
    population_source: str | None = None
    weights: Weights | None = None
    waves: Annotated[dict[str, Wave], BeforeValidator(_keyed)] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _population_has_a_source(self) -> Self:
        if (self.population is None) != (self.population_source is None):
            raise ValueError("'population' and 'population_source' are said together")
        return self

    def at(self, wave: str) -> Wave:
        """A wave with all that holds for it."""
        said = self.waves.get(wave, Wave())
        usual: dict[str, object] = {"mode": self.mode, "universe": self.universe}
        if said.population is None:
            usual |= {"population": self.population, "population_source": self.population_source}
        missing = {name: value for name, value in usual.items() if getattr(said, name) is None}
        return said.model_copy(update=missing)
