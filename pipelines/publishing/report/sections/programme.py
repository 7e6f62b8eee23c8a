"""The programme's report: districts side by side where they can be, and why not where they cannot.

Belongs here: what is read across districts. Does not belong here: a league table; the districts are different kinds of
place.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.months import months_back
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.chart_data import MultiplesData
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
from pipelines.publishing.report.sections.drift import revised_districts
from pipelines.publishing.report.sections.figures import (
    against_target,
    amount,
    change,
    distance,
    status_of,
    why_missing,
)
from pipelines.publishing.report.sections.side_by_side import (
    LEVERS,
    city,
    intensities,
    known,
    levers,
    not_comparable,
    practices,
)
from pipelines.publishing.report.sections.theory_matrix import theory_matrix
from pipelines.publishing.report.sections.trend import month_labels


def programme(reading: Reading, words: Words) -> tuple[Section, ...]:
    """All sections of the programme's report."""
    reads = [DistrictReading(reading, district) for district in reading.districts]
    first: list[Block] = [
        Sentences(tuple(_sentences(reads, words)), ordered=True),
        _tiles(reads, words),
    ]
    chart = _multiples(reads, words)
    if chart is not None:
        first.append(chart)
    return (
        Section("summary", words.say("programme.summary"), tuple(first)),
        Section(
            "comparable",
            words.say("programme.comparable"),
            (Note(words.say("programme.comparable_text")), not_comparable(reads, words)),
        ),
        Section("intensities", words.say("programme.intensities"), (intensities(reads, words),)),
        Section("practices", words.say("programme.practices"), practices(reads, words)),
        Section("levers", words.say("programme.levers"), _of_levers(reads, words)),
        Section("revised", words.say("programme.revised"), (revised_districts(reads, words),)),
    )


def _of_levers(reads: list[DistrictReading], words: Words) -> tuple[Block, ...]:
    matrix = theory_matrix(reads, LEVERS, words)
    told = (levers(reads, words), known(reads, words))
    return told if matrix is None else (*told, matrix)


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
                "programme.sentence_on_path",
                count=len(fine),
                all=len(judged),
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
        (row, value)
        for r in reads
        if (row := r.one("investment_monthly")) and (value := r.value("INV07")) is not None
    ]
    committed = [
        (row["committed_eur"], value)
        for row, value in money
        if row.get("committed_eur") is not None
    ]
    if committed:
        all_of, paid = (sum((pair[n] for pair in committed), Decimal(0)) for n in (0, 1))
        said.append(
            words.say(
                "programme.sentence_paid",
                count=len(committed),
                committed=words.say("million_long", value=words.number(all_of / 1_000_000, 1)),
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


def _multiples(reads: list[DistrictReading], words: Words) -> Chart | None:
    """Rolling twelve months of energy as an index, the same scale for every district."""
    panels, down, alike = [], 0, 0
    values: list[float] = []
    months: tuple[str, ...] = ()
    for read in reads:
        series = read.series("ENE01", 30)
        rolling = [
            None
            if any(v is None for v in series[n - 11 : n + 1])
            else float(sum(v for v in series[n - 11 : n + 1] if v))
            for n in range(11, len(series))
        ]
        months = months_back(read.month, len(rolling))
        base = next((value for value in rolling if value), None)
        index = tuple(
            None if value is None or not base else value / base * 100 for value in rolling
        )
        seen = [value for value in index if value is not None]
        row = read.kpi("ENE01")
        label = why_missing(row, read.declared("ENE01"), words).split(",")[0]
        if row is not None and row["value"] is not None and read.little(row):
            # Of so few readings a line would show which meters were read, not what the district used.
            index, seen = (), []
            label = words.say("programme.little_short", share=words.share(row["coverage"]))
        if len(seen) > 1:
            values += seen
            label = words.number(seen[-1], 1)
            before = index[-13] if len(index) >= 13 else None
            if before is not None and index[-1] is not None and read.comparable("ENE01"):
                alike += 1
                down += index[-1] < before
        panels.append((city(read), index, label))
    if not values:
        return None
    key = "_none" if not alike else "_all" if down == alike else ""
    title = words.say(f"programme.multiples_title{key}", count=alike, down=down, all=alike)
    margin = (max(*values, 100.0) - min(*values, 100.0)) * 0.08 or 1
    data = MultiplesData(
        tuple(panels),
        min(*values, 100.0) - margin,
        max(*values, 100.0) + margin,
        "100",
        tuple(pair for pair in month_labels(months, words) if pair[0] not in (0, len(months) - 1)),
    )
    rows = tuple((Cell(name), Cell(label)) for name, _, label in panels)
    heads = (
        Column(words.say("table.district"), width=2),
        Column(words.month_short(reads[0].month), number=True),
    )
    subtitle = words.say("programme.multiples_subtitle")
    alt = words.say(
        "programme.multiples_alt",
        items=words.both([f"{name} {label}" for name, _, label in panels]),
    )
    return Chart(
        "multiples", title, subtitle, alt, data, Table("multiples-table", subtitle, heads, rows)
    )
