"""What measures save by the meters: a worked example to check by hand, and why a month is not told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from scipy import stats

from tests.warehouse.arrived import KNOWN_AT, midnight
from tests.warehouse.measured import (
    Row,
    acts,
    days,
    found,
    measure,
    meter,
    of_month,
    reasons,
    temperature,
)
from tests.warehouse.models import Models, one
from tests.warehouse.small_district import DISTRICT


def test_a_saving_is_what_would_have_been_used_less_what_was(models: Models) -> None:
    rows = found(models, meter(), [measure()], acts())

    told = reasons(rows)
    assert [month for month, reason in told.items() if reason == "blackout"] == [
        "2025-06",
        "2025-07",
    ]
    assert {reason for month, reason in told.items() if month > "2025-07"} == {None}
    model = one(rows["int_baseline_models"], baseline_of="before_measures", point_id="p")
    assert (model["baseline_start"], model["baseline_end"]) == (date(2024, 6, 1), date(2025, 6, 1))
    january = one(rows["fct_measure_savings"], month="2026-01")
    assert float(january["baseline"]) == pytest.approx(float(of_month("2026-01")), abs=1e-4)
    assert float(january["saving"]) == pytest.approx(float(of_month("2026-01") / 5), abs=1e-4)
    assert january["expected_saving"] == 100
    assert float(january["uncertainty"]) == pytest.approx(0, abs=1e-3)
    year = [f"{2025 + n // 12}-{n % 12 + 1:02}" for n in range(10, 22)]
    last = one(rows["fct_measure_savings"], month="2026-10")
    assert (last["months_12m"], last["months_cumulated"], last["reporting_year"]) == (12, 15, 2)
    assert float(last["saving_12m"]) == pytest.approx(float(sum(map(of_month, year)) / 5), abs=1e-3)
    assert float(last["share_of_baseline"] or 0) == 0, "three months do not make a year"


def test_persistence_is_told_once_most_of_a_later_year_is_measured(models: Models) -> None:
    """A fifth of what would have been used in the first year, three twentieths in the second."""

    def month(number: int) -> Row:
        year, of_year = number // 12, number % 12 + 1
        saved = of_year * (20 if year == 0 else 15)
        return {
            "district_id": DISTRICT, "measure_id": "A", "point_id": "p", "carrier": "electricity",
            "month": f"{2024 + year}-{of_year:02}", "month_index": number, "reporting_year": year + 1, "counts": True,
            "measures_in_place": 1, "saving_in_year": Decimal(saved), "baseline_in_year": Decimal(100 * of_year),
            "months_in_year": of_year,
        }  # fmt: skip

    rows = models.run({"int_measure_running": [month(n) for n in range(24)]}, "fct_measure_savings")

    told = {row["month"]: row["persistence"] for row in rows["fct_measure_savings"]}
    assert min(month for month, persists in told.items() if persists is not None) == "2025-09"
    assert told["2025-12"] == Decimal("0.75")


def test_measures_at_one_point_share_its_saving_and_never_claim_a_kwh_twice(models: Models) -> None:
    second = measure("B", date(2026, 2, 3), date(2026, 2, 20), saves=500)

    rows = found(models, meter(), [measure(), second], acts("A") + acts("B"))

    assert reasons(rows)["2026-02"] == "blackout"
    assert reasons(rows, "B")["2026-02"] == "blackout"
    for month in ("2026-01", "2026-03", "2026-10"):
        parts = [r["saving"] for r in rows["int_measure_shares"] if r["month"] == month]
        assert (
            sum(part for part in parts if part is not None)
            == one(rows["int_measured_point_months"], month=month)["saving"]
        )
    assert [r["baseline_of"] for r in rows["int_baseline_models"]] == ["before_measures", "first_year"]  # fmt: skip
    a = one(rows["fct_measure_savings"], month="2026-10", measure_id="A")
    b = one(rows["fct_measure_savings"], month="2026-10", measure_id="B")
    assert a["shared"]
    assert float(a["saving"] / b["saving"]) == pytest.approx(1200 / 500)
    both = float(a["saving"] + b["saving"])
    assert both == pytest.approx(float(of_month("2026-10") / 5), abs=1e-4)


def test_what_is_shared_needs_what_each_declares(models: Models) -> None:
    second = measure("B", date(2026, 2, 3), date(2026, 2, 20), saves=0)

    rows = found(models, meter(), [measure(), second], acts("A") + acts("B"))

    assert reasons(rows)["2026-01"] is None
    assert reasons(rows)["2026-03"] == "expected_saving_not_declared"
    assert one(rows["fct_measure_savings"], month="2026-03", measure_id="A")["saving"] is None


def test_a_measure_counts_a_month_where_all_of_its_points_do(models: Models) -> None:
    lost = [row for row in meter("q") if row["interval_start"] != midnight(date(2026, 4, 9))]

    rows = found(models, meter() + lost, [measure()], acts("A", "p", "q"))

    april, may = (one(rows["fct_measure_savings"], month=month) for month in ("2026-04", "2026-05"))
    assert (april["reason"], april["saving"], april["points_measured"]) == ("gap", None, 1)
    assert float(may["saving"]) == pytest.approx(float(2 * of_month("2026-05") / 5), abs=1e-4)
    assert may["saving_12m"] == sum(
        row["saving"] for row in rows["fct_measure_savings"]
        if "2025-06" <= row["month"] <= "2026-05" and row["saving"] is not None
    )  # fmt: skip


def test_declared_events_are_no_evidence(models: Models) -> None:
    event = {
        "district_id": DISTRICT, "source_id": "m", "event_id": "N", "scope": "site", "code": "p",
        "starts_on": date(2026, 8, 3), "ends_on": date(2026, 8, 30), "description": "stop", "month": None,
        "flow_rank": 0, "sha256": "0" * 64, "source_row": 1, "known_at": KNOWN_AT,
    }  # fmt: skip

    rows = found(models, meter(), [measure()], acts(), stg_non_routine_events=[event])

    assert [m for m, reason in reasons(rows).items() if reason == "non_routine_event"] == [
        "2026-08"
    ]


def test_a_year_is_asked_for_before_a_measure(models: Models) -> None:
    rows = found(models, meter(first=date(2024, 10, 1)), [measure()], acts())

    told = {reason for month, reason in reasons(rows).items() if month > "2025-07"}
    assert told == {"not_enough_before"}


def test_a_model_that_tells_little_tells_no_saving(models: Models) -> None:
    rows = found(models, meter(noise=90), [measure()], acts())

    model = one(rows["int_baseline_models"], baseline_of="before_measures", point_id="p")
    assert model["model_grade"] in "CD"
    told = {reason for month, reason in reasons(rows).items() if month > "2025-07"}
    assert told == {"model_grade_c_or_d"}


def test_a_measure_that_lasts_or_is_given_up_claims_nothing(models: Models) -> None:
    lasts = found(models, meter(), [measure(ends=None)], acts())
    given_up = found(models, meter(), [measure(status="abandoned")], acts())

    assert set(reasons(lasts).values()) == {"blackout"}
    assert given_up["fct_measure_savings"] == []


def test_avoided_emissions_are_the_saving_at_the_factor_of_the_month(models: Models) -> None:
    expected = {
        "district_id": DISTRICT, "measure_id": "A", "carrier": "electricity", "unit": "kWh", "point_id": "p",
        "expected_saving": Decimal(1200), "kg_co2e_per_kwh": Decimal("0.25"),
    }  # fmt: skip
    of_months = [{**expected, "month": f"2026-{n:02}"} for n in range(1, 11)]

    rows = found(models, meter(), [measure()], acts(), int_measure_point_savings=of_months)

    march = one(rows["fct_measure_savings"], month="2026-03")
    assert float(march["avoided_tco2e"]) == pytest.approx(
        float(of_month("2026-03")) / 5 * 0.25e-3, abs=1e-7
    )


def test_the_interval_of_a_year_is_that_of_least_squares(models: Models) -> None:
    rows = found(models, meter(noise=12), [measure()], acts())

    by_month: dict[str, list[float]] = {}
    for row in meter(noise=12):
        by_month.setdefault(row["month"], []).append(float(row["quantity"]))
    model = one(rows["int_baseline_models"], baseline_of="before_measures", point_id="p")
    months = sorted(by_month)
    before, after = (
        [m for m in months if "2024-06" <= m <= "2025-05"], [m for m in months if "2025-11" <= m <= "2026-10"],
    )  # fmt: skip
    cold, warm = model["heating_balance_point"], model["cooling_balance_point"]

    def seen(month: str) -> list[float]:
        start = date.fromisoformat(f"{month}-01")
        each = list(days(start, (start + timedelta(days=31)).replace(day=1)))
        found = [float(len(each)), sum(max(float(cold) - temperature(day), 0) for day in each)]
        return (
            found
            if warm is None
            else [*found, sum(max(temperature(day) - float(warm), 0) for day in each)]
        )

    columns = np.array([seen(m) for m in before])
    weights = 1 / np.sqrt(columns[:, 0])
    usage = np.array([sum(by_month[m]) for m in before])
    beta, left, *_ = np.linalg.lstsq(columns * weights[:, None], usage * weights, rcond=None)
    year = np.array([seen(m) for m in after]).sum(axis=0)
    known = np.linalg.inv((columns * weights[:, None]).T @ (columns * weights[:, None]))
    free = 12 - columns.shape[1]
    widened = max(1, 12 / model["independent_periods"])
    half = stats.t.ppf(0.95, free) * np.sqrt(
        widened * left[0] / free * (year[0] + year @ known @ year)
    )
    last = one(rows["fct_measure_savings"], month="2026-10")
    assert float(last["saving_12m"]) == pytest.approx(
        float(year @ beta) - sum(sum(by_month[m]) for m in after), rel=1e-6
    )
    assert float(last["uncertainty_12m"]) == pytest.approx(half, rel=1e-3)
