"""One row per day: which columns are its cells and which instant each cell is.

Belongs here: cells and slots. Does not belong here: what the cells hold (`interval_table`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.format_kinds import Cells
from pipelines.catalogue.format_values import Dst
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.instants import CLEAR, FOLD, instants, midnight
from pipelines.connectors.parsers.moments import DAY_US
from pipelines.connectors.parsers.source_table import SourceTable, normalised
from pipelines.connectors.parsers.timing import When

NO_INTERVAL = 3
"""A cell beyond the quarters that this day has; it must be empty."""
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})")


def cells_of(table: SourceTable, cells: Cells, count: int, dst: Dst) -> list[int]:
    """The places of the cells in the order of the day.

    Raises:
        DeliveryRefused: MISSING_COLUMN where their number is not the day's, UNKNOWN_COLUMN where a
            label stands at another time than its place.
    """
    if cells.prefix is not None:
        places = _numbered(table, cells.prefix)
    else:
        pattern = re.compile(cells.matching or "")
        places = [place for place, name in enumerate(table.names) if pattern.search(name.strip())]
    most = count + count // 24 if dst.policy == "extra_columns" else count
    if not count <= len(places) <= most:
        raise DeliveryRefused(
            "MISSING_COLUMN",
            f"A day has {count} intervals; the header has {len(places)} of them.",
            f"Un giorno ha {count} intervalli; l'intestazione ne ha {len(places)}.",
        )
    if cells.matching is not None and len(places) == count:
        _check_labels([table.names[place] for place in places], count)
    return places


def _numbered(table: SourceTable, prefix: str) -> list[int]:
    pattern = re.compile(re.escape(normalised(prefix)) + r"(\d{1,3})\Z")
    found = {
        int(match[1]): place
        for place, name in enumerate(table.names)
        if (match := pattern.match(normalised(name)))
    }
    places: list[int] = []
    while len(places) + 1 in found:
        places.append(found[len(places) + 1])
    return places


def _check_labels(names: list[str], count: int) -> None:
    for place, name in enumerate(names):
        clock = _CLOCK.match(name.strip())
        if clock and int(clock[1]) * 60 + int(clock[2]) != place * (1440 // count):
            raise DeliveryRefused(
                "UNKNOWN_COLUMN",
                f"'{name.strip()}' is interval {place + 1} of the header, which begins at "
                "another time.",
                f"'{name.strip()}' è l'intervallo {place + 1} dell'intestazione, che comincia a "
                "un'altra ora.",
            )


def as_rows(table: SourceTable, places: list[int], beside: Sequence[str] = ()) -> SourceTable:
    """The cells of a wide table as one column, row by row, with what stands beside them in each
    row.

    Raises:
        DeliveryRefused: where a column beside them is missing.
    """
    count, width = len(table), len(places)
    order = pa.array(np.arange(count * width).reshape(width, count).T.ravel())
    values = pa.concat_arrays([table.columns[place] for place in places]).take(order)
    repeated = pa.array(np.repeat(np.arange(count), width))
    others = [pc.fill_null(table.column(name), "").take(repeated) for name in beside]
    return SourceTable(
        ["@value", *beside],
        [values, *others],
        np.repeat(table.rows, width),
        table.read,
        table.sheet,
        table.preamble,
        table.typed,
    )


def slots_of(days: np.ndarray, width: int, step: int, zone: ZoneInfo, dst: Dst) -> When:
    """The instants of all cells of all days, row by row.

    Args:
        days: Civil day of each row, counted from 1970-01-01.
        width: Cells per row.
        step: Length of a cell, microseconds.
        zone: The file's civil time.
        dst: How the file writes the nights on which clocks change.
    """
    distinct, back = np.unique(days, return_inverse=True)
    made = [_slots(int(day), width, step, zone, dst) for day in distinct]
    parts = [np.array([slot[part] for slot in made])[back].ravel() for part in range(3)]
    return When(parts[0].astype(np.int64), parts[1].astype(np.int64), parts[2].astype(np.int8))


def _slots(
    day: int, width: int, step: int, zone: ZoneInfo, dst: Dst
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    places = np.arange(width, dtype=np.int64)
    usual = DAY_US // step
    begin = day * DAY_US if dst.policy == "utc" else midnight(day, zone)
    there = usual if dst.policy == "utc" else (midnight(day + 1, zone) - begin) // step
    chronological = begin + places * step
    if there == usual or (dst.policy == "extra_columns" and dst.order == "chronological"):
        kinds = np.where(places < there, CLEAR, NO_INTERVAL)
        return chronological, chronological, kinds
    if dst.policy == "reject":
        return chronological, chronological, np.full(width, NO_INTERVAL)
    first, second, kinds = instants(day * DAY_US + np.minimum(places, usual - 1) * step, zone)
    if dst.policy == "extra_columns":
        return _appended(first, second, kinds, places, usual)
    return first, second if dst.policy == "fold_sum" else first, kinds


def _appended(
    first: np.ndarray, second: np.ndarray, kinds: np.ndarray, places: np.ndarray, usual: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cells beyond the usual ones hold the second reading of the folded labels, in order."""
    folded = np.flatnonzero((kinds == FOLD) & (places < usual))
    starts = first.copy()
    kinds = np.where(places >= usual, NO_INTERVAL, np.where(kinds == FOLD, CLEAR, kinds))
    for extra, label in zip(range(usual, len(places)), folded, strict=False):
        starts[extra], kinds[extra] = second[label], CLEAR
    return starts, starts, kinds
