"""Formats against files that nobody on this project wrote; the sums are taken from the bytes by
other means.

The files stay outside the repository: set NZD_REAL_DATA to the folder that holds them.
"""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest
import python_calamine

from pipelines.catalogue.dataset import Dataset
from pipelines.catalogue.declaration import declare, read_yaml
from pipelines.catalogue.formats import format_of, laid_over, mismatches
from pipelines.connectors.parsers import ParseContext, Parsed, parse

CHECKOUT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("NZD_REAL_DATA") or CHECKOUT.parent / "shared" / "data")
CATALOGUE = CHECKOUT / "pipelines" / "catalogue"

pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="NZD_REAL_DATA names no folder and none lies beside the checkout"
)


def read(
    path: str, dataset_id: str, form: str | dict[str, Any], over: dict[str, Any] | None = None
) -> Parsed:
    where = CATALOGUE / "datasets" / f"{dataset_id}.yaml"
    dataset = declare(Dataset, read_yaml(where), where)
    if isinstance(form, str):
        where = CATALOGUE / "formats" / f"{form}.yaml"
        document = laid_over(read_yaml(where), over or {})
    else:
        document = {"id": "own", "name": {"it": "x", "en": "x"}, "description": "x", **form}
    typed = format_of(document, where)
    assert mismatches(typed, dataset) == []
    context = ParseContext("prato", "source", "ab" * 32, path, datetime(2026, 11, 1, tzinfo=UTC))
    return parse((REAL / path).read_bytes(), typed, dataset, context)


def rows_of(path: str, delimiter: str = ",") -> list[list[str]]:
    text = (REAL / path).read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


def half_up(value: Decimal, places: str = "0.000001") -> Decimal:
    return value.quantize(Decimal(places), ROUND_HALF_UP)


def total(parsed: Parsed, column: str) -> Decimal:
    return Decimal(pc.sum(parsed.table.column(column)).as_py())


def test_reads_a_month_of_quarter_hours_from_the_distributors_portal() -> None:
    path = "meters-electricity/it_edistribuzione_curva_quartoraria_ExportData_settembre.csv"
    raw = rows_of(path, ";")[1:]

    parsed = read(
        path,
        "meter_intervals",
        "e_distribuzione_curves",
        {"columns": {"point_id": {"const": "IT001E00000001"}}},
    )

    assert total(parsed, "quantity") == sum(
        Decimal(c.replace(",", ".")) for row in raw for c in row[1:97]
    )
    assert parsed.table.num_rows == 30 * 96
    assert parsed.table.column("month").unique().to_pylist() == ["2024-09"]
    assert parsed.rejects == ()


@pytest.mark.parametrize(
    ("path", "flow", "days"),
    [
        ("meters-electricity/it_meterN_prelievi_2020.csv", "import", 366),
        ("meters-pv/it_meterN_FV_totale_2021.csv", "production", 365),
        ("meters-pv/it_meterN_immissioni_2021.csv", "export", 365),
    ],
)
def test_reads_daily_wh_without_a_header(path: str, flow: str, days: int) -> None:
    values = [{"flow": flow, "column": "wh", "quantity": "energy_interval", "unit": "Wh"}]

    parsed = read(path, "meter_intervals", "daily_wh_headerless", {"values": values})

    assert total(parsed, "quantity") * 1000 == sum(Decimal(row[1]) for row in rows_of(path))
    assert parsed.table.num_rows == days
    assert parsed.table.column("flow").unique().to_pylist() == [flow]


def test_reads_twelve_years_of_a_dyehouse_by_month() -> None:
    path = "meters-textile/textile_dyehouse_monthly_2011_2022_fabrika_clean.csv"
    head, *raw = rows_of(path)

    parsed = read(
        path,
        "meter_intervals",
        {
            "parser": "interval_table",
            "layout": "long",
            "interval": "P1M",
            "read": {"file": "csv", "delimiter": ","},
            "time": {
                "date": {"compose": "{Year}-{Month}"},
                "date_format": "%Y-%m",
                "zone": "Europe/Istanbul",
            },
            "values": [
                {
                    "flow": "import",
                    "column": "Electric",
                    "quantity": "energy_interval",
                    "unit": "kWh",
                }
            ],
            "columns": {
                "point_id": {"const": "dyehouse"},
                "carrier": {"const": "electricity"},
                "quality": {"const": "measured"},
            },
        },
    )

    assert total(parsed, "quantity") == sum(Decimal(row[head.index("Electric")]) for row in raw)
    assert parsed.table.num_rows == 144


