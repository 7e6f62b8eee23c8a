"""What an edition protects and why, without any value: the list for those who answer for it, kept in the house.

Belongs here: one row per hidden figure with its rule, and the list as lines. Does not belong here: the rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import pyarrow as pa

from pipelines.publishing.protecting.disclosure import (
    SINCE_EDITION,
    Evidence,
    Place,
    told_month,
    too_close,
)
from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.relations import Hidden
from pipelines.publishing.rows import Row, ordered, to_table

PROTECTED = pa.schema([(name, pa.string()) for name in ("district_id", "month", "figure", "rule")])
RULES = {
    "holders": "too few holders stand behind it, or too unequal ones",
    "covers": "another hidden figure would follow from it",
    "since_edition": "beside an earlier edition it would tell what one holder uses",
    "follows": "it is made of a hidden figure",
}


def protected_figures(
    readable: Sequence[Row],
    kpis: Iterable[Row],
    hidden: Mapping[Place, Hidden],
    invested: Mapping[Place, Collection[str]],
    evidence: Evidence,
    limits: Limits,
) -> pa.Table:
    """Every hidden KPI value and cell with the rule that hides it.

    Args:
        readable: KPI values as they are published.
        kpis: Rows of `declared/kpis`.
        hidden: Hidden figures that are made of uses.
        invested: KPIs that would tell what a firm invests.
        evidence: Who stands behind what, without what follows.
        limits: The declared thresholds.
    """
    declared = {kpi["code"]: kpi for kpi in kpis}
    rows = [
        {
            "district_id": row["district_id"],
            "month": row["month"],
            "figure": row["kpi_code"],
            "rule": "holders"
            if row["kpi_code"] in invested.get((row["district_id"], told_month(row)), ())
            else _rule(row, declared, hidden, evidence, limits),
        }
        for row in readable
        if row["suppressed"]
    ]
    return to_table(ordered([*rows, *_cells(hidden)], PROTECTED.names), PROTECTED)


def _rule(
    row: Row,
    declared: Mapping[str, Row],
    hidden: Mapping[Place, Hidden],
    evidence: Evidence,
    limits: Limits,
) -> str:
    if row["reason"] == SINCE_EDITION:
        return "since_edition"
    if too_close(row, declared[row["kpi_code"]], evidence, limits):
        return "holders"
    here = hidden.get((row["district_id"], row["month"]))
    return "covers" if here and row["kpi_code"] in here.codes("kpi") else "follows"


def _cells(hidden: Mapping[Place, Hidden]) -> Iterator[Row]:
    for (district, month), gone in hidden.items():
        for key in gone.keys:
            if key[0] in ("energy", "emissions", "water"):
                rule = "since_edition" if key in gone.since else "covers"
                yield {
                    "district_id": district,
                    "month": month,
                    "figure": " ".join(key),
                    "rule": "holders" if key in gone.close else rule,
                }


def audit_lines(rows: Iterable[Row]) -> list[str]:
    """Hidden figures by district and rule, each with its months."""
    months: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in rows:
        months[row["district_id"], row["rule"], row["figure"]].append(row["month"])
    lines = []
    before: tuple[str, str] | None = None
    for (district, rule, figure), told in sorted(months.items()):
        if (district, rule) != before:
            lines.append(f"{district}: {RULES[rule]}")
            before = (district, rule)
        lines.append(f"  {figure}: {min(told)} to {max(told)}, months: {len(set(told))}")
    return lines
