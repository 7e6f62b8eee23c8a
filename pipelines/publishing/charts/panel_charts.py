"""Bars, the calendar of grades and small multiples as SVG.

Belongs here: their geometry on a wide page and on a narrow one. Does not belong here: lines over months
(`trend_chart.py`).
"""

from __future__ import annotations

from pipelines.publishing.charts.marks import WIDE, Paint, rule, stroke, text_at
from pipelines.publishing.report.chart_data import Bar, BarsData, CalendarData, MultiplesData


def bars(data: BarsData, paint: Paint, width: int = WIDE) -> tuple[str, int]:
    """Horizontal bars from zero; on a narrow page each name stands above its bar."""
    wide = width == WIDE
    left, right = (200, 600) if wide else (0, width - 62)
    above, row = (0, 44) if wide else (20, 66)
    known = [value for bar in data.bars for value in (bar.value, bar.before) if value is not None]
    scale = (right - left) / (max(known, default=1) or 1)
    drawn = ""
    for n, bar in enumerate(data.bars):
        y = 6 + n * row
        style = f"font-size:14px;fill:{paint('ink')}"
        drawn += (
            text_at(left - 10, y + 17, bar.label, style, "end")
            if wide
            else text_at(left, y + 13, bar.label, style)
        )
        drawn += _bar(bar, left, y + above, scale, paint)
    return drawn, 6 + len(data.bars) * row


def _bar(bar: Bar, left: int, y: int, scale: float, paint: Paint) -> str:
    drawn = ""
    if bar.value is None:
        style = f"font-size:14px;fill:{paint('grey')};font-style:italic"
        drawn += text_at(left, y + 17, bar.printed, style)
    else:
        width = max(1.0, scale * bar.value)
        style = f"font-size:14px;font-weight:600;fill:{paint('ink')}"
        drawn += f'<rect x="{left}" y="{y + 3}" width="{width:.1f}" height="18" style="fill:{paint("brand")}"/>'
        drawn += text_at(left + width + 8, y + 17, bar.printed, style)
    if bar.before is not None:
        width = max(1.0, scale * bar.before)
        outline = f"fill:{paint('brand-wash')};stroke:{paint('brand')};stroke-width:0.8"
        style = f"font-size:12px;fill:{paint('soft')}"
        drawn += f'<rect x="{left}" y="{y + 23}" width="{width:.1f}" height="9" style="{outline}"/>'
        drawn += text_at(left + width + 8, y + 32, bar.before_printed or "", style)
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
        style = f"font-size:{13.5 if wide else 12}px;fill:{paint('ink')}"
        drawn += text_at(left - (10 if wide else 5), y + 16, name, style, "end")
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
    right, base = left + _PANEL - 92, top + _PANEL_HEIGHT - 18

    def y(value: float) -> float:
        return base - (base - top - 26) * (value - data.low) / ((data.high - data.low) or 1)

    drawn = text_at(left, top + 14, name, f"font-size:14.5px;font-weight:600;fill:{paint('ink')}")
    step = (right - left) / max(1, len(values) - 1)
    points = [None if v is None else (left + step * k, y(v)) for k, v in enumerate(values)]
    if not any(points):
        style = f"font-size:14px;font-style:italic;fill:{paint('grey')}"
        return drawn + text_at(left, top + 40, told, style)
    soft = f"font-size:12px;fill:{paint('soft')}"
    if data.low <= 100 <= data.high:
        drawn += rule(left, right, y(100), paint)
        drawn += text_at(right + 8, y(100) + 4, data.base_label, soft)
    drawn += stroke(points, f"stroke:{paint('brand')};stroke-width:2.4")
    x, last = next(point for point in reversed(points) if point)
    drawn += f'<circle cx="{x:.1f}" cy="{last:.1f}" r="3.4" style="fill:{paint("brand")}"/>'
    # The label gives way to the one of the base line.
    near = abs(last - y(100)) < 14
    lift = (-6 if last < y(100) else 16) if near else 5
    bold = f"font-size:14px;font-weight:600;fill:{paint('brand')}"
    drawn += text_at(x + 8, last + lift, told, bold)
    for position, month in data.x_labels:
        drawn += text_at(left + step * position, base + 16, month, soft, "middle")
    return drawn
