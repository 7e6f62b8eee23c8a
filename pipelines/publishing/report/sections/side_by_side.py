"""The programme's tables: what stands beside what, and what does not.

Belongs here: tables over districts. Does not belong here: a rank; the districts are different kinds of place.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Block, Cell, Column, Note, Table
from pipelines.publishing.report.sections.figures import amount, joined, printed, there, why_missing
from pipelines.publishing.rows import Row

_INTENSITIES = ("ENE04", "ENE05", "ENE14", "WAT02", "WAT03", "EMI06", "EMI08", "EMI12")
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
_PRACTICES = 6


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
            share = words.the(words.share(row["coverage"]))
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
    rows = [_across(reads, code, _unit(declared[code], words), words, bare=True) for code in shared]
    caption = words.say("programme.intensities_caption", month=words.month(reads[0].month))
    return Table("intensities-table", caption, _heads(reads, words), tuple(rows))


def _unit(kpi: Row, words: Words) -> str | None:
    return words.named("unit", kpi["unit"]) if kpi["unit"] != "%" else None


def _heads(reads: list[DistrictReading], words: Words) -> tuple[Column, ...]:
    return (
        Column(words.say("table.indicator"), width=2.6),
        *(Column(city(read), number=True, width=1.4) for read in reads),
    )


def _across(
    reads: list[DistrictReading], code: str, note: str | None, words: Words, *, bare: bool
) -> tuple[Cell, ...]:
    kpi = reads[0].declared(code)
    cells = [Cell(str(kpi[f"name_{words.code}"]), note=note)]
    for read in reads:
        row = read.kpi(code)
        if row is None or not there(row, kpi, read):
            cells.append(Cell(DASH, note=why_missing(row, kpi, words).split(",")[0]))
            continue
        told = (_plain if bare else printed)(row, kpi, read, words)
        little = None
        if read.little(row):
            little = words.say("programme.little_short", share=words.share(row["coverage"]))
        cells.append(Cell(told, note=little or _interval(row, kpi, words)))
    return tuple(cells)


def _plain(row: Row, kpi: Row, read: DistrictReading, words: Words) -> str:
    """The figure without its unit where the unit stands beside the name."""
    if row["value"] is None or kpi["unit"] in ("%", "EUR"):
        return printed(row, kpi, read, words)
    return amount(row["value"], kpi["unit"], int(kpi["decimals"]), words)[0]


def _interval(row: Row, kpi: Row, words: Words) -> str | None:
    if row["interval_low"] is None or row["interval_high"] is None:
        return None
    low, high = (
        amount(row[name], str(kpi["unit"]), 1, words)[0]
        for name in ("interval_low", "interval_high")
    )
    return words.say("programme.interval", low=low, high=high)


def practices(reads: list[DistrictReading], words: Words) -> tuple[Block, ...]:
    """Measures that are finished, with what they cost and are expected to save: what another district may copy."""
    done = [
        (read, row)
        for read in reads
        for row in read.rows("projects", read.month)
        if row.get("status") in ("completed", "closed")
        and not row["suppressed"]
        and row.get("capex_eur")
        and row.get("expected_saving_kwh")
    ]
    if not done:
        return (Note(words.say("programme.no_practices")),)
    ordered = sorted(done, key=lambda each: (_per_mwh(each[1]), each[1]["project_id"]))
    rows = tuple(_practice(read, row, words) for read, row in ordered[:_PRACTICES])
    heads = (
        Column(words.say("programme.measure"), width=3.4),
        Column(words.say("table.district"), width=1),
        Column(words.say("programme.form"), width=1.6),
        Column(words.say("table.cost"), number=True, width=1.2),
        Column(words.say("programme.saving"), number=True, width=1.3),
        Column(words.say("programme.per_mwh"), number=True, width=1.2),
    )
    caption = words.say("programme.practices_caption", month=words.month(reads[0].month))
    return (Table("practices-table", caption, heads, rows, words.say("programme.practices_note")),)


def _per_mwh(row: Row) -> Decimal:
    """Euro per MWh saved over the measure's life; over one year where its life is not known."""
    years = row.get("lifetime_years") or Decimal(1)
    return Decimal(row["capex_eur"] / (row["expected_saving_kwh"] / 1000 * years))


def _practice(read: DistrictReading, row: Row, words: Words) -> tuple[Cell, ...]:
    saving = joined((words.number(row["expected_saving_kwh"] / 1000), "MWh"))
    known_life = bool(row.get("lifetime_years"))
    return (
        Cell(str(row["title"]), note=words.named("field", row.get("action_field")) or None),
        Cell(city(read)),
        Cell(words.named("form", row.get("contract_form")) or DASH),
        Cell(joined(amount(row["capex_eur"], "EUR", 0, words))),
        Cell(saving),
        Cell(joined(amount(_per_mwh(row), "EUR", 0, words)) if known_life else DASH),
    )


def levers(reads: list[DistrictReading], words: Words) -> Table:
    """Two figures per lever and district."""
    rows = [
        _across(reads, code, words.named("lever", lever), words, bare=False)
        for lever, codes in _OF_LEVERS.items()
        for code in codes
    ]
    caption = words.say("programme.levers_caption", month=words.month(reads[0].month))
    return Table("levers-table", caption, _heads(reads, words), tuple(rows))


def known(reads: list[DistrictReading], words: Words) -> Table:
    """How many of a lever's KPIs have a value, per district: what can be said, not how good it is."""
    kpis = list(reads[0].reading.kpis.values())
    rows = []
    for lever in _OF_LEVERS:
        codes = [kpi["code"] for kpi in kpis if kpi["lever"] == lever]
        cells = [Cell(words.named("lever", lever))]
        for read in reads:
            have = sum(there(read.kpi(code), read.declared(code), read) for code in codes)
            cells.append(Cell(words.say("programme.levers_cell", count=have, all=len(codes))))
        rows.append(tuple(cells))
    heads = (
        Column(words.say("table.lever"), width=2.6),
        *(Column(city(read), number=True, width=1.4) for read in reads),
    )
    caption = words.say("programme.known_caption", month=words.month(reads[0].month))
    return Table("known-table", caption, heads, tuple(rows))
