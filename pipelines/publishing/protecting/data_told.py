"""What an edition tells of its data: findings, deliveries and what was set aside, counted.

Belongs here: nothing of a single point and no few people in those counts. Does not belong here: figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipelines.publishing.protecting import tables
from pipelines.publishing.protecting.origins import closes_after
from pipelines.publishing.rows import Row, read_rows

_OF_PEOPLE = ("course_enrolments", "survey_answers")
"""Datasets with a row per person: how many rows is how many people."""


def data_told(
    view: Path, month: str, readable: Sequence[Row], kpis: Sequence[Row]
) -> dict[str, list[Row]]:
    """What was found, delivered and set aside, by table.

    Args:
        view: The folder with `marts/` and `collected/`.
        month: The edition's month.
        readable: KPI values as they may be read.
        kpis: Rows of `declared/kpis`.
    """
    few_people = _districts_with_hidden_people(readable, kpis)
    findings = tables.up_to(view / "marts", "fct_findings", month)
    deliveries = [
        row
        for row in read_rows(view / "collected" / "deliveries.parquet")
        if row.get("first_month") is None
        or row["first_month"] <= closes_after(row["dataset"], month)
    ]
    for row in deliveries:
        row["file_name"] = tables.without_point_codes(row.get("file_name"))
        if _counts_people(row, few_people):
            row.update(dict.fromkeys(("rows_received", "rows_accepted", "rows_quarantined")))
    quarantine = [
        row
        for row in tables.up_to(view / "collected", "quarantine", month)
        if not _counts_people(row, few_people)
    ]
    return {
        "findings": tables.summed(
            findings, ("district_id", "dataset", "month", "code", "severity"), "count"
        ),
        "deliveries": deliveries,
        "quarantine_counts": tables.summed(
            quarantine, ("district_id", "source_id", "dataset", "month", "code"), "rows"
        ),
    }


def _districts_with_hidden_people(values: Sequence[Row], kpis: Sequence[Row]) -> set[str]:
    surveys = {kpi["code"] for kpi in kpis if kpi["disclosure_rule"] == "survey"}
    return {
        row["district_id"] for row in values if row["suppressed"] and row["kpi_code"] in surveys
    }


def _counts_people(row: Row, few_people: set[str]) -> bool:
    return row["dataset"] in _OF_PEOPLE and row["district_id"] in few_people
