"""Every page of the product is read by axe-core and measured by us: themes, widths, zoom, spacing, keyboard.

Belongs here: what WCAG 2.1 AA asks of a page and a machine can see. Which page there is, the folder tells: a page that
somebody adds is read as well. What no machine sees is in `docs/accessibility.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import audit

KINDS = ["bergamo", "parma", "prato", "roma", "programme", ""]
"""Folders of an edition; the last one stands for every page that is in none of these."""

SETTLED = {"color-contrast", "th-has-data-cells"}
"""What axe leaves open on these pages, and who settles it: text of drawings and single signs, `poor_contrast`; the head
of a group of rows, which reaches over all columns, `heads_of_nothing`."""


def pages(folder: Path, kind: str) -> Iterator[tuple[Path, str]]:
    """Pages of one kind and their names."""
    for path in audit.pages_of(folder):
        of = path.relative_to(folder).parts[0]
        if of == kind or (not kind and of not in KINDS):
            yield path, str(path.relative_to(folder))


@pytest.fixture(params=KINDS)
def opened(request: pytest.FixtureRequest, browser: Any, edition: Any, notices: Path) -> Any:
    """A page per file of one kind, on a telephone of 320 px, everything unfolded."""
    found = [*pages(edition.path, request.param)]
    if not request.param:
        found += [(path, str(path.relative_to(notices))) for path in audit.pages_of(notices)]
    running = []
    for path, name in found:
        page = browser.new_page(viewport={"width": 320, "height": 900})
        page.goto(path.as_uri())
        page.evaluate(audit.UNFOLD)
        running.append((name, page))
    yield running
    for _, page in running:
        page.close()


def test_every_page_stands_up_to_axe_and_to_our_own_measurements(opened: Any) -> None:
    against: list[Any] = []
    for name, page in opened:
        for width in (320, 1200):
            page.set_viewport_size({"width": width, "height": 900})
            against += [(name, width, "beyond", each) for each in audit.beyond_the_window(page)]
            against += [(name, width, "cut", each) for each in audit.cut_off(page)]
            against += [(name, width, "over", each) for each in audit.overlapping(page)]
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)
                against += [(name, width, theme, each) for each in audit.poor_contrast(page)]
        against += [(name, "heads", each) for each in audit.heads_of_nothing(page)]
        told = audit.axe(page)
        against += [(name, *each) for each in told["violations"]]
        against += [(name, *each) for each in told["incomplete"] if each[0] not in SETTLED]

    assert opened
    assert against == []


def test_every_page_is_well_formed(edition: Any, notices: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.html"
    broken.write_text(
        "<!doctype html><html lang=en><title>x</title><p><b>one</p></b><p role=nothing>"
    )

    assert len(audit.malformed([broken])) >= 2, "the checker reads"
    assert audit.malformed([*audit.pages_of(edition.path), *audit.pages_of(notices)]) == []
