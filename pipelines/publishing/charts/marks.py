"""The marks that charts are drawn with: lines, texts, rules. Nothing here knows what a chart says.

Belongs here: single SVG marks and the two page formats. Does not belong here: the geometry of a chart
(`trend_chart.py`, `panel_charts.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

Paint = Callable[[str], str]
"""From a token to a colour."""

WIDE = 720
NARROW = 344
"""A telephone's page: the same chart drawn for it, so that nothing has to be scrolled sideways."""
_FONT = "font-family:'Source Sans Pro',sans-serif"


Point = tuple[float, float]


def stroke(points: Sequence[Point | None], style: str) -> str:
    """Lines through known points; a missing one breaks the line, it is not zero."""
    pieces: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            pieces.append([])
        else:
            pieces[-1].append(point)
    drawn = ""
    for piece in pieces:
        if len(piece) == 1:
            piece = [piece[0], (piece[0][0] + 0.1, piece[0][1])]  # noqa: PLW2901 - a lone month is a dot
        if piece:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in piece)
            drawn += f'<polyline points="{path}" style="fill:none;{style};stroke-linejoin:round;stroke-linecap:round"/>'
    return drawn


def text_at(x: float, y: float, text: str, style: str, anchor: str = "start") -> str:
    """Text at a place; the anchor is its start, middle or end."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" style="{_FONT};{style}">{escape(text)}</text>'


def rule(left: float, right: float, y: float, paint: Paint) -> str:
    """A thin level line."""
    return (
        f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" style="stroke:{paint("line")}"/>'
    )
