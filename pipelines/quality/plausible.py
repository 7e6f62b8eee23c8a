"""What a series can be judged by before it has a history: its contract power, the use its register
expects, the other series of the delivery.

Belongs here: limits that the register declares, and the comparison across points. Does not belong
here: comparison with earlier deliveries, and what becomes of a series that has slipped (`scale`).

    power   the mean power of an interval stays under 1.3 times the contract power (the installed
            power for production); where one value in a hundred exceeds it, the unit is wrong
    year    a typical day times 365 lies between 1/200 and 20 times the declared use of a year
    others  a series of which nothing is known lies 500 times beyond all others of its kind in the
            delivery, which are at least five
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import duckdb
import pyarrow as pa

from pipelines.landing.engine import engine
from pipelines.quality.contract import Scale
from pipelines.quality.known_points import KnownPoints

Key = tuple[str | None, ...]

POWER_MARGIN = 1.3
"""A supply may draw a tenth more than its contract power for hours, and short peaks above."""
SPIKE = 2 * POWER_MARGIN
"""A single value this far above the contract power is an error of its own, not one of unit."""
ANNUAL_BAND = (1 / 200, 20.0)
"""A gas boiler burns six times its mean day in January and a thirtieth in July."""
OTHERS_NEEDED = 5
BEYOND_OTHERS = 500.0

_OF_INTERVALS = """
    select {by}, unit, quantile_disc(kw, 0.99) as high, median(daily) as daily
    from (
        select {by}, unit,
            "{column}"::double * 3600 / (epoch(interval_end) - epoch(interval_start)) as kw,
            "{column}"::double * 86400 / (epoch(interval_end) - epoch(interval_start)) as daily
        from delivered where interval_end > interval_start and "{column}" > 0
    ) group by all
"""
_OF_REGISTERS = """
    select {by}, unit, max(daily) / 24 as high, median(daily) as daily
    from (
        select {by}, unit, ("{column}" - lag("{column}") over series)::double * 86400
            / (epoch(read_at) - epoch(lag(read_at) over series)) as daily
        from delivered window series as (partition by {by} order by read_at)
    ) where daily > 0 group by all
"""


@dataclass(frozen=True)
class Seen:
    """One series of a delivery: its point, flow and unit, the 99th percentile of its mean power and
    its typical day, both of what is above zero.
    """

    key: Key
    point: str
    flow: str
    unit: str
    high: float
    daily: float


def series_of(scale: Scale, delivered: pa.Table) -> list[Seen]:
    """Every series of a delivery that flows at all."""
    by = ", ".join(f'"{name}"' for name in scale.by)
    query = _OF_REGISTERS if "read_at" in delivered.column_names else _OF_INTERVALS
    if "unit" not in delivered.column_names:
        return []
    at = scale.by.index("point_id")
    with engine() as connection:
        connection.register("delivered", delivered)
        rows = _fetched(connection, query.format(by=by, column=scale.column), len(scale.by))
        return [
            Seen(key, str(key[at]), str(key[scale.by.index("flow")]), unit, high, daily)
            for key, unit, high, daily in rows
        ]


def _fetched(
    connection: duckdb.DuckDBPyConnection, query: str, width: int
) -> Iterator[tuple[Key, str, float, float]]:
    for row in connection.execute(query).fetchall():
        yield tuple(row[:width]), *row[width:]


def judged_by_limits(seen: list[Seen], points: KnownPoints) -> dict[Key, bool]:
    """Whether each series whose point has a declared limit has slipped."""
    found: dict[Key, bool] = {}
    for one in seen:
        limits = points.limits.get(one.point)
        if limits is None:
            continue
        power = limits.power_of(one.flow) if one.unit == "kWh" else None
        tests = []
        if power is not None:
            tests.append(one.high > POWER_MARGIN * power)
        if limits.annual is not None and one.flow == "import":
            low, high = ANNUAL_BAND
            tests.append(not low <= one.daily * 365 / limits.annual <= high)
        if tests:
            found[one.key] = any(tests)
    return found


def judged_by_others(seen: list[Seen], known: set[Key]) -> set[Key]:
    """The series of which nothing is known that lie beyond all others of their kind.

    Series without others to compare with are left out: nothing can be said of them.
    """
    kinds: dict[tuple[str, str], list[Seen]] = {}
    for one in seen:
        kinds.setdefault((one.flow, one.unit), []).append(one)
    beyond: set[Key] = set()
    for alike in kinds.values():
        ordered = sorted(alike, key=lambda one: one.daily)
        for at, (one, following) in enumerate(pairwise(ordered), start=1):
            if following.daily < BEYOND_OTHERS * one.daily:
                continue
            below, above = ordered[:at], ordered[at:]
            few, many = sorted((below, above), key=len)
            if len(many) >= OTHERS_NEEDED and len(few) < len(many):
                beyond |= {odd.key for odd in few}
    return beyond - known


def spikes(scale: Scale, delivered: pa.Table, points: KnownPoints) -> list[bool]:
    """Of each row of intervals in kWh, whether it lies far above what its connection carries."""
    if "interval_end" not in delivered.column_names or not points.limits:
        return []
    tops = {
        (point, flow): SPIKE * power
        for point, limits in points.limits.items()
        for flow in ("import", "export", "production")
        if (power := limits.power_of(flow)) is not None
    }
    if not tops:
        return []
    known = pa.table(
        {
            "point_id": [point for point, _ in tops],
            "flow": [flow for _, flow in tops],
            "top": list(tops.values()),
        }
    )
    with engine() as connection:
        connection.register(
            "delivered", delivered.append_column("_at", pa.array(range(len(delivered))))
        )
        connection.register("known", known)
        beyond = connection.execute(
            f"""
            select d._at from delivered d join known k using (point_id, flow)
            where d.unit = 'kWh' and d.interval_end > d.interval_start and d."{scale.column}"::double
                * 3600 / (epoch(d.interval_end) - epoch(d.interval_start)) > k.top
            """  # noqa: S608 - names come from a contract that was checked against the catalogue
        ).fetchall()
    marked = [False] * len(delivered)
    for (at,) in beyond:
        marked[at] = True
    return marked if beyond else []
