"""Charts as SVG: small templates over the data of the document model, the same for HTML and PDF.

Belongs here: which drawing a chart gets, and the frame around it. Does not belong here: what a chart says (its data
carries printed labels) and colours, which are tokens: variables of the page in HTML, values in the PDF. Nothing is
told by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from pipelines.publishing.charts.bullet_chart import bullets
from pipelines.publishing.charts.chain_chart import chain
from pipelines.publishing.charts.marks import NARROW, WIDE, Paint, stroke
from pipelines.publishing.charts.panel_charts import bars, calendar, multiples
from pipelines.publishing.charts.ranges_chart import ranges
from pipelines.publishing.charts.trend_chart import trend
from pipelines.publishing.charts.waterfall import waterfall
from pipelines.publishing.report.chart_data import (
    BarsData,
    BulletData,
    CalendarData,
    ChainData,
    RangesData,
    TrendData,
    WaterfallData,
)
from pipelines.publishing.report.document import Chart

__all__ = ["NARROW", "WIDE", "Paint", "draw", "page_paint", "spark"]


def page_paint(token: str) -> str:
    """Colours that follow the page's light or dark scheme."""
    return f"var(--{token})"


def draw(chart: Chart, paint: Paint, *, labelled: bool = True, width: int = WIDE) -> str:
    """The chart as an SVG element.

    Args:
        chart: What it says.
        paint: Colours.
        labelled: Whether it carries its own title and description.
        width: The wide page, or the narrow one of a telephone.
    """
    data = chart.data
    if isinstance(data, TrendData):
        body, height = trend(data, paint, width)
    elif isinstance(data, BarsData):
        body, height = bars(data, paint, width)
    elif isinstance(data, BulletData):
        body, height = bullets(data, paint, width)
    elif isinstance(data, CalendarData):
        body, height = calendar(data, paint, width)
    elif isinstance(data, WaterfallData):
        body, height = waterfall(data, paint, width)
    elif isinstance(data, RangesData):
        body, height = ranges(data, paint, width)
    elif isinstance(data, ChainData):
        body, height = chain(data, paint, width)
    else:
        body, height = multiples(data, paint, width)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
    if not labelled:
        return f'{head}width="{width}" height="{height}">{body}</svg>'
    own = chart.id if width == WIDE else f"{chart.id}-narrow"
    kind = "wide" if width == WIDE else "narrow"
    told = f'<title id="{own}-t">{escape(chart.title)}</title><desc id="{own}-d">{escape(chart.alt)}</desc>'
    names = quoteattr(f"{own}-t {own}-d")
    return f'{head}class="{kind}" role="img" aria-labelledby={names}>{told}{body}</svg>'


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
    body = stroke(points, f"stroke:{paint('brand')};stroke-width:1.6")
    last = next((point for point in reversed(points) if point), None)
    if last and points[-1] == last:
        body += (
            f'<circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2.6" style="fill:{paint("brand")}"/>'
        )
    return f"{head}{body}</svg>"
