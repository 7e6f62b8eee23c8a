"""The programme's tables: what stands beside what, and what does not.

Belongs here: tables over districts. Does not belong here: a rank; the districts are different kinds of place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Cell, Column, Table, Without
from pipelines.publishing.report.sections.figures import (
    SYMBOLS,
    amount,
    change,
    printed,
    status_of,
    there,
    why_missing,
)
from pipelines.publishing.report.sections.part_read import part, the_part
from pipelines.publishing.rows import Row

_INTENSITIES = ("ENE04", "ENE05", "ENE14", "WAT02", "WAT03", "EMI06", "EMI08", "EMI12")
_PACE = ("EMI11", "EMI07", "EMI14", "EMI16", "EMI15")
"""Twelve months, distance from the path, pace, pace that is needed, chance."""
_READ = ("energy", "electricity", "natural_gas", "water", "emissions", "investment", "governance")
"""Themes whose completeness decides whether districts can be compared."""
_OF_LEVERS = {
    "technology_infrastructure": ("ENE03", "ENE09"),
    "governance_policy": ("GOV01", "GOV04"),
    "social_innovation": ("SOC02", "SOC03"),
    "democracy_participation": ("DEM02", "DEM03"),
    "finance_funding": ("INV03", "FIN01"),
    "learning_capabilities": ("LRN02", "LRN03"),
}
"""Two figures a lever is told by; the dictionary of the district reports has them all."""
LEVERS = tuple(_OF_LEVERS)
"""NetZeroCities' levers in their order."""


def name_of(read: DistrictReading, words: Words) -> str:
    """The district's name in the report's language."""
    return str(read.about[f"name_{words.code}"])


def city(read: DistrictReading) -> str:
    """The short name that fits a column."""
    return str(read.about["city"])


def not_comparable(reads: list[DistrictReading], words: Words) -> Table:
    """Per district, what cannot stand beside the others and why."""
    rows = []
    for read in reads:
        told = "; ".join(
            words.say("programme.lacking", themes=words.both(themes), reason=reason)
            for reason, themes in _lacking(read, words).items()
        )
        rows.append(
            (
                Cell(name_of(read, words)),
                Cell(words.named("archetype", read.about["archetype"])),
                Cell(capital(told) if told else words.say("programme.nothing")),
            )
        )
    heads = (
        Column(words.say("table.district"), width=2),
        Column(words.say("programme.archetype"), width=2),
        Column(words.say("programme.why_not"), width=5),
    )
    return Table("not-comparable", words.say("programme.comparable_caption"), heads, tuple(rows))


def _lacking(read: DistrictReading, words: Words) -> dict[str, list[str]]:
    lacking: dict[str, list[str]] = defaultdict(list)
    for code in ("ENE01", "WAT01", "EMI11"):
        row, kpi = read.kpi(code), read.declared(code)
        theme = words.named("theme", kpi["theme"])
        if row is None or row["value"] is None:
            lacking[why_missing(row, kpi, words)].append(theme)
        elif read.little(row):
            share = the_part(row["coverage"], words, little=True)
            lacking[words.say("programme.little", the_share=share)].append(theme)
        elif read.why_not_comparable(code) == "boundary":
            lacking[words.say("programme.boundary")].append(theme)
        elif read.why_not_comparable(code) == "coverage_differs":
            lacking[words.say("programme.coverage_differs")].append(theme)
        elif read.why_not_comparable(code) is not None:
            lacking[words.say("programme.no_year_before")].append(theme)
    return lacking


def intensities(reads: list[DistrictReading], words: Words) -> Table:
    """What does not depend on how large a district is; the unit stands once, beside the name."""
    declared = reads[0].reading.kpis
    shared = [
        code
        for code in _INTENSITIES
        if sum(there(read.kpi(code), declared[code], read) for read in reads) > 1
    ]
    rows = [
        _across(reads, code, _unit(declared[code], words), words, bare=True, in_a_year=True)
        for code in shared
    ]
    caption = words.say("programme.intensities_caption", month=words.month(reads[0].month))
    why = _why_not(reads, shared, words)
    return Table("intensities-table", caption, _heads(reads, words), tuple(rows), without=why)


def _unit(kpi: Row, words: Words) -> str | None:
    return words.named("unit", kpi["unit"]) if kpi["unit"] != "%" else None


def _why_not(
    reads: list[DistrictReading], codes: Sequence[str], words: Words
) -> tuple[Without, ...]:
    """Why cells have no figure: each reason once, with the districts it holds for."""
    found: dict[str, list[str]] = {}
    for code in codes:
        for read in reads:
            row, kpi = read.kpi(code), read.declared(code)
            if row is None or not there(row, kpi, read):
                found.setdefault(why_missing(row, kpi, words), []).append(city(read))
    return tuple(
        Without(capital(reason), tuple(Cell(name) for name in dict.fromkeys(names)))
        for reason, names in found.items()
    )


def _heads(reads: list[DistrictReading], words: Words) -> tuple[Column, ...]:
    return (
        Column(words.say("table.indicator"), width=2.6),
        *(Column(city(read), number=True, width=1.4) for read in reads),
    )


