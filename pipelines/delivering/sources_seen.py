"""How the sources of a deployment stand, for who keeps them running and for who sends the data.

Belongs here: reading what was collected. Does not belong here: mail about it (`digest.py`, `nudges.py`), how a source
is judged (`collecting/status.py`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from pipelines.catalogue.catalogue import Binding, Catalogue
from pipelines.catalogue.issue import issues
from pipelines.collecting.breaker import refused_by_breaker
from pipelines.collecting.fetch import Landing
from pipelines.collecting.status import SourceStatus, failures_of, status_of
from pipelines.publishing.rows import read_rows
from pipelines.settings import Settings

FAILING = ("failing", "refused", "not read")
LATE = ("overdue", "never delivered")
OTHER_COLUMNS = "other columns"


@dataclass(frozen=True)
class Seen:
    """One source: how it stands, why it could not be asked, whether it is left alone for now, what was set aside.

    `set_aside` has how many rows each code keeps in quarantine.
    """

    binding: Binding
    status: SourceStatus
    failure: str | None
    rests: bool
    set_aside: dict[str, int]

    @property
    def name(self) -> str:
        """District and source."""
        return str(self.binding)

    @property
    def state(self) -> str:
        """How it stands, without what its columns are like."""
        return self.status.state.removesuffix(f", {OTHER_COLUMNS}")

    @property
    def has_other_columns(self) -> bool:
        """Whether its newest delivery has changed its shape."""
        return self.status.state.endswith(OTHER_COLUMNS)


def sources_seen(settings: Settings, catalogue: Catalogue, at: datetime) -> list[Seen]:
    """Every source of a deployment, in declared order."""
    failures = {str(binding): why for binding, why in failures_of(settings, catalogue)}
    aside = _set_aside(settings)
    manifest = Landing.at(settings.landing, settings.inbox).manifest
    found = []
    for binding, status in zip(catalogue.bindings, status_of(settings, catalogue, at), strict=True):
        place = (binding.district.id, binding.source_id)
        history = manifest.attempts(*place)
        rests = refused_by_breaker(binding.source.scheme, history, at, binding.district.zone)
        found.append(
            Seen(
                binding,
                status,
                failures.get(str(binding)),
                rests is not None,
                dict(sorted(aside.get(place, Counter()).items())),
            )
        )
    return found


def _set_aside(settings: Settings) -> dict[tuple[str, str], Counter[str]]:
    path = settings.view / "collected" / "quarantine.parquet"
    found: dict[tuple[str, str], Counter[str]] = {}
    for row in read_rows(path) if path.exists() else ():
        place = (row["district_id"], row["source_id"])
        found.setdefault(place, Counter())[row["code"]] += 1
    return found


def meaning(code: str, language: str) -> str:
    """What a code says, in words."""
    issue = issues().get(code)
    return issue.means[language] if issue else code
