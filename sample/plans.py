# ruff: noqa: E501 - tables are read one row per line
"""The smaller registers: experiments, priorities, schemes, practices, links, barriers, workshops, management system.

Belongs here: their rows with the day each became known. Does not belong here: how they are sent
(`office.py`). A row is a tuple of cells; a `dt.date` later than the day of sending is not on the
register yet.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

from sample.files import Cell
from sample.months import first_day, months
from sample.noise import stream

Row = tuple[Cell, ...]


def day(text: str) -> dt.date | None:
    """A day from its ISO text; nothing from an empty one."""
    return dt.date.fromisoformat(text) if text else None


# title, rule relaxed, opened, closed, outcome, ordinary days, days in the sandbox
SANDBOXES: dict[str, tuple[tuple[str, str, str, str, str, int, int], ...]] = {
    "prato": (
        ("Acqua riciclata in tintoria", "Autorizzazione allo scarico", "2024-04-15", "2025-01-20", "adottata", 240, 95),
        ("Accumulo condiviso fra imprese", "Piano regolatore", "2024-10-01", "2025-09-12", "non adottata", 210, 150),
        ("Pannelli sui tetti vincolati", "Regolamento edilizio", "2025-03-10", "2025-12-05", "adottata", 180, 70),
        ("Scambio di vapore fra vicini", "Servitù e reti private", "2026-01-15", "", "aperta", 300, 0),
    ),
    "parma": (
        ("Turni della logistica e ricarica", "Regolamento della mobilità", "2024-05-02", "2025-02-28", "adottata", 150, 60),
        ("Dati dei contatori in comune", "Privacy e contratti", "2025-04-07", "2026-02-10", "adottata", 200, 110),
        ("Calore di scarto in rete", "Convenzione del teleriscaldamento", "2026-02-20", "", "aperta", 320, 0),
    ),
    "bergamo": (
        ("Usi temporanei dello scalo", "Destinazione d'uso", "2024-05-13", "2025-06-30", "adottata", 365, 120),
        ("Anello freddo sotto suolo pubblico", "Concessione di suolo", "2025-05-05", "", "aperta", 280, 0),
    ),
    "roma": (("Comunità energetica senza cabina unica", "Perimetro della cabina primaria", "2024-05-20", "2025-11-28", "non adottata", 220, 190),),
}  # fmt: skip

PRIORITIES = (
    ("Ridurre il vapore da gas", "2024-04-22"), ("Condividere i dati di consumo", "2024-09-16"), ("Coprire i parcheggi di fotovoltaico", "2025-02-11"),
    ("Riusare l'acqua di processo", "2025-06-24"), ("Comprare energia insieme", "2025-11-18"), ("Formare un responsabile per impresa", "2026-05-19"),
)  # fmt: skip
HAS_PRIORITIES = {"prato": 6, "parma": 4, "bergamo": 3, "roma": 2}

PRACTICES: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "prato": (
        ("Diagnosi collettiva delle imprese", "2024-04-10", "parma", "2025-05-14"), ("Acqua riciclata in rete", "2024-05-03", "", ""),
        ("Sportello dell'energia", "2024-11-20", "roma", "2026-03-12"), ("Cruscotto del vapore", "2025-10-09", "", ""),
    ),
    "parma": (
        ("Navetta di distretto", "2024-04-18", "", ""), ("Contratto EPC tipo", "2025-01-23", "prato", "2025-12-11"),
        ("Tetto in affitto", "2025-09-30", "", ""),
    ),
    "bergamo": (("Scenari con i cittadini", "2024-05-06", "roma", "2025-10-21"), ("Parco che drena", "2025-03-27", "", "")),
    "roma": (("Questionario come diagnosi", "2024-05-09", "", ""), ("Assemblea della valle", "2025-02-06", "bergamo", "2026-02-17")),
}  # fmt: skip

SCHEMES: dict[str, tuple[tuple[str, str, str, int, int], ...]] = {
    # type, code, start, members at the start, members more per year
    "prato": (
        ("gestione dell'energia", "SGE", "2024-06-03", 9, 7), ("riuso dell'acqua", "ACQ", "2024-04-08", 12, 4),
        ("comunità energetica", "CER", "2025-02-17", 6, 8), ("comunità di pratica", "COP", "2024-09-23", 10, 3),
    ),
    "parma": (("gestione dell'energia", "SGE", "2024-05-20", 7, 6), ("simbiosi industriale", "SIM", "2025-04-14", 5, 4)),
    "bergamo": (("comunità di pratica", "COP", "2024-05-27", 5, 3),),
    "roma": (("comunità di pratica", "COP", "2024-05-13", 14, 8), ("comunità energetica", "CER", "2026-01-26", 9, 6)),
}  # fmt: skip

STATES: dict[str, dict[int, str]] = {
    # Of each link its states: day, stage (- not started, p in preparation, u under way, c complete), ! where late, * where proven.
    "prato": {
        1: "2024-05-13 u, 2025-03-11 u*, 2026-01-20 c*", 2: "2024-05-13 p, 2025-06-10 u*", 3: "2024-05-13 u, 2025-09-22 u*, 2026-09-25 u!",
        4: "2024-05-13 u, 2025-10-07 c*", 5: "2024-06-03 u, 2025-05-20 u*", 6: "2025-01-28 u", 7: "2024-09-16 u, 2026-02-10 c*",
        8: "2024-09-30 u, 2025-06-24 c*", 9: "2025-05-20 p, 2026-07-14 u*", 10: "2024-05-13 p, 2025-12-05 u*", 11: "2025-01-14 u, 2026-06-16 u*",
        12: "2025-07-01 p, 2026-03-10 u!*", 13: "2024-07-08 u, 2025-09-22 u*", 14: "2024-10-15 u, 2026-09-08 u*", 15: "2024-10-15 u, 2025-07-01 u*",
        16: "2025-02-11 p, 2026-05-19 u*", 17: "2025-09-16 p, 2026-06-30 p!", 18: "2025-09-30 p, 2026-07-14 u*", 19: "2024-05-13 u, 2026-02-24 u*",
        20: "2024-05-13 -", 21: "2024-05-13 -, 2026-09-08 p", 22: "2025-09-16 -", 23: "2024-07-08 u, 2026-03-31 u*", 24: "2025-05-20 p",
    },
    "parma": {
        1: "2024-05-20 u, 2025-06-17 u*, 2026-03-10 c*", 2: "2024-05-20 p, 2025-10-07 u*", 3: "2024-05-20 u, 2025-10-07 c*", 4: "2024-05-20 u, 2025-06-10 u*",
        5: "2024-10-15 u, 2025-09-23 u*", 6: "2025-01-23 u, 2026-05-12 u*", 7: "2024-09-30 u, 2025-07-08 c*", 8: "2024-05-20 p, 2026-01-27 u*",
        9: "2024-05-20 p, 2026-06-23 u!", 10: "2024-10-15 u, 2026-03-10 u*", 11: "2024-10-15 u, 2026-03-10 u*", 12: "2025-01-23 p",
        13: "2025-09-16 p", 14: "2025-07-08 p, 2026-07-07 u*", 15: "2024-05-20 u, 2026-02-24 u*", 16: "2024-05-20 -", 17: "2025-05-20 p, 2026-06-09 u*",
        18: "2025-09-16 -", 81: "2025-11-18 p",
    },
    "roma": {
        1: "2024-06-03 u, 2025-03-18 u*, 2026-06-09 c*", 2: "2024-06-03 p, 2026-02-03 u*", 3: "2024-06-03 u, 2025-02-18 u*", 4: "2024-09-30 u, 2025-09-16 u*",
        5: "2024-06-03 p, 2026-03-17 p!", 6: "2024-06-03 p", 7: "2025-02-06 u, 2026-02-17 u*", 8: "2024-06-03 -",
    },
}  # fmt: skip
"""Parma writes 81 for 18 once: a link that nobody has declared."""
STAGES = {"-": "non avviato", "p": "in preparazione", "u": "in corso", "c": "concluso"}

FINDINGS = (
    ("barriera", "legale", "Reti private di vapore non previste dalle norme", "2024-04-16", "2024-10-08", "", "2026-12-15", "sì"),
    ("barriera", "economica", "Costo del denaro per le piccole imprese", "2024-04-16", "2025-04-15", "2026-05-12", "", "sì"),
    ("barriera", "tecnologica", "Contatori senza curva oraria", "2024-05-07", "2024-09-10", "2025-06-18", "", "sì"),
    ("barriera", "sociale", "Poco tempo per la formazione", "2024-11-12", "2025-05-13", "2026-02-03", "", "sì"),
    ("barriera", "politica", "Competenze divise fra tre uffici", "2025-03-04", "", "", "2026-06-30", "no"),
    ("opportunità", "economica", "Titoli di efficienza aggregati", "2024-06-11", "", "", "2027-03-31", "sì"),
    ("opportunità", "ambientale", "Acqua riciclata disponibile oltre la domanda", "2025-01-21", "", "", "2026-11-30", "sì"),
    ("rischio", "economica", "Prezzo del gas oltre la soglia di convenienza", "2024-05-14", "2024-12-03", "", "2026-12-31", "sì"),
    ("rischio", "tecnologica", "Ritardo nelle forniture dei generatori", "2025-06-10", "2025-09-09", "", "2027-01-29", "sì"),
    ("rischio", "legale", "Ricorsi sulle deroghe", "2025-10-14", "", "", "2026-09-30", "sì"),
)  # fmt: skip
OFFICES = {
    "legale": "Ufficio legale",
    "economica": "Ufficio investimenti",
    "tecnologica": "Ufficio energia",
}
CONCERNS = {
    ("prato", 1): "PRA-M-03", ("prato", 7): "PRA-M-07", ("prato", 8): "PRA-M-03", ("prato", 9): "PRA-M-03",
    ("parma", 8): "PAR-M-03", ("bergamo", 1): "BER-M-02", ("roma", 3): "ROM-M-02",
}  # fmt: skip
"""The measure that a finding concerns, by district and number."""
HAS_FINDINGS = {"prato": 10, "parma": 9, "bergamo": 7, "roma": 5}

CRITERIA = (
    "linea guida adottata",
    "imprese nel perimetro",
    "linea di base definita",
    "audit interno",
    "certificato",
)
MET: dict[str, tuple[str, ...]] = {
    "prato": ("2024-05-06", "2024-12-10", "2025-07-01", "2026-09-08", ""),
    "parma": ("2024-05-28", "2025-05-06", "2026-03-10", "", ""),
    "bergamo": ("2024-05-21", "", "", "", ""),
    "roma": ("2024-05-30", "2026-05-20", "", "", ""),
}


def sandboxes(city: str) -> list[Row]:
    """Code, title, rule, opened, closed, outcome, ordinary days, sandbox days, evidence."""
    return [
        (
            _code(city, "S", n),
            title,
            rule,
            day(opened),
            day(closed),
            outcome,
            before,
            after or None,
            f"Verbale {_code(city, 'S', n)}",
        )
        for n, (title, rule, opened, closed, outcome, before, after) in enumerate(
            SANDBOXES[city], start=1
        )
    ]


def priorities(city: str) -> list[Row]:
    """Code, title, adopted, evidence."""
    rows = enumerate(PRIORITIES[: HAS_PRIORITIES[city]], start=1)
    return [
        (_code(city, "PR", n), title, day(on), f"Delibera {n}/{on[:4]}") for n, (title, on) in rows
    ]


def practices(city: str) -> list[Row]:
    """Code, title, catalogued, replicated in, replicated on, evidence."""
    return [
        (_code(city, "BP", n), title, day(on), where, day(when), f"Scheda {_code(city, 'BP', n)}")
        for n, (title, on, where, when) in enumerate(PRACTICES[city], start=1)
    ]


@cache
def schemes(city: str) -> list[Row]:
    """Scheme, type, organisation, joined, left, last meeting, evidence."""
    random = stream("schemes", city)
    rows: list[Row] = []
    for kind, short, start, at_first, a_year in SCHEMES[city]:
        opened = dt.date.fromisoformat(start)
        for member in range(at_first + a_year * 2):
            later = 0 if member < at_first else int((member - at_first + 1) * 365 / a_year)
            joined = opened + dt.timedelta(days=later)
            leaves = joined + dt.timedelta(days=400) if random.random() < 0.06 else None
            organisation = f"{city[:3].upper()}-I-{(member * 7 + opened.day) % 97 + 1:03d}"
            rows.append(
                (
                    f"{city[:3].upper()}-{short}",
                    kind,
                    organisation,
                    joined,
                    leaves,
                    None,
                    "Registro delle adesioni",
                )
            )
    return rows


def links(city: str) -> list[Row]:
    """Link, day of its state, stage, timeliness, day of the evidence, evidence."""
    rows: list[Row] = []
    for number, states in STATES[city].items():
        for state in states.split(", "):
            on, marks = state.split(" ")
            stage, late, proven = marks[0], "!" in marks, "*" in marks
            timely = "in ritardo" if late else "nei tempi"
            rows.append(
                (
                    _code(city, "N", number),
                    day(on),
                    STAGES[stage],
                    timely if stage != "-" else None,
                    day(on) if proven else None,
                    f"Verbale del gruppo di transizione, {on}" if proven else "",
                )
            )
    return rows


def findings(city: str) -> list[Row]:
    """Code, kind, class, title, identified, mitigated, closed, due, owner, measure, public, evidence."""
    return [
        (
            _code(city, "F", n), kind, group, title, day(seen), day(mitigated), day(closed), day(due),
            OFFICES.get(group, "Ufficio clima"), CONCERNS.get((city, n)), public, "Analisi PESTLE",
        )
        for n, (kind, group, title, seen, mitigated, closed, due, public) in enumerate(
            FINDINGS[: HAS_FINDINGS[city]], start=1
        )
    ]  # fmt: skip


@cache
def activities(city: str) -> list[Row]:
    """Code, day, kind, hours, participants, partner, evidence."""
    random = stream("activities", city)
    rows: list[Row] = []
    partners = [name for name in ("Prato", "Parma", "Bergamo", "Roma") if name.lower() != city]
    for month in months("2024-04")[:: 2 if city in ("prato", "parma") else 3]:
        kind = ("workshop", "apprendimento sul campo", "workshop", "scambio")[
            int(random.integers(4))
        ]
        on = first_day(month) + dt.timedelta(days=int(random.integers(4, 24)))
        partner = partners[int(random.integers(3))] if kind == "scambio" else ""
        hours, people = int(random.integers(2, 9)), int(random.integers(9, 35))
        rows.append(
            (_code(city, "L", len(rows) + 1), on, kind, hours, people, partner, "Foglio presenze")
        )
    return rows


def criteria(city: str) -> list[Row]:
    """Criterion, met on, evidence."""
    return [
        (name, day(on), "Verbale del comitato" if on else "")
        for name, on in zip(CRITERIA, MET[city], strict=True)
    ]


def _code(city: str, kind: str, number: int) -> str:
    return f"{city[:3].upper()}-{kind}-{number:02d}"
