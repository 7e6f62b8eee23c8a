"""The first page and the pages of districts: headline figures, what is late, every edition's files.

Belongs here: what these pages tell. Does not belong here: how a figure is printed (`report/sections`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

from pipelines.publishing.charts.drawing import page_paint, spark
from pipelines.publishing.language import DASH
from pipelines.publishing.months import published_on, shifted
from pipelines.publishing.portal.holdings import Shown
from pipelines.publishing.portal.page import EDITIONS, Link, Site
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.sections.figures import printed, there, why_missing
from pipelines.publishing.report.sections.tiles import headline, short_name, tiles

_DATA = {
    "kpi_values.csv": "CSV",
    "kpi_values.parquet": "Parquet",
    "kpi_values.json": "JSON",
    "period_values.csv": "CSV",
}


def home(site: Site) -> bytes:
    """The first page: each district's newest edition, the next one, what waits and why."""
    latest = site.holdings.latest
    return site.page(
        "index",
        site.text("home.title"),
        latest=latest and _latest(site, latest),
        next=latest and site.text("home.next", day=site.day(next_release(latest))),
        districts=[_card(site, one) for one in site.holdings.districts],
        programme=latest and _programme(site, latest),
        waiting=[_waiting(site, note) for note in site.holdings.delayed],
        withdrawn=[
            Link(site.text("archive.withdrawn", id=one.id), f"archive.html#{anchor(one.id)}")
            for one, _ in reversed(site.holdings.withdrawn)
        ],
        ics=site.ics,
    )


def district(site: Site, of: str) -> bytes:
    """One district: headline figures now and edition by edition, every file ever published, whom to ask."""
    shown = site.holdings.districts[of]
    month = site.month(shown.edition.month)
    return site.page(
        f"district-{of}",
        site.name(of),
        "district",
        when=_latest(site, shown),
        behind=_behind(site, of),
        headline=site.text("district.headline", month=month),
        tiles=_tiles(site, shown, of),
        links=[*_files(site, shown, of), _explore(site, of)],
        history=_history(site, of),
        editions=[
            _edition_row(site, one, of)
            for one in [*site.holdings.of(of), *site.holdings.periods_of(of)]
        ],
        facts=list(_facts(site, shown, of)),
        feed=Link(site.text("district.feed"), site.feed(of).href),
    )


def next_release(latest: Shown) -> date:
    """When the edition after the newest one is due."""
    return published_on(shifted(latest.edition.month, 1))


def anchor(edition: str) -> str:
    """An edition's place on the archive page."""
    return f"e-{edition}"


def _latest(site: Site, shown: Shown) -> str:
    edition = shown.edition
    return site.text("home.latest", month=site.month(edition.month), revision=str(edition.revision))


def _card(site: Site, of: str) -> dict[str, Any]:
    shown = site.holdings.districts[of]
    page = f"district-{of}.html"
    return {
        "id": of,
        "name": site.name(of),
        "href": page,
        "when": _latest(site, shown),
        "behind": _behind(site, of),
        "label": f"{site.name(of)}: {site.text('district.headline', month=site.month(shown.edition.month))}",
        "tiles": _tiles(site, shown, of),
        "links": [
            *_files(site, shown, of),
            Link(site.text("home.open"), page, f"{site.text('home.open')}: {site.name(of)}"),
        ],
    }


def _behind(site: Site, of: str) -> list[str]:
    return [
        site.text("home.behind", month=site.month(month)) for month, _ in site.holdings.waiting(of)
    ]


def _files(site: Site, shown: Shown, of: str) -> list[Link]:
    name = site.name(of)
    return [
        *site.reports_of(shown, of, "report.html", name),
        *site.reports_of(shown, of, "report.pdf", name),
        *site.file(shown, f"{of}/annex.xlsx", "XLSX", name),
    ]


def _explore(site: Site, of: str) -> Link:
    return Link(site.text("district.explore"), f"explorer.html#d={of}")


def _tiles(site: Site, shown: Shown, of: str) -> list[dict[str, Any]]:
    read = DistrictReading(shown.whole, of)
    opened = f"{of}/{site.code}/provenance.html"
    made = []
    for tile in tiles(read, site.words).items:
        of_page = tile.figure and opened in shown.files
        made.append(
            {
                "code": tile.code,
                "name": site.set(tile.name),
                "value": tile.value,
                "unit": tile.unit,
                "status": tile.status,
                "grade": tile.grade,
                "grade_words": site.set(tile.grade_words),
                "reason": tile.reason and site.set(tile.reason),
                "href": f"{EDITIONS}{shown.place}/{opened}#{tile.figure}" if of_page else None,
                "drawing": _drawing(tile.spark),
            }
        )
    return made


