"""Section 6, measures: what each costs and avoids, what sets of them would do by the target year, what is in their way.

Belongs here: these tables. Does not belong here: what a measure saves and who may read it (`measure_tables.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.protecting.scenarios import realised
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Block, Cell, Column, Note, Table, Without
from pipelines.publishing.report.sections.figures import amount, joined
from pipelines.publishing.rows import Row

_THOUSAND = Decimal(1000)
_ON_PAGE = 3
"""Measures that the page has room for; the ledger behind it has them all."""


def measures(read: DistrictReading, words: Words) -> Table | None:
    """The ledger as it stands, cheapest tonne first: a marginal abatement table."""
    rows = sorted(read.rows("measures", read.month), key=_cheapest_first)
    return _ledger("measures", rows, _how(rows, words), words) if rows else None


def cheapest(read: DistrictReading, words: Words) -> Table | None:
    """The first measures of the ledger, for the page."""
    rows = sorted(read.rows("measures", read.month), key=_cheapest_first)
    told = [row for row in rows if not row["suppressed"]]
    rest = len(rows) - min(len(told), _ON_PAGE) - sum(bool(row["suppressed"]) for row in rows)
    note = words.say("measures.note_short")
    if rest > 0:
        note += " " + words.say("measures.more", count=rest)
    shown = [*told[:_ON_PAGE], *(row for row in rows if row["suppressed"])]
    return _ledger("measures-first", shown, note, words) if rows else None


def _how(rows: Sequence[Row], words: Words) -> str:
    """How the ledger's columns are worked out."""
    follows = any(row["with_outlook"] for row in rows)
    return words.say(
        "measures.note",
        factors=words.say(f"measures.factors_{'of_a_path' if follows else 'held'}"),
        rate=words.percent(rows[0]["discount_rate"] * 100, 1),
        day=words.day(max(row["as_of"] for row in rows)),
    )


def _hidden(rows: Sequence[Row], words: Words) -> tuple[Without, ...]:
    """Measures whose figures are confidential, named once."""
    names = tuple(Cell(str(row["name"])) for row in rows if row["suppressed"])
    return (Without(capital(words.named("reason", "suppressed")), names),) if names else ()


def _ledger(table_id: str, rows: Sequence[Row], note: str, words: Words) -> Table:
    cells = tuple(
        (
            Cell(str(row["name"]), note=_owner(row, words)),
            Cell(capital(words.named("measure_state", row["status"]))),
            _told(row, "capex_eur", "EUR", 0, words),
            Cell(_saving(row, words)),
            Cell(_number(row, "annual_abatement_tco2e", 1, words)),
            Cell(_number(row, "cost_per_tonne_eur", 0, words), note=_price(row, words)),
            Cell(_number(row, "payback_years", 1, words)),
        )
        for row in rows
        if not row["suppressed"]
    )
    heads = (
        Column(words.say("measures.measure"), width=3.4),
        Column(words.say("table.state"), width=1.2),
        Column(words.say("table.cost"), number=True, width=1.2),
        Column(words.say("measures.saving"), number=True, width=1.4),
        Column(
            f"{words.say('measures.avoided')} ({words.named('unit', 'tCO2e')})",
            number=True,
            width=1.2,
        ),
        Column(words.say("measures.per_tonne"), number=True, width=1.1),
        Column(words.say("measures.payback"), number=True, width=1.1),
    )
    return Table(table_id, words.say("measures.caption"), heads, cells, note, _hidden(rows, words))


def _cheapest_first(row: Row) -> tuple[bool, Decimal, str]:
    cost = row["cost_per_tonne_eur"]
    return (cost is None, cost or Decimal(0), row["measure_id"])


def _owner(row: Row, words: Words) -> str:
    return words.say("measures.owner", code=row["measure_id"], owner=row["owner"] or DASH)


def _told(row: Row, column: str, unit: str, decimals: int, words: Words) -> Cell:
    value = row[column]
    return Cell(DASH if value is None else joined(amount(value, unit, decimals, words)))


def _number(row: Row, column: str, decimals: int, words: Words) -> str:
    return DASH if row[column] is None else words.number(row[column], decimals)


def _saving(row: Row, words: Words) -> str:
    """Energy in MWh, water in cubic metres, whatever the measure saves."""
    said = []
    if row["expected_saving_kwh"] is not None:
        said.append(joined((words.number(row["expected_saving_kwh"] / _THOUSAND), "MWh")))
    if row["expected_saving_m3"] is not None:
        said.append(joined((words.number(row["expected_saving_m3"]), "m³")))
    return words.both(said) if said else DASH


def _price(row: Row, words: Words) -> str | None:
    if row["measured_cost_per_tonne_eur"] is None:
        return _why(row, words)
    price = words.number(row["measured_cost_per_tonne_eur"], 0)
    return words.say("measures.measured_price", price=price)


def _why(row: Row, words: Words) -> str | None:
    if row["reason"] is None:
        return None
    return words.say(f"measures.{row['reason']}")


def scenarios(read: DistrictReading, words: Words) -> Table | None:
    """Nothing more, all that is funded, all that is planned, each alone: what is left in the target year."""
    rows = read.rows("measure_scenarios", read.month)
    if not any(row["measures"] for row in rows):
        return None
    year = rows[0]["target_year"]
    said = [words.say("measures.scenarios_note", year=year)]
    overlap = max((row["not_additive_tco2e"] or Decimal(0) for row in rows), default=Decimal(0))
    if overlap >= Decimal("0.05"):
        told = joined(amount(overlap, "tCO2e", 1, words))
        said.append(words.say("measures.overlap", amount=told))
    return _what_if("measure-scenarios", rows, " ".join(said), read, words)


