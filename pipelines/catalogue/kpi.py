"""What is measured: the KPIs, declared in `kpis/`, the same for Python, dbt and the reports.

Belongs here: what a KPI is, what makes its declaration meaningful, and its loader. Does not belong
here: any figure, and any formula beyond the names of the columns a value is made of (dbt makes
the columns).
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

from pydantic import BeforeValidator, Field, model_validator

from pipelines.catalogue.declaration import (
    Bilingual,
    Declaration,
    DeclarationError,
    declare,
    in_both,
    line_of,
    read_yaml,
    shown,
)

SHARED = Path(__file__).parent / "kpis"

Lever = Literal[
    "technology_infrastructure",
    "governance_policy",
    "social_innovation",
    "democracy_participation",
    "finance_funding",
    "learning_capabilities",
]
Theme = Literal[
    "energy",
    "water",
    "emissions",
    "investment",
    "technology",
    "governance",
    "social",
    "participation",
    "finance",
    "learning",
]
Mart = Literal[
    "fct_energy_monthly",
    "fct_water_monthly",
    "fct_emissions_monthly",
    "fct_investment_monthly",
    "fct_levers_monthly",
]
Completeness = Literal[
    "energy",
    "electricity",
    "natural_gas",
    "district_heat",
    "pv",
    "water",
    "emissions",
    "surfaces",
    "activity",
    "weather",
    "investment",
    "governance",
    "social",
    "participation",
    "finance",
    "learning",
    "survey",
]
Unit = Literal[
    "MWh",
    "MWh/a",
    "MWh/employee",
    "kWh/(m²·a)",
    "kWh/kg",
    "EUR/MWh",
    "kW",
    "%",
    "m³",
    "m³/t",
    "m³/(km·d)",
    "kWh/m³",
    "tCO2e",
    "tCO2e/a",
    "kgCO2e/(m²·a)",
    "tCO2e/employee",
    "EUR",
    "EUR/tCO2e",
    "kg",
    "index",
    "score",
    "ratio",
    "count",
    "days",
    "years",
    "hours",
    "points",
    "stage",
]
"""The units a value may carry; the reports spell out the ones that are words."""

ColumnName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Interval(Declaration):
    """Columns of the mart that hold the bounds of a value known with uncertainty."""

    low: ColumnName
    high: ColumnName


class Measure(Declaration):
    """Which columns of which mart make the value, and over which period.

    A `sum` adds the numerator over the period, a `ratio` divides the sum of the numerator by the
    sum of the denominator, a `level` is the numerator as it stands at the end of the month. The
    value is scaled last. Over twelve months a stock in the denominator is summed like any column,
    so such a scale carries a factor 12.
    """

    mart: Mart
    numerator: ColumnName
    denominator: ColumnName | None = None
    kind: Literal["sum", "ratio", "level"]
    scale: Decimal = Decimal(1)
    period: Literal["month", "rolling_12", "state", "year_to_date"]
    adjusted_numerator: ColumnName | None = None
    interval: Interval | None = None

    @model_validator(mode="after")
    def _kind_and_columns_agree(self) -> Self:
        if (self.kind == "ratio") != (self.denominator is not None):
            raise ValueError(
                "a measure of kind 'ratio' names a denominator, and no other kind does"
            )
        if self.kind == "level" and self.period in ("rolling_12", "year_to_date"):
            raise ValueError("a level is not added up: its period is 'month' or 'state'")
        if self.scale <= 0:
            raise ValueError("the scale is a positive number")
        return self

    def columns(self) -> tuple[str, ...]:
        """Every column of the mart that this measure reads."""
        named = (self.numerator, self.denominator, self.adjusted_numerator)
        bounds = (self.interval.low, self.interval.high) if self.interval else ()
        return tuple(column for column in (*named, *bounds) if column)


class Disclosure(Declaration):
    """What protects the firms and people behind a value.

    `contributions` names the measure whose contributors are counted (`firms`, `households`) or the
    column with the number of answers (`survey`). `inherits` names KPIs whose suppression hides this
    one too, whatever the rule; `looks_back_months` says over how many months, where a value is made of more than its
    period. `adjusted` names the measure whose contributors stand behind what the adjusted value adds to the value:
    where they are too few, the value stands alone. `rest` names the measure of what the numerator leaves out of a
    published total: where too few stand behind it, numerator and denominator are not told. `dominance` is the p %-rule
    alone, without a least number of firms: for money, where what public bodies pay is public and covers. `smallest`
    names the column with the people in the smallest group behind a share of a survey, counted by heads and not by
    weights. `in_steps` tells a share of energy or water as "at least" one of a few numbers, without what it is made of:
    whoever knows one part exactly, such as the one bill that was estimated, would work out the other.
    """

    rule: Literal["none", "firms", "dominance", "households", "survey", "inherits"]
    contributions: ColumnName | None = None
    adjusted: ColumnName | None = None
    rest: ColumnName | None = None
    smallest: ColumnName | None = None
    inherits: tuple[str, ...] = ()
    looks_back_months: Annotated[int, Field(ge=2)] | None = None
    in_steps: bool = False

    @model_validator(mode="after")
    def _rule_has_what_it_needs(self) -> Self:
        counted = ("firms", "dominance", "households", "survey")
        if (self.rule in counted) != (self.contributions is not None):
            raise ValueError(
                "rules 'firms', 'dominance', 'households' and 'survey' name contributions, and no other does"
            )
        if self.smallest is not None and self.rule != "survey":
            raise ValueError("'smallest' belongs to rule 'survey'")
        if self.rule == "inherits" and not self.inherits:
            raise ValueError("rule 'inherits' names at least one KPI")
        if self.in_steps and self.rule not in ("firms", "inherits"):
            raise ValueError(
                "'in_steps' is for shares of energy or water: rules 'firms' and 'inherits'"
            )
        if self.rule == "none" and self.inherits:
            raise ValueError(
                "a KPI that inherits a suppression has rule 'inherits', or a rule of its own"
            )
        return self


class NotComputed(Bilingual):
    """Why a declared KPI has no value yet, as a code for the tables and as text for readers."""

    code: Literal["not_computed", "no_factor", "not_collected"]


class Kpi(Declaration):
    """One KPI: its names, what it is made of, how it is protected and how it is explained.

    Below the declared line of coverage a value is withheld, but for those that tell of the data itself or rest on
    other data than the meters of their theme (`withheld_below_line: false`).
    """

    code: Annotated[str, Field(pattern=r"^[A-Z]{3}\d{2}$")]
    lever: Lever
    theme: Theme
    name: Bilingual
    unit: Unit
    decimals: Annotated[int, Field(ge=0, le=4)] = 0
    direction: Literal["lower", "higher", "context"]
    cadence: Literal["monthly", "quarterly", "semi_annual", "annual", "edition"]
    completeness: Completeness
    withheld_below_line: bool = True
    evidence: str | None = None
    """The register whose claims stand behind the value; a KPI of several registers is graded by those of its theme."""
    measure: Measure | None = None
    disclosure: Disclosure
    minimum_cases: Annotated[int, Field(ge=0)] = 0
    method: Bilingual
    formula: Annotated[Bilingual, BeforeValidator(in_both)]
    """A formula of symbols and codes alone is declared once: it reads the same in both languages."""
    reference: str
    maturity: Literal["core", "extended"]
    computed: bool = True
    reason: NotComputed | None = None
    headline: Annotated[int, Field(ge=1, le=5)] | None = None

    @model_validator(mode="after")
    def _computed_or_a_reason(self) -> Self:
        if self.computed and (self.measure is None or self.reason is not None):
            raise ValueError("a computed KPI has a measure and no reason")
        if not self.computed and (self.measure is not None or self.reason is None):
            raise ValueError("a KPI that is not computed says the reason, in place of a measure")
        return self

    @model_validator(mode="after")
    def _only_a_share_has_steps(self) -> Self:
        share = self.unit == "%" and self.measure is not None and self.measure.kind == "ratio"
        if self.disclosure.in_steps and not (share and self.direction == "higher"):
            raise ValueError(
                "'in_steps' tells a share as at least so much: a ratio in %, higher is better"
            )
        return self

    @model_validator(mode="after")
    def _inherits_from_others(self) -> Self:
        if self.code in self.disclosure.inherits:
            raise ValueError("a KPI does not inherit from itself")
        return self


class KpiFile(Declaration):
    """One file of KPIs."""

    kpis: tuple[Kpi, ...]


def kpis(deployment: Path | None = None) -> dict[str, Kpi]:
    """Every KPI by code, in the reading order of the themes.

    Args:
        deployment: The folder of the district files; its `kpis/*.yaml` add to the shared ones.

    Raises:
        DeclarationError: a mistake in a declaration, a code declared twice, an unknown KPI to
            inherit from.
    """
    folders = [SHARED, *([deployment / "kpis"] if deployment else [])]
    found: dict[str, Kpi] = {}
    declared_at: dict[str, str] = {}
    mistakes: list[str] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
        document = read_yaml(path)
        for position, kpi in enumerate(declare(KpiFile, document, path).kpis):
            here = f"{shown(path)}:{line_of(document, ('kpis', position, 'code'))}"
            if kpi.code in found:
                mistakes.append(
                    f"{here}: kpis.{position}.code: {kpi.code} is already declared at "
                    f"{declared_at[kpi.code]}."
                )
                continue
            found[kpi.code], declared_at[kpi.code] = kpi, here
    mistakes += _unknown_inheritance(found, declared_at) + _headlines_twice(found, declared_at)
    if mistakes:
        raise DeclarationError(mistakes)
    order = get_args(Theme)
    return dict(sorted(found.items(), key=lambda named: order.index(named[1].theme)))


def _unknown_inheritance(found: dict[str, Kpi], declared_at: dict[str, str]) -> list[str]:
    return [
        f"{declared_at[kpi.code]}: {kpi.code}.disclosure.inherits: no KPI is called '{code}'."
        for kpi in found.values()
        for code in kpi.disclosure.inherits
        if code not in found
    ]


def _headlines_twice(found: dict[str, Kpi], declared_at: dict[str, str]) -> list[str]:
    holders: dict[int, str] = {}
    mistakes = []
    for kpi in found.values():
        if kpi.headline is None:
            continue
        if kpi.headline in holders:
            mistakes.append(
                f"{declared_at[kpi.code]}: {kpi.code}.headline: place {kpi.headline} is held by "
                f"{holders[kpi.headline]}."
            )
        holders[kpi.headline] = kpi.code
    return mistakes
