"""The marks that charts are drawn with: lines, texts, rules. Nothing here knows what a chart says.

Belongs here: single SVG marks and the two page formats. Does not belong here: the geometry of a chart
(one module each).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

Paint = Callable[[str], str]
"""From a token to a colour."""

WIDE = 720
NARROW = 344
"""A telephone's page: the same chart drawn for it, so that nothing has to be scrolled sideways."""
_WIDTHS = {"iljtfrI.,;:'’ ()|": 0.28, "mwMW%": 0.82, "ABCDEFGHKLNOPQRSTUVXYZ→": 0.60}
_BOLD = 1.06
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


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide a text is in the reports' typeface."""
    ems = (next((w for signs, w in _WIDTHS.items() if sign in signs), 0.51) for sign in text)
    return size * sum(ems) * (_BOLD if bold else 1)


def fitted(text: str, size: float, width: float, *, bold: bool = False) -> str:
    """The text, or as much of its beginning as has room, with an ellipsis; the table twin has all of it."""
    if text_width(text, size, bold=bold) <= width:
        return text
    short = text
    while short and text_width(f"{short}…", size, bold=bold) > width:
        short = short[:-1]
    return f"{short.rstrip()}…"


def wrapped(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """The text in lines that fit; a word that does not fit is cut."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size, bold=bold) <= width:
            lines[-1] = joined
            continue
        piece = word
        while text_width(piece, size, bold=bold) > width:
            cut = next(
                n
                for n in range(len(piece), 0, -1)
                if n == 1 or text_width(piece[:n], size, bold=bold) < width
            )
            lines.append(piece[:cut])
            piece = piece[cut:]
        lines.append(piece)
    return lines
