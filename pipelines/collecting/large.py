"""Deliveries larger than memory should hold: written, sorted and judged batch by batch.

What comes out is what `read` makes of small ones, rule by rule; a test holds the two equal. Belongs
here: the order of a large delivery's rows and its stages. Does not belong here: what a rule means
(`quality`) or a duplicate (`connectors.parsers.keys`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.catalogue.dataset import Dataset
from pipelines.collecting.by_itself import Large
from pipelines.collecting.deliveries import Delivery, Received
from pipelines.collecting.judging import (
    Before,
    judged_after_rows,
    notes_of,
    register_hash,
    written_shape,
)
from pipelines.collecting.paths import stage_path
from pipelines.collecting.so_far import SoFar
from pipelines.collecting.verdicts import (
    QUARANTINE,
    Accepted,
    accepted_of,
    kept,
    rejected,
    verdict_on,
)
from pipelines.connectors.parsers import Findings, in_order, one_per_key, zero_gives_way
from pipelines.landing.engine import parquet, spilling
from pipelines.landing.files import read_batches, write_batches
from pipelines.quality.contract import Contract
from pipelines.quality.drift import Change
from pipelines.quality.judged import Judged, RuleResult
from pipelines.quality.known_points import KnownPoints
from pipelines.quality.row_pass import added_up, refused_if_broken, split

ROWS = 200_000
"""Rows of a batch, and of a row group of what is written."""
MEMORY = "1GB"
"""What sorting may hold before it goes on on disk."""
_PLACE = "_place"
_REPEATED = ("month", "_sha256", "_member", "serial", "register")
_LOOKED_AT = (
    "point_id", "flow", "unit", "interval_start", "interval_end", "read_at", "digits", "quantity",
    "reading", "_row", *_REPEATED,
)  # fmt: skip
"""Columns that judges after the row rules look at, or that the quarantine shows."""


def read_large(
    home: Path,
    received: Received,
    contract: Contract,
    so_far: SoFar,
    known: KnownPoints,
    large: Large,
) -> Delivery:
    """Judge a delivery whose rows come batch by batch, and keep every stage of it.

    Raises:
        DeliveryRefused: where a later batch shows that the file cannot be taken as a whole; nothing
            of it is kept.
    """
    binding, findings = received.binding, large.findings
    path = stage_path(home, "received", binding, received.key)
    left_out = Rejects(received.sha256, findings)
    total = write_received(
        large.batches, binding.dataset, path, left_out, zero_gives_way(binding.format)
    )
    points = _points(home, binding.dataset, path)
    before = Before(so_far.history(points), so_far.shapes, known)
    accepted_path = stage_path(home, "accepted", binding, received.key)
    judged = _judge(contract, binding.dataset, path, accepted_path, total)
    judged, drifted = _judge_rest(contract, received, judged, accepted_path, findings, before)
    quarantined = pa.concat_tables([left_out.table(), judged.quarantined])
    if quarantined.num_rows:
        to = stage_path(home, "quarantine", binding, received.key)
        write_batches([quarantined], QUARANTINE, to)
    with spilling(home, MEMORY) as session:
        accepted = Accepted()
        if judged.refusal is None:
            session.execute(f"create view rows as from {parquet([accepted_path])}")
            accepted = accepted_of(session, received)
        else:
            accepted_path.unlink(missing_ok=True)
    verdict = verdict_on(
        total + left_out.count,
        findings.notes(),
        judged.results,
        judged.refusal,
        accepted,
        quarantined,
    )
    verdict = replace(
        verdict,
        notes=[*verdict.notes, *notes_of(drifted)],
        shape=written_shape(findings.shape()),
        points=points,
        register=register_hash(binding, known, points),
    )
    return kept(home, received, verdict)


def _points(home: Path, dataset: Dataset, received: Path) -> list[str]:
    if "point_id" not in dataset.columns:
        return []
    query = f"select distinct point_id from {parquet([received])} order by all"  # noqa: S608
    with spilling(home, MEMORY) as session:
        return [str(point) for (point,) in session.execute(query).fetchall() if point]


@dataclass
class Rejects:
    """Rows left out, as a table: a million objects of Python would be the largest thing here."""

    sha256: str
    findings: Findings
    tables: list[pa.Table] = field(default_factory=list)
    count: int = 0

    def take(self) -> None:
        """Move what was found since the last time."""
        found = self.findings.taken()
        self.count += len(found)
        self.tables.append(rejected(found, self.sha256))

    def table(self) -> pa.Table:
        """All of them, by row."""
        self.take()
        order = [(name, "ascending") for name in ("_member", "_row", "column", "code")]
        return pa.concat_tables(self.tables).sort_by(order)


def write_received(
    rows: Iterable[pa.Table],
    dataset: Dataset,
    path: Path,
    left_out: Rejects,
    zero_gives_way: bool,
) -> int:
    """Write all rows sorted by key, one per key; returns how many."""
    spool = path.with_name(f".{path.name}.spool")
    order = _Order(dataset)
    try:
        total = write_batches(_spooled(rows, order, left_out), dataset.schema(), spool)
        if order.kept:
            spool.replace(path)
            return total
        with spilling(path.parent, MEMORY) as session:
            sorted_rows = _sorted(session, spool, dataset)
            return write_batches(
                _unique(sorted_rows, dataset, left_out.findings, zero_gives_way=zero_gives_way),
                dataset.schema(),
                path,
            )
    finally:
        spool.unlink(missing_ok=True)


class _Order:
    """Whether rows came in the order of their keys, each key once: then nothing is sorted again."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset, self.kept = dataset, True
        self._last: tuple[Any, ...] | None = None

    def seen(self, table: pa.Table) -> pa.Table:
        """The batch in order."""
        table, same = in_order(table, self.dataset)
        if table.num_rows:
            first, last = (self._key(table, at) for at in (0, table.num_rows - 1))
            self.kept &= not same.any() and (self._last is None or self._last < first)
            self._last = last
        return table

    def _key(self, table: pa.Table, at: int) -> tuple[Any, ...]:
        values = (table.column(name)[at].as_py() for name in self.dataset.key)
        return tuple((value is None, "" if value is None else value) for value in values)


