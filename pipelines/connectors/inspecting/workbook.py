"""The first rows of a worksheet as a person sees them, to find its header.

Belongs here: where the names of a sheet stand. Does not belong here: reading it.
"""

from __future__ import annotations

import io
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from pipelines.connectors.inspecting.delimited import Grid, headers_in

ROWS = 60


def visible_sheets(blob: bytes) -> list[str]:
    """The names of the sheets that a person sees; none where the workbook does not open."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(blob))
    except (CalamineError, PasswordError):
        return []
    visible = SheetVisibleEnum.Visible
    return [one.name for one in book.sheets_metadata if one.visible == visible]


def headers_of(blob: bytes, sheet: str, checks: dict[str, str]) -> list[dict[str, Any]]:
    """Where the names of one sheet's columns may stand, the likeliest first."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(blob))
        cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=ROWS)
    except CalamineError:
        return [{}]
    grid: Grid = [[_shown(cell) for cell in row] for row in cells]
    return headers_in(grid, checks) or [{}]


def _shown(cell: Any) -> str:
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat())
    return str(cell)
