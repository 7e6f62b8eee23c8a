"""Questionnaires: what people answered, as Google Forms exports it.

Belongs here: questions, waves, answers. Does not belong here: how answers become figures. Names,
numbers and addresses in the free text are made up; they stand there because people write such
things, and must get no further than the landing store.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sample.files import csv_bytes
from sample.months import first_day
from sample.noise import stream

AGREE = (
    "Per niente d'accordo",
    "Poco d'accordo",
    "Né d'accordo né in disaccordo",
    "Abbastanza d'accordo",
    "Molto d’accordo",
)
QUESTIONS = {
    "inclusion_1": "Mi sento parte delle decisioni del distretto",
    "inclusion_2": "So a chi rivolgermi per una proposta",
    "inclusion_3": "Le informazioni che ricevo sono chiare",
    "inclusion_4": "Le riunioni si tengono in orari per me impossibili",
    "inclusion_5": "Persone come me vengono ascoltate",
}
CHANGED = "Nell'ultimo anno ha cambiato in modo stabile un'abitudine per consumare meno?"
MEASURES = "Quali misure ha già adottato? (anche più di una)"
PEOPLE = "Quanti addetti ha la sua organizzazione?"
FREE = "C'è altro che vuole dirci?"
CONTACT = "Se vuole, lasci un recapito"
OPTIONS = (
    "Illuminazione a LED",
    "Fotovoltaico",
    "Motori efficienti",
    "Orari dei consumi, anche notturni",
    "Nessuna",
)
REMARKS = (
    "", "", "", "Sono Mario Finto, chiamatemi al 333 0000000", "Scrivetemi a m.finto@example.org",
    "CF FNTMRA80A01H501U",
    "=1+1", "Più parcheggi per le bici, per favore", "Bene così 👍",
)  # fmt: skip
CANARIES = ("Mario Finto", "333 0000000", "m.finto@example.org", "FNTMRA80A01H501U")


@dataclass(frozen=True)
class Wave:
    """One wave.

    The month after which it is sent, how many answered, and the mood between 0 and 1.
    """

    city: str
    number: int
    month: str
    people: int
    mood: float


WAVES = (
    Wave("roma", 1, "2024-05", 71, 0.46),
    Wave("roma", 2, "2025-11", 88, 0.58),
    Wave("prato", 1, "2024-05", 46, 0.52),
    Wave("prato", 2, "2026-05", 53, 0.60),
    Wave("parma", 1, "2024-05", 28, 0.49),
    Wave("bergamo", 1, "2024-05", 8, 0.55),
)


def waves_of(month: str) -> list[Wave]:
    """Waves that are sent after a month."""
    return [wave for wave in WAVES if wave.month == month]


def answers(wave: Wave) -> bytes:
    """All answers of a wave.

    Italian moments, labels, one grid of agreement, several choices in one cell.
    """
    random = stream("survey", wave.city, wave.number)
    header = (
        "Informazioni cronologiche",
        *QUESTIONS.values(),
        CHANGED,
        MEASURES,
        PEOPLE,
        FREE,
        CONTACT,
    )
    rows: list[tuple[str, ...]] = []
    start = dt.datetime.combine(first_day(wave.month), dt.time(8, 0))
    for _ in range(wave.people):
        start += dt.timedelta(seconds=int(random.integers(3_000, 27 * 86_400 // wave.people)))
        own = float(random.normal(wave.mood, 0.17))
        likert = [
            _level(own if code != "inclusion_4" else 1 - own, float(random.normal(0, 0.14)))
            for code in QUESTIONS
        ]
        shown = [AGREE[level] for level in likert]
        if random.random() < 0.07:
            shown[int(random.integers(len(shown)))] = "Non so"
        picked = [option for option in OPTIONS[:-1] if random.random() < 0.35] or [OPTIONS[-1]]
        changed = "Sì" if random.random() < 0.25 + own / 2 else "No"
        people = "" if random.random() < 0.1 else str(int(random.integers(2, 240)))
        remark = REMARKS[int(random.integers(len(REMARKS)))]
        contact = "m.finto@example.org" if random.random() < 0.1 else ""
        rows.append(
            (
                f"{start:%d/%m/%Y %H.%M.%S}",
                *shown,
                changed,
                ";".join(picked),
                people,
                remark,
                contact,
            )
        )
    return csv_bytes(header, rows, delimiter=",", end="\n")


def _level(mood: float, chance: float) -> int:
    return min(max(int((mood + chance) * 5), 0), 4)
