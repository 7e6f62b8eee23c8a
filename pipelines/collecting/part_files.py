"""Rows that count, resolved for a stretch of parts in one query and written as they come out of it.

Only keys that more than one row claims are ranked; everything else passes by in the order in which
it is written. What every row of a delivery shares is one number on the way: it makes sorting twice
as fast and takes half the memory.

Belongs here: how parts are made and written. Does not belong here: which deliveries feed them
(`parts`), when they are made again (`current`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.catalogue.dataset import Dataset
from pipelines.collecting.deliveries import Delivery
from pipelines.collecting.mending import Corrected, mend, mended
from pipelines.collecting.parts import Part, days_of, start_of, taken_back
from pipelines.collecting.ranking import (
    ORDER,
    Disagreement,
    Restated,
    disagreements,
    keys_of,
    restated,
    standing,
)
from pipelines.collecting.vanishing import Vanished
from pipelines.landing.engine import parquet
from pipelines.landing.files import write_batches

ROWS = 200_000
"""Rows of a row group."""
SENDER = ("district_id", "source_id", "_sha256")
"""What the rows of one delivery share."""


@dataclass(frozen=True)
class Resolved:
    """What was found while rows were resolved, of a part or of a dataset."""

    restated: list[Restated] = field(default_factory=list)
    disagreements: list[Disagreement] = field(default_factory=list)
    vanished: list[Vanished] = field(default_factory=list)
    corrected: list[Corrected] = field(default_factory=list)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Resolved:
        """As it was kept of one part."""
        return cls(
            [Restated(**row) for row in kept["restated"]],
            [Disagreement(**row) for row in kept["disagreements"]],
            [Vanished(**row) for row in kept["vanished"]],
            [Corrected(**row) for row in kept["corrected"]],
        )


def current_schema(dataset: Dataset) -> pa.Schema:
    """Columns of the rows that count: those of a delivery, and the part that a row is in."""
    return dataset.schema().append(pa.field("part", pa.string()))


def write_stretch(
    session: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    stretch: Sequence[Part],
    folder: Path,
    cut_off: datetime,
) -> dict[str, Resolved]:
    """Write `<folder>/<part>.parquet` of every part; returns what was found in each."""
    feeding = list({_sender(one): one for part in stretch for one in part.feeding}.values())
    back = taken_back(part.taken_back for part in stretch)
    place, within = _where(dataset, stretch)
    session.register("sent", _numbered(feeding))
    session.execute(
        f"""
        create or replace temporary view sent_rows as
        select *, {place} as _part, hash({", ".join(keys_of(dataset))}) as _key
        from {parquet(one.path for one in feeding)} where {within}
        """  # noqa: S608 - paths of our own, and names from the declarations
    )
    missed = back.missed(session, dataset, feeding, cut_off)
    stands = back.stands(session, dataset)
    _claim(session, dataset, stands)
    counting = _counting(session, dataset, stands)
    due = stretch[0].corrections  # a part with corrections is a stretch of its own
    corrected = mend(session, dataset, due, counting) if due else []
    if corrected:
        own = [*dataset.schema().names, "_part", "_delivery", "_district", "_source"]
        counting = mended(dataset, own, counting)
    written = set()
    for number, batches in _by_part(_in_order(session, dataset, counting)):
        part = stretch[number]
        rows = _completed(batches, dataset, part, feeding)
        write_batches(rows, current_schema(dataset), folder / f"{part.name}.parquet")
        written.add(part.name)
    for part in stretch:
        if part.name not in written:
            (folder / f"{part.name}.parquet").unlink(missing_ok=True)
    found = _found(session, dataset, stretch, missed)
    for left in ("claimed", "contested", "missed", "gone", "mended"):
        session.execute(f"drop table if exists {left}")
    return {name: replace(one, corrected=corrected) for name, one in found.items()}


def _found(
    session: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    stretch: Sequence[Part],
    missed: list[Vanished],
) -> dict[str, Resolved]:
    """What the ranked rows of each part say of each other; nothing where no key is contested. What
    vanished is of the one part of its stretch.
    """
    contested = {
        place for (place,) in session.execute("select distinct _part from claimed").fetchall()
    }
    found = {part.name: Resolved(vanished=missed) for part in stretch}
    for place in sorted(contested):
        session.execute(
            f"create or replace temporary view ranked as"  # noqa: S608 - a number
            f" select * from claimed where _part = {place}"
        )
        several = len({str(one.binding) for one in stretch[place].feeding}) > 1
        found[stretch[place].name] = Resolved(
            [] if dataset.delivers == "snapshots" else restated(session, dataset),
            disagreements(session, dataset) if several else [],
            missed,
        )
    return found


def _claim(session: duckdb.DuckDBPyConnection, dataset: Dataset, stands: str) -> None:
    """Leave `contested`, the keys of several rows, and `claimed`, their rows ranked."""
    values = [name for name in dataset.columns if name not in dataset.key]
    keys = keys_of(dataset)
    session.execute(
        f"""
        create temporary table contested as
        select _key from sent_rows group by _key having count(*) > 1;
        create temporary table claimed as
        select *, hash(row({", ".join(values or keys)})) as _said,
            row_number() over (partition by {", ".join(keys)} order by {ORDER}) as _place
        from sent_rows join sent using ({", ".join(SENDER)})
        where _key in (select _key from contested) and {stands};
        """  # noqa: S608 - names come from the declarations
    )


def _where(dataset: Dataset, stretch: Sequence[Part]) -> tuple[str, str]:
    """Which part of the stretch a row is in, and which rows are in the stretch at all."""
    first, last = stretch[0], stretch[-1]
    if first.month is None:
        return "0", "true"
    within = f"month = '{first.month}'"
    if first.day is None or last.day is None:
        return "0", within
    opening, closing = days_of(first.month)
    period = f"cast({dataset.period} as timestamp with time zone)"
    # The first and the last day of a month take what its time zone moves beyond them.
    if first.day > opening:
        within += f" and {period} >= timestamptz '{start_of(first.day).isoformat()}'"
    if last.day < closing:
        within += f" and {period} < timestamptz '{start_of(last.day + 1).isoformat()}'"
    day = f"epoch_us({period}) // {86_400_000_000}"
    inside = f"greatest({first.day}, least({last.day}, {day}))"
    return f"cast({inside} - {first.day} as integer)", within


def _counting(session: duckdb.DuckDBPyConnection, dataset: Dataset, stands: str) -> str:
    """The query of the rows that count, each with its part and the number of its delivery."""
    # A changed value takes the sender along: `mending` compares it with the register of corrections.
    columns = ", ".join([*dataset.schema().names, "_part", "_delivery", "_district", "_source"])
    contested = session.execute("select _key from contested limit 1").fetchall()
    passing = "and _key not in (select _key from contested)" if contested else ""
    return f"""
        select {columns}
        from sent_rows join sent using ({", ".join(SENDER)}) where {stands} {passing}
        union all
        select {columns} from claimed where _place = 1
        """  # noqa: S608 - names come from the declarations


def _in_order(
    session: duckdb.DuckDBPyConnection, dataset: Dataset, counting: str
) -> Iterator[pa.RecordBatch]:
    """The rows that count, part by part and by key, with the number of their delivery."""
    own = [name for name in dataset.schema().names if name not in SENDER]
    keys = [
        {"district_id": "_district", "source_id": "_source"}.get(k, k) for k in keys_of(dataset)
    ]
    reader: Any = session.sql(
        f"""
        select {", ".join([*own, "_part", "_delivery"])} from ({counting})
        order by {", ".join(["_part", *keys])}
        """  # noqa: S608 - names come from the declarations
    ).to_arrow_reader(ROWS)
    yield from reader


def _by_part(
    batches: Iterable[pa.RecordBatch],
) -> Iterator[tuple[int, Iterator[pa.Table]]]:
    """Groups of row groups, one group for each part; each must be used up before the next."""
    pieces = _pieces(batches)
    piece = next(pieces, None)

    def of_part(place: int) -> Iterator[pa.Table]:
        nonlocal piece
        while piece is not None and piece[0] == place:
            yield piece[1]
            piece = next(pieces, None)

    while piece is not None:
        place = piece[0]
        yield place, of_part(place)


def _pieces(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, pa.Table]]:
    """Row groups of one part each: `ROWS` rows, and what is left at the end of a part."""
    held: list[pa.Table] = []
    at, size = 0, 0
    for batch in batches:
        table = pa.Table.from_batches([batch])
        for place, run in _runs(table):
            if held and place != at:
                yield at, pa.concat_tables(held)
                held, size = [], 0
            at = place
            held.append(run)
            size += run.num_rows
            while size >= ROWS:
                full = pa.concat_tables(held)
                yield at, full.slice(0, ROWS)
                size -= ROWS
                held = [full.slice(ROWS)] if size else []
    if held:
        yield at, pa.concat_tables(held)


def _runs(table: pa.Table) -> Iterator[tuple[int, pa.Table]]:
    """Stretches of one batch that lie in one part; parts are in order."""
    places = table.column("_part").to_numpy()
    begin = 0
    while begin < len(places):
        end = int(places.searchsorted(places[begin], side="right"))
        yield int(places[begin]), table.slice(begin, end - begin)
        begin = end


def _completed(
    tables: Iterable[pa.Table], dataset: Dataset, part: Part, feeding: list[Delivery]
) -> Iterator[pa.Table]:
    """The same rows with who sent them and the part they are in."""
    senders = [_sender(one) for one in feeding]
    shared = {name: pa.array([one[place] for one in senders]) for place, name in enumerate(SENDER)}
    schema = current_schema(dataset)
    for table in tables:
        number = table.column("_delivery").combine_chunks()
        columns = {
            **{name: table.column(name) for name in table.column_names},
            **{name: values.take(number) for name, values in shared.items()},
            "part": pa.repeat(pa.scalar(part.name), table.num_rows),
        }
        yield pa.table([columns[name] for name in schema.names], names=schema.names).cast(schema)


def _sender(delivery: Delivery) -> tuple[str, str, str]:
    binding = delivery.binding
    return binding.district.id, binding.source_id, delivery.received.sha256


def _numbered(feeding: list[Delivery]) -> pa.Table:
    """What decides between deliveries, and each as a number, with its place in the order of
    districts and of sources.
    """
    senders = [_sender(one) for one in feeding]
    numbers = {sender: number for number, sender in enumerate(senders)}
    districts, sources = sorted({d for d, _, _ in senders}), sorted({s for _, s, _ in senders})
    table = standing(feeding)
    rows = list(zip(*(table.column(name).to_pylist() for name in SENDER), strict=True))
    return (
        table.append_column("_delivery", pa.array([numbers[row] for row in rows], pa.int32()))
        .append_column("_district", pa.array([districts.index(d) for d, _, _ in rows], pa.int32()))
        .append_column("_source", pa.array([sources.index(s) for _, s, _ in rows], pa.int32()))
    )
