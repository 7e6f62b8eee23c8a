"""Delimited text as rows of cells, read row by row and never held as a whole.

Belongs here: CSV records and what spreadsheets add to them. Does not belong here: which row is the
header (`grids`), what cells mean.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pipelines.catalogue.format_reading import Read
from pipelines.connectors.parsers.blob import Blob
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.grids import Row, tables_of
from pipelines.connectors.parsers.sniffing import encoding_of
from pipelines.connectors.parsers.source_table import SourceTable

if TYPE_CHECKING:
    from _csv import _reader

MAX_CELL = 1024 * 1024
BATCH_CELLS = 200_000
"""Cells of one batch: small enough to stay in the processor's cache and in 100 MB, large enough that
the cost of a batch does not count (measured November 2026, docs/performance.md).
"""
csv.field_size_limit(MAX_CELL)


def read_csv(blob: Blob, read: Read) -> Iterator[SourceTable]:
    """A delimited text file as one table, batch by batch.

    Raises:
        DeliveryRefused: BAD_ENCODING, TRUNCATED, TOO_LARGE, EMPTY_FILE, HEADER_ONLY,
            MISSING_COLUMN, UNKNOWN_COLUMN.
    """
    encoding = encoding_of(blob, read.encoding)
    with io.TextIOWrapper(blob.open(), encoding=encoding, newline="") as text:
        yield from tables_of(_records(text, read), read, cells=BATCH_CELLS)


def _records(text: io.TextIOWrapper, read: Read) -> Iterator[Row]:
    reader = _reading(text, read)
    try:
        for place, row in enumerate(reader):
            if place == 0 and _names_the_separator(row, read):
                yield []
            elif read.quoted_rows and len(row) == 1 and read.delimiter in row[0]:
                yield next(_reading(row, read))
            else:
                yield row
    except csv.Error as error:
        raise _broken(error, reader.line_num) from error


def _reading(lines: Iterable[str], read: Read) -> _reader:
    return csv.reader(
        lines,
        delimiter=read.delimiter,
        quotechar=None if read.quote == "none" else read.quote,
        quoting=csv.QUOTE_NONE if read.quote == "none" else csv.QUOTE_MINIMAL,
        strict=True,
    )


def _names_the_separator(row: Row, read: Read) -> bool:
    """`sep=,` in the first line is a word from one spreadsheet program to another, not a header."""
    return read.delimiter.join(row).strip() == f"sep={read.delimiter}"


def _broken(error: csv.Error, line: int) -> DeliveryRefused:
    if "field larger" in str(error):
        return DeliveryRefused(
            "TOO_LARGE",
            f"Line {line} holds a cell of more than {MAX_CELL:,} signs: this is no table.",
            f"La riga {line} contiene una cella di oltre {MAX_CELL:,} caratteri: non è una "
            "tabella.",
            row=line,
        )
    return DeliveryRefused(
        "TRUNCATED",
        f"The text breaks off or a quote is never closed, at line {line}: {error}.",
        f"Il testo si interrompe o una virgoletta non si chiude, alla riga {line}: {error}.",
        row=line,
    )
