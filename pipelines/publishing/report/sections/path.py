"""Section 2: where a district stands on its way to its target, at what pace, and how likely it arrives.

Belongs here: which sentence is said when, the chart of the whole way, its milestones, how forecasts came out. Does not
belong here: how the pace is read (the warehouse), wording (`reports/text/*/path.yaml`).
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import (
    Block,
    Cell,
    Column,
    Note,
    Section,
    Sentence,
    Sentences,
    Table,
)
from pipelines.publishing.report.sections.backtest import backtest
from pipelines.publishing.report.sections.figures import amount, joined, why_missing
from pipelines.publishing.report.sections.kpi_tables import behind_page, kpi_table, named, on_page
from pipelines.publishing.report.sections.long_path import Path, long_path_chart
from pipelines.publishing.report.sections.targets_chart import targets_chart
from pipelines.publishing.rows import Row

_MILESTONES = (2025, 2027, 2030)
ON_THE_WAY = ("EMI06", "EMI07", "EMI16", "EMI14", "EMI15", "EMI13")
"""KPIs that are told here and not among the emissions."""
_LIKELY = (
    ("0.99", "certain"),
    ("0.90", "very_likely"),
    ("0.66", "likely"),
    ("0.33", "even"),
    ("0.10", "unlikely"),
    ("0.01", "very_unlikely"),
)
"""Words of likelihood and the least share of chances of each: IPCC's guidance note of 2010."""


def path(read: DistrictReading, words: Words) -> Section:
    """Target, pace, chances; the way as a chart and in milestones; how forecasts came out."""
    target, way = read.target("EMI11"), read.one("emission_trajectory")
    blocks: list[Block] = []
    if target is None or target["path"] != "linear":
        blocks.append(Note(_no_target(target, words)))
    else:
        whole = Path.of(read, target, way)
        said = [Sentence.of(_target_sentence(target, whole, words), "EMI11")]
        said += _pace(read, way, words) if way is not None else []
        blocks.append(Sentences(tuple(said)))
        chart = long_path_chart(read, whole, words)
        blocks += [chart] if chart else []
        blocks += [_milestones(read, whole, words)] if whole else []
    if read.value("EMI11") is None:
        reason = why_missing(read.kpi("EMI11"), read.declared("EMI11"), words)
        blocks.append(Note(words.say("path.no_emissions", reason=reason)))
    codes = [code for code in ("EMI11", *ON_THE_WAY) if code in read.reading.kpis]
    shown = on_page(codes, read)
    blocks.append(kpi_table("path-kpis", shown, read, words))
    beside_targets = targets_chart(read, words)
    blocks += [beside_targets] if beside_targets else []
    told = backtest(read, words)
    blocks += told[:1]
    return Section(
        "path",
        words.say("path.title"),
        tuple(blocks),
        (
            *behind_page("path-kpis", codes, shown, read, words),
            *named("backtest", words.say("backtest.behind"), told[1:], "previsioni"),
        ),
    )


def _no_target(target: Row | None, words: Words) -> str:
    reason = target[f"reason_{words.code}"] if target is not None else None
    return words.say("path.none_because", reason=reason) if reason else words.say("path.no_target")


def _target_sentence(target: Row, whole: Path | None, words: Words) -> str:
    """What is wanted, and the baseline both as declared and as the path below has it, where that differs."""
    key = "path.target_share" if target["stands"] == "city_share" else "path.target"
    share = target["share_of_city"]
    declared = joined(amount(target["baseline_value"], "tCO2e", 0, words))
    of_today = joined(amount(whole.baseline, "tCO2e", 0, words)) if whole else declared
    return words.say(
        key,
        reduction=words.percent(target["reduction"] * 100, 0),
        year=target["target_year"],
        base_year=target["baseline_year"],
        baseline=declared,
        regrossed=words.say("path.regrossed", baseline=of_today) if of_today != declared else "",
        share=words.the(words.percent(share * 100, 1)) if share is not None else DASH,
        # What a city's part rests on is said by who split it, and not by the city's plan.
        source=target.get("share_source") or target["source"] or DASH,
    )