def test_reads_the_dyed_kilograms_as_activity() -> None:
    path = "meters-textile/textile_dyehouse_monthly_2011_2022_fabrika_clean.csv"
    head, *raw = rows_of(path)

    parsed = read(
        path,
        "district_activity",
        {
            "parser": "table",
            "read": {"file": "csv", "delimiter": ","},
            "columns": {
                "driver": {"const": "output_kg"},
                "period_start": {"compose": "{Year}-{Month}", "date_format": "%Y-%m"},
                "period_end": {
                    "compose": "{Year}-{Month}",
                    "date_format": "%Y-%m",
                    "plus_months": 1,
                },
                "value": {"column": "TotalDyeingAmount", "unit": "kg"},
            },
        },
    )

    assert total(parsed, "value") == sum(
        Decimal(row[head.index("TotalDyeingAmount")]) for row in raw
    )
    assert parsed.table.column("period_end")[0].as_py() == date(2011, 2, 1)


def test_reads_bills_without_a_header_and_with_empty_columns_between() -> None:
    path = "bills/it_vetronaviglio_bollette_2024_2025.xlsx"
    cells = python_calamine.load_workbook(str(REAL / path)).get_sheet_by_index(0).to_python()

    parsed = read(
        path,
        "utility_bills",
        {
            "parser": "table",
            "read": {"file": "xlsx", "header": "none", "names": ["month", "", " ", "eur"]},
            "columns": {
                "point_id": {"const": "glassworks"},
                "carrier": {"const": "electricity"},
                "bill_id": "month",
                "period_start": {"column": "month", "date_format": "iso"},
                "period_end": {"column": "month", "date_format": "iso", "plus_months": 1},
                "amount_net_eur": {"column": "eur", "unit": "EUR"},
                "bill_kind": {"const": "regular"},
                "quality": {"const": "unknown"},
            },
        },
    )

    assert total(parsed, "amount_net_eur") == sum(Decimal(str(row[3])) for row in cells)
    assert parsed.table.num_rows == 9
    assert parsed.table.column("period_end")[0].as_py() == date(2024, 12, 1)


def test_reads_machines_as_columns_and_italian_months_as_rows() -> None:
    path = "meters-submeter/it_vetronaviglio_consumo_macchine_2025.xlsx"
    cells = (
        python_calamine.load_workbook(str(REAL / path))
        .get_sheet_by_index(0)
        .to_python(skip_empty_area=False)
    )
    machines = [place for place, name in enumerate(cells[2]) if str(name).startswith("F")]

    parsed = read(
        path,
        "meter_intervals",
        {
            "parser": "interval_table",
            "layout": "long",
            "interval": "P1M",
            "read": {"file": "xlsx", "header": {"contains": ["F01", "F02"]}},
            "rows": {"where": {"Nomi macchina Vetronaviglio": "Consumo kWh"}},
            "melt": {"matching": r"^F\d"},
            "time": {
                # The sender writes GUIGNO for GIUGNO: an empty group falls back to the default.
                "date": {
                    "column": "Nomi macchina Vetronaviglio",
                    "extract": r"kWh (?:GUIGNO 25|(.+))$",
                    "default": "GIUGNO 25",
                },
                "date_format": "%B %y",
            },
            "values": [
                {"flow": "import", "column": "@value", "quantity": "energy_interval", "unit": "kWh"}
            ],
            "columns": {
                "point_id": "@name",
                "carrier": {"const": "electricity"},
                "quality": {"const": "measured"},
            },
        },
    )

    expected = sum(
        half_up(Decimal(repr(row[place])))
        for row in cells[3:]
        if str(row[0]).startswith("Consumo kWh")
        for place in machines
        if row[place] != ""
    )
    assert total(parsed, "quantity") == expected
    assert "2025-06" in parsed.table.column("month").unique().to_pylist()


