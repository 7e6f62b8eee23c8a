"""An edition described for machines as a Frictionless Data Package: every data file with columns, bytes and hash.

Belongs here: the package. Does not belong here: the catalogue (`dcat.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.publishing.rows import json_bytes, sha256

_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_MEDIA = {".csv": "text/csv", ".parquet": "application/vnd.apache.parquet"}


def datapackage(
    folder: Path,
    about: Mapping[str, Any],
    values: str = "kpi_values",
    key: Sequence[str] = ("district_id", "month", "kpi_code"),
) -> bytes:
    """`datapackage.json`: every data file with its columns and hash; `values` is the main one, with its key."""
    resources = []
    for path in sorted(
        [
            folder / f"{values}.csv",
            folder / f"{values}.parquet",
            *(folder / "tables").glob("*.parquet"),
        ]
    ):
        name = path.relative_to(folder).as_posix()
        data = path.read_bytes()
        schema = pq.read_schema(folder / f"{values}.parquet" if path.suffix == ".csv" else path)
        resource: dict[str, Any] = {
            "name": name.replace("/", "-").replace(".", "-").replace("_", "-"),
            "path": name,
            "format": path.suffix[1:],
            "mediatype": _MEDIA[path.suffix],
            "bytes": len(data),
            "hash": f"sha256:{sha256(data)}",
            "schema": {"fields": [_field(field) for field in schema]},
        }
        if path.suffix == ".csv":
            resource |= {"encoding": "utf-8", "profile": "tabular-data-resource"}
            resource["schema"]["primaryKey"] = list(key)
        resources.append(resource)
    return json_bytes(
        {
            "profile": "data-package",
            "name": f"net-zero-districts-{about['id']}",
            "title": f"Net Zero Districts, {about.get('period', about['month'])} r{about['revision']}",
            "version": about["id"],
            "created": about["known_at"],
            "licenses": [
                {"name": "CC-BY-4.0", "path": _LICENCE, "title": "Creative Commons Attribution 4.0"}
            ],
            "resources": resources,
        }
    )


def _field(field: pa.Field) -> dict[str, str]:
    kind = field.type
    named = (
        "boolean"
        if pa.types.is_boolean(kind)
        else "integer"
        if pa.types.is_integer(kind)
        else "number"
        if pa.types.is_decimal(kind) or pa.types.is_floating(kind)
        else "date"
        if pa.types.is_date(kind)
        else "datetime"
        if pa.types.is_timestamp(kind)
        else "string"
    )
    return {"name": field.name, "type": named}