def _pace(read: DistrictReading, way: Row, words: Words) -> list[Sentence]:
    """Needed and reached, chances, arrival, budget; or why there is none of it."""
    if (way["target_reason"] or "").startswith("baseline_"):
        return [
            Sentence.of(
                words.say("path.not_comparable", reason=words.named("reason", way["target_reason"]))
            )
        ]
    needed, pace = way["required_slope_tco2e"], way["achieved_slope_tco2e"]
    if needed is None:
        return []
    if pace is None:
        row = read.kpi("EMI14")
        reason = why_missing(row, read.declared("EMI14"), words)
        text = words.say("path.needed_only", needed=words.number(needed, sign=True), reason=reason)
        return [Sentence.of(text, "EMI16", "EMI14")]
    text = words.say(
        "path.pace",
        needed=words.number(needed, sign=True),
        pace=words.number(pace, sign=True),
        low=words.number(way["achieved_slope_low_tco2e"], sign=True),
        high=words.number(way["achieved_slope_high_tco2e"], sign=True),
        count=way["months_of_pace"],
    )
    said = [Sentence.of(text, "EMI16", "EMI14")]
    said += [
        Sentence.of(text, "EMI15") for text in (_chances(way, words), _arrival(way, words)) if text
    ]
    if way["budget_left_tco2e"] is not None and way["budget_slope_tco2e"] is not None:
        said.append(Sentence.of(_budget(way, words), "EMI13"))
    return said


def likelihood(chance: Decimal) -> str:
    """The word for a share of chances."""
    found = (name for least, name in _LIKELY if chance >= Decimal(least))
    return next(found, "almost_excluded")


def _chances(way: Row, words: Words) -> str | None:
    chance = way["arrival_probability"]
    if chance is None or way["arrival"] == "reached":
        return None
    return words.say(
        "path.chances",
        word=words.named("likely", likelihood(chance)),
        percent=_bounded(chance, words),
        year=way["target_year"],
        value=joined((words.number(way["forecast_tco2e"]), words.named("unit", "tCO2e"))),
        low=words.number(max(way["forecast_low_tco2e"], Decimal(0))),
        high=words.number(way["forecast_high_tco2e"]),
    )


def _bounded(chance: Decimal, words: Words) -> str:
    """No chance is told as nothing or as all."""
    if chance < Decimal("0.01"):
        return words.say("path.less_than", percent=words.percent(1, 0))
    if chance > Decimal("0.99"):
        return words.say("path.more_than", percent=words.percent(99, 0))
    return words.percent(chance * 100, 0)


def _arrival(way: Row, words: Words) -> str | None:
    kind, first, last = way["arrival"], way["arrival_earliest_year"], way["arrival_latest_year"]
    if kind is None:
        return None
    if kind == "at_pace":
        key = "path.arrival" if last is not None else "path.arrival_open"
        if first == way["arrival_year"] == last:
            key = "path.arrival_sure"
        return words.say(key, year=way["arrival_year"], first=first, last=last)
    if kind in ("never", "beyond") and first is not None:
        return words.say(f"path.{kind}_before", first=first)
    return words.say("path.arrived" if kind == "reached" else f"path.{kind}")


def _budget(way: Row, words: Words) -> str:
    left = way["budget_left_tco2e"]
    if left <= 0:
        return words.say("path.budget_gone", year=way["target_year"])
    return words.say(
        "path.budget",
        left=joined((words.number(left), words.named("unit", "tCO2e"))),
        year=way["target_year"],
        pace=words.number(way["budget_slope_tco2e"], sign=True),
    )


def _milestones(read: DistrictReading, whole: Path, words: Words) -> Table:
    """What the path asks at the end of the milestone years and of the declared ones, and what was reached."""
    start, end = whole.years[0], whole.years[-1]
    rows = [
        (
            f"{start}-12",
            (words.say("path.baseline", year=start), words.number(whole.at(start)), DASH),
            False,
        )
    ]
    for year in sorted({*_MILESTONES, *whole.years[1:]}):
        if start < year <= end:
            told = _reached(read, f"{year}-12", words)
            name = words.say("path.declared", year=year) if year in whole.years[1:-1] else str(year)
            rows.append((f"{year}-12", (name, words.number(whole.at(year)), told), False))
    row = read.kpi("EMI11")
    if row is not None and row["target"] is not None:
        # Of a December it is the same line as the year's.
        rows = [each for each in rows if each[0] != read.month]
        today = words.say("path.today", month=words.month(read.month))
        cells = (today, words.number(row["target"]), _reached(read, read.month, words))
        rows.append((read.month, cells, True))
    heads = (
        Column(words.say("path.when"), width=2),
        Column(words.say("path.asked"), number=True),
        Column(words.say("path.reached"), number=True),
    )
    cells_of = tuple(
        tuple(Cell(text, strong=strong) for text in cells)
        for _, cells, strong in sorted(rows, key=lambda each: each[0])
    )
    return Table("milestones", words.say("path.caption"), heads, cells_of)


def _reached(read: DistrictReading, month: str, words: Words) -> str:
    value = read.value("EMI11", month) if month <= read.month else None
    return DASH if value is None else words.number(value)
