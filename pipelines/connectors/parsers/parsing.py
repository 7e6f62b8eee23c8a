"""The one way from the bytes of a delivery to its rows.

A delivery is read in batches, so that one of any size fits in memory. What needs its neighbours is
not decided within a batch: rows of days on which clocks change wait for the end and are read
together, and which of several rows of one key count is decided over the whole delivery
(`keys.one_per_key`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from pipelines.catalogue.dataset import Dataset
from pipelines.catalogue.format_reading import Read
from pipelines.catalogue.formats import Format, IntervalFormat, RegisterFormat
from pipelines.connectors.parsers.assembling import Rows, assembled
from pipelines.connectors.parsers.blob import Blob
from pipelines.connectors.parsers.delivery import DeliveryRefused, Findings, ParseContext, Parsed
from pipelines.connectors.parsers.interval_table import interval_rows
from pipelines.connectors.parsers.json_files import read_json
from pipelines.connectors.parsers.keys import one_per_key
from pipelines.connectors.parsers.melting import melted
from pipelines.connectors.parsers.parquet_files import read_parquet
from pipelines.connectors.parsers.register_table import register_rows
from pipelines.connectors.parsers.sniffing import check_kind
from pipelines.connectors.parsers.source_table import (
    SourceTable,
    filtered,
    joined,
    normalised,
)
from pipelines.connectors.parsers.survey import survey_rows
from pipelines.connectors.parsers.table import table_rows
from pipelines.connectors.parsers.text_files import read_csv
from pipelines.connectors.parsers.timing import needs_neighbours
from pipelines.connectors.parsers.values import Sheet
from pipelines.connectors.parsers.workbooks import read_workbook

STREAMED: dict[str, Callable[[Blob, Read], Iterable[SourceTable]]] = {
    "csv": read_csv,
    "parquet": read_parquet,
}
"""Readers that take bytes piece by piece and give tables batch by batch."""
READERS: dict[str, Callable[[bytes, Read], Iterable[SourceTable]]] = {
    "xlsx": read_workbook,
    "json": read_json,
}
"""Readers that need all bytes at once."""


def parse(source: bytes | Path, form: Format, dataset: Dataset, context: ParseContext) -> Parsed:
    """The rows of one delivery, all of them in memory.

    Args:
        source: The bytes exactly as they were sent, or the file that holds them.
        form: How they look, with the binding's words laid over it.
        dataset: What they become.
        context: Where they came from, and when these bytes first arrived.

    Returns:
        Rows in the dataset's schema, sorted by key; rows left out with their reason; notes. The
        same input gives the same output.

    Raises:
        DeliveryRefused: where the file cannot be taken as a whole; its code is stable.
    """
    findings = Findings()
    found = list(batches(source, form, dataset, context, findings))
    table = pa.concat_tables(found) if found else dataset.schema().empty_table()
    return whole(table, form, dataset, findings)


def whole(table: pa.Table, form: Format, dataset: Dataset, findings: Findings) -> Parsed:
    """All batches of a delivery, one row per key."""
    kept = one_per_key(table, dataset, findings, zero_gives_way=zero_gives_way(form))
    return Parsed(kept, findings.taken(), findings.notes())


def zero_gives_way(form: Format) -> bool:
    """Whether of two rows of one key a zero is the empty copy of the other."""
    time = getattr(form, "time", None)
    return time is not None and time.dst is not None and time.dst.phantom == "drop_if_zero"


def batches(
    source: bytes | Path, form: Format, dataset: Dataset, context: ParseContext, findings: Findings
) -> Iterator[pa.Table]:
    """The rows of one delivery in the dataset's schema, batch by batch; several may bear one key.

    Raises:
        DeliveryRefused: where the file cannot be taken as a whole, at whatever batch that shows.
    """
    named: list[Rows] = []
    waiting: list[SourceTable] = []
    read: SourceTable | None = None
    for table in tables(source, form.read):
        _check_columns(table, form, dataset)
        chosen = filtered(table, form.rows)
        if form.melt is not None:
            chosen = melted(chosen, form.melt)
        if not len(chosen):
            continue
        if chosen.sheet is not None:  # one table per worksheet; the rows name theirs
            named += _rows(Sheet(chosen, context, findings), form, dataset)
            continue
        if read is not None:
            now = _ready(read, form, context, findings, waiting)
            yield from _finished(_rows(now, form, dataset), dataset, now, form)
        read = chosen
    if waiting:
        last = [read] if read is not None else []
        read = joined([*waiting, *last])
    if read is not None:
        final = Sheet(read, context, findings)
        yield from _finished(_rows(final, form, dataset), dataset, final, form)
    if named:
        yield assembled(named, dataset, context, findings, form.precedence)


def _ready(
    table: SourceTable,
    form: Format,
    context: ParseContext,
    findings: Findings,
    waiting: list[SourceTable],
) -> Sheet:
    """The rows that can be read without their neighbours; the others wait for the last batch."""
    if isinstance(form, IntervalFormat | RegisterFormat):
        later = needs_neighbours(Sheet(table, context, findings.aside()), form.time)
        if later.any():
            waiting.append(table.kept(later))
            table = table.kept(~later)
    return Sheet(table, context, findings)


def _finished(
    parts: list[Rows], dataset: Dataset, sheet: Sheet, form: Format
) -> Iterator[pa.Table]:
    if parts:
        yield assembled(parts, dataset, sheet.context, sheet.findings, form.precedence)


def tables(source: bytes | Path, read: Read) -> Iterator[SourceTable]:
    """The file as named columns of text: one table per sheet, or batches of one table.

    Raises:
        DeliveryRefused: where it is not the declared kind of file, or not whole.
    """
    blob = Blob.of(source)
    check_kind(blob, read.file, read.max_bytes)
    if read.file in STREAMED:
        yield from STREAMED[read.file](blob, read)
    else:
        yield from READERS[read.file](blob.whole(), read)


def _rows(sheet: Sheet, form: Format, dataset: Dataset) -> list[Rows]:
    if not len(sheet.table):
        return []
    if isinstance(form, IntervalFormat):
        return interval_rows(sheet, form, dataset)
    if isinstance(form, RegisterFormat):
        return register_rows(sheet, form, dataset)
    if form.survey is not None:
        return survey_rows(sheet, form, form.survey, dataset)
    return [table_rows(sheet, form, dataset)]


def _check_columns(table: SourceTable, form: Format, dataset: Dataset) -> None:
    if form.read.unknown_columns != "refuse":
        return
    known = {normalised(value.column) for value in form.columns.values() if value.column}
    known |= {normalised(name) for name in dataset.columns}
    unknown = [name for name in table.names if normalised(name) not in known]
    if unknown:
        raise DeliveryRefused(
            "UNKNOWN_COLUMN",
            f"'{unknown[0]}' is not a column of {dataset.id}.",
            f"'{unknown[0]}' non è una colonna di {dataset.id}.",
        )
