"""Editions: what was published, pinned to a moment, with the hash of every input and output.

Belongs here: freezing, numbering, the manifest and the pointer to the latest. Does not belong here: what may be
read (`protection.py`) and what a report looks like (`rendering.py`). An edition is written beside its place and
renamed; after that nothing changes it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.publishing import memory
from pipelines.publishing.decision_log import decision_log, findings
from pipelines.publishing.diff import difference, told_by
from pipelines.publishing.figure_history import figure_history
from pipelines.publishing.kpi_file import kpi_table
from pipelines.publishing.metadata import catalogue_jsonld, datapackage
from pipelines.publishing.protection import Protected, PublicationRefused, protected
from pipelines.publishing.rendering import render
from pipelines.publishing.rows import csv_bytes, ordered, parquet_bytes, sha256, to_table
from pipelines.publishing.tables import SCHEMAS
from pipelines.publishing.told import Told
from pipelines.publishing.trajectory import kept
from pipelines.settings import Settings

__all__ = ["Edition", "PublicationRefused", "editions", "latest", "publish"]

MANIFEST = "manifest.json"
_CLOCK = ("known_at", "age_days", "kpi_value_id")
"""Columns that move with the clock alone: a new cut-off over the same knowledge is not a new edition."""
_TIME = ("as_of", "calendar")
"""Declared tables that only say what time it is."""


@dataclass(frozen=True)
class Edition:
    """One published edition. `created` is False where the same content had been published already."""

    path: Path
    month: str
    revision: int
    created: bool = False

    @property
    def id(self) -> str:
        """Month and revision, such as '2026-10-r1'."""
        return f"{self.month}-r{self.revision}"

    @property
    def manifest(self) -> dict[str, Any]:
        """What was published, from what."""
        loaded: dict[str, Any] = json.loads((self.path / MANIFEST).read_text(encoding="utf-8"))
        return loaded

    @property
    def reports(self) -> tuple[Path, ...]:
        """The pages and documents a person opens."""
        return tuple(sorted([*self.path.rglob("report.html"), *self.path.rglob("report.pdf")]))


def editions(folder: Path) -> list[Edition]:
    """Every edition on disk, oldest month and revision first."""
    found = [
        Edition(path, path.parent.name, int(path.name[1:]))
        for path in folder.glob("????-??/r*")
        if re.fullmatch(r"r[1-9]\d*", path.name) and (path / MANIFEST).is_file()
    ]
    return sorted(found, key=lambda edition: (edition.month, edition.revision))


def latest(folder: Path) -> Edition | None:
    """The edition that `latest.json` points to."""
    pointer = folder / "latest.json"
    if not pointer.is_file():
        return None
    said = json.loads(pointer.read_text(encoding="utf-8"))
    return Edition(folder.parent / said["path"], said["month"], int(said["revision"]))


def publish(
    settings: Settings,
    month: str,
    known_at: datetime,
    code_version: str,
    *,
    build_passed: bool = True,
) -> Edition:
    """Protect, freeze and render the edition of one month.

    Args:
        settings: The deployment; marts are read from `settings.view`.
        month: 'YYYY-MM', local civil month.
        known_at: The cut-off: what was known at that moment is what is published.
        code_version: Version of this code.
        build_passed: Whether every dbt test of the build passed.

    Returns:
        The edition; the existing one where nothing that was known has changed.

    Raises:
        PublicationRefused: a failed build, no values, or figures that protection could not close.
    """
    if not build_passed:
        raise PublicationRefused(
            f"Expected a build whose tests all passed before publishing {month}; a test failed.\n"
            "Nothing was published; the last edition stays. Read the failing test, correct, build and publish again."
        )
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise PublicationRefused(
            f"'{month}' is not a month: write it like 2026-10. Nothing was published."
        )
    published = editions(settings.editions)
    content = protected(
        settings.view, month, memory.recalled(settings.memory, [each.id for each in published])
    )
    inputs = _inputs(settings, content)
    before = [each for each in published if each.month <= month]
    fingerprint = _fingerprint(content, code_version, inputs, settings.reports)
    own = [each for each in before if each.month == month]
    if own and own[-1].manifest["content"] == fingerprint:
        _point_to(settings, own[-1])
        return own[-1]
    edition = Edition(
        settings.editions / month / f"r{own[-1].revision + 1 if own else 1}",
        month,
        own[-1].revision + 1 if own else 1,
        created=True,
    )
    about = {
        "id": edition.id,
        "month": month,
        "revision": edition.revision,
        "known_at": known_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "code_version": code_version,
        "factor_set": _common(content, "factor_set"),
        "gwp_set": _common(content, "gwp_set"),
        "content": fingerprint,
        "inputs": inputs,
    }
    memory.remember(settings.memory, edition.id, content.memory, content.audit)
    _freeze(edition, content, about, before)
    _point_to(settings, edition)
    return edition


def _freeze(
    edition: Edition, content: Protected, about: dict[str, Any], before: Sequence[Edition]
) -> None:
    parent = edition.path.parent
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=parent, prefix=f".{edition.path.name}."))
    try:
        values = kpi_table(content.kpi_values, edition.month, edition.revision)
        _write(folder, "kpi_values.parquet", parquet_bytes(values))
        _write(folder, "kpi_values.csv", csv_bytes(values))
        revisions = _revisions(values, content, before[-1] if before else None, about)
        earlier = [each.path for each in before]
        log = _log(content, before, edition.month)
        for name, table in {
            **content.tables,
            "decision_log": log,
            "findings": _with_findings(content.tables["findings"], log),
            "revisions": revisions,
            "figure_history": figure_history(earlier, values, revisions, about),
            "forecasts_kept": kept(earlier, content.kpi_values),
        }.items():
            _write(folder, f"tables/{name}.parquet", parquet_bytes(table))
        _write_manifest(folder, about)
        for path, data in render(folder).items():
            _write(folder, path, data)
        _write(folder, "catalog.jsonld", catalogue_jsonld(folder, about))
        _write(folder, "datapackage.json", datapackage(folder, about))
        _write_manifest(folder, about)
        folder.chmod(0o755)
        folder.replace(edition.path)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _log(content: Protected, before: Sequence[Edition], month: str) -> pa.Table:
    """The decisions that name an edition, with what it said and what is so now."""
    return decision_log(
        content.decisions,
        {(each.month, each.revision): each.path for each in before},
        content.kpi_values,
        _rows_of(content, "kpis"),
        month,
    )


def _with_findings(found: pa.Table, log: pa.Table) -> pa.Table:
    """What was found, with what decisions name and no edition holds."""
    rows = [*found.to_pylist(), *findings(log)]
    return to_table(ordered(rows, found.schema.names), found.schema)


def _write(folder: Path, name: str, data: bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _write_manifest(folder: Path, about: Mapping[str, Any]) -> None:
    files = [
        {
            "path": path.relative_to(folder).as_posix(),
            "sha256": sha256(path.read_bytes()),
            "bytes": path.stat().st_size,
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    ]
    _write(folder, MANIFEST, _json({**about, "files": files}))


def _revisions(
    values: pa.Table, content: Protected, before: Edition | None, about: Mapping[str, Any]
) -> pa.Table:
    """How figures already published have changed, with causes that add up."""
    if before is None:
        return to_table([], SCHEMAS["revisions"])
    now = Told(values.to_pylist(), lambda name: _rows_of(content, name), about)
    rows = [
        {
            **change.key,
            "unit": change.unit,
            "old_edition": before.id,
            "old_value": change.old,
            "new_value": change.new,
            "change": change.difference,
            "cause": cause,
            "part": part,
        }
        for change, causes in difference(told_by(before.path), now).changes
        for cause, part in causes.items()
    ]
    schema = SCHEMAS["revisions"]
    return to_table(ordered(rows, schema.names), schema)


def _rows_of(content: Protected, name: str) -> list[dict[str, Any]]:
    table = content.tables.get(name)
    return table.to_pylist() if table is not None else []


def _inputs(settings: Settings, content: Protected) -> list[dict[str, Any]]:
    """Deliveries whose rows count, and declarations, each by hash."""
    deliveries = content.tables["deliveries"].to_pylist()
    used = {
        (row["district_id"], row["dataset"], row["source_id"], row["sha256"])
        for row in deliveries
        if row["outcome"] == "accepted" and row["sha256"]
    }
    found: list[dict[str, Any]] = [
        {
            "kind": "delivery",
            "district_id": place[0],
            "dataset": place[1],
            "source_id": place[2],
            "sha256": place[3],
        }
        for place in sorted(used, key=str)
    ]
    for kind, folder, pattern in (
        ("district", settings.districts, "*.yaml"),
        ("declaration", settings.view / "declared", "*.parquet"),
    ):
        found += [
            {
                "kind": kind,
                "path": f"{folder.name}/{path.name}",
                "sha256": sha256(path.read_bytes()),
            }
            for path in sorted(folder.glob(pattern))
            if path.stem not in _TIME
        ]
    return found


def _fingerprint(
    content: Protected, code_version: str, inputs: list[dict[str, Any]], reports: Path
) -> str:
    """One hash over everything an edition says, without the clock."""
    values = [{k: v for k, v in row.items() if k not in _CLOCK} for row in content.kpi_values]
    keyed = ordered(values, ("district_id", "month", "kpi_code"))
    parts = [code_version, json.dumps(inputs, sort_keys=True), repr(keyed)]
    for name, table in sorted(content.tables.items()):
        if name not in _TIME:
            moving = [column for column in _CLOCK if column in table.column_names]
            parts.append(name + sha256(parquet_bytes(table.drop_columns(moving))))
    templates = sorted(path for path in reports.rglob("*") if path.is_file())
    parts += [path.name + sha256(path.read_bytes()) for path in templates]
    return sha256("\n".join(parts).encode())


def _common(content: Protected, column: str) -> str | None:
    """The one value of a column, or all of them joined where districts differ."""
    found = sorted({str(row[column]) for row in content.kpi_values if row.get(column)})
    return ", ".join(found) or None


def _point_to(settings: Settings, edition: Edition) -> None:
    """`latest.json` names the newest month's newest revision."""
    current = latest(settings.editions)
    if current and (current.month, current.revision) > (edition.month, edition.revision):
        return
    said = {
        "month": edition.month,
        "revision": edition.revision,
        "path": edition.path.relative_to(settings.home).as_posix(),
    }
    handle, name = tempfile.mkstemp(dir=settings.editions, prefix=".latest.")
    with os.fdopen(handle, "wb") as file:
        file.write(_json(said))
    Path(name).chmod(0o644)
    Path(name).replace(settings.editions / "latest.json")


def _json(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
