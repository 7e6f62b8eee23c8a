"""Published figures that have changed since the edition before, as far as print can tell them apart.

Belongs here: which changes are shown, in which order, how they are grouped. Does not belong here: what caused a
change (`diff.py`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from pipelines.publishing.language import DASH, THIN, Words, rounded
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Box, Cell, Column, Sentence, Table
from pipelines.publishing.report.sections.drift import printed_drift
from pipelines.publishing.report.sections.figures import amount, joined, places
from pipelines.publishing.report.sections.tiles import headline, short_name
from pipelines.publishing.rows import Row

AT_MOST = 3
"""Figures that page one has room for."""
_UNIT = re.compile(rf"[{THIN} ]\D+$")
_ABOUT_DATA = ("ENE10", "ENE11", "EMI10")
"""KPIs that speak of the data and not of the district: they come last."""


@dataclass(frozen=True)
class Revised:
    """One figure that reads differently now; `size` is the change as a share of the old figure, `causes` names them
    without their parts, `drift` is how far it is from what was published first, where that was before the last edition.
    """

    code: str
    month: str
    old: str
    new: str
    change: Decimal | None
    size: Decimal
    cause: str
    causes: str
    drift: Decimal | None


@dataclass(frozen=True)
class Group:
    """Months of one KPI that changed for the same reasons, oldest first."""

    items: tuple[Revised, ...]

    @property
    def cause(self) -> str:
        """Why they changed, with the size of each part where it is one month."""
        return self.items[0].cause if len(self.items) == 1 else self.items[0].causes

    @property
    def largest(self) -> Revised:
        """The month that changed most; the latest of equals."""
        return max(self.items, key=lambda item: (item.size, item.month))


def groups(read: DistrictReading, words: Words) -> list[Group]:
    """Visible changes by KPI and cause: headline KPIs first, then the largest relative change."""
    found: dict[tuple[str, str], list[Revised]] = defaultdict(list)
    for item in _visible(read, words):
        found[item.code, item.causes].append(item)
    made = [
        Group(tuple(sorted(items, key=lambda each: each.month)))
        for _, items in sorted(found.items())
    ]
    first = headline(read)
    return sorted(made, key=lambda group: (_rank(group, first), -group.largest.size))


def _rank(group: Group, first: list[str]) -> int:
    code = group.largest.code
    return 0 if code in first else 2 if code in _ABOUT_DATA else 1


def _by_figure(read: DistrictReading) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in read.rows("revisions"):
        if row["kpi_code"] in read.reading.kpis:
            found[row["kpi_code"], row["month"]].append(row)
    return found


def _visible(read: DistrictReading, words: Words) -> list[Revised]:
    made = [
        _revised(read, code, month, rows, words) for (code, month), rows in _by_figure(read).items()
    ]
    return [item for item in made if item.change != 0 and item.old != item.new]


def _revised(
    read: DistrictReading, code: str, month: str, rows: list[Row], words: Words
) -> Revised:
    kpi, row = read.declared(code), rows[0]
    old, new = (_printed(row[name], kpi, words) for name in ("old_value", "new_value"))
    if DASH not in (old, new):
        old = _without_unit(old, new)
    seen = _seen_parts(rows, kpi)
    return Revised(
        code,
        month,
        old,
        new,
        _change(row, kpi),
        _size(row, kpi),
        _cause(seen, kpi, words),
        "; ".join(words.named("cause", each["cause"]) for each in seen),
        printed_drift(read, row, kpi),
    )


def _without_unit(old: str, new: str) -> str:
    """The earlier figure alone where the later one carries the same unit."""
    figure, unit = _UNIT.sub("", old), _UNIT.search(old)
    other = _UNIT.search(new)
    return figure if unit and other and unit[0] == other[0] else old


def _printed(value: Decimal | None, kpi: Row, words: Words) -> str:
    if value is None:
        return DASH
    return joined(amount(value, kpi["unit"], int(kpi["decimals"]), words))


def _change(row: Row, kpi: Row) -> Decimal | None:
    """The difference of what is printed, so that a reader who subtracts finds it."""
    if row["old_value"] is None or row["new_value"] is None:
        return None
    if kpi["unit"] == "EUR":
        return Decimal(row["new_value"] - row["old_value"])
    old, new = (rounded(row[name], places(row[name], kpi)) for name in ("old_value", "new_value"))
    return new - old


def _size(row: Row, kpi: Row) -> Decimal:
    if row["old_value"] is None or row["new_value"] is None or not row["old_value"]:
        return Decimal(1)
    base = Decimal(100) if kpi["unit"] == "%" else abs(row["old_value"])
    return Decimal(abs(row["new_value"] - row["old_value"]) / base)


def _seen_parts(rows: list[Row], kpi: Row) -> list[Row]:
    """The parts of a change, the largest first; what prints as nothing says nothing."""
    seen = [row for row in rows if row["part"] is None or _seen(row["part"], kpi)]
    return sorted(seen or rows[:1], key=lambda row: (-abs(row["part"] or 0), row["cause"]))


def _cause(seen: list[Row], kpi: Row, words: Words) -> str:
    if len(seen) < 2:
        return words.named("cause", seen[0]["cause"])
    return "; ".join(
        words.say(
            "boxes.revised_cause",
            because=words.named("because", row["cause"]),
            part=DASH if row["part"] is None else _whole(row["part"], kpi, words),
        )
        for row in seen
    )


def _seen(part: Decimal, kpi: Row) -> bool:
    return kpi["unit"] == "EUR" or rounded(part, places(part, kpi)) != 0


def _signed(change: Decimal, kpi: Row, words: Words) -> str:
    """A change with its sign, and with its unit where that is not the value's own."""
    if kpi["unit"] == "%":
        return words.points(change, max(1, int(kpi["decimals"])))
    if kpi["unit"] == "EUR":
        return joined(amount(change, "EUR", 0, words, sign=True))
    # A change of printed figures has no more decimals than they have.
    decimals = min(int(kpi["decimals"]), max(0, -int(change.as_tuple().exponent)))
    return words.number(change, decimals, sign=True)


