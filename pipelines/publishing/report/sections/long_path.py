"""The chart of the whole way: the path, what is known of it, and where the pace leads with its interval.

Belongs here: the path as its declared points draw it, and the chart. Does not belong here: sentences (`path.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.months import months_back
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.chart_data import Line, TrendData
from pipelines.publishing.report.document import Cell, Chart, Column, Table
from pipelines.publishing.report.sections.figures import joined
from pipelines.publishing.report.sections.trend import floats, ticks
from pipelines.publishing.rows import Row

_LIKELY, _UNLIKELY = Decimal("0.66"), Decimal("0.33")

Foreseen = tuple[float, float, float]
"""Value, low and high."""


@dataclass(frozen=True)
class Path:
    """A path through its declared points: years, and the share of the baseline that is asked to go by each."""

    baseline: Decimal
    years: tuple[int, ...]
    reductions: tuple[Decimal, ...]

    @classmethod
    def of(cls, read: DistrictReading, target: Row, way: Row | None) -> Path | None:
        """The path of a target, on the baseline of today's boundary; None where that is not comparable."""
        if way is not None and way["target_reason"] is not None:
            return None
        points = sorted(
            (row["year"], row["reduction"])
            for row in read.rows("target_points")
            if row["position"] == target["position"]
        )
        base, cut = target["baseline_value"], target["reduction"]
        if way is not None and way["target_tco2e"] is not None and cut < 1:
            base = way["target_tco2e"] / (1 - cut)
        return (
            cls(base, tuple(y for y, _ in points), tuple(r for _, r in points)) if points else None
        )

    def at(self, year: float) -> float:
        """What is asked at the end of a year or a part of it."""
        stretches = zip(
            self.years, self.years[1:], self.reductions, self.reductions[1:], strict=False
        )
        done = 0.0
        for first, last, start, end in stretches:
            done += float(end - start) * min(1.0, max(0.0, (year - first) / (last - first)))
        return float(self.baseline) * (1 - done)


def long_path_chart(read: DistrictReading, whole: Path | None, words: Words) -> Chart | None:
    """The whole path, what is known of the way so far, and where the pace leads."""
    if whole is None:
        return None
    start, end = f"{whole.years[0]}-12", f"{whole.years[-1]}-12"
    count = (whole.years[-1] - whole.years[0]) * 12 + 1
    months = months_back(end, count)
    asked = tuple(whole.at(whole.years[0] + n / 12) for n in range(count))
    values = tuple(read.value("EMI11", month) if month <= read.month else None for month in months)
    ahead = _ahead(read, months)
    lines = [
        Line(floats(values), words.month_short(read.month)),
        Line(asked, words.say("path.asked_in", value=words.number(asked[-1])), "path"),
    ]
    band: tuple[tuple[float, float] | None, ...] = ()
    if ahead is not None:
        goal = ahead[-1]
        label = words.say("path.pace_in", value=words.number(goal[0])) if goal else ""
        lines.append(Line(tuple(one and one[0] for one in ahead), label, "forecast"))
        band = tuple((max(0.0, one[1]), one[2]) if one else None for one in ahead)
    known = [*asked, *(float(value) for value in values if value is not None)]
    known += [pair[1] for pair in band if pair]
    bottom, top, marks = ticks(0.0, max(known), words)
    unit = words.named("unit", "tCO2e")
    labels = tuple(
        (n, month[:4])
        for n, month in enumerate(months)
        if month.endswith("-12") and int(month[:4]) % 2
    )
    alt = words.say(
        "path.long_alt",
        base=joined((words.number(asked[0]), unit)),
        start=start[:4],
        goal=joined((words.number(asked[-1]), unit)),
        end=end[:4],
    )
    if ahead is not None and ahead[-1]:
        value, low, high = (words.number(each) for each in ahead[-1])
        alt += words.say("path.long_alt_pace", value=value, low=low, high=high)
    return Chart(
        "path-chart",
        _title(read, whole.years[-1], words),
        words.say("path.long_subtitle_pace" if ahead else "path.long_subtitle"),
        alt,
        TrendData(tuple(lines), labels, marks, bottom, top, band),
        _twin(months, asked, values, ahead, words),
    )


def _title(read: DistrictReading, year: int, words: Words) -> str:
    """The message: whether the pace leads to the target."""
    way = read.one("emission_trajectory")
    chance = way["arrival_probability"] if way is not None else None
    if way is not None and way["arrival"] == "reached":
        return words.say("path.title_reached", year=year)
    if chance is None:
        return words.say("path.long_title", year=year)
    key = "likely" if chance >= _LIKELY else "even" if chance >= _UNLIKELY else "unlikely"
    return words.say(f"path.title_{key}", year=year)


def _ahead(read: DistrictReading, months: tuple[str, ...]) -> tuple[Foreseen | None, ...] | None:
    """The forecast for each month to come, straight between the months that have one; None where there is none."""
    now = read.value("EMI11")
    made = {row["for_month"]: row for row in read.rows("emission_forecasts", read.month)}
    if now is None or not made or read.month not in months:
        return None
    at: dict[int, Foreseen] = {months.index(read.month): (float(now), float(now), float(now))}
    for n, month in enumerate(months):
        if month in made:
            row = made[month]
            names = ("forecast_tco2e", "low_tco2e", "high_tco2e")
            value, low, high = (float(row[name]) for name in names)
            at[n] = (value, low, high)
    known = sorted(at)
    return tuple(_between(n, known, at) for n in range(len(months)))


def _between(n: int, known: list[int], at: dict[int, Foreseen]) -> Foreseen | None:
    before = max((each for each in known if each <= n), default=None)
    after = min((each for each in known if each >= n), default=None)
    if before is None or after is None:
        return None
    if before == after:
        return at[n]
    part = (n - before) / (after - before)
    low, mid, high = (a + (b - a) * part for a, b in zip(at[before], at[after], strict=True))
    return (low, mid, high)


def _twin(
    months: tuple[str, ...],
    asked: tuple[float, ...],
    values: tuple[Decimal | None, ...],
    ahead: tuple[Foreseen | None, ...] | None,
    words: Words,
) -> Table:
    rows = []
    for n, month in enumerate(months):
        if not month.endswith("-12"):
            continue
        reached = values[n]
        cells = [
            Cell(month[:4]),
            Cell(words.number(asked[n])),
            Cell(DASH if reached is None else words.number(reached)),
        ]
        if ahead is not None:
            one = ahead[n] if reached is None else None
            cells.append(
                Cell(
                    words.say(
                        "path.foreseen_range",
                        value=words.number(one[0]),
                        low=words.number(max(0.0, one[1])),
                        high=words.number(one[2]),
                    )
                    if one
                    else DASH
                )
            )
        rows.append(tuple(cells))
    heads = [
        Column(words.say("path.when")),
        Column(words.say("path.asked"), number=True),
        Column(words.say("path.reached"), number=True),
    ]
    if ahead is not None:
        heads.append(Column(words.say("path.foreseen"), number=True, width=1.8))
    return Table("path-chart-table", words.say("path.caption_long"), tuple(heads), tuple(rows))
