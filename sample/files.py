"""CSV as portals export it, XLSX as offices save it: the same bytes for the same content.

Belongs here: writing. Does not belong here: which columns a sender uses (the module of each
sender).
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence

import xlsxwriter

Cell = str | int | float | dt.date | bool | None


def csv_bytes(
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    delimiter: str = ";",
    encoding: str = "utf-8",
    end: str = "\r\n",
) -> bytes:
    """A plain CSV; cells that need it are quoted."""
    lines = [delimiter.join(_cell(name, delimiter) for name in header)]
    lines += [delimiter.join(_cell(value, delimiter) for value in row) for row in rows]
    return (end.join(lines) + end).encode(encoding)


def xlsx_bytes(
    sheet: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], saved: dt.date
) -> bytes:
    """A workbook of one sheet: dates are dates, numbers are numbers, text stays text.

    It bears the day it was saved on, so that a register sent again unchanged is still another
    file.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties(
        {
            "created": dt.datetime.combine(saved, dt.time(8)),
            "author": "Sample deployment",
            "comments": "Dati dimostrativi / sample data",
        }
    )
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
    page = book.add_worksheet(sheet)
    page.write_row(0, 0, header, bold)
    for at, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, dt.date):
                page.write_datetime(at, column, dt.datetime.combine(value, dt.time()), day)
            elif isinstance(value, bool):
                page.write_boolean(at, column, value)
            elif isinstance(value, str):
                page.write_string(at, column, value)
            else:
                page.write_number(at, column, value)
    book.close()
    return target.getvalue()


def comma(thousandths: int, digits: int = 3) -> str:
    """A whole number of thousandths (or 10^-digits) with a decimal comma: 1234 is 1,234."""
    sign, size = ("-", -thousandths) if thousandths < 0 else ("", thousandths)
    unit = 10**digits
    return f"{sign}{size // unit},{size % unit:0{digits}d}"


def dotted(number: int) -> str:
    """A whole number with dots for thousands: 1.234.567."""
    return f"{number:,}".replace(",", ".")


def italian(day: dt.date | None) -> str:
    """A day as 31/10/2026, or nothing."""
    return "" if day is None else f"{day:%d/%m/%Y}"


def _cell(value: object, delimiter: str) -> str:
    text = "" if value is None else str(value)
    if delimiter in text or '"' in text or "\n" in text:
        return '"' + text.replace('"', '""') + '"'
    return text
