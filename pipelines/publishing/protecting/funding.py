"""What an edition may say of who pays for projects.

Belongs here: the protected table `project_funding`. Does not belong here: which project counts and how much of it is
of a district (dbt).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from pipelines.publishing.protecting.limits import Contributors, Limits, firms_sensitive
from pipelines.publishing.rows import Row, ordered, read_rows, to_table

_EUR = pa.decimal128(18, 2)
TEXT = pa.string()
FUNDING = pa.schema(
    {
        "district_id": TEXT,
        "month": TEXT,
        "funding_source": TEXT,
        "stage": TEXT,
        "amount_eur": _EUR,
        "projects": pa.int32(),
        "as_of_first": pa.date32(),
        "as_of_last": pa.date32(),
        "suppressed": pa.bool_(),
    }
)


def project_funding(marts: Path, month: str, limits: Limits) -> pa.Table:
    """Money of the edition's month by who pays it and how far it is."""
    by_district: dict[str, list[Row]] = defaultdict(list)
    for row in read_rows(marts / "fct_project_funding.parquet"):
        if row["month"] == month:
            by_district[row["district_id"]].append(row)
    rows = [row for own in by_district.values() for row in protected_funding(own, limits)]
    return to_table(ordered(rows, ("district_id", "funding_source", "stage")), FUNDING)


def protected_funding(rows: Sequence[Row], limits: Limits) -> list[Row]:
    """Funding of one district by source and stage.

    What public bodies pay, and what firms pay beside them, is public project by project: a cell tells what the projects
    of firms alone make of it. The total of a stage is known, so a hidden cell takes the others of its stage with it
    that firms alone pay into.
    """
    close = {row["stage"] for row in rows if firms_sensitive(_payers(row), limits)}
    return [_funding(row, bool(row["firms"]) and row["stage"] in close) for row in rows]


def _payers(row: Row) -> Contributors:
    largest, second = (row[name] or Decimal(0) for name in ("largest_eur", "second_eur"))
    return Contributors("firm", int(row["firms"]), largest, second, row["firms_eur"])


def _funding(row: Row, hidden: bool) -> Row:
    kept = {name: row.get(name) for name in FUNDING.names}
    return {
        **kept,
        **({"amount_eur": None, "projects": None} if hidden else {}),
        "suppressed": hidden,
    }
