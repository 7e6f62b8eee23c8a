"""Figures of an edition made of real files, against sums taken straight from the raw bytes."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from statistics import fmean

import pyarrow.parquet as pq
import pytest

from tests.real_data import raw
from tests.real_data.conftest import Edition

NCV_2014 = Decimal("35.046") / Decimal("3.6")
NCV_2018 = Decimal("35.253") / Decimal("3.6")
GAS_2018 = Decimal("0.2013624")
GAS_CH4_N2O = (Decimal(1) * 28 + Decimal("0.1") * 265) * Decimal("0.0000036")
GRID_2020 = Decimal("0.212")
IMPORT = "meters-electricity/it_meterN_prelievi_*.csv"
EXPORT = "meters-pv/it_meterN_immissioni_*.csv"
PRODUCED = "meters-pv/it_meterN_FV_totale_*.csv"
TOLERANCE = Decimal("0.000001")


def close(value: Decimal, expected: Decimal, tolerance: Decimal = TOLERANCE) -> bool:
    return abs(value - expected) <= tolerance * max(Decimal(1), abs(expected))


def test_every_file_was_taken_in_whole(edition: Edition) -> None:
    deliveries = pq.read_table(edition.home / "collected" / "deliveries.parquet").to_pylist()
    refused = [row for row in deliveries if row["outcome"] in ("refused", "error")]
    assert not refused
    held_back = {
        row["source_id"]: row["rows_quarantined"] for row in deliveries if row["rows_quarantined"]
    }
    assert not held_back


def test_september_2024_of_the_distributors_curve(edition: Edition, real_data: Path) -> None:
    curve = raw.quarter_hours(real_data)
    assert len(curve) == 30 * 96
    assert close(edition.value("officina", "2024-09", "ENE01"), sum(curve) / 1000)
    assert close(edition.value("officina", "2024-09", "ENE13"), max(curve) * 4)
    assert close(edition.value("officina", "2024-09", "EMI02"), sum(curve) * GRID_2020 / 1000)


@pytest.mark.parametrize("month", ["2020-01", "2020-06", "2021-07", "2021-12"])
def test_self_consumption_of_the_loggers_solar_plant(
    edition: Edition, real_data: Path, month: str
) -> None:
    made, given = (raw.logger_kwh(real_data, pattern, month) for pattern in (PRODUCED, EXPORT))
    assert close(edition.value("officina", month, "ENE08"), 100 * (made - given) / made)


@pytest.mark.parametrize("month", ["2020-01", "2020-06", "2020-11"])
def test_final_energy_of_a_month_adds_every_carrier_once(
    edition: Edition, real_data: Path, month: str
) -> None:
    plant = raw.plant(real_data)[month]
    drawn, made, given = (
        raw.logger_kwh(real_data, pattern, month) for pattern in (IMPORT, PRODUCED, EXPORT)
    )
    gas = plant["Gas"] * NCV_2018
    heat = raw.heat_kwh(real_data, month)
    expected = plant["Electric"] + drawn + (made - given) + gas + heat
    assert close(edition.value("officina", month, "ENE01"), expected / 1000)
    assert close(edition.value("officina", month, "ENE07"), 100 * (made - given) / expected)


def test_fuel_emissions_of_the_plant(edition: Edition, real_data: Path) -> None:
    gas = raw.plant(real_data)["2020-06"]["Gas"] * NCV_2018
    expected = gas * (GAS_2018 + GAS_CH4_N2O) / 1000
    assert close(edition.value("officina", "2020-06", "EMI01"), expected)


def test_grid_emissions_use_the_factor_of_the_year(edition: Edition, real_data: Path) -> None:
    for year, factor in (("2015", "0.283"), ("2018", "0.248"), ("2022", "0.212")):
        month = f"{year}-03"
        heat_has_no_factor = edition.value("officina", month, "EMI02")
        assert close(
            heat_has_no_factor, raw.plant(real_data)[month]["Electric"] * Decimal(factor) / 1000
        )


def test_gas_of_2015_is_converted_with_the_vintage_before_it(
    edition: Edition, real_data: Path
) -> None:
    plant = raw.plant(real_data)["2015-05"]
    expected = (plant["Electric"] + plant["Gas"] * NCV_2014) / 1000
    assert close(edition.value("officina", "2015-05", "ENE01"), expected)


@pytest.mark.parametrize("month", ["2011-01", "2016-08", "2022-12"])
def test_fresh_water_of_the_plant(edition: Edition, real_data: Path, month: str) -> None:
    expected = raw.plant(real_data)[month]["W-Water"]
    assert close(edition.value("officina", month, "WAT01"), expected)


def test_water_and_energy_per_output_are_ratios_of_twelve_months(
    edition: Edition, real_data: Path
) -> None:
    plant = raw.plant(real_data)
    year = [plant[f"2017-{number:02d}"] for number in range(1, 13)]
    output = sum(month["TotalDyeingAmount"] for month in year)
    water = sum(month["W-Water"] for month in year)
    energy = sum(month["Electric"] + month["Gas"] * NCV_2014 for month in year)
    assert close(edition.value("officina", "2017-12", "WAT02"), 1000 * water / output)
    assert close(edition.value("officina", "2017-12", "ENE05"), energy / output)


@pytest.mark.parametrize("month", ["2018-02", "2018-10", "2019-03", "2020-12"])
def test_heat_is_the_difference_of_two_readings_in_local_months(
    edition: Edition, real_data: Path, month: str
) -> None:
    if month == "2020-12":
        # The last reading is at 23:00 local; the month lacks its last hour.
        registers = raw.heat_registers(real_data)
        start = next(r for at, r in registers.items() if at.isoformat().startswith("2020-11-30T23"))
        expected = max(registers.values()) - start
    else:
        expected = raw.heat_kwh(real_data, month)
    row = edition.mart("fct_energy_monthly", "officina", month)
    assert close(row["district_heat_kwh"], expected)


def test_heat_without_a_factor_is_missing_and_never_zero(edition: Edition) -> None:
    lines = pq.read_table(edition.home / "marts" / "fct_emission_lines.parquet").to_pylist()
    heat = [line for line in lines if line["carrier"] == "district_heat"]
    assert heat
    assert all(line["kg_co2e"] is None and line["reason"] for line in heat)


def test_bills_without_quantities_keep_every_euro_and_invent_no_energy(
    edition: Edition, real_data: Path
) -> None:
    amounts = raw.bill_amounts(real_data)
    assert len(amounts) == 9
    kept = [
        row["amount_net_eur"]
        for path in (edition.home / "current" / "utility_bills").glob("*.parquet")
        for row in pq.read_table(path).to_pylist()
    ]
    assert sorted(kept) == sorted(amounts)
    cost = edition.kpi("officina", "2025-03", "ENE12")
    assert cost["value"] is None
    assert cost["reason"]


def test_degree_days_and_rain_of_the_weather_years(edition: Edition, real_data: Path) -> None:
    year = raw.weather(real_data, 2019)
    january = range(31)
    means = [
        (Decimal(str(year["temperature_2m_min"][d])) + Decimal(str(year["temperature_2m_max"][d])))
        / 2
        for d in january
    ]
    rain = sum(Decimal(str(year["precipitation_sum"][d])) for d in january)
    expected = sum(18 - mean for mean in means if mean <= 15)
    assert close(edition.mart("fct_energy_monthly", "officina", "2019-01")["hdd"], expected)
    assert close(edition.mart("fct_water_monthly", "officina", "2019-01")["precipitation_mm"], rain)


@pytest.mark.parametrize(
    ("district", "municipality", "count"),
    [
        ("prato", "100005", 38),
        ("bergamo", "016024", 21),
        ("parma", "034027", 14),
        ("roma", "058091", 304),
    ],
)
def test_recovery_plan_projects_of_the_four_cities(
    edition: Edition, real_data: Path, district: str, municipality: str, count: int
) -> None:
    projects = raw.recovery_plan(real_data, municipality)
    assert len(projects) == count
    cost = sum(raw.euros(project["FINANZ_TOTALE"]) for project in projects)
    told = [
        project for project in projects if project["FINANZIAMENTO_PNRR"].strip() not in ("", "N/D")
    ]
    granted, of = (
        [raw.euros(project[name]) for project in told]
        for name in ("FINANZIAMENTO_PNRR", "FINANZ_TOTALE")
    )
    assert edition.value(district, "2025-07", "INV01") == cost
    # One reading of an empty grant in both: nobody said that it is nought.
    assert close(edition.value(district, "2025-07", "INV02"), 100 * sum(granted) / sum(of))
    gap = sum(max(cost - grant, Decimal(0)) for grant, cost in zip(granted, of, strict=True))
    assert edition.value(district, "2025-07", "INV11") == gap
    row = edition.mart("fct_investment_monthly", district, "2025-07")
    assert row["projects"] == count


@pytest.mark.parametrize(
    ("district", "municipality"),
    [("prato", "100005"), ("bergamo", "016024"), ("parma", "034027"), ("roma", "058091")],
)
def test_recovery_plan_money_by_mission_and_by_who_pays(
    edition: Edition, real_data: Path, district: str, municipality: str
) -> None:
    """The file says grants alone: nothing is committed or paid, and N/D is no zero."""
    raw_projects = raw.recovery_plan(real_data, municipality)
    by_mission: dict[str, Decimal] = {}
    for project in raw_projects:
        cost = raw.euros(project["FINANZ_TOTALE"])
        by_mission[project["Missione"]] = by_mission.get(project["Missione"], Decimal(0)) + cost
    granted = sum(raw.euros(project["FINANZIAMENTO_PNRR"]) for project in raw_projects)

    projects = [
        row
        for row in pq.read_table(edition.home / "marts" / "fct_projects.parquet").to_pylist()
        if row["district_id"] == district and row["month"] == "2025-07"
    ]
    made: dict[str, Decimal] = {}
    for row in projects:
        made[row["mission"]] = made.get(row["mission"], Decimal(0)) + row["capex_eur"]
    assert made == by_mission
    assert {row["municipality_share"] for row in projects} == {1}
    money = [
        row
        for row in pq.read_table(edition.home / "marts" / "fct_project_funding.parquet").to_pylist()
        if row["district_id"] == district and row["month"] == "2025-07"
    ]
    assert [(row["funding_source"], row["stage"], row["amount_eur"]) for row in money] == [
        ("PNRR", "granted", granted)
    ]
    assert f"{money[0]['as_of_first']}" == "2025-07-01"
    monthly = edition.mart("fct_investment_monthly", district, "2025-07")
    assert monthly["committed_eur"] is monthly["paid_eur"] is monthly["private_eur"] is None


def test_perceived_inclusion_of_the_citizens_survey(edition: Edition, real_data: Path) -> None:
    scores = raw.answers(real_data)
    asked = [
        scores["A Tricarico sento di poter esprimere tutto il mio potenziale"],
        scores["Tricarico è il posto dove vorrei vivere per sempre"],
    ]
    assert [len(answers) for answers in asked] == [192, 192]
    expected = fmean((score - 1) * 25 for answers in asked for score in answers)
    row = edition.kpi("officina", "2023-06", "DEM03")
    assert float(row["value"]) == pytest.approx(expected, abs=1e-4)
    assert row["interval_low"] < row["value"] < row["interval_high"]


def test_no_free_text_of_the_survey_was_kept(edition: Edition) -> None:
    kept = [
        row
        for path in (edition.home / "current" / "survey_answers").glob("*.parquet")
        for row in pq.read_table(path).to_pylist()
    ]
    assert {row["item"] for row in kept} == {"inclusion_potential", "inclusion_home", "priority"}
    assert all(
        row["option"] in ("", "1", "2", "3", "4", "5", "work_here", "travel") for row in kept
    )


def test_months_that_no_file_covers_have_a_reason_and_no_zero(edition: Edition) -> None:
    row = edition.kpi("officina", "2023-06", "ENE01")
    assert row["value"] is None
    assert row["reason"]


def test_the_edition_holds_reports_of_all_five_districts(edition: Edition) -> None:
    for district in ("officina", "prato", "bergamo", "parma", "roma"):
        for language in ("it", "en"):
            folder = edition.folder / district / language
            assert (folder / "report.html").stat().st_size > 5_000
            assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    manifest = json.loads((edition.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["month"] == "2025-07"
