"""When editions come out, as files that other programs read: iCalendar and Atom.

Belongs here: `calendar/*.ics` and `feeds/*.xml`. Does not belong here: the pages that lead to them (`data_pages.py`).
Moments are those of the editions, so that the same editions give the same bytes.
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pipelines.publishing.months import published_on, shifted
from pipelines.publishing.portal.district_pages import anchor
from pipelines.publishing.portal.holdings import Shown
from pipelines.publishing.portal.page import Site

_AHEAD = 12
_ENTRIES = 60
_ATOM = "http://www.w3.org/2005/Atom"
_AS_IT_IS: dict[Any, str] = {None: _ATOM}
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def coming(month: str) -> list[tuple[str, date]]:
    """The twelve months after one, each with the day its edition is due."""
    months = [shifted(month, ahead) for ahead in range(1, _AHEAD + 1)]
    return [(each, published_on(each)) for each in months]


def releases(site: Site, address: str | None) -> bytes:
    """Publications made and due, as all-day events of a calendar."""
    from icalendar import Calendar, Event

    latest = site.holdings.latest
    made = Calendar()
    made.add("prodid", "-//Net Zero Districts//releases//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", site.text("calendar.name"))
    stamp = _known(latest) if latest else _NEVER
    days = [
        (shown.id, _known(shown).date(), _published(site, shown), _known(shown))
        for shown in site.holdings.shown
    ]
    for month, day in coming(latest.edition.month) if latest else []:
        text = site.text("calendar.report_of", month=site.month(month))
        days.append((f"{month}-due", day, text, stamp))
    for name, day, text, at in days:
        event = Event()
        event.add("uid", _urn(address, "release", name))
        event.add("dtstamp", at)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", f"Net Zero Districts: {text}")
        if address:
            event.add("url", f"{address}portal/{site.code}/index.html")
        made.add_component(event)
    return bytes(made.to_ical())


def feed(site: Site, district: str | None, address: str | None) -> bytes:
    """An Atom feed (RFC 4287) of all editions, or of those of one district.

    Args:
        site: The portal in the feed's language.
        district: Whose; all where there is none.
        address: Where the portal will be, ending in a slash; links are relative where that is not declared.
    """
    from lxml import etree

    scope = district or "all"
    at_home = f"{address}portal/" if address else "../"
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap=_AS_IT_IS)
    root.set("{http://www.w3.org/XML/1998/namespace}lang", site.code)

    def add(parent: etree._Element, name: str, text: str | None = None, **said: str) -> None:
        one = etree.SubElement(parent, f"{{{_ATOM}}}{name}", said)
        one.text = text

    entries = _entries(site, district)
    add(root, "id", _urn(address, scope, site.code))
    add(
        root,
        "title",
        site.text("feed.district", district=site.name(district))
        if district
        else site.text("feed.all"),
    )
    add(root, "updated", _moment(max((at for at, *_ in entries), default=_NEVER)))
    author = etree.SubElement(root, f"{{{_ATOM}}}author")
    add(author, "name", "Net Zero Districts")
    add(
        root,
        "link",
        rel="self",
        type="application/atom+xml",
        href=f"{at_home}feeds/{scope}.{site.code}.xml",
    )
    page = f"district-{district}" if district else "index"
    add(root, "link", rel="alternate", type="text/html", href=f"{at_home}{site.code}/{page}.html")
    add(root, "rights", "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/")
    for at, name, title, summary in entries:
        entry = etree.SubElement(root, f"{{{_ATOM}}}entry")
        add(entry, "id", _urn(address, scope, site.code, name))
        add(entry, "title", title)
        add(entry, "updated", _moment(at))
        href = f"{at_home}{site.code}/archive.html#{anchor(name)}"
        add(entry, "link", rel="alternate", type="text/html", href=href)
        add(entry, "summary", summary)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _entries(site: Site, district: str | None) -> list[tuple[datetime, str, str, str]]:
    """Moment, edition, title and summary, newest first. What was withdrawn says so, under the same name."""
    told = [
        (_known(shown), shown.id, _title(site, shown, district), _summary(site, shown))
        for shown in [*site.holdings.shown, *site.holdings.periods]
        if district is None or district in site.holdings.told_by(shown)
    ]
    for edition, said in site.holdings.withdrawn:
        at = datetime.fromisoformat(said["withdrawn_at"]).astimezone(UTC)
        kind = site.say(f"withdrawn.kind.{said['kind']}")
        told.append((at, edition.id, site.text("feed.withdrawn", id=edition.id), kind))
    return sorted(told, key=lambda entry: (entry[0], entry[1]), reverse=True)[:_ENTRIES]


def _title(site: Site, shown: Shown, district: str | None) -> str:
    names = [district] if district else site.holdings.told_by(shown)
    return site.text(
        "feed.entry",
        district=site.words.both([site.name(one) for one in names]),
        month=site.month(shown.edition.month),
        revision=str(shown.edition.revision),
    )


def _summary(site: Site, shown: Shown) -> str:
    edition = shown.edition
    said = site.text("feed.summary", month=site.month(edition.month), day=site.known(shown))
    if edition.revision == 1:
        return said
    return f"{said} {site.text('feed.corrected', before=str(edition.revision - 1))}"


def _published(site: Site, shown: Shown) -> str:
    edition = shown.edition
    return site.text(
        "calendar.published", month=site.month(edition.month), revision=str(edition.revision)
    )


def _known(shown: Shown) -> datetime:
    return datetime.fromisoformat(shown.reading.about["known_at"]).astimezone(UTC)


def _moment(at: datetime) -> str:
    return at.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _urn(address: str | None, *parts: str) -> str:
    named = "|".join((address or "net-zero-districts", *parts))
    return uuid.uuid5(uuid.NAMESPACE_URL, named).urn
