# ruff: noqa: E501 - tables are read one row per line
"""Meter readings, bills and the register of points, as companies and offices send them.

Belongs here: the layouts and who reads when. Does not belong here: what flowed (`flows.py`,
`load.py`).
"""

from __future__ import annotations

import datetime as dt

from sample.city import DISTRICTS, Point
from sample.dirt import ESTIMATED_GAS, ESTIMATED_WATER, MISTYPED_BILL, estimated
from sample.files import Cell, csv_bytes, italian, xlsx_bytes
from sample.flows import by_day, opening, reading_days, registers, total_at
from sample.holders import COLUMNS as HOLDERS
from sample.holders import holder
from sample.months import days, first_day, sent_on, shift
from sample.noise import stream
from sample.truth import billed_kwh

GAS = ("PDR", "Matricola", "Data lettura", "Lettura", "Tipo lettura", "Motivo", "Cifre")
WATER = (
    "Codice utenza",
    "Ubicazione",
    "Matricola contatore",
    "Data lettura",
    "Lettura (mc)",
    "Tipo lettura",
    "Motivo",
)
BILLS = (
    "Codice fornitura", "Vettore", "Numero bolletta", "Periodo dal", "Periodo al", "Consumo", "Unità di misura", "Imponibile (EUR)",
    "Tipo bolletta", "Tipo consumo", *HOLDERS,
)  # fmt: skip
POINTS = (
    "Codice punto", "Vettore", "Ruolo", "Codice sito", "Codice punto padre", "Settore", "Titolare", "Tipo titolare", "Fonte idrica",
    "Superficie riscaldata (m2)", "Potenza impegnata (kW)", "Potenza installata (kW)", "Uso gas", "Valido dal", "Valido fino al (escluso)",
)  # fmt: skip
EVENTS = {"periodic": "periodica", "exchange_out": "cambio uscita", "exchange_in": "cambio entrata"}
ITALIAN = {
    "electricity": "elettricità", "natural_gas": "gas naturale", "district_heat": "teleriscaldamento", "water": "acqua",
    "supply": "fornitura", "generation": "produzione", "municipal": "comunale", "tertiary": "terziario", "industry": "industria",
    "street_lighting": "illuminazione pubblica", "public": "pubblico", "firm": "impresa", "potable_network": "acquedotto",
    "well": "pozzo", "recycled": "riciclata", "industrial": "industriale", "commercial": "commerciale", "": "",
}  # fmt: skip


def gas(city: str, month: str, *, excel_numbers: bool = False, actual_again: bool = False) -> bytes:
    """Daily readings of every gas meter of a district, sheet "letture".

    Args:
        city: The district.
        month: From the second of the month to the first of the next.
        excel_numbers: Whether a spreadsheet has turned the PDR into a number on the way.
        actual_again: Whether readings that were estimated at first are sent as they really were.
    """
    rows: list[tuple[Cell, ...]] = []
    for point in DISTRICTS[city].of("natural_gas", read="daily"):
        code: Cell = int(point.id) if excel_numbers else point.id
        for day in reading_days(month):
            for serial, reading, event in registers(city, point.id, day):
                guess = None if actual_again else estimated(ESTIMATED_GAS, point.id, day)
                shown = reading if guess is None else _guessed(city, point, guess, day)
                kind = "E" if guess is None else "S"
                rows.append((code, serial, italian(day), shown, kind, EVENTS[event], 8))
    return xlsx_bytes("letture", GAS, rows, sent_on(month))


def water(city: str, month: str) -> bytes:
    """Readings of every water meter of a district.

    Read remotely on the first in Prato, by a person in Parma.
    """
    remote = city == "prato"
    on = first_day(shift(month, 1)) if remote else days(month)[-1]
    dates = [first_day(month), on] if month == "2024-05" else [on]
    rows = []
    for point in DISTRICTS[city].of("water"):
        for day in dates:
            guess = estimated(ESTIMATED_WATER, point.id, day)
            serial, reading, event = registers(city, point.id, day)[0]
            shown = reading if guess is None else _guessed(city, point, guess, day)
            how = "stimata" if guess is not None else "telelettura" if remote else "rilevata"
            place = point.site.replace("_", " ").title()
            rows.append(
                (
                    point.id,
                    place,
                    serial,
                    italian(day),
                    f"{shown:,}".replace(",", "."),
                    how,
                    EVENTS[event],
                )
            )
    return csv_bytes(WATER, rows, encoding="cp1252")


def bills(city: str, month: str, *, renamed: bool = False) -> bytes:
    """The office's register of the month's electricity bills, with its total line."""
    rows: list[tuple[Cell, ...]] = []
    total = 0.0
    for n, point in enumerate(DISTRICTS[city].of("electricity", read="bill"), start=1):
        kwh = billed_kwh(city, point.id, month)
        price = 0.212 + float(stream("price", city, month).uniform(-0.012, 0.012))
        amount = round(kwh * price + point.contract_kw * 2.4, 2)
        total += amount
        number = f"{month[:4]}/{month[5:]}-{n:03d}"
        period = (first_day(month), days(month)[-1])
        if (point.id, month) == MISTYPED_BILL[:2]:
            kwh += MISTYPED_BILL[2]
        rows.append(
            (point.id, "elettricità", number, *period, kwh, "kWh", amount, "ordinaria", "reale",
             *holder(point.holder).cells())
        )  # fmt: skip
    rows.append(("TOTALE", *[None] * 6, round(total, 2), None, None, *[None] * len(HOLDERS)))
    header = tuple("Consumi fatturati" if renamed and name == "Consumo" else name for name in BILLS)
    return xlsx_bytes("bollette", header, rows, sent_on(month))


def points(city: str, month: str) -> bytes:
    """The office's register of supply points and meters."""
    rows: list[tuple[Cell, ...]] = []
    for p in DISTRICTS[city].points:
        since = dt.date.fromisoformat(p.valid_from) if p.valid_from else None
        rows.append(
            (p.id, ITALIAN[p.carrier], ITALIAN[p.role], p.site, None, ITALIAN[p.sector], p.holder, ITALIAN[p.kind],
             ITALIAN[p.water_source], p.floor_area_m2 or None, p.contract_kw or None, p.installed_kw or None,
             ITALIAN[p.gas_use], since, None)
        )  # fmt: skip
    return xlsx_bytes("anagrafica", POINTS, rows, sent_on(month))


def _guessed(city: str, point: Point, since: dt.date, day: dt.date) -> int:
    """What a company writes when it could not read.

    The last true reading and last month's daily use since then.
    """
    month = f"{since:%Y-%m}"
    daily = int(by_day(city, point.id, shift(month, -1)).mean() * 0.93)
    return opening(point.id) + total_at(city, point.id, since) + daily * (day - since).days
