"""Electricity hour by hour beside the factor of its year, in the section on emissions.

Belongs here: this table and its note. Does not belong here: which months may be told
(`publishing/protecting/hourly_emissions.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Block, Cell, Column, Note, Table
from pipelines.publishing.rows import Row

_DAYS_NAMED = 7
"""More days without factors than a reader would go through are counted; the annex names them all."""


def hourly(read: DistrictReading, words: Words) -> list[Block]:
    """The month and its year, side by side; nothing where no hourly factors were delivered."""
    rows = {row["period"]: row for row in read.rows("hourly_emissions", read.month)}
    if "month" not in rows:
        return []
    if rows["month"]["suppressed"]:
        return [Note(words.say("hourly.hidden"))]
    return [_table([rows[name] for name in ("month", "year") if name in rows], read, words)]


def _table(told: list[Row], read: DistrictReading, words: Words) -> Table:
    lines: tuple[tuple[str, Callable[[Row], str]], ...] = (
        ("covered", lambda row: words.number(row["hourly_kwh"] / 1000, 1)),
        ("share", lambda row: _percent(row["hourly_kwh"], row["electricity_kwh"], words)),
        ("hourly", lambda row: words.number(row["hourly_tco2e"], 1)),
        ("annual", lambda row: words.number(row["annual_tco2e"], 1)),
        ("difference", lambda row: difference(row, words)),
    )
    heads = {"month": words.month(read.month), "year": words.say("hourly.year")}
    return Table(
        "hourly-emissions",
        words.say("hourly.caption"),
        (
            Column(words.say("hourly.what"), width=3),
            *(Column(heads[row["period"]], number=True) for row in told),
        ),
        tuple(
            (Cell(words.say(f"hourly.{name}")), *(Cell(printed(row)) for row in told))
            for name, printed in lines
        ),
        _note(told[0], words),
    )


def _percent(part: Decimal, whole: Decimal, words: Words) -> str:
    return words.percent(100 * part / whole, 1) if whole else DASH


def difference(row: Row, words: Words) -> str:
    """By how much the hours differ from the year, with its sign."""
    value = row["difference_percent"]
    return DASH if value is None else words.percent(value, 1, sign=True)


def _note(row: Row, words: Words) -> str:
    series = words.say(
        "hourly.note", place=row["place"], basis=words.named("hourly_basis", row["basis"])
    )
    return " ".join(part for part in (series, days_without(row, words)) if part)


def days_without(row: Row, words: Words) -> str:
    """The days of a month without factors, by name while they are few."""
    days = [date.fromisoformat(day) for day in row["days"].split()]
    if not days:
        return words.say("hourly.complete")
    if len(days) > _DAYS_NAMED:
        return words.say("hourly.days", count=len(days))
    return words.say("hourly.named", days=words.both([words.day(day) for day in days]))
