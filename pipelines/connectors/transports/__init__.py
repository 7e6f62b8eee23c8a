"""Where bytes come from: one protocol, `list` what is there and `open` one of it.

Belongs here: folders, servers, and everything that can go wrong between. Does not belong here:
keeping what was fetched (`landing`) and when to fetch (`collecting`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from pipelines.connectors.transports.folder import FolderSource, FolderTransport
from pipelines.connectors.transports.remote import (
    Fetched,
    NotModified,
    Place,
    RemoteObject,
    SourceFailed,
    Transport,
    Validators,
)
from pipelines.connectors.transports.web import HttpSource, HttpTransport, Limits

__all__ = [
    "Fetched",
    "FolderSource",
    "FolderTransport",
    "HttpSource",
    "HttpTransport",
    "Limits",
    "NotModified",
    "Place",
    "RemoteObject",
    "SourceFailed",
    "Transport",
    "Validators",
    "asked",
]

Spec = TypeVar("Spec")
Opened = Callable[[RemoteObject, Validators | None], Fetched | NotModified]


def asked(place: Place) -> tuple[list[RemoteObject], Opened]:
    """What a source holds, and how to open one of it; its scheme says which transport asks.

    Raises:
        SourceFailed: where the source cannot be listed.
        KeyError: where a secret is not set.
    """
    match place.source.scheme:
        case "folder":
            return _with(FolderTransport(), FolderSource.of(place))
        case "https" | "http":
            return _with(HttpTransport(), HttpSource.of(place))
        case scheme:
            raise SourceFailed("SOURCE_UNREACHABLE", f"Nothing here asks {scheme}:// addresses.")


def _with(transport: Transport[Spec], spec: Spec) -> tuple[list[RemoteObject], Opened]:
    return list(transport.list(spec)), partial(transport.open, spec)
