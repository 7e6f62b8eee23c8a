# ruff: noqa: E501 - tables are read one row per line
"""What the transition office writes down: decisions, meetings, experiments, people, lessons.

Belongs here: the story of each register, from which any day's state follows. Does not belong here:
its layout (`office.py`). Registers are sent whole; what lies after the day of sending is not in
them yet.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from sample.months import first_day, months, shift
from sample.noise import stream

BUSY = {"prato": 6, "parma": 4, "bergamo": 3, "roma": 2}
"""How many decisions a month a district's transition team is asked for."""

REGISTERED = {"prato": 50, "parma": 55, "bergamo": 22, "roma": 76}
"""How many firms the register of organisations holds."""

SUBJECTS = (
    "Accesso ai dati dei contatori", "Deroga per l'accumulo condiviso", "Convenzione con il gestore idrico", "Bando per le diagnosi energetiche",
    "Tracciato della rete di acqua riciclata", "Criteri per i tetti fotovoltaici", "Piano dei parcheggi coperti", "Regole della comunità energetica",
    "Nomina del responsabile dell'energia", "Calendario dei laboratori", "Protocollo con la regione", "Piano delle misure del vapore",
    "Adesione di nuove imprese", "Linea guida per i sottocontatori", "Pubblicazione dei dati aperti", "Fondo per le piccole imprese",
)  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """One decision asked of the transition team."""

    code: str
    title: str
    raised: dt.date
    due: dt.date
    closed: dt.date
    outcome: str


@dataclass(frozen=True)
class Event:
    """One event and who came: class, organisation code or nothing, people."""

    code: str
    on: dt.date
    kind: str
    present: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Contribution:
    """A proposal received and what became of it."""

    code: str
    received: dt.date
    answered: dt.date
    reasons: bool
    outcome: str


@dataclass(frozen=True)
class Person:
    """One person in one edition of the course, by a code."""

    edition: str
    starts: dt.date
    ends: dt.date
    code: str
    completes: bool
    before: int
    after: int


@cache
def decisions(city: str) -> tuple[Decision, ...]:
    """Every decision of the sample; the later ones are closed on time more often."""
    random = stream("decisions", city)
    found: list[Decision] = []
    for position, month in enumerate(months("2024-03")):
        for _ in range(BUSY[city] + int(random.integers(-1, 2))):
            raised = first_day(month) + dt.timedelta(days=int(random.integers(0, 26)))
            due = raised + dt.timedelta(days=int(random.integers(28, 46)))
            on_time = random.random() < 0.60 + 0.25 * position / 30
            late = int(random.integers(3, 40))
            closed = due + dt.timedelta(days=-int(random.integers(0, 20)) if on_time else late)
            outcome = ("approvata", "approvata", "approvata", "respinta", "ritirata")[
                int(random.integers(5))
            ]
            number = len(found) + 1
            subject = SUBJECTS[int(random.integers(len(SUBJECTS)))]
            code = f"{city[:3].upper()}-D-{number:03d}"
            found.append(Decision(code, f"{subject} ({number})", raised, due, closed, outcome))
    return tuple(found)


@cache
def meetings(city: str) -> tuple[tuple[str, dt.date, dict[str, tuple[int, int]]], ...]:
    """The team's meetings: foreseen and present members by class of actor."""
    random = stream("meetings", city)
    found: list[tuple[str, dt.date, dict[str, tuple[int, int]]]] = []
    foreseen = {
        "comune": 4,
        "distretto": 3,
        "regione": 1,
        "gestore": 2,
        "impresa": 5,
        "cittadini": 2,
        "università": 2,
    }
    every = {"prato": 1, "parma": 1, "bergamo": 1, "roma": 2}[city]
    for position, month in enumerate(months("2024-04")):
        if position % every:
            continue
        on = first_day(month) + dt.timedelta(days=int(random.integers(8, 22)))
        present = {who: (many, int(random.binomial(many, 0.78))) for who, many in foreseen.items()}
        found.append((f"{city[:3].upper()}-R-{len(found) + 1:02d}", on, present))
    return tuple(found)


@cache
def events(city: str) -> tuple[Event, ...]:
    """Participation: meetings, consultations and co-design in turn."""
    random, short = stream("events", city), city[:3].upper()
    found: list[Event] = []
    kinds = ("co-progettazione", "riunione", "consultazione")
    for position, month in enumerate(months("2024-04")[:: 1 if city == "roma" else 2]):
        on = first_day(month) + dt.timedelta(days=int(random.integers(3, 25)))
        some = random.integers(1, REGISTERED[city] + 1, size=int(random.integers(6, 13)))
        present = [
            ("impresa", f"{short}-I-{firm:03d}", int(random.integers(1, 4)))
            for firm in sorted(set(some.tolist()))
        ]
        present.append(("amministrazione", f"{short}-A-001", int(random.integers(2, 5))))
        present.append(("cittadini", "", int(random.integers(8, 40))))
        code = f"{short}-E-{position + 1:02d}"
        found.append(Event(code, on, kinds[position % 3], tuple(present)))
    return tuple(found)


@cache
def contributions(city: str) -> tuple[Contribution, ...]:
    """What people proposed and when they were answered."""
    random = stream("contributions", city)
    found: list[Contribution] = []
    for month in months("2024-04"):
        for _ in range(int(random.integers(1, 5))):
            received = first_day(month) + dt.timedelta(days=int(random.integers(0, 27)))
            answered = received + dt.timedelta(days=int(random.integers(12, 85)))
            outcome = ("accolto", "accolto in parte", "respinto")[int(random.integers(3))]
            code = f"{city[:3].upper()}-C-{len(found) + 1:03d}"
            found.append(
                Contribution(code, received, answered, bool(random.random() < 0.85), outcome)
            )
    return tuple(found)


@cache
def people(city: str) -> tuple[Person, ...]:
    """Editions of the six-week course and who took part."""
    random = stream("course", city)
    found: list[Person] = []
    first = {"prato": "2024-04", "parma": "2024-04", "bergamo": "2024-04", "roma": "2024-04"}[city]
    for number, month in enumerate(shift(first, step) for step in (0, 7, 12, 19, 25)):
        starts = first_day(month) + dt.timedelta(days=6)
        ends = starts + dt.timedelta(days=41)
        for seat in range(int(random.integers(14, 23))):
            before = int(random.integers(28, 61))
            after = min(before + int(random.integers(4, 34)), 98)
            code = f"{city[:3].upper()}-P-{number + 1}{seat + 1:02d}"
            edition = f"META-{city[:3].upper()}-{number + 1}"
            found.append(
                Person(edition, starts, ends, code, bool(random.random() < 0.82), before, after)
            )
    return tuple(found)
