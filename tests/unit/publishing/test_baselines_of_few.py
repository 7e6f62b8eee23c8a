"""What is told of baselines stands on the points with a model: where they are one firm's, it is not told."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.publishing.protecting.baselines import baselines
from pipelines.publishing.protecting.disclosure import Evidence
from pipelines.publishing.protecting.limits import Contributors, Limits

MONTH = "2026-10"
PLACE = ("d", MONTH)
ONE = [Contributors("firm", 1, Decimal(400), Decimal(0), Decimal(400))]
SAFE = [Contributors("firm", 4, Decimal(100), Decimal(100), Decimal(400))]


@pytest.fixture
def marts(tmp_path: Path) -> Path:
    row = {
        "district_id": "d", "month": MONTH, "final_energy_kwh": Decimal(1000),
        "weather_modelled_kwh": Decimal(400), "weather_modelled_well_kwh": Decimal(400),
        "baseline_saving_kwh": Decimal(40), "baseline_uncertainty_kwh": Decimal(4),
        "baseline_cumulated_saving_kwh": Decimal(90), "baseline_cumulated_uncertainty_kwh": Decimal(9),
    }  # fmt: skip
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "fct_energy_monthly.parquet")
    return tmp_path


@pytest.mark.parametrize("measure", ["weather_modelled_kwh", "baseline_expected_kwh"])
def test_the_share_and_saving_of_a_single_modelled_firm_are_not_told(marts: Path, measure: str) -> None:  # fmt: skip
    evidence = Evidence({PLACE: {"final_energy_kwh": SAFE, measure: ONE}})

    [row] = baselines(marts, MONTH, set(), set(), evidence, Limits()).to_pylist()

    assert row["suppressed"]
    told = {name for name, value in row.items() if value is not None}
    assert told == {"district_id", "month", "suppressed"}


def test_the_share_and_saving_of_several_firms_are_told(marts: Path) -> None:
    evidence = Evidence({PLACE: {"weather_modelled_kwh": SAFE, "baseline_expected_kwh": SAFE}})

    [row] = baselines(marts, MONTH, set(), set(), evidence, Limits()).to_pylist()

    assert (row["modelled_percent"], row["saving_kwh"], row["suppressed"]) == (40, 40, False)
