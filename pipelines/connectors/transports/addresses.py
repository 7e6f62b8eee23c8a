"""Which addresses may be asked: encrypted, and no private network unless it is declared.

Belongs here: the policy on schemes, hosts and resolved addresses. Does not belong here: the
exchange itself (`web`).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, urlsplit

from pipelines.connectors.transports.redaction import redacted_url
from pipelines.connectors.transports.remote import SourceFailed

LOOPBACK = "127.0.0.1"
PORTS = {"https": 443, "http": 80, "sftp": 22, "ftps": 21, "webdavs": 443, "webdav": 80}
PORTS |= {"imaps": 993, "imap": 143}
WEB = ("https", "http")
OPEN = frozenset({"http", "webdav", "imap"})
"""Schemes without encryption."""
Resolve = Callable[..., Any]
"""Like `socket.getaddrinfo`."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_METADATA = (
    ipaddress.ip_address("169.254.169.254"),
    ipaddress.ip_address("100.100.100.200"),
    ipaddress.ip_address("fd00:ec2::254"),
)
"""Where clouds give credentials to whoever asks from inside; never a source, whatever is declared."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NoAddress(SourceFailed):
    """A name that nobody knows, or no name server that could be asked."""

    def __init__(self, host: str) -> None:
        super().__init__("SOURCE_UNREACHABLE", f"{host}: the host has no address.")


def permitted(url: str, *, insecure: bool, schemes: tuple[str, ...] = WEB) -> SplitResult:
    """The address in parts, where its scheme may be asked.

    Args:
        url: What is to be fetched.
        insecure: Whether no encryption is declared for this source; to 127.0.0.1 it needs no
            declaration.
        schemes: How it may be asked.

    Raises:
        SourceFailed: SOURCE_UNREACHABLE where it may not be asked.
    """
    shown = redacted_url(url)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise SourceFailed("SOURCE_UNREACHABLE", f"{shown} is no address.") from error
    if parts.scheme not in schemes or not parts.hostname:
        raise SourceFailed("SOURCE_UNREACHABLE", f"{shown} is neither {' nor '.join(schemes)}.")
    if parts.scheme in OPEN and not (parts.hostname == LOOPBACK or insecure):
        raise SourceFailed(
            "SOURCE_UNREACHABLE",
            f"{shown} is not encrypted. Ask for an encrypted one like {parts.scheme}s://, or declare "
            "'insecure: true'.",
        )
    return parts


def reachable(
    host: str, port: int, *, allow_private: bool, resolve: Resolve = socket.getaddrinfo
) -> list[str]:
    """The addresses of a host, each of which may be connected to.

    Args:
        host: The name or address.
        port: The port.
        allow_private: Whether addresses of private networks are declared; 127.0.0.1 written as such
            needs no declaration.
        resolve: What makes addresses of names.

    Raises:
        SourceFailed: SOURCE_UNREACHABLE where it has none, or any of them may not be asked.
    """
    if host == LOOPBACK:
        return [LOOPBACK]
    try:
        entries = resolve(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAddress(host) from error
    found = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
    for text in found:
        _refuse(host, ipaddress.ip_address(text.partition("%")[0]), allow_private=allow_private)
    if not found:
        raise NoAddress(host)
    return found


def checked(
    url: str, *, insecure: bool, allow_private: bool, schemes: tuple[str, ...] = WEB
) -> SplitResult:
    """The address in parts, where it may be asked.

    Raises:
        SourceFailed: SOURCE_UNREACHABLE where it may not be asked or has no address.
    """
    parts = permitted(url, insecure=insecure, schemes=schemes)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    reachable(host, port, allow_private=allow_private)
    return parts


def origin(parts: SplitResult) -> tuple[str, str, int]:
    """Scheme, host and port: what secrets are bound to."""
    return parts.scheme, (parts.hostname or "").lower(), parts.port or PORTS.get(parts.scheme, 0)


def _refuse(host: str, address: Address, *, allow_private: bool) -> None:
    for one in (address, *_inside(address)):
        if one in _METADATA or one.is_link_local or one.is_unspecified or one.is_multicast:
            raise SourceFailed(
                "SOURCE_UNREACHABLE",
                f"{host} is {one}, which is no source: an address of a private network that "
                "belongs to the machine or to its cloud.",
            )
        if not (one.is_global or allow_private):
            raise SourceFailed(
                "SOURCE_UNREACHABLE",
                f"{host} is an address of a private network. Declare 'allow_private: true' "
                "if it is meant.",
            )


def _inside(address: Address) -> list[Address]:
    """IPv4 addresses that an IPv6 address stands for: mapped, 6to4, Teredo and NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found: list[Address | None] = [address.ipv4_mapped, address.sixtofour]
    found += list(address.teredo or ())
    if address in _NAT64:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in found if one is not None]
