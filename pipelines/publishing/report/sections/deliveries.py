"""What arrived for a district and what did not: files by dataset, sources that are behind, what is not collected.

Belongs here: tables of the section on quality about deliveries as a whole. Does not belong here: grades and rows that
were set aside (`quality.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Block, Cell, Column, Note, Table
from pipelines.publishing.report.sections.gaps import gaps
from pipelines.publishing.rows import Row


def deliveries(read: DistrictReading, words: Words) -> Block:
    """Files by dataset: how many came, how many were refused, when the last good one came."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in read.rows("deliveries"):
        found[row["dataset"]].append(row)
    if not found:
        return Note(words.say("quality.no_deliveries"))
    newest = _newest(read)
    rows = []
    for dataset, files in sorted(found.items(), key=lambda item: words.named("dataset", item[0])):
        good = [
            row["received_at"]
            for row in files
            if row["outcome"] == "accepted" and row["received_at"]
        ]
        rows.append(
            (
                Cell(capital(words.named("dataset", dataset))),
                Cell(words.number(sum(row["outcome"] == "accepted" for row in files))),
                Cell(words.number(sum(row["outcome"] in ("refused", "error") for row in files))),
                Cell(_together(files, "rows_accepted", words)),
                Cell(_together(files, "rows_quarantined", words)),
                Cell(words.day(max(good).date()) if good else DASH),
                Cell(words.month_short(newest[dataset]) if good and newest.get(dataset) else DASH),
            )
        )
    heads = (
        Column(words.say("table.dataset"), width=2.6),
        Column(words.say("quality.files"), number=True),
        Column(words.say("quality.refused"), number=True),
        Column(words.say("quality.accepted"), number=True),
        Column(words.say("quality.quarantined"), number=True),
        Column(words.say("quality.last"), width=1.6),
        Column(words.say("quality.newest"), width=1.2),
    )
    late = [row for row in read.rows("source_freshness", read.month) if row["stale"]]
    note = words.say("quality.stale", sources=words.both([_late(row, words) for row in late]))
    return Table(
        "deliveries", words.say("quality.deliveries"), heads, tuple(rows), note if late else None
    )


def not_collected(read: DistrictReading, words: Words) -> Table | None:
    """What the district declares as not collected, why, and who holds it."""
    declared = {gap.dataset: gap for gap in gaps(read) if gap.why(words.code)}
    if not declared:
        return None
    rows = tuple(
        (
            Cell(capital(words.named("dataset", dataset))),
            Cell(gap.why(words.code) or DASH),
            Cell(gap.who or words.say("boxes.nobody")),
        )
        for dataset, gap in declared.items()
    )
    heads = (
        Column(words.say("table.dataset"), width=1.6),
        Column(words.say("quality.why_not"), width=4),
        Column(words.say("quality.who_holds"), width=2),
    )
    return Table("not-collected", words.say("quality.not_collected"), heads, rows)


def _together(files: Sequence[Row], column: str, words: Words) -> str:
    """Rows of all files; a dash where one of them counts people that are hidden."""
    return (
        DASH
        if any(row["outcome"] == "accepted" and row[column] is None for row in files)
        else words.number(sum(row[column] or 0 for row in files))
    )


def _newest(read: DistrictReading) -> dict[str, str]:
    """Up to which month each dataset speaks; sources that lag behind are told below."""
    found: dict[str, str] = {}
    for row in read.rows("source_freshness", read.month):
        if row["newest_month"] is not None:
            found[row["dataset"]] = max(row["newest_month"], found.get(row["dataset"], ""))
    return found


def _late(row: Row, words: Words) -> str:
    """«water (letture dei contatori): dati fino a luglio 2026», «… : mai arrivati»."""
    until = row["newest_month"]
    told = (
        words.say("quality.until", month=words.month(until))
        if until
        else words.say("quality.no_data")
    )
    return f"{row['source_id']} ({words.named('dataset', row['dataset'])}): {told}"
