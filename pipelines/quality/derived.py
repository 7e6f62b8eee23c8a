"""The table as contracts see it: the received columns and a few that follow from them.

Belongs here: columns that a rule needs and no sender sends. Both executors judge this table, so
that they cannot differ on it. Does not belong here: anything that is kept; what is derived here is
dropped again after judging.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.dataset import Dataset

Kind = Literal["text", "number", "date", "timestamp", "flag"]

KNOWN_ON = "_known_on"
PER_HOUR = "_per_hour"
INTERVAL_HOURS = "_interval_hours"
PERIOD_DAYS = "_period_days"

NEEDS: dict[str, frozenset[str]] = {
    KNOWN_ON: frozenset({"_known_at"}),
    INTERVAL_HOURS: frozenset({"interval_start", "interval_end"}),
    PER_HOUR: frozenset({"interval_start", "interval_end", "quantity"}),
    PERIOD_DAYS: frozenset({"period_start", "period_end"}),
}
"""Derived column → the columns it is made from.

`_known_on` is the latest local day anywhere on Earth when the bytes arrived, so that nobody's today
is the future. `_interval_hours` is the length of the interval, h. `_per_hour` is the quantity per
hour of its interval, for energy the mean power in kW; null where the interval has no length.
`_period_days` is the length of the period, d.
"""

_KIND_OF_DERIVED: dict[str, Kind] = {
    KNOWN_ON: "date",
    PER_HOUR: "number",
    INTERVAL_HOURS: "number",
    PERIOD_DAYS: "number",
}
_LATEST_ZONE_S = 14 * 3600
_MICROSECONDS_PER_HOUR = 3_600_000_000


def columns_of(dataset: Dataset) -> dict[str, Kind]:
    """Every column a contract of this dataset may speak of, and what compares with it."""
    schema = dataset.schema()
    found: dict[str, Kind] = {field.name: _kind(field.type) for field in schema}
    return found | {name: _KIND_OF_DERIVED[name] for name in _derivable(schema.names)}


def prepared(received: pa.Table) -> pa.Table:
    """The received table and its derived columns; moments as plain UTC: engines differ on zones."""
    table = received
    for index, field in enumerate(received.schema):
        if pa.types.is_timestamp(field.type) and field.type.tz:
            plain = received.column(index).cast(pa.timestamp("us"))
            table = table.set_column(index, field.name, plain)
    for name in _derivable(received.column_names):
        table = table.append_column(name, _derived(table, name))
    return table


def _derivable(columns: Iterable[str]) -> list[str]:
    present = set(columns)
    return [name for name, needs in NEEDS.items() if needs <= present]


def _derived(table: pa.Table, name: str) -> pa.ChunkedArray:
    if name == KNOWN_ON:
        shift = pa.scalar(_LATEST_ZONE_S * 1_000_000, pa.duration("us"))
        return (
            pc.add(table["_known_at"], shift)
            .cast(pa.timestamp("s"), safe=False)
            .cast(pa.date32(), safe=False)
        )
    if name == PERIOD_DAYS:
        return pc.subtract(
            table["period_end"].cast(pa.int32()).cast(pa.int64()),
            table["period_start"].cast(pa.int32()).cast(pa.int64()),
        )
    length = pc.subtract(
        table["interval_end"].cast(pa.int64()), table["interval_start"].cast(pa.int64())
    )
    hours = pc.divide(length.cast(pa.float64()), float(_MICROSECONDS_PER_HOUR))
    if name == INTERVAL_HOURS:
        return hours
    lasting = pc.if_else(pc.greater(hours, 0.0), hours, pa.scalar(None, pa.float64()))
    return pc.divide(table["quantity"].cast(pa.float64()), lasting)


def _kind(arrow: pa.DataType) -> Kind:
    if pa.types.is_date(arrow):
        return "date"
    if pa.types.is_timestamp(arrow):
        return "timestamp"
    if pa.types.is_boolean(arrow):
        return "flag"
    if pa.types.is_string(arrow):
        return "text"
    return "number"
