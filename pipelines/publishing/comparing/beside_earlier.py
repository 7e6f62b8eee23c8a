"""The tables of an edition that tell it beside the earlier ones: what was revised, foreseen, decided on them.

Belongs here: which tables need earlier editions, and giving each what it needs. Does not belong here: what each of
them holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.publishing.comparing.decision_log import decision_log, findings
from pipelines.publishing.comparing.diff import difference, told_by
from pipelines.publishing.comparing.figure_history import figure_history
from pipelines.publishing.comparing.told import Told
from pipelines.publishing.protecting.protection import Protected
from pipelines.publishing.protecting.tables import SCHEMAS
from pipelines.publishing.protecting.trajectory import kept
from pipelines.publishing.rows import ordered, to_table
from pipelines.publishing.shelf import Edition


def beside_earlier(
    content: Protected,
    values: pa.Table,
    before: Sequence[Edition],
    about: Mapping[str, Any],
    house: Path,
) -> dict[str, pa.Table]:
    """Tables by name.

    Args:
        content: What the edition says.
        values: Its KPI values.
        before: The editions before it that stand, oldest first.
        about: Its manifest.
        house: The folder that keeps what points added to the editions before.
    """
    was = told_by(before[-1].path, house) if before else None
    revisions = _revisions(values, content, was, about)
    earlier = [each.path for each in before]
    log = _log(content, before, about["month"])
    return {
        "decision_log": log,
        "findings": _with_findings(content.tables["findings"], log),
        "revisions": revisions,
        "figure_history": figure_history(earlier, values, revisions, about),
        "forecasts_kept": kept(earlier, content.kpi_values),
    }


def _revisions(
    values: pa.Table, content: Protected, before: Told | None, about: Mapping[str, Any]
) -> pa.Table:
    """How figures already published have changed, with causes that add up."""
    if before is None:
        return to_table([], SCHEMAS["revisions"])
    now = Told(values.to_pylist(), lambda name: _rows_of(content, name), about, content.points)
    rows = [
        {
            **change.key,
            "unit": change.unit,
            "old_edition": before.about["id"],
            "old_value": change.old,
            "new_value": change.new,
            "change": change.difference,
            "cause": cause,
            "part": part,
        }
        for change, causes in difference(before, now).changes
        for cause, part in causes.items()
    ]
    schema = SCHEMAS["revisions"]
    return to_table(ordered(rows, schema.names), schema)


def _log(content: Protected, before: Sequence[Edition], month: str) -> pa.Table:
    """The decisions that name an edition, with what it said and what is so now."""
    return decision_log(
        content.decisions,
        {(each.month, each.revision): each.path for each in before},
        content.kpi_values,
        _rows_of(content, "kpis"),
        month,
    )


def _with_findings(found: pa.Table, log: pa.Table) -> pa.Table:
    """What was found, with what decisions name and no edition holds."""
    rows = [*found.to_pylist(), *findings(log)]
    return to_table(ordered(rows, found.schema.names), found.schema)


def _rows_of(content: Protected, name: str) -> list[dict[str, Any]]:
    table = content.tables.get(name)
    return table.to_pylist() if table is not None else []
