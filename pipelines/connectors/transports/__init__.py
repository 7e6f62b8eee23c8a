"""Where bytes come from: one protocol, `list` what is there and `open` one of it.

Belongs here: folders, servers, and everything that can go wrong between. Does not belong here:
keeping what was fetched (`landing`) and when to fetch (`collecting`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import TypeVar

from pipelines.catalogue.service import Service
from pipelines.catalogue.source import Source
from pipelines.connectors.transports.files import FileSource, FileTransport
from pipelines.connectors.transports.filesystems import TOTAL_SECONDS, Filesystem, Patience
from pipelines.connectors.transports.folder import LocalFiles
from pipelines.connectors.transports.http_source import HttpSource, Limits
from pipelines.connectors.transports.interface import InterfaceTransport
from pipelines.connectors.transports.interface_source import InterfaceSource
from pipelines.connectors.transports.looking import Looked, left_of, looked_at
from pipelines.connectors.transports.mailbox import MailboxSource, MailboxTransport
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
from pipelines.connectors.transports.servers import Server
from pipelines.connectors.transports.web import HttpTransport

__all__ = [
    "Fetched",
    "FileSource",
    "FileTransport",
    "Got",
    "HttpSource",
    "HttpTransport",
    "InterfaceSource",
    "InterfaceTransport",
    "Limits",
    "Looked",
    "NotModified",
    "Nothing",
    "Opened",
    "Place",
    "RemoteObject",
    "SourceFailed",
    "Transport",
    "Validators",
    "asked",
    "described",
    "left_of",
    "looked_at",
]

Spec = TypeVar("Spec")
Opened = Callable[[RemoteObject, Validators | None], Got]


@contextmanager
def asked(place: Place) -> Iterator[tuple[list[RemoteObject], Opened]]:
    """What a source holds, and how to open one of it; its scheme says which transport asks.

    Its connections last as long as the context.

    Raises:
        SourceFailed: where the source cannot be listed.
        KeyError: where a secret is not set.
    """
    match place.source.scheme:
        case "https" | "http" if place.service is not None:
            yield _with(InterfaceTransport(), InterfaceSource.of(place))
        case "https" | "http":
            yield _with(HttpTransport(), HttpSource.of(place))
        case "folder" | "sftp" | "ftps" | "webdavs" | "webdav" | "s3":
            transport, spec = _files(place)
            with closing(transport):
                yield _with(transport, spec)
        case "imaps" | "imap":
            with closing(MailboxTransport()) as mailbox:
                yield _with(mailbox, MailboxSource.of(place))
        case scheme:
            raise SourceFailed("SOURCE_UNREACHABLE", f"Nothing here asks {scheme}:// addresses.")


def described(source: Source, service: Service | None) -> str:
    """What is asked, as it is declared and without secrets: another question has another history."""
    location = redacted_url(source.from_ or "")
    return location if service is None else shown(location, service.request)


def _with(transport: Transport[Spec], spec: Spec) -> tuple[list[RemoteObject], Opened]:
    return list(transport.list(spec)), partial(transport.open, spec)


def _files(place: Place) -> tuple[FileTransport, FileSource]:
    """Files, of a folder or behind a server; the time of the collection runs from here."""
    patience = Patience(place.source.limits.seconds or TOTAL_SECONDS)
    if place.source.scheme == "folder":
        local = FileSource.of(place, place.location, shown="")
        return FileTransport(partial(LocalFiles, patience)), local
    server = Server.of(place)
    remote = FileSource.of(place, server.path, server.shown)
    return FileTransport(partial(_connected, server, patience), server.secrets), remote


def _connected(server: Server, patience: Patience) -> Filesystem:
    """A server's files; each protocol's library is loaded by the first source that needs it."""
    match server.scheme:
        case "sftp":
            from pipelines.connectors.transports.sftp import SftpFiles

            return SftpFiles(server, patience)
        case "ftps":
            from pipelines.connectors.transports.ftps import FtpsFiles

            return FtpsFiles(server, patience)
        case "s3":
            from pipelines.connectors.transports.s3 import S3Files

            return S3Files(server, patience)
        case _:
            from pipelines.connectors.transports.webdav import WebdavFiles

            return WebdavFiles(server, patience)
