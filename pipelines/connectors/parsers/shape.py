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
    for place, name in enumerate(table.names):
        key = normalised(name)
        known = findings.columns.get(key)
        if key and (known is None or known.type == "empty"):
            texts = table.columns[place].slice(0, rows).to_pylist()
            findings.columns[key] = _column(key, texts, table.read.decimal, nothing, with_values)


def _column(
    name: str, texts: list[str], decimal: str, nothing: set[str], with_values: bool
) -> Column:
    filled = [text.strip() for text in texts if text and not _is_nothing(text, nothing)]
    if not filled:
        return Column(name, "empty")
    distinct = set(filled)
    numbers = [text for text in distinct if _NUMBER.fullmatch(text)]
    if len(numbers) >= 0.9 * len(distinct):
        kind = "number"
    elif all(_MOMENT.fullmatch(text) for text in distinct):
        kind = "moment"
    else:
        kind = "text"
    hashes = tuple(sorted(map(_hashed, distinct))[:KEPT]) if with_values else ()
    typical = _median(filled, decimal) if kind == "number" and with_values else None
    return Column(name, kind, typical, hashes)


def _is_nothing(text: str, nothing: set[str]) -> bool:
    """Whether a text is one for nothing here; a number is its own normalised form."""
    bare = text.strip()
    if bare[:1].isdecimal() and bare.isascii():
        return bare.casefold() in nothing
    return normalised(bare) in nothing


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
