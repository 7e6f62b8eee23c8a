"""What stood in a row of a landed file, read again from its bytes.

Belongs here: bytes → the cells of one row, as they were sent. Does not belong here: what they mean (`connectors` read
them into canonical values). Files that hold what people said stay closed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from pipelines.catalogue.catalogue import Binding, Catalogue
from pipelines.connectors.parsers import DeliveryRefused
from pipelines.connectors.parsers.reading import tables
from pipelines.connectors.parsers.source_table import SourceTable
from pipelines.landing.store import BlobDamaged, BlobMissing, Store
from pipelines.tracing.lineage import TracedRow

Place = tuple[str, str | None, int]
"""The file's sha256, where in the file, the row there."""
_BETWEEN = " | "
"""Between the cells of a row."""


def raw_texts(
    catalogue: Catalogue, landing: Path, district: str, rows: Iterable[TracedRow]
) -> dict[Place, str]:
    """The cells of rows as they stand in landing; a file that cannot be read says why instead.

    Args:
        catalogue: What is declared: which format the files of a source have.
        landing: The folder of landing.
        district: Whose rows these are.
        rows: The rows wanted; an amount that is no row of a file has no text.
    """
    bindings = {each.source_id: each for each in catalogue.bindings_of(None, (district,))}
    wanted: dict[str, set[Place]] = defaultdict(set)
    for row in rows:
        if row.sha256 is not None and row.row is not None:
            wanted[row.source_id].add((row.sha256, row.member, row.row))
    found: dict[Place, str] = {}
    for source, places in wanted.items():
        binding = bindings.get(source)
        if binding is None:
            found |= dict.fromkeys(places, f"source '{source}' is no longer declared")
        else:
            found |= stood_in(landing, binding, places)
    return found


def stood_in(landing: Path, binding: Binding, places: Iterable[Place]) -> dict[Place, str]:
    """The cells of rows of one source; a file that cannot be read says why instead."""
    if binding.is_personal:
        return dict.fromkeys(places, "what people said is not shown")
    store = Store(landing / "blobs")
    by_file: dict[str, set[Place]] = defaultdict(set)
    for place in places:
        by_file[place[0]].add(place)
    found: dict[Place, str] = {}
    for sha256, wanted in by_file.items():
        found |= _of_file(store, binding, sha256, wanted)
    return found


def _of_file(store: Store, binding: Binding, sha256: str, places: set[Place]) -> dict[Place, str]:
    try:
        read = tables(store.whole(sha256), binding.format.read)
        return {place: text for table in read for place, text in _of_table(table, places)}
    except (BlobDamaged, BlobMissing, DeliveryRefused) as error:
        return dict.fromkeys(places, str(error))


def _of_table(table: SourceTable, places: set[Place]) -> Iterator[tuple[Place, str]]:
    """The wanted rows of one table; of a workbook a row says which sheet it stands in."""
    here = {
        row: (sha256, member, row)
        for sha256, member, row in places
        if member is None or "!" not in member or member.split("!", 1)[1] == table.sheet
    }
    if not here:
        return
    chosen = np.flatnonzero(np.isin(table.rows, list(here)))
    columns = [column.take(chosen).to_pylist() for column in table.columns]
    for place, cells in zip(table.rows[chosen], zip(*columns, strict=True), strict=True):
        yield here[int(place)], _BETWEEN.join(str(cell or "") for cell in cells)
