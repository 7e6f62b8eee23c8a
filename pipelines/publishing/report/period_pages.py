"""Whole documents of a quarter or a year: a district's report, which a council adopts, and the programme's.

Belongs here: the order of sections, the head and foot, the resolution. Does not belong here: what a section says, how
a document becomes bytes.
"""

from __future__ import annotations

from typing import Any

from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.periods.reading import DistrictPeriod, PeriodReading
from pipelines.publishing.report.document import (
    Block,
    Cell,
    Column,
    Document,
    Note,
    Section,
    Sentence,
    Sentences,
    Table,
)
from pipelines.publishing.report.pages import LABELS, known_day, licence
from pipelines.publishing.report.sections.figures import amount, joined, printed, there
from pipelines.publishing.report.sections.lead_chart import lead_chart
from pipelines.publishing.report.sections.path import path
from pipelines.publishing.report.sections.period_figures import (
    change,
    figures_by_theme,
    in_period,
    name_of,
    parts_table,
    percent_change,
    period_tiles,
    what_is_missing,
    why_untold,
)
from pipelines.publishing.report.sections.period_nzc import nzc_tables
from pipelines.publishing.report.sections.period_registers import registers
from pipelines.publishing.report.sections.period_sentences import sentences
from pipelines.publishing.report.sections.tiles import headline, short_name
from pipelines.publishing.report.typesetting import typeset

_ROME = "Europe/Rome"


def period_document(whole: PeriodReading, district: str, words: Words) -> Document:
    """A district's report of a quarter or a year; that of a year opens with the resolution that adopts it."""
    of = DistrictPeriod(whole, district)
    row = whole.reading.districts[district]
    annual = whole.period.quarter is None
    period = name_of(whole.period, words)
    sections = [
        *([_adoption(of, words)] if annual else []),
        _summary(of, words),
        path(of.at_end, words),
        figures_by_theme(of, words),
        registers(of, words, period),
        *([nzc_tables(of, words)] if annual else []),
        what_is_missing(of, words),
        _method(whole, words),
    ]
    contact = [part for part in (row.get("contact_name"), row.get("contact_email")) if part]
    return _document(
        whole,
        words,
        f"kicker_{whole.period.kind}",
        str(row[f"name_{words.code}"]),
        tuple(sections),
        demonstration=bool(row["demonstration"]),
        zone=str(row["timezone"]),
        contact=" · ".join(contact),
    )


def period_programme(whole: PeriodReading, words: Words) -> Document:
    """The programme's report of a quarter or a year: districts side by side, never ranked and never added."""
    every = [DistrictPeriod(whole, district) for district in whole.reading.districts]
    return _document(
        whole,
        words,
        f"programme_kicker_{whole.period.kind}",
        words.say("programme.title"),
        (_side_by_side(every, words), _why_not(every, words), _method(whole, words)),
        demonstration=any(row["demonstration"] for row in whole.reading.districts.values()),
        zone=_ROME,
        contact="",
    )


def _document(
    whole: PeriodReading,
    words: Words,
    kicker: str,
    title: str,
    sections: tuple[Section, ...],
    *,
    demonstration: bool,
    zone: str,
    contact: str,
) -> Document:
    about, of = whole.about, whole.about["view_of"]["id"]
    edition = f"{about['period']} r{about['revision']}"
    known = words.day_in(known_day(about["known_at"], zone)).removeprefix("il ")
    view = words.say("periods.view", id=of)
    programme = kicker.startswith("programme")
    document = Document(
        language=words.code,
        kind=f"programme_{whole.period.kind}" if programme else whole.period.kind,
        kicker=words.say(f"periods.{kicker}"),
        title=title,
        subtitle=capital(name_of(whole.period, words)),
        meta=(
            Sentence.of(
                words.say("report.edition", id=edition, status=words.say("status.edition"))
            ),
            Sentence.of(words.say("report.known", day=known)),
            Sentence.of(view),
        ),
        sections=sections,
        footer=tuple(
            Sentence.of(part)
            for part in (words.say("report.footer"), licence(about, words), contact)
            if part
        ),
        labels={
            **{name: str(words.texts[f"report.{name}"]) for name in LABELS},
            "index": words.say("periods.others"),
        },
        demonstration=words.say("report.demonstration") if demonstration else None,
    )
    return typeset(document)


def _adoption(of: DistrictPeriod, words: Words) -> Section:
    """The block a council fills in: who adopts, when, and which edition by its hash."""
    about: Any = of.whole.about
    blank = words.say("periods.adoption_blank")
    row = of.whole.reading.districts[of.district]
    subject = words.say(
        "periods.adoption_subject_value", year=of.period.year, district=row[f"name_{words.code}"]
    )
    base = about["view_of"]
    lines = (
        ("subject", subject),
        ("body", blank),
        ("date", blank),
        ("number", blank),
        ("edition", f"{about['period']}/r{about['revision']}"),
        ("content", about["content"]),
        ("values", about["values_sha256"]),
        ("base", f"{base['id']} {DASH} {base['sha256']}"),
        ("signature", blank),
    )
    table = Table(
        "adoption",
        words.say("periods.adoption_caption"),
        (
            Column(words.say("periods.adoption_item"), width=1),
            Column(words.say("periods.adoption_value"), width=3),
        ),
        tuple(
            (Cell(words.say(f"periods.adoption_{name}")), Cell(str(text))) for name, text in lines
        ),
        words.say("periods.adoption_check", id=f"{about['period']}/r{about['revision']}"),
    )
    lead = Sentences((Sentence.of(words.say("periods.adoption_lead")),))
    return Section("adoption", words.say("periods.adoption"), (lead, table))


