"""Cumulative readings: what registers showed at a moment.

Belongs here: reading rows with one or several registers. Does not belong here: differences of
readings (the warehouse), text to value (`values`), label to instant (`timing`).
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.dataset import ARROW, Dataset
from pipelines.catalogue.format_kinds import RegisterFormat, RegisterValue
from pipelines.connectors.parsers.assembling import Rows
from pipelines.connectors.parsers.instants import GAP, midnights
from pipelines.connectors.parsers.measuring import base_columns, converted, series
from pipelines.connectors.parsers.moments import DAY_US
from pipelines.connectors.parsers.quantities import number
from pipelines.connectors.parsers.sheet import Sheet
from pipelines.connectors.parsers.timing import labels, when, zone_of

TOTAL = "total"


def register_rows(sheet: Sheet, form: RegisterFormat, dataset: Dataset) -> list[Rows]:
    """All readings of one sheet, one part per register.

    Raises:
        DeliveryRefused: where the file cannot be taken as a whole.
    """
    columns = base_columns(sheet, form, dataset)
    if form.time.has_clock:
        moments = when(sheet, form.time, series(columns, len(sheet.table)))
        sheet.reject("TIME_PHANTOM", moments.kinds == GAP, "time")
        read_at = moments.first
    else:
        micros, _ = labels(sheet, form.time)
        read_at = midnights(micros // DAY_US, zone_of(form.time, sheet))
    return [_register(sheet.beside(), value, columns, read_at) for value in form.values]


def _register(
    sheet: Sheet, value: RegisterValue, columns: dict[str, pa.Array], read_at: np.ndarray
) -> Rows:
    texts = sheet.table.column(value.column, value.occurrence)
    shown = number(sheet, texts, value.column)
    one = Fraction(1)
    found = converted(sheet, shown, texts, value, columns["carrier"], value.column, one)
    empty = found.values.is_null().to_numpy(zero_copy_only=False)
    places = np.flatnonzero(~sheet.bad & ~empty)
    taken = pa.array(places)
    own = {name: column.take(taken) for name, column in columns.items()}
    if value.register_ is not None or "register" not in own:
        own["register"] = pa.repeat(pa.scalar(value.register_ or TOTAL), len(places))
    if "digits" in own:
        own["digits"] = _digits_of_unit(
            own["digits"], value, shown.take(taken), found.values.take(taken)
        )
    own |= {
        "read_at": pa.array(read_at[places]).cast(ARROW["timestamp"]),
        "reading": found.values.take(taken),
        "unit": found.units.take(taken),
    }
    return Rows(own, sheet.table.rows[places], sheet.table.sheet)


def _digits_of_unit(
    digits: pa.Array, value: RegisterValue, shown: pa.Array, readings: pa.Array
) -> pa.Array:
    """The digits of readings that stand as the meter showed them. A meter of five digits turns over
    at 99 999 of its own units: of readings times a factor nobody could tell where.
    """
    kept = pc.equal(shown.cast(pa.float64()), readings.cast(pa.float64()))
    if value.scale is not None or value.coefficient_c not in (None, 1):
        kept = pc.and_(kept, pc.not_equal(shown.cast(pa.float64()), 0.0))  # 0 is 0 by any factor
    return pc.if_else(kept, digits, pa.scalar(None, digits.type))
