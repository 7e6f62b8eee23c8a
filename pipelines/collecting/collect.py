"""Collect: ask every source, judge what is new, resolve what counts, say what was found.

One dead source, one broken file or one district never stops another: what goes wrong is an outcome.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.catalogue.catalogue import Binding, Catalogue
from pipelines.collecting.beside import made_beside
from pipelines.collecting.by_itself import ByItself, read_by_itself
from pipelines.collecting.collected import Seen, write_collected
from pipelines.collecting.current import resolve_current
from pipelines.collecting.deliveries import (
    Delivery,
    Received,
    judged_deliveries,
    received_by,
)
from pipelines.collecting.fetch import Landing, fetch
from pipelines.collecting.judging import register_hash
from pipelines.collecting.members import land_members, taken_out_again
from pipelines.collecting.paths import (
    Verdict,
    is_intact,
    read_verdict,
    stage_path,
    verdict_path,
)
from pipelines.collecting.read import read
from pipelines.collecting.registers import Registers, register_first
from pipelines.collecting.retention import erase_what_may_not_be_kept
from pipelines.collecting.so_far import SoFar
from pipelines.landing.manifest import Attempt
from pipelines.landing.store import BlobDamaged, BlobMissing, Store
from pipelines.quality.contract import Contract, contract_of
from pipelines.quality.known_points import NOTHING_KNOWN, REGISTER, KnownPoints
from pipelines.settings import Settings

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What came of asking one source once."""

    binding: Binding
    attempts: list[Attempt]
    judged: list[Delivery]
    trouble: str | None = None

    @property
    def failed(self) -> bool:
        """Whether the source could not be asked or what is stored of it could not be read."""
        return self.trouble is not None


def collect_binding(
    settings: Settings,
    binding: Binding,
    contract: Contract,
    at: datetime,
    registers: Registers,
    by: str | None = None,
) -> Outcome:
    """Ask one source, then judge every delivery of it that has no verdict yet. `by` names who wants
    it asked even though it is paused.
    """
    landing = Landing.at(settings.landing, settings.inbox)
    attempts = fetch(binding, landing, at, by)
    errors = [f"{one.error_code}: {one.error_text}" for one in attempts if one.outcome == "error"]
    known = NOTHING_KNOWN if binding.dataset.id == REGISTER else registers.of(binding)
    judged, defects = judge_binding(settings, landing, binding, contract, known)
    return Outcome(binding, attempts, judged, "\n".join([*errors, *defects]) or None)


def judge_binding(
    settings: Settings,
    landing: Landing,
    binding: Binding,
    contract: Contract,
    known: KnownPoints,
) -> tuple[list[Delivery], list[str]]:
    """Judge what one source has sent and what has no verdict under today's declaration and code.

    Returns:
        The deliveries judged now, and what stood in the way of others.
    """
    judged: list[Delivery] = []
    defects: list[str] = []
    land_members(settings.home, landing, binding)
    history = landing.manifest.attempts(binding.district.id, binding.source_id)
    so_far = SoFar(binding.dataset.id)
    arrived = received_by(binding, history)
    verdicts = [_sound_verdict(settings.home, received, known) for received in arrived]
    unread = [one for one, verdict in zip(arrived, verdicts, strict=True) if verdict is None]
    ahead = made_beside(_read_beside, unread, settings.home, landing.store, contract)
    for received, verdict in zip(arrived, verdicts, strict=True):
        if verdict is not None:
            path = stage_path(settings.home, "accepted", binding, received.key)
            so_far.add(Delivery(received, verdict, path))
            continue
        try:
            judged.append(_read(settings, landing, received, contract, so_far, known, next(ahead)))
        except (BlobDamaged, BlobMissing) as damage:
            defects.append(str(damage))
        except Exception as defect:  # a defect of ours in one file must not stop the other sources
            _LOG.exception("%s: %s could not be read", binding, received.file_name)
            defects.append(f"{received.file_name}: {type(defect).__name__}: {defect}")
    return judged, defects


def _read_beside(
    received: Received, home: Path, store: Store, contract: Contract
) -> ByItself | None:
    found = read_by_itself(home, store, received, contract)
    return found if isinstance(found, ByItself) else None


