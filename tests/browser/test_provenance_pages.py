"""A reader who doubts a figure clicks on it, and stands before what it is made of."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.test_pages import opened


@pytest.mark.parametrize("width", [360, 1280])
def test_a_figure_of_the_report_opens_where_it_comes_from(browser: Any, edition: Any, width: int):
    page, said, asked = opened(browser, edition.path / "prato/it/report.html", width=width)
    printed = page.locator(".tile .figure").first.inner_text()

    page.locator(".tile .figure").first.click()

    figure = page.locator(f"article[id='{page.url.split('#')[1]}']")
    assert page.url.split("#")[0].endswith("prato/it/provenance.html")
    assert printed in figure.locator(".v").inner_text()
    assert "=" in figure.locator(".sum").inner_text()
    box = figure.bounding_box()
    assert box is not None
    assert -50 <= box["y"] <= 300, "the figure is at the head of the window, not on the way there"
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    page.close()


def test_every_figure_of_a_table_has_its_place_on_the_page(browser: Any, edition: Any) -> None:
    page, _, _ = opened(browser, edition.path / "prato/en/report.html")
    wanted = page.evaluate(
        "[...document.querySelectorAll('a.figure')].map(a => a.getAttribute('href'))"
    )
    page.goto((edition.path / "prato/en/provenance.html").as_uri())
    ids = set(page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)"))

    assert len(wanted) > 20
    assert [each for each in wanted if each.removeprefix("provenance.html#") not in ids] == []
    page.close()


def test_a_month_before_is_shown_when_its_number_is_asked_for(browser: Any, edition: Any) -> None:
    page, _, _ = opened(browser, edition.path / "prato/it/provenance.html")
    row = page.evaluate("document.querySelector('details tr[id]').id")

    page.goto(f"{(edition.path / 'prato/it/provenance.html').as_uri()}#{row}")

    assert page.locator(f"tr[id='{row}']").is_visible(), "the months unfold where one is asked for"
    page.close()


def test_pages_and_data_of_an_edition_stay_small(edition: Any) -> None:
    made = [*edition.path.rglob("provenance.html"), *edition.path.rglob("provenance.jsonld")]

    assert len(made) == 4 * 2 + 4
    assert sum(path.stat().st_size for path in made) < 5_000_000
