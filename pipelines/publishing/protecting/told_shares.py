"""Shares of energy and water in what is published: coverage, what was estimated, and the KPIs that are such shares.

Belongs here: which shares are told in steps, and what goes with them. Does not belong here: the steps
(`publishing/shares.py`), shares that models have of energy (`rounded_shares.py`).

A share is told as at least a step, and exactly where it is all or nothing. What it is made of is not told beside it:
the whole less the part is one bill, where one bill was estimated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

import pyarrow as pa

from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.rows import Row
from pipelines.publishing.shares import at_least, at_most, below, steps

_AT_LEAST = "coverage"
_AT_MOST = ("estimated_share", "substituted_share", "allocated_share")
_AMOUNTS = ("expected", "present")
"""What coverage is made of."""


def qualities(rows: Iterable[Row], limits: Limits) -> list[Row]:
    """Rows of completeness or of the parts of grades; those of registers, which have no points, as they are."""
    told = steps(limits.p_percent)
    return [_quality(row, told) if row["points"] is not None else row for row in rows]


def without_amounts(schema: pa.Schema) -> pa.Schema:
    """A schema without the amounts that a coverage is made of."""
    return pa.schema([each for each in schema if each.name not in _AMOUNTS])


def _quality(row: Row, told: tuple[Decimal, ...]) -> Row:
    shares = {name: _told(row[name], at_most, told) for name in _AT_MOST}
    return {**row, **shares, _AT_LEAST: _told(row[_AT_LEAST], at_least, told)}


def _told(
    share: Decimal | None,
    side: Callable[[Decimal, tuple[Decimal, ...]], Decimal],
    told: tuple[Decimal, ...],
) -> Decimal | None:
    return None if share is None else side(share, told)


def figures(
    values: Sequence[Row], kpis: Iterable[Row], completeness: Iterable[Row], limits: Limits
) -> list[Row]:
    """KPI values with their coverage in steps, and in steps themselves where they are declared so.

    Args:
        values: KPI values as they may be read otherwise.
        kpis: Rows of `declared/kpis`.
        completeness: Rows of `fct_completeness`: metered themes have points.
        limits: The declared thresholds.
    """
    told = steps(limits.p_percent)
    metered = {row["theme"] for row in completeness if row["points"] is not None}
    declared = {str(kpi["code"]): kpi for kpi in kpis}
    return [_figure(row, declared[row["kpi_code"]], metered, told) for row in values]


def _figure(row: Row, kpi: Row, metered: set[str], told: tuple[Decimal, ...]) -> Row:
    row = {**row, "value_below": None}
    if kpi["completeness"] in metered:
        row["coverage"] = _told(row["coverage"], at_least, told)
    if not kpi.get("disclosure_in_steps") or row["value"] is None:
        return row
    untold = {"numerator": None, "denominator": None}
    return {**row, **untold, **_in_steps(row, Decimal(kpi["scale"]), told)}


def _in_steps(row: Row, scale: Decimal, told: tuple[Decimal, ...]) -> Row:
    step = at_least(row["value"] / scale, told)
    value, upper = step * scale, below(step, told) * scale
    ends = (0 * scale, scale)
    before = row["previous_year"] if row["previous_year"] in ends and value in ends else None
    if value == upper:
        return {"value": value, "previous_year": before}
    reached = row["target"] is not None and value >= row["target"]
    return {
        "value": value,
        "value_below": upper,
        "previous_year": before,
        # Whether a target within a step is reached is one thing more that the step does not tell.
        "gap": None,
        "signal": "green" if reached else "none" if row["target"] is None else "grey",
    }
