"""What is to be known of the months of a line: provisional, read too little, without a value and why, another boundary.

Belongs here: these notes for a KPI's months, their words, and the chart's words for who cannot see it. Does not belong
here: how they are drawn (`publishing/charts/trend_chart.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipelines.publishing.language import Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.chart_data import Untold
from pipelines.publishing.report.page_one.compared import SAME, percent_change
from pipelines.publishing.report.sections.figures import amount, joined
from pipelines.publishing.rows import Row

_MIXED = " + "
"""Between the versions of a boundary that a window of months lies in."""


@dataclass(frozen=True)
class MonthNotes:
    """Positions of months by what is to be known of them; `moved` where the boundary is not one and the same."""

    provisional: frozenset[int]
    weak: frozenset[int]
    untold: tuple[Untold, ...]
    moved: bool
    all_provisional: bool

    def subtitle(self, words: Words) -> str:
        """What the marks mean, to end a subtitle with."""
        said = ""
        if self.all_provisional:
            said += words.say("months.all_provisional")
        elif self.provisional:
            said += words.say("months.provisional")
        return said + (words.say("months.weak") if self.weak else "")


def month_notes(
    read: DistrictReading, code: str, months: Sequence[str], words: Words
) -> MonthNotes:
    """The notes of one KPI over these months."""
    rows = [read.kpi(code, month) for month in months]
    known = [row is not None and row["value"] is not None for row in rows]
    shown = [row for row, there in zip(rows, known, strict=True) if row is not None and there]
    provisional = frozenset(
        n for n, row in enumerate(rows) if known[n] and row and row["status"] == "provisional"
    )
    everything = len(provisional) == len(shown)
    boundaries = {row["boundary_version"] for row in shown}
    return MonthNotes(
        frozenset() if everything else provisional,
        frozenset(n for n, row in enumerate(rows) if known[n] and row and read.little(row)),
        _untold(rows, words),
        len(boundaries) > 1 or any(_MIXED in (each or "") for each in boundaries),
        everything and bool(shown),
    )


def _untold(rows: Sequence[Row | None], words: Words) -> tuple[Untold, ...]:
    found: list[Untold] = []
    for n, row in enumerate(rows):
        if row is not None and row["value"] is not None:
            continue
        why = words.say(f"state.{_state(row)}")
        if found and found[-1].last == n - 1 and found[-1].why == why:
            found[-1] = Untold(found[-1].first, n, why)
        else:
            found.append(Untold(n, n, why))
    return tuple(found)


def _state(row: Row | None) -> str:
    if row is not None and row["suppressed"]:
        return "suppressed"
    return "withheld" if row is not None and row["reason"] == "withheld" else "missing"


def series_alt(
    name: str,
    kpi: Row,
    months: Sequence[str],
    values: Sequence[Decimal | None],
    untold: Sequence[Untold],
    words: Words,
) -> str:
    """A line in words: where it begins and ends, how far apart, its lowest and highest, what is not there."""
    known = [(m, value) for m, value in zip(months, values, strict=True) if value is not None]
    if not known:
        return words.say("alt.nothing", name=name)
    (first_month, first), (last_month, last) = known[0], known[-1]
    (low_month, low), (high_month, high) = (
        min(known, key=lambda each: each[1]),
        max(known, key=lambda each: each[1]),
    )

    def told(value: Decimal) -> str:
        return joined(amount(value, kpi["unit"], int(kpi["decimals"]), words))

    if len(known) == 1:
        one = words.say("alt.one", name=name, last=told(last), last_month=words.month(last_month))
    else:
        one = words.say(
            "alt.series",
            name=name,
            first=told(first),
            first_month=words.month(first_month),
            last=told(last),
            last_month=words.month(last_month),
            change=_change(first, last, words),
            low=told(low),
            low_month=words.month(low_month),
            high=told(high),
            high_month=words.month(high_month),
        )
    return one + "".join(_gap(gap, months, words) for gap in untold)


def _change(first: Decimal, last: Decimal, words: Words) -> str:
    percent = percent_change(last, first)
    if first == last or (percent is not None and abs(percent) < SAME):
        return words.say("alt.same")
    way = "down" if last < first else "up"
    if percent is None or first < 0 or last < 0:
        return words.say(f"alt.{way}")
    printed = words.percent(abs(percent), 1)
    return words.say(f"alt.{way}_by", the=words.the(printed))


def _gap(gap: Untold, months: Sequence[str], words: Words) -> str:
    first, last = words.month(months[gap.first]), words.month(months[gap.last])
    key = "alt.gap" if gap.first == gap.last else "alt.gaps"
    return words.say(key, Why=capital(gap.why), first=first, last=last)
