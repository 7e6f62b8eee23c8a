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
_FIRMS_PAY = ("private", "EPC")


def project_funding(marts: Path, month: str, limits: Limits) -> pa.Table:
    """Money of the edition's month by who pays it and how far it is."""
    by_district: dict[str, list[Row]] = defaultdict(list)
    for row in read_rows(marts / "fct_project_funding.parquet"):
        if row["month"] == month:
            by_district[row["district_id"]].append(row)
    rows = [row for own in by_district.values() for row in protected_funding(own, limits)]
    return to_table(ordered(rows, ("district_id", "funding_source", "stage")), FUNDING)


def protected_funding(rows: Sequence[Row], limits: Limits) -> list[Row]:
    """Funding of one district by source and stage. What firms pay is told where at least three projects hold it.

    The total of a stage is known, so a single hidden cell takes the smallest other one of its stage with it.
    """
    hidden = {
        (row["funding_source"], row["stage"])
        for row in rows
        if row["funding_source"] in _FIRMS_PAY and firms_sensitive(_payers(row), limits)
    }
    for stage in {stage for _, stage in hidden}:
        own = [row for row in rows if row["stage"] == stage]
        others = [row for row in own if (row["funding_source"], stage) not in hidden]
        if len(own) - len(others) == 1 and others:
            least = min(others, key=lambda row: (row["amount_eur"], row["funding_source"]))
            hidden.add((least["funding_source"], stage))
    return [_funding(row, (row["funding_source"], row["stage"]) in hidden) for row in rows]


def _payers(row: Row) -> Contributors:
    second = row["second_eur"] or Decimal(0)
    return Contributors("firm", int(row["projects"]), row["largest_eur"], second, row["amount_eur"])


def _funding(row: Row, hidden: bool) -> Row:
    kept = {name: row.get(name) for name in FUNDING.names}
    return {
        **kept,
        **({"amount_eur": None, "projects": None} if hidden else {}),
        "suppressed": hidden,
    }
