"""Charts as SVG: small templates over the data of the document model, the same for HTML and PDF.

Belongs here: geometry and marks. Does not belong here: what a chart says (its data carries printed labels) and
colours, which are tokens: variables of the page in HTML, values in the PDF. Nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape, quoteattr

from pipelines.publishing.document import (
    BarsData,
    CalendarData,
    Chart,
    Line,
    MultiplesData,
    TrendData,
)

Paint = Callable[[str], str]
"""From a token to a colour."""

WIDTH = 720
_FONT = "font-family:'Source Sans Pro',sans-serif"


def page_paint(token: str) -> str:
    """Colours that follow the page's light or dark scheme."""
    return f"var(--{token})"


def draw(chart: Chart, paint: Paint, *, labelled: bool = True) -> str:
    """The chart as an SVG element; `labelled` gives it its own title and description."""
    data = chart.data
    if isinstance(data, TrendData):
        body, height = _trend(data, paint)
    elif isinstance(data, BarsData):
        body, height = _bars(data, paint)
    elif isinstance(data, CalendarData):
        body, height = _calendar(data, paint)
    else:
        body, height = _multiples(data, paint)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
    if not labelled:
        return f'{head}width="{WIDTH}" height="{height}">{body}</svg>'
    names = f"{chart.id}-t {chart.id}-d"
    told = f'<title id="{chart.id}-t">{escape(chart.title)}</title><desc id="{chart.id}-d">{escape(chart.alt)}</desc>'
    return f'{head}role="img" aria-labelledby={quoteattr(names)}>{told}{body}</svg>'


def spark(values: Sequence[float | None], paint: Paint, *, sized: bool = False) -> str:
    """A tile's line without axes: decoration beside the figures, hidden from who listens."""
    known = [value for value in values if value is not None]
    size = ' width="132" height="30"' if sized else ""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 132 30"{size} aria-hidden="true">'
    if len(known) < 2:
        return f"{head}</svg>"
    low, high = min(known), max(known)
    span = (high - low) or 1
    step = 124 / max(1, len(values) - 1)
    points = [
        None if value is None else (3 + step * n, 26 - 22 * (value - low) / span)
        for n, value in enumerate(values)
    ]
    body = _stroke(points, f"stroke:{paint('brand')};stroke-width:1.6")
    last = next((point for point in reversed(points) if point), None)
    if last and points[-1] == last:
        body += (
            f'<circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2.6" style="fill:{paint("brand")}"/>'
        )
    return f"{head}{body}</svg>"


Point = tuple[float, float]


def _stroke(points: Sequence[Point | None], style: str) -> str:
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


def _text(x: float, y: float, text: str, style: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" style="{_FONT};{style}">{escape(text)}</text>'


def _rule(left: float, right: float, y: float, paint: Paint) -> str:
    return (
        f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" style="stroke:{paint("line")}"/>'
    )


def _trend(data: TrendData, paint: Paint) -> tuple[str, int]:
    height, left, right, top, bottom = 214, 56, 560, 10, 188
    count = max(len(line.values) for line in data.lines)

    def x(n: int) -> float:
        return left + (right - left) * n / max(1, count - 1)

    def y(value: float) -> float:
        return bottom - (bottom - top) * (value - data.low) / ((data.high - data.low) or 1)

    soft = f"font-size:12.5px;fill:{paint('soft')}"
    drawn = ""
    for value, label in data.y_ticks:
        drawn += _rule(left, right, y(value), paint)
        drawn += _text(left - 8, y(value) + 4, label, soft, "end")
    for position, label in data.x_labels:
        drawn += _text(x(position), bottom + 20, label, soft, "middle")
    drawn += _band(data, x, y, paint)
    ends: list[tuple[float, str, str]] = []
    for line in reversed(data.lines):
        points = [
            None if value is None else (x(n), y(value)) for n, value in enumerate(line.values)
        ]
        drawn += _stroke(points, _look(line, paint))
        last = next((n for n in range(len(points) - 1, -1, -1) if points[n]), None)
        if last is not None and points[last] is not None:
            place = points[last]
            if place is not None:
                if line.look == "main":
                    drawn += f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="4" style="fill:{paint("brand")}"/>'
                weight = (
                    f"font-weight:600;fill:{paint('brand')}"
                    if line.look == "main"
                    else f"fill:{paint('soft')}"
                )
                if last < count - 1:
                    drawn += _text(
                        place[0], place[1] - 12, line.label, f"font-size:13px;{weight}", "middle"
                    )
                    continue
                ends.append((place[1], line.label, f"font-size:14px;{weight}"))
    drawn += _gap(data, ends, right, paint)
    return drawn + _end_labels(data, ends, right, paint), height


def _look(line: Line, paint: Paint) -> str:
    if line.look == "main":
        return f"stroke:{paint('brand')};stroke-width:2.6"
    return f"stroke:{paint('ink')};stroke-width:1.6;stroke-dasharray:5 4"


def _band(
    data: TrendData, x: Callable[[int], float], y: Callable[[float], float], paint: Paint
) -> str:
    known = [(n, pair) for n, pair in enumerate(data.band) if pair]
    if len(known) < 2:
        return ""
    edge = [f"{x(n):.1f},{y(pair[0]):.1f}" for n, pair in known]
    edge += [f"{x(n):.1f},{y(pair[1]):.1f}" for n, pair in reversed(known)]
    return f'<polygon points="{" ".join(edge)}" style="fill:{paint("brand-wash")}"/>'


def _gap(
    data: TrendData, ends: Sequence[tuple[float, str, str]], right: float, paint: Paint
) -> str:
    if data.gap_label is None or len(ends) < 2:
        return ""
    upper, lower = sorted(end[0] for end in ends[:2])
    if lower - upper < 12:
        return ""
    return (
        f'<line x1="{right + 6}" x2="{right + 6}" y1="{upper + 5:.1f}" y2="{lower - 5:.1f}" '
        f'style="stroke:{paint(data.gap_signal)};stroke-width:1.8"/>'
    )


def _end_labels(
    data: TrendData, ends: Sequence[tuple[float, str, str]], right: float, paint: Paint
) -> str:
    """Labels beside the ends of their lines, never on top of each other; the gap's between the two."""
    labels = sorted(ends)
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
        _text(right + 14, y - over + 4, text, style)
        for y, (_, text, style) in zip(placed, labels, strict=True)
    )


