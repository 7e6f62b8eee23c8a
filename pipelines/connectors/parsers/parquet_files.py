"""Parquet files as named columns of text, batch by batch.

Belongs here: typed cells of Parquet. Does not belong here: what cells mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.catalogue.format_reading import Read
from pipelines.connectors.parsers.blob import Blob
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.source_table import SourceTable
from pipelines.connectors.parsers.workbooks import cell_text, number_text

BATCH_ROWS = 40_000


def read_parquet(blob: Blob, read: Read) -> Iterator[SourceTable]:
    """A Parquet file as one table of texts, batch by batch.

    Raises:
        DeliveryRefused: TRUNCATED, HEADER_ONLY.
    """
    at = 0
    try:
        with blob.open() as stream, pq.ParquetFile(stream) as file:
            names = file.schema_arrow.names
            for batch in file.iter_batches(BATCH_ROWS):
                columns = [_texts(column, read.decimal) for column in batch.columns]
                rows = np.arange(at + 1, at + 1 + batch.num_rows, dtype=np.int64)
                at += batch.num_rows
                yield SourceTable(list(names), columns, rows, read, typed=True)
    except (pa.ArrowInvalid, OSError) as error:
        raise DeliveryRefused(
            "TRUNCATED",
            f"The Parquet file cannot be read: {error}.",
            f"Il file Parquet non si legge: {error}.",
        ) from error
    if at == 0:
        raise DeliveryRefused("HEADER_ONLY", "The file has no rows.", "Il file non ha righe.")


def _texts(column: pa.Array, decimal: str) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_string(column.type):
        return column.fill_null("")
    texts = []
    for cell in column.to_pylist():
        plain = number_text(cell, decimal) if isinstance(cell, Decimal) else None
        texts.append("" if cell is None else plain or cell_text(cell, decimal) or str(cell))
    return pa.array(texts, type=pa.string())
