"""One published figure and the rows behind its numerator and denominator, added up again.

Belongs here: which months and measures a figure is made of, which of them rows give, which a model gives and why.
Does not belong here: the queries (`lineage.py`), how it is told (`listing.py`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property

from pipelines.publishing.months import months_back, shifted
from pipelines.publishing.rows import Row
from pipelines.tracing.lineage import Lineage, TracedRow

_CLOSE = Decimal("1e-6")
_LEAST = Decimal("1e-5")
"""Parts of a reading that falls to two months are rounded to six digits each."""


@dataclass(frozen=True)
class Model:
    """A measure that no sum of rows gives: what it is of, and the measures whose rows go into it."""

    kind: str
    inputs: tuple[str, ...]


MODELLED = {
    "final_energy_adjusted_kwh": Model("weather", ("final_energy_kwh",)),
    "baseline_saving_kwh": Model("baseline", ("final_energy_kwh",)),
    "baseline_expected_kwh": Model("baseline", ("final_energy_kwh",)),
    "covered_energy_kwh": Model("expected", ("reported_energy_kwh",)),
    "expected_energy_kwh": Model("expected", ("reported_energy_kwh",)),
    "avoided_tco2e": Model("savings", ("energy_tco2e",)),
    "annualised_cost_eur": Model("savings", ("measures_known",)),
    "annual_abatement_tco2e": Model("savings", ("measures_known",)),
    "payback_capex_eur": Model("savings", ("measures_known",)),
    "yearly_saving_eur": Model("savings", ("measures_known",)),
    "budget_left_tco2e": Model("trend", ("energy_tco2e",)),
    "achieved_slope_tco2e": Model("trend", ("energy_tco2e",)),
    "required_slope_tco2e": Model("trend", ("energy_tco2e",)),
    "arrival_probability": Model("trend", ("energy_tco2e",)),
    "decision_lead_time_days": Model("survival", ("decisions_raised",)),
    "sandbox_days_saved": Model("median", ("sandboxes_closed",)),
    "management_stage": Model("steps", ("criteria_met",)),
    "inclusion_index": Model("survey", ("survey_answers_given",)),
    "behaviour_change_yes": Model("survey", ("survey_answers_given",)),
    "behaviour_change_respondents": Model("survey", ("survey_answers_given",)),
    "skills_applied_yes": Model("survey", ("survey_answers_given",)),
    "skills_applied_respondents": Model("survey", ("survey_answers_given",)),
}
"""Measures of which the rows are inputs and no addends: `kind` says what stands between."""
OF_A_YEAR = {
    "reduction_tco2e": ("baseline_tco2e", Decimal(1), Decimal(-1)),
    "gap_tco2e": ("path_tco2e", Decimal(-1), Decimal(1)),
    "baseline_tco2e": ("baseline_tco2e", Decimal(1), Decimal(0)),
}
"""Measures of the last twelve months' emissions and a declared amount: which, its sign, the sign of the emissions."""
_TREND_MONTHS = 12


@dataclass(frozen=True)
class Part:
    """Rows of a measure over some months, times a sign."""

    measure: str
    months: tuple[str, ...]
    sign: Decimal = Decimal(1)


@dataclass(frozen=True)
class Term:
    """A numerator or denominator: its measure, months, rows, and what the warehouse says of it.

    `fixed` are declared amounts beside the rows; `model` is what stands between rows and amount where no sum of rows
    gives it.
    """

    lineage: Lineage
    district: str
    measure: str
    parts: tuple[Part, ...]
    told: Decimal
    model: str | None = None
    fixed: tuple[TracedRow, ...] = ()

    @property
    def months(self) -> tuple[str, ...]:
        """The months whose rows these are."""
        return self.parts[0].months if self.parts else ()

    @cached_property
    def rows(self) -> list[TracedRow]:
        """The rows, each with what it gave."""
        return [
            *self.fixed,
            *(
                row if part.sign == 1 else dataclasses.replace(row, amount=row.amount * part.sign)
                for part in self.parts
                for row in self.lineage.rows(self.district, part.measure, part.months)
            ),
        ]

    @cached_property
    def total(self) -> Decimal:
        """What the rows give, added up."""
        given = (
            part.sign * self.lineage.given(self.district, part.measure, part.months)
            for part in self.parts
        )
        return sum(given, sum((row.amount for row in self.fixed), Decimal(0)))

    @property
    def adds_up(self) -> bool:
        """Whether the rows give what the warehouse says."""
        return close(self.total, self.told)


