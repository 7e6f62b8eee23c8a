"""What surfaces could give, what a network loses and how much it rained, worked out again from the raw files.

Belongs here: terms of the KPIs that rest on surveys, balances and weather. Does not belong here:
meters (`recomputed.py`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from tests.end_to_end.raw_files import Row, day_of, month_start, number, shifted
from tests.end_to_end.recomputed import FIRST, Recomputed

Terms = tuple[Decimal | None, Decimal | None]
CLASSES = {"tetto": "roof", "parcheggio": "parking", "area libera": "free_area"}


def stock(of: Recomputed, name: str, month: str) -> Decimal | None:
    """A quantity as the last register that had begun says."""
    begun = [row for row in _stocks(of, name) if row[0] < month_start(month, 1)]
    return max(begun)[2] if begun else None


def flow(of: Recomputed, name: str, month: str) -> Decimal | None:
    """A month's part of a year's volume, by days."""
    first, after = month_start(month), month_start(month, 1)
    for start, end, value in _stocks(of, name):
        days = (min(end, after) - max(start, first)).days
        if days > 0:
            return value * days / (end - start).days
    return None


def _stocks(of: Recomputed, name: str) -> list[tuple[date, date, Decimal]]:
    found = set()
    for row in of.raw.rows(f"{of.district}/stocks/*.csv", "Grandezza", "Valore"):
        value = number(row["Valore"])
        if row["Grandezza"] == name and value is not None:
            found.add((day_of(row["Dal"]), day_of(row["Al"]) + timedelta(days=1), value))
    return sorted(found)


def losses(of: Recomputed, month: str) -> Decimal | None:
    """Water that went in and did not come out."""
    put_in = flow(of, "acqua immessa in rete (m3)", month)
    out = flow(of, "acqua erogata (m3)", month)
    return None if put_in is None or out is None else put_in - out


def losses_by_length(of: Recomputed, month: str) -> Terms:
    """ARERA's M1a: losses over kilometres times days."""
    km = stock(of, "rete idrica (km)", month)
    days = (month_start(month, 1) - month_start(month)).days
    return losses(of, month), None if km is None else km * days


def losses_by_input(of: Recomputed, month: str) -> Terms:
    """ARERA's M1b: losses over what was put in."""
    return losses(of, month), flow(of, "acqua immessa in rete (m3)", month)


def installed(of: Recomputed, month: str) -> Terms:
    """Power on surfaces over the power that they could carry."""
    after, rows = month_start(month, 1), _surfaces(of)
    stands = [
        _kw(row["Installato (kW)"]) for row in rows if _before(row["In esercizio dal"], after)
    ]
    carries = [_kw(row["Potenziale (kW)"]) for row in rows if _before(row["Valutato il"], after)]
    return (sum(stands, Decimal(0)), sum(carries, Decimal(0))) if rows and carries else (None, None)


def possible(of: Recomputed, month: str) -> Terms:
    """What the surveyed surfaces would give in a year."""
    yields = {row["code"]: Decimal(row["quantity"]) for row in _references(of, "pv_yield")}
    after = month_start(month, 1)
    rows = [row for row in _surfaces(of) if _before(row["Valutato il"], after)]
    if not rows or not yields:
        return None, None
    return sum(
        (
            _kw(row["Potenziale (kW)"])
            * yields.get(CLASSES[row["Tipo di superficie"]], yields.get("all", Decimal(0)))
            for row in rows
        ),
        Decimal(0),
    ), None


def _surfaces(of: Recomputed) -> list[Row]:
    return of.raw.newest(f"{of.district}/surfaces/superfici_*.xlsx", "Codice")


def _kw(cell: object) -> Decimal:
    return Decimal(str(cell or 0))


def _before(cell: object, day: date) -> bool:
    """Whether a day that is told lies before another; what is not told has always been so."""
    return not cell or day_of(cell) < day  # type: ignore[arg-type]


def _references(of: Recomputed, name: str) -> list[Row]:
    for path in reversed(of.raw.files(f"{of.district}/reference/riferimenti_*.csv")):
        rows = of.raw.table(path, "list", "code", "quantity", delimiter=",")
        return [row for row in rows if row["list"] == name]
    return []


@cache
def _rain(of: Recomputed) -> dict[str, Decimal]:
    days: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for path in of.raw.files(f"{of.district}/weather/*.json"):
        daily = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)["daily"]
        for day, fallen in zip(daily["time"], daily["precipitation_sum"], strict=True):
            if fallen is not None:
                days[day[:7]][day] = Decimal(fallen)
    return {month: sum(told.values(), Decimal(0)) for month, told in days.items()}


def _usual(of: Recomputed, month: str) -> Decimal:
    normals = {
        row["code"][-2:]: Decimal(row["quantity"]) for row in _references(of, "climate_normals")
    }
    if month[5:] in normals:
        return normals[month[5:]]
    alike = {each: mm for each, mm in _rain(of).items() if each[5:] == month[5:]}
    before = [mm for each, mm in alike.items() if each < FIRST]
    return sum(before, Decimal(0)) / len(before) if before else alike[min(alike)]


def anomaly(of: Recomputed, month: str) -> Terms:
    """Three months of rain less what is usual, over what is usual."""
    window = [shifted(month, -back) for back in range(3)]
    if min(window) < FIRST:
        return None, None
    fallen = sum((_rain(of)[each] for each in window), Decimal(0))
    usual = sum((_usual(of, each) for each in window), Decimal(0))
    return fallen - usual, usual


def from_roofs(of: Recomputed, month: str) -> Terms:
    """Rain on roofs, as far as they and their filters let it through."""
    terms = [
        stock(of, name, month)
        for name in (
            "superficie dei tetti (m2)",
            "coefficiente di deflusso",
            "efficienza del filtro",
        )
    ]
    if None in terms:
        return None, None
    product = _rain(of)[month] / 1000
    for term in terms:
        product *= term or 0
    return product, None
