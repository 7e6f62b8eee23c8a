"""The inventory in the section on emissions: GPC's lines, the factors behind the figures, what is still missing.

Belongs here: these tables and notes. Does not belong here: the figures by month and carrier (`year_charts.py`).
"""

from __future__ import annotations

from collections import defaultdict

from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Cell, Column, Note, Table
from pipelines.publishing.rows import Row

NOT_STATED = "not stated"
"""What a factor declares as its licence where its source states none."""
_FIGURES = ("EMI11", "EMI05", "EMI02", "EMI01")


def gpc_lines(read: DistrictReading, words: Words) -> Table | None:
    """Lines that have an amount or say something; the bare ones are counted in the note."""
    rows = sorted(read.rows("gpc_inventory", read.month), key=lambda row: row["position"])
    told = [row for row in rows if row["tco2e"] is not None or row["reason"] != "not_collected"]
    if not told:
        return None
    cells = tuple(
        (
            Cell(row["gpc_ref"]),
            Cell(row[f"name_{words.code}"]),
            Cell(words.named("scope", row["scope"])),
            Cell(row["notation_key"] or words.number(row["tco2e"], 1)),
            Cell(_why(row, words)),
        )
        for row in told
    )
    heads = (
        Column("GPC", width=0.7),
        Column(words.say("inventory.line"), width=3.4),
        Column(words.say("inventory.scope"), width=0.9),
        Column("tCO2e", number=True),
        Column(words.say("inventory.why"), width=2.2),
    )
    note = words.say("inventory.note", empty=words.number(len(rows) - len(told)))
    return Table(
        "gpc", words.say("inventory.caption", month=words.month(read.month)), heads, cells, note
    )


def _why(row: Row, words: Words) -> str:
    if row["reason_text"]:
        return str(row["reason_text"])
    if row["tco2e"] is not None and row["months"] < 12:
        return words.say("inventory.months", count=row["months"])
    return words.named("line_reason", row["reason"]) if row["reason"] else ""


def factors(read: DistrictReading, words: Words) -> Table | None:
    """The factors of the widest figure there is, with vintage, age, share and source."""
    rows = read.rows("factor_report", read.month)
    figure = next((code for code in _FIGURES if any(r["kpi_code"] == code for r in rows)), None)
    if figure is None:
        return None
    # Months of two years use one vintage at two ages: one factor all the same.
    used: dict[tuple[str, str, str | None], list[Row]] = defaultdict(list)
    for row in rows:
        if row["kpi_code"] == figure:
            used[row["factor_code"], row["carrier"], row["gas"]].append(row)
    cells = tuple(_factor(same, words) for same in used.values())
    heads = (
        Column(words.say("table.carrier"), width=1.3),
        Column("Gas", width=0.6),
        Column(words.say("table.factor"), width=2.2),
        Column(words.say("table.value"), number=True, width=1.5),
        Column(words.say("table.year"), width=0.9),
        Column(words.say("inventory.share"), number=True, width=0.9),
        Column(words.say("table.source"), width=3),
    )
    caption = words.say("inventory.factors", kpi=figure, month=words.month(read.month))
    return Table("factors", caption, heads, cells, words.say("inventory.factors_note"))


def _factor(same: list[Row], words: Words) -> tuple[Cell, ...]:
    """One factor, however old it is in the months that use it; a share is known where that of every age is."""
    row = same[0]
    shares = [each["share"] for each in same]
    place = words.say("inventory.world") if row["place"] == "WORLD" else row["place"]
    licence = words.say("inventory.no_licence") if row["licence"] == NOT_STATED else row["licence"]
    return (
        Cell(capital(words.named("carrier", row["carrier"]))),
        Cell(row["gas"] or DASH),
        Cell(row["factor_code"], note=place),
        Cell(_value(row, words)),
        Cell(str(row["factor_year"] or DASH), note=_age(same, words)),
        Cell(DASH if None in shares else words.percent(sum(shares) * 100, 1)),
        Cell(
            ", ".join(part for part in (row["source"], row["page"]) if part) or DASH, note=licence
        ),
    )


def _age(same: list[Row], words: Words) -> str | None:
    ages = sorted(each["factor_age_years"] for each in same if each["factor_age_years"])
    if not ages:
        return None
    if ages[0] == ages[-1]:
        return words.say("inventory.age", count=ages[0])
    return words.say("inventory.ages", least=ages[0], most=ages[-1])


def _value(row: Row, words: Words) -> str:
    value = row["factor_value"]
    if value is None:
        return DASH
    places = max(0, -value.normalize().as_tuple().exponent)
    return f"{words.number(value, min(places, 6))} {row['unit'] or ''}".strip()


def missing_factors(read: DistrictReading, words: Words) -> Note | None:
    """Slots without a value, with what would fill each."""
    rows = read.rows("empty_slots", read.month)
    if not rows:
        return None
    needs = {row["slot"]: row[f"needs_{words.code}"] for row in rows}
    told = " ".join(f"{slot}: {need}" for slot, need in sorted(needs.items()))
    return Note(words.say("inventory.missing", slots=told))
