"""The pages as a reader opens them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

PAGES = [
    ("prato/it/report.html", "it"),
    ("prato/en/report.html", "en"),
    ("bergamo/it/report.html", "it"),
    ("roma/en/report.html", "en"),
    ("programme/it/report.html", "it"),
    ("prato/it/provenance.html", "it"),
    ("bergamo/en/provenance.html", "en"),
    ("index.html", "it"),
]


def opened(
    browser: Any, path: Any, width: int = 1280, scheme: str = "light"
) -> tuple[Any, list[str], list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said: list[str] = []
    asked: list[str] = []
    page.on(
        "console", lambda message: said.append(message.text) if message.type == "error" else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    return page, said, asked


@pytest.mark.parametrize(("name", "language"), PAGES)
def test_a_page_opens_without_an_error_and_without_the_network(browser, edition, name, language):
    page, said, asked = opened(browser, edition.path / name)

    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1
    page.close()


@pytest.mark.parametrize(("name", "language"), PAGES)
def test_a_page_fits_a_small_telephone(browser, edition, name, language):
    page, _, _ = opened(browser, edition.path / name, width=320)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.close()


@pytest.mark.parametrize(
    "name", ["prato/it/report.html", "prato/en/report.html", "programme/it/report.html"]
)
def test_every_label_of_a_chart_is_seen_on_a_telephone_without_scrolling(browser, edition, name):
    page, _, _ = opened(browser, edition.path / name, width=360)

    boxes = page.evaluate(
        "[...document.querySelectorAll('.chart svg text')].map(t => t.getBoundingClientRect())"
        ".filter(r => r.width).map(r => [r.left, r.right])"
    )
    assert boxes
    assert min(left for left, _ in boxes) >= 0
    assert max(right for _, right in boxes) <= 360
    page.close()


@pytest.mark.parametrize(("name", "language"), PAGES)
def test_headings_are_in_order_and_every_table_says_what_it_is(browser, edition, name, language):
    page, _, _ = opened(browser, edition.path / name)
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")

    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.evaluate("[...document.querySelectorAll('table')].every(t => t.caption && t.tHead)")
    assert page.evaluate("[...document.querySelectorAll('th')].every(t => t.scope)")
    page.close()


@pytest.mark.parametrize(("name", "language"), PAGES)
def test_ids_are_unique_and_every_inner_link_arrives(browser, edition, name, language):
    page, _, _ = opened(browser, edition.path / name)

    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    lost = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))"
        ".filter(id => !document.getElementById(id))"
    )
    assert lost == []
    page.close()


def test_links_between_the_pages_of_an_edition_arrive(browser, edition):
    for name, _ in PAGES:
        page, _, _ = opened(browser, edition.path / name)
        targets = page.evaluate(
            '[...document.querySelectorAll(\'a:not([href^="#"]):not([href^="mailto:"])\')]'
            ".map(a => a.getAttribute('href'))"
        )
        for target in targets:
            assert (
                (edition.path / name).parent.joinpath(target.split("#")[0]).resolve().is_file()
            ), (name, target)
        page.close()


@pytest.mark.parametrize("name", ["prato/it/report.html", "prato/it/provenance.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast_in_both_schemes(browser, edition, scheme, name):
    page, _, _ = opened(browser, edition.path / name, scheme=scheme)

    worst = page.evaluate(
        """() => {
          const lum = c => { const v = c.match(/[\\d.]+/g).slice(0, 3).map(n => n / 255)
            .map(n => n <= .03928 ? n / 12.92 : ((n + .055) / 1.055) ** 2.4)
            return .2126 * v[0] + .7152 * v[1] + .0722 * v[2] }
          const paper = lum(getComputedStyle(document.querySelector('.page')).backgroundColor)
          return Math.min(...[...document.querySelectorAll('p,li,td,th,dt,dd,h1,h2,h3,a,figcaption span')].map(e => {
            const ink = lum(getComputedStyle(e).color)
            return (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05) }))
        }"""
    )
    assert worst >= 4.5
    page.close()
