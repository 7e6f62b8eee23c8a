"""Figures of the districts with their intervals: what differs by more than chance, and what does not.

Belongs here: which figures have such a chart, its message and its table. Does not belong here: geometry
(`publishing/charts/ranges_chart.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.chart_data import Range, RangesData
from pipelines.publishing.report.document import Cell, Chart, Column, Table
from pipelines.publishing.report.sections.figures import amount, joined, printed, why_missing
from pipelines.publishing.report.sections.side_by_side import city
from pipelines.publishing.report.sections.trend import ticks
from pipelines.publishing.rows import Row


def interval_chart(code: str, reads: Sequence[DistrictReading], words: Words) -> Chart | None:
    """One figure in every district, with its interval; None where fewer than two have one."""
    kpi = reads[0].declared(code)
    known = [row for read in reads if (row := read.kpi(code)) and _bounded(row)]
    if len(known) < 2:
        return None
    ends = [float(row[name]) for row in known for name in ("interval_low", "interval_high")]
    low, high, marks = ticks(
        min(*ends, 0.0) if kpi["unit"] == "%" else min(ends), max(ends), words, 3
    )
    items = tuple(_range(read, kpi, words) for read in reads)
    unit = words.named("unit", kpi["unit"])
    name = str(kpi[f"name_{words.code}"])
    apart = any(_apart(one, other) for one, other in combinations(known, 2))
    title = words.say(f"programme.ranges_{'apart' if apart else 'alike'}", name=name)
    subtitle = words.say(
        "programme.ranges_subtitle", what=", ".join(part for part in (code, unit) if part)
    )
    alt = words.say(
        "programme.ranges_alt",
        name=name,
        items=words.both(f"{item.label} {item.printed}" for item in items),
    )
    return Chart(
        f"ranges-{code}",
        title,
        subtitle,
        alt,
        RangesData(items, marks, low, high),
        _twin(code, reads, subtitle, words),
    )


def _bounded(row: Row) -> bool:
    return None not in (row["value"], row["interval_low"], row["interval_high"])


def _apart(one: Row, other: Row) -> bool:
    """Whether two intervals have nothing in common."""
    return bool(
        one["interval_high"] < other["interval_low"] or other["interval_high"] < one["interval_low"]
    )


def _range(read: DistrictReading, kpi: Row, words: Words) -> Range:
    row = read.kpi(kpi["code"])
    if row is None or row["value"] is None:
        return Range(city(read), None, why_missing(row, kpi, words).split(",")[0])
    told = printed(row, kpi, read, words)
    if not _bounded(row):
        return Range(city(read), float(row["value"]), told)
    low, high = float(row["interval_low"]), float(row["interval_high"])
    return Range(city(read), float(row["value"]), told, low, high)


def _twin(code: str, reads: Sequence[DistrictReading], caption: str, words: Words) -> Table:
    kpi = reads[0].declared(code)
    rows = []
    for read in reads:
        row = read.kpi(code)
        bounds = DASH
        if row is not None and _bounded(row):
            low, high = (
                joined(amount(row[name], kpi["unit"], 1, words))
                for name in ("interval_low", "interval_high")
            )
            bounds = words.say("programme.interval", low=low, high=high)
        told = _range(read, kpi, words)
        rows.append((Cell(told.label), Cell(told.printed), Cell(bounds)))
    heads = (
        Column(words.say("table.district"), width=2),
        Column(words.say("table.value"), number=True),
        Column(words.say("programme.range"), number=True, width=1.6),
    )
    return Table(f"ranges-{code}-table", caption, heads, tuple(rows))
