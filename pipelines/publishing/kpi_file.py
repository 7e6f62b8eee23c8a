"""`kpi_values`: its columns, its order and the name of each value. Others rely on this shape; do not reorder."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pyarrow as pa

from pipelines.publishing.rows import Row, ordered, sha256, to_table

_VALUE = pa.decimal128(28, 9)
_TEXT = pa.string()
_DATE = pa.date32()

SCHEMA = pa.schema(
    [
        ("district_id", _TEXT),
        ("month", _TEXT),
        ("period_start", _DATE),
        ("period_end", _DATE),
        ("kpi_code", _TEXT),
        ("value", _VALUE),
        ("value_adjusted", _VALUE),
        ("interval_low", _VALUE),
        ("interval_high", _VALUE),
        ("unit", _TEXT),
        ("status", _TEXT),
        ("signal", _TEXT),
        ("grade", _TEXT),
        ("coverage", pa.decimal128(9, 6)),
        ("reason", _TEXT),
        ("suppressed", pa.bool_()),
        ("numerator", _VALUE),
        ("denominator", _VALUE),
        ("target", _VALUE),
        ("gap", _VALUE),
        ("previous_year", _VALUE),
        ("next_due", _DATE),
        ("factor_set", _TEXT),
        ("gwp_set", _TEXT),
        ("model_version", _TEXT),
        ("boundary_version", _TEXT),
        ("known_at", pa.timestamp("us", tz="UTC")),
        ("kpi_value_id", _TEXT),
        ("value_below", _VALUE),
    ]
)
"""The contract of `kpi_values.parquet` and `.csv`."""

KEY = ("district_id", "month", "kpi_code")
SHORT = 7
"""Digits of an id that are printed: among the 10,000 values of an edition two alike are a chance of one in five, among
the few hundred printed ones of one in 5,000; `nzd explain` names both where it happens."""


def kpi_table(values: Sequence[Row], month: str, revision: int) -> pa.Table:
    """KPI values of an edition, in the contract's columns and order, each with its id."""
    rows = [
        {
            **row,
            "coverage": _share(row.get("coverage")),
            "kpi_value_id": value_id(
                row["district_id"], row["month"], row["kpi_code"], month, revision
            ),
        }
        for row in ordered(values, KEY)
    ]
    return to_table(rows, SCHEMA)


def value_id(district: str, month: str, code: str, edition_month: str, revision: int) -> str:
    """Stable name of one published value: 12 hex digits of district, month, KPI, edition and revision."""
    return sha256(f"{district}|{month}|{code}|{edition_month}|{revision}".encode())[:12]


def short_code(identifier: str) -> str:
    """What is printed under a figure: the id's first seven digits, as `nzd explain` takes them."""
    return identifier[:SHORT]


def _share(value: Decimal | float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
