"""Delimited text and workbooks as grids of cells, and grids as named columns.

Belongs here: CSV reading, where the header stands, what is no data (preamble, repeated header,
totals). Does not belong here: what cells mean.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from pipelines.catalogue.format_reading import Header, Read
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.regular_text import read_regular
from pipelines.connectors.parsers.sniffing import text_of
from pipelines.connectors.parsers.source_table import SourceTable, normalised

MAX_COLUMNS = 5000
MAX_CELL = 1024 * 1024
csv.field_size_limit(MAX_CELL)

Grid = list[list[str]]


def read_csv(blob: bytes, read: Read) -> list[SourceTable]:
    """A delimited text file as one table.

    Raises:
        DeliveryRefused: BAD_ENCODING, TRUNCATED, EMPTY_FILE, HEADER_ONLY, MISSING_COLUMN,
            UNKNOWN_COLUMN.
    """
    text = text_of(blob, read.encoding)
    regular = read_regular(text, read)
    if regular is not None:
        return [regular]
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=read.delimiter,
        quotechar=None if read.quote == "none" else read.quote,
        quoting=csv.QUOTE_NONE if read.quote == "none" else csv.QUOTE_MINIMAL,
        strict=True,
    )
    try:
        grid = list(reader)
    except csv.Error as error:
        raise DeliveryRefused(
            "TRUNCATED",
            f"The text breaks off or a quote is never closed, at line {reader.line_num}: {error}.",
            "Il testo si interrompe o una virgoletta non si chiude, alla riga "
            f"{reader.line_num}: {error}.",
            row=reader.line_num,
        ) from error
    return [table_of(grid, read)]


def table_of(
    grid: Grid, read: Read, sheet: str | None = None, *, typed: bool = False
) -> SourceTable:
    """A grid of cells as named columns.

    Args:
        grid: Cells as text, the first row of the file first; blank rows are kept, so that rows can
            be counted.
        read: How the file is declared.
        sheet: Name of the worksheet.
        typed: Whether dates stand in ISO form.

    Raises:
        DeliveryRefused: EMPTY_FILE, HEADER_ONLY, MISSING_COLUMN, UNKNOWN_COLUMN, TRUNCATED.
    """
    first, names, preamble = _header(grid, read)
    body = grid[first:]
    rows = np.arange(first + 1, len(grid) + 1, dtype=np.int64)
    body, rows = _data_rows(body, rows, names, read)
    if not body:
        raise DeliveryRefused(
            "HEADER_ONLY",
            "The file has a header and no rows.",
            "Il file ha l'intestazione ma nessuna riga.",
        )
    columns = [pa.array(column, type=pa.string()) for column in zip(*body, strict=True)]
    del body, grid
    names, columns = _without_empty_tail(names, columns)
    return SourceTable(names, columns, rows, read, sheet, preamble, typed)


def _header(grid: Grid, read: Read) -> tuple[int, list[str], str]:
    filled = next(
        (place for place, row in enumerate(grid) if any(cell.strip() for cell in row)), None
    )
    if filled is None:
        raise DeliveryRefused("EMPTY_FILE", "The file has no cells.", "Il file non ha celle.")
    if read.header == "none":
        names = list(read.names)
        return filled, names, ""
    place, below = filled, 0
    if isinstance(read.header, Header):
        wanted = {normalised(name) for name in read.header.contains}
        found = next(
            (at for at, row in enumerate(grid) if wanted <= {normalised(cell) for cell in row}),
            None,
        )
        if found is None:
            asked = ", ".join(f"'{name}'" for name in read.header.contains)
            raise DeliveryRefused(
                "MISSING_COLUMN",
                f"No row of the file holds the headers {asked}.",
                f"Nessuna riga del file contiene le intestazioni {asked}.",
            )
        place, below = found, read.header.below
    names = list(grid[place])
    if len(names) > MAX_COLUMNS:
        raise DeliveryRefused(
            "TOO_LARGE", f"The file has {len(names)} columns.", f"Il file ha {len(names)} colonne."
        )
    preamble = "\n".join(read.delimiter.join(row) for row in grid[:place])
    return place + 1 + below, names, preamble


def _data_rows(
    body: Grid, rows: np.ndarray, names: list[str], read: Read
) -> tuple[Grid, np.ndarray]:
    width = len(names)
    head = names[0] if read.header != "none" else None
    skip = [re.compile(pattern) for pattern in read.skip_rows]
    keep = np.ones(len(body), dtype=bool)
    beyond = 0
    for place, row in enumerate(body):
        regular = len(row) == width and row[0] and row[0] != head
        if regular and not skip:
            continue
        cells = [cell for cell in row if cell.strip()]
        skipped = not cells or any(pattern.search(cells[0]) for pattern in skip)
        if skipped or (head is not None and _repeats(row, names)):
            keep[place] = False
        elif len(row) < width:
            _refuse_short(int(rows[place]), len(row), width)
        elif len(row) > width:
            if any(cell.strip() for cell in row[width:]):
                _refuse_long(int(rows[place]), len(row), width)
            beyond += 1
    if beyond:
        body = [row[:width] for row in body]
    if keep.all():
        return body, rows
    return [row for row, wanted in zip(body, keep, strict=True) if wanted], rows[keep]


def _repeats(row: Sequence[str], names: Sequence[str]) -> bool:
    return [cell.strip() for cell in row[: len(names)]] == [name.strip() for name in names]


def _refuse_short(row: int, cells: int, width: int) -> None:
    raise DeliveryRefused(
        "TRUNCATED",
        f"Row {row} has {cells} cells of {width}: the file was cut off. Ask for it again.",
        f"La riga {row} ha {cells} celle su {width}: il file è troncato. Richiederlo.",
        row=row,
    )


def _refuse_long(row: int, cells: int, width: int) -> None:
    raise DeliveryRefused(
        "UNKNOWN_COLUMN",
        f"Row {row} has {cells} cells under {width} headers.",
        f"La riga {row} ha {cells} celle sotto {width} intestazioni.",
        row=row,
    )


def _without_empty_tail(
    names: list[str], columns: list[pa.Array]
) -> tuple[list[str], list[pa.Array]]:
    """Columns without a name and without a cell are what a trailing separator leaves."""
    pairs = []
    for name, column in zip(names, columns, strict=True):
        if name.strip() or any(cell.strip() for cell in column.to_pylist()):
            pairs.append((name, column))
    return [name for name, _ in pairs], [column for _, column in pairs]
