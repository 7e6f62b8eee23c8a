"""The monthly mail on one screen: three lines, decisions due, what is missing and whose, revised figures, one link.

Belongs here: what of an edition a reader finds in their mail. Does not belong here: figures that the edition does not
tell, and any wording (`reports/text/*/mail.yaml`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipelines.delivering.postage import Postage
from pipelines.delivering.wording import File, Link, Part, Wording, part
from pipelines.publishing.language import Words, words
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.rendering.page_engine import LANGUAGES
from pipelines.publishing.report.document import Box, Chart, Run, Sentence, Sentences
from pipelines.publishing.report.page_one.said import sentences
from pipelines.publishing.report.pages import known_day
from pipelines.publishing.report.sections.city_comments import city_comments
from pipelines.publishing.report.sections.gaps import missing_box
from pipelines.publishing.report.sections.lead_chart import lead_chart
from pipelines.publishing.report.sections.levers import open_decisions, overdue
from pipelines.publishing.report.sections.programme import programme
from pipelines.publishing.report.sections.revisions import revised_box
from pipelines.publishing.shelf import Edition

_LINES, _DECISIONS, _TITLE = 3, 3, 90
_ABOUT_DECISIONS = "GOV01"
_PROGRAMME = "programme"
_ROME = ZoneInfo("Europe/Rome")


def report_mail(
    edition: Edition, reading: Reading, district: str | None, said: Words, postage: Postage
) -> Wording:
    """The mail about a district of an edition, or about the programme where none is named."""
    mail = (
        _programme_mail(reading, said)
        if district is None
        else _district_mail(DistrictReading(reading, district), said)
    )
    return with_report(mail, edition, district or _PROGRAMME, said, postage)


def _district_mail(read: DistrictReading, said: Words) -> Wording:
    name, month = name_of(read.about, said), said.month(read.month)
    chart, comments = lead_chart(read, said), city_comments(read, said)
    about = {"district": name, "month": month}
    subject = (
        said.say("mail.subject", **about, headline=_after_colon(chart.title))
        if chart
        else said.say("mail.subject_plain", **about)
    )
    return Wording(
        said.code,
        subject_of(subject, bool(read.about["demonstration"]), said),
        said.say("mail.kicker"),
        said.say("mail.title", **about),
        tuple(
            each
            for each in (
                first_lines(read, said),
                _decisions(read, said),
                missing(read, said),
                _revised(read, said),
                part(None, *(Sentence((Run(one.text),)) for one in comments), listed=False),
            )
            if each is not None and each.items
        ),
        banner=said.say("report.demonstration") if read.about["demonstration"] else None,
        small=(edition_line(read.reading, str(read.about["timezone"]), said),),
    )


def first_lines(read: DistrictReading, said: Words) -> Part:
    """The first of page one's sentences; decisions have their own place below."""
    told = [one for one in sentences(read, said) if _ABOUT_DECISIONS not in one.kpis]
    return Part(None, tuple(told[:_LINES]))


def missing(read: DistrictReading, said: Words) -> Part:
    """What is missing, and from whom."""
    return _boxed(missing_box(read, said), said.say("mail.missing"))


def _revised(read: DistrictReading, said: Words) -> Part | None:
    """What was revised; a mail is not longer for saying that nothing was."""
    box = revised_box(read, said)
    return _boxed(box) if box.items else None


def _decisions(read: DistrictReading, said: Words) -> Part | None:
    pending = open_decisions(read)
    if not pending:
        return None
    lines = []
    for row in pending[:_DECISIONS]:
        title, due_on = _quotable(str(row["title"])), row.get("due_on")
        if due_on is None:
            lines.append(said.say("mail.decision_undated", title=title))
            continue
        late, year = overdue(read, row), f"{due_on:%Y}" != read.month[:4]
        day = said.day_lapsed(due_on, year=year) if late else said.day_in(due_on, year=year)
        lines.append(
            said.say("mail.decision_late" if late else "mail.decision", title=title, day=day)
        )
    if len(pending) > _DECISIONS:
        lines.append(said.say("mail.decisions_more", count=len(pending) - _DECISIONS))
    return part(said.say("mail.decisions"), *lines)


def _quotable(title: str) -> str:
    """A register's title inside our quotes: no emphasis marks, no full stop, not endless."""
    plain = " ".join(title.replace("*", "").replace("«", "“").replace("»", "”").split()).rstrip(".")
    return plain if len(plain) <= _TITLE else plain[: _TITLE - 2].rsplit(" ", 1)[0] + "…"


def _boxed(box: Box, heading: str | None = None) -> Part:
    lead = (box.lead,) if box.lead else ()
    return Part(heading or box.title, (*lead, *box.items), listed=bool(box.items))


