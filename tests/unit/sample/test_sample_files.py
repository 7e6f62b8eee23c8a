"""The sample's files: the same on every run, and their sums are what the model says flowed."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from sample.deliver import MONTHS, deliver
from sample.ledger import ledger
from sample.mishaps import delivered
from sample.months import months, quarter_hours
from sample.truth import truth

PLAIN = "2025-06"
"""A month in which no mishap touches what is summed here."""


def _hashes(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def _rows(path: Path, delimiter: str = ";", encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding=encoding)), delimiter=delimiter))


def _sheet(path: Path) -> list[dict[str, object]]:
    header, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return [dict(zip(header, row, strict=True)) for row in rows]


def _thousandths(text: str) -> int:
    return int(text.replace(",", "").replace(".", "")) if text else 0


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    deliver("2025-03", tmp_path / "here")
    subprocess.run(
        [sys.executable, "-m", "sample.deliver", "--inbox", tmp_path / "there",
         "--from", "2025-03", "--through", "2025-03"],
        check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": "7"},
    )  # fmt: skip
    assert _hashes(tmp_path / "here") == _hashes(tmp_path / "there")


def test_every_file_arrives_in_one_round_unless_it_is_sent_again_on_purpose() -> None:
    rounds: dict[str, list[str]] = defaultdict(list)
    for month in MONTHS:
        for path in delivered(month):
            rounds[path].append(month)
    again = {path for path, arrived in rounds.items() if len(arrived) > 1}
    broken_first = {entry.file for entry in ledger() if entry.expect.where == "deliveries"}
    assert again == broken_first - {"prato/activity/attivita_2025-01.csv"}


@pytest.mark.parametrize(
    ("month", "quarters"), [("2025-03", 31 * 96 - 4), ("2025-10", 31 * 96 + 4), ("2025-06", 2880)]
)
def test_a_month_has_its_quarter_hours(month: str, quarters: int) -> None:
    assert len(quarter_hours(month)[0]) == quarters


@pytest.mark.parametrize(("month", "rows"), [("2025-03", 96), ("2026-10", 100)])
def test_a_clock_change_day_looks_as_the_portal_writes_it(
    tmp_path: Path, month: str, rows: int
) -> None:
    deliver(month, tmp_path)
    day = {"2025-03": "20250330", "2026-10": "20261025"}[month]
    found = [
        row for row in _rows(tmp_path / f"parma/curves/curve_{month}.csv") if row["DATA"] == day
    ]
    points = {row["POD"] for row in found}
    assert {len([row for row in found if row["POD"] == point]) for point in points} == {rows}


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    for month in ("2024-05", "2025-05", PLAIN, "2025-10"):
        deliver(month, folder)
    return folder


@pytest.mark.parametrize("month", [PLAIN, "2025-10"])
def test_wide_curves_add_up_to_the_truth(inbox: Path, month: str) -> None:
    total = 0
    for path in (inbox / "prato/curves").glob(f"*_{month}.csv"):
        for line in path.read_text().splitlines()[1:]:
            total += sum(_thousandths(cell.strip('"')) for cell in line.rstrip(";").split(";")[1:])
    assert total == truth(month)["prato", "electricity_import_wh"]


@pytest.mark.parametrize("month", [PLAIN, "2025-10"])
def test_long_curves_add_up_to_the_truth(inbox: Path, month: str) -> None:
    rows = _rows(inbox / f"parma/curves/curve_{month}.csv")
    assert (
        sum(_thousandths(row["ATTIVA_PRELEVATA"]) for row in rows)
        == truth(month)["parma", "electricity_import_wh"]
    )
    assert (
        sum(_thousandths(row["ATTIVA_IMMESSA"]) for row in rows)
        == truth(month)["parma", "electricity_export_wh"]
    )


def test_pdo_flows_add_up_to_the_truth(inbox: Path) -> None:
    rows = _rows(inbox / f"bergamo/curves/{PLAIN.replace('-', '')}_PDO_1.csv")
    drawn = sum(_thousandths(row["CONSUMO_ATTIVA_PRELEVATA"]) for row in rows)
    assert drawn == truth(PLAIN)["bergamo", "electricity_import_wh"]


def test_roofs_add_up_to_the_truth(inbox: Path) -> None:
    rows = _rows(inbox / f"prato/pv/inverter_{PLAIN}.csv")
    by_flow = {
        flow: sum(_thousandths(r["valore"]) for r in rows if r["flusso"] == flow)
        for flow in ("produzione", "immissione")
    }
    assert by_flow["produzione"] == truth(PLAIN)["prato", "pv_production_wh"]
    assert by_flow["immissione"] == truth(PLAIN)["prato", "electricity_export_wh"]


@pytest.mark.parametrize("city", ["prato", "parma", "bergamo"])
def test_gas_readings_differ_by_the_truth(inbox: Path, city: str) -> None:
    ends: dict[object, list[int]] = {}
    for month in ("2025-05", PLAIN):
        readings = _sheet(inbox / f"{city}/gas/letture_gas_{month}.xlsx")
        for row in sorted(readings, key=lambda row: str(row["Data lettura"])[::-1]):
            if str(row["Data lettura"]).startswith("01/"):
                ends.setdefault(row["PDR"], []).append(int(float(str(row["Lettura"]))))
    assert (
        sum(last - first for first, last in ends.values()) == truth(PLAIN)[city, "natural_gas_smc"]
    )


def test_heat_and_bills_add_up_to_the_truth(inbox: Path) -> None:
    heat = [
        r
        for r in _rows(inbox / f"parma/heat/teleriscaldamento_{PLAIN}.csv")
        if r["Codice sottostazione"] != "TOTALE"
    ]
    assert (
        sum(_thousandths(row["Energia (MWh)"]) for row in heat)
        == truth(PLAIN)["parma", "district_heat_kwh"]
    )
    bills = [
        row
        for row in _sheet(inbox / f"roma/bills/bollette_{PLAIN}.xlsx")
        if row["Codice fornitura"] != "TOTALE"
    ]
    assert (
        sum(int(float(str(row["Consumo"]))) for row in bills)
        == truth(PLAIN)["roma", "electricity_billed_kwh"]
    )


def test_water_readings_differ_by_the_truth(inbox: Path) -> None:
    first, last = (
        _rows(inbox / f"prato/water/letture_acqua_{m}.csv", encoding="cp1252")
        for m in ("2025-05", PLAIN)
    )
    before = {row["Codice utenza"]: _thousandths(row["Lettura (mc)"]) for row in first}
    used = sum(_thousandths(row["Lettura (mc)"]) - before[row["Codice utenza"]] for row in last)
    named = ("water_potable_network_m3", "water_well_m3", "water_recycled_m3")
    assert used == sum(truth(PLAIN)["prato", name] for name in named)


def test_weather_covers_each_day_of_the_month(inbox: Path) -> None:
    daily = json.loads((inbox / f"roma/weather/roma_{PLAIN}.json").read_text())["daily"]
    assert len(daily["time"]) == 30
    assert all(len(values) == 30 for values in daily.values())


def test_the_textile_district_uses_what_such_a_district_uses() -> None:
    for month in months("2025-01", "2025-07"):
        found = truth(month)
        energy = (
            found["prato", "electricity_import_wh"] / 1e6
            + found["prato", "natural_gas_smc"] * 9.79 / 1e3
        )
        assert 3_000 < energy < 6_000  # MWh
