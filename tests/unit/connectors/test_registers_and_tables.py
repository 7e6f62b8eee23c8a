"""Registers, rows of datasets, identifiers and questionnaires."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pipelines.connectors.parsers import DeliveryRefused
from tests.unit.connectors.conftest import KNOWN_AT, Read, workbook

GAS_HEAD = ["Data lettura", "Matricola", "PDR", "Lettura", "Tipo lettura", "Motivo"]


def test_gas_readings_of_a_workbook_keep_zeros_serials_and_the_exchange(read: Read) -> None:
    blob = workbook(
        {
            "letture": [
                GAS_HEAD,
                [date(2026, 1, 31), "0042", 881100000001, 1234.5, "E", "periodica"],
                ["15/02/2026", "0042", "00881100000001", "1300", "E", "cambio uscita"],
                ["15/02/2026", "0077", "00881100000001", 0, "E", "Cambio  entrata"],
                ["28/02/2026", "0077", "00881100000001", "000012", "S", ""],
            ],
            "note": [["x"]],
        }
    )

    parsed = read(blob, "gas_readings_xlsx", "meter_registers")

    wanted = ["point_id", "serial", "read_at", "reading", "unit", "quality", "event", "register"]
    rows = [tuple(row.values()) for row in parsed.table.select(wanted).to_pylist()]
    pdr = "00881100000001"
    assert rows == [
        (
            pdr,
            "0042",
            datetime(2026, 1, 30, 23, tzinfo=UTC),
            Decimal("1234.5"),
            "Smc",
            "measured",
            "periodic",
            "total",
        ),
        (
            pdr,
            "0042",
            datetime(2026, 2, 14, 23, tzinfo=UTC),
            Decimal(1300),
            "Smc",
            "measured",
            "exchange_out",
            "total",
        ),
        (
            pdr,
            "0077",
            datetime(2026, 2, 14, 23, tzinfo=UTC),
            Decimal(0),
            "Smc",
            "measured",
            "exchange_in",
            "total",
        ),
        (
            pdr,
            "0077",
            datetime(2026, 2, 27, 23, tzinfo=UTC),
            Decimal(12),
            "Smc",
            "estimated",
            "periodic",
            "total",
        ),
    ]
    assert [(n.code, n.count) for n in parsed.notes] == [("ID_REPAIRED", 1)]


def test_c21_readings_and_curve_days_of_one_file_are_read_by_a_format_each(read: Read) -> None:
    bands = ";".join(f"lettura_f{n}" for n in range(1, 7))
    quarters = ";".join(f"ea{n}" for n in range(1, 97))
    head = "pod;data_lettura;data_ricezione;motivazione;lettura_monoraria;"
    head += f"{bands};tipo_flusso;annomese_riferimento;{quarters}"
    lines = [
        "IT001E12345678;31/01/2026;05/02/2026;;;1000,5;900;0801,25;;;;PNO;202601" + ";" * 96,
        "IT001E12345678;07/01/2026;05/02/2026;" + ";" * 8 + "PDO;202601" + ";1,5" * 96,
        "IT001E00000001;31/01/2026;05/02/2026;;77;;;;;;;PNO;202601" + ";" * 96,
    ]

    text = "\n".join([head, *lines, ""])
    readings = read(text, "portale_consumi_electricity_readings", "meter_registers")
    curves = read(text, "portale_consumi_electricity")

    assert sorted(
        (row["point_id"][-1], row["register"], row["reading"]) for row in readings.table.to_pylist()
    ) == [
        ("1", "total", Decimal(77)),
        ("8", "F1", Decimal("1000.5")),
        ("8", "F2", Decimal(900)),
        ("8", "F3", Decimal("801.25")),
    ]
    assert (readings.rejects, curves.rejects) == ((), ())
    assert sum(curves.table["quantity"].to_pylist()) == Decimal("1.5") * 96


def test_a_supply_point_that_a_spreadsheet_destroyed_refuses_the_whole_file(read: Read) -> None:
    text = "PDR;DATA LETTURA;LETTURA\n8,811E+11;2026-01-31;10\n"

    with pytest.raises(DeliveryRefused, match="BAD_ID"):
        read(text, "portale_consumi_gas", "meter_registers")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("it001e12345678", "IT001E12345678"),
        (" IT 001 E 12345678 ", "IT001E12345678"),
        ("IT001E123456789", "IT001E12345678"),
        ("IT001E1234567", None),
        ("FR001E12345678", None),
    ],
)
def test_a_supply_point_of_electricity_has_one_spelling(
    read: Read, written: str, kept: str | None
) -> None:
    head = "POD;DATA;ORA;FL_ORA_LEGALE;ATTIVA_PRELEVATA;ATTIVA_IMMESSA;TIPO_DATO\n"
    text = f"{head}{written};20260501;000000;2;1;;E\n"

    parsed = read(text, "unareti_curves")

    assert parsed.table.column("point_id").to_pylist() == ([kept] if kept else [])
    assert [r.code for r in parsed.rejects] == ([] if kept else ["BAD_ID"])


def test_metered_gas_becomes_standard_cubic_metres_only_by_a_declared_coefficient(
    read: Read,
) -> None:
    values = [{"column": "LETTURA", "unit": "m3", "coefficient_c": "1.02"}]

    parsed = read(
        "PDR;DATA LETTURA;LETTURA\n00881100000001;2026-01-31;100\n",
        "portale_consumi_gas",
        "meter_registers",
        {"values": values},
    )

    assert parsed.table.select(["reading", "unit"]).to_pylist() == [
        {"reading": Decimal("102.000000"), "unit": "Smc"}
    ]


def test_water_readings_in_the_sender_s_own_encoding(read: Read) -> None:
    text = (
        "Codice utenza;Matricola contatore;Data lettura;Lettura (mc);Tipo lettura\n"
        "U-1;M0001;31/03/2026;1.234;rilevata\nU-1;M0001;30/06/2026;1.300;Telelettura\n"
        "U-1;M0001;30/09/2026;1.350;sconosciuta à\n"
    )

    parsed = read(text.encode("cp1252"), "water_readings_csv", "meter_registers")

    assert [int(v) for v in parsed.table.column("reading").to_pylist()] == [1234, 1300]
    assert [(r.code, r.column, r.raw) for r in parsed.rejects] == [
        ("UNKNOWN_VALUE", "Tipo lettura", "sconosciuta à")
    ]


def test_bills_of_several_carriers_carry_their_unit_and_end_after_the_last_day(read: Read) -> None:
    head = ["Codice fornitura", "Vettore", "Numero bolletta", "Periodo dal", "Periodo al",
            "Consumo",
            "Unità di misura", "Imponibile (EUR)", "Tipo bolletta", "Tipo consumo"]  # fmt: skip
    blob = workbook(
        {
            "bollette": [
                head,
                [
                    "P1",
                    "Elettricità",
                    "B1",
                    "01/01/2026",
                    "31/01/2026",
                    "1,5",
                    "MWh",
                    "€ 1.234,50",
                    "ordinaria",
                    "reale",
                ],
                [
                    "P2",
                    "gas",
                    "B2",
                    "01/01/2026",
                    "31/01/2026",
                    100,
                    "Smc",
                    "10,00-",
                    "nota di credito",
                    "stimato",
                ],
                ["P3", "acqua", "B3", "01/01/2026", "31/01/2026", "", "mc", 5, "acconto", ""],
                ["P4", "gas", "B4", "01/01/2026", "31/01/2026", 100, "mc", 1, "ordinaria", "reale"],
                ["Totale", "", "", "", "", "", "", 1, "", ""],
            ]
        }
    )

    parsed = read(blob, "bills_xlsx", "utility_bills")

    rows = parsed.table.select(
        ["point_id", "quantity", "unit", "amount_net_eur", "period_end", "quality"]
    )
    assert [tuple(row.values()) for row in rows.to_pylist()] == [
        ("P1", Decimal(1500), "kWh", Decimal("1234.50"), date(2026, 2, 1), "measured"),
        ("P2", Decimal(100), "Smc", Decimal("-10.00"), date(2026, 2, 1), "estimated"),
        ("P3", None, None, Decimal("5.00"), date(2026, 2, 1), "unknown"),
    ]
    assert [(r.code, r.row) for r in parsed.rejects] == [("WRONG_UNIT", 5)]


def test_a_row_without_what_the_dataset_requires_is_left_out(read: Read) -> None:
    blob = workbook(
        {
            "decisioni": [
                [
                    "Decisione",
                    "Oggetto",
                    "Organo",
                    "Proposta il",
                    "Scadenza",
                    "Chiusa il",
                    "Esito",
                    "Evidenza",
                ],
                ["D1", "Tetti", "CDTT", date(2026, 1, 5), "", "", "", ""],
                ["D2", "", "CDTT", "05/01/2026", "", "", "approvata", ""],
            ]
        }
    )

    parsed = read(blob, "cdtt_decisions_xlsx", "cdtt_decisions")

    assert parsed.table.select(["decision_id", "raised_on", "outcome", "month"]).to_pylist() == [
        {"decision_id": "D1", "raised_on": date(2026, 1, 5), "outcome": "open", "month": None}
    ]
    assert [(r.code, r.row, r.column) for r in parsed.rejects] == [("MISSING_VALUE", 3, "title")]


def test_declared_rows_are_read_by_the_dataset_s_own_names(read: Read) -> None:
    rows = [
        {
            "scheme_id": "CER",
            "scheme_type": "energy_community",
            "organisation_id": "O1",
            "joined_on": "2026-01-01",
        },
        {
            "scheme_id": "CER",
            "scheme_type": "club",
            "organisation_id": "O2",
            "joined_on": "2026-01-01",
        },
    ]

    parsed = read(json.dumps(rows), "declared_rows", "shared_schemes")

    assert parsed.table.select(["organisation_id", "joined_on", "left_on"]).to_pylist() == [
        {"organisation_id": "O1", "joined_on": date(2026, 1, 1), "left_on": None}
    ]
    assert [(r.code, r.raw) for r in parsed.rejects] == [("UNKNOWN_VALUE", "club")]


def test_a_declared_row_with_an_unknown_name_is_refused(read: Read) -> None:
    with pytest.raises(DeliveryRefused, match="UNKNOWN_COLUMN"):
        read(json.dumps([{"scheme": "CER"}]), "declared_rows", "shared_schemes")


def test_a_canonical_moment_needs_its_offset(read: Read) -> None:
    head = "point_id,carrier,flow,interval_start,interval_end,quantity,unit,quality\n"
    good = (
        "A,electricity,import,2026-07-01T00:00:00+02:00,2026-07-01T00:15:00+02:00,"
        "0.25,kWh,measured\n"
    )

    parsed = read(head + good, "canonical_csv")

    assert parsed.table.column("interval_start")[0].as_py() == datetime(2026, 6, 30, 22, tzinfo=UTC)
    with pytest.raises(DeliveryRefused, match="DST_UNDECLARED"):
        read(head + good.replace("+02:00", ""), "canonical_csv")


def test_a_flag_is_read_in_italian_and_english(read: Read) -> None:
    head = ["Contributo", "Ricevuto il", "Risposto il", "Motivato", "Esito", "Evidenza"]
    rows = [
        [str(at), "01/02/2026", "", word, "", ""]
        for at, word in enumerate(["Sì", "no", "X", True, "", "forse"])
    ]
    blob = workbook({"contributi": [head, *rows]})

    parsed = read(blob, "contributions_xlsx", "contributions")

    assert parsed.table.column("reasons_given").to_pylist() == [True, False, True, True, None]
    assert [(r.code, r.raw) for r in parsed.rejects] == [("UNKNOWN_VALUE", "forse")]


def test_lineage_is_on_every_row(read: Read) -> None:
    parsed = read("CUP ;Provincia;Comune;Descrizione Comune\nJ51B21002940006;100;005;PRATO\n",
                  "pnrr_locations_csv", "project_locations", member="a.csv")  # fmt: skip

    row = parsed.table.to_pylist()[0]
    assert row["municipality_code"] == "100005"
    assert (row["district_id"], row["source_id"], row["_member"], row["_row"]) == (
        "prato",
        "curves",
        "a.csv",
        2,
    )
    assert row["_known_at"] == KNOWN_AT


SURVEY_HEAD = "Informazioni cronologiche,Mi fido,Mi fido,Come ti sposti?,Chi sei?,Commenti\n"
ITEMS: dict[str, Any] = {
    "trust": {
        "column": "Mi fido",
        "occurrence": 1,
        "kind": "likert",
        "scale": [1, 5],
        "not_applicable": ["Non so"],
        "options": {"Molto d'accordo": "5"},
    },
    "distrust": {
        "column": "Mi fido",
        "occurrence": 2,
        "kind": "likert",
        "scale": [1, 5],
        "reverse": True,
    },
    "modes": {
        "column": "Come ti sposti?",
        "kind": "multi",
        "separator": ",",
        "options": {"A piedi": "walk", "Auto, da solo": "car_alone", "Bus": "bus"},
    },
}


def survey(*rows: str) -> str:
    return SURVEY_HEAD + "".join(f"{row}\n" for row in rows)


def test_a_questionnaire_becomes_one_row_per_respondent_item_and_option(read: Read) -> None:
    text = survey(
        '05/10/2026 10:03:22,4,2,"A piedi, Auto, da solo",Mario Rossi,RSSMRA80A01H501U',
        "05/10/2026 10.05.00,Non so,,Bus,Anna Bianchi,chiamami",
        "06/10/2026 11.00.00,Molto d’accordo,9,,,",
    )

    parsed = read(text, "google_forms_csv", "survey_answers", {"survey": {"items": ITEMS}})

    rows = (
        parsed.table.sort_by("_row")
        .select(["_row", "item", "option", "score", "not_applicable"])
        .to_pylist()
    )
    found = {(r["_row"], r["item"], r["option"], r["score"], r["not_applicable"]) for r in rows}
    assert found == {
        (2, "trust", "4", Decimal(4), False),
        (2, "distrust", "2", Decimal(4), False),
        (2, "modes", "walk", None, False),
        (2, "modes", "car_alone", None, False),
        (3, "trust", "", None, True),
        (3, "modes", "bus", None, False),
        (4, "trust", "5", Decimal(5), False),
    }
    assert [(r.code, r.row, r.column, r.raw) for r in parsed.rejects] == [
        ("UNKNOWN_VALUE", 4, "distrust", None)
    ]


def test_neither_identity_nor_free_text_leaves_a_questionnaire(read: Read) -> None:
    text = survey("05/10/2026 10:03:22,4,2,in monopattino,Mario Rossi,RSSMRA80A01H501U")
    over = {"survey": {"items": ITEMS, "respondent": "Chi sei?"}}

    parsed = read(text, "google_forms_csv", "survey_answers", over)

    kept = repr(parsed.table.to_pylist()) + repr(parsed.rejects) + repr(parsed.notes)
    assert "Rossi" not in kept
    assert "RSSMRA" not in kept
    assert "monopattino" not in kept
    assert {len(key) for key in parsed.table.column("respondent_key").to_pylist()} == {32}


def test_a_respondent_keeps_their_key_over_deliveries_by_a_declared_column_only(read: Read) -> None:
    text = survey("05/10/2026 10:03:22,4,,,Mario Rossi,")
    named = {"survey": {"items": ITEMS, "respondent": "Chi sei?"}}

    def key(over: dict[str, Any], sha256: str) -> str:
        parsed = read(text, "google_forms_csv", "survey_answers", over, sha256=sha256)
        return str(parsed.table.column("respondent_key")[0].as_py())

    assert key(named, "a" * 64) == key(named, "b" * 64)
    assert key({"survey": {"items": ITEMS}}, "a" * 64) != key(
        {"survey": {"items": ITEMS}}, "b" * 64
    )


def test_two_questions_of_one_name_are_refused_without_their_occurrence(read: Read) -> None:
    items = {"trust": {"column": "Mi fido", "kind": "likert", "scale": [1, 5]}}

    with pytest.raises(DeliveryRefused, match="AMBIGUOUS_COLUMN"):
        read(
            survey("05/10/2026 10:03:22,4,2,,,"),
            "google_forms_csv",
            "survey_answers",
            {"survey": {"items": items}},
        )
