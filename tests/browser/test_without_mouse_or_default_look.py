"""Pages for those who use no mouse, hear them, make letters larger or further apart, or have colours of their own.

Belongs here: what axe-core does not do: it presses no key and changes no setting. Does not belong here: what it reads
(`test_accessible_pages.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import audit

PAGES = [
    "prato/it/report.html",
    "prato/en/provenance.html",
    "programme/en/report.html",
    "index.html",
]

SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""
"""WCAG 1.4.12."""

_FOCUSABLE = """[...document.querySelectorAll('a[href], summary, button, input, select, [tabindex="0"]')]
  .filter(each => each.checkVisibility())"""


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, browser: Any, edition: Any) -> Iterator[Any]:
    """A page as it opens."""
    running = browser.new_page(viewport={"width": 1200, "height": 900})
    running.goto((edition.path / request.param).as_uri())
    yield running
    running.close()


def test_the_tab_key_visits_everything_in_the_order_of_the_page_and_shows_where_it_is(
    page: Any,
) -> None:
    count = page.evaluate(f"(window.all = {_FOCUSABLE}).length")
    page.evaluate(
        """() => { window.seen = []
        document.addEventListener('focusin', event => { const look = getComputedStyle(event.target)
          seen.push([all.indexOf(event.target),
            look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2]) })}"""
    )
    visits = min(count, 150)
    for _ in range(visits):
        page.keyboard.press("Tab")
    seen = page.evaluate("seen")

    assert [place for place, _ in seen] == [*range(visits)]
    assert [place for place, shown in seen if not shown] == []
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("all.indexOf(document.activeElement)") == visits - 2, "no trap"


def test_the_first_stop_leads_past_the_head_of_the_page(page: Any) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0, "it is seen"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.url.endswith("#content")
    assert page.evaluate("!!document.activeElement.closest('main')")


def test_a_table_behind_a_drawing_unfolds_and_folds_by_key(browser: Any, edition: Any) -> None:
    page = browser.new_page()
    page.goto((edition.path / "prato/it/report.html").as_uri())
    page.evaluate("document.querySelector('summary').focus()")
    for key, unfolded in (("Enter", True), ("Space", False)):
        page.keyboard.press(key)
        assert page.evaluate("document.querySelector('details').open") is unfolded
    page.close()


def test_what_is_heard_comes_in_the_order_of_what_is_seen(page: Any) -> None:
    page.set_viewport_size({"width": 320, "height": 900})
    page.evaluate(audit.UNFOLD)
    session = page.context.new_cdp_session(page)
    nodes = {one["nodeId"]: one for one in session.send("Accessibility.getFullAXTree")["nodes"]}

    def heard(at: str) -> Iterator[tuple[str, str]]:
        node = nodes[at]
        if not node.get("ignored"):
            yield node["role"]["value"], node.get("name", {}).get("value", "").strip()
        for below in node.get("childIds", ()):
            if below in nodes:
                yield from heard(below)

    told = [*heard(next(one["nodeId"] for one in nodes.values() if "parentId" not in one))]
    seen = page.evaluate(
        """[...document.querySelectorAll('h1, h2, h3, h4')].filter(each => each.checkVisibility())
        .map(each => [each.getBoundingClientRect().top, each.textContent.replace(/\\s+/g, ' ').trim()])
        .sort((one, other) => one[0] - other[0]).map(each => each[1])"""
    )

    assert [name for role, name in told if role == "heading"] == seen
    unnamed = {"image", "link", "button", "table", "navigation"}
    assert [role for role, name in told if role in unnamed and not name] == []


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_letters_further_apart_and_pages_twice_as_large_lose_nothing(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(audit.UNFOLD)
    page.add_style_tag(content=SPACED)

    assert audit.beyond_the_window(page) == []
    assert audit.cut_off(page) == []
    assert audit.overlapping(page) == []


def test_nothing_moves_for_who_asked_that_nothing_moves(page: Any) -> None:
    page.emulate_media(reduced_motion="reduce")

    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_who_has_colours_of_their_own_reads_everything_in_them(page: Any, theme: str) -> None:
    page.emulate_media(forced_colors="active", color_scheme=theme)

    assert audit.poor_contrast(page) == []


def test_on_paper_a_page_is_dark_on_white_whatever_the_screen_shows(page: Any) -> None:
    page.emulate_media(media="print", color_scheme="dark")

    assert audit.poor_contrast(page) == []
    ink = page.evaluate("getComputedStyle(document.body).color.match(/[0-9]+/g).map(Number)")
    assert max(ink) < 80
    assert not page.locator(".skip").is_visible()
