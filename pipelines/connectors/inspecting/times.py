"""How the rows of a table follow each other: layout, interval, labels, clock changes, cumulation.

Belongs here: evidence over several columns. Does not belong here: single columns (`columns`) and
the words of the proposal (`proposal`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from pipelines.connectors.inspecting.columns import (
    Guessed,
    cells,
    clock_of,
    parsed,
    point_column,
)
from pipelines.connectors.parsers.source_table import SourceTable, normalised

_CLOCK_HEADER = re.compile(r"^(\d{1,2})[:.](\d{2})")
_NUMBERED = re.compile(r"^(\D*?)0*(\d{1,3})$")
_FLAG = re.compile(r"legale|solare|\bdst\b|daylight|fl_ora", re.IGNORECASE)
_LENGTHS = {900: "PT15M", 1800: "PT30M", 3600: "PT1H", 86_400: "P1D"}
_PER_DAY = {24: "PT1H", 48: "PT30M", 96: "PT15M"}


@dataclass
class Timing:
    """What the rows say of time. `said` is evidence for the reader; `per_change_day` counts the
    intervals of a series on days on which clocks change.
    """

    layout: str = "table"
    interval: str | None = None
    label: str | None = None
    cells: dict[str, str] | None = None
    cell_names: list[str] = field(default_factory=list)
    date: Guessed | None = None
    clock: Guessed | None = None
    first: datetime | None = None
    last: datetime | None = None
    dst: dict[str, object] = field(default_factory=dict)
    dst_why: str = ""
    said: list[str] = field(default_factory=list)
    cumulative: dict[str, float] = field(default_factory=dict)


def timing(table: SourceTable, columns: list[Guessed]) -> Timing:
    """How rows and time go together in one table."""
    found = Timing()
    found.date = next((one for one in columns if one.holds == "moment"), None) or next(
        (one for one in columns if one.holds == "date"), None
    )
    if found.date is not None and found.date.holds == "date":
        found.clock = next((one for one in columns if one.holds == "clock"), None)
    if found.date is None:
        return found
    stamps = _stamps(table, columns, found)
    known = sorted({at for at, _ in stamps})
    if not known:
        return found
    found.first, found.last = known[0], known[-1]
    if _wide(columns, found):
        _wide_change_days(table, columns, found)
        return found
    _long(stamps, found)
    _cumulation(table, columns, found)
    _clock_changes(table, columns, stamps, found)
    return found


def _stamps(
    table: SourceTable, columns: list[Guessed], found: Timing
) -> list[tuple[datetime, str]]:
    """The civil moment of each row and the series it belongs to."""
    assert found.date is not None  # noqa: S101 - the caller has one
    days = cells(table, columns.index(found.date))
    clocks = cells(table, columns.index(found.clock)) if found.clock else [None] * len(days)
    point = point_column(columns)
    series = cells(table, columns.index(point)) if point else [None] * len(days)
    stamps = []
    for day, clock, own in zip(days, clocks, series, strict=True):
        at = parsed(day, found.date.formats[:1], typed=table.typed)
        if at is None:
            continue
        moment = clock_of(at)
        if found.clock is not None:
            time = parsed(clock, found.clock.formats[:1])
            if time is None:
                continue
            # A clock alone is read as a day of 1900; only the time of day counts.
            moment += timedelta(seconds=(time[0] // 1_000_000) % 86_400)
        stamps.append((moment, own or ""))
    return stamps


def _wide(columns: list[Guessed], found: Timing) -> bool:
    clocks = [one.name for one in columns if _CLOCK_HEADER.match(one.name)]
    if _wide_day(len(clocks), found):
        found.cells = {"matching": r"^\d{1,2}[:.]\d{2}"}
        found.cell_names = clocks
        first = clocks[0]
        found.said.append(
            f"one row per day, {len(clocks)} columns from '{first}' to '{clocks[-1]}'"
        )
        return True
    groups: dict[str, list[int]] = defaultdict(list)
    for one in columns:
        numbered = _NUMBERED.match(one.name)
        if numbered and one.holds in ("number", "empty"):
            groups[numbered[1]].append(int(numbered[2]))
    for prefix, numbers in groups.items():
        if prefix and numbers[0] == 1 and _wide_day(len(numbers), found):
            found.cells = {"prefix": prefix}
            found.cell_names = [f"{prefix}{n}" for n in numbers]
            found.said.append(f"one row per day, columns {prefix}1 to {prefix}{numbers[-1]}")
            return True
    return False


def _wide_day(count: int, found: Timing) -> bool:
    per_day = next((n for n in _PER_DAY if n <= count <= n + n // 24), None)
    if per_day is None:
        return False
    found.layout, found.interval, found.label = "wide_day", _PER_DAY[per_day], None
    if count != per_day:
        found.dst = {"policy": "extra_columns"}
        found.dst_why = f"{count} columns for a day of {per_day}"
    return True


def _long(stamps: list[tuple[datetime, str]], found: Timing) -> None:
    by_series: dict[str, list[datetime]] = defaultdict(list)
    for at, point in stamps:
        by_series[point].append(at)
    steps: Counter[int] = Counter()
    for moments in by_series.values():
        ordered = sorted(set(moments))
        steps.update(int((b - a).total_seconds()) for a, b in pairwise(ordered))
    if not steps:
        return
    step, count = steps.most_common(1)[0]
    share = count / sum(steps.values())
    monthly = sum(n for s, n in steps.items() if 28 <= s / 86_400 <= 31) / sum(steps.values())
    if step in _LENGTHS and share > 0.5:
        found.layout, found.interval = "long", _LENGTHS[step]
        found.said.append(f"{share:.0%} of rows follow the one before by {_LENGTHS[step]}")
    elif monthly > 0.7:
        found.layout, found.interval = "long", "P1M"
        found.said.append("rows follow each other by a month")
    else:
        found.layout = "register"
        found.said.append("rows follow each other irregularly, as readings do")
    if found.interval in ("PT15M", "PT30M", "PT1H"):
        _label(by_series, found)


def _label(by_series: dict[str, list[datetime]], found: Timing) -> None:
    longest = max(by_series.values(), key=len)
    first, last = min(longest), max(longest)
    if (first.hour, first.minute) == (0, 0) and (last.hour, last.minute) != (0, 0):
        found.label = "start"
        found.said.append(f"labels go from {first:%H:%M} to {last:%H:%M}: the start of intervals")
    elif (last.hour, last.minute) == (0, 0) and (first.hour, first.minute) != (0, 0):
        found.label = "end"
        found.said.append(f"labels go from {first:%H:%M} to {last:%H:%M}: the end of intervals")
    else:
        found.said.append(f"labels go from {first} to {last}: start or end is not shown")


def _cumulation(table: SourceTable, columns: list[Guessed], found: Timing) -> None:
    """Of each number, the share of steps that do not fall; readings of a meter never do."""
    point = point_column(columns)
    if point is not None and point.distinct > 1:
        return
    for one in columns:
        if one.holds != "number" or one.distinct < 5:
            continue
        values = []
        for text in cells(table, columns.index(one))[:5000]:
            number = _number(text, table.read.decimal)
            if number is not None:
                values.append(number)
        rising = [b - a for a, b in pairwise(values)]
        if len(rising) >= 4 and values[0] > 0 and all(step >= 0 for step in rising):
            found.cumulative[one.name] = values[-1] - values[0]
            found.said.append(f"'{one.name}' never falls: cumulative readings, not quantities")


def _number(text: str | None, decimal: str) -> float | None:
    if text is None:
        return None
    plain = text.replace(" ", "").replace("." if decimal == "," else ",", "").replace(decimal, ".")
    try:
        return float(plain)
    except ValueError:
        return None


def change_days(first: date, last: date) -> list[date]:
    """The last Sundays of March and October between two days, when Italian clocks change."""
    found = []
    for year in range(first.year, last.year + 1):
        for month in (3, 10):
            end = date(year, month, 31)
            day = end - timedelta(days=(end.weekday() + 1) % 7)
            if first <= day <= last:
                found.append(day)
    return found


def _clock_changes(
    table: SourceTable,
    columns: list[Guessed],
    stamps: list[tuple[datetime, str]],
    found: Timing,
) -> None:
    if found.interval not in ("PT15M", "PT30M", "PT1H") or found.date is None:
        return
    texts = [text for text in cells(table, columns.index(found.date))[:200] if text]
    offsets = {parsed(text, found.date.formats[:1]) for text in texts}
    known = {one[1] for one in offsets if one is not None and abs(one[1]) < 1_000}
    if known:
        found.dst, found.dst_why = {"policy": "offset_in_text"}, "each moment carries its offset"
        if known == {0} and all(text.endswith(("Z", "+00:00", "+0000")) for text in texts):
            found.dst, found.dst_why = {"policy": "utc"}, "every moment is in UTC"
        return
    flag = next((one for one in columns if _FLAG.search(normalised(one.name))), None)
    days = change_days(stamps[0][0].date(), max(at for at, _ in stamps).date())
    counted = _rows_on(stamps, days)
    if counted:
        said = ", ".join(f"{day}: {rows}" for day, rows in counted.items())
        found.said.append(f"rows of one series on days on which clocks change: {said}")
    else:
        found.said.append("the period holds no day on which clocks change")
    if flag is not None and flag.distinct <= 3:
        found.dst = {
            "policy": "offset_flag",
            "column": flag.name,
            "map": {"1": "+01:00", "2": "+02:00"},
            "phantom": "drop_if_zero",
        }
        found.dst_why = f"'{flag.name}' holds {', '.join(flag.examples)}"
        return
    per_hour = {"PT15M": 4, "PT30M": 2, "PT1H": 1}[found.interval]
    autumn = [rows for day, rows in counted.items() if day.month == 10]
    if autumn and all(rows == 25 * per_hour for rows in autumn):
        found.dst = {"policy": "order_of_appearance"}
        found.dst_why = "the repeated hour stands twice in October, without a flag"


def _rows_on(stamps: list[tuple[datetime, str]], days: list[date]) -> dict[date, int]:
    wanted = set(days)
    counted: Counter[tuple[date, str]] = Counter(
        (at.date(), point) for at, point in stamps if at.date() in wanted
    )
    most: dict[date, int] = {}
    for (day, _), rows in sorted(counted.items()):
        most[day] = max(most.get(day, 0), rows)
    return most


def _wide_change_days(table: SourceTable, columns: list[Guessed], found: Timing) -> None:
    assert found.date is not None and found.first and found.last  # noqa: S101, PT018 - set before
    days = set(change_days(found.first.date(), found.last.date()))
    if not days:
        found.said.append("the period holds no day on which clocks change")
        return
    moments = cells(table, columns.index(found.date))
    places = [at for at, one in enumerate(columns) if one.name in set(found.cell_names)]
    said = []
    for row, text in enumerate(moments):
        at = parsed(text, found.date.formats[:1], typed=table.typed)
        if at is None or clock_of(at).date() not in days:
            continue
        filled = sum(table.at(place)[row].as_py() is not None for place in places)
        said.append(f"{clock_of(at).date()}: {filled}")
    found.said.append(f"filled cells on days on which clocks change: {', '.join(said[:6])}")
