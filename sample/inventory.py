# ruff: noqa: E501 - tables are read one row per line
"""Contracts, guarantees of origin and activity data, as the energy and the environment office keep them.

Belongs here: rows that somebody wrote by hand. Does not belong here: what flowed (`flows.py`). The factors of the
activities lie in `sample/districts/factors/`, invented like everything else.
"""

from __future__ import annotations

import datetime as dt

from sample.files import Cell, csv_bytes, italian, xlsx_bytes
from sample.months import sent_on

CONTRACTS = (
    "Codice contratto", "Codice punto", "Strumento", "Valido dal", "Valido fino al (escluso)", "Energia (kWh)", "Fonte",
    "Fattore (g CO2e/kWh)", "Annullata il", "Evidenza",
)  # fmt: skip
ACTIVITY = (
    "Riga GPC", "Attività", "Titolare", "Tipo titolare", "Dal", "Al", "Quantità", "Unità", "Serie del fattore", "Chiave",
    "Motivo", "Evidenza",
)  # fmt: skip
GUARANTEED = (("2025", 190_000, "2026-03-10"),)
"""Year of production, kWh cancelled for the town hall of Parma, and when."""
WASTE = {"2024": 1_240, "2025": 1_180}
SODA = {"2024": 86, "2025": 83}
"""Tonnes a year in Prato: textile waste burnt outside the district, soda ash neutralised by one dye-works."""
KEYS = (
    ("I.4.1", "IE", "La cogenerazione delle imprese è nei loro contatori (I.3.1)"),
    ("I.7.1", "NO", "Nessuna miniera né deposito di carbone nel perimetro"),
    ("II.3.1", "NO", "Nessuna via navigabile nel perimetro"),
    ("II.4.1", "NO", "Nessun aeroporto nel perimetro"),
    ("V.1", "NO", "Nessun allevamento nel perimetro"),
)


def contracts(month: str) -> bytes:
    """Parma's register: what the library's supplier discloses, and guarantees cancelled for the town hall."""
    on = sent_on(month)
    rows: list[tuple[Cell, ...]] = [
        ("MIX-2024", "IT020E99200009", "mix del fornitore", dt.date(2024, 1, 1), dt.date(2026, 1, 1), None, "altro", 431, None,
         "bolletta, pagina 3"),
    ]  # fmt: skip
    rows += [
        (f"GO-{year}", "IT020E99200006", "garanzia d'origine", dt.date(int(year), 1, 1), dt.date(int(year) + 1, 1, 1), kwh,
         "idroelettrico", None, dt.date.fromisoformat(cancelled), f"certificato di annullamento {year}/0417")
        for year, kwh, cancelled in GUARANTEED
        if dt.date.fromisoformat(cancelled) <= on
    ]  # fmt: skip
    return xlsx_bytes("contratti", CONTRACTS, rows, on)


def activity_data(year: str) -> bytes:
    """Prato's quantities of a year that has ended."""
    start, end = f"01/01/{year}", f"31/12/{year}"
    rows: list[tuple[Cell, ...]] = [
        ("III.3.2", "textile_waste_incineration", "gestore_rifiuti", "pubblico", start, end, WASTE[year], "t", "dimostrativa",
         None, None, f"dichiarazione MUD {year}"),
        ("IV.1", "soda_ash_use", "gruppo_arno", "impresa", start, end, SODA[year], "t", "dimostrativa", None, None,
         f"registro di stabilimento {year}"),
    ]  # fmt: skip
    return csv_bytes(ACTIVITY, rows)


def notation_keys() -> bytes:
    """Lines of Prato's inventory that have no amount, and why; they come once, with the first files."""
    since, until = italian(dt.date(2024, 1, 1)), italian(dt.date(2030, 12, 31))
    rows: list[tuple[Cell, ...]] = [
        (ref, "all", "comune", "pubblico", since, until, None, None, None, key, why, None)
        for ref, key, why in KEYS
    ]
    return csv_bytes(ACTIVITY, rows)
