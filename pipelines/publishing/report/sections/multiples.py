"""Small multiples of the programme's report: one line per district, all on one scale, never in absolute amounts.

Belongs here: emissions against each district's own path, energy against its own beginning. Does not belong here:
tables over districts (`side_by_side.py`), geometry (`publishing/charts/panel_charts.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipelines.publishing.language import Words
from pipelines.publishing.months import months_back
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.chart_data import MultiplesData
from pipelines.publishing.report.document import Cell, Chart, Column, Table
from pipelines.publishing.report.sections.figures import distance, why_missing
from pipelines.publishing.report.sections.part_read import part
from pipelines.publishing.report.sections.side_by_side import city
from pipelines.publishing.report.sections.trend import month_labels

_MONTHS = 24
Index = tuple[float | None, ...]


@dataclass(frozen=True)
class _Panel:
    """One district: its line, and the words at its end or in its place."""

    read: DistrictReading
    index: Index
    label: str


def energy_multiples(reads: Sequence[DistrictReading], words: Words) -> Chart | None:
    """Rolling twelve months of energy as an index: 100 is where each district's figures begin."""
    panels = [_panel(read, "ENE01", _rolling(read), words) for read in reads]
    alike = [panel for panel in panels if _year_before(panel) and panel.read.comparable("ENE01")]
    down = sum((panel.index[-1] or 0) < (_year_before(panel) or 0) for panel in alike)
    key = "_none" if not alike else "_all" if down == len(alike) else ""
    title = words.say(
        f"programme.multiples_title{key}",
        count=len(alike),
        down=down,
        all=len(alike),
        all_the=words.all_the(len(alike)),
    )
    return _chart("energy", panels, title, words)


def path_multiples(reads: Sequence[DistrictReading], words: Words) -> Chart | None:
    """Twelve-month emissions in percent of what each district's own path asks of the month."""
    panels = [_panel(read, "EMI11", _of_path(read), words, no_target=True) for read in reads]
    judged = [panel for panel in panels if any(panel.index)]
    fine = sum((panel.index[-1] or 0) <= 100 for panel in judged)
    key = "_none" if not fine else "_all" if fine == len(judged) else ""
    title = words.say(f"programme.path_title{key}", count=fine, fine=fine, all=len(judged))
    return _chart("path", panels, title, words)


def _panel(
    read: DistrictReading, code: str, index: Index, words: Words, *, no_target: bool = False
) -> _Panel:
    row, kpi = read.kpi(code), read.declared(code)
    if row is not None and row["value"] is not None and read.little(row):
        # Of so few readings a line would show which meters were read, not what the district did.
        label = words.say("programme.little_short", share=part(row["coverage"], words))
        return _Panel(read, (), label)
    seen = [value for value in index if value is not None]
    if len(seen) > 1:
        return _Panel(read, index, words.number(seen[-1], 1))
    known = row is not None and row["value"] is not None
    if no_target and known and distance(row) is None:
        return _Panel(read, (), words.named("reason", "no_target"))
    return _Panel(read, (), why_missing(row, kpi, words).split(",")[0])


def _year_before(panel: _Panel) -> float | None:
    return panel.index[-13] if len(panel.index) > 12 and panel.index[-1] is not None else None


def _rolling(read: DistrictReading) -> Index:
    series = read.series("ENE01", 30)
    sums = [_sum(series[n - 11 : n + 1]) for n in range(11, len(series))]
    base = next((value for value in sums if value), None)
    return tuple(None if value is None or not base else float(value / base * 100) for value in sums)


def _sum(values: Sequence[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if len(known) == len(values) else None


def _of_path(read: DistrictReading) -> Index:
    pairs = zip(read.series("EMI11", _MONTHS), read.series("EMI11", _MONTHS, "target"), strict=True)
    return tuple(
        None if value is None or not target else float(value / target * 100)
        for value, target in pairs
    )


def _chart(key: str, panels: Sequence[_Panel], title: str, words: Words) -> Chart | None:
    values = [value for panel in panels for value in panel.index if value is not None]
    if not values:
        return None
    low, high = min(*values, 100.0), max(*values, 100.0)
    margin = (high - low) * 0.08 or 1
    count = max(len(panel.index) for panel in panels)
    read = panels[0].read
    labels = month_labels(months_back(read.month, count), words)
    data = MultiplesData(
        tuple((city(panel.read), panel.index, panel.label) for panel in panels),
        low - margin,
        high + margin,
        "100",
        tuple(pair for pair in labels if pair[0] not in (0, count - 1)),
    )
    told: Callable[[_Panel], str] = lambda panel: f"{city(panel.read)} {panel.label}"  # noqa: E731
    subtitle = words.say(f"programme.{key}_subtitle")
    alt = words.say(f"programme.{key}_alt", items=words.both(map(told, panels)))
    heads = (
        Column(words.say("table.district"), width=2),
        Column(words.month_short(read.month), number=True),
    )
    rows = tuple((Cell(city(panel.read)), Cell(panel.label)) for panel in panels)
    name = f"{key}-multiples"
    return Chart(name, title, subtitle, alt, data, Table(f"{name}-table", subtitle, heads, rows))
