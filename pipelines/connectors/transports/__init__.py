"""Where bytes come from: one protocol, `list` what is there and `open` one of it.

Belongs here: folders, servers, and everything that can go wrong between. Does not belong here:
keeping what was fetched (`landing`) and when to fetch (`collecting`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from pipelines.catalogue.service import Service
from pipelines.catalogue.source import Source
from pipelines.connectors.transports.folder import FolderSource, FolderTransport
from pipelines.connectors.transports.http_source import HttpSource, Limits
from pipelines.connectors.transports.interface import InterfaceSource, InterfaceTransport
from pipelines.connectors.transports.questions import shown
from pipelines.connectors.transports.redaction import redacted_url
from pipelines.connectors.transports.remote import (
    Fetched,
    Got,
    Nothing,
    NotModified,
    Place,
    RemoteObject,
    SourceFailed,
    Transport,
    Validators,
)
from pipelines.connectors.transports.web import HttpTransport

__all__ = [
    "Fetched",
    "FolderSource",
    "FolderTransport",
    "Got",
    "HttpSource",
    "HttpTransport",
    "InterfaceSource",
    "InterfaceTransport",
    "Limits",
    "NotModified",
    "Nothing",
    "Place",
    "RemoteObject",
    "SourceFailed",
    "Transport",
    "Validators",
    "asked",
    "described",
]

Spec = TypeVar("Spec")
Opened = Callable[[RemoteObject, Validators | None], Got]


def asked(place: Place) -> tuple[list[RemoteObject], Opened]:
    """What a source holds, and how to open one of it; its scheme says which transport asks.

    Raises:
        SourceFailed: where the source cannot be listed.
        KeyError: where a secret is not set.
    """
    match place.source.scheme:
        case "folder":
            return _with(FolderTransport(), FolderSource.of(place))
        case "https" | "http" if place.service is not None:
            return _with(InterfaceTransport(), InterfaceSource.of(place))
        case "https" | "http":
            return _with(HttpTransport(), HttpSource.of(place))
        case scheme:
            raise SourceFailed("SOURCE_UNREACHABLE", f"Nothing here asks {scheme}:// addresses.")


def described(source: Source, service: Service | None) -> str:
    """What is asked, as it is declared and without secrets: another question has another history."""
    location = redacted_url(source.from_ or "")
    return location if service is None else shown(location, service.request)


def _with(transport: Transport[Spec], spec: Spec) -> tuple[list[RemoteObject], Opened]:
    return list(transport.list(spec)), partial(transport.open, spec)
