"""What the published figures of water of one district and month are made of: uses by source, sector and flow.

Belongs here: volumes and KPI values as sums of uses, which of them an edition tells. Does not belong here: which sums
are protected and what is hidden for them (`relations.py`), the table of sources (`water_sources.py`).

Water is a system of its own beside energy: no factor leads from one to the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from pipelines.publishing.protecting.disclosure import Place, months_of
from pipelines.publishing.protecting.uses import ALL, Holder, Key, Month, Use
from pipelines.publishing.rows import Row

Parts = dict[Use, float]
WITHDRAWN, RECYCLED, RAIN, DISCHARGED = "withdrawn", "recycled", "rain", "discharged"
SOURCES = {
    "potable_network": "potable_m3",
    "well": "well_m3",
    "surface": "surface_m3",
    "unassigned": "unassigned_source_m3",
    RECYCLED: "recycled_m3",
    RAIN: "rain_m3",
}
"""Columns of `fct_water_monthly`; recycled and rain water are no part of withdrawal."""
_FLOWS = {RECYCLED: RECYCLED, RAIN: RAIN}
_NOT_METERED = "not_metered"
"""Sector of what no supply point measures: what a plant gives out, rain that is reported."""
_HEADLINE, _KPI, _SHARE, _AMOUNTS = 100_000, 30, 10, 1
"""What a reader loses with a headline, another KPI, a share, the parts of a ratio; with a source by its size."""


def water_months(monthly: Iterable[Row], points: Iterable[Row]) -> dict[Place, Month]:
    """Every district and month with the figures that are made of its water.

    Args:
        monthly: Rows of `fct_water_monthly`.
        points: Rows of `fct_energy`.
    """
    held = _holdings(points)
    found = {}
    for row in monthly:
        place = (row["district_id"], row["month"])
        holdings = held.get(place, {})
        uses = {use: sum(who.values(), Decimal(0)) for use, who in holdings.items()}
        uses |= _not_metered(row, uses)
        if uses:
            found[place] = Month(uses, holdings, _figures(row, uses))
    return found


def _holdings(points: Iterable[Row]) -> dict[Place, dict[Use, dict[Holder, Decimal]]]:
    """Who takes what from where, and who discharges what."""
    found: dict[Place, dict[Use, dict[Holder, Decimal]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(Decimal))
    )
    for row in points:
        if row["role"] != "supply" or row.get("unit") != "m3":
            continue
        source = row.get("water_source") or "unassigned"
        if row["carrier"] == "waste_water":
            use = (DISCHARGED, row["sector"], DISCHARGED)
        elif row["carrier"] == "water" and row["flow"] == "import":
            use = (source, row["sector"], _FLOWS.get(source, WITHDRAWN))
        else:
            continue
        # A point nobody has registered is somebody's: until it is known, a firm's.
        holder = (row["holder_kind"] or "firm", row["holder_group"] or row["point_id"])
        found[row["district_id"], row["month"]][use][holder] += row["quantity"] or 0
    return {place: {use: dict(who) for use, who in own.items()} for place, own in found.items()}


def _not_metered(row: Row, uses: Mapping[Use, Decimal]) -> dict[Use, Decimal]:
    """What the month's sums hold beyond the supply points; plants are public works."""
    columns = {**SOURCES, DISCHARGED: "discharged_m3"}
    rest = {
        source: (row.get(column) or Decimal(0))
        - sum((amount for use, amount in uses.items() if use[0] == source), Decimal(0))
        for source, column in columns.items()
    }
    return {
        (source, _NOT_METERED, DISCHARGED if source == DISCHARGED else _FLOWS.get(source, WITHDRAWN)): amount
        for source, amount in rest.items()
        if amount
    }  # fmt: skip


def _figures(row: Row, uses: Mapping[Use, Decimal]) -> dict[Key, tuple[Parts, int]]:
    return {key: (parts, weight) for key, parts, weight in _each_figure(row, uses) if parts}


def _each_figure(row: Row, uses: Mapping[Use, Decimal]) -> Iterator[tuple[Key, Parts, int]]:
    withdrawn, recycled, rain, discharged = (
        {use: 1.0 for use in uses if use[2] == flow}
        for flow in (WITHDRAWN, RECYCLED, RAIN, DISCHARGED)
    )
    yield ("kpi", "WAT01"), withdrawn, _HEADLINE
    yield ("water", ALL, ALL), withdrawn, _AMOUNTS
    by_size = sorted(SOURCES, key=lambda source: (row.get(SOURCES[source]) or 0, source))
    for rank, source in enumerate(by_size, start=1):
        yield ("water", source, ALL), {use: 1.0 for use in uses if use[0] == source}, rank
    whole = withdrawn | recycled | rain
    if recycled and (total := sum(uses[use] for use in whole)):
        share = float(sum(uses[use] for use in recycled) / total)
        yield ("kpi", "WAT03"), {use: (use in recycled) - share for use in whole}, _KPI
        yield ("amounts", "WAT03", RECYCLED), recycled, _AMOUNTS
        yield ("amounts", "WAT03", "total"), whole, _AMOUNTS
    yield ("kpi", "WAT04"), recycled, _KPI
    yield ("kpi", "WAT05"), rain, _KPI
    yield ("kpi", "WAT10"), discharged, _KPI
    if row.get("water_of_output_m3") is not None:
        industry = {use: 1.0 for use in whole if use[1] == "industry" and use[2] != RAIN}
        yield ("kpi", "WAT02"), industry, _SHARE


def not_told(
    months: Mapping[Place, Month],
    readable: Iterable[Row],
    cells: Iterable[Row],
    kpis: Iterable[Row],
) -> dict[Place, set[Key]]:
    """Figures of water that an edition does not tell, for whatever reason.

    Args:
        months: What the figures are made of.
        readable: KPI values as they may be read.
        cells: Rows of the protected table of sources.
        kpis: Rows of `declared/kpis`.
    """
    periods = {kpi["code"]: kpi.get("period") for kpi in kpis}
    told: dict[Place, set[Key]] = defaultdict(set)
    for row in readable:
        code = row["kpi_code"]
        keys = {
            ("kpi", code): row["value"],
            ("amounts", code, RECYCLED): row["numerator"],
            ("amounts", code, "total"): row["denominator"],
        }
        for month in months_of(periods[code], row):
            told[row["district_id"], month] |= {
                key for key, amount in keys.items() if amount is not None
            }
    for row in cells:
        if row["volume_m3"] is not None:
            told[row["district_id"], row["month"]].add(("water", row["source"], ALL))
    return {place: set(month.figures) - told[place] for place, month in months.items()}
