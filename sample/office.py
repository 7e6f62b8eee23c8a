# ruff: noqa: E501 - tables are read one row per line
"""The transition office's workbooks: every register as it stands on the day it is sent.

Belongs here: layouts, and hiding what has not happened yet. Does not belong here: the rows
(`levers.py`, `plans.py`, `measures.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace

from sample import levers, measures, plans, proofs
from sample.files import Cell, xlsx_bytes

Row = tuple[Cell, ...]

HEADERS: dict[str, tuple[str, ...]] = {
    "decisioni": ("Decisione", "Oggetto", "Organo", "Proposta il", "Scadenza", "Chiusa il", "Esito", "Evidenza"),
    "riunioni": ("Riunione", "Data", "Classe di attore", "Previsti", "Presenti", "Evidenza"),
    "sandbox": ("Sandbox", "Oggetto", "Norma derogata", "Aperta il", "Chiusa il", "Esito", "Giorni ordinari", "Giorni in sandbox", "Evidenza"),
    "priorita": ("Priorità", "Oggetto", "Adottata il", "Evidenza"),
    "pratiche": ("Pratica", "Titolo", "Catalogata il", "Replicata in", "Replicata il", "Evidenza"),
    "schemi": ("Schema", "Tipo di schema", "Codice organizzazione", "Dal", "Uscita il", "Ultimo incontro", "Evidenza"),
    "eventi": ("Evento", "Data", "Tipo di evento", "Classe", "Codice organizzazione", "Partecipanti", "Evidenza"),
    "contributi": ("Contributo", "Ricevuto il", "Risposto il", "Motivato", "Esito", "Evidenza"),
    "nessi": ("Nesso", "Situazione al", "Fase", "Tempi", "Data della prova", "Evidenza"),
    "barriere": (
        "Codice", "Tipo", "Classe PESTLE", "Descrizione", "Individuata il", "Mitigazione dal", "Chiusa il", "Scadenza", "Ufficio",
        "Misura", "Pubblicabile", "Evidenza",
    ),
    "corsi": ("Edizione", "Inizio", "Fine", "Codice persona", "Completato", "Punteggio iniziale", "Punteggio finale", "Evidenza"),
    "formazione": ("Attività", "Data", "Tipo", "Ore", "Partecipanti", "Partner", "Evidenza"),
    "sistema": ("Criterio", "Raggiunto il", "Evidenza"),
    "misure": (
        "Misura", "Situazione al", "Titolo", "Ambito", "Ufficio", "Stato", "Inizio lavori", "Fine lavori", "Investimento (EUR)",
        "Variazione costi annui (EUR)", "Vita utile (anni)", "Risparmio elettricità (kWh/anno)", "Risparmio gas (kWh/anno)",
        "Risparmio teleriscaldamento (kWh/anno)", "Risparmio acqua (mc/anno)", "CUP", "Opzione IPMVP", "Evidenza",
    ),
    "punti_misure": ("Misura", "Agisce su", "Codice", "Dal"),
    "non_ordinari": ("Evento", "Agisce su", "Codice", "Dal", "Al", "Descrizione", "Evidenza"),
}  # fmt: skip
MONTHLY = ("decisioni", "riunioni")
QUARTERLY = tuple(name for name in HEADERS if name not in MONTHLY)
MISDATED_DECISION = "PRA-D-041"
MISTYPED_EVENT = "ROM-E-14"


def workbook(city: str, register: str, known: dt.date, *, slip: bool = False) -> bytes:
    """One register of one district as sent on a day.

    Args:
        city: The district.
        register: One of `HEADERS`.
        known: The day it is sent.
        slip: With the one mistake that this register is sent with once.
    """
    headers = (*HEADERS[register], *proofs.HEADERS.get(register, ()))
    rows = [
        (*row, *proofs.more(register, row, known)) for row in _ROWS[register](city, known, slip)
    ]
    return xlsx_bytes(register, headers, rows, known)


def _decisions(city: str, known: dt.date, slip: bool) -> Iterable[Row]:
    for one in levers.decisions(city):
        if one.raised > known:
            continue
        closed: dt.date | None = one.closed if one.closed <= known else None
        if slip and one.code == MISDATED_DECISION:
            closed = one.raised - dt.timedelta(days=365)
        outcome = one.outcome if closed else "aperta"
        evidence = f"Verbale {one.code}" if closed and int(one.code[-3:]) % 9 else ""
        yield one.code, one.title, "CDTT", one.raised, one.due, closed, outcome, evidence


def _meetings(city: str, known: dt.date, slip: bool) -> Iterable[Row]:  # noqa: ARG001 - registers share one form
    for code, on, present in levers.meetings(city):
        if on <= known:
            for who, (foreseen, came) in present.items():
                yield code, on, who, foreseen, came, f"Verbale {code}"


def _events(city: str, known: dt.date, slip: bool) -> Iterable[Row]:
    for one in levers.events(city):
        if one.on <= known:
            event = (
                replace(one, on=one.on.replace(year=2052))
                if slip and one.code == MISTYPED_EVENT
                else one
            )
            for who, organisation, people in event.present:
                yield event.code, event.on, event.kind, who, organisation, people, "Foglio presenze"


def _contributions(city: str, known: dt.date, slip: bool) -> Iterable[Row]:  # noqa: ARG001
    for one in levers.contributions(city):
        if one.received > known:
            continue
        answered = one.answered <= known
        yield (
            one.code, one.received, one.answered if answered else None, ("sì" if one.reasons else "no") if answered else None,
            one.outcome if answered else "in esame", f"Protocollo {one.code}" if answered else "",
        )  # fmt: skip


def _courses(city: str, known: dt.date, slip: bool) -> Iterable[Row]:  # noqa: ARG001
    for one in levers.people(city):
        if one.starts > known:
            continue
        ended = one.ends <= known
        done = ("sì" if one.completes else "no") if ended else None
        after = one.after if ended and one.completes else None
        yield (
            one.edition,
            one.starts,
            one.ends,
            one.code,
            done,
            one.before,
            after,
            "Registro del corso",
        )


def _of_measures(
    rows: Callable[[str, dt.date], Iterable[Row]],
) -> Callable[[str, dt.date, bool], Iterable[Row]]:
    """A register of the ledger of measures, which knows by itself what each day's state is."""

    def known_by(city: str, known: dt.date, slip: bool) -> Iterable[Row]:  # noqa: ARG001
        return rows(city, known)

    return known_by


