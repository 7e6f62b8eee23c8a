"""What the published figures of one district and month are made of: uses by carrier, sector and flow.

Belongs here: energy cells, emission cells and KPI values as sums of uses, with public coefficients. Does not belong
here: which sums are protected and what is hidden for them (`relations.py`).

An emission is a use times a public factor, so emissions and energy of one month are equations in the same uses: what
is final less what came from the grid is what firms make and use themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product

from pipelines.publishing.protecting.disclosure import Place
from pipelines.publishing.rows import Row

ALL = "all"
"""The total over carriers or sectors."""
Cell = tuple[str, str]
"""Carrier and sector."""
Use = tuple[str, str, str]
"""Carrier, sector and flow: drawn from outside ('import') or made and used on site ('self_consumed')."""
Holder = tuple[str, str]
"""Kind and group."""
Key = tuple[str, ...]
"""('energy' | 'emissions', carrier, sector), ('kpi', code) or ('amounts', code, measure): a part of a ratio."""
Holdings = Mapping[Use, Mapping[Holder, Decimal]]

_HEADLINE, _KPI, _SHARE, _AMOUNTS, _MARGIN, _INNER = 100_000, 30, 10, 1, 12, 4
"""What a reader loses with a headline, another KPI, a share, the parts of a ratio, a cell of a margin or within."""
_KPI_LINES: dict[str, tuple[tuple[str, ...], int]] = {
    "EMI01": (("1",), _KPI),
    "EMI02": (("2_location",), _KPI),
    "EMI03": (("2_market",), _SHARE),
    "EMI04": (("3",), _SHARE),
    "EMI05": (("1", "2_location"), _HEADLINE),
}
_SUMS_OF_USES: tuple[tuple[str, str, str, int], ...] = (
    # KPI; whether its value or only its parts would say so; the measure that may be a sum of uses.
    ("ENE16", "kpi", "interval_metered_kwh", _SHARE),
    ("ENE03", "amounts", "baseline_actual_kwh", _AMOUNTS),
    ("ENE05", "amounts", "energy_of_output_kwh", _AMOUNTS),
    ("ENE12", "amounts", "billed_energy_kwh", _AMOUNTS),
)
IMPORT, OWN = "import", "self_consumed"


@dataclass
class Month:
    """One district and month: uses, by whom, and the figures made of them.

    Attributes:
        uses: Energy by carrier, sector and flow.
        holdings: Who uses it.
        figures: Coefficients of the uses in every figure, with what a reader loses without it.
    """

    uses: dict[Use, Decimal]
    holdings: Holdings
    figures: dict[Key, tuple[dict[Use, float], int]] = field(default_factory=dict)


def months(
    energy: Iterable[Row], points: Iterable[Row], lines: Iterable[Row], monthly: Iterable[Row]
) -> dict[Place, Month]:
    """Every district and month with the figures that are made of its uses.

    Args:
        energy: Rows of `fct_energy_by_carrier_sector`.
        points: Rows of `fct_energy`.
        lines: Rows of `fct_emission_lines`.
        monthly: Rows of `fct_energy_monthly` and `fct_emissions_monthly`.
    """
    uses: dict[Place, dict[Use, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in energy:
        if row["energy_kwh"] is not None and row.get("adds_to_total", True):
            flow = row.get("flow", IMPORT)
            use = (row["carrier"], row["sector"], OWN if flow == OWN else IMPORT)
            uses[_place(row)][use] += row["energy_kwh"]
    held = _holdings(points)
    found = {place: Month(dict(own), held.get(place, {})) for place, own in uses.items()}
    for month in found.values():
        month.figures.update(_energy_figures(month.uses))
    _add_emissions(found, lines)
    _add_sums_of_uses(found, monthly)
    return found


def _place(row: Row) -> Place:
    return (row["district_id"], row["month"])


def _holdings(points: Iterable[Row]) -> dict[Place, dict[Use, dict[Holder, Decimal]]]:
    """Who draws what, and who makes and uses what: production less what the same holder exports."""
    found: dict[Place, dict[Use, dict[Holder, Decimal]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(Decimal))
    )
    for row in points:
        if row["energy_kwh"] is None:
            continue
        # A point nobody has registered is somebody's: until it is known, a firm's.
        holder = (row["holder_kind"] or "firm", row["holder_group"] or row["point_id"])
        own = found[_place(row)]
        if row.get("adds_to_total", row["role"] == "supply"):
            own[row["carrier"], row["sector"], IMPORT][holder] += row["energy_kwh"]
        elif row["carrier"] == "electricity" and row.get("flow") in ("production", "export"):
            sign = 1 if row["flow"] == "production" else -1
            own[row["carrier"], row["sector"], OWN][holder] += sign * row["energy_kwh"]
    return {place: {use: dict(who) for use, who in own.items()} for place, own in found.items()}


def _energy_figures(
    uses: Mapping[Use, Decimal],
) -> Iterator[tuple[Key, tuple[dict[Use, float], int]]]:
    for cell in sorted({cell for use in uses for cell in cells_of(use)}):
        parts = {use: 1.0 for use in uses if cell in cells_of(use)}
        weight = _INNER if ALL not in cell else _MARGIN
        if cell == (ALL, ALL):
            yield ("kpi", "ENE01"), (parts, _HEADLINE)
        else:
            yield ("energy", *cell), (parts, weight)
        if cell == ("electricity", ALL):
            yield ("kpi", "ENE14"), (parts, _SHARE)
    own = {use: 1.0 for use in uses if use[2] == OWN}
    if own:
        yield ("kpi", "ENE07"), (own, _SHARE)


def cells_of(use: Use) -> list[Cell]:
    """The cell of a use and the totals it is part of."""
    return list(product((use[0], ALL), (use[1], ALL)))


def _add_emissions(found: Mapping[Place, Month], lines: Iterable[Row]) -> None:
    """Emission cells and KPI values: kilograms per kWh of each use, all gases together."""
    kilograms: dict[tuple[Place, Key], dict[Use, Decimal]] = defaultdict(
        lambda: defaultdict(Decimal)
    )
    for row in lines:
        place, cell = _place(row), (row["carrier"], row["sector"])
        use = (*cell, IMPORT)
        if (
            row["kg_co2e"] is None
            or row.get("biogenic")
            or use not in getattr(found.get(place), "uses", ())
        ):
            continue
        for code, (scopes, _) in _KPI_LINES.items():
            if row["scope"] in scopes:
                kilograms[place, ("kpi", code)][use] += row["kg_co2e"]
        if row["scope"] in ("1", "2_location"):
            kilograms[place, ("emissions", *cell)][use] += row["kg_co2e"]
            kilograms[place, ("emissions", cell[0], ALL)][use] += row["kg_co2e"]
            if row.get("data_quality") is not None:
                kilograms[place, ("kpi", "EMI10")][use] += row["kg_co2e"] * row["data_quality"]
    for (place, key), amounts in kilograms.items():
        month = found[place]
        parts = {use: float(kg / month.uses[use]) for use, kg in amounts.items() if month.uses[use]}
        weight = _KPI_LINES[key[1]][1] if key[1] in _KPI_LINES else _SHARE
        if key[0] == "emissions":
            weight = _MARGIN if key[2] == ALL else _INNER
        month.figures[key] = (parts, weight)


def _add_sums_of_uses(found: Mapping[Place, Month], monthly: Iterable[Row]) -> None:
    """Measures of some points that are, to the last decimal, the sum of uses that anybody would think of."""
    for row in monthly:
        month = found.get(_place(row))
        if month is None:
            continue
        for code, kind, measure, weight in _SUMS_OF_USES:
            amount = row.get(measure)
            if amount:
                same = next((s for s in _obvious_sums(month.uses) if s[0] == amount), None)
                if same is not None:
                    key = (kind, code) if kind == "kpi" else (kind, code, measure)
                    month.figures[key] = (dict.fromkeys(same[1], 1.0), weight)


def _obvious_sums(uses: Mapping[Use, Decimal]) -> Iterator[tuple[Decimal, list[Use]]]:
    """By carrier, sector and flow, each of one or of all."""
    sides = [(ALL, *sorted({use[side] for use in uses})) for side in range(3)]
    for carrier, sector, flow in product(*sides):
        chosen = [
            use
            for use in uses
            if all(
                want in (ALL, has) for want, has in zip((carrier, sector, flow), use, strict=True)
            )
        ]
        if chosen:
            yield sum((uses[use] for use in chosen), Decimal(0)), chosen
