"""The unit alarm: is a series far from its own history, or from what it can be, as when kWh are Wh?

Belongs here: comparing one judged delivery with what was accepted from the same source before, and
what becomes of the series that slipped. Does not belong here: rules on single rows (`row_pass`),
what a series without history is judged by (`plausible`), and judging a change that weather or use
can explain.

What is compared is consumption per day: an interval of any length counts with its length, a
register with the difference of two readings of one serial. A history month is the median of its
days, days at zero left out. A series has slipped where it leaves the band against each of its
history months, so that a season seen before never rings; with a single month of history the band
is wider, because a season may lie between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.declaration import Bilingual
from pipelines.landing.engine import engine
from pipelines.quality.contract import Contract, Scale
from pipelines.quality.derived import prepared
from pipelines.quality.judged import Judged
from pipelines.quality.known_points import NOTHING_KNOWN, KnownPoints
from pipelines.quality.plausible import (
    Key,
    judged_by_limits,
    judged_by_others,
    series_of,
    spikes,
)
from pipelines.quality.row_pass import with_reasons

UNIT_SLIP = "UNIT_SLIP"
IMPLAUSIBLE = "IMPLAUSIBLE_QUANTITY"
MONTHS_NEEDED = 2
WIDER = 4
"""How much wider the band is while a series has shown one month only."""
SLIP = 1000
"""The factor between Wh, kWh and MWh, or litres and cubic metres."""

_DAYS_OF_INTERVALS = """
    select {by}, date_trunc('month', interval_start) as of_month,
        sum("{column}")::double * 86400 / sum(epoch(interval_end) - epoch(interval_start)) as daily
    from {table}
    where interval_end > interval_start and "{column}" is not null
    group by {by}, of_month, date_trunc('day', interval_start)
"""

_STEPS_OF_REGISTERS = """
    select *, (reading - before)::double / days as daily
    from (
        select {by}, is_delivered, date_trunc('month', read_at) as of_month, "{column}" as reading,
            lag("{column}") over series as before,
            (epoch(read_at) - epoch(lag(read_at) over series)) / 86400 as days
        from {table}
        where "{column}" is not null
        window series as (partition by {by} order by read_at, is_delivered)
    )
    where days > 0
