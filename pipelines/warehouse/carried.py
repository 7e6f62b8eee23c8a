"""Sums of large current rows that a build carries over to the next, by the content they are of.

A part of the current rows is summed once: as long as its bytes are the same, and the code that makes
figures is, what was made of it is taken over from the last good build; and so are the sums of a month
as long as all of its parts are. Which parts there are is said by the sha256 of their bytes now, so
what was made of a part that changed is never used. The models themselves say what they take over
and how it is made; to delete the folder `carried/` costs time and changes no figure.

Belongs here: what is carried over, and when it may be trusted. Does not belong here: any sum.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.landing.files import read_parquet, sha256_of, whole, write_parquet
from pipelines.version import code_version

STATE = "_carried.json"
_PARTS = "interval_parts"
SUMMED = "meter_intervals"
"""The dataset whose rows are too many to be summed in each build."""
_MOMENT = pa.timestamp("us", tz="UTC")
_AMOUNT = pa.decimal128(28, 6)
_RATE = pa.decimal128(28, 9)
_PART = [("part", pa.string())]
_MONTH = [("district_id", pa.string()), ("month", pa.string())]
_CURVE = [(name, pa.string()) for name in ("source_id", "point_id", "carrier", "flow", "unit")]
_AMOUNTS = [(name, _AMOUNT) for name in ("quantity", "absolute_quantity", "estimated_quantity")]
_SECONDS = [
    (name, pa.int64()) for name in ("covered_seconds", "longest_seconds", "overlapping_seconds")
]
_SUMS = [
    *_MONTH,
    *_CURVE,
    ("flow_rank", pa.int32()),
    *_AMOUNTS,
    *_SECONDS,
    ("first_start", _MOMENT),
    ("last_end", _MOMENT),
    ("first_rate", _RATE),
    ("last_rate", _RATE),
    ("row_count", pa.int64()),
    ("known_at", _MOMENT),
]
_GAPS = [
    *_MONTH,
    *_CURVE,
    ("gap_start", _MOMENT),
    ("gap_end", _MOMENT),
    ("rate_before", _RATE),
    ("rate_after", _RATE),
]
BY_MONTH: dict[str, pa.Schema] = {
    "int_interval_part_sums": pa.schema([*_PART, *_SUMS]),
    "int_interval_part_gaps": pa.schema([*_PART, *_GAPS]),
}
"""Models that hold only what is of months that changed: each month is a file, and the others stay."""
WHOLE: dict[str, pa.Schema] = {
    "int_interval_month_sums": pa.schema(_SUMS),
    "int_interval_month_gaps": pa.schema(_GAPS),
    "int_interval_edge_months": pa.schema(
        [
            *_MONTH,
            *_CURVE,
            ("counts_from", _MOMENT),
            ("counts_until", _MOMENT),
            *_AMOUNTS,
            ("covered_seconds", pa.int64()),
            ("row_count", pa.int64()),
        ]
    ),
    "int_interval_part_loads": pa.schema(
        [
            *_PART,
            *_MONTH,
            ("points", pa.string()),
            ("peak_at", _MOMENT),
            ("quarter_hour_kwh", _AMOUNT),
        ]
    ),
    "int_hourly_month_sums": pa.schema(
        [
            *_MONTH,
            ("source_id", pa.string()),
            ("point_id", pa.string()),
            ("factors", pa.string()),
            ("electricity_kwh", _AMOUNT),
            ("kg_co2e", _RATE),
        ]
    ),
    "int_load_readings": pa.schema(
        [
            *_PART,
            *_MONTH,
            ("peak_at", _MOMENT),
            ("source_id", pa.string()),
            ("point_id", pa.string()),
            ("quantity", _AMOUNT),
        ]
    ),
}
"""Models that are a file each."""
SCHEMAS = BY_MONTH | WHOLE
"""Columns of the models that are carried over, which their contracts enforce as well."""
PARTS = pa.schema(
    [
        *_PART,
        ("month", pa.string()),
        ("part_sha256", pa.string()),
        ("part_is_same", pa.bool_()),
        ("month_is_same", pa.bool_()),
    ]
)
_NONE = "_none"
"""The file of a model by month that has no row and is always there."""


def bring_along(view: Path) -> None:
    """Before a build: say which parts there are and which are the same, and leave only what may be
    trusted.
    """
    current, carried = view / "current" / SUMMED, view / "carried"
    before = _trusted(carried)
    paths = [path for path in sorted(current.glob("*.parquet")) if not path.stem.startswith("_")]
    parts = {path.stem: str(sha256_of(path)) for path in paths}
    changed = {part[:7] for part, _ in before.items() ^ parts.items()}
    rows = [
        {
            "part": part,
            "month": part[:7],
            "part_sha256": sha256,
            "part_is_same": before.get(part) == sha256,
            "month_is_same": part[:7] not in changed,
        }
        for part, sha256 in parts.items()
    ]
    write_parquet(pa.Table.from_pylist(rows, schema=PARTS), carried / f"{_PARTS}.parquet")
    for name, schema in SCHEMAS.items():
        path = (
            carried / name / f"{_NONE}.parquet" if name in BY_MONTH else carried / f"{name}.parquet"
        )
        if not path.exists():
            write_parquet(schema.empty_table(), path)


def carry_over(view: Path, session: duckdb.DuckDBPyConnection) -> None:
    """After a good build: keep what it made for the next one."""
    carried = view / "carried"
    parts = {row["part"]: row for row in read_parquet(carried / f"{_PARTS}.parquet").to_pylist()}
    for name in BY_MONTH:
        for month in {row["month"] for row in parts.values() if not row["month_is_same"]}:
            _keep(
                session, f"from {name} where month = '{month}'", carried / name / f"{month}.parquet"
            )
        for path in (carried / name).glob("*.parquet"):
            if path.stem not in {_NONE, *(row["month"] for row in parts.values())}:
                path.unlink()
    for name in WHOLE:
        _keep(session, f"from {name}", carried / f"{name}.parquet")
    state = {
        "code": code_version(),
        "parts": {part: row["part_sha256"] for part, row in parts.items()},
        "files": {str(path.relative_to(carried)): sha256_of(path) for path in _files(carried)},
    }
    with whole(carried / STATE) as temporary:
        temporary.write_text(json.dumps(state))


def _keep(session: duckdb.DuckDBPyConnection, rows: str, path: Path) -> None:
    with whole(path) as temporary:
        session.execute(f"copy ({rows}) to '{temporary}' (format parquet, codec zstd)").fetchall()


def _trusted(carried: Path) -> dict[str, str]:
    """Part → sha256 of its bytes, of the parts that what is carried was made of. Where any of it is
    not as it was written or of other code, none of it is left.
    """
    try:
        state = json.loads((carried / STATE).read_text())
        trusted = state["code"] == code_version() and state["files"] == {
            str(path.relative_to(carried)): sha256_of(path) for path in _files(carried)
        }
    except (FileNotFoundError, KeyError, ValueError):
        trusted = False
    if not trusted:
        for path in _files(carried):
            path.unlink()
        return {}
    return dict(state["parts"])


def _files(carried: Path) -> list[Path]:
    """What is carried over, without what is said anew for each build."""
    return [path for path in sorted(carried.rglob("*.parquet")) if path.stem != _PARTS]
