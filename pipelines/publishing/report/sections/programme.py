"""The programme's report: districts side by side where they can be, and why not where they cannot.

Belongs here: what is read across districts. Does not belong here: a league table; the districts are different kinds of
place.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.document import (
    Block,
    Cell,
    Chart,
    Column,
    Comparison,
    Note,
    Section,
    Sentence,
    Sentences,
    Table,
    Tile,
    Tiles,
)
from pipelines.publishing.report.sections.dictionary import grade_lines, protection, signals
from pipelines.publishing.report.sections.figures import (
    against_target,
    amount,
    change,
    distance,
    status_of,
    why_missing,
)
from pipelines.publishing.report.sections.interval_charts import interval_chart
from pipelines.publishing.report.sections.multiples import energy_multiples, path_multiples
from pipelines.publishing.report.sections.replicable import measured, money, practices
from pipelines.publishing.report.sections.revisions import groups
from pipelines.publishing.report.sections.side_by_side import (
    LEVERS,
    city,
    intensities,
    levers,
    not_comparable,
    pace,
    read_so_far,
    standing,
)
from pipelines.publishing.report.sections.themes import beside
from pipelines.publishing.report.sections.theory_matrix import theory_matrix
from pipelines.publishing.report.sections.waiting import (
    decisions_due,
    links_behind,
    off_target,
    owed,
    urgent,
)

_COURSE_RANGES = ("ENE03",)
_LEVER_RANGES = ("DEM03", "LRN02")
"""Figures whose intervals are drawn: of energy and emissions, and of the levers."""


def programme(reading: Reading, words: Words) -> tuple[Section, ...]:
    """All sections of the programme's report."""
    reads = [DistrictReading(reading, district) for district in reading.districts]
    pages: tuple[tuple[str, tuple[Block | None, ...]], ...] = (
        ("summary", _summary(reads, words)),
        (
            "comparable",
            (
                Note(words.say("programme.comparable_text")),
                not_comparable(reads, words),
                read_so_far(reads, words),
                intensities(reads, words),
                *beside(_ranges(_LEVER_RANGES, reads, words)),
            ),
        ),
        (
            "course",
            (
                energy_multiples(reads, words),
                pace(reads, words),
                *_ranges(_COURSE_RANGES, reads, words),
            ),
        ),
        (
            "practices",
            (money(reads, words), practices(reads, words), measured(reads, words)),
        ),
        (
            "levers",
            (
                standing(reads, words),
                levers(reads, words),
                theory_matrix(reads, LEVERS, words),
            ),
        ),
        (
            "waiting",
            (
                off_target(reads, words),
                owed(reads, words),
                decisions_due(reads, words),
                links_behind(reads, words),
            ),
        ),
        ("reading", _reading(reads, words)),
    )
    return tuple(
        Section(name, words.say(f"programme.{name}"), tuple(b for b in blocks if b is not None))
        for name, blocks in pages
    )


def _summary(reads: list[DistrictReading], words: Words) -> tuple[Block | None, ...]:
    said = Sentences(tuple(_sentences(reads, words)), ordered=True)
    return (said, _tiles(reads, words), path_multiples(reads, words), urgent(reads, words))


def _ranges(
    codes: tuple[str, ...], reads: list[DistrictReading], words: Words
) -> list[Chart | None]:
    return [interval_chart(code, reads, words) for code in codes]


def _reading(reads: list[DistrictReading], words: Words) -> tuple[Block | None, ...]:
    """What was revised where; what a status says; what hides a figure."""
    return (
        _revised(reads, words),
        signals(reads[0], words),
        Note(words.say("reading.worst_part")),
        grade_lines(reads[0], words),
        Note(protection(reads[0].reading, words)),
        Note(words.say("programme.reading_more")),
    )


def _revised(reads: list[DistrictReading], words: Words) -> Table | Note:
    """How many published figures each district has revised, and the one that changed most."""
    rows = []
    for read in reads:
        found = groups(read, words)
        if not found:
            continue
        first = found[0].largest
        name = str(read.declared(first.code)[f"name_{words.code}"])
        rows.append(
            (
                Cell(city(read)),
                Cell(words.number(sum(len(group.items) for group in found))),
                Cell(f"{name}, {words.month_short(first.month)}: {first.old} → {first.new}"),
                Cell(first.cause),
            )
        )
    if not rows:
        return Note(words.say("boxes.revised_none"))
    heads = (
        Column(words.say("table.district"), width=1),
        Column(words.say("programme.revised_count"), number=True, width=1),
        Column(words.say("programme.revised_most"), width=4),
        Column(words.say("quality.cause"), width=2.4),
    )
    return Table("revised-table", words.say("programme.revised"), heads, tuple(rows))


