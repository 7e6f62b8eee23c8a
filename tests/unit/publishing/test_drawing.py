"""Charts on a telephone: the same marks, nothing beyond the edge."""

from __future__ import annotations

import re

from pipelines.publishing.charts.drawing import NARROW, draw, page_paint
from pipelines.publishing.language import words
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.chart_data import Line
from pipelines.publishing.report.sections.lead_chart import lead_chart
from pipelines.publishing.report.sections.trend import trend_data
from pipelines.settings import checkout


def test_the_narrow_drawing_has_names_of_its_own(reading: Reading):
    chart = lead_chart(
        DistrictReading(reading, "prato"), words("it", checkout() / "reports" / "text")
    )
    assert chart is not None
    wide, narrow = draw(chart, page_paint), draw(chart, page_paint, width=NARROW)

    assert not set(re.findall(r'id="([^"]+)"', wide)) & set(re.findall(r'id="([^"]+)"', narrow))


def test_a_line_that_hardly_moves_is_drawn_as_one():
    values = (242.46, 242.55, 242.49)
    data = trend_data(
        [Line(values, "")],
        ["2026-08", "2026-09", "2026-10"],
        words("it", checkout() / "reports" / "text"),
    )

    assert data is not None
    assert data.low <= min(values)
    assert max(values) <= data.high
    assert (max(values) - min(values)) / (data.high - data.low) < 0.01


def test_a_line_that_moves_keeps_the_whole_height():
    values = (900.0, 1050.0)
    data = trend_data(
        [Line(values, "")], ["2026-09", "2026-10"], words("it", checkout() / "reports" / "text")
    )

    assert data is not None
    assert (data.low, data.high) == (900.0, 1050.0)
