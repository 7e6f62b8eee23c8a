"""What each figure was in earlier editions: when it was first published, and when and why it then moved.

Belongs here: the states of a figure, one row for each that was published. Does not belong here: what a change is made
of (`diff.py`), how it is told (`explain.py`, `provenance.py`).

A table of its own in every edition, continued from the edition before it: a page can then be made from its edition
alone, and an edition that is taken back takes its states with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.publishing.kpi_file import KEY
from pipelines.publishing.reading import Reading
from pipelines.publishing.rows import Row, ordered, to_table

SCHEMA = pa.schema(
    [
        ("district_id", pa.string()),
        ("month", pa.string()),
        ("kpi_code", pa.string()),
        ("edition", pa.string()),
        ("edition_month", pa.string()),
        ("revision", pa.int64()),
        ("known_at", pa.timestamp("us", tz="UTC")),
        ("value", pa.decimal128(28, 9)),
        ("suppressed", pa.bool_()),
        ("causes", pa.string()),
    ]
)
_Key = tuple[Any, ...]


def figure_history(
    before: Sequence[Path], values: pa.Table, revisions: pa.Table, about: Mapping[str, Any]
) -> pa.Table:
    """The states of every figure up to and with this edition, without those of figures that are hidden now.

    Args:
        before: Folders of the editions before this one that still stand, oldest first.
        values: KPI values of this edition.
        revisions: Its changes against the edition before, with their causes.
        about: Its manifest.
    """
    if not before:
        return to_table([], SCHEMA)
    now = values.to_pylist()
    hidden = {_key(row) for row in now if row["suppressed"]}
    states = [row for row in _states_of(before) if _key(row) not in hidden]
    last = {_key(row): row for row in sorted(states, key=_when)}
    causes = _causes(revisions.to_pylist())
    for row in now:
        told = last.get(_key(row))
        if told is not None and told["value"] != row["value"] and not row["suppressed"]:
            states.append(_state(row, about, causes.get(_key(row))))
    return to_table(ordered(states, (*KEY, "edition_month", "revision")), SCHEMA)


def _states_of(before: Sequence[Path]) -> list[Row]:
    """The states the newest edition before tells, of editions that still stand, and its own figures."""
    reading = Reading(before[-1])
    standing = {str(Reading(path).about["id"]) for path in before}
    kept = [row for row in reading.table("figure_history") if row["edition"] in standing]
    known = {_key(row) for row in kept}
    first = [
        _state(row, reading.about, None)
        for key, row in reading.values.items()
        if (row["value"] is not None or row["suppressed"]) and (key[0], key[1], key[2]) not in known
    ]
    return ordered([*kept, *first], KEY)


def _state(row: Row, about: Mapping[str, Any], causes: str | None) -> Row:
    return {
        **{name: row[name] for name in KEY},
        "edition": about["id"],
        "edition_month": about["month"],
        "revision": int(about["revision"]),
        "known_at": datetime.fromisoformat(about["known_at"]),
        "value": row["value"],
        "suppressed": row["suppressed"],
        "causes": causes,
    }


def _causes(revisions: Iterable[Row]) -> dict[_Key, str]:
    """The causes of each change, joined, the largest part first."""
    found: dict[_Key, list[Row]] = defaultdict(list)
    for row in revisions:
        found[_key(row)].append(row)
    return {
        key: ",".join(str(row["cause"]) for row in sorted(rows, key=_largest_first))
        for key, rows in found.items()
    }


def _largest_first(row: Row) -> tuple[Any, ...]:
    return (-abs(row["part"] or 0), row["cause"])


def _key(row: Row) -> _Key:
    return tuple(row[name] for name in KEY)


def _when(row: Row) -> tuple[str, int]:
    return (row["edition_month"], row["revision"])
