"""Charts of a theme: twelve months beside the twelve before, and how they split by carrier or sector.

Belongs here: these two charts, and why there is none. Does not belong here: which section shows them (`themes.py`), how
a line is printed (`trend.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.months import months_back
from pipelines.publishing.protecting.tables import ELSEWHERE
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.chart_data import Bar, BarsData, Line
from pipelines.publishing.report.document import Cell, Chart, Column, Note, Table
from pipelines.publishing.report.sections.figures import amount, joined, why_missing
from pipelines.publishing.report.sections.month_notes import month_notes, series_alt
from pipelines.publishing.report.sections.trend import floats, month_table, trend_data
from pipelines.publishing.rows import Row


def absent(read: DistrictReading, code: str, words: Words) -> Note:
    """Why a section has no chart: the reason of its first KPI."""
    kpi = read.declared(code)
    if read.value(code) is not None:
        return Note(words.say("absent_short", name=kpi[f"name_{words.code}"]))
    reason = why_missing(read.kpi(code), kpi, words)
    return Note(words.say("absent", name=kpi[f"name_{words.code}"], reason=reason))


def this_and_last_year(read: DistrictReading, words: Words, code: str, key: str) -> Chart | None:
    """Twelve months and the twelve before them, on the same axis from zero."""
    kpi, row = read.declared(code), read.kpi(code)
    now, before = read.series(code, 24)[12:], read.series(code, 24)[:12]
    if row is None or sum(value is not None for value in now) < 2:
        return None
    months = months_back(read.month, 12)
    lines = [Line(floats(now), words.say("chart.now_year"))]
    if sum(value is not None for value in before) >= 2:
        lines.append(Line(floats(before), words.say("chart.year_before"), "path"))
    notes = month_notes(read, code, months, words)
    data = trend_data(lines, months, words, zero=True, notes=notes)
    if data is None:
        return None
    unit = words.named("unit", kpi["unit"])
    title = _year_message(read, code, now, before, key, words)
    columns = [(words.say("chart.now_year"), now), (words.say("chart.year_before"), before)]
    alt = series_alt(str(kpi[f"name_{words.code}"]), kpi, months, now, notes.untold, words)
    alt += _against_before(now, before, kpi, words)
    return Chart(
        f"{key}-chart",
        title,
        words.say("chart.year_subtitle" if len(lines) > 1 else "chart.year_alone", unit=unit)
        + notes.subtitle(words),
        alt,
        data,
        month_table(
            f"{key}-chart-table",
            words.say("chart.year_caption", name=kpi[f"name_{words.code}"], unit=unit),
            read.month,
            columns,
            words,
            figures=[
                read.figures(code, 2 * len(now))[len(now) :],
                read.figures(code, 2 * len(now)),
            ],
            untold=notes.untold,
        ),
    )


def _against_before(
    now: list[Decimal | None], before: list[Decimal | None], kpi: Row, words: Words
) -> str:
    """The sums of both years, where every month of both is known."""
    whole = [value for value in (*now, *before) if value is not None]
    if len(whole) < 24:
        return ""
    this, last = sum(whole[:12], Decimal(0)), sum(whole[12:], Decimal(0))
    told = (joined(amount(each, kpi["unit"], int(kpi["decimals"]), words)) for each in (this, last))
    return words.say("alt.years", **dict(zip(("this", "last"), told, strict=True)))


def _year_message(
    read: DistrictReading,
    code: str,
    now: list[Decimal | None],
    before: list[Decimal | None],
    key: str,
    words: Words,
) -> str:
    """How the twelve months compare with the twelve before, where all are known and comparable."""
    whole = [value for value in (*now, *before) if value is not None]
    name = words.say(f"{key}.subject")
    every = month_notes(read, code, months_back(read.month, 24), words)
    why = "boundary" if every.moved else read.why_not_comparable(code)
    if why is not None or len(whole) < 24:
        return words.say(f"chart.apart_{why or 'missing'}", subject=capital(name))
    this, last = sum(whole[:12], Decimal(0)), sum(whole[12:], Decimal(0))
    percent = (this - last) / last * 100 if last else Decimal(0)
    if abs(percent) < Decimal("0.5"):
        return words.say(f"{key}.same")
    way = "down" if percent < 0 else "up"
    return words.say(
        f"{key}.{way}",
        percent=words.percent(abs(percent), 1),
        of=words.of(words.percent(abs(percent), 1)),
    )


def parts_of_year(
    read: DistrictReading, words: Words, table: str, column: str, group: str, other: str
) -> Chart | None:
    """Twelve months by carrier or sector, beside the twelve months before."""
    now = read.twelve_months(table, column, read.month, group, other)
    unseen = read.why_unseen(table, read.month, group, other)
    # What lies in other cells has a row of its own and is no part of the total.
    elsewhere = sorted(name for name, why in unseen.items() if why == ELSEWHERE)
    now = {name: value for name, value in now.items() if name not in elsewhere}
    then = read.twelve_months(table, column, read.year_before, group, other)
    shown = {name: value for name, value in now.items() if value is not None}
    if len(now) < 2 or not any(shown.values()):
        return None
    scale, unit = (Decimal("0.001"), "MWh") if column == "energy_kwh" else (Decimal(1), "tCO2e")
    bars = []
    for name in sorted(now, key=lambda each: -(now[each] or 0)):
        value, before = now[name], then.get(name)
        bars.append(
            Bar(
                capital(words.named(group, name)),
                None if value is None else float(value * scale),
                words.say(f"state.{unseen.get(name, 'missing')}")
                if value is None
                else words.number(value * scale),
                None if before is None else float(before * scale),
                None if before is None else words.number(before * scale),
            )
        )
    bars += [
        Bar(capital(words.named(group, name)), None, words.say(f"state.{ELSEWHERE}"), None, None)
        for name in elsewhere
    ]
    theme = "energy" if column == "energy_kwh" else "emissions"
    title = _largest(theme, group, shown, words) if len(shown) == len(now) else None
    title = title or words.say(f"bars.{theme}_{group}_plain")
    key = f"{theme}-by-{group}"
    what = words.say(f"bars.{theme}")
    subtitle = words.say("bars.subtitle", what=what, unit=words.named("unit", unit))
    has_before = any(bar.before is not None for bar in bars)
    rows = tuple(
        (
            Cell(bar.label),
            Cell(bar.printed),
            *((Cell(bar.before_printed or DASH),) if has_before else ()),
        )
        for bar in bars
    )
    heads = [
        Column(words.say(f"bars.{group}"), width=2),
        Column(words.say("chart.now_year"), number=True),
    ]
    heads += [Column(words.say("chart.year_before"), number=True)] if has_before else []
    alt = words.say(
        "bars.alt", what=what, items=words.both([f"{bar.label} {bar.printed}" for bar in bars])
    )
    data = BarsData(
        tuple(bars),
        words.say("chart.now_year"),
        words.say("chart.year_before") if has_before else None,
    )
    return Chart(
        key, title, subtitle, alt, data, Table(f"{key}-table", subtitle, tuple(heads), rows)
    )


def _largest(theme: str, group: str, shown: Mapping[str, Decimal], words: Words) -> str | None:
    """The largest part and its share; None where a part is negative or has no words, for then a share misleads.

    Where a part is hidden nobody asks: a share of the total would tell it.
    """
    whole = sum(shown.values(), Decimal(0))
    first = max(shown, key=lambda name: shown[name])
    part = f"bars_part.{theme}_{group}.{first}"
    if whole <= 0 or min(shown.values()) < 0 or not words.has(part):
        return None
    share = words.the(words.percent(shown[first] / whole * 100, 0))
    return words.say(f"bars.{theme}_{group}_share", Share=capital(share), part=words.say(part))
