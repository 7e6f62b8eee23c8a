"""One row per key: the order of a delivery's rows, and which of several rows of one key count.

Belongs here: what holds for every dataset. Does not belong here: what a later delivery restates
(`collecting.current`).
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.dataset import Dataset
from pipelines.connectors.parsers.delivery import Findings

_FIRST, _LAST = -1, np.iinfo(np.int64).max


def one_per_key(
    table: pa.Table, dataset: Dataset, findings: Findings, *, zero_gives_way: bool
) -> pa.Table:
    """Rows sorted by key; of rows that agree one, of flows the strongest, of rows that contradict
    each other none.

    Args:
        table: All rows of a delivery, or all those of some of its keys.
        dataset: What they are.
        findings: Where duplicates are noted and contradictions rejected.
        zero_gives_way: Whether a zero beside a value of the same key is an empty copy of it (the day
            that came twice, once empty: 25 Oct 2020).
    """
    if table.num_rows == 0:
        return table
    table, same = in_order(table, dataset)
    if not same.any():
        return table
    places = np.flatnonzero(same | np.append(same[1:], False))
    group = np.cumsum(~same[places]) - 1
    shared = table.take(pa.array(places))
    keep = np.ones(table.num_rows, dtype=bool)
    keep[places] = _kept(shared, group, dataset, findings, zero_gives_way=zero_gives_way)
    return table.filter(pa.array(keep))


def in_order(table: pa.Table, dataset: Dataset) -> tuple[pa.Table, np.ndarray]:
    """Rows sorted by key, then by their place in the file; and which have the key of the row
    before.
    """
    codes = [order_codes(table.column(name)) for name in dataset.key]
    rows = table.column("_row").to_numpy()
    order = None
    if not _is_sorted([*codes, rows]):
        order = np.lexsort([rows, *reversed(codes)])
        table = table.take(pa.array(order))
    same = np.ones(table.num_rows, dtype=bool)
    same[:1] = False
    for code in codes:
        sorted_code = code if order is None else code[order]
        same[1:] &= sorted_code[1:] == sorted_code[:-1]
    return table, same


def _is_sorted(codes: list[np.ndarray]) -> bool:
    """Whether rows stand in the order of their codes, the first code above the second."""
    undecided = np.ones(max(len(codes[0]) - 1, 0), dtype=bool)
    for code in codes:
        if (undecided & (code[1:] < code[:-1])).any():
            return False
        undecided &= code[1:] == code[:-1]
    return True


def order_codes(column: pa.ChunkedArray) -> np.ndarray:
    """Whole numbers in the order of the values, null last: equal exactly where the values are."""
    array = column.combine_chunks()
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.int8())
    if pa.types.is_date(array.type):
        array = array.cast(pa.int32())
    if pa.types.is_timestamp(array.type) or pa.types.is_integer(array.type):
        return np.asarray(array.cast(pa.int64()).fill_null(_LAST).to_numpy(zero_copy_only=False))
    encoded = array.dictionary_encode()
    values = encoded.dictionary.to_pylist()
    ranks = np.empty(len(values) + 1, dtype=np.int64)
    for rank, at in enumerate(sorted(range(len(values)), key=lambda place: values[place])):
        ranks[at] = rank
    ranks[len(values)] = _LAST
    places: np.ndarray = encoded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    return np.asarray(ranks[places])


def _kept(
    table: pa.Table,
    group: np.ndarray,
    dataset: Dataset,
    findings: Findings,
    *,
    zero_gives_way: bool,
) -> np.ndarray:
    """Which rows of keys that occur more than once stay."""
    keep = ~_weaker(table, group)
    _note(table.filter(pa.array(~keep)), "SET_ASIDE", findings)
    if zero_gives_way and "quantity" in dataset.columns:
        zero = np.asarray(pc.equal(table.column("quantity"), 0).to_numpy(), dtype=bool)
        filled = np.bincount(group, weights=keep & ~zero)[group] > 0
        empty = keep & zero & filled
        keep &= ~empty
        findings.note(
            "TIME_PHANTOM", int(empty.sum()), detail="zero beside a value of the same instant"
        )
    alive = np.flatnonzero(keep)
    table, group = table.take(pa.array(alive)), group[alive]
    again = np.append(False, group[1:] == group[:-1])
    clash = _clashes(table, group, again, dataset)
    agreed = again & (clash[group] < 0)
    _note(table.filter(pa.array(agreed)), "DUPLICATE_ROW", findings)
    _reject_contradictions(table, clash[group], dataset, findings)
    keep[alive] = ~again & (clash[group] < 0)
    return keep


def _values(dataset: Dataset) -> list[str]:
    return [name for name in dataset.columns if name not in dataset.key]


def _clashes(table: pa.Table, group: np.ndarray, again: np.ndarray, dataset: Dataset) -> np.ndarray:
    """By group, the place of the first value column in which its rows differ; -1 where none."""
    found = np.full(int(group.max(initial=-1)) + 1, -1, dtype=np.int64)
    for place, name in enumerate(_values(dataset)):
        codes = order_codes(table.column(name))
        differs = again & np.append(False, codes[1:] != codes[:-1])
        torn = np.bincount(group, weights=differs, minlength=len(found)) > 0
        found[torn & (found < 0)] = place
    return found


def _weaker(table: pa.Table, group: np.ndarray) -> np.ndarray:
    """Rows beside one of the same key whose flow is declared stronger, as an original beside its
    rectification.
    """
    ranks = table.column("flow_rank").fill_null(_FIRST).to_numpy()
    strongest = np.full(int(group.max(initial=-1)) + 1, _FIRST, dtype=np.int64)
    np.maximum.at(strongest, group, ranks)
    return np.asarray(ranks < strongest[group])


def _note(copies: pa.Table, code: str, findings: Findings) -> None:
    if not copies.num_rows:
        return
    points = copies.column("point_id").to_pylist() if "point_id" in copies.column_names else []
    told = points or [None] * copies.num_rows
    counted = Counter(zip(copies.column("month").to_pylist(), told, strict=True))
    for (month, point), count in counted.items():
        findings.note(code, count, month=month, point_id=point)


def _reject_contradictions(
    table: pa.Table, clash: np.ndarray, dataset: Dataset, findings: Findings
) -> None:
    rows = table.column("_row").to_numpy()
    months, members = table.column("month"), table.column("_member")
    for place, name in enumerate(_values(dataset)):
        column = table.column(name)
        for at in np.flatnonzero(clash == place):
            raw: Any = column[int(at)].as_py()
            shown = raw.isoformat() if isinstance(raw, date) else raw
            findings.member = members[int(at)].as_py()
            findings.reject("DUP_CONFLICT", rows[at], name, shown, months[int(at)].as_py())
