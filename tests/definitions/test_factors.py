"""What must hold for every declared factor, path and threshold, and what a mistake in one says."""

from __future__ import annotations

import csv
import os
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipelines.catalogue.declaration import DeclarationError
from pipelines.catalogue.factor import Factor, SlotEmptyError, factor_set, factors
from pipelines.catalogue.factor_choice import AmbiguousFactorError, NoFactorError, resolve
from pipelines.catalogue.factor_path import Paths, paths
from pipelines.catalogue.thresholds import thresholds
from pipelines.settings import checkout

FOUND = factors()
PATHS = paths(FOUND)
GRID_2023 = """
- code: OWN_GRID_2023
  kind: emission
  carrier: electricity
  gas: CO2e
  basis: consumption
  series: ISPRA
  value: 0.25
  unit: kg/kWh
  year: 2023
  region: IT
  source: Invented for this test, page 1
"""


@pytest.mark.parametrize("factor", FOUND.values(), ids=list(FOUND))
def test_no_factor_ships_without_source_place_vintage_and_check(factor: Factor) -> None:
    assert factor.source.strip()
    assert factor.status in ("verified", "verified_secondary", "derived")
    assert factor.url or factor.status == "derived"
    assert factor.region or factor.operator
    assert (factor.vintage is None) == (factor.kind == "gwp")
    if factor.kind == "emission":
        assert factor.gas
        assert factor.series
    if factor.kind == "emission" and factor.carrier in ("electricity", "district_heat"):
        assert factor.basis


def test_all_shippable_factors_are_there_and_no_doubtful_one() -> None:
    assert len(FOUND) == 145
    doubtful = {
        "ISPRA_IT_PROD_2023",
        "ISPRA_IT_CONS_2023",
        "AIB_RESID_IT_2024",
        "MISE14_TOE_NATURAL_GAS",
    }
    assert not doubtful & set(FOUND)


def test_values_are_exact() -> None:
    assert FOUND["AIB_PROD_IT_2022"].value == Decimal("0.31438")
    assert FOUND["GHGP_CO2_MOTOR_GASOLINE_L"].value == Decimal("2.288194255")


def test_derived_factors_follow_from_what_they_name() -> None:
    to_kwh = Decimal("0.0000036")
    for fuel, name in (("NATURAL_GAS", "NG"), ("LPG", "LPG"), ("GAS_OIL", "GASOIL")):
        derived = FOUND[f"DER_CO2_{name}_KWH"]
        assert derived.derived_from == (f"IPCC06_CO2_{fuel}",)
        assert derived.value == FOUND[f"IPCC06_CO2_{fuel}"].value * to_kwh
    co2, ncv = FOUND["UNFCCC_IT_NG_CO2_2018"].value, FOUND["UNFCCC_IT_NG_NCV_2018"].value
    assert FOUND["DER_IT_NG_CO2V_2018"].value == round(co2 * ncv / 1000, 4)
    assert FOUND["DER_IT_NG_KWH_SM3_2018"].value == ncv / Decimal("3.6")
    oil, oil_ncv = (
        FOUND["UNFCCC_IT_GASOIL_CO2_2018"].value,
        FOUND["UNFCCC_IT_GASOIL_NCV_2018"].value,
    )
    litre = round(oil * oil_ncv * Decimal("0.835") / 1_000_000 * 1000, 3)
    assert FOUND["DER_IT_CO2_GASOIL_L_2018"].value == litre


def test_factors_per_energy_agree_across_units() -> None:
    assert FOUND["UNFCCC_IT_NG_CO2_2018"].kg_per_kwh == Decimal("0.201362400")
    assert FOUND["IPCC06_CO2_NATURAL_GAS"].kg_per_kwh == Decimal("0.201960000")
    assert FOUND["EEA_IT_GEN_2020"].kg_per_kwh == Decimal("0.212000000")
    assert FOUND["UNFCCC_IT_NG_NCV_2018"].kwh_per_smc == Decimal("9.792500000")
    assert FOUND["UNFCCC_IT_NG_CO2V_2013"].kg_per_kwh is None


