"""Values with their intervals: every label on the page, words where there is no value, ticks that say what they are."""

from __future__ import annotations

import re

import pytest

from pipelines.publishing.charts.drawing import NARROW, WIDE, page_paint
from pipelines.publishing.charts.ranges_chart import ranges
from pipelines.publishing.language import words
from pipelines.publishing.report.chart_data import Range, RangesData
from pipelines.publishing.report.sections.trend import ticks
from pipelines.settings import checkout

IT = words("it", checkout() / "reports" / "text")
TEXT = re.compile(r'<text x="([\d.-]+)"[^>]*text-anchor="(\w+)"[^>]*>([^<]+)<')
DATA = RangesData(
    (
        Range("Bergamo", None, "riservato"),
        Range("Prato", 5.5, "5,5 %", 4.6, 6.5),
        Range("Roma", 1000.0, "1.000 tCO₂e/anno"),
    ),
    ((0.0, "0"), (1000.0, "1.000")),
    0.0,
    1000.0,
)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_label_leaves_the_page(width: int) -> None:
    drawn, _ = ranges(DATA, page_paint, width)

    for x, anchor, text in TEXT.findall(drawn):
        wide = 6.9 * len(text)
        left = {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        assert float(x) - left >= -8
        assert float(x) - left + wide <= width + 8, text


def test_a_value_without_an_interval_is_a_dot_and_no_value_is_its_reason() -> None:
    drawn, _ = ranges(DATA, page_paint)

    assert drawn.count("<circle") == 2
    assert drawn.count("stroke-opacity") == 1
    assert "riservato" in drawn


def test_a_tick_between_whole_numbers_says_so() -> None:
    _, _, marks = ticks(0.0, 7.4, IT, 3)

    assert marks == ((0.0, "0,0"), (2.5, "2,5"), (5.0, "5,0"), (7.5, "7,5"))
