"""What an exchange over HTTP needs to know of a source, and what it may cost.

Belongs here: address, secrets, limits. Does not belong here: the exchange (`exchange`), what is
asked of an interface (`interface`).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pipelines.catalogue.source import Access, FromEnvironment, Source, filled, referenced, resolved
from pipelines.connectors.transports.remote import Place


@dataclass(frozen=True)
class Limits:
    """How long and how much one fetch may take; seconds and bytes."""

    connect: float = 10
    read: float = 60
    total: float = 900
    max_bytes: int = 200 * 1024 * 1024
    retries: int = 4
    backoff: float = 1
    bodies: int = 3
    redirects: int = 5
    longest_wait: float = 300

    @classmethod
    def of(cls, source: Source) -> Limits:
        """What the source declares, laid over the defaults."""
        return cls(
            total=source.limits.seconds or cls.total,
            max_bytes=source.limits.max_bytes or cls.max_bytes,
        )


@dataclass(frozen=True)
class HttpSource:
    """An address, the headers it needs and what it is allowed to be. Header values never reach a
    message. `state` is where it is kept how often was asked, and until when a server wants peace;
    `at` is the moment of the collection. `secrets` are what headers and address are made of, because
    a server may say a password that was sent to it in another form.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    allow_private: bool = False
    insecure: bool = False
    limits: Limits = Limits()
    ca: str | None = None
    state: Path | None = None
    at: datetime | None = None
    secrets: frozenset[str] = field(default=frozenset(), repr=False)

    @classmethod
    def of(cls, place: Place) -> HttpSource:
        """One address with its headers.

        Raises:
            KeyError: where a secret is not set.
        """
        source = place.source
        headers = {name: filled(resolved(value)) for name, value in source.headers.items()}
        return cls(
            url=place.location,
            headers={**_credentials(source.access), **headers},
            allow_private=source.allow_private,
            insecure=source.insecure,
            limits=Limits.of(source),
            ca=source.access.ca,
            state=place.state,
            at=place.at,
            secrets=frozenset(_secrets(source)),
        )


def _secrets(source: Source) -> Iterator[str]:
    """What the environment sets for the login, the headers and the address of a source."""
    access = source.access
    for value in (access.user, access.password, access.token):
        if isinstance(value, FromEnvironment):
            yield resolved(value)
    for text in (source.from_ or "", *source.headers.values()):
        for name in referenced(text) if isinstance(text, str) else ():
            yield filled(f"${{{name}}}")


def _credentials(access: Access) -> dict[str, str]:
    """How a server that is told who asks is told so: a bearer's token, or a name and a password."""
    if access.token is not None:
        return {"Authorization": f"Bearer {resolved(access.token)}"}
    if access.user is not None and access.password is not None:
        said = f"{resolved(access.user)}:{resolved(access.password)}".encode()
        return {"Authorization": f"Basic {base64.b64encode(said).decode()}"}
    return {}
