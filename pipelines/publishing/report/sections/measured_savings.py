"""Section 6, measures: what they save by the meters, beside what was expected, or why that is not known.

Belongs here: this table. Does not belong here: what may be told
(`publishing/protecting/measure_savings.py`), what measures cost (`sections/measures.py`).
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Cell, Column, Table
from pipelines.publishing.report.sections.figures import joined
from pipelines.publishing.rows import Row

_MWH = Decimal(1000)
_YEAR = 12
_HUNDRED = Decimal(100)


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
            saved_cell(row, words),
            expected_cell(row, words),
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


def saved_cell(row: Row, words: Words) -> Cell:
    """What was saved, with its interval."""
    if row["suppressed"]:
        return Cell(words.say("state.suppressed"))
    if not row["months_12m"]:
        return Cell(DASH)
    unsure, _ = _told(row["uncertainty_12m"] or Decimal(0), row, words)
    note = words.say("measures.give_or_take", unsure=unsure)
    return Cell(joined(_told(row["saving_12m"], row, words, sign=True)), note=note)


def _told(value: Decimal, row: Row, words: Words, *, sign: bool = False) -> tuple[str, str]:
    """Energy in MWh, water in cubic metres."""
    if row["unit"] == "m3":
        return words.number(value, 0, sign=sign), "m³"
    return words.number(value / _MWH, 1, sign=sign), "MWh"


def expected_cell(row: Row, words: Words) -> Cell:
    """What the register expects of the same months, and of a whole year whether it came true."""
    if row["suppressed"]:
        return Cell(words.say("state.suppressed"))
    if not row["months_12m"] or row["expected_12m"] is None:
        return Cell(DASH)
    said = joined(_told(row["expected_12m"], row, words, sign=True))
    return Cell(said, note=_verdict(row, words) if row["months_12m"] == _YEAR else None)


def _verdict(row: Row, words: Words) -> str:
    """Below or above what was expected only where the whole interval is."""
    missed = row["expected_12m"] - row["saving_12m"]
    unsure = row["uncertainty_12m"] or Decimal(0)
    if abs(missed) <= unsure:
        return words.say("measures.as_expected")
    share = words.percent(_HUNDRED * row["saving_12m"] / row["expected_12m"], 0)
    return words.say("measures.below" if missed > 0 else "measures.above", share=share)


def _months(row: Row, words: Words) -> str:
    return DASH if row["months_12m"] is None else words.number(row["months_12m"])


def _state(row: Row, words: Words) -> str:
    """Whether the month itself is measured, else why not; that a saving is shared, and how it lasts."""
    said = [_measured_or_why(row, words)]
    if row["shared"]:
        said.append(words.say("measures.shared"))
    if row["persistence"] is not None:
        lasts = words.percent(row["persistence"] * 100, 0)
        said.append(words.say("measures.persists", year=row["reporting_year"], share=lasts))
    if row["drifts"]:
        points = words.number(row["share_change_per_year"] * _HUNDRED, 1, sign=True)
        unsure = words.number(row["share_change_uncertainty"] * _HUNDRED, 1)
        said.append(words.say("measures.drifts", points=points, unsure=unsure))
    return "; ".join(said)


def _measured_or_why(row: Row, words: Words) -> str:
    if row["works_of"] is not None:
        return words.say("measures.works_of", code=row["works_of"])
    return words.say(f"measures.why_{row['reason'] or 'measured'}")
