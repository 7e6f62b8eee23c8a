"""Projects as they may be read: what one firm invests is its own business, what public bodies pay is public.

Belongs here: which amounts of a project and of the sums over projects leave the house together. Does not belong here:
when a sum is too close to one firm (`limits.py`), who pays by source (`funding.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.matrix import Figure, to_hide
from pipelines.publishing.rows import Row

_SUMS = {
    "INV01": ("capex_eur", True),
    "INV02": ("capex_eur", False),
    "INV03": ("committed_eur", False),
    "INV07": ("paid_eur", False),
}
"""Published sums over projects: the amount, and whether of active projects alone."""
_TOTAL = "all"


def private(row: Row) -> bool:
    """Whether no public body pays a project: then it is one firm's business."""
    firms = bool(row.get("private_eur")) or row.get("programme") == "private"
    return firms and not row.get("public_eur")


def protected_projects(
    rows: Sequence[Row], gone: set[tuple[str, str, str]], limits: Limits
) -> list[Row]:
    """Projects of one month, those of single firms without amounts.

    Where a published sum over projects would give one back, the smallest other project that covers it goes with it.

    Args:
        rows: Rows of `fct_projects` of the edition's month.
        gone: District, month and code of every KPI value that is hidden.
        limits: The declared thresholds.
    """
    by_district: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_district[row["district_id"]].append(row)
    hidden = {
        (district, name)
        for district, own in by_district.items()
        for name in _hidden(own, gone, limits)
    }
    return [
        {
            **row,
            **(_no_amounts(row) if (row["district_id"], row["project_id"]) in hidden else {}),
            "suppressed": (row["district_id"], row["project_id"]) in hidden,
        }
        for row in rows
    ]


def _hidden(rows: Sequence[Row], gone: set[tuple[str, str, str]], limits: Limits) -> set[str]:
    firms = {row["project_id"] for row in rows if private(row)}
    hidden = set(firms)
    if not firms:
        return hidden
    by_size = sorted(rows, key=lambda row: (row.get("capex_eur") or 0, row["project_id"]))
    weights = {row["project_id"]: place + 1 for place, row in enumerate(by_size)}
    for code, (amount, active) in _SUMS.items():
        if (rows[0]["district_id"], rows[0].get("month"), code) in gone:
            continue
        values = {
            row["project_id"]: row[amount]
            for row in rows
            if row.get(amount)
            and (row.get("active", True) or not active)
            and row.get("counts", True)
        }
        figures = [Figure(name, {name: 1.0}, weights[name]) for name in values]
        figures.append(Figure(_TOTAL, dict.fromkeys(values, 1.0), None))
        targets = [{name: 1.0} for name in sorted(firms & values.keys())]
        hidden |= {str(name) for name in to_hide(values, figures, targets, limits.p_percent)}
    return hidden


def _no_amounts(row: Row) -> Row:
    return dict.fromkeys(
        name for name in row if name.endswith("_eur") or name == "expected_saving_kwh"
    )
