"""Where bytes come from: one protocol, `list` what is there and `open` one of it.

Belongs here: folders, servers, and everything that can go wrong between. Does not belong here:
keeping what was fetched (`landing`) and when to fetch (`collecting`).
"""

from pipelines.connectors.transports.folder import FolderSource, FolderTransport
from pipelines.connectors.transports.remote import (
    Fetched,
    NotModified,
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
    "RemoteObject",
    "SourceFailed",
    "Transport",
    "Validators",
]
