"""Section 6, measures: what they save by the meters, beside what was expected, or why that is not known.

Belongs here: this table. Does not belong here: what may be told (`publishing/measure_savings.py`), what measures cost
(`sections/measures.py`).
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.document import Cell, Column, Table
from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.rows import Row
from pipelines.publishing.sections.figures import joined

_MWH = Decimal(1000)


def measured_savings(read: DistrictReading, words: Words) -> Table | None:
    """Twelve months by measure and carrier: saving with its interval, what was expected of the same months."""
    rows = sorted(
        read.rows("measure_savings", read.month),
        key=lambda row: (row["measure_id"], row["carrier"]),
    )
    if not rows:
        return None
    names = {row["measure_id"]: str(row["name"]) for row in read.rows("measures", read.month)}
    cells = tuple(
        (
            Cell(
                names.get(row["measure_id"], str(row["measure_id"])),
                note=capital(words.named("carrier", str(row["carrier"]))),
            ),
            _saved(row, words),
            Cell(_expected(row, words)),
            Cell(_months(row, words)),
            Cell(_state(row, words)),
        )
        for row in rows
    )
    heads = (
        Column(words.say("measures.measure"), width=3.2),
        Column(words.say("measures.measured"), number=True, width=1.8),
        Column(words.say("measures.expected"), number=True, width=1.4),
        Column(words.say("measures.months"), number=True, width=0.9),
        Column(words.say("table.state"), width=2.2),
    )
    return Table(
        "measure-savings", words.say("measures.measured_caption"), heads, cells,
        words.say("measures.measured_note"),
    )  # fmt: skip


def _saved(row: Row, words: Words) -> Cell:
    if row["suppressed"]:
        return Cell(words.say("state.suppressed"))
    if not row["months_12m"]:
        return Cell(DASH)
    value = joined((words.number(row["saving_12m_kwh"] / _MWH, 1, sign=True), "MWh"))
    unsure = words.number((row["uncertainty_12m_kwh"] or Decimal(0)) / _MWH, 1)
    return Cell(value, note=words.say("measures.give_or_take", unsure=unsure))


def _expected(row: Row, words: Words) -> str:
    if row["suppressed"]:
        return words.say("state.suppressed")
    if not row["months_12m"] or row["expected_12m_kwh"] is None:
        return DASH
    return joined((words.number(row["expected_12m_kwh"] / _MWH, 1, sign=True), "MWh"))


def _months(row: Row, words: Words) -> str:
    return DASH if row["months_12m"] is None else words.number(row["months_12m"])


def _state(row: Row, words: Words) -> str:
    """Whether the month itself is measured, else why not; that a saving is shared, and how it lasts."""
    said = [words.say(f"measures.why_{row['reason'] or 'measured'}")]
    if row["shared"]:
        said.append(words.say("measures.shared"))
    if row["persistence"] is not None:
        lasts = words.percent(row["persistence"] * 100, 0)
        said.append(words.say("measures.persists", year=row["reporting_year"], share=lasts))
    return "; ".join(said)
