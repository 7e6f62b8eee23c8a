"""What the tests of all file-like sources share: a place as a source declares it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.catalogue.source import Source
from pipelines.connectors.transports import Fetched, Place, SourceFailed, asked

AT = datetime(2026, 9, 10, 8, tzinfo=UTC)


def place(location: str, **declared: Any) -> Place:
    """A place with only an address, and whatever else a source may declare."""
    source = Source.model_validate(
        {"dataset": "meter_intervals", "format": "intervals_csv", "from": location, **declared}
    )
    return Place(location, source, None, [], Path("/nonexistent"), AT, ZoneInfo("Europe/Rome"))


def names(where: Place) -> list[str]:
    """What is listed."""
    with asked(where) as (listed, _):
        return [item.name for item in listed]


def bodies(where: Place) -> dict[str, bytes | str]:
    """Every listed file by name: its bytes, or the code of its failure."""
    found: dict[str, bytes | str] = {}
    with asked(where) as (listed, opened):
        for item in listed:
            try:
                got = opened(item, None)
            except SourceFailed as failure:
                found[item.name] = failure.code
                continue
            assert isinstance(got, Fetched)
            found[item.name] = got.body
    return found


def failure(where: Place) -> SourceFailed:
    """Why a place cannot be listed."""
    try:
        names(where)
    except SourceFailed as failed:
        return failed
    raise AssertionError("it was listed")


def threads() -> set[str]:
    """The threads of this process by name."""
    return {thread.name for thread in threading.enumerate()}