def _programme_mail(reading: Reading, said: Words) -> Wording:
    first = programme(reading, said)[0]
    told = next((each for each in first.blocks if isinstance(each, Sentences)), None)
    about = {"district": said.say("programme.title"), "month": said.month(reading.month)}
    demonstration = any(row["demonstration"] for row in reading.districts.values())
    owed = tuple(
        Sentence.of(f"**{name_of(row, said)}**: {_after_colon(item.text)}")
        for district, row in reading.districts.items()
        for item in missing_box(DistrictReading(reading, district), said).items[:1]
    )
    items = told.items[:_LINES] if told else ()
    chart = next((each for each in first.blocks if isinstance(each, Chart)), None)
    subject = (
        said.say("mail.subject", **about, headline=_after_colon(chart.title))
        if chart
        else said.say("mail.subject_plain", **about)
    )
    return Wording(
        said.code,
        subject_of(subject, demonstration, said),
        said.say("mail.kicker_programme"),
        said.say("mail.title", **about),
        tuple(
            each for each in (Part(None, items), Part(said.say("mail.missing"), owed)) if each.items
        ),
        banner=said.say("report.demonstration") if demonstration else None,
        small=(edition_line(reading, "Europe/Rome", said),),
    )


def with_report(
    mail: Wording, edition: Edition, folder: str, said: Words, postage: Postage
) -> Wording:
    """The mail with its one link, and with the PDF beside it where it is not too large."""
    link = link_to(edition, folder, said, postage)
    pdf = pdf_of(edition.path / folder, said.code)
    if pdf is None:
        return dataclasses.replace(mail, link=link)
    size = size_of(pdf.stat().st_size, said)
    if pdf.stat().st_size > postage.attach_bytes:
        return without_report(dataclasses.replace(mail, link=link), size, said)
    name = f"{folder}-{edition.id}-{pdf.parent.name}.pdf"
    return dataclasses.replace(
        mail,
        link=link,
        small=(said.say("mail.attached", size=size), *mail.small),
        files=(File(name, pdf.read_bytes()),),
    )


def without_report(mail: Wording, size: str, said: Words) -> Wording:
    """The mail that says where the PDF is instead of carrying it."""
    key = "mail.not_attached" if mail.link else "mail.not_attached_unlinked"
    kept = tuple(line for line in mail.small if line != said.say("mail.attached", size=size))
    return dataclasses.replace(mail, small=(said.say(key, size=size), *kept), files=())


def link_to(edition: Edition, folder: str, said: Words, postage: Postage) -> Link | None:
    """The page of a report where editions can be read; None where nobody said where."""
    if postage.links is None:
        return None
    place = f"{postage.links}/{edition.month}/r{edition.revision}"
    page = f"{folder}/{said.code}/report.html"
    if (edition.path / page).is_file():
        return Link(said.say("mail.open"), f"{place}/{page}")
    return Link(said.say("mail.open_index"), f"{place}/index.html")


def pdf_of(folder: Path, code: str) -> Path | None:
    """The report in the reader's language, else in the one there is."""
    others = [each for each in LANGUAGES if each != code]
    places = (folder / each / "report.pdf" for each in (code, *others))
    return next((place for place in places if place.is_file()), None)


def size_of(size: int, said: Words) -> str:
    """«0,6 MB», «312 kB»."""
    if size < 500_000:
        return said.say("mail.size_kb", value=said.number(max(1, size / 1000)))
    return said.say("mail.size_mb", value=said.number(size / 1_000_000, 1))


def edition_line(reading: Reading, zone: str, said: Words) -> str:
    """Which edition this is, and up to when its data are known."""
    about = reading.about
    known = said.day_in(known_day(str(about["known_at"]), zone)).removeprefix("il ")
    return said.say("mail.edition", id=f"{about['month']} r{about['revision']}", day=known)


def name_of(about: Mapping[str, object], said: Words) -> str:
    """A district's name in a language."""
    return str(about[f"name_{said.code}"])


def subject_of(text: str, demonstration: bool, said: Words) -> str:
    """A subject on one line, which says where nothing in it is real."""
    plain = " ".join(text.split())
    return said.say("mail.subject_demonstration", subject=plain) if demonstration else plain


def local_day(moment: str) -> str:
    """The day of a moment where the districts are."""
    return datetime.fromisoformat(moment).astimezone(_ROME).date().isoformat()


def language(code: str, reports: Path) -> Words:
    """The texts of one language."""
    return words(code, reports / "text")


def _after_colon(title: str) -> str:
    """A title that goes on after a colon begins small, unless its first word is an acronym."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
