"""Where a file can be read in two ways, its declaration says which, or nothing is read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipelines.catalogue.catalogue import load
from pipelines.catalogue.declaration import DeclarationError
from tests.real_data.conftest import DISTRICTS, nzd

CURVE = "with: {columns: {point_id: {const: IT001E00000901}}}"


@pytest.fixture
def districts(tmp_path: Path) -> Path:
    """A copy of the district files, to be spoilt."""
    return Path(shutil.copytree(DISTRICTS, tmp_path / "districts"))


def spoil(districts: Path, name: str, before: str, after: str) -> None:
    path = districts / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def only(districts: Path, name: str, source: str) -> None:
    """One source of one district is left."""
    district = YAML().load(districts / name)
    district["sources"] = {source: district["sources"][source]}
    for path in districts.glob("*.yaml"):
        path.unlink()
    YAML().dump(district, districts / name)


def test_a_curve_without_a_clock_change_policy_is_refused(districts: Path) -> None:
    spoil(districts, "officina.yaml", CURVE,
          "with: {columns: {point_id: {const: IT001E00000901}}, time: {dst: null}}")  # fmt: skip
    with pytest.raises(
        DeclarationError, match=r"officina.yaml:\d+: .*quarter_hours.*dst.* is missing"
    ):
        load(districts)


def test_cubic_metres_of_gas_without_a_coefficient_are_refused(districts: Path) -> None:
    spoil(districts, "officina.yaml", ", unit: m3, coefficient_c: 1}", ", unit: m3}")
    with pytest.raises(DeclarationError, match=r"officina.yaml:\d+: .*plant_gas.*coefficient_c"):
        load(districts)


def test_hourly_readings_without_a_clock_change_policy_are_refused(districts: Path) -> None:
    spoil(districts, "formats/heat_meter_hourly.yaml", ", dst: {policy: utc}", "")
    with pytest.raises(DeclarationError, match=r"heat_meter_hourly.yaml:\d+: .*dst.* is missing"):
        load(districts)


def test_a_quantity_without_a_unit_is_refused(districts: Path) -> None:
    spoil(districts, "formats/textile_plant_monthly.yaml", ", unit: kWh}", "}")
    with pytest.raises(
        DeclarationError, match=r"textile_plant_monthly.yaml:\d+: .*unit: Field required"
    ):
        load(districts)


def test_the_command_says_so_and_collects_nothing(
    districts: Path, real_data: Path, tmp_path: Path
) -> None:
    spoil(districts, "officina.yaml", CURVE,
          "with: {columns: {point_id: {const: IT001E00000901}}, time: {dst: null}}")  # fmt: skip
    done = nzd(tmp_path / "var", real_data, districts)("collect", ok=False)
    assert done.returncode != 0
    assert "'time.dst' is missing" in done.stdout + done.stderr
    assert not list((tmp_path / "var").glob("received/**/*.parquet"))


def test_one_of_three_columns_of_one_name_is_not_guessed(
    districts: Path, real_data: Path, tmp_path: Path
) -> None:
    spoil(districts, "officina.yaml", ", occurrence: 2", "")
    only(districts, "officina.yaml", "citizens")
    run = nzd(tmp_path / "var", real_data, districts)
    said = run("collect").stdout
    survey = tmp_path / "var" / "received" / "survey_answers"
    assert not list(survey.glob("**/*.parquet"))
    assert "AMBIGUOUS_COLUMN" in said
