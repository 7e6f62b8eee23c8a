"""The registers of the levers worked out again from the workbooks of the transition office, row by row.

Belongs here: counts, shares, medians and hours of registers. Does not belong here: how workbooks are read
(`raw_files.py`), and which KPI each of them is (`recomputed_kpis.py`).
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from decimal import Decimal

from tests.end_to_end import recomputed_context as context
from tests.end_to_end.raw_files import Row, month_start, shifted
from tests.end_to_end.recomputed import FIRST, Recomputed

Terms = tuple[Decimal | None, Decimal | None]
STEPS = (
    "linea guida adottata",
    "imprese nel perimetro",
    "linea di base definita",
    "audit interno",
    "certificato",
)
NOT_ORGANISATIONS = ("cittadini",)


def _told(numerator: float | None, denominator: float | None = None) -> Terms:
    return tuple(None if one is None else Decimal(str(one)) for one in (numerator, denominator))  # type: ignore[return-value]


def _until(rows: Iterable[Row], name: str, month: str) -> list[Row]:
    """Rows of which something had happened by the end of a month."""
    return [row for row in rows if row[name] and row[name] < month_start(month, 1)]


def _within(rows: Iterable[Row], name: str, month: str) -> list[Row]:
    return [row for row in _until(rows, name, month) if row[name] >= month_start(month)]


def _year_so_far(month: str) -> list[str]:
    months = [shifted(month, -back) for back in range(int(month[5:]))]
    return [each for each in months if each >= FIRST]


def lead_time(of: Recomputed, month: str) -> Terms:
    """Kaplan and Meier's median: at each day the share still open is multiplied by those that stay open."""
    after = month_start(month, 1)
    waits: list[tuple[int, bool]] = []
    for row in _until(of.register("decisioni", "Proposta il", "Chiusa il"), "Proposta il", month):
        closed = row["Chiusa il"]
        if closed and closed < row["Proposta il"]:
            continue
        ended = bool(closed) and closed < after
        days = ((closed if ended else after) - row["Proposta il"]).days
        waits.append((days, ended and row["Esito"] != "ritirata"))
    still = 1.0
    for day in sorted({days for days, closed in waits if closed}):
        at_risk = sum(days >= day for days, _ in waits)
        still *= 1 - sum(days == day and closed for days, closed in waits) / at_risk
        if still <= 0.5 + 1e-9:
            return _told(day)
    return _told(None)


def meetings(of: Recomputed, month: str, *, classes: bool) -> Terms:
    """Members, or classes of actors, that were present of those foreseen."""
    rows = of.register("riunioni", "Previsti", "Presenti")
    held = [row for row in _within(rows, "Data", month) if row["Previsti"]]
    if classes:
        return _told(sum(row["Presenti"] > 0 for row in held), len(held))
    return _told(
        sum(int(row["Presenti"]) for row in held), sum(int(row["Previsti"]) for row in held)
    )


def sandboxes(of: Recomputed, month: str) -> Terms:
    """Adopted of those closed."""
    closed = _until(of.register("sandbox", "Aperta il", "Chiusa il"), "Chiusa il", month)
    return _told(sum(row["Esito"] == "adottata" for row in closed), len(closed))


def days_saved(of: Recomputed, month: str) -> Terms:
    """Median of the days that closed experiments saved."""
    closed = _until(of.register("sandbox", "Aperta il", "Chiusa il"), "Chiusa il", month)
    saved = [row["Giorni ordinari"] - row["Giorni in sandbox"] for row in closed]
    return _told(statistics.median(saved) if saved else None)


def priorities(of: Recomputed, month: str) -> Terms:
    """Those with an act so far."""
    return _told(len(_until(of.register("priorita", "Adottata il"), "Adottata il", month)))


def practices(of: Recomputed, month: str) -> Terms:
    """Practices with a replica in another district, of those catalogued."""
    rows = _until(of.register("pratiche", "Catalogata il", "Replicata in"), "Catalogata il", month)
    replicated = {
        row["Pratica"]
        for row in _until(rows, "Replicata il", month)
        if row["Replicata in"] not in ("", of.district)
    }
    return _told(len(replicated), len({row["Pratica"] for row in rows}))


def _members(of: Recomputed, month: str, kind: str) -> list[Row]:
    after = month_start(month, 1)
    return [
        row
        for row in _until(of.register("schemi", "Tipo di schema", "Dal", "Uscita il"), "Dal", month)
        if row["Tipo di schema"] == kind and (not row["Uscita il"] or row["Uscita il"] >= after)
    ]


