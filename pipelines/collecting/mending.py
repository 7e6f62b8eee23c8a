"""Rows that count, changed where a correction of the district's register stands.

The value of the days that are meant is laid over their rows in the proportions that its provider sent, in whole
millionths, so that they add up to it exactly. A changed row keeps the file and the line it came from.

Belongs here: how rows are changed, and what they say of a correction. Does not belong here: which corrections stand
(`corrections`), which rows count (`part_files`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from itertools import pairwise
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.catalogue.dataset import ARROW, LINEAGE, Dataset
from pipelines.collecting.corrections import VALUES, Correction
from pipelines.collecting.ranking import keys_of, same

CORRECTED = "corrected"
"""The quality of a row whose value is ours; no sender can say it."""
_LEAST = Decimal("0.000001")
_AS_SENT = Decimal("0.01")
"""A value that was written down by hand is the one that was sent up to this much of its unit."""
_UTC = pa.timestamp("us", tz="UTC")
_MEANT = pa.schema(
    [
        ("_number", pa.int64()),
        ("district_id", pa.string()),
        ("source_id", pa.string()),
        ("point_id", pa.string()),
        ("flow", pa.string()),
        ("_first", pa.date32()),
        ("_begins", _UTC),
        ("_ends", _UTC),
    ]
)


@dataclass(frozen=True)
class Corrected:
    """What became of one correction among the rows that count. `value_now` is what its provider says today."""

    district_id: str
    correction_id: str
    state: str
    rows: int
    carrier: str | None
    value_now: str | None


def mend(
    session: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    corrections: Sequence[Correction],
    counting: str,
) -> list[Corrected]:
    """Leave `mended`: keys of the rows that change, with their new value, or none where the row is set aside.

    Args:
        session: It knows the rows that count as the query `counting`.
        dataset: What they are of.
        corrections: Those that are due, of one part.
        counting: A query.
    """
    found = _rows(session, dataset, corrections, counting)
    keys, changed, told = keys_of(dataset), [], []
    for number, one in enumerate(corrections):
        rows = found[number]
        state = _state(dataset, one, rows)
        now = sum((row["_value"] for row in rows), Decimal(0)) if rows else None
        carrier = str(rows[0]["carrier"]) if rows else None
        told.append(
            Corrected(one.district_id, one.id, state, len(rows), carrier, None if now is None else str(now))
        )  # fmt: skip
        if state in ("in_force", "set_aside"):
            values = _laid_out(one, [row["_value"] for row in rows])
            changed += [
                {**{key: row[key] for key in keys}, "_right": value, "_since": one.known_at}
                for row, value in zip(rows, values, strict=True)
            ]
    session.register("mending", _table(dataset, keys, changed))
    session.execute("create or replace temporary table mended as select * from mending")
    return told


def mended(dataset: Dataset, own: Sequence[str], counting: str) -> str:
    """The query of the rows that count, with those of `mended` changed or set aside."""
    value = VALUES[dataset.id]
    taken = {
        value: f"coalesce(mended._right, counting.{value}) as {value}",
        "quality": f"case when mended._since is null then quality else '{CORRECTED}' end as quality",
        "_known_at": "greatest(_known_at, coalesce(mended._since, _known_at)) as _known_at",
    }
    columns = ", ".join(taken.get(name, f"counting.{name}") for name in own)
    return (
        f"select {columns} from ({counting}) as counting "  # noqa: S608 - names come from the declarations
        f"left join mended on {same(keys_of(dataset), 'mended', 'counting')} "
        "where mended._since is null or mended._right is not null"
    )


def _rows(
    session: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    corrections: Sequence[Correction],
    counting: str,
) -> dict[int, list[dict[str, Any]]]:
    """The rows that each correction means, in the order of their keys."""
    session.register("meant", _meant(corrections))
    keys, period = keys_of(dataset), f"counting.{dataset.period}"
    by_day = pa.types.is_date(ARROW[dataset.columns[str(dataset.period)].type])
    within = (
        f"{period} = meant._first"
        if by_day
        else f"{period} >= meant._begins and {period} < meant._ends"
    )
    flow = "and (meant.flow is null or meant.flow = counting.flow)"
    named = ", ".join(f"counting.{key}" for key in keys)
    rows = session.sql(
        f"""
        select meant._number, {named}, counting.carrier, counting.unit,
            counting.{VALUES[dataset.id]} as _value
        from ({counting}) as counting join meant
            on meant.district_id = counting.district_id and meant.source_id = counting.source_id
            and meant.point_id = counting.point_id and {within}
            {flow if "flow" in dataset.columns else ""}
        where counting.{VALUES[dataset.id]} is not null
        order by {", ".join(["meant._number", named])}
        """  # noqa: S608 - names come from the declarations
    ).to_arrow_table()
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.to_pylist():
        found[row["_number"]].append(row)
    return found


def _meant(corrections: Sequence[Correction]) -> pa.Table:
    rows = [
        (
            number,
            one.district_id,
            one.row["about_source"],
            one.row["point_id"],
            one.row["flow"],
            one.row["first_day"],
            *one.moments,
        )
        for number, one in enumerate(corrections)
    ]
    return pa.table([list(column) for column in zip(*rows, strict=True)], schema=_MEANT)


def _state(dataset: Dataset, one: Correction, rows: Sequence[dict[str, Any]]) -> str:
    if not rows:
        return "not_found"
    alone = dataset.id != "meter_registers" or len(rows) == 1
    if not alone or {row["unit"] for row in rows} != {one.row["unit"]}:
        return "unclear"
    now = sum((row["_value"] for row in rows), Decimal(0))
    if abs(now - one.row["value_received"]) > _AS_SENT:
        return "superseded"
    return "set_aside" if one.row["treatment"] == "set_aside" else "in_force"


def _laid_out(one: Correction, values: Sequence[Decimal]) -> list[Decimal | None]:
    """The right value over rows as their provider sent them; evenly where it sent nothing to go by."""
    if one.row["treatment"] == "set_aside":
        return [None] * len(values)
    uneven = all(value >= 0 for value in values) and any(values)
    weights = list(values) if uneven else [Decimal(1)] * len(values)
    whole, right = sum(weights, Decimal(0)), one.row["value_right"]
    marks, passed = [Decimal(0)], Decimal(0)
    with localcontext(prec=60):  # two amounts of 18 digits, multiplied before they are divided
        for weight in weights:
            passed += weight
            marks.append((right * passed / whole).quantize(_LEAST, rounding=ROUND_HALF_EVEN))
        return [after - before for before, after in pairwise(marks)]


def _table(dataset: Dataset, keys: Sequence[str], rows: Sequence[dict[str, Any]]) -> pa.Table:
    types: dict[str, pa.DataType] = {field.name: field.type for field in LINEAGE}
    types |= {name: ARROW[column.type] for name, column in dataset.columns.items()}
    value = types[VALUES[dataset.id]]
    schema = pa.schema([*((key, types[key]) for key in keys), ("_right", value), ("_since", _UTC)])
    return pa.Table.from_pylist(list(rows), schema=schema)
