"""The programme's report: districts side by side where they can be, and why not where they cannot.

Belongs here: what is read across districts. Does not belong here: a league table; the districts are different kinds of
place.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from pipelines.publishing.document import (
    Block,
    Cell,
    Chart,
    Column,
    Comparison,
    MultiplesData,
    Note,
    Section,
    Sentence,
    Sentences,
    Table,
    Tile,
    Tiles,
)
from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.months import months_back
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.sections.figures import (
    against_target,
    amount,
    change,
    distance,
    joined,
    printed,
    status_of,
    why_missing,
)
from pipelines.publishing.sections.trend import month_labels

_INTENSITIES = (
    "ENE03",
    "ENE04",
    "ENE07",
    "ENE14",
    "WAT03",
    "EMI06",
    "EMI07",
    "EMI08",
    "INV03",
    "GOV01",
)
_LEVERS = (
    "technology_infrastructure",
    "governance_policy",
    "social_innovation",
    "democracy_participation",
    "finance_funding",
    "learning_capabilities",
)


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
            (Note(words.say("programme.comparable_text")), _not_comparable(reads, words)),
        ),
        Section("intensities", words.say("programme.intensities"), (_intensities(reads, words),)),
        Section("levers", words.say("programme.levers"), (_levers(reads, words),)),
    )


def name_of(read: DistrictReading, words: Words) -> str:
    """The district's name in the report's language."""
    return str(read.about[f"name_{words.code}"])


def _city(read: DistrictReading) -> str:
    return str(read.about["city"])


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
                names=words.both(map(_city, fine)),
            )
        )
    elif judged:
        said.append(words.say("programme.sentence_none_on_path", all=len(judged)))
    if behind:
        named = [
            f"{_city(read)} ({words.percent(gaps[read.district], 1, sign=True)})" for read in behind
        ]
        said.append(words.say("programme.sentence_behind", names=words.both(named)))
    hidden = [r for r in reads if (row := r.kpi("ENE01")) and row["suppressed"]]
    if hidden:
        said.append(words.say("programme.sentence_hidden", names=words.both(map(_city, hidden))))
    blank = [r for r in reads if (row := r.kpi("ENE01")) and row["reason"] == "not_collected"]
    if blank:
        said.append(
            words.say("programme.sentence_uncollected", names=words.both(map(_city, blank)))
        )
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
                _city(read),
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
    panels, down, known = [], 0, 0
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
        label = why_missing(read.kpi("ENE01"), read.declared("ENE01"), words).split(",")[0]
        if len(seen) > 1:
            values += seen
            label = words.number(seen[-1], 1)
            before = index[-13] if len(index) >= 13 else None
            if before is not None and index[-1] is not None and read.comparable("ENE01"):
                known += 1
                down += index[-1] < before
        panels.append((_city(read), index, label))
    if not values:
        return None
    title = (
        words.say("programme.multiples_title", down=down, all=known)
        if known
        else words.say("programme.multiples_title_none")
    )
    margin = (max(*values, 100.0) - min(*values, 100.0)) * 0.08 or 1
    data = MultiplesData(
        tuple(panels),
        min(*values, 100.0) - margin,
        max(*values, 100.0) + margin,
        "100",
        tuple(pair for pair in month_labels(months, words) if pair[0] != len(months) - 1),
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


def _not_comparable(reads: list[DistrictReading], words: Words) -> Table:
    rows = []
    for read in reads:
        lacking: dict[str, list[str]] = defaultdict(list)
        for code in ("ENE01", "WAT01", "EMI11"):
            row, kpi = read.kpi(code), read.declared(code)
            theme = words.named("theme", kpi["theme"])
            if row is None or row["value"] is None:
                lacking[why_missing(row, kpi, words)].append(theme)
            elif row["coverage"] is not None and row["coverage"] < read.threshold(
                "grey_below_coverage", "0.8"
            ):
                lacking[words.named("reason", "below_coverage")].append(theme)
        told = "; ".join(
            words.say("programme.lacking", themes=words.both(themes), reason=reason)
            for reason, themes in lacking.items()
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
    return Table("not-comparable", words.say("programme.comparable"), heads, tuple(rows))


def _intensities(reads: list[DistrictReading], words: Words) -> Table:
    kpis = [reads[0].declared(code) for code in _INTENSITIES if code in reads[0].reading.kpis]
    rows = []
    for kpi in kpis:
        cells = [
            Cell(
                f"{kpi[f'name_{words.code}']}",
                code=None,
                note=words.named("unit", kpi["unit"]) if kpi["unit"] != "%" else None,
            )
        ]
        for read in reads:
            row = read.kpi(kpi["code"])
            there = row is not None and row["value"] is not None
            if there:
                cells.append(Cell(printed(row, kpi, read, words), note=_interval(row, kpi, words)))
            else:
                cells.append(Cell(DASH, note=why_missing(row, kpi, words).split(",")[0]))
        rows.append(tuple(cells))
    heads = (
        Column(words.say("table.indicator"), width=2.6),
        *(Column(_city(read), number=True, width=1.4) for read in reads),
    )
    return Table(
        "intensities-table",
        words.say("programme.intensities_caption", month=words.month(reads[0].month)),
        heads,
        tuple(rows),
    )


def _interval(
    row: dict[str, Decimal | None] | None, kpi: dict[str, object], words: Words
) -> str | None:
    if row is None or row["interval_low"] is None or row["interval_high"] is None:
        return None
    low, high = (
        joined(amount(row[name] or Decimal(0), str(kpi["unit"]), 1, words))
        for name in ("interval_low", "interval_high")
    )
    return f"{low}–{high}"


def _levers(reads: list[DistrictReading], words: Words) -> Table:
    """How many of a lever's KPIs have a value, per district: what can be said, not how good it is."""
    kpis = list(reads[0].reading.kpis.values())
    rows = []
    for lever in _LEVERS:
        codes = [kpi["code"] for kpi in kpis if kpi["lever"] == lever]
        cells = [Cell(words.named("lever", lever))]
        for read in reads:
            have = sum(read.value(code) is not None for code in codes)
            cells.append(Cell(words.say("programme.levers_cell", count=have, all=len(codes))))
        rows.append(tuple(cells))
    heads = (
        Column(words.say("table.lever"), width=2.4),
        *(Column(_city(read), number=True) for read in reads),
    )
    return Table(
        "levers-table",
        words.say("programme.levers_caption", month=words.month(reads[0].month)),
        heads,
        tuple(rows),
    )
