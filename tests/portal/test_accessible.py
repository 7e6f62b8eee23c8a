"""The portal's pages are read by axe-core and measured, on a telephone and at a desk, light and dark."""

from __future__ import annotations

from typing import Any

from tests.browser import audit
from tests.portal.test_in_chromium import wait_drawn

LONG = ("methods", "factors")
"""Pages of many rows that one line of a template makes each: axe reads them, measuring every text takes too long."""
PAGES = (
    "index",
    "archive",
    "calendar",
    "district-prato",
    "downloads",
    "explorer",
    "map",
    "search",
    *LONG,
)
READ = ["404.html", *(f"it/{name}.html" for name in PAGES), "en/index.html", "en/explorer.html"]
SETTLED = {"color-contrast"}
"""What axe leaves open of single signs and of texts in drawings; `poor_contrast` settles it."""


def settled(tab: Any, name: str) -> None:
    """The explorer draws anew where its width or its theme changes; other pages are painted at once."""
    tab.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    if "explorer" in name:
        wait_drawn(tab)


def test_every_page_stands_up_to_axe_and_to_our_own_measurements(browser: Any, made: Any) -> None:
    against: list[Any] = []
    tab = browser.new_page(viewport={"width": 320, "height": 900})
    for name in READ:
        tab.goto((made.portal / name).as_uri())
        settled(tab, name)
        tab.evaluate(audit.UNFOLD)
        for width in (320, 1200):
            tab.set_viewport_size({"width": width, "height": 900})
            settled(tab, name)
            against += [(name, width, "beyond", each) for each in audit.beyond_the_window(tab)]
            against += [(name, width, "cut", each) for each in audit.cut_off(tab)]
            against += [(name, width, "over", each) for each in audit.overlapping(tab)]
            for theme in () if name.removesuffix(".html")[3:] in LONG else ("light", "dark"):
                tab.emulate_media(color_scheme=theme)
                settled(tab, name)
                against += [(name, width, theme, each) for each in audit.poor_contrast(tab)]
        told = audit.axe(tab)
        against += [(name, *each) for each in told["violations"]]
        against += [(name, *each) for each in told["incomplete"] if each[0] not in SETTLED]
    tab.close()

    assert against == []
