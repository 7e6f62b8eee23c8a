"""Whole documents: a district's report and the programme's, from an edition's tables.

Belongs here: the order of sections, the page's head and foot. Does not belong here: what a section says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.publishing.language import Words
from pipelines.publishing.months import published_on, shifted
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.document import Document, Run, Section, Sentence
from pipelines.publishing.report.sections.dictionary import how_to_read
from pipelines.publishing.report.sections.investment import investment
from pipelines.publishing.report.sections.levers import governance, participation
from pipelines.publishing.report.sections.path import path
from pipelines.publishing.report.sections.programme import programme
from pipelines.publishing.report.sections.quality import quality
from pipelines.publishing.report.sections.summary import summary
from pipelines.publishing.report.sections.themes import emissions, energy, water
from pipelines.publishing.report.typesetting import typeset

LABELS = (
    "skip",
    "contents",
    "table_of",
    "language",
    "language_label",
    "pdf",
    "annex",
    "index",
    "page",
    "headline_links",
    "figure_number",
    "opened",
    "behind",
    "sheet",
)


def district_document(reading: Reading, district: str, words: Words) -> Document:
    """The monthly report of one district, after the outline of domain.md."""
    read = DistrictReading(reading, district)
    sections = (
        summary(read, words),
        path(read, words),
        energy(read, words),
        water(read, words),
        emissions(read, words),
        investment(read, words),
        governance(read, words),
        participation(read, words),
        quality(read, words),
        how_to_read(read, words),
    )
    about = read.about
    contact = [part for part in (about.get("contact_name"), about.get("contact_email")) if part]
    return _document(
        reading,
        words,
        "district",
        words.say("report.kicker"),
        str(about[f"name_{words.code}"]),
        sections,
        demonstration=bool(about["demonstration"]),
        zone=str(about["timezone"]),
        contact=", ".join(contact),
        folder=f"{district}/{words.code}",
    )


def programme_document(reading: Reading, words: Words) -> Document:
    """The programme's report over all districts."""
    demonstration = any(row["demonstration"] for row in reading.districts.values())
    return _document(
        reading,
        words,
        "programme",
        words.say("report.programme_kicker"),
        words.say("programme.title"),
        programme(reading, words),
        demonstration=demonstration,
        zone="Europe/Rome",
        contact="",
        folder=f"programme/{words.code}",
    )


def _document(
    reading: Reading,
    words: Words,
    kind: str,
    kicker: str,
    title: str,
    sections: tuple[Section, ...],
    *,
    demonstration: bool,
    zone: str,
    contact: str,
    folder: str,
) -> Document:
    about = reading.about
    release = _release(reading, folder, words)
    reach = [Sentence.of(words.say("report.contact", who=contact))] if contact else []
    document = Document(
        language=words.code,
        kind=kind,
        kicker=kicker,
        title=title,
        subtitle=words.month(reading.month),
        meta=(*_edition(reading, zone, words), release, *reach),
        sections=sections,
        footer=(
            Sentence.of(words.say("report.footer")),
            Sentence.of(licence(about, words)),
            release,
            *reach,
        ),
        labels={name: str(words.texts[f"report.{name}"]) for name in LABELS},
        demonstration=banner(about, words, demonstration=demonstration),
    )
    return typeset(document)


def _edition(reading: Reading, zone: str, words: Words) -> tuple[Sentence, ...]:
    """Which edition this is, and up to when its data are known."""
    about = reading.about
    known = words.day_in(known_day(about["known_at"], zone)).removeprefix("il ")
    return (
        Sentence.of(
            words.say(
                "report.edition",
                id=f"{about['month']} r{about['revision']}",
                status=words.say("status.edition"),
            )
        ),
        Sentence.of(words.say("report.known", day=known)),
    )


def _release(reading: Reading, folder: str, words: Words) -> Sentence:
    """The edition before, which leads to its report, and the day of the next."""
    coming = words.say("report.next", day=words.day(published_on(shifted(reading.month, 1))))
    earlier = _earlier(reading)
    if earlier is None:
        return Sentence.of(coming)
    month, revision = earlier
    back = Run(
        words.say("report.previous", month=words.month_short(month)),
        link=f"../../../../{month}/r{revision}/{folder}/report.html",
    )
    return Sentence((Run(f"{coming} · "), back))


def _earlier(reading: Reading) -> tuple[str, int] | None:
    """Month and revision of the newest edition of a month before this one's."""
    known = [str(one["id"]).rsplit("-r", 1) for one in reading.about.get("earlier", ())]
    before = [(month, int(revision)) for month, revision in known if month < reading.month]
    return max(before, default=None)


def banner(about: Mapping[str, Any], words: Words, *, demonstration: bool) -> str | None:
    """What must not be overlooked: that nothing here is real, that nothing here is published yet."""
    said = [words.say("report.preview")] if about.get("preview") else []
    said += [words.say("report.demonstration")] if demonstration else []
    return " · ".join(said) or None


def licence(about: Mapping[str, Any], words: Words) -> str:
    """The line under which an edition is opened to all."""
    return words.say(
        "report.licence",
        id=about["id"],
        code=about["code_version"],
        factors=about["factor_set"] or "–",
        gwp=about["gwp_set"] or "–",
    )


def known_day(known_at: str, zone: str) -> date:
    """The local day of an edition's cut-off."""
    return datetime.fromisoformat(known_at).astimezone(ZoneInfo(zone)).date()
