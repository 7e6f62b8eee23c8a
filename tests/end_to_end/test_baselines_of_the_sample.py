"""Points of the sample that must have no model, and measures that must have no saving, say why by a stable name."""

from __future__ import annotations

from decimal import Decimal

from pipelines.landing.files import read_parquet
from tests.end_to_end.conftest import SamplePlayed


def test_a_point_without_a_year_of_readings_has_no_model(sample_played: SamplePlayed) -> None:
    rows = read_parquet(sample_played.home / "marts" / "fct_baseline_models.parquet").to_pylist()
    own = {row["point_id"]: row for row in rows if row["baseline_of"] == "first_year"}

    assert {point: row["reason"] for point, row in own.items() if row["reason"]} == {
        "IT012E99300005": "incorrect_number_of_total_days"
    }
    assert own["IT012E99300005"]["model_grade"] == "D"


def test_measures_are_measured_where_meters_tell_them(sample_played: SamplePlayed) -> None:
    rows = read_parquet(sample_played.home / "marts" / "fct_measure_savings.parquet").to_pylist()
    october = {
        (row["measure_id"], row["carrier"]): row for row in rows if row["month"] == "2026-10"
    }

    # Its works ended in December; ten months are measured, less than the register expects of them.
    burners = october["PAR-M-02", "natural_gas"]
    assert (burners["reason"], burners["months_12m"], burners["model_grade"]) == (None, 10, "A")
    assert Decimal(0) < burners["saving_12m_kwh"] < burners["expected_12m_kwh"]
    # Lamps were changed in the first months of the sample; two measures at one point wait for the works of the second.
    assert october["PRA-M-06", "electricity"]["reason"] == "not_enough_before"
    assert october["PRA-M-02", "natural_gas"]["reason"] == "blackout"
