"""The annex as other programs than its writer read it: types, contents, dictionary, figures to the digit."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import python_calamine

from pipelines.publishing.language import words
from pipelines.publishing.periods.figures import PARTS
from pipelines.publishing.periods.figures import SCHEMA as PERIOD_VALUES
from pipelines.publishing.reading import Reading
from pipelines.publishing.rendering.annex import annex
from pipelines.publishing.rendering.sheets import Restricted, declared_columns, sheet_of
from pipelines.publishing.rendering.workbook import Cover, Sheet, workbook
from pipelines.publishing.report.pages import district_document
from pipelines.settings import checkout

TEXTS = checkout() / "reports" / "text"
BOTH = [words(code, TEXTS) for code in ("it", "en")]
MARK = "USO INTERNO · NON DIVULGARE · Atto 1, fino al 31 dicembre 2027"
COVER = Cover(
    "Title & more", "", datetime(2026, 11, 10, tzinfo=UTC), ["line"], ["Sheet", "Content", "Rows"]
)


@pytest.fixture(scope="module")
def data(reading: Reading) -> bytes:
    """The annex of Prato."""
    return annex(reading, "prato", BOTH[0], BOTH)


@pytest.fixture(scope="module")
def book(data: bytes) -> Any:
    """The same, read by openpyxl."""
    return openpyxl.load_workbook(io.BytesIO(data))


def lines(book: Any, sheet: str) -> list[dict[str, Any]]:
    """Rows of a sheet by the names in its first row."""
    heads, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_every_kpi_value_is_that_of_the_edition_to_the_digit(
    reading: Reading, data: bytes, book: Any
) -> None:
    other = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    heads, *rows = other.get_sheet_by_name("serie").to_python()
    read = {
        (row[heads.index("month")], row[heads.index("kpi_code")]): dict(
            zip(heads, row, strict=True)
        )
        for row in rows
    }
    columns = ("value", "value_adjusted", "target", "gap", "previous_year", "coverage")
    told = {key[1:]: row for key, row in reading.values.items() if key[0] == "prato"}

    assert read.keys() == told.keys()
    for key, row in told.items():
        for column in columns:
            cell, exact = read[key][column], row[column]
            assert (cell == "") == (exact is None), (key, column)
            if exact is not None:
                assert Decimal(repr(cell)).normalize() == exact.normalize(), (key, column)
    now = {row["kpi_code"]: row for row in lines(book, "KPI")}
    assert {code: row["kpi_value_id"] for code, row in now.items()} == {
        code: row["kpi_value_id"] for (month, code), row in told.items() if month == reading.month
    }


def test_a_row_read_back_has_the_types_it_had(reading: Reading, book: Any) -> None:
    row = next(row for row in lines(book, "KPI") if row["kpi_code"] == "ENE01")

    assert isinstance(row["value"], int | float)
    assert isinstance(row["suppressed"], bool)
    assert isinstance(row["period_start"], datetime)
    assert isinstance(row["known_at"], datetime)
    assert row["month"] == "2026-10"
    assert row["reason"] is None


def test_the_first_sheet_leads_to_each_of_the_others(book: Any) -> None:
    page = book.worksheets[0]
    links = {cell.hyperlink.location for row in page.iter_rows() for cell in row if cell.hyperlink}

    assert links == {f"'{name}'!A1" for name in book.sheetnames[1:]}
    text = " ".join(str(cell) for row in page.iter_rows(values_only=True) for cell in row if cell)
    assert "CC BY 4.0" in text
    assert "Gli indicatori del mese" in text
    assert "The indicators of the month" in text


def test_every_sheet_is_one_table_without_merged_cells(book: Any) -> None:
    for page in book.worksheets[1:]:
        (table,) = page.tables.values()
        heads = [cell.value for cell in page[1]]
        assert [column.name for column in table.tableColumns] == heads, page.title
        assert table.ref.startswith("A1:")
        assert page.freeze_panes == "B2"
        assert page.print_title_rows == "$1:$1"
        assert page.sheet_properties.pageSetUpPr.fitToPage
    assert not [page.title for page in book if page.merged_cells.ranges]
    names = [name for page in book for name in page.tables]
    assert len(names) == len(set(names))


def test_the_dictionary_has_every_column_of_every_sheet(book: Any) -> None:
    told = {(row["sheet"], row["column"]): row for row in lines(book, "colonne")}

    for page in book.worksheets[1:]:
        for cell in page[1]:
            row = told[page.title, cell.value]
            assert row["meaning_it"], (page.title, cell.value)
            assert row["meaning_en"], (page.title, cell.value)
    assert told["KPI", "value"]["unit"] == "unit"
    assert told["qualità", "age_days"]["unit"] == "days"


def test_columns_of_quarters_and_years_are_in_the_dictionary_too() -> None:
    assert {*PERIOD_VALUES.names, *PARTS.names} <= declared_columns().keys()
    for name, said in declared_columns().items():
        assert said["it"], name
        assert said["en"], name


def test_codes_in_cells_are_explained_in_both_languages(book: Any) -> None:
    told = {(row["column"], row["code"]): row for row in lines(book, "codici")}
    reasons = {row["reason"] for row in lines(book, "serie")} - {None}

    assert reasons <= {code for column, code in told if column == "reason"}
    for row in told.values():
        assert row["meaning_it"]
        assert row["meaning_en"]


@pytest.mark.parametrize(
    "text", ["=1+1", "+39", "-x", "@SUM(A1)", '=HYPERLINK("http://e.org")', "http://e.org", "<b>&"]
)
def test_text_is_neither_a_formula_nor_a_link(text: str) -> None:
    data = workbook(COVER, [Sheet("a", ["about"], ["name"], [{"name": text}], "a")])

    page = openpyxl.load_workbook(io.BytesIO(data))["a"]
    assert (page["A2"].value, page["A2"].data_type, page["A2"].hyperlink) == (text, "s", None)
    package = zipfile.ZipFile(io.BytesIO(data))
    assert not [n for n in package.namelist() if "sheet" in n and b"<f>" in package.read(n)]


@pytest.mark.parametrize(
    ("column", "value", "pattern"),
    [
        ("coverage", Decimal("0.9207"), "0.0%"),
        ("capex_eur", Decimal("1200.5"), "#,##0.00"),
        ("factor_year", 2020, "0"),
        ("points", 12, "#,##0"),
        ("value", Decimal("0.123456789"), "#,##0.0#####"),
    ],
)
def test_numbers_are_formatted_by_what_they_are(column: str, value: Any, pattern: str) -> None:
    data = workbook(COVER, [Sheet("a", ["about"], [column], [{column: value}], "a")])

    cell = openpyxl.load_workbook(io.BytesIO(data))["a"]["A2"]
    assert (cell.number_format, cell.value) == (pattern, float(value))


def test_an_empty_table_has_its_heads() -> None:
    data = workbook(COVER, [Sheet("a", ["x"], ["m", "n"], [], "a")])
    page = openpyxl.load_workbook(io.BytesIO(data))["a"]
    assert [cell.value for cell in page[1]] == ["m", "n"]


@pytest.fixture
def marked(reading: Reading) -> bytes:
    """The annex of Prato as an internal edition has it."""
    opened = [{"month": "2026-10", "figure": "ENE07"}]
    own = sheet_of("cifre aperte", "opened", ["month", "figure"], opened, BOTH)
    return annex(reading, "prato", BOTH[0], BOTH, Restricted(MARK, ["Accordo.", "Act."], [own]))


def test_what_is_not_for_everybody_says_so_on_every_sheet_in_print_and_in_its_properties(
    marked: bytes, book: Any
) -> None:
    found = openpyxl.load_workbook(io.BytesIO(marked))

    assert [page.title for page in found][1:2] == ["cifre aperte"]
    assert [page.title for page in found][2:] == book.sheetnames[1:]
    for page in found:
        top = [cell for row in page.iter_rows(max_row=2, values_only=True) for cell in row]
        assert MARK in top, page.title
        assert page.oddHeader.right.text.startswith("USO INTERNO · NON DIVULGARE · Atto 1"), page.title  # fmt: skip
    assert found.properties.category == MARK
    assert found.properties.description.startswith(MARK)
    said = " ".join(str(cell.value) for row in found.worksheets[0] for cell in row)
    assert "CC BY" not in said
    assert "Accordo. Una cella vuota" in said
    assert not any(MARK in str(cell.value) for page in book for cell in page[1])


def test_a_sheet_below_a_mark_is_still_one_table(marked: bytes, book: Any) -> None:
    found = openpyxl.load_workbook(io.BytesIO(marked))

    for page in found.worksheets[1:]:
        (table,) = page.tables.values()
        assert table.ref.startswith("A2:"), page.title
        assert (page.freeze_panes, page.print_title_rows) == ("B3", "$1:$2")
    assert list(found["serie"].values)[1:] == list(book["serie"].values)
    told = {(row[0], row[1]) for row in found["colonne"].values}
    assert ("cifre aperte", "figure") in told


def test_a_printed_head_holds_no_more_than_excel_takes() -> None:
    cover = replace(COVER, title="&" * 200, mark="m" * 200, label="x" * 200)
    page = openpyxl.load_workbook(io.BytesIO(workbook(cover, [])))["indice"]
    assert page.oddHeader.right.text == "m" * 119 + "…"


def test_the_same_content_has_the_same_bytes(reading: Reading, data: bytes) -> None:
    assert annex(reading, "prato", BOTH[0], BOTH) == data
    core = zipfile.ZipFile(io.BytesIO(data)).read("docProps/core.xml").decode()
    assert re.search(r"<dc:title>.*2026-10 r1</dc:title>", core)


@pytest.mark.parametrize("district", ["prato", "bergamo", "parma", "roma"])
def test_a_table_that_a_report_leaves_to_the_annex_is_there(
    reading: Reading, district: str
) -> None:
    """Sections name the sheets that hold what the page does not."""
    named = {
        reference.sheet
        for section in district_document(reading, district, BOTH[0]).sections
        for reference in section.reference
        if reference.sheet is not None
    }
    data = annex(reading, district, BOTH[0], BOTH)

    sheets = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    assert named <= set(sheets)
