"""Figures of a quarter or a year as people read them: tiles, tables by theme, the parts of the period, what is missing.

Belongs here: how one figure of a period is printed, and why it is not. Does not belong here: how it is made
(`periods/figures.py`), sentences (`period_sentences.py`).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.periods.figures import RATIO, STATE
from pipelines.publishing.periods.period import Period
from pipelines.publishing.periods.reading import DistrictPeriod
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import (
    Block,
    Cell,
    Column,
    Comparison,
    Heading,
    Note,
    Section,
    Status,
    Table,
    Tile,
    Tiles,
)
from pipelines.publishing.report.sections.figures import (
    against_target,
    amount,
    joined,
    printed,
    status_of,
    target_text,
    there,
    why_missing,
)
from pipelines.publishing.report.sections.part_read import part
from pipelines.publishing.report.sections.tiles import headline, short_name
from pipelines.publishing.rows import Row

_CORE = "core"
_LISTED = 4
"""Months that are named; of more the number is told."""
_BY_PART = ("ENE01", "WAT01", "EMI05", "EMI11", "GOV01")


def name_of(period: Period, words: Words) -> str:
    """«terzo trimestre 2026», «2025», "third quarter of 2026"."""
    if period.quarter is None:
        return period.name
    ordinal = words.say(f"periods.quarter.{period.quarter}")
    return words.say("periods.name_quarter", ordinal=ordinal, year=period.year)


def in_period(period: Period, words: Words) -> str:
    """«nel terzo trimestre del 2026», "in 2025"."""
    if period.quarter is None:
        return words.say("periods.in_year", year=period.year)
    ordinal = words.say(f"periods.quarter.{period.quarter}")
    return words.say("periods.in_quarter", ordinal=ordinal, year=period.year)


def percent_change(row: Row, column: str = "value") -> Decimal | None:
    """Against the same period a year before, in percent; None where that is not comparable."""
    before = {"value": "value_year_before", "value_adjusted": "adjusted_year_before"}[column]
    now, then = row[column], row[before]
    if row["why_not_comparable"] is not None or now is None or not then:
        return None
    return Decimal((now - then) / abs(then) * 100)


def change(row: Row, kpi: Row, words: Words) -> str | None:
    """Against the same period a year before, as people say it for this unit."""
    if row["why_not_comparable"] is not None:
        return None
    now, then = row["value"], row["value_year_before"]
    if kpi["unit"] == "%":
        return words.points(now - then)
    plain = ("EUR", "count", "score", "points", "stage", "index")
    if kpi["unit"] in plain or min(now, then) < 0 or not then:
        return joined(amount(now - then, kpi["unit"], int(kpi["decimals"]), words, sign=True))
    return words.percent((now - then) / abs(then) * 100, 1, sign=True)


def why_untold(row: Row, kpi: Row, words: Words) -> str:
    """The reason, and the months because of which there is no figure."""
    reason = why_missing(row, kpi, words)
    months = months_said(row, words)
    return words.say("periods.months_of", reason=reason, months=months) if months else reason


def months_said(row: Row, words: Words) -> str:
    """«lug. 2026 e ago. 2026»; the number of them where they are many, nothing where it is all of them."""
    months = (row["reason_months"] or "").split(", ") if row["reason_months"] else []
    if not months or len(months) == row["months"]:
        return ""
    if len(months) > _LISTED:
        return words.say("periods.months_some", count=len(months), all=row["months"])
    return words.both([words.month_short(month) for month in months])


def period_tiles(of: DistrictPeriod, words: Words) -> Tiles:
    """One tile per headline KPI."""
    found = [
        _tile(row, of, words) for code in headline(of.today) if (row := of.row(code)) is not None
    ]
    return Tiles(words.say("tiles.label"), tuple(found))


def _tile(row: Row, of: DistrictPeriod, words: Words) -> Tile:
    code, read = str(row["kpi_code"]), of.at_end
    kpi = of.declared(code)
    here = there(row, kpi, read)
    value, unit = DASH, ""
    if row["value"] is not None:
        value, unit = amount(row["value"], kpi["unit"], int(kpi["decimals"]), words)
    elif here:
        value = printed(row, kpi, read, words)
    versus = words.say("periods.versus", period=name_of(of.period.before, words))
    told = [Comparison(versus, change(row, kpi, words) or words.say("state.not_comparable"))]
    gap = against_target(row, kpi, words)
    if gap:
        told.append(Comparison(words.say("tiles.to_path"), gap))
    told.append(Comparison(_made(row, of, words), ""))
    grade = row["grade"] if here else None
    return Tile(
        code=code,
        name=short_name(code, kpi, words),
        value=value,
        unit=unit,
        comparisons=tuple(told) if here else (),
        status=_status(row, read, words),
        grade=grade,
        grade_words=f"{words.say('tiles.grade')} {words.named('grade', grade)}" if grade else "",
        reason=None if here else why_untold(row, kpi, words),
    )


def _status(row: Row, read: DistrictReading, words: Words) -> Status:
    """As of a month; what has a target for a month and none for a period is not called without a target."""
    found, month = status_of(row, read, words), read.kpi(str(row["kpi_code"]))
    judged_monthly = month is not None and month["target"] is not None and row["target"] is None
    if judged_monthly and found.words == words.named("signal", "none"):
        return replace(found, words=words.say("periods.not_judged"))
    return found


def _made(row: Row, of: DistrictPeriod, words: Words) -> str:
    """«somma di 3 mesi», «a fine settembre»."""
    if row["rule"] == STATE:
        return words.say("periods.as_of", month=words.month(of.period.last))
    key = "periods.ratio_of" if row["rule"] == RATIO else "periods.sum_of"
    return words.say(key, count=row["months"])


def figures_by_theme(of: DistrictPeriod, words: Words) -> Section:
    """One table per theme with every core KPI that is collected; those that are not are named below it."""
    themes: dict[str, list[str]] = {}
    for code, kpi in of.whole.reading.kpis.items():
        if kpi["computed"] and kpi["maturity"] == _CORE:
            themes.setdefault(str(kpi["theme"]), []).append(code)
    blocks: list[Block] = []
    for theme, codes in themes.items():
        blocks += _theme(theme, codes, of, words)
    blocks.append(Note(words.say("periods.in_annex")))
    return Section("figures", words.say("periods.figures"), tuple(blocks))


def _theme(theme: str, codes: list[str], of: DistrictPeriod, words: Words) -> list[Block]:
    told, absent = [], []
    for code in codes:
        row = of.row(code)
        if row is None or (row["value"] is None and row["reason"] == "not_collected"):
            absent.append(code)
        else:
            told.append(_line(row, of, words))
    title = capital(words.named("theme", theme))
    note = words.say("periods.not_collected", codes=", ".join(absent)) if absent else None
    if not told:
        return [Heading(f"t-{theme}", title), *([Note(note)] if note else [])]
    heads = (
        Column(words.say("table.indicator"), width=3.6),
        Column(words.say("table.code"), width=0.9),
        Column(words.say("periods.value"), number=True, width=1.7),
        Column(words.say("periods.year_before"), number=True, width=1.6),
        Column(words.say("periods.change"), number=True, width=1.4),
        Column(words.say("table.target"), number=True, width=1.4),
        Column(words.say("table.grade"), width=0.7),
    )
    caption = words.say("periods.caption_theme", theme=title, period=name_of(of.period, words))
    return [Table(f"figures-{theme}", caption, heads, tuple(told), note)]


def _line(row: Row, of: DistrictPeriod, words: Words) -> tuple[Cell, ...]:
    kpi = of.declared(row["kpi_code"])
    here = there(row, kpi, of.at_end)
    before = row["value_year_before"]
    was = (
        DASH if before is None else joined(amount(before, kpi["unit"], int(kpi["decimals"]), words))
    )
    aim = Cell(DASH)
    if here and row["target"] is not None:
        aim = Cell(target_text(row, kpi, words), note=against_target(row, kpi, words))
    note = _made(row, of, words) if here else why_untold(row, kpi, words)
    return (
        Cell(str(kpi[f"name_{words.code}"]), note=note),
        Cell(row["kpi_code"]),
        Cell(printed(row, kpi, of.at_end, words), strong=here),
        Cell(was),
        Cell((change(row, kpi, words) or words.say("state.not_comparable")) if here else DASH),
        aim,
        Cell((row["grade"] or DASH) if here else DASH),
    )


def parts_table(of: DistrictPeriod, words: Words) -> Table | None:
    """The months of a quarter, the quarters of a year, and the whole: each by the same rule."""
    codes = [
        code
        for code in _BY_PART
        if (row := of.row(code)) and row["reason"] not in ("not_collected", "suppressed")
    ]
    if not codes:
        return None
    heads = [Column(words.say("table.indicator"), width=2.6)]
    heads += [Column(title, number=True, width=1.3) for title in _part_titles(of.period, words)]
    heads.append(Column(words.say("periods.total"), number=True, width=1.4))
    rows = []
    for code in codes:
        kpi = of.declared(code)
        found = [
            *(
                [of.whole.part(part, of.district, code) for part in of.period.parts]
                or [of.today.kpi(code, month) for month in of.period.months]
            ),
            of.row(code),
        ]
        unit = words.named("unit", kpi["unit"])
        name = f"{short_name(code, kpi, words)} ({unit})" if unit else short_name(code, kpi, words)
        cells = [Cell(_bare(row, kpi, of, words)) for row in found]
        rows.append((Cell(name), *cells[:-1], Cell(cells[-1].text, strong=True)))
    caption = words.say("periods.parts", subject=capital(name_of(of.period, words)))
    return Table("parts", caption, tuple(heads), tuple(rows), words.say("periods.parts_note"))


def _part_titles(period: Period, words: Words) -> list[str]:
    if period.parts:
        return [words.say("periods.short_quarter", number=part.quarter) for part in period.parts]
    return [capital(words.month_alone(month)) for month in period.months]


def _bare(row: Row | None, kpi: Row, of: DistrictPeriod, words: Words) -> str:
    """The figure without its unit, which stands in the row's name."""
    if row is None or row["value"] is None:
        return printed(row, kpi, of.at_end, words)
    if kpi["unit"] in ("EUR", "%"):
        return printed(row, kpi, of.at_end, words)
    return amount(row["value"], kpi["unit"], int(kpi["decimals"]), words)[0]


