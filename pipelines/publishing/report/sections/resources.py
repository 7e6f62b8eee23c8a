"""What stands beside energy and water: the sun that surfaces could give, where water comes from, how much it rained.

Belongs here: these tables and notes. Does not belong here: consumption itself (`themes.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.months import months_back
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Cell, Column, Note, Table
from pipelines.publishing.rows import Row

_CLASSES = ("roof", "parking", "free_area")
_SOURCES = ("all", "potable_network", "well", "surface", "unassigned", "recycled", "rain")


def surfaces(read: DistrictReading, words: Words) -> Table | None:
    """Roofs, car parks and free areas: what stands on them, what they could carry, what that would give."""
    found = {row["surface_class"]: row for row in read.rows("renewable_surfaces", read.month)}
    if not found:
        return None
    rows = tuple(_surface(found[name], words) for name in _CLASSES if name in found)
    heads = (
        Column(words.say("surfaces.class"), width=1.6),
        Column(words.say("surfaces.installed"), number=True),
        Column(words.say("surfaces.potential"), number=True),
        Column(words.say("surfaces.realised"), number=True),
        Column(words.say("surfaces.yield"), number=True, width=1.4),
        Column(words.say("surfaces.possible"), number=True, width=1.2),
    )
    return Table(
        "surfaces",
        words.say("surfaces.caption", month=words.month(read.month)),
        heads,
        rows,
        words.say("surfaces.note"),
    )


def _surface(row: Row, words: Words) -> tuple[Cell, ...]:
    installed, potential = row["installed_kw"], row["potential_kw"]
    share = (
        words.percent(installed / potential * 100, 0)
        if installed is not None and potential
        else DASH
    )
    basis = words.named("yield_basis", row["yield_basis"]) if row["yield_basis"] else None
    return (
        Cell(capital(words.named("surface", row["surface_class"]))),
        Cell(_number(installed, words)),
        Cell(_number(potential, words)),
        Cell(share),
        Cell(_number(row["kwh_per_kwp"], words), note=basis),
        Cell(_number(row["potential_kwh_of_year"], words, Decimal("0.001"))),
    )


def _number(value: Decimal | None, words: Words, scale: Decimal = Decimal(1)) -> str:
    return DASH if value is None else words.number(value * scale)


def water_sources(read: DistrictReading, words: Words) -> Table | None:
    """Withdrawal by source, recycled and rain water beside it: the month, twelve months, the twelve before."""
    volumes: dict[str, dict[str, Row]] = {}
    for row in read.rows("water_by_source"):
        volumes.setdefault(row["source"], {})[row["month"]] = row
    now = months_back(read.month, 12)
    shown = [name for name in _SOURCES if any(month in volumes.get(name, {}) for month in now)]
    if not shown:
        return None
    before = months_back(read.year_before, 12)
    rows = tuple(
        (
            Cell(capital(words.named("water_source", name)), strong=name == "all"),
            Cell(_volume(volumes[name], [read.month], words)),
            Cell(_volume(volumes[name], now, words)),
            Cell(_volume(volumes[name], before, words)),
        )
        for name in shown
    )
    heads = (
        Column(words.say("water.source"), width=2.2),
        Column(words.month_short(read.month), number=True),
        Column(words.say("chart.now_year"), number=True, width=1.3),
        Column(words.say("chart.year_before"), number=True, width=1.3),
    )
    return Table(
        "water-sources", words.say("water.sources"), heads, rows, words.say("water.beside")
    )


def _volume(by_month: dict[str, Row], months: Sequence[str], words: Words) -> str:
    """A sum, or why it is not told: hidden, withheld, or not known in every month."""
    rows = [by_month.get(month) for month in months]
    for row in rows:
        if row is not None and row["reason"] is not None:
            return words.say(f"state.{row['reason']}")
    known = [row["volume_m3"] for row in rows if row is not None]
    return DASH if len(known) < len(rows) else words.number(sum(known, Decimal(0)))


def rain(read: DistrictReading, words: Words) -> Note | None:
    """Three months of rain against what is usual, and what usual means here."""
    row = read.one("context_monthly")
    if row is None or not row.get("precipitation_normal_three_months_mm"):
        return None
    usual, anomaly = row["precipitation_normal_three_months_mm"], row["precipitation_anomaly_mm"]
    percent = anomaly / usual * 100
    key = (
        "water.rain_usual"
        if abs(percent) < 5
        else "water.rain_more"
        if percent > 0
        else "water.rain_less"
    )
    reference = words.say(
        f"water.rain_{row['precipitation_reference_basis']}",
        period=row["precipitation_reference_period"] or DASH,
    )
    return Note(
        words.say(
            key,
            fallen=words.number(usual + anomaly),
            usual=words.number(usual),
            the_percent=words.the(words.percent(abs(percent), 0)),
            reference=reference,
        )
    )
