"""Workbooks as people send them: kinds, sheets, typed cells, headers, and what is refused (cases X)."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter

from pipelines.connectors.parsers import DeliveryRefused, Parsed
from tests.unit.connectors.conftest import Read, workbook
from tests.unit.connectors.test_files import DAILY

XLSX = {"read": {"file": "xlsx"}}
HEAD = ["punto", "giorno", "kWh"]
ROW = ["A", "01/07/2026", 1.5]


def over(**read: Any) -> dict[str, Any]:
    return {"read": {"file": "xlsx", **read}}


def quantities(parsed: Parsed) -> list[Decimal]:
    return [Decimal(one) for one in parsed.table.column("quantity").to_pylist()]


def changed(blob: bytes, part: str, before: bytes, after: bytes) -> bytes:
    """The workbook with one part of its XML written otherwise."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(blob)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith(part):
                assert before in content
                content = content.replace(before, after)
            target.writestr(name, content)
    return made.getvalue()


def ods(rows: list[list[str]], extra: str = "") -> bytes:
    """An OpenDocument spreadsheet of cells already written as XML."""
    body = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="uno">{body}{extra}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", content)
        book.writestr("META-INF/manifest.xml", "<manifest/>")
    return made.getvalue()


def word(text: str) -> str:
    return (
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
    )


def figure(value: float) -> str:
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def xlsb(rows: list[list[str | float]]) -> bytes:
    """A binary workbook: records of a number, a length and bytes."""

    def record(number: int, body: bytes = b"") -> bytes:
        head = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
        return head + bytes([len(body)]) + body

    def wide(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    cells = b""
    for at, row in enumerate(rows):
        cells += record(0, struct.pack("<IIHHBI", at, 0, 300, 0, 0, 0))
        for place, value in enumerate(row):
            begin = struct.pack("<II", place, 0)
            cells += (
                record(6, begin + wide(value))
                if isinstance(value, str)
                else record(5, begin + struct.pack("<d", value))
            )
    size = struct.pack("<IIII", 0, len(rows) - 1, 0, len(rows[0]) - 1)
    sheet = record(129) + record(148, size) + record(145) + cells + record(146) + record(130)
    bundle = struct.pack("<II", 0, 1) + wide("rId1") + wide("uno")
    book = record(131) + record(143) + record(156, bundle) + record(144) + record(132)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        target.writestr("[Content_Types].xml", "<Types/>")
        target.writestr("xl/workbook.bin", book)
        target.writestr(
            "xl/_rels/workbook.bin.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{kind}" Target="worksheets/sheet1.bin"/></Relationships>',
        )
        target.writestr("xl/worksheets/sheet1.bin", sheet)
    return made.getvalue()


def test_numbers_as_text_with_a_comma_are_numbers(read: Read) -> None:  # X1
    blob = workbook({"a": [HEAD, ["A", "01/07/2026", "1.234,5"]]})

    parsed = read(blob, DAILY, over=over(thousands="."))

    assert quantities(parsed) == [Decimal("1234.5")]


def test_points_as_numbers_get_their_zeros_back_and_say_so(read: Read) -> None:  # X2
    rows = [["pdr", "giorno", "smc"], [881100000001.0, "01/07/2026", 3]]
    form = {
        "values": [
            {"flow": "import", "column": "smc", "quantity": "volume_interval", "unit": "Smc"}
        ],
        "columns": {
            "point_id": {"column": "pdr", "as": "pdr"},
            "carrier": {"const": "natural_gas"},
        },
    }

    parsed = read(workbook({"a": rows}), DAILY, over={**XLSX, **form})

    assert parsed.table.column("point_id").to_pylist() == ["00881100000001"]
    assert [note.code for note in parsed.notes] == ["ID_REPAIRED"]


@pytest.mark.parametrize("system", [False, True], ids=["1900", "1904"])
def test_dates_as_serials_and_as_text_in_one_column(read: Read, system: bool) -> None:  # X3
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "date_1904": system}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_string(1, 0, "A")
        sheet.write_datetime(1, 1, date(2026, 7, 1), book.add_format({"num_format": "d/m/yy"}))
        sheet.write_number(1, 2, 1)
        sheet.write_row(2, 0, ["A", "02/07/2026", 2])

    parsed = read(stream.getvalue(), DAILY, over=XLSX)

    starts = [one.date().isoformat() for one in parsed.table.column("interval_end").to_pylist()]
    assert starts == ["2026-07-01", "2026-07-02"]
    assert quantities(parsed) == [Decimal(1), Decimal(2)]