def what_is_missing(of: DistrictPeriod, words: Words) -> Section:
    """The lowest coverage of each theme, and every figure that is not told with its reason and months."""
    blocks: list[Block] = [
        block for block in (_coverage(of, words), _untold(of, words)) if block is not None
    ]
    return Section("missing", words.say("periods.quality"), tuple(blocks))


def _coverage(of: DistrictPeriod, words: Words) -> Table | None:
    lowest: dict[str, Row] = {}
    for month in of.period.months:
        for row in of.today.rows("completeness", month):
            seen = lowest.get(row["theme"])
            if row["coverage"] is not None and (seen is None or row["coverage"] < seen["coverage"]):
                lowest[row["theme"]] = row
    if not lowest:
        return None
    rows = tuple(
        (
            Cell(capital(words.named("theme", theme))),
            Cell(part(row["coverage"], words)),
            Cell(words.month_short(row["month"])),
        )
        for theme, row in sorted(lowest.items(), key=lambda pair: (pair[1]["coverage"], pair[0]))
        if row["coverage"] < 1
    )
    full = words.say("periods.full")
    if not rows:
        return None
    heads = (
        Column(words.say("periods.coverage_theme"), width=2.4),
        Column(words.say("periods.coverage_lowest"), number=True),
        Column(words.say("periods.coverage_month")),
    )
    caption = words.say("periods.coverage_caption", period=name_of(of.period, words))
    return Table("coverage", caption, heads, rows, full if len(rows) < len(lowest) else None)


def untold(of: DistrictPeriod) -> list[Row]:
    """Figures of months that are not told because of a month of the period."""
    return [
        row
        for code in of.whole.reading.kpis
        if (row := of.row(code)) and row["reason_months"] and row["reason"] != "not_collected"
    ]


def _untold(of: DistrictPeriod, words: Words) -> Table | None:
    rows = tuple(
        (
            Cell(str(of.declared(row["kpi_code"])[f"name_{words.code}"])),
            Cell(row["kpi_code"]),
            Cell(why_missing(row, of.declared(row["kpi_code"]), words)),
            Cell(months_said(row, words) or name_of(of.period, words)),
        )
        for row in untold(of)
    )
    heads = (
        Column(words.say("table.indicator"), width=3),
        Column(words.say("table.code"), width=0.8),
        Column(words.say("periods.reason"), width=3),
        Column(words.say("periods.because_of"), width=2),
    )
    return Table("untold", words.say("periods.untold_caption"), heads, rows) if rows else None