def _drawing(values: Sequence[float | None]) -> Markup:
    """A tile's line, painted by the style sheet: a page of the portal may carry no style of its own."""
    drawn = re.sub(r' style="[^"]*"', "", spark(values, page_paint))
    return Markup(drawn)  # noqa: S704 - our own drawing


def _history(site: Site, of: str) -> dict[str, Any]:
    heads = [
        short_name(code, site.holdings.districts[of].reading.kpis[code], site.words)
        for code in _headline(site, of)
    ]
    rows = []
    for shown in site.holdings.of(of):
        read = DistrictReading(shown.reading, of)
        cells = []
        for code in _headline(site, of):
            kpi, row = shown.reading.kpis.get(code), read.kpi(code)
            if kpi is None or row is None:
                cells.append({"text": DASH, "note": None})
            elif there(row, kpi, read):
                cells.append({"text": printed(row, kpi, read, site.words), "note": row["grade"]})
            else:
                cells.append({"text": DASH, "note": site.set(why_missing(row, kpi, site.words))})
        rows.append({"id": shown.id, "anchor": anchor(shown.id), "cells": cells})
    return {"heads": [site.set(name) for name in heads], "rows": rows}


def _headline(site: Site, of: str) -> list[str]:
    return headline(DistrictReading(site.holdings.districts[of].reading, of))


def _edition_row(site: Site, shown: Shown, of: str) -> dict[str, Any]:
    name = f"{site.name(of)}, {shown.id}"
    data = [
        link
        for file, kind in _DATA.items()
        for link in site.file(shown, f"{of}/data/{file}", kind, name)
    ]
    return {
        "id": shown.id,
        "anchor": anchor(shown.id),
        "known": site.known(shown),
        "cells": [
            site.reports_of(shown, of, "report.html", name),
            site.reports_of(shown, of, "report.pdf", name),
            site.reports_of(shown, of, "provenance.html", name),
            site.file(shown, f"{of}/annex.xlsx", "XLSX", name),
            data,
        ],
    }


def _facts(site: Site, shown: Shown, of: str) -> Iterator[tuple[str, str]]:
    about = shown.districts[of]
    yield site.text("district.city"), str(about["city"])
    yield site.text("district.kind"), site.set(site.words.named("archetype", about["archetype"]))
    for entry in shown.reading.of("boundaries", of):
        since = site.text(
            "district.boundary_from",
            version=entry["boundary_version"],
            day=site.day(entry["valid_from"]),
        )
        told = entry.get(f"description_{site.code}")
        yield site.text("district.boundary"), f"{since}: {site.set(told)}" if told else since
    if about.get("holder_name"):
        yield site.text("district.holder"), str(about["holder_name"])
    contact = " · ".join(filter(None, (about.get("contact_name"), about.get("contact_email"))))
    if contact:
        yield site.text("district.contact"), contact


def _programme(site: Site, latest: Shown) -> dict[str, Any]:
    name = site.text("home.programme")
    month = site.month(latest.edition.month)
    return {
        "lead": site.text("home.programme_lead", month=month),
        "links": [
            *site.reports_of(latest, "programme", "report.html", name),
            *site.reports_of(latest, "programme", "report.pdf", name),
        ],
    }


def _waiting(site: Site, note: dict[str, Any]) -> dict[str, Any]:
    return {
        "href": f"{EDITIONS}{note['month']}/delayed.html",
        "text": site.say("delayed.title", month=site.month(note["month"])),
        "lines": waiting_lines(site, note),
    }


def waiting_lines(site: Site, note: dict[str, Any]) -> list[str]:
    """Who waits since when, why, and when it is tried again."""
    lines = []
    for one in note["districts"]:
        since = site.words.day_from(date.fromisoformat(one["since"]))
        said = site.say("delayed.district", district=one[f"name_{site.code}"], since=since)
        because = " ".join(why[site.code] for why in one["because"])
        lines.append(site.set(f"{said} {because}"))
    again = site.day(date.fromisoformat(note["next_try"]))
    return [*lines, site.say("delayed.next_try", day=again)]
