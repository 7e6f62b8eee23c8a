"""The shape of a delivery: which columns it has, in which order, and what stands in them.

Belongs here: describing a file so that the next one can be compared with it. Does not belong here:
the comparison (`quality/drift`). What a column holds is kept as a type, a median and the smallest
hashes of its values: enough to know the column again, too little to read it.
"""

from __future__ import annotations

import hashlib
import math
import re
from statistics import median

import pyarrow as pa

from pipelines.connectors.parsers.delivery import Column, Findings
from pipelines.connectors.parsers.source_table import SourceTable, normalised

CELLS = 1200
"""About how many cells of a file are looked at; a wide day has many columns and few rows."""
LEAST, MOST = 8, 500
"""Rows looked at, whatever the number of columns."""
WIDE = 48
"""Columns from which on a table is a grid of like cells, as the quarter hours of a day: their values
tell no column from another, so only names and types are kept.
"""
KEPT = 32
"""Hashes kept of the distinct values of a column: the smallest ones estimate how alike two are."""

_NUMBER = re.compile(r"[+-]?\d{1,3}([.' ]\d{3})+(,\d+)?|[+-]?\d*[.,]?\d+([eE][+-]?\d+)?")
_MOMENT = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ]\d{1,2}[:.]\d{2}.*)?|\d{1,2}:\d{2}(:\d{2})?"
)


def outlined(findings: Findings, table: SourceTable, *, with_values: bool = True) -> None:
    """Note the columns of one table, or batch, of a delivery, from its first rows.

    Args:
        findings: Collects them, in the order of the file.
        table: Named columns of text.
        with_values: Whether medians and hashes of values are kept; not of answers that people gave.
    """
    if table.preamble and with_values:
        findings.preambles.add(table.preamble)
    rows = min(max(CELLS // max(len(table.names), 1), LEAST), MOST)
    nothing = {normalised(text) for text in table.read.null_texts}
    with_values = with_values and len(table.names) < WIDE
    fresh = _unknown(findings, table)
    texts = _texts([table.columns[place] for place in fresh.values()], rows)
    for key, own in zip(fresh, texts, strict=True):
        findings.columns[key] = _column(key, own, table.read.decimal, nothing, with_values)


def _unknown(findings: Findings, table: SourceTable) -> dict[str, int]:
    """The columns of which nothing is known yet: normalised name, place."""
    found: dict[str, int] = {}
    for place, name in enumerate(table.names):
        key = normalised(name)
        known = findings.columns.get(key)
        if key and key not in found and (known is None or known.type == "empty"):
            found[key] = place
    return found


def _texts(columns: list[pa.Array], rows: int) -> list[list[str | None]]:
    """The first cells of each column, taken out of the table at once."""
    if not columns:
        return []
    begun = [column.slice(0, rows) for column in columns]
    cells: list[str | None] = pa.concat_arrays(begun).to_pylist()
    long = len(begun[0])
    return (
        [cells[at : at + long] for at in range(0, len(cells), long)]
        if long
        else [[] for _ in begun]
    )


def _column(
    name: str, texts: list[str | None], decimal: str, nothing: set[str], with_values: bool
) -> Column:
    bare = [text.strip() for text in texts if text]
    absent = {text for text in set(bare) if _is_nothing(text, nothing)}
    distinct = set(bare) - absent
    if not distinct:
        return Column(name, "empty")
    numbers = sum(_NUMBER.fullmatch(text) is not None for text in distinct)
    if numbers >= 0.9 * len(distinct):
        kind = "number"
    elif all(_MOMENT.fullmatch(text) for text in distinct):
        kind = "moment"
    else:
        kind = "text"
    if not with_values:
        return Column(name, kind)
    hashes = tuple(sorted(map(_hashed, distinct))[:KEPT])
    filled = [text for text in bare if text not in absent]
    return Column(name, kind, _median(filled, decimal) if kind == "number" else None, hashes)


def _is_nothing(text: str, nothing: set[str]) -> bool:
    """Whether a text is one for nothing here; a number is its own normalised form."""
    if text[:1].isdecimal() and text.isascii():
        return text.casefold() in nothing
    return normalised(text) in nothing


def _median(texts: list[str], decimal: str) -> float | None:
    found = []
    for text in texts:
        plain = text.replace(" ", "").replace("'", "")
        thousands = "." if decimal == "," else ","
        plain = plain.replace(thousands, "").replace(decimal, ".")
        try:
            number = float(plain)
        except ValueError:
            continue
        if math.isfinite(number) and number != 0:
            found.append(abs(number))
    return float(f"{median(found):.6g}") if found else None


def _hashed(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest())