def revised_box(read: DistrictReading, words: Words) -> Box:
    """Page one: at most three KPIs, each with its most changed month and why."""
    title, found = words.say("boxes.revised"), groups(read, words)
    if not found:
        return Box(title, Sentence.of(words.say("boxes.revised_none")))
    shown = _one_each(found)[:AT_MOST]
    items = [Sentence.of(_line(read, group, words), group.largest.code) for group in shown]
    rest = sum(len(group.items) for group in found if group not in shown)
    if rest:
        items.append(Sentence.of(words.say("boxes.revised_more", count=rest)))
    return Box(title, None, tuple(items))


def _one_each(found: list[Group]) -> list[Group]:
    """The first group of each KPI."""
    first: dict[str, Group] = {}
    for group in found:
        first.setdefault(group.largest.code, group)
    return list(first.values())


def _line(read: DistrictReading, group: Group, words: Words) -> str:
    """«Energia finale, settembre 2026: 4.058 → 4.021 MWh (−37), e altri 2 mesi: …»."""
    item = group.largest
    kpi = read.declared(item.code)
    said = {
        "name": short_name(item.code, kpi, words),
        "month": words.month(item.month),
        "old": item.old,
        "new": item.new,
        "cause": group.cause,
        "more": "",
    }
    if len(group.items) > 1:
        said["more"] = words.say("boxes.revised_months", count=len(group.items) - 1)
    if item.change is None:
        key = "boxes.revised_now_known" if item.old == DASH else "boxes.revised_now_gone"
        return words.say(key, **said)
    return words.say("boxes.revised_line", change=_signed(item.change, kpi, words), **said)


def revised_table(read: DistrictReading, words: Words, *, first: int | None = None) -> Table | None:
    """Changes that print can tell, months of one KPI and cause on one line; the first so many, or every one."""
    found = groups(read, words)
    every = read.rows("revisions")
    if not every:
        return None
    rest = len(_by_figure(read)) - sum(len(group.items) for group in found)
    said = [words.say("quality.unseen_revised", count=rest)] if rest else []
    drifted = any(item.drift is not None for group in found for item in group.items)
    rows = tuple(_row(read, group, words, drifted=drifted) for group in found[:first])
    more = sum(len(group.items) for group in found[len(rows) :])
    note = " ".join([*([words.say("quality.more_revised", count=more)] if more else []), *said])
    if not rows:
        return None
    heads = (
        Column(words.say("table.indicator"), width=3),
        Column(words.say("table.code"), width=0.8),
        Column(words.say("quality.months"), width=1.9),
        Column(words.say("quality.change"), width=2.6),
        Column(words.say("quality.cause"), width=2.6),
        *([Column(words.say("quality.drift"), width=1.7)] if drifted else []),
    )
    caption = words.say("quality.revised", edition=every[0]["old_edition"])
    name = "revisions" if first is None else "revisions-first"
    return Table(name, caption, heads, rows, note or None)


def _row(read: DistrictReading, group: Group, words: Words, *, drifted: bool) -> tuple[Cell, ...]:
    kpi, first, last = read.declared(group.largest.code), group.items[0], group.items[-1]
    months = words.month_short(first.month)
    if len(group.items) > 1:
        months = words.say(
            "quality.months_from",
            count=len(group.items),
            first=months,
            last=words.month_short(last.month),
        )
    return (
        Cell(str(kpi[f"name_{words.code}"])),
        Cell(first.code, code=first.code),
        Cell(months),
        Cell(_range(group, kpi, words)),
        Cell(group.cause),
        *([Cell(_drift(group, kpi, words))] if drifted else []),
    )


def _drift(group: Group, kpi: Row, words: Words) -> str:
    """How far figures are from what was published first, the widest of several months."""
    known = [item.drift for item in group.items if item.drift is not None]
    return _whole(max(known, key=abs), kpi, words) if known else DASH


def _range(group: Group, kpi: Row, words: Words) -> str:
    changes = [item.change for item in group.items if item.change is not None]
    if len(group.items) == 1:
        item = group.items[0]
        text = f"{item.old} → {item.new}"
        return f"{text} ({_signed(changes[0], kpi, words)})" if changes else text
    if not changes:
        return words.say("quality.now_known" if group.items[0].old == DASH else "quality.now_gone")
    low, high = (_whole(each, kpi, words) for each in (min(changes), max(changes)))
    if low == high:
        return words.say("quality.change_each", change=low)
    return words.say("quality.change_range", low=_without_unit(low, high), high=high)


def _whole(change: Decimal, kpi: Row, words: Words) -> str:
    told = _signed(change, kpi, words)
    if kpi["unit"] in ("%", "EUR"):
        return told
    return joined((told, words.named("unit", kpi["unit"])))
