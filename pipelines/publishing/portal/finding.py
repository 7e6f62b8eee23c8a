"""What can be found: a small index of every KPI, district, page, edition and factor, made beforehand.

Belongs here: what is in the index. Does not belong here: how it is asked (`reports/layout/portal/search.js`).
The index is a script and no file to fetch, so that it works where the portal is opened from a disk.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from pipelines.publishing.portal.data_pages import all_pages
from pipelines.publishing.portal.district_pages import anchor
from pipelines.publishing.portal.page import Site

Entry = tuple[str, str, str, str]
"""Kind, title, address, other words it is found by."""


def index(site: Site) -> bytes:
    """The index as a script: `nzdIndex`, one entry a line."""
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in _entries(site))
    return f"window.nzdIndex = [\n{lines}\n];\n".encode()


def _entries(site: Site) -> Iterator[Entry]:
    holdings, latest = site.holdings, site.holdings.latest
    for link in all_pages(site):
        if not link.href.startswith("district-"):
            yield site.text("search.kind.page"), link.text, link.href, ""
    for district, about in holdings.declared.items():
        more = f"{district} {about['city']}"
        kind = site.text("search.kind.district")
        yield kind, site.name(district), f"district-{district}.html", more
    for kpi in latest.reading.kpis.values() if latest else ():
        theme = site.say(f"theme.{kpi['theme']}")
        more = f"{kpi['code']} {theme} {kpi['unit']} {kpi.get(f'method_{site.code}') or ''}"
        title = f"{site.set(str(kpi[f'name_{site.code}']))} ({kpi['code']})"
        yield site.text("search.kind.kpi"), title, f"methods.html#{kpi['code']}", site.set(more)
    for shown in [*reversed(holdings.shown), *holdings.periods]:
        title = f"{shown.id}: {site.month(shown.edition.month)}"
        names = " ".join(site.name(one) for one in holdings.told_by(shown))
        yield site.text("search.kind.edition"), title, f"archive.html#{anchor(shown.id)}", names
    for edition, _ in holdings.withdrawn:
        title = site.text("archive.withdrawn", id=edition.id)
        more = site.month(edition.month)
        yield site.text("search.kind.withdrawn"), title, f"archive.html#{anchor(edition.id)}", more
    for row in latest.reading.table("factors") if latest else ():
        carrier = site.words.named("carrier", row.get("carrier"))
        told = (carrier, *(row.get(name) for name in ("gas", "series", "source")))
        more = " ".join(filter(None, told))
        code = row["factor_code"]
        yield site.text("search.kind.factor"), code, f"factors.html#{code}", more
