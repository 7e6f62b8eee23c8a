"""The workbook beside a letter: every row of every table, a sheet each.

Belongs here: sheets and cells. Does not belong here: what a letter says (`letter.py`).
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import xlsxwriter

from pipelines.publishing.registers.letter import Letter

_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook has no zones; the same letter, the same bytes
_WIDEST, _TITLE = 60, 31


def letter_workbook(letter: Letter) -> bytes:
    """The tables of a letter in full; every sheet says whom it is for, and its reference in print."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(
        sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties(
        {
            "title": letter.subject,
            "created": _CREATED,
            "comments": letter.mark,
            "category": letter.mark,
        }
    )
    text = {"text_wrap": True, "valign": "top"}
    head = book.add_format({**text, "bold": True, "border": 1, "bg_color": "#DCE9EE"})
    mark = book.add_format({"bold": True, "font_color": "#8C1127"})
    body = book.add_format({**text, "num_format": "@"})
    for grid in letter.grids:
        sheet = book.add_worksheet(grid.title[:_TITLE])
        sheet.set_header(f"&L{letter.reference}&R{letter.mark}")
        sheet.write_string(0, 0, letter.mark, mark)
        for place, title in enumerate(grid.heads):
            sheet.write_string(1, place, title, head)
            sheet.set_column(place, place, _wide([title, *(row[place] for row in grid.rows)]), body)
        _fill(sheet, grid.rows)
        sheet.freeze_panes(2, 1)
        sheet.set_landscape()
        sheet.repeat_rows(0, 1)
    book.close()
    return sink.getvalue()


def _fill(sheet: Any, rows: tuple[tuple[str, ...], ...]) -> None:
    for number, row in enumerate(rows, start=2):
        for place, text in enumerate(row):
            sheet.write_string(number, place, text)


def _wide(texts: list[str]) -> int:
    return min(_WIDEST, max(10, *(len(text) for text in texts)) + 2)
