"""The cumulated sum of energy used less energy expected: whether use has left the baseline, and since when.

Belongs here: the chart over the protected table `energy_baselines`, its message, its table. Does not belong here: what
may be told of a month (`publishing/protecting/baselines.py`), the models.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.months import months_back
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.chart_data import Line, Untold
from pipelines.publishing.report.document import Cell, Chart, Column, Table
from pipelines.publishing.report.sections.trend import floats, trend_data
from pipelines.publishing.rows import Row

_COUNT = 24
_KWH_OF_MWH = 1000


def cusum_chart(read: DistrictReading, words: Words) -> Chart | None:
    """Used less expected, month upon month, with its interval; None where two months of it are not known."""
    rows = [read.one("energy_baselines", month) for month in months_back(read.month, _COUNT)]
    first = next((n for n, row in enumerate(rows) if _sum(row) is not None), None)
    if first is None or _sum(rows[-1]) is None:
        return None
    rows, months = rows[first:], months_back(read.month, _COUNT)[first:]
    values = [_sum(row) for row in rows]
    last, unsure = values[-1] or Decimal(0), _unsure(rows[-1])
    label = words.say("cusum.end", value=words.number(last, sign=True))
    data = trend_data(
        [Line(floats(values), label)],
        months,
        words,
        origin=True,
        band=[_interval(row) for row in rows],
        untold=_untold(rows, words),
    )
    if data is None:
        return None
    return Chart(
        "cusum",
        _title(last, unsure, words),
        words.say("cusum.subtitle"),
        _alt(last, unsure, months, words),
        data,
        _twin(months, rows, words),
    )


def _sum(row: Row | None) -> Decimal | None:
    """The sum of what was used less what was expected, in MWh: below zero less was used."""
    saved = row["cumulated_saving_kwh"] if row is not None else None
    return None if saved is None else -saved / _KWH_OF_MWH


def _unsure(row: Row | None) -> Decimal | None:
    half = row["cumulated_uncertainty_kwh"] if row is not None else None
    return None if half is None else half / _KWH_OF_MWH


def _interval(row: Row | None) -> tuple[float, float] | None:
    value, half = _sum(row), _unsure(row)
    return None if value is None or half is None else (float(value - half), float(value + half))


def _untold(rows: list[Row | None], words: Words) -> tuple[Untold, ...]:
    return tuple(
        Untold(
            n, n, words.say("state.suppressed" if row and row["suppressed"] else "state.missing")
        )
        for n, row in enumerate(rows)
        if _sum(row) is None
    )


def _title(last: Decimal, unsure: Decimal | None, words: Words) -> str:
    """Less or more than expected only where the whole interval says so."""
    if unsure is None or abs(last) <= unsure:
        return words.say("cusum.unsure")
    return words.say("cusum.less" if last < 0 else "cusum.more", value=words.number(abs(last)))


def _alt(last: Decimal, unsure: Decimal | None, months: tuple[str, ...], words: Words) -> str:
    key = "cusum.alt" if unsure is None else "cusum.alt_unsure"
    return words.say(
        key,
        start=words.month(months[0]),
        end=words.month(months[-1]),
        value=words.number(last, sign=True),
        unsure=words.number(unsure or Decimal(0)),
    )


def _twin(months: tuple[str, ...], rows: list[Row | None], words: Words) -> Table:
    cells = []
    for month, row in zip(months, rows, strict=True):
        value, half = _sum(row), _unsure(row)
        hidden = row is not None and row["suppressed"]
        none = words.say("state.suppressed") if hidden else DASH
        saved = row["saving_kwh"] if row is not None else None
        cells.append(
            (
                Cell(words.month_short(month)),
                Cell(none if saved is None else words.number(-saved / _KWH_OF_MWH, sign=True)),
                Cell(none if value is None else words.number(value, sign=True)),
                Cell(none if half is None else words.number(half)),
            )
        )
    heads = (
        Column(words.say("table.month")),
        *(Column(words.say(f"cusum.{name}"), number=True) for name in ("of_month", "sum", "half")),
    )
    return Table("cusum-table", words.say("cusum.caption"), heads, tuple(cells))
