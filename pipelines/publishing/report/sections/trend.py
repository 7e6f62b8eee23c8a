"""From series of months to the data of a line chart: ticks, labels, table twin."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.months import months_back
from pipelines.publishing.report.chart_data import Line, TrendData, Untold
from pipelines.publishing.report.document import Cell, Column, Table
from pipelines.publishing.report.sections.month_notes import MonthNotes

Series = Sequence[Decimal | float | None]
LEAST_SPAN = 0.1
"""What an axis that does not begin at zero shows at least, as a share of the values: a line that hardly moves is drawn
as one.
"""


def ticks(
    low: float, high: float, words: Words, count: int = 4
) -> tuple[float, float, tuple[tuple[float, str], ...]]:
    """A range that holds both ends, and round ticks inside it with their labels."""
    span = (high - low) or abs(high) or 1.0
    rough = span / count
    unit = 10 ** math.floor(math.log10(rough))
    step = next(factor * unit for factor in (1, 2, 2.5, 5, 10) if factor * unit >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    places = max(0, -math.floor(math.log10(step))) if step < 1 else 0
    places = places + 1 if (step * 10**places) % 1 else places
    marks = [round(n * step, 9) for n in range(first, last + 1)]
    return marks[0], marks[-1], tuple((mark, words.number(mark, places)) for mark in marks)


def month_labels(months: Sequence[str], words: Words) -> tuple[tuple[int, str], ...]:
    """First and last month and each January with its year, and each July, where they have room."""
    last, found = len(months) - 1, []
    for position, month in enumerate(months):
        near = 0 < position < 2 or 0 < last - position < 3
        if position in (0, last) or (month.endswith("-01") and not near):
            found.append((position, words.month_short(month)))
        elif month.endswith("-07") and not near:
            found.append((position, words.month_short(month, year=False)))
    return tuple(found)


def trend_data(
    lines: Sequence[Line],
    months: Sequence[str],
    words: Words,
    *,
    zero: bool = False,
    origin: bool = False,
    band: Sequence[tuple[float, float] | None] = (),
    gap_label: str | None = None,
    gap_signal: str = "none",
    notes: MonthNotes | None = None,
    untold: Sequence[Untold] = (),
) -> TrendData | None:
    """The data of a line chart; None where fewer than two values are known.

    Args:
        lines: The first is the one the chart speaks of.
        months: One for each value.
        words: Labels are printed in this language.
        zero: The axis begins at zero, or below it where a value does.
        origin: The axis holds zero, which sums start from.
        band: Low and high of each month.
        gap_label: What the distance between the ends of two lines is.
        gap_signal: Its colour.
        notes: What is to be known of the first line's months.
        untold: Its gaps, where no KPI's notes tell them.
    """
    known = [value for line in lines for value in line.values if value is not None]
    known += [bound for pair in band if pair for bound in pair]
    if sum(value is not None for value in lines[0].values) < 2:
        return None
    low, high = min(known), max(known)
    if zero or origin:
        low, high = min(0.0, low), max(0.0, high)
    short = LEAST_SPAN * abs(low + high) / 2 - (high - low)
    if not zero and not origin and short > 0:
        low, high = low - short / 2, high + short / 2
    bottom, top, marks = ticks(low, high, words)
    return TrendData(
        tuple(lines),
        month_labels(months, words),
        marks,
        bottom,
        top,
        tuple(band),
        gap_label,
        gap_signal,
        notes.provisional if notes else frozenset(),
        notes.weak if notes else frozenset(),
        notes.untold if notes else tuple(untold),
    )


def floats(values: Series) -> tuple[float | None, ...]:
    """Exact decimals as floats, for drawing only."""
    return tuple(None if value is None else float(value) for value in values)


def month_table(
    table_id: str,
    caption: str,
    end: str,
    columns: Sequence[tuple[str, Series]],
    words: Words,
    decimals: int = 0,
    untold: Sequence[Untold] = (),
    figures: Sequence[Sequence[str | None]] = (),
) -> Table:
    """The table twin: one row per month, newest last; a month without a value says why in the first column.

    Of the columns that are figures, `figures` has the ids of their months, which open them.
    """
    count = len(columns[0][1])
    rows = []
    for position, month in enumerate(months_back(end, count)):
        cells = [Cell(words.month_short(month))]
        why = next((gap.why for gap in untold if gap.first <= position <= gap.last), DASH)
        for number, (_, values) in enumerate(columns):
            value = values[position]
            opens = figures[number][position] if number < len(figures) else None
            told = (DASH if number else why) if value is None else words.number(value, decimals)
            cells.append(Cell(told, figure=None if value is None else opens))
        rows.append(tuple(cells))
    heads = (
        Column(words.say("table.month")),
        *(Column(title, number=True) for title, _ in columns),
    )
    return Table(table_id, caption, heads, tuple(rows))
