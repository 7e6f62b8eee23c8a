"""Sections 7 and 8: governance and social innovation; participation, finance and learning; decisions that are open.

Belongs here: which figures of the levers stand on these two pages, and the decisions that wait. Does not belong here:
the Theory of Change (`theory.py`), surveys (`surveys.py`), what was decided before (`decision_review.py`).
"""

from __future__ import annotations

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Block, Cell, Column, Section, Table
from pipelines.publishing.report.sections.decision_review import (
    REGISTERS,
    evidence_table,
    review_table,
    stage_table,
)
from pipelines.publishing.report.sections.kpi_tables import (
    behind_page,
    lever_table,
    named,
    of_themes,
    on_page,
)
from pipelines.publishing.report.sections.surveys import matched_pairs, surveys_behind, surveys_told
from pipelines.publishing.report.sections.theory import chain_drawn, links_to_look_at, theory_behind
from pipelines.publishing.rows import Row

_LISTED = 8


def governance(read: DistrictReading, words: Words) -> Section:
    """Levers 2 and 3: the transition team, sandboxes, shared schemes, and what they are to lead to."""
    codes = of_themes(read, "technology", "governance", "social")
    shown = on_page(codes, read)
    stages = stage_table(read, words, REGISTERS)
    drawn = chain_drawn(read, words)
    blocks: list[Block] = [lever_table("governance-kpis", shown, read, words), *drawn]
    # Where no chain takes the page, how far things are has room on it.
    blocks += [stages] if stages is not None and not drawn else []
    return Section(
        "governance",
        words.say("governance.title"),
        tuple(blocks),
        (
            *behind_page("governance-kpis", codes, shown, read, words),
            *theory_behind(read, words),
            *named(
                "review",
                words.say("review.behind"),
                [review_table(read, words)],
                "registro decisioni",
            ),
            *named(
                "stages",
                words.say("review.stages_behind"),
                [stages] if drawn else [],
                "fasi",
            ),
        ),
    )


def participation(read: DistrictReading, words: Words) -> Section:
    """Levers 4 to 6: participation, finance and learning; links that wait for somebody, decisions that are due."""
    codes = of_themes(read, "participation", "finance", "learning")
    shown = on_page(codes, read)
    blocks: list[Block | None] = [
        _open_table(read, words),
        lever_table("participation-kpis", shown, read, words),
        matched_pairs(read, words),
        links_to_look_at(read, words),
        *surveys_told(read, words),
    ]
    return Section(
        "participation",
        words.say("participation.title"),
        tuple(block for block in blocks if block is not None),
        (
            *behind_page("participation-kpis", codes, shown, read, words),
            *surveys_behind(read, words),
            *named(
                "evidence",
                words.say("review.evidence_behind"),
                [evidence_table(read, words)],
                "prove",
            ),
        ),
    )


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
        Column(words.say("table.due"), width=2.2),
    )
    rest = len(pending) - _LISTED
    note = words.say("governance.more", count=rest) if rest > 0 else None
    caption = words.say("governance.open", month=words.month(read.month))
    return Table("decisions", caption, heads, rows, note)
