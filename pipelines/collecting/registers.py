"""The register of points of each district as its sources last sent it.

Belongs here: which accepted rows of `metering_points` count today. Does not belong here: what is
judged by them (`quality`).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pipelines.catalogue.catalogue import Binding, Catalogue
from pipelines.collecting.deliveries import judged_deliveries
from pipelines.landing.files import read_parquet
from pipelines.landing.manifest import Manifest
from pipelines.quality.known_points import REGISTER, KnownPoints


class Registers:
    """The register of each district, read once where it is first asked for."""

    def __init__(self, home: Path, catalogue: Catalogue, manifest: Manifest) -> None:
        self._home = home
        self._bindings = tuple(catalogue.bindings_of(REGISTER))
        self._manifest = manifest
        self._known: dict[str, KnownPoints] = {}

    def of(self, binding: Binding) -> KnownPoints:
        """The points that the district of a source has declared or sent."""
        district = binding.district.id
        if district not in self._known:
            own = tuple(one for one in self._bindings if one.district.id == district)
            self._known[district] = self._read(own)
        return self._known[district]

    def _read(self, bindings: tuple[Binding, ...]) -> KnownPoints:
        newest: dict[str, tuple[tuple[datetime, int], Path]] = {}
        for one in judged_deliveries(self._home, bindings, self._manifest):
            if one.verdict.accepted and one.path.exists():
                arrived = max([one.received.received_at, *one.received.confirmed_at])
                place = (arrived, one.position)
                before = newest.get(one.binding.source_id)
                if before is None or before[0] < place:
                    newest[one.binding.source_id] = (place, one.path)
        return KnownPoints.of(read_parquet(path) for _, path in newest.values())


def register_first(bindings: tuple[Binding, ...]) -> list[Binding]:
    """Bindings with those of registers first: others are judged by what registers say."""
    return sorted(bindings, key=lambda one: one.dataset.id != REGISTER)
