"""Points that add something else to a month in one edition than in another, out of what the house keeps of both.

Belongs here: finding them, with both amounts and how they were read. Does not belong here: why they moved, and what
of that may be told (`point_causes.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import duckdb
import pyarrow as pa

from pipelines.publishing.protecting.kept_points import ENTERED
from pipelines.publishing.protecting.uses import Holder
from pipelines.publishing.rows import Row

Place = tuple[str, str]
"""District and month."""
KEY = ("district_id", "month", "point_id", "carrier")
NOTHING = Decimal(0)
OF_SITE = "any"
"""Carrier of what a site has and no point of it: its floor area."""
ACTIVITY, TONNES = "reported_energy_kwh", "energy_tco2e"
WEIGHED, WEIGHED_BY_READING = "quality_weighted_tco2e", "quality_of_reading_tco2e"


@dataclass(frozen=True)
class State:
    """A point in one edition's month: whether the register has it, how much was read, since when that is known."""

    registered: bool
    read_share: Decimal
    known_at: datetime | None


@dataclass
class Moved:
    """A point and carrier in a month of which something differs; a state is None where an edition has no such point."""

    place: Place
    point: str
    site: str
    carrier: str
    sector: str
    holder: Holder
    was: State | None = None
    now: State | None = None
    old: dict[str, Decimal] = field(default_factory=dict)
    new: dict[str, Decimal] = field(default_factory=dict)
    entered: bool = False
    """Whether other entries of the register of corrections stand for it."""

    def change(self, measure: str) -> Decimal:
        """New less old of a measure."""
        return self.new.get(measure, NOTHING) - self.old.get(measure, NOTHING)

    @property
    def measures(self) -> frozenset[str]:
        """What moved of it."""
        return frozenset(name for name in {*self.old, *self.new} if self.change(name))


@dataclass(frozen=True)
class Intensity:
    """Of a carrier's month in one edition: tonnes per kWh, and by how much old factors lower the quality of each."""

    tonnes_per_kwh: Decimal | None
    lowered: Decimal


@dataclass(frozen=True)
class Both:
    """What two editions keep of their points, as far as they differ."""

    moved: Mapping[Place, list[Moved]]
    old: Mapping[tuple[str, str, str], Intensity]
    new: Mapping[tuple[str, str, str], Intensity]


def both(old: pa.Table, new: pa.Table) -> Both:
    """Hold one edition's points against another's; months that only one of them speaks of are left out."""
    with duckdb.connect() as engine:
        engine.execute("set TimeZone = 'UTC'")
        engine.register("old", old)
        engine.register("new", new)
        rows = [
            (side, row)
            for side in ("old", "new")
            for row in _rows(engine, _MOVED.format(side=side))
        ]
        was, now = (
            _intensities(_rows(engine, _INTENSITY.format(side=side))) for side in ("old", "new")
        )
    return Both(_by_place(rows), was, now)


def _rows(engine: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    table = engine.sql(query).to_arrow_table()
    return [] if table is None else [dict(row) for row in table.to_pylist()]


_MOVED = """
with months as (
    select district_id, month from old intersect select district_id, month from new
),
differing as (
    select distinct district_id, month, point_id
    from (select * from old) as o full join (select * from new) as n
        using (district_id, month, point_id, carrier, measure)
    where o.amount is distinct from n.amount
)
select side.*
from {side} as side
inner join differing using (district_id, month, point_id)
inner join months using (district_id, month)
order by all
"""
_INTENSITY = """
select
    district_id, month, carrier,
    sum(amount) filter (where measure = 'reported_energy_kwh') as kwh,
    sum(amount) filter (where measure = 'energy_tco2e') as tonnes,
    sum(amount) filter (where measure = 'quality_weighted_tco2e') as weighed,
    sum(amount) filter (where measure = 'quality_of_reading_tco2e') as by_reading
from {side}
group by district_id, month, carrier
having tonnes is not null
"""


def _by_place(rows: list[tuple[str, Row]]) -> dict[Place, list[Moved]]:
    found: dict[tuple[str, ...], Moved] = {}
    entered: dict[tuple[str, str, str], dict[str, set[str]]] = defaultdict(
        lambda: {"old": set(), "new": set()}
    )
    for side, row in rows:
        if row["measure"].startswith(ENTERED):
            spot = (row["district_id"], row["month"], row["point_id"])
            entered[spot][side].add(row["measure"])
            continue
        key = tuple(row[name] for name in KEY)
        one = found.get(key) or found.setdefault(key, _moved(row))
        (one.old if side == "old" else one.new)[row["measure"]] = row["amount"]
        state = State(row["registered"], row["read_share"] or NOTHING, row["known_at"])
        if side == "old":
            one.was = state
        else:
            one.now = state
    places: dict[Place, list[Moved]] = defaultdict(list)
    for one in found.values():
        stood = entered.get((*one.place, one.point))
        one.entered = stood is not None and stood["old"] != stood["new"]
        if one.measures:
            places[one.place].append(one)
    return dict(places)


def _moved(row: Row) -> Moved:
    # A point nobody has registered is somebody's: until it is known, a firm's.
    holder = (row["holder_kind"] or "firm", row["holder_group"] or row["point_id"])
    place = (row["district_id"], row["month"])
    sector = row["sector"] or ""
    return Moved(place, row["point_id"], row["site_id"], row["carrier"], sector, holder)


def _intensities(rows: list[Row]) -> dict[tuple[str, str, str], Intensity]:
    return {
        (row["district_id"], row["month"], row["carrier"]): Intensity(
            row["tonnes"] / row["kwh"] if row["kwh"] else None,
            ((row["by_reading"] or NOTHING) - (row["weighed"] or NOTHING)) / row["tonnes"]
            if row["tonnes"]
            else NOTHING,
        )
        for row in rows
    }
