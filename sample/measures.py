# ruff: noqa: E501 - tables are read one row per line
"""The ledger of measures: what each costs, what it should save and where, and what else happened at a point.

Belongs here: measures and events with their days. Does not belong here: what they really save
(`city.py`, measure; `truth.py`, saved), how registers are sent (`office.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sample.files import Cell
from sample.investment import cup_of

Row = tuple[Cell, ...]
OPEN_ENDED = "9999-12-31"


@dataclass(frozen=True)
class Measure:
    """One measure: days as ISO text, cost in thousands of euro, savings in MWh (water: m3) a year."""

    code: str
    title: str
    field: str
    owner: str
    noted: str
    funded: str
    starts: str
    ends: str
    cost_k: int
    running: int
    life: int
    saves: tuple[int, int, int, int]
    """Electricity, gas, district heat, water; negative where it uses more."""
    places: tuple[str, ...]
    """Points; a site is written with "@" before its code."""
    project: str = ""
    option: str = "C"
    planned_end: str = ""
    """Where the end slipped: the day that was planned."""
    reaches: tuple[tuple[str, str], ...] = ()
    """Places that the works reach later than the measure begins, and when."""


MEASURES: dict[str, tuple[Measure, ...]] = {
    "prato": (
        Measure("PRA-M-01", "Motori e inverter ad alta efficienza", "efficienza energetica", "Consorzio di distretto", "2024-06-10", "2024-11-15", "2025-02-10", "2025-12-31", 1250, -104_000, 12, (540, 0, 0, 0), ("IT001E99100001", "IT001E99100003"), "PRA-02"),
        Measure("PRA-M-02", "Recupero di calore dai bagni di tintura", "industria", "Consorzio di distretto", "2024-05-20", "2024-09-18", "2025-01-13", "2025-12-31", 2600, -131_000, 15, (0, 3100, 0, 0), ("00999100000001", "00999100000003"), "PRA-01"),
        Measure("PRA-M-03", "Generatori di vapore ad alto rendimento", "industria", "Consorzio di distretto", "2025-01-14", "2025-07-22", "2026-01-19", "2027-09-30", 3900, -189_000, 18, (0, 4200, 0, 0), ("00999100000001", "00999100000002", "00999100000003"), "PRA-03"),
        Measure("PRA-M-04", "Regolazione dei compressori in tintoria", "efficienza energetica", "Consorzio di distretto", "2025-11-11", "2026-01-20", "2026-03-02", "2026-04-30", 46, -12_400, 8, (62, 0, 0, 0), ("IT001E99100001",)),
        Measure("PRA-M-05", "Involucro e regolazione della scuola di distretto", "edifici", "Ufficio edilizia scolastica", "2024-05-06", "2024-08-27", "2025-06-09", "2025-09-12", 900, -13_000, 25, (0, 160, 0, 0), ("@scuola_1",), "PRA-06", "C", "2025-08-29"),
        Measure("PRA-M-06", "Illuminazione stradale a LED", "efficienza energetica", "Ufficio illuminazione", "2024-05-06", "2024-05-28", "2024-06-17", "2025-03-28", 420, -41_000, 15, (170, 0, 0, 0), ("IT001E99100008",), "PRA-07", "B"),
        Measure("PRA-M-07", "Acqua riciclata al posto dei pozzi", "acqua", "Gestore del riuso", "2024-05-06", "2024-05-29", "2024-07-08", "2027-02-26", 4800, -31_000, 30, (0, 0, 0, 260_000), ("PRA-P-001", "PRA-P-002", "PRA-P-003"), "PRA-04", "B", "2026-09-25"),
        Measure("PRA-M-09", "Luci LED e sensori nelle aule della scuola", "edifici", "Ufficio edilizia scolastica", "2025-01-20", "2025-04-15", "2025-07-07", "2025-08-29", 64, -9_200, 15, (46, 0, 0, 0), ("IT001E99100007",)),
        Measure("PRA-M-10", "Riparazione delle perdite e rubinetti temporizzati alla scuola", "acqua", "Ufficio edilizia scolastica", "2025-03-04", "2025-05-13", "2025-08-04", "2025-08-22", 18, -4_300, 12, (0, 0, 0, 2_400), ("PRA-U-005",)),
        Measure("PRA-M-08", "Pompe di calore per l'acqua di processo", "industria", "Ufficio clima", "2026-06-16", OPEN_ENDED, "2027-09-01", "2028-12-31", 2950, 39_000, 20, (-780, 2600, 0, 0), ("@tintoria_2",), "", "nessuna"),
    ),
    "parma": (
        Measure("PAR-M-01", "Refrigerazione efficiente nell'alimentare", "industria", "Ufficio energia", "2024-05-14", "2024-12-12", "2025-04-07", "2025-12-31", 1450, -102_000, 15, (510, 0, 0, 0), ("IT020E99200001",), "PAR-02"),
        Measure("PAR-M-02", "Bruciatori modulanti in officina", "industria", "Ufficio energia", "2025-01-22", "2025-05-15", "2025-09-08", "2025-12-31", 180, -9_800, 15, (0, 210, 0, 0), ("00999200000002",)),
        Measure("PAR-M-03", "Pompe di calore nell'ipermercato", "edifici", "Ufficio energia", "2025-10-07", "2026-07-15", "2026-11-16", "2027-06-30", 240, -2_600, 18, (-60, 190, 0, 0), ("@ipermercato_1",), "", "nessuna"),
    ),
    "bergamo": (
        Measure("BER-M-01", "Caldaia e regolazione della scuola", "edifici", "Ufficio edilizia scolastica", "2025-02-18", "2025-05-20", "2025-07-07", "2025-12-31", 95, -1_500, 15, (0, 31, 0, 0), ("00999300000002",)),
        Measure("BER-M-02", "Anello freddo di quartiere", "efficienza energetica", "Ufficio Porta Sud", "2024-05-21", "2025-05-27", "2025-11-10", "2027-10-29", 9600, -20_000, 30, (-700, 2600, 0, 0), ("@stazione", "@scuola_sud"), "BER-04", "nessuna", "2027-07-30", (("@scuola_sud", "2027-03-01"),)),
    ),
    "roma": (
        Measure("ROM-M-01", "Incubatore: diagnosi ed efficienza", "edifici", "Ufficio patrimonio", "2024-05-13", "2024-10-16", "2025-02-17", "2026-05-28", 540, -20_000, 15, (95, 0, 0, 0), ("@incubatore",), "ROM-01", "C", "2026-02-27"),
        Measure("ROM-M-02", "Illuminazione interna del polo servizi", "efficienza energetica", "Ufficio patrimonio", "2025-12-02", OPEN_ENDED, "2027-02-01", "2027-04-30", 38, -4_600, 12, (21, 0, 0, 0), ("IT002E99400002",), "", "nessuna"),
    ),
}  # fmt: skip

EVENTS: dict[str, tuple[tuple[str, str, str, str, str], ...]] = {
    "prato": (
        ("PRA-N-01", "PRA-U-005", "2024-05-06", "2024-05-10", "Perdita sull'impianto idrico della scuola"),
        ("PRA-N-02", "IT001E99100003", "2026-08-03", "2026-08-30", "Fermo di quattro settimane per lo spostamento dei filatoi"),
    ),
}  # fmt: skip
"""Code, point, first and last day, what happened."""


def ledger_rows(city: str, known: dt.date) -> Iterator[Row]:
    """Every measure noted by then, as it stood at the end of the month before."""
    state = known.replace(day=1) - dt.timedelta(days=1)
    for one in MEASURES[city]:
        if _day(one.noted) > state:
            continue
        ended = _day(one.ends) <= state
        end = one.ends if ended else one.planned_end or one.ends
        electricity, gas, heat, water = one.saves
        yield (
            one.code, state, one.title, one.field, one.owner, _status(one, state), _day(one.starts), _day(end), one.cost_k * 1000,
            one.running, one.life, electricity * 1000 or None, gas * 1000 or None, heat * 1000 or None, water or None,
            cup_of(city, one.project) if one.project else None, one.option,
            f"Determina {one.code}" if _day(one.funded) <= state else None,
        )  # fmt: skip


def point_rows(city: str, known: dt.date) -> Iterator[Row]:
    """Where the measures on the ledger act, and from when where that is later than they begin."""
    state = known.replace(day=1) - dt.timedelta(days=1)
    for one in MEASURES[city]:
        if _day(one.noted) <= state:
            reaches = dict(one.reaches)
            for place in one.places:
                since = _day(reaches[place]) if place in reaches else None
                yield one.code, "sito" if place[0] == "@" else "punto", place.lstrip("@"), since


def event_rows(city: str, known: dt.date) -> Iterator[Row]:
    """What else happened at points, once it has begun."""
    for code, point, first, last, said in EVENTS[city]:
        if _day(first) <= known:
            ended = _day(last) if _day(last) <= known else None
            yield code, "punto", point, _day(first), ended, said, f"Verbale {code}"


def _status(one: Measure, state: dt.date) -> str:
    if _day(one.ends) <= state:
        return "conclusa"
    if _day(one.starts) <= state:
        return "in corso"
    if _day(one.funded) <= state:
        return "finanziata"
    return "pianificata" if state - _day(one.noted) > dt.timedelta(days=150) else "individuata"


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
