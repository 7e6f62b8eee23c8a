"""Avoided emissions down to measures: what meters tell, and what is only expected. For the city's machine only.

Belongs here: reading the internal rows behind EMI09 and how they are told. Does not belong here: anything an edition
holds; a measure may be of one firm, and these rows never leave the house.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from pipelines.publishing.language import Words, words
from pipelines.publishing.rows import Row, read_rows
from pipelines.settings import checkout

CODE = "EMI09"


@dataclass(frozen=True)
class Avoided:
    """What one measure avoids over the months of the figure, in tonnes.

    Attributes:
        measure_id: The measure.
        measured: By the meters.
        expected: As its register expects, of the points and months that meters do not tell.
        months_measured: Months of which all or a part is measured.
        months: Months in which it is in operation.
        share: Its part of what the points it shares with other measures saved; null where it shares none.
    """

    measure_id: str
    measured: Decimal
    expected: Decimal
    months_measured: int
    months: int
    share: Decimal | None


def avoided_rows(marts: Path, value: Row) -> tuple[Avoided, ...] | None:
    """The measures behind a published value, largest first; None where it is another figure or has no period.

    Args:
        marts: The folder of the marts of this machine.
        value: The row of the edition's KPI values.
    """
    path = marts / "fct_avoided_emissions.parquet"
    if value["kpi_code"] != CODE or value["period_start"] is None or not path.exists():
        return None
    first = f"{value['period_start']:%Y-%m}"
    last = f"{value['period_end'] - timedelta(days=1):%Y-%m}"
    by_measure: dict[str, list[Row]] = defaultdict(list)
    for row in read_rows(path):
        if row["district_id"] == value["district_id"] and first <= row["month"] <= last:
            by_measure[row["measure_id"]].append(row)
    found = [_of_one(code, rows) for code, rows in by_measure.items()]
    return tuple(sorted(found, key=lambda one: (-one.measured - one.expected, one.measure_id)))


def _of_one(code: str, rows: list[Row]) -> Avoided:
    metered = [row for row in rows if row["measured"]]
    shares = [row["share_of_saving"] for row in metered if row["share_of_saving"] < 1]
    return Avoided(
        code,
        _tonnes(metered),
        _tonnes([row for row in rows if not row["measured"]]),
        len({row["month"] for row in metered}),
        len({row["month"] for row in rows}),
        sum(shares, Decimal(0)) / len(shares) if shares else None,
    )


def _tonnes(rows: list[Row]) -> Decimal:
    return sum((row["avoided_tco2e"] for row in rows), Decimal(0))


def avoided_rows_text(found: tuple[Avoided, ...], language: str) -> str:
    """The measures as lines for a terminal, and how much of the whole is measured."""
    said = words(language, checkout() / "reports" / "text")
    measured = sum((one.measured for one in found), Decimal(0))
    expected = sum((one.expected for one in found), Decimal(0))
    lines = [
        said.say("explain.avoided_head", count=len(found)),
        *(_line(one, said) for one in found),
        said.say(
            "explain.avoided_total",
            total=said.number(measured + expected, 3),
            measured=said.number(measured, 3),
            expected=said.number(expected, 3),
        ),
    ]
    return "\n".join(lines)


def _line(one: Avoided, said: Words) -> str:
    told = said.say(
        "explain.avoided",
        code=one.measure_id,
        measured=said.number(one.measured, 3),
        done=one.months_measured,
        all=one.months,
        expected=said.number(one.expected, 3),
    )
    if one.share is None:
        return told
    return f"{told}; {said.say('explain.avoided_share', share=said.percent(one.share * 100, 0))}"
