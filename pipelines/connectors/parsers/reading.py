"""The bytes of a delivery as named columns of text, whatever kind of file they are.

Belongs here: which reader takes which kind of file, and the pages of a paged answer. Does not belong
here: the readers themselves, what rows become (`parsing`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from pipelines.catalogue.format_reading import Read
from pipelines.connectors.containers.inflating import BROKEN
from pipelines.connectors.pages import is_pages, read_pages
from pipelines.connectors.parsers.blob import Blob
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.green_button import green_button_batches
from pipelines.connectors.parsers.json_files import read_json
from pipelines.connectors.parsers.jsonstat import read_jsonstat
from pipelines.connectors.parsers.market_documents import market_batches
from pipelines.connectors.parsers.parquet_files import read_parquet
from pipelines.connectors.parsers.sniffing import check_kind
from pipelines.connectors.parsers.source_table import SourceTable
from pipelines.connectors.parsers.text_files import read_csv
from pipelines.connectors.parsers.workbooks import read_workbook
from pipelines.connectors.parsers.xml_files import xml_batches


def _streamed(
    batches: Callable[[BinaryIO, Read], Iterator[SourceTable]],
) -> Callable[[Blob, Read], Iterator[SourceTable]]:
    """A reader of streams as a reader of blobs."""

    def read_it(blob: Blob, read: Read) -> Iterator[SourceTable]:
        with blob.open() as source:
            yield from batches(source, read)

    return read_it


STREAMED: dict[str, Callable[[Blob, Read], Iterable[SourceTable]]] = {
    "csv": read_csv,
    "parquet": read_parquet,
    "xml": _streamed(xml_batches),
    "green_button": _streamed(green_button_batches),
    "market_document": _streamed(market_batches),
}
"""Readers that take bytes piece by piece and give tables batch by batch."""
READERS: dict[str, Callable[[bytes, Read], Iterable[SourceTable]]] = {
    "xlsx": read_workbook,
    "json": read_json,
    "ndjson": read_json,
    "jsonstat": read_jsonstat,
}
"""Readers that need all bytes at once."""


def is_paged(source: bytes | Path) -> bool:
    """Whether a delivery is our bundle of the pages of one answer."""
    blob = Blob.of(source)
    return blob.start(2) == b"PK" and is_pages(blob.whole())


def tables(source: bytes | Path, read: Read) -> Iterator[SourceTable]:
    """The file as named columns of text: batches of one table, one table per sheet, or the tables
    of each page of a paged answer.

    Raises:
        DeliveryRefused: where it is not the declared kind of file, or not whole.
    """
    if not is_paged(source):
        yield from _tables(Blob.of(source), read)
        return
    try:
        pages = read_pages(Blob.of(source).whole())
    except BROKEN as error:
        raise DeliveryRefused(
            "TRUNCATED",
            f"The pages of the answer cannot be read: {error}.",
            f"Le pagine della risposta non si leggono: {error}.",
        ) from error
    yield from _of_pages(pages, read)


def _of_pages(pages: list[tuple[str, bytes]], read: Read) -> Iterator[SourceTable]:
    """Every page as it stands; a page without rows is no reason to refuse the others."""
    some = False
    empty: DeliveryRefused | None = None
    for name, page in pages:
        try:
            for table in _tables(Blob.of(page), read):
                some = True
                yield replace(table, sheet=f"{name}!{table.sheet}" if table.sheet else name)
        except DeliveryRefused as refusal:
            if refusal.code != "HEADER_ONLY":
                raise
            empty = refusal
    if not some and empty is not None:
        raise empty


def _tables(blob: Blob, read: Read) -> Iterator[SourceTable]:
    check_kind(blob, read.file, read.max_bytes)
    if read.file in STREAMED:
        yield from STREAMED[read.file](blob, read)
    else:
        yield from READERS[read.file](blob.whole(), read)
