"""How forecasts of a year ahead came out, beside saying that nothing would change.

Belongs here: the line and the table under the path. Does not belong here: the forecasts themselves (the warehouse).
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.language import Words
from pipelines.publishing.months import shifted
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Block, Cell, Column, Note, Table
from pipelines.publishing.rows import Row

_LISTED = 12


def backtest(read: DistrictReading, words: Words) -> list[Block]:
    """What editions foresaw and what came; where none is a year old yet, the same worked out from today's data."""
    made = [row for row in read.rows("emission_forecasts") if row["horizon_months"] == 12]
    if not made:
        return []
    published = [row for row in read.rows("forecasts_kept") if row["fact_tco2e"] is not None]
    again = [row for row in made if row["fact_tco2e"] is not None]
    rows = published or again
    if not rows:
        first = min(row["month"] for row in made)
        return [Note(words.say("backtest.none", of_month=words.month(shifted(first, 12))))]
    source = "published" if published else "again"
    return [Note(_line(rows, source, words)), _table(rows[-_LISTED:], source, words)]


def _line(rows: list[Row], source: str, words: Words) -> str:
    """Mean error in percent, beside that of no change, and how often the interval held what came."""
    own, plain = (_mean_share(rows, name) for name in ("error_tco2e", "naive_error_tco2e"))
    return words.say(
        f"backtest.{source}",
        count=len(rows),
        own=words.percent(own, 1),
        plain=words.percent(plain, 1),
        verdict=words.say("backtest.better" if own < plain else "backtest.worse"),
        held=sum(bool(row["within_interval"]) for row in rows),
        all=len(rows),
    )


def _mean_share(rows: list[Row], name: str) -> Decimal:
    shares = [abs(row[name]) / row["fact_tco2e"] * 100 for row in rows if row["fact_tco2e"]]
    return sum(shares, Decimal(0)) / len(shares) if shares else Decimal(0)


def _table(rows: list[Row], source: str, words: Words) -> Table:
    heads = (
        Column(words.say("backtest.made"), width=1.2),
        Column(words.say("backtest.for"), width=1.2),
        Column(words.say("backtest.foreseen"), number=True, width=2.2),
        Column(words.say("backtest.fact"), number=True),
        Column(words.say("backtest.error"), number=True),
        Column(words.say("backtest.plain_error"), number=True, width=1.3),
        Column(words.say("backtest.held"), width=1.2),
    )
    return Table(
        "backtest",
        words.say(f"backtest.caption_{source}"),
        heads,
        tuple(_row(row, words) for row in rows),
    )


def _row(row: Row, words: Words) -> tuple[Cell, ...]:
    foreseen = words.say(
        "path.foreseen_range",
        value=words.number(row["forecast_tco2e"]),
        low=words.number(row["low_tco2e"]),
        high=words.number(row["high_tco2e"]),
    )
    return (
        Cell(words.month_short(row["month"])),
        Cell(words.month_short(row["for_month"])),
        Cell(foreseen),
        Cell(words.number(row["fact_tco2e"])),
        Cell(words.number(row["error_tco2e"], sign=True)),
        Cell(words.number(row["naive_error_tco2e"], sign=True)),
        Cell(words.say("backtest.yes" if row["within_interval"] else "backtest.no")),
    )