def communities(of: Recomputed, month: str) -> Terms:
    """Communities with members that met within six months."""
    since = month_start(month, -5)
    if not of.register("schemi", "Schema"):
        return _told(None)
    members = _members(of, month, "comunità di pratica")
    met = {row["Schema"] for row in members if row["Ultimo incontro"] and row["Ultimo incontro"] >= since}  # fmt: skip
    return _told(len(met))


def agreements(of: Recomputed, month: str) -> Terms:
    """Members of common energy management with an agreement and a carrier in scope."""
    members = _members(of, month, "gestione dell'energia")
    agreed = [
        row
        for row in _until(members, "Accordo sui dati dal", month)
        if "sì" in (row["Elettricità nel perimetro"], row["Gas nel perimetro"])
    ]
    codes = [{row["Codice organizzazione"] for row in rows} for rows in (agreed, members)]
    return _told(len(codes[0]), len(codes[1]))


def maturity(of: Recomputed, month: str) -> Terms:
    """Steps met in their order, each with its document."""
    rows = of.register("sistema", "Criterio", "Raggiunto il", "Evidenza")
    if not rows:
        return _told(None)
    met = {row["Criterio"] for row in _until(rows, "Raggiunto il", month) if row["Evidenza"]}
    stage = next((at for at, step in enumerate(STEPS) if step not in met), len(STEPS))
    return _told(stage)


def organisations(of: Recomputed, month: str) -> Terms:
    """Distinct organisations at co-design events of twelve months, of those registered."""
    rows = of.register("eventi", "Evento", "Data", "Tipo di evento")
    came = {
        row["Codice organizzazione"]
        for row in _until(rows, "Data", month)
        if row["Data"] >= month_start(month, -11)
        and row["Tipo di evento"] == "co-progettazione"
        and row["Classe"] not in NOT_ORGANISATIONS
        and row["Codice organizzazione"]
    }
    return _told(len(came))[0], context.stock(of, "organizzazioni registrate", month)


def participants(of: Recomputed, month: str) -> Terms:
    """Attendances since January."""
    rows = of.register("eventi", "Evento", "Data", "Tipo di evento")
    held = [row for each in _year_so_far(month) for row in _within(rows, "Data", each)]
    return _told(sum(int(row["Partecipanti"]) for row in held))


def used(of: Recomputed, month: str) -> Terms:
    """Accepted contributions that went into something, of those accepted."""
    rows = _within(of.register("contributi", "Ricevuto il", "Risposto il"), "Risposto il", month)
    accepted = [row for row in rows if str(row["Esito"]).startswith("accolto")]
    return _told(sum(bool(row["Usato in"]) for row in accepted), len(accepted))


def findings(of: Recomputed, month: str, kind: str, done: str) -> Terms:
    """Findings of a kind that were closed, or mitigated, of those identified."""
    rows = of.register("barriere", "Tipo", "Individuata il")
    known = [row for row in _until(rows, "Individuata il", month) if row["Tipo"] == kind]
    return _told(len([row for row in _until(known, done, month) if row["Evidenza"]]), len(known))


def hours(of: Recomputed, month: str) -> Terms:
    """Hours times people since January, exchanges left out."""
    rows = of.register("formazione", "Attività", "Data", "Ore")
    held = [row for each in _year_so_far(month) for row in _within(rows, "Data", each)]
    taught = [row for row in held if row["Tipo"] != "scambio"]
    return _told(sum(row["Ore"] * row["Partecipanti"] for row in taught))


def exchanges(of: Recomputed, month: str) -> Terms:
    """Exchanges since January."""
    rows = of.register("formazione", "Attività", "Data", "Ore")
    held = [row for each in _year_so_far(month) for row in _within(rows, "Data", each)]
    return _told(sum(row["Tipo"] == "scambio" for row in held))


def attendance(of: Recomputed, month: str) -> Terms:
    """Sessions attended of those held, over all people of the last ended edition."""
    people = of.edition(month)
    if not people or any("" in (row["Incontri tenuti"], row["Incontri seguiti"]) for row in people):
        return _told(None)
    return _told(
        sum(int(row["Incontri seguiti"]) for row in people),
        sum(int(row["Incontri tenuti"]) for row in people),
    )
