"""Projects as they may be read: what one firm invests is its own business, what public bodies pay is public.

Belongs here: whose a project is, which amounts of its row leave the house. Does not belong here: sums over projects
(`money.py`), who pays by source (`funding.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.publishing.rows import Row


def private(row: Row) -> bool:
    """Whether no public body pays a project: then it is one firm's business."""
    firms = bool(row.get("private_eur")) or row.get("programme") == "private"
    return firms and not row.get("public_eur")


def protected_projects(rows: Sequence[Row]) -> list[Row]:
    """Projects, those of single firms without amounts."""
    return [
        {**row, **(_no_amounts(row) if private(row) else {}), "suppressed": private(row)}
        for row in rows
    ]


def _no_amounts(row: Row) -> Row:
    return dict.fromkeys(
        name for name in row if name.endswith("_eur") or name == "expected_saving_kwh"
    )
