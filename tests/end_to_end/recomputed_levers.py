"""Terms of lever KPIs recomputed from the registers' workbooks and the declared Theory of Change.

Belongs here: one function for each KPI, in the words of the workbooks. Does not belong here: other KPIs
(`recomputed_kpis.py`), reading files (`raw_files.py`).
"""

from __future__ import annotations

from decimal import Decimal

from tests.end_to_end.raw_files import month_start
from tests.end_to_end.recomputed import Recomputed

Terms = tuple[Decimal | None, Decimal | None]


def in_energy_communities(of: Recomputed, month: str) -> Terms:
    after = month_start(month, 1)
    rows = of.register("schemi", "Codice organizzazione", "Dal", "Uscita il")
    members = {
        row["Codice organizzazione"]
        for row in rows
        if row["Tipo di schema"] == "comunità energetica"
        and row["Dal"] < after
        and (not row["Uscita il"] or row["Uscita il"] >= after)
    }
    return (Decimal(len(members)) if rows else None), None


def citizens(of: Recomputed, month: str) -> Terms:
    rows = of.register("eventi", "Data", "Classe", "Partecipanti")
    if not rows or month_start(month, 1) <= min(row["Data"] for row in rows):
        return None, None
    came = [row for row in rows if month_start(month, 0) <= row["Data"] < month_start(month, 1)]
    people = [(row["Classe"], Decimal(str(row["Partecipanti"]))) for row in came]
    citizens = sum((many for who, many in people if who == "cittadini"), Decimal(0))
    return citizens, sum((many for _, many in people), Decimal(0))


def proven_links(of: Recomputed, month: str) -> Terms:
    """Links of the declared Theory of Change, and those of them that a row with a dated evidence proves."""
    after = month_start(month, 1)
    rows = of.register("nessi", "Nesso", "Situazione al", "Data della prova", "Evidenza")
    if not rows or of.theory is None or after <= min(row["Situazione al"] for row in rows):
        return None, None
    declared = {
        name
        for name, link in of.theory["links"].items()
        if link.get("declared_on", of.theory["declared_on"]) < after
    }
    proven = {
        row["Nesso"]
        for row in rows
        if row["Situazione al"] < after
        and row["Data della prova"]
        and row["Data della prova"] < after
    }
    return Decimal(len(declared & proven)), Decimal(len(declared))
