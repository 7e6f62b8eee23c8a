"""Bars, the calendar of grades and small multiples as SVG.

Belongs here: their geometry on a wide page and on a narrow one. Does not belong here: lines over months
(`trend_chart.py`).
"""

from __future__ import annotations

from pipelines.publishing.charts.marks import (
    WIDE,
    Paint,
    fitted,
    rule,
    stroke,
    text_at,
    text_width,
)
from pipelines.publishing.report.chart_data import Bar, BarsData, CalendarData, MultiplesData

_NAME = 14.0


def bars(data: BarsData, paint: Paint, width: int = WIDE) -> tuple[str, int]:
    """Horizontal bars from zero; on a narrow page each name stands above its bar."""
    wide = width == WIDE
    named = max((text_width(bar.label, _NAME) for bar in data.bars), default=0.0)
    left = min(max(200.0, named + 12), width * 0.42) if wide else 0.0
    above, row = (0, 44) if wide else (20, 66)
    known = [value for bar in data.bars for value in (bar.value, bar.before) if value is not None]
    low, high = min(0.0, *known, 0.0), max(0.0, *known, 0.0)
    printed = max((text_width(bar.printed, _NAME, bold=True) for bar in data.bars), default=0.0)
    scale = max(20.0, width - left - printed - 14) / ((high - low) or 1)
    zero = left - scale * low
    drawn = ""
    for n, bar in enumerate(data.bars):
        y = 6 + n * row
        style = f"font-size:{_NAME:g}px;fill:{paint('ink')}"
        drawn += (
            text_at(left - 10, y + 17, fitted(bar.label, _NAME, left - 12), style, "end")
            if wide
            else text_at(left, y + 13, fitted(bar.label, _NAME, width), style)
        )
        drawn += _bar(bar, zero, y + above, scale, paint)
    return drawn, 6 + len(data.bars) * row


def _bar(bar: Bar, zero: float, y: int, scale: float, paint: Paint) -> str:
    """The value's bar over the pale one of the year before; a negative one leads to the left of zero."""
    drawn = ""
    if bar.value is None:
        style = f"font-size:{_NAME:g}px;fill:{paint('grey')};font-style:italic"
        drawn += text_at(zero, y + 17, bar.printed, style)
    else:
        start, end = sorted((zero, zero + scale * bar.value))
        style = f"font-size:{_NAME:g}px;font-weight:600;fill:{paint('ink')}"
        drawn += (
            f'<rect x="{start:.1f}" y="{y + 3}" width="{max(1.0, end - start):.1f}" height="18" '
            f'style="fill:{paint("brand")}"/>'
        )
        drawn += text_at(max(end, zero + 1) + 8, y + 17, bar.printed, style)
    if bar.before is not None:
        start, end = sorted((zero, zero + scale * bar.before))
        outline = f"fill:{paint('brand-wash')};stroke:{paint('brand')};stroke-width:0.8"
        style = f"font-size:12px;fill:{paint('soft')}"
        drawn += (
            f'<rect x="{start:.1f}" y="{y + 23}" width="{max(1.0, end - start):.1f}" height="9" '
            f'style="{outline}"/>'
        )
        drawn += text_at(max(end, zero + 1) + 8, y + 33, bar.before_printed or "", style)
    return drawn


_SHADES = {
    "A": ("green", 0.85),
    "B": ("green", 0.45),
    "C": ("amber", 0.35),
    "D": ("red", 0.30),
    "E": ("grey", 0.35),
}


def calendar(data: CalendarData, paint: Paint, width: int = WIDE) -> tuple[str, int]:
    """A letter in every cell, shaded by the letter."""
    wide = width == WIDE
    left, row, top = (170 if wide else 116), 24, 24
    step = (width - left) / max(1, len(data.months))
    soft = f"font-size:{12.5 if wide else 9}px;fill:{paint('soft')}"
    drawn = "".join(
        text_at(left + step * (n + 0.5), 14, month, soft, "middle")
        for n, month in enumerate(data.months)
    )
    for n, (name, letters) in enumerate(data.rows):
        y = top + n * row
        size = 13.5 if wide else 12.0
        style = f"font-size:{size:g}px;fill:{paint('ink')}"
        shown = fitted(name, size, left - 12)
        drawn += text_at(left - (10 if wide else 5), y + 16, shown, style, "end")
        for position, letter in enumerate(letters):
            drawn += _cell(letter, data.blank, left + step * position, y, step, paint)
    return drawn, top + len(data.rows) * row + 4


