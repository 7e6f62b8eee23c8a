"""Where each stage of a delivery lies on disk, and what is remembered beside it."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pipelines
from pipelines.catalogue.catalogue import Binding
from pipelines.catalogue.formats import TableFormat
from pipelines.connectors.parsers.privacy import secret_mark
from pipelines.landing.files import sha256_of, whole

Stage = Literal["received", "accepted", "quarantine"]
_LOG = logging.getLogger(__name__)


@cache
def reading_version() -> str:
    """Hash of the code that turns bytes into judged rows, so that a change of it reads every
    delivery again.
    """
    root = Path(pipelines.__file__).parent
    digest = hashlib.sha256()
    for room in ("connectors", "quality", "catalogue"):
        for path in sorted((root / room).rglob("*.py")):
            digest.update(path.read_bytes())
    for path in sorted((root.parent / "expectations").glob("*.yaml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def key_of(binding: Binding, sha256: str) -> str:
    """The name of one delivery under one declaration: equal bytes and equal declaration, equal
    name.
    """
    said = f"{binding.declaration_sha256}{reading_version()}{_keyed_by(binding)}".encode()
    return f"{sha256[:16]}-{hashlib.sha256(said).hexdigest()[:8]}"


def _keyed_by(binding: Binding) -> str:
    """What else decides the rows of a questionnaire that names its respondents: the secret of their
    keys, so that all deliveries are read again when it is set or changes.
    """
    form = binding.format
    survey = form.survey if isinstance(form, TableFormat) else None
    return secret_mark() if survey is not None and survey.respondent is not None else ""


def stage_path(home: Path, stage: Stage, binding: Binding, key: str) -> Path:
    """The Parquet file of one delivery at one stage."""
    return (
        home
        / stage
        / binding.dataset.id
        / binding.district.id
        / binding.source_id
        / f"{key}.parquet"
    )


def verdict_path(home: Path, binding: Binding, key: str) -> Path:
    """The small file that says how one delivery was judged."""
    return stage_path(home, "accepted", binding, key).with_suffix(".json")


@dataclass(frozen=True)
class Verdict:
    """How one delivery was judged, and what later steps need to know of it without opening it.

    `months` maps each local month ('YYYY-MM', or 'all' for a register) to its accepted rows,
    `days` to the first and the last day, in UTC, on which the periods of those rows begin;
    `levels` are the quantities per point that the scale alarm compares the next delivery with;
    `shape` is what the file looked like; `points` are the points it speaks of and `register` what
    the district's register said of them when it was judged; `files` are the hashes of what was
    written of it, by stage.
    """

    accepted: bool
    code: str | None = None
    detail_it: str = ""
    detail_en: str = ""
    rows_received: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    months: dict[str, int] = field(default_factory=dict)
    days: dict[str, list[str]] = field(default_factory=dict)
    quarantined: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    levels: list[list[str]] = field(default_factory=list)
    shape: list[dict[str, Any]] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    register: str = ""
    files: dict[str, str] = field(default_factory=dict)


def write_verdict(path: Path, verdict: Verdict) -> None:
    """Keep one verdict, whole or not at all, under its own hash."""
    said = asdict(verdict)
    with whole(path) as temporary:
        temporary.write_text(
            json.dumps({"sha256": _hash_of(said), "verdict": said}, ensure_ascii=False),
            encoding="utf-8",
        )


def read_verdict(path: Path) -> Verdict | None:
    """The verdict at this path, or None where the delivery was not judged yet or the file is not as
    it was written: then it is judged again.
    """
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _verdict(path, changed)


@cache
def _verdict(path: Path, changed: int) -> Verdict | None:  # noqa: ARG001 - part of the cache's key
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["sha256"] == _hash_of(kept["verdict"]):
            return Verdict(**kept["verdict"])
    except (ValueError, LookupError, TypeError):
        pass
    _LOG.warning("%s is not as it was written; its delivery is judged again.", path)
    return None


def is_intact(home: Path, binding: Binding, key: str, verdict: Verdict) -> bool:
    """Whether what later steps read of a judged delivery is on disk as it was written."""
    return all(
        sha256_of(stage_path(home, stage, binding, key)) == verdict.files.get(stage)
        for stage in written_stages(verdict)
    )


def written_stages(verdict: Verdict) -> list[Stage]:
    """The stages of a judged delivery that later steps read."""
    accepted: list[Stage] = ["accepted"] if verdict.accepted else []
    return [*accepted, "quarantine"] if verdict.rows_quarantined else accepted


def _hash_of(said: dict[str, Any]) -> str:
    written = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()
