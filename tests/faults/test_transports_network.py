"""Connections go to the address that was checked, and to no other, whatever names resolve to."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipelines.connectors.transports import (
    HttpSource,
    HttpTransport,
    InterfaceSource,
    InterfaceTransport,
    RemoteObject,
    SourceFailed,
)
from pipelines.connectors.transports.network import Network

from .interfaces import DAY, QUICK, ROME, service

PUBLIC = "93.184.215.14"
SECRET = "canary-b7f201"
ITEM = RemoteObject("c.csv")


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    return "127.0.0.1", 0


class World:
    """Names as the test says they resolve, and a public address that stands for our server."""

    def __init__(self, *answers: list[str], server: int = 0) -> None:
        self.answers = list(answers)
        self.server = server
        self.asked: list[str] = []
        self.dialled: list[str] = []

    @property
    def network(self) -> Network:
        return Network(self._resolve, self._dial)

    def _resolve(self, host: str, port: int, **_: Any) -> list[Any]:
        self.asked.append(host)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    def _dial(self, address: tuple[str, int], timeout: float | None) -> socket.socket:
        self.dialled.append(address[0])
        return socket.create_connection(("127.0.0.1", self.server), timeout)


def fetch(world: World, url: str, **more: Any) -> bytes:
    spec = HttpSource(url, limits=QUICK, insecure=True, **more)
    return HttpTransport(world.network).open(spec, ITEM).body  # type: ignore[union-attr]


def refused(world: World, url: str, **more: Any) -> str:
    with pytest.raises(SourceFailed) as failed:
        fetch(world, url, **more)
    assert failed.value.code == "SOURCE_UNREACHABLE"
    return failed.value.message


def test_r13_the_connection_goes_to_the_very_address_that_was_checked(
    httpserver: HTTPServer,
) -> None:
    """A name that resolves to loopback the second time is never asked a second time."""
    httpserver.expect_request("/c.csv").respond_with_data(b"a;b\n")
    world = World([PUBLIC], ["127.0.0.1"], server=httpserver.port)

    assert fetch(world, "http://meters.example/c.csv") == b"a;b\n"
    assert (world.asked, world.dialled) == (["meters.example"], [PUBLIC])


def test_r13_a_name_that_turns_private_before_the_next_page_is_refused(
    httpserver: HTTPServer,
) -> None:
    def answer(_: Request) -> Response:
        headers = {"Connection": "close"}
        return Response('{"rows": [1], "next": "?c=2"}', headers=headers)

    httpserver.expect_request("/d").respond_with_handler(answer)
    world = World([PUBLIC], ["127.0.0.1"], server=httpserver.port)
    paging = {"style": "next", "next": "/next", "records": "/rows"}
    http = HttpSource("http://meters.example/d", limits=QUICK, insecure=True)
    spec = InterfaceSource(http, service(paging=paging), [], DAY, ROME)

    with pytest.raises(SourceFailed) as failed:
        InterfaceTransport(world.network).open(spec, RemoteObject("d"))

    assert "private network" in failed.value.message
    assert world.dialled == [PUBLIC]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.9",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - refused, not bound
        "::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "2002:7f00:1::",
        "64:ff9b::a00:1",
        "224.0.0.1",
    ],
)
def test_r12_no_form_of_a_private_address_is_connected_to(address: str) -> None:
    world = World([address])

    assert "private network" in refused(world, "http://meters.example/c.csv")
    assert world.dialled == []


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    world = World([PUBLIC, "10.0.0.1"])

    refused(world, "http://meters.example/c.csv")

    assert world.dialled == []


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "fe80::1"]
)
def test_r12_what_gives_credentials_of_a_cloud_is_no_source_even_where_private_ones_are(
    address: str,
) -> None:
    world = World([address])

    assert "no source" in refused(world, "http://meters.example/c.csv", allow_private=True)
    assert world.dialled == []


def test_a_declared_private_network_is_asked(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/c.csv").respond_with_data(b"x")
    world = World(["192.168.0.9"], server=httpserver.port)

    assert fetch(world, "http://meters.lan/c.csv", allow_private=True) == b"x"


def test_r12_a_redirect_to_a_name_that_is_private_is_refused(httpserver: HTTPServer) -> None:
    moved = Response(status=302, headers={"Location": "http://inside.example/secret"})
    httpserver.expect_request("/c.csv").respond_with_response(moved)
    world = World([PUBLIC], ["169.254.169.254"], server=httpserver.port)

    refused(world, "http://meters.example/c.csv")

    assert world.asked == ["meters.example", "inside.example"]
    assert world.dialled == [PUBLIC]


def test_r12_a_redirect_to_another_host_loses_the_key(httpserver: HTTPServer) -> None:
    seen: list[dict[str, str]] = []

    def note(request: Request) -> Response:
        seen.append(dict(request.headers))
        if request.host.startswith("meters"):
            return Response(status=307, headers={"Location": "http://other.example/c.csv"})
        return Response(b"x")

    httpserver.expect_request("/c.csv").respond_with_handler(note)
    world = World([PUBLIC], server=httpserver.port)

    fetch(
        world, "http://meters.example/c.csv", headers={"X-Api-Key": SECRET, "X-App-Token": SECRET}
    )

    assert [one["Host"] for one in seen] == ["meters.example", "other.example"]
    assert SECRET in repr(seen[0])
    assert SECRET not in repr(seen[1])


@pytest.fixture
def tls_server(tmp_path: Path) -> Iterator[tuple[int, str, list[str | None]]]:
    """A server whose certificate is for meters.example: its port, the bundle of its authority, and
    the names that were asked for when connecting.
    """
    authority = trustme.CA()
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("meters.example").configure_cert(context)
    names: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with (
                    contextlib.suppress(OSError, ssl.SSLError),
                    connection,
                    context.wrap_socket(connection, server_side=True) as wrapped,
                ):
                    asked = wrapped.recv(65536)
                    host = next(x for x in asked.split(b"\r\n") if x.startswith(b"Host:"))
                    said = f"HTTP/1.1 200 OK\r\nContent-Length: {len(host)}\r\n\r\n".encode()
                    wrapped.sendall(said + host)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1], str(bundle), names
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(timeout=2)


def test_the_certificate_is_held_to_the_name_although_the_address_is_connected_to(
    tls_server: tuple[int, str, list[str | None]],
) -> None:
    port, bundle, names = tls_server
    world = World([PUBLIC], server=port)

    assert fetch(world, "https://meters.example/c.csv", ca=bundle) == b"Host: meters.example"
    assert names == ["meters.example"]


@pytest.mark.parametrize("wrong", ["name", "authority"])
def test_a_certificate_for_another_name_or_of_an_unknown_authority_is_refused(
    tls_server: tuple[int, str, list[str | None]], wrong: str
) -> None:
    port, bundle, _ = tls_server
    world = World([PUBLIC], server=port)
    host = "other.example" if wrong == "name" else "meters.example"

    refused(world, f"https://{host}/c.csv", ca=bundle if wrong == "name" else None)
