"""Downloads, the calendar of releases, the map of the site.

Belongs here: pages that lead to files. Does not belong here: the feeds and the calendar as files (`releases.py`).
"""

from __future__ import annotations

from typing import Any

from pipelines.publishing.portal.district_pages import anchor
from pipelines.publishing.portal.holdings import Shown
from pipelines.publishing.portal.page import EDITIONS, PAGES, Link, Site
from pipelines.publishing.portal.releases import coming

_CITY = (
    ("values", "data/kpi_values.csv", "CSV"),
    ("values", "data/kpi_values.parquet", "Parquet"),
    ("values", "data/kpi_values.json", "JSON"),
    ("annex", "annex.xlsx", "XLSX"),
    ("catalogue", "catalog.jsonld", "JSON-LD"),
    ("provenance", "provenance.jsonld", "JSON-LD"),
)
_EDITION = (
    ("values", "kpi_values.csv", "CSV"),
    ("values", "kpi_values.parquet", "Parquet"),
    ("package", "datapackage.json", "JSON"),
    ("catalogue", "catalog.jsonld", "JSON-LD"),
)


def downloads(site: Site) -> bytes:
    """The data of each district's newest edition, then the newest edition whole."""
    sets = []
    for district, shown in site.holdings.districts.items():
        title = site.text("downloads.city", district=site.name(district), id=shown.id)
        files = [(key, f"{district}/{path}", kind) for key, path, kind in _CITY]
        sets.append(_set(site, shown, f"data-{district}", title, files))
    latest = site.holdings.latest
    if latest:
        title = site.text("downloads.edition", id=latest.id)
        whole = _set(site, latest, "data-edition", title, list(_EDITION))
        manifest = Link(
            "JSON", f"{EDITIONS}{latest.place}/manifest.json", site.text("downloads.manifest")
        )
        whole["files"].append((site.text("downloads.manifest"), manifest, ""))
        whole["tables"] = [
            (Link(path, f"{EDITIONS}{latest.place}/{path}"), _size(site, latest, path))
            for path in sorted(latest.files)
            if path.startswith("tables/")
        ]
        sets.append(whole)
    return site.page("downloads", site.text("downloads.title"), sets=sets)


def _set(
    site: Site, shown: Shown, id_: str, title: str, files: list[tuple[str, str, str]]
) -> dict[str, Any]:
    return {
        "id": id_,
        "title": title,
        "files": [
            (
                site.text(f"downloads.{key}"),
                Link(
                    kind,
                    f"{EDITIONS}{shown.place}/{path}",
                    f"{title}, {site.text(f'downloads.{key}')}, {kind}",
                ),
                _size(site, shown, path),
            )
            for key, path, kind in files
            if path in shown.files
        ],
        "tables": [],
    }


def _size(site: Site, shown: Shown, path: str) -> str:
    size = next(one["bytes"] for one in shown.reading.about["files"] if one["path"] == path)
    return site.text("downloads.size", size=site.words.number(max(1, round(size / 1000))))


def calendar(site: Site) -> bytes:
    """When reports come out, and when they did."""
    latest = site.holdings.latest
    ahead = coming(latest.edition.month) if latest else []
    return site.page(
        "calendar",
        site.text("calendar.title"),
        ics=site.ics,
        coming=[
            (site.day(day), site.text("calendar.report_of", month=site.month(month)), None)
            for month, day in ahead
        ],
        past=[
            (
                site.known(shown),
                site.text(
                    "calendar.published",
                    month=site.month(shown.edition.month),
                    revision=str(shown.edition.revision),
                ),
                f"archive.html#{anchor(shown.id)}",
            )
            for shown in reversed(site.holdings.shown)
        ],
    )


def site_map(site: Site) -> bytes:
    """Every page of the portal in this language."""
    return site.page("map", site.text("map.title"), pages=all_pages(site))


def all_pages(site: Site) -> list[Link]:
    """The pages of the navigation, each district's, factors and the map."""
    districts = [Link(site.name(one), f"district-{one}.html") for one in site.holdings.districts]
    pages = [Link(site.text(f"nav.{one}"), f"{one}.html") for one in PAGES]
    return [
        pages[0],
        *districts,
        *pages[1:],
        Link(site.text("factors.title"), "factors.html"),
        Link(site.text("map.title"), "map.html"),
    ]