def test_reads_three_years_of_a_cumulative_heat_meter() -> None:
    path = "meters-heat/dk_smart_heat_meters_hourly_sample.csv"
    raw = rows_of(path)[1:]

    parsed = read(
        path,
        "meter_registers",
        {
            "parser": "register_table",
            "read": {"file": "csv", "delimiter": ","},
            "time": {
                "timestamp": "time_rounded",
                "format": "iso",
                "dst": {"policy": "offset_in_text"},
            },
            "values": [{"column": "energy_heat_kwh", "unit": "kWh"}],
            "columns": {
                "point_id": "customer_id",
                "serial": "meter_id",
                "carrier": {"const": "district_heat"},
                "flow": {"const": "import"},
                "quality": {"const": "measured"},
                "event": {"const": "periodic"},
            },
        },
    )

    assert total(parsed, "reading") == sum(half_up(Decimal(row[3])) for row in raw)
    assert parsed.table.num_rows == len(raw)
    assert parsed.table.column("read_at")[0].as_py() == datetime(2018, 1, 2, 23, tzinfo=UTC)


@pytest.mark.parametrize("year", [2019, 2023])
def test_reads_a_year_of_daily_weather_and_turns_megajoules_into_kwh(year: int) -> None:
    path = f"weather/openmeteo_archive_daily_{year}_rome_area.json"
    daily = json.loads((REAL / path).read_text(), parse_float=Decimal)["daily"]

    parsed = read(path, "weather_daily", "open_meteo_daily")

    rain = parsed.table.filter(pc.equal(parsed.table.column("variable"), "precipitation_mm"))
    sun = parsed.table.filter(pc.equal(parsed.table.column("variable"), "irradiation_kwh_m2"))
    assert Decimal(pc.sum(rain.column("value")).as_py()) == sum(
        map(Decimal, daily["precipitation_sum"])
    )
    expected = sum(half_up(Decimal(mj) / Decimal("3.6")) for mj in daily["shortwave_radiation_sum"])
    assert Decimal(pc.sum(sun.column("value")).as_py()) == expected
    assert sun.num_rows == 365


def test_reads_forty_thousand_where_the_recovery_plan_writes_40_000() -> None:
    path = "investment/pnrr_progetti_italia_domani.csv"
    head, *raw = rows_of(path, ";")
    whole = head.index("FINANZ_TOTALE ")

    parsed = read(path, "investment_projects", "pnrr_projects_csv")

    assert total(parsed, "capex_eur") == sum(Decimal(row[whole].replace(".", "")) for row in raw)
    assert parsed.table.num_rows == len(raw)
    assert parsed.table.column("private_eur").null_count == len(raw)


def test_reads_who_pays_and_makes_no_row_of_what_is_not_known() -> None:
    path = "investment/pnrr_progetti_italia_domani.csv"
    head, *raw = rows_of(path, ";")
    sources = {name: at for at, name in enumerate(head) if name.startswith("FINANZIAMENTO")}
    filled = [row[at] for row in raw for at in sources.values() if row[at].strip() != "N/D"]

    parsed = read(path, "project_funding", "pnrr_funding_csv")

    assert len(sources) == 8
    assert parsed.table.num_rows == len(filled) == len(raw)
    assert set(parsed.table.column("funding_source").to_pylist()) == {"PNRR"}
    assert total(parsed, "amount_eur") == sum(Decimal(one.replace(".", "")) for one in filled)


def test_places_what_opencup_registers_and_leaves_all_municipalities_to_the_country() -> None:
    path = "investment/opencup_candidature_comuni_finanziate.json"
    raw = json.loads((REAL / path).read_text(encoding="utf-8"))["opencup"]

    places = read(path, "project_locations", "opencup_locations").table.to_pylist()
    projects = read(path, "investment_projects", "opencup_projects").table.to_pylist()

    said = {(one["CUP"], one["CODICE_COMUNE"].replace("-1", "000000")) for one in raw}
    assert sorted((row["cup"], row["municipality_code"]) for row in places) == sorted(said)
    assert len([code for _, code in said if code == "000000"]) > 50
    in_prato = {row["cup"] for row in places if row["municipality_code"] == "100005"}
    costs = {row["cup"]: row["capex_eur"] for row in projects}
    own = [one for one in raw if one["CODICE_COMUNE"] == "100005"]
    assert {cup: costs[cup] for cup in in_prato} == {
        one["CUP"]: Decimal(one["COSTO_PROGETTO"]) for one in own
    }
    assert len(in_prato) == 1


