"""Electronic invoices: bodies, supply points by rule, credit notes, what is no bill of energy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow.compute as pc
import pytest

from pipelines.connectors.parsers import DeliveryRefused, Parsed
from tests.unit.connectors.conftest import Read

PODS = [f"IT001E{number:08d}" for number in range(1, 13)]
PDR = "00881100000001"
PERIOD = (
    "<DataInizioPeriodo>2026-01-01</DataInizioPeriodo><DataFinePeriodo>2026-01-31</DataFinePeriodo>"
)


def line(
    text: str = "Spesa per la materia energia",
    price: str = "10.00",
    quantity: str | None = None,
    unit: str = "kWh",
    point: str | None = PODS[0],
    kind: str = "POD",
    period: str = PERIOD,
    more: str = "",
) -> str:
    amount = (
        ""
        if quantity is None
        else f"<Quantita>{quantity}</Quantita><UnitaMisura>{unit}</UnitaMisura>"
    )
    extra = (
        f"<AltriDatiGestionali><TipoDato>{kind}</TipoDato><RiferimentoTesto>{point}"
        "</RiferimentoTesto></AltriDatiGestionali>"
        if point
        else ""
    )
    return (
        f"<DettaglioLinee><NumeroLinea>1</NumeroLinea><Descrizione>{text}</Descrizione>{amount}"
        f"{period}<PrezzoTotale>{price}</PrezzoTotale><AliquotaIVA>22.00</AliquotaIVA>{extra}{more}"
        "</DettaglioLinee>"
    )


def body(lines: Sequence[str], number: str = "1", kind: str = "TD01", currency: str = "EUR") -> str:
    return (
        "<FatturaElettronicaBody><DatiGenerali><DatiGeneraliDocumento>"
        f"<TipoDocumento>{kind}</TipoDocumento><Divisa>{currency}</Divisa><Data>2026-02-10</Data>"
        f"<Numero>{number}</Numero></DatiGeneraliDocumento></DatiGenerali>"
        f"<DatiBeniServizi>{''.join(lines)}</DatiBeniServizi>"
        "<Allegati><NomeAttachment>b.pdf</NomeAttachment><Attachment>JVBERi0xLjQ=</Attachment>"
        "</Allegati></FatturaElettronicaBody>"
    )


def invoice(*bodies: str, prefix: str = "p:", seller: str = "12345678901") -> bytes:
    declared = f'xmlns{":" + prefix[:-1] if prefix else ""}="http://ivaservizi.example/v1.2"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{prefix}FatturaElettronica {declared} '
        'versione="FPA12"><FatturaElettronicaHeader><CedentePrestatore><DatiAnagrafici>'
        f"<IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>{seller}</IdCodice></IdFiscaleIVA>"
        "</DatiAnagrafici></CedentePrestatore><CessionarioCommittente><DatiAnagrafici>"
        "<CodiceFiscale>80001000000</CodiceFiscale></DatiAnagrafici></CessionarioCommittente>"
        f"</FatturaElettronicaHeader>{''.join(bodies)}</{prefix}FatturaElettronica>"
    ).encode()


def bills(parsed: Parsed) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = parsed.table.to_pylist()
    return found


def read_it(read: Read, blob: bytes, over: dict[str, Any] | None = None, **context: Any) -> Parsed:
    return read(blob, "fatturapa", "utility_bills", over=over, **context)


@pytest.mark.parametrize("prefix", ["p:", "ns2:", "b:", ""])
def test_m6_only_the_root_bears_a_prefix_and_it_varies(read: Read, prefix: str) -> None:
    parsed = read_it(read, invoice(body([line(quantity="100")]), prefix=prefix))

    (bill,) = bills(parsed)
    assert bill["bill_id"] == "12345678901|1|2026-02-10"
    assert (bill["period_start"], bill["period_end"]) == (date(2026, 1, 1), date(2026, 2, 1))
    assert (bill["quantity"], bill["unit"], bill["carrier"]) == (Decimal(100), "kWh", "electricity")


def test_m10_three_bodies_and_twelve_supply_points(read: Read) -> None:
    bodies = [
        body(
            [
                part
                for place, point in enumerate(PODS[4 * at : 4 * at + 4], 1)
                for part in (
                    line(point=point, quantity=f"{100 * place}.5", price=f"{place}0.10"),
                    line("Trasporto e gestione del contatore", f"{place}.01", f"{100 * place}.5",
                         point=point),
                    line("Oneri di sistema", "0.89", point=point),
                )
            ],
            number=str(at),
        )
        for at in range(3)
    ]  # fmt: skip

    parsed = read_it(read, invoice(*bodies))

    assert sorted(bill["point_id"] for bill in bills(parsed)) == PODS
    assert len({bill["bill_id"] for bill in bills(parsed)}) == 3
    # The same kWh stand in the line of energy and in the line of transport; they were used once.
    assert pc.sum(parsed.table["quantity"]).as_py() == 3 * Decimal(1002)
    assert pc.sum(parsed.table["amount_net_eur"]).as_py() == 3 * (
        Decimal("100.40") + Decimal("10.04") + 4 * Decimal("0.89")
    )


def test_m10_a_credit_note_turns_the_sign(read: Read) -> None:
    parsed = read_it(read, invoice(body([line(quantity="100", price="25.50")], kind="TD04")))

    (bill,) = bills(parsed)
    assert (bill["quantity"], bill["amount_net_eur"]) == (Decimal(-100), Decimal("-25.50"))
    assert bill["bill_kind"] == "credit"


def test_m10_negative_lines_lower_the_amount(read: Read) -> None:
    parsed = read_it(read, invoice(body([line(price="25.50"), line("Sconto", "-5.25")])))

    assert bills(parsed)[0]["amount_net_eur"] == Decimal("20.25")


def test_m10_without_a_quantity_the_bill_states_an_amount(read: Read) -> None:
    (bill,) = bills(read_it(read, invoice(body([line()]))))

    assert (bill["quantity"], bill["unit"], bill["amount_net_eur"]) == (None, None, Decimal(10))


@pytest.mark.parametrize("kind", ["POD", "Pod/Pdr", "POD/PDR", "PDR", "FORNITURA"])
def test_m10_the_point_stands_under_many_names(read: Read, kind: str) -> None:
    blob = invoice(body([line(kind=kind, point=PDR if kind == "PDR" else PODS[3])]))

    (bill,) = bills(read_it(read, blob))

    assert bill["point_id"] == (PDR if kind == "PDR" else PODS[3])
    assert bill["carrier"] == ("natural_gas" if kind == "PDR" else "electricity")


def test_m10_point_and_period_only_in_the_description(read: Read) -> None:
    text = f"Consumo energia attiva POD {PODS[0]} periodo 01/01/2026-31/01/2026"
    blob = invoice(body([line(text, quantity="12345", point=None, period="")]))

    (bill,) = bills(read_it(read, blob))

    assert (bill["point_id"], bill["quantity"]) == (PODS[0], Decimal(12345))
    assert (bill["period_start"], bill["period_end"]) == (date(2026, 1, 1), date(2026, 2, 1))


def test_m10_the_quantity_in_a_reference_number(read: Read) -> None:
    more = (
        "<AltriDatiGestionali><TipoDato>CONSUMO</TipoDato><RiferimentoTesto>kWh"
        "</RiferimentoTesto><RiferimentoNumero>345.00</RiferimentoNumero></AltriDatiGestionali>"
    )
    (bill,) = bills(read_it(read, invoice(body([line("Quota", more=more)]))))

    assert (bill["quantity"], bill["unit"]) == (Decimal(345), "kWh")


def test_m10_a_supplier_of_its_own_ways_is_another_list_of_rules(read: Read) -> None:
    blob = invoice(body([line("Fornitura pal. Comunale rif. 0042", point=None)]))
    rules = [{"path": "Descrizione", "extract": r"rif\. (\d{4})"}]
    over = {
        "read": {"xml": {"fields": {"point": rules}}},
        "columns": {"point_id": "point", "carrier": {"const": "water"}},
    }

    assert bills(read_it(read, blob, over))[0]["point_id"] == "0042"


def test_m10_lines_without_a_point_or_period_are_rejected_with_their_amount_kept_out(
    read: Read,
) -> None:
    blob = invoice(body([line(), line("Bollo", "2.00", point=None), line("Mora", period="")]))

    parsed = read_it(read, blob)

    assert [bill["amount_net_eur"] for bill in bills(parsed)] == [Decimal(10)]
    assert {(one.code, one.column) for one in parsed.rejects} == {
        ("MISSING_VALUE", "point_id"),
        ("MISSING_VALUE", "period_start"),
    }


def test_m10_two_points_in_one_line_are_not_chosen_from(read: Read) -> None:
    text = f"POD {PODS[0]} e POD {PODS[1]}"
    more = "".join(
        f"<AltriDatiGestionali><TipoDato>POD</TipoDato><RiferimentoTesto>{pod}</RiferimentoTesto>"
        "</AltriDatiGestionali>"
        for pod in PODS[:2]
    )

    parsed = read_it(read, invoice(body([line(text, point=None, more=more)])))

    assert parsed.table.num_rows == 0
    assert [(one.code, one.raw) for one in parsed.rejects] == [("BAD_ID", f"{PODS[0]} | {PODS[1]}")]


@pytest.mark.parametrize("kind", ["TD16", "TD17", "TD18", "TD19"])
def test_m10_reverse_charge_copies_are_set_aside_with_a_note(read: Read, kind: str) -> None:
    parsed = read_it(read, invoice(body([line()], kind=kind), body([line()], number="2")))

    assert [bill["bill_id"] for bill in bills(parsed)] == ["12345678901|2|2026-02-10"]
    assert [(note.code, note.detail) for note in parsed.notes] == [
        ("SET_ASIDE", f"document: {kind}")
    ]


@pytest.mark.parametrize(
    "text", ["Canone RAI", "Canone di abbonamento alla televisione", "CANONE TV"]
)
def test_the_television_fee_is_no_energy(read: Read, text: str) -> None:
    parsed = read_it(read, invoice(body([line(price="50.00"), line(text, "7.00")])))

    assert [bill["amount_net_eur"] for bill in bills(parsed)] == [Decimal(50)]


def test_an_advance_and_a_settlement_say_so(read: Read) -> None:
    blob = invoice(
        body([line("Materia energia in acconto, consumi stimati")]),
        body([line("Conguaglio materia energia, consumi rilevati")], number="2"),
    )

    assert [(bill["bill_kind"], bill["quality"]) for bill in bills(read_it(read, blob))] == [
        ("advance", "estimated"),
        ("settlement", "measured"),
    ]


def test_m11_one_invoice_under_two_file_names_is_one_bill(read: Read) -> None:
    blob = invoice(body([line(quantity="100")]))
    again = blob.replace(b"p:Fattura", b"ns2:Fattura").replace(b"xmlns:p", b"xmlns:ns2")

    first = read_it(read, blob, file_name="IT12345678901_00001.xml")
    second = read_it(read, again, file_name="IT99999999999_ab12.xml")

    assert blob != again
    keys = ("point_id", "bill_id", "period_start", "period_end", "quantity")
    assert [[bill[key] for key in keys] for bill in bills(first)] == [
        [bill[key] for key in keys] for bill in bills(second)
    ]


def test_m15_an_invoice_to_another_customer_is_refused(read: Read) -> None:
    with pytest.raises(DeliveryRefused, match="WRONG_OWNER"):
        read_it(read, invoice(body([line()])), {"rows": {"own": {"values": ["11111111111"]}}})


def test_another_currency_is_rejected(read: Read) -> None:
    parsed = read_it(read, invoice(body([line()], currency="CHF")))

    assert [(one.code, one.raw) for one in parsed.rejects] == [("NOT_COUNTED", "CHF")]