def _across(
    reads: list[DistrictReading],
    code: str,
    note: str | None,
    words: Words,
    *,
    bare: bool,
    in_a_year: bool = False,
) -> tuple[Cell, ...]:
    kpi = reads[0].declared(code)
    cells = [Cell(str(kpi[f"name_{words.code}"]), note=note)]
    for read in reads:
        row = read.kpi(code)
        if row is None or not there(row, kpi, read):
            cells.append(Cell(status_of(row, read, words).words))
            continue
        told = (_plain if bare else printed)(row, kpi, read, words)
        cells.append(Cell(told, note=_aside(row, kpi, read, words, in_a_year=in_a_year)))
    return tuple(cells)


def _aside(
    row: Row, kpi: Row, read: DistrictReading, words: Words, *, in_a_year: bool
) -> str | None:
    """That little was read; else the interval, else what changed in a year where that is asked for."""
    if read.little(row):
        return words.say("programme.little_short", share=part(row["coverage"], words))
    bounds = _interval(row, kpi, words)
    if bounds is not None or not in_a_year:
        return bounds
    told = change(row, kpi, read, words)
    return words.say("programme.in_a_year", change=told) if told else None


def _plain(row: Row, kpi: Row, read: DistrictReading, words: Words) -> str:
    """The figure without its unit where the unit stands beside the name."""
    if row["value"] is None or kpi["unit"] in ("%", "EUR"):
        return printed(row, kpi, read, words)
    return amount(row["value"], kpi["unit"], int(kpi["decimals"]), words)[0]


def _interval(row: Row, kpi: Row, words: Words) -> str | None:
    if row["interval_low"] is None or row["interval_high"] is None:
        return None
    # Of a share in whole percent, the margin still shows its tenth; of tonnes it has the figure's own precision.
    places = 1 if kpi["unit"] == "%" else 0
    low, high = (
        amount(row[name], str(kpi["unit"]), max(int(kpi["decimals"]), places), words)[0]
        for name in ("interval_low", "interval_high")
    )
    return words.say("programme.interval", low=low, high=high)


def levers(reads: list[DistrictReading], words: Words) -> Table:
    """Two figures per lever and district."""
    rows = [
        _across(reads, code, words.named("lever", lever), words, bare=False)
        for lever, codes in _OF_LEVERS.items()
        for code in codes
    ]
    caption = words.say("programme.levers_caption", month=words.month(reads[0].month))
    why = _why_not(reads, [code for codes in _OF_LEVERS.values() for code in codes], words)
    return Table("levers-table", caption, _heads(reads, words), tuple(rows), without=why)


def standing(reads: list[DistrictReading], words: Words) -> Table:
    """Per lever and district: how many KPIs are on track, to watch and behind, of how many that have a value."""
    kpis = list(reads[0].reading.kpis.values())
    rows = []
    for lever in _OF_LEVERS:
        codes = [kpi["code"] for kpi in kpis if kpi["lever"] == lever]
        rows.append(
            (
                Cell(words.named("lever", lever)),
                *(_standing(codes, read, words) for read in reads),
            )
        )
    caption = words.say("programme.known_caption", month=words.month(reads[0].month))
    legend = words.both(
        f"{SYMBOLS[name]} {words.named('signal', name)}" for name in ("green", "amber", "red")
    )
    note = words.say("programme.known_note", legend=legend)
    heads = (Column(words.say("table.lever"), width=2.6), *_heads(reads, words)[1:])
    return Table("known-table", caption, heads, tuple(rows), note)


def _standing(codes: list[str], read: DistrictReading, words: Words) -> Cell:
    """«✓ 2  ▼ 1», under it «7 su 8»."""
    have = [code for code in codes if there(read.kpi(code), read.declared(code), read)]
    count = Counter(status_of(read.kpi(code), read, words).signal for code in have)
    told = [
        f"{SYMBOLS[name]}\u00a0{words.number(count[name])}"
        for name in ("green", "amber", "red")
        if count[name]
    ]
    note = words.say("programme.levers_cell", count=len(have), all=len(codes))
    return Cell("  ".join(told) or DASH, note=note)


def read_so_far(reads: list[DistrictReading], words: Words) -> Table:
    """How much of each boundary was read, with the grade that follows from it."""
    rows = []
    for theme in _READ:
        cells = [Cell(capital(words.named("theme", theme)))]
        for read in reads:
            row = next(
                (one for one in read.rows("completeness", read.month) if one["theme"] == theme),
                None,
            )
            cells.append(_coverage(row, words))
        rows.append(tuple(cells))
    heads = (Column(words.say("table.theme"), width=2.6), *_heads(reads, words)[1:])
    caption = words.say("programme.read_caption", month=words.month(reads[0].month))
    return Table("read-table", caption, heads, tuple(rows), words.say("programme.read_note"))


def _coverage(row: Row | None, words: Words) -> Cell:
    if row is None or row["coverage"] is None:
        return Cell(words.named("reason", (row or {}).get("reason") or "unknown"))
    grade = "" if row["grade"] is None else f", {row['grade']}"
    return Cell(f"{part(row['coverage'], words)}{grade}")


def pace(reads: list[DistrictReading], words: Words) -> Table:
    """Where each district is, how fast it goes, how fast it must, and how likely it arrives."""
    declared = reads[0].reading.kpis
    rows = [_across(reads, code, _unit(declared[code], words), words, bare=True) for code in _PACE]
    caption = words.say("programme.pace_caption", month=words.month(reads[0].month))
    why = _why_not(reads, _PACE, words)
    return Table("pace-table", caption, _heads(reads, words), tuple(rows), without=why)
