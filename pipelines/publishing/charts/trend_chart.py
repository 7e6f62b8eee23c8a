"""Lines over months as SVG: bands, gaps, labels at the ends of their lines.

Belongs here: the geometry of a line chart on a wide page and on a narrow one. Does not belong here: what it says.
A gap in the data is a gap in the line, with its reason at the foot; an empty circle is a provisional month; a grey
dotted piece is a month of which too little was read.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.publishing.charts.marks import (
    WIDE,
    Paint,
    Point,
    fitted,
    rule,
    stroke,
    text_at,
    text_width,
)
from pipelines.publishing.report.chart_data import Line, TrendData

_HEIGHT, _TOP, _BOTTOM = 214, 10, 188
_END, _TICK, _APART = 14.0, 12.5, 17
"""Sizes of an end label and a tick's, and room from one end label to the next."""
_LEAST = 150
"""The narrowest plot with end labels beside it; else they stand below."""
_BESIDE = 13
"""From the plot to its end labels."""


@dataclass(frozen=True)
class _Label:
    """The label of a line's end: where the line ends, its words and colour."""

    y: float
    text: str
    token: str
    bold: bool


@dataclass(frozen=True)
class _Frame:
    """Where the lines of one chart lie."""

    data: TrendData
    left: float
    right: float
    width: int

    @property
    def count(self) -> int:
        return max(len(line.values) for line in self.data.lines)

    def x(self, n: float) -> float:
        return self.left + (self.right - self.left) * n / max(1, self.count - 1)

    def y(self, value: float) -> float:
        span = (self.data.high - self.data.low) or 1
        return _BOTTOM - (_BOTTOM - _TOP) * (value - self.data.low) / span

    def points(self, line: Line) -> list[Point | None]:
        return [
            None if value is None else (self.x(n), self.y(value))
            for n, value in enumerate(line.values)
        ]


def trend(data: TrendData, paint: Paint, width: int = WIDE) -> tuple[str, int]:
    """The chart's marks and its height."""
    left = 12 + max((text_width(name, _TICK) for _, name in data.y_ticks), default=30.0)
    longest = max((text_width(text, _END, bold=True) for text in _end_texts(data)), default=0.0)
    beside = width - _BESIDE - 3 - longest
    below = beside - left < _LEAST
    right = min(width - 34.0, 600.0 if width == WIDE else width) if below else min(beside, 560.0)
    frame = _Frame(data, left, min(right, width - 34.0), width)
    drawn = _axes(frame, paint) + _band(frame, paint) + _untold(frame, paint)
    for line in reversed(data.lines):
        drawn += _line(frame, line, paint)
    labels = _labels(frame)
    if below:
        return drawn + _listed(labels, frame, paint), _HEIGHT + 18 * len(labels)
    return drawn + _gap(frame, labels, paint) + _beside(labels, frame, paint), _HEIGHT


def _end_texts(data: TrendData) -> list[str]:
    labels = [line.label for line in data.lines if line.values and line.values[-1] is not None]
    return labels + ([data.gap_label] if data.gap_label else [])


def _axes(frame: _Frame, paint: Paint) -> str:
    soft = f"font-size:{_TICK}px;fill:{paint('soft')}"
    drawn = ""
    for value, name in frame.data.y_ticks:
        drawn += rule(round(frame.left, 1), round(frame.right, 1), frame.y(value), paint)
        drawn += text_at(frame.left - 8, frame.y(value) + 4, name, soft, "end")
    if frame.data.low < 0 < frame.data.high:
        y = frame.y(0)
        drawn += (
            f'<line x1="{frame.left:.1f}" x2="{frame.right:.1f}" y1="{y:.1f}" y2="{y:.1f}" '
            f'style="stroke:{paint("soft")};stroke-width:1.2"/>'
        )
    placed: list[tuple[float, float]] = []
    names = list(frame.data.x_labels)
    # Where not all have room, the last month and the first are told before those between.
    for position, name in (*names[-1:], *names[:1], *reversed(names[1:-1])):
        half = text_width(name, _TICK) / 2
        at = min(max(frame.x(position), half), frame.width - half)
        if all(abs(at - other) > half + width + 5 for other, width in placed):
            drawn += text_at(at, _BOTTOM + 20, name, soft, "middle")
            placed.append((at, half))
    return drawn


def _line(frame: _Frame, line: Line, paint: Paint) -> str:
    points = frame.points(line)
    if line.look != "main":
        drawn = stroke(points, _look(line, paint))
    else:
        drawn = _weighed(frame, points, paint) + _circles(frame, points, paint)
    last = next((n for n in range(len(points) - 1, -1, -1) if points[n]), None)
    place = points[last] if last is not None else None
    if last is None or place is None:
        return drawn
    token, bold = _ink(line)
    if line.look == "main" and last not in frame.data.provisional:
        drawn += (
            f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="4" style="fill:{paint("brand")}"/>'
        )
    if last < frame.count - 1 and line.label:
        half = text_width(line.label, 13, bold=bold) / 2
        at = min(max(place[0], frame.left + half), frame.right - half)
        style = f"font-size:13px;fill:{paint(token)}" + (";font-weight:600" if bold else "")
        drawn += text_at(at, max(place[1] - 12, 12.0), line.label, style, "middle")
    return drawn


