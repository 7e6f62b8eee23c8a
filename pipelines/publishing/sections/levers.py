"""Sections 7 and 8: governance and social innovation; participation, finance and learning; decisions that are open."""

from __future__ import annotations

from pipelines.publishing.document import Block, Cell, Column, Heading, Section, Table
from pipelines.publishing.language import DASH, Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.sections.figures import kpi_table
from pipelines.publishing.sections.themes import codes_of


def governance(read: DistrictReading, words: Words) -> Section:
    """The transition team, sandboxes, shared schemes and practices, and the decisions still open."""
    blocks: list[Block] = [
        Heading("governance-lever", words.named("lever", "governance_policy")),
        kpi_table("governance-kpis", codes_of(read, "governance", "technology"), read, words),
    ]
    pending = open_decisions(read, words)
    if pending is not None:
        blocks.append(pending)
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
    return Section("participation", words.say("participation.title"), tuple(blocks))


def open_decisions(read: DistrictReading, words: Words) -> Table | None:
    """Decisions that nobody has closed yet, the first due on top."""
    pending = sorted(
        (row for row in read.rows("decisions") if row.get("closed_on") is None),
        key=lambda row: (row.get("due_on") is None, str(row.get("due_on")), row["title"]),
    )
    if not pending:
        return None
    rows = tuple(
        (
            Cell(row["title"]),
            Cell(words.day(row["raised_on"]) if row.get("raised_on") else DASH),
            Cell(words.day(row["due_on"]) if row.get("due_on") else DASH),
        )
        for row in pending[:12]
    )
    heads = (
        Column(words.say("table.decision"), width=4),
        Column(words.say("table.raised"), width=1.5),
        Column(words.say("table.due"), width=1.5),
    )
    return Table("decisions", words.say("governance.open"), heads, rows)
