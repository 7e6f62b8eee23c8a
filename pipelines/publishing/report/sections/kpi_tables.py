"""Tables of KPIs: one row each, with its value, period, a year before, target, status and grade.

Belongs here: which columns and rows a table of KPIs has. Does not belong here: how one value is printed (`figures.py`).
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Cell, Column, Table
from pipelines.publishing.report.sections.figures import (
    against_target,
    amount,
    change,
    joined,
    period_of,
    printed,
    status_of,
    target_text,
    there,
    why_missing,
)
from pipelines.publishing.rows import Row


def kpi_table(
    table_id: str, codes: list[str], read: DistrictReading, words: Words, caption: str | None = None
) -> Table:
    """One row per KPI: value, period, a year before, target, status, grade; a reason where there is no value."""
    rows = [_kpi_row(code, read, words) for code in codes]
    columns = (
        Column(words.say("table.indicator"), width=3.3),
        Column(words.say("table.code"), width=1.7),
        Column(words.say("table.value"), number=True, width=1.6),
        Column(words.say("table.period"), width=1.1),
        Column(words.say("table.year_before"), number=True, width=1.5),
        Column(words.say("table.target"), number=True, width=1.4),
        Column(words.say("table.status"), width=1.8),
        Column(words.say("table.grade"), width=0.7),
    )
    told = caption or words.say("table.kpis", month=words.month(read.month))
    return Table(table_id, told, columns, tuple(rows), _not_due(codes, read, words))


def _kpi_row(code: str, read: DistrictReading, words: Words) -> tuple[Cell, ...]:
    kpi, row = read.declared(code), read.kpi(code)
    here = there(row, kpi, read)
    return (
        Cell(str(kpi[f"name_{words.code}"]), note=None if here else why_missing(row, kpi, words)),
        Cell(code, code=code),
        Cell(
            printed(row, kpi, read, words),
            strong=here,
            note=_adjusted(row, kpi, words),
            figure=row["kpi_value_id"] if row is not None else None,
        ),
        Cell(period_of(row, kpi, words) if here else DASH),
        Cell(
            (change(row, kpi, read, words) or words.say("state.not_comparable")) if here else DASH
        ),
        _target_cell(row, kpi, words) if here else Cell(DASH),
        Cell("", status=status_of(row, read, words)),
        Cell((row["grade"] or DASH) if row is not None and here else DASH),
    )


def _adjusted(row: Row | None, kpi: Row, words: Words) -> str | None:
    """«a clima normale 95,3 kWh/m²»: raw and adjusted stand in one cell."""
    if row is None or row["value"] is None or row["value_adjusted"] is None:
        return None
    value = joined(amount(row["value_adjusted"], kpi["unit"], int(kpi["decimals"]), words))
    return words.say("table.adjusted", value=value)


def _not_due(codes: list[str], read: DistrictReading, words: Words) -> str | None:
    """«Non dovuti questo mese, vale l’ultimo valore: trimestrali (il prossimo a dic. 2026)»; None where all are due."""
    kinds: dict[str, str | None] = {}
    for code in codes:
        row = read.kpi(code)
        if row is not None and there(row, read.declared(code), read) and _of_earlier(row):
            cadence = str(read.declared(code)["cadence"])
            kinds[cadence] = None if cadence == "edition" else _next_month(row, words)
    if not kinds:
        return None
    told = [
        words.named("cadences", cadence)
        if month is None
        else words.say("table.next_due", cadence=words.named("cadences", cadence), month=month)
        for cadence, month in kinds.items()
    ]
    return words.say("table.not_due", kinds=words.both(told))


def _of_earlier(row: Row) -> bool:
    """Whether the value, or the counts that stand for it, is that of an earlier month."""
    end = row["period_end"]
    return end is not None and f"{end - timedelta(days=1):%Y-%m}" < row["month"]


def _next_month(row: Row, words: Words) -> str | None:
    due = row.get("next_due")
    return words.month_short(f"{due - timedelta(days=1):%Y-%m}") if due is not None else None


def _target_cell(row: Row | None, kpi: Row, words: Words) -> Cell:
    """The target and how far it is; counts of few cases have their answer in the status."""
    if row is None or row["target"] is None:
        return Cell(DASH)
    note = None if row["reason"] == "few_cases" else against_target(row, kpi, words)
    return Cell(target_text(row, kpi, words), note=note)