def test_a_slot_names_what_is_needed_when_looked_up() -> None:
    with pytest.raises(
        SlotEmptyError, match=r"NF_TD_LOSS_IT has no value yet\. Needed: A current factor"
    ):
        FOUND["NF_TD_LOSS_IT"]


def test_the_default_path_of_location_based_electricity_is_the_generation_series() -> None:
    path = _electricity(PATHS)
    assert (path.series, path.basis, path.slot) == (
        "EEA generation",
        "production",
        "NF_ISPRA_CONS_SERIES",
    )
    assert PATHS.gwp_set == "AR5"


def test_every_path_serves_or_waits_for_a_slot_and_no_scope_2_is_a_life_cycle() -> None:
    for path in PATHS.paths:
        assert any(path.serves(factor) for factor in FOUND.values()) or path.slot
        assert path.basis != "life_cycle"


def test_each_line_has_either_co2e_or_its_gases() -> None:
    lines: dict[tuple[str, str], list[str]] = {}
    for path in PATHS.paths:
        lines.setdefault((path.scope, path.carrier), []).append(path.gas)
    for gases in lines.values():
        assert len(set(gases)) == len(gases)
        assert "CO2e" not in gases or gases == ["CO2e"]


def test_the_nearest_earlier_vintage_serves_and_its_age_is_recorded() -> None:
    asked = {"kind": "emission", "carrier": "electricity", "gas": "CO2e", "basis": "production",
             "series": "EEA generation"}  # fmt: skip
    new = resolve(FOUND.values(), year=2026, **asked)  # type: ignore[arg-type]
    old = resolve(FOUND.values(), year=2015, **asked)  # type: ignore[arg-type]
    assert (new.factor.code, new.age_years) == ("EEA_IT_GEN_2020", 6)
    assert (old.factor.code, old.age_years) == ("EEA_IT_GEN_2015", 0)
    with pytest.raises(NoFactorError, match=r"EEA generation.* IT in 1999"):
        resolve(FOUND.values(), year=1999, **asked)  # type: ignore[arg-type]


def test_nothing_is_borrowed_from_another_series_or_basis() -> None:
    with pytest.raises(NoFactorError):
        resolve(FOUND.values(), kind="emission", carrier="electricity", gas="CO2e",
                basis="consumption", series="EEA generation", year=2020)  # fmt: skip


def test_operator_then_region_then_country_then_world() -> None:
    def heat(code: str, year: int, **place: str) -> Factor:
        return Factor(code=code, kind="emission", carrier="district_heat", gas="CO2e",
                      basis="delivered", series="network operator", value=Decimal("0.1"),
                      unit="kg/kWh", year=year, source="test", **place)  # type: ignore[arg-type]  # fmt: skip

    served = [heat("W", 2020, region="WORLD"), heat("IT", 2020, region="IT"),
              heat("REG", 2022, region="ITH5"), heat("OP", 2021, operator="Net")]  # fmt: skip
    asked = {"kind": "emission", "carrier": "district_heat", "gas": "CO2e", "basis": "delivered",
             "series": "network operator", "region": "ITH5"}  # fmt: skip

    def chosen(year: int, operator: str | None = None) -> str:
        return resolve(served, year=year, operator=operator, **asked).factor.code  # type: ignore[arg-type]

    assert [chosen(2023, "Net"), chosen(2023), chosen(2021), chosen(2020, "Net")] == [
        "OP",
        "REG",
        "IT",
        "IT",
    ]
    assert resolve(served[:1], year=2023, **asked).factor.code == "W"  # type: ignore[arg-type]


def test_two_that_serve_equally_well_are_not_guessed_between() -> None:
    twins = [FOUND["EEA_IT_GEN_2020"], FOUND["EEA_IT_GEN_2020"].model_copy(update={"code": "TWIN"})]
    with pytest.raises(AmbiguousFactorError, match="EEA_IT_GEN_2020, TWIN"):
        resolve(twins, kind="emission", carrier="electricity", gas="CO2e", basis="production",
                series="EEA generation", year=2020)  # fmt: skip


