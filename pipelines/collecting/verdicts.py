"""What is kept about a judged delivery: its verdict, why rows were left out, and the levels that the
next delivery is compared with.

Belongs here: the shape and writing of a verdict. Does not belong here: parsing and judging (`read`,
`large`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.collecting.deliveries import Delivery, Received
from pipelines.collecting.parts import WHOLE
from pipelines.collecting.paths import (
    Verdict,
    stage_path,
    verdict_path,
    write_verdict,
    written_stages,
)
from pipelines.connectors.parsers import Note, Reject
from pipelines.landing.files import sha256_of
from pipelines.quality.judged import Refusal, RuleResult

LEVELS: dict[str, pa.Schema] = {
    "meter_intervals": pa.schema(
        [
            ("point_id", pa.string()),
            ("flow", pa.string()),
            ("interval_start", pa.timestamp("us", tz="UTC")),
            ("interval_end", pa.timestamp("us", tz="UTC")),
            ("quantity", pa.decimal128(18, 6)),
        ]
    ),
    "meter_registers": pa.schema(
        [
            ("point_id", pa.string()),
            ("flow", pa.string()),
            ("serial", pa.string()),
            ("register", pa.string()),
            ("read_at", pa.timestamp("us", tz="UTC")),
            ("reading", pa.decimal128(18, 6)),
            ("digits", pa.int64()),
        ]
    ),
}
"""What the scale alarm needs of earlier deliveries, kept small beside each of them."""

COUNTED_LATER = "ESTIMATED_READING"
"""The warehouse counts estimated readings per point and month; said here as well they would count
twice.
"""

_LEVEL_QUERIES = {
    "meter_intervals": """
        select point_id, flow, min(interval_start), max(interval_end), sum(quantity)::decimal(18, 6)
        from rows group by point_id, flow, month order by all""",
    "meter_registers": """
        select point_id, flow, serial, register, read_at, reading, digits from rows
        qualify row_number() over (partition by point_id, flow, serial, register order by read_at
        desc) = 1
        order by all""",
}


@dataclass(frozen=True)
class Accepted:
    """What a verdict says of the accepted rows without holding them."""

    rows: int = 0
    months: dict[str, int] = field(default_factory=dict)
    levels: list[list[str]] = field(default_factory=list)
    days: dict[str, list[str]] = field(default_factory=dict)


def accepted_of(session: duckdb.DuckDBPyConnection, received: Received) -> Accepted:
    """The accepted rows of a delivery, which the session knows as `rows`."""
    dataset = received.binding.dataset
    period = dataset.period or "null"
    counted = session.execute(
        f"select month, count(*), cast(min({period}) as date), cast(max({period}) as date)"  # noqa: S608
        " from rows group by month order by month nulls last"
    ).fetchall()
    total = sum(count for _, count, *_ in counted)
    snapshot = dataset.delivers == "snapshots"
    months = {WHOLE: total} if snapshot else {month: count for month, count, *_ in counted}
    days = {} if snapshot else {month: [str(day) for day in of] for month, _, *of in counted}
    query = _LEVEL_QUERIES.get(dataset.id)
    found = session.execute(query).fetchall() if query and total else []
    levels: list[Any] = [[None if v is None else str(v) for v in row] for row in found]
    return Accepted(total, months, levels, days)


def kept(home: Path, received: Received, verdict: Verdict) -> Delivery:
    """A delivery with its verdict, written beside what was kept of it."""
    binding, key = received.binding, received.key
    hashes = {
        str(stage): sha256_of(stage_path(home, stage, binding, key)) or ""
        for stage in written_stages(verdict)
    }
    verdict = replace(verdict, files=hashes)
    write_verdict(verdict_path(home, binding, key), verdict)
    return Delivery(received, verdict, stage_path(home, "accepted", binding, key))


QUARANTINE = pa.schema(
    [
        ("code", pa.string()),
        ("month", pa.string()),
        ("_sha256", pa.string()),
        ("_member", pa.string()),
        ("_row", pa.int64()),
        ("column", pa.string()),
        ("raw", pa.string()),
    ]
)


def rejected(rejects: Iterable[Reject], sha256: str) -> pa.Table:
    """Rows that a parser left out, as the quarantine shows them."""
    rows = [
        {
            "code": r.code,
            "month": r.month,
            "_sha256": sha256,
            "_member": r.member,
            "_row": r.row,
            "column": r.column,
            "raw": r.raw,
        }
        for r in rejects
    ]
    return pa.Table.from_pylist(rows, schema=QUARANTINE)


def verdict_on(
    rows_received: int,
    notes: Iterable[Note],
    results: Iterable[RuleResult],
    refusal: Refusal | None,
    accepted: Accepted,
    quarantined: pa.Table,
) -> Verdict:
    """How a delivery was judged, for those who do not open it."""
    return Verdict(
        accepted=refusal is None,
        code=refusal.code if refusal else None,
        detail_it=refusal.detail.it if refusal else "",
        detail_en=refusal.detail.en if refusal else "",
        rows_received=rows_received,
        rows_accepted=accepted.rows,
        rows_quarantined=quarantined.num_rows,
        months=accepted.months,
        days=accepted.days,
        quarantined=_by_code_and_month(quarantined),
        notes=_notes(notes, results),
        levels=accepted.levels,
    )


def _notes(notes: Iterable[Note], results: Iterable[RuleResult]) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = [
        {
            "code": n.code,
            "severity": "info",  # it cost no row
            "month": n.month,
            "point_id": n.point_id,
            "count": n.count,
            "detail": n.detail,
        }
        for n in notes
    ]
    said += [
        {
            "code": r.code,
            "month": None,
            "point_id": None,
            "count": r.failed_rows,
            "detail": r.column,
        }
        for r in results
        if r.action == "note" and not r.passed and r.code != COUNTED_LATER
    ]
    return said


def _by_code_and_month(quarantined: pa.Table) -> list[dict[str, Any]]:
    counted = quarantined.group_by(["code", "month"]).aggregate([([], "count_all")]).to_pylist()
    return [
        {"code": row["code"], "month": row["month"], "count": row["count_all"]}
        for row in sorted(counted, key=lambda row: str((row["code"], row["month"])))
    ]
