"""Texts as days and as instants, in the clock that the format declares.

Belongs here: dates of one column. Does not belong here: intervals and the two nights on which clocks
change (`timing`), how a moment is written (`moments`).
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from pipelines.catalogue.dataset import ARROW
from pipelines.catalogue.format_values import (
    DISTRICT_ZONE,
    Value,
)
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.instants import (
    CLEAR,
    civil_of,
    instants,
    midnights,
    month_start,
)
from pipelines.connectors.parsers.moments import DAY_US, MINUTE_US, NO_OFFSET, moments
from pipelines.connectors.parsers.quantities import integers
from pipelines.connectors.parsers.sheet import Sheet


def civil(
    sheet: Sheet, texts: pa.Array, formats: tuple[str, ...], label: str
) -> tuple[np.ndarray, ...]:
    """Civil times of texts: microseconds, offsets in minutes, and which rows have one."""
    dated = sheet.findings.dated
    micros, offsets, known, bad = moments(
        texts,
        formats,
        sheet.table.rows,
        label,
        typed=sheet.table.typed,
        dated=dated[label],
    )
    dated[label] += int(known.sum())
    sheet.reject("BAD_DATE_ROW", bad, label, texts)
    return micros, offsets, known


def days_of(sheet: Sheet, texts: pa.Array, value: Value, label: str) -> pa.Array:
    """Days; the first day no longer covered where the text is the last one, or a month."""
    micros, offsets, known = civil(sheet, texts, value.date_format or ("iso",), label)
    if value.zone is not None:
        # 23:30 UTC of a month's last day is the next month in Italy.
        naive = offsets == NO_OFFSET
        zone = sheet.context.zone if value.zone == DISTRICT_ZONE else ZoneInfo(value.zone)
        utc = np.where(
            naive, instants(micros, zone)[0], micros - np.where(naive, 0, offsets) * MINUTE_US
        )
        micros = civil_of(utc, sheet.context.zone)
    days = micros // DAY_US + value.plus_days
    if value.plus_months:
        days = np.array([month_start(int(day), value.plus_months) for day in days], dtype=np.int64)
    return pa.array(days.astype(np.int32), mask=~known).cast(pa.date32())


def instants_of(sheet: Sheet, texts: pa.Array, value: Value, label: str) -> pa.Array:
    """Instants in UTC; a clock time that is not one instant is rejected, never guessed."""
    micros, offsets, known = civil(sheet, texts, value.date_format or ("iso",), label)
    naive = known & (offsets == NO_OFFSET)
    if naive.any() and value.zone is None:
        at = int(np.flatnonzero(naive)[0])
        row, text = int(sheet.table.rows[at]), texts[at].as_py()
        raise DeliveryRefused(
            "DST_UNDECLARED",
            f"Row {row}, '{label}': '{text}' carries no offset from UTC. Declare its 'zone'.",
            f"Riga {row}, '{label}': '{text}' non indica lo scostamento da UTC. Dichiarare 'zone'.",
            row=row,
        )
    days = micros // DAY_US
    if value.plus_months:
        moved = [month_start(int(day), value.plus_months) for day in days]
        micros = np.array(moved, dtype=np.int64) * DAY_US
    micros = micros + value.plus_days * DAY_US
    elapsed = np.zeros(len(micros), dtype=np.int64)
    if value.nth is not None:
        place = integers(sheet, sheet.table.column(value.nth.column), value.nth.column)
        known &= place.is_valid().to_numpy(zero_copy_only=False)
        count = place.fill_null(1).to_numpy(zero_copy_only=False) - 1
        if value.nth.days is not None:
            micros = micros + count * DAY_US
        else:
            elapsed = count * (value.nth.minutes or 0) * MINUTE_US
    utc = micros - np.where(known & ~naive, offsets, 0) * MINUTE_US
    if naive.any():
        zone = sheet.context.zone if value.zone == DISTRICT_ZONE else ZoneInfo(value.zone or "UTC")
        clock, _, kinds = instants(micros, zone)
        # Which of the two hours is meant nobody may guess, nor when an hour was that never came.
        sheet.reject("DST_UNDECLARED", naive & (kinds != CLEAR), label, texts)
        if value.nth is not None and value.nth.minutes is not None:
            length = midnights(micros // DAY_US + 1, zone) - clock
            sheet.reject("TIME_PHANTOM", (elapsed < 0) | (elapsed >= length), value.nth.column)
        utc = np.where(naive, clock, utc)
    utc = utc + elapsed + value.plus_minutes * MINUTE_US
    return pa.array(utc, mask=~known).cast(ARROW["timestamp"])
