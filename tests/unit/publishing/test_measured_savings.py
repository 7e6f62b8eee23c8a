"""Savings by the meters leave the house only of measures whose holders are enough, and were counted."""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.protecting.measure_savings import SAVINGS, measured_savings

ROW = {
    "district_id": "d", "month": "2026-10", "measure_id": "M1", "carrier": "electricity", "unit": "kWh",
    "reason": None, "works_of": None,
    "model_grade": "A", "shared": True, "points": 2, "points_measured": 2, "saving": Decimal(9),
    "baseline": Decimal(99), "months_12m": 9, "saving_12m": Decimal(81), "uncertainty_12m": Decimal(8),
    "expected_12m": Decimal(90), "avoided_12m_tco2e": Decimal(1), "months_cumulated": 9,
    "saving_cumulated": Decimal(81), "uncertainty_cumulated": Decimal(8), "reporting_year": 1,
    "persistence": None, "share_change_per_year": Decimal("0.02"), "share_change_uncertainty": Decimal("0.01"),
    "drifts": True,
}  # fmt: skip
PLACE = {"district_id", "month", "measure_id", "carrier", "unit", "suppressed"}


def test_a_measure_that_may_be_told_has_its_saving_and_no_baseline() -> None:
    [row] = measured_savings([ROW], set(), {("M1", "electricity")})

    assert set(row) == set(SAVINGS.names)
    assert (row["saving_12m"], row["suppressed"]) == (81, False)
    assert not {"saving", "baseline", "points"} & set(row)


def test_of_a_hidden_measure_no_amount_is_told() -> None:
    [row] = measured_savings([{**ROW, "reason": "gap"}], {"M1"}, {("M1", "electricity")})

    assert {name for name, value in row.items() if value is not None} == PLACE | {"reason"}


def test_a_carrier_whose_holders_nobody_counted_is_not_told() -> None:
    [row] = measured_savings([ROW], set(), {("M1", "natural_gas")})

    assert row["suppressed"]
    assert {name for name, value in row.items() if value is not None} == PLACE
