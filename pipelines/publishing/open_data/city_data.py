"""The figures of one city as files of open data: CSV, Parquet, JSON.

Belongs here: `<district>/data/`. Does not belong here: what a figure is (`kpi_file.py`), how the files are described
(`dcat.py`).
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.publishing.rows import csv_bytes, csv_cell, parquet_bytes

FILES = ("data/kpi_values.csv", "data/kpi_values.parquet", "data/kpi_values.json", "annex.xlsx")
"""What a city's catalogue lists, below its folder."""


def city_data(values: pa.Table) -> dict[str, bytes]:
    """The files of every city, by path.

    Args:
        values: KPI values of an edition.
    """
    made = {}
    for district in sorted(set(values["district_id"].to_pylist())):
        own = values.filter(pc.equal(values["district_id"], pa.scalar(district)))
        made[f"{district}/data/kpi_values.csv"] = csv_bytes(own)
        made[f"{district}/data/kpi_values.parquet"] = parquet_bytes(own)
        made[f"{district}/data/kpi_values.json"] = _json_rows(own)
    return made


def _json_rows(table: pa.Table) -> bytes:
    """A list of rows, the first one the names of the columns; one row a line."""
    rows = [
        table.column_names,
        *([_plain(cell) for cell in row.values()] for row in table.to_pylist()),
    ]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n".encode()


def _plain(cell: Any) -> Any:
    """A cell as JSON has it; a number is as exact as a double, as in most programs that read it."""
    if cell is None or isinstance(cell, bool | int | str):
        return cell
    return float(cell) if isinstance(cell, Decimal) else csv_cell(cell)
