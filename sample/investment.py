# ruff: noqa: E501 - tables are read one row per line
"""Projects: what they cost, who pays, how far they are, and the files that say so every month.

Belongs here: projects and their layouts. Does not belong here: what they save once they run
(`city.py`, measures).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sample.files import csv_bytes, dotted, italian
from sample.months import days, since_start
from sample.noise import stream

HEADER = (
    "Codice progetto", "CUP", "Data estrazione", "Titolo", "Programma", "Ambito", "Stato", "Forma contrattuale", "Costo totale (EUR)",
    "Finanziato (EUR)", "Impegnato (EUR)", "Pagato (EUR)", "Pagato previsto (EUR)", "Quota pubblica (EUR)", "Quota privata (EUR)",
    "Fine prevista", "Fine effettiva", "Risparmio atteso (kWh/anno)", "Vettore risparmiato", "Vita utile (anni)", "Evidenza", "Ufficio",
    "Attività tassonomia", "Contributo sostanziale (SC)", "Nessun danno significativo (DNSH)", "Garanzie minime (MSS)",
    "Prova tassonomia",
)  # fmt: skip
FUNDING = ("Codice progetto", "CUP", "Data estrazione", "Fonte", "Fase", "Importo (EUR)")
PNRR_PROJECTS = (
    "Programma", "Missione", "Amministrazione Titolare", "CUP ", "Titolo progetto ", "FINANZIAMENTO_PRIVATO", "FINANZIAMENTO_PNRR",
    "FINANZ_TOTALE ",
)  # fmt: skip
PNRR_PLACES = ("CUP ", "Provincia", "Comune", "Descrizione Comune")
PAID_BY = {
    "FESR": (("FESR", 80), ("Regione", 20)), "PNRR": (("PNRR", 100),), "comunale": (("Comune", 100),),
    "FSC": (("FSC", 85), ("Comune", 15)), "privato": (("Stato", 100),),
}  # fmt: skip
"""Who pays the public part of a programme's projects, in hundredths."""
ASSESSED: dict[str, tuple[str, ...]] = {
    "PRA-02": ("7.3", "sì", "sì", "sì", "Relazione tassonomia PRA-02"),
    "PRA-05": ("7.6", "sì", "sì", "no", "Relazione tassonomia PRA-05"),
    "PAR-01": ("7.3", "sì", "sì", "sì", "Relazione tassonomia PAR-01"),
    "BER-03": ("7.1", "sì", "sì", "sì", "Relazione tassonomia BER-03"),
    "BER-06": ("7.6", "sì", "sì", "sì", ""),
}
"""Taxonomy: activity, SC, DNSH, MSS and what proves them; one fails a criterion, one has no proof."""
VERSIONS = ("2024-05", "2025-06", "2026-06")
"""Months after which the national register is downloaded again; each version has more projects."""


@dataclass(frozen=True)
class Project:
    """One project: cost in thousands of euro, months counted from the sample's first."""

    code: str
    title: str
    programme: str
    field: str
    cost_k: int
    funded_from: int
    starts: int
    lasts: int
    delay: int = 0
    private: float = 0.0
    form: str = "ordinaria"
    saving_mwh: int = 0
    carrier: str = ""
    life: int = 15


