"""Which deliveries a source has made, read from the manifest: the only place that knows what
arrived when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from pipelines.catalogue.catalogue import Binding
from pipelines.collecting.paths import Verdict, key_of, read_verdict, stage_path, verdict_path
from pipelines.landing.manifest import Attempt, Manifest


@dataclass(frozen=True)
class Received:
    """Bytes of one source, as they first arrived. `position` orders the deliveries of a source."""

    binding: Binding
    sha256: str
    file_name: str
    received_at: datetime
    position: int

    @property
    def known_at(self) -> datetime:
        """Since when these bytes are known: their first receipt, or the declared date of an
        archive.
        """
        if self.binding.source.known_from is None:
            return self.received_at
        declared = datetime.combine(
            self.binding.source.known_from, time(), self.binding.district.zone
        )
        return min(declared.astimezone(UTC), self.received_at)

    @property
    def key(self) -> str:
        """Name of this delivery under the declaration of today."""
        return key_of(self.binding, self.sha256)


@dataclass(frozen=True)
class Delivery:
    """One delivery with its verdict under the declaration of today."""

    received: Received
    verdict: Verdict
    path: Path

    @property
    def binding(self) -> Binding:
        """The source it came from."""
        return self.received.binding

    @property
    def known_at(self) -> datetime:
        """Since when its rows are known."""
        return self.received.known_at

    @property
    def key(self) -> str:
        """Its name at every stage."""
        return self.received.key

    @property
    def position(self) -> int:
        """Its place in the order of its source."""
        return self.received.position


def received_by(binding: Binding, attempts: list[Attempt]) -> list[Received]:
    """The distinct bytes a source has sent, in the order of their first arrival.

    A register that comes back as it was before (same bytes as an older delivery, sent again) is a
    delivery once: its first.
    """
    seen: dict[str, Received] = {}
    for attempt in attempts:
        if attempt.outcome == "new" and attempt.sha256 and attempt.sha256 not in seen:
            seen[attempt.sha256] = Received(
                binding, attempt.sha256, attempt.remote_name, attempt.at, len(seen)
            )
    return list(seen.values())


def judged_deliveries(
    home: Path, bindings: tuple[Binding, ...], manifest: Manifest
) -> list[Delivery]:
    """Every delivery that was judged under the declarations of today, in order."""
    by_source: dict[tuple[str, str], list[Attempt]] = {}
    for attempt in manifest.attempts():
        by_source.setdefault((attempt.district_id, attempt.source_id), []).append(attempt)
    found = []
    for binding in bindings:
        for received in received_by(
            binding, by_source.get((binding.district.id, binding.source_id), [])
        ):
            verdict = read_verdict(verdict_path(home, binding, received.key))
            if verdict is not None:
                path = stage_path(home, "accepted", binding, received.key)
                found.append(Delivery(received, verdict, path))
    return found
