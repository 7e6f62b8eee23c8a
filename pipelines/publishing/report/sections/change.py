"""Why twelve months of emissions differ from the twelve before: a chart of the parts, or why it cannot be told.

Belongs here: the words and the order of the parts. Does not belong here: the split (the warehouse), what may be told
(`publishing/protecting/change_parts.py`).
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.protecting.change_parts import ORDER
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.chart_data import Step, WaterfallData
from pipelines.publishing.report.document import Block, Cell, Chart, Column, Note, Table
from pipelines.publishing.report.sections.figures import joined
from pipelines.publishing.rows import Row

_ABOUT_DATA = ("coverage", "boundary", "not_separable", "hidden")
"""Parts that say nothing good or bad: they take no colour."""


def year_of_change(read: DistrictReading, words: Words) -> list[Block]:
    """The parts of the change of twelve-month emissions; nothing where there is no year before."""
    rows = {
        row["part"]: row
        for row in read.rows("change_parts", read.month)
        if row["measure"] == "emissions" and row["period"] == "year"
    }
    if not rows or any(row["from_value"] is None for row in rows.values()):
        return []
    parts = [rows[name] for name in ORDER if name in rows]
    whole = parts[0]["to_value"] - parts[0]["from_value"]
    told = [row for row in [*parts, *_together(parts, whole)] if row["value"]]
    note = [Note(words.say("change.hidden"))] if any(row["suppressed"] for row in parts) else []
    if not told or words.number(whole) == "0":
        return [_table(parts, words), *note]
    unit = words.named("unit", "tCO2e")
    total = Step(words.say("change.total"), float(whole), words.number(whole, sign=True), "brand")
    data = WaterfallData(tuple(_step(row, words) for row in told), total)
    alt = words.say(
        "change.alt",
        total=joined((words.number(whole, sign=True), unit)),
        parts=words.both(
            [f"{_name(row, words)} {words.number(row['value'], sign=True)}" for row in told]
        ),
    )
    return [
        Chart(
            "emissions-change",
            _title(whole, told, words),
            words.say("change.subtitle"),
            alt,
            data,
            _table(parts, words),
            _missing(parts, words),
        ),
        *note,
    ]


def _together(parts: list[Row], whole: Decimal) -> list[Row]:
    """What the hidden parts are together: the change and the open ones say it anyway."""
    if not any(row["suppressed"] for row in parts):
        return []
    shown = sum((row["value"] for row in parts if row["value"] is not None), Decimal(0))
    return [{"part": "hidden", "value": whole - shown, "reason": None}]


def _name(row: Row, words: Words) -> str:
    return words.named("change_part", row["part"])


def _step(row: Row, words: Words) -> Step:
    value = row["value"]
    plain = row["part"] in _ABOUT_DATA
    look = "grey" if plain else "red" if value > 0 else "green"
    return Step(_name(row, words), float(value), words.number(value, sign=True), look)


def _title(whole: Decimal, told: list[Row], words: Words) -> str:
    """How much, and which part moved most of it in the same direction."""
    same = [row for row in told if (row["value"] < 0) == (whole < 0)]
    most = max(same, key=lambda row: abs(row["value"]))
    way = "down" if whole < 0 else "up"
    # "Most" is more than half of the change; less than that is only the largest part.
    key = way if abs(most["value"]) * 2 > abs(whole) else f"{way}_first"
    value = joined((words.number(abs(whole)), words.named("unit", "tCO2e")))
    return words.say(f"change.{key}", value=value, why=words.named("change_why", most["part"]))


def _table(parts: list[Row], words: Words) -> Table:
    start, end = parts[0]["from_value"], parts[0]["to_value"]
    rows = [(Cell(words.say("change.before")), Cell(words.number(start)), Cell(""))]
    rows += [
        (Cell(_name(row, words)), Cell(_printed(row, words)), Cell(_why(row, words)))
        for row in parts
    ]
    rows.append((Cell(words.say("change.now"), strong=True), Cell(words.number(end)), Cell("")))
    heads = (
        Column(words.say("change.part"), width=2.4),
        Column(words.named("unit", "tCO2e"), number=True),
        Column(words.say("change.known"), width=3),
    )
    return Table("emissions-change-table", words.say("change.caption"), heads, tuple(rows))


def _printed(row: Row, words: Words) -> str:
    if row["suppressed"]:
        return words.say("state.suppressed")
    return DASH if row["value"] is None else words.number(row["value"], sign=True)


def _why(row: Row, words: Words) -> str:
    if row["suppressed"] or row["reason"] is None:
        return ""
    return words.named("change_reason", row["reason"])


def _missing(parts: list[Row], words: Words) -> str | None:
    """What would have to be known for all of it to be told apart."""
    rest = next((row for row in parts if row["part"] == "not_separable"), None)
    if rest is None or not rest["value"]:
        return None
    reasons = {row["reason"] for row in parts if row["reason"]}
    wanted = [words.named("change_needs", reason) for reason in sorted(reasons)]
    return words.say("change.needs", needs=words.both(wanted)) if wanted else None