def _weighed(frame: _Frame, points: list[Point | None], paint: Paint) -> str:
    """The line, its pieces of weak months apart from the others."""
    weak = frame.data.weak
    strong = [None if n in weak else point for n, point in enumerate(points)]
    drawn = stroke(strong, f"stroke:{paint('brand')};stroke-width:2.6")
    if weak:
        # A weak piece reaches to its neighbours, so that the line does not fall apart.
        near = {m for n in weak for m in (n - 1, n, n + 1)}
        grey = [point if n in near else None for n, point in enumerate(points)]
        drawn = stroke(grey, f"stroke:{paint('grey')};stroke-width:2;stroke-dasharray:1 4") + drawn
    return drawn


def _circles(frame: _Frame, points: list[Point | None], paint: Paint) -> str:
    style = f"fill:{paint('paper')};stroke:{paint('brand')};stroke-width:1.4"
    drawn = ""
    for n, point in enumerate(points):
        if point is not None and n in frame.data.provisional:
            radius = 4 if n == len(points) - 1 else 2.6
            drawn += (
                f'<circle cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="{radius}" style="{style}"/>'
            )
    return drawn


def _look(line: Line, paint: Paint) -> str:
    if line.look == "forecast":
        return f"stroke:{paint('brand')};stroke-width:1.8;stroke-dasharray:2 4"
    return f"stroke:{paint('ink')};stroke-width:1.6;stroke-dasharray:5 4"


def _ink(line: Line) -> tuple[str, bool]:
    return ("brand", True) if line.look == "main" else ("soft", False)


def _band(frame: _Frame, paint: Paint) -> str:
    """The interval, as one area for each stretch of months that have it."""
    stretches: list[list[tuple[int, tuple[float, float]]]] = [[]]
    for n, pair in enumerate(frame.data.band):
        if pair is None:
            stretches.append([])
        else:
            stretches[-1].append((n, pair))
    drawn = ""
    for known in stretches:
        if len(known) > 1:
            edge = [f"{frame.x(n):.1f},{frame.y(pair[0]):.1f}" for n, pair in known]
            edge += [f"{frame.x(n):.1f},{frame.y(pair[1]):.1f}" for n, pair in reversed(known)]
            drawn += f'<polygon points="{" ".join(edge)}" style="fill:{paint("brand-wash")}"/>'
    return drawn


def _untold(frame: _Frame, paint: Paint) -> str:
    """A bar at the foot of each gap, and why it is one where there is room for the words."""
    drawn, taken = "", 0.0
    for gap in frame.data.untold:
        left, right = (
            frame.x(max(0, gap.first - 0.4)),
            frame.x(min(frame.count - 1, gap.last + 0.4)),
        )
        drawn += (
            f'<rect x="{left:.1f}" y="{_BOTTOM - 5}" width="{max(2.0, right - left):.1f}" height="5" '
            f'style="fill:{paint("grey")};fill-opacity:0.45"/>'
        )
        half = text_width(gap.why, 11.5) / 2
        at = min(max((left + right) / 2, frame.left + half), frame.right - half)
        if at - half > taken:
            style = f"font-size:11.5px;font-style:italic;fill:{paint('grey')}"
            drawn += text_at(at, _BOTTOM - 9, gap.why, style, "middle")
            taken = at + half + 6
    return drawn


def _labels(frame: _Frame) -> list[_Label]:
    """Labels of the lines that reach the last month, from top to bottom, the gap's between the two."""
    data = frame.data
    found = []
    for line in data.lines:
        last = line.values[-1] if len(line.values) == frame.count else None
        if last is not None and line.label:
            found.append(_Label(frame.y(last), line.label, *_ink(line)))
    found.sort(key=lambda label: label.y)
    if data.gap_label is not None and len(found) == 2:
        middle = (found[0].y + found[1].y) / 2
        found.insert(1, _Label(middle, data.gap_label, data.gap_signal, True))
    return found


def _gap(frame: _Frame, labels: list[_Label], paint: Paint) -> str:
    if frame.data.gap_label is None or len(labels) != 3:
        return ""
    upper, lower = labels[0].y, labels[2].y
    if lower - upper < 12:
        return ""
    x = frame.right + 6
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{upper + 5:.1f}" y2="{lower - 5:.1f}" '
        f'style="stroke:{paint(frame.data.gap_signal)};stroke-width:1.8"/>'
    )


def _beside(labels: list[_Label], frame: _Frame, paint: Paint) -> str:
    """Labels beside the ends of their lines, as near as they can be without touching each other."""
    placed: list[float] = []
    for label in labels:
        placed.append(max(label.y, placed[-1] + _APART) if placed else max(label.y, 8.0))
    over = max(0.0, placed[-1] - _BOTTOM) if placed else 0.0
    if len(placed) == 3:
        # The middle label is the one that readers look for: keep all three around it.
        over = max(over, min(placed[1] - labels[1].y, placed[0] - 8))
    return "".join(
        text_at(frame.right + _BESIDE, y - over + 4, label.text, _style(label, paint))
        for y, label in zip(placed, labels, strict=True)
    )


def _listed(labels: list[_Label], frame: _Frame, paint: Paint) -> str:
    """Labels below the plot, where there is no room beside it."""
    return "".join(
        text_at(
            4,
            _HEIGHT + 12 + 18 * n,
            fitted(label.text, _END, frame.width - 8, bold=label.bold),
            _style(label, paint),
        )
        for n, label in enumerate(labels)
    )


def _style(label: _Label, paint: Paint) -> str:
    weight = "font-weight:600;" if label.bold else ""
    return f"font-size:{_END:g}px;{weight}fill:{paint(label.token)}"
