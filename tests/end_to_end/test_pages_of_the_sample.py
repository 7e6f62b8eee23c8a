"""The sample's pages as they are printed: nothing over the foot, page one whole on page one."""

from __future__ import annotations

from typing import Any

import pytest
from pypdf import PageObject, PdfReader

from tests.end_to_end.conftest import SamplePlayed

MARGIN, FOOT = 42.0, 26.0
"""Points above the lower edge: text ends at the one (15 mm), the foot stands below the other."""
BOXES = {
    "it": ("Cifre già pubblicate, ora riviste", "Dati mancanti e chi può inviarli"),
    "en": ("Published figures, now revised", "What is missing and who can send it"),
}


def heights(page: PageObject) -> list[tuple[float, str]]:
    """Every piece of text with its height above the lower edge."""
    found: list[tuple[float, str]] = []

    def seen(text: str, at: list[float], within: list[float], _font: Any, _size: float) -> None:
        if text.strip():
            found.append((at[1] * within[4] + at[3] * within[5] + at[5], text.strip()))

    page.extract_text(visitor_text=seen)
    return found


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("district", ["bergamo", "parma", "prato", "roma"])
def test_no_page_prints_over_its_foot(
    sample_played: SamplePlayed, district: str, language: str
) -> None:
    pages = PdfReader(sample_played.edition("2026-10") / district / language / "report.pdf").pages

    for number, page in enumerate(pages, 1):
        printed = heights(page)
        assert min(printed)[0] < FOOT, f"page {number} has no foot"
        assert [each for each in printed if FOOT < each[0] < MARGIN] == [], number
    first = pages[0].extract_text()
    assert all(title in first for title in BOXES[language]), "page one holds on one page"
