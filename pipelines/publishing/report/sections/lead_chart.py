"""The one chart of page one: the path to the target; where emissions cannot be shown, money or decisions."""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.language import Words
from pipelines.publishing.months import months_back
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.chart_data import Line
from pipelines.publishing.report.document import Chart
from pipelines.publishing.report.sections.figures import distance, joined
from pipelines.publishing.report.sections.grade_note import grade_note
from pipelines.publishing.report.sections.month_notes import (
    MonthNotes,
    month_notes,
    series_alt,
)
from pipelines.publishing.report.sections.trend import floats, month_table, trend_data

COUNT = 24
_APART = Decimal("1.02")
"""From two percent on, what is paid and what was planned are not the same."""


def lead_chart(read: DistrictReading, words: Words) -> Chart | None:
    """The first of these charts that has data."""
    return path_chart(read, words) or paid_chart(read, words)


def path_chart(read: DistrictReading, words: Words, chart_id: str = "lead") -> Chart | None:
    """Twelve-month emissions against the path, with the gap drawn and named."""
    row = read.kpi("EMI11")
    values, targets = read.series("EMI11", COUNT), read.series("EMI11", COUNT, "target")
    first = next((n for n, value in enumerate(values) if value is not None), None)
    if row is None or row["value"] is None or first is None:
        return None
    values, targets = values[first:], targets[first:]
    months = months_back(read.month, COUNT)[first:]
    band = _band(read, first)
    lines = [Line(floats(values), words.say("path_chart.now", value=words.number(row["value"])))]
    gap_label = None
    gap = distance(row)
    if gap is not None:
        lines.append(
            Line(
                floats(targets),
                words.say("path_chart.required", value=words.number(row["target"])),
                "path",
            )
        )
        percent = words.percent(gap / row["target"] * 100, 1, sign=True)
        gap_label = words.say("path_chart.gap", value=words.number(gap, sign=True), percent=percent)
    notes = month_notes(read, "EMI11", months, words)
    data = trend_data(
        lines,
        months,
        words,
        band=band,
        gap_label=gap_label,
        gap_signal=row["signal"] or "none",
        notes=notes,
    )
    if data is None:
        return None
    columns = [(words.say("path_chart.value"), values)]
    columns += [(words.say("path_chart.path"), targets)] if len(lines) > 1 else []
    caption = "path_chart.caption" if len(lines) > 1 else "path_chart.caption_alone"
    return Chart(
        chart_id,
        words.say("path_chart.partial")
        if read.little(row)
        else _moved(gap, words)
        if notes.moved
        else _title(values, targets, gap, words),
        _subtitle(read, bool(any(band)), len(lines) > 1, data.low > 0, notes, words),
        _alt(read, values, months, notes, row["target"], words),
        data,
        month_table(
            f"{chart_id}-table",
            words.say(caption),
            read.month,
            columns,
            words,
            figures=[read.figures("EMI11", len(values))],
            untold=notes.untold,
        ),
        grade_note(read, "EMI11", words),
    )


def _band(read: DistrictReading, first: int) -> tuple[tuple[float, float] | None, ...]:
    lows = read.series("EMI11", COUNT, "interval_low")[first:]
    highs = read.series("EMI11", COUNT, "interval_high")[first:]
    return tuple(
        None if low is None or high is None else (float(low), float(high))
        for low, high in zip(lows, highs, strict=True)
    )


def _title(
    values: list[Decimal | None],
    targets: list[Decimal | None],
    gap: Decimal | None,
    words: Words,
) -> str:
    """The message, from the change over the months shown, the side of the path and whether it comes nearer."""
    known = [value for value in values if value is not None]
    way = _way(known[0], known[-1])
    if gap is None:
        return words.say("path_chart.rising_plain" if way == "rising" else f"path_chart.{way}")
    first = next(
        value - target
        for value, target in zip(values, targets, strict=True)
        if value is not None and target is not None
    )
    if gap > 0:
        key = {
            "flat": "flat_above",
            "falling": "falling_nearing" if gap < first else "falling_short",
            "rising": "rising_crossed" if first <= 0 else _farther(gap, first),
        }[way]
    else:
        falling = "falling_enough" if gap < first else "falling_below"
        key = {"flat": "flat_below", "falling": falling, "rising": "rising_below"}[way]
    return words.say(f"path_chart.{key}")


