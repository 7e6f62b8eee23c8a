"""What the ledger of measures says and what meters saved is what the raw files give when worked out by other means."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from sample.deliver import MONTHS
from tests.end_to_end.conftest import SamplePlayed
from tests.end_to_end.raw_files import Raw
from tests.end_to_end.recomputed import Recomputed
from tests.end_to_end.recomputed_measures import Measures, yearly_cost

CITIES = ("prato", "parma", "bergamo", "roma")
MOMENT = datetime(2026, 11, 10, 8, tzinfo=UTC)
OCTOBER = Decimal("0.005")
"""How far Prato's October curves may be off: their sender sums the hour that comes twice."""
Row = dict[str, Any]


@pytest.fixture(scope="module")
def ledgers(checkout: Path, sample_played: SamplePlayed) -> dict[str, Measures]:
    raw = Raw(sample_played.home / "inbox", MOMENT)
    folders = checkout / "sample" / "districts", checkout / "pipelines" / "catalogue" / "factors"
    return {city: Measures(Recomputed(raw, city, *folders)) for city in CITIES}


def rows_of(sample_played: SamplePlayed, mart: str) -> list[Row]:
    return pq.read_table(sample_played.home / "marts" / f"{mart}.parquet").to_pylist()


def test_every_measured_month_is_what_least_squares_of_our_own_give(
    sample_played: SamplePlayed, ledgers: dict[str, Measures]
) -> None:
    """Also which months are not told: works, gaps, years that are too short before the works."""
    measured = set()
    for row in rows_of(sample_played, "fct_measure_savings"):
        place = row["measure_id"], row["carrier"], row["month"]
        ours = ledgers[row["district_id"]].saved(*place)
        if ours is None:
            assert row["saving"] is None, place
            continue
        assert row["saving"] is not None, (place, row["reason"])
        saving = sum(each.baseline - each.used for each in ours.values())
        close = sum(each.used for each in ours.values()) * (
            1e-6 if place[2][5:] != "10" else float(OCTOBER)
        )
        assert float(row["saving"]) == pytest.approx(saving, abs=close), place
        measured.add(place[:2])
    assert measured == {
        ("PRA-M-05", "natural_gas"), ("PRA-M-09", "electricity"), ("PRA-M-10", "water"),
        ("PAR-M-02", "natural_gas"), ("BER-M-01", "natural_gas"),
    }  # fmt: skip


def test_the_year_and_its_interval_are_what_matrices_give(
    sample_played: SamplePlayed, ledgers: dict[str, Measures]
) -> None:
    told = 0
    for row in rows_of(sample_played, "fct_measure_savings"):
        if row["month"] == MONTHS[-1] and row["months_12m"]:
            found = ledgers[row["district_id"]].year_of(
                row["measure_id"], row["carrier"], row["month"]
            )
            assert found is not None
            months, saving, half = found
            assert months == row["months_12m"]
            assert float(row["saving_12m"]) == pytest.approx(saving, rel=1e-3)
            assert float(row["uncertainty_12m"]) == pytest.approx(half, rel=1e-4)
            told += 1
    assert told == 5


def test_what_a_measure_costs_and_avoids_is_what_its_register_gives(
    sample_played: SamplePlayed, ledgers: dict[str, Measures]
) -> None:
    rows = [
        row for row in rows_of(sample_played, "fct_measures") if row["month"][5:] in ("03", "10")
    ]
    assert len(rows) > 40
    for row in rows:
        ledger, place = ledgers[row["district_id"]], (row["measure_id"], row["month"])
        tonnes = ledger.abatement(row["month"]).get(row["measure_id"])
        assert (row["annual_abatement_tco2e"] is None) == (tonnes is None), place
        if tonnes is not None:
            assert abs(row["annual_abatement_tco2e"] - tonnes) < Decimal("1e-6"), place
        [one] = [each for each in ledger.ledger(row["month"]) if each.code == row["measure_id"]]
        assert abs(row["annualised_cost_eur"] - yearly_cost(one)) <= Decimal("0.01"), place


def test_avoided_emissions_are_measured_where_meters_tell_them_and_expected_elsewhere(
    sample_played: SamplePlayed, ledgers: dict[str, Measures]
) -> None:
    """The memo of each month (EMI09), before anything of it is hidden."""
    for row in rows_of(sample_played, "fct_emissions_monthly"):
        ours = ledgers[row["district_id"]].avoided(row["month"])
        told = row["avoided_tco2e"]
        assert (told is None) == (ours is None), (row["district_id"], row["month"])
        if ours is not None:
            assert abs(told - ours) <= Decimal("1e-3") * ours, (row["district_id"], row["month"])
    split = {measured for _, _, measured in ledgers["prato"].avoided_at_points(MONTHS[-1])}
    assert split == {True, False}
