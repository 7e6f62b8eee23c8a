"""A Theory of Change: what a district does, what is to follow from it, and by which KPIs that is seen.

Belongs here: the chain from activity to impact as its team declares it, one file per district. Does not belong
here: what makes a chain whole (`theory_chain.py`), how far a link is and what proves it (the register `change_links`),
whether it is on course (the warehouse).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from pipelines.catalogue.declaration import Bilingual, Declaration
from pipelines.catalogue.kpi import Lever

Step = Literal["activity", "early_change", "late_outcome", "impact"]
STEPS: tuple[str, ...] = get_args(Step)
"""NetZeroCities' steps in their order: a change within one or two years, an outcome within three or four."""
MILESTONES = (2025, 2027, 2030)
"""The years NetZeroCities' Action Plan asks targets for (table B-3.1)."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
LinkId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class Node(Declaration):
    """One box of the chain. An activity says field of action and lever; an impact whether it is of emissions.

    `owner` is an office or body, never a person. `measures` are the codes of the ledger of measures that carry an
    activity out.
    """

    step: Step
    name: Bilingual
    owner: str = Field(min_length=1)
    field: Name | None = None
    lever: Lever | None = None
    impact: Literal["direct", "co_benefit"] | None = None
    measures: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _says_what_its_step_needs(self) -> Self:
        activity = self.step == "activity"
        if (self.field is not None) != activity or (self.lever is not None) != activity:
            raise ValueError("an activity says 'field' and 'lever', and no other step does")
        if (self.impact is not None) != (self.step == "impact"):
            raise ValueError("an impact says 'impact: direct' or 'co_benefit', and no other does")
        if self.measures and not activity:
            raise ValueError("only an activity has 'measures'")
        return self


class Start(Declaration):
    """Where a KPI stood at the end of a year before the first target, and who says so."""

    year: int
    value: Decimal
    source: str


class Indicator(Declaration):
    """What one KPI is to reach by the end of each year, in its own unit; from `start` where that is declared."""

    targets: dict[int, Decimal] = Field(min_length=1)
    start: Start | None = None

    @model_validator(mode="after")
    def _years_are_milestones(self) -> Self:
        if not set(self.targets) <= set(MILESTONES):
            raise ValueError(f"targets are of the years {', '.join(map(str, MILESTONES))}")
        if self.start is not None and self.start.year >= min(self.targets):
            raise ValueError("'start' lies before the first target")
        return self

    def points(self) -> list[tuple[int, Decimal]]:
        """Years with what holds at their end, the start first."""
        first = [(self.start.year, self.start.value)] if self.start else []
        return [*first, *sorted(self.targets.items())]


class Link(Declaration):
    """What is expected to lead to what, and the KPI that shows whether it does."""

    from_: Name = Field(alias="from")
    to: Name
    kpi: str
    declared_on: date | None = None


class Theory(Declaration):
    """The Theory of Change of one district.

    `boundary_version` is the boundary its targets were made for; a figure of another one is not held against them.
    """

    district: Name
    declared_on: date
    source: str
    boundary_version: str | None = None
    fields: dict[Name, Bilingual] = Field(min_length=1)
    nodes: dict[Name, Node] = Field(min_length=2)
    indicators: dict[str, Indicator] = Field(min_length=1)
    links: dict[LinkId, Link] = Field(min_length=1)

    def declared_on_of(self, link: Link) -> date:
        """The day a link was declared: its own, else that of the whole."""
        return link.declared_on or self.declared_on
