"""Which figures of a view may be read: every rule asked, one after the other.

Belongs here: reading what the rules need, the order in which they are asked, refusing where something stays open. Does
not belong here: the rules themselves, the tables that follow (`told_tables.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from pipelines.publishing.protecting import (
    answers,
    inventory,
    memory,
    relations,
    tables,
    told_shares,
    uses,
    water_uses,
    withholding,
)
from pipelines.publishing.protecting.agreed import Agreed
from pipelines.publishing.protecting.disclosure import (
    Evidence,
    Place,
    contributors_of,
    protect,
    unprotected,
)
from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.measure_sums import MeasureSums, measure_sums
from pipelines.publishing.protecting.money import HiddenMoney, hidden_money
from pipelines.publishing.protecting.refused import FiguresOpen, PublicationRefused
from pipelines.publishing.protecting.surveys import Question
from pipelines.publishing.rows import Row, read_rows

_SUMS = ("fct_energy_monthly", "fct_emissions_monthly")
"""Marts with measures that may be sums of uses."""
MONTHLY_SUMS = ("ENE01", "EMI01", "EMI02", "EMI05")
"""KPIs of one month that are sums of uses and judged by who stands behind them."""


@dataclass(frozen=True)
class Uses:
    """What figures of one kind are made of in every month, and what is hidden of them."""

    months: Mapping[Place, uses.Month]
    hidden: Mapping[Place, relations.Hidden]

    def cells(self, table: str) -> dict[Place, set[uses.Cell]]:
        """Hidden cells of 'energy', 'emissions' or 'water'."""
        return {place: gone.cells(table) for place, gone in self.hidden.items()}


@dataclass(frozen=True)
class Decided:
    """KPI values as they may be read, and all that other tables need to agree with them.

    Attributes:
        view: The folder with `marts/`, `declared/` and `collected/`.
        month: The edition's month.
        kpis: Rows of `declared/kpis`.
        limits: The declared thresholds.
        points: Rows of `fct_energy`, with those who signed an agreement as no strangers.
        lines: Rows of `fct_emission_lines`.
        water: Rows of `fct_water_monthly`.
        readable: KPI values as they may be read.
        alone: Who stands behind each measure, and nothing of what follows from it.
        evidence: The same with what follows.
        energy: Energy and emissions.
        of_water: Water.
        apart: Cells of which factors would tell a part that is too close to one holder.
        money: Sums over projects.
        measures: Sums over measures.
        said: Counts behind what people said.
        asked_again: Questions of which too few answers moved since an earlier edition.
        below_line: (district, month, theme) of which too little was read.
        telling: Where shares are not told at all.
    """

    view: Path
    month: str
    kpis: list[Row]
    limits: Limits
    points: list[Row]
    lines: list[Row]
    water: list[Row]
    readable: list[Row]
    alone: Evidence
    evidence: Evidence
    energy: Uses
    of_water: Uses
    apart: Mapping[Place, set[uses.Cell]]
    money: HiddenMoney
    measures: MeasureSums
    said: answers.Told
    asked_again: set[Question]
    below_line: set[tuple[str, str, str]]
    telling: told_shares.Telling

    @property
    def marts(self) -> Path:
        """The folder of the view's marts."""
        return self.view / "marts"

    @property
    def gone(self) -> set[tuple[str, str, str]]:
        """District, month and code of every KPI value that is hidden."""
        return {
            (row["district_id"], row["month"], row["kpi_code"])
            for row in self.readable
            if row["suppressed"]
        }

    @property
    def told(self) -> set[tuple[str, str, str]]:
        """The same of every value that is there."""
        return {
            (row["district_id"], row["month"], row["kpi_code"])
            for row in self.readable
            if row["value"] is not None
        }


