"""Questionnaires: what people answered, as Google Forms exports it.

Belongs here: questions, waves, answers. Does not belong here: how answers become figures. Names,
numbers and addresses in the free text are made up; they stand there because people write such
things, and must get no further than the landing store.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
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
CANARIES = (
    "Mario Finto", "333 0000000", "m.finto@example.org", "FNTMRA80A01H501U", "spam.example",
)  # fmt: skip
SECTOR = "In quale settore opera la sua organizzazione?"
SECTORS = ("Industria", "Servizi", "Commercio", "Ente pubblico")
AGE = "La sua fascia di età"
AGES = ("18-34", "35-54", "55 e oltre")
CODE = "Codice d'invito"
TRAP = "Non compilare questo campo"
FORM = "Versione del modulo"
SEVEN = "inclusion_3"
"""The statement that the second form of Prato asks on seven marks."""
WHO = {
    "prato": ((0.42, 0.30, 0.20, 0.08), (0.2, 0.5, 0.3)),
    "roma": ((0.15, 0.55, 0.18, 0.12), (0.35, 0.45, 0.2)),
}
"""Who answers, by sector and age; in the districts it is otherwise."""
MADE_BY_PROGRAMS, TRAPPED, TWICE, UNREAD = 30, 4, 3, 2
"""Submissions that do not count: equal ones of a program, with the hidden field filled in, a second time with one
invitation, and with one answer to everything."""


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
    """All answers of a wave: Italian moments, labels, one grid of agreement, several choices in one cell."""
    random = stream("survey", wave.city, wave.number)
    rows: list[tuple[str, ...]] = []
    start = dt.datetime.combine(first_day(wave.month), dt.time(8, 0))
    for _ in range(wave.people):
        start += dt.timedelta(seconds=int(random.integers(3_000, 27 * 86_400 // wave.people)))
        own = float(random.normal(wave.mood, 0.17))
        shown = [_mark(wave, code, own, float(random.normal(0, 0.14))) for code in QUESTIONS]
        if random.random() < 0.07:
            shown[int(random.integers(len(shown)))] = "Non so"
        picked = [option for option in OPTIONS[:-1] if random.random() < 0.35] or [OPTIONS[-1]]
        changed = "Sì" if random.random() < 0.25 + own / 2 else "No"
        people = "" if random.random() < 0.1 else str(int(random.integers(2, 240)))
        remark = REMARKS[int(random.integers(len(REMARKS)))]
        contact = "m.finto@example.org" if random.random() < 0.1 else ""
        rows.append((_moment(start), *shown, changed, ";".join(picked), people, remark, contact))
    return csv_bytes(
        HEADER, [*_told(wave, rows), *_not_counted(wave, start)], delimiter=",", end="\n"
    )


HEADER = (
    "Informazioni cronologiche", *QUESTIONS.values(), CHANGED, MEASURES, PEOPLE, FREE, CONTACT, SECTOR, AGE, CODE,
    FORM, TRAP,
)  # fmt: skip


def _moment(time: dt.datetime) -> str:
    return f"{time:%d/%m/%Y %H.%M.%S}"


def _form(wave: Wave) -> str:
    return "2" if (wave.city, wave.number) == ("prato", 2) else "1"


def _told(wave: Wave, rows: list[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Answers with who gave them: sector, age, invitation and form."""
    random = stream("survey people", wave.city, wave.number)
    sectors, ages = WHO.get(wave.city, ((0.25,) * 4, (1 / 3,) * 3))
    for number, row in enumerate(rows):
        sector = SECTORS[int(random.choice(len(SECTORS), p=sectors))]
        age = AGES[int(random.choice(len(AGES), p=ages))]
        yield (
            *row,
            sector,
            age,
            f"{wave.city[:2].upper()}{wave.number}-{number:04d}",
            _form(wave),
            "",
        )


def _not_counted(wave: Wave, last: dt.datetime) -> Iterator[tuple[str, ...]]:
    """What no person meant as an answer: of programs and twice in Roma, unread in Prato."""
    if wave.number != 2:
        return
    asked = len(QUESTIONS)
    if wave.city == "prato":
        for number in range(UNREAD):
            time, code = _moment(last + dt.timedelta(minutes=number)), f"PR2-9{number:03d}"
            alike = ["4"] * asked if _form(wave) == "2" else [AGREE[3]] * asked
            yield (
                time,
                *alike,
                "Sì",
                OPTIONS[0],
                "12",
                "",
                "",
                SECTORS[1],
                AGES[1],
                code,
                _form(wave),
                "",
            )
        return
    for number in range(MADE_BY_PROGRAMS + TRAPPED):
        time = _moment(last + dt.timedelta(seconds=3 * number))
        trap = "http://spam.example" if number >= MADE_BY_PROGRAMS else ""
        said = [AGREE[(place + (number % 4 if trap else 0)) % 5] for place in range(asked)]
        yield (
            time,
            *said,
            "Sì",
            OPTIONS[1],
            "9",
            "",
            "",
            SECTORS[0],
            AGES[0],
            f"XX-{number:04d}",
            "1",
            trap,
        )
    for number in range(TWICE):
        time = _moment(last + dt.timedelta(hours=1 + number))
        said = [AGREE[(place + number) % 5] for place in range(asked)]
        yield (
            time,
            *said,
            "No",
            OPTIONS[2],
            "30",
            "",
            "",
            SECTORS[1],
            AGES[2],
            f"RO2-{number:04d}",
            "1",
            "",
        )


def _mark(wave: Wave, code: str, own: float, chance: float) -> str:
    """A statement's label; on the second form of Prato a number of seven in place of one."""
    mood = own if code != "inclusion_4" else 1 - own
    if code == SEVEN and _form(wave) == "2":
        return str(min(max(int((mood + chance) * 7), 0), 6) + 1)
    return AGREE[_level(mood, chance)]


def _level(mood: float, chance: float) -> int:
    return min(max(int((mood + chance) * 5), 0), 4)