def test_a_deployment_fills_the_preferred_series_and_the_path_takes_it(tmp_path: Path) -> None:
    folder = _deployment(tmp_path, "grid.yaml", GRID_2023)
    supplied = factors(folder)
    path = _electricity(paths(supplied, folder))
    assert (path.series, path.basis) == ("ISPRA", "consumption")
    assert supplied["OWN_GRID_2023"].status == "declared"
    assert factor_set(folder) != factor_set()


def test_a_deployment_changes_a_path_only_by_naming_what_it_replaces(tmp_path: Path) -> None:
    path = (
        "  - {scope: '2_location', carrier: electricity, gas: CO2, basis: production, "
        "series: AIB production"
    )
    folder = _deployment(tmp_path, "paths.yaml", f"paths:\n{path}}}\n")
    with pytest.raises(DeclarationError, match=r"paths.yaml:2: .*already has a path.*instead_of"):
        paths(FOUND, folder)
    _deployment(tmp_path, "paths.yaml", f"paths:\n{path}, instead_of: EEA generation}}\n")
    assert _electricity(paths(FOUND, folder)).series == "AIB production"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("  gas: CO2e\n", r"own.yaml:2: factors.0: a 'emission' factor of electricity needs 'gas'"),
        ("  basis: consumption\n", r"own.yaml:2: .* needs 'basis'"),
        ("  series: ISPRA\n", r"own.yaml:2: .* needs 'series'"),
        ("  year: 2023\n", r"own.yaml:2: .* needs 'year' or 'valid_from'"),
        ("  region: IT\n", r"own.yaml:2: .* needs 'region' or 'operator'"),
        (
            "  source: Invented for this test, page 1\n",
            r"own.yaml:2: factors.0.source: Field required",
        ),
        ("  unit: kg/kWh\n", r"own.yaml:2: factors.0.unit: Field required"),
    ],
)
def test_an_electricity_factor_without_what_it_needs_does_not_load(
    tmp_path: Path, line: str, said: str
) -> None:
    assert line in GRID_2023
    with pytest.raises(DeclarationError, match=said):
        factors(_deployment(tmp_path, "own.yaml", GRID_2023.replace(line, "")))


def test_a_shared_factor_is_never_replaced(tmp_path: Path) -> None:
    text = GRID_2023.replace("OWN_GRID_2023", "EEA_IT_GEN_2020")
    with pytest.raises(
        DeclarationError, match=r"own.yaml:2: .*already declared at .*electricity_italy.yaml:\d+"
    ):
        factors(_deployment(tmp_path, "own.yaml", text))


def test_a_unit_nobody_can_multiply_by_is_refused(tmp_path: Path) -> None:
    text = GRID_2023.replace("kg/kWh", "kg per kWh")
    with pytest.raises(DeclarationError, match="'kg per kWh' is no unit of a 'emission' factor"):
        factors(_deployment(tmp_path, "own.yaml", text))


def test_a_list_and_a_list_under_factors_are_read_alike(tmp_path: Path) -> None:
    indented = "\n".join(f"  {line}" if line else line for line in GRID_2023.splitlines())
    folder = _deployment(tmp_path, "own.yaml", f"factors:\n{indented}\n")
    assert factors(folder)["OWN_GRID_2023"].value == Decimal("0.25")


def test_thresholds_have_the_agreed_lines() -> None:
    lines = thresholds().flat()
    agreed = {"grey_below_coverage": "0.8", "signal_green": "0", "signal_amber": "0.05",
              "counts_below_cases": "10", "final_after_months": "3", "p_percent": "25",
              "minimum_firms": "3", "household_minimum": "15", "household_largest_share": "0.15",
              "survey_base": "10", "survey_cell": "5", "factor_age_d": "10"}  # fmt: skip
    assert {name: lines[name] for name in agreed} == {n: Decimal(v) for n, v in agreed.items()}


