"""Points of the sample that must have no model, and measures that must have no saving, say why by a stable name."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.landing.files import read_parquet
from sample.months import months
from sample.truth import saved
from tests.end_to_end.conftest import SamplePlayed

KWH_PER_SMC = Decimal("35.253") / Decimal("3.6")
"""UNFCCC's net calorific value of natural gas in Italy."""
PLANTED = {
    "PRA-M-05": ("prato", "00999100000005", KWH_PER_SMC),
    "PRA-M-09": ("prato", "IT001E99100007", Decimal("0.001")),
    "PRA-M-10": ("prato", "PRA-U-005", Decimal(1)),
    "BER-M-01": ("bergamo", "00999300000002", KWH_PER_SMC),
}
"""Public measures with a real effect: district, point, and what one unit of its truth is in the ledger's."""


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
    assert Decimal(0) < burners["saving_12m"] < burners["expected_12m"]
    # Lamps were changed in the first months of the sample; two measures at one point wait for the works of the second.
    assert october["PRA-M-06", "electricity"]["reason"] == "not_enough_before"
    boilers = october["PRA-M-02", "natural_gas"]
    assert (boilers["reason"], boilers["works_of"]) == ("blackout", "PRA-M-03")


@pytest.mark.parametrize("measure", PLANTED)
def test_the_planted_effect_lies_within_the_interval(
    sample_played: SamplePlayed, measure: str
) -> None:
    city, point, per_unit = PLANTED[measure]
    rows = read_parquet(sample_played.home / "marts" / "fct_measure_savings.parquet").to_pylist()
    [last] = [row for row in rows if (row["measure_id"], row["month"]) == (measure, "2026-10")]
    counted = months("2025-11" if last["months_12m"] == 12 else "2026-01", "2026-10")
    assert last["months_12m"] == len(counted)

    planted = sum((Decimal(saved(city, point, month)) for month in counted), Decimal(0)) * per_unit

    assert abs(last["saving_12m"] - planted) <= last["uncertainty_12m"]
    assert last["uncertainty_12m"] < planted, "an interval that says something"


def test_prato_reads_what_its_public_measures_saved(sample_played: SamplePlayed) -> None:
    """Walls as expected, lamps clearly less, water in cubic metres: told with interval beside what was expected."""
    folder = sample_played.edition("2026-10")
    rows = read_parquet(folder / "tables" / "measure_savings.parquet").to_pylist()
    told = {
        row["measure_id"]: row for row in rows if not row["suppressed"] and row["months_12m"] == 12
    }

    assert set(told) == {"PRA-M-05", "PRA-M-09", "PRA-M-10"}
    off = {m: row["expected_12m"] - row["saving_12m"] for m, row in told.items()}
    unsure = {m: row["uncertainty_12m"] for m, row in told.items()}
    assert abs(off["PRA-M-05"]) <= unsure["PRA-M-05"]
    assert off["PRA-M-09"] > unsure["PRA-M-09"]
    assert (told["PRA-M-10"]["unit"], abs(off["PRA-M-10"]) <= unsure["PRA-M-10"]) == ("m3", True)
    page = (folder / "prato" / "it" / "report.html").read_text(encoding="utf-8")
    assert "sotto l’atteso" in page
    assert "come atteso" in page
