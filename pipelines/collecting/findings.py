"""What there is to say about deliveries and attempts: findings, each with a stable code.

Each has its code (`catalogue/issues.yaml`), where it was seen and how often. What only shows once
readings become months (gaps, exchanges, silent points) is found by the warehouse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.catalogue.catalogue import Binding, Catalogue
from pipelines.catalogue.issue import issues
from pipelines.collecting.deliveries import Delivery
from pipelines.collecting.due import late_months, missing_months
from pipelines.collecting.parts import WHOLE
from pipelines.collecting.ranking import Disagreement, Restated, in_words
from pipelines.collecting.vanishing import Vanished
from pipelines.connectors.transports.windows import days_of
from pipelines.landing.engine import engine, parquet
from pipelines.landing.manifest import Attempt

Row = dict[str, Any]


def finding(where: Binding | Attempt, code: str, known_at: datetime, **more: Any) -> Row:
    """One row of findings about a source, with the severity of its code."""
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


def of_deliveries(deliveries: Iterable[Delivery]) -> Iterator[Row]:
    """What was said of each delivery: its refusal, what was set aside, and notes."""
    for one in deliveries:
        name, verdict = one.received.file_name, one.verdict
        shared = {"sha256": one.received.sha256}
        if not verdict.accepted and verdict.code:
            yield finding(
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
            yield finding(
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


def of_attempts(attempts: list[Attempt], catalogue: Catalogue) -> Iterator[Row]:
    """Files that came under two names, and what fails now."""
    for one, first in sent_again(attempts, catalogue):
        if first is not None:
            said = f"{one.remote_name} = {first}"
            yield finding(
                one,
                "DUPLICATE_DELIVERY",
                one.at,
                sha256=one.sha256,
                detail_it=said,
                detail_en=said,
            )
    for one in attempts:
        if one.outcome == "erased" and one.location == "retention":
            yield finding(one, "RETENTION_ENDED", one.at, sha256=one.sha256)
    for one in failing(attempts):
        said = one.error_text or ""
        yield finding(one, one.error_code or "", one.at, detail_it=said, detail_en=said)


def failing(attempts: list[Attempt]) -> list[Attempt]:
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


def sent_again(
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
            other = adds_up and _asked_for(first) != _asked_for(one.remote_name)
            yield one, first if other else None


def _asked_for(name: str) -> str:
    """A name; of an answer for a window only where the window begins, because the last window of an
    interface ends a day later every day and may well bring the same.
    """
    days = days_of(name)
    return f"{name.rpartition('@')[0]}@{days.start}" if days else name


def restated(dataset: str, row: Restated) -> Row:
    """A month that a later delivery changed."""
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


def disagreement(dataset: str, row: Disagreement) -> Row:
    """Figures of a source that counts, for which another source has others. Where the district has
    declared which of them counts, that is good to know and no more.
    """
    known = issues()["SOURCES_DISAGREE"]
    return {
        "district_id": row.district_id,
        "source_id": row.source_id,
        "dataset": dataset,
        "month": row.month,
        "code": "SOURCES_DISAGREE",
        "severity": "info" if row.decided else known.severity,
        "count": row.rows,
        "detail_it": f"vale {row.source_id}, non {row.other}: {in_words(row.differences)}",
        "detail_en": f"{row.source_id} counts, not {row.other}: {in_words(row.differences)}",
        "sha256": row.sha256,
        "known_at": datetime.fromisoformat(row.known_at),
    }


def gone(dataset: str, row: Vanished) -> Row:
    """Records that their source no longer has; in a register that is good to know and no more."""
    known = issues()["RECORD_VANISHED"]
    return {
        "district_id": row.district_id,
        "source_id": row.source_id,
        "dataset": dataset,
        "month": row.month,
        "code": "RECORD_VANISHED",
        "severity": "info" if row.of_register else known.severity,
        "count": row.rows,
        "detail_it": "contano ancora" if row.kept else "non contano più",
        "detail_en": "they still count" if row.kept else "they no longer count",
        "sha256": row.sha256,
        "known_at": datetime.fromisoformat(row.known_at),
    }


def of_calendar(
    binding: Binding, deliveries: list[Delivery], attempts: list[Attempt], cut_off: datetime
) -> Iterator[Row]:
    """Deliveries that came late, and months for which none came."""
    own = [one for one in deliveries if one.binding is binding]
    for month, delivery in late_months(binding, own):
        name = delivery.received.file_name
        yield finding(
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
            yield finding(binding, "MISSING_DELIVERY", cut_off, month=month)


def claimed_twice(view: Path, cut_off: datetime) -> Iterator[Row]:
    """Points that registers of several districts hold."""
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