PROJECTS: dict[str, tuple[Project, ...]] = {
    "prato": (
        Project("PRA-01", "Recupero di calore dai bagni di tintura", "FESR", "industria", 2600, 4, 8, 12, 0, 0.55, "ordinaria", 3100, "gas"),
        Project("PRA-02", "Motori e inverter in filatura", "privato", "efficienza energetica", 1250, 6, 9, 11, 0, 1.0, "EPC", 540, "elettricità", 12),
        Project("PRA-03", "Generatori di vapore ad alto rendimento", "FESR", "industria", 3900, 14, 20, 16, 4, 0.6, "ordinaria", 4200, "gas", 18),
        Project("PRA-04", "Estensione della rete di acqua riciclata", "PNRR", "acqua", 4800, 0, 2, 26, 5, 0.0, "ordinaria", 0, "", 30),
        Project("PRA-05", "Fotovoltaico sui tetti del consorzio", "privato", "rinnovabili", 1500, 10, 24, 10, 0, 1.0, "comunità energetica", 1400, "elettricità", 25),
        Project("PRA-06", "Riqualificazione della scuola di distretto", "comunale", "edifici", 900, 3, 13, 8, 3, 0.0, "PPP", 160, "gas", 25),
        Project("PRA-07", "Illuminazione stradale a LED", "comunale", "efficienza energetica", 420, 0, 1, 9, 0, 0.0, "EPC", 170, "elettricità", 15),
        Project("PRA-08", "Accumulo condiviso di distretto", "privato", "rinnovabili", 1100, 99, 99, 12, 0, 1.0, "servizio condiviso", 300, "elettricità", 12),
    ),
    "parma": (
        Project("PAR-01", "Pompe di calore nel centro direzionale", "privato", "edifici", 760, 8, 12, 10, 0, 1.0, "EPC", 620, "teleriscaldamento", 18),
        Project("PAR-02", "Refrigerazione efficiente nell'alimentare", "FESR", "industria", 1450, 7, 11, 9, 0, 0.6, "ordinaria", 510, "elettricità", 15),
        Project("PAR-03", "Tetto fotovoltaico della logistica, ampliamento", "privato", "rinnovabili", 820, 16, 21, 8, 2, 1.0, "ordinaria", 460, "elettricità", 25),
        Project("PAR-04", "Sede comunale: involucro e regolazione", "PNRR", "edifici", 1300, 1, 4, 18, 2, 0.0, "ordinaria", 240, "gas", 25),
        Project("PAR-05", "Ciclabile dell'area produttiva", "comunale", "mobilità", 640, 5, 9, 12, 0),
        Project("PAR-06", "Monitoraggio energetico condiviso", "FESR", "digitale", 310, 12, 15, 9, 0, 0.4, "servizio condiviso", 150, "elettricità", 8),
    ),
    "bergamo": (
        Project("BER-01", "Rinnovo della stazione e piastra dei servizi", "PNRR", "mobilità", 28500, 0, 0, 34, 4, 0.1, "PPP"),
        Project("BER-02", "Studentato a energia quasi zero", "privato", "edifici", 14200, 0, 0, 9, 0, 0.8, "ordinaria", 380, "elettricità", 30),
        Project("BER-03", "Torre uffici, impianti a pompa di calore", "privato", "edifici", 21800, 0, 2, 18, 0, 1.0, "ordinaria", 520, "elettricità", 30),
        Project("BER-04", "Anello freddo di quartiere", "FESR", "efficienza energetica", 9600, 12, 18, 20, 3, 0.4, "PPP", 2600, "gas", 30),
        Project("BER-05", "Parco lineare e superfici drenanti", "comunale", "acqua", 4300, 6, 10, 18, 0),
        Project("BER-06", "Fotovoltaico sulle coperture pubbliche", "FSC", "rinnovabili", 1900, 18, 23, 10, 0, 0.0, "comunità energetica", 980, "elettricità", 25),
    ),
    "roma": (
        Project("ROM-01", "Incubatore: diagnosi ed efficienza", "comunale", "edifici", 540, 5, 9, 12, 3, 0.0, "ordinaria", 95, "elettricità", 15),
        Project("ROM-02", "Hub della mobilità condivisa", "PNRR", "mobilità", 2100, 2, 6, 20, 2, 0.15, "PPP"),
        Project("ROM-03", "Comunità energetica della valle", "privato", "rinnovabili", 1300, 20, 25, 12, 0, 0.9, "comunità energetica", 760, "elettricità", 25),
        Project("ROM-04", "Gemello digitale dei consumi", "FESR", "digitale", 380, 10, 13, 10, 0, 0.3, "servizio condiviso", 60, "elettricità", 8),
    ),
}  # fmt: skip

# Projects of the national register: CUP, title, PNRR euro, province and municipality.
NATIONAL: tuple[tuple[str, str, int, str, str, str], ...] = (
    (
        "E11B22001200006",
        "RIGENERAZIONE URBANA*QUARTIERE SUD*RECUPERO SPAZI PUBBLICI",
        3_200_000,
        "016",
        "024",
        "BERGAMO",
    ),
    (
        "E17H21004310001",
        "VELOSTAZIONE*PIAZZALE DELLA STAZIONE*NUOVA COSTRUZIONE",
        1_150_000,
        "016",
        "024",
        "BERGAMO",
    ),
    (
        "F55F21000870006",
        "SCUOLA PRIMARIA*VIA DEI CADUTI*ADEGUAMENTO SISMICO",
        2_480_000,
        "017",
        "029",
        "BRESCIA",
    ),
    (
        "J51B22000440006",
        "SERVIZI DIGITALI*TERRITORIO NAZIONALE*PIATTAFORMA",
        9_000_000,
        "000",
        "000",
        "AMBITO NAZIONALE",
    ),
)


def cup(project: Project) -> str:
    """A code of the form of a CUP, made up."""
    random = stream("cup", project.code)
    letters = "BCDEFGHIJ"
    head = f"{letters[int(random.integers(9))]}{int(random.integers(11, 99))}{letters[int(random.integers(9))]}"
    return f"{head}24{int(random.integers(0, 10**9)):09d}"


