"""Amounts of measures on one firm's points, and of money that one firm pays: hidden, with what would give them back."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.publishing.protecting.funding import protected_funding
from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.measure_tables import (
    hidden_measures,
    measure_tables,
    measured,
)
from tests.unit.publishing.test_scenarios import measure, saving

Row = dict[str, Any]
LIMITS = Limits()
MONTH = "2026-10"


def of(code: str, holder: str | None, kwh: int = 1000, kind: str = "firm") -> Row:
    return saving(code, kwh, f"point of {holder}", holder_group=holder, holder_kind=kind)


THREE = [of("SHARED", "arno"), of("SHARED", "bisenzio"), of("SHARED", "calice")]


def test_a_measure_is_told_where_three_firms_or_only_public_bodies_hold_its_points() -> None:
    rows = [
        *THREE,
        of("ALONE", "arno"),
        of("TOWN", "comune", kind="public"),
        of("MIXED", "comune", kind="public"),
        of("MIXED", "arno"),
        saving("NOWHERE", 10, None, holder_group=None, holder_kind=None),
    ]
    ledger = [
        measure(code) for code in ("SHARED", "ALONE", "TOWN", "MIXED", "NOWHERE", "SAYS_NOTHING")
    ]

    assert hidden_measures(ledger, rows, LIMITS) == {"ALONE", "MIXED", "NOWHERE", "SAYS_NOTHING"}


def test_three_firms_of_which_one_is_nearly_all_hide_it() -> None:
    rows = [of("A", "arno", 10_000), of("A", "bisenzio", 1000), of("A", "calice", 1000)]

    assert hidden_measures([measure("A")], rows, LIMITS) == {"A"}


def published(folder: Path, ledger: list[Row], savings: list[Row]) -> dict[str, list[Row]]:
    """The tables made of these rows, where 1,000 t are emitted and the path ends at 800."""
    place = {"district_id": "d", "month": MONTH}
    more = {"as_of": None, "name": "n", "action_field": None, "owner": "o"}
    trajectory = {
        "target_year": 2030,
        "target_tco2e": Decimal(800),
        "energy_tco2e_12m": Decimal(1000),
    }
    for name, rows in (
        ("fct_measures", [{**place, **more, **row} for row in ledger]),
        ("fct_measure_savings_at_points", [{**place, **row} for row in savings]),
        ("fct_emission_trajectory", [{**place, **trajectory}]),
    ):
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")
    made = measure_tables(folder, MONTH, set(), set(), {}, LIMITS)
    return {name: table.to_pylist() for name, table in made.items()}


def shown(rows: list[Row]) -> list[tuple[str, str | None]]:
    return [(row["kind"], row["measure_id"]) for row in rows if not row["suppressed"]]


def test_a_hidden_measure_keeps_its_name_and_loses_every_amount(tmp_path: Path) -> None:
    made = published(tmp_path, [measure("ALONE")], [of("ALONE", "arno")])

    (row,) = made["measures"]
    assert (row["name"], row["suppressed"]) == ("n", True)
    amounts = [name for name in row if name.endswith(("_eur", "_kwh", "_m3", "_tco2e", "_years"))]
    assert [name for name in amounts if row[name] is not None] == []
    assert shown(made["measure_scenarios"]) == [("none", None)]


def test_a_set_is_told_where_what_is_hidden_of_it_is_of_enough_firms(tmp_path: Path) -> None:
    codes = ("arno", "bisenzio", "calice")
    ledger = [measure("TOWN"), *(measure(code) for code in codes)]
    rows = [of("TOWN", "comune", kind="public"), *(of(code, code) for code in codes)]

    made = published(tmp_path, ledger, rows)

    assert shown(made["measure_scenarios"]) == [
        ("none", None),
        ("planned", None),
        ("alone", "TOWN"),
    ]


def test_a_set_that_differs_from_the_one_before_by_one_firms_measure_is_not_told(
    tmp_path: Path,
) -> None:
    ledger = [measure("SHARED", status="funded"), measure("ALONE")]

    made = published(tmp_path, ledger, [*THREE, of("ALONE", "arno")])

    assert shown(made["measure_scenarios"]) == [
        ("none", None),
        ("funded", None),
        ("alone", "SHARED"),
    ]


def test_where_emissions_are_hidden_no_set_tells_what_is_left(tmp_path: Path) -> None:
    published(tmp_path, [measure("TOWN")], [of("TOWN", "comune", kind="public")])

    made = measure_tables(tmp_path, MONTH, {("d", MONTH, "EMI11")}, set(), {}, LIMITS)

    rows = made["measure_scenarios"].to_pylist()
    assert [row["emissions_tco2e"] for row in rows] == [None] * len(rows)
    assert rows[-1]["avoided_tco2e"] == Decimal("0.5")


def money(source: str, stage: str, amount: int, *of_firms: int) -> Row:
    sizes = [Decimal(one) for one in sorted(of_firms, reverse=True)]
    return {
        "district_id": "d",
        "month": MONTH,
        "funding_source": source,
        "stage": stage,
        "amount_eur": Decimal(amount),
        "projects": 4,
        "firms": len(sizes),
        "firms_eur": sum(sizes, Decimal(0)),
        "largest_eur": sizes[0] if sizes else None,
        "second_eur": sizes[1] if len(sizes) > 1 else None,
        "as_of_first": None,
        "as_of_last": None,
    }


def test_private_money_is_told_where_three_projects_of_firms_alone_hold_it() -> None:
    rows = [
        money("private", "granted", 300, 60, 40),
        money("FESR", "granted", 500),
        money("municipal", "granted", 80),
        money("private", "paid", 90, 40, 30, 20),
        money("FESR", "paid", 300),
    ]

    made = {(r["funding_source"], r["stage"]): r for r in protected_funding(rows, LIMITS)}

    # What public bodies pay is told by themselves, so none of it covers for firms.
    assert {place for place, row in made.items() if row["suppressed"]} == {("private", "granted")}
    assert made["private", "granted"]["amount_eur"] is None
    assert made["private", "paid"]["amount_eur"] == 90


def test_what_firms_pay_elsewhere_does_not_give_a_hidden_cell_of_their_stage_back() -> None:
    rows = [
        money("private", "paid", 100, 40, 30, 30),
        money("EPC", "paid", 50, 50),
        money("state", "paid", 80),
    ]

    hidden = [r["funding_source"] for r in protected_funding(rows, LIMITS) if r["suppressed"]]
    assert hidden == ["private", "EPC"]


def metered(saving: int, unsure: int, months: int = 12, **more: Any) -> Row:
    return {
        "measure_id": "A",
        "reason": None,
        "shared": False,
        "unit": "kWh",
        "saving_12m": Decimal(saving),
        "uncertainty_12m": Decimal(unsure),
        "months_12m": months,
        **more,
    }


def test_the_price_of_a_measured_tonne_is_what_was_expected_over_what_was_saved() -> None:
    """Half of the expected kWh are saved: a tonne costs twice as much."""
    expected = {
        **measure("A"),
        "cost_per_tonne_eur": Decimal(100),
        "expected_saving_kwh": Decimal(1000),
    }

    found = measured(expected, [metered(500, 100), metered(9, 9, measure_id="B")])

    assert found["measured_cost_per_tonne_eur"] == 200
    assert (found["measured_saving_kwh"], found["measured_uncertainty_kwh"]) == (500, 100)
    for rows in ([metered(500, 100, 9)], [metered(50, 100)], [metered(300, 30), metered(300, 40)]):
        assert measured(expected, rows)["measured_cost_per_tonne_eur"] is None
    assert (
        measured(expected, [metered(300, 30), metered(300, 40)])["measured_uncertainty_kwh"] == 50
    )


def test_a_measure_that_is_not_measured_in_every_carrier_says_why() -> None:
    blind = metered(0, 0, 0, saving_12m=None, uncertainty_12m=None, reason="blackout")

    assert measured(measure("A"), [metered(500, 100), blind]) == {"measured_reason": "blackout"}
    assert measured(measure("A"), []) == {"measured_reason": None}
