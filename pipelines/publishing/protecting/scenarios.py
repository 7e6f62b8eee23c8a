"""What if: a set of measures, what would be emitted in the target year with them, and what they cost.

Belongs here: putting measures together, as pure functions over the rows of two internal marts. Does not belong
here: what a single measure saves and costs (dbt), who may read which figure (`measure_tables.py`), how it is told
(`sections/measures.py`, `what_if.py`).

Measures that act on one point are not added up: each saves its share of what the others leave, so that all of them
together never save more than the point uses. What a measure uses more of is added as it is. Factors are those of the
month and stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipelines.publishing.rows import Row

FUNDED = ("funded", "in_progress")
AHEAD = ("identified", "planned", *FUNDED)
"""States of measures that do not save yet: what a scenario can be made of."""
NO_ENERGY = "no_saving_declared"
"""Why a measure is in no scenario of emissions: it saves water, or nothing that anybody declared."""
_TONNE = Decimal(1000)
_CENT = Decimal("0.01")
_GRAM = Decimal("0.000001")
_MONTHS = 12


@dataclass(frozen=True)
class Start:
    """Where a scenario begins: emissions of the last twelve months, and the path's value in the target year."""

    emissions_tco2e: Decimal | None
    path_tco2e: Decimal | None
    target_year: int


@dataclass(frozen=True)
class Scenario:
    """One set of measures.

    Attributes:
        measures: Their codes, in order.
        avoided_tco2e: What they avoid in the target year, together.
        emissions_tco2e: What is left then.
        gap_tco2e: What is left above the path; negative below it.
        capex_eur: What they cost, once.
        yearly_cost_eur: What they cost a year: capital spread over their lifetimes, and the change of running costs.
        payback_years: Capital of those that lower what is paid over what they lower it by in a year; not discounted.
        cost_per_tonne_eur: The yearly cost of those with a known abatement over what they avoid in a whole year.
        not_additive_tco2e: By how much they avoid less in a whole year than is declared of each: they overlap, or a
            point uses less than is to be saved there.
        without_figure: Measures of the set whose saving has no emissions: none declared, or no factor.
        without_cost: Measures of the set whose cost is not known.
    """

    measures: tuple[str, ...]
    avoided_tco2e: Decimal
    emissions_tco2e: Decimal | None
    gap_tco2e: Decimal | None
    capex_eur: Decimal | None
    yearly_cost_eur: Decimal | None
    payback_years: Decimal | None
    cost_per_tonne_eur: Decimal | None
    not_additive_tco2e: Decimal
    without_figure: tuple[str, ...]
    without_cost: tuple[str, ...]


def scenario(
    chosen: Iterable[str], measures: Sequence[Row], savings: Sequence[Row], start: Start
) -> Scenario:
    """What a set of measures would do.

    Args:
        chosen: Codes of measures.
        measures: Rows of `fct_measures` of one district and month.
        savings: Rows of `fct_measure_savings_at_points` of the same.
        start: Where the district stands.

    Raises:
        ValueError: a code that is not on the ledger.
    """
    known = {str(row["measure_id"]): row for row in measures}
    codes = tuple(sorted(set(chosen)))
    if unknown := [code for code in codes if code not in known]:
        raise ValueError(
            f"not on the ledger: {', '.join(unknown)}; there are {', '.join(sorted(known))}"
        )
    own = [known[code] for code in codes]
    at_points = [row for row in savings if row["measure_id"] in codes]
    year = start.target_year
    in_year = {code: share_of_year(known[code], year) for code in codes}
    avoided = avoided_tco2e(at_points, in_year)
    whole = avoided_tco2e(at_points, dict.fromkeys(codes, Decimal(1)))
    # At the factors of today like all of a scenario, whatever path of them a cost per tonne follows.
    declared = sum(
        (
            row["expected_saving"] * row["kg_co2e_per_kwh"] / _TONNE
            for row in at_points
            if row["kg_co2e_per_kwh"] is not None
        ),
        Decimal(0),
    )
    left = None if start.emissions_tco2e is None else start.emissions_tco2e - avoided
    above = None if left is None or start.path_tco2e is None else left - start.path_tco2e
    return Scenario(
        measures=codes,
        avoided_tco2e=avoided,
        emissions_tco2e=left,
        gap_tco2e=above,
        capex_eur=_sum(row["capex_eur"] for row in own),
        yearly_cost_eur=_sum(row["annualised_cost_eur"] for row in own),
        payback_years=_payback(own),
        cost_per_tonne_eur=_per_tonne(own, whole),
        not_additive_tco2e=(declared - whole).quantize(_GRAM),
        without_figure=tuple(
            str(row["measure_id"]) for row in own if row["annual_abatement_tco2e"] is None
        ),
        without_cost=tuple(
            str(row["measure_id"]) for row in own if row["annualised_cost_eur"] is None
        ),
    )


