"""A file server as a source declares it: address, login, how it is known.

Belongs here: reading place and secrets of an address like sftp://host:22/out/**/*.zip. Does not
belong here: asking it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from pipelines.catalogue.source import FromEnvironment, resolved
from pipelines.connectors.transports.addresses import PORTS, checked
from pipelines.connectors.transports.remote import Place, SourceFailed


@dataclass(frozen=True)
class Server:
    """Where a server is and how one logs in. `shown` is all that messages say of it."""

    scheme: str
    host: str
    port: int
    path: str
    shown: str
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    passphrase: str | None = field(default=None, repr=False)
    host_keys: tuple[str, ...] = ()
    ca: str | None = None

    @classmethod
    def of(cls, place: Place) -> Server:
        """The server of a place, where it may be asked.

        Raises:
            SourceFailed: SOURCE_UNREACHABLE where it may not.
            KeyError: where a secret is not set.
        """
        source, access = place.source, place.source.access
        # A pattern may hold '?', which in other addresses begins a query.
        scheme, _, rest = place.location.partition("://")
        authority, _, path = rest.partition("/")
        address = f"{scheme}://{authority}/"
        checked(
            address,
            insecure=source.insecure,
            allow_private=source.allow_private,
            schemes=(scheme,),
        )
        parts = urlsplit(address)
        host = parts.hostname or ""
        port = parts.port or PORTS[scheme]
        keys = access.host_key or ()
        return cls(
            scheme=scheme,
            host=host,
            port=port,
            path="/" + unquote(path),
            shown=f"{scheme}://{authority.rpartition('@')[2]}",
            user=_said(access.user) or (unquote(parts.username) if parts.username else None),
            password=_said(access.password)
            or (unquote(parts.password) if parts.password else None),
            token=_said(access.token),
            private_key=_said(access.private_key),
            passphrase=_said(access.passphrase),
            host_keys=(keys,) if isinstance(keys, str) else keys,
            ca=access.ca,
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not stand in any message."""
        said = (self.password, self.token, self.private_key, self.passphrase)
        return tuple(secret for secret in said if secret)

    def login_refused(self, status: int | None = None) -> SourceFailed:
        """The failure where the server does not accept the login."""
        return SourceFailed(
            "LOGIN_REFUSED",
            f"{self.shown} does not accept the declared user with the declared password, token or "
            "key. Nothing was fetched.",
            status,
        )


def _said(value: str | FromEnvironment | None) -> str | None:
    return None if value is None else resolved(value)
