"""Who waits for what, over all districts: data that are owed, decisions that are due, links and figures behind.

Belongs here: these tables of the programme's report. Does not belong here: what kind of gap a row is (`gaps.py`), how a
link stands (`theory.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.chains import chain_of
from pipelines.publishing.report.document import Box, Boxes, Cell, Column, Note, Sentence, Table
from pipelines.publishing.report.sections.figures import (
    against_target,
    printed,
    status_of,
    target_text,
)
from pipelines.publishing.report.sections.gaps import due, gaps, since
from pipelines.publishing.report.sections.levers import open_decisions, overdue
from pipelines.publishing.report.sections.side_by_side import city
from pipelines.publishing.rows import Row

_DECISIONS, _URGENT = 10, 4
_LINKS = 2
"""Links behind that each district has room for."""


def urgent(reads: Sequence[DistrictReading], words: Words) -> Boxes:
    """Page one: decisions whose day has passed, and what has been missing for longest."""
    late = [(read, row) for read, row in _pending(reads) if overdue(read, row)]
    told = [
        words.say(
            "waiting.late_line",
            city=city(read),
            title=row["title"],
            day=words.day_in(row["due_on"], year=False),
        )
        for read, row in late
    ]
    missing = sorted(
        ((gap.since, city(read), read, gap) for read in reads for gap in gaps(read)),
        key=lambda each: each[:2],
    )
    lacking = [
        words.say(
            "waiting.owed_line",
            city=name,
            what=words.named("dataset", gap.dataset),
            since=since(read, gap, words),
            who=gap.who or words.say("boxes.nobody"),
        )
        for _, name, read, gap in missing
    ]
    return Boxes(
        (
            _box("late", told, words.say("waiting.none_late"), words),
            _box("longest", lacking, words.say("boxes.missing_none"), words),
        )
    )


def _box(key: str, told: Sequence[str], nothing: str, words: Words) -> Box:
    title = words.say(f"waiting.{key}")
    if not told:
        return Box(title, Sentence.of(nothing))
    items = list(told[:_URGENT])
    if len(told) > _URGENT:
        items.append(words.say("waiting.and_more", count=len(told) - _URGENT))
    return Box(title, None, tuple(Sentence.of(text) for text in items))


def _pending(reads: Sequence[DistrictReading]) -> list[tuple[DistrictReading, Row]]:
    """Open decisions that have a due date, the first due on top."""
    found = [(read, row) for read in reads for row in open_decisions(read) if row.get("due_on")]
    return sorted(found, key=lambda each: (each[1]["due_on"], each[1]["title"]))


def off_target(reads: Sequence[DistrictReading], words: Words) -> Table | Note:
    """Every figure that is judged and off its target."""
    rows = []
    for read in reads:
        for code, kpi in read.reading.kpis.items():
            row = read.kpi(code)
            if row is None or row["signal"] not in ("amber", "red"):
                continue
            rows.append(
                (
                    Cell(city(read)),
                    Cell(str(kpi[f"name_{words.code}"]), note=code),
                    Cell(printed(row, kpi, read, words)),
                    Cell(target_text(row, kpi, words)),
                    Cell(against_target(row, kpi, words) or DASH),
                    Cell("", status=status_of(row, read, words)),
                )
            )
    if not rows:
        return Note(words.say("waiting.none_off"))
    heads = (
        Column(words.say("table.district"), width=1),
        Column(words.say("table.indicator"), width=3),
        Column(words.say("table.value"), number=True, width=1.4),
        Column(words.say("waiting.asked"), number=True, width=1.4),
        Column(words.say("waiting.away"), number=True, width=1.6),
        Column(words.say("table.status"), width=1.4),
    )
    return Table("off-target", words.say("waiting.off"), heads, tuple(rows))


def owed(reads: Sequence[DistrictReading], words: Words) -> Table | Note:
    """What is missing in each district, since when, and who can send it."""
    rows = tuple(
        (
            Cell(city(read)),
            Cell(capital(words.named("dataset", gap.dataset)), note=gap.why(words.code)),
            Cell(capital(since(read, gap, words))),
            Cell(gap.who or words.say("boxes.nobody")),
            Cell(due(read, gap, words)),
        )
        for read in reads
        for gap in gaps(read)
    )
    if not rows:
        return Note(words.say("boxes.missing_none"))
    heads = (
        Column(words.say("table.district"), width=1),
        Column(words.say("waiting.what"), width=3.4),
        Column(words.say("waiting.since"), width=1.5),
        Column(words.say("waiting.who"), width=2.2),
        Column(words.say("waiting.when"), width=2),
    )
    return Table("owed", words.say("waiting.owed"), heads, rows)


def decisions_due(reads: Sequence[DistrictReading], words: Words) -> Table | Note:
    """Open decisions of all transition teams, the first due on top."""
    pending = _pending(reads)
    if not pending:
        return Note(words.say("waiting.none_open"))
    rows = tuple(
        (
            Cell(city(read)),
            Cell(row["title"]),
            Cell(words.day(row["due_on"])),
            Cell(words.say("governance.overdue") if overdue(read, row) else DASH),
        )
        for read, row in pending[:_DECISIONS]
    )
    heads = (
        Column(words.say("table.district"), width=1),
        Column(words.say("table.decision"), width=4.6),
        Column(words.say("table.due"), width=1.8),
        Column(words.say("table.status"), width=1),
    )
    rest = len(pending) - _DECISIONS
    note = words.say("waiting.more_decisions", count=rest) if rest > 0 else None
    return Table("decisions-due", words.say("waiting.decisions"), heads, rows, note)


def links_behind(reads: Sequence[DistrictReading], words: Words) -> Table | None:
    """Links of the Theories of Change that are behind, with the office whose move it is."""
    rows, more = [], 0
    for read in reads:
        chain = chain_of(read)
        behind = [link for link in chain.links if link["status"] == "behind"] if chain else []
        more += max(0, len(behind) - _LINKS)
        rows += [
            (
                Cell(city(read)),
                Cell(f"{link[f'from_{words.code}']} → {link[f'to_{words.code}']}"),
                Cell(str(link["kpi_code"])),
                Cell(str(chain.nodes[link["to_node"]]["owner"]) if chain else DASH),
            )
            for link in behind[:_LINKS]
        ]
    if not rows:
        return None
    heads = (
        Column(words.say("table.district"), width=1),
        Column(words.say("theory.link"), width=5),
        Column(words.say("table.indicator"), width=1),
        Column(words.say("theory.owner"), width=2),
    )
    note = words.say("waiting.more_links", count=more) if more else None
    return Table("links-behind", words.say("waiting.links"), heads, tuple(rows), note)
