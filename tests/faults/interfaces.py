"""An interface declared in a few words, and the answers of a server that is not honest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipelines.catalogue.service import Service
from pipelines.connectors.pages import read_pages
from pipelines.connectors.transports import (
    Fetched,
    Got,
    HttpSource,
    InterfaceSource,
    InterfaceTransport,
    Limits,
    SourceFailed,
)
from pipelines.landing.manifest import Attempt

ROME = ZoneInfo("Europe/Rome")
QUICK = Limits(connect=1, read=1, total=6, retries=2, backoff=0.01)
DAY = date(2026, 11, 15)


def service(**said: Any) -> Service:
    """A service of which only what matters here is declared."""
    name = {"it": "Prova", "en": "Test"}
    return Service.model_validate({"id": "test", "name": name, "description": "Test.", **said})


def source(
    url: str,
    declared: Mapping[str, Any],
    history: Sequence[Attempt] = (),
    *,
    limits: Limits = QUICK,
    today: date = DAY,
    state: Path | None = None,
    max_rows: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> InterfaceSource:
    """What is asked of a server on loopback."""
    http = HttpSource(url, headers or {}, limits=limits, state=state)
    return InterfaceSource(http, service(**declared), history, today, ROME, max_rows)


def ask(url: str, declared: Mapping[str, Any], **more: Any) -> Got:
    """The answer of an interface without windows."""
    spec, transport = source(url, declared, **more), InterfaceTransport()
    (item,) = transport.list(spec)
    return transport.open(spec, item)


def failure(url: str, declared: Mapping[str, Any], **more: Any) -> SourceFailed:
    """How asking fails."""
    with pytest.raises(SourceFailed) as failed:
        ask(url, declared, **more)
    return failed.value


def pages(got: Got) -> list[bytes]:
    """The pages of an answer, byte for byte as they were sent."""
    assert isinstance(got, Fetched)
    return [page for _, page in read_pages(got.body)]


def landed(name: str, records: int | None = None, at: datetime | None = None) -> Attempt:
    """An earlier answer in the manifest."""
    return Attempt(
        "prato",
        "test",
        "context_series",
        at or datetime(2026, 11, 1, tzinfo=UTC),
        "new",
        "",
        remote_name=name,
        sha256="0" * 64,
        records=records,
    )


Handler = Callable[..., Any]
