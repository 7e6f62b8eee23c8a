"""Flows of the Sistema Informativo Integrato as XML; sums are taken by ElementTree or by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pyarrow.compute as pc
import pytest

from pipelines.connectors.parsers import DeliveryRefused, Parsed
from tests.unit.connectors.conftest import Read

ROME = ZoneInfo("Europe/Rome")
POD, OTHER = "IT001E00000001", "IT001E00000002"
CURVES, READINGS = "sii_electricity_curves_xml", "sii_electricity_readings_xml"
GAS, EXCHANGE = "sii_gas_readings_xml", "sii_gas_exchange_xml"
NAME = "01234567890_09876543210_202601_PDO_20260203101500_1.xml"


def quarters(day: date) -> int:
    ends = [datetime.combine(day + timedelta(n), datetime.min.time(), ROME) for n in (0, 1)]
    return (ends[1].astimezone(UTC) - ends[0].astimezone(UTC)) // timedelta(minutes=15)


def ea(day: int, values: list[str], *, backwards: bool = False, name: str = "Ea") -> str:
    pairs = [f'E{n}="{value}"' for n, value in enumerate(values, 1)]
    return f"<{name} {' '.join(reversed(pairs) if backwards else pairs)}>{day:02d}</{name}>"


def flow(*pods: str, attribute: str = 'CodFlusso="PDO"', head: str = "") -> bytes:
    vat = "<PIvaUtente>09876543210</PIvaUtente>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<FlussoMisure {attribute}>'
        f"<IdentificativiFlusso>{vat}</IdentificativiFlusso>{head}{''.join(pods)}</FlussoMisure>"
    ).encode()


def pod(
    *days: str, code: str = POD, month: str = "01/2026", kind: str = "E", more: str = ""
) -> str:
    return (
        f"<DatiPod><Pod>{code}</Pod><MeseAnno>{month}</MeseAnno>{more}"
        f"<Misura><TipoDato>{kind}</TipoDato>{''.join(days)}</Misura></DatiPod>"
    )


def kwh(parsed: Parsed) -> Decimal:
    return Decimal(pc.sum(parsed.table["quantity"]).as_py() or 0)


def by_elementtree(blob: bytes) -> Decimal:
    found = Decimal(0)
    for element in ElementTree.fromstring(blob).iter("Ea"):  # noqa: S314 - our own bytes
        cells = [text for key, text in element.attrib.items() if key[1:].isdecimal()]
        found += sum(Decimal(text.replace(",", ".")) for text in cells if text.strip(" -"))
    return found


def starts(parsed: Parsed) -> list[datetime]:
    return [moment.as_py() for moment in parsed.table["interval_start"]]


def test_m1_attributes_in_reverse_order_are_the_quarters_of_their_numbers(read: Read) -> None:
    values = [f"{n},250" for n in range(1, 97)]
    blob = flow(pod(ea(1, values, backwards=True)))

    parsed = read(blob, CURVES, "meter_intervals")

    assert kwh(parsed) == by_elementtree(blob) == Decimal("4680.000")
    assert starts(parsed)[0] == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert parsed.table["quantity"][0].as_py() == Decimal("1.25")
    assert parsed.table["quantity"][95].as_py() == Decimal("96.25")


@pytest.mark.parametrize("tail", [0, 4, 8])
def test_m1_the_short_day_has_92_quarters_whether_the_rest_is_absent_or_empty(
    read: Read, tail: int
) -> None:
    blob = flow(pod(ea(29, ["0,5"] * 92 + [""] * tail), month="03/2026"))

    parsed = read(blob, CURVES, "meter_intervals")

    assert parsed.table.num_rows == quarters(date(2026, 3, 29)) == 92
    assert kwh(parsed) == Decimal(46)
    assert starts(parsed)[-1] == datetime(2026, 3, 29, 21, 45, tzinfo=UTC)
    assert parsed.rejects == ()


def test_m1_the_long_day_has_100_quarters(read: Read) -> None:
    blob = flow(pod(ea(25, [f"{n},001" for n in range(100)]), month="10/2026"))

    parsed = read(blob, CURVES, "meter_intervals")

    assert parsed.table.num_rows == quarters(date(2026, 10, 25)) == 100
    assert len(set(starts(parsed))) == 100
    assert kwh(parsed) == by_elementtree(blob)


def test_m1_quarters_97_to_100_that_are_empty_on_a_normal_day_are_no_rows(read: Read) -> None:
    parsed = read(flow(pod(ea(7, ["1,0"] * 96 + [""] * 4))), CURVES, "meter_intervals")

    assert parsed.table.num_rows == 96
    assert parsed.rejects == ()


def test_m1_energy_in_a_quarter_that_the_day_does_not_have_is_rejected(read: Read) -> None:
    parsed = read(flow(pod(ea(7, ["1,0"] * 97))), CURVES, "meter_intervals")

    assert parsed.table.num_rows == 96
    assert [reject.code for reject in parsed.rejects] == ["TIME_PHANTOM"]


def test_m1_a_quarter_above_100_refuses_the_file(read: Read) -> None:
    with pytest.raises(DeliveryRefused, match="UNKNOWN_COLUMN"):
        read(flow(pod(ea(25, ["1,0"] * 101))), CURVES, "meter_intervals")


def test_m2_blank_and_dash_attributes_are_missing_and_never_zero(read: Read) -> None:
    values = ["1,740", "", "-", "   ", "2,460"] + ["0,000"] * 91
    blob = flow(pod(ea(1, values)))

    parsed = read(blob, CURVES, "meter_intervals")

    assert parsed.table.num_rows == 93
    assert kwh(parsed) == by_elementtree(blob) == Decimal("4.2")


def test_m2_a_decimal_point_where_a_comma_is_declared_refuses_the_file(read: Read) -> None:
    with pytest.raises(DeliveryRefused, match="MIXED_DECIMALS"):
        read(flow(pod(ea(1, ["1.740"] + ["0,1"] * 95))), CURVES, "meter_intervals")


@pytest.mark.parametrize(
    ("attribute", "head", "file_name", "code"),
    [
        ('CodFlusso="RFO"', "", "x.xml", "RFO"),
        ('cod_flusso="PDO2G"', "", "x.xml", "PDO2G"),
        ("", "<CodFlusso>RFO2G</CodFlusso>", "x.xml", "RFO2G"),
        ("", "", NAME, "PDO"),
        ("", "", f"2026/{NAME.replace('_PDO_', '_RFO2G_')}", "RFO2G"),
        ('CodFlusso="RFO"', "", NAME, "RFO"),
    ],
)
def test_m3_the_flow_stands_in_an_attribute_a_child_or_the_third_token_of_the_file_name(
    read: Read, attribute: str, head: str, file_name: str, code: str
) -> None:
    blob = flow(pod(ea(1, ["1,0"] * 96)), attribute=attribute, head=head)

    parsed = read(blob, CURVES, "meter_intervals", file_name=file_name)

    assert set(parsed.table["flow_code"].to_pylist()) == {code}
    rank = ["PDO", "PDO2G", "RFO", "RFO2G"].index(code) + 1
    assert set(parsed.table["flow_rank"].to_pylist()) == {rank}


def test_m4_one_supply_point_in_two_months_is_two_months(read: Read) -> None:
    blob = flow(
        pod(ea(1, ["1,0"] * 96), month="01/2026"),
        pod(ea(1, ["2,0"] * 96), month="02/2026"),
        pod(ea(1, ["4,0"] * 96), code=OTHER),
    )

    parsed = read(blob, CURVES, "meter_intervals")

    sums = parsed.table.group_by(["point_id", "month"]).aggregate([("quantity", "sum")])
    assert sorted(map(tuple, (row.values() for row in sums.to_pylist()))) == [
        (POD, "2026-01", Decimal(96)),
        (POD, "2026-02", Decimal(192)),
        (OTHER, "2026-01", Decimal(384)),
    ]


def test_m4_original_and_another_value_in_one_document_contradict_each_other(read: Read) -> None:
    blob = flow(pod(ea(1, ["1,0"] * 96)), pod(ea(1, ["2,0"] * 96)))

    parsed = read(blob, CURVES, "meter_intervals")

    assert parsed.table.num_rows == 0
    assert {reject.code for reject in parsed.rejects} == {"DUP_CONFLICT"}
    assert len(parsed.rejects) == 192


def test_m4_an_original_and_its_rectification_in_one_file(read: Read) -> None:
    head = "pod;data_lettura;tipo_flusso;" + ";".join(f"ea{n}" for n in range(1, 97))
    days = [("07", "RFO2G", "2,5"), ("07", "PDO2G", "1,5"), ("08", "PDO2G", "1,5")]
    rows = [f"{POD};{day}/01/2026;{flow}" + f";{kwh}" * 96 for day, flow, kwh in days]

    parsed = read("\n".join([head, *rows]), "portale_consumi_electricity")

    assert sum(parsed.table.column("quantity").to_pylist()) == 96 * (
        Decimal("2.5") + Decimal("1.5")
    )
    assert not parsed.rejects
    assert [(n.code, n.count) for n in parsed.notes] == [("SET_ASIDE", 96)]


def test_m5_a_rectification_without_an_original_counts(read: Read) -> None:
    parsed = read(flow(pod(ea(1, ["1,0"] * 96)), attribute='CodFlusso="RFO"'), CURVES,
                  "meter_intervals")  # fmt: skip

    assert kwh(parsed) == 96


def test_m5_an_annulment_names_its_point_and_day_and_a_binding_may_declare_otherwise(
    read: Read,
) -> None:
    more = "<Motivazione>Annullamento rettifica</Motivazione>"
    blob = flow(pod(ea(1, [""] * 96), more=more), pod(ea(2, ["1,0"] * 96)))

    parsed = read(blob, CURVES, "meter_intervals")
    of_flow = read(blob, CURVES, "meter_intervals", over={"rows": {"annuls": "flow"}})
    rejected = read(
        blob,
        CURVES,
        "meter_intervals",
        over={"rows": {"annulled": {"reason": None}, "rejected": {"reason": "(?i)annull"}}},
    )

    for one, day in ((parsed, "2026-01-01"), (of_flow, "2026-01-01 PDO")):
        assert kwh(one) == 96
        assert one.rejects == ()
        assert [(note.code, note.month, note.point_id, note.detail) for note in one.notes] == [
            ("READING_ANNULLED", "2026-01", POD, day)
        ]
    assert [(one.code, one.raw) for one in rejected.rejects] == [
        ("NOT_COUNTED", "Annullamento rettifica")
    ]


def test_m14_crlf_cdata_comments_inside_values_and_nil(read: Read) -> None:
    blob = (
        '<FlussoMisure xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" CodFlusso="PDO">\r\n'
        "<DatiPod>\r\n<Pod><![CDATA[IT001E000]]>00001</Pod>\r\n"
        "<MeseAnno>01/<!-- the year -->2026</MeseAnno>\r\n<Misura>\r\n"
        '<TipoDato xsi:nil="true">E</TipoDato>' + ea(1, ["1,0"] * 96) + "\r\n</Misura>\r\n"
        "</DatiPod></FlussoMisure>"
    ).encode()

    parsed = read(blob, CURVES, "meter_intervals")

    assert parsed.table.num_rows == 96
    assert set(parsed.table["point_id"].to_pylist()) == {POD}
    assert set(parsed.table["quality"].to_pylist()) == {"unknown"}


def test_m15_a_file_for_another_vat_number_is_refused_as_a_whole(read: Read) -> None:
    blob = flow(pod(ea(1, ["1,0"] * 96)))
    ours: dict[str, Any] = {"rows": {"own": {"values": ["09876543210"]}}}
    others: dict[str, Any] = {"rows": {"own": {"values": ["11111111111"]}}}

    assert kwh(read(blob, CURVES, "meter_intervals", over=ours)) == 96
    with pytest.raises(DeliveryRefused, match=r"WRONG_OWNER.*09876543210"):
        read(blob, CURVES, "meter_intervals", over=others)
    with pytest.raises(DeliveryRefused, match="WRONG_OWNER"):
        read(blob.replace(b"PIvaUtente", b"PIvaAltro"), CURVES, "meter_intervals", over=ours)


def test_estimated_quarters_say_so(read: Read) -> None:
    parsed = read(flow(pod(ea(1, ["1,0"] * 96), kind="S")), CURVES, "meter_intervals")

    assert set(parsed.table["quality"].to_pylist()) == {"estimated"}


def readings(*records: str) -> bytes:
    return flow(*records, attribute='CodFlusso="PNO"')


def reading(ka: str = "<Ka>40</Ka>", bands: str = "<EaF1>100,500</EaF1><EaF2>50</EaF2>") -> str:
    return (
        f"<DatiPod><Pod>{POD}</Pod><DataMisura>31/01/2026</DataMisura>"
        f"<DatiPdp>{ka}</DatiPdp><Misura><TipoDato>E</TipoDato>{bands}</Misura></DatiPod>"
    )


def test_readings_by_band_are_multiplied_by_the_transformer_constant(read: Read) -> None:
    parsed = read(readings(reading()), READINGS, "meter_registers")

    found = {row["register"]: row["reading"] for row in parsed.table.to_pylist()}
    assert found == {"F1": Decimal(4020), "F2": Decimal(2000)}
    assert {row["read_at"] for row in parsed.table.to_pylist()} == {
        datetime(2026, 1, 30, 23, tzinfo=UTC)
    }


def test_readings_without_a_constant_are_rejected_where_it_is_declared(read: Read) -> None:
    parsed = read(readings(reading(ka="")), READINGS, "meter_registers")

    assert parsed.table.num_rows == 0
    assert {(one.code, one.column) for one in parsed.rejects} == {("MISSING_VALUE", "ka")}


def test_readings_that_a_sender_has_multiplied_already_are_taken_as_they_are(read: Read) -> None:
    values = [{"register": "total", "column": "ea_m", "unit": "kWh"}]
    blob = readings(reading(bands="<EaM>77</EaM>"))

    parsed = read(blob, READINGS, "meter_registers", over={"values": values})

    assert parsed.table["reading"].to_pylist() == [Decimal(77)]


def test_one_document_with_curves_and_readings_is_read_by_two_formats(read: Read) -> None:
    blob = readings(reading(), pod(ea(1, ["1,0"] * 96)))

    assert read(blob, READINGS, "meter_registers").table.num_rows == 2
    assert read(blob, CURVES, "meter_intervals").table.num_rows == 96


def gas(*records: str, root: str = 'FlussoMisure cod_flusso="TGL"') -> bytes:
    return f"<{root}>{''.join(records)}</{root.split(maxsplit=1)[0]}>".encode()


def daily(tag: str, pdr: str, metered: str, converted: str, c: str = "1,02") -> str:
    return (
        f"<{tag}><{pdr}>00881100000001</{pdr}><DatiTecnPdr><coeff_corr>{c}</coeff_corr>"
        "<n_cifre_mis>8</n_cifre_mis></DatiTecnPdr><LettureGiornaliere><matr_mis>0011</matr_mis>"
        "<data_comp>31/12/2025</data_comp><tipo_lettura>E</tipo_lettura>"
        f"<let_tot_prel>{metered}</let_tot_prel><let_tot_conv>{converted}</let_tot_conv>"
        f"</LettureGiornaliere></{tag}>"
    )


@pytest.mark.parametrize(("tag", "pdr"), [("DatiPdr", "cod_pdr"), ("DatiPdR", "cod_PdDR")])
def test_m3_gas_spells_its_records_in_two_ways(read: Read, tag: str, pdr: str) -> None:
    parsed = read(gas(daily(tag, pdr, "000358200", "000235661")), GAS, "meter_registers")

    (row,) = parsed.table.to_pylist()
    assert row["point_id"] == "00881100000001"
    assert (row["serial"], row["register"]) == ("0011", "converter")
    assert (row["reading"], row["unit"]) == (Decimal(235661), "Smc")
    assert row["read_at"] == datetime(2025, 12, 30, 23, tzinfo=UTC)


def test_gas_without_a_converter_becomes_smc_by_its_own_coefficient(read: Read) -> None:
    blob = gas(daily("DatiPdr", "cod_pdr", "000100000", "", c="1,02"))

    (row,) = read(blob, GAS, "meter_registers").table.to_pylist()

    assert (row["reading"], row["unit"]) == (Decimal(102000), "Smc")


@pytest.mark.parametrize(
    ("metered", "converted", "c", "register", "reading", "digits"),
    [
        ("000100000", "000000000", "1,02", "meter", 102000, None),  # no converter writes zeros
        ("000000012", "-", "1", "meter", 12, 8),  # as the meter showed it: it may turn over
        ("000000000", "", "0,98", "meter", 0, None),
        ("", "000000000", "1", "converter", 0, 8),
        ("000000007", "1000000000", "1", "converter", 10**9, None),  # the digits are the meter's
    ],
)
def test_meter_and_converter_of_gas_are_two_registers(
    read: Read, metered: str, converted: str, c: str, register: str, reading: int, digits: int
) -> None:
    blob = gas(daily("DatiPdr", "cod_pdr", metered, converted, c=c))

    (row,) = read(blob, GAS, "meter_registers").table.to_pylist()

    assert (row["register"], row["reading"], row["digits"]) == (register, reading, digits)


def test_gas_without_converter_and_coefficient_is_rejected(read: Read) -> None:
    parsed = read(gas(daily("DatiPdr", "cod_pdr", "000100000", "", c="")), GAS, "meter_registers")

    assert parsed.table.num_rows == 0
    assert [(one.code, one.column) for one in parsed.rejects] == [("MISSING_VALUE", "coeff_corr")]


def test_m16_an_exchange_gives_the_last_reading_of_one_serial_and_the_first_of_the_other(
    read: Read,
) -> None:
    blob = gas(
        "<DatiPdR><cod_PdDR>00881100000001</cod_PdDR><data_misura>15/04/2026</data_misura>"
        "<coeff_corr>1</coeff_corr>"
        "<Pre-int><matr_mis>OLD</matr_mis><let_misuratore>000046097</let_misuratore></Pre-int>"
        "<Post-int><matr_mis>NEW</matr_mis><let_misuratore>000000000</let_misuratore></Post-int>"
        "</DatiPdR>",
        root='FlussoIGMG CodFlusso="IGMG"',
    )

    rows = read(blob, EXCHANGE, "meter_registers").table.to_pylist()

    assert [(row["serial"], row["event"], row["reading"]) for row in rows] == [
        ("NEW", "exchange_in", Decimal(0)),
        ("OLD", "exchange_out", Decimal(46097)),
    ]
    daily_rows = read(gas(daily("DatiPdr", "cod_pdr", "12", "")), GAS, "meter_registers")
    keys = ("point_id", "flow", "register", "unit")
    # The readings of the new meter came before its exchange: they join on the same series.
    assert {tuple(row[key] for key in keys) for row in rows} == {
        tuple(row[key] for key in keys) for row in daily_rows.table.to_pylist()
    }
