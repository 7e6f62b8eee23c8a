"""Feeds, calendar and map as programs of others read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import feedparser
import icalendar
from lxml import etree

from pipelines.publishing.editions.withdrawal import withdraw
from pipelines.publishing.portal.holdings import holdings
from pipelines.publishing.portal.site import portal
from pipelines.publishing.shelf import editions

ADDRESS = "https://dati.example.org/nzd/"


def test_a_feed_reader_finds_every_edition_newest_first(made):
    read = feedparser.parse((made.portal / "feeds" / "all.it.xml").read_bytes())

    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.language == "it"
    assert [entry.link.rpartition("#")[2] for entry in read.entries] == [
        "e-2026-10-r1",
        "e-2026-09-r1",
    ]
    assert "ottobre 2026" in read.entries[0].title
    assert len({read.feed.id, *(entry.id for entry in read.entries)}) == 3


def test_a_feed_of_a_district_and_a_declared_address(made):
    files = portal(holdings(made), made.reports, ADDRESS)
    read = feedparser.parse(files["feeds/prato.en.xml"])

    assert not read.bozo
    assert read.feed.link == f"{ADDRESS}portal/en/district-prato.html"
    assert read.entries[0].link == f"{ADDRESS}portal/en/archive.html#e-2026-10-r1"
    locations = etree.fromstring(files["sitemap.xml"]).findall("{*}url/{*}loc")
    assert len(locations) == len([name for name in files if name[:3] in ("it/", "en/")])
    assert all(f"{one.text}".removeprefix(f"{ADDRESS}portal/") in files for one in locations)


def test_a_withdrawal_is_announced_under_the_name_of_what_was_withdrawn(own):
    before = feedparser.parse((own.portal / "feeds" / "all.it.xml").read_bytes())
    newest = editions(own.editions)[-1]
    withdraw(own, newest, "Prova", "error", "Anna Rossi", datetime(2026, 11, 20, tzinfo=UTC))

    after = feedparser.parse(portal(holdings(own), own.reports, None)["feeds/all.it.xml"])

    assert after.entries[0].id == before.entries[0].id
    assert "ritirata" in after.entries[0].title
    assert after.entries[0].updated == "2026-11-20T00:00:00Z"


def test_a_calendar_program_finds_the_next_releases(made):
    data = (made.portal / "calendar" / "releases.it.ics").read_bytes()
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")

    days = sorted(event.decoded("dtstart") for event in events)
    assert days[:3] == [date(2026, 10, 10), date(2026, 11, 10), date(2026, 12, 10)]
    assert len(days) == 2 + 12
    assert len({str(event["uid"]) for event in events}) == 14
