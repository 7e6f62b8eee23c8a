"""Workbooks as named columns of text.

Belongs here: sheets, typed cells, the checks before a workbook is opened. Does not belong here:
what cells mean.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from pipelines.catalogue.format_reading import Read
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.grids import tables_of
from pipelines.connectors.parsers.hidden_cells import Hidden, hidden_in
from pipelines.connectors.parsers.sniffing import check_container
from pipelines.connectors.parsers.source_table import SourceTable, normalised
from pipelines.connectors.parsers.workbook_checks import check_workbook, column_number

HIDDEN = "HIDDEN_CELLS"
MAX_ROWS = 1_100_000
MAX_CELLS = 30_000_000
_RANGE = re.compile(r"([A-Z]{1,3})(\d*):([A-Z]{1,3})(\d*)")
_DAY_ZERO = datetime(1899, 12, 31)  # noqa: DTZ001 - a workbook has no zones


def read_workbook(blob: bytes, read: Read) -> list[SourceTable]:
    """The declared sheets of a workbook (.xlsx, .xlsm, .xlsb, .xls, .ods), one table each.

    Raises:
        DeliveryRefused: TOO_LARGE, ENCRYPTED, WRONG_FILE_KIND, AMBIGUOUS_COLUMN and MISSING_COLUMN
            (here: several sheets, no sheet), MISSING_VALUE (formulas never calculated) and what a
            grid may be refused for.
    """
    container = check_container(blob) if blob.startswith(b"PK") else None
    if container is not None:
        check_workbook(container, MAX_CELLS)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(blob))
        names = _sheets(book, read)
        found = _filled([partial(_sheet, book, container, name, read) for name in names])
        return [_told(found[0], book, names), *found[1:]] if found else found
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


def _sheet(
    book: CalamineWorkbook, container: zipfile.ZipFile | None, name: str, read: Read
) -> SourceTable:
    cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=MAX_ROWS)
    hidden = _hidden(container, name, read).within(cells)
    if read.hidden == "skip":
        cells = hidden.blanked(cells)
    if read.range is not None:
        cells = _part(cells, read.range)
    grid = [[cell_text(cell, read.decimal) for cell in row] for row in cells]
    table = next(tables_of(grid, read, name, typed=True))
    if not hidden:
        return table
    said = f"{name}: {len(hidden.rows)} rows, {len(hidden.columns)} columns"
    said += " not read" if read.hidden == "skip" else " read"
    return replace(table, notes=(*table.notes, (HIDDEN, said)))


def _hidden(container: zipfile.ZipFile | None, name: str, read: Read) -> Hidden:
    """What a sheet hides.

    Raises:
        DeliveryRefused: WRONG_FILE_KIND where it is to be left out and cannot be known.
    """
    if container is not None and "xl/workbook.xml" in container.namelist():
        return hidden_in(container, name)
    if read.hidden == "skip":
        raise DeliveryRefused(
            "WRONG_FILE_KIND",
            "Only .xlsx and .xlsm tell which rows and columns are hidden. Ask for one of them.",
            "Solo .xlsx e .xlsm dicono quali righe e colonne sono nascoste. Chiederne uno.",
        )
    return Hidden()


def _told(first: SourceTable, book: CalamineWorkbook, read: list[str]) -> SourceTable:
    """The first table, with the hidden sheets that were left out."""
    hidden = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible != SheetVisibleEnum.Visible and sheet.name not in read
    ]
    if not hidden:
        return first
    said = f"sheets not read: {', '.join(hidden)}"
    return replace(first, notes=(*first.notes, (HIDDEN, said)))


def _part(cells: list[list[Any]], asked: str) -> list[list[Any]]:
    """The part of a sheet that a declaration names; rows above stay as blank ones, to be counted."""
    found = _RANGE.fullmatch(asked)
    assert found is not None  # noqa: S101 - the declaration refuses anything else
    left, right = column_number(found[1].encode()) - 1, column_number(found[3].encode())
    above, last = int(found[2] or 1) - 1, int(found[4] or len(cells))
    return [[]] * above + [row[left:right] for row in cells[above:last]]


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


def _sheets(book: CalamineWorkbook, read: Read) -> list[str]:
    visible = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible or read.hidden == "read"
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
        if cell.year < 1901:  # a time of day from 24:00 on, stored as a day of the first year
            return cell_text(cell - _DAY_ZERO, decimal)
        # Midnight is how workbooks store a day; with an offset it is a moment.
        is_day = cell.time() == time() and cell.tzinfo is None
        return cell.date().isoformat() if is_day else cell.isoformat(timespec="seconds")
    if isinstance(cell, date):
        if cell.year < 1901:
            return cell_text(cell - _DAY_ZERO.date(), decimal)
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