def avoided_tco2e(savings: Iterable[Row], share_of: dict[str, Decimal]) -> Decimal:
    """What savings at points avoid together, each for its share of a year; nothing where no factor is known."""
    at: dict[tuple[object, object], list[Row]] = defaultdict(list)
    for row in savings:
        place = row["point_id"] if row["point_id"] is not None else ("nowhere", row["measure_id"])
        at[place, row["carrier"]].append(row)
    return sum((_avoided_at(rows, share_of) for rows in at.values()), Decimal(0)).quantize(_GRAM)


def _avoided_at(rows: Sequence[Row], share_of: dict[str, Decimal]) -> Decimal:
    factor, use = rows[0]["kg_co2e_per_kwh"], rows[0]["use_12m"]
    if factor is None:
        return Decimal(0)
    expected = [row["expected_saving"] * share_of[row["measure_id"]] for row in rows]
    more = sum((one for one in expected if one < 0), Decimal(0))
    less = [one for one in expected if one > 0]
    saved = sum(less, Decimal(0)) if use is None else _of_what_is_left(less, max(use, Decimal(0)))
    return Decimal((saved + more) * factor / _TONNE)


def _of_what_is_left(savings: Sequence[Decimal], use: Decimal) -> Decimal:
    if not use:
        return Decimal(0)
    left = use
    for one in savings:
        left *= 1 - min(one, use) / use
    return use - left


def share_of_year(measure: Row, year: int) -> Decimal:
    """The share of a year's days on which a measure is expected to save; none where its dates are not known."""
    since, until = measure["saves_from"], measure["saves_until"]
    if since is None:
        return Decimal(0)
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    days = (min(until or end, end) - max(since, first)).days
    return Decimal(max(days, 0)) / (end - first).days


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def _per_tonne(own: Sequence[Row], whole: Decimal) -> Decimal | None:
    """Null where a cost is missing or nothing is avoided: neither a part nor a price of nothing is told.

    What avoids nothing that is known has no part in it.
    """
    costs = [row["annualised_cost_eur"] for row in own if row["annual_abatement_tco2e"] is not None]
    if whole <= 0 or None in costs:
        return None
    return (sum(costs, Decimal(0)) / whole).quantize(_CENT)


def _payback(own: Sequence[Row]) -> Decimal | None:
    """As of a district (INV09): of the measures that lower what is paid and tell what they cost."""
    paying = [row for row in own if row["yearly_saving_eur"] and row["capex_eur"] is not None]
    saved = _sum(row["yearly_saving_eur"] for row in paying)
    capital = _sum(row["capex_eur"] for row in paying)
    return (capital / saved).quantize(_CENT) if saved and capital else None


@dataclass(frozen=True)
class Realised:
    """What the measures that are measured for twelve months saved of what was expected of them, in hundredths."""

    percent: Decimal
    uncertainty: Decimal
    measures: int


def realised(savings: Iterable[Row]) -> Realised | None:
    """How promises came true so far, of all energy together; nothing where no measure tells a whole year.

    Args:
        savings: Measured savings of one district and month, of which those without amounts are left out.
    """
    told = [
        row
        for row in savings
        if row["unit"] == "kWh" and row["months_12m"] == _MONTHS and (row["expected_12m"] or 0) > 0
    ]
    expected = sum((row["expected_12m"] for row in told), Decimal(0))
    if not expected:
        return None
    saved = sum((row["saving_12m"] for row in told), Decimal(0))
    unsure = sum(((row["uncertainty_12m"] or Decimal(0)) ** 2 for row in told), Decimal(0)).sqrt()
    return Realised(
        100 * saved / expected, 100 * unsure / expected, len({row["measure_id"] for row in told})
    )


@dataclass(frozen=True)
class Named:
    """A scenario of the report's table: its kind, and the measure where it is of one alone."""

    kind: str
    measure_id: str | None
    scenario: Scenario


def table_of_scenarios(
    measures: Sequence[Row], savings: Sequence[Row], start: Start
) -> list[Named]:
    """Nothing more, all that is funded, all that is planned where that is more, and each measure ahead by itself.

    Those by themselves stand in the order of what a tonne costs.
    """

    def of(kind: str, codes: Iterable[str], measure_id: str | None = None) -> Named:
        return Named(kind, measure_id, scenario(codes, measures, savings, start))

    ahead = [row for row in measures if row["status"] in AHEAD and row["reason"] != NO_ENERGY]
    planned = [str(row["measure_id"]) for row in ahead]
    funded = [str(row["measure_id"]) for row in ahead if row["status"] in FUNDED]
    sets = [of("none", ())]
    sets += [of("funded", funded)] if funded else []
    sets += [of("planned", planned)] if planned != funded else []
    alone = [of("alone", [str(row["measure_id"])], str(row["measure_id"])) for row in ahead]
    return sets + sorted(alone, key=_cheapest_first)


def _cheapest_first(named: Named) -> tuple[bool, Decimal, str]:
    cost = named.scenario.cost_per_tonne_eur
    return (cost is None, cost or Decimal(0), str(named.measure_id))
