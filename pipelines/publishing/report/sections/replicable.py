"""What a district can copy from another: money and its pace, finished measures, what the meters say they saved.

Belongs here: these tables of the programme's report. Does not belong here: what may be told of a measure
(`publishing/protecting/measure_tables.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Block, Cell, Column, Note, Table
from pipelines.publishing.report.sections.figures import amount, joined, printed, why_missing
from pipelines.publishing.report.sections.measured_savings import expected_cell, saved_cell
from pipelines.publishing.report.sections.side_by_side import city
from pipelines.publishing.rows import Row

_MONEY = ("INV01", "INV02", "INV03", "INV07", "INV08")
"""Pipeline, funding, execution, payments, projects that are late: what money is told by."""
_LISTED = 8
_DONE = ("completed", "closed")


def money(reads: Sequence[DistrictReading], words: Words) -> Table:
    """A row per district: how much is planned, secured, executed, paid, late."""
    declared = reads[0].reading.kpis
    heads = (
        Column(words.say("table.district"), width=1.2),
        *(
            Column(f"{declared[code][f'name_{words.code}']} ({code})", number=True)
            for code in _MONEY
        ),
    )
    rows = tuple(
        (Cell(city(read)), *(_amount(read, code, words) for code in _MONEY)) for read in reads
    )
    caption = words.say("programme.money_caption", month=words.month(reads[0].month))
    return Table("money-table", caption, heads, rows)


def _amount(read: DistrictReading, code: str, words: Words) -> Cell:
    row, kpi = read.kpi(code), read.declared(code)
    told = printed(row, kpi, read, words)
    return Cell(told if told != DASH else why_missing(row, kpi, words).split(",")[0])


def practices(reads: Sequence[DistrictReading], words: Words) -> Block:
    """Projects that are finished, cheapest per MWh first; which districts have none in the same field."""
    done = [
        (read, row)
        for read in reads
        for row in read.rows("projects", read.month)
        if row.get("status") in _DONE
        and not row["suppressed"]
        and row.get("capex_eur")
        and row.get("expected_saving_kwh")
    ]
    if not done:
        return Note(words.say("programme.no_practices"))
    ordered = sorted(done, key=lambda each: (_per_mwh(each[1]), each[1]["project_id"]))
    rows = tuple(_practice(read, row, reads, words) for read, row in ordered[:_LISTED])
    heads = (
        Column(words.say("programme.measure"), width=3.2),
        Column(words.say("table.district"), width=0.9),
        Column(words.say("programme.form"), width=1.4),
        Column(words.say("table.cost"), number=True, width=1.1),
        Column(words.say("programme.saving"), number=True, width=1.1),
        Column(words.say("programme.per_mwh"), number=True, width=1),
        Column(words.say("programme.could"), width=1.6),
    )
    caption = words.say("programme.practices_caption", month=words.month(reads[0].month))
    return Table("practices-table", caption, heads, rows, words.say("programme.practices_note"))


def _per_mwh(row: Row) -> Decimal:
    """Euro per MWh saved over the measure's life; over one year where its life is not known."""
    years = row.get("lifetime_years") or Decimal(1)
    return Decimal(row["capex_eur"] / (row["expected_saving_kwh"] / 1000 * years))


def _practice(
    read: DistrictReading, row: Row, reads: Sequence[DistrictReading], words: Words
) -> tuple[Cell, ...]:
    known_life = bool(row.get("lifetime_years"))
    return (
        Cell(str(row["title"]), note=words.named("field", row.get("action_field")) or None),
        Cell(city(read)),
        Cell(words.named("form", row.get("contract_form")) or DASH),
        Cell(joined(amount(row["capex_eur"], "EUR", 0, words))),
        Cell(words.number(row["expected_saving_kwh"] / 1000)),
        Cell(joined(amount(_per_mwh(row), "EUR", 0, words)) if known_life else DASH),
        Cell(_without_one(row, reads, words)),
    )


def _without_one(row: Row, reads: Sequence[DistrictReading], words: Words) -> str:
    """Districts that have finished nothing in a measure's field of action."""
    field = row.get("action_field")
    if field is None:
        return DASH
    lacking = [
        city(read)
        for read in reads
        if not any(
            each.get("action_field") == field and each.get("status") in _DONE
            for each in read.rows("projects", read.month)
        )
    ]
    return ", ".join(lacking) or words.say("programme.everywhere")


def measured(reads: Sequence[DistrictReading], words: Words) -> Table | None:
    """Measures that meters have followed for twelve months: what was saved, beside what was expected."""
    found = [
        (read, row, one)
        for read in reads
        for row in read.rows("measure_savings", read.month)
        if not row["suppressed"] and row["months_12m"]
        for one in read.rows("measures", read.month)
        if one["measure_id"] == row["measure_id"]
    ]
    if not found:
        return None
    rows = tuple(
        (
            Cell(str(one["name"]), note=words.named("carrier", str(row["carrier"]))),
            Cell(city(read)),
            saved_cell(row, words),
            expected_cell(row, words),
            Cell(words.number(row["months_12m"])),
            Cell(_number(one["cost_per_tonne_eur"], words)),
        )
        for read, row, one in found
    )
    heads = (
        Column(words.say("measures.measure"), width=3.2),
        Column(words.say("table.district"), width=1),
        Column(words.say("measures.measured"), number=True, width=1.7),
        Column(words.say("measures.expected"), number=True, width=1.6),
        Column(words.say("measures.months"), number=True, width=0.9),
        Column(words.say("measures.per_tonne"), number=True, width=1),
    )
    return Table(
        "measured-table",
        words.say("measures.measured_caption"),
        heads,
        rows,
        words.say("programme.measured_note"),
    )


def _number(value: Decimal | None, words: Words) -> str:
    return DASH if value is None else words.number(value)
