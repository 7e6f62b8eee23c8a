"""The pages say what is there: links lead somewhere, every page is listed, decisions are numbered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
TABLE_ROW = re.compile(r"^\| (?!I want)(?!-)([^|]+) \|", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link for link in LINK.findall(text) if "://" not in link]

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_gallery_lists_every_page_of_sources_once() -> None:
    gallery = ROOT / "docs" / "sources" / "README.md"
    listed = LINK.findall(gallery.read_text(encoding="utf-8"))
    pages = {page.name for page in gallery.parent.glob("*.md")} - {gallery.name}

    assert sorted(listed) == sorted(pages)


def test_where_to_add_has_one_row_for_one_thing() -> None:
    wanted = TABLE_ROW.findall((ROOT / "docs" / "where.md").read_text(encoding="utf-8"))

    assert wanted
    assert len(set(wanted)) == len(wanted)


def test_decisions_are_numbered_without_gaps_and_fit_on_a_page() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))

    numbers = [int(page.name[:4]) for page in decisions]
    assert numbers == list(range(1, len(decisions) + 1))
    for page in decisions:
        assert len(page.read_text(encoding="utf-8").splitlines()) <= 60, page