def test_names_over_two_rows_are_joined_below_merged_cells(read: Read) -> None:  # X4
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["punto", "giorno"])
        sheet.merge_range(0, 2, 0, 3, "Energia attiva")
        sheet.write_row(1, 2, ["F1", "F2"])
        sheet.write_row(2, 0, ["", "", "kWh", "kWh"])
        sheet.write_row(3, 0, ["A", "01/07/2026", 1, 2])
    header = {"contains": ["punto", "Energia attiva"], "rows": 2, "below": 1}
    value = {"flow": "import", "column": "Energia attiva F2", "quantity": "energy_interval"}

    parsed = read(
        stream.getvalue(),
        DAILY,
        over={**over(header=header), "values": [{**value, "unit": "kWh"}]},
    )

    assert quantities(parsed) == [Decimal(2)]


def test_a_hidden_sheet_with_old_data_is_not_read(read: Read) -> None:  # X5
    blob = workbook({"ora": [HEAD, ROW], "prima": [HEAD, ["A", "01/07/2025", 9]]}, ("prima",))

    assert quantities(read(blob, DAILY, over=XLSX)) == [Decimal("1.5")]


def with_hidden_cells() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Dati & altro")
        sheet.write_row(0, 0, [*HEAD, "nota"])
        sheet.write_row(1, 0, [*ROW, "x"])
        sheet.write_row(2, 0, ["A", "02/07/2026", 9, "vecchio"])
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.write_row(3, 0, ["A", "03/07/2026", 2, "x"])
        sheet.set_column(3, 20, None, None, {"hidden": True})
    return stream.getvalue()


def test_hidden_rows_and_columns_are_a_declared_choice_and_said(read: Read) -> None:  # X5
    blob = with_hidden_cells()

    as_it_is = read(blob, DAILY, over=XLSX)
    skipped = read(blob, DAILY, over={**XLSX, "read": {**XLSX["read"], "hidden": "skip"}})

    assert quantities(as_it_is) == [Decimal("1.5"), Decimal(9), Decimal(2)]
    assert quantities(skipped) == [Decimal("1.5"), Decimal(2)]
    assert skipped.table["_row"].to_pylist() == [2, 4]
    said = [
        [n.detail for n in one.notes if n.code == "HIDDEN_CELLS"] for one in (as_it_is, skipped)
    ]
    assert said == [
        ["Dati & altro: 1 rows, 1 columns read"],
        ["Dati & altro: 1 rows, 1 columns not read"],
    ]


def test_hidden_sheets_are_said_and_read_where_that_is_declared(read: Read) -> None:  # X5
    blob = workbook({"ora": [HEAD, ROW], "prima": [HEAD, ["A", "01/07/2025", 9]]}, ("prima",))
    every: dict[str, Any] = {**XLSX["read"], "sheet": {"each": True}}

    visible = read(blob, DAILY, over={**XLSX, "read": every})
    both = read(blob, DAILY, over={**XLSX, "read": {**every, "hidden": "read"}})

    assert [note.detail for note in visible.notes] == ["sheets not read: prima"]
    assert sorted(quantities(both)) == [Decimal("1.5"), Decimal(9)]


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!"])
def test_an_error_in_a_cell_is_never_a_number(read: Read, error: str) -> None:  # X7
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ROW)
        sheet.write_row(2, 0, ["A", "02/07/2026"])
        sheet.write_formula(2, 2, "=NA()", None, error)

    parsed = read(stream.getvalue(), DAILY, over=XLSX)

    assert quantities(parsed) == [Decimal("1.5")]
    assert [one.code for one in parsed.rejects] in ([], ["BAD_NUMBER"])


def test_totals_and_blank_rows_between_buildings_are_no_data(read: Read) -> None:  # X8
    rows = [HEAD, ROW, [], ["Totale A", "", 1.5], ["B", "01/07/2026", 2], ["Subtotale", "", 2]]

    parsed = read(workbook({"a": rows}), DAILY, over=over(skip_rows=["(?i)^(sub)?totale"]))

    assert quantities(parsed) == [Decimal("1.5"), Decimal(2)]


