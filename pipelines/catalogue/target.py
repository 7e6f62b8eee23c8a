"""Targets: what a district has promised, from which baseline, and how that baseline is brought to today's boundary.

Belongs here: what a target says and what makes it meaningful. Does not belong here: the path it asks for month by
month (the warehouse), what was reached.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from pipelines.catalogue.declaration import Bilingual, Declaration

EMISSIONS = "EMI11"
"""The KPI whose path is drawn to the target year; its baseline says what it was measured with."""


class Grossing(Declaration):
    """What a baseline becomes where one thing about it differs: times `factor`, plus `add` (in the KPI's unit).

    Exactly one of `boundary_version`, `series` and `gwp_set` says what the baseline is brought to.
    """

    boundary_version: str | None = None
    series: str | None = None
    gwp_set: Literal["AR4", "AR5", "AR6"] | None = None
    factor: Decimal = Field(default=Decimal(1), gt=0)
    add: Decimal = Decimal(0)
    source: str

    @model_validator(mode="after")
    def _says_what_it_brings_to(self) -> Self:
        if sum(value is not None for value in self.becomes().values()) != 1:
            raise ValueError(
                "say one of 'boundary_version', 'series', 'gwp_set' for each 'grossed'"
            )
        return self

    def becomes(self) -> dict[str, str | None]:
        """What the baseline is brought to, by dimension."""
        return {
            "boundary_version": self.boundary_version,
            "series": self.series,
            "gwp_set": self.gwp_set,
        }


class Baseline(Declaration):
    """The inventory a target is measured from, with the boundary, the factor series and the GWP set it was made with.

    `emitted` are later years of the same inventory, before the district was metered: what the budget has lost by then.
    """

    year: int
    value: Decimal = Field(gt=0)
    source: str
    boundary_version: str | None = None
    series: tuple[str, ...] = ()
    gwp_set: Literal["AR4", "AR5", "AR6"] | None = None
    grossed: tuple[Grossing, ...] = ()
    emitted: dict[int, Decimal] = Field(default_factory=dict)


class Share(Declaration):
    """The part of a city's baseline that is the district's, and who says so."""

    of_city: Decimal = Field(gt=0, le=1)
    source: str


class Target(Declaration):
    """A target on one KPI: a `linear` path from a baseline to a reduction, or a `level` to reach and hold.

    `stands` says whose it is: the district's `own`, a share of the city's (`city_share`: the baseline is the city's,
    and `share` says how much of it), or `none`, with the reason. It holds from `declared_on`, and before that only
    where nothing was declared earlier. `interim` are reductions promised for years on the way; the path goes through
    them.
    """

    kpi: str
    stands: Literal["own", "city_share", "none"] = "own"
    declared_on: date | None = None
    path: Literal["linear", "level"] | None = None
    baseline: Baseline | None = None
    share: Share | None = None
    reduction: Decimal | None = Field(default=None, gt=0, le=1)
    interim: dict[int, Decimal] = Field(default_factory=dict)
    by: int = 2030
    value: Decimal | None = None
    reason: Bilingual | None = None
    source: str | None = None

    @model_validator(mode="after")
    def _says_what_it_stands_on(self) -> Self:
        if (self.stands == "none") != (self.path is None):
            raise ValueError("a target has a 'path', and 'stands: none' has none")
        if (self.stands == "none") != (self.reason is not None):
            raise ValueError("'stands: none' says its 'reason', and no other does")
        if (self.stands == "city_share") != (self.share is not None):
            raise ValueError("'stands: city_share' says its 'share', and no other does")
        return self

    @model_validator(mode="after")
    def _says_what_its_path_needs(self) -> Self:
        if self.path == "level" and self.value is None:
            raise ValueError("a level needs 'value'")
        if self.path != "linear":
            return self
        if self.baseline is None or self.reduction is None:
            raise ValueError("a linear path needs 'baseline' and 'reduction'")
        if not all(self.baseline.year < year < self.by for year in self.interim):
            raise ValueError("'interim' years lie between the baseline's year and 'by'")
        made_with = (self.baseline.boundary_version, self.baseline.gwp_set, self.baseline.series)
        if self.kpi == EMISSIONS and not all(made_with):
            raise ValueError(
                "a baseline of emissions says 'boundary_version', 'series' and 'gwp_set'"
            )
        return self

    @property
    def baseline_value(self) -> Decimal | None:
        """The district's baseline: its own, or its share of the city's."""
        if self.baseline is None:
            return None
        return self.baseline.value * self._part

    @property
    def emitted(self) -> dict[int, Decimal]:
        """Years of the baseline's inventory after it, as far as they are the district's."""
        known = self.baseline.emitted if self.baseline else {}
        return {year: value * self._part for year, value in known.items()}

    @property
    def _part(self) -> Decimal:
        return self.share.of_city if self.share else Decimal(1)
