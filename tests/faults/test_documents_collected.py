"""XML documents through a whole collection: what counts, what is in order though empty, what is not."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipelines.catalogue.catalogue import load
from pipelines.collecting.collect import collect_all, refresh_current
from pipelines.collecting.current import read_current
from pipelines.settings import Settings, checkout
from tests.declaring import PROVA
from tests.unit.connectors.test_xml_invoices import body, invoice, line
from tests.unit.connectors.test_xml_series import acknowledgement
from tests.unit.connectors.test_xml_sii import daily, ea, flow, gas, pod

SOURCES = """\
  curves:
    dataset: meter_intervals
    format: sii_electricity_curves_xml
    from: "{inbox}/sii/*.xml"
    with: {own}
  readings: {{dataset: meter_registers, format: sii_electricity_readings_xml, from: "{inbox}/sii/*.xml"}}
  gas: {{dataset: meter_registers, format: sii_gas_readings_xml, from: "{inbox}/sii/1.xml"}}
  exchanges: {{dataset: meter_registers, format: sii_gas_exchange_xml, from: "{inbox}/sii/2.xml"}}
  invoices: {{dataset: utility_bills, format: fatturapa, from: "{inbox}/invoices/*.xml"}}
  load: {{dataset: context_series, format: entsoe_series, from: "{inbox}/entsoe/*.xml"}}