def _read(
    settings: Settings,
    landing: Landing,
    received: Received,
    contract: Contract,
    so_far: SoFar,
    known: KnownPoints,
    by_itself: ByItself | None,
) -> Delivery:
    """One delivery read and judged; a member that is gone is taken out of its container again."""
    try:
        return read(settings.home, landing.store, received, contract, so_far, known, by_itself)
    except (BlobDamaged, BlobMissing):
        if not taken_out_again(landing, received):
            raise
        return read(settings.home, landing.store, received, contract, so_far, known)


def _sound_verdict(home: Path, received: Received, known: KnownPoints) -> Verdict | None:
    """The verdict on a delivery, or None where it is judged again: for the first time, because the
    register now says something else of its points, or because what was kept of it is no longer what
    was written.
    """
    binding, key = received.binding, received.key
    verdict = read_verdict(verdict_path(home, binding, key))
    if verdict is None:
        return None
    if verdict.register == register_hash(binding, known, verdict.points):
        if is_intact(home, binding, key, verdict):
            return verdict
        _LOG.warning("%s: what was kept of %s is damaged; read again", binding, received.file_name)
    verdict_path(home, binding, key).unlink()  # until then it must not count
    return None


def collect_dataset(
    settings: Settings,
    catalogue: Catalogue,
    dataset: str,
    at: datetime,
    districts: tuple[str, ...] = (),
    registers: Registers | None = None,
) -> list[Outcome]:
    """Ask every source of one dataset, in all districts or in the named ones."""
    contract = contract_of(catalogue.datasets[dataset], settings.expectations)
    registers = registers or _registers(settings, catalogue)
    return [
        collect_binding(settings, binding, contract, at, registers)
        for binding in catalogue.bindings_of(dataset, districts)
    ]


def collect_all(
    settings: Settings,
    catalogue: Catalogue,
    at: datetime,
    districts: tuple[str, ...] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> list[Outcome]:
    """Ask every source of every dataset, then bring current rows and findings up to date."""
    outcomes: list[Outcome] = []
    registers = _registers(settings, catalogue)  # read where they are first asked for: after them
    for dataset in sorted(catalogue.datasets, key=lambda one: one != REGISTER):
        progress(dataset)
        outcomes += collect_dataset(settings, catalogue, dataset, at, districts, registers)
    refresh_current(settings, catalogue, at)
    return outcomes


def retry(
    settings: Settings, catalogue: Catalogue, binding: Binding, at: datetime, by: str
) -> Outcome:
    """Ask one source now, even though it is paused, and bring current rows up to date."""
    contract = contract_of(binding.dataset, settings.expectations)
    registers = _registers(settings, catalogue)
    outcome = collect_binding(settings, binding, contract, at, registers, by)
    refresh_current(settings, catalogue, at)
    return outcome


def _registers(settings: Settings, catalogue: Catalogue) -> Registers:
    return Registers(
        settings.home, catalogue, Landing.at(settings.landing, settings.inbox).manifest
    )


def refresh_current(settings: Settings, catalogue: Catalogue, cut_off: datetime) -> None:
    """Resolve the rows that count as of the cut-off, and write down what was found on the way.

    What was landed and has no verdict under today's declarations and code is judged first, so that
    a changed declaration or a new version never makes figures disappear. What may not be kept any
    longer goes first.
    """
    landing = Landing.at(settings.landing, settings.inbox)
    if settings.view == settings.home:  # an earlier day is only looked at
        erase_what_may_not_be_kept(settings, catalogue, cut_off)
    unread: list[tuple[Binding, str]] = []
    registers = _registers(settings, catalogue)
    for binding in register_first(catalogue.bindings):
        contract = contract_of(binding.dataset, settings.expectations)
        known = NOTHING_KNOWN if binding.dataset.id == REGISTER else registers.of(binding)
        _, defects = judge_binding(settings, landing, binding, contract, known)
        unread += [(binding, said) for said in defects]
    deliveries = judged_deliveries(settings.home, catalogue.bindings, landing.manifest)
    resolved = resolve_current(catalogue, deliveries, settings.view, cut_off)
    attempts = landing.manifest.attempts()
    seen = Seen(deliveries, resolved, attempts, unread)
    write_collected(settings, catalogue, seen, cut_off)
