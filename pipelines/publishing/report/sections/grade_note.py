"""Why a figure has its grade, in one line: the worst parts by name, and how much of the boundary was read.

Belongs here: which parts are named. Does not belong here: how grades come about (the warehouse's completeness mart).
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.language import Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.sections.part_read import the_part
from pipelines.publishing.rows import Row

PARTS = ("coverage", "estimated", "factor_age", "age", "evidence", "quarantine")
_WHOLE = Decimal("0.995")
"""From here on coverage prints as all."""


def grade_note(read: DistrictReading, code: str, words: Words) -> str | None:
    """«Qualità D: i fattori hanno in media 7 anni (…). Copertura: 95 % del perimetro.»; None where all is well."""
    row = read.kpi(code)
    if row is None or row["value"] is None:
        return None
    covered = row["coverage"]
    partly = covered is not None and covered < _WHOLE
    share = the_part(covered, words) if partly else ""
    reasons = [] if row["grade"] in ("A", "B", None) else _reasons(read, code, row, words)
    told = []
    if reasons:
        told.append(words.say("grade_note.line", grade=row["grade"], reasons=words.both(reasons)))
    if partly and "coverage" not in _worst(read, code, row):
        told.append(words.say(f"grade_note.covered{_of(read, code)}", the_share=share))
    if _of(read, code) and (without := _without_factor(read)):
        named = words.both([words.named("carrier_of", each) for each in without])
        told.append(words.say("grade_note.without_factor", of_carriers=named))
    return " ".join(told) or None


def _of(read: DistrictReading, code: str) -> str:
    """Emissions are known of what was read and has a factor; all else of what was read."""
    return "_emissions" if read.declared(code)["completeness"] == "emissions" else ""


def _without_factor(read: DistrictReading) -> list[str]:
    """Carriers whose emissions are in no figure of the month."""
    slots = read.rows("empty_slots", read.month)
    return sorted({row["carrier"] for row in slots if row["scope"] in ("1", "2_location")})


def _worst(read: DistrictReading, code: str, row: Row) -> list[str]:
    """Parts of the grade that are as bad as the value's own, over the period of the value."""
    parts = read.quality_of(code) or {}
    return [name for name in PARTS if parts.get(f"grade_{name}") == row["grade"]]


def _reasons(read: DistrictReading, code: str, row: Row, words: Words) -> list[str]:
    said = []
    for part in _worst(read, code, row):
        if part == "factor_age":
            told = _factors(read, words)
        elif part == "coverage":
            told = _coverage(read, code, row, words)
        else:
            told = words.say(f"grade_note.{part}")
        said.append(told)
    return [text for text in said if text]


def _coverage(read: DistrictReading, code: str, row: Row, words: Words) -> str:
    if row["coverage"] is None:
        return words.say("grade_note.coverage_unknown")
    share = the_part(row["coverage"], words, little=True)
    return words.say(f"grade_note.coverage{_of(read, code)}", the_share=share)


def _factors(read: DistrictReading, words: Words) -> str:
    """The years of the factors that carbon dioxide is worked out with, by carrier."""
    years: dict[str, int] = {}
    for row in read.rows("factors_used", read.month):
        if row["scope"] in ("1", "2_location") and str(row["gas"]).startswith("CO2"):
            year = row["factor_year"]
            if year:
                years[row["carrier"]] = min(year, years.get(row["carrier"], year))
    if not years:
        return words.say("grade_note.factors")
    if len(years) == 1:
        carrier, year = next(iter(years.items()))
        return words.say(
            "grade_note.factor", of_carrier=words.named("carrier_whose", carrier), year=year
        )
    listed = [
        words.say("grade_note.factor_year", carrier=words.named("carrier", name), year=year)
        for name, year in sorted(years.items(), key=lambda each: (each[1], each[0]))
    ]
    return words.say("grade_note.factor_years", listed=", ".join(listed))
