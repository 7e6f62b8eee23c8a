"""Values with their intervals as SVG: a dot on a line from the lowest to the highest plausible value.

Belongs here: its geometry on a wide page and on a narrow one. Does not belong here: what the values are.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.publishing.charts.marks import WIDE, Paint, rule, text_at
from pipelines.publishing.report.chart_data import Range, RangesData

_ROW, _TOP = 34, 8


def ranges(data: RangesData, paint: Paint, width: int = WIDE) -> tuple[str, int]:
    """The chart's marks and its height."""
    left, right = (150, width - 190) if width == WIDE else (74, width - 128)
    bottom = _TOP + len(data.items) * _ROW
    scale = (right - left) / ((data.high - data.low) or 1)

    def x(value: float) -> float:
        return left + scale * (value - data.low)

    soft = f"font-size:12.5px;fill:{paint('soft')}"
    drawn = ""
    for value, name in data.ticks:
        drawn += (
            f'<line x1="{x(value):.1f}" x2="{x(value):.1f}" y1="{_TOP}" y2="{bottom}" '
            f'style="stroke:{paint("line")}"/>'
        )
        drawn += text_at(x(value), bottom + 16, name, soft, "middle")
    for n, item in enumerate(data.items):
        drawn += _row(item, x, _TOP + n * _ROW + _ROW / 2, left, right, paint)
    return drawn + rule(left, right, bottom, paint), bottom + 22


def _row(
    item: Range, x: Callable[[float], float], y: float, left: float, right: float, paint: Paint
) -> str:
    ink = f"font-size:14px;fill:{paint('ink')}"
    drawn = text_at(left - 12, y + 5, item.label, ink, "end")
    if item.value is None:
        grey = f"font-size:13px;font-style:italic;fill:{paint('grey')}"
        return drawn + text_at(left + 6, y + 5, item.printed, grey)
    if item.low is not None and item.high is not None:
        drawn += (
            f'<line x1="{x(item.low):.1f}" x2="{x(item.high):.1f}" y1="{y:.1f}" y2="{y:.1f}" '
            f'style="stroke:{paint("brand")};stroke-width:5;stroke-opacity:0.35;stroke-linecap:round"/>'
        )
    drawn += f'<circle cx="{x(item.value):.1f}" cy="{y:.1f}" r="5" style="fill:{paint("brand")}"/>'
    bold = f"font-size:14px;font-weight:600;fill:{paint('brand')}"
    return drawn + text_at(right + 12, y + 5, item.printed, bold)
