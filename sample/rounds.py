"""What each district's senders send after a month, were nothing ever to go wrong.

Belongs here: who sends what, when and under which name. Does not belong here: mishaps
(`mishaps.py`), layouts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sample import (
    context,
    corrections,
    curves,
    grid,
    inventory,
    investment,
    office,
    registers,
    survey,
)
from sample.city import CITIES, DISTRICTS
from sample.months import FIRST, in_quarter_end, sent_on
from sample.weather import archive_json

Make = Callable[[], bytes]
Files = dict[str, Make]

ARRIVES = {
    "registers": 5,
    "points": 5,
    "curves": 6,
    "pv": 6,
    "gas": 7,
    "heat": 7,
    "water": 7,
    "bills": 8,
    "weather": 9,
}
"""Day of the next month on which each kind of file arrives; the others on the 8th."""

HAS_REGISTERS = {
    "prato": tuple(office.HEADERS),
    "parma": tuple(name for name in office.HEADERS if name != "non_ordinari"),
    "bergamo": (
        "decisioni",
        "riunioni",
        "sandbox",
        "priorita",
        "pratiche",
        "eventi",
        "barriere",
        "corsi",
        "formazione",
        "misure",
        "punti_misure",
    ),
    "roma": tuple(name for name in office.HEADERS if name not in ("sistema", "non_ordinari")),
}


def regular(month: str) -> Files:
    """Every file that is due after a month, by its path in the inbox."""
    files: Files = {}
    for city in CITIES:
        for path, make in {
            **_metering(city, month),
            **_context(city, month),
            **_inventory(city, month),
            **_office(city, month),
        }.items():
            files[f"{city}/{path}"] = make
    return files


def _metering(city: str, month: str) -> Files:
    points = DISTRICTS[city]
    with_curve = [p for p in points.of("electricity", read="curve") if p.runs(month)]
    files: Files = {}
    if city == "prato":
        for p in with_curve:
            files[f"curves/{p.id}_ExportData_{month}.csv"] = partial(curves.wide, city, p, month)
        files[f"pv/inverter_{month}.csv"] = partial(curves.inverter, city, month, with_export=True)
    if city == "parma":
        files[f"curves/curve_{month}.csv"] = partial(curves.unareti, city, with_curve, month)
        files[f"pv/inverter_{month}.csv"] = partial(curves.inverter, city, month, with_export=False)
        files[f"heat/teleriscaldamento_{month}.csv"] = partial(curves.heat, city, month)
    if city == "bergamo":
        files[f"curves/{month.replace('-', '')}_PDO_1.csv"] = partial(
            curves.pdo, city, with_curve, month
        )
    if points.of("natural_gas"):
        files[f"gas/letture_gas_{month}.xlsx"] = partial(registers.gas, city, month)
    if points.of("water"):
        files[f"water/letture_acqua_{month}.csv"] = partial(registers.water, city, month)
    if points.of("electricity", read="bill"):
        files[f"bills/bollette_{month}.xlsx"] = partial(registers.bills, city, month)
    return files


def _context(city: str, month: str) -> Files:
    files: Files = {f"weather/{city}_{month}.json": partial(archive_json, city, month)}
    files[f"projects/progetti_{month}.csv"] = partial(investment.municipal, city, month)
    if month == FIRST or in_quarter_end(month):
        files[f"projects/fonti_{month}.csv"] = partial(investment.funding, city, month)
    yearly = month == FIRST or month[5:] == "01"
    if city == "prato":
        files[f"activity/attivita_{month}.csv"] = partial(context.activity, city, month)
    if city == "bergamo":
        files[f"grid/fattori_orari_{month}.csv"] = partial(grid.factors, month)
    if yearly:
        year = int(month[:4])
        files[f"stocks/consistenze_{year}.csv"] = partial(context.stocks, city, year)
        if city in context.YIELDS:
            name = f"reference/riferimenti_{year}.csv"
            files[name] = partial(context.references, city, year)
    if city != "roma" and yearly:
        files[f"points/anagrafica_{month}.xlsx"] = partial(registers.points, city, month)
    if city in context.SURFACE_ROWS and (month == FIRST or in_quarter_end(month)):
        files[f"surfaces/superfici_{month}.xlsx"] = partial(context.surfaces, city, sent_on(month))
    if city == "bergamo" and month in investment.VERSIONS:
        version = investment.VERSIONS.index(month) + 1
        files[f"pnrr/PNRR_Progetti_v{version:02d}.csv"] = partial(investment.pnrr_projects, version)
        files[f"pnrr/PNRR_Localizzazione_v{version:02d}.csv"] = partial(
            investment.pnrr_places, version
        )
    return files


def _inventory(city: str, month: str) -> Files:
    """Contracts and activity data: once at the beginning, then every spring for the year that has ended."""
    files: Files = {}
    if city == "parma" and (month == FIRST or month[5:] == "03"):
        files[f"contracts/contratti_{month}.xlsx"] = partial(inventory.contracts, month)
    if city == "prato" and month == FIRST:
        files["inventory/attivita_inventario_chiavi.csv"] = inventory.notation_keys
    if city == "prato" and month[5:] == "03":
        ended = str(int(month[:4]) - 1)
        files[f"inventory/attivita_inventario_{ended}.csv"] = partial(
            inventory.activity_data, ended
        )
    return files


def _office(city: str, month: str) -> Files:
    files: Files = {}
    for name in HAS_REGISTERS[city]:
        if name in office.MONTHLY or month == FIRST or in_quarter_end(month):
            files[f"registers/{name}_{month}.xlsx"] = partial(
                office.workbook, city, name, sent_on(month)
            )
    if city == "parma" and month >= corrections.SINCE and in_quarter_end(month):
        files[f"registers/correzioni_{month}.xlsx"] = partial(
            corrections.corrections, sent_on(month)
        )
    for wave in survey.waves_of(month):
        if wave.city == city:
            files[f"survey/questionario_{wave.number}.csv"] = partial(survey.answers, wave)
    return files
