# ruff: noqa: E501 - tables are read one row per line
"""What the district's office keeps of its activity, and the surfaces for renewables.

Belongs here: the layouts. Does not belong here: the quantities (`activity.py`, `flows.py`).
"""

from __future__ import annotations

import datetime as dt

from sample.activity import coefficients, network_balance, output_kg, yearly_facts
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
    "roof_area_m2": "superficie dei tetti (m2)", "runoff_coefficient": "coefficiente di deflusso",
    "filter_efficiency": "efficienza del filtro", "network_km": "rete idrica (km)",
    "water_input_m3": "acqua immessa in rete (m3)", "water_output_m3": "acqua erogata (m3)",
}  # fmt: skip

REFERENCES = ("list", "code", "label", "quantity", "unit", "note", "valid_from")
YIELDS = {
    "prato": {"roof": 1240, "parking": 1165, "free_area": 1310},
    "parma": {"all": 1180},
}
NORMAL_RAIN = {"prato": (62, 60, 66, 75, 70, 58, 36, 48, 78, 104, 110, 80)}

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
    """People, firms and capacities of a year; the water network's balance of the year that has ended."""
    rows = []
    for of_year, told in (
        (year, yearly_facts(city, year)),
        (year - 1, network_balance(city, year - 1)),
    ):
        start, end = dt.date(of_year, 1, 1), dt.date(of_year, 12, 31)
        rows += [_row(driver, start, end, value) for driver, value in told.items()]
    start, end = dt.date(year, 1, 1), dt.date(year, 12, 31)
    rows += [_row(driver, start, end, share) for driver, share in coefficients(city).items()]
    return csv_bytes(ACTIVITY, rows)


def references(city: str, year: int) -> bytes:
    """What is usual at the place: rain by month, and what a kilowatt of photovoltaics gives in a year."""
    label = f"elenco {year}"
    rows = [
        (
            "pv_yield",
            kind,
            label,
            kwh,
            "kWh/kWp",
            "Studio dimostrativo delle superfici",
            "2024-01-01",
        )
        for kind, kwh in YIELDS[city].items()
    ]
    rows += [
        (
            "climate_normals", f"precipitation_mm_{number:02d}", label, mm, "mm",
            "1991-2020, normale dimostrativa", "2024-01-01",
        )
        for number, mm in enumerate(NORMAL_RAIN.get(city, ()), start=1)
    ]  # fmt: skip
    return csv_bytes(REFERENCES, rows, delimiter=",", end="\n")


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


def _row(
    driver: str, start: dt.date, end: dt.date, value: int | str
) -> tuple[str, str, str, str, str]:
    return (
        NAMES[driver],
        italian(start),
        italian(end),
        dotted(value) if isinstance(value, int) else value,
        "Registro dell'ufficio di distretto",
    )