"""
ARRIVED = datetime(2026, 9, 10, 8, tzinfo=UTC)


class Place:
    def __init__(self, folder: Path, own: str = "{rows: {own: {values: ['09876543210']}}}") -> None:
        self.inbox = folder / "inbox"
        districts, home = folder / "districts", folder / "home"
        districts.mkdir()
        for name in ("sii", "invoices", "entsoe"):
            (self.inbox / name).mkdir(parents=True)
        (districts / "prova.yaml").write_text(PROVA + SOURCES.format(inbox=self.inbox, own=own))
        self.settings = Settings(checkout(), home, districts, self.inbox, home)
        self.catalogue = load(districts)

    def collect(self, after: int = 0) -> None:
        collect_all(self.settings, self.catalogue, ARRIVED + timedelta(days=after))

    def rows(self, dataset: str) -> list[dict[str, Any]]:
        table = read_current(self.settings.view, self.catalogue.datasets[dataset])
        found: list[dict[str, Any]] = table.to_pylist()
        return found

    def findings(self, source: str) -> list[str]:
        rows = pq.read_table(self.settings.view / "collected/findings.parquet").to_pylist()
        return sorted(row["code"] for row in rows if row["source_id"] == source)


def test_a_rectification_replaces_its_original_and_broken_files_take_nothing(
    tmp_path: Path,
) -> None:
    place = Place(tmp_path)
    (place.inbox / "sii" / "a.xml").write_bytes(flow(pod(ea(1, ["1,0"] * 96), ea(2, ["1,0"] * 96))))
    place.collect()
    rectified = flow(pod(ea(2, ["2,0"] * 96)), attribute='CodFlusso="RFO"')
    (place.inbox / "sii" / "b.xml").write_bytes(rectified)
    (place.inbox / "sii" / "c.xml").write_bytes(flow(pod(ea(1, ["9,0"] * 96)))[:-40])
    (place.inbox / "sii" / "d.xml").write_bytes(b'<!DOCTYPE x [<!ENTITY a "b">]><FlussoMisure/>')
    place.collect(after=1)

    assert sum(row["quantity"] for row in place.rows("meter_intervals")) == Decimal(96 + 2 * 96)
    assert {"TRUNCATED", "UNSAFE_XML"} <= set(place.findings("curves"))


def test_m5_an_annulled_reading_is_taken_back_and_earlier_views_keep_it(tmp_path: Path) -> None:
    place = Place(tmp_path)
    days = [ea(day, ["1,0"] * 96) for day in (1, 2)]
    (place.inbox / "sii" / "a.xml").write_bytes(flow(pod(*days)))
    place.collect()
    why = "<Motivazione>Annullamento</Motivazione>"
    (place.inbox / "sii" / "b.xml").write_bytes(flow(pod(ea(2, [""] * 96), more=why)))
    place.collect(after=1)

    assert [row["month"] for row in place.rows("meter_intervals")] == ["2026-01"] * 96
    assert {row["interval_start"].day for row in place.rows("meter_intervals")} <= {31, 1}
    assert place.findings("curves").count("READING_ANNULLED") == 1

    again = flow(pod(ea(2, ["3,0"] * 96)))
    (place.inbox / "sii" / "c.xml").write_bytes(again)
    place.collect(after=2)
    assert sum(row["quantity"] for row in place.rows("meter_intervals")) == 96 + 3 * 96

    refresh_current(place.settings, place.catalogue, ARRIVED)
    assert sum(row["quantity"] for row in place.rows("meter_intervals")) == 2 * 96


def test_m5_a_flow_that_is_annulled_gives_way_to_the_one_it_had_corrected(tmp_path: Path) -> None:
    place = Place(tmp_path, "{rows: {own: {values: ['09876543210']}, annuls: flow}}")
    (place.inbox / "sii" / "a.xml").write_bytes(flow(pod(ea(1, ["1,0"] * 96))))
    rectified = 'CodFlusso="RFO"'
    (place.inbox / "sii" / "b.xml").write_bytes(flow(pod(ea(1, ["5,0"] * 96)), attribute=rectified))
    place.collect()
    assert sum(row["quantity"] for row in place.rows("meter_intervals")) == 5 * 96
    why = "<Motivazione>Annullamento rettifica</Motivazione>"
    (place.inbox / "sii" / "c.xml").write_bytes(
        flow(pod(ea(1, ["5,0"] * 96), more=why), attribute=rectified)
    )
    place.collect(after=1)

    assert sum(row["quantity"] for row in place.rows("meter_intervals")) == 96


def test_documents_in_order_without_a_row_are_no_failures(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (place.inbox / "sii" / "a.xml").write_bytes(flow(pod(ea(1, ["1,0"] * 96))))
    (place.inbox / "invoices" / "a.xml").write_bytes(invoice(body([line()], kind="TD17")))
    (place.inbox / "entsoe" / "a.xml").write_text(acknowledgement("No matching data found"))
    place.collect()

    for source in ("readings", "invoices", "load"):
        assert not {"NO_ROWS", "HEADER_ONLY"} & set(place.findings(source))
    assert place.rows("meter_registers") == place.rows("utility_bills") == []


def test_m11_the_same_invoice_of_two_senders_is_one_bill(tmp_path: Path) -> None:
    place = Place(tmp_path)
    blob = invoice(body([line(quantity="100")]))
    (place.inbox / "invoices" / "IT12345678901_00001.xml").write_bytes(blob)
    (place.inbox / "invoices" / "IT99999999999_ab12.xml").write_bytes(
        blob.replace(b"p:Fattura", b"ns2:Fattura").replace(b"xmlns:p", b"xmlns:ns2")
    )
    place.collect()

    assert [row["quantity"] for row in place.rows("utility_bills")] == [Decimal(100)]


def test_m16_an_exchange_may_arrive_after_the_readings_of_the_new_meter(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (place.inbox / "sii" / "1.xml").write_bytes(
        gas(
            daily("DatiPdr", "cod_pdr", "", "12")
            .replace("0011", "NEW")
            .replace("31/12/2025", "16/04/2026")
        )
    )
    place.collect()
    (place.inbox / "sii" / "2.xml").write_bytes(
        gas(
            "<DatiPdR><cod_PdDR>00881100000001</cod_PdDR><data_misura>15/04/2026</data_misura>"
            "<coeff_corr>1</coeff_corr><Pre-int><matr_mis>OLD</matr_mis><let_misuratore>46097"
            "</let_misuratore></Pre-int><Post-int><matr_mis>NEW</matr_mis><let_misuratore>0"
            "</let_misuratore></Post-int></DatiPdR>",
            root="FlussoIGMG",
        )
    )
    place.collect(after=1)

    rows = sorted(place.rows("meter_registers"), key=lambda row: (row["read_at"], row["serial"]))
    assert [(row["serial"], row["event"], row["reading"]) for row in rows] == [
        ("NEW", "exchange_in", Decimal(0)),
        ("OLD", "exchange_out", Decimal(46097)),
        ("NEW", "periodic", Decimal(12)),
    ]
