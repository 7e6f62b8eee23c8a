# ruff: noqa: E501 - tables are read one row per line
"""What Parma's office believes to be wrong in its suppliers' data: the register of corrections as it stands on a day.

Belongs here: the entries, and when each was made. Does not belong here: the defects themselves (`dirt.py`), what must
be said of them (`ledger.py`).
"""

from __future__ import annotations

import datetime as dt

from sample.dirt import MISTYPED_BILL
from sample.files import Cell, xlsx_bytes
from sample.months import first_day
from sample.truth import billed_kwh

SINCE = "2026-03"
"""The first round in which the register is sent."""
HEADER = (
    "Correzione", "Fonte", "Punto", "Dal", "Al", "Dove nel file", "Segnalazione", "Che cosa è sbagliato", "Valore ricevuto", "Valore giusto",
    "Unità", "Perché", "Prova", "Fino alla risposta", "Avvisato", "Avvisato il", "Protocollo", "Risposta", "Risposta il", "Stato", "Scade il",
)  # fmt: skip
STANDS, EXPIRED, REPORTED = "PAR-C-03", "PAR-C-01", "PAR-C-02"
_OFFICES = ("IT020E99200008", "2026-02")


def corrections(known: dt.date) -> bytes:
    """The workbook as it is sent on a day: only what had been entered and answered by then."""
    rows = [row for entered, row in _entries(known) if entered <= known]
    return xlsx_bytes("correzioni", HEADER, rows, known)


def _entries(known: dt.date) -> list[tuple[dt.date, tuple[Cell, ...]]]:
    point, month, more = MISTYPED_BILL
    right = billed_kwh("parma", point, month)
    office, billed = _OFFICES
    sent = billed_kwh("parma", office, billed)
    answered = dt.date(2026, 6, 22)
    said = ("sarà corretto", answered) if known >= answered else (None, None)
    return [
        (dt.date(2026, 4, 2), (
            EXPIRED, "bills", office, first_day(billed), None, f"bollette_{billed}.xlsx, riga 3", None, "Consumo stimato dal fornitore, indicato come reale",
            sent, sent - 700, "kWh", "Il contatore segna 700 kWh in meno", "Foto del contatore, prot. 611/2026", "vale il valore giusto",
            "Ufficio fatturazione del fornitore", dt.date(2026, 4, 3), "612/2026", None, None, "aperta", dt.date(2026, 6, 30))),
        (dt.date(2026, 4, 2), (
            REPORTED, "curves", "IT020E99200002", dt.date(2025, 5, 8), None, "curve_2025-05.csv, righe 3678-3680", "NEGATIVE_QUANTITY", "Tre quarti d’ora negativi",
            None, None, None, "Un prelievo non è mai negativo", None, "solo segnalata",
            "Ufficio misure del distributore", dt.date(2026, 4, 3), "613/2026", *said, "aperta", None)),
        (dt.date(2026, 10, 1), (
            STANDS, "bills", point, first_day(month), None, f"bollette_{month}.xlsx, riga 4", None, "Una cifra battuta male: il consumo non torna con l’importo",
            right + more, right, "kWh", "L’importo della bolletta corrisponde al consumo giusto", "Bolletta in PDF, prot. 1840/2026", "vale il valore giusto",
            "Ufficio fatturazione del fornitore", dt.date(2026, 10, 2), "1842/2026", None, None, "aperta", dt.date(2027, 3, 31))),
    ]  # fmt: skip