def _sentences(reads: list[DistrictReading], words: Words) -> list[Sentence]:
    """Who is on the path, who is not, who cannot be shown, money and decisions."""
    rows = {read.district: read.kpi("EMI11") for read in reads}
    gaps = {
        read.district: gap / row["target"] * 100
        for read in reads
        if (row := rows[read.district])
        and row["signal"] != "grey"
        and (gap := distance(row)) is not None
    }
    judged = [read for read in reads if read.district in gaps]
    fine = [read for read in judged if gaps[read.district] <= 0]
    behind = [read for read in judged if read not in fine]
    said = []
    if fine:
        said.append(
            words.say(
                "programme.sentence_on_path" + ("_only" if len(judged) == 1 else ""),
                count=len(fine),
                Counted=capital(words.counted(len(fine))),
                spelled=words.counted(len(judged)),
                names=words.both(map(city, fine)),
            )
        )
    elif judged:
        said.append(words.say("programme.sentence_none_on_path", all=len(judged)))
    if behind:
        named = [
            f"{city(read)} ({words.percent(gaps[read.district], 1, sign=True)})" for read in behind
        ]
        said.append(words.say("programme.sentence_behind", names=words.both(named)))
    hidden = [r for r in reads if (row := r.kpi("ENE01")) and row["suppressed"]]
    if hidden:
        said.append(words.say("programme.sentence_hidden", names=words.both(map(city, hidden))))
    blank = [r for r in reads if (row := r.kpi("ENE01")) and row["reason"] == "not_collected"]
    if blank:
        said.append(words.say("programme.sentence_uncollected", names=words.both(map(city, blank))))
    said += _money_and_decisions(reads, words)
    return [Sentence.of(text) for text in said][:6]


def _money_and_decisions(reads: list[DistrictReading], words: Words) -> list[str]:
    said = []
    money = [
        (row, value, city(r))
        for r in reads
        if (row := r.one("investment_monthly")) and (value := r.value("INV07")) is not None
    ]
    known = [each for each in money if each[0].get("committed_eur") is not None]
    committed = [(row["committed_eur"], value) for row, value, _ in known]
    if committed:
        all_of, paid = (sum((pair[n] for pair in committed), Decimal(0)) for n in (0, 1))
        told = words.number(all_of / 1_000_000, 1)
        said.append(
            words.say(
                "programme.sentence_paid",
                count=len(committed),
                names=words.both(name for *_, name in known),
                of=words.from_(words.say("million_long", value=told)),
                paid=words.number(paid / 1_000_000, 1)
                if words.code == "it"
                else words.say("million_long", value=words.number(paid / 1_000_000, 1)),
            )
        )
    counts = [row for r in reads if (row := r.kpi("GOV01")) and row["denominator"]]
    if counts:
        done, due = (
            sum((row[name] for row in counts), Decimal(0)) for name in ("numerator", "denominator")
        )
        said.append(
            words.say(
                "programme.sentence_decisions", done=words.number(done), due=words.number(due)
            )
        )
    return said


def _tiles(reads: list[DistrictReading], words: Words) -> Tiles:
    items = []
    for read in reads:
        row, kpi = read.kpi("EMI11"), read.declared("EMI11")
        there = row is not None and row["value"] is not None
        figure, unit = (
            amount(row["value"], kpi["unit"], 0, words) if row is not None and there else (DASH, "")
        )
        lines = []
        if there:
            versus = words.say("tiles.versus", month=words.month_short(read.year_before))
            lines.append(
                Comparison(
                    versus, change(row, kpi, read, words) or words.say("state.not_comparable")
                )
            )
            lines.append(
                Comparison(
                    words.say("programme.path_line"),
                    against_target(row, kpi, words) or words.say("tiles.no_target"),
                )
            )
        spark = tuple(None if v is None else float(v) for v in read.series("EMI11"))
        grade = row["grade"] if row is not None and there else None
        items.append(
            Tile(
                "EMI11",
                city(read),
                figure,
                unit,
                tuple(lines),
                status_of(row, read, words),
                grade,
                f"{words.say('tiles.grade')} {words.named('grade', grade)}" if grade else "",
                spark,
                None if there else why_missing(row, kpi, words),
            )
        )
    return Tiles(words.say("programme.emissions_tile"), tuple(items))
