"""Which deliveries a source has made, read from the manifest: the only place that knows what
arrived when.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path

from pipelines.catalogue.catalogue import Binding
from pipelines.collecting.paths import Verdict, key_of, read_verdict, stage_path, verdict_path
from pipelines.connectors.containers import counts
from pipelines.landing.manifest import Attempt, Manifest


@dataclass(frozen=True)
class Received:
    """Bytes of one source, as they first arrived, and every time they came again.

    `file_name` leads through the container to the file, like lotto.zip/IT001.xml; `member` is the
    part of it inside the container with the hash `parent_sha256`.
    `location` is the question or the place it was the answer to, as it was declared then.
    `position` orders the deliveries of a source. A register that is sent again unchanged is one
    delivery that was confirmed: it is no older than its last arrival.
    """

    binding: Binding
    sha256: str
    file_name: str
    received_at: datetime
    position: int
    confirmed_at: tuple[datetime, ...] = ()
    parent_sha256: str | None = None
    member: str | None = None
    location: str = ""

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
    """The distinct bytes a source has sent, in the order of their first arrival.

    Of a container those are the files inside it that count, which arrived when it did. The
    container itself stands after them where something in it could not be had, or nothing counts:
    its refusal says why.
    """
    attempts = _not_erased(attempts)
    inside = members_of(binding, attempts)
    first: dict[str, Received] = {}
    again: dict[str, list[datetime]] = {}
    newest: dict[str, str] = {}
    for attempt in attempts:
        if attempt.parent_sha256 is not None:
            continue
        unchanged = attempt.outcome == "not_modified"
        sha256 = newest.get(attempt.remote_name) if unchanged else attempt.sha256
        if sha256 is None:
            continue
        newest[attempt.remote_name] = sha256
        for leaf in _leaves(attempt, inside.get(sha256)):
            own = leaf.sha256 or sha256
            if own in first:
                again.setdefault(own, []).append(attempt.at)
            else:
                first[own] = Received(
                    binding,
                    own,
                    leaf.remote_name,
                    attempt.at,
                    0,
                    parent_sha256=leaf.parent_sha256,
                    member=leaf.member,
                    location=attempt.location,
                )
    return [
        replace(one, position=place, confirmed_at=tuple(again.get(sha256, ())))
        for place, (sha256, one) in enumerate(first.items())
    ]


def _not_erased(attempts: list[Attempt]) -> list[Attempt]:
    """The attempts but those whose bytes were erased since."""
    last = {one.sha256: place for place, one in enumerate(attempts) if one.outcome == "erased"}
    return [
        one
        for place, one in enumerate(attempts)
        if one.sha256 is None or place > last.get(one.sha256, -1)
    ]


def members_of(binding: Binding, attempts: list[Attempt]) -> dict[str, list[Attempt]]:
    """What counts of every container a source has sent, by the container's hash and in its order.

    The manifest knows all members; which of them count is for the declaration of today to say.
    """
    inside: dict[str, dict[str, Attempt]] = {}
    for attempt in attempts:
        if attempt.parent_sha256 is not None:
            inside.setdefault(attempt.parent_sha256, {})[attempt.member or ""] = attempt
    pattern = binding.source.members
    return {
        sha256: [one for path, one in members.items() if counts(path, pattern)]
        for sha256, members in inside.items()
    }


def _leaves(attempt: Attempt, inside: list[Attempt] | None) -> list[Attempt]:
    """The files of one arrival: itself, or what counts of what lies inside it."""
    if inside is None:
        return [attempt]
    files = [one for one in inside if one.sha256 is not None]
    return files if files and len(files) == len(inside) else [*files, attempt]


def judged_deliveries(
    home: Path, bindings: tuple[Binding, ...], manifest: Manifest
) -> list[Delivery]:
    """Every delivery that was judged under the declarations of today, in order."""
    found = []
    for binding in bindings:
        history = manifest.attempts(binding.district.id, binding.source_id)
        for received in received_by(binding, history):
            verdict = read_verdict(verdict_path(home, binding, received.key))
            if verdict is not None:
                path = stage_path(home, "accepted", binding, received.key)
                found.append(Delivery(received, verdict, path))
    return found
