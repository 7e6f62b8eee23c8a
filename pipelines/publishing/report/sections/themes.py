"""Sections 3 to 5: energy, water, emissions. Each a chart or two, its KPIs, what stands against them.

Belongs here: what these pages show, and what stands behind them. Does not belong here: how a chart is made
(`year_charts.py`).
"""

from __future__ import annotations

from pipelines.publishing.language import Words
from pipelines.publishing.protecting.tables import ELSEWHERE
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Beside, Block, Chart, Note, Section
from pipelines.publishing.report.sections.baseline_grades import baseline_grades, degree_days
from pipelines.publishing.report.sections.change import year_of_change
from pipelines.publishing.report.sections.cusum import cusum_chart
from pipelines.publishing.report.sections.hourly import hourly
from pipelines.publishing.report.sections.inventory import factors, gpc_lines, missing_factors
from pipelines.publishing.report.sections.kpi_tables import (
    behind_page,
    kpi_table,
    named,
    of_themes,
    on_page,
)
from pipelines.publishing.report.sections.normal_weather import normal_weather
from pipelines.publishing.report.sections.path import ON_THE_WAY
from pipelines.publishing.report.sections.resources import rain, surfaces, water_sources
from pipelines.publishing.report.sections.year_charts import (
    absent,
    parts_of_year,
    this_and_last_year,
)


def energy(read: DistrictReading, words: Words) -> Section:
    """Consumption by month against the year before, by carrier and by sector; behind it, what surfaces could give."""
    codes = of_themes(read, "energy")
    shown = on_page(codes, read)
    chart = this_and_last_year(read, words, "ENE01", "energy")
    parts = [
        cusum_chart(read, words),
        *(
            parts_of_year(read, words, "energy_by_carrier_sector", "energy_kwh", group, other)
            for group, other in (("sector", "carrier"), ("carrier", "sector"))
        ),
    ]
    blocks: list[Block | None] = [
        normal_weather(read, words),
        chart or absent(read, "ENE01", words),
        *beside(parts),
        kpi_table("energy-kpis", shown, read, words),
        _water_cycle(read, words),
    ]
    models = (baseline_grades(read, words), degree_days(read, words))
    return Section(
        "energy",
        words.say("energy.title"),
        tuple(block for block in blocks if block is not None),
        (
            *behind_page("energy-kpis", codes, shown, read, words),
            *named("surfaces", words.say("surfaces.behind"), [surfaces(read, words)], "superfici"),
            *named("models", words.say("energy.models"), models, "modelli"),
        ),
    )


def _water_cycle(read: DistrictReading, words: Words) -> Note | None:
    """Where the energy of the water cycle is counted; nothing where a district has none."""
    cells = ("energy_by_carrier_sector", read.month, "sector", "carrier")
    found = ELSEWHERE in read.why_unseen(*cells).values()
    return Note(words.say("energy.water_cycle")) if found else None


def beside(charts: list[Chart | None]) -> tuple[Block, ...]:
    """Charts by twos side by side; one alone takes the whole width."""
    found = tuple(chart for chart in charts if chart is not None)
    pairs = (found[n : n + 2] for n in range(0, len(found), 2))
    return tuple(Beside(pair) if len(pair) > 1 else pair[0] for pair in pairs)


def water(read: DistrictReading, words: Words) -> Section:
    """Withdrawal by month against the year before, its sources, reuse, losses, rain."""
    codes = of_themes(read, "water")
    shown = on_page(codes, read)
    blocks: list[Block | None] = [
        this_and_last_year(read, words, "WAT01", "water") or absent(read, "WAT01", words),
        water_sources(read, words),
        kpi_table("water-kpis", shown, read, words),
        rain(read, words),
    ]
    return Section(
        "water",
        words.say("water.title"),
        tuple(block for block in blocks if block is not None),
        behind_page("water-kpis", codes, shown, read, words),
    )


def emissions(read: DistrictReading, words: Words) -> Section:
    """Emissions by month, why they changed, by carrier; the inventory and its factors behind the page."""
    codes = [code for code in of_themes(read, "emissions") if code not in ("EMI11", *ON_THE_WAY)]
    shown = on_page(codes, read)
    change = year_of_change(read, words)
    drawn = [block for block in change if isinstance(block, Chart)]
    told = [block for block in change if not isinstance(block, Chart)]
    bars = parts_of_year(read, words, "emissions_by_carrier_sector", "tco2e", "carrier", "sector")
    blocks: list[Block | None] = [
        this_and_last_year(read, words, "EMI05", "emissions") or absent(read, "EMI05", words),
        *beside([*drawn, bars]),
        *(told if drawn else []),
        kpi_table("emissions-kpis", shown, read, words),
        Note(words.say("emissions.scopes")),
        missing_factors(read, words),
    ]
    return Section(
        "emissions",
        words.say("emissions.title"),
        tuple(block for block in blocks if block is not None),
        (
            *behind_page("emissions-kpis", codes, shown, read, words),
            *named("change", words.say("change.caption"), [] if drawn else told, "variazioni"),
            *named("hourly", words.say("hourly.caption"), hourly(read, words), "emissioni orarie"),
            *named(
                "gpc", words.say("inventory.behind"), [gpc_lines(read, words)], "inventario GPC"
            ),
            *named(
                "factors", words.say("inventory.factors_behind"), [factors(read, words)], "fattori"
            ),
        ),
    )
