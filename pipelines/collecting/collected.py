"""What collecting found: deliveries, quarantined rows, corrections and findings, as tables the
warehouse and reports read.

Belongs here: the tables. Does not belong here: what is said (`findings`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from pipelines.catalogue.catalogue import Binding, Catalogue
from pipelines.collecting.corrected import corrected, findings_of
from pipelines.collecting.corrections import corrections_of
from pipelines.collecting.deliveries import Delivery
from pipelines.collecting.findings import (
    Row,
    claimed_twice,
    disagreement,
    failing,
    finding,
    gone,
    of_attempts,
    of_calendar,
    of_deliveries,
    restated,
    sent_again,
)
from pipelines.collecting.part_files import Resolved
from pipelines.collecting.parts import WHOLE
from pipelines.collecting.paths import stage_path
from pipelines.collecting.verdicts import QUARANTINE
from pipelines.connectors.containers import counts
from pipelines.landing.files import read_parquet, write_parquet
from pipelines.landing.manifest import Attempt
from pipelines.settings import Settings

_UTC = pa.timestamp("us", tz="UTC")

_PLACE = [("district_id", pa.string()), ("source_id", pa.string()), ("dataset", pa.string())]
DELIVERIES = pa.schema(
    [
        *_PLACE,
        ("file_name", pa.string()),
        ("sha256", pa.string()),
        ("member", pa.string()),
        ("received_at", _UTC),
        ("outcome", pa.string()),
        ("code", pa.string()),
        ("rows_received", pa.int64()),
        ("rows_accepted", pa.int64()),
        ("rows_quarantined", pa.int64()),
        ("first_month", pa.string()),
        ("last_month", pa.string()),
    ]
)

QUARANTINED = pa.schema([*_PLACE, *QUARANTINE, ("known_at", _UTC)])
FINDINGS = pa.schema(
    [
        *_PLACE,
        ("month", pa.string()),
        ("point_id", pa.string()),
        ("code", pa.string()),
        ("severity", pa.string()),
        ("count", pa.int64()),
        ("detail_it", pa.string()),
        ("detail_en", pa.string()),
        ("sha256", pa.string()),
        ("known_at", _UTC),
    ]
)


@dataclass(frozen=True)
class Seen:
    """All that collecting has seen: deliveries with their verdicts, what resolving
    each dataset found, every attempt, and landed deliveries that could not be read.
    """

    deliveries: list[Delivery]
    resolved: dict[str, Resolved]
    attempts: list[Attempt]
    unread: list[tuple[Binding, str]]


def write_collected(
    settings: Settings, catalogue: Catalogue, seen: Seen, cut_off: datetime
) -> None:
    """Write `collected/{deliveries,quarantine,corrections,findings}.parquet` of the view at the cut-off."""
    folder = settings.view / "collected"
    known = [one for one in seen.deliveries if one.known_at <= cut_off]
    sources = {(b.district.id, b.source_id): b for b in catalogue.bindings}
    tried = [one for one in seen.attempts if one.at <= cut_off and _is_told(one, sources)]
    entered = corrections_of(catalogue, known, cut_off)
    mended = corrected(entered, [one for of in seen.resolved.values() for one in of.corrected])
    write_parquet(mended, folder / "corrections.parquet")
    found = [
        *findings_of(entered, mended),
        *of_deliveries(known),
        *of_attempts(tried, catalogue),
        *(row for dataset, found in seen.resolved.items() for row in _of_resolving(dataset, found)),
        *(row for b in catalogue.bindings for row in of_calendar(b, known, tried, cut_off)),
        *claimed_twice(settings.view, cut_off),
        *(
            finding(binding, "READER_FAILED", cut_off, detail_it=said, detail_en=said)
            for binding, said in seen.unread
        ),
    ]
    _write(found, FINDINGS, folder / "findings.parquet")
    _write(
        [*map(_delivery, known), *_without_news(tried, catalogue)],
        DELIVERIES,
        folder / "deliveries.parquet",
    )
    _write(list(_quarantined(settings.home, known)), QUARANTINED, folder / "quarantine.parquet")


def _of_resolving(dataset: str, found: Resolved) -> Iterator[Row]:
    yield from (restated(dataset, one) for one in found.restated)
    yield from (disagreement(dataset, one) for one in found.disagreements)
    yield from (gone(dataset, one) for one in found.vanished)


def _is_told(one: Attempt, sources: dict[tuple[str, str], Binding]) -> bool:
    """Whether an attempt is news of a source: of the members of a container those that count, and
    not the broken ones, which the container itself is refused for.
    """
    binding = sources.get((one.district_id, one.source_id))
    if binding is None or one.member is None:
        return binding is not None
    return one.outcome != "error" and counts(one.member, binding.source.members)


def _write(rows: list[Row], schema: pa.Schema, path: Path) -> None:
    ordered = sorted(rows, key=lambda row: [str(row.get(name)) for name in schema.names])
    write_parquet(pa.Table.from_pylist(ordered, schema=schema), path)


def _delivery(one: Delivery) -> Row:
    months = sorted(month for month in one.verdict.months if month != WHOLE)
    return {
        "district_id": one.binding.district.id,
        "source_id": one.binding.source_id,
        "dataset": one.binding.dataset.id,
        "file_name": one.received.file_name,
        "sha256": one.received.sha256,
        "member": one.received.member,
        "received_at": one.received.received_at,
        "outcome": "accepted" if one.verdict.accepted else "refused",
        "code": one.verdict.code,
        "rows_received": one.verdict.rows_received,
        "rows_accepted": one.verdict.rows_accepted,
        "rows_quarantined": one.verdict.rows_quarantined,
        "first_month": months[0] if months else None,
        "last_month": months[-1] if months else None,
    }


def _without_news(attempts: list[Attempt], catalogue: Catalogue) -> Iterator[Row]:
    again = {
        id(one): "duplicate" if first else "unchanged"
        for one, first in sent_again(attempts, catalogue)
    }
    for one in [*failing(attempts), *(one for one in attempts if id(one) in again)]:
        yield {
            "district_id": one.district_id,
            "source_id": one.source_id,
            "dataset": one.dataset,
            "file_name": one.remote_name,
            "sha256": one.sha256,
            "member": one.member,
            "received_at": one.at,
            "outcome": again.get(id(one), "error"),
            "code": one.error_code,
        }


def _quarantined(home: Path, deliveries: Iterable[Delivery]) -> Iterator[Row]:
    for one in deliveries:
        if not one.verdict.rows_quarantined:
            continue
        place = {
            "district_id": one.binding.district.id,
            "source_id": one.binding.source_id,
            "dataset": one.binding.dataset.id,
            "known_at": one.known_at,
        }
        path = stage_path(home, "quarantine", one.binding, one.key)
        for row in read_parquet(path).to_pylist():
            yield {**row, **place}
