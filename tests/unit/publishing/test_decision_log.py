"""The log of decisions: values then and now, and everything that keeps them from being held against each other."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipelines.publishing.comparing.decision_log import decision_log
from pipelines.publishing.language import words
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.sections.decision_review import (
    REGISTERS,
    evidence_table,
    review_table,
    stage_table,
)
from pipelines.publishing.rows import parquet_bytes, sha256
from pipelines.settings import checkout

Row = dict[str, Any]
TEXTS = checkout() / "reports" / "text"


def value(code: str, month: str, amount: float | None, **more: Any) -> Row:
    """One published value of the district 'quarto'."""
    return {
        "district_id": "quarto", "month": month, "kpi_code": code,
        "value": None if amount is None else Decimal(str(amount)),
        "numerator": None, "denominator": None, "unit": "MWh", "suppressed": False, "reason": None,
        "boundary_version": "v1", "factor_set": "f", "gwp_set": "AR5", **more,
    }  # fmt: skip


def kpi(code: str, **more: Any) -> Row:
    """The declaration of one KPI."""
    return {
        "code": code, "unit": "MWh", "formula": "sum", "scale": Decimal(1), "numerator": "n", "denominator": None,
        "period": "month", "theme": "energy", **more,
    }  # fmt: skip


def published(folder: Path, values: list[Row], kpis: list[Row] | None = None) -> Path:
    """An edition on disk that holds these values, with the hash that its manifest promises."""
    (folder / "tables").mkdir(parents=True)
    body = parquet_bytes(pa.Table.from_pylist(values))
    (folder / "kpi_values.parquet").write_bytes(body)
    declared = parquet_bytes(pa.Table.from_pylist(kpis or [kpi("ENE01")]))
    (folder / "tables" / "kpis.parquet").write_bytes(declared)
    files = [{"path": "kpi_values.parquet", "sha256": sha256(body)}]
    (folder / "manifest.json").write_text(json.dumps({"files": files}))
    return folder


def decision(**more: Any) -> Row:
    return {
        "district_id": "quarto", "month": "2026-10", "decision_id": "D-1", "title": "Deroga",
        "raised_on": date(2026, 9, 1),
        "closed_on": date(2026, 9, 20), "outcome": "approved", "stage": "under_way", "timeliness": "on_time",
        "review_on": date(2026, 10, 30), "review_due": True, "evidence": "Verbale", "evidence_ref": None,
        "evidence_on": None, "edition_seen": "2026-08/r1", "kpis_seen": "ENE01", **more,
    }  # fmt: skip


THEN = value("ENE01", "2026-08", 100)
NOW = value("ENE01", "2026-10", 90)


def logged(tmp_path: Path, then: Row, *now: Row, **declared: Any) -> Row:
    folder = published(tmp_path / "r1", [then])
    log = decision_log(
        [decision()], {("2026-08", 1): folder}, list(now), [kpi("ENE01", **declared)], "2026-10"
    )
    (row,) = log.to_pylist()
    found: Row = row
    return found


def test_what_was_made_alike_is_held_against_each_other(tmp_path: Path) -> None:
    row = logged(tmp_path, THEN, THEN, NOW)

    assert (row["value_then"], row["value_now"], row["change"], row["reason"]) == (100, 90, -10, None)  # fmt: skip


@pytest.mark.parametrize(
    ("now", "declared", "reason"),
    [
        ({"boundary_version": "v2"}, {}, "boundary"),
        ({}, {"formula": "another"}, "method"),
        ({"factor_set": "g"}, {"theme": "emissions"}, "method"),
        ({"value": None, "reason": "not_delivered"}, {}, "missing_now"),
    ],
)
def test_what_was_not_made_alike_says_why_and_has_no_difference(
    tmp_path: Path, now: Row, declared: Row, reason: str
) -> None:
    row = logged(tmp_path, THEN, {**NOW, **now}, **declared)

    assert (row["reason"], row["change"]) == (reason, None)


def test_the_factors_of_a_figure_that_has_none_do_not_matter(tmp_path: Path) -> None:
    assert logged(tmp_path, THEN, {**NOW, "factor_set": "g"})["change"] == -10


@pytest.mark.parametrize("hidden", ["then", "now", "then as known now"])
def test_what_is_hidden_anywhere_is_told_nowhere(tmp_path: Path, hidden: str) -> None:
    gone = {"suppressed": True, "value": None, "reason": "suppressed"}
    then = {**THEN, **gone} if hidden == "then" else THEN
    again = {**THEN, **gone} if hidden == "then as known now" else THEN
    now = {**NOW, **gone} if hidden == "now" else NOW

    row = logged(tmp_path, then, again, now)

    amounts = [row[name] for name in row if name.startswith(("value_", "numerator_", "change"))]
    assert set(amounts) == {None}
    assert (row["suppressed"], row["reason"]) == (True, "suppressed")


def test_an_edition_that_is_not_as_it_was_published_is_no_edition(tmp_path: Path) -> None:
    folder = published(tmp_path / "r1", [THEN])
    path = folder / "kpi_values.parquet"
    path.write_bytes(parquet_bytes(pa.Table.from_pylist([{**THEN, "value": Decimal(1)}])))

    log = decision_log([decision()], {("2026-08", 1): folder}, [NOW], [kpi("ENE01")], "2026-10")

    assert log.to_pylist()[0]["reason"] == "edition_unknown"


def test_counts_of_few_cases_stand_for_both_values(tmp_path: Path) -> None:
    few = {"value": None, "reason": "few_cases", "unit": "%"}
    then = {**THEN, **few, "numerator": Decimal(4), "denominator": Decimal(5)}
    now = {**NOW, **few, "numerator": Decimal(6), "denominator": Decimal(6)}

    row = logged(tmp_path, then, now)

    assert (row["numerator_then"], row["denominator_now"], row["reason"]) == (4, 6, "few_cases")


@pytest.mark.parametrize(
    ("language", "said"),
    [("it", ["100,0 MWh", "90,0 MWh", "−10,0 MWh"]), ("en", ["100.0 MWh", "90.0 MWh", "−10.0 MWh"])],
)  # fmt: skip
def test_the_report_lists_what_is_due_for_review_with_then_and_now(
    reading: Reading, tmp_path: Path, language: str, said: list[str]
) -> None:
    log = [{**logged(tmp_path, THEN, NOW), "district_id": "prato"}]
    reviewed = _Read(reading, "prato", {"decision_log": log})

    table = review_table(reviewed, words(language, TEXTS))

    assert table is not None
    cells = [cell.text.replace("\u00a0", " ") for cell in table.rows[0]]
    assert cells[-3:] == said
    assert "2026-08/r1" in (table.rows[0][0].note or "")
    later = [{**log[0], "review_due": False}]
    assert (
        review_table(_Read(reading, "prato", {"decision_log": later}), words(language, TEXTS))
        is None
    )


def test_stages_and_lateness_stand_side_by_side_and_proof_beside_them(reading: Reading) -> None:
    stages = [
        {"dataset": "cdtt_decisions", "stage": "complete", "items": 3, "on_time": 1, "late": 2},
        {"dataset": "cdtt_decisions", "stage": "under_way", "items": 2, "on_time": 0, "late": 1},
    ]  # fmt: skip
    proof = [
        {"dataset": "cdtt_meetings", "claims": 4, "proven": 1, "referenced": 0, "evidence_share": Decimal("0.25")}
    ]  # fmt: skip
    read = _Read(reading, "prato", {"lever_stages": stages, "register_evidence": proof})

    told = stage_table(read, words("it", TEXTS), REGISTERS)
    proven = evidence_table(read, words("it", TEXTS))

    assert told is not None
    assert proven is not None
    assert [cell.text for cell in told.rows[0]] == [
        "Decisioni del CDTT", "0", "0", "2", "3", "0", "1", "3",
    ]  # fmt: skip
    assert [cell.text.replace("\u00a0", " ") for cell in proven.rows[0]] == [
        "Riunioni del CDTT", "4", "1", "25 %", "0",
    ]  # fmt: skip


class _Read(DistrictReading):
    """The fixture's district with rows of its own in some tables."""

    def __init__(self, reading: Reading, district: str, own: dict[str, list[Row]]) -> None:
        super().__init__(reading, district)
        object.__setattr__(self, "own", own)

    def rows(self, name: str, month: str | None = None) -> list[Row]:
        own: dict[str, list[Row]] = getattr(self, "own", {})
        return own[name] if name in own else super().rows(name, month)
