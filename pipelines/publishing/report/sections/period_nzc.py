"""NetZeroCities' tables in an annual report: A-1.1, A-1.4, A-2.3, B-1.1, B-3.1, B-3.2 and C-3.1.

Belongs here: how they stand on a page. Does not belong here: which cell stands where (`inventory_views.py`,
`nzc_tables.py`), any figure that is not public already.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.periods.reading import DistrictPeriod
from pipelines.publishing.protecting.inventory_views import inventory_views
from pipelines.publishing.report.document import Block, Cell, Column, Note, Section, Table
from pipelines.publishing.report.nzc_tables import CONFIDENTIAL, Sheet, nzc_sheets
from pipelines.publishing.rows import Row

_TOTAL = "total"
_CHAIN = {"B-1.1": "b11", "B-3.1": "b31", "B-3.2": "b32", "C-3.1": "c31"}
_SHOWN = {"B-3.2": (0, 1, 4, 6, 12, 13, 14)}
"""Columns of a form that a page shows: indicator, unit, direct, indirect, level, availability, interval."""
_FUNDED = "funded"
_ACROSS, _AROUND, _LONG, _SMALL = 124, 2.5, 60, 0.9
"""Letters across a printed page, those that the space around a column takes, what counts of a long text, and how wide
a letter of a head is."""


def nzc_tables(of: DistrictPeriod, words: Words) -> Section:
    """Inventory, gap, and the tables of the Theory of Change; what is not declared is said."""
    blocks: list[Block] = [Note(words.say("periods.nzc_note"))]
    views = views_of(of)
    blocks += [
        _matrix([row for row in views if row["view"] == view], f"periods.{key}", table, of, words)
        for view, key, table in (("nzc_a11", "a11", "A-1.1"), ("nzc_a14", "a14", "A-1.4"))
    ]
    if not of.whole.of_last_month:
        month = words.month(of.today.month)
        blocks.append(Note(words.say("periods.nzc_energy_only", month=month)))
    blocks.append(_gap(of, words))
    sheets = nzc_sheets(of.today, words)
    if not sheets:
        blocks.append(Note(words.say("periods.nzc_none")))
    else:
        blocks += [_sheet(name, sheet, words) for name, sheet in sheets.items() if sheet[1]]
        if not of.whole.of_last_month:
            month = words.month(of.today.month)
            blocks.append(Note(words.say("periods.nzc_state", month=month)))
    return Section("nzc", words.say("periods.nzc"), tuple(blocks))


def views_of(of: DistrictPeriod) -> list[Row]:
    """The inventory's views over the year, made of the public cells of its months.

    Lines that are not energy are known for the months of the monthly edition alone; they are within where that is the
    year's last month.
    """
    if of.whole.of_last_month:
        return of.today.rows("inventory_views", of.period.last)
    energy, emissions = (
        of.today.rows(name) for name in ("energy_by_carrier_sector", "emissions_by_carrier_sector")
    )
    return inventory_views(energy, emissions, (), of.period.last)


def _matrix(rows: list[Row], title: str, table: str, of: DistrictPeriod, words: Words) -> Block:
    told = of.row("ENE01")
    if not rows or told is None or told["reason_months"]:
        return Note(words.say("periods.nzc_unseen", table=table))
    across = sorted({row["column"] for row in rows}, key=_totals_last)
    down = sorted({row["row"] for row in rows}, key=_totals_last)
    cells = {
        (row["row"], row["column"]): CONFIDENTIAL
        if row["suppressed"]
        else words.number(row["value"], 1)
        for row in rows
    }
    heads = [Column(words.say("periods.sector"), width=1.8)]
    heads += [Column(words.named("periods.column", name), number=True) for name in across]
    lines = tuple(
        (
            Cell(words.named("periods.row", name)),
            *(Cell(cells.get((name, each), DASH), strong=each == _TOTAL) for each in across),
        )
        for name in down
    )
    unit = words.named("unit", rows[0]["unit"])
    caption = words.say(title, year=of.period.year, unit=unit)
    return Table(f"nzc-{title.removeprefix('periods.')}", caption, tuple(heads), lines)


def _totals_last(name: str) -> tuple[bool, str]:
    return name == _TOTAL, name


def gap_lines(of: DistrictPeriod, words: Words) -> list[tuple[str, Decimal | None]]:
    """A-2.3's lines: baseline, target, what is asked, where it stands, what is left; none without a target."""
    target, row = of.at_end.target("EMI11"), of.at_end.kpi("EMI11")
    if target is None or target["baseline_value"] is None or target["reduction"] is None:
        return []
    if of.at_end.suspended("EMI11"):
        return []
    baseline, year = target["baseline_value"], target["target_year"]
    allowed = baseline * (1 - target["reduction"])
    now = row["value"] if row is not None else None
    gap = None if now is None else max(now - allowed, Decimal(0))
    found: list[tuple[str, Decimal | None]] = [
        (words.say("periods.a23_baseline", year=target["baseline_year"]), baseline),
        (words.say("periods.a23_target", year=year), allowed),
        (words.say("periods.a23_reduction", year=year), baseline - allowed),
        (words.say("periods.a23_now", month=words.month(of.period.last)), now),
        (words.say("periods.a23_gap"), gap),
    ]
    funded = _funded(of)
    found.append((words.say("periods.a23_funded", year=year), funded))
    left = None if gap is None or funded is None else max(gap - funded, Decimal(0))
    found.append((words.say("periods.a23_left"), left))
    return found


