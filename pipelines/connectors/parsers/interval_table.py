"""Quantities per interval, from long tables and from one row per day.

Belongs here: intervals, phantom and folded quarters, flows. Does not belong here: text to value
(`values`), label to instant (`timing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.dataset import ARROW, Dataset
from pipelines.catalogue.format_kinds import MINUTES, IntervalFormat, IntervalValue
from pipelines.catalogue.format_values import NumberOfRow
from pipelines.catalogue.units import UnitOfRow
from pipelines.connectors.parsers.assembling import Rows
from pipelines.connectors.parsers.instants import (
    CLEAR,
    FOLD,
    GAP,
    civil_of,
    midnights,
    month_of,
    month_start,
)
from pipelines.connectors.parsers.measuring import (
    Quantities,
    base_columns,
    quantities,
    series,
    summed,
)
from pipelines.connectors.parsers.moments import DAY_US, MINUTE_US
from pipelines.connectors.parsers.sheet import Sheet
from pipelines.connectors.parsers.timing import When, labels, when, zone_of
from pipelines.connectors.parsers.wide_day import NO_INTERVAL, as_rows, cells_of, slots_of


def interval_rows(sheet: Sheet, form: IntervalFormat, dataset: Dataset) -> list[Rows]:
    """All intervals of one sheet, one part per flow.

    Raises:
        DeliveryRefused: where the file cannot be taken as a whole.
    """
    columns = base_columns(sheet, form, dataset)
    if form.layout == "wide_day":
        return [_wide(sheet, form, columns)]
    if form.interval in MINUTES:
        step = MINUTES[form.interval] * MINUTE_US
        back = step if form.time.label == "end" else 0
        starts = when(sheet, form.time, series(columns, len(sheet.table)), back)
        spans = _Spans(starts, starts.first + step, Fraction(MINUTES[form.interval], 60), step)
    else:
        spans = _calendar(sheet, form)
    return [_long(sheet.beside(), form, value, columns, spans) for value in form.values]


@dataclass(frozen=True)
class _Spans:
    starts: When
    ends: np.ndarray
    hours: Fraction
    step: int


def _calendar(sheet: Sheet, form: IntervalFormat) -> _Spans:
    micros, _ = labels(sheet, form.time)
    zone = zone_of(form.time, sheet)
    days = micros // DAY_US
    back = 1 if form.time.label == "end" else 0
    if form.interval == "P1D":
        first, after = days - back, days - back + 1
    else:
        first = np.array([month_start(int(day), -back) for day in days], dtype=np.int64)
        after = np.array([month_start(int(day), 1 - back) for day in days], dtype=np.int64)
    starts, ends = midnights(first, zone), midnights(after, zone)
    clear = np.full(len(days), CLEAR, dtype=np.int8)
    # Mean power over days and months would need each one's own hours; nobody sends it, so it is 24
    # h or refused.
    return _Spans(When(starts, starts, clear), ends, Fraction(24), 0)


def _long(
    sheet: Sheet,
    form: IntervalFormat,
    value: IntervalValue,
    columns: dict[str, pa.Array],
    spans: _Spans,
) -> Rows:
    label = value.column or " + ".join(value.sum_of)
    carriers = columns["carrier"]
    if value.sum_of:
        found = summed(sheet, value, carriers, label, spans.hours)
    else:
        texts = sheet.table.column(value.column or "", value.occurrence)
        found = quantities(sheet, texts, value, carriers, label, spans.hours)
    own = dict(columns)
    if value.flow is not None:
        own["flow"] = pa.repeat(pa.scalar(value.flow), len(sheet.table))
    return _intervals(sheet, form, own, found, spans)


def _wide(sheet: Sheet, form: IntervalFormat, columns: dict[str, pa.Array]) -> Rows:
    micros, _ = labels(sheet, form.time)
    good = ~sheet.bad
    step = MINUTES[form.interval] * MINUTE_US
    assert form.cells is not None  # noqa: S101 - the declaration refuses a wide day without them
    assert form.time.dst is not None  # noqa: S101 - nor without its policy
    dst = form.time.dst
    places = cells_of(sheet.table, form.cells, DAY_US // step, dst)
    days = (micros // DAY_US)[good]
    starts = slots_of(days, len(places), step, zone_of(form.time, sheet), dst)
    table = sheet.table.kept(good)
    names = [table.names[place].strip() for place in places]
    value = form.values[0]
    beside = [one.column for one in (value.unit, value.scale, value.coefficient_c)
              if isinstance(one, UnitOfRow | NumberOfRow)]  # fmt: skip
    cells = Sheet(as_rows(table, places, beside), sheet.context, sheet.findings, names)
    cells.shown = np.repeat(micros[good], len(places))
    repeated = pa.array(np.repeat(np.flatnonzero(good), len(places)))
    own = {name: column.take(repeated) for name, column in columns.items()}
    if value.flow is not None:
        own["flow"] = pa.repeat(pa.scalar(value.flow), len(repeated))
    if dst.policy == "reject":
        cells.reject("DST_UNDECLARED", starts.kinds == NO_INTERVAL, "time")
    hours = Fraction(MINUTES[form.interval], 60)
    found = quantities(cells, cells.table.at(0), value, own["carrier"], "cells", hours)
    return _intervals(cells, form, own, found, _Spans(starts, starts.first + step, hours, step))


def _intervals(
    sheet: Sheet,
    form: IntervalFormat,
    columns: dict[str, pa.Array],
    found: Quantities,
    spans: _Spans,
) -> Rows:
    kinds = spans.starts.kinds
    empty = found.values.is_null().to_numpy(zero_copy_only=False)
    zero = np.asarray(
        pc.fill_null(pc.equal(found.values, pa.scalar(0, pa.decimal128(1, 0))), True), dtype=bool
    )
    _leave_out_phantoms(sheet, form, columns, found, spans, zero)
    keep = ~sheet.bad & ~empty & (kinds != GAP) & (kinds != NO_INTERVAL)
    folded = keep & (kinds == FOLD) & (spans.starts.first != spans.starts.second)
    return _rows(sheet, columns, found, spans, keep, folded)


def _leave_out_phantoms(
    sheet: Sheet,
    form: IntervalFormat,
    columns: dict[str, pa.Array],
    found: Quantities,
    spans: _Spans,
    zero: np.ndarray,
) -> None:
    """Labels that the clock never showed: nothing in them is dropped with a note, energy in them is
    an issue.
    """
    phantom = (spans.starts.kinds == GAP) | (spans.starts.kinds == NO_INTERVAL)
    phantom &= ~sheet.bad
    if not phantom.any():
        return
    dst = form.time.dst
    strict = dst is not None and dst.policy == "offset_flag" and dst.phantom == "issue"
    harmless = phantom & zero & (not strict)
    counted = harmless & ~found.values.is_null().to_numpy(zero_copy_only=False)
    shown = civil_of(spans.starts.first, sheet.context.zone)
    points = columns["point_id"]
    for at in np.flatnonzero(counted):
        sheet.findings.note(
            "TIME_PHANTOM", month=month_of(shown[at]), point_id=points[int(at)].as_py()
        )
    wrong = phantom & ~harmless
    if not wrong.any():
        return
    sheet.reject("TIME_PHANTOM", wrong, "time", found.values)
    groups = series(columns, len(phantom))
    doubtful = set(zip(groups[wrong].tolist(), spans.starts.first[wrong].tolist(), strict=True))
    same = [
        key in doubtful for key in zip(groups.tolist(), spans.starts.first.tolist(), strict=True)
    ]
    if dst is not None and dst.policy == "offset_flag":
        sheet.reject("DUP_CONFLICT", np.array(same, dtype=bool) & ~wrong, "time", found.values)


def _rows(
    sheet: Sheet,
    columns: dict[str, pa.Array],
    found: Quantities,
    spans: _Spans,
    keep: np.ndarray,
    folded: np.ndarray,
) -> Rows:
    """The rows that count; a folded row that holds two hours is halved over them, and says so."""
    once = np.flatnonzero(keep & ~folded)
    twice = np.flatnonzero(folded)
    places = np.concatenate([once, twice, twice])
    starts = np.concatenate(
        [spans.starts.first[once], spans.starts.first[twice], spans.starts.second[twice]]
    )
    ends = np.concatenate([spans.ends[once], starts[len(once) :] + spans.step])
    taken = pa.array(places)
    own = {name: column.take(taken) for name, column in columns.items()}
    values = found.values.take(taken)
    if len(twice):
        values, own["quality"] = _halved(values, own["quality"], len(once), len(twice))
    own |= {
        "interval_start": pa.array(starts).cast(ARROW["timestamp"]),
        "interval_end": pa.array(ends).cast(ARROW["timestamp"]),
        "quantity": values,
        "unit": found.units.take(taken),
    }
    return Rows(own, sheet.table.rows[places], sheet.table.sheet)


def _halved(
    values: pa.Array, quality: pa.Array, once: int, twice: int
) -> tuple[pa.Array, pa.Array]:
    whole = values.slice(once, twice)
    first = pc.round(
        pc.divide(whole, pa.scalar(2, pa.decimal128(1, 0))), 6, "half_towards_infinity"
    )
    first = first.cast(values.type)
    second = pc.subtract(whole, first).cast(values.type)
    made_up = pa.repeat(pa.scalar("reconstructed"), 2 * twice)
    return (
        pa.concat_arrays([values.slice(0, once), first, second]),
        pa.concat_arrays([quality.slice(0, once), made_up]),
    )