def test_puts_the_municipality_code_together_from_its_parts() -> None:
    path = "investment/pnrr_localizzazione.csv"

    parsed = read(path, "project_locations", "pnrr_locations_csv")

    codes = parsed.table.column("municipality_code").to_pylist()
    raw = rows_of(path, ";")[1:]
    assert sorted(codes) == sorted(row[4] + row[6] for row in raw)
    assert codes.count("100005") == sum(row[4] + row[6] == "100005" for row in raw) > 0


def test_reads_a_questionnaire_with_three_questions_of_one_name() -> None:
    path = "survey/it_tricarico_google_forms_risultati_grezzi.csv"
    raw = rows_of(path)[1:]
    stay = {
        "Evitare che i tricaricesi lascino Tricarico": "stay",
        "Attirare altra gente a Tricarico": "attract",
    }
    strengths = {
        "Cultura e Tradizioni": "culture",
        "Bellezze naturali": "nature",
        "Comunità (relazioni sociali, stile di vita, ...)": "community",
    }
    items = {
        "calm": {
            "column": "Tricarico è un posto tranquillo per metter su famiglia",
            "kind": "likert",
            "scale": [1, 5],
        },
        "leave": {
            "column": "Tricarico è il posto dove vorrei vivere per sempre",
            "kind": "likert",
            "scale": [1, 5],
            "reverse": True,
        },
        "priority": {
            "column": "Pensi sia più importante:",
            "occurrence": 1,
            "kind": "single",
            "options": stay,
        },
        "strengths": {
            "column": "Quali sono secondo te i punti di forza del paese? (scegli fino a 2 opzioni)",
            "kind": "multi",
            "options": strengths,
            "other": "other",
        },
    }

    parsed = read(path, "survey_answers", "google_forms_csv", {"survey": {"items": items}})

    def of(item: str) -> Any:
        return parsed.table.filter(pc.equal(parsed.table.column("item"), item))

    assert parsed.rejects == ()
    assert Decimal(pc.sum(of("calm").column("score")).as_py()) == sum(int(row[13]) for row in raw)
    assert Decimal(pc.sum(of("leave").column("score")).as_py()) == sum(
        6 - int(row[15]) for row in raw
    )
    assert of("priority").column("option").to_pylist().count("stay") == sum(
        "Evitare" in row[23] for row in raw
    )
    assert of("strengths").column("option").to_pylist().count("community") == sum(
        "Comunità (relazioni sociali" in row[22] for row in raw
    )
    assert len(parsed.table.column("respondent_key").unique()) == len(raw)
    texts = {cell for row in raw for cell in row[26:29] if len(cell) > 12}
    kept = {
        cell
        for name in ("option", "item", "respondent_key")
        for cell in parsed.table.column(name).to_pylist()
    }
    assert not texts & kept


def test_tells_the_two_autumn_hours_apart_by_order_of_appearance() -> None:
    path = "meters-electricity/be_fluvius_elec_15min_anonEAN.csv"
    head, *raw = rows_of(path, ";")
    register, volume = head.index("Register"), head.index("Volume")

    parsed = read(
        path,
        "meter_intervals",
        {
            "parser": "interval_table",
            "layout": "long",
            "interval": "PT15M",
            "read": {"file": "csv", "delimiter": ";", "decimal": ","},
            "time": {
                "date": "Van datum",
                "date_format": "%d-%m-%Y",
                "time": "Van tijdstip",
                "time_format": "%H:%M:%S",
                "label": "start",
                "zone": "Europe/Brussels",
                "dst": {"policy": "order_of_appearance"},
            },
            "values": [
                {"column": "Volume", "quantity": "energy_interval", "unit": {"column": "Eenheid"}}
            ],
            "columns": {
                "point_id": "EAN",
                "carrier": {"const": "electricity"},
                "flow": {
                    "column": "Register",
                    "map": {
                        "Afname Dag": "import",
                        "Afname Nacht": "import",
                        "Injectie Dag": "export",
                        "Injectie Nacht": "export",
                    },
                },
                "quality": {
                    "column": "Validatiestatus",
                    "map": {
                        "Gevalideerd": "measured",
                        "Geschat": "estimated",
                        "Geen verbruik": "unknown",
                    },
                },
            },
        },
    )

    taken = parsed.table.filter(pc.equal(parsed.table.column("flow"), "import"))
    assert Decimal(pc.sum(taken.column("quantity")).as_py()) == sum(
        Decimal(row[volume].replace(",", "."))
        for row in raw
        if row[volume] and row[register].startswith("Afname")
    )
    assert parsed.table.num_rows == sum(bool(row[volume]) for row in raw)
    assert parsed.table.column("point_id").unique().to_pylist() == ["123456879123456789"]
    assert parsed.rejects == ()


