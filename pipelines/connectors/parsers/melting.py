"""Wide tables made long: each melted cell becomes a row with `@name`, `@value` and `@unit`.

Belongs here: which columns are melted and how the rows multiply. Does not belong here: what the
cells mean.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.format_reading import Melt
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.source_table import SourceTable

NAME, VALUE, UNIT = "@name", "@value", "@unit"


def melted(table: SourceTable, melt: Melt) -> SourceTable:
    """The table with its melted columns as rows, in the order of the file: row by row, then column
    by column.

    Raises:
        DeliveryRefused: where a declared column is missing or none matches.
    """
    chosen = _chosen(table, melt)
    count, width = len(table), len(chosen)
    repeated = pa.array(np.repeat(np.arange(count), width))
    places = {place for place, *_ in chosen}
    kept = [place for place in range(len(table.names)) if place not in places]
    order = pa.array(np.arange(count * width).reshape(width, count).T.ravel())
    cells = [_without(table.columns[place], missing) for place, _, _, missing in chosen]
    values = pa.concat_arrays(cells).take(order)
    names = pa.array([name for _, name, *_ in chosen] * count, type=pa.string())
    units = pa.array([unit or "" for _, _, unit, _ in chosen] * count, type=pa.string())
    long = SourceTable(
        [*(table.names[place] for place in kept), NAME, VALUE, UNIT],
        [*(table.columns[place].take(repeated) for place in kept), names, values, units],
        np.repeat(table.rows, width),
        table.read,
        table.sheet,
        table.preamble,
        table.typed,
    )
    if not melt.filled:
        return long
    return long.kept(long.column(VALUE).is_valid().to_numpy(zero_copy_only=False))


def _without(cells: pa.Array, missing: tuple[str, ...]) -> pa.Array:
    if not missing:
        return cells
    nothing = pc.is_in(pc.utf8_trim_whitespace(cells), value_set=pa.array(missing))
    return pc.if_else(nothing, "", cells)


_Chosen = tuple[int, str, str | None, tuple[str, ...]]
"""Place, what it is called, its unit, what means nothing in it."""


def _chosen(table: SourceTable, melt: Melt) -> list[_Chosen]:
    found: list[_Chosen] = []
    if melt.matching is not None:
        pattern = re.compile(melt.matching)
        found = [
            (place, name.strip(), None, ())
            for place, name in enumerate(table.names)
            if pattern.search(name.strip())
        ]
    else:
        for name, declared in melt.columns.items():
            place = table.place(name)
            if place is not None:
                found.append((place, declared.as_ or name, declared.unit, declared.missing))
            elif not declared.optional:
                table.column(name)
    if not found:
        raise DeliveryRefused(
            "MISSING_COLUMN",
            "None of the columns to melt is in the file.",
            "Nel file non c'è nessuna delle colonne attese.",
        )
    return found
