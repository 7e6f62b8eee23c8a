"""Into which files the rows that count are divided, and which deliveries feed each of them.

A register is one file. What adds up has a file per local month; a month that would have more than
`SPLIT_ABOVE` rows has one per day, so that a new day of many meters is resolved and summed without
its month. A row's day is the day, in UTC, in which its period begins, within its month: whichever
rows share a key share a file, so each file is resolved by itself.

Belongs here: the division. Does not belong here: which rows count (`ranking`, `part_files`).
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pipelines.catalogue.dataset import Dataset
from pipelines.collecting.deliveries import Delivery

WHOLE = "all"
SPLIT_ABOVE = 1_000_000
"""Accepted rows of a month above which it is divided by days."""
AT_ONCE = 6_000_000
"""Rows that are resolved in one query; 0.2 kB of memory each."""
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Part:
    """One file of rows that count: a register, a month or, where `day` is set, a day of a month.

    `day` counts days from 1970 in UTC; `rows` is about how many accepted rows it is made from.
    """

    name: str
    month: str | None
    day: int | None
    rows: int
    feeding: tuple[Delivery, ...]


def parts_of(dataset: Dataset, deliveries: list[Delivery], cut_off: datetime) -> Iterator[Part]:
    """Every part of a dataset, by name: what stands whole, months, and days of large months."""
    if dataset.delivers == "snapshots":
        newest = sorted(_newest_of_each(deliveries, cut_off), key=lambda one: str(one.binding))
        if newest:
            rows = sum(one.verdict.rows_accepted for one in newest)
            yield Part(WHOLE, None, None, rows, tuple(newest))
        return
    months: dict[str, list[Delivery]] = defaultdict(list)
    whole_each_time = [one for one in deliveries if one.binding.format.delivers == "snapshots"]
    adding_up = [one for one in deliveries if one.binding.format.delivers != "snapshots"]
    for delivery in [*adding_up, *_newest_of_each(whole_each_time, cut_off)]:
        for month in delivery.verdict.months:
            months[month].append(delivery)
    for month, feeding in sorted(months.items()):
        rows = sum(one.verdict.months[month] for one in feeding)
        if rows > SPLIT_ABOVE:
            yield from _days(month, feeding)
        else:
            yield Part(month, month, None, rows, tuple(feeding))


def stretches(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Parts that one query resolves: days of one month that follow each other, up to `AT_ONCE`."""
    held: list[Part] = []
    for part in parts:
        follows = held and part.month == held[-1].month and part.day == (held[-1].day or 0) + 1
        if held and not (follows and sum(one.rows for one in [*held, part]) <= AT_ONCE):
            yield held
            held = []
        held.append(part)
    if held:
        yield held


def days_of(month: str) -> tuple[int, int]:
    """First and last day of a month, counted from 1970."""
    first = date.fromisoformat(f"{month}-01")
    days = monthrange(first.year, first.month)[1]
    return first.toordinal() - _EPOCH, first.toordinal() - _EPOCH + days - 1


def _days(month: str, deliveries: list[Delivery]) -> Iterator[Part]:
    """The days of a month that any delivery reaches into."""
    first, last = days_of(month)
    spans = [_reaches(one, month, first, last) for one in deliveries]
    for day in range(first, last + 1):
        here = [(one, end - begin + 1) for one, (begin, end) in spans if begin <= day <= end]
        if here:
            name = date.fromordinal(day + _EPOCH).isoformat()
            rows = sum(one.verdict.months[month] // days for one, days in here)
            yield Part(name, month, day, rows, tuple(one for one, _ in here))


def _reaches(
    delivery: Delivery, month: str, first: int, last: int
) -> tuple[Delivery, tuple[int, int]]:
    """From which to which day of a month a delivery has rows; all of it where that is not known."""
    known = delivery.verdict.days.get(month)
    if not known:
        return delivery, (first, last)
    begin, end = (date.fromisoformat(day).toordinal() - _EPOCH for day in known)
    return delivery, (min(max(begin, first), last), min(max(end, first), last))


def _newest_of_each(deliveries: list[Delivery], cut_off: datetime) -> list[Delivery]:
    """The newest delivery of each source: it is the whole, and what it lacks is no more."""
    by_arrival = sorted(
        deliveries, key=lambda one: (one.received.last_arrival(cut_off), one.position)
    )
    return list({str(one.binding): one for one in by_arrival}.values())


def start_of(day: int) -> datetime:
    """The moment in which a day counted from 1970 begins in UTC."""
    return datetime.fromordinal(day + _EPOCH).replace(tzinfo=UTC)
