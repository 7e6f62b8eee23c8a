"""An edition at its limits is whole, well formed and readable, and nothing in its texts is carried out.

Belongs here: names of markup, formulas and eighty letters, figures of a thousand million and of nothing, everything
confidential. Does not belong here: whether the figures are right.
"""

from __future__ import annotations

import csv
import re
import subprocess
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from pipelines.publishing.editions.edition import Edition, publish
from tests.browser import audit
from tests.browser.test_tagged_pdf import checked, words
from tests.published import known_at
from tests.published.extreme import FORMULA, LONG, MARKUP, NAMES, TYPST, extreme


@pytest.fixture(scope="module")
def limits(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """October, at its limits."""
    settings = extreme(tmp_path_factory.mktemp("extreme"))
    return publish(settings, "2026-10", known_at("2026-10"), "test")


@pytest.fixture(scope="module")
def pages(browser: Any, limits: Edition) -> Any:
    """Every page of it, open and unfolded, with what it said and asked for."""
    running = []
    for path in audit.pages_of(limits.path):
        page = browser.new_page(viewport={"width": 320, "height": 900})
        told: list[str] = []
        page.on("console", lambda said, told=told: told.append(said.text))
        page.on("pageerror", lambda error, told=told: told.append(str(error)))
        page.on("dialog", lambda box, told=told: told.append(box.message))
        page.on("request", lambda asked, told=told: told.append(asked.url))
        page.goto(path.as_uri())
        page.evaluate(audit.UNFOLD)
        running.append((str(path.relative_to(limits.path)), page, told))
    yield running
    for _, page, _ in running:
        page.close()


def test_no_text_is_carried_out_and_nothing_is_asked_of_the_network(pages: Any) -> None:
    for name, page, told in pages:
        assert [each for each in told if not each.startswith(("file:", "data:"))] == [], name
        assert page.evaluate("window.broken") is None, name
        assert page.locator("script").count() == 0, name
        assert page.evaluate(
            "[...document.querySelectorAll('*')].filter(each => [...each.attributes]"
            ".some(one => /^on/.test(one.name) || /^javascript:/i.test(one.value))).length"
        ) == 0, name  # fmt: skip


def test_pages_at_their_limits_are_well_formed(limits: Edition) -> None:
    assert audit.malformed(audit.pages_of(limits.path)) == []


@pytest.mark.parametrize("district", NAMES)
def test_a_name_is_printed_as_it_was_given(pages: Any, limits: Edition, district: str) -> None:
    printed = NAMES[district].replace("L'", "L’")
    for name, page, _ in pages:
        if name.startswith(f"{district}/") and name.endswith("report.html"):
            assert words(page.locator("h1").inner_text()).startswith(words(printed)), name


def test_nothing_overflows_overlaps_or_fades_at_the_limits(pages: Any) -> None:
    against: list[Any] = []
    for name, page, _ in pages:
        for width in (320, 1200):
            page.set_viewport_size({"width": width, "height": 900})
            against += [(name, width, "beyond", each) for each in audit.beyond_the_window(page)]
            against += [(name, width, "cut", each) for each in audit.cut_off(page)]
            against += [(name, width, "over", each) for each in audit.overlapping(page)]
        against += [(name, each) for each in audit.poor_contrast(page)]

    assert against == []


def test_axe_finds_nothing_in_a_page_at_its_limits(pages: Any) -> None:
    chosen = re.compile("prato/it|roma/en/report|programme/it|index")
    against = [
        (name, *each)
        for name, page, _ in pages
        if chosen.search(name)
        for each in audit.axe(page, "color-contrast")["violations"]
    ]

    assert against == []


def test_figures_of_a_thousand_million_and_of_nothing_are_told(limits: Edition) -> None:
    prato = (limits.path / "prato" / "it" / "report.html").read_text(encoding="utf-8")
    parma = (limits.path / "parma" / "it" / "report.html").read_text(encoding="utf-8")
    bergamo = (limits.path / "bergamo" / "it" / "report.html").read_text(encoding="utf-8")

    assert re.search(r">\d{1,3}\.\d{3}\.\d{3}\.\d{3}<", prato)
    assert re.search(r'class="figure"[^>]*>0(,0)?<', parma)
    assert "riservat" in bergamo
    for page in (prato, parma, bergamo):
        assert not re.search(
            r"\b(nan|NaN|None|inf|Infinity)\b|[Ee][+]\d\d",
            re.sub("<style>.*?</style>", "", page, flags=re.DOTALL),
        )


def _boxes(path: Path) -> list[list[tuple[float, ...]]]:
    told = subprocess.run(
        ["pdftotext", "-bbox", str(path), "-"], capture_output=True, text=True, check=True
    ).stdout
    size = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">')
    word = re.compile(
        r'<word xMin="(-?[\d.]+)" yMin="(-?[\d.]+)" xMax="(-?[\d.]+)" yMax="(-?[\d.]+)">'
    )
    pages = told.split("<page ")[1:]
    return [
        [tuple(map(float, size.match("<page " + each).groups())),  # type: ignore[union-attr]
         *(tuple(map(float, found)) for found in word.findall(each))]
        for each in pages
    ]  # fmt: skip


def test_nothing_in_print_leaves_its_page_or_covers_another_word(limits: Edition) -> None:
    wrong: list[Any] = []
    for path in sorted(limits.path.rglob("report.pdf")):
        for number, (paper, *found) in enumerate(_boxes(path), 1):
            name = str(path.relative_to(limits.path))
            wrong += [(name, number, each) for each in found
                      if each[0] < 0 or each[2] > paper[0] or each[3] > paper[1]]  # fmt: skip
            for one, other in combinations(found, 2):
                across = min(one[2], other[2]) - max(one[0], other[0])
                down = min(one[3], other[3]) - max(one[1], other[1])
                low = min(one[3] - one[1], other[3] - other[1])
                if across > 2 and down > 0.5 * low:
                    wrong.append((name, number, one, other))

    assert wrong == []


def test_the_checkers_of_pdf_ua_accept_the_limits_too(limits: Edition) -> None:
    told = checked(sorted(limits.path.rglob("it/report.pdf")), "verapdf,page")

    assert len(told) == len(NAMES) + 1
    assert {path: found for path, found in told.items() if any(found.values())} == {}


def test_no_cell_of_a_workbook_or_a_csv_is_a_formula(limits: Edition) -> None:
    texts = set()
    for path in limits.path.rglob("annex.xlsx"):
        for sheet in load_workbook(path):
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", (path, sheet.title, cell.coordinate)
                    assert cell.hyperlink is None or "127.0.0.1" not in str(cell.hyperlink.target)
                    texts.add(str(cell.value))
    assert any(FORMULA in text for text in texts), "the name is there, as text"

    for path in limits.path.rglob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                assert [
                    each for each in row if re.match(r"[=@\t\r]|[+-](?![\d.]+$)", each)
                ] == [], path


def test_a_name_in_the_data_for_machines_stays_a_name(limits: Edition) -> None:
    for path in limits.path.rglob("provenance.jsonld"):
        assert "<script" not in path.read_text(
            encoding="utf-8"
        ) or '\\"Quartiere\\" <script' in path.read_text(encoding="utf-8")
    assert {len(MARKUP) >= 79, len(TYPST) >= 79, len(LONG) >= 79} == {True}