def _bars(data: BarsData, paint: Paint) -> tuple[str, int]:
    left, right, row = 200, 600, 44
    top = 6
    largest = (
        max(
            (value for bar in data.bars for value in (bar.value, bar.before) if value is not None),
            default=1,
        )
        or 1
    )
    drawn = ""
    for n, bar in enumerate(data.bars):
        y = top + n * row
        drawn += _text(left - 10, y + 17, bar.label, f"font-size:14px;fill:{paint('ink')}", "end")
        if bar.value is None:
            drawn += _text(
                left, y + 17, bar.printed, f"font-size:14px;fill:{paint('grey')};font-style:italic"
            )
        else:
            width = max(1.0, (right - left) * bar.value / largest)
            drawn += f'<rect x="{left}" y="{y + 3}" width="{width:.1f}" height="18" style="fill:{paint("brand")}"/>'
            drawn += _text(
                left + width + 8,
                y + 17,
                bar.printed,
                f"font-size:14px;font-weight:600;fill:{paint('ink')}",
            )
        if bar.before is not None:
            width = max(1.0, (right - left) * bar.before / largest)
            outline = f"fill:{paint('brand-wash')};stroke:{paint('brand')};stroke-width:0.8"
            drawn += (
                f'<rect x="{left}" y="{y + 23}" width="{width:.1f}" height="9" style="{outline}"/>'
            )
            drawn += _text(
                left + width + 8,
                y + 32,
                bar.before_printed or "",
                f"font-size:12px;fill:{paint('soft')}",
            )
    return drawn, top + len(data.bars) * row


_SHADES = {
    "A": ("green", 0.85),
    "B": ("green", 0.45),
    "C": ("amber", 0.35),
    "D": ("red", 0.30),
    "E": ("grey", 0.35),
}


def _calendar(data: CalendarData, paint: Paint) -> tuple[str, int]:
    left, row, top = 170, 24, 24
    width = (WIDTH - left) / max(1, len(data.months))
    soft = f"font-size:12.5px;fill:{paint('soft')}"
    drawn = "".join(
        _text(left + width * (n + 0.5), 14, month, soft, "middle")
        for n, month in enumerate(data.months)
    )
    for n, (name, letters) in enumerate(data.rows):
        y = top + n * row
        drawn += _text(left - 10, y + 16, name, f"font-size:13.5px;fill:{paint('ink')}", "end")
        for position, letter in enumerate(letters):
            x = left + width * position
            if letter in _SHADES:
                shade, strength = _SHADES[letter]
                drawn += (
                    f'<rect x="{x + 1.5:.1f}" y="{y + 1.5}" width="{width - 3:.1f}" height="{row - 3}" '
                    f'style="fill:{paint(shade)};fill-opacity:{0.28 * strength:.2f};'
                    f'stroke:{paint(shade)};stroke-width:0.8"/>'
                )
            drawn += _text(
                x + width / 2,
                y + 16.5,
                letter or data.blank,
                f"font-size:13px;font-weight:600;fill:{paint('ink' if letter else 'soft')}",
                "middle",
            )
    return drawn, top + len(data.rows) * row + 4


def _multiples(data: MultiplesData, paint: Paint) -> tuple[str, int]:
    columns = 2
    width, height, gap = 348, 128, 24
    drawn = ""
    for n, (name, values, label) in enumerate(data.panels):
        left, top = (n % columns) * (width + gap), (n // columns) * (height + gap)
        right, base = left + width - 92, top + height - 18

        def y(value: float, top: int = top, base: int = base) -> float:
            return base - (base - top - 26) * (value - data.low) / ((data.high - data.low) or 1)

        drawn += _text(
            left, top + 14, name, f"font-size:14.5px;font-weight:600;fill:{paint('ink')}"
        )
        if data.low <= 100 <= data.high:
            drawn += _rule(left, right, y(100), paint)
            drawn += _text(
                right + 8, y(100) + 4, data.base_label, f"font-size:12px;fill:{paint('soft')}"
            )
        step = (right - left) / max(1, len(values) - 1)
        points = [None if v is None else (left + step * k, y(v)) for k, v in enumerate(values)]
        if not any(points):
            drawn += _text(
                left, top + 62, label, f"font-size:14px;font-style:italic;fill:{paint('grey')}"
            )
            continue
        drawn += _stroke(points, f"stroke:{paint('brand')};stroke-width:2.4")
        last = next(point for point in reversed(points) if point)
        drawn += (
            f'<circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="3.4" style="fill:{paint("brand")}"/>'
        )
        lift = (
            -6
            if abs(last[1] - y(100)) < 14 and last[1] < y(100)
            else 16
            if abs(last[1] - y(100)) < 14
            else 5
        )
        drawn += _text(
            last[0] + 8,
            last[1] + lift,
            label,
            f"font-size:14px;font-weight:600;fill:{paint('brand')}",
        )
        for position, month in data.x_labels:
            drawn += _text(
                left + step * position,
                base + 16,
                month,
                f"font-size:12px;fill:{paint('soft')}",
                "middle",
            )
    lines = (len(data.panels) + columns - 1) // columns
    return drawn, lines * (height + gap)
