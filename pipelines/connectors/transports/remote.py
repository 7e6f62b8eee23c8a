"""What every transport offers and how it fails.

Belongs here: the protocol and its types. Does not belong here: any one transport.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from pipelines.catalogue.service import Service
from pipelines.catalogue.source import Source
from pipelines.landing.manifest import Attempt


class SourceFailed(Exception):
    """A source that could not be read, with a stable code. Nothing was landed; secrets are not in
    the message.

    Codes: SOURCE_UNREACHABLE (also an address that may not be asked), SOURCE_MISSING, HTTP_STATUS,
    BODY_CUT (also a file that grew while it was read), DEADLINE, TOO_LARGE, and of interfaces
    ASK_LATER, RATE_LIMIT_OWN, LOGIN_FAILED, ANSWER_FAILED, ANSWER_UNEXPECTED, PAGES_INCOMPLETE.

    Attributes:
        whole: Whether the source as a whole cannot be asked now, so that nothing more of it is
            tried in this collection.
    """

    def __init__(
        self, code: str, message: str, status: int | None = None, *, whole: bool = False
    ) -> None:
        self.code = code
        self.message = message
        self.status = status
        self.whole = whole
        super().__init__(f"{code}: {message}")


@dataclass(frozen=True)
class RemoteObject:
    """One thing that a source holds; size, time and tag where the source tells them."""

    name: str
    size: int | None = None
    mtime: datetime | None = None
    etag: str | None = None


@dataclass(frozen=True)
class Place:
    """Where a source is and on what terms it is asked: what a transport makes its own spec of.

    Attributes:
        location: The declared address or folder pattern, references to the environment filled in.
        source: The declaration, which names secrets; `catalogue.source.resolved` reads them.
        service: The public interface behind the address, where one is declared.
        history: Earlier attempts at this source, oldest first: windows, messages and breakers have
            no other memory.
        state: A folder for what counts over processes and restarts, like how often one has asked.
        at: The moment of this collection, UTC.
        zone: The district's civil calendar.
    """

    location: str
    source: Source
    service: Service | None
    history: Sequence[Attempt]
    state: Path
    at: datetime
    zone: ZoneInfo


@dataclass(frozen=True)
class Validators:
    """What the last good answer said of itself, sent back verbatim to ask whether it changed."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Fetched:
    """All bytes of one object, whole; `records` where an interface says how many it gives."""

    body: bytes
    etag: str | None = None
    last_modified: str | None = None
    status: int | None = None
    records: int | None = None


@dataclass(frozen=True)
class NotModified:
    """The source says that nothing changed since the validators."""

    status: int = 304


@dataclass(frozen=True)
class Nothing:
    """The source says that there is nothing of what was asked for, and that this is right."""

    status: int | None = None


Got = Fetched | NotModified | Nothing
"""What asking for one object brings, where it does not fail."""


Spec_contra = TypeVar("Spec_contra", contravariant=True)


class Transport(Protocol[Spec_contra]):
    """The two verbs of every transport. Nothing is ever deleted at a source."""

    def list(self, spec: Spec_contra) -> Sequence[RemoteObject]:
        """What the source holds, in a fixed order.

        Raises:
            SourceFailed: where that cannot be known. An empty answer means that it is known to hold
                nothing.
        """
        ...

    def open(
        self, spec: Spec_contra, item: RemoteObject, validators: Validators | None = None
    ) -> Got:
        """All bytes of one object.

        Raises:
            SourceFailed: where they did not all arrive.
        """
        ...
