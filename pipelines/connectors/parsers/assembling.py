"""Parsed columns as rows of the dataset: schema, month, lineage.

Belongs here: what holds for every dataset. Does not belong here: what a format says, order and
duplicates (`keys`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.dataset import ARROW, Dataset
from pipelines.connectors.parsers.delivery import Findings, ParseContext
from pipelines.connectors.parsers.instants import civil_of
from pipelines.connectors.parsers.moments import DAY_US


@dataclass(frozen=True)
class Rows:
    """Canonical columns of a delivery, with the source row of each; what is missing is null."""

    columns: Mapping[str, pa.Array]
    source_rows: np.ndarray
    sheet: str | None = None


def assembled(
    parts: Sequence[Rows],
    dataset: Dataset,
    context: ParseContext,
    findings: Findings,
    flows: Sequence[str],
    *,
    paged: bool = False,
) -> pa.Table:
    """All rows of a batch in the dataset's schema, required columns filled. Where there are several
    sheets or pages, each row says which one it stands in.
    """
    named = paged or len(parts) > 1
    tables = [_table(part, dataset, context, flows, named=named) for part in parts]
    table = pa.concat_tables(tables) if tables else dataset.schema().empty_table()
    return _without_missing(table, dataset, findings)


def _table(
    part: Rows, dataset: Dataset, context: ParseContext, flows: Sequence[str], *, named: bool
) -> pa.Table:
    count = len(part.source_rows)
    arrays: dict[str, pa.Array] = {}
    for name, column in dataset.columns.items():
        kind = ARROW[column.type]
        given = part.columns.get(name)
        arrays[name] = pa.nulls(count, kind) if given is None else given.cast(kind)
    member = member_of(context, part.sheet) if named else context.member
    arrays["month"] = _months(arrays, dataset, context, count)
    arrays["district_id"] = _repeated(context.district_id, count)
    arrays["source_id"] = _repeated(context.source_id, count)
    arrays["flow_rank"] = _ranks(arrays.get("flow_code"), flows, count)
    arrays["_sha256"] = _repeated(context.sha256, count)
    arrays["_member"] = _repeated(member, count)
    arrays["_row"] = pa.array(part.source_rows.astype(np.int64))
    arrays["_known_at"] = pa.repeat(pa.scalar(context.known_at, ARROW["timestamp"]), count)
    schema = dataset.schema()
    return pa.table([arrays[name] for name in schema.names], schema=schema)


def member_of(context: ParseContext, sheet: str | None) -> str | None:
    """Where inside the delivery a sheet or page stands: `archive member!sheet`."""
    return f"{context.member or ''}!{sheet}" if sheet else context.member


def _repeated(text: str | None, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, pa.string()), count)


def _months(
    arrays: Mapping[str, pa.Array], dataset: Dataset, context: ParseContext, count: int
) -> pa.Array:
    if dataset.period is None:
        return pa.nulls(count, pa.string())
    period = arrays[dataset.period]
    whole = period.cast(pa.int32() if pa.types.is_date(period.type) else pa.int64()).fill_null(0)
    micros = whole.to_numpy(zero_copy_only=False).astype(np.int64)
    micros = micros * DAY_US if pa.types.is_date(period.type) else civil_of(micros, context.zone)
    distinct, back = np.unique(
        np.array(micros, dtype="datetime64[us]").astype("datetime64[M]"), return_inverse=True
    )
    names = pa.array([str(month) for month in distinct], type=pa.string()).take(
        pa.array(back.ravel())
    )
    return pc.if_else(period.is_valid(), names, pa.scalar(None, pa.string()))


def _ranks(flow_codes: pa.Array | None, flows: Sequence[str], count: int) -> pa.Array:
    if flow_codes is None or not flows:
        return pa.array(np.zeros(count, dtype=np.int32))
    place = pc.index_in(flow_codes, value_set=pa.array(list(flows)))
    return pc.add(pc.fill_null(place, -1), 1).cast(pa.int32())


def _without_missing(table: pa.Table, dataset: Dataset, findings: Findings) -> pa.Table:
    keep = np.ones(table.num_rows, dtype=bool)
    rows = table.column("_row").to_numpy()
    months = table.column("month")
    for name, column in dataset.columns.items():
        if not column.required or table.column(name).null_count == 0:
            continue
        missing = table.column(name).is_null().to_numpy(zero_copy_only=False) & keep
        for at in np.flatnonzero(missing):
            findings.reject("MISSING_VALUE", rows[at], name, None, months[int(at)].as_py())
        keep &= ~missing
    return table if keep.all() else table.filter(pa.array(keep))
