"""The tables of an edition, as they follow from what was decided of its figures.

Belongs here: which rule makes which table of what. Does not belong here: the rules, what is hidden (`decided.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from pipelines.publishing.protecting import (
    factor_tables,
    inventory,
    inventory_schemas,
    tables,
    withholding,
)
from pipelines.publishing.protecting.baseline_models import baseline_grades
from pipelines.publishing.protecting.baselines import baselines
from pipelines.publishing.protecting.change_parts import change_parts
from pipelines.publishing.protecting.corrections import corrections
from pipelines.publishing.protecting.data_told import data_told
from pipelines.publishing.protecting.decided import Decided, paid
from pipelines.publishing.protecting.funding import project_funding
from pipelines.publishing.protecting.hourly_emissions import hourly_emissions
from pipelines.publishing.protecting.inventory_views import inventory_views
from pipelines.publishing.protecting.measure_tables import measure_tables
from pipelines.publishing.protecting.open_tables import context_tables, declared_tables, wide_tables
from pipelines.publishing.protecting.rounded_shares import telling_shares
from pipelines.publishing.protecting.surveys import survey_tables
from pipelines.publishing.protecting.theory_tables import theory_tables
from pipelines.publishing.protecting.trajectory import forecasts, trajectories
from pipelines.publishing.protecting.water_sources import water_sources
from pipelines.publishing.rows import Row, ordered, read_rows, to_table

_OVER_MEASURES = ("INV05", "INV09")
"""KPIs over all measures of a district."""


def told_tables(of: Decided) -> dict[str, pa.Table]:
    """Every table but that of KPI values, by name."""
    cells = _cells(of)
    built = cells | _data(of) | _factors(of, cells) | _inventory(of, cells)
    return {
        **{name: _own(name, rows) for name, rows in built.items()},
        **_baselines(of),
        "corrections": corrections(of.view, of.month),
        "project_funding": project_funding(of.marts, of.month, of.limits),
        **measure_tables(of.marts, of.month, of.gone, of.below_line, of.measures.sets, of.limits),
        **survey_tables(of.marts, of.month, of.limits, of.asked_again),
        **_along_time(of),
        **theory_tables(of.marts, of.view / "declared", of.month, of.readable),
        **_wide(of),
        **declared_tables(of.view / "declared"),
        **context_tables(of.marts, of.month),
    }


def _cells(of: Decided) -> dict[str, list[Row]]:
    """What was used and emitted, by carrier, sector and source."""
    energy = tables.up_to(of.marts, "fct_energy_by_carrier_sector", of.month)
    found = {
        "energy": tables.energy_table(energy, of.energy.cells("energy"), of.water),
        "emissions": tables.emissions_table(of.lines, of.energy.cells("emissions")),
        "water": water_sources(of.water, of.of_water.cells("water"), of.gone),
    }
    return {
        name: withholding.withheld_cells(found[theme], amount, theme, of.below_line)
        for name, amount, theme in (
            ("energy_by_carrier_sector", "energy_kwh", "energy"),
            ("emissions_by_carrier_sector", "tco2e", "emissions"),
            ("water_by_source", "volume_m3", "water"),
        )
    }


def _data(of: Decided) -> dict[str, list[Row]]:
    counted = data_told(of.view, of.month, of.readable, of.kpis)
    return counted | {"measuring_sources": tables.measuring_sources(of.points)}


def _factors(of: Decided, cells: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    declared = of.view / "declared"
    factors = read_rows(declared / "factors.parquet")
    return {
        "factors_used": factor_tables.factors_used(of.lines, factors),
        "factor_report": factor_tables.factor_report(
            of.lines,
            tables.up_to(of.marts, "fct_activity_emission_lines", of.month),
            factors,
            of.readable,
            cells["emissions_by_carrier_sector"],
            of.month,
        ),
        "empty_slots": factor_tables.empty_slots(
            of.lines, read_rows(declared / "factor_slots.parquet"), of.month
        ),
    }


def _inventory(of: Decided, cells: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    energy, emissions = cells["energy_by_carrier_sector"], cells["emissions_by_carrier_sector"]
    lines = inventory.gpc_table(
        tables.up_to(of.marts, "fct_gpc_inventory", of.month),
        read_rows(of.view / "declared" / "gpc_lines.parquet"),
        of.lines,
        emissions,
        of.evidence.contributors,
        of.month,
        of.limits,
    )
    views = inventory_views(energy, emissions, lines, of.month)
    return {"gpc_inventory": lines, "inventory_views": views}


def _own(name: str, rows: Sequence[Row]) -> pa.Table:
    schema = (tables.SCHEMAS | inventory_schemas.SCHEMAS)[name]
    return to_table(ordered(rows, schema.names), schema)


def _baselines(of: Decided) -> dict[str, pa.Table]:
    without_total = {(d, month, "ENE01") for d, month, theme in of.below_line if theme == "energy"}
    telling = telling_shares(
        of.marts, of.energy.months, of.energy.hidden, of.apart, of.points, of.limits
    )
    hidden = {(d, month) for d, month, code in of.gone if code == "ENE01"}
    return {
        "energy_baselines": baselines(
            of.marts, of.month, of.gone | without_total, telling, of.evidence, of.limits
        ),
        "baseline_grades": baseline_grades(of.marts, of.month, of.points, hidden, of.limits),
    }


def _along_time(of: Decided) -> dict[str, pa.Table]:
    """Tables of what changed and where it leads, of the figures that are told."""
    told = of.told
    return {
        "change_parts": change_parts(of.marts, of.month, told, of.evidence, of.limits),
        "hourly_emissions": hourly_emissions(of.marts, of.month, told, of.evidence, of.limits),
        "emission_trajectory": trajectories(of.marts, of.month, told),
        "emission_forecasts": forecasts(of.marts, of.month, told),
    }


def _wide(of: Decided) -> dict[str, pa.Table]:
    # Figures over measures that have no value: of whom they would be is not judged, a single firm's may be all.
    untold = {
        (row["district_id"], row["month"], row["kpi_code"])
        for row in of.readable
        if row["kpi_code"] in _OVER_MEASURES and row["value"] is None
    }
    return wide_tables(
        of.marts,
        of.month,
        of.kpis,
        of.gone,
        paid(of.money, of.measures).columns,
        of.telling,
        of.limits,
        untold,
    )
