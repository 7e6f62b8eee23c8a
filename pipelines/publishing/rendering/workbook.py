"""A workbook that a person and a program can read: contents, one table per sheet, types, formats, print set-up.

Belongs here: how a sheet is laid out, the same bytes for the same content. Does not belong here: which sheets an annex
has (`annex.py`, `period_annex.py`), what a column means (`reports/columns.yaml`).

Text stays text: nothing in it becomes a formula or a link. Each sheet is one Excel table with its heads in the first
row, a name and a description, and no merged cells, so that a screen reader and a program find the same thing.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import xlsxwriter

from pipelines.publishing.rows import Row

_LONGEST, _WIDEST, _NARROWEST = 31, 60, 8
_HALF = 120
_WARNING = "#8C1127"
_SAMPLED = 200
"""Rows that a column's width is read from."""
_FORMATS = (
    (re.compile(r"(coverage|_share|^share)$"), "0.0%"),
    (re.compile(r"_eur$"), "#,##0.00"),
    (re.compile(r"(year|^revision|position)"), "0"),
)
_WHOLE, _DECIMAL = "#,##0", "#,##0.0#####"
_DAY, _MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"


@dataclass(frozen=True)
class Sheet:
    """One table: its name, what it holds in each language, its columns and rows. `source` is the table it shows."""

    name: str
    about: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[Row]
    source: str = ""


@dataclass(frozen=True)
class Cover:
    """What the first sheet says before its list: title, holder, lines, the heads of the list.

    `mark` says who may read it, above the table of every sheet; what anybody may read has none.
    """

    title: str
    author: str
    created: datetime
    lines: Sequence[str]
    heads: Sequence[str]
    name: str = "indice"
    label: str = ""
    mark: str = ""

    @property
    def flags(self) -> str:
        """Mark and label, as they stand wherever there is one line for both."""
        return " · ".join(filter(None, (self.mark, self.label)))


