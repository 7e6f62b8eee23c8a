"""Writing seals: before an edition has its place, when it has it, when it is withdrawn; and a person's word.

Belongs here: what is written into the journal of seals, and in which order. Does not belong here: judging an edition by
it (`seals.py`).

The seal comes before the rename that gives an edition its place, and a second line after it. So a process that is
killed leaves a seal without an edition, which binds nobody and whose number the next edition takes, or an edition with
its seal, which the next one who holds the editions confirms; never an edition without one. A withdrawal is written
down with all that its tombstone says, and the next one puts there what a killed process did not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines.landing.files import sha256_of
from pipelines.publishing.editions.seals import Told, every, told
from pipelines.publishing.freezing import write_durably
from pipelines.publishing.journal import JOURNAL, JournalDamaged, write_down
from pipelines.publishing.rows import sha256
from pipelines.publishing.shelf import MANIFEST, TOMBSTONE, Edition
from pipelines.settings import Settings, now


def seal(settings: Settings, edition: Edition, manifest: bytes, about: dict[str, Any]) -> None:
    """Write down the hash of a manifest that is about to get its place; for one who holds the editions.

    Raises:
        JournalDamaged: nothing may be frozen under it.
    """
    _begin(settings)
    write_down(
        settings.seals, sealed=edition.id, manifest=sha256(manifest), at=now().isoformat(),
        known_at=about["known_at"], content=about["content"],
    )  # fmt: skip


def settle(settings: Settings) -> None:
    """Finish what a killed process began: confirm each sealed edition that has its place and is what was sealed, and
    put tombstones where a withdrawal was written down; for one who holds the editions.
    """
    said = told(settings)
    if said.damaged is not None:
        return
    for name, line in list(said.of_pending()):
        if sha256_of(_place(settings, name) / MANIFEST) == line.sha256:
            write_down(settings.seals, placed=name, manifest=line.sha256, at=now().isoformat())
    for name, line in said.tombstones.items():
        path = _place(settings, name) / TOMBSTONE
        if line.kind == "withdrawn" and not path.exists():
            write_durably(path, line.said["says"].encode())


def seal_withdrawal(settings: Settings, edition: Edition, tombstone: bytes) -> None:
    """Write down what a tombstone says before it stands. Where the journal is damaged or gone the withdrawal goes on
    without: what must not be read any more does not wait; `nzd verify` and the next publication say so.
    """
    if told(settings).damaged is not None:
        return
    settle(settings)
    _begin(settings)
    write_down(
        settings.seals, withdrawn=edition.id, tombstone=sha256(tombstone), says=tombstone.decode(),
        at=now().isoformat(),
    )  # fmt: skip


def vouch(settings: Settings, by: str, reason: str) -> list[str]:
    """Take down, under a name, what the journal cannot vouch for: everything where it is damaged or gone, otherwise
    editions without a line and tombstones with another hash. An edition whose manifest is not the one that was sealed
    is restored or withdrawn, and not vouched for.

    Returns:
        The editions that were taken down; none where nothing was to be done.

    Raises:
        ValueError: nobody is named, or no reason.
    """
    if not by.strip() or not reason.strip():
        raise ValueError("Say who vouches, and why. Nothing was written.")
    said = told(settings)
    wanted = [one for one in every(settings.editions) if _may_be_vouched_for(said, one)]
    if said.damaged is None and not wanted:
        return []
    _put_aside(settings, said)
    write_down(
        settings.seals, vouched={one.id: _hashes(one) for one in wanted}, by=by, reason=reason,
        at=now().isoformat(),
    )  # fmt: skip
    return [one.id for one in wanted]


def _may_be_vouched_for(said: Told, edition: Edition) -> bool:
    if said.damaged is not None:
        return True
    found = said.of(edition)
    if found.ok or found.vouched:
        return False
    return found.word in ("no seal", "sealed again") or edition.tombstone is not None


def _put_aside(settings: Settings, said: Told) -> None:
    """Keep a damaged journal beside the one that is begun."""
    path = settings.seals / JOURNAL
    if said.damaged is not None and path.is_file():
        path.rename(settings.seals / f"damaged-{now():%Y%m%dT%H%M%SZ}-{JOURNAL}")


def _begin(settings: Settings) -> None:
    """The first line: what stood before there were seals, as it is now."""
    said = told(settings)
    if said.damaged is not None:
        raise JournalDamaged(str(said.damaged))
    if not said.begun:
        found = {one.id: _hashes(one) for one in every(settings.editions)}
        write_down(settings.seals, found=found, at=now().isoformat())


def _place(settings: Settings, name: str) -> Path:
    """The folder of an edition, like 2026-10-r1."""
    return settings.editions.joinpath(*name.rsplit("-", 1))


def _hashes(edition: Edition) -> dict[str, str]:
    there = {
        "manifest": sha256_of(edition.path / MANIFEST),
        "tombstone": sha256_of(edition.path / TOMBSTONE),
    }
    return {which: found for which, found in there.items() if found is not None}
