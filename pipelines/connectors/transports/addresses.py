"""Which addresses may be asked: encrypted, and no private network unless it is declared.

Belongs here: the policy on schemes, hosts and resolved addresses. Does not belong here: the
exchange itself (`web`).
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from pipelines.connectors.transports.redaction import redacted_url
from pipelines.connectors.transports.remote import SourceFailed

LOOPBACK = "127.0.0.1"
PORTS = {"https": 443, "http": 80, "sftp": 22, "ftps": 21, "webdavs": 443, "webdav": 80}
WEB = ("https", "http")
OPEN = frozenset({"http", "webdav"})
"""Schemes without encryption."""


def checked(
    url: str, *, insecure: bool, allow_private: bool, schemes: tuple[str, ...] = WEB
) -> SplitResult:
    """The address in parts, where it may be asked.

    Args:
        url: What is to be fetched.
        insecure: Whether no encryption is declared for this source; to 127.0.0.1 it needs no
            declaration.
        allow_private: Whether addresses of private networks are declared; 127.0.0.1 written as such
            needs none.
        schemes: How it may be asked.

    Raises:
        SourceFailed: SOURCE_UNREACHABLE where it may not be asked or has no address.
    """
    shown = redacted_url(url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SourceFailed("SOURCE_UNREACHABLE", f"{shown} is no address.") from error
    local = parts.hostname == LOOPBACK
    if parts.scheme not in schemes or not parts.hostname:
        raise SourceFailed("SOURCE_UNREACHABLE", f"{shown} is neither {' nor '.join(schemes)}.")
    if parts.scheme in OPEN and not (local or insecure):
        raise SourceFailed(
            "SOURCE_UNREACHABLE",
            f"{shown} is not encrypted. Ask for an encrypted one like {parts.scheme}s://, or declare "
            "'insecure: true'.",
        )
    if not (local or allow_private):
        for address in _resolved(parts.hostname, port or PORTS[parts.scheme], shown):
            if not ipaddress.ip_address(address.partition("%")[0]).is_global:
                raise SourceFailed(
                    "SOURCE_UNREACHABLE",
                    f"{shown} is an address of a private network. Declare 'allow_private: true' "
                    "if it is meant.",
                )
    return parts


def _resolved(host: str, port: int, shown: str) -> list[str]:
    try:
        return [
            str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        ]
    except (OSError, UnicodeError) as error:
        raise SourceFailed("SOURCE_UNREACHABLE", f"{shown}: the host has no address.") from error


def origin(parts: SplitResult) -> tuple[str, str, int]:
    """Scheme, host and port: what secrets are bound to."""
    return parts.scheme, (parts.hostname or "").lower(), parts.port or PORTS.get(parts.scheme, 0)
