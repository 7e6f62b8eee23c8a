"""The sample's pages as they are printed: ten at most, each section whole, nothing over the foot."""

from __future__ import annotations

import re
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


MOST = {"district": 10, "programme": 8}


def number_of(line: str) -> int | None:
    """The section that a heading opens: «3. Energia»."""
    found = re.match(r"(\d{1,2})\. \S", line)
    return int(found[1]) if found else None


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("report", ["bergamo", "parma", "prato", "roma", "programme"])
def test_a_report_is_as_long_as_its_reader_has_time_for(
    sample_played: SamplePlayed, report: str, language: str
) -> None:
    path = sample_played.edition("2026-10") / report / language / "report.pdf"
    pages = PdfReader(path).pages

    assert len(pages) <= MOST.get(report, MOST["district"])
    # A page that begins in the middle of a section has been run over.
    first = [page.extract_text().splitlines()[0] for page in pages[1:]]
    assert all(number_of(line) for line in first), first


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