"""


@dataclass
class _Series:
    """One series: the typical day of each history month and of the delivery, in units per day."""

    months: list[float] = field(default_factory=list)
    arrived: float | None = None
    falls: list[tuple[float, float, float]] = field(default_factory=list)
    """Readings below the one before: reading, reading before, days between."""

    @property
    def comparable(self) -> bool:
        return bool(self.months) and (self.arrived is not None or bool(self.falls))

    def slipped(self, scale: Scale) -> bool:
        """Whether the delivery leaves the band against every month, or falls by a slip of unit."""
        if not self.comparable:
            return False
        wider = 1 if len(self.months) >= MONTHS_NEEDED else WIDER
        ratios = [self.arrived / month for month in self.months] if self.arrived else []
        if ratios and (min(ratios) > scale.high * wider or max(ratios) < scale.low / wider):
            return True
        # A register in the next larger unit goes on where it stood once multiplied; a new meter
        # does not.
        most = scale.high * max(self.months)
        return any(
            0 <= reading * SLIP - before <= most * days for reading, before, days in self.falls
        )


def judge_scale(
    contract: Contract,
    judged: Judged,
    history: pa.Table | None,
    points: KnownPoints = NOTHING_KNOWN,
) -> Judged:
    """The delivery after the unit alarm.

    Args:
        contract: The contract; without a `scale` block nothing is compared.
        judged: The delivery after the row pass.
        history: Rows accepted before from the same source, with the columns of `scale.by`, the
            quantity and its interval, or the reading and `read_at`. Null where there is none.
        points: What the district's register says of its points.

    Returns:
        The delivery refused with UNIT_SLIP where at least `scale.refuse_at_share` of the series
        that can be compared have slipped; with the rows of the slipped ones quarantined where fewer
        have, and single values that no connection of the point carries.
    """
    scale = contract.scale
    if scale is None or judged.refusal or not judged.accepted.num_rows:
        return judged
    delivered = prepared(judged.accepted)
    found = _compared(scale, delivered, history)
    seen = series_of(scale, delivered)
    for key, slipped in judged_by_limits(seen, points).items():
        found[key] = found.get(key, False) or slipped
    # What lies beyond the others is set aside; it says nothing about them.
    alone = judged_by_others(seen, set(found))
    slipped_keys = {key for key, slipped in found.items() if slipped}
    if slipped_keys and len(slipped_keys) >= scale.refuse_at_share * len(found):
        return judged.refused(UNIT_SLIP, len(slipped_keys), _found(slipped_keys, len(found)))
    if slipped_keys or alone:
        judged = _set_aside(scale, judged, slipped_keys | alone)
    return _without_spikes(scale, judged, points)


def _compared(scale: Scale, delivered: pa.Table, history: pa.Table | None) -> dict[Key, bool]:
    """Whether each series that has a history has slipped against it."""
    if history is None or not history.num_rows:
        return {}
    series = _series(scale, delivered, prepared(history))
    return {key: one.slipped(scale) for key, one in series.items() if one.comparable}


def _series(scale: Scale, delivered: pa.Table, history: pa.Table) -> dict[Key, _Series]:
    """Every series of the delivery or the history, by the values of `scale.by`."""
    series: dict[Key, _Series] = defaultdict(_Series)
    cumulative = "read_at" in delivered.column_names
    with engine() as connection:
        connection.register("delivered", delivered)
        connection.register("history", history)
        days = _of_registers if cumulative else _of_intervals
        for key, month in days(connection, scale, "history"):
            series[key].months.append(month)
        for key, day in days(connection, scale, "delivered"):
            series[key].arrived = day
        if cumulative:
            for key, fall in _falls(connection, scale):
                series[key].falls.append(fall)
    return series


def _of_intervals(
    connection: duckdb.DuckDBPyConnection, scale: Scale, table: str
) -> Iterator[tuple[Key, float]]:
    days = _DAYS_OF_INTERVALS.format(by=_by(scale), column=scale.column, table=table)
    return _medians(connection, scale, days, by_month=table == "history")


def _of_registers(
    connection: duckdb.DuckDBPyConnection, scale: Scale, table: str
) -> Iterator[tuple[Key, float]]:
    steps = _steps(scale, with_delivered=table == "delivered")
    return _medians(connection, scale, steps, by_month=table == "history")


def _medians(
    connection: duckdb.DuckDBPyConnection, scale: Scale, days: str, *, by_month: bool
) -> Iterator[tuple[Key, float]]:
    grain = f"{_by(scale)}, of_month" if by_month else _by(scale)
    # Names come from a contract that was checked against the catalogue.
    query = f"select {_by(scale)}, median(daily) from ({days}) where daily > 0 group by {grain}"  # noqa: S608
    for *key, typical in connection.execute(query).fetchall():
        yield tuple(key), typical


def _falls(
    connection: duckdb.DuckDBPyConnection, scale: Scale
) -> Iterator[tuple[Key, tuple[float, float, float]]]:
    steps = _steps(scale, with_delivered=True)
    query = f"select {_by(scale)}, reading, before, days from ({steps}) where reading < before"  # noqa: S608
    for *key, reading, before, days in connection.execute(query).fetchall():
        yield tuple(key), (float(reading), float(before), float(days))


def _steps(scale: Scale, *, with_delivered: bool) -> str:
    """SQL: from one reading to the next; with the delivery, only the steps that end in it."""
    columns = f'{_by(scale)}, read_at, "{scale.column}"'
    known = f"select {columns}, false as is_delivered from history"  # noqa: S608
    if not with_delivered:
        return _STEPS_OF_REGISTERS.format(by=_by(scale), column=scale.column, table=f"({known})")
    both = f"({known} union all select {columns}, true as is_delivered from delivered)"  # noqa: S608
    steps = _STEPS_OF_REGISTERS.format(by=_by(scale), column=scale.column, table=both)
    return f"select * from ({steps}) where is_delivered"  # noqa: S608


def _by(scale: Scale) -> str:
    return ", ".join(f'"{name}"' for name in scale.by)


def _found(slipped: set[Key], comparable: int) -> Bilingual:
    said = [_said(key) for key in sorted(slipped, key=str)]
    names = ", ".join(said[:5]) + (" …" if len(said) > 5 else "")
    return Bilingual(
        it=f"{len(slipped)} serie su {comparable} ({names}).",
        en=f"{len(slipped)} of {comparable} series ({names}).",
    )


def _said(key: Key) -> str:
    return "/".join(part for part in key if part)


def _set_aside(scale: Scale, judged: Judged, slipped: set[Key]) -> Judged:
    """The rows of the slipped series moved to the quarantine."""
    keys = zip(*(judged.accepted[name].to_pylist() for name in scale.by), strict=True)
    return _moved(scale, judged, [key in slipped for key in keys], UNIT_SLIP)


def _without_spikes(scale: Scale, judged: Judged, points: KnownPoints) -> Judged:
    """Single values far above what the point's connection carries, moved to the quarantine."""
    marked = spikes(scale, prepared(judged.accepted), points)
    return _moved(scale, judged, marked, IMPLAUSIBLE) if marked else judged


def _moved(scale: Scale, judged: Judged, marked: list[bool], code: str) -> Judged:
    out = pa.array(marked, pa.bool_())
    rows = judged.accepted.filter(out)
    reasons: list[dict[str, str | None]] = [
        {"code": code, "column": scale.column, "raw": str(value)}
        for value in rows[scale.column].to_pylist()
    ]
    kept = judged.accepted.filter(pc.invert(out))
    quarantined = pa.concat_tables([judged.quarantined, with_reasons(rows, reasons)])
    return replace(judged, accepted=kept, quarantined=quarantined)
