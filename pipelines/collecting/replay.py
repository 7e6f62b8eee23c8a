"""Landed bytes read again under today's declaration and code, compared with what was kept of them.

Belongs here: reading aside and comparing. Does not belong here: fetching, or replacing anything: the
next `nzd collect` does that by itself where a declaration changed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.catalogue import Binding, Catalogue
from pipelines.collecting.deliveries import Received, received_by
from pipelines.collecting.fetch import Landing
from pipelines.collecting.paths import Verdict, read_verdict, stage_path, verdict_path
from pipelines.collecting.read import read
from pipelines.collecting.registers import Registers
from pipelines.collecting.so_far import SoFar
from pipelines.landing.files import read_parquet, sha256_of
from pipelines.quality.contract import contract_of
from pipelines.quality.known_points import NOTHING_KNOWN, REGISTER
from pipelines.settings import Settings

_SUMMED = ("quantity", "money", "number")


@dataclass(frozen=True)
class Replayed:
    """One delivery read again: what is different from what was kept, empty where it is identical."""

    file_name: str
    sha256: str
    changed: tuple[str, ...]


def replayed(
    settings: Settings, catalogue: Catalogue, binding: Binding, as_of: datetime
) -> Iterator[Replayed]:
    """Every delivery of one source that was known at a moment, read again aside."""
    landing = Landing.at(settings.landing, settings.inbox)
    contract = contract_of(binding.dataset, settings.expectations)
    registers = Registers(settings.home, catalogue, landing.manifest)
    known = NOTHING_KNOWN if binding.dataset.id == REGISTER else registers.of(binding)
    history = landing.manifest.attempts(binding.district.id, binding.source_id)
    so_far = SoFar(binding.dataset.id)
    with tempfile.TemporaryDirectory(prefix="nzd-replay-") as aside:
        for received in received_by(binding, history):
            if received.known_at > as_of:
                continue
            again = read(Path(aside), landing.store, received, contract, so_far, known)
            changed = tuple(_changes(settings.home, Path(aside), received, again.verdict))
            yield Replayed(received.file_name, received.sha256, changed)


def _changes(home: Path, aside: Path, received: Received, now: Verdict) -> Iterator[str]:
    binding, key = received.binding, received.key
    kept = _kept(home, received)
    if kept is None:
        yield "was never judged before"
        return
    before, old_key = kept
    if (before.code, before.accepted) != (now.code, now.accepted):
        yield f"{_outcome(before)} → {_outcome(now)}"
    for name in ("rows_accepted", "rows_quarantined"):
        old, new = getattr(before, name), getattr(now, name)
        if old != new:
            yield f"{name.replace('_', ' ')}: {old:,} → {new:,}"
    codes = [_codes(one) for one in (before, now)]
    for code in sorted({*codes[0], *codes[1]}):
        if codes[0].get(code, 0) != codes[1].get(code, 0):
            yield f"{code}: {codes[0].get(code, 0):,} → {codes[1].get(code, 0):,}"
    old_path = stage_path(home, "accepted", binding, old_key)
    new_path = stage_path(aside, "accepted", binding, key)
    if sha256_of(old_path) == sha256_of(new_path):
        return
    found = list(_by_month(binding, old_path, new_path))
    yield from found or ["rows differ in columns that are not summed"]


def _kept(home: Path, received: Received) -> tuple[Verdict, str] | None:
    """What was kept of the same bytes: under today's declaration, or else under the newest other."""
    binding = received.binding
    own = read_verdict(verdict_path(home, binding, received.key))
    if own is not None:
        return own, received.key
    stem = received.key.rpartition("-")[0]
    folder = verdict_path(home, binding, received.key).parent
    others = sorted(folder.glob(f"{stem}-*.json"), key=lambda path: path.stat().st_mtime_ns)
    for path in reversed(others):
        verdict = read_verdict(path)
        if verdict is not None:
            return verdict, path.stem
    return None


def _outcome(verdict: Verdict) -> str:
    return "accepted" if verdict.accepted else f"refused ({verdict.code})"


def _codes(verdict: Verdict) -> dict[str, int]:
    counted: dict[str, int] = {}
    for one in verdict.quarantined:
        counted[one["code"]] = counted.get(one["code"], 0) + one["count"]
    return counted


def _by_month(binding: Binding, old: Path, new: Path) -> Iterator[str]:
    before, now = _totals(binding, old), _totals(binding, new)
    for month, name in sorted({*before, *now}, key=str):
        if before.get((month, name)) != now.get((month, name)):
            was, is_now = before.get((month, name), "nothing"), now.get((month, name), "nothing")
            yield f"{month or 'all'} {name}: {was} → {is_now}"


def _totals(binding: Binding, path: Path) -> dict[tuple[str | None, str], Decimal | int]:
    """Rows and sums of every number, by local month."""
    if not path.exists():
        return {}
    table = read_parquet(path)
    numbers = [n for n, c in binding.dataset.columns.items() if c.type in _SUMMED]
    totals: dict[tuple[str | None, str], Decimal | int] = {}
    for month in table["month"].unique().to_pylist():
        own = table["month"]
        chosen = table.filter(pc.is_null(own) if month is None else pc.equal(own, month))
        totals[month, "rows"] = chosen.num_rows
        for name in numbers:
            total = pc.sum(chosen[name].cast(pa.decimal128(38, 6))).as_py()
            if total is not None:
                totals[month, name] = total
    return totals
