"""A source that failed three times is left alone for six hours, and what it last sent stays in use.

Asking a dead server again and again helps nobody and may get us banned. Belongs here: when it is
left alone, read from the manifest. Does not belong here: how old what is in use is (`status`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from pipelines.catalogue.source import FILE_SCHEMES
from pipelines.landing.manifest import Attempt

FAILURES = 3
PAUSE = timedelta(hours=6)
_NOT_ASKED = frozenset(
    {
        "NOT_CONFIGURED",
        "RATE_LIMIT_OWN",
        "BREAKER_OPEN",
        "NOT_KEPT",
        "HOST_KEY_CHANGED",
        "JOB_PENDING",
    }
)
"""What is no failure of the server: nothing was asked of it, or it is at work on it."""


def refused_by_breaker(
    scheme: str, history: Sequence[Attempt], at: datetime, zone: ZoneInfo
) -> str | None:
    """Why the source is not asked now, or None where it is.

    Args:
        scheme: How it is reached; a folder is always looked at, because that costs nobody anything.
        history: Earlier attempts at the same question, oldest first.
        at: The moment of this collection.
        zone: The district's civil calendar.
    """
    if scheme == "folder":
        return None
    answers = [one for one in history if one.member is None]  # what lay inside was not asked for
    collections = [list(made) for _, made in groupby(answers, key=lambda one: one.at)]
    tried = [made for made in collections if any(one.error_code not in _NOT_ASKED for one in made)]
    newest = tried[-FAILURES:]
    if len(newest) < FAILURES or not all(_failed(made, scheme) for made in newest):
        return None
    until = newest[-1][0].at + PAUSE
    if not newest[-1][0].at <= at < until:
        return None  # one probe: if it fails as well, the pause begins anew
    last = next((one.at for one in reversed(history) if _is_good(one)), None)
    if last is None:
        kept = "It has never sent anything"
    else:
        day = last.astimezone(zone).date()
        age = (at.astimezone(zone).date() - day).days
        kept = f"What it sent last, on {day}, stays in use ({age} days old on this day)"
    moment = until.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"{FAILURES} collections in a row failed. It is asked again from {moment}. {kept}."


def _failed(made: list[Attempt], scheme: str) -> bool:
    """Whether nothing came of a collection; a file that may not be read was listed by a server that
    is well.
    """
    one_by_one = scheme in FILE_SCHEMES
    return all(one.outcome == "error" and not (one_by_one and one.remote_name) for one in made)


def _is_good(one: Attempt) -> bool:
    return one.sha256 is not None or one.outcome == "not_modified"
