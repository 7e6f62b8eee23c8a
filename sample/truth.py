"""What really flowed: what recomputations from the raw files are held against.

Belongs here: monthly sums of the model, and what measures saved of it. Does not belong here: what
the files say, which `ledger.py` tells apart.
"""

from __future__ import annotations

from functools import cache

from sample.city import CITIES, DISTRICTS
from sample.flows import by_day
from sample.load import demand, exported, imported, production

Totals = dict[tuple[str, str], int]


@cache
def truth(month: str) -> Totals:
    """Totals of a month by district and measure.

    Measures: `electricity_import_wh` (points with curves), `electricity_billed_kwh` (points with
    bills), `electricity_export_wh`, `pv_production_wh`, `natural_gas_smc`, `district_heat_kwh`,
    and `water_<source>_m3`.
    """
    found: Totals = {}
    for city in CITIES:
        for name, amount in _amounts(city, month):
            found[city, name] = found.get((city, name), 0) + amount
    return found


def billed_kwh(city: str, point_id: str, month: str) -> int:
    """What the bill of a month says, in whole kWh."""
    return round(int(imported(city, point_id, month).sum()) / 1000)


def saved(city: str, point_id: str, month: str) -> float:
    """What the measures on a point really saved in a month, in its own unit: Wh, Smc, m3 or kWh."""
    point = DISTRICTS[city].one(point_id)
    since, reduction = point.measure
    if month < since:
        return 0.0
    used = demand(city, point_id, month) if point.electric else by_day(city, point_id, month)
    return float(used.sum()) * reduction / (1 - reduction)


def _amounts(city: str, month: str) -> list[tuple[str, int]]:
    points = DISTRICTS[city]
    rows: list[tuple[str, int]] = []
    for point in points.of("electricity", read="curve"):
        rows.append(("electricity_import_wh", int(imported(city, point.id, month).sum())))
        rows.append(("electricity_export_wh", int(exported(city, point.id, month).sum())))
    billed = points.of("electricity", read="bill")
    rows += [("electricity_billed_kwh", billed_kwh(city, point.id, month)) for point in billed]
    roofs = points.of("electricity", role="generation")
    rows += [("pv_production_wh", int(production(city, roof.id, month).sum())) for roof in roofs]
    for carrier, name in (
        ("natural_gas", "natural_gas_smc"),
        ("district_heat", "district_heat_kwh"),
    ):
        rows += [(name, int(by_day(city, p.id, month).sum())) for p in points.of(carrier)]
    for point in points.of("water"):
        rows.append((f"water_{point.water_source}_m3", int(by_day(city, point.id, month).sum())))
    return rows
