"""Lines over months as SVG: bands, gaps, labels at the ends of their lines.

Belongs here: the geometry of a line chart on a wide page and on a narrow one. Does not belong here: what it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.publishing.charts.marks import NARROW, WIDE, Paint, rule, stroke, text_at
from pipelines.publishing.report.chart_data import Line, TrendData

_HEIGHT, _TOP, _BOTTOM = 214, 10, 188
_LETTER = 6.9
"""About how wide a letter of an end label is."""


@dataclass(frozen=True)
class _Frame:
    """Where the lines of one chart lie."""

    data: TrendData
    left: float
    right: float

    @property
    def count(self) -> int:
        return max(len(line.values) for line in self.data.lines)

    def x(self, n: int) -> float:
        return self.left + (self.right - self.left) * n / max(1, self.count - 1)

    def y(self, value: float) -> float:
        span = (self.data.high - self.data.low) or 1
        return _BOTTOM - (_BOTTOM - _TOP) * (value - self.data.low) / span


def trend(data: TrendData, paint: Paint, width: int = WIDE) -> tuple[str, int]:
    """The chart's marks and its height."""
    frame = _Frame(data, 56 if width == WIDE else 44, 560 if width == WIDE else _room(data))
    drawn = _axes(frame, paint) + _band(frame, paint)
    ends: list[tuple[float, str, str]] = []
    for line in reversed(data.lines):
        points = [
            None if value is None else (frame.x(n), frame.y(value))
            for n, value in enumerate(line.values)
        ]
        drawn += stroke(points, _look(line, paint))
        last = next((n for n in range(len(points) - 1, -1, -1) if points[n]), None)
        place = points[last] if last is not None else None
        if last is None or place is None:
            continue
        style = f"fill:{paint('soft')}"
        if line.look == "main":
            drawn += f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="4" style="fill:{paint("brand")}"/>'
            style = f"font-weight:600;fill:{paint('brand')}"
        if last < frame.count - 1:
            at = (place[0], place[1] - 12)
            drawn += text_at(*at, line.label, f"font-size:13px;{style}", "middle")
        else:
            ends.append((place[1], line.label, f"font-size:14px;{style}"))
    return drawn + _gap(frame, ends, paint) + _end_labels(frame, ends, paint), _HEIGHT


def _room(data: TrendData) -> float:
    """Where lines end on a narrow page: what the longest label leaves of it."""
    labels = [line.label for line in data.lines if line.values and line.values[-1] is not None]
    labels += [data.gap_label] if data.gap_label else []
    longest = max((len(label) for label in labels), default=0)
    return max(150.0, NARROW - 16 - _LETTER * longest)


def _axes(frame: _Frame, paint: Paint) -> str:
    soft = f"font-size:12.5px;fill:{paint('soft')}"
    drawn = ""
    for value, name in frame.data.y_ticks:
        drawn += rule(frame.left, frame.right, frame.y(value), paint)
        drawn += text_at(frame.left - 8, frame.y(value) + 4, name, soft, "end")
    taken = float("inf")
    for position, name in reversed(frame.data.x_labels):
        half = len(name) * 3.2
        if frame.x(position) + half < taken:
            drawn += text_at(frame.x(position), _BOTTOM + 20, name, soft, "middle")
            taken = frame.x(position) - half - 6
    return drawn


def _look(line: Line, paint: Paint) -> str:
    if line.look == "main":
        return f"stroke:{paint('brand')};stroke-width:2.6"
    if line.look == "forecast":
        return f"stroke:{paint('brand')};stroke-width:1.8;stroke-dasharray:2 4"
    return f"stroke:{paint('ink')};stroke-width:1.6;stroke-dasharray:5 4"


def _band(frame: _Frame, paint: Paint) -> str:
    known = [(n, pair) for n, pair in enumerate(frame.data.band) if pair]
    if len(known) < 2:
        return ""
    edge = [f"{frame.x(n):.1f},{frame.y(pair[0]):.1f}" for n, pair in known]
    edge += [f"{frame.x(n):.1f},{frame.y(pair[1]):.1f}" for n, pair in reversed(known)]
    return f'<polygon points="{" ".join(edge)}" style="fill:{paint("brand-wash")}"/>'


def _gap(frame: _Frame, ends: Sequence[tuple[float, str, str]], paint: Paint) -> str:
    if frame.data.gap_label is None or len(ends) < 2:
        return ""
    upper, lower = sorted(end[0] for end in ends[:2])
    if lower - upper < 12:
        return ""
    x = frame.right + 6
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{upper + 5:.1f}" y2="{lower - 5:.1f}" '
        f'style="stroke:{paint(frame.data.gap_signal)};stroke-width:1.8"/>'
    )


def _end_labels(frame: _Frame, ends: Sequence[tuple[float, str, str]], paint: Paint) -> str:
    """Labels beside the ends of their lines, never on top of each other; the gap's between the two."""
    labels, data = sorted(ends), frame.data
    if data.gap_label is not None and len(labels) == 2:
        middle = (labels[0][0] + labels[1][0]) / 2
        style = f"font-size:14px;font-weight:600;fill:{paint(data.gap_signal)}"
        labels.insert(1, (middle, data.gap_label, style))
    placed: list[float] = []
    for place, _, _ in labels:
        placed.append(max(place, placed[-1] + 17) if placed else place)
    over = max(0.0, (placed[-1] - 196) if placed else 0.0)
    if len(placed) == 3:
        # The middle label is the one that readers look for: keep all three around it.
        shift = max(0.0, min(placed[1] - labels[1][0], placed[0] - 8))
        over = max(over, shift)
    return "".join(
        text_at(frame.right + 13, y - over + 4, text, style)
        for y, (_, text, style) in zip(placed, labels, strict=True)
    )