def _spooled(rows: Iterable[pa.Table], order: _Order, left_out: Rejects) -> Iterator[pa.Table]:
    for table in rows:
        left_out.take()
        yield order.seen(table)


def _sorted(
    session: duckdb.DuckDBPyConnection, spool: Path, dataset: Dataset
) -> Iterator[pa.Table]:
    keys = ", ".join(f'"{name}" nulls last' for name in dataset.key)
    path = str(spool).replace("'", "''")
    reader: Any = session.sql(
        f"select * exclude (file_row_number) "  # noqa: S608 - names come from the declarations
        f"from read_parquet('{path}', file_row_number = true, hive_partitioning = false) "
        f"order by {keys}, _row, file_row_number"
    ).to_arrow_reader(ROWS)
    for batch in reader:
        yield pa.Table.from_batches([batch]).cast(dataset.schema())


def _unique(
    batches: Iterable[pa.Table], dataset: Dataset, findings: Findings, *, zero_gives_way: bool
) -> Iterator[pa.Table]:
    """One row per key; the last key of a batch may go on in the next one."""
    held = dataset.schema().empty_table()
    for batch in batches:
        table = pa.concat_tables([held, batch])
        _, same = in_order(table, dataset)
        border = int(np.flatnonzero(~same)[-1])
        held = table.slice(border)
        done = table.slice(0, border)
        yield one_per_key(done, dataset, findings, zero_gives_way=zero_gives_way)
    yield one_per_key(held, dataset, findings, zero_gives_way=zero_gives_way)


def _judge(
    contract: Contract, dataset: Dataset, received: Path, accepted: Path, total: int
) -> Judged:
    """The contract over every batch; the rows that meet it are written at once."""
    results: list[tuple[RuleResult, ...]] = []
    aside = [QUARANTINE.empty_table()]

    def good() -> Iterator[pa.Table]:
        for batch in read_batches(received):
            judged = split(contract, batch)
            results.append(judged.results)
            aside.append(judged.reasons(QUARANTINE.names).cast(QUARANTINE))
            yield judged.accepted

    write_batches(good(), dataset.schema(), accepted)
    names = dataset.schema().names
    judged = Judged(
        dataset.schema().empty_table(),
        pa.concat_tables(aside),
        added_up(contract, results, total, names),
    )
    return refused_if_broken(contract, judged, total)


def _judge_rest(
    contract: Contract,
    received: Received,
    judged: Judged,
    accepted: Path,
    findings: Findings,
    before: Before,
) -> tuple[Judged, list[Change]]:
    """The judges after the row rules, over the few columns that they look at."""
    present = pq.read_schema(accepted).names
    by = contract.scale.by if contract.scale else ()
    wanted = [name for name in present if name in {*_LOOKED_AT, *by}]
    texts = [name for name in wanted if name in _REPEATED]
    rows = pq.read_table(accepted, columns=wanted, read_dictionary=texts, partitioning=None)
    rows = rows.append_column(_PLACE, pa.array(np.arange(rows.num_rows)))
    begun = replace(judged, accepted=rows, quarantined=_none_aside(rows))
    file = (findings.shape(), findings.preamble())
    rest, drifted = judged_after_rows(contract, received, begun, file, before)
    aside = rest.reasons(QUARANTINE.names).cast(QUARANTINE)
    if rest.refusal is None and aside.num_rows:
        stays = np.zeros(rows.num_rows, dtype=bool)
        stays[rest.accepted.column(_PLACE).to_numpy()] = True
        _keep(accepted, stays)
    quarantined = pa.concat_tables([judged.quarantined, aside])
    return replace(judged, quarantined=quarantined, refusal=rest.refusal), drifted


def _none_aside(rows: pa.Table) -> pa.Table:
    empty = rows.slice(0, 0)
    for name in ("code", "column", "raw"):
        empty = empty.append_column(name, pa.array([], type=pa.string()))
    return empty


def _keep(path: Path, stays: np.ndarray) -> None:
    def kept_rows() -> Iterator[pa.Table]:
        at = 0
        for batch in read_batches(path):
            yield batch.filter(pa.array(stays[at : at + batch.num_rows]))
            at += batch.num_rows

    write_batches(kept_rows(), pq.read_schema(path), path)
