"""What a council decides on: decisions taken in a period, measures finished in it, and what falls due after it.

Belongs here: these lists. Does not belong here: sentences, figures of KPIs.
"""

from __future__ import annotations

from datetime import date

from pipelines.publishing.language import DASH, Words, rounded
from pipelines.publishing.periods.reading import DistrictPeriod
from pipelines.publishing.report.document import Block, Cell, Column, Note, Section, Table
from pipelines.publishing.report.sections.figures import amount, joined
from pipelines.publishing.rows import Row

_AHEAD = 1
"""Years after a period whose milestones are listed."""


def closed_in(of: DistrictPeriod) -> list[Row]:
    """Decisions that were closed within the period, oldest first."""
    found = [
        row
        for row in of.today.rows("decisions_taken")
        if row["closed_on"] is not None and of.period.start <= row["closed_on"] < of.period.end
    ]
    return sorted(found, key=lambda row: (row["closed_on"], row["decision_id"]))


def finished_in(of: DistrictPeriod) -> list[Row]:
    """Measures that were completed within the period."""
    found = [
        row
        for row in of.today.rows("measures", of.today.month)
        if row["status"] == "completed"
        and row["ends_on"] is not None
        and of.period.start <= row["ends_on"] < of.period.end
    ]
    return sorted(found, key=lambda row: (row["ends_on"], row["measure_id"]))


def registers(of: DistrictPeriod, words: Words, period: str) -> Section:
    """Decisions, measures, milestones."""
    blocks: list[Block] = [
        _decisions(of, words, period),
        _measures(of, words, period),
        _milestones(of, words),
        Note(words.say("periods.as_of_edition", month=words.month(of.today.month))),
    ]
    return Section("registers", words.say("periods.registers"), tuple(blocks))


def _decisions(of: DistrictPeriod, words: Words, period: str) -> Block:
    if not of.whole.reading.table("decisions_taken"):
        return Note(words.say("periods.decisions_absent"))
    rows = tuple(
        (
            Cell(str(row["title"])),
            Cell(str(row["body"] or DASH)),
            Cell(words.day(row["closed_on"], year=of.period.quarter is not None)),
            Cell(words.named("periods.outcome_of", row["outcome"])),
            Cell(words.named("periods.timeliness_of", row["timeliness"]) or DASH),
        )
        for row in closed_in(of)
    )
    if not rows:
        return Note(words.say("periods.decisions_none"))
    heads = (
        Column(words.say("periods.decision"), width=3.4),
        Column(words.say("periods.adoption_body"), width=1.4),
        Column(words.say("periods.closed"), width=1.3),
        Column(words.say("periods.outcome")),
        Column(words.say("periods.timely"), width=1.3),
    )
    caption = words.say("periods.decisions_caption", period=period)
    return Table("decisions-taken", caption, heads, rows)


def _measures(of: DistrictPeriod, words: Words, period: str) -> Block:
    rows = tuple(
        (
            Cell(str(row["name"])),
            Cell(str(row["owner"] or DASH)),
            Cell(words.day(row["ends_on"])),
            Cell(_abatement(row, words)),
        )
        for row in finished_in(of)
    )
    if not rows:
        return Note(words.say("periods.measures_none"))
    heads = (
        Column(words.say("periods.measure"), width=3),
        Column(words.say("periods.owner"), width=2),
        Column(words.say("periods.ended"), width=1.3),
        Column(words.say("periods.abatement"), number=True, width=1.3),
    )
    return Table(
        "measures-finished", words.say("periods.measures_caption", period=period), heads, rows
    )


def _abatement(row: Row, words: Words) -> str:
    if row["suppressed"]:
        return words.say("periods.confidential")
    value = row["annual_abatement_tco2e"]
    return DASH if value is None else words.number(value)


def _milestones(of: DistrictPeriod, words: Words) -> Block:
    """Ends of works and projects, decisions due and targets of the chain, in the twelve months that follow."""
    first = of.period.end
    last = date(first.year + _AHEAD, first.month, 1)
    dated = sorted(
        (day, text)
        for day, text in (*_ends(of, words), *_due(of, words))
        if day is not None and first <= day < last
    )
    rows = [(Cell(words.day(day)), Cell(text)) for day, text in dated]
    rows += [(Cell(str(last.year - 1)), Cell(text)) for text in _targets(of, words, last.year - 1)]
    if not rows:
        return Note(words.say("periods.milestones_none"))
    following = (
        words.say("periods.of_year", year=of.period.year + 1)
        if of.period.quarter is None
        else words.say("periods.of_rest")
    )
    heads = (
        Column(words.say("periods.when"), width=1),
        Column(words.say("periods.what"), width=4),
    )
    caption = words.say("periods.milestones_caption", of_year=following)
    return Table("next", caption, heads, tuple(rows))


def _ends(of: DistrictPeriod, words: Words) -> list[tuple[date | None, str]]:
    """Works and projects, also those that have ended since the period: their day was a milestone of it."""
    month = of.today.month
    return [
        *(
            (row["ends_on"], words.say("periods.milestone_measure", name=row["name"]))
            for row in of.today.rows("measures", month)
        ),
        *(
            (row["planned_end"], words.say("periods.milestone_project", name=row["title"]))
            for row in of.today.rows("projects", month)
            if row["title"]
        ),
    ]


def _due(of: DistrictPeriod, words: Words) -> list[tuple[date | None, str]]:
    return [
        (row["due_on"], words.say("periods.milestone_decision", name=row["title"]))
        for row in of.today.rows("decisions", of.today.month)
        if row["closed_on"] is None
    ]


def _targets(of: DistrictPeriod, words: Words, year: int) -> list[str]:
    """Targets of the chain that hold in a year."""
    told = []
    for link in of.today.rows("theory_links", of.today.month):
        target = link.get(f"target_{year}")
        if target is None or link["kpi_code"] not in of.whole.reading.kpis:
            continue
        kpi = of.declared(link["kpi_code"])
        decimals = 0 if target == rounded(target, 0) else int(kpi["decimals"])
        value = joined(amount(target, kpi["unit"], decimals, words))
        name = str(link[f"to_{words.code}"])
        text = words.say("periods.milestone_target", kpi=link["kpi_code"], name=name, value=value)
        told.append(text)
    return list(dict.fromkeys(told))
