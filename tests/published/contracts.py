"""Marts of the fixture as their models' contracts say: a column a model gains is there, and null."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any

import pyarrow as pa
import yaml

from pipelines.settings import checkout
from tests.published.districts import Row

_TYPES = {
    "string": pa.string(),
    "varchar": pa.string(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp with time zone": pa.timestamp("us", tz="UTC"),
}


@cache
def _contracts() -> dict[str, pa.Schema]:
    """Columns and types of every mart, in its model's order."""
    folder = checkout() / "dbt_project" / "models" / "marts"
    return {
        model["name"]: pa.schema(
            [(column["name"], _type(column["data_type"])) for column in model["columns"]]
        )
        for path in folder.rglob("*.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", ())
    }


def _type(declared: str) -> pa.DataType:
    scaled = re.fullmatch(r"decimal\((\d+),\s*(\d+)\)", declared)
    return pa.decimal128(int(scaled[1]), int(scaled[2])) if scaled else _TYPES[declared]


def of_model(name: str, row: Row) -> Row:
    """What a model has of a row that several of them share."""
    return {column: row[column] for column in _contracts()[name].names if column in row}


def mart(name: str, rows: list[Row]) -> pa.Table:
    """Rows under the contract of their model.

    Raises:
        KeyError: a column that the model does not have, or has no longer.
    """
    schema = _contracts()[name]
    stale = sorted({column for row in rows for column in row} - set(schema.names))
    if stale:
        raise KeyError(f"{name} has no column {', '.join(stale)}: the fixture is behind its model")
    columns = [[_as(row.get(field.name), field.type) for row in rows] for field in schema]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    # As the warehouse writes them: a column that is never null says so.
    told = [
        field.with_nullable(array.null_count > 0)
        for field, array in zip(schema, arrays, strict=True)
    ]
    return pa.table(arrays, schema=pa.schema(told))


def _as(value: Any, kind: pa.DataType) -> Any:
    if value is None or not pa.types.is_decimal(kind):
        return int(value) if value is not None and pa.types.is_integer(kind) else value
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-kind.scale))
