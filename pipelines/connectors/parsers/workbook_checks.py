"""What is looked at in a workbook before it is opened: formulas never calculated, cells at the far
end, tables repeated without end.

Belongs here: the checks of the zipped kinds (.xlsx, .xlsm, .xlsb, .ods). Does not belong here: limits
on inflating (`sniffing`), reading cells (`workbooks`).
"""

from __future__ import annotations

import re
import zipfile

from pipelines.connectors.parsers.delivery import DeliveryRefused

MANY_REPEATS = 20_000
"""How often an OpenDocument may repeat a cell or row that holds something; blank ones do no harm."""
_FILLED_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:v|is|f)\b')
_FORMULA_WITHOUT_VALUE = re.compile(rb"<f[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_ODS_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*)>")
_ODS_ROW = re.compile(rb'<table:table-row\b[^>]*number-rows-repeated="(\d+)"[^>]*>(.*?)</table:table-row>',
                      re.DOTALL)  # fmt: skip
_ODS_REPEATED = re.compile(rb'number-columns-repeated="(\d+)"')


def check_workbook(container: zipfile.ZipFile, most_cells: int) -> None:
    """Refuse what would be misread or would not fit.

    Raises:
        DeliveryRefused: WRONG_FILE_KIND, MISSING_VALUE, TOO_LARGE.
    """
    names = container.namelist()
    if "[Content_Types].xml" in names:
        for name in names:
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                _check_sheet(name, container.read(name), most_cells)
    elif "content.xml" in names and "mimetype" in names:
        _check_document(container.read("content.xml"))
    else:
        raise DeliveryRefused(
            "WRONG_FILE_KIND",
            "A zip archive that is no workbook.",
            "Un archivio zip che non è una cartella.",
        )


def _check_sheet(name: str, content: bytes, most_cells: int) -> None:
    # A formula without its value comes from a program that does not calculate; it is no zero.
    if _FORMULA_WITHOUT_VALUE.search(content):
        raise _never_calculated(name)
    rows = columns = 0
    for found in _FILLED_CELL.finditer(content):
        rows = max(rows, int(found[2]))
        columns = max(columns, column_number(found[1]))
    if rows * columns > most_cells:
        raise DeliveryRefused(
            "TOO_LARGE",
            f"{name} spans {rows} rows and {columns} columns; something stands far outside "
            "the table.",
            f"{name} copre {rows} righe e {columns} colonne; qualcosa sta lontano dalla tabella.",
        )


def _check_document(content: bytes) -> None:
    for cell in _ODS_CELL.finditer(content):
        said = cell[1]
        if b"table:formula=" in said and b"office:value-type=" not in said:
            raise _never_calculated("content.xml")
        repeated = _ODS_REPEATED.search(said)
        if repeated and b"office:value-type=" in said and int(repeated[1]) > MANY_REPEATS:
            raise _repeated(int(repeated[1]))
    for row in _ODS_ROW.finditer(content):
        if int(row[1]) > MANY_REPEATS and b"office:value-type=" in row[2]:
            raise _repeated(int(row[1]))


def column_number(letters: bytes) -> int:
    """The place of a column by its letters, from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _never_calculated(name: str) -> DeliveryRefused:
    return DeliveryRefused(
        "MISSING_VALUE",
        f"{name} holds formulas never calculated. Open the workbook in Excel and save it.",
        f"{name} contiene formule mai calcolate. Aprire la cartella in Excel e salvarla.",
    )


def _repeated(times: int) -> DeliveryRefused:
    return DeliveryRefused(
        "TOO_LARGE",
        f"The document repeats one content {times:,} times.",
        f"Il documento ripete lo stesso contenuto {times:,} volte.",
    )
