"""The right to be forgotten: bytes go, the fact that they came stays.

Belongs here: which deliveries of a source are taken away, with all that was made of them. Does not
belong here: editions that were published already, which count people and name none.
"""

from __future__ import annotations

from datetime import datetime

from pipelines.catalogue.catalogue import Binding, Catalogue
from pipelines.collecting.collect import refresh_current
from pipelines.collecting.deliveries import Received, received_by
from pipelines.collecting.fetch import Landing
from pipelines.collecting.paths import read_verdict, verdict_path
from pipelines.collecting.retention import bytes_of, erased, take_away
from pipelines.landing.manifest import Attempt
from pipelines.settings import Settings


def erase(
    settings: Settings, catalogue: Catalogue, binding: Binding, at: datetime, *, everything: bool
) -> list[str]:
    """Take away what a source has sent: all of it, or what a newer export has replaced.

    The manifest is told first, so that a run that is killed half way has erased too much on paper
    rather than too little on disk; doing it again finishes it.

    Returns:
        Hashes of the deliveries that were erased.

    Raises:
        ValueError: where deliveries add up and none replaces another.
    """
    if not everything and "snapshots" not in (binding.format.delivers, binding.dataset.delivers):
        raise ValueError(
            f"Deliveries of {binding} add up: no newer one replaces an older. Nothing was erased. "
            "To erase all of them, say --all."
        )
    landing = Landing.at(settings.landing, settings.inbox)
    history = landing.manifest.attempts(binding.district.id, binding.source_id)
    known = received_by(binding, history)
    going = known if everything else _replaced(settings, binding, known)
    hashes = list(dict.fromkeys(sha for one in going for sha in bytes_of(one)))
    landing.manifest.append([erased(binding, at, sha256, "asked for") for sha256 in hashes])
    take_away(settings, landing, binding, [*hashes, *_erased_before(history)])
    refresh_current(settings, catalogue, at)
    return hashes


def _replaced(settings: Settings, binding: Binding, known: list[Received]) -> list[Received]:
    """All but the newest export that was accepted, and those that came after it."""
    by_arrival = sorted(
        known, key=lambda one: (max([one.known_at, *one.confirmed_at]), one.position)
    )
    accepted = [
        place
        for place, one in enumerate(by_arrival)
        if (verdict := read_verdict(verdict_path(settings.home, binding, one.key))) is not None
        and verdict.accepted
    ]
    return by_arrival[: accepted[-1]] if accepted else []


def _erased_before(history: list[Attempt]) -> list[str]:
    """What was erased on paper and has not come again since."""
    last = {one.sha256: one.outcome for one in history if one.sha256 is not None}
    return [sha256 for sha256, outcome in last.items() if outcome == "erased" and sha256]