def _planned(
    rows: Callable[[str], list[Row]], dated: int
) -> Callable[[str, dt.date, bool], Iterable[Row]]:
    """A register whose rows appear on the day in column `dated`.

    Later days of a row staying blank until then.
    """

    def known_by(city: str, known: dt.date, slip: bool) -> Iterable[Row]:  # noqa: ARG001
        for row in rows(city):
            appears = row[dated]
            if dated and isinstance(appears, dt.date) and appears > known:
                continue
            yield _blanked(row, known)

    return known_by


def _blanked(row: Row, known: dt.date) -> Row:
    """The row as it stands: later days blank, and what only they tell."""
    cells = list(row)
    for column, value in enumerate(row):
        if isinstance(value, dt.date) and value > known:
            cells[column] = None
    if len(row) == 9 and row[5] in ("adottata", "non adottata") and cells[4] is None:
        cells[5], cells[7] = "aperta", None
    if len(row) == 6 and cells[4] is None:
        cells[3] = None
    if len(row) == 3 and cells[1] is None:
        cells[2] = None
    return tuple(cells)


def _barriers(city: str, known: dt.date, slip: bool) -> Iterable[Row]:  # noqa: ARG001
    """Findings with the day their next step is due, which lies ahead and is known."""
    for row in plans.findings(city):
        if isinstance(row[4], dt.date) and row[4] <= known:
            yield (*_blanked(row[:7], known), *row[7:])


def _links(city: str, known: dt.date, slip: bool) -> Iterable[Row]:  # noqa: ARG001
    """Every state of every link so far: the register grows by a row whenever one changes."""
    for row in plans.links(city):
        if isinstance(row[1], dt.date) and row[1] <= known:
            yield row


def _schemes(city: str, known: dt.date, slip: bool) -> Iterable[Row]:  # noqa: ARG001
    met = known.replace(day=1) - dt.timedelta(days=12)
    for row in plans.schemes(city):
        joined, left = row[3], row[4]
        if isinstance(joined, dt.date) and joined <= known:
            gone = isinstance(left, dt.date) and left <= known
            yield (
                *row[:4],
                left if gone else None,
                max(met, joined) if not gone else joined,
                row[6],
            )


_ROWS: dict[str, Callable[[str, dt.date, bool], Iterable[Row]]] = {
    "decisioni": _decisions,
    "riunioni": _meetings,
    "sandbox": _planned(plans.sandboxes, 3),
    "priorita": _planned(plans.priorities, 2),
    "pratiche": _planned(plans.practices, 2),
    "schemi": _schemes,
    "eventi": _events,
    "contributi": _contributions,
    "nessi": _links,
    "barriere": _barriers,
    "corsi": _courses,
    "formazione": _planned(plans.activities, 1),
    "sistema": _planned(plans.criteria, 0),
    "misure": _of_measures(measures.ledger_rows),
    "punti_misure": _of_measures(measures.point_rows),
    "non_ordinari": _of_measures(measures.event_rows),
}
