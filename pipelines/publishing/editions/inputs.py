"""What an edition is made of, each by its hash, and the declarations kept as they were then.

Belongs here: naming inputs, the hash over everything an edition says. Does not belong here: what comes of them
(`edition.py`), whether they are still what they were (`repeating.py`).

District files change, and an edition does not. A copy of each lies under its hash in `declarations/`, so that an
edition can be repeated with what was declared then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipelines.landing.store import Store
from pipelines.publishing.editions.comments import Comment
from pipelines.publishing.protecting.protection import Protected
from pipelines.publishing.rows import ordered, parquet_bytes, sha256
from pipelines.settings import Settings

_CLOCK = ("known_at", "age_days", "kpi_value_id")
"""Columns that move with the clock alone: a new cut-off over the same knowledge is not a new edition."""
_TIME = ("as_of", "calendar")
"""Declared tables that only say what time it is."""
_NOT_READ = {"templates", "recipients"}
"""Folders that decide nothing an edition says: examples to copy from, and people who come and go."""
DISTRICTS = "districts/"
"""What the path of a declared file begins with, wherever a deployment keeps them."""


def kept_declarations(settings: Settings) -> Store:
    """Every declared file that an edition was made of, as it was then."""
    return Store(settings.home / "declarations")


def declared_files(districts: Path) -> Iterator[tuple[str, Path]]:
    """The files of a deployment's declarations, with the path an edition names them by."""
    for path in sorted(districts.rglob("*.yaml")):
        place = path.relative_to(districts)
        if not _NOT_READ & set(place.parts):
            yield f"{DISTRICTS}{place.as_posix()}", path


def inputs_of(settings: Settings, content: Protected) -> list[dict[str, Any]]:
    """Deliveries whose rows count, declared files and tables, each by hash; of files a copy is kept."""
    used = {
        (row["district_id"], row["dataset"], row["source_id"], row["sha256"])
        for row in content.tables["deliveries"].to_pylist()
        if row["outcome"] == "accepted" and row["sha256"]
    }
    deliveries: list[dict[str, Any]] = [
        {
            "kind": "delivery",
            "district_id": place[0],
            "dataset": place[1],
            "source_id": place[2],
            "sha256": place[3],
        }
        for place in sorted(used, key=str)
    ]
    kept = kept_declarations(settings)
    files = [
        {
            "kind": "district" if path.parent == settings.districts else "declaration",
            "path": name,
            "sha256": kept.put(path.read_bytes()),
        }
        for name, path in declared_files(settings.districts)
    ]
    tables = [
        {
            "kind": "declaration",
            "path": f"declared/{path.name}",
            "sha256": sha256(path.read_bytes()),
        }
        for path in sorted((settings.view / "declared").glob("*.parquet"))
        if path.stem not in _TIME
    ]
    return [*deliveries, *files, *tables]


def fingerprint_of(
    content: Protected,
    code_version: str,
    inputs: list[dict[str, Any]],
    reports: Path,
    comments: Sequence[Comment] = (),
) -> str:
    """One hash over everything an edition says, without the clock."""
    values = [{k: v for k, v in row.items() if k not in _CLOCK} for row in content.kpi_values]
    keyed = ordered(values, ("district_id", "month", "kpi_code"))
    parts = [code_version, json.dumps(inputs, sort_keys=True), repr(keyed)]
    parts += [json.dumps(one.said(), sort_keys=True) for one in comments]
    for name, table in sorted(content.tables.items()):
        if name not in _TIME:
            moving = [column for column in _CLOCK if column in table.column_names]
            parts.append(name + sha256(parquet_bytes(table.drop_columns(moving))))
    templates = sorted(path for path in reports.rglob("*") if path.is_file())
    parts += [path.name + sha256(path.read_bytes()) for path in templates]
    return sha256("\n".join(parts).encode())