def _way(first: Decimal, last: Decimal) -> str:
    """Falling or rising from one percent on."""
    if abs(last - first) < abs(first) / 100 or first == last:
        return "flat"
    return "falling" if last < first else "rising"


def _farther(gap: Decimal, first: Decimal) -> str:
    return "rising" if gap > first else "rising_above"


def _moved(gap: Decimal | None, words: Words) -> str:
    """Where the boundary has changed on the way, the line's direction says nothing; the side of the path does."""
    side = "plain" if gap is None else "above" if gap > 0 else "below"
    return words.say(f"path_chart.moved_{side}")


def _subtitle(
    read: DistrictReading, band: bool, path: bool, cut: bool, notes: MonthNotes, words: Words
) -> str:
    target = read.target("EMI11")
    told = ""
    if path and target is not None and target["reduction"] is not None:
        reduction = words.percent(-target["reduction"] * 100, 0)
        whose = "share" if target["stands"] == "city_share" else "path"
        told = words.say(
            f"path_chart.subtitle_{whose}", reduction=reduction, year=target["target_year"]
        )
    said = words.say(
        "path_chart.subtitle", path=told, band=words.say("path_chart.subtitle_band") if band else ""
    )
    return said + notes.subtitle(words) + (words.say("chart.axis_cut") if cut else "")


def _alt(
    read: DistrictReading,
    values: list[Decimal | None],
    months: tuple[str, ...],
    notes: MonthNotes,
    target: Decimal | None,
    words: Words,
) -> str:
    kpi = {**read.declared("EMI11"), "decimals": 0}
    text = series_alt(words.say("path_chart.alt"), kpi, months, values, notes.untold, words)
    if target is not None:
        asked = joined((words.number(target), words.named("unit", "tCO2e")))
        text += words.say("path_chart.alt_path", target=asked, month=words.month(months[-1]))
    return text


def paid_chart(read: DistrictReading, words: Words, chart_id: str = "lead") -> Chart | None:
    """Payments against the plan, cumulated."""
    months = months_back(read.month, COUNT)
    rows = [read.one("investment_monthly", month) for month in months]
    paid = [_in_millions(row, "paid_eur") for row in rows]
    planned = [_in_millions(row, "planned_paid_eur") for row in rows]
    if paid[-1] is None:
        return None
    label = words.say("paid_chart.paid", value=words.number(paid[-1], 1))
    lines = [Line(floats(paid), label)]
    way = "met"
    if planned[-1] is not None:
        lines.append(
            Line(
                floats(planned),
                words.say("paid_chart.planned", value=words.number(planned[-1], 1)),
                "path",
            )
        )
        behind, ahead = planned[-1] > paid[-1] * _APART, paid[-1] > planned[-1] * _APART
        way = "behind" if behind else "ahead" if ahead else "met"
    data = trend_data(lines, months, words, zero=True)
    if data is None:
        return None
    columns = [(words.say("paid_chart.paid_column"), paid)]
    title, alt = (
        words.say("paid_chart.title_alone", paid=_money(paid[-1], words)),
        words.say("paid_chart.alt_alone", paid=_money(paid[-1], words)),
    )
    if len(lines) > 1:
        columns.append((words.say("paid_chart.planned_column"), planned))
        title = words.say(f"paid_chart.title_{way}")
        alt = words.say(
            "paid_chart.alt", paid=_money(paid[-1], words), planned=_money(planned[-1], words)
        )
    return Chart(
        chart_id,
        title,
        words.say("paid_chart.subtitle" if len(lines) > 1 else "paid_chart.subtitle_alone"),
        alt,
        data,
        month_table(
            f"{chart_id}-table", words.say("paid_chart.caption"), read.month, columns, words, 1
        ),
    )


def _in_millions(row: dict[str, Decimal | None] | None, column: str) -> Decimal | None:
    value = row.get(column) if row else None
    return None if value is None else value / 1_000_000


def _money(value: Decimal | None, words: Words) -> str:
    return "–" if value is None else words.say("million_long", value=words.number(value, 1))
