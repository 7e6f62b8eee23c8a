"""Section 10: how to read the report; behind it, every KPI with its method.

Does not belong here: units and periods, which stand beside every figure; formulas over columns and
references, which the annex's dictionary and `nzd explain` tell.
"""

from __future__ import annotations

from pipelines.publishing.kpi_file import short_code
from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.document import (
    Block,
    Cell,
    Column,
    Entries,
    Entry,
    Note,
    Section,
    Sentence,
    Sentences,
    Status,
    Table,
)
from pipelines.publishing.report.sections.figures import SYMBOLS
from pipelines.publishing.report.sections.kpi_tables import named
from pipelines.publishing.rows import Row


def how_to_read(read: DistrictReading, words: Words) -> Section:
    """Signals, grades and protection; behind them the dictionary and what is not computed yet."""
    blocks: list[Block] = [
        signals(read, words),
        Sentences(tuple(Sentence.of(words.named("grade", letter)) for letter in "ABCDE")),
        Note(words.say("reading.once")),
        Note(words.say("reading.spread")),
        Note(words.say("reading.worst_part")),
        grade_lines(read, words),
        Note(protection(read.reading, words)),
        Note(
            words.say(
                "reading.provisional",
                months=words.number(read.threshold("final_after_months", "3")),
            )
        ),
    ]
    kpis = read.reading.kpis.values()
    entries: list[Block] = [
        Note(words.say("reading.formulas")),
        Entries(tuple(_entry(kpi, words) for kpi in kpis if kpi["computed"])),
    ]
    absent = [kpi for kpi in kpis if not kpi["computed"]]
    missing = [_not_computed(absent, words)] if absent else []
    blocks += _how_to_open(read, words)
    return Section(
        "reading",
        words.say("reading.title"),
        tuple(blocks),
        (
            *named("dictionary", words.say("reading.dictionary"), entries, "dizionario"),
            *named("not-computed", words.say("reading.not_computed"), missing, "dizionario"),
        ),
    )


def signals(read: DistrictReading, words: Words) -> Table:
    """What each status says, with the declared lines."""
    amber = words.percent(read.threshold("signal_amber", "0.05") * 100, 0)
    grey = words.share(read.threshold("grey_below_coverage", "0.8"))
    limits = {
        "amber": amber,
        "to_amber": words.to(amber),
        "of_amber": words.of(amber),
        "grey": grey,
        "the_grey": words.the(grey),
    }
    return Table(
        "signals",
        words.say("reading.signals"),
        (Column(words.say("table.status"), width=1.4), Column(words.say("reading.means"), width=5)),
        tuple(
            (
                Cell("", status=Status(name, SYMBOLS[name], words.named("signal", name))),
                Cell(words.say(f"reading.{name}", **limits)),
            )
            for name in ("green", "amber", "red", "grey", "none")
        ),
    )


def _how_to_open(read: DistrictReading, words: Words) -> list[Block]:
    """What the number under a figure is for, with one of this report's."""
    row = next((read.kpi(code) for code in read.reading.kpis if read.kpi(code)), None)
    return [Note(words.say("provenance.how", code=short_code(row["kpi_value_id"])))] if row else []


_LINES = {
    "coverage": ("at_least", True),
    "estimated": ("at_most", True),
    "quarantine": ("at_most", True),
    "age": ("at_most", False),
    "factor_age": ("at_most", False),
    "evidence": ("at_least", True),
}
"""Parts of a grade: whether more or less is better, and whether it is a share."""


def grade_lines(read: DistrictReading, words: Words) -> Table:
    """The declared lines between the grades, and the one below which a value is withheld."""
    named = read.reading.thresholds
    rows = []
    for part, (way, is_share) in _LINES.items():
        cells = [Cell(capital(words.say(f"reading.lines_{part}")))]
        for letter in "abcd":
            value = named.get(f"{part}_{letter}")
            told = DASH
            if value is not None:
                told = words.percent(value * 100, 1) if is_share else words.number(value, 2)
                told = words.say(f"reading.{way}", value=told)
            cells.append(Cell(told))
        rows.append(tuple(cells))
    heads = (
        Column(words.say("reading.part"), width=2.2),
        *(Column(letter, width=1.2) for letter in "ABCD"),
    )
    withheld = words.share(read.threshold("withheld_below_coverage", "0.5"))
    beyond = read.threshold("incomparable_beyond_coverage", "0.05") * 100
    return Table(
        "grade-lines",
        words.say("reading.lines"),
        heads,
        tuple(rows),
        words.say(
            "reading.lines_note", the_withheld=words.the(withheld), points=words.number(beyond)
        ),
    )


def protection(reading: Reading, words: Words) -> str:
    """What hides a figure, with the declared limits."""
    named = reading.thresholds
    usual = {
        "minimum_firms": 3,
        "p_percent": 25,
        "household_minimum": 15,
        "survey_base": 10,
        "survey_cell": 5,
    }
    return words.say(
        "reading.protection",
        **{name: words.number(named.get(name, value)) for name, value in usual.items()},
        household_share=words.share(named.get("household_largest_share", 0.15)),
    )


def _entry(kpi: Row, words: Words) -> Entry:
    return Entry(str(kpi["code"]), str(kpi[f"name_{words.code}"]), str(kpi[f"method_{words.code}"]))


def _not_computed(kpis: list[Row], words: Words) -> Table:
    rows = tuple(
        (
            Cell(str(kpi[f"name_{words.code}"])),
            Cell(str(kpi["code"])),
            Cell(
                str(
                    kpi.get(f"reason_not_computed_{words.code}")
                    or words.named("reason", kpi.get("reason_not_computed"))
                )
            ),
        )
        for kpi in kpis
    )
    heads = (
        Column(words.say("table.indicator"), width=3),
        Column(words.say("table.code"), width=0.8),
        Column(words.say("reading.why"), width=4),
    )
    return Table("not-computed-kpis", words.say("reading.not_computed"), heads, rows)
