"""Workbooks as named columns of text.

Belongs here: sheets, typed cells, the checks before a workbook is opened. Does not belong here:
what cells mean.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from pipelines.catalogue.format_reading import Read
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.grids import tables_of
from pipelines.connectors.parsers.sniffing import check_container
from pipelines.connectors.parsers.source_table import SourceTable, normalised

MAX_ROWS = 1_100_000
MAX_CELLS = 30_000_000
_FILLED_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:v|is|f)\b')
_FORMULA_WITHOUT_VALUE = re.compile(rb"<f[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")


def read_workbook(blob: bytes, read: Read) -> list[SourceTable]:
    """The declared sheets of a workbook, one table each.

    Raises:
        DeliveryRefused: TOO_LARGE, ENCRYPTED, WRONG_FILE_KIND, AMBIGUOUS_COLUMN and MISSING_COLUMN
            (here: several sheets, no sheet), MISSING_VALUE (formulas never calculated) and what a
            grid may be refused for.
    """
    container = check_container(blob)
    if "[Content_Types].xml" not in container.namelist():
        raise DeliveryRefused(
            "WRONG_FILE_KIND",
            "A zip archive that is no workbook.",
            "Un archivio zip che non è una cartella.",
        )
    _check_sheets(container)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(blob))
        names = _sheets(book, read)
        return _filled([partial(_sheet, book, name, read) for name in names])
    except PasswordError as error:
        raise DeliveryRefused(
            "ENCRYPTED",
            "The workbook is protected by a password.",
            "La cartella è protetta da password.",
        ) from error
    except CalamineError as error:
        raise DeliveryRefused(
            "WRONG_FILE_KIND",
            f"The workbook cannot be read: {error}.",
            f"La cartella non si legge: {error}.",
        ) from error


def _sheet(book: CalamineWorkbook, name: str, read: Read) -> SourceTable:
    cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=MAX_ROWS)
    grid = [[cell_text(cell, read.decimal) for cell in row] for row in cells]
    return next(tables_of(grid, read, name, typed=True))


def _filled(sheets: Sequence[Callable[[], SourceTable]]) -> list[SourceTable]:
    """The sheets that have rows: the months to come are empty sheets, unless all of them are."""
    tables, nothing = [], None
    for sheet in sheets:
        try:
            tables.append(sheet())
        except DeliveryRefused as refusal:
            if refusal.code not in ("EMPTY_FILE", "HEADER_ONLY"):
                raise
            nothing = refusal
    if nothing is not None and not tables:
        raise nothing
    return tables


def _check_sheets(container: zipfile.ZipFile) -> None:
    """What would be misread or would not fit: formulas never calculated, a cell at the far end."""
    for name in container.namelist():
        if not (name.startswith("xl/worksheets/") and name.endswith(".xml")):
            continue
        content = container.read(name)
        # A formula without its value comes from a program that does not calculate; it is no zero.
        if _FORMULA_WITHOUT_VALUE.search(content):
            raise DeliveryRefused(
                "MISSING_VALUE",
                f"{name} holds formulas never calculated. Open the workbook in Excel and save it.",
                f"{name} contiene formule mai calcolate. Aprire la cartella in Excel e salvarla.",
            )
        rows = columns = 0
        for found in _FILLED_CELL.finditer(content):
            rows = max(rows, int(found[2]))
            columns = max(columns, _column_number(found[1]))
        if rows * columns > MAX_CELLS:
            raise DeliveryRefused(
                "TOO_LARGE",
                f"{name} spans {rows} rows and {columns} columns; something stands far outside "
                "the table.",
                f"{name} copre {rows} righe e {columns} colonne; qualcosa sta lontano dalla "
                "tabella.",
            )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheets(book: CalamineWorkbook, read: Read) -> list[str]:
    visible = [
        sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible
    ]
    chosen = read.sheet
    if chosen is None:
        if len(visible) == 1:
            return visible
        raise DeliveryRefused(
            "AMBIGUOUS_COLUMN",
            f"The workbook has {len(visible)} visible sheets: {', '.join(visible)}. Choose with "
            "'sheet'.",
            f"La cartella ha {len(visible)} fogli visibili: {', '.join(visible)}. Scegliere con "
            "'sheet'.",
        )
    if chosen.name is not None:
        found = [name for name in book.sheet_names if normalised(name) == normalised(chosen.name)]
    elif chosen.pattern is not None:
        found = [name for name in visible if re.search(chosen.pattern, name)]
    else:
        found = visible
    if not found:
        raise DeliveryRefused(
            "MISSING_COLUMN",
            f"No sheet '{chosen.name or chosen.pattern}'. The workbook has "
            f"{', '.join(book.sheet_names)}.",
            f"Manca il foglio '{chosen.name or chosen.pattern}'. Ci sono "
            f"{', '.join(book.sheet_names)}.",
        )
    return found


def cell_text(cell: Any, decimal: str) -> str:  # noqa: PLR0911 - a cell is one of seven kinds
    """A typed cell as a person would type it; dates and times in ISO form."""
    if isinstance(cell, str):
        return cell.replace("_x000D_", "")
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float | int):
        return number_text(cell, decimal)
    if isinstance(cell, datetime):
        return (
            cell.isoformat(timespec="seconds") if cell.time() != time() else cell.date().isoformat()
        )
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(int(cell.total_seconds()), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    return ""


def number_text(number: float | Decimal, decimal: str) -> str:
    """A stored number as a person would type it, to 6 places: 0.1 + 0.2 is 0.3, and 881100000001.0
    an integer.
    """
    exact = round(number if isinstance(number, Decimal) else Decimal(repr(number)), 6)
    text = f"{exact:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return (text if text not in ("-0", "") else "0").replace(".", decimal)
