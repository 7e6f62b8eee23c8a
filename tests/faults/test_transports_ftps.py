"""Files behind FTPS: a server with a certificate of its own authority, and what others refuse."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer

from pipelines.connectors.transports import Place, asked
from tests.faults.files_fixture import bodies, failure, names, place, threads

USER, PASSWORD = "prato", "canary-ftps-8R"


@dataclass
class Served:
    """A running server, what it serves and which commands it was given."""

    folder: Path
    ca: Path
    port: int = 0
    commands: list[str] = field(default_factory=list)
    handlers: list[Any] = field(default_factory=list)

    def place(self, pattern: str = "out/*.csv", **declared: Any) -> Place:
        access = {
            "user": USER,
            "password": {"env": "FTPS_PASSWORD"},
            "ca": str(self.ca),
            **declared.pop("access", {}),
        }
        return place(f"ftps://127.0.0.1:{self.port}/{pattern}", access=access, **declared)


def _running(
    served: Served, handler: type[FTPHandler], *, greets: bool = True, **settings: Any
) -> tuple[FTPServer, Any]:
    authorizer = DummyAuthorizer()
    authorizer.add_user(USER, PASSWORD, str(served.folder), perm="elr")

    def heard(self: Any, cmd: str, arg: str, *rest: Any) -> Any:
        served.commands.append(f"{cmd} {arg}")
        if served.handlers[-1:] != [self]:
            served.handlers.append(self)
        return handler.process_command(self, cmd, arg, *rest)

    own = type("Handler", (handler,), {"process_command": heard, "use_encoding": None, **settings})
    own.authorizer = authorizer  # type: ignore[attr-defined]
    server = FTPServer(("127.0.0.1", 0), own)
    served.port = server.address[1]
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"timeout": 0.05, "handle_exit": False}
    )
    thread.start()
    with socket.create_connection(server.address) as greeted:
        if greets:
            greeted.recv(3)  # it serves from here on
    return server, thread


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Served:
    root = tmp_path / "ftps"
    (root / "served/out").mkdir(parents=True)
    for name in ("a", "b"):
        (root / f"served/out/{name}.csv").write_text(name)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(root / "ca.pem"))
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(root / "server.pem"))
    monkeypatch.setenv("FTPS_PASSWORD", PASSWORD)
    return Served(root / "served", root / "ca.pem")


@pytest.fixture
def settings(served: Served) -> dict[str, Any]:
    return {
        "certfile": str(served.folder.parent / "server.pem"),
        "ssl_context": None,
        "tls_control_required": True,
        "tls_data_required": True,
    }


@pytest.fixture
def server(served: Served, settings: dict[str, Any]) -> Iterator[Served]:
    running, thread = _running(served, TLS_FTPHandler, **settings)
    yield served
    running.close_all()
    thread.join()


def test_reads_files_over_tls_on_both_connections(server: Served) -> None:
    (server.folder / "out/2026/09").mkdir(parents=True)
    (server.folder / "out/2026/09/x_PDO_1.zip").write_bytes(bytes(range(256)) * 4096)

    assert bodies(server.place()) == {"a.csv": b"a", "b.csv": b"b"}
    assert bodies(server.place("out/**/*_PDO_*.zip")) == {
        "2026/09/x_PDO_1.zip": bytes(range(256)) * 4096
    }
    assert "PROT P" in server.commands


class _FromTheFirstByte(TLS_FTPHandler):  # type: ignore[misc]
    """A server that greets inside TLS, as on port 990."""

    def handle(self) -> None:
        self.secure_connection(self.ssl_context)

    def handle_ssl_established(self) -> None:
        super().handle()


def test_a_server_that_speaks_tls_from_the_first_byte_is_read_where_that_is_declared(
    served: Served, settings: dict[str, Any], tmp_path: Path
) -> None:
    settings["tls_control_required"] = False
    running, thread = _running(served, _FromTheFirstByte, greets=False, **settings)
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    implicit = {"tls": "implicit"}
    try:
        found = bodies(served.place(access=implicit))
        said = list(served.commands)
        untrusted = failure(served.place(access={**implicit, "ca": str(tmp_path / "other.pem")}))
    finally:
        running.close_all()
        thread.join()

    assert found == {"a.csv": b"a", "b.csv": b"b"}
    assert "PROT P" in said
    assert not any(command.startswith("AUTH") for command in said)
    assert "certificate" in untrusted.message


def test_tls_from_the_first_byte_is_a_word_of_ftps_alone() -> None:
    with pytest.raises(ValueError, match="belongs to ftps"):
        place("webdavs://127.0.0.1/x/*.csv", access={"tls": "implicit"})


def test_a_server_without_tls_is_not_told_the_password(served: Served) -> None:
    running, thread = _running(served, FTPHandler)
    try:
        failed = failure(served.place())
    finally:
        running.close_all()
        thread.join()

    assert failed.code == "SOURCE_UNREACHABLE"
    assert "no TLS" in failed.message
    assert not any(command.startswith(("USER", "PASS")) for command in served.commands)


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(
    server: Served, tmp_path: Path
) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))

    for access in ({"ca": None}, {"ca": str(tmp_path / "other.pem")}):
        failed = failure(server.place(access=access))
        assert failed.code == "SOURCE_UNREACHABLE"
        assert "certificate" in failed.message
    assert not any(command.startswith(("USER", "PASS")) for command in server.commands)


def test_the_certificate_is_held_against_the_name_that_was_declared(server: Served) -> None:
    access = {"user": USER, "password": {"env": "FTPS_PASSWORD"}, "ca": str(server.ca)}
    address = f"ftps://localhost:{server.port}/out/*.csv"

    assert names(place(address, access=access, allow_private=True)) == ["a.csv", "b.csv"]
    assert "allow_private" in failure(place(address, access=access)).message


def test_a_bundle_that_is_none_is_said_so(server: Served) -> None:
    assert failure(server.place(access={"ca": "/nowhere.pem"})).code == "NOT_CONFIGURED"


def test_a_refused_login_says_so_without_the_password(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FTPS_PASSWORD", "wrong-canary")

    failed = failure(server.place())

    assert failed.code == "LOGIN_FAILED"
    assert "canary" not in str(failed)


def test_a_server_without_mlsd_is_read_by_its_ls(served: Served, settings: dict[str, Any]) -> None:
    without = {
        name: what
        for name, what in TLS_FTPHandler.proto_cmds.items()
        if name not in {"MLSD", "MLST"}
    }
    (served.folder / "out/con spazi.csv").write_text("c")
    running, thread = _running(served, TLS_FTPHandler, proto_cmds=without, **settings)
    try:
        assert bodies(served.place("**/*.csv")) == {
            "out/a.csv": b"a",
            "out/b.csv": b"b",
            "out/con spazi.csv": b"c",
        }
        assert "companion" in failure(served.place(settle_seconds=5)).message
    finally:
        running.close_all()
        thread.join()


def test_a_listing_that_is_not_understood_is_no_empty_folder(
    served: Served, settings: dict[str, Any]
) -> None:
    class Dos(TLS_FTPHandler):  # type: ignore[misc]
        def ftp_LIST(self, path: str) -> Any:  # noqa: N802
            self.push_dtp_data(b"11-23-26  01:30AM                    1 a.csv\r\n", cmd="LIST")
            return path

    without = {n: what for n, what in Dos.proto_cmds.items() if n not in {"MLSD", "MLST"}}
    running, thread = _running(served, Dos, proto_cmds=without, **settings)
    try:
        assert "MLSD" in failure(served.place()).message
    finally:
        running.close_all()
        thread.join()


def test_missing_and_unmounted_folders_are_errors(server: Served) -> None:
    assert failure(server.place("away/*.csv")).code == "SOURCE_MISSING"
    assert failure(server.place(sentinel="mounted")).code == "NOT_MOUNTED"
    assert names(server.place("out/*.xlsx")) == []


def test_a_link_loop_is_walked_once(server: Served) -> None:
    (server.folder / "out/loop").symlink_to(".")

    assert names(server.place("out/**/*.csv")) == ["a.csv", "b.csv"]


def test_permission_denied_on_one_of_ten_files_stops_no_other(
    served: Served, settings: dict[str, Any]
) -> None:
    class Refusing(TLS_FTPHandler):  # type: ignore[misc]
        def ftp_RETR(self, file: str) -> Any:  # noqa: N802
            if file.endswith("denied.csv"):
                return self.respond("550 Permission denied.")
            return super().ftp_RETR(file)

    for number in range(7):
        (served.folder / f"out/n{number}.csv").write_text(str(number))
    (served.folder / "out/denied.csv").write_text("x")
    running, thread = _running(served, Refusing, **settings)
    try:
        found = bodies(served.place())
    finally:
        running.close_all()
        thread.join()

    assert len(found) == 10
    assert found.pop("denied.csv") == "SOURCE_UNREACHABLE"
    assert all(isinstance(body, bytes) for body in found.values())


def test_a_file_that_changed_since_it_was_listed_waits_for_the_next_time(server: Served) -> None:
    with asked(server.place()) as (listed, opened):
        (server.folder / "out/a.csv").write_text("longer")
        with pytest.raises(Exception, match="BODY_CUT"):
            opened(listed[0], None)
        assert opened(listed[1], None).body == b"b"  # type: ignore[union-attr]


def test_a_connection_closed_for_idling_is_made_again(server: Served) -> None:
    with asked(server.place()) as (listed, opened):
        server.handlers[-1].socket.sock_shutdown(socket.SHUT_RDWR)
        time.sleep(0.1)
        assert opened(listed[0], None).body == b"a"  # type: ignore[union-attr]


def test_nothing_is_left_when_a_collection_ends(server: Served) -> None:
    before = threads()

    bodies(server.place(limits={"max_bytes": 1}))
    failure(server.place("away/*.csv"))

    assert threads() == before
    deadline = time.monotonic() + 2
    while any(h.connected for h in server.handlers) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(handler.connected for handler in server.handlers)


def test_ftp_without_tls_is_no_way_to_declare_a_source() -> None:
    with pytest.raises(ValueError, match="not fetched"):
        place("ftp://127.0.0.1/out/*.csv")
