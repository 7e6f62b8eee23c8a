"""Sets of measures: what they avoid together, what is left by the target year, what a tonne costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pipelines.publishing.protecting.scenarios import (
    Realised,
    Start,
    realised,
    scenario,
    share_of_year,
    table_of_scenarios,
)

Row = dict[str, Any]
START = Start(Decimal(1000), Decimal(800), 2030)


def measure(code: str, cost: int | None = 100, status: str = "planned", **more: Any) -> Row:
    return {
        "measure_id": code,
        "status": status,
        "capex_eur": None if cost is None else Decimal(cost) * 10,
        "annualised_cost_eur": None if cost is None else Decimal(cost),
        "annual_abatement_tco2e": Decimal("0.25"),
        "yearly_saving_eur": None,
        "reason": None,
        "saves_from": date(2028, 1, 1),
        "saves_until": date(2040, 1, 1),
        **more,
    }


def saving(
    code: str, kwh: int, point: str | None = "P", use: int | None = None, **more: Any
) -> Row:
    return {
        "measure_id": code,
        "carrier": "electricity",
        "point_id": point,
        "expected_saving": Decimal(kwh),
        "use_12m": None if use is None else Decimal(use),
        "kg_co2e_per_kwh": Decimal("0.5"),
        **more,
    }


def avoided(*rows: Row) -> Decimal:
    codes = {row["measure_id"] for row in rows}
    return scenario(codes, [measure(code) for code in codes], rows, START).avoided_tco2e


def test_two_measures_on_one_point_save_their_share_of_what_the_other_leaves() -> None:
    """Half of 1,000 kWh, then half of the other half: 750 kWh at 0.5 kg, not 1,000."""
    both = saving("A", 500, use=1000), saving("B", 500, use=1000)

    found = scenario(["A", "B"], [measure("A"), measure("B")], both, START)

    assert found.avoided_tco2e == Decimal("0.375")
    assert found.not_additive_tco2e == Decimal("0.125")
    assert (found.emissions_tco2e, found.gap_tco2e) == (Decimal("999.625"), Decimal("199.625"))


def test_savings_on_a_point_never_exceed_its_use_and_their_order_is_of_no_account() -> None:
    rows = [saving("A", 900, use=1000), saving("B", 700, use=1000), saving("C", 5000, use=1000)]

    assert avoided(*rows) == avoided(*reversed(rows)) == Decimal("0.5")


def test_on_different_points_and_carriers_savings_add_up() -> None:
    rows = [
        saving("A", 500, "P", 1000),
        saving("B", 500, "Q", 1000),
        saving("B", 500, "P", 1000, carrier="natural_gas"),
    ]

    assert avoided(*rows) == Decimal("0.75")


def test_what_a_measure_uses_more_of_is_taken_off_what_it_avoids() -> None:
    rows = [
        saving("A", 1000, "G", 4000, carrier="natural_gas"),
        saving("A", -400, "P", 100),
    ]

    assert avoided(*rows) == Decimal("0.3")


def test_measures_without_a_known_point_or_use_are_added_up() -> None:
    assert avoided(saving("A", 600, None), saving("B", 600, None)) == Decimal("0.6")
    assert avoided(saving("A", 600, "P"), saving("B", 600, "P")) == Decimal("0.6")


def test_a_point_that_uses_nothing_saves_nothing() -> None:
    assert avoided(saving("A", 600, "P", 0)) == 0


@pytest.mark.parametrize(
    ("since", "until", "share"),
    [
        (date(2028, 5, 1), date(2040, 1, 1), Decimal(1)),
        (date(2030, 7, 2), None, Decimal(183) / 365),
        (date(2020, 1, 1), date(2030, 1, 1), Decimal(0)),
        (date(2031, 1, 1), date(2040, 1, 1), Decimal(0)),
        (None, None, Decimal(0)),
    ],
)
def test_a_measure_counts_for_the_days_of_the_year_on_which_it_runs(
    since: date | None, until: date | None, share: Decimal
) -> None:
    assert share_of_year({"saves_from": since, "saves_until": until}, 2030) == share


def test_a_tonne_costs_what_all_cost_a_year_over_what_they_avoid_in_a_whole_one() -> None:
    """60 and 100 a year for 2 and 3 tonnes, the second running half of the target year."""
    late = measure("B", 100, saves_from=date(2030, 7, 2))
    rows = [saving("A", 4000, "P"), saving("B", 6000, "Q")]

    found = scenario(["A", "B"], [measure("A", 60), late], rows, START)

    assert found.cost_per_tonne_eur == Decimal(32)
    assert found.capex_eur == Decimal(1600)
    assert found.avoided_tco2e == Decimal(2) + (Decimal(3) * 183 / 365).quantize(
        Decimal("0.000001")
    )


def test_without_a_cost_or_anything_avoided_a_tonne_has_no_price() -> None:
    unknown = scenario(["A"], [measure("A", None)], [saving("A", 10)], START)
    nothing = scenario(["A"], [measure("A")], [saving("A", -10)], START)

    assert unknown.cost_per_tonne_eur is nothing.cost_per_tonne_eur is None
    assert unknown.without_cost == ("A",)


def test_what_has_no_factor_is_named_and_not_counted() -> None:
    blind = measure("A", annual_abatement_tco2e=None)
    found = scenario(["A"], [blind], [saving("A", 10, kg_co2e_per_kwh=None)], START)

    assert (found.avoided_tco2e, found.without_figure) == (Decimal(0), ("A",))


def test_without_emissions_or_a_path_what_is_avoided_is_still_told() -> None:
    found = scenario(["A"], [measure("A")], [saving("A", 2000)], Start(None, None, 2030))

    assert (found.avoided_tco2e, found.emissions_tco2e, found.gap_tco2e) == (Decimal(1), None, None)


def test_a_code_that_is_not_on_the_ledger_is_named() -> None:
    with pytest.raises(ValueError, match="not on the ledger: X; there are A"):
        scenario(["A", "X"], [measure("A")], [], START)


def test_the_table_has_nothing_all_funded_all_planned_and_each_alone_cheapest_first() -> None:
    ledger = [
        measure("W", 1, reason="no_saving_declared"),
        measure("A", 100),
        measure("B", 10, "in_progress"),
        measure("C", 1, "completed"),
        measure("D", 1, "abandoned"),
    ]
    rows = [saving("A", 2000, "P"), saving("B", 2000, "Q"), saving("C", 2000, "R")]

    named = table_of_scenarios(ledger, rows, START)

    told = [(one.kind, one.measure_id, one.scenario.measures) for one in named]
    assert told == [
        ("none", None, ()),
        ("funded", None, ("B",)),
        ("planned", None, ("A", "B")),
        ("alone", "B", ("B",)),
        ("alone", "A", ("A",)),
    ]
    assert named[0].scenario.emissions_tco2e == Decimal(1000)


def test_payback_is_of_the_measures_that_lower_what_is_paid() -> None:
    """1,000 of capital at 250 a year; what saves no money is not in it."""
    rows = [measure("A", yearly_saving_eur=Decimal(250)), measure("B"), measure("C", None)]

    assert scenario(["A", "B", "C"], rows, [], START).payback_years == 4
    assert scenario(["B"], rows, [], START).payback_years is None


def test_promises_are_held_against_whole_measured_years_of_energy() -> None:
    def year(code: str, saved: int, expected: int, unsure: int, **more: Any) -> Row:
        return {
            "measure_id": code, "unit": "kWh", "months_12m": 12, "saving_12m": Decimal(saved),
            "expected_12m": Decimal(expected), "uncertainty_12m": Decimal(unsure), **more,
        }  # fmt: skip

    rows = [
        year("A", 150, 160, 3),
        year("B", 10, 40, 4),
        year("C", 9, 9, 9, unit="m3"),
        year("D", 5, 5, 5, months_12m=9),
    ]

    assert realised(rows) == Realised(Decimal(80), Decimal("2.5"), 2)
    assert realised(rows[2:]) is None
