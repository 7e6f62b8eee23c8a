"""The lines between grades, between signals, between what is published and what is not; the discount rate.

Belongs here: the declared numbers and what keeps them in order. Does not belong here: the grading
(dbt) and the suppression (`publishing`) that use them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from pipelines.catalogue.declaration import Declaration, declare, plain, read_yaml

SHARED = Path(__file__).parent / "thresholds.yaml"
AT_LEAST = ("coverage", "evidence")

Number = Annotated[Decimal, Field(ge=0, decimal_places=4)]
Share = Annotated[Decimal, Field(ge=0, le=1, decimal_places=4)]


class Lines(Declaration):
    """The lines of the grades A to D of one part of data quality; what is beyond D is an E."""

    a: Number
    b: Number
    c: Number
    d: Number

    def falls(self) -> bool:
        """Whether the lines come down from A to D."""
        return self.a >= self.b >= self.c >= self.d


class Grades(Declaration):
    """One set of lines per part of data quality."""

    coverage: Lines
    evidence: Lines
    estimated: Lines
    quarantine: Lines
    age: Lines
    factor_age: Lines

    @model_validator(mode="after")
    def _a_is_the_strictest(self) -> Self:
        for part in type(self).model_fields:
            lines: Lines = getattr(self, part)
            rises = lines.a <= lines.b <= lines.c <= lines.d
            if part in AT_LEAST and not lines.falls():
                raise ValueError(f"'{part}' is a least share: its lines fall from a to d")
            if part not in AT_LEAST and not rises:
                raise ValueError(f"'{part}' is a limit: its lines rise from a to d")
        return self


class Signal(Declaration):
    """When a figure with a target is green, amber, red or grey."""

    green: Decimal
    amber: Number
    grey_below_coverage: Share
    withheld_below_coverage: Share
    incomparable_beyond_coverage: Share
    stale_after_cadences: Number

    @model_validator(mode="after")
    def _green_before_amber(self) -> Self:
        if self.green >= self.amber:
            raise ValueError("the green line lies below the amber line")
        return self

    @model_validator(mode="after")
    def _grey_before_withheld(self) -> Self:
        if self.withheld_below_coverage > self.grey_below_coverage:
            raise ValueError("a value turns grey before it is withheld")
        return self


class Reporting(Declaration):
    """When a share becomes counts, and when a provisional figure becomes final."""

    counts_below_cases: Annotated[int, Field(ge=0)]
    final_after_months: Annotated[int, Field(ge=0)]


class DisclosureLimits(Declaration):
    """What protects firms, households and respondents."""

    p_percent: Number
    minimum_firms: Annotated[int, Field(ge=3)]
    household_minimum: Annotated[int, Field(ge=3)]
    household_largest_share: Share
    survey_base: Annotated[int, Field(ge=3)]
    survey_cell: Annotated[int, Field(ge=3)]


class Course(Declaration):
    """When a KPI of the Theory of Change is on its way from one target to the next."""

    course_tolerance: Share


class Money(Declaration):
    """What makes costs of different years one cost."""

    discount_rate: Share


class Gate(Declaration):
    """What keeps a district out of an edition until it is mended."""

    headline_grade: Literal["A", "B", "C", "D", "E"]


class Keeping(Declaration):
    """How long what can be made again, or is no longer read, is kept; nothing said is for ever."""

    edition_months: Annotated[int, Field(ge=1)] | None
    earlier_views: Annotated[int, Field(ge=1)] | None


class Thresholds(Declaration):
    """Every line in one place."""

    grades: Grades
    signal: Signal
    reporting: Reporting
    disclosure: DisclosureLimits
    theory: Course
    money: Money
    gate: Gate
    keeping: Keeping

    def flat(self) -> dict[str, Decimal]:
        """Name and number of every line, for the warehouse: `coverage_a`, `signal_amber`."""
        named: dict[str, Decimal] = {}
        for part in Grades.model_fields:
            for grade, line in getattr(self.grades, part).model_dump().items():
                named[f"{part}_{grade}"] = line
        signal = self.signal.model_dump()
        named |= {f"signal_{colour}": signal.pop(colour) for colour in ("green", "amber")}
        parts = (self.reporting, self.disclosure, self.theory, self.money)
        for others in (signal, *(part.model_dump() for part in parts)):
            named |= {name: Decimal(value) for name, value in others.items()}
        return named


def thresholds(deployment: Path | None = None) -> Thresholds:
    """The lines in force: the shared ones, with those a deployment moved.

    Args:
        deployment: The folder of the district files; `thresholds/thresholds.yaml` in it says only
            what differs.

    Raises:
        DeclarationError: a line that is unknown, missing or out of order.
    """
    shared = read_yaml(SHARED)
    own = deployment / "thresholds" / SHARED.name if deployment else None
    if own is None or not own.is_file():
        return declare(Thresholds, shared, SHARED)
    moved = read_yaml(own)
    return declare(Thresholds, _laid_over(plain(shared), plain(moved or {})), own)


def _laid_over(below: Any, above: Any) -> Any:
    if not isinstance(below, Mapping) or not isinstance(above, Mapping):
        return above
    return {
        key: _laid_over(below[key], above[key])
        if key in below and key in above
        else above.get(key, below.get(key))
        for key in [*below, *(key for key in above if key not in below)]
    }
