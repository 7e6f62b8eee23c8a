"""What the published figures of water are sums of, and what is hidden of them beside an earlier edition."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.memory import WATER, remembered, remembered_months, versions
from pipelines.publishing.protecting.relations import Hidden, hidden_figures, together
from pipelines.publishing.protecting.uses import Month
from pipelines.publishing.protecting.water_sources import water_sources
from pipelines.publishing.protecting.water_uses import not_told, water_months

PLACE = ("d", "2026-10")
LIMITS = Limits()
FIRMS = {"a": 60, "b": 50, "c": 40, "e": 30}
Row = dict[str, Any]


def point(holder: str, m3: int, source: str = "well", **said: Any) -> Row:
    kind = "public" if holder == "town" else "firm"
    sector = "municipal" if holder == "town" else "industry"
    return {"district_id": "d", "month": "2026-10", "point_id": holder, "carrier": "water",
            "role": "supply", "flow": "import", "unit": "m3", "sector": sector, "water_source": source,
            "holder_group": holder, "holder_kind": kind, "quantity": Decimal(m3)} | said  # fmt: skip


def firms(source: str = "well", **m3: int) -> list[Row]:
    return [point(name, amount, source) for name, amount in m3.items()]


def month(*points: Row, **more: int) -> dict[tuple[str, str], Month]:
    """The month's sums as the mart has them, `more` of them besides what points use."""
    sums: Row = {"district_id": "d", "month": "2026-10"}
    for row in points:
        column = {"well": "well_m3", "recycled": "recycled_m3", "potable_network": "potable_m3"}
        name = column.get(row["water_source"], "discharged_m3")
        sums[name] = sums.get(name, Decimal(0)) + row["quantity"]
    return water_months([sums | {name: Decimal(m3) for name, m3 in more.items()}], points)


def hidden(now: dict[tuple[str, str], Month], *before: dict[tuple[str, str], Month]) -> Hidden:
    memories = []
    for each in before:
        alone = hidden_figures(each, {}, {}, {}, LIMITS)
        memories.append(remembered({}, {}, {}, remembered_months(each, alone, {}, WATER)))
    return hidden_figures(now, {}, {}, versions(memories, now, WATER), LIMITS)[PLACE]


def test_what_a_plant_gives_out_is_no_firms() -> None:
    given_out = month(*firms(**FIRMS), recycled_m3=70)[PLACE]

    assert given_out.figures["kpi", "WAT04"][0] == {("recycled", "not_metered", "recycled"): 1.0}
    assert not hidden({PLACE: given_out}).keys


def test_few_firms_of_a_source_take_the_smallest_other_with_them() -> None:
    uses = [*firms(a=60, b=50), point("town", 900, "potable_network"), *firms("", c=40, e=35, f=30)]
    gone = hidden(month(*uses, unassigned_source_m3=105))

    assert ("water", "well", "all") in gone.close
    assert ("water", "unassigned", "all") in gone.keys
    assert not gone.keys & {("kpi", "WAT01"), ("water", "potable_network", "all")}


def test_withdrawal_of_too_few_is_hidden_with_its_sources() -> None:
    gone = hidden(month(*firms(a=60, b=50)))

    assert {("kpi", "WAT01"), ("water", "all", "all"), ("water", "well", "all")} <= gone.keys


def test_a_late_firm_is_not_the_difference_of_two_totals() -> None:
    late = {**FIRMS, "late": 35}
    gone = hidden(month(*firms(**late)), month(*firms(**FIRMS)))

    assert {("kpi", "WAT01"), ("water", "well", "all")} <= gone.since
    assert not hidden(month(*firms(**late))).keys
    corrected = hidden(month(*firms(**{**FIRMS, "a": 61})), month(*firms(**FIRMS)))
    assert not corrected.keys


def test_what_output_takes_is_hidden_where_a_firm_only_changed_its_sector() -> None:
    def of(sector: str) -> dict[tuple[str, str], Month]:
        shops = [point(f"shop {n}", 30 + n, sector="tertiary") for n in range(4)]
        moved = point("x", 25, sector=sector)
        return month(*firms(**FIRMS), *shops, moved, water_of_output_m3=200)

    gone = hidden(of("industry"), of("tertiary"))

    assert gone.since == {("kpi", "WAT02")}


def test_two_systems_are_hidden_together_and_remembered_apart() -> None:
    here = month(*firms(a=60, b=50))
    energy = {PLACE: Hidden(frozenset({("kpi", "ENE07")}))}
    both = together(energy, hidden_figures(here, {}, {}, {}, LIMITS))[PLACE]

    assert {"ENE07", "WAT01"} <= both.codes("kpi")
    memory = remembered({}, {}, {}, remembered_months(here, {PLACE: both}, {}, WATER))
    assert versions([memory], here) == {}
    assert versions([memory], here, WATER)[PLACE][0].holdings == here[PLACE].holdings


def test_only_what_is_told_is_remembered() -> None:
    months = month(*firms(**FIRMS))
    cells = water_sources(
        [{"district_id": "d", "month": "2026-10", "withdrawn_m3": 180, "well_m3": 180}],
        {PLACE: {("well", "all")}}, [],
    )  # fmt: skip
    value = {"district_id": "d", "month": "2026-10", "kpi_code": "WAT01", "period_end": None,
             "value": 180, "numerator": None, "denominator": None}  # fmt: skip

    untold = not_told(months, [value], cells, [{"code": "WAT01", "period": "month"}])

    assert untold == {PLACE: {("water", "well", "all")}}