def _funded(of: DistrictPeriod) -> Decimal | None:
    """What funded measures are expected to avoid; nothing where the edition's month is not the year's last."""
    if not of.whole.of_last_month:
        return None
    for row in of.today.rows("measure_scenarios", of.today.month):
        if row["kind"] == _FUNDED and not row["suppressed"]:
            return row["avoided_tco2e"]  # type: ignore[no-any-return]
    return None


def _gap(of: DistrictPeriod, words: Words) -> Block:
    lines = gap_lines(of, words)
    if not lines:
        return Note(words.say("periods.a23_none"))
    baseline = lines[0][1]
    rows = tuple(
        (
            Cell(name),
            Cell(DASH if value is None else words.number(value)),
            Cell(
                DASH if value is None or not baseline else words.percent(value / baseline * 100, 1)
            ),
        )
        for name, value in lines
    )
    heads = (
        Column(words.say("periods.a23_line"), width=3),
        Column(words.say("periods.a23_value"), number=True),
        Column(words.say("periods.a23_share"), number=True),
    )
    return Table("nzc-a23", words.say("periods.a23"), heads, rows, words.say("periods.a23_note"))


def _sheet(name: str, sheet: Sheet, words: Words) -> Block:
    heads, rows = sheet
    shown = [heads[n] for n in _SHOWN.get(name, range(len(heads)))]
    numbers = {head for head in shown if any(isinstance(row[head], Decimal | int) for row in rows)}
    cells = tuple(tuple(Cell(_text(row[head], words)) for head in shown) for row in rows)
    told = [[line[n].text for line in cells] for n in range(len(shown))]
    columns = tuple(
        Column(head, number=head in numbers, width=width)
        for head, width in zip(shown, _widths(shown, told), strict=True)
    )
    key = _CHAIN[name]
    note = words.say("periods.b32_note") if name in _SHOWN else None
    return Table(f"nzc-{key}", words.say(f"periods.{key}"), columns, cells, note)


def _widths(heads: list[str], told: list[list[str]]) -> list[float]:
    """Each column as wide as its longest word and the space around it; what is left, by how much each has to say.

    So no word runs into the next column, and none stands a page tall.
    """
    words = [
        max(
            *(len(part) * _SMALL for part in head.split()),
            *(len(part) for text in texts for part in text.split()),
            0,
        )
        + _AROUND
        for head, texts in zip(heads, told, strict=True)
    ]
    longest = [max((len(text) for text in texts), default=0) for texts in told]
    more = [max(0, min(long, _LONG) - word) for long, word in zip(longest, words, strict=True)]
    left = max(0, _ACROSS - sum(words))
    return [
        word + left * each / sum(more) if any(more) else word
        for word, each in zip(words, more, strict=True)
    ]


def _text(value: Any, words: Words) -> str:
    if value is None:
        return DASH
    if isinstance(value, Decimal | int):
        exact = Decimal(value).normalize()
        places = max(0, -int(exact.as_tuple().exponent))
        return words.number(exact, min(places, 1))
    return str(value)
