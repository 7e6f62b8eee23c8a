"""The inventory in other people's tables: NetZeroCities' A-1.1 and A-1.4, the template of a SECAP.

Belongs here: which public cell stands where. Does not belong here: any figure that is not public already; a cell that
holds a hidden one is hidden, and so is every total over it.

NetZeroCities' tables have a sector for electricity of its own and a SECAP has not: each kWh stands in one place of
each table, and a test adds them up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from pipelines.publishing.months import months_back
from pipelines.publishing.rows import Row

ALL = "all"
TOTAL = "total"
Places = Callable[[str, str], tuple[str, str]]
_SECAP_SECTORS = {
    "municipal": "municipal",
    "tertiary": "tertiary",
    "residential": "residential",
    "street_lighting": "street_lighting",
    "industry": "industry",
    "agriculture": "agriculture",
}
_OTHER_SECTORS = {
    "II": "transport",
    "III": "waste",
    "IV": "ippu",
    "V": "afolu",
    "VI": "other_scope_3",
}


def _scope(carrier: str) -> str:
    return "scope_2" if carrier in ("electricity", "district_heat") else "scope_1"


def _nzc(carrier: str, sector: str) -> tuple[str, str]:
    if carrier == "electricity":
        return "electricity", _scope(carrier)
    return ("industry" if sector == "industry" else "buildings"), _scope(carrier)


def _secap(carrier: str, sector: str) -> tuple[str, str]:
    return _SECAP_SECTORS.get(sector, "unassigned"), carrier


VIEWS: dict[str, tuple[str, str, Decimal, str, Places]] = {
    "nzc_a11": ("energy_by_carrier_sector", "energy_kwh", Decimal("0.001"), "MWh", _nzc),
    "nzc_a14": ("emissions_by_carrier_sector", "tco2e", Decimal(1), "tCO2e", _nzc),
    "secap_energy": ("energy_by_carrier_sector", "energy_kwh", Decimal("0.001"), "MWh", _secap),
    "secap_emissions": ("emissions_by_carrier_sector", "tco2e", Decimal(1), "tCO2e", _secap),
}
"""View → the public table it is made of, its amount, scale and unit, and where each cell stands."""


def inventory_views(
    energy: Sequence[Row], emissions: Sequence[Row], gpc: Sequence[Row], month: str
) -> list[Row]:
    """Every view over the twelve months up to the edition's, with totals by row, column and table.

    Args:
        energy: Rows of the protected table of energy by carrier and sector.
        emissions: Rows of the protected table of emissions by carrier and sector.
        gpc: Rows of the protected table of GPC's lines; what is not energy comes from there.
        month: The edition's month.
    """
    tables = {"energy_by_carrier_sector": energy, "emissions_by_carrier_sector": emissions}
    window = set(months_back(month, 12))
    found = []
    for view, (name, column, scale, unit, places) in VIEWS.items():
        cells = _cells(tables[name], column, places, window)
        if view == "nzc_a14":
            _add_other_lines(cells, gpc)
        for district, amounts in cells.items():
            found += [
                {
                    "district_id": district,
                    "month": month,
                    "view": view,
                    "row": row,
                    "column": heading,
                    "value": None if amount is None else amount * scale,
                    "unit": unit,
                    "suppressed": amount is None,
                }
                for (row, heading), amount in sorted(_with_totals(amounts).items())
            ]
    return found


Amounts = dict[tuple[str, str], Decimal | None]


def _cells(
    table: Iterable[Row], column: str, places: Places, window: set[str]
) -> dict[str, Amounts]:
    """Sums of public cells by place of the view; None where any of them is hidden or withheld."""
    found: dict[str, Amounts] = defaultdict(dict)
    for row in table:
        if row["month"] in window and ALL not in (row["carrier"], row["sector"]):
            _put(found[row["district_id"]], places(row["carrier"], row["sector"]), row[column])
    return found


def _add_other_lines(cells: dict[str, Amounts], gpc: Iterable[Row]) -> None:
    """Transport, waste, processes and land, and what networks lose; with nothing known there is no cell."""
    for row in gpc:
        head = row["gpc_ref"].split(".")[0]
        losses = head == "I" and row["scope"] == "3"
        if (head == "I" and not losses) or (row["tco2e"] is None and not row["suppressed"]):
            continue
        sector = "electricity" if losses else _OTHER_SECTORS[head]
        _put(cells[row["district_id"]], (sector, f"scope_{row['scope']}"), row["tco2e"])


def _put(amounts: Amounts, place: tuple[str, str], value: Decimal | None) -> None:
    before = amounts.get(place, Decimal(0))
    amounts[place] = None if before is None or value is None else before + value


def _with_totals(amounts: Amounts) -> Amounts:
    """The cells with their sums by row and column; a hidden cell hides every sum over it."""
    whole: Amounts = dict(amounts)
    for (row, column), value in amounts.items():
        for place in ((row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            _put(whole, place, value)
    return whole