def _summary(of: DistrictPeriod, words: Words) -> Section:
    chart, parts = lead_chart(of.at_end, words), parts_table(of, words)
    return Section(
        "summary",
        words.say("periods.summary"),
        (
            Sentences(tuple(sentences(of, words)), ordered=True),
            period_tiles(of, words),
            *([parts] if parts else []),
            *([chart] if chart else []),
        ),
    )


def _method(whole: PeriodReading, words: Words) -> Section:
    later = words.say(
        "periods.method_later",
        month=words.month(whole.period.last),
        now=words.month(whole.reading.month),
    )
    said = [
        words.say("periods.method_view", id=whole.about["view_of"]["id"]),
        *([] if whole.of_last_month else [later]),
        words.say("periods.method_sum"),
        words.say("periods.method_hidden"),
        words.say("periods.method_coverage"),
    ]
    return Section(
        "method", words.say("periods.method"), (Sentences(tuple(map(Sentence.of, said))),)
    )


def _side_by_side(every: list[DistrictPeriod], words: Words) -> Section:
    period = every[0].period
    told = [of for of in every if (row := of.row("ENE01")) and row["value"] is not None]
    names = words.both([_city(of) for of in told])
    said = [
        words.say(
            "periods.programme_summary" if told else "periods.programme_summary_none",
            In_period=capital(in_period(period, words)),
            count=len(told),
            spelled=words.counted(len(told)),
            names=names,
        )
    ]
    moved = [
        by for of in told if (row := of.row("ENE01")) and (by := percent_change(row)) is not None
    ]
    if moved:
        down = sum(by < 0 for by in moved)
        said.append(words.say("periods.programme_down", count=len(moved), down=down))
    blocks: list[Block] = [Sentences(tuple(map(Sentence.of, said)))]
    for code in headline(every[0].today):
        table = _of_districts(code, every, words)
        blocks += [table] if table is not None else []
    blocks.append(Note(words.say("periods.programme_note")))
    return Section("districts", words.say("periods.programme_title"), tuple(blocks))


def _city(of: DistrictPeriod) -> str:
    return str(of.whole.reading.districts[of.district]["city"])


def _of_districts(code: str, every: list[DistrictPeriod], words: Words) -> Table | None:
    rows = []
    for of in every:
        row, kpi = of.row(code), of.declared(code)
        if row is None or not there(row, kpi, of.at_end):
            rows.append((Cell(_city(of)), Cell(DASH), Cell(DASH), Cell(DASH), Cell(DASH)))
            continue
        before = row["value_year_before"]
        was = DASH
        if before is not None:
            was = joined(amount(before, kpi["unit"], int(kpi["decimals"]), words))
        rows.append(
            (
                Cell(_city(of)),
                Cell(printed(row, kpi, of.at_end, words), strong=True),
                Cell(was),
                Cell(change(row, kpi, words) or words.say("state.not_comparable")),
                Cell(row["grade"] or DASH),
            )
        )
    kpi = every[0].declared(code)
    heads = (
        Column(words.say("table.district"), width=1.4),
        Column(words.say("periods.value"), number=True, width=1.3),
        Column(words.say("periods.year_before"), number=True, width=1.3),
        Column(words.say("periods.change"), number=True, width=1.3),
        Column(words.say("table.grade"), width=0.6),
    )
    name = f"{short_name(code, kpi, words)} ({code})"
    caption = words.say("periods.programme_kpi", name=name, period=name_of(every[0].period, words))
    return Table(f"districts-{code.lower()}", caption, heads, tuple(rows))


def _why_not(every: list[DistrictPeriod], words: Words) -> Section:
    """Each district's headline figures that have no value or nothing to compare with, and why."""
    rows = []
    for of in every:
        for code in headline(of.today):
            row, kpi = of.row(code), of.declared(code)
            if row is None:
                continue
            if not there(row, kpi, of.at_end):
                rows.append((_city(of), code, why_untold(row, kpi, words)))
            elif row["why_not_comparable"]:
                why = words.say(f"periods.why_{row['why_not_comparable']}").removeprefix("; ")
                rows.append((_city(of), code, capital(why)))
    heads = (
        Column(words.say("table.district"), width=1),
        Column(words.say("table.code"), width=0.7),
        Column(words.say("periods.reason"), width=4),
    )
    lines = tuple(tuple(Cell(text) for text in row) for row in rows)
    title = words.say("periods.programme_why")
    blocks: tuple[Block, ...] = (Table("why", title, heads, lines),) if lines else ()
    return Section("why", title, blocks)