def test_reads_decilitres_of_a_cumulative_water_meter() -> None:
    path = "meters-water/nl_homewizard_15min_water_2025.csv"
    raw = rows_of(path)[1:]

    parsed = read(
        path,
        "meter_registers",
        {
            "parser": "register_table",
            "read": {"file": "csv", "delimiter": ","},
            "time": {
                "timestamp": "time",
                "format": "%Y-%m-%d %H:%M",
                "zone": "Europe/Amsterdam",
                "dst": {"policy": "order_of_appearance"},
            },
            "values": [{"column": "water usage dl", "unit": "dl"}],
            "columns": {
                "point_id": {"const": "house"},
                "carrier": {"const": "water"},
                "flow": {"const": "import"},
                "quality": {"const": "measured"},
                "event": {"const": "periodic"},
            },
        },
    )

    assert total(parsed, "reading") * 10_000 == sum(Decimal(row[1]) for row in raw)
    assert parsed.table.num_rows == len(raw)


def test_adds_up_two_tariffs_and_keeps_moments_with_their_offset() -> None:
    path = "meters-electricity+gas/nl_dsmr_reader_hourly_2024.csv"
    raw = rows_of(path)[1:]
    low, normal = (
        "Electricity 1 (Dutch Users: Low Tariff)",
        "Electricity 2 (Dutch Users: Normal Tariff)",
    )

    parsed = read(
        path,
        "meter_intervals",
        {
            "parser": "interval_table",
            "layout": "long",
            "interval": "PT1H",
            "read": {"file": "csv", "delimiter": ","},
            "time": {
                "timestamp": "Hour Start",
                "format": "iso",
                "label": "start",
                "dst": {"policy": "offset_in_text"},
            },
            "values": [
                {
                    "flow": "import",
                    "sum_of": [low, normal],
                    "quantity": "energy_interval",
                    "unit": "kWh",
                }
            ],
            "columns": {
                "point_id": {"const": "house"},
                "carrier": {"const": "electricity"},
                "quality": {"const": "measured"},
            },
        },
    )

    assert total(parsed, "quantity") == sum(Decimal(row[1]) + Decimal(row[2]) for row in raw)
    assert parsed.table.num_rows == 8754


def test_reads_manual_readings_between_a_preamble_and_an_advertisement() -> None:
    path = "meters-water/de_energycontrol_manual_water.csv"

    parsed = read(
        path,
        "meter_registers",
        {
            "parser": "register_table",
            "read": {
                "file": "csv",
                "delimiter": ";",
                "decimal": ",",
                "header": {"contains": ["Datum", "Zeit"]},
                "skip_rows": ["^(Created|Wenn|https|Made)"],
            },
            "time": {
                "date": "Datum",
                "date_format": "%d.%m.%y",
                "time": "Zeit",
                "time_format": "%H:%M",
                "zone": "Europe/Berlin",
                "dst": {"policy": "order_of_appearance"},
            },
            "values": [{"column": "Zählerstand", "unit": "m3"}],
            "columns": {
                "point_id": {"const": "house"},
                "carrier": {"const": "water"},
                "flow": {"const": "import"},
                "quality": {"const": "self_read"},
                "event": {"const": "periodic"},
            },
        },
    )

    raw = [row for row in rows_of(path, ";") if len(row) == 3 and row[1].count(":") == 1]
    assert total(parsed, "reading") == sum(Decimal(row[2].replace(",", ".")) for row in raw)
    assert parsed.table.num_rows == len(raw) == 10
