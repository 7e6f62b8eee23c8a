# ruff: noqa: E501 - tables are read one row per line
"""What the district's office keeps of its activity, and the surfaces for renewables.

Belongs here: the layouts. Does not belong here: the quantities (`activity.py`, `flows.py`).
"""

from __future__ import annotations

import datetime as dt

from sample.activity import output_kg, yearly_facts
from sample.files import Cell, csv_bytes, dotted, italian, xlsx_bytes
from sample.flows import plant_facts
from sample.months import days, first_day

ACTIVITY = ("Grandezza", "Dal", "Al", "Valore", "Fonte")
SURFACES = (
    "Codice",
    "Tipo di superficie",
    "Potenziale (kW)",
    "Installato (kW)",
    "In esercizio dal",
    "Valutato il",
    "Evidenza",
)
NAMES = {
    "output_kg": "produzione (kg)", "employees": "addetti", "active_firms": "imprese attive",
    "registered_organisations": "organizzazioni registrate", "reuse_capacity_m3_per_year": "capacità di riuso (m3/anno)",
    "water_treated_m3": "acque trattate (m3)", "water_cycle_kwh": "energia ciclo idrico (kWh)",
}  # fmt: skip

# Code, class, potential kW, installed kW, first day in operation, and since when the row is on the register.
Surface = tuple[str, str, int, int, str, str]
SURFACE_ROWS: dict[str, tuple[Surface, ...]] = {
    "prato": (
        ("PRA-S-01", "tetto", 900, 620, "2022-06-15", "2024-03-20"),
        ("PRA-S-02", "tetto", 700, 480, "2023-09-01", "2024-03-20"),
        ("PRA-S-03", "tetto", 1150, 0, "", "2024-03-20"),
        ("PRA-S-04", "parcheggio", 540, 0, "", "2025-02-18"),
        ("PRA-S-05", "area libera", 1600, 0, "", "2025-02-18"),
    ),
    "parma": (
        ("PAR-S-01", "tetto", 1100, 700, "2021-11-10", "2024-02-05"),
        ("PAR-S-02", "tetto", 520, 380, "2023-04-20", "2024-02-05"),
        ("PAR-S-03", "parcheggio", 760, 0, "", "2024-11-12"),
    ),
    "bergamo": (
        ("BER-S-01", "tetto", 420, 0, "", "2024-01-30"),
        ("BER-S-02", "tetto", 380, 0, "", "2025-03-14"),
        ("BER-S-03", "parcheggio", 950, 0, "", "2024-01-30"),
        ("BER-S-04", "area libera", 2100, 0, "", "2024-01-30"),
        ("BER-S-05", "tetto", 610, 0, "", "2026-02-16"),
    ),
}


def activity(city: str, month: str) -> bytes:
    """Monthly output, and what the water plant reports."""
    made = {"output_kg": output_kg(city, month), **plant_facts(city, month)}
    start, end = first_day(month), days(month)[-1]
    return csv_bytes(ACTIVITY, [_row(driver, start, end, value) for driver, value in made.items()])


def stocks(city: str, year: int) -> bytes:
    """People, firms and capacities of a year."""
    start, end = dt.date(year, 1, 1), dt.date(year, 12, 31)
    facts = yearly_facts(city, year)
    return csv_bytes(ACTIVITY, [_row(driver, start, end, value) for driver, value in facts.items()])


def surfaces(city: str, known: dt.date) -> bytes:
    """Roofs, car parks and free areas on the register on a day."""
    rows: list[tuple[Cell, ...]] = []
    for code, kind, potential, installed, since, assessed in SURFACE_ROWS[city]:
        if dt.date.fromisoformat(assessed) <= known:
            runs = dt.date.fromisoformat(since) if since else None
            rows.append(
                (
                    code,
                    kind,
                    potential,
                    installed,
                    runs,
                    dt.date.fromisoformat(assessed),
                    f"Studio {code}",
                )
            )
    return xlsx_bytes("superfici", SURFACES, rows, known)


def _row(driver: str, start: dt.date, end: dt.date, value: int) -> tuple[str, str, str, str, str]:
    return (
        NAMES[driver],
        italian(start),
        italian(end),
        dotted(value),
        "Registro dell'ufficio di distretto",
    )
