"""What the district believes to be wrong in providers' data, as its register of corrections says.

Belongs here: the table of what is open, and what counts meanwhile. Does not belong here: values and points, which never
leave the house, and rows that were set aside (`quality.py`).
"""

from __future__ import annotations

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Cell, Column, Table
from pipelines.publishing.rows import Row

_FIRST = ("in_force", "set_aside", "superseded", "answered", "expired", "not_found", "unclear")
"""What changes figures, then what someone has to look at; what is only reported and what is closed come last."""
_HEADS = (("data", 2.2), ("month", 1.1), ("state", 2.6), ("told", 2.2), ("answer", 1.6), ("until", 1.2))  # fmt: skip


def corrections_table(read: DistrictReading, words: Words) -> Table | None:
    """Every entry that is not closed, what changes figures first."""
    rows = [row for row in read.rows("corrections") if row["state"] != "closed"]
    if not rows:
        return None
    heads = tuple(Column(words.say(f"corrections.{name}"), width=wide) for name, wide in _HEADS)
    told = tuple(_row(row, words) for row in sorted(rows, key=_place))
    note = words.say("corrections.note")
    return Table("data-corrections", words.say("corrections.caption"), heads, told, note)


def _place(row: Row) -> tuple[int, str]:
    known = row["state"] in _FIRST
    return (_FIRST.index(row["state"]) if known else len(_FIRST), str(row["correction_id"]))


def _row(row: Row, words: Words) -> tuple[Cell, ...]:
    data = words.named("dataset", row["dataset"]) if row["dataset"] else str(row["about_source"])
    if row["carrier"]:
        data = f"{words.named('carrier', row['carrier'])}, {data}"
    answer = DASH
    if row["answer"]:
        answer = words.named("correction_answer", row["answer"])
        answer += f" ({words.day(row['answered_on'])})" if row["answered_on"] else ""
    return (
        Cell(f"{row['correction_id']}: {data}"),
        Cell(words.month_short(row["month"]) if row["month"] else DASH),
        Cell(words.named("correction_state", row["state"])),
        Cell(_told(row, words)),
        Cell(answer),
        Cell(words.day(row["expires_on"]) if row["expires_on"] else DASH),
    )


def _told(row: Row, words: Words) -> str:
    if row["told_on"] is None:
        return words.say("corrections.not_told")
    letter = words.say("corrections.letter", letter=row["letter"]) if row["letter"] else None
    return ", ".join(filter(None, (row["told"], words.day(row["told_on"]), letter)))
