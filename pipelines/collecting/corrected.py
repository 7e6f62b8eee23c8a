"""What became of every correction of the registers: a table for reports and letters, and what is found on the way.

Belongs here: one row per correction with its state as of the cut-off. Does not belong here: which stand
(`corrections`), changing rows (`mending`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from pipelines.catalogue.issue import issues
from pipelines.collecting.corrections import Correction
from pipelines.collecting.mending import Corrected

_AMOUNT = pa.decimal128(18, 6)
_ENTERED = {
    "about_source": pa.string(),
    "point_id": pa.string(),
    "flow": pa.string(),
    "first_day": pa.date32(),
    "last_day": pa.date32(),
    "where_in_file": pa.string(),
    "finding_code": pa.string(),
    "what_is_wrong": pa.string(),
    "value_received": _AMOUNT,
    "value_right": _AMOUNT,
    "unit": pa.string(),
    "reason": pa.string(),
    "evidence": pa.string(),
    "treatment": pa.string(),
    "told": pa.string(),
    "told_on": pa.date32(),
    "letter": pa.string(),
    "answer": pa.string(),
    "answered_on": pa.date32(),
    "expires_on": pa.date32(),
}
SCHEMA = pa.schema(
    [
        ("district_id", pa.string()),
        ("correction_id", pa.string()),
        ("source_id", pa.string()),
        ("dataset", pa.string()),
        ("month", pa.string()),
        ("carrier", pa.string()),
        ("state", pa.string()),
        ("rows", pa.int64()),
        ("value_now", _AMOUNT),
        ("known_at", pa.timestamp("us", tz="UTC")),
        *_ENTERED.items(),
    ]
)
"""`source_id` is that of the register."""
CODES = {
    "in_force": "VALUE_CORRECTED",
    "set_aside": "VALUE_DECLARED_WRONG",
    "expired": "CORRECTION_EXPIRED",
    "superseded": "CORRECTION_SUPERSEDED",
    "not_found": "CORRECTION_SUPERSEDED",
    "answered": "CORRECTION_ANSWERED",
    "unclear": "CORRECTION_UNCLEAR",
}
"""What is said of a correction by its state; of the others nothing has to be."""
_ABOUT_THE_DATA = ("in_force", "set_aside")


def corrected(entered: Sequence[Correction], told: Sequence[Corrected]) -> pa.Table:
    """Every correction with its state; of those that were due, what the rows say."""
    found = {(one.district_id, one.correction_id): one for one in told}
    rows = [_row(one, found.get((one.district_id, one.id))) for one in entered]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def findings_of(entered: Sequence[Correction], table: pa.Table) -> Iterator[dict[str, Any]]:
    """What has to be said of corrections: of one that stands beside the data it changes, else beside the register."""
    for one, row in zip(entered, table.to_pylist(), strict=True):
        state = row["state"]
        if state in CODES:
            yield _finding(one, row, CODES[state])
        if state in _ABOUT_THE_DATA and row["told_on"] is None:
            yield _finding(one, row, "CORRECTION_UNTOLD")


def _row(one: Correction, told: Corrected | None) -> dict[str, Any]:
    state = one.state
    if state == "due":
        state = told.state if told is not None else "not_found"  # type: ignore[assignment]
    now = told.value_now if told is not None else None
    return {
        "district_id": one.district_id,
        "correction_id": one.id,
        "source_id": one.register.binding.source_id,
        "dataset": one.binding.dataset.id if one.binding else None,
        "month": one.month,
        "carrier": told.carrier if told is not None else None,
        "state": state,
        "rows": told.rows if told is not None else None,
        "value_now": None if now is None else Decimal(now),
        "known_at": one.known_at,
        **{name: one.row[name] for name in _ENTERED},
    }


def _finding(one: Correction, row: dict[str, Any], code: str) -> dict[str, Any]:
    data = code.startswith("VALUE_")
    until = row["expires_on"]
    right = "—" if row["treatment"] == "set_aside" else row["value_right"]
    values = f"{row['value_received']} → {right} {row['unit']}" if row["value_received"] else ""
    said = [f"{one.id}: {values}".removesuffix(": ")]
    return {
        "district_id": one.district_id,
        "source_id": row["about_source"] if data else row["source_id"],
        "dataset": row["dataset"] if data else one.register.binding.dataset.id,
        "month": row["month"],
        "point_id": row["point_id"],
        "code": code,
        "severity": issues()[code].severity,
        "count": (row["rows"] or 1) if data else 1,
        "detail_it": ", ".join([*said, *([f"fino al {until:%d/%m/%Y}"] if until else [])]),
        "detail_en": ", ".join([*said, *([f"until {until}"] if until else [])]),
        "sha256": one.register.received.sha256,
        "known_at": _ended(one) if code == "CORRECTION_EXPIRED" else one.known_at,
    }


def _ended(one: Correction) -> datetime:
    """The first moment after the last day on which it could stand."""
    after = one.row["expires_on"] + timedelta(days=1)
    zone = one.register.binding.district.zone
    return datetime.combine(after, time(), zone).astimezone(UTC)
