"""What every page of the portal has in common: language, links, dates, the frame around it.

Belongs here: how a page is made of a template, and the policy it is opened under. Does not belong here: what any one
page tells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from pipelines.publishing.language import Words, words
from pipelines.publishing.periods.period import Period
from pipelines.publishing.portal.holdings import Holdings, Shown
from pipelines.publishing.rendering.page_engine import LANGUAGES, engine, tidy
from pipelines.publishing.report.pages import known_day
from pipelines.publishing.report.sections.period_figures import name_of
from pipelines.publishing.report.typesetting import typeset_text

POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; font-src data:; "
    "img-src 'self' file: data:; form-action 'self' file:; base-uri 'none'"
)
"""Nothing is asked of the network. `file:` is for who opens the folder from a disk, where a page is no origin; on a
web server it allows nothing, for a browser never loads a file of the disk into a page of the web."""
PAGES = ("index", "explorer", "archive", "methods", "downloads", "calendar", "search")
"""The pages of the navigation, in its order; `factors` and `map` are linked from the foot."""
EDITIONS = "../../editions/"
"""Where editions lie, seen from a page."""
_ZONE = "Europe/Rome"
_MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True)
class Link:
    """Something to follow. `label` is what it is called where its text alone does not say."""

    text: str
    href: str
    label: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Site:
    """The portal in one language."""

    holdings: Holdings
    code: str
    reports: Path
    assets: Mapping[str, str]

    @cached_property
    def words(self) -> Words:
        """The declared texts."""
        return words(self.code, self.reports / "text")

    def text(self, key: str, **values: object) -> str:
        """A text of the portal, typeset."""
        return self.set(self.words.say(f"portal.{key}", **values))

    def say(self, key: str, **values: object) -> str:
        """Any declared text, typeset."""
        return self.set(self.words.say(key, **values))

    def set(self, text: str) -> str:
        """A text with the marks of a typesetter."""
        return typeset_text(text, self.code)

    def page(self, name: str, title: str, template: str | None = None, **context: Any) -> bytes:
        """One page.

        Args:
            name: The file without its ending.
            title: What it is called.
            template: Of `reports/layout/portal`, where it is not the page's own name.
            context: What the template reads.
        """
        found = engine(self.reports).get_template(f"layout/portal/{template or name}.html.jinja")
        return tidy(
            found.render(
                page=name,
                title=title,
                code=self.code,
                t=self.text,
                say=self.say,
                policy=POLICY,
                assets=self.assets,
                feeds=context.pop("feeds", self.feeds),
                navigation=[Link(self.text(f"nav.{one}"), f"{one}.html") for one in PAGES],
                demonstration=self.say("report.demonstration")
                if self.holdings.demonstration
                else None,
                **context,
            )
        )

    @cached_property
    def feeds(self) -> list[Link]:
        """The feeds in this language: all editions, then each district's."""
        every = [Link(self.text("feed.all"), f"../feeds/all.{self.code}.xml")]
        return every + [self.feed(district) for district in self.holdings.districts]

    def feed(self, district: str) -> Link:
        """The feed of one district."""
        name = self.text("feed.district", district=self.name(district))
        return Link(name, f"../feeds/{district}.{self.code}.xml")

    @property
    def ics(self) -> str:
        """The calendar of releases in this language."""
        return f"../calendar/releases.{self.code}.ics"

    def name(self, district: str) -> str:
        """A district's name."""
        return self.set(str(self.holdings.declared[district][f"name_{self.code}"]))

    def month(self, month: str) -> str:
        """«ottobre 2026», «terzo trimestre 2026», «2025»."""
        if _MONTH.fullmatch(month):
            return self.words.month(month)
        return self.set(name_of(Period.named(month), self.words))

    def known(self, shown: Shown) -> str:
        """The day up to which an edition's data are known."""
        return self.day(known_day(shown.reading.about["known_at"], _ZONE))

    def day(self, value: date) -> str:
        """«10 novembre 2026»."""
        return self.words.day(value)

    def reports_of(self, shown: Shown, folder: str, ending: str, name: str) -> list[Link]:
        """A report of an edition in every language it was published in.

        Args:
            shown: The edition.
            folder: A district, or `programme`.
            ending: The file, such as `report.pdf`.
            name: What it is called, for who hears links alone.
        """
        kind = "PDF" if ending == "report.pdf" else "HTML"
        return [
            Link(
                kind if code == self.code else f"{kind} ({self.text(f'in_{code}')})",
                f"{EDITIONS}{shown.place}/{folder}/{code}/{ending}",
                f"{name}, {kind}, {self.text(f'in_{code}')}",
                code,
            )
            for code in (self.code, *(one for one in LANGUAGES if one != self.code))
            if f"{folder}/{code}/{ending}" in shown.files
        ]

    def file(self, shown: Shown, path: str, text: str, name: str) -> list[Link]:
        """A file of an edition, where it was published with it."""
        if path not in shown.files:
            return []
        return [Link(text, f"{EDITIONS}{shown.place}/{path}", f"{name}, {text}")]