def test_a_table_that_begins_at_c7_keeps_its_row_numbers(read: Read) -> None:  # X8
    rows: list[list[Any]] = [["Comune di Prato"], [], [], [], [], []]
    rows += [["", "", *HEAD], ["", "", *ROW]]

    parsed = read(workbook({"a": rows}), DAILY, over=over(header={"contains": ["punto", "giorno"]}))

    assert parsed.table.column("_row").to_pylist() == [8]


@pytest.mark.parametrize(("name", "month"), [("Gennaio 2026", "2026-01"), ("GEN-26", "2026-01")])
def test_one_sheet_per_month_in_italian(read: Read, name: str, month: str) -> None:  # X9
    time = {"date": {"sheet": "(.+)"}, "date_format": ["%B %Y", "%b-%y"]}
    form = {**DAILY, "interval": "P1M", "time": time}

    parsed = read(
        workbook({name: [["punto", "kWh"], ["A", 5]]}), form, over=over(sheet={"each": True})
    )

    assert parsed.table.column("month").to_pylist() == [month]


def test_a_used_range_of_a_million_rows_is_as_long_as_its_content(read: Read) -> None:  # X10
    blob = workbook({"a": [HEAD, ROW]})
    blank = b'<row r="1048576"><c r="A1048576" s="1"/></row></sheetData>'
    blob = changed(blob, "sheet1.xml", b"</sheetData>", blank)

    assert quantities(read(blob, DAILY, over=XLSX)) == [Decimal("1.5")]


def test_a_password_is_asked_to_be_taken_away(read: Read) -> None:  # X11
    blob = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le")
    )

    with pytest.raises(DeliveryRefused, match="ENCRYPTED"):
        read(blob, DAILY, over=XLSX)


def test_an_opendocument_is_read_as_a_workbook(read: Read) -> None:  # X12
    blob = ods([[word(name) for name in HEAD], [word("A"), word("01/07/2026"), figure(1.5)]])

    assert quantities(read(blob, DAILY, over=XLSX)) == [Decimal("1.5")]


def test_a_binary_workbook_is_read_as_a_workbook(read: Read) -> None:  # X12
    assert quantities(read(xlsb([[*HEAD], ["A", "01/07/2026", 1.5]]), DAILY, over=XLSX)) == [
        Decimal("1.5")
    ]


def test_a_web_page_saved_as_xls_is_refused(read: Read) -> None:  # X12
    with pytest.raises(DeliveryRefused, match="NOT_A_TABLE"):
        read("<html><table><tr><td>punto</td></tr></table></html>", DAILY, over=XLSX)


def test_an_opendocument_that_repeats_a_cell_without_end_is_not_opened(read: Read) -> None:  # X13
    bomb = (
        '<table:table-row table:number-rows-repeated="1048576">' + figure(1) + "</table:table-row>"
    )

    with pytest.raises(DeliveryRefused, match="TOO_LARGE"):
        read(ods([[word(name) for name in HEAD]], bomb), DAILY, over=XLSX)


def test_a_formula_of_an_opendocument_without_its_value_is_no_zero(read: Read) -> None:  # X6
    formula = '<table:table-cell table:formula="of:=SUM(A1)"/>'
    with pytest.raises(DeliveryRefused, match="MISSING_VALUE"):
        read(
            ods([[word(name) for name in HEAD], [word("A"), word("x"), formula]]), DAILY, over=XLSX
        )


def test_links_to_other_workbooks_are_never_followed(read: Read) -> None:  # X13
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ["A", "01/07/2026"])
        sheet.write_formula(1, 2, "='[http://127.0.0.1:9/x.xlsx]a'!A1", None, 7)

    assert quantities(read(stream.getvalue(), DAILY, over=XLSX)) == [Decimal(7)]


def test_two_columns_of_one_name_need_their_occurrence(read: Read) -> None:  # X14
    blob = workbook({"a": [["punto\u00a0", "giorno ", "kWh", "kWh"], ["A", "01/07/2026", 1, 2]]})
    with pytest.raises(DeliveryRefused, match="AMBIGUOUS_COLUMN"):
        read(blob, DAILY, over=XLSX)
    second = {**DAILY["values"][0], "occurrence": 2}

    assert quantities(read(blob, DAILY, over={**XLSX, "values": [second]})) == [Decimal(2)]


