"""From the marts of one view to everything an edition may hold, protected.

Belongs here: reading the view, calling the rules, refusing where something stays open. Does not belong here: the
rules, tables that leave nearly as they are (`open_tables.py`), where tables are written (`edition.py`).
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
    factor_tables,
    inventory,
    inventory_schemas,
    kept_points,
    memory,
    relations,
    tables,
    told_shares,
    uses,
    water_uses,
    withholding,
)
from pipelines.publishing.protecting.agreed import NOBODY, Agreed
from pipelines.publishing.protecting.audit import protected_figures
from pipelines.publishing.protecting.baseline_models import baseline_grades
from pipelines.publishing.protecting.baselines import baselines
from pipelines.publishing.protecting.change_parts import change_parts
from pipelines.publishing.protecting.corrections import corrections
from pipelines.publishing.protecting.disclosure import (
    Evidence,
    Place,
    contributors_of,
    protect,
    unprotected,
)
from pipelines.publishing.protecting.funding import project_funding
from pipelines.publishing.protecting.hourly_emissions import hourly_emissions
from pipelines.publishing.protecting.inventory_views import inventory_views
from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.measure_sums import measure_memory, measure_sums
from pipelines.publishing.protecting.measure_tables import measure_tables
from pipelines.publishing.protecting.money import HiddenMoney, hidden_money, money_memory
from pipelines.publishing.protecting.open_tables import context_tables, declared_tables, wide_tables
from pipelines.publishing.protecting.origins import closes_after
from pipelines.publishing.protecting.rounded_shares import telling_shares
from pipelines.publishing.protecting.surveys import survey_tables
from pipelines.publishing.protecting.theory_tables import theory_tables
from pipelines.publishing.protecting.trajectory import forecasts, trajectories
from pipelines.publishing.protecting.water_sources import water_sources
from pipelines.publishing.rows import Row, ordered, read_rows, to_table

_SUMS = ("fct_energy_monthly", "fct_emissions_monthly")
"""Marts with measures that may be sums of uses."""
_MONTHLY_SUMS = ("ENE01", "EMI01", "EMI02", "EMI05")
"""KPIs of one month that are sums of uses and judged by who stands behind them."""


class PublicationRefused(RuntimeError):
    """Nothing was published; the message says what was expected, what happened and what to do."""


class FiguresOpen(PublicationRefused):
    """A figure shows a single holder, although everything was done to protect it."""


@dataclass(frozen=True)
class Protected:
    """KPI values and tables as they may be read; `memory`, `audit` and `points` stay in the house."""

    kpi_values: list[Row]
    tables: dict[str, pa.Table]
    memory: pa.Table
    audit: pa.Table
    decisions: list[Row]
    """Decisions that name an edition, an indicator or a day of review: what the log of decisions is made of."""
    points: pa.Table
    """What every point adds to the figures: why they differ from those of another edition is told by it."""


_OVER_MEASURES = ("INV05", "INV09")
"""KPIs over all measures of a district."""


def protected(
    view: Path, month: str, before: Sequence[pa.Table] = (), agreed: Agreed = NOBODY
) -> Protected:
    """Everything of one view up to one month that may be read.

    Args:
        view: The folder with `marts/`, `declared/` and `collected/`.
        month: The edition's month, 'YYYY-MM'.
        before: What earlier editions remember of what they showed.
        agreed: Who agreed that their city sees more; nobody, for everything that is published.

    Raises:
        PublicationRefused: no KPI values for the month, or a small cell that protection left open.
    """
    marts, declared = view / "marts", view / "declared"
    values = tables.up_to(marts, "fct_kpi_values", month)
    if not any(row["month"] == month for row in values):
        raise PublicationRefused(
            f"Expected KPI values for {month} in {marts.name}/fct_kpi_values.parquet and found none.\n"
            f"Nothing was published. Build first (nzd build), or publish a month that has ended."
        )
    kpis = read_rows(declared / "kpis.parquet")
    limits = Limits.declared(read_rows(declared / "thresholds.parquet"))
    energy = tables.up_to(marts, "fct_energy_by_carrier_sector", month)
    lines = tables.up_to(marts, "fct_emission_lines", month)
    points = agreed.rows(tables.up_to(marts, "fct_energy", month))
    water = tables.up_to(marts, "fct_water_monthly", month)
    evidence = Evidence(
        contributors=agreed.contributors(
            contributors_of(tables.up_to(marts, "fct_contributors", month))
        ),
        bases=_bases(tables.up_to(marts, "fct_levers_monthly", month)),
    )
    sums = [row for mart in _SUMS for row in tables.up_to(marts, mart, month)]
    made_of = uses.months(energy, points, lines, sums)
    # Two looks: what is hidden by itself hides what it is made of, and that hides the figures made of it.
    first = protect(values, kpis, evidence, limits)
    apart = inventory.told_apart_by_factors(
        agreed.rows(tables.up_to(marts, "fct_emission_points", month)), limits
    )
    hidden = relations.hidden_figures(
        made_of,
        _hidden_by_itself(first),
        apart,
        agreed.versions(memory.versions(before, made_of)),
        limits,
    )
    of_water = water_uses.water_months(water, points)
    hidden_water = relations.hidden_figures(
        of_water, {}, {}, agreed.versions(memory.versions(before, of_water, memory.WATER)), limits
    )
    gone_from = relations.together(hidden, hidden_water)
    behind = evidence
    said = answers.counted(
        tables.up_to(marts, "fct_survey_estimates", month),
        tables.up_to(marts, "fct_levers_monthly", month),
        kpis,
    )
    asked_again, moved = answers.moved_alone(said, before, limits)
    money = hidden_money(tables.up_to(marts, "fct_projects", month), first, kpis, limits, before)
    of_measures = measure_sums(marts, month, first, limits, before)
    paid = replace(
        money,
        kpis=_joined(money.kpis, of_measures.kpis),
        columns=_joined(money.columns, of_measures.columns),
    )
    evidence = _with_what_follows(evidence, gone_from, paid, moved)
    readable = protect(values, kpis, evidence, limits)
    _refuse_if_open(readable, kpis, evidence, limits)
    below_line = withholding.below_line(tables.up_to(marts, "fct_completeness", month))
    readable = withholding.without_withheld_amounts(readable, kpis, below_line)
    factors_tell = told_shares.factor_tells(lines, hidden)
    readable = told_shares.figures(
        readable, kpis, tables.up_to(marts, "fct_kpi_quality", month), factors_tell, limits
    )
    gone = {(r["district_id"], r["month"], r["kpi_code"]) for r in readable if r["suppressed"]}
    factors = read_rows(declared / "factors.parquet")
    built = {
        "energy_by_carrier_sector": withholding.withheld_cells(
            tables.energy_table(energy, _cells(hidden, "energy"), water),
            "energy_kwh",
            "energy",
            below_line,
        ),
        "emissions_by_carrier_sector": withholding.withheld_cells(
            tables.emissions_table(lines, _cells(hidden, "emissions")),
            "tco2e",
            "emissions",
            below_line,
        ),
        "water_by_source": withholding.withheld_cells(
            water_sources(water, _cells(hidden_water, "water"), gone),
            "volume_m3",
            "water",
            below_line,
        ),
        **_quality(view, month, _districts_with_hidden_people(readable, kpis)),
        "measuring_sources": tables.measuring_sources(points),
        "factors_used": factor_tables.factors_used(lines, factors),
    }
    built["gpc_inventory"] = inventory.gpc_table(
        tables.up_to(marts, "fct_gpc_inventory", month),
        read_rows(declared / "gpc_lines.parquet"),
        lines,
        built["emissions_by_carrier_sector"],
        evidence.contributors,
        month,
        limits,
    )
    built["inventory_views"] = inventory_views(
        built["energy_by_carrier_sector"],
        built["emissions_by_carrier_sector"],
        built["gpc_inventory"],
        month,
    )
    built["factor_report"] = factor_tables.factor_report(
        lines,
        tables.up_to(marts, "fct_activity_emission_lines", month),
        factors,
        readable,
        built["emissions_by_carrier_sector"],
        month,
    )
    built["empty_slots"] = factor_tables.empty_slots(
        lines, read_rows(declared / "factor_slots.parquet"), month
    )
    ready = {name: _own(name, rows) for name, rows in built.items()}
    without_total = {(place, at, "ENE01") for place, at, theme in below_line if theme == "energy"}
    telling = telling_shares(marts, made_of, hidden, apart, points, limits)
    ready |= {
        "corrections": corrections(view, month),
        "energy_baselines": baselines(
            marts, month, gone | without_total, telling, evidence, limits
        ),
        "baseline_grades": baseline_grades(
            marts, month, points, _places_without_total(readable), limits
        ),
        "project_funding": project_funding(marts, month, limits),
    }
    ready |= measure_tables(marts, month, gone, below_line, of_measures.sets, limits)
    ready |= survey_tables(marts, month, limits, asked_again)
    ready |= _along_time(marts, month, readable, evidence, limits)
    ready |= theory_tables(marts, declared, month, readable)
    ready |= (
        wide_tables(
            marts,
            month,
            kpis,
            gone,
            paid.columns,
            factors_tell,
            limits,
            _measures_untold(readable),
        )
        | declared_tables(declared)
        | context_tables(marts, month)
    )
    return Protected(
        readable,
        ready,
        memory.remembered(
            made_of,
            hidden,
            _withheld(readable, built, made_of),
            [
                *answers.answers_memory(said, ready["survey_estimates"].to_pylist(), readable),
                *money_memory(money),
                *measure_memory(of_measures, ready["measure_scenarios"].to_pylist(), readable),
                *memory.remembered_months(
                    of_water,
                    hidden_water,
                    water_uses.not_told(of_water, readable, built["water_by_source"], kpis),
                    memory.WATER,
                ),
            ],
        ),
        protected_figures(readable, kpis, gone_from, paid.kpis, behind, limits),
        [row for row in tables.up_to(marts, "fct_decision_log", month) if row["month"] == month],
        kept_points.points_of(view, month),
    )


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


def _along_time(
    marts: Path, month: str, readable: Sequence[Row], evidence: Evidence, limits: Limits
) -> dict[str, pa.Table]:
    """Tables of what changed and where it leads, of the figures that are told."""
    told = {
        (r["district_id"], r["month"], r["kpi_code"]) for r in readable if r["value"] is not None
    }
    return {
        "change_parts": change_parts(marts, month, told, evidence, limits),
        "hourly_emissions": hourly_emissions(marts, month, told, evidence, limits),
        "emission_trajectory": trajectories(marts, month, told),
        "emission_forecasts": forecasts(marts, month, told),
    }


def _measures_untold(readable: Sequence[Row]) -> set[tuple[str, str, str]]:
    """Figures over measures that have no value: of whom they would be is not judged, a single firm's may be all."""
    return {
        (row["district_id"], row["month"], row["kpi_code"])
        for row in readable
        if row["kpi_code"] in _OVER_MEASURES and row["value"] is None
    }


