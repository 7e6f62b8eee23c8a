"""What a published sum is made of, as far as the edition shows it: months, carriers, projects.

Belongs here: the addends of a value. Does not belong here: anything protection has hidden; a sum with a hidden part
is told without its parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pipelines.publishing.months import months_back
from pipelines.publishing.reading import Reading
from pipelines.publishing.rows import Row

_CARRIERS = {
    "final_energy_kwh": ("energy_by_carrier_sector", "energy_kwh", "kWh"),
    "energy_tco2e": ("emissions_by_carrier_sector", "tco2e", "tCO2e"),
}


@dataclass(frozen=True)
class Part:
    """One addend. `kind` is month, carrier or project; a hidden project has no value."""

    kind: str
    name: str
    value: Decimal | None
    unit: str


def parts_of(reading: Reading, district: str, month: str, kpi: Row, row: Row) -> Iterator[Part]:
    """The addends of a sum; none for ratios, levels and values that are not there."""
    if row["value"] is None or kpi["value_kind"] != "sum":
        return
    if kpi["period"] == "rolling_12":
        yield from _months(reading, district, month, kpi)
    elif kpi["period"] == "month" and kpi["numerator"] in _CARRIERS:
        yield from _carriers(reading, district, month, kpi["numerator"])
    elif kpi["theme"] == "investment" and kpi["unit"] == "EUR":
        yield from _projects(reading, district, month, kpi["numerator"], row["numerator"])


def _months(reading: Reading, district: str, month: str, kpi: Row) -> Iterator[Part]:
    """The twelve months, where a KPI publishes them one by one."""
    monthly = next(
        (
            code
            for code, each in reading.kpis.items()
            if each["period"] == "month"
            and each["value_kind"] == "sum"
            and (each["mart"], each["numerator"]) == (kpi["mart"], kpi["numerator"])
        ),
        None,
    )
    values = [
        (one, reading.values.get((district, one, monthly or ""))) for one in months_back(month, 12)
    ]
    known = [(one, row["value"]) for one, row in values if row and row["value"] is not None]
    if len(known) == len(values):
        yield from (Part("month", one, value, kpi["unit"]) for one, value in known)


def _carriers(reading: Reading, district: str, month: str, column: str) -> Iterator[Part]:
    table, amount, unit = _CARRIERS[column]
    rows = [
        row
        for row in reading.of(table, district, month)
        if row["sector"] == "all" and row["carrier"] != "all"
    ]
    if any(row[amount] is None for row in rows):
        return
    for row in sorted(rows, key=lambda each: -each[amount]):
        yield Part("carrier", row["carrier"], row[amount], unit)


def _projects(
    reading: Reading, district: str, month: str, column: str, total: Decimal | None
) -> Iterator[Part]:
    """The projects, where those that are shown and those that are hidden can make up the total."""
    rows = [row for row in reading.of("projects", district, month) if column in row]
    shown = [row for row in rows if row[column]]
    hidden = [row for row in rows if row["suppressed"]]
    whole = sum((row[column] for row in shown), Decimal(0))
    if total is None or not shown or (not hidden and whole != total) or whole > total:
        return
    for row in sorted(shown, key=lambda each: -each[column]):
        yield Part("project", str(row["title"]), row[column], "EUR")
    for row in hidden:
        yield Part("project", str(row["title"]), None, "EUR")