def cup_of(city: str, code: str) -> str:
    """The CUP of a district's project."""
    return cup(next(project for project in PROJECTS[city] if project.code == code))


def municipal(city: str, month: str, *, bad_cup: bool = False) -> bytes:
    """The municipality's register of projects as it stands at the end of a month."""
    rows = [
        _row(project, month)
        for project in PROJECTS[city]
        if since_start(month) >= min(project.funded_from - 6, 8)
    ]
    if bad_cup:
        rows[0] = (rows[0][0], rows[0][1][:-1] + "O", *rows[0][2:])  # an O where a digit belongs
    return csv_bytes(HEADER, rows, encoding="cp1252")


def funding(city: str, month: str) -> bytes:
    """Who pays for each project and how far the money is, as it stands at the end of a month."""
    rows = [
        row
        for project in PROJECTS[city]
        if since_start(month) >= min(project.funded_from - 6, 8)
        for row in _sources(project, month)
    ]
    return csv_bytes(FUNDING, rows, encoding="cp1252")


def _sources(project: Project, month: str) -> list[tuple[str, ...]]:
    cost, funded, committed, paid = _money(project, since_start(month))
    stages = (("previsto", cost), ("concesso", funded), ("impegnato", committed), ("pagato", paid))
    head = (project.code, cup(project), italian(days(month)[-1]))
    return [
        (*head, source, stage, dotted(amount))
        for stage, euro in stages
        for source, amount in _shared(project, euro)
        if amount
    ]


def _shared(project: Project, euro: int) -> list[tuple[str, int]]:
    """One amount by who pays it; what rounding leaves is the last one's."""
    private = round(euro * project.private)
    found = [("EPC" if project.form == "EPC" else "privato", private)]
    left = euro - private
    sources = PAID_BY[project.programme]
    for source, hundredths in sources[:-1]:
        found.append((source, (euro - private) * hundredths // 100))
        left -= found[-1][1]
    return [*found, (sources[-1][0], left)]


def pnrr_projects(version: int) -> bytes:
    """An extract of Italia Domani's list of projects, as published.

    BOM, blanks after names, dots for thousands.
    """
    rows = [
        ("PNRR", "M5", "MINT - Min Interno", code, title, "N/D", dotted(euro), dotted(euro))
        for code, title, euro, *_ in NATIONAL[: version + 1]
    ]
    return csv_bytes(PNRR_PROJECTS, rows, encoding="utf-8-sig", end="\n")


def pnrr_places(version: int) -> bytes:
    """Where those projects are."""
    rows = [
        (code, province, town, name) for code, _, _, province, town, name in NATIONAL[: version + 1]
    ]
    return csv_bytes(PNRR_PLACES, rows, encoding="utf-8-sig", end="\n")


def _row(project: Project, month: str) -> tuple[str, ...]:
    now = since_start(month)
    cost, funded, committed, paid = _money(project, now)
    end = project.starts + project.lasts
    planned = _spent(project, now, project.lasts)
    ended = now >= end + project.delay
    status = (
        "concluso" if ended else "in corso" if now >= project.starts
        else "finanziato" if funded else "pianificato" if now >= project.funded_from - 3 else "individuato"
    )  # fmt: skip
    private = round(funded * project.private)
    return (
        project.code, cup(project), italian(days(month)[-1]), project.title, project.programme, project.field, status, project.form,
        dotted(cost), dotted(funded), dotted(committed), dotted(paid), dotted(planned), dotted(funded - private), dotted(private),
        italian(_after(end)) if project.starts < 90 else "", italian(_after(end + project.delay)) if ended else "",
        dotted(project.saving_mwh * 1000) if project.saving_mwh else "", project.carrier, str(project.life),
        f"Determina {project.code}/{2024 + max(project.funded_from, 0) // 12}" if funded else "",
        "Ufficio investimenti", *ASSESSED.get(project.code, ("",) * 5),
    )  # fmt: skip


def _money(project: Project, now: int) -> tuple[int, int, int, int]:
    """Cost, funding, commitments and payments by a month."""
    cost = project.cost_k * 1000
    funded = cost if now >= project.funded_from else 0
    committed = round(cost * 0.94) if now >= project.starts else 0
    return cost, funded, committed, _spent(project, now, project.lasts + project.delay)


def _spent(project: Project, now: int, lasts: int) -> int:
    """Payments follow an S: slow, fast, slow; the last tenth after the end."""
    share = min(max((now - project.starts + 1) / max(lasts, 1), 0.0), 1.0)
    curve = share * share * (3 - 2 * share)
    return round(project.cost_k * 1000 * 0.94 * curve / 100) * 100 if share else 0


def _after(months: int) -> dt.date:
    years, number = divmod(4 + months, 12)
    return dt.date(2024 + years, number + 1, 28)
