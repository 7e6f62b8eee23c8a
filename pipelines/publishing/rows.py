"""Parquet tables as plain rows, and rows as Parquet and CSV, in the same bytes every time.

Belongs here: reading and writing of tables. Does not belong here: what a table means.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Row = dict[str, Any]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def read_rows(path: Path, columns: Sequence[str] | None = None) -> list[Row]:
    """Rows of one Parquet file; an empty list where the file does not exist."""
    if not path.is_file():
        return []
    return pq.read_table(path, columns=columns).to_pylist()  # type: ignore[no-any-return]


def read_table(path: Path) -> pa.Table | None:
    """One Parquet file as it stands, or None where it does not exist."""
    return pq.read_table(path) if path.is_file() else None


def ordered(rows: Iterable[Row], key: Sequence[str]) -> list[Row]:
    """Rows in one order, nulls first, so that equal rows give equal bytes."""
    return sorted(rows, key=lambda row: tuple(_sortable(row.get(name)) for name in key))


def _sortable(value: Any) -> tuple[bool, str]:
    if isinstance(value, bool | int | Decimal | float):
        return (True, f"{Decimal(value):+040.12f}")
    return (value is not None, str(value) if value is not None else "")


def to_table(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    """Rows as an Arrow table; decimals are rounded to the scale of their column.

    Every column may be null: what a mart always has may be hidden in an edition.
    """
    arrays = []
    for field in schema:
        values = [_fitting(row.get(field.name), field.type) for row in rows]
        arrays.append(pa.array(values, type=field.type))
    return pa.table(arrays, schema=pa.schema([field.with_nullable(True) for field in schema]))


def _fitting(value: Any, kind: pa.DataType) -> Any:
    if value is None:
        return None
    if pa.types.is_decimal(kind):
        exact = value if isinstance(value, Decimal) else Decimal(str(value))
        return exact.quantize(Decimal(1).scaleb(-kind.scale))
    if pa.types.is_date(kind) and isinstance(value, datetime):
        return value.date()
    return value


def parquet_bytes(table: pa.Table) -> bytes:
    """A Parquet file without anything that changes from run to run."""
    sink = io.BytesIO()
    plain = table.replace_schema_metadata(None)
    pq.write_table(plain, sink, compression="zstd", write_statistics=True, store_schema=True)
    return sink.getvalue()


def csv_bytes(table: pa.Table) -> bytes:
    """UTF-8 CSV with a header, point as decimal sign, ISO dates, empty for null."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.column_names)
    for row in table.to_pylist():
        writer.writerow([csv_cell(value) for value in row.values()])
    return text.getvalue().encode("utf-8")


def csv_cell(value: Any) -> str:
    """One CSV cell. Text that a spreadsheet would run as a formula gets a leading apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain(value)
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA_STARTS) else text


def plain(value: Decimal) -> str:
    """A decimal in full, without exponent and without trailing zeros."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def json_bytes(document: Mapping[str, Any]) -> bytes:
    """A document as UTF-8 JSON that a person can read."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def sha256(data: bytes) -> str:
    """Hex digest of bytes."""
    return hashlib.sha256(data).hexdigest()
