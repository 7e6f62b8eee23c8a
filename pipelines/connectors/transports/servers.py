"""A file server as a source declares it: address, login, how it is known.

Belongs here: reading place and secrets of an address like sftp://host:22/out/**/*.zip. Does not
belong here: asking it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote

from pipelines.catalogue.source import FromEnvironment, resolved
from pipelines.connectors.transports.addresses import PORTS, WEB, permitted, reachable
from pipelines.connectors.transports.remote import Place, SourceFailed

AMAZON = "https://s3.amazonaws.com"


@dataclass(frozen=True)
class Server:
    """Where a server is and how one logs in. `shown` is all that messages say of it.

    `address` is where the name led when it was looked at and found to be allowed. It is what one
    connects to, so that the name cannot lead elsewhere a moment later; certificates are still held
    against the name.
    """

    scheme: str
    host: str
    address: str
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
    endpoint: str | None = None
    implicit_tls: bool = False
    allow_private: bool = False

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
        if scheme == "s3":  # a bucket is named like a host, and asked behind another
            address, path = access.endpoint or AMAZON, f"{authority}/{path}"
        else:
            address = f"{scheme}://{authority}/"
        schemes = WEB if scheme == "s3" else (scheme,)
        parts = permitted(address, insecure=source.insecure, schemes=schemes)
        host = parts.hostname or ""
        port = parts.port or PORTS[parts.scheme]
        found = reachable(host, port, allow_private=source.allow_private)
        keys = access.host_key or ()
        return cls(
            scheme=scheme,
            host=host,
            address=next((one for one in found if ":" not in one), found[0]),
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
            endpoint=access.endpoint,
            implicit_tls=access.tls == "implicit",
            allow_private=source.allow_private,
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not stand in any message."""
        said = (self.password, self.token, self.private_key, self.passphrase)
        return tuple(secret for secret in said if secret)

    def login_refused(self, status: int | None = None) -> SourceFailed:
        """The failure where the server does not accept the login."""
        return SourceFailed(
            "LOGIN_FAILED",
            f"{self.shown} does not accept the declared user with the declared password, token or "
            "key. Nothing was fetched.",
            status,
            whole=True,
        )


def _said(value: str | FromEnvironment | None) -> str | None:
    return None if value is None else resolved(value)
