"""What the models of the points are worth, carrier by carrier, and how cold the month was by each declared method.

Belongs here: this table and this sentence of section 3. Does not belong here: what may be told
(`publishing/protecting/baseline_models.py`), the models of single points (`nzd baselines`).
"""

from __future__ import annotations

from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.protecting.baseline_models import NONE
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Cell, Column, Note, Table
from pipelines.publishing.rows import Row

_GRADES = ("A", "B", "C", "D", NONE)
_DPR = "dpr_412_93_zone_"


def baseline_grades(read: DistrictReading, words: Words) -> Table | None:
    """Points and share of the month's energy by grade, one row per carrier."""
    rows = read.rows("baseline_grades", read.month)
    if not rows:
        return None
    by_carrier: dict[str, dict[str, Row]] = {}
    for row in rows:
        by_carrier.setdefault(row["carrier"], {})[row["model_grade"]] = row
    cells = tuple(
        (
            Cell(capital(words.named("carrier", carrier))),
            *(Cell(_told(grades.get(grade), words)) for grade in _GRADES),
        )
        for carrier, grades in sorted(by_carrier.items())
    )
    heads = (
        Column(words.say("table.carrier"), width=2),
        *(Column(words.say(f"baselines.grade_{grade.lower()}"), number=True) for grade in _GRADES),
    )
    return Table(
        "baseline-grades", words.say("baselines.caption"), heads, cells, words.say("baselines.note")
    )


def _told(row: Row | None, words: Words) -> str:
    if row is None:
        return DASH
    if row["suppressed"]:
        return words.say("state.suppressed")
    return words.say(
        "baselines.cell",
        count=row["points"],
        share=DASH if row["energy_percent"] is None else words.percent(row["energy_percent"], 0),
    )


def degree_days(read: DistrictReading, words: Words) -> Note | None:
    """Heating degree days by each method that is declared, side by side; of Eurostat's alone nothing is said here."""
    found = {
        row["method"]: row["heating_degree_days"] for row in read.rows("degree_days", read.month)
    }
    declared = next((method for method in found if method.startswith(_DPR)), None)
    if declared is None or "eurostat" not in found:
        return None
    said = words.say(
        "energy.degree_days",
        eurostat=words.number(found["eurostat"], 0),
        decree=words.number(found[declared], 0),
        zone=declared.removeprefix(_DPR).upper(),
    )
    return Note(said)
