"""JSON answers as named columns of text: a list of objects, one object a line, or an object of
equally long lists.

Belongs here: JSON pointers, exact numbers. Does not belong here: paging or what the fields mean.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import pyarrow as pa

from pipelines.catalogue.format_reading import Read
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.sniffing import text_of
from pipelines.connectors.parsers.source_table import SourceTable
from pipelines.connectors.pointers import ABSENT, at


class _Number(str):
    """A number token as it was written, kept apart from text: its sign of decimals is known."""

    __slots__ = ()


def read_json(blob: bytes, read: Read) -> list[SourceTable]:
    """One table from a JSON document, or from one document a line.

    Raises:
        DeliveryRefused: TRUNCATED, MISSING_COLUMN, AMBIGUOUS_COLUMN, HEADER_ONLY.
    """
    document = document_of(blob, read)
    if read.arrays is not None:
        names, columns = _arrays(node_at(document, read.arrays), read)
        repeats: tuple[str, ...] = ()
    else:
        names, columns, repeats = _records(node_at(document, read.records or ""), read)
    if not columns or len(columns[0]) == 0:
        raise DeliveryRefused("HEADER_ONLY", "The answer has no rows.", "La risposta non ha righe.")
    rows = np.arange(1, len(columns[0]) + 1, dtype=np.int64)
    return [SourceTable(names, columns, rows, read, typed=False, repeats=repeats)]


def document_of(blob: bytes, read: Read) -> Any:
    """The document, numbers as they were written; of one document a line, their list.

    Raises:
        DeliveryRefused: BAD_ENCODING, TRUNCATED, AMBIGUOUS_COLUMN.
    """
    text = text_of(blob, read.encoding)
    if read.file == "ndjson":
        # Only line feeds end a line: a text inside may hold U+2028, which splitlines takes for one.
        lines = enumerate(text.split("\n"), start=1)
        return [_loaded(line, f"line {at}: ") for at, line in lines if line.strip()]
    return _loaded(text)


def _loaded(text: str, where: str = "") -> Any:
    try:
        return json.loads(
            text,
            parse_float=_Number,
            parse_int=_Number,
            parse_constant=lambda _: None,
            object_pairs_hook=_once,
        )
    except (json.JSONDecodeError, RecursionError) as error:
        raise DeliveryRefused(
            "TRUNCATED", f"Not valid JSON: {where}{error}.", f"JSON non valido: {where}{error}."
        ) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DeliveryRefused(
            "AMBIGUOUS_COLUMN",
            "An object of the JSON document has one key twice.",
            "Un oggetto del documento JSON ha due volte la stessa chiave.",
        )
    return found


def node_at(document: Any, pointer: str) -> Any:
    """What stands at a JSON pointer; the whole document at an empty one.

    Raises:
        DeliveryRefused: MISSING_COLUMN where nothing does.
    """
    node = at(document, pointer)
    if node is ABSENT:
        raise DeliveryRefused(
            "MISSING_COLUMN",
            f"The answer has nothing at {pointer}.",
            f"La risposta non ha nulla in {pointer}.",
        )
    return node


def _arrays(node: Any, read: Read) -> tuple[list[str], list[pa.Array]]:
    if not isinstance(node, dict):
        raise _shape("an object of lists", "un oggetto di liste")
    lists = {name: cells for name, cells in node.items() if isinstance(cells, list)}
    lengths = {name: len(cells) for name, cells in lists.items()}
    if len(set(lengths.values())) > 1:
        raise DeliveryRefused(
            "TRUNCATED",
            f"The lists of the answer differ in length: {lengths}.",
            f"Le liste della risposta hanno lunghezze diverse: {lengths}.",
        )
    columns = [
        pa.array([cell_text(cell, read.decimal) for cell in cells], type=pa.string())
        for cells in lists.values()
    ]
    return list(lists), columns


def _records(node: Any, read: Read) -> tuple[list[str], list[pa.Array], tuple[str, ...]]:
    if read.wrapped:
        node = _unwrapped(node)
    if isinstance(node, dict):
        node = _keyed(node) if read.keyed else [node]
    if not isinstance(node, list) or not all(isinstance(record, dict) for record in node):
        raise _shape("a list of objects", "una lista di oggetti")
    parts = [_flat(record) for record in node]
    flat = [cells for cells, _ in parts]
    if read.within is not None:
        flat = _within(parts, read.within, sparse=read.sparse)
    names = list(dict.fromkeys(name for one in flat for name in one))
    columns = [
        pa.array([cell_text(one.get(name), read.decimal) for one in flat], type=pa.string())
        for name in names
    ]
    repeats = dict.fromkeys(path for _, lists in parts for path in lists)
    return names, columns, tuple(repeats)


def _keyed(node: dict[str, Any]) -> list[dict[str, Any]]:
    """An object whose keys are what the records are about: the key as `@key`, a plain value as
    `@value`.
    """
    return [
        {"@key": key, **(one if isinstance(one, dict) else {"@value": one})}
        for key, one in node.items()
    ]


def _unwrapped(node: Any) -> Any:
    """Records that stand under their ids, in one object or each in one of its own."""
    if isinstance(node, dict) and node and all(isinstance(one, dict) for one in node.values()):
        return list(node.values())
    if not isinstance(node, list):
        return node
    return [
        next(iter(one.values()))
        if isinstance(one, dict) and len(one) == 1 and isinstance(next(iter(one.values())), dict)
        else one
        for one in node
    ]


def _flat(record: dict[str, Any], above: str = "") -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """Nested objects as paths, and the lists of objects by their paths."""
    flat: dict[str, Any] = {}
    lists: dict[str, list[Any]] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            cells, inner = _flat(value, f"{above}{key}/")
            flat.update(cells)
            lists.update(inner)
        elif not isinstance(value, list):
            flat[f"{above}{key}"] = value
        elif any(isinstance(one, dict) for one in value):
            lists[f"{above}{key}"] = value
        elif not any(isinstance(one, list) for one in value):
            texts = [cell_text(one, ".") for one in value]
            flat[f"{above}{key}"] = ",".join(text for text in texts if text is not None)
    return flat, lists


def _within(
    parts: list[tuple[dict[str, Any], dict[str, list[Any]]]], pointer: str, *, sparse: bool
) -> list[dict[str, Any]]:
    """The elements of a list inside records, each beside what its record says, numbered from one in
    `@index`.
    """
    path = pointer[1:].replace("~1", "/").replace("~0", "~")
    rows = []
    for outer, lists in parts:
        if path not in lists and outer.get(path) != "" and not sparse:
            raise DeliveryRefused(
                "MISSING_COLUMN",
                f"A record has nothing at {pointer}. If it may lack it, say 'sparse: true'.",
                f"Un record non ha nulla in {pointer}. Se può mancare, indicare 'sparse: true'.",
            )
        for index, one in enumerate(lists.get(path, ()), start=1):
            if not isinstance(one, dict):
                raise _shape(
                    f"a list of objects at {pointer}", f"una lista di oggetti in {pointer}"
                )
            # KoboToolbox repeats the path of the group in every key.
            own = {
                name if name.startswith(f"{path}/") else f"{path}/{name}": cell
                for name, cell in _flat(one)[0].items()
            }
            rows.append({**outer, **own, "@index": _Number(index)})
    return rows


def cell_text(cell: Any, decimal: str) -> str | None:
    """A JSON value as text; null where there is none, empty where it is nested."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, _Number):
        return _written_out(cell).replace(".", decimal)
    return cell if isinstance(cell, str) else ""


def _written_out(token: str) -> str:
    if "e" not in token and "E" not in token:
        return str(token)
    try:
        exact = Decimal(token)
    except InvalidOperation:
        return str(token)
    # Written out, 1e400 is a line of zeros; left as it is, it is refused as no number.
    return f"{exact:f}" if abs(exact.adjusted()) <= 30 else str(token)


def _shape(what_en: str, what_it: str) -> DeliveryRefused:
    return DeliveryRefused(
        "MISSING_COLUMN", f"The answer is not {what_en}.", f"La risposta non è {what_it}."
    )
