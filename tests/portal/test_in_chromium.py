"""The portal as a reader opens it: from the disk, at a telephone's and a desk's width, searching and exploring."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.published import DISTRICTS

PAGES = (
    "index",
    "district-prato",
    "archive",
    "methods",
    "factors",
    "downloads",
    "calendar",
    "search",
    "map",
    "explorer",
)
Opened = Callable[..., Any]


@pytest.fixture
def opened(browser: Any, made: Any) -> Iterator[Opened]:
    """Opens pages of the portal; afterwards nothing may have been said in the console or asked of the network."""
    said: list[str] = []
    tabs = []

    def open_page(name: str, width: int = 1280, scheme: str = "light", drawn: bool = False) -> Any:
        tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        tabs.append(tab)
        tab.on(
            "console",
            lambda message: (
                said.append(message.text) if message.type in ("error", "warning") else None
            ),
        )
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on(
            "request",
            lambda asked: (
                said.append(asked.url)
                if not asked.url.startswith(("file:", "data:", "blob:"))
                else None
            ),
        )
        tab.goto(f"{(made.portal).as_uri()}/{name}")
        if drawn:
            wait_drawn(tab)
        return tab

    yield open_page
    for tab in tabs:
        tab.close()
    assert said == []


def wait_drawn(tab: Any, before: str = "") -> None:
    """Until the explorer has drawn what was chosen. Its policy lets nobody wait with a script."""
    tab.wait_for_selector(f"html[data-drawn]:not([data-drawn='{before}'])", state="attached")


def redrawn(tab: Any, act: Callable[[], object]) -> None:
    """Does something to the form and waits until what it chose is drawn."""
    before = tab.evaluate("document.documentElement.dataset.drawn")
    act()
    wait_drawn(tab, before)


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_has_to_be_scrolled_sideways(opened, width):
    tab = opened("404.html", width)
    for code in ("it", "en"):
        for name in PAGES:
            tab.goto(tab.url.rsplit("/portal/", 1)[0] + f"/portal/{code}/{name}.html")
            if name == "explorer":
                wait_drawn(tab)
            assert tab.evaluate("document.documentElement.scrollWidth") <= width, (code, name)
            assert tab.locator("h1").count() == 1
            assert tab.evaluate("document.activeElement === document.body")


def test_the_door_leads_in(opened):
    tab = opened("index.html")
    tab.wait_for_url("**/it/index.html")


@pytest.mark.parametrize(
    ("code", "asked", "found"),
    [
        ("it", "ene01", "methods.html#ENE01"),
        ("it", "emissioni 12 mesi", "methods.html#EMI11"),
        ("it", "prato", "district-prato.html"),
        ("en", "october 2026", "archive.html#e-2026-10-r1"),
        ("en", "factors", "factors.html"),
    ],
)
def test_search_finds(opened, code, asked, found):
    tab = opened(f"{code}/index.html")
    tab.fill("#top-q", asked)
    tab.press("#top-q", "Enter")
    tab.wait_for_url("**/search.html?q=*")

    links = tab.locator("#found a")
    assert found in [
        links.nth(place).get_attribute("href") for place in range(min(5, links.count()))
    ]
    assert tab.locator("#told").inner_text()


def test_search_says_when_there_is_nothing_and_takes_markup_for_text(opened):
    tab = opened("it/search.html?q=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E")

    assert tab.locator("#told").inner_text().startswith("Nessun risultato")
    assert tab.locator("main img").count() == 0


def published(
    made: Any, code: str, districts: set[str], months: tuple[str, str]
) -> list[dict[str, str]]:
    path: Path = made.editions / "2026-10" / "r1" / "kpi_values.csv"
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    return [
        r
        for r in rows
        if r["kpi_code"] == code
        and r["district_id"] in districts
        and months[0] <= r["month"] <= months[1]
    ]


def taken(tab: Any) -> str:
    with tab.expect_download() as download:
        tab.click("#take")
    return Path(download.value.path()).read_text(encoding="utf-8")


def test_what_is_taken_away_is_the_editions_own_lines(opened, made):
    tab = opened("en/explorer.html#k=ENE01&d=parma,prato&from=2025-01&to=2025-12", drawn=True)

    text = taken(tab)

    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows == published(made, "ENE01", {"parma", "prato"}, ("2025-01", "2025-12"))
    assert len(rows) == 24
    every = (
        (made.editions / "2026-10" / "r1" / "kpi_values.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    assert set(text.splitlines()) <= set(every)


def test_the_address_holds_the_choice_and_gives_it_back(opened):
    tab = opened("it/explorer.html", drawn=True)
    redrawn(tab, lambda: tab.select_option("#k", "ENE04"))
    redrawn(tab, lambda: tab.uncheck("[name=d][value=roma]"))
    redrawn(tab, lambda: tab.select_option("#from", "2025-06"))
    redrawn(tab, lambda: tab.check("[name=s][value=together]"))
    said = tab.url
    table = tab.locator("#table").inner_text()

    again = opened(f"it/explorer.html#{said.partition('#')[2]}", drawn=True)

    assert again.url == said
    assert "k=ENE04" in said
    assert again.locator("#table").inner_text() == table
    assert again.is_checked("[name=s][value=together]")
    assert not again.is_checked("[name=d][value=roma]")


@pytest.mark.parametrize(
    "wrong", ["k=NO&d=nowhere&v=x&s=y&from=z", "d=<img src=x>&k=<b>", "%%%", "d="]
)
def test_a_broken_address_does_no_harm(opened, wrong):
    tab = opened(f"it/explorer.html#{wrong}")
    tab.wait_for_selector("html[data-drawn], #told:not(:empty)", state="attached")

    assert tab.locator("main img").count() == 0


def test_levels_of_several_districts_never_share_an_axis(opened):
    tab = opened("en/explorer.html#k=ENE01&d=parma,prato&s=together", drawn=True)

    assert tab.locator("#plots figure").count() == 2
    assert tab.locator("[name=s][value=together]").is_disabled()
    assert "not comparable" in tab.locator("#notes").inner_text()
    redrawn(tab, lambda: tab.check("[name=s][value=index]"))
    assert tab.locator("#plots figure").count() == 1
    assert "= 100" in tab.locator("#plots figcaption").inner_text()
    assert "not which uses most" in tab.locator("#notes").inner_text()


def test_what_is_hidden_is_said_and_has_no_number(opened, made):
    tab = opened("en/explorer.html#k=ENE01&d=bergamo", drawn=True)
    hidden = [
        r
        for r in published(made, "ENE01", {"bergamo"}, ("2024-05", "2026-10"))
        if r["suppressed"] == "true"
    ]

    assert hidden
    assert f"{len(hidden)} months confidential" in tab.locator("#notes").inner_text()
    cells = tab.locator("#table tbody tr td:nth-child(3)").all_inner_texts()
    assert cells.count("confidential") == len(hidden)


def test_every_figure_of_the_table_opens_where_it_comes_from(opened, made):
    tab = opened("it/explorer.html#k=ENE01&d=prato", drawn=True)
    links = tab.evaluate(
        "[...document.querySelectorAll('#table a')].map(a => a.getAttribute('href'))"
    )

    page = (made.editions / "2026-10" / "r1" / "prato" / "it" / "provenance.html").read_text(
        encoding="utf-8"
    )
    assert len(links) == 30
    for link in links:
        path, _, anchor = link.partition("#")
        assert (made.portal / "it" / path).resolve().is_file()
        assert f'id="{anchor}"' in page


def test_a_point_of_the_drawing_opens_where_it_comes_from(opened):
    tab = opened("it/explorer.html#k=ENE01&d=prato&from=2026-01&to=2026-10", drawn=True)

    tab.locator(".plot .mark-symbol path").last.click()

    tab.wait_for_url("**/prato/it/provenance.html#*")


def test_the_explorer_is_read_and_used_without_a_mouse(opened):
    tab = opened("it/explorer.html#k=ENE01&d=prato", drawn=True)
    chart = tab.locator("[role=graphics-document]")

    assert "Distretto tessile di Prato" in (chart.get_attribute("aria-label") or "")
    assert tab.evaluate(
        "[...document.querySelectorAll('#choose select, #choose input')].every(e => e.labels.length === 1)"
    )
    tab.focus("#k")
    redrawn(tab, lambda: tab.keyboard.press("ArrowDown"))
    assert "k=ENE02" in tab.url
    tab.focus("[name=d][value=parma]")
    redrawn(tab, lambda: tab.keyboard.press("Space"))
    assert tab.locator("#plots figure").count() == 2


def test_every_district_and_every_indicator_can_be_drawn(opened):
    tab = opened("it/explorer.html#k=ENE01&v=both", drawn=True)
    codes = tab.evaluate("[...document.querySelectorAll('#k option')].map(o => o.value)")

    assert tab.locator("[name=d]").count() == len(DISTRICTS)
    for code in codes[::6]:
        redrawn(tab, lambda code=code: tab.evaluate(f"location.hash = 'k={code}&v=both&s=index'"))
        assert tab.input_value("#k") == code


def test_a_choice_that_the_next_indicator_does_not_have_gives_way(opened):
    tab = opened("it/explorer.html#k=EMI11&d=prato,parma&v=both&s=together", drawn=True)
    redrawn(tab, lambda: tab.uncheck("[name=d][value=parma]"))

    assert "v=raw" in tab.url
    assert "s=apart" in tab.url
    assert tab.locator("#plots figure").count() == 1
