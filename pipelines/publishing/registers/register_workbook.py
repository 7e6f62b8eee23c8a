"""A register's template as a workbook: the sheet to fill in, the sheet that explains it, the lists.

Belongs here: cells, widths and what a cell lets in. Does not belong here: what is said (`register_sheets.py`).
"""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import xlsxwriter

from pipelines.publishing.language import Words
from pipelines.publishing.registers.register_sheets import RegisterSheet, SheetColumn

_ROWS = 2000
"""Rows below the header in which a cell says at once what it does not take."""
_FIRST, _LAST = date(2000, 1, 1), date(2100, 1, 1)
_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook has no zones; the same declarations, the same bytes
_NUMBERS = {"date": "dd/mm/yyyy", "integer": "0", "number": "#,##0.##", "text": "@"}
_TITLE, _MESSAGE = 32, 255
"""What a spreadsheet shows of the title and the text beside a cell."""


def register_workbook(register: RegisterSheet, words: Words) -> bytes:
    """The workbook of one register in one language: no row of data, so that nothing has to be taken out."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(
        sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": register.dataset.name[words.code], "created": _CREATED})
    data = book.add_worksheet(register.sheet)
    explained = book.add_worksheet(words.say("register.explained"))
    lists = book.add_worksheet(words.say("register.lists"))
    ranges = _lists(book, lists, register)
    _to_fill_in(book, data, register, ranges, words)
    _explanation(book, explained, register, words)
    book.close()
    return sink.getvalue()


def _lists(book: Any, sheet: Any, register: RegisterSheet) -> dict[str, str]:
    """The accepted words, a column each; where each list stands."""
    bold = book.add_format({"bold": True})
    ranges = {}
    for place, column in enumerate(one for one in register.columns if one.words):
        sheet.write_string(0, place, column.header, bold)
        for row, word in enumerate(column.words, start=1):
            sheet.write_string(row, place, word)
        sheet.set_column(place, place, max(map(len, (column.header, *column.words))) + 2)
        letter = chr(ord("A") + place)
        ranges[column.name] = f"='{sheet.name}'!${letter}$2:${letter}${len(column.words) + 1}"
    return ranges


def _to_fill_in(
    book: Any, sheet: Any, register: RegisterSheet, ranges: dict[str, str], words: Words
) -> None:
    base = {"bold": True, "text_wrap": True, "valign": "top", "border": 1}
    must = book.add_format({**base, "bg_color": "#1F4E5F", "font_color": "#FFFFFF"})
    may = book.add_format({**base, "bg_color": "#DCE9EE"})
    kinds = {kind: book.add_format({"num_format": form}) for kind, form in _NUMBERS.items()}
    for place, column in enumerate(register.columns):
        sheet.write_string(0, place, column.header, must if column.required else may)
        wide = 34 if column.name in ("title", "evidence_ref") else max(13, len(column.header) + 2)
        sheet.set_column(place, place, wide, kinds.get(column.type, kinds["text"]))
        sheet.data_validation(1, place, _ROWS, place, _taken(column, ranges, words))
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)


def _taken(column: SheetColumn, ranges: dict[str, str], words: Words) -> dict[str, Any]:
    """What a cell of a column takes, and what it says when it is chosen and when it refuses."""
    told = {
        "input_title": column.header[:_TITLE],
        "input_message": column.meaning[:_MESSAGE],
        "error_title": words.say("register.not_accepted")[:_TITLE],
    }
    if column.words:
        wanted = words.say("register.choose", words=", ".join(column.words))
        return {
            **told,
            "validate": "list",
            "source": ranges[column.name],
            "error_message": wanted[:_MESSAGE],
        }
    if column.type == "date":
        rule = {"validate": "date", "criteria": "between", "minimum": _FIRST, "maximum": _LAST}
    elif column.type == "integer":
        rule = {"validate": "integer", "criteria": ">=", "value": 0}
    elif column.type == "number":
        rule = {"validate": "decimal", "criteria": "between", "minimum": -1e12, "maximum": 1e12}
    else:
        return {**told, "validate": "any"}
    return {**told, **rule, "error_message": words.say(f"register.{column.type}_wanted")}


def _explanation(book: Any, sheet: Any, register: RegisterSheet, words: Words) -> None:
    title = book.add_format({"bold": True, "font_size": 14})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    head = book.add_format({"bold": True, "bg_color": "#DCE9EE", "border": 1})
    day = book.add_format({"num_format": _NUMBERS["date"], "valign": "top", "align": "left"})
    sheet.write_string(0, 0, register.dataset.name[words.code], title)
    sheet.merge_range(1, 0, 1, 6, words.say("register.how", sheet=register.sheet), wrapped)
    sheet.set_row(1, 48)
    sheet.write_string(2, 0, words.say("register.key", columns=words.both(register.key)))
    named = ("column", "meaning", "required", "form", "unit", "example", "rules")
    for place, (name, wide) in enumerate(zip(named, (24, 52, 12, 40, 8, 28, 60), strict=True)):
        sheet.write_string(4, place, words.say(f"register.{name}"), head)
        sheet.set_column(place, place, wide)
    for row, column in enumerate(register.columns, start=5):
        required = words.say("register.yes" if column.required else "register.no")
        cells = (column.header, column.meaning, required, column.form, column.unit)
        for place, text in enumerate(cells):
            sheet.write_string(row, place, text, wrapped)
        if isinstance(column.example, date):
            sheet.write_datetime(row, 5, column.example, day)
        elif column.example is not None:
            sheet.write_string(row, 5, str(column.example), wrapped)
        sheet.write_string(row, 6, " ".join(column.rules), wrapped)
    sheet.freeze_panes(5, 1)
    sheet.set_landscape()