@dataclass(frozen=True)
class Traced:
    """A figure traced: as it stands in the warehouse today, and its terms."""

    value: Row
    kpi: Row
    terms: tuple[Term, ...]

    @property
    def model(self) -> str | None:
        """What stands between rows and figure, where rows alone do not give it."""
        return next((term.model for term in self.terms if term.model), None)

    @property
    def recomputed(self) -> Decimal | None:
        """The figure from its rows alone; None where a model stands between, or nothing to divide by."""
        if self.model or not self.terms:
            return None
        top, scale = self.terms[0].total, Decimal(self.kpi["scale"])
        if len(self.terms) == 1:
            return top * scale
        below = self.terms[1].total
        return top / below * scale if below else None


def traced(lineage: Lineage, value: Row, kpi: Row) -> Traced:
    """The rows behind a value of `fct_kpi_values`, as the warehouse has them today.

    Args:
        lineage: The warehouse.
        value: The value's row; one without a period has no rows.
        kpi: Its declaration.
    """
    if value["period_end"] is None or not kpi["mart"]:
        return Traced(value, kpi, ())
    measures = [kpi[name] for name in ("numerator", "denominator") if kpi[name]]
    months = _months(value, kpi)
    known = lineage.known(kpi["mart"], value["district_id"], measures)
    counted = [month for month in months if month in known]
    return Traced(
        value,
        kpi,
        tuple(
            _term(lineage, value["district_id"], kpi["mart"], each, counted) for each in measures
        ),
    )


def close(one: Decimal, other: Decimal) -> bool:
    """Whether two amounts are one, but for the rounding of parts."""
    return abs(one - other) <= _CLOSE * abs(other) + _LEAST


def _months(value: Row, kpi: Row) -> list[str]:
    """The months that a value is the sum of; the last one where it is a state."""
    last = f"{value['period_end'] - timedelta(days=1):%Y-%m}"
    if kpi["period"] not in ("rolling_12", "year_to_date"):
        return [last]
    first = f"{value['period_start']:%Y-%m}"
    found = [last]
    while found[-1] > first:
        found.append(shifted(found[-1], -1))
    return found[::-1]


def _term(lineage: Lineage, district: str, mart: str, measure: str, months: Sequence[str]) -> Term:
    told = lineage.total(mart, district, measure, months) or Decimal(0)
    if measure in OF_A_YEAR and months:
        return _of_a_year(lineage, district, measure, months[-1], told)
    model = MODELLED.get(measure)
    if model is None:
        return Term(lineage, district, measure, (Part(measure, tuple(months)),), told)
    trend = model.kind == "trend" and months
    window = months_back(months[-1], _TREND_MONTHS) if trend else tuple(months)
    parts = tuple(Part(each, window) for each in model.inputs)
    return Term(lineage, district, measure, parts, told, model.kind)


def _of_a_year(lineage: Lineage, district: str, measure: str, month: str, told: Decimal) -> Term:
    """Declared baseline or path, and the emissions of the twelve months that are held against it."""
    name, sign, of_rows = OF_A_YEAR[measure]
    declared = lineage.total("fct_emissions_monthly", district, name, [month]) or Decimal(0)
    fixed = TracedRow(
        "targets", "declared", None, None, None, month, name, None, declared, declared * sign,
        "declared_amount",
    )  # fmt: skip
    window = months_back(month, _TREND_MONTHS)
    parts = (Part("energy_tco2e", window, of_rows),) if of_rows else ()
    return Term(lineage, district, measure, parts, told, None, (fixed,))
