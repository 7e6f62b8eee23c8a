"""What an edition may say of measures and of sets of them.

Belongs here: the protected tables `measures` and `measure_scenarios`. Does not belong here: what measures save and cost
(dbt), how sets of them are put together (`scenarios.py`), how they are worded (`sections/`).

A measure is of those who hold the points it acts on; one that acts on no known point is somebody's. Where they are
too few, its name, owner and state are told and no amount. A set of measures is told only where those of it whose
amounts are hidden are, taken together and apart from the set before it, of enough holders: what is left after
subtracting the measures that are shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from pipelines.publishing.protecting.disclosure import Place
from pipelines.publishing.protecting.limits import Contributors, Limits, sensitive
from pipelines.publishing.protecting.measure_savings import SAVINGS, measured_savings
from pipelines.publishing.protecting.measure_schemas import MEASURES, SCENARIOS
from pipelines.publishing.protecting.scenarios import Named, Start, table_of_scenarios
from pipelines.publishing.rows import Row, ordered, read_rows, to_table

_OF_A_MEASURE = tuple(MEASURES.names[MEASURES.names.index("lifetime_years") : -1])
_OF_A_SET = tuple(SCENARIOS.names[SCENARIOS.names.index("avoided_tco2e") : -1])
_EMISSION_KPIS = ("EMI05", "EMI11")
"""Where one of them is hidden, no scenario tells what is left: it gives the emissions of twelve months back."""


def measure_tables(
    marts: Path,
    month: str,
    gone: Collection[tuple[str, str, str]],
    below_line: Collection[tuple[str, str, str]],
    untold: Mapping[str, Collection[str]],
    limits: Limits,
) -> dict[str, pa.Table]:
    """The three tables of the edition's month.

    Args:
        marts: The folder of the view's marts.
        month: The edition's month.
        gone: District, month and code of every KPI value that is hidden.
        below_line: District, month and theme of which too little was read.
        untold: Kinds of sets, by district, that would give a measure back beside other figures (`measure_sums.py`).
        limits: The declared thresholds.
    """

    def of_month(name: str) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in read_rows(marts / f"{name}.parquet"):
            if row["month"] == month:
                found[row["district_id"]].append(row)
        return found

    measures, savings = of_month("fct_measures"), of_month("fct_measure_savings_at_points")
    by_meter = of_month("fct_measure_savings")
    standing = {key: rows[0] for key, rows in of_month("fct_emission_trajectory").items()}
    told: list[Row] = []
    sets: list[Row] = []
    metered: list[Row] = []
    for district, rows in measures.items():
        place = (district, month)
        hidden = hidden_measures(rows, savings[district], limits)
        told += [
            _measure({**row, **measured(row, by_meter[district])}, row["measure_id"] in hidden)
            for row in rows
        ]
        counted = {(row["measure_id"], row["carrier"]) for row in savings[district]}
        metered += measured_savings(by_meter[district], hidden, counted)
        start = _start(standing.get(district), place, gone, below_line)
        named = table_of_scenarios(rows, savings[district], start)
        judged = _judged(named, savings[district], hidden, limits)
        sets += _sets(place, judged, untold.get(district, ()), start)
    return {
        "measure_savings": to_table(
            ordered(metered, ("district_id", "measure_id", "carrier")), SAVINGS
        ),
        "measures": to_table(ordered(told, ("district_id", "measure_id")), MEASURES),
        "measure_scenarios": to_table(sets, SCENARIOS),
    }


def start_of(standing: Row | None) -> Start:
    """Where a district stands, from its row of `fct_emission_trajectory`; without a target there is no path."""
    if standing is None:
        return Start(None, None, _USUAL_YEAR)
    year = standing["target_year"]
    return Start(standing["energy_tco2e_12m"], standing["target_tco2e"], int(year or _USUAL_YEAR))


_USUAL_YEAR = 2030
"""The year of the programme's climate neutrality, where a district declares no target of its own."""


def _start(
    standing: Row | None,
    place: Place,
    gone: Collection[tuple[str, str, str]],
    below_line: Collection[tuple[str, str, str]],
) -> Start:
    start = start_of(standing)
    if (
        any((*place, code) in gone for code in _EMISSION_KPIS)
        or (*place, "emissions") in below_line
    ):
        return Start(None, None, start.target_year)
    return start


def hidden_measures(measures: Iterable[Row], savings: Sequence[Row], limits: Limits) -> set[str]:
    """Measures of which no amount is told."""
    return {
        str(row["measure_id"])
        for row in measures
        if _too_few([one for one in savings if one["measure_id"] == row["measure_id"]], limits)
    }


def _too_few(savings: Sequence[Row], limits: Limits) -> bool:
    """Whether those whom savings are of are too few or too unlike, in any carrier; of nobody known is of somebody."""
    if not savings:
        return True
    by_carrier: dict[str, dict[tuple[str, str], Decimal]] = defaultdict(
        lambda: defaultdict(Decimal)
    )
    for row in savings:
        holder = (row["holder_kind"] or "firm", row["holder_group"] or row["measure_id"])
        by_carrier[row["carrier"]][holder] += abs(row["use_12m"] or row["expected_saving"])
    return any(sensitive(_contributors(holders), limits) for holders in by_carrier.values())


