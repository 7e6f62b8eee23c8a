"""Sections 7 and 8: governance and social innovation; participation, finance and learning; decisions that are open."""

from __future__ import annotations

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Block, Cell, Column, Heading, Section, Table
from pipelines.publishing.report.sections.decision_review import (
    REGISTERS,
    evidence_table,
    review_table,
    stage_table,
)
from pipelines.publishing.report.sections.kpi_tables import kpi_table
from pipelines.publishing.report.sections.surveys import matched_pairs, surveys
from pipelines.publishing.report.sections.themes import codes_of
from pipelines.publishing.rows import Row

_LISTED = 12


def governance(read: DistrictReading, words: Words) -> Section:
    """The transition team, sandboxes, shared schemes and practices, and the decisions still open."""
    blocks: list[Block] = [
        Heading("governance-lever", words.named("lever", "governance_policy")),
        kpi_table("governance-kpis", codes_of(read, "governance", "technology"), read, words),
    ]
    blocks += [
        table
        for table in (
            _open_table(read, words),
            review_table(read, words),
            stage_table(read, words, REGISTERS),
        )
        if table is not None
    ]
    blocks += [
        Heading("social-lever", words.named("lever", "social_innovation")),
        kpi_table("social-kpis", codes_of(read, "social"), read, words),
    ]
    return Section("governance", words.say("governance.title"), tuple(blocks))


def participation(read: DistrictReading, words: Words) -> Section:
    """Participation, finance and learning."""
    blocks: list[Block] = []
    for theme, lever in (
        ("participation", "democracy_participation"),
        ("finance", "finance_funding"),
        ("learning", "learning_capabilities"),
    ):
        codes = codes_of(read, theme)
        if codes:
            blocks.append(Heading(f"{theme}-lever", words.named("lever", lever)))
            blocks.append(kpi_table(f"{theme}-kpis", codes, read, words))
    pairs = matched_pairs(read, words)
    if pairs is not None:
        blocks.append(pairs)
    blocks += surveys(read, words)
    proven = evidence_table(read, words)
    if proven is not None:
        blocks.append(proven)
    return Section("participation", words.say("participation.title"), tuple(blocks))


def open_decisions(read: DistrictReading) -> list[Row]:
    """Decisions that were open at the end of the month, the first due on top."""
    return sorted(
        (row for row in read.rows("decisions") if row.get("closed_on") is None),
        key=lambda row: (row.get("due_on") is None, str(row.get("due_on")), row["title"]),
    )


def overdue(read: DistrictReading, decision: Row) -> bool:
    """Whether a decision's due day had passed at the edition's cut-off."""
    due_on = decision.get("due_on")
    return due_on is not None and bool(
        due_on.isoformat() < str(read.reading.about["known_at"])[:10]
    )


def _open_table(read: DistrictReading, words: Words) -> Table | None:
    pending = open_decisions(read)
    if not pending:
        return None
    rows = tuple(
        (
            Cell(row["title"]),
            Cell(words.day(row["raised_on"]) if row.get("raised_on") else DASH),
            Cell(
                words.day(row["due_on"]) if row.get("due_on") else DASH,
                note=words.say("governance.overdue") if overdue(read, row) else None,
            ),
        )
        for row in pending[:_LISTED]
    )
    heads = (
        Column(words.say("table.decision"), width=4),
        Column(words.say("table.raised"), width=1.5),
        Column(words.say("table.due"), width=1.5),
    )
    rest = len(pending) - _LISTED
    note = words.say("governance.more", count=rest) if rest > 0 else None
    caption = words.say("governance.open", month=words.month(read.month))
    return Table("decisions", caption, heads, rows, note)
