"""The whole portal: which files it has, made from the editions that stand and from nothing else.

Belongs here: the list of files and their names. Does not belong here: what a page tells, how files are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipelines.landing.alone import Busy
from pipelines.publishing.freezing import publishing
from pipelines.publishing.language import words
from pipelines.publishing.portal import exploring, finding
from pipelines.publishing.portal.archive_page import archive
from pipelines.publishing.portal.data_pages import all_pages, calendar, downloads, site_map
from pipelines.publishing.portal.district_pages import district, home
from pipelines.publishing.portal.holdings import Holdings, holdings
from pipelines.publishing.portal.method_pages import factors, methods
from pipelines.publishing.portal.page import POLICY, Link, Site
from pipelines.publishing.portal.placing import copy_all, place, public_files
from pipelines.publishing.portal.releases import feed, releases
from pipelines.publishing.rendering.page_engine import LANGUAGES, engine, look, tidy
from pipelines.publishing.rows import sha256
from pipelines.settings import Settings


def make_portal(settings: Settings) -> int:
    """Bring `portal/` of a home to tell of the editions that stand.

    Returns:
        How many of its files were written.

    Raises:
        Busy: another process publishes; it makes the portal when it is done.
    """
    with publishing(settings.editions):
        made = portal(holdings(settings), settings.reports, settings.web_address)
        return place(settings.portal, made)


def renew_portal(settings: Settings) -> None:
    """The same after a publication; where another process publishes by then, it is that one's."""
    try:
        make_portal(settings)
    except Busy:
        return


def copy_portal(settings: Settings, target: Path) -> None:
    """One folder to put on a web server, the portal made anew."""
    make_portal(settings)
    with publishing(settings.editions):
        held = holdings(settings)
        standing = [shown.edition for shown in [*held.shown, *held.periods]]
        gone = [edition for edition, _ in held.withdrawn]
        public = public_files(settings.editions, standing, gone)
        copy_all(settings.portal, settings.editions, public, target)


def portal(held: Holdings, reports: Path, address: str | None) -> dict[str, bytes]:
    """Every file of the portal, by its path.

    Args:
        held: The editions.
        reports: Templates, styles and texts.
        address: Where it will be on the web, ending in a slash; feeds and the map for machines need it.
    """
    made: dict[str, bytes] = {}
    shared = {
        "look": _named(made, "assets/look", ".css", _look(reports)),
        "search": _named(made, "assets/search", ".js", _script(reports, "search")),
        "explorer": _named(made, "assets/explorer", ".js", _script(reports, "explorer")),
        "vega": _named(made, "assets/vega", ".js", exploring.charting()),
    }
    scripts = {
        one: _named(made, f"data/{one}", ".js", exploring.figures(shown, one))
        for one, shown in held.districts.items()
    }
    for code in LANGUAGES:
        found = finding.index(Site(held, code, reports, shared))
        names = {**shared, "index": _named(made, f"assets/index-{code}", ".js", found)}
        site = Site(held, code, reports, names)
        made |= {f"{code}/{name}.html": page for name, page in _pages(site)}
        made[f"{code}/explorer.html"] = exploring.explorer(site, scripts)
        made[f"calendar/releases.{code}.ics"] = releases(site, address)
        made[f"feeds/all.{code}.xml"] = feed(site, None, address)
        for one in held.districts:
            made[f"feeds/{one}.{code}.xml"] = feed(site, one, address)
    made["index.html"] = _door(reports, shared["look"])
    made["404.html"] = _missing(reports)
    if address:
        made["sitemap.xml"] = _sitemap(Site(held, LANGUAGES[0], reports, shared), address)
    return made


def _pages(site: Site) -> Iterator[tuple[str, bytes]]:
    yield "index", home(site)
    for one in site.holdings.districts:
        yield f"district-{one}", district(site, one)
    yield "archive", archive(site)
    yield "methods", methods(site)
    yield "factors", factors(site)
    yield "downloads", downloads(site)
    yield "calendar", calendar(site)
    yield "search", site.page("search", site.text("search.title"))
    yield "map", site_map(site)


def _named(made: dict[str, bytes], name: str, ending: str, data: bytes) -> str:
    """The path of a file that is named after what is in it."""
    path = f"{name}-{sha256(data)[:10]}{ending}"
    made[path] = data
    return path


def _look(reports: Path) -> bytes:
    """The reports' typeface, colours and components, then what only the portal has."""
    shared = engine(reports).get_template("layout/style.html.jinja").render(**look(reports))
    inner = shared.partition("<style>")[2].rpartition("</style>")[0]
    own = (reports / "styles" / "portal.css").read_text(encoding="utf-8")
    return tidy(f"{inner}\n{own}")


def _script(reports: Path, name: str) -> bytes:
    return (reports / "layout" / "portal" / f"{name}.js").read_bytes()


def _door(reports: Path, style: str) -> bytes:
    """The root: it leads to the Italian pages, and names both languages for who is not led."""
    titles = [_line(reports, code, "title", None, "door") for code in LANGUAGES]
    template = engine(reports).get_template("layout/portal/door.html.jinja")
    return tidy(
        template.render(
            titles=titles,
            look=style,
            style=None,
            policy=POLICY,
            missing=False,
            refresh="it/index.html",
        )
    )


def _missing(reports: Path) -> bytes:
    """For addresses that are not there. It may be shown at any depth, so that it needs no other file."""
    titles = [
        _line(reports, code, "missing.title", "missing.lead", "missing.home") for code in LANGUAGES
    ]
    lines = _look(reports).decode("utf-8").splitlines()
    own = "\n".join(line for line in lines if not line.startswith("@font-face"))
    template = engine(reports).get_template("layout/portal/door.html.jinja")
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'self'"
    return tidy(
        template.render(
            titles=titles,
            look=None,
            style=Markup(own),  # noqa: S704 - our own file
            policy=policy,
            missing=True,
            refresh=None,
        )
    )


def _line(
    reports: Path, code: str, title: str, lead: str | None, link: str
) -> tuple[str, str, str | None, Link]:
    said = words(code, reports / "text")
    told = said.say(f"portal.{lead}") if lead else None
    follow = Link(said.say(f"portal.{link}"), f"{code}/index.html")
    return code, said.say(f"portal.{title}"), told, follow


def _sitemap(site: Site, address: str) -> bytes:
    """The map for machines (sitemaps.org), which wants whole addresses."""
    from lxml import etree

    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    unprefixed: dict[Any, str] = {None: space}
    root = etree.Element(f"{{{space}}}urlset", nsmap=unprefixed)
    for code in LANGUAGES:
        for page in all_pages(site):
            url = etree.SubElement(root, f"{{{space}}}url")
            etree.SubElement(url, f"{{{space}}}loc").text = f"{address}portal/{code}/{page.href}"
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))