def _contributors(holders: dict[tuple[str, str], Decimal]) -> list[Contributors]:
    """Without the public ones: what they save and pay is told measure by measure, and no cover."""
    found = []
    for kind in ("firm", "household"):
        amounts = sorted((v for (k, _), v in holders.items() if k == kind and v > 0), reverse=True)
        if amounts:
            second = amounts[1] if len(amounts) > 1 else Decimal(0)
            found.append(
                Contributors(kind, len(amounts), amounts[0], second, sum(amounts, Decimal(0)))
            )
    return found


def measured(measure: Row, savings: Iterable[Row]) -> Row:
    """What meters show of a measure, of all its energy together and of its water; else why they do not.

    The price of a measured tonne is told of whole years whose saving is surely above zero, of one carrier: the factor
    is then that of what was expected.
    """
    own = [row for row in savings if row["measure_id"] == measure["measure_id"]]
    known = [row for row in own if row["months_12m"]]
    if not own or len(known) < len(own):
        reasons = [row["reason"] for row in own if row["reason"]]
        return {"measured_reason": reasons[0] if reasons else None}
    found: Row = {
        "measured_months": min(int(row["months_12m"]) for row in known),
        "measured_shared": any(row["shared"] for row in known),
    }
    for unit in ("kWh", "m3"):
        of_unit = [row for row in known if row["unit"] == unit]
        if of_unit:
            squares = sum((row["uncertainty_12m"] ** 2 for row in of_unit), Decimal(0))
            found[f"measured_saving_{unit.lower()}"] = sum(
                (row["saving_12m"] for row in of_unit), Decimal(0)
            )
            found[f"measured_uncertainty_{unit.lower()}"] = squares.sqrt()
    return {**found, "measured_cost_per_tonne_eur": _measured_price(measure, known, found)}


def _measured_price(measure: Row, known: Sequence[Row], found: Row) -> Decimal | None:
    saving = found.get("measured_saving_kwh")
    if (
        saving is None
        or found["measured_months"] < _YEAR
        or len([row for row in known if row["unit"] == "kWh"]) > 1
        or saving <= found["measured_uncertainty_kwh"]
        or measure["cost_per_tonne_eur"] is None
    ):
        return None
    return Decimal(measure["cost_per_tonne_eur"] * measure["expected_saving_kwh"] / saving)


_YEAR = 12


def _measure(row: Row, hidden: bool) -> Row:
    return {**row, **(dict.fromkeys(_OF_A_MEASURE) if hidden else {}), "suppressed": hidden}


def sets_of(
    measures: Sequence[Row], savings: Sequence[Row], limits: Limits
) -> dict[str, frozenset[str]]:
    """Measures of each set that is told of one district and month, as far as the edition by itself says."""
    hidden = hidden_measures(measures, savings, limits)
    named = table_of_scenarios(measures, savings, start_of(None))
    return {
        one.kind: frozenset(one.scenario.measures)
        for one, gone in _judged(named, savings, hidden, limits)
        if one.kind != "alone" and not gone
    }


def _judged(
    named: Sequence[Named], savings: Sequence[Row], hidden: set[str], limits: Limits
) -> Iterator[tuple[Named, bool]]:
    """Scenarios and whether they are hidden; sets are told one after the other, each against the one told before it."""
    before = frozenset[str]()
    for one in named:
        chosen = frozenset(one.scenario.measures)
        parts = (
            [chosen & hidden]
            if one.kind == "alone"
            else [chosen & hidden, (chosen - before) & hidden]
        )
        gone = any(
            part and _too_few([row for row in savings if row["measure_id"] in part], limits)
            for part in parts
        )
        if one.kind != "alone" and not gone:
            before = chosen
        yield one, gone


def _sets(
    place: Place,
    judged: Iterable[tuple[Named, bool]],
    untold: Collection[str],
    start: Start,
) -> list[Row]:
    """Scenarios as rows."""
    rows = [_set(place, one, gone or one.kind in untold, start) for one, gone in judged]
    # Where a hidden one would stand among the others tells what its tonne costs.
    return sorted(
        rows, key=lambda row: (row["suppressed"] and row["kind"] == "alone", _code_of_hidden(row))
    )


def _code_of_hidden(row: Row) -> str:
    return str(row["measure_id"]) if row["suppressed"] and row["kind"] == "alone" else ""


def _set(place: Place, named: Named, hidden: bool, start: Start) -> Row:
    found = named.scenario
    row = {
        "district_id": place[0],
        "month": place[1],
        "kind": named.kind,
        "measure_id": named.measure_id,
        "measures": len(found.measures),
        "target_year": start.target_year,
        **{name: getattr(found, name) for name in _OF_A_SET},
        "without_figure": len(found.without_figure),
        "without_cost": len(found.without_cost),
        "suppressed": hidden,
    }
    return {**row, **(dict.fromkeys(_OF_A_SET) if hidden else {})}