def test_a_number_is_what_is_stored_whatever_is_shown(read: Read) -> None:  # X15
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ["A", "01/07/2026"])
        sheet.write_number(1, 2, 1234567, book.add_format({"num_format": '0.0,," M"'}))
        sheet.write_row(2, 0, ["A", "02/07/2026"])
        sheet.write_number(2, 2, 0.19, book.add_format({"num_format": "0%"}))

    assert quantities(read(stream.getvalue(), DAILY, over=XLSX)) == [
        Decimal(1234567),
        Decimal("0.19"),
    ]


def test_a_pivot_without_rows_is_no_table(read: Read) -> None:  # X16
    blob = workbook({"Pivot": [["Etichette di riga", "Somma di kWh"], ["A", 3]]})

    with pytest.raises(DeliveryRefused, match="MISSING_COLUMN"):
        read(blob, DAILY, over=XLSX)


def test_the_lock_file_of_an_open_workbook_is_no_workbook(read: Read) -> None:  # X17
    with pytest.raises(DeliveryRefused, match="WRONG_FILE_KIND"):
        read(b"\x07Mario R" + b" " * 157, DAILY, over=XLSX, file_name="~$curve.xlsx")


def test_a_clock_without_signs_may_have_lost_its_zeros_as_a_number(read: Read) -> None:
    head = ["POD", "DATA", "ORA", "FL_ORA_LEGALE", "CONSUMO_ATTIVA_PRELEVATA", "TIPO_DATO"]
    rows = [["IT001E00000001", 20260701, clock, 2, 0.25, "E"] for clock in (0, 1500, 101500)]
    blob = workbook({"uno": [["Report"], [], head, *rows]})

    parsed = read(blob, "sii_pdo_csv", over={"read": {"file": "xlsx"}})

    starts = [row["interval_start"] for row in parsed.table.to_pylist()]
    assert [f"{one:%d %H:%M}" for one in starts] == ["30 22:00", "30 22:15", "01 08:15"]


def test_a_time_of_day_may_be_a_fraction_a_clock_or_the_next_midnight(read: Read) -> None:  # X18
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        clock = book.add_format({"num_format": "hh:mm"})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["punto", "giorno", "ora", "kWh"])
        sheet.write_row(1, 0, ["A", "01/07/2026", 0.0104166667, 1])
        sheet.write_row(2, 0, ["A", "01/07/2026", "", 2])
        sheet.write_datetime(2, 2, time(0, 30), clock)
        sheet.write_row(3, 0, ["A", "01/07/2026", "", 3])
        sheet.write_number(3, 2, 1, clock)
    form = {
        **DAILY,
        "interval": "PT15M",
        "time": {
            "date": "giorno",
            "date_format": "%d/%m/%Y",
            "time": "ora",
            "time_format": ["excel_time", "%H:%M:%S"],
            "label": "end",
            "dst": {"policy": "order_of_appearance"},
        },
    }

    parsed = read(stream.getvalue(), form, over=XLSX)

    ends = [f"{one:%d %H:%M}" for one in parsed.table.column("interval_end").to_pylist()]
    assert ends == ["30 22:15", "30 22:30", "01 22:00"]


def test_what_excel_writes_for_a_carriage_return_is_taken_away(read: Read) -> None:  # X19
    blob = workbook({"a": [HEAD, ["A_x000D_", "01/07/2026", 1]]})

    assert read(blob, DAILY, over=XLSX).table.column("point_id").to_pylist() == ["A"]


@pytest.mark.parametrize(
    ("part", "expected"), [("A:C", ["1.5"]), ("E:G", ["7"]), ("E1:G2", ["7"]), ("A2:C3", None)]
)
def test_of_two_tables_side_by_side_the_declared_part_is_read(
    read: Read, part: str, expected: list[str] | None
) -> None:  # X20
    blob = workbook({"a": [[*HEAD, "", *HEAD], [*ROW, "", "B", "01/07/2026", 7], []]})
    if expected is None:
        with pytest.raises(DeliveryRefused):
            read(blob, DAILY, over=over(range=part))
        return

    assert quantities(read(blob, DAILY, over=over(range=part))) == [
        Decimal(one) for one in expected
    ]
