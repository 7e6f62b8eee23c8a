"""How often one may ask, counted over all processes and restarts of this deployment.

Some services ban an address for days (ISTAT: more than five queries a minute), so we refuse before
they do. Belongs here: the count on disk and what a server said about waiting. Does not belong here:
how often is allowed (`catalogue/service.py`).
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pyrate_limiter import Rate as Allowed
from pyrate_limiter import RateItem, SQLiteBucket

from pipelines.catalogue.service import Rate
from pipelines.connectors.transports.remote import SourceFailed
from pipelines.landing.files import whole

_MARGIN_S = 0.02
"""Asking exactly on time is asking too early where the clocks differ by a little."""


@dataclass(frozen=True)
class Left:
    """How many of the requests that a span of seconds allows are left, and when there are more; or,
    without a span, until when the server wants not to be asked.
    """

    seconds: int
    limit: int
    left: int
    more_at: datetime | None


@dataclass(frozen=True)
class Allowance:
    """What one counted key may still ask, kept in a folder that all processes share."""

    folder: Path
    key: str
    rate: Rate = field(default_factory=Rate)

    def take(self, patience: float) -> None:
        """Count one request, after a wait where one is due.

        Args:
            patience: Seconds that are left for this collection.

        Raises:
            SourceFailed: RATE_LIMIT_OWN where the wait would be longer than the patience or than
                `max_wait_seconds`; nothing was asked, and it says when it may be.
        """
        self._obey_the_server()
        rates = [Allowed(limit, seconds * 1000) for seconds, limit in self.rate.limits().items()]
        if not rates:
            return
        longest = min(self.rate.max_wait_seconds, patience)
        began = time.monotonic()
        try:
            while (wait := self._wait(rates)) > 0:
                if time.monotonic() - began + wait > longest:
                    raise self._refused(datetime.now(UTC) + timedelta(seconds=wait))
                time.sleep(wait)
        except sqlite3.DatabaseError as error:
            raise SourceFailed(
                "RATE_LIMIT_OWN",
                f"How often {self.key} was asked cannot be read ({error}). Nothing was asked. "
                f"Remove {self._counts} once you are sure that a pause has passed.",
                whole=True,
            ) from error

    def left(self) -> list[Left]:
        """What may still be asked now; nothing is counted."""
        found = [self._left(seconds, limit) for seconds, limit in self.rate.limits().items()]
        until = self._held_until()
        return [*found, Left(0, 0, 0, until)] if until is not None else found

    def _left(self, seconds: int, limit: int) -> Left:
        now = time.time_ns() // 1_000_000
        since = now - seconds * 1000
        try:
            with closing(sqlite3.connect(f"file:{self._counts}?mode=ro", uri=True)) as counts:
                asked = counts.execute(
                    f"select count(*), min(item_timestamp) from asked_{self._digest} "  # noqa: S608 - a hash
                    "where item_timestamp >= ?",
                    (since,),
                ).fetchone()
        except sqlite3.OperationalError:  # nothing was ever asked
            asked = (0, None)
        more_at = None
        if asked[0] >= limit:
            more_at = datetime.fromtimestamp(asked[1] / 1000 + seconds, UTC)
        return Left(seconds, limit, max(0, limit - asked[0]), more_at)

    def hold(self, seconds: float) -> datetime:
        """Ask nothing under this key for so long, because the server said so; returns until when."""
        now = datetime.now(UTC)
        until = now + timedelta(seconds=seconds)
        with whole(self._held) as temporary:
            temporary.write_text(f"{now.isoformat()} {until.isoformat()}", encoding="utf-8")
        return until

    def _obey_the_server(self) -> None:
        until = self._held_until()
        if until is not None:
            raise self._refused(until, "as its server asked us to wait")

    def _held_until(self) -> datetime | None:
        try:
            said = self._held.read_text(encoding="utf-8").split()
            since, until = (datetime.fromisoformat(moment) for moment in said)
        except (FileNotFoundError, ValueError):
            return None
        # What was said by a clock ahead of ours is void.
        return until if since <= datetime.now(UTC) < until else None

    def _wait(self, rates: list[Allowed]) -> float:
        """Seconds until one more may be asked; 0 where it was counted just now."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # Not through pyrate's Limiter: it hands the file lock a boolean as its timeout and fails
        # (pyrate-limiter 4.5.1 with filelock 4.2.11, November 2026).
        bucket = SQLiteBucket.init_from_file(
            rates, table=f"asked_{self._digest}", db_path=str(self._counts), use_file_lock=True
        )
        try:
            now = bucket.now()  # type: ignore[no-untyped-call]
            bucket.leak(now)
            item = RateItem(self.key, now)
            if bucket.put(item):
                return 0
            return float(bucket.waiting(item)) / 1000 + _MARGIN_S  # type: ignore[arg-type]
        finally:
            bucket.close()  # type: ignore[no-untyped-call]

    def _refused(self, until: datetime, why: str = "under its limit") -> SourceFailed:
        moment = until.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        return SourceFailed(
            "RATE_LIMIT_OWN",
            f"{self.key} may be asked again at {moment}, {why}. Nothing was asked. "
            "Collect again then.",
            whole=True,
        )

    @property
    def _digest(self) -> str:
        return hashlib.sha256(self.key.encode()).hexdigest()[:16]

    @property
    def _counts(self) -> Path:
        return self.folder / "asked.sqlite"

    @property
    def _held(self) -> Path:
        return self.folder / f"held-{self._digest}.txt"
