"""What is true of one district and not public: what every point uses, who holds it, what a kWh of it emits.

Belongs here: atoms with their amounts and what tells them apart, read from the warehouse of a deployment. Does not
belong here: what is published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from tests.end_to_end.attack import Atom

Row = dict[str, Any]
Holder = tuple[str, str]
"""Kind and group."""
WATER = ("water", "waste_water", "water of plants", "waste_water of plants")
"""What is no energy; what plants give out is what others use."""
SIDES = ("carrier", "sector", "flow", "method", "kind", "floor", "model", "source")
ENERGY = ("1", "2_location")
"""Scopes of energy, location-based."""


@dataclass(frozen=True)
class About:
    """One atom.

    Attributes:
        month: 'YYYY-MM'.
        holder: Whose it is.
        sides: What it is counted by; the sides of `SIDES`.
        worth: What one unit of it counts for: 1 'kWh', 'Smc', kilograms by scope, 'm3'.
    """

    month: str
    holder: Holder
    sides: Mapping[str, str]
    worth: Mapping[str, float]


@dataclass
class Truth:
    """The atoms of one district; `free` ones may be negative, `links` are sums between atoms that everybody knows."""

    amounts: dict[Atom, float] = field(default_factory=dict)
    about: dict[Atom, About] = field(default_factory=dict)
    free: set[Atom] = field(default_factory=set)

    def of(self, months: Iterable[str]) -> dict[Atom, float]:
        """The amounts of some months."""
        wanted = set(months)
        return {a: v for a, v in self.amounts.items() if self.about[a].month in wanted}


def truth_of(home: Path, district: str) -> Truth:
    """What is true of a district."""
    found = Truth()
    with duckdb.connect(str(home / "warehouse" / "nzd.duckdb"), read_only=True) as store:
        for atom, amount, about in (*_energy(store, district), *_water(store, district)):
            found.amounts[atom] = amount
            found.about[atom] = about
    return found


def asked(store: duckdb.DuckDBPyConnection, query: str, *values: str) -> Iterator[Row]:
    """Rows of one question."""
    answer = store.execute(query, list(values))
    names = [column[0] for column in answer.description]
    for row in answer.fetchall():
        yield dict(zip(names, row, strict=True))


_POINTS = """
select e.month, e.point_id, e.site_id, e.carrier, e.sector, e.flow, e.role, e.method, e.holder_kind, e.holder_group,
       e.adds_to_total, cast(e.energy_kwh as double) as kwh, cast(e.quantity as double) as quantity, e.unit,
       p.floor_area_m2 is not null as has_floor, m.model_grade
from fct_energy as e
left join int_points as p on p.district_id = e.district_id and p.point_id = e.point_id and p.carrier = e.carrier
left join int_baseline_point_months as m
  on m.district_id = e.district_id and m.point_id = e.point_id and m.carrier = e.carrier and m.month = e.month
where e.district_id = ? and e.energy_kwh is not null
"""
_EMITTED = """
select month, point_id, carrier, scope, gas, cast(sum(kg_co2e) as double) as kg
from fct_emission_points where district_id = ? and not biogenic and kg_co2e is not null group by all
"""
_SUN = """
select month, site_id, sector, holder_kind, holder_group, cast(self_consumed_kwh as double) as own,
       cast(export_kwh as double) as export
from int_pv_site_months where district_id = ?
"""
_VOLUMES = """
select month, point_id, carrier, role, sector, method, holder_kind, holder_group, water_source,
       cast(sum(volume_m3) as double) as m3
from int_point_months
where district_id = ? and carrier in ('water', 'waste_water') and role != 'submeter' and volume_m3 is not null
group by all
"""


def _energy(store: duckdb.DuckDBPyConnection, district: str) -> Iterator[tuple[Atom, float, About]]:
    emitted: dict[tuple[str, str, str], dict[str, float]] = {}
    for row in asked(store, _EMITTED, district):
        kilograms = emitted.setdefault((row["month"], row["point_id"], row["carrier"]), {})
        for name in (f"kg {row['scope']}", f"kg {row['scope']} {row['gas']}"):
            kilograms[name] = kilograms.get(name, 0.0) + row["kg"]
    for row in asked(store, _POINTS, district):
        if not row["adds_to_total"]:
            continue
        worth = {"kWh": 1.0}
        if row["kwh"]:
            if row["unit"] != "kWh":
                worth[row["unit"]] = row["quantity"] / row["kwh"]
            own = emitted.get((row["month"], row["point_id"], row["carrier"]), {})
            worth |= {name: kg / row["kwh"] for name, kg in own.items()}
            worth["kg"] = sum(worth.get(f"kg {scope}", 0.0) for scope in ENERGY)
        sides = {
            "carrier": row["carrier"], "sector": row["sector"], "flow": "import",
            "method": row["method"] or "-", "kind": row["holder_kind"] or "firm",
            "floor": str(row["has_floor"]), "model": row["model_grade"] or "none", "source": "-",
        }  # fmt: skip
        yield (
            ("use", row["month"], row["carrier"], row["point_id"]),
            row["kwh"],
            About(row["month"], _holder(row, row["point_id"]), sides, worth),
        )
    for row in asked(store, _SUN, district):
        sides = dict.fromkeys(SIDES, "-") | {
            "carrier": "electricity", "sector": row["sector"], "kind": row["holder_kind"] or "firm",
        }  # fmt: skip
        for name, flow in (("own", "self_consumed"), ("export", "export")):
            if row[name] is not None:
                yield (
                    (name, row["month"], "electricity", row["site_id"]),
                    row[name],
                    About(
                        row["month"],
                        _holder(row, row["site_id"]),
                        sides | {"flow": flow},
                        {"kWh": 1.0},
                    ),
                )


def _water(store: duckdb.DuckDBPyConnection, district: str) -> Iterator[tuple[Atom, float, About]]:
    for row in asked(store, _VOLUMES, district):
        source = row["water_source"] or "unassigned"
        # What is recycled and what it rained is withdrawn from nowhere; what is discharged was used before.
        flow = source if source in ("recycled", "rain") else "withdrawn"
        kind = row["carrier"] if row["role"] == "supply" else f"{row['carrier']} of plants"
        if row["carrier"] == "waste_water":
            source, flow = "-", "discharged"
        sides = dict.fromkeys(SIDES, "-") | {
            "carrier": kind, "sector": row["sector"], "flow": flow, "method": row["method"] or "-",
            "kind": row["holder_kind"] or "firm", "source": source,
        }  # fmt: skip
        yield (
            ("water", row["month"], source, row["point_id"]),
            row["m3"],
            About(row["month"], _holder(row, row["point_id"]), sides, {"m3": 1.0}),
        )


def _holder(row: Row, place: str) -> Holder:
    return (row["holder_kind"] or "firm", row["holder_group"] or place)