def _joined(
    one: Mapping[Place, frozenset[str]], other: Mapping[Place, frozenset[str]]
) -> dict[Place, frozenset[str]]:
    return {
        place: one.get(place, frozenset()) | other.get(place, frozenset())
        for place in {*one, *other}
    }


def _withheld(
    readable: Sequence[Row],
    cells: Mapping[str, Sequence[Row]],
    made_of: Mapping[Place, uses.Month],
) -> dict[Place, set[uses.Key]]:
    """Figures of uses that are not told though nothing hides them; where a total is not, nothing of it is."""
    found: dict[Place, set[uses.Key]] = defaultdict(set)
    for row in readable:
        place = (row["district_id"], row["month"])
        if row["value"] is None and row["kpi_code"] in _MONTHLY_SUMS and place in made_of:
            whole = row["kpi_code"] == "ENE01"
            found[place] |= set(made_of[place].figures) if whole else {("kpi", row["kpi_code"])}
    for name, amount in (("energy", "energy_kwh"), ("emissions", "tco2e")):
        for row in cells[f"{name}_by_carrier_sector"]:
            if row[amount] is None:
                key = (name, row["carrier"], row["sector"])
                found[row["district_id"], row["month"]].add(key)
    return dict(found)


def _hidden_by_itself(values: Sequence[Row]) -> dict[Place, set[uses.Key]]:
    found: dict[Place, set[uses.Key]] = defaultdict(set)
    for row in values:
        if row["suppressed"] and row["kpi_code"] in _MONTHLY_SUMS:
            found[row["district_id"], row["month"]].add(("kpi", row["kpi_code"]))
    return dict(found)


