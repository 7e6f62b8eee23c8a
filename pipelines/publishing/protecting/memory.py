"""What an edition showed, made of whose uses: kept in the house, so that the next one gives nothing back beside it.

Belongs here: writing and reading that memory. Does not belong here: what follows from it (`relations.py`). It names
holders and never leaves; an edition without one, such as those of an older version, is not compared.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.publishing.protecting.disclosure import Place
from pipelines.publishing.protecting.relations import Hidden, Version
from pipelines.publishing.protecting.uses import Key, Month
from pipelines.publishing.rows import Row, parquet_bytes, read_table, to_table

WATER = "water "
"""Stands before the month in a row of a memory that is of water."""
_MEMORY = pa.schema(
    [
        ("district_id", pa.string()),
        ("month", pa.string()),
        ("holdings", pa.string()),
        ("shown", pa.string()),
    ]
)


def remembered(
    months: Mapping[Place, Month],
    hidden: Mapping[Place, Hidden],
    withheld: Mapping[Place, Collection[Key]],
    besides: Sequence[Row] = (),
) -> pa.Table:
    """One row per district and month: who uses what, and the figures shown with their coefficients.

    Args:
        months: What figures are made of.
        hidden: Figures that protection hides.
        withheld: Figures that are not shown for another reason, such as too little data.
        besides: What is of no month's uses: counts behind what people said, sums over projects.
    """
    return to_table([*besides, *remembered_months(months, hidden, withheld)], _MEMORY)


def remembered_months(
    months: Mapping[Place, Month],
    hidden: Mapping[Place, Hidden],
    withheld: Mapping[Place, Collection[Key]],
    system: str = "",
) -> list[Row]:
    """Rows of a memory: of one system of uses, by its name where it is not that of energy."""
    return [
        {
            "district_id": place[0],
            "month": system + place[1],
            "holdings": _holdings_text(month),
            "shown": json.dumps(
                [
                    [key, [[use, one] for use, one in sorted(parts.items())]]
                    for key, (parts, _) in sorted(month.figures.items())
                    if key not in hidden[place].keys and key not in withheld.get(place, ())
                ]
            ),
        }
        for place, month in sorted(months.items())
    ]


def _holdings_text(month: Month) -> str:
    return json.dumps(
        [
            [use, [[holder, str(amount)] for holder, amount in sorted(who.items())]]
            for use, who in sorted(month.holdings.items())
        ]
    )


def told_sums(place: str, sums: Mapping[str, Sequence[Any]]) -> list[Row]:
    """Rows of what is of no month's uses: by district the sums that are told, each as pairs of part and coefficient.

    Args:
        place: What they are sums of, where months have theirs.
        sums: By district.
    """
    return [
        {"district_id": district, "month": place, "holdings": "[]", "shown": json.dumps(told)}
        for district, told in sorted(sums.items())
    ]


def recalled_sums(
    before: Iterable[pa.Table], place: str
) -> dict[str, list[dict[tuple[str, ...], float]]]:
    """What earlier editions told of them, by district."""
    found: dict[str, list[dict[tuple[str, ...], float]]] = defaultdict(list)
    for table in before:
        for row in table.to_pylist():
            if row["month"] == place:
                found[row["district_id"]] += [
                    {tuple(part): one for part, one in sum_} for sum_ in json.loads(row["shown"])
                ]
    return found


def remember(folder: Path, edition: str, memory: pa.Table, protected: pa.Table) -> None:
    """Keep what an edition showed and what it protects, before it is published."""
    folder.mkdir(parents=True, exist_ok=True)
    _path(folder, edition).write_bytes(parquet_bytes(memory))
    _audit(folder, edition).write_bytes(parquet_bytes(protected))


def protected_in(folder: Path, edition: str) -> list[Row] | None:
    """What an edition protects, without values; None where it left no memory."""
    table = read_table(_audit(folder, edition))
    return None if table is None else table.to_pylist()


def _audit(folder: Path, edition: str) -> Path:
    return folder / f"{edition}-protected.parquet"


def is_kept(folder: Path, edition: str) -> bool:
    """Whether it is remembered what an edition showed."""
    return _path(folder, edition).is_file()


def forget(folder: Path, edition: str) -> None:
    """Take away what names holders of an edition that was withdrawn because one of them asked."""
    _path(folder, edition).unlink(missing_ok=True)


def recalled(folder: Path, published: Collection[str]) -> list[pa.Table]:
    """Memories of editions that were published."""
    found = (read_table(_path(folder, edition)) for edition in published)
    return [table for table in found if table is not None]


def versions(
    memories: Sequence[pa.Table], months: Mapping[Place, Month], system: str = ""
) -> dict[Place, list[Version]]:
    """What earlier editions said of each month in one system of uses, each different account once."""
    texts: dict[Place, dict[tuple[str, str], None]] = defaultdict(dict)
    for table in memories:
        for row in table.to_pylist():
            place = (row["district_id"], row["month"].removeprefix(system))
            if place in months and row["month"].startswith(system):
                texts[place][row["holdings"], row["shown"]] = None
    return {
        place: [_version(holdings, shown) for holdings, shown in accounts]
        for place, accounts in texts.items()
    }


def _version(holdings: str, shown: str) -> Version:
    return Version(
        {
            tuple(use): {tuple(holder): Decimal(amount) for holder, amount in who}
            for use, who in json.loads(holdings)
        },
        {tuple(key): {tuple(use): one for use, one in parts} for key, parts in json.loads(shown)},
    )


def _path(folder: Path, edition: str) -> Path:
    return folder / f"{edition}.parquet"
