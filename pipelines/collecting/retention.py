"""Deliveries that may not be kept any longer: bytes go, the fact that they came stays.

Belongs here: what a source's `retention_days` ends, and taking bytes away. Does not belong here:
erasing on request (`erasing`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pipelines.catalogue.catalogue import Binding, Catalogue
from pipelines.collecting.deliveries import Received, received_by
from pipelines.collecting.fetch import Landing
from pipelines.collecting.paths import Stage, stage_path
from pipelines.landing.manifest import Attempt
from pipelines.settings import Settings

ENDED = "retention"
_STAGES: tuple[Stage, ...] = ("received", "accepted", "quarantine")


def erase_what_may_not_be_kept(settings: Settings, catalogue: Catalogue, at: datetime) -> None:
    """Take away every delivery that came last more than its source's `retention_days` ago, also the
    one that counts. What a killed run began is finished.
    """
    landing = Landing.at(settings.landing, settings.inbox)
    for binding in catalogue.bindings:
        days = binding.source.retention_days
        if days is None:
            continue
        history = landing.manifest.attempts(binding.district.id, binding.source_id)
        old = [
            one
            for one in received_by(binding, history)
            if max([one.received_at, *one.confirmed_at]) < at - timedelta(days=days)
        ]
        hashes = list(dict.fromkeys(sha for one in old for sha in bytes_of(one)))
        landing.manifest.append([erased(binding, at, sha256, ENDED) for sha256 in hashes])
        take_away(settings, landing, binding, [*hashes, *_left_over(landing, history)])


def _left_over(landing: Landing, history: list[Attempt]) -> list[str]:
    """What was erased on paper and is still there."""
    last = {one.sha256: one.outcome for one in history if one.sha256 is not None}
    return [
        sha256
        for sha256, outcome in last.items()
        if outcome == "erased" and sha256 and landing.store.path(sha256).exists()
    ]


def bytes_of(one: Received) -> list[str]:
    """The hashes of a delivery and of what it lay in."""
    return [sha256 for sha256 in (one.sha256, one.parent_sha256) if sha256 is not None]


def erased(binding: Binding, at: datetime, sha256: str, why: str) -> Attempt:
    """What the manifest keeps of bytes that are gone."""
    place = binding.district.id, binding.source_id, binding.dataset.id
    return Attempt(*place, at, "erased", why, sha256=sha256)


def take_away(settings: Settings, landing: Landing, binding: Binding, hashes: list[str]) -> None:
    """Bytes of one source, and all that was made of them, unless another source sent them too."""
    elsewhere = {
        one.sha256
        for one in landing.manifest.attempts()
        if (one.district_id, one.source_id) != (binding.district.id, binding.source_id)
    }
    for sha256 in hashes:
        for stage in _STAGES:
            folder = stage_path(settings.home, stage, binding, "any").parent
            for path in folder.glob(f"{sha256[:16]}-*"):
                path.unlink()
        if sha256 not in elsewhere:
            landing.store.erase(sha256)
