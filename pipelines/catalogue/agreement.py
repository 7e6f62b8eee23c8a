"""A recorded agreement of firms with their city: whose figures the city may see, by which act, until when.

Belongs here: what `agreements/<district>.yaml` beside the district files may say. Does not belong here: what an
internal edition shows (`publishing/internal`).

It stands apart from the district's file, which is an input of every public edition and is kept with it: neither may
follow from who has signed what. Households and people who answer surveys cannot be named: no agreement lifts their
protection.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pipelines.catalogue.declaration import Declaration, declare, read_yaml

FOLDER = "agreements"
CELLS = ("energy_by_carrier_sector", "emissions_by_carrier_sector", "water_by_source")
"""Tables of which an agreement may name cells to be shown; KPIs are named by their code."""


class Lifted(Declaration):
    """For which figures a rule no longer holds between those who signed and their city.

    `firms` is three firms at least and the p %-rule, of those who signed alone: who did not stays protected by both.
    """

    rule: Literal["firms"]
    figures: tuple[Annotated[str, Field(pattern=r"^([A-Z]{3}[0-9]{2}|[a-z_]+)$")], ...] = Field(
        min_length=1
    )


class Agreement(Declaration):
    """Who agreed to what.

    Attributes:
        signed_by: Groups of the register that agreed, as it names them.
        reference: The act it is recorded in.
        legal_basis: Why the city may use the figures.
        valid_from: Its first day.
        until: Its last day; internal editions go after it.
        lifts: What it lifts.
        recipients: Persons or offices that may read an internal edition.
    """

    signed_by: tuple[str, ...] = Field(min_length=1)
    reference: str = Field(min_length=1)
    legal_basis: str = Field(min_length=1)
    valid_from: date
    until: date
    lifts: tuple[Lifted, ...] = Field(min_length=1)
    recipients: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until < self.valid_from:
            raise ValueError(f"until: {self.until} is before valid_from, {self.valid_from}")
        return self

    @model_validator(mode="after")
    def _names_tables_that_have_cells(self) -> Self:
        wrong = sorted(name for name in self.figures if name[0].islower() and name not in CELLS)
        if wrong:
            raise ValueError(
                f"lifts: no figures are called {', '.join(wrong)}; expected codes of KPIs or {', '.join(CELLS)}"
            )
        return self

    @property
    def figures(self) -> frozenset[str]:
        """Codes of KPIs and tables that it opens."""
        return frozenset(name for one in self.lifts for name in one.figures)

    def holds_on(self, day: date) -> bool:
        """Whether it is in force."""
        return self.valid_from <= day <= self.until


def agreement_of(districts: Path, district: str) -> Agreement | None:
    """The agreement of one district, None where none is recorded.

    Raises:
        DeclarationError: what is wrong with it, by file, line and field.
    """
    path = districts / FOLDER / f"{district}.yaml"
    return declare(Agreement, read_yaml(path), path) if path.is_file() else None
