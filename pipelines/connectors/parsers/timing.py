"""When each row was: civil labels and the file's policy for the nights on which clocks change, as
instants.

Belongs here: what `time:` of a format means. Does not belong here: quantities (`interval_table`,
`register_table`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.format_values import Dst, Time
from pipelines.connectors.parsers.dating import civil
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.instants import CLEAR, FOLD, GAP, civil_of, instants, midnights
from pipelines.connectors.parsers.moments import DAY_US, MINUTE_US, NO_OFFSET
from pipelines.connectors.parsers.origins import texts_of
from pipelines.connectors.parsers.sheet import Sheet, mask_of
from pipelines.connectors.parsers.source_table import by_unique, normalised

WALL_CLOCK = ("gap_empty", "gap_zero", "fold_sum", "reject")
"""Policies of files that always write 96 labels a day, whatever the clock did."""


@dataclass
class When:
    """The instants of rows.

    Attributes:
        first: Microseconds since 1970 UTC; of two readings of one label, the first.
        second: The second reading, equal to the first where there is one.
        kinds: CLEAR, GAP (a label that the clock skipped) or FOLD (read twice and not told apart).
    """

    first: np.ndarray
    second: np.ndarray
    kinds: np.ndarray


def labels(sheet: Sheet, time: Time) -> tuple[np.ndarray, np.ndarray]:
    """Civil microseconds and offsets in minutes as the file writes them; a row without a date is
    rejected.
    """
    if time.timestamp is not None:
        name = time.timestamp.column or "timestamp"
        texts = texts_of(sheet, time.timestamp, name)
        micros, offsets, known = civil(sheet, texts, time.format, name)
        sheet.reject("MISSING_VALUE", ~known, name, texts)
        sheet.shown = micros
        return micros, offsets
    assert time.date is not None  # noqa: S101 - the declaration refuses neither and both
    name = time.date.column or "date"
    texts = texts_of(sheet, time.date, name)
    micros, offsets, known = civil(sheet, texts, time.date_format, name)
    micros = micros - micros % DAY_US
    if time.time is not None:
        clock_name = time.time.column or "time"
        clock_texts = texts_of(sheet, time.time, clock_name)
        clock, _, clock_known = civil(sheet, clock_texts, time.time_format, clock_name)
        # A time-only cell of a workbook may come as 1899-12-30T00:15; only the clock of it counts.
        micros = micros + np.where(clock == DAY_US, clock, clock % DAY_US)
        known &= clock_known
    sheet.reject("MISSING_VALUE", ~known, name, texts)
    sheet.shown = micros
    return micros, offsets


def zone_of(time: Time, sheet: Sheet) -> ZoneInfo:
    """The zone of the file's labels: its own, or the district's."""
    return ZoneInfo(time.zone) if time.zone else sheet.context.zone


def needs_neighbours(sheet: Sheet, time: Time) -> np.ndarray:
    """Rows whose instant, or whose right to count, depends on other rows: those of days on which
    clocks change, where a label is told from its double by order or collides with a phantom.
    """
    if time.dst is None or time.dst.policy not in ("order_of_appearance", "offset_flag"):
        return np.zeros(len(sheet.table), dtype=bool)
    micros, _ = labels(sheet, time)
    days, zone = micros // DAY_US, zone_of(time, sheet)
    changed: np.ndarray = midnights(days + 1, zone) - midnights(days, zone) != DAY_US
    return changed


def when(sheet: Sheet, time: Time, groups: np.ndarray, step_us: int = 0) -> When:
    """The instants at which intervals begin, or readings were taken (step 0).

    Args:
        sheet: The rows.
        time: How the file writes time.
        groups: Which series each row belongs to, for folds told apart by order of appearance.
        step_us: Length of an interval whose label names its end; 0 where labels name starts.

    Raises:
        DeliveryRefused: DST_UNDECLARED where a moment lacks the offset that the format promises.
    """
    micros, offsets = labels(sheet, time)
    zone = zone_of(time, sheet)
    dst = time.dst or Dst(policy="not_applicable")
    if dst.policy in WALL_CLOCK:
        return _wall_clock(sheet, micros - step_us, zone, dst)
    if dst.policy == "order_of_appearance":
        found = _by_appearance(sheet, micros, zone, groups)
    elif dst.policy == "offset_flag":
        found = _by_flag(sheet, micros, zone, dst)
    elif dst.policy == "offset_in_text":
        found = _by_offset(sheet, micros, offsets)
    elif dst.policy == "utc":
        found = When(micros, micros, np.full(len(micros), CLEAR, dtype=np.int8))
    else:
        first, second, kinds = instants(micros, zone)
        found = When(first, second, kinds)
    return When(found.first - step_us, found.second - step_us, found.kinds)


def _wall_clock(sheet: Sheet, micros: np.ndarray, zone: ZoneInfo, dst: Dst) -> When:
    first, second, kinds = instants(micros, zone)
    if dst.policy == "reject":
        days = micros // DAY_US
        changed = midnights(days + 1, zone) - midnights(days, zone) != DAY_US
        sheet.reject("DST_UNDECLARED", changed, "time")
    return When(first, first if dst.policy != "fold_sum" else second, kinds)


def _by_appearance(sheet: Sheet, micros: np.ndarray, zone: ZoneInfo, groups: np.ndarray) -> When:
    first, second, kinds = instants(micros, zone)
    folded = np.flatnonzero((kinds == FOLD) & ~sheet.bad)
    keys = [(int(groups[at]), int(micros[at])) for at in folded]
    total = Counter(keys)
    seen: Counter[tuple[int, int]] = Counter()
    unclear = np.zeros(len(micros), dtype=bool)
    chosen = first.copy()
    for at, key in zip(folded, keys, strict=True):
        unclear[at] = total[key] != 2
        if seen[key] == 1:
            chosen[at] = second[at]
        seen[key] += 1
    sheet.reject("DST_UNDECLARED", unclear, "time")
    kinds = np.where(kinds == FOLD, CLEAR, kinds).astype(np.int8)
    return When(chosen, chosen, kinds)


def _by_flag(sheet: Sheet, micros: np.ndarray, zone: ZoneInfo, dst: Dst) -> When:
    assert dst.column is not None  # noqa: S101 - the declaration names it
    texts = sheet.table.column(dst.column)
    minutes = {normalised(key): _minutes(text) for key, text in dst.map.items()}
    offsets = by_unique(texts, lambda text: minutes.get(normalised(text)), pa.int64())
    sheet.reject("UNKNOWN_VALUE", mask_of(pc.is_null(offsets)), dst.column, texts)
    found = micros - offsets.fill_null(0).to_numpy(zero_copy_only=False) * MINUTE_US
    # A label that the clock never showed with this offset: the four zero quarters of the night in
    # March.
    phantom = civil_of(found, zone) != micros
    return When(found, found, np.where(phantom, GAP, CLEAR).astype(np.int8))


def _minutes(offset: str) -> int:
    sign = -1 if offset[0] == "-" else 1
    return sign * (int(offset[1:3]) * 60 + int(offset[4:6]))


def _by_offset(sheet: Sheet, micros: np.ndarray, offsets: np.ndarray) -> When:
    naive = np.flatnonzero((offsets == NO_OFFSET) & ~sheet.bad)
    if len(naive):
        row = int(sheet.table.rows[naive[0]])
        raise DeliveryRefused(
            "DST_UNDECLARED",
            f"Row {row}: the moment carries no offset from UTC, which the format promises.",
            f"Riga {row}: l'istante non indica lo scostamento da UTC che il formato promette.",
            row=row,
        )
    found = micros - np.where(offsets == NO_OFFSET, 0, offsets) * MINUTE_US
    return When(found, found, np.full(len(found), CLEAR, dtype=np.int8))
