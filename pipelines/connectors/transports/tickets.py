"""Tickets of jobs that a server is still at, remembered over processes and restarts.

Belongs here: keeping them. Does not belong here: asking with them (`jobs`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.landing.files import whole


@dataclass(frozen=True)
class Tickets:
    """The ticket of one question of one source, in a folder that all processes share."""

    folder: Path
    question: str

    def remembered(self, hours: float) -> str | None:
        """The ticket that was given for this question, if it is not older than so many hours."""
        try:
            said = json.loads(self._path.read_text(encoding="utf-8"))
            given = datetime.fromisoformat(said["given"])
            ticket = str(said["ticket"])
        except (FileNotFoundError, ValueError, LookupError, TypeError):
            return None
        now = datetime.now(UTC)
        return ticket if given <= now < given + timedelta(hours=hours) else None

    def remember(self, ticket: str) -> None:
        """Keep a ticket before anything is asked with it, so that a kill costs no second job."""
        said = {"ticket": ticket, "given": datetime.now(UTC).isoformat()}
        with whole(self._path) as temporary:
            temporary.write_text(json.dumps(said), encoding="utf-8")

    def forget(self) -> None:
        """Ask anew the next time."""
        self._path.unlink(missing_ok=True)

    @property
    def _path(self) -> Path:
        digest = hashlib.sha256(self.question.encode()).hexdigest()[:24]
        return self.folder / "tickets" / f"{digest}.json"
