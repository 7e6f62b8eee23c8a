"""From the marts of one view to everything an edition may hold, protected.

Belongs here: what leaves and what stays in the house. Does not belong here: which figures may be read (`decided.py`),
the tables that follow (`told_tables.py`), where they are written (`edition.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipelines.publishing.protecting import (
    answers,
    kept_points,
    memory,
    relations,
    tables,
    uses,
    water_uses,
)
from pipelines.publishing.protecting.agreed import NOBODY, Agreed
from pipelines.publishing.protecting.audit import protected_figures
from pipelines.publishing.protecting.decided import MONTHLY_SUMS, Decided, decided, paid
from pipelines.publishing.protecting.disclosure import Place
from pipelines.publishing.protecting.measure_sums import measure_memory
from pipelines.publishing.protecting.money import money_memory
from pipelines.publishing.protecting.told_tables import told_tables
from pipelines.publishing.rows import Row


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
    of = decided(view, month, before, agreed)
    told = told_tables(of)
    log = tables.up_to(of.marts, "fct_decision_log", month)
    return Protected(
        of.readable,
        told,
        _memory(of, {name: table.to_pylist() for name, table in told.items() if name in _KEPT}),
        protected_figures(
            of.readable,
            of.kpis,
            relations.together(of.energy.hidden, of.of_water.hidden),
            paid(of.money, of.measures).kpis,
            of.alone,
            of.limits,
        ),
        [row for row in log if row["month"] == month],
        kept_points.points_of(view, month),
    )


_KEPT = (
    "energy_by_carrier_sector",
    "emissions_by_carrier_sector",
    "water_by_source",
    "survey_estimates",
    "measure_scenarios",
)
"""Tables of which it is remembered what they told."""


def _memory(of: Decided, told: Mapping[str, Sequence[Row]]) -> pa.Table:
    """What the next edition must know of this one."""
    water = of.of_water
    untold = water_uses.not_told(water.months, of.readable, told["water_by_source"], of.kpis)
    return memory.remembered(
        of.energy.months,
        of.energy.hidden,
        _withheld(of.readable, told, of.energy.months),
        [
            *answers.answers_memory(of.said, told["survey_estimates"], of.readable),
            *money_memory(of.money),
            *measure_memory(of.measures, told["measure_scenarios"], of.readable),
            *memory.remembered_months(water.months, water.hidden, untold, memory.WATER),
        ],
    )


def _withheld(
    readable: Sequence[Row],
    cells: Mapping[str, Sequence[Row]],
    made_of: Mapping[Place, uses.Month],
) -> dict[Place, set[uses.Key]]:
    """Figures of uses that are not told though nothing hides them; where a total is not, nothing of it is."""
    found: dict[Place, set[uses.Key]] = defaultdict(set)
    for row in readable:
        place = (row["district_id"], row["month"])
        if row["value"] is None and row["kpi_code"] in MONTHLY_SUMS and place in made_of:
            whole = row["kpi_code"] == "ENE01"
            found[place] |= set(made_of[place].figures) if whole else {("kpi", row["kpi_code"])}
    for name, amount in (("energy", "energy_kwh"), ("emissions", "tco2e")):
        for row in cells[f"{name}_by_carrier_sector"]:
            if row[amount] is None:
                key = (name, row["carrier"], row["sector"])
                found[row["district_id"], row["month"]].add(key)
    return dict(found)
