"""A change in its parts as SVG: each bar begins where the one before it ended, and the last is the whole.

Belongs here: its geometry on a wide page and on a narrow one. Does not belong here: what the parts are.
"""

from __future__ import annotations

from pipelines.publishing.charts.marks import NARROW, WIDE, Paint, fitted, text_at, text_width
from pipelines.publishing.report.chart_data import Step, WaterfallData

_ROW, _BAR, _TOP = 34, 18, 6
_ABOVE = 18
"""Room for a name over its bar on a narrow page."""
_NAMES = 238
"""Room for the names beside the bars of a wide page."""


def waterfall(data: WaterfallData, paint: Paint, width: int = WIDE) -> tuple[str, int]:
    """The chart's marks and its height."""
    wide = width == WIDE
    every = (*data.steps, data.total)
    # A figure stands on either side of its bar.
    printed = 12 + max(text_width(step.printed, 14, bold=True) for step in every)
    names = _NAMES if wide else 0
    left, right = names + printed + 8, width - printed
    row = _ROW if wide else _ROW + _ABOVE
    marks, at = [0.0], 0.0
    for step in data.steps:
        at += step.value
        marks.append(at)
    low, high = min(marks), max(marks)
    scale = (right - left) / ((high - low) or 1)

    def x(value: float) -> float:
        return left + scale * (value - low)

    drawn, begin = "", 0.0
    bottom = _TOP + (len(data.steps) + 1) * row
    drawn += (
        f'<line x1="{x(0):.1f}" x2="{x(0):.1f}" y1="{_TOP}" y2="{bottom}" '
        f'style="stroke:{paint("line")};stroke-width:1.2"/>'
    )
    for n, step in enumerate(data.steps):
        y = _TOP + n * row + (0 if wide else _ABOVE)
        drawn += _name(step.label, names, y, paint, wide=wide)
        drawn += _bar(x(begin), x(begin + step.value), y, step, paint)
        begin += step.value
        drawn += (
            f'<line x1="{x(begin):.1f}" x2="{x(begin):.1f}" y1="{y + _BAR}" y2="{y + row}" '
            f'style="stroke:{paint("soft")};stroke-width:0.8;stroke-dasharray:2 2"/>'
        )
    y = _TOP + len(data.steps) * row + (0 if wide else _ABOVE)
    drawn += _name(data.total.label, names, y, paint, wide=wide, strong=True)
    drawn += _bar(x(0), x(data.total.value), y, data.total, paint)
    return drawn, bottom


def _name(
    label: str, room: int, y: float, paint: Paint, *, wide: bool, strong: bool = False
) -> str:
    style = f"font-size:14px;fill:{paint('ink')}" + (";font-weight:600" if strong else "")
    shown = fitted(label, 14, room if wide else NARROW, bold=strong)
    return text_at(room, y + 14, shown, style, "end") if wide else text_at(0, y - 4, shown, style)


def _bar(begin: float, end: float, y: float, step: Step, paint: Paint) -> str:
    left, width = min(begin, end), max(1.0, abs(end - begin))
    down = end < begin
    style = f"font-size:14px;font-weight:600;fill:{paint('ink')}"
    place = (left - 7, "end") if down else (left + width + 7, "start")
    return (
        f'<rect x="{left:.1f}" y="{y}" width="{width:.1f}" height="{_BAR}" style="fill:{paint(step.look)}"/>'
        + text_at(place[0], y + 14, step.printed, style, place[1])
    )
