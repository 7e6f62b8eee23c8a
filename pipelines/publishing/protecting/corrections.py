"""The register of corrections as everybody may read it: which data, since when, who was told, how it ended.

Belongs here: which columns leave the house. Does not belong here: which corrections stand (`collecting`). No values, no
points and no free words: of a firm that is alone in a cell they would say what it uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from pipelines.publishing.protecting.tables import TEXT, up_to, without_point_codes
from pipelines.publishing.rows import Row, ordered, to_table

SCHEMA = pa.schema(
    [
        ("district_id", TEXT),
        ("correction_id", TEXT),
        ("about_source", TEXT),
        ("dataset", TEXT),
        ("month", TEXT),
        ("carrier", TEXT),
        ("state", TEXT),
        ("finding_code", TEXT),
        ("told", TEXT),
        ("told_on", pa.date32()),
        ("letter", TEXT),
        ("answer", TEXT),
        ("answered_on", pa.date32()),
        ("expires_on", pa.date32()),
        ("known_at", pa.timestamp("us", tz="UTC")),
    ]
)
_WRITTEN = ("correction_id", "about_source", "finding_code", "told", "letter")
"""Columns that people write by hand: a code of a point does not leave with them."""


def corrections(view: Path, month: str) -> pa.Table:
    """The entries of data up to an edition's month."""
    rows = list(_read(view, month))
    return to_table(ordered(rows, ("district_id", "correction_id")), SCHEMA)


def _read(view: Path, month: str) -> Iterator[Row]:
    for row in up_to(view / "collected", "corrections", month):
        written = {name: without_point_codes(row[name]) for name in _WRITTEN}
        yield {name: {**row, **written}[name] for name in SCHEMA.names}
