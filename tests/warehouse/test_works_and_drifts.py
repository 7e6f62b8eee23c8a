"""Which months works silence, whose works they are, what drifts, and water: a measure in cubic metres."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from scipy import stats

from tests.warehouse.arrived import midnight, point, reading
from tests.warehouse.measured import FIRST, LAST, acts, days, found, measure, meter, reasons
from tests.warehouse.models import Models, one

SECOND = measure("B", date(2026, 2, 3), date(2026, 4, 20), saves=500)


def test_works_of_another_measure_silence_the_months_they_overlap_and_say_whose_they_are(
    models: Models,
) -> None:
    rows = found(models, meter(), [measure(), SECOND], acts("A") + acts("B"))

    told = reasons(rows)
    assert [month for month in told if told[month] == "blackout" and month > "2025-07"] == [
        "2026-02", "2026-03", "2026-04",
    ]  # fmt: skip
    works = {
        row["month"]: row["works_of"]
        for row in rows["fct_measure_savings"]
        if row["measure_id"] == "A"
    }
    assert {month for month, code in works.items() if code == "B"} == {
        "2026-02",
        "2026-03",
        "2026-04",
    }
    assert works["2025-06"] is None, "its own works are no other's"
    during = one(rows["fct_measure_savings"], measure_id="A", month="2026-03")
    before = one(rows["fct_measure_savings"], measure_id="A", month="2026-01")
    # What was measured before the works stays measured while they last.
    assert (during["months_12m"], during["saving_12m"]) == (6, before["saving_cumulated"])


def test_works_silence_a_point_from_the_day_they_reach_it(models: Models) -> None:
    reaches_later = [{**row, "valid_from": date(2026, 9, 10)} for row in acts("B")]
    lasts = measure("B", date(2026, 2, 3), None)

    rows = found(models, meter(), [measure(), lasts], acts("A") + reaches_later)

    told = reasons(rows)
    assert {told[f"2026-{n:02}"] for n in range(2, 9)} == {None}
    assert (told["2026-09"], told["2026-10"]) == ("blackout", "blackout")
    assert min(reasons(rows, "B")) == "2026-09"


def test_a_step_does_not_drift_and_a_share_that_goes_on_growing_does(models: Models) -> None:
    """Two points of every hundred a year, by least squares of our own."""

    def month(number: int, drift: float) -> dict[str, object]:
        baseline = 1000 + 700 * np.cos(number * np.pi / 6)
        noise = (7, -4, 3, -8, 5, 1, -6, 4, -2, 6, -5, 2)[number % 12]
        saved = baseline * (0.2 + drift * number / 12) + noise
        return {
            "district_id": "d", "measure_id": "A", "point_id": "p", "carrier": "electricity",
            "month": f"{2024 + number // 12}-{number % 12 + 1:02}", "month_index": 24288 + number, "counts": True,
            "reporting_year": number // 12 + 1, "measures_in_place": 1, "months_in_year": number % 12 + 1,
            "months_since": number + 1, "saving": Decimal(f"{saved:.6f}"), "baseline": Decimal(f"{baseline:.6f}"),
            "saving_in_year": Decimal(1), "baseline_in_year": Decimal(5),
        }  # fmt: skip

    for drift, drifts in ((0.0, False), (0.05, True)):
        given = [month(number, drift) for number in range(18)]
        rows = models.run({"int_measure_running": given}, "fct_measure_savings")
        told = {row["month"]: row for row in rows["fct_measure_savings"]}

        assert {m for m, row in told.items() if row["drifts"] is None} == {
            f"2024-{n:02}" for n in range(1, 9)
        }
        baseline, saving = (
            np.array([float(row[name]) for row in given]) for name in ("baseline", "saving")
        )
        columns = np.column_stack([baseline, baseline * np.arange(18)])
        line, left, *_ = np.linalg.lstsq(columns, saving, rcond=None)
        error = np.sqrt(left[0] / 16 * np.linalg.inv(columns.T @ columns)[1, 1])
        last = told["2025-06"]
        assert float(last["share_change_per_year"]) == pytest.approx(12 * line[1], abs=1e-8)
        half = 12 * stats.t.ppf(0.95, 16) * error
        assert float(last["share_change_uncertainty"]) == pytest.approx(half, rel=1e-3)
        assert last["drifts"] is drifts


def test_water_is_measured_in_cubic_metres_through_the_same_ledger(models: Models) -> None:
    """Ten cubic metres a day, seven since the leak was repaired in August."""
    repaired, shown, readings = date(2025, 8, 20), Decimal(100), []
    for day in days(FIRST, LAST):
        if day.day == 1:
            readings.append(reading(day, shown, point_id="w", carrier="water", unit="m3"))
        shown += 7 if day >= repaired else 10
    readings.append(reading(LAST, shown, point_id="w", carrier="water", unit="m3"))
    leak = measure(
        "L", date(2025, 8, 11), repaired, saving_electricity_kwh=None, saving_water_m3=Decimal(900)
    )

    rows = found(
        models, meter(), [leak], acts("L", "w"), stg_meter_registers=readings,
        stg_metering_points=[point("p", "electricity"), point("w", "water", water_source="potable_network")],
    )  # fmt: skip

    last = one(rows["fct_measure_savings"], month="2026-10")
    assert (last["unit"], last["carrier"], last["reason"], last["months_12m"]) == (
        "m3",
        "water",
        None,
        12,
    )
    assert float(last["saving_12m"]) == pytest.approx(365 * 3, abs=0.01)
    assert float(last["uncertainty_12m"]) == pytest.approx(0, abs=0.05)
    assert last["expected_12m"] == 900
    assert last["avoided_12m_tco2e"] is None
    # Water has no baseline of its own: only the year before the measure, and no degree days.
    model = one(rows["int_baseline_models"], carrier="water")
    assert (model["baseline_of"], model["model_type"]) == ("before_measures", "intercept_only")
    assert midnight(model["baseline_end"]) <= midnight(date(2025, 8, 11))
