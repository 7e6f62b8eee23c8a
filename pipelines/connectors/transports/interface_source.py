"""An interface and what is asked of it, before anything is asked.

Belongs here: names of answers, what placeholders stand for, our share of what is allowed. Does not
belong here: asking (`asking`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pipelines.catalogue.service import Service
from pipelines.connectors.transports.allowance import Allowance
from pipelines.connectors.transports.exchange import Exchange
from pipelines.connectors.transports.http_source import HttpSource
from pipelines.connectors.transports.questions import Filling
from pipelines.connectors.transports.remote import (
    Place,
)
from pipelines.connectors.transports.web import name_of
from pipelines.connectors.transports.windows import Days
from pipelines.landing.manifest import Attempt


@dataclass(frozen=True)
class InterfaceSource:
    """An interface, what is asked of it, and what was asked before."""

    http: HttpSource
    service: Service
    history: Sequence[Attempt]
    today: date
    zone: ZoneInfo
    max_rows: int | None = None

    @classmethod
    def of(cls, place: Place) -> InterfaceSource:
        """The interface behind a place.

        Raises:
            KeyError: where a secret is not set.
        """
        assert place.service is not None  # noqa: S101 - `asked` chose this transport by it
        return cls(
            HttpSource.of(place),
            place.service,
            place.history,
            place.at.astimezone(place.zone).date(),
            place.zone,
            place.source.limits.max_rows,
        )

    def named(self, days: Days | None) -> str:
        """The name under which the answer for some days is landed."""
        filling = Filling(self._words(days))
        name = name_of(filling.placed(self.http.url))
        return days.named(name) if days else name

    def filling(self, days: Days | None, exchange: Exchange) -> Filling:
        """What placeholders stand for; what is secret of it is the exchange's not to say."""
        return Filling(self._words(days), secrets=exchange.secrets)

    def allowance(self) -> Allowance | None:
        """Our share of what the service allows."""
        rate, state = self.service.rate, self.http.state
        if rate is None or state is None:
            return None
        return Allowance(state, rate.key or urlsplit(self.http.url).hostname or "", rate)

    def last_count(self, name: str) -> int | None:
        """How many records the last good answer of this name had."""
        counts = [a.records for a in self.history if a.remote_name == name and a.sha256]
        return next((count for count in reversed(counts) if count is not None), None)

    def _words(self, days: Days | None) -> dict[str, date]:
        return days.words(self.today) if days else {"today": self.today}