def _cells(hidden: Mapping[Place, relations.Hidden], table: str) -> dict[Place, set[uses.Cell]]:
    return {place: gone.cells(table) for place, gone in hidden.items()}


def _places_without_total(values: Sequence[Row]) -> set[Place]:
    return {
        (row["district_id"], row["month"])
        for row in values
        if row["kpi_code"] == "ENE01" and row["suppressed"]
    }


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


def _own(name: str, rows: Sequence[Row]) -> pa.Table:
    schema = (tables.SCHEMAS | inventory_schemas.SCHEMAS)[name]
    return to_table(ordered(rows, schema.names), schema)


_OF_PEOPLE = ("course_enrolments", "survey_answers")
"""Datasets with a row per person: how many rows is how many people."""


def _districts_with_hidden_people(values: Sequence[Row], kpis: Sequence[Row]) -> set[str]:
    surveys = {kpi["code"] for kpi in kpis if kpi["disclosure_rule"] == "survey"}
    return {
        row["district_id"] for row in values if row["suppressed"] and row["kpi_code"] in surveys
    }


def _quality(view: Path, month: str, few_people: set[str]) -> dict[str, list[Row]]:
    """What was found, delivered and set aside, counted; nothing of a single point and no few people."""
    findings = tables.up_to(view / "marts", "fct_findings", month)
    deliveries = [
        row
        for row in read_rows(view / "collected" / "deliveries.parquet")
        if row.get("first_month") is None
        or row["first_month"] <= closes_after(row["dataset"], month)
    ]
    for row in deliveries:
        row["file_name"] = tables.without_point_codes(row.get("file_name"))
        if _counts_people(row, few_people):
            row.update(dict.fromkeys(("rows_received", "rows_accepted", "rows_quarantined")))
    quarantine = [
        row
        for row in tables.up_to(view / "collected", "quarantine", month)
        if not _counts_people(row, few_people)
    ]
    return {
        "findings": tables.summed(
            findings, ("district_id", "dataset", "month", "code", "severity"), "count"
        ),
        "deliveries": deliveries,
        "quarantine_counts": tables.summed(
            quarantine, ("district_id", "source_id", "dataset", "month", "code"), "rows"
        ),
    }


def _counts_people(row: Row, few_people: set[str]) -> bool:
    return row["dataset"] in _OF_PEOPLE and row["district_id"] in few_people
