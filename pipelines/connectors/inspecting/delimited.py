"""Delimited text: encoding, separator, signs of numbers and where the header stands, from evidence.

Belongs here: guesses over raw text, each with its reason. Does not belong here: reading it.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from typing import Any

from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.sniffing import text_of

LOOKED_AT = 400_000
"""Characters of a text that are looked at; what is proposed is then read over the whole file."""
_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+")
_DOT = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)\.\d+")
_MOMENT = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|\d{1,2}[:.]\d{2}([:.]\d{2})?")
_UNIT = re.compile(
    r"[\[(]?(wh|kwh|mwh|w|kw|mw|m3|m³|smc|mc|l|mm|°c|c|%|eur|€|v|a|hz)[\])]?", re.IGNORECASE
)

Grid = list[list[str]]


def read_of_text(blob: bytes, checks: dict[str, str], said: list[str]) -> list[dict[str, Any]]:
    """Ways to read a delimited text, the likeliest first."""
    try:
        text = text_of(blob, None)
    except DeliveryRefused as refusal:
        said.append(str(refusal))
        return []
    read: dict[str, Any] = {"file": "csv"}
    encoding = _encoding(blob)
    said.append(f"Text in {encoding}, {text.count(chr(10)) + 1:,} lines")
    if encoding == "cp1252":
        read["encoding"] = "cp1252"
    lines = text[:LOOKED_AT].splitlines(keepends=True)
    if len(text) > LOOKED_AT:
        lines = lines[:-1]
    delimiter, grid = _separated(lines)
    read["delimiter"] = delimiter
    read |= signs_of(grid, checks)
    return [{**read, **header} for header in headers_in(grid, checks)]


def _encoding(blob: bytes) -> str:
    if blob.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16 with a byte order mark"
    if blob.startswith(b"\xef\xbb\xbf"):
        return "UTF-8 with a byte order mark"
    try:
        blob.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "UTF-8"


def _separated(lines: list[str]) -> tuple[str, Grid]:
    """The separator under which most lines have the same number of cells, and the cells."""
    best: tuple[float, str, Grid] = (-1.0, ";", [])
    for delimiter in (";", "\t", ",", "|"):
        try:
            grid = list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            continue
        widths = Counter(len(row) for row in grid if len(row) > 1)
        if not widths:
            continue
        width, count = widths.most_common(1)[0]
        score = count / max(len(grid), 1) + min(width, 20) / 100
        if score > best[0]:
            best = (score, delimiter, grid)
    if not best[2]:
        return ";", [[line.rstrip("\r\n")] for line in lines]
    return best[1], best[2]


def signs_of(grid: Grid, checks: dict[str, str]) -> dict[str, Any]:
    """The decimal and thousands signs that the cells show."""
    commas = dots = grouped = other = 0
    for row in grid[:2000]:
        for cell in row:
            text = cell.strip()
            if _COMMA.fullmatch(text):
                commas += 1
                grouped += "." in text
            elif _DOT.fullmatch(text):
                dots += 1
                other += "," in text
    read: dict[str, Any] = {"decimal": "," if commas > dots else "."}
    if grouped if commas > dots else other:
        read["thousands"] = "." if commas > dots else ","
    if commas and dots:
        checks["decimal"] = f"{commas} cells with a decimal comma and {dots} with a dot"
    elif not commas and not dots:
        checks["decimal"] = "no cell has decimals; say which sign this sender uses"
    else:
        checks["decimal"] = f"{max(commas, dots)} cells show it, none speaks against it"
    return read


def is_data(cell: str) -> bool:
    """Whether a cell holds a number or a moment, as headers do not."""
    text = cell.strip()
    return bool(
        _PLAIN.fullmatch(text)
        or _COMMA.fullmatch(text)
        or _DOT.fullmatch(text)
        or _MOMENT.fullmatch(text)
    )


def headers_in(grid: Grid, checks: dict[str, str]) -> list[dict[str, Any]]:
    """Where the header stands: the row under which the kind of the cells changes."""
    rows = [row for row in grid[:200] if any(cell.strip() for cell in row)]
    if not rows:
        return []
    width = Counter(len(row) for row in rows).most_common(1)[0][0]
    at = _header_place(rows, width)
    if at is None:
        return _headerless(width, checks)
    below = _below(rows, at, width)
    if at == 0 and not below:
        return [{}]
    names = [cell.strip() for cell in rows[at] if cell.strip()]
    chosen = _telling(names)
    header: dict[str, Any] = {"contains": chosen}
    if below:
        header["below"] = below
        checks["header"] = f"{below} row under the names holds units or captions"
    else:
        checks["header"] = f"{at} rows stand above the names"
    return [{"header": header}, {}]


def _telling(names: list[str]) -> list[str]:
    once = [name for name in names if names.count(name) == 1] or names
    return once[:3]


def _header_place(rows: Grid, width: int) -> int | None:
    best, place = 0.0, None
    for at, row in enumerate(rows[:40]):
        if len(row) < max(2, width - 1) and width > 1:
            continue
        under = rows[at + 1 : at + 9]
        score = 0.0
        for column, cell in enumerate(row):
            below = [one[column] for one in under if column < len(one) and one[column].strip()]
            data = sum(map(is_data, below))
            if cell.strip() and below and data >= 0.6 * len(below):
                score += 1 if not is_data(cell) or _is_clock_over_numbers(cell, below) else -1
        if score > best:
            best, place = score, at
        if best > 0 and place != at:
            break
    if place is None and not any(is_data(cell) for cell in rows[0]):
        return next((at for at, row in enumerate(rows) if len(row) == width), 0)
    return place


def _is_clock_over_numbers(cell: str, below: list[str]) -> bool:
    return ":" in cell and not any(":" in one for one in below)


def _below(rows: Grid, at: int, width: int) -> int:
    under = rows[at + 1] if at + 1 < len(rows) else []
    units = [cell for cell in under if _UNIT.fullmatch(cell.strip())]
    filled = [cell for cell in under if cell.strip()]
    return 1 if units and len(units) >= 0.5 * len(filled) and len(under) >= width - 1 else 0


def _headerless(width: int, checks: dict[str, str]) -> list[dict[str, Any]]:
    checks["header"] = "the first row already holds data; name the columns yourself"
    return [{"header": "none", "names": [f"column_{n}" for n in range(1, width + 1)]}]
