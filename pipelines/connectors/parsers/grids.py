"""Rows of cells as named columns: where the header stands, and what is no data.

Belongs here: headers of one or several rows, preamble, repeated header, totals, footers. Does not
belong here: files (`text_files`, `workbooks`) or what cells mean.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa

from pipelines.catalogue.format_reading import Header, Read
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.source_table import SourceTable, normalised

MAX_COLUMNS = 5000
MAX_PREAMBLE = 5000
"""Rows above a header; a file without the header is not kept in memory to say so."""

SLAB = 2000
"""Rows taken over at once."""

Row = list[str]


def tables_of(
    rows: Iterable[Row],
    read: Read,
    sheet: str | None = None,
    *,
    typed: bool = False,
    cells: int | None = None,
) -> Iterator[SourceTable]:
    """Rows of cells as named columns, in batches.

    Args:
        rows: Cells as text, the first row of the file first; blank rows are kept, so that rows can
            be counted.
        read: How the file is declared.
        sheet: Name of the worksheet.
        typed: Whether dates stand in ISO form.
        cells: About how many cells a batch has; None for one batch of everything.

    Raises:
        DeliveryRefused: EMPTY_FILE, HEADER_ONLY, MISSING_COLUMN, UNKNOWN_COLUMN, TRUNCATED.
    """
    source = iter(rows)
    head = _head(source, read)
    count = None if cells is None else max(1, cells // max(len(head.names), 1))
    at, some = head.rows, False
    for body in _batches(itertools.chain(head.begun, source), count, read):
        places = np.arange(at + 1, at + 1 + len(body), dtype=np.int64)
        at += len(body)
        data, places = _data_rows(body, places, head.names, read)
        if not data:
            continue
        some = True
        columns = _columns(data, len(head.names))
        names, columns = _without_empty_columns(head.names, columns)
        yield SourceTable(names, columns, places, read, sheet, head.preamble, typed)
    if not some:
        raise DeliveryRefused(
            "HEADER_ONLY",
            "The file has a header and no rows.",
            "Il file ha l'intestazione ma nessuna riga.",
        )


def _batches(rows: Iterator[Row], count: int | None, read: Read) -> Iterator[list[Row]]:
    """The rows below the header, up to the first that the declaration names as the end."""
    if read.stop_at is not None:
        end = re.compile(read.stop_at)
        rows = itertools.takewhile(lambda row: not end.search(_first_filled(row)), rows)
    while body := list(itertools.islice(rows, count)):
        yield body


def _columns(rows: list[Row], width: int) -> list[pa.Array]:
    """The cells column by column; they are taken over in the order of the file, which is how they
    lie in memory.
    """
    slabs: list[list[pa.Array]] = []
    for begin in range(0, len(rows), SLAB):
        slab = rows[begin : begin + SLAB]
        cells = pa.array(list(itertools.chain.from_iterable(slab)), type=pa.string())
        places = np.arange(0, len(cells), width)
        slabs.append([cells.take(pa.array(places + column)) for column in range(width)])
    if len(slabs) == 1:
        return slabs[0]
    return [pa.concat_arrays(parts) for parts in zip(*slabs, strict=True)]


def _first_filled(row: Row) -> str:
    return next((cell for cell in row if cell.strip()), "")


class _Head:
    """What was read until the data begin.

    Attributes:
        rows: How many rows of the file lie before the data.
        begun: Data rows that had to be read to know.
    """

    def __init__(self, names: Row, preamble: str, rows: int, begun: Sequence[Row] = ()) -> None:
        self.names, self.preamble, self.rows, self.begun = names, preamble, rows, begun
        if len(names) > MAX_COLUMNS:
            raise DeliveryRefused(
                "TOO_LARGE",
                f"The file has {len(names)} columns.",
                f"Il file ha {len(names)} colonne.",
            )


def _head(rows: Iterator[Row], read: Read) -> _Head:
    above: list[Row] = list(itertools.islice(rows, read.skip_first))
    first = next(rows, None)
    while first is not None and not _first_filled(first):
        above.append(first)
        first = next(rows, None)
    if first is None:
        if isinstance(read.header, Header) and any(map(_first_filled, above)):
            raise _no_header(read.header)
        raise DeliveryRefused("EMPTY_FILE", "The file has no cells.", "Il file non ha celle.")
    if read.header == "none":
        preamble = "\n".join(read.delimiter.join(row) for row in above)
        return _Head(list(read.names), preamble, len(above), [first])
    deep, below = 1, 0
    if isinstance(read.header, Header):
        first = _found(first, rows, read.header, above)
        deep, below = read.header.rows, read.header.below
    names = _names([first, *itertools.islice(rows, deep - 1)])
    preamble = "\n".join(read.delimiter.join(row) for row in above)
    skipped = len(list(itertools.islice(rows, below)))
    return _Head(names, preamble, len(above) + deep + skipped)


def _found(first: Row, rows: Iterator[Row], header: Header, above: list[Row]) -> Row:
    wanted = {normalised(name) for name in header.contains}
    for row in itertools.chain([first], rows):
        if wanted <= {normalised(cell) for cell in row}:
            return row
        above.append(row)
        if len(above) > MAX_PREAMBLE:
            break
    raise _no_header(header)


def _names(rows: Sequence[Row]) -> Row:
    """Names written over several rows: a merged cell names every column below it."""
    if len(rows) == 1:
        return list(rows[0])
    width = max(map(len, rows))
    names = [""] * width
    for deep, row in enumerate(rows):
        last = ""
        for place in range(width):
            cell = row[place].strip() if place < len(row) else ""
            last = cell or (last if deep < len(rows) - 1 else "")
            names[place] = f"{names[place]} {last}".strip()
    return names


def _no_header(header: Header) -> DeliveryRefused:
    asked = ", ".join(f"'{name}'" for name in header.contains)
    return DeliveryRefused(
        "MISSING_COLUMN",
        f"No row of the file holds the headers {asked}.",
        f"Nessuna riga del file contiene le intestazioni {asked}.",
    )


def _data_rows(
    body: list[Row], rows: np.ndarray, names: Row, read: Read
) -> tuple[list[Row], np.ndarray]:
    width = len(names)
    head = names[0] if read.header != "none" else None
    skip = [re.compile(pattern) for pattern in read.skip_rows]
    keep = np.ones(len(body), dtype=bool)
    beyond = 0
    for place, row in enumerate(body):
        regular = len(row) == width and row[0] and row[0] != head
        if regular and not skip:
            continue
        first = _first_filled(row)
        skipped = not first or any(pattern.search(first) for pattern in skip)
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


def _without_empty_columns(
    names: list[str], columns: list[pa.Array]
) -> tuple[list[str], list[pa.Array]]:
    """Columns without a name and without a cell are what a trailing separator leaves."""
    pairs = []
    for name, column in zip(names, columns, strict=True):
        if name.strip() or any(cell.strip() for cell in column.to_pylist()):
            pairs.append((name, column))
    return [name for name, _ in pairs], [column for _, column in pairs]
