"""What was decided, in front of which figures, and what has happened since; how far things are; what is proven.

Belongs here: the tables of sections 7 and 8 that registers alone make. Does not belong here: KPI tables (`figures.py`),
what may be compared (`publishing/comparing/decision_log.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Cell, Column, Table
from pipelines.publishing.report.sections.figures import amount, joined, places
from pipelines.publishing.rows import Row

_LISTED = 8
STAGES = ("not_started", "planning", "under_way", "complete", "not_told")
REGISTERS = ("cdtt_decisions", "policy_sandboxes", "shared_priorities", "finance_barriers")
"""Registers whose items have a stage, in the order of the levers."""


def review_table(read: DistrictReading, words: Words) -> Table | None:
    """Decisions that are due for review, with the figures they rested on, then and now; the longest due on top."""
    due = [row for row in read.rows("decision_log", read.month) if row["review_due"]]
    if not due:
        return None
    due.sort(key=lambda row: (row["review_on"], row["decision_id"], row["kpi_code"] or ""))
    decided = [list(rows) for _, rows in groupby(due, key=lambda row: row["decision_id"])]
    rows = [
        _review_row(row, read, words, first=not at)
        for rows in decided[:_LISTED]
        for at, row in enumerate(rows)
    ]
    heads = (
        Column(words.say("table.decision"), width=3.2),
        Column(words.say("review.review"), width=1.4),
        Column(words.say("review.stage"), width=1.8),
        Column(words.say("table.indicator"), width=2.4),
        Column(words.say("review.then"), number=True, width=1.6),
        Column(words.say("review.now"), number=True, width=1.6),
        Column(words.say("review.change"), number=True, width=1.6),
    )
    rest = len(decided) - _LISTED
    note = words.say("governance.more", count=rest) if rest > 0 else None
    caption = words.say("review.caption", month=words.month(read.month))
    return Table("decisions-to-review", caption, heads, tuple(rows), note)


def _review_row(row: Row, read: DistrictReading, words: Words, *, first: bool) -> tuple[Cell, ...]:
    edition = row["edition_seen"]
    seen = words.say("review.seen", edition=edition) if edition else words.say("review.not_seen")
    return (
        Cell(row["title"], note=f"{row['decision_id']}; {seen}")
        if first
        else Cell(row["decision_id"]),
        Cell(words.day(row["review_on"]) if first else ""),
        Cell(words.named("lever_stage", row["stage"] or "not_told") if first else ""),
        _indicator(row, read, words),
        Cell(_amount(row, "then", read, words)),
        Cell(_amount(row, "now", read, words)),
        _change(row, read, words),
    )


def _indicator(row: Row, read: DistrictReading, words: Words) -> Cell:
    code = row["kpi_code"]
    if code is None:
        return Cell(DASH)
    if code not in read.reading.kpis:
        return Cell(code)
    return Cell(str(read.declared(code)[f"name_{words.code}"]), note=code)


def _amount(row: Row, when: str, read: DistrictReading, words: Words) -> str:
    """The value, or the counts that stand for a share of few cases."""
    value, code = row[f"value_{when}"], row["kpi_code"]
    if row["suppressed"]:
        return words.say("state.suppressed")
    if value is not None and code in read.reading.kpis:
        kpi = read.declared(code)
        return joined(amount(value, row["unit"], places(value, kpi), words))
    done, whole = row[f"numerator_{when}"], row[f"denominator_{when}"]
    if done is None or whole is None:
        return DASH
    return words.say("tiles.counts", done=words.number(done), all=words.number(whole))


def _change(row: Row, read: DistrictReading, words: Words) -> Cell:
    if row["change"] is None:
        why = row["reason"]
        return Cell(DASH, note=words.named("review_reason", why) if why else None)
    if row["unit"] == "%":
        return Cell(words.points(row["change"]))
    kpi = read.declared(row["kpi_code"])
    decimals = places(row["value_now"], kpi)
    return Cell(joined(amount(row["change"], row["unit"], decimals, words, sign=True)))


def stage_table(read: DistrictReading, words: Words, registers: Iterable[str]) -> Table | None:
    """How many items of each register are how far, and how many are late: two things side by side."""
    found = {(row["dataset"], row["stage"]): row for row in read.rows("lever_stages", read.month)}
    told = [name for name in registers if any(name == dataset for dataset, _ in found)]
    if not told:
        return None
    rows = tuple(
        (
            Cell(words.named("stage_of", name)),
            *(Cell(_count(found.get((name, stage)), "items", words)) for stage in STAGES),
            Cell(_sum(found, name, "on_time", words)),
            Cell(_sum(found, name, "late", words)),
        )
        for name in told
    )
    heads = (
        Column(words.say("review.register"), width=2.6),
        *(Column(words.named("lever_stage", stage), number=True) for stage in STAGES),
        Column(words.say("review.on_time"), number=True),
        Column(words.say("review.late"), number=True),
    )
    caption = words.say("review.stages", month=words.month(read.month))
    return Table(f"stages-{told[0]}", caption, heads, rows, words.say("review.stages_note"))


def _count(row: Row | None, column: str, words: Words) -> str:
    return words.number(row[column]) if row is not None else "0"


def _sum(found: dict[tuple[str, str], Row], register: str, column: str, words: Words) -> str:
    return words.number(sum(row[column] for (name, _), row in found.items() if name == register))


def evidence_table(read: DistrictReading, words: Words) -> Table | None:
    """What each register says has been, and how much of it a document proves; the least proven on top."""
    rows = read.rows("register_evidence", read.month)
    if not rows:
        return None
    rows = sorted(rows, key=lambda row: (row["evidence_share"], row["dataset"]))
    heads = (
        Column(words.say("review.register"), width=3),
        Column(words.say("review.claims"), number=True),
        Column(words.say("review.proven"), number=True),
        Column(words.say("review.share"), number=True),
        Column(words.say("review.referenced"), number=True),
    )
    told = tuple(
        (
            Cell(capital(words.named("dataset", row["dataset"]))),
            Cell(words.number(row["claims"])),
            Cell(words.number(row["proven"])),
            Cell(words.share(row["evidence_share"])),
            Cell(words.number(row["referenced"])),
        )
        for row in rows
    )
    caption = words.say("review.evidence", month=words.month(read.month))
    return Table("evidence", caption, heads, told, words.say("review.evidence_note"))
