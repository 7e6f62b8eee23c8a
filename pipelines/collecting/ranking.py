"""Which of several rows of one key counts, and what is said where another row said otherwise.

In this order: the `rank` that a district gives its source, the rank of its flow, the place of
the source in the district's file; then, within one source, the newest receipt, the later place
among what it sent (files of one collection by their names), and the later row of a file. So between
two sources it never matters whose delivery came first.

Belongs here: the order, and what a winner is compared with. Does not belong here: which deliveries
feed which file (`current`), the words of findings (`findings`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

import duckdb
import pyarrow as pa

from pipelines.catalogue.dataset import DECIMALS, Dataset
from pipelines.collecting.deliveries import Delivery

ORDER = (
    "_source_rank desc, flow_rank desc nulls last, _place_in_file, "
    "_known_at desc, _position desc, _sha256 desc, _row desc"
)
"""The first row in this order counts."""
_FIGURES = {*DECIMALS, "integer"}
_STANDING = pa.schema(
    [
        ("district_id", pa.string()),
        ("source_id", pa.string()),
        ("_sha256", pa.string()),
        ("_position", pa.int64()),
        ("_source_rank", pa.int64()),
        ("_place_in_file", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Restated:
    """Rows of one month that a later delivery of their source, or a flow of a higher rank, replaced
    with another value.
    """

    district_id: str
    source_id: str
    month: str
    rows: int
    sha256: str
    known_at: str


@dataclass(frozen=True)
class Disagreement:
    """Rows of one month for which another source of the dataset says something else than the source
    that counts. `differences` holds, column by column, in how many rows, and of numbers the sum and the
    largest of the differences; `decided` whether the district
    has declared which of the two counts.
    """

    district_id: str
    source_id: str
    other: str
    month: str | None
    rows: int
    differences: dict[str, list[str]]
    decided: bool
    sha256: str
    known_at: str


Said = TypeVar("Said", Restated, Disagreement)


def standing(feeding: Sequence[Delivery]) -> pa.Table:
    """What is known of each delivery beside its rows: its place in its source, and its source's."""
    rows = {
        (one.binding.district.id, one.binding.source_id, one.received.sha256): (
            one.position,
            one.binding.source.rank,
            list(one.binding.district.sources).index(one.binding.source_id),
        )
        for one in feeding
    }
    columns = zip(*((*place, *said) for place, said in rows.items()), strict=True)
    return pa.table(list(map(list, columns)), schema=_STANDING)


def said_of(feeding: Sequence[Delivery]) -> list[str]:
    """Everything that decides the order of these deliveries, in words that change with it."""
    return sorted(
        f"{one.binding}/{one.key}/{one.known_at}/{one.position}/{one.binding.source.rank}"
        f"/{list(one.binding.district.sources).index(one.binding.source_id)}"
        for one in feeding
    )


def keys_of(dataset: Dataset) -> list[str]:
    """The columns that name a row of a dataset in its district."""
    own = ["source_id"] if dataset.unique_within == "source" else []
    return ["district_id", *own, *dataset.key]


def restated(session: duckdb.DuckDBPyConnection, dataset: Dataset) -> list[Restated]:
    """What later deliveries corrected, among the rows that the session knows as `ranked`."""
    keys = keys_of(dataset)
    found = session.execute(
        f"""
        with winners as (select * from ranked where _place = 1)
        select w.district_id, w.source_id, w.month, count(distinct row({_of("w", keys)})),
            max_by(w._sha256, w._known_at), max(w._known_at)
        from winners w join ranked r on {same(keys, "w", "r")}
        where r._place > 1 and r._said <> w._said
            and (r.source_id = w.source_id or {_outranks("w", "r")})
            and (r._known_at < w._known_at
                or r._known_at = w._known_at and r._position < w._position
                    and r.source_id = w.source_id)
        group by all order by all
        """  # noqa: S608 - names come from the declarations
    ).fetchall()
    return [Restated(d, s, m, n, sha, known.isoformat()) for d, s, m, n, sha, known in found]


