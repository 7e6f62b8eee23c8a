"""XML documents that nobody on this project wrote; figures are taken from the bytes by ElementTree,
by patterns, or by the library of the standard.

The files stay outside the repository: set NZD_REAL_DATA to the folder that holds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from pipelines.connectors.parsers import Parsed
from tests.real_data.test_formats_read_real_files import REAL, half_up, read, total

pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="NZD_REAL_DATA names no folder and none lies beside the checkout"
)
ESPI, ATOM = "{http://naesb.org/espi}", "{http://www.w3.org/2005/Atom}"
THERM = Decimal("105.505585262") / Decimal("3.6")


def document(path: str) -> ElementTree.Element:
    return ElementTree.fromstring((REAL / path).read_bytes())  # noqa: S314 - files we were given


def named(path: str, name: str) -> Iterator[ElementTree.Element]:
    return (one for one in document(path).iter() if one.tag.rpartition("}")[2] == name)


def rows(parsed: Parsed) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = parsed.table.to_pylist()
    return found


def test_us_sdge_greenbutton_testdata() -> None:
    path = "meters-greenbutton/us_sdge_greenbutton_testdata.xml"
    values = [int(one.findtext(f"{ESPI}value", "")) for one in named(path, "IntervalReading")]
    starts = [
        int(one.findtext(f"{ESPI}timePeriod/{ESPI}start", ""))
        for one in named(path, "IntervalReading")
    ]

    parsed = read(path, "meter_intervals", "green_button_intervals")

    assert parsed.table.num_rows == len(values) == 552
    assert total(parsed, "quantity") == Decimal(sum(values)) / 1000  # Wh, multiplier 0
    assert {row["interval_start"] for row in rows(parsed)} == {
        datetime.fromtimestamp(start, UTC) for start in starts
    }
    assert {(row["carrier"], row["flow"], row["unit"]) for row in rows(parsed)} == {
        ("electricity", "import", "kWh")
    }
    assert parsed.rejects == ()
    # The summary that the utility wrote into the same feed, in Wh.
    summary = next(named(path, "currentBillingPeriodOverAllConsumption"))
    assert sum(values) == int(summary.findtext(f"{ESPI}value", ""))


def test_us_ngma_gas_billing() -> None:
    path = "meters-greenbutton/us_ngma_gas_billing.xml"
    raw = [
        (
            int(one.findtext(f"{ESPI}timePeriod/{ESPI}start", "")),
            int(one.findtext(f"{ESPI}timePeriod/{ESPI}duration", "")),
            int(one.findtext(f"{ESPI}value", "")),
        )
        for one in named(path, "IntervalReading")
    ]

    parsed = read(path, "utility_bills", "green_button_billing")

    assert parsed.table.num_rows == len(raw) == 35
    thermal = [half_up(Decimal(value).scaleb(-3) * THERM) for _, _, value in raw]
    assert total(parsed, "quantity") == sum(thermal)
    assert {(row["period_start"], row["period_end"]) for row in rows(parsed)} == {
        (
            datetime.fromtimestamp(start, UTC).date(),
            datetime.fromtimestamp(start + length, UTC).date(),
        )
        for start, length, _ in raw
    }
    assert {(row["carrier"], row["unit"]) for row in rows(parsed)} == {("natural_gas", "kWh")}
    assert read(path, "meter_intervals", "green_button_intervals").table.num_rows == 0


def points(path: str) -> Iterator[tuple[ElementTree.Element, dict[int, Decimal], int]]:
    """Series, values by position, and the number of intervals, by ElementTree."""
    root = document(path)
    ns = {"m": root.tag[1:].partition("}")[0]}
    for series in root.findall("m:TimeSeries", ns):
        for period in series.findall("m:Period", ns):
            begin, end = (
                datetime.fromisoformat(period.findtext(f"m:timeInterval/m:{name}", "", ns))
                for name in ("start", "end")
            )
            minutes = int(re.sub(r"\D", "", period.findtext("m:resolution", "", ns)))
            found = {
                int(point.findtext("m:position", "", ns)): Decimal(
                    point.findtext("m:quantity", "", ns)
                )
                for point in period.findall("m:Point", ns)
            }
            yield series, found, (end - begin) // timedelta(minutes=minutes)


def test_entsoe_a75_fi_production() -> None:
    path = "entsoe/entsoe_A75_FI_production.xml"
    expected: dict[str, Decimal] = {}
    intervals = 0
    for series, found, count in points(path):
        kind = next(one.text for one in series.iter() if one.tag.endswith("}psrType"))
        value = Decimal(0)
        for position in range(1, count + 1):  # A03: what is left out repeats
            value = found.get(position, value)
            expected[f"A75/A01/{kind}"] = expected.get(f"A75/A01/{kind}", Decimal(0)) + value
        intervals += count

    parsed = read(path, "context_series", "entsoe_series")

    sums: dict[str, Decimal] = {}
    for row in rows(parsed):
        sums[row["variable"]] = sums.get(row["variable"], Decimal(0)) + row["quantity"]
    assert sums == expected
    assert len(sums) == 12
    assert parsed.table.num_rows == intervals == 12 * 288
    assert {(row["place"], row["unit"]) for row in rows(parsed)} == {("10YFI-1--------U", "MW")}
    assert parsed.table.num_rows > len(list(named(path, "Point"))) == 2080


def test_entsoe_fr_cor_it_sar_ac_exchange_exports() -> None:
    path = "entsoe/entsoe_FR-COR_IT-SAR_AC_exchange_exports.xml"
    ((_, found, _),) = points(path)

    parsed = read(path, "context_series", "entsoe_series")

    assert parsed.table.num_rows == len(found) == 47
    assert total(parsed, "quantity") == sum(found.values())
    first, last = rows(parsed)[0], rows(parsed)[-1]
    assert first["place"] == "10Y1001A1001A885>10Y1001A1001A74G"
    assert first["interval_start"] == datetime(2023, 12, 27, 10, tzinfo=UTC)
    assert last["interval_end"] == datetime(2023, 12, 29, 9, tzinfo=UTC)


def test_eurostat_sdmx_nama_10_gdp_ss() -> None:
    path = "eurostat/eurostat_sdmx_NAMA_10_GDP-ss.xml"
    raw = re.findall(r'TIME_PERIOD="(\d+)" OBS_VALUE="([\d.]+)"', (REAL / path).read_text())

    parsed = read(path, "context_series", "sdmx_series_xml")

    assert [(row["interval_start"], row["quantity"]) for row in rows(parsed)] == [
        (datetime(int(year), 1, 1, tzinfo=ZoneInfo("Europe/Rome")), Decimal(value))
        for year, value in raw
    ]
    assert len(raw) == 4
    assert {(row["place"], row["unit"], row["variable"]) for row in rows(parsed)} == {
        ("LU", "CP_MEUR", "freq=A,geo=LU,na_item=B1GQ,unit=CP_MEUR")
    }


def test_istat_22_289_population() -> None:
    path = "sdmx-istat/istat_22_289_population.xml"
    sdmx = pytest.importorskip("sdmx", reason="the oracle sdmx1 is not installed")
    structure = sdmx.read_sdmx(REAL / "sdmx-istat/istat_22_289_structure.xml")
    message = sdmx.read_sdmx(REAL / path, structure=next(iter(structure.structure.values())))
    oracle = {
        (str(one.key.values["SEX"].value), str(one.key.values["TIME_PERIOD"].value)): Decimal(
            str(one.value)
        )
        for one in message.data[0].obs
    }

    parsed = read(path, "context_series", "sdmx_series_xml")

    found = {
        (
            re.search(r"SEX=(\d)", row["variable"])[1],  # type: ignore[index]
            str(row["interval_end"].astimezone(ZoneInfo("Europe/Rome")).year - 1),
        ): row["quantity"]
        for row in rows(parsed)
    }
    assert found == oracle
    assert len(oracle) == 8
    assert sum(row["status"] == "e" for row in rows(parsed)) == 2


def records(path: str) -> list[dict[str, str]]:
    return [
        {child.tag: child.text or "" for child in record} for record in named(path, "DataRecord")
    ]


def read_meter(name: str, over: dict[str, Any] | None = None) -> Parsed:
    return read(f"meters-mbus/{name}", "meter_registers", "mbus_readings_xml", over)


def shown(parsed: Parsed) -> list[tuple[str, Decimal, str, datetime]]:
    return [(row["register"], row["reading"], row["unit"], row["read_at"]) for row in rows(parsed)]


def test_mbus_kamstrup_multical_601() -> None:
    energy = [
        Decimal(one["Value"])
        for one in records("meters-mbus/mbus_kamstrup_multical_601.xml")
        if one.get("Unit") == "Energy (kWh)" and one.get("Device", "0") == "0"
    ]

    parsed = read_meter("mbus_kamstrup_multical_601.xml")

    assert total(parsed, "reading") == sum(energy) == Decimal(37351 + 33361)
    assert [one for one in shown(parsed) if one[0] == "total"] == [
        ("total", Decimal(33361), "kWh", datetime(2010, 12, 30, 23, tzinfo=UTC)),
        ("total", Decimal(37351), "kWh", datetime(2011, 1, 5, 14, 26, tzinfo=UTC)),
    ]
    assert {row["point_id"] for row in rows(parsed)} == {"6855817"}
    assert [(note.code, note.count) for note in parsed.notes] == [("SET_ASIDE", 2)]


def test_mbus_els_elster_f96_plus() -> None:
    parsed = read_meter("mbus_ELS_Elster-F96-Plus.xml")

    assert shown(parsed) == [
        ("tariff 1", Decimal(0), "kWh", datetime(2013, 5, 30, 22, tzinfo=UTC)),
        ("tariff 1", Decimal(0), "kWh", datetime(2014, 3, 13, 12, 9, tzinfo=UTC)),
        ("total", Decimal(0), "kWh", datetime(2013, 5, 30, 22, tzinfo=UTC)),
        ("total", Decimal(0), "kWh", datetime(2014, 3, 13, 12, 9, tzinfo=UTC)),
    ]


def test_mbus_landis_gyr_ultraheat_t230() -> None:
    parsed = read_meter("mbus_landis-gyr_ultraheat_t230.xml")

    # Storage 1 carries no time point in this telegram: when it was read nobody can say.
    assert shown(parsed) == [
        ("tariff 5", Decimal(0), "kWh", datetime(2012, 1, 13, 11, 4, tzinfo=UTC)),
        ("total", Decimal(0), "kWh", datetime(2012, 1, 13, 11, 4, tzinfo=UTC)),
    ]
    assert [one.code for one in parsed.rejects] == ["MISSING_VALUE", "MISSING_VALUE"]


def test_mbus_acw_itron_cyble_m_bus_14() -> None:
    parsed = read_meter("mbus_ACW_Itron-CYBLE-M-Bus-14.xml")
    chosen = read_meter(
        "mbus_ACW_Itron-CYBLE-M-Bus-14.xml", {"rows": {"unless": {"record": ["5"]}}}
    )

    # Two volumes of one storage, 31 and 0 litres, that the telegram does not tell apart, and one of
    # storage 1 without a time point.
    assert sorted(one.code for one in parsed.rejects) == [
        "DUP_CONFLICT", "DUP_CONFLICT", "MISSING_VALUE"
    ]  # fmt: skip
    assert shown(chosen) == [
        ("total", Decimal("0.031"), "m3", datetime(2014, 3, 13, 13, 26, tzinfo=UTC))
    ]
    assert {row["carrier"] for row in rows(chosen)} == {"water"}


def test_gme_mgp_quantita_20210902() -> None:
    path = "gme/gme_MGP_quantita_20210902.xml"
    raw = {
        (child.tag, one.findtext("Ora", "")): Decimal((child.text or "").replace(",", "."))
        for one in document(path).findall("Quantita")
        for child in one
        if child.tag.endswith(("_ACQUISTI", "_VENDITE"))
    }

    parsed = read(path, "context_series", "gme_mgp_xml")

    assert parsed.table.num_rows == len(raw)
    assert total(parsed, "quantity") == sum(half_up(value) for value in raw.values())
    nord = [
        row["quantity"]
        for row in rows(parsed)
        if (row["place"], row["variable"]) == ("NORD", "mgp_bought")
    ]
    assert nord == [half_up(raw["NORD_ACQUISTI", str(hour)]) for hour in range(1, 25)]
    starts = {row["interval_start"] for row in rows(parsed)}
    assert min(starts) == datetime(2021, 9, 1, 22, tzinfo=UTC)
    assert max(row["interval_end"] for row in rows(parsed)) == datetime(2021, 9, 2, 22, tzinfo=UTC)
    assert len(starts) == 24


def test_lamma_toscana_prato_previsioni() -> None:
    path = "weather/lamma_toscana_prato_previsioni.xml"
    raw = {
        (f"t_{temp.get('temp_type')}_c", int(day.get("idday", ""))): Decimal(temp.text or "")
        for day in document(path).findall("previsione")
        if day.get("ora") == "giorno"
        for temp in day.findall("temp")
        if temp.get("temp_type") in ("min", "max")
    }

    parsed = read(path, "context_series", "lamma_forecast_xml")

    rome = ZoneInfo("Europe/Rome")
    given = [row for row in rows(parsed) if row["quantity"] is not None]
    assert {(row["variable"], row["interval_start"]): row["quantity"] for row in given} == {
        (name, datetime(2017, 8, 16 + day, tzinfo=rome)): value
        for (name, day), value in raw.items()
    }
    assert len(raw) >= 6
    assert {(row["place"], row["status"]) for row in rows(parsed)} == {("Prato", "forecast")}


def test_every_xml_file_of_the_folder_is_read_by_a_test_of_its_own() -> None:
    here = Path(__file__).read_text(encoding="utf-8")
    files = {path.relative_to(REAL).as_posix() for path in REAL.rglob("*.xml")}

    assert len(files) == 13
    assert {path for path in files if path.rpartition("/")[2] not in here} == set()
