"""What collecting found: deliveries, quarantined rows and findings, as three tables the warehouse
and reports read.

Each finding has a stable code (`catalogue/issues.yaml`), where it was seen and how often. What only
shows once readings become months (gaps, exchanges, silent points) is found by the warehouse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.catalogue.catalogue import Binding, Catalogue
from pipelines.catalogue.issue import issues
from pipelines.collecting.current import WHOLE, Restated
from pipelines.collecting.deliveries import Delivery
from pipelines.collecting.due import late_months, missing_months
from pipelines.collecting.paths import stage_path
from pipelines.connectors.containers import counts
from pipelines.landing.engine import engine, parquet
from pipelines.landing.files import read_parquet, write_parquet
from pipelines.landing.manifest import Attempt
from pipelines.settings import Settings

_UTC = pa.timestamp("us", tz="UTC")
DELIVERIES = pa.schema(
    [
        ("district_id", pa.string()),
        ("source_id", pa.string()),
        ("dataset", pa.string()),
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
QUARANTINED = pa.schema(
    [
        ("district_id", pa.string()),
        ("source_id", pa.string()),
        ("dataset", pa.string()),
        ("code", pa.string()),
        ("month", pa.string()),
        ("_sha256", pa.string()),
        ("_member", pa.string()),
        ("_row", pa.int64()),
        ("column", pa.string()),
        ("raw", pa.string()),
        ("known_at", _UTC),
    ]
)
FINDINGS = pa.schema(
    [
        ("district_id", pa.string()),
        ("source_id", pa.string()),
        ("dataset", pa.string()),
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

Row = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """All that collecting has seen: deliveries with their verdicts, restatements per dataset, every
    attempt, and landed deliveries that could not be read.
    """

    deliveries: list[Delivery]
    restated: dict[str, list[Restated]]
    attempts: list[Attempt]
    unread: list[tuple[Binding, str]]


def write_collected(
    settings: Settings, catalogue: Catalogue, seen: Seen, cut_off: datetime
) -> None:
    """Write `collected/{deliveries,quarantine,findings}.parquet` of the view at the cut-off."""
    folder = settings.view / "collected"
    known = [one for one in seen.deliveries if one.known_at <= cut_off]
    sources = {(b.district.id, b.source_id): b for b in catalogue.bindings}
    tried = [one for one in seen.attempts if one.at <= cut_off and _is_told(one, sources)]
    found = [
        *_of_deliveries(known),
        *_of_attempts(tried, catalogue),
        *(_restated(dataset, row) for dataset, rows in seen.restated.items() for row in rows),
        *(row for b in catalogue.bindings for row in _of_calendar(b, known, tried, cut_off)),
        *_claimed_twice(settings.view, cut_off),
        *(
            _finding(binding, "READER_FAILED", cut_off, detail_it=said, detail_en=said)
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


def _finding(where: Binding | Attempt, code: str, known_at: datetime, **more: Any) -> Row:
    if isinstance(where, Binding):
        place = {
            "district_id": where.district.id,
            "source_id": where.source_id,
            "dataset": where.dataset.id,
        }
    else:
        place = {
            "district_id": where.district_id,
            "source_id": where.source_id,
            "dataset": where.dataset,
        }
    if code not in issues():  # a code nobody declared must not stop the others
        code = "READER_FAILED"
    severity = issues()[code].severity
    return {
        "count": 1,
        "detail_it": "",
        "detail_en": "",
        "severity": severity,
        **place,
        "code": code,
        "known_at": known_at,
        **more,
    }


def _of_deliveries(deliveries: Iterable[Delivery]) -> Iterator[Row]:
    for one in deliveries:
        name, verdict = one.received.file_name, one.verdict
        shared = {"sha256": one.received.sha256}
        if not verdict.accepted and verdict.code:
            yield _finding(
                one.binding,
                verdict.code,
                one.known_at,
                **shared,
                detail_it=f"{name}: {verdict.detail_it}",
                detail_en=f"{name}: {verdict.detail_en}",
            )
        for said in (*verdict.quarantined, *verdict.notes):
            severity = {"severity": said["severity"]} if "severity" in said else {}
            detail = f"{name}: {said['detail']}" if said.get("drift") else name
            yield _finding(
                one.binding,
                said["code"],
                one.known_at,
                **shared,
                **severity,
                month=said["month"],
                point_id=said.get("point_id"),
                count=said["count"],
                detail_it=detail,
                detail_en=detail,
            )


def _of_attempts(attempts: list[Attempt], catalogue: Catalogue) -> Iterator[Row]:
    for one, first in _sent_again(attempts, catalogue):
        if first is not None:
            said = f"{one.remote_name} = {first}"
            yield _finding(
                one,
                "DUPLICATE_DELIVERY",
                one.at,
                sha256=one.sha256,
                detail_it=said,
                detail_en=said,
            )
    for one in _failing(attempts):
        said = one.error_text or ""
        yield _finding(one, one.error_code or "", one.at, detail_it=said, detail_en=said)


def _failing(attempts: list[Attempt]) -> list[Attempt]:
    """What fails now, once each, by the first attempt since which it has failed.

    Asking a dead source every day brings no news; a new edition must not come of it.
    """
    since: dict[tuple[str, str], dict[tuple[str, str | None], Attempt]] = {}
    newest: dict[tuple[str, str], datetime] = {}
    for one in attempts:
        if one.member is not None:
            continue
        source = (one.district_id, one.source_id)
        failures = since.setdefault(source, {})
        if one.outcome == "error":
            failures.setdefault((one.remote_name, one.error_code), one)
        else:  # an answer ends what failed before it: of that name, or of the source as a whole
            over = newest.get(source) != one.at
            for name, code in list(failures):
                if over or name in ("", one.remote_name):
                    del failures[name, code]
        newest[source] = one.at
    return [one for failures in since.values() for one in failures.values()]


def _sent_again(
    attempts: list[Attempt], catalogue: Catalogue
) -> Iterator[tuple[Attempt, str | None]]:
    """Attempts that brought known bytes, with the first name of a file that came under two.

    A register that comes again unchanged is as it should be: it has no first name here.
    """
    names: dict[tuple[str, str, str], str] = {}
    for one in attempts:
        if one.sha256 is None:
            continue
        first = names.setdefault((one.district_id, one.source_id, one.sha256), one.remote_name)
        if one.outcome == "same_content" and one.location != "declared":
            adds_up = catalogue.datasets[one.dataset].delivers == "increments"
            yield one, first if adds_up and first != one.remote_name else None


def _restated(dataset: str, row: Restated) -> Row:
    return {
        "district_id": row.district_id,
        "source_id": row.source_id,
        "dataset": dataset,
        "month": row.month,
        "code": "RESTATED",
        "severity": issues()["RESTATED"].severity,
        "count": row.rows,
        "detail_it": "",
        "detail_en": "",
        "sha256": row.sha256,
        "known_at": datetime.fromisoformat(row.known_at),
    }


def _of_calendar(
    binding: Binding, deliveries: list[Delivery], attempts: list[Attempt], cut_off: datetime
) -> Iterator[Row]:
    own = [one for one in deliveries if one.binding is binding]
    for month, delivery in late_months(binding, own):
        name = delivery.received.file_name
        yield _finding(
            binding,
            "LATE_DELIVERY",
            delivery.known_at,
            month=month,
            sha256=delivery.received.sha256,
            detail_it=name,
            detail_en=name,
        )
    asked = any(
        (a.district_id, a.source_id) == (binding.district.id, binding.source_id) for a in attempts
    )
    if asked:
        for month in missing_months(binding, own, cut_off):
            yield _finding(binding, "MISSING_DELIVERY", cut_off, month=month)


def _claimed_twice(view: Path, cut_off: datetime) -> Iterator[Row]:
    points = view / "current" / "metering_points" / f"{WHOLE}.parquet"
    if not points.exists():
        return
    shared_points = f"""
        with points as (select * from {parquet([points])})
        select p.district_id, p.source_id, p.point_id,
            string_agg(distinct o.district_id, ', ' order by o.district_id)
        from points p
        join points o on o.point_id = p.point_id and o.district_id <> p.district_id
        group by all order by all
    """  # noqa: S608 - a path of our own
    with engine() as session:
        shared = session.execute(shared_points).fetchall()
    severity = issues()["POINT_CLAIMED_TWICE"].severity
    for district_id, source_id, point_id, others in shared:
        yield {
            "district_id": district_id,
            "source_id": source_id,
            "dataset": "metering_points",
            "point_id": point_id,
            "code": "POINT_CLAIMED_TWICE",
            "severity": severity,
            "count": 1,
            "known_at": cut_off,
            "detail_it": f"{district_id}, {others}",
            "detail_en": f"{district_id}, {others}",
        }


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
        for one, first in _sent_again(attempts, catalogue)
    }
    for one in [*_failing(attempts), *(one for one in attempts if id(one) in again)]:
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
