"""All rounds of the sample through the one clock: every defect found, nothing else blamed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from sample.deliver import MONTHS
from sample.ledger import Entry, ledger
from sample.play import clock_of
from sample.survey import CANARIES
from tests.end_to_end.conftest import SamplePlayed

ENTRIES = ledger()
Row = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """What a deployment knows after the last round."""

    home: Path
    findings: list[Row]
    quarantine: list[Row]
    deliveries: list[Row]


@pytest.fixture(scope="module")
def played(sample_played: SamplePlayed) -> Known:
    home = sample_played.home
    return Known(
        home,
        pq.read_table(home / "marts" / "fct_findings.parquet").to_pylist(),
        pq.read_table(home / "collected" / "quarantine.parquet").to_pylist(),
        pq.read_table(home / "collected" / "deliveries.parquet").to_pylist(),
    )


def test_only_the_source_that_never_came_fails(sample_played: SamplePlayed) -> None:
    asked = (
        "select distinct at, district_id || '.' || source_id from attempts where outcome = 'error'"
    )
    with closing(sqlite3.connect(sample_played.home / "landing" / "manifest.sqlite")) as manifest:
        failed = manifest.execute(asked).fetchall()

    assert sorted(at for at, _ in failed) == [clock_of(month) for month in MONTHS]
    assert {source for _, source in failed} == {"bergamo.water"}


def _same_place(row: Row, entry: Entry) -> bool:
    if row["district_id"] != entry.district or row["code"] != entry.expect.code:
        return False
    if row.get("source_id") not in (None, entry.source_id):
        return False
    if entry.expect.point_id and row.get("point_id") not in (None, entry.expect.point_id):
        return False
    return entry.expect.month is None or row.get("month") in (None, entry.expect.month)


def _found(played: Known, entry: Entry) -> list[Row]:
    if entry.expect.where == "deliveries":
        refused = [row for row in played.deliveries if row["outcome"] == "refused"]
        name = Path(entry.file).name
        return [
            row for row in refused if _same_place(row, entry) and row["file_name"].endswith(name)
        ]
    if entry.expect.where == "quarantine":
        return [row for row in played.quarantine if _same_place(row, entry)]
    return [row for row in played.findings if _same_place(row, entry)]


@pytest.mark.parametrize(
    "entry", [e for e in ENTRIES if e.expect.where != "nowhere"], ids=lambda e: e.id
)
def test_what_was_planted_was_found(played: Known, entry: Entry) -> None:
    found = _found(played, entry)
    assert found, entry
    if entry.expect.count is not None:
        assert len(found) == entry.expect.count, found


def test_nothing_else_was_blamed(played: Known) -> None:
    blamed = [row for row in played.findings if row["severity"] in ("warning", "error")]
    unexplained = [row for row in blamed if not any(_same_place(row, entry) for entry in ENTRIES)]
    shown = {
        (r["district_id"], r["source_id"], r["code"], r["month"], r["point_id"])
        for r in unexplained
    }
    assert shown == set()


def test_only_planted_files_were_refused(played: Known) -> None:
    refused = {row["file_name"] for row in played.deliveries if row["outcome"] == "refused"}
    planted = {Path(entry.file).name for entry in ENTRIES if entry.expect.where == "deliveries"}
    assert {Path(name).name for name in refused} == planted


def test_only_planted_rows_were_quarantined(played: Known) -> None:
    planted = {
        (e.district, e.source_id, e.expect.code) for e in ENTRIES if e.expect.where == "quarantine"
    }
    assert {
        (row["district_id"], row["source_id"], row["code"]) for row in played.quarantine
    } == planted


@pytest.mark.parametrize(
    "entry", [e for e in ENTRIES if e.expect.where == "nowhere"], ids=lambda e: e.id
)
def test_a_clock_change_is_no_gap(played: Known, entry: Entry) -> None:
    codes = ("GAP_IN_SERIES", "TIME_PHANTOM", "DUP_CONFLICT")
    night = (entry.district, entry.source_id, entry.expect.month)
    seen = [row for row in played.findings if row["code"] in codes]
    assert [r for r in seen if (r["district_id"], r["source_id"], r["month"]) == night] == []


def test_free_text_of_people_stays_in_the_landing_store(played: Known) -> None:
    folders = [played.home / name for name in ("received", "accepted", "quarantine", "current")]
    tables = [path for folder in folders for path in (folder / "survey_answers").rglob("*.parquet")]
    tables += [*(played.home / "collected").glob("*.parquet")]
    tables += [*(played.home / "marts").glob("*.parquet")]
    assert tables
    for path in tables:
        text = str(pq.read_table(path).to_pydict())
        assert not [canary for canary in CANARIES if canary in text], path