def disagreements(session: duckdb.DuckDBPyConnection, dataset: Dataset) -> list[Disagreement]:
    """Where two sources give other figures for one key, among the rows that the session knows as
    `ranked`. A flow that outranks another corrects it; of what a source itself corrected, its last
    word counts.
    """
    keys, names = keys_of(dataset), _compared(dataset)
    differ = [f"w.{name} is distinct from o.{name}" for name in names]
    sizes = ", ".join(
        f"count(*) filter ({one}), {_size(dataset, name)}"
        for one, name in zip(differ, names, strict=True)
    )
    found = session.execute(
        f"""
        with winners as (select * from ranked where _place = 1),
        others as (
            select *, row_number() over (
                partition by {", ".join([*keys, "source_id"])} order by {ORDER}
            ) as _own_place
            from ranked where _place > 1
        )
        select w.district_id, w.source_id, o.source_id as other, w.month,
            count(*), bool_and(w._source_rank <> o._source_rank),
            max_by(o._sha256, o._known_at), max(greatest(w._known_at, o._known_at)), {sizes}
        from winners w join others o on {same(keys, "w", "o")}
        where o._own_place = 1 and o.source_id <> w.source_id and ({" or ".join(differ)})
            and not ({_outranks("w", "o")})
        group by all order by all
        """  # noqa: S608 - names come from the declarations
    ).fetchall()
    return [
        Disagreement(
            *(d, s, o, m, rows),
            differences=_differences(names, more),
            decided=decided,
            sha256=sha,
            known_at=known.isoformat(),
        )
        for d, s, o, m, rows, decided, sha, known, *more in found
    ]


def _compared(dataset: Dataset) -> list[str]:
    """What two sources can disagree on: the figures of a row, where it has any."""
    own = {name: one for name, one in dataset.columns.items() if name not in dataset.key}
    return [name for name, one in own.items() if one.type in _FIGURES] or list(own)


def _size(dataset: Dataset, name: str) -> str:
    if dataset.columns[name].type not in _FIGURES:
        return "null, null"
    return f"sum(abs(w.{name} - o.{name})), max(abs(w.{name} - o.{name}))"


def _differences(names: list[str], sizes: list[object]) -> dict[str, list[str]]:
    said = {}
    for place, name in enumerate(names):
        rows, *size = sizes[3 * place : 3 * place + 3]
        if rows:
            said[name] = [str(rows), *(str(one) for one in size if one is not None)]
    return said


def in_words(differences: dict[str, list[str]]) -> str:
    """Differences as a finding says them: quantity (2) Σ|Δ| 3.5, max |Δ| 2."""
    said = []
    for name, (rows, *size) in differences.items():
        sums = f" Σ|Δ| {_plain(size[0])}, max |Δ| {_plain(size[1])}" if size else ""
        said.append(f"{name} ({rows}){sums}")
    return "; ".join(said)


def restated_by_month(restated: Iterable[Restated]) -> list[Restated]:
    """What was restated in the days of a month, said once for the month."""
    found: dict[tuple[str, str, str], Restated] = {}
    for one in restated:
        place = (one.district_id, one.source_id, one.month)
        before = found.get(place, replace(one, rows=0))
        found[place] = replace(_newer(before, one), rows=before.rows + one.rows)
    return list(found.values())


def disagreed_by_month(disagreements: Iterable[Disagreement]) -> list[Disagreement]:
    """What two sources say differently in the days of a month, said once for the month."""
    found: dict[tuple[str | None, ...], Disagreement] = {}
    for one in disagreements:
        place = (one.district_id, one.source_id, one.other, one.month)
        before = found.get(place, replace(one, rows=0, differences={}))
        found[place] = replace(
            _newer(before, one),
            rows=before.rows + one.rows,
            differences=_added(before.differences, one.differences),
            decided=before.decided and one.decided,
        )
    return list(found.values())


def _newer(one: Said, other: Said) -> Said:
    return max(one, other, key=lambda said: (said.known_at, said.sha256))


def _added(one: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, list[str]]:
    added = {**one, **other}
    for name in one.keys() & other.keys():
        (rows, *size), (more, *further) = one[name], other[name]
        added[name] = [str(int(rows) + int(more))]
        if size:
            total = Decimal(size[0]) + Decimal(further[0])
            added[name] += [str(total), str(max(Decimal(size[1]), Decimal(further[1])))]
    return added


def _plain(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _outranks(one: str, other: str) -> str:
    """Whether one declared flow stands above another; a row without a flow (rank 0) is no flow."""
    return f"coalesce({one}.flow_rank > {other}.flow_rank and {other}.flow_rank > 0, false)"


def same(keys: list[str], one: str, other: str) -> str:
    """The condition that two rows have one key."""
    return " and ".join(f"{one}.{key} is not distinct from {other}.{key}" for key in keys)


def _of(table: str, names: list[str]) -> str:
    return ", ".join(f"{table}.{name}" for name in names)