def decided(view: Path, month: str, before: Sequence[pa.Table], agreed: Agreed) -> Decided:
    """What may be read of one view up to one month.

    Args:
        view: The folder with `marts/`, `declared/` and `collected/`.
        month: The edition's month, 'YYYY-MM'.
        before: What earlier editions remember of what they showed.
        agreed: Who agreed that their city sees more.

    Raises:
        PublicationRefused: no KPI values for the month, or a small cell that protection left open.
    """
    marts, declared = view / "marts", view / "declared"
    values = _values(marts, month)
    kpis = read_rows(declared / "kpis.parquet")
    limits = Limits.declared(read_rows(declared / "thresholds.parquet"))
    lines = tables.up_to(marts, "fct_emission_lines", month)
    points = agreed.rows(tables.up_to(marts, "fct_energy", month))
    water = tables.up_to(marts, "fct_water_monthly", month)
    alone = Evidence(
        contributors=agreed.contributors(
            contributors_of(tables.up_to(marts, "fct_contributors", month))
        ),
        bases=_bases(tables.up_to(marts, "fct_levers_monthly", month)),
    )
    # Two looks: what is hidden by itself hides what it is made of, and that hides the figures made of it.
    first = protect(values, kpis, alone, limits)
    apart = inventory.told_apart_by_factors(
        agreed.rows(tables.up_to(marts, "fct_emission_points", month)), limits
    )
    cells = tables.up_to(marts, "fct_energy_by_carrier_sector", month)
    sums = [row for mart in _SUMS for row in tables.up_to(marts, mart, month)]
    made_of = uses.months(cells, points, lines, sums)
    versions = agreed.versions(memory.versions(before, made_of))
    hidden = relations.hidden_figures(made_of, _hidden_by_itself(first), apart, versions, limits)
    of_water = water_uses.water_months(water, points)
    versions = agreed.versions(memory.versions(before, of_water, memory.WATER))
    hidden_water = relations.hidden_figures(of_water, {}, {}, versions, limits)
    said = answers.counted(
        tables.up_to(marts, "fct_survey_estimates", month),
        tables.up_to(marts, "fct_levers_monthly", month),
        kpis,
    )
    asked_again, moved = answers.moved_alone(said, before, limits)
    money = hidden_money(tables.up_to(marts, "fct_projects", month), first, kpis, limits, before)
    measures = measure_sums(marts, month, first, limits, before)
    evidence = _with_what_follows(
        alone, relations.together(hidden, hidden_water), paid(money, measures), moved
    )
    readable = protect(values, kpis, evidence, limits)
    _refuse_if_open(readable, kpis, evidence, limits)
    below_line = withholding.below_line(tables.up_to(marts, "fct_completeness", month))
    readable = withholding.without_withheld_amounts(readable, kpis, below_line)
    telling = told_shares.what_tells(lines, hidden)
    readable = told_shares.figures(
        readable,
        kpis,
        tables.up_to(marts, "fct_kpi_quality", month),
        telling,
        limits,
    )
    return Decided(
        view=view,
        month=month,
        kpis=kpis,
        limits=limits,
        points=points,
        lines=lines,
        water=water,
        readable=readable,
        alone=alone,
        evidence=evidence,
        energy=Uses(made_of, hidden),
        of_water=Uses(of_water, hidden_water),
        apart=apart,
        money=money,
        measures=measures,
        said=said,
        asked_again=asked_again,
        below_line=below_line,
        telling=telling,
    )


def _values(marts: Path, month: str) -> list[Row]:
    values = tables.up_to(marts, "fct_kpi_values", month)
    if not any(row["month"] == month for row in values):
        raise PublicationRefused(
            f"Expected KPI values for {month} in {marts.name}/fct_kpi_values.parquet and found none.\n"
            f"Nothing was published. Build first (nzd build), or publish a month that has ended."
        )
    return values


def _with_what_follows(
    evidence: Evidence,
    hidden: Mapping[Place, relations.Hidden],
    money: HiddenMoney,
    moved: Mapping[Place, frozenset[str]],
) -> Evidence:
    """What protection needs to know, with what equations, sums over projects and answers would give back."""
    values = {place: gone.codes("kpi") for place, gone in hidden.items()}
    since = {
        place: frozenset(key[1] for key in gone.since if key[0] == "kpi")
        for place, gone in hidden.items()
    }
    amounts = {place: gone.codes("amounts") for place, gone in hidden.items()}
    return replace(
        evidence,
        given_back=_joined(_joined(values, money.kpis), moved),
        parts_given_back=_joined(amounts, money.amounts),
        since=_joined(since, moved),
    )


def paid(money: HiddenMoney, measures: MeasureSums) -> HiddenMoney:
    """What must not be shown of sums over projects and over measures."""
    return replace(
        money,
        kpis=_joined(money.kpis, measures.kpis),
        columns=_joined(money.columns, measures.columns),
    )


def _joined(
    one: Mapping[Place, frozenset[str]], other: Mapping[Place, frozenset[str]]
) -> dict[Place, frozenset[str]]:
    return {
        place: one.get(place, frozenset()) | other.get(place, frozenset())
        for place in {*one, *other}
    }


def _hidden_by_itself(values: Sequence[Row]) -> dict[Place, set[uses.Key]]:
    found: dict[Place, set[uses.Key]] = defaultdict(set)
    for row in values:
        if row["suppressed"] and row["kpi_code"] in MONTHLY_SUMS:
            found[row["district_id"], row["month"]].add(("kpi", row["kpi_code"]))
    return dict(found)


def _bases(levers: Sequence[Row]) -> dict[Place, dict[str, Decimal | None]]:
    return {(row["district_id"], row["month"]): row for row in levers}


def _refuse_if_open(
    readable: Sequence[Row], kpis: Sequence[Row], evidence: Evidence, limits: Limits
) -> None:
    declared = {str(kpi["code"]): kpi for kpi in kpis}
    open_cells = unprotected(readable, declared, evidence, limits)
    if open_cells:
        shown = "\n  ".join(open_cells[:10])
        raise FiguresOpen(
            f"Expected no figure that shows a single holder, found {len(open_cells)}:\n  {shown}\n"
            "Nothing was published; the last edition stays. Correct the KPI's disclosure declaration or the "
            "contributors mart, build and publish again."
        )
