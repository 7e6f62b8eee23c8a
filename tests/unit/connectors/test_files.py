"""What files may look like before anything in them has a meaning, and what is refused whole."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.connectors.parsers import DeliveryRefused
from pipelines.connectors.parsers.sniffing import check_container
from tests.unit.connectors.conftest import NAMED, Read, workbook

LINE = "A;01/07/2026;1,5\n"
HEAD = "punto;giorno;kWh\n"
DAILY: dict[str, Any] = {
    **NAMED,
    "parser": "interval_table",
    "layout": "long",
    "interval": "P1D",
    "read": {"file": "csv", "delimiter": ";", "decimal": ","},
    "time": {"date": "giorno", "date_format": "%d/%m/%Y"},
    "values": [{"flow": "import", "column": "kWh", "quantity": "energy_interval", "unit": "kWh"}],
    "columns": {
        "point_id": "punto",
        "carrier": {"const": "electricity"},
        "quality": {"const": "measured"},
    },
}


def refusal(read: Read, delivery: bytes | str, **more: Any) -> DeliveryRefused:
    with pytest.raises(DeliveryRefused) as refused:
        read(delivery, DAILY, **more)
    assert refused.value.message_it != refused.value.message_en
    return refused.value


@pytest.mark.parametrize(
    ("delivery", "code"),
    [
        (b"", "EMPTY_FILE"),
        (b"\xef\xbb\xbf \r\n", "EMPTY_FILE"),
        (b";;\n;;\n", "EMPTY_FILE"),
        (HEAD, "HEADER_ONLY"),
        ("<!DOCTYPE html><html><body>Accedi</body></html>", "NOT_A_TABLE"),
        ("\n\n  <div class='login'>", "NOT_A_TABLE"),
        (gzip.compress((HEAD + LINE).encode(), mtime=0), "WRONG_FILE_KIND"),
        (b"PK\x03\x04 not a table", "WRONG_FILE_KIND"),
        (b"%PDF-1.7", "WRONG_FILE_KIND"),
        ((HEAD + LINE).encode("utf-8").replace(b"A", b"A\x00"), "BAD_ENCODING"),
        (HEAD + 'A;01/07/2026;"1,5\n', "TRUNCATED"),
        (HEAD + LINE + "A;02/07", "TRUNCATED"),
        (HEAD + "A;01/07/2026;1,5;oops\n", "UNKNOWN_COLUMN"),
        ("punto;data;kWh\n" + LINE, "MISSING_COLUMN"),
        ("punto;giorno;kWh;KWH \nA;01/07/2026;1;2\n", "AMBIGUOUS_COLUMN"),
        (HEAD + LINE + "A;2026-07-02;1,5\n", "BAD_DATE"),
        (HEAD + LINE + "A;02/07/2026;1.5\n", "MIXED_DECIMALS"),
    ],
)
def test_a_file_that_cannot_be_taken_as_a_whole_is_refused_with_a_stable_code(
    read: Read, delivery: bytes | str, code: str
) -> None:
    assert refusal(read, delivery).code == code


def test_a_refusal_names_the_row(read: Read) -> None:
    refused = refusal(read, HEAD + LINE + "A;2026-07-02;1,5\n")

    assert refused.row == 3
    assert "Riga 3, 'giorno': '2026-07-02'" in refused.message_it


@pytest.mark.parametrize(
    "delivery",
    [
        (HEAD + "Città €;01/07/2026;1,5\n").encode("cp1252"),
        (HEAD + "Città €;01/07/2026;1,5\n").encode("utf-8-sig"),
        (HEAD + "Città €;01/07/2026;1,5\n").encode("utf-16"),
        (HEAD + "Città €;01/07/2026;1,5\n").replace("\n", "\r\n").encode(),
        (HEAD + "Città €;01/07/2026;1,5\n").replace("\n", "\r").encode(),
    ],
    ids=["cp1252", "utf-8 with mark", "utf-16", "CRLF", "CR"],
)
def test_accents_survive_every_encoding_and_line_end(read: Read, delivery: bytes) -> None:
    parsed = read(delivery, DAILY)

    assert parsed.table.column("point_id").to_pylist() == ["Città €"]


def test_headers_match_whatever_their_case_and_blanks(read: Read) -> None:
    parsed = read("PUNTO ; Giorno\u00a0;  kwh\n" + LINE, DAILY)

    assert parsed.table.num_rows == 1


def test_an_empty_column_beyond_the_header_is_ignored(read: Read) -> None:
    parsed = read(HEAD + "A;01/07/2026;1,5;\n", DAILY)

    assert parsed.table.num_rows == 1


def test_preamble_repeated_header_blank_lines_and_totals_are_no_data(read: Read) -> None:
    text = (
        f"POD;IT001E00000001\nPeriodo;luglio\n\n{HEAD}{LINE}{HEAD}A;02/07/2026;2\n"
        ";;\nTotale;;3,5\nFine report\n"
    )
    over = {
        "read": {"header": {"contains": ["punto", "giorno"]}, "skip_rows": ["(?i)^(totale|fine)"]},
        "columns": {"point_id": {"preamble": r"POD;(\w+)"}},
    }

    parsed = read(text, DAILY, over=over)

    assert parsed.table.select(["point_id", "quantity", "_row"]).to_pylist() == [
        {"point_id": "IT001E00000001", "quantity": Decimal("1.500000"), "_row": 5},
        {"point_id": "IT001E00000001", "quantity": Decimal("2.000000"), "_row": 7},
    ]


def test_line_breaks_and_quotes_inside_quoted_cells_stay_in_their_cell(read: Read) -> None:
    parsed = read(HEAD + '"Via ""Roma"" 1;\nint. 2";01/07/2026;"1,5"\n', DAILY)

    assert parsed.table.column("point_id").to_pylist() == ['Via "Roma" 1;\nint. 2']


@pytest.mark.parametrize("text", ["", "N/D", "n.d.", "#N/D", "-", "NULL", "dato non presente"])
def test_what_senders_write_for_nothing_is_missing_and_never_zero(read: Read, text: str) -> None:
    parsed = read(HEAD + f"A;01/07/2026;{text}\n" + "A;02/07/2026;0\n", DAILY)

    assert parsed.table.column("quantity").to_pylist() == [0]
    assert parsed.rejects == ()


@pytest.mark.parametrize("cell", ["1,2E+03", "1..5", "uno", "1,5 kWh", "0x10", "１２"])
def test_a_cell_that_is_no_number_leaves_out_its_row_only(read: Read, cell: str) -> None:
    parsed = read(HEAD + LINE + f"A;02/07/2026;{cell}\n", DAILY)

    assert parsed.table.num_rows == 1
    assert [(r.code, r.row, r.column, r.raw, r.month) for r in parsed.rejects] == [
        ("BAD_NUMBER", 3, "kWh", cell, "2026-07")
    ]


def test_a_day_that_does_not_exist_leaves_out_its_row_only(read: Read) -> None:
    parsed = read(
        HEAD + LINE + "A;31/02/2026;1\n" + "A;da definire;1\n" + "A;03/07/2026;1\n", DAILY
    )

    assert parsed.table.num_rows == 2
    assert [r.code for r in parsed.rejects] == ["BAD_DATE_ROW", "BAD_DATE_ROW"]


def test_numbers_are_rounded_half_up_at_six_places_and_too_large_ones_rejected(read: Read) -> None:
    text = (
        HEAD
        + "A;01/07/2026;0,1234565\nA;02/07/2026;123456789012,000001\nA;03/07/2026;1234567890123\n"
    )

    parsed = read(text, DAILY)

    assert parsed.table.column("quantity").to_pylist() == [
        Decimal("0.123457"),
        Decimal("123456789012.000001"),
    ]
    assert [r.code for r in parsed.rejects] == ["BAD_NUMBER"]


def test_a_workbook_with_one_visible_sheet_needs_no_name(read: Read) -> None:
    old = [["punto", "giorno", "kWh"], ["A", "01/07/2025", 9]]
    new = [["punto", "giorno", "kWh"], ["A", "01/07/2026", 0.1 + 0.2], ["A", "02/07/2026", "1,5"]]
    blob = workbook({"nuovo": new, "vecchio": old}, hidden=("vecchio",))

    parsed = read(blob, DAILY, over={"read": {"file": "xlsx"}})

    assert parsed.table.column("quantity").to_pylist() == [Decimal("0.300000"), Decimal("1.500000")]


def test_a_workbook_with_two_visible_sheets_is_refused_without_a_choice(read: Read) -> None:
    rows = [["punto", "giorno", "kWh"], ["A", "01/07/2026", 1]]
    blob = workbook({"uno": rows, "due": rows})

    assert refusal(read, blob, over={"read": {"file": "xlsx"}}).code == "AMBIGUOUS_COLUMN"


def test_each_sheet_of_a_workbook_may_be_one_point(read: Read) -> None:
    blob = workbook(
        {
            "IT001E00000001": [["giorno", "kWh"], ["01/07/2026", 1]],
            "IT001E00000002": [["giorno", "kWh"], ["01/07/2026", 2]],
        }
    )
    over = {
        "read": {"file": "xlsx", "sheet": {"each": True}},
        "columns": {"point_id": {"sheet": r"(IT\w+)", "as": "pod"}},
    }

    parsed = read(blob, DAILY, over=over)

    assert parsed.table.select(["point_id", "quantity", "_member"]).to_pylist() == [
        {"point_id": "IT001E00000001", "quantity": Decimal(1), "_member": "!IT001E00000001"},
        {"point_id": "IT001E00000002", "quantity": Decimal(2), "_member": "!IT001E00000002"},
    ]


def test_a_formula_that_was_never_calculated_is_no_zero(read: Read) -> None:
    plain = workbook({"a": [["punto", "giorno", "kWh"], ["A", "01/07/2026", 41]]})
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name).replace(b"<v>41</v>", b"<f>SUM(A1:A9)</f>")
            target.writestr(name, content)

    assert (
        refusal(read, changed.getvalue(), over={"read": {"file": "xlsx"}}).code == "MISSING_VALUE"
    )


def test_one_cell_at_the_far_end_of_a_sheet_is_not_unrolled(read: Read) -> None:
    rows = [["punto", "giorno", "kWh"], ["A", "01/07/2026", 41]]
    plain = workbook({"a": rows})
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name).replace(b'r="C2"', b'r="XFD1048576"')
            target.writestr(name, content)

    assert refusal(read, changed.getvalue(), over={"read": {"file": "xlsx"}}).code == "TOO_LARGE"


def test_a_container_that_inflates_beyond_measure_is_not_opened() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("xl/sharedStrings.xml", b"0" * (64 * 1024 * 1024))

    with pytest.raises(DeliveryRefused, match="TOO_LARGE"):
        check_container(bomb.getvalue())


def test_a_workbook_that_declares_entities_is_not_opened() -> None:
    blob = io.BytesIO()
    with zipfile.ZipFile(blob, "w") as container:
        container.writestr(
            "xl/workbook.xml", b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "b">]><l/>'
        )

    with pytest.raises(DeliveryRefused, match="WRONG_FILE_KIND"):
        check_container(blob.getvalue())


def test_a_file_above_its_limit_is_refused(read: Read) -> None:
    assert refusal(read, HEAD + LINE, over={"read": {"max_bytes": 10}}).code == "TOO_LARGE"


def test_json_records_are_read_by_pointer_with_exact_numbers(read: Read) -> None:
    rows = [
        {"punto": "A", "giorno": "01/07/2026", "v": {"kWh": 0.1}},
        {"punto": "A", "giorno": "02/07/2026", "v": {"kWh": None}},
    ]
    text = json.dumps({"data": {"rows": rows}})
    over = {
        "read": {"file": "json", "decimal": ".", "records": "/data/rows"},
        "values": [
            {"flow": "import", "column": "v/kWh", "quantity": "energy_interval", "unit": "kWh"}
        ],
    }

    parsed = read(text, DAILY, over=over)

    assert parsed.table.column("quantity").to_pylist() == [Decimal("0.100000")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"daily": {"time": ["2026-01-01"], "precipitation_sum": [1, 2]}}', "TRUNCATED"),
        ('{"daily": {"time": ["2026-01-01"]', "TRUNCATED"),
        ('{"error": true}', "MISSING_COLUMN"),
        ('{"daily": {"time": ["2026-01-01"], "time": ["2026-01-01"]}}', "AMBIGUOUS_COLUMN"),
        ('{"daily": {"time": [], "precipitation_sum": []}}', "HEADER_ONLY"),
    ],
)
def test_a_broken_json_answer_is_refused(read: Read, text: str, code: str) -> None:
    with pytest.raises(DeliveryRefused, match=code):
        read(text, "open_meteo_daily", "weather_daily")


def test_a_parquet_file_keeps_its_dates_and_decimals(read: Read) -> None:
    stream = io.BytesIO()
    table = pa.table(
        {
            "punto": ["A"],
            "giorno": pa.array(["2026-07-01"]).cast(pa.date32()),
            "kWh": pa.array([Decimal("1.25")]),
        }
    )
    pq.write_table(table, stream)

    parsed = read(stream.getvalue(), DAILY, over={"read": {"file": "parquet"}})

    assert parsed.table.column("quantity").to_pylist() == [Decimal("1.25")]


def test_a_parquet_moment_at_midnight_keeps_its_offset(read: Read) -> None:
    stream = io.BytesIO()
    moments = [datetime(2026, 7, 1, hour, tzinfo=UTC) for hour in (0, 1)]
    table = pa.table(
        {
            "punto": ["A", "A"],
            "inizio": pa.array(moments, pa.timestamp("us", tz="UTC")),
            "valore": [1.5, 2.25],
        }
    )
    pq.write_table(table, stream)
    over = {
        "read": {"file": "parquet"},
        "interval": "PT1H",
        "values": [{"column": "valore", "quantity": "energy_interval", "unit": "kWh"}],
        "columns": {
            "carrier": {"const": "electricity"},
            "flow": {"const": "import"},
            "quality": {"const": "measured"},
        },
    }

    parsed = read(stream.getvalue(), "intervals_csv", over=over)

    assert parsed.table.column("interval_start").to_pylist() == moments