def workbook(cover: Cover, sheets: Sequence[Sheet]) -> bytes:
    """The bytes of a workbook with a sheet of contents in front."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(
        sink,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    created = cover.created.astimezone(UTC).replace(tzinfo=None)
    book.set_properties(
        {
            "title": cover.title,
            "author": cover.author,
            "comments": cover.flags,
            **({"category": cover.mark} if cover.mark else {}),
            "created": created,
        }
    )
    writer = _Writer(book, cover)
    writer.contents(sheets)
    for number, sheet in enumerate(sheets, start=1):
        writer.sheet(sheet, number)
    book.close()
    return sink.getvalue()


@dataclass
class _Writer:
    book: Any
    cover: Cover
    formats: dict[str, Any] = field(default_factory=dict)

    def format(self, pattern: str) -> Any:
        """A number format, made once."""
        if pattern not in self.formats:
            self.formats[pattern] = self.book.add_format({"num_format": pattern})
        return self.formats[pattern]

    @cached_property
    def _red(self) -> Any:
        return self.book.add_format({"bold": True, "font_color": _WARNING})

    def contents(self, sheets: Sequence[Sheet]) -> None:
        """Title, what the workbook is made of, and a link to each sheet."""
        page = self.book.add_worksheet(self.cover.name)
        self._printed(page, len(self.cover.heads))
        page.write_string(
            0, 0, self.cover.title, self.book.add_format({"bold": True, "font_size": 14})
        )
        top = 1
        for said in (self.cover.mark, self.cover.label, *self.cover.lines):
            if said:
                page.write_string(top, 0, said, self._red if said == self.cover.mark else None)
                top += 1
        top += 1
        bold = self.book.add_format({"bold": True, "bottom": 1})
        for place, head in enumerate(self.cover.heads):
            page.write_string(top, place, head, bold)
        link = self.book.add_format({"font_color": "#0B5A7A", "underline": 1})
        for line, sheet in enumerate(sheets, start=top + 1):
            page.write_url(line, 0, f"internal:'{sheet.name}'!A1", link, sheet.name)
            for place, text in enumerate(sheet.about, start=1):
                page.write_string(line, place, text)
            page.write_number(line, len(sheet.about) + 1, len(sheet.rows))
        page.set_column(0, 0, 24)
        page.set_column(1, len(self.cover.heads) - 2, _WIDEST)
        page.freeze_panes(top + 1, 1)

    def sheet(self, sheet: Sheet, number: int) -> None:
        """One Excel table with its heads in the first row, or below the mark where there is one."""
        page = self.book.add_worksheet(sheet.name[:_LONGEST])
        self._printed(page, len(sheet.columns))
        top = 0
        if self.cover.mark:
            page.write_string(0, 0, self.cover.mark, self._red)
            page.set_tab_color(_WARNING)
            top = 1
        page.add_table(
            top,
            0,
            top + max(1, len(sheet.rows)),
            len(sheet.columns) - 1,
            {
                "name": f"t{number}_{re.sub(r'[^A-Za-z0-9]', '_', sheet.source or sheet.name)}",
                "style": "Table Style Light 1",
                "columns": [{"header": head} for head in sheet.columns],
                "title": sheet.name,
                "description": sheet.about[-1] if sheet.about else sheet.name,
            },
        )
        for place, column in enumerate(sheet.columns):
            values = [row.get(column) for row in sheet.rows]
            own = next((self.format(look) for name, look in _FORMATS if name.search(column)), None)
            for line, value in enumerate(values, start=top + 1):
                if value is not None:
                    self._write(page, line, place, own, value)
            page.set_column(place, place, _width(column, values))
        page.freeze_panes(top + 1, 1)
        page.repeat_rows(0, top)

    def _printed(self, page: Any, columns: int) -> None:
        """A4, as wide as the page, with title, sheet and page number on each."""
        page.set_paper(9)
        if columns > 6:
            page.set_landscape()
        page.fit_to_pages(1, 0)
        page.set_header(f"&L{_printable(self.cover.title)}&R{_printable(self.cover.flags)}")
        page.set_footer("&L&A&R&P / &N")

    def _write(self, page: Any, line: int, place: int, own: Any, value: Any) -> None:
        """One cell by its type; `own` is the number format that the column's name asks for."""
        if isinstance(value, str):
            page.write_string(line, place, value)
        elif isinstance(value, bool):
            page.write_boolean(line, place, value)
        elif isinstance(value, Decimal | int | float):
            page.write_number(line, place, float(value), own or self.format(_pattern(value)))
        elif isinstance(value, datetime):
            moment = value.astimezone(UTC).replace(tzinfo=None)
            page.write_datetime(line, place, moment, self.format(_MOMENT))
        elif isinstance(value, date):
            day = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a day has no zone
            page.write_datetime(line, place, day, self.format(_DAY))
        else:
            page.write_string(line, place, str(value))


def _printable(text: str) -> str:
    """Text for half of a printed head, which holds 255 signs and in which `&` begins a code."""
    cut = text[:_HALF]
    while len(cut.replace("&", "&&")) > _HALF:
        cut = cut[:-1]
    return (cut if cut == text else f"{cut[:-1]}…").replace("&", "&&")


def _pattern(value: Decimal | float) -> str:
    return _WHOLE if isinstance(value, int) or value == int(value) else _DECIMAL


def _width(column: str, values: Iterable[Any]) -> int:
    """Wide enough for the head and the first rows, within reason."""
    longest = len(column) + 3  # the mark that filters
    for value, _ in zip(values, range(_SAMPLED), strict=False):
        if isinstance(value, datetime):
            longest = max(longest, 17)
        elif isinstance(value, date):
            longest = max(longest, 11)
        elif isinstance(value, Decimal | float):
            longest = max(longest, len(f"{value:,.3f}"))
        elif value is not None:
            longest = max(longest, len(str(value)))
    return min(_WIDEST, max(_NARROWEST, longest))