def test_a_deployment_moves_a_line_and_cannot_disorder_them(tmp_path: Path) -> None:
    own = tmp_path / "thresholds" / "thresholds.yaml"
    own.parent.mkdir()
    own.write_text("signal: {amber: 0.1}\n", encoding="utf-8")
    assert thresholds(tmp_path).flat()["signal_amber"] == Decimal("0.1")
    own.write_text("grades: {coverage: {a: 0.5}}\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="'coverage' is a least share"):
        thresholds(tmp_path)
    own.write_text("disclosure: {minimum_firms: 1}\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="minimum_firms"):
        thresholds(tmp_path)


def _electricity(declared: Paths):
    return next(p for p in declared.paths if (p.scope, p.carrier) == ("2_location", "electricity"))


def _deployment(folder: Path, name: str, text: str) -> Path:
    (folder / "factors").mkdir(exist_ok=True)
    (folder / "factors" / name).write_text(text, encoding="utf-8")
    return folder


def _design() -> Path:
    real = Path(os.environ.get("NZD_REAL_DATA") or checkout().parent / "shared" / "data")
    return real.parent / "design" / "factors.csv"


RENAMED = {"gas_oil_heating": "gas_oil", "heat": "district_heat", "wastewater": "waste_water",
           "diesel": "gas_oil", "petrol": "motor_gasoline", "": None}  # fmt: skip
"""What the table calls a carrier, where the catalogue has another word."""


@pytest.mark.skipif(not _design().is_file(), reason="the design's table of factors is not here")
def test_what_ships_is_what_was_checked_and_nothing_else() -> None:
    with _design().open(encoding="utf-8") as file:
        rows = {row["factor_code"]: row for row in csv.DictReader(file)}
    checked = {
        code for code, row in rows.items()
        if row["status"] in ("verified", "verified_secondary", "derived")
    }  # fmt: skip

    assert set(FOUND) == checked
    for code in sorted(checked):
        row, factor = rows[code], FOUND[code]
        assert factor.value == Decimal(row["value"]), code
        assert factor.unit == row["unit"], code
        assert (factor.kind, factor.status) == (row["kind"], row["status"]), code
        assert (factor.gas or "") == row["gas"], code
        assert (factor.basis or "") == row["basis"], code
        assert factor.region == row["region"], code
        assert factor.carrier == RENAMED.get(row["carrier"], row["carrier"]), code
        assert (factor.gwp_set or str(factor.vintage)) == row["year"], code
    empty = {code for code, row in rows.items() if row["kind"] == "slot"}
    assert empty == set(FOUND.slots)
    for code in empty:
        with pytest.raises(SlotEmptyError, match=r"Needed: \w+"):
            FOUND[code]


def test_two_factors_that_serve_one_line_alike_do_not_load(tmp_path: Path) -> None:
    twin = GRID_2023 + GRID_2023.replace("OWN_GRID_2023", "TWIN").replace("0.25", "0.3")
    folder = _deployment(tmp_path, "own.yaml", twin)
    with pytest.raises(DeclarationError, match=r"TWIN serves the same line.* as OWN_GRID_2023"):
        paths(factors(folder), folder)


def test_a_shared_factor_says_page_and_licence() -> None:
    for factor in FOUND.values():
        assert factor.page, factor.code
        assert factor.licence, factor.code


def test_a_fuel_by_litre_or_kilogram_becomes_energy_by_the_series_of_its_path() -> None:
    assert FOUND["IPCC06_NCV_LPG"].kwh_per_kg == Decimal("13.138888889")
    by_volume = {
        path.carrier: path.kg_per_unit(FOUND) for path in PATHS.conversions if path.unit == "m3"
    }
    assert by_volume == {"gas_oil": Decimal("835.0"), "lpg": Decimal("493.547262")}
    for path in PATHS.conversions:
        assert any(path.serves(factor) for factor in FOUND.values())


def test_a_factor_of_an_activity_has_the_unit_of_what_is_done() -> None:
    asked = {"code": "OWN_MELT", "kind": "emission", "activity": "glass_melting", "gas": "CO2",
             "value": "0.2", "year": 2024, "region": "IT", "source": "Invented for this test"}  # fmt: skip
    assert Factor(unit="t/t", **asked).kg_per_unit == (Decimal(200), "t")  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="unit of mass per its quantity"):
        Factor(unit="kg/kWh", **asked)  # type: ignore[arg-type]
