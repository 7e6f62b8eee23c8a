"""Our models of meters against those of the CalTRACK 2.0 reference, eemeter 2.10.11, with its candidates and settings.

Its figures for ten meters of ours are beside this file (`reference_made.jsonl`); they were printed by
`caltrack_reference.py made`, those of opendsm 1.2.7 (`opendsm_made.jsonl`) by `opendsm_reference.py`. Its own sample
meters are read from its package, where `make oracle` installed it: a part of them, or all with NZD_ORACLE=all.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from pipelines.settings import checkout
from tests.baselines import fitting, reference_meters

Row = dict[str, Any]
HERE = Path(__file__).parent
ORACLE = checkout() / ".oracle" / "bin" / "python"
AGREE = 1e-6
"""Relative; what agrees agrees to about 1e-12."""
QUICK = (
    "il-electricity-cdd-hdd-daily", "il-electricity-cdd-only-billing_monthly",
    "il-gas-hdd-only-billing_bimonthly", "il-gas-hdd-only-billing_monthly", "il-gas-hdd-only-daily",
    "il-gas-intercept-only-billing_monthly", "il-gas-intercept-only-daily",
)  # fmt: skip
FIGURES = {
    "intercept": "base_kwh_per_day",
    "beta_hdd": "kwh_per_heating_degree_day",
    "beta_cdd": "kwh_per_cooling_degree_day",
    "heating_balance_point": "heating_balance_point",
    "cooling_balance_point": "cooling_balance_point",
    "r_squared_adj": "adjusted_r2",
    "cvrmse_adj": "cvrmse",
    "rmse_adj": "rmse_kwh",
    "autocorr_resid": "autocorrelation",
    "n_prime": "independent_periods",
}
"""What the reference calls it, and what we do."""


def shipped() -> list[Row]:
    """The reference's own sample meters with what it makes of them; none where it is not installed."""
    if not ORACLE.exists():
        return []
    names = [] if os.environ.get("NZD_ORACLE") == "all" else QUICK
    done = subprocess.run(
        [ORACLE, "-W", "ignore", HERE / "caltrack_reference.py", "shipped", *names],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Row], dict[str, Row]]:
    """What the reference found and what we did, by meter."""
    lines = (HERE / "reference_made.jsonl").read_text().splitlines()
    samples = shipped()
    theirs = {row["name"]: row for row in [*map(json.loads, lines), *samples]}
    warehouse = tmp_path_factory.mktemp("reference") / "warehouse.duckdb"
    fitting.write(warehouse, [*map(asdict, reference_meters.meters()), *samples])
    fitting.fit(warehouse, **fitting.FAHRENHEIT, **fitting.WHATEVER_THERE_IS)
    ours = {
        row["point_id"]: {**row, "predicted_per_day": {}, "months": {}}
        for row in fitting.rows(warehouse, "select * from int_baseline_models")
    }
    for row in fitting.rows(
        warehouse,
        "select models.point_id, periods.period_start, fits.predicted_per_day from int_baseline_fits as fits"
        " inner join int_baseline_fit_periods as periods using (series_number, place)"
        " inner join int_baseline_models as models using (series_number)",
    ):
        predicted = ours[row["point_id"]]["predicted_per_day"]
        predicted[row["period_start"].isoformat()] = row["predicted_per_day"]
    for row in fitting.rows(warehouse, "select * from int_baseline_point_months order by month"):
        ours[row["point_id"]]["months"][row["month"]] = row
    return theirs, ours


def agrees(theirs: Row, ours: Row) -> None:
    assert ours["reason"] is None
    assert ours["model_type"] == theirs["model_type"]
    found = {name: float(ours[FIGURES[name]]) for name in FIGURES if name in theirs}
    assert found == pytest.approx({name: theirs[name] for name in found}, rel=AGREE, abs=1e-12)
    assert ours["predicted_per_day"] == pytest.approx(theirs["predicted_per_day"], rel=AGREE)
    expected = {month: float(row["baseline_expected_kwh"]) for month, row in ours["months"].items()}
    assert expected == pytest.approx(theirs["told"]["expected"], rel=AGREE)
    assert len(expected) == 12


@pytest.mark.parametrize("name", [meter.name for meter in reference_meters.meters()])
def test_a_model_is_the_one_the_reference_chooses(
    name: str, sides: tuple[dict[str, Row], dict[str, Row]]
) -> None:
    theirs, ours = sides

    agrees(theirs[name], ours[name])


@pytest.mark.parametrize("name", [meter.name for meter in reference_meters.meters()])
def test_a_saving_is_the_one_the_reference_meters(
    name: str, sides: tuple[dict[str, Row], dict[str, Row]]
) -> None:
    theirs, ours = sides
    told, last = theirs[name]["told"], ours[name]["months"]["2026-04"]

    saving = float(last["cumulated_saving_kwh"])
    assert saving == pytest.approx(told["saving"], rel=AGREE, abs=1e-3)


@pytest.mark.parametrize("name", [meter.name for meter in reference_meters.meters()])
def test_opendsm_differs_by_what_its_bills_are_fitted_on(
    name: str, sides: tuple[dict[str, Row], dict[str, Row]]
) -> None:
    _, ours = sides
    lines = (HERE / "opendsm_made.jsonl").read_text().splitlines()
    (opendsm,) = (row for row in map(json.loads, lines) if row["name"] == name)
    year = sum(float(row["baseline_expected_kwh"]) for row in ours[name]["months"].values())

    daily = any(m.name == name and m.frequency == "daily" for m in reference_meters.meters())
    # docs/baselines.md: of the mean temperature of a bill, where we take the degree days of its days.
    assert sum(opendsm["expected"].values()) == pytest.approx(year, rel=2e-4 if daily else 0.11)


def test_the_meters_need_every_kind_of_model(
    sides: tuple[dict[str, Row], dict[str, Row]],
) -> None:
    theirs, _ = sides
    kinds = {(row["model_type"]) for row in theirs.values()}

    assert kinds == {"intercept_only", "hdd_only", "cdd_only", "cdd_hdd"}


@pytest.mark.skipif(
    not ORACLE.exists(), reason="the CalTRACK reference is not installed: make oracle"
)
def test_sample_meters_of_the_reference_have_its_own_models(
    sides: tuple[dict[str, Row], dict[str, Row]],
) -> None:
    theirs, ours = sides
    samples = [name for name in theirs if name.startswith("il-")]

    assert len(samples) >= len(QUICK)
    for name in samples:
        agrees(theirs[name], ours[name])