def together(read: DistrictReading, words: Words) -> Table | None:
    """The same for sets of measures alone, for the page; what measures have kept of their promise so far."""
    rows = read.rows("measure_scenarios", read.month)
    if not any(row["measures"] for row in rows):
        return None
    sets = [row for row in rows if row["kind"] != "alone"]
    said = [words.say("measures.scenarios_short")]
    so_far = realised(
        row for row in read.rows("measure_savings", read.month) if not row["suppressed"]
    )
    if so_far is not None:
        said.append(
            words.say(
                "measures.realised",
                count=so_far.measures,
                share=words.percent(so_far.percent, 0),
                unsure=words.number(so_far.uncertainty, 0),
            )
        )
    return _what_if("measure-sets", sets, " ".join(said), read, words)


def _what_if(
    table_id: str, rows: Sequence[Row], note: str, read: DistrictReading, words: Words
) -> Table:
    names = {row["measure_id"]: str(row["name"]) for row in read.rows("measures", read.month)}
    year = rows[0]["target_year"]
    cells = tuple(
        (
            _set(row, names, words),
            Cell(_number(row, "avoided_tco2e", 1, words)),
            Cell(_number(row, "emissions_tco2e", 0, words)),
            Cell(_gap(row, words)),
            _cost(row, words),
            Cell(_number(row, "cost_per_tonne_eur", 0, words)),
        )
        for row in rows
        if not row["suppressed"]
    )
    hidden = tuple(_set(row, names, words) for row in rows if row["suppressed"])
    without = (Without(capital(words.named("reason", "suppressed")), hidden),) if hidden else ()
    unit = words.named("unit", "tCO2e")
    heads = (
        Column(words.say("measures.set"), width=3.4),
        Column(f"{words.say('measures.avoided_in', year=year)} ({unit})", number=True, width=1.3),
        Column(f"{words.say('measures.left_in', year=year)} ({unit})", number=True, width=1.3),
        Column(f"{words.say('measures.gap')} ({unit})", number=True, width=1.3),
        Column(words.say("table.cost"), number=True, width=1.2),
        Column(words.say("measures.per_tonne"), number=True, width=1.1),
    )
    return Table(table_id, words.say("measures.scenarios", year=year), heads, cells, note, without)


def _cost(row: Row, words: Words) -> Cell:
    told = _told(row, "capex_eur", "EUR", 0, words)
    if row["payback_years"] is None:
        return told
    years = words.number(row["payback_years"], 1)
    return replace(told, note=words.say("measures.pays_back", years=years))


def _set(row: Row, names: dict[str, str], words: Words) -> Cell:
    unknown = row["without_figure"] if not row["suppressed"] else None
    note = words.say("measures.without_figure", count=unknown) if unknown else None
    if row["kind"] == "alone":
        said = words.say("measures.alone", name=names.get(row["measure_id"], row["measure_id"]))
        return Cell(said, note=note)
    return Cell(words.say(f"measures.{row['kind']}", count=row["measures"]), strong=True, note=note)


def _gap(row: Row, words: Words) -> str:
    return DASH if row["gap_tco2e"] is None else words.number(row["gap_tco2e"], 0, sign=True)


def findings(read: DistrictReading, words: Words, *, first: int | None = None) -> Block | None:
    """Open barriers, opportunities and risks that the register marks as public; how many others there are.

    Args:
        read: The district.
        words: The language.
        first: At most so many, those due first; all of them where nothing is said.
    """
    rows = read.rows("pestle_findings", read.month)
    if not rows:
        return None
    public = sorted(
        (row for row in rows if row["is_public"]),
        key=lambda row: (
            row["due_on"] is None,
            row["due_on"] or row["identified_on"],
            row["finding_id"],
        ),
    )
    others = len(rows) - len(public)
    rest = words.say("findings.not_public", count=others) if others else None
    if not public:
        return Note(rest) if rest else None
    listed = public[:first]
    if len(listed) < len(public):
        more = words.say("findings.more", count=len(public) - len(listed))
        rest = f"{more} {rest}" if rest else more
    cells = tuple(
        (
            Cell(str(row["title"]), note=_kind(row, words)),
            Cell(str(row["owner"] or DASH)),
            Cell(
                DASH if row["due_on"] is None else words.day(row["due_on"]),
                note=_overdue(row, words),
            ),
            Cell(str(row["measure_id"] or DASH)),
        )
        for row in listed
    )
    heads = (
        Column(words.say("findings.what"), width=4),
        Column(words.say("investment.owner"), width=1.8),
        Column(words.say("table.due"), width=1.6),
        Column(words.say("measures.measure"), width=1.2),
    )
    caption = words.say("findings.caption", month=words.month(read.month))
    return Table("findings" if first is None else "findings-first", caption, heads, cells, rest)


def _kind(row: Row, words: Words) -> str:
    kind = capital(words.named("finding", row["kind"]))
    said = words.say("findings.kind", kind=kind, group=words.named("pestle", row["pestle_class"]))
    since = row["mitigated_on"]
    return (
        said
        if since is None
        else f"{said}; {words.say('findings.mitigated', day=words.day(since))}"
    )


def _overdue(row: Row, words: Words) -> str | None:
    return words.say("governance.overdue") if row["overdue"] else None
