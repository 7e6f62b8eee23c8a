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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pipelines.catalogue.dataset import Dataset
from pipelines.collecting.annulments import Annulment
from pipelines.collecting.corrections import Correction
from pipelines.collecting.deliveries import Delivery
from pipelines.collecting.vanishing import Sweep, TakenBack

WHOLE = "all"
SPLIT_ABOVE = 1_000_000
"""Accepted rows of a month above which it is divided by days."""
AT_ONCE = 6_000_000
"""Rows that are resolved in one query; 0.2 kB of memory each."""
NOTHING_TAKEN_BACK = TakenBack((), ())
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
    taken_back: TakenBack = NOTHING_TAKEN_BACK
    corrections: tuple[Correction, ...] = ()


def parts_of(
    dataset: Dataset,
    deliveries: list[Delivery],
    sweeps: Sequence[Sweep],
    annulments: Sequence[Annulment],
    cut_off: datetime,
    corrections: Sequence[Correction] = (),
) -> Iterator[Part]:
    """Every part of a dataset, by name: what stands whole, months, and days of large months.

    A month of which an answer may have taken rows back stays whole: what an answer reaches is seen
    only from all of its rows. So does one of which days are corrected.
    """
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
        back = TakenBack(
            [one for one in sweeps if one.touches(month)],
            [one for one in annulments if f"{one.day:%Y-%m}" == month],
        )
        rows = sum(one.verdict.months[month] for one in feeding)
        mended = tuple(one for one in corrections if one.month == month)
        if rows > SPLIT_ABOVE and not back.sweeps and not mended:
            yield from _days(month, feeding, back)
        else:
            yield Part(month, month, None, rows, tuple(feeding), back, mended)


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
    return _day(first), _day(first) + days - 1


def _day(day: date) -> int:
    return day.toordinal() - _EPOCH


def _days(month: str, deliveries: list[Delivery], back: TakenBack) -> Iterator[Part]:
    """The days of a month that any delivery reaches into."""
    first, last = days_of(month)
    spans = [_reaches(one, month, first, last) for one in deliveries]
    for day in range(first, last + 1):
        here = [(one, end - begin + 1) for one, (begin, end) in spans if begin <= day <= end]
        if here:
            name = date.fromordinal(day + _EPOCH).isoformat()
            rows = sum(one.verdict.months[month] // days for one, days in here)
            # A local day lies in two days of UTC, on whichever side of Greenwich it is.
            near = [one for one in back.annulments if abs(_day(one.day) - day) <= 1]
            feeding = tuple(one for one, _ in here)
            yield Part(name, month, day, rows, feeding, TakenBack((), near))


def _reaches(
    delivery: Delivery, month: str, first: int, last: int
) -> tuple[Delivery, tuple[int, int]]:
    """From which to which day of a month a delivery has rows; all of it where that is not known."""
    known = delivery.verdict.days.get(month)
    if not known:
        return delivery, (first, last)
    begin, end = (_day(date.fromisoformat(day)) for day in known)
    return delivery, (min(max(begin, first), last), min(max(end, first), last))


def _newest_of_each(deliveries: list[Delivery], cut_off: datetime) -> list[Delivery]:
    """The newest delivery of each source: it is the whole, and what it lacks is no more."""
    return [given[-1] for given in by_source(deliveries, cut_off).values()]


def by_source(deliveries: list[Delivery], cut_off: datetime) -> dict[str, list[Delivery]]:
    """The deliveries of each source in the order in which they last came."""
    by_arrival = sorted(
        deliveries, key=lambda one: (one.received.last_arrival(cut_off), one.position)
    )
    found: dict[str, list[Delivery]] = defaultdict(list)
    for one in by_arrival:
        found[str(one.binding)].append(one)
    return found


def taken_back(of_parts: Iterable[TakenBack]) -> TakenBack:
    """What may take rows back from several parts."""
    several = list(of_parts)
    annulments = {id(one): one for back in several for one in back.annulments}
    sweeps = {id(one): one for back in several for one in back.sweeps}
    return TakenBack([*sweeps.values()], [*annulments.values()])


def start_of(day: int) -> datetime:
    """The moment in which a day counted from 1970 begins in UTC."""
    return datetime.fromordinal(day + _EPOCH).replace(tzinfo=UTC)
