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
    store = Store(landing / "blobs")
    bindings = {each.source_id: each for each in catalogue.bindings_of(None, (district,))}
    wanted: dict[tuple[str, str], set[Place]] = defaultdict(set)
    for row in rows:
        if row.sha256 is not None and row.row is not None:
            wanted[row.source_id, row.sha256].add((row.sha256, row.member, row.row))
    found: dict[Place, str] = {}
    for (source, sha256), places in wanted.items():
        binding = bindings.get(source)
        if binding is None:
            found |= dict.fromkeys(places, f"source '{source}' is no longer declared")
        elif binding.is_personal:
            found |= dict.fromkeys(places, "what people said is not shown")
        else:
            found |= _of_file(store, binding, sha256, places)
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
