"""JSON-stat 1.x and 2.0 as named columns of text: one row per cell that has a value or a status.

Belongs here: cubes, sparse or dense, and their categories. Does not belong here: which category is a
place or a period (the format says so).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa

from pipelines.catalogue.format_reading import Read
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.json_files import cell_text, document_of, node_at
from pipelines.connectors.parsers.source_table import SourceTable

VALUE, STATUS = "value", "status"


def read_jsonstat(blob: bytes, read: Read) -> list[SourceTable]:
    """One table from a cube: a column per dimension with the code of the category, one with its
    label (`geo label`), `value` and `status`.

    Raises:
        DeliveryRefused: TRUNCATED where values and categories do not fit together, MISSING_COLUMN
            where it is no cube, AMBIGUOUS_COLUMN where it holds several, HEADER_ONLY.
    """
    cube = _cube(node_at(document_of(blob, read), read.records or ""))
    dimensions = cube["dimension"]
    names = cube.get("id") or dimensions.get("id")
    sizes = cube.get("size") or dimensions.get("size")
    if not isinstance(names, list) or not isinstance(sizes, list) or len(names) != len(sizes):
        raise _broken("its dimensions are not listed", "le dimensioni non sono elencate")
    shape = [int(size) for size in sizes]
    cells = math.prod(shape)
    values = _by_place(cube.get(VALUE), cells)
    states = _states(cube.get(STATUS), cells, values)
    places = np.array(sorted(values.keys() | states.keys()), dtype=np.int64)
    if not len(places):
        raise DeliveryRefused("HEADER_ONLY", "The cube has no values.", "Il cubo non ha valori.")
    columns: dict[str, pa.Array] = {}
    # Row-major: the last dimension runs fastest.
    for name, at in zip(names, np.unravel_index(places, shape), strict=True):
        codes, labels = _categories(dimensions.get(name), len(columns), shape)
        if len(codes) != shape[len(columns) // 2]:
            raise _broken(f"'{name}' has {len(codes)} categories", f"'{name}': {len(codes)} voci")
        columns[str(name)] = pa.array(codes, type=pa.string()).take(pa.array(at))
        columns[f"{name} label"] = pa.array(labels, type=pa.string()).take(pa.array(at))
    columns[VALUE] = _texts(values, places, read.decimal)
    columns[STATUS] = _texts(states, places, read.decimal)
    return [SourceTable(list(columns), list(columns.values()), places + 1, read)]


def _cube(node: Any) -> dict[str, Any]:
    """The cube itself, or the only one that the document holds by name."""
    if isinstance(node, dict) and "dimension" not in node:
        inside = [one for one in node.values() if isinstance(one, dict) and "dimension" in one]
        if len(inside) > 1:
            raise DeliveryRefused(
                "AMBIGUOUS_COLUMN",
                f"The document holds {len(inside)} cubes. Choose one with 'records'.",
                f"Il documento contiene {len(inside)} cubi. Sceglierne uno con 'records'.",
            )
        node = inside[0] if inside else None
    if not isinstance(node, dict) or not isinstance(node.get("dimension"), dict):
        raise DeliveryRefused(
            "MISSING_COLUMN",
            "The document is no JSON-stat dataset: it has no 'dimension'.",
            "Il documento non è un dataset JSON-stat: manca 'dimension'.",
        )
    return node


def _by_place(node: Any, cells: int) -> dict[int, Any]:
    """What stands at which cell: a list holds every cell, an object only some."""
    if isinstance(node, list):
        if len(node) != cells:
            raise _broken(f"{len(node)} values for {cells} cells", f"{len(node)} valori su {cells}")
        return {at: one for at, one in enumerate(node) if one is not None}
    if not isinstance(node, dict):
        return {}
    found = {int(key): one for key, one in node.items() if key.isdecimal() and one is not None}
    if len(found) < sum(one is not None for one in node.values()) or any(
        at >= cells for at in found
    ):
        raise _broken("a value stands outside the cube", "un valore sta fuori dal cubo")
    return found


def _states(node: Any, cells: int, values: dict[int, Any]) -> dict[int, Any]:
    """The status of cells: of all by one text, by place, or (old Eurostat) inside an object of
    their own.
    """
    if isinstance(node, str):
        return dict.fromkeys(values, node)
    if isinstance(node, dict) and isinstance(node.get(VALUE), list | dict):
        node = node[VALUE]
    return _by_place(node, cells)


def _categories(dimension: Any, columns: int, shape: list[int]) -> tuple[list[str], list[str]]:
    """Codes in the order of the cube, and their labels."""
    category = dimension.get("category") if isinstance(dimension, dict) else None
    if not isinstance(category, dict):
        raise _broken("a dimension has no categories", "una dimensione non ha voci")
    index, labels = category.get("index"), category.get("label") or {}
    if isinstance(index, list):
        codes = [str(code) for code in index]
    elif isinstance(index, dict):
        codes = sorted(index, key=lambda code: int(index[code]))
    else:  # a single category may do without an index
        codes = [str(code) for code in labels][: shape[columns // 2]]
    return codes, [str(labels.get(code, code)) for code in codes]


def _texts(cells: dict[int, Any], places: np.ndarray, decimal: str) -> pa.Array:
    texts = [cell_text(cells.get(at), decimal) for at in places.tolist()]
    return pa.array(texts, type=pa.string())


def _broken(what_en: str, what_it: str) -> DeliveryRefused:
    return DeliveryRefused(
        "TRUNCATED",
        f"The cube does not fit together: {what_en}.",
        f"Il cubo non è coerente: {what_it}.",
    )
