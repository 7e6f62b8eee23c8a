"""What registers say beside their first columns: how far a decision is, what was in front of it, where its proof is.

Belongs here: the later columns of a register, made of the row that they stand in. Does not belong here: the rows
(`levers.py`, `plans.py`) and how they are sent (`office.py`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

from sample.files import Cell

Row = tuple[Cell, ...]

REFERENCE = ("Riferimento della prova", "Data della prova")
HEADERS: dict[str, tuple[str, ...]] = {
    "decisioni": ("Attuazione", "Verifica il", "Edizione vista", "KPI visti", *REFERENCE),
    "riunioni": REFERENCE,
    "sandbox": ("Fine prevista", *REFERENCE),
    "priorita": ("Entro il", "Attuazione", *REFERENCE),
    "schemi": ("Ruolo", "Accordo sui dati dal", "Elettricità nel perimetro", "Gas nel perimetro", *REFERENCE),
    "contributi": ("Usato in",),
    "nessi": REFERENCE[:1],
    "corsi": ("Incontri tenuti", "Incontri seguiti"),
}  # fmt: skip
EDITIONS = ((dt.date(2026, 10, 11), "2026-09/r1"), (dt.date(2026, 9, 11), "2026-08/r1"))
"""Editions by the day from which a transition team can have had them in front of it."""
SEEN = ("ENE01, EMI11", "WAT01", "GOV01, GOV02", "INV07, EMI06")
WRONG_EDITION, WRONG_CODE = "2026-07/r9", "ENE99"
"""An edition and an indicator that never were, planted in Prato and in Roma."""
_SESSIONS = 12


def more(register: str, row: Row, known: dt.date) -> Row:
    """The later cells of one row, as they stand on the day of sending."""
    made = _MORE.get(register)
    return made(row, known) if made else ()


def _decision(row: Row, known: dt.date) -> Row:
    code, raised, closed, outcome = str(row[0]), row[3], row[5], row[6]
    stage = None
    if outcome == "approvata" and isinstance(closed, dt.date):
        age = (known - closed).days
        steps = ((365, "completata"), (120, "in corso"), (30, "in progettazione"))
        stage = next((step for days, step in steps if age >= days), "non iniziata")
    if not isinstance(raised, dt.date):
        return (None,) * len(HEADERS["decisioni"])
    edition = next((name for first, name in EDITIONS if raised >= first), None)
    if edition is None or _draw(code, 2):
        return stage, None, None, None, *_reference(row[7], code, closed)
    seen = SEEN[_draw(f"{code} seen", len(SEEN))]
    if code.startswith("PRA") and edition == EDITIONS[0][1]:
        edition = WRONG_EDITION
    if code.startswith("ROM"):
        seen = f"{seen}, {WRONG_CODE}"
    return stage, raised + dt.timedelta(days=30), edition, seen, *_reference(row[7], code, closed)


def _meeting(row: Row, known: dt.date) -> Row:  # noqa: ARG001 - registers share one form
    return _reference(row[5], str(row[0]), row[1])


def _sandbox(row: Row, known: dt.date) -> Row:  # noqa: ARG001
    opened = row[3]
    due = opened + dt.timedelta(days=330) if isinstance(opened, dt.date) else None
    return due, *_reference(row[8], str(row[0]), row[4] or opened)


def _priority(row: Row, known: dt.date) -> Row:
    adopted = row[2]
    if not isinstance(adopted, dt.date):
        return None, None, None, None
    age = (known - adopted).days
    stage = "completata" if age > 700 else "in corso" if age > 200 else "in progettazione"
    return adopted + dt.timedelta(days=730), stage, *_reference(row[3], str(row[0]), adopted)


def _scheme(row: Row, known: dt.date) -> Row:
    joined, member = row[3], f"{row[0]} {row[2]}"
    managed = row[1] == "gestione dell'energia"
    role = "coordina" if managed and str(row[2]).endswith("1") else "aderente"
    agreed = joined + dt.timedelta(days=25) if isinstance(joined, dt.date) else None
    if not managed or agreed is None or agreed > known or not _draw(member, 4):
        return role, None, None, None, *_reference(row[6], member, joined)
    gas = "sì" if _draw(f"{member} gas", 3) else "no"
    return role, agreed, "sì", gas, *_reference(row[6], member, joined)


def _contribution(row: Row, known: dt.date) -> Row:  # noqa: ARG001
    used = str(row[4]).startswith("accolto") and _draw(str(row[0]), 3)
    return (f"{str(row[0])[:3]}-D-{_draw(f'{row[0]} used', 60) + 1:03d}" if used else None,)


def _link(row: Row, known: dt.date) -> Row:  # noqa: ARG001
    return _reference(row[5], f"{row[0]} {row[1]}", row[4])[:1]


def _person(row: Row, known: dt.date) -> Row:  # noqa: ARG001
    if row[4] is None:
        return None, None
    missed = _draw(str(row[3]), 3) if row[4] == "sì" else 5 + _draw(str(row[3]), 5)
    return _SESSIONS, _SESSIONS - missed


def _reference(evidence: Cell, code: str, on: Cell) -> Row:
    """An address for two proofs of three, and none where there is no proof."""
    if not evidence or not on or not _draw(f"{code} proof", 3):
        return None, None
    return f"https://atti.example.org/{code.replace(' ', '-')}", on


def _draw(what: str, ways: int) -> int:
    """One of so many, the same for the same text on every machine."""
    return int.from_bytes(hashlib.sha256(what.encode()).digest()[:4]) % ways


_MORE: dict[str, Callable[[Row, dt.date], Row]] = {
    "decisioni": _decision,
    "riunioni": _meeting,
    "sandbox": _sandbox,
    "priorita": _priority,
    "schemi": _scheme,
    "contributi": _contribution,
    "nessi": _link,
    "corsi": _person,
}
