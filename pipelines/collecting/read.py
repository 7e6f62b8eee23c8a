"""From landed bytes to received rows, and from received to accepted or quarantined ones.

Received is a pure function of bytes, declaration and first receipt. Accepted also depends on what
the source had sent before, because a change of scale can only be seen against it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.collecting.current import WHOLE
from pipelines.collecting.deliveries import Delivery, Received
from pipelines.collecting.paths import (
    Verdict,
    stage_path,
    verdict_path,
    write_verdict,
    written_stages,
)
from pipelines.connectors.parsers import DeliveryRefused, ParseContext, Parsed, parse
from pipelines.landing.engine import engine
from pipelines.landing.files import sha256_of, write_parquet
from pipelines.landing.store import Store
from pipelines.quality.contract import Contract
from pipelines.quality.judged import Judged
from pipelines.quality.row_pass import judge
from pipelines.quality.scale import judge_scale

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


def read(
    home: Path, store: Store, received: Received, contract: Contract, earlier: list[Delivery]
) -> Delivery:
    """Parse and judge one delivery, and keep every stage of it.

    Args:
        home: The state folder.
        store: Where its bytes lie.
        received: The delivery.
        contract: What its dataset was agreed to look like.
        earlier: Deliveries of the same source that were judged before it.
    """
    binding = received.binding
    try:
        parsed = parse(
            store.get(received.sha256), binding.format, binding.dataset, _context(received)
        )
    except DeliveryRefused as refusal:
        verdict = Verdict(
            accepted=False,
            code=refusal.code,
            detail_it=refusal.message_it,
            detail_en=refusal.message_en,
        )
        return _kept(home, received, verdict)
    write_parquet(parsed.table, stage_path(home, "received", binding, received.key))
    judged = judge_scale(
        contract, judge(contract, parsed.table), _history(binding.dataset.id, earlier)
    )
    quarantined = pa.concat_tables([_rejects(parsed, received), _quarantined(judged)])
    if quarantined.num_rows:
        write_parquet(quarantined, stage_path(home, "quarantine", binding, received.key))
    if judged.refusal is None:
        write_parquet(judged.accepted, stage_path(home, "accepted", binding, received.key))
    return _kept(home, received, _verdict(received, parsed, judged, quarantined))


def _context(received: Received) -> ParseContext:
    binding = received.binding
    return ParseContext(
        district_id=binding.district.id,
        source_id=binding.source_id,
        sha256=received.sha256,
        file_name=received.file_name,
        known_at=received.known_at,
        timezone=binding.district.timezone,
    )


def _kept(home: Path, received: Received, verdict: Verdict) -> Delivery:
    binding, key = received.binding, received.key
    hashes = {
        str(stage): sha256_of(stage_path(home, stage, binding, key)) or ""
        for stage in written_stages(verdict)
    }
    verdict = replace(verdict, files=hashes)
    write_verdict(verdict_path(home, binding, key), verdict)
    return Delivery(received, verdict, stage_path(home, "accepted", binding, key))


def _history(dataset_id: str, earlier: list[Delivery]) -> pa.Table | None:
    schema = LEVELS.get(dataset_id)
    if schema is None:
        return None
    rows = [row for one in earlier if one.verdict.accepted for row in one.verdict.levels]
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [
        pa.array(column, pa.string()).cast(field.type)
        for column, field in zip(columns, schema, strict=True)
    ]
    return pa.table(arrays, schema=schema)


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


def _rejects(parsed: Parsed, received: Received) -> pa.Table:
    rows = [
        {
            "code": r.code,
            "month": r.month,
            "_sha256": received.sha256,
            "_member": r.member,
            "_row": r.row,
            "column": r.column,
            "raw": r.raw,
        }
        for r in parsed.rejects
    ]
    return pa.Table.from_pylist(rows, schema=QUARANTINE)


def _quarantined(judged: Judged) -> pa.Table:
    return judged.quarantined.select(QUARANTINE.names).cast(QUARANTINE)


def _verdict(received: Received, parsed: Parsed, judged: Judged, quarantined: pa.Table) -> Verdict:
    refusal = judged.refusal
    accepted = judged.accepted
    snapshot = received.binding.dataset.delivers == "snapshots"
    months = {WHOLE: accepted.num_rows} if snapshot else _counts(accepted, "month")
    counted = Counter(
        (row["code"], row["month"]) for row in quarantined.select(["code", "month"]).to_pylist()
    )
    notes: list[dict[str, Any]] = [
        {
            "code": n.code,
            "severity": "info",  # it cost no row
            "month": n.month,
            "point_id": n.point_id,
            "count": n.count,
            "detail": n.detail,
        }
        for n in parsed.notes
    ]
    notes += [
        {
            "code": r.code,
            "month": None,
            "point_id": None,
            "count": r.failed_rows,
            "detail": r.column,
        }
        for r in judged.results
        if r.action == "note" and not r.passed and r.code != COUNTED_LATER
    ]
    return Verdict(
        accepted=refusal is None,
        code=refusal.code if refusal else None,
        detail_it=refusal.detail.it if refusal else "",
        detail_en=refusal.detail.en if refusal else "",
        rows_received=parsed.table.num_rows + len(parsed.rejects),
        rows_accepted=accepted.num_rows,
        rows_quarantined=quarantined.num_rows,
        months=months,
        quarantined=[
            {"code": code, "month": month, "count": count}
            for (code, month), count in sorted(counted.items(), key=str)
        ],
        notes=notes,
        levels=_levels(received.binding.dataset.id, accepted),
    )


def _counts(table: pa.Table, column: str) -> dict[str, int]:
    counted = pc.value_counts(table[column]).to_pylist()
    return {
        row["values"]: row["counts"] for row in sorted(counted, key=lambda row: str(row["values"]))
    }


def _levels(dataset_id: str, accepted: pa.Table) -> list[list[str]]:
    query = _LEVEL_QUERIES.get(dataset_id)
    if query is None or not accepted.num_rows:
        return []
    with engine() as session:
        session.register("rows", accepted)
        found = session.execute(query).fetchall()
    return [[None if value is None else str(value) for value in row] for row in found]  # type: ignore[misc]
