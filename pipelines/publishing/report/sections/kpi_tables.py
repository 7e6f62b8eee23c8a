"""Tables of KPIs: which of them stand on a page, which behind it, and what a row says.

Belongs here: the columns and rows of a table of KPIs. Which KPIs a page shows is declared (`maturity` in
`pipelines/catalogue/kpis`). Does not belong here: how one value is printed (`figures.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import (
    Block,
    Cell,
    Column,
    Entries,
    Reference,
    Table,
    Without,
)
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

_STATUS = 3
"""Where a row has its status."""


def of_themes(read: DistrictReading, *themes: str) -> list[str]:
    """Codes of the KPIs of some themes that are computed, in declared order."""
    return [
        code
        for code, kpi in read.reading.kpis.items()
        if kpi["theme"] in themes and kpi["computed"]
    ]


def on_page(codes: Sequence[str], read: DistrictReading) -> list[str]:
    """KPIs that stand on a page: those declared `core`, and any that is judged and off its target."""
    return [
        code
        for code in codes
        if read.declared(code)["maturity"] == "core"
        or ((row := read.kpi(code)) is not None and row["signal"] in ("amber", "red"))
    ]


def behind_page(
    table_id: str, codes: Sequence[str], shown: Sequence[str], read: DistrictReading, words: Words
) -> tuple[Reference, ...]:
    """The other KPIs of a page, one click away; nothing where the page has them all."""
    rest = [code for code in codes if code not in shown]
    if not rest:
        return ()
    table = kpi_table(f"{table_id}-rest", rest, read, words)
    title = words.say("table.other_kpis", count=len(rest))
    return (Reference(f"{table_id}-reference", title, (table,), "KPI"),)


def named(
    name: str, title: str, blocks: Sequence[Block | None], sheet: str | None = None
) -> tuple[Reference, ...]:
    """What stands behind a page, where there is any of it; notes alone have no sheet."""
    found = tuple(block for block in blocks if block is not None)
    rows = any(isinstance(block, Table | Entries) for block in found)
    return (Reference(f"{name}-reference", title, found, sheet if rows else None),) if found else ()


def kpi_table(
    table_id: str,
    codes: Sequence[str],
    read: DistrictReading,
    words: Words,
    caption: str | None = None,
) -> Table:
    """One row per KPI that has a value: a year before, target with status, grade; the others under their reason."""
    here = [code for code in codes if there(read.kpi(code), read.declared(code), read)]
    columns = (
        Column(words.say("table.indicator"), width=4.5),
        Column(words.say("table.value"), number=True, width=2.1),
        Column(words.say("table.in_a_year"), number=True, width=1.4),
        Column(words.say("table.status"), width=2.2),
        Column(words.say("table.grade"), width=0.8),
    )
    notes = (_not_due(here, read, words), _not_compared(here, read, words))
    return Table(
        table_id,
        caption or words.say("table.kpis", month=words.month(read.month)),
        *_judged(columns, tuple(_kpi_row(code, read, words) for code in here)),
        " ".join(note for note in notes if note) or None,
        _without([code for code in codes if code not in here], read, words),
    )


def _judged(
    columns: tuple[Column, ...], rows: tuple[tuple[Cell, ...], ...]
) -> tuple[tuple[Column, ...], tuple[tuple[Cell, ...], ...]]:
    """Columns and rows; without the column of statuses where no row has one."""
    if any(row[_STATUS].status is not None for row in rows):
        return columns, rows
    left = tuple(row[:_STATUS] + row[_STATUS + 1 :] for row in rows)
    return columns[:_STATUS] + columns[_STATUS + 1 :], left


def lever_table(table_id: str, codes: Sequence[str], read: DistrictReading, words: Words) -> Table:
    """A table of KPIs under the names of their levers."""
    whole = kpi_table(table_id, codes, read, words)
    rows: list[tuple[Cell, ...]] = []
    lever = None
    for row in whole.rows:
        own = read.declared(str(row[0].code))["lever"]
        if own != lever:
            rows.append((Cell(words.named("lever", own), strong=True),))
            lever = own
        rows.append(row)
    return replace(whole, rows=tuple(rows))


def _without(codes: Sequence[str], read: DistrictReading, words: Words) -> tuple[Without, ...]:
    """KPIs without a value by what they lack, the most common reason first."""
    found: dict[str, list[Cell]] = {}
    for code in codes:
        kpi, row = read.declared(code), read.kpi(code)
        figure = row["kpi_value_id"] if row is not None else None
        cell = Cell(str(kpi[f"name_{words.code}"]), code=code, figure=figure)
        found.setdefault(why_missing(row, kpi, words), []).append(cell)
    ordered = sorted(found.items(), key=lambda each: -len(each[1]))
    return tuple(Without(capital(reason), tuple(cells)) for reason, cells in ordered)


def _kpi_row(code: str, read: DistrictReading, words: Words) -> tuple[Cell, ...]:
    kpi, row = read.declared(code), read.kpi(code)
    return (
        Cell(str(kpi[f"name_{words.code}"]), code=code, note=period_of(row, kpi, words)),
        Cell(
            printed(row, kpi, read, words),
            strong=True,
            note=_adjusted(row, kpi, words),
            figure=row["kpi_value_id"] if row is not None else None,
        ),
        Cell(change(row, kpi, read, words) or DASH),
        _standing(row, kpi, read, words),
        Cell((row["grade"] or DASH) if row is not None else DASH),
    )


def _standing(row: Row | None, kpi: Row, read: DistrictReading, words: Words) -> Cell:
    """Status in symbol and words, the target and how far it is; a dash where there is nothing to stand against."""
    status = status_of(row, read, words)
    if row is None or row["target"] is None:
        free = status.words == words.named("signal", "none")
        return Cell(DASH) if free else Cell("", status=status)
    target = words.say("table.of_target", target=target_text(row, kpi, words))
    # Counts of few cases have their answer in the status.
    away = None if row["reason"] == "few_cases" else against_target(row, kpi, words)
    told = [target, *([away] if away and away != words.say("state.reached") else [])]
    return Cell("", status=status, note=", ".join(told))


def _adjusted(row: Row | None, kpi: Row, words: Words) -> str | None:
    """«a clima normale 95,3 kWh/m²»: raw and adjusted stand in one cell."""
    if row is None or row["value"] is None or row["value_adjusted"] is None:
        return None
    value = joined(amount(row["value_adjusted"], kpi["unit"], int(kpi["decimals"]), words))
    return words.say("table.adjusted", value=value)


def _not_due(codes: Sequence[str], read: DistrictReading, words: Words) -> str | None:
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


def _not_compared(codes: Sequence[str], read: DistrictReading, words: Words) -> str | None:
    """What the dash says that stands for a change in a year."""
    told = all(change(read.kpi(code), read.declared(code), read, words) for code in codes)
    return None if told else words.say("table.not_compared")


def _of_earlier(row: Row) -> bool:
    """Whether the value, or the counts that stand for it, is that of an earlier month."""
    end = row["period_end"]
    return end is not None and f"{end - timedelta(days=1):%Y-%m}" < row["month"]


def _next_month(row: Row, words: Words) -> str | None:
    due = row.get("next_due")
    return words.month_short(f"{due - timedelta(days=1):%Y-%m}") if due is not None else None
