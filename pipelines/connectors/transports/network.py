"""Connections to checked addresses only: what was checked is what is connected to.

A name may resolve to a public address when it is checked and to 127.0.0.1 a moment later. So the
check stands where the connection is made, and the connection goes to the very address that passed.
Belongs here: resolving, checking, dialling. Does not belong here: which addresses may be asked
(`addresses`), what is said once connected (`exchange`).
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from pipelines.connectors.transports.addresses import Resolve, reachable

Dial = Callable[[tuple[str, int], float | None], socket.socket]


def _dial(address: tuple[str, int], timeout: float | None) -> socket.socket:
    return socket.create_connection(address, timeout)


@dataclass(frozen=True)
class Network:
    """How names become addresses and addresses become connections; tests bring their own."""

    resolve: Resolve = socket.getaddrinfo
    dial: Dial = _dial


def took_no_connection(error: Exception) -> bool:
    """Whether a failed request never reached anyone, by what `requests` says of it."""
    why = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(why, ConnectTimeoutError | NewConnectionError)


@dataclass(frozen=True)
class _Route:
    """The way to the hosts of one source."""

    network: Network
    allow_private: bool

    def connect(self, connection: HTTPConnection) -> socket.socket:
        """A socket to one of the addresses of the connection's host that may be asked.

        Raises:
            SourceFailed: SOURCE_UNREACHABLE where an address may not be asked or there is none.
        """
        host, port = connection.host, connection.port
        failed: OSError | None = None
        for address in reachable(
            host, port, allow_private=self.allow_private, resolve=self.network.resolve
        ):
            try:
                return self.network.dial((address, port), connection.timeout)
            except OSError as error:
                failed = error
        if isinstance(failed, TimeoutError):
            raise ConnectTimeoutError(connection, "did not connect in time") from failed
        raise NewConnectionError(connection, "no connection") from failed


class _Plain(HTTPConnection):
    def __init__(self, *args: Any, route: _Route, **more: Any) -> None:
        super().__init__(*args, **more)
        self.route = route

    def _new_conn(self) -> socket.socket:
        return self.route.connect(self)


class _Tls(HTTPSConnection):
    """The certificate is still held to the name: only the address comes from elsewhere."""

    def __init__(self, *args: Any, route: _Route, **more: Any) -> None:
        super().__init__(*args, **more)
        self.route = route

    def _new_conn(self) -> socket.socket:
        return self.route.connect(self)


class CheckedAdapter(HTTPAdapter):
    """requests' adapter whose every connection, also after a redirect, goes to a checked address.

    It repeats nothing: who asks knows how often one may (`exchange`).
    """

    def __init__(self, network: Network, *, allow_private: bool) -> None:
        self._route = _Route(network, allow_private)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        """Pools whose connections take the checked way."""
        super().init_poolmanager(*args, **more)
        self.poolmanager.pool_classes_by_scheme = {
            "http": partial(_pool, HTTPConnectionPool, _Plain, self._route),
            "https": partial(_pool, HTTPSConnectionPool, _Tls, self._route),
        }


def _pool(kind: Any, connection: Any, route: _Route, *args: Any, **more: Any) -> Any:
    pool = kind(*args, **more)
    pool.ConnectionCls = partial(connection, route=route)
    return pool