def _cell(letter: str | None, blank: str, x: float, y: int, width: float, paint: Paint) -> str:
    drawn = ""
    if letter in _SHADES:
        shade, strength = _SHADES[letter]
        drawn += (
            f'<rect x="{x + 1.5:.1f}" y="{y + 1.5}" width="{width - 3:.1f}" height="21" '
            f'style="fill:{paint(shade)};fill-opacity:{0.28 * strength:.2f};'
            f'stroke:{paint(shade)};stroke-width:0.8"/>'
        )
    style = f"font-size:13px;font-weight:600;fill:{paint('ink' if letter else 'soft')}"
    return drawn + text_at(x + width / 2, y + 16.5, letter or blank, style, "middle")


_PANEL, _PANEL_HEIGHT, _BETWEEN = 344, 104, 18


def multiples(data: MultiplesData, paint: Paint, width: int = WIDE) -> tuple[str, int]:
    """One small chart per district, all on one scale, as many beside each other as the page takes."""
    columns = 2 if width == WIDE else 1
    apart = WIDE - columns * _PANEL if columns > 1 else 0
    drawn = ""
    for n, panel in enumerate(data.panels):
        left = (n % columns) * (_PANEL + apart)
        drawn += _panel(data, panel, left, (n // columns) * (_PANEL_HEIGHT + _BETWEEN), paint)
    lines = (len(data.panels) + columns - 1) // columns
    return drawn, lines * (_PANEL_HEIGHT + _BETWEEN)


def _panel(
    data: MultiplesData,
    panel: tuple[str, tuple[float | None, ...], str],
    left: int,
    top: int,
    paint: Paint,
) -> str:
    name, values, told = panel
    beside = max(text_width(told, 14, bold=True), text_width(data.base_label, 12))
    right, base = left + _PANEL - max(92, min(beside + 14, 170)), top + _PANEL_HEIGHT - 18

    def y(value: float) -> float:
        return base - (base - top - 26) * (value - data.low) / ((data.high - data.low) or 1)

    head = f"font-size:14.5px;font-weight:600;fill:{paint('ink')}"
    drawn = text_at(left, top + 14, fitted(name, 14.5, _PANEL, bold=True), head)
    step = (right - left) / max(1, len(values) - 1)
    points = [None if v is None else (left + step * k, y(v)) for k, v in enumerate(values)]
    if not any(points):
        style = f"font-size:14px;font-style:italic;fill:{paint('grey')}"
        return drawn + text_at(left, top + 40, fitted(told, 14, _PANEL), style)
    soft = f"font-size:12px;fill:{paint('soft')}"
    if data.low <= 100 <= data.high:
        drawn += rule(left, right, y(100), paint)
        drawn += text_at(right + 8, y(100) + 4, data.base_label, soft)
    drawn += stroke(points, f"stroke:{paint('brand')};stroke-width:2.4")
    x, last = next(point for point in reversed(points) if point)
    drawn += f'<circle cx="{x:.1f}" cy="{last:.1f}" r="3.4" style="fill:{paint("brand")}"/>'
    # The label gives way to the one of the base line, and stays in the panel.
    near = data.low <= 100 <= data.high and abs(last - y(100)) < 16
    under = last >= y(100) and y(100) + 19 <= base + 2
    lift = (y(100) + 19 - last if under else y(100) - 13 - last) if near else 5
    bold = f"font-size:14px;font-weight:600;fill:{paint('brand')}"
    end = min(x + 8, left + _PANEL - text_width(told, 14, bold=True))
    drawn += text_at(end, min(max(last + lift, top + 30), base + 2), told, bold)
    for position, month in data.x_labels:
        half = text_width(month, 12) / 2
        at = min(max(left + step * position, left + half), left + _PANEL - half)
        drawn += text_at(at, base + 16, month, soft, "middle")
    return drawn
