"""Servers that could not be reached in this collection: the other sources behind them do not wait.

A firewall that drops what leaves costs ten seconds for every connection, and a district has several
sources behind one portal. Belongs here: which servers, and why. Does not belong here: sources that
failed in earlier collections (`collecting/breaker`).
"""

from __future__ import annotations

from datetime import datetime

Server = tuple[str, str, int]
"""Scheme, host and port."""

_silent: dict[datetime, dict[Server, str]] = {}


def remember(at: datetime | None, server: Server, why: str) -> None:
    """In the collection of this moment the server could not be connected to."""
    if at is None:
        return
    if at not in _silent:
        _silent.clear()  # another collection asks anew
    _silent.setdefault(at, {})[server] = why


def why_silent(at: datetime | None, server: Server) -> str | None:
    """What stood in the way of another source of the same collection, or None."""
    return None if at is None else _silent.get(at, {}).get(server)
