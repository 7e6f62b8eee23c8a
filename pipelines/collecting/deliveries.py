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
    """Bytes of one source, as they first arrived, and every time they came again.

    `position` orders the deliveries of a source. A register that is sent again unchanged is one
    delivery that was confirmed: it is no older than its last arrival.
    """

    binding: Binding
    sha256: str
    file_name: str
    received_at: datetime
    position: int
    confirmed_at: tuple[datetime, ...] = ()

    def last_arrival(self, cut_off: datetime) -> datetime:
        """When these bytes last came, as far as was known at the cut-off."""
        return max([self.known_at, *(at for at in self.confirmed_at if at <= cut_off)])

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
    """The distinct bytes a source has sent, in the order of their first arrival."""
    first: dict[str, Attempt] = {}
    again: dict[str, list[datetime]] = {}
    newest: dict[str, str] = {}
    for attempt in attempts:
        unchanged = attempt.outcome == "not_modified"
        sha256 = newest.get(attempt.remote_name) if unchanged else attempt.sha256
        if sha256 is None:
            continue
        newest[attempt.remote_name] = sha256
        if sha256 in first:
            again.setdefault(sha256, []).append(attempt.at)
        else:
            first[sha256] = attempt
    return [
        Received(binding, sha256, one.remote_name, one.at, place, tuple(again.get(sha256, ())))
        for place, (sha256, one) in enumerate(first.items())
    ]


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
