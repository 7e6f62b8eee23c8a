"""Files behind SFTP: a server of asyncssh in this process, and OpenSSH's own."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from pipelines.connectors.transports import Place, asked
from tests.faults.files_fixture import bodies, failure, names, place, threads

USER, PASSWORD = "prato", "canary-sftp-7Q"


class _Served(asyncssh.SFTPServer):
    """One folder, in which one file may not be read, one grows and one never comes."""

    def __init__(self, channel: Any, home: Home) -> None:
        super().__init__(channel, chroot=str(home.folder))
        self.home = home

    def open(self, path: bytes, pflags: int, attrs: Any) -> object:
        self.home.opened.append(path.decode(errors="replace"))
        if b"denied" in path:
            raise asyncssh.SFTPPermissionDenied("no")
        return super().open(path, pflags, attrs)

    async def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        if "stalls" in self.home.opened[-1]:
            await asyncio.sleep(30)
        said = super().read(file_obj, offset, size)
        if "grows" in self.home.opened[-1]:
            with (self.home.folder / "out/grows.csv").open("ab") as file:
                file.write(b"more" * 50_000)
        if "breaks" in self.home.opened[-1] and self.home.breaks:
            self.home.breaks -= 1
            self.channel.get_connection().abort()
        return said


@dataclass
class Home:
    """A running server and what it noticed."""

    folder: Path
    port: int = 0
    host_key: str = ""
    breaks: int = 0
    opened: list[str] = field(default_factory=list)
    connections: list[Any] = field(default_factory=list)

    def place(self, pattern: str = "out/*.csv", **declared: Any) -> Place:
        access = {
            "user": USER,
            "password": {"env": "SFTP_PASSWORD"},
            "host_key": self.host_key,
            **declared.pop("access", {}),
        }
        return place(f"sftp://127.0.0.1:{self.port}/{pattern}", access=access, **declared)


class _Login(asyncssh.SSHServer):
    def __init__(self, home: Home) -> None:
        self.home = home

    def connection_made(self, conn: Any) -> None:
        self.home.connections.append(conn)

    def connection_lost(self, _exc: Exception | None) -> None:
        self.home.connections.pop()

    def begin_auth(self, _username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


class _Running:
    """An event loop with servers on it, in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="test-server")
        self.thread.start()

    def run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    (tmp_path / "served/out").mkdir(parents=True)
    home = Home(tmp_path / "served")
    for name in ("a", "b"):
        (home.folder / f"out/{name}.csv").write_text(name)
    key = asyncssh.generate_private_key("ssh-ed25519")
    home.host_key = key.export_public_key().decode().strip()
    monkeypatch.setenv("SFTP_PASSWORD", PASSWORD)
    running = _Running()

    async def begin() -> Any:
        return await asyncssh.create_server(
            lambda: _Login(home),
            "127.0.0.1",
            0,
            server_host_keys=[key],
            sftp_factory=lambda channel: _Served(channel, home),
        )

    acceptor = running.run(begin())
    home.port = acceptor.sockets[0].getsockname()[1]
    yield home

    async def end() -> None:
        acceptor.close()
        await acceptor.wait_closed()

    running.run(end())
    running.stop()


def test_reads_what_lies_below_a_declared_folder(server: Home) -> None:
    (server.folder / "out/2026/09").mkdir(parents=True)
    (server.folder / "out/2026/09/x_PDO_1.zip").write_bytes(bytes(range(256)) * 4096)

    assert bodies(server.place()) == {"a.csv": b"a", "b.csv": b"b"}
    assert bodies(server.place("out/**/*_PDO_*.zip")) == {
        "2026/09/x_PDO_1.zip": bytes(range(256)) * 4096
    }


def test_a_server_with_another_host_key_is_sent_nothing(server: Home) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519")
    pinned = other.export_public_key().decode()

    failed = failure(server.place(access={"host_key": pinned}))

    assert failed.code == "HOST_KEY_CHANGED"
    shown = asyncssh.import_public_key(server.host_key).get_fingerprint()
    assert shown in failed.message
    assert other.get_fingerprint() in failed.message


def test_a_server_with_a_host_key_of_another_kind_is_sent_nothing(server: Home) -> None:
    pinned = asyncssh.generate_private_key("ecdsa-sha2-nistp256").export_public_key().decode()

    assert failure(server.place(access={"host_key": pinned})).code == "HOST_KEY_CHANGED"


def test_one_of_several_pinned_keys_is_enough(server: Home) -> None:
    old = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()

    assert names(server.place(access={"host_key": [old, server.host_key]})) == ["a.csv", "b.csv"]


def test_a_refused_login_says_so_without_the_password(
    server: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SFTP_PASSWORD", "wrong-canary")

    failed = failure(server.place())

    assert failed.code == "LOGIN_FAILED"
    assert "canary" not in str(failed)


def test_permission_denied_on_one_of_ten_files_stops_no_other(server: Home) -> None:
    for number in range(7):
        (server.folder / f"out/n{number}.csv").write_text(str(number))
    (server.folder / "out/denied.csv").write_text("x")

    found = bodies(server.place())

    assert len(found) == 10
    assert found.pop("denied.csv") == "SOURCE_UNREACHABLE"
    assert all(isinstance(body, bytes) for body in found.values())


def test_a_file_that_grows_while_it_is_read_waits_for_the_next_time(server: Home) -> None:
    (server.folder / "out/grows.csv").write_text("x" * 1000)

    assert bodies(server.place())["grows.csv"] == "BODY_CUT"


def test_links_stay_below_the_folder_and_loops_end(server: Home) -> None:
    (server.folder / "secret.csv").write_text("s")
    out = server.folder / "out"
    (out / "out.csv").symlink_to("../secret.csv")
    (out / "dangling.csv").symlink_to("nothing")
    (out / "loop").symlink_to(".")
    (out / "up").symlink_to("..")
    (out / "c.csv").symlink_to("a.csv")

    assert bodies(server.place("out/**/*.csv")) == {"a.csv": b"a", "b.csv": b"b", "c.csv": b"a"}


def test_a_connection_that_breaks_is_made_once_more(server: Home) -> None:
    (server.folder / "out/breaks.csv").write_text("whole")
    server.breaks = 1
    assert bodies(server.place())["breaks.csv"] == b"whole"

    server.breaks = 9
    found = bodies(server.place())
    assert found == {"a.csv": b"a", "b.csv": b"b", "breaks.csv": "SOURCE_UNREACHABLE"}


def test_a_connection_closed_for_idling_is_made_again(server: Home) -> None:
    with asked(server.place()) as (listed, opened):
        server.connections[0].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        time.sleep(0.2)
        assert opened(listed[0], None).body == b"a"  # type: ignore[union-attr]


def test_a_server_that_stalls_is_given_up_at_the_deadline(server: Home) -> None:
    (server.folder / "out/stalls.csv").write_text("x")
    began = time.monotonic()

    found = bodies(server.place(limits={"seconds": 2}))

    assert time.monotonic() - began < 8
    assert found["a.csv"] == b"a"
    assert found["stalls.csv"] in {"SOURCE_UNREACHABLE", "DEADLINE"}


def test_ten_thousand_files_are_listed_in_seconds(server: Home) -> None:
    many = server.folder / "many"
    many.mkdir()
    for number in range(10_000):
        (many / f"n{number:05}.csv").touch()
    began = time.monotonic()

    assert len(names(server.place("many/*.csv"))) == 10_000
    assert time.monotonic() - began < 10


def test_a_name_that_is_not_utf8_can_be_read(server: Home) -> None:
    (server.folder / "out" / os.fsdecode(b"citt\xe0.csv")).write_text("x")

    assert bodies(server.place("out/citt*.csv")) == {"città.csv": b"x"}


def test_too_large_a_file_is_not_fetched(server: Home) -> None:
    (server.folder / "out/big.csv").write_bytes(b"x" * 100)

    assert bodies(server.place(limits={"max_bytes": 99}))["big.csv"] == "TOO_LARGE"
    assert not any("big" in path for path in server.opened)


def test_a_share_without_its_sentinel_and_a_missing_folder_are_errors(server: Home) -> None:
    assert failure(server.place(sentinel="mounted")).code == "NOT_MOUNTED"
    assert failure(server.place("away/*.csv")).code == "SOURCE_MISSING"


def test_nothing_is_left_when_a_collection_ends(server: Home) -> None:
    before = threads()

    bodies(server.place())
    failure(server.place("away/*.csv"))

    assert threads() == before
    deadline = time.monotonic() + 2
    while server.connections and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.connections == []


def test_works_where_another_event_loop_runs_as_under_an_orchestrator(server: Home) -> None:
    async def inside() -> list[str]:
        return names(server.place())

    # In a thread of its own: the browser of other tests may keep a loop in this one.
    with ThreadPoolExecutor(1) as apart:
        assert apart.submit(lambda: asyncio.run(inside())).result() == ["a.csv", "b.csv"]


def test_a_server_that_is_not_there_is_unreachable(server: Home) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server.port = free.getsockname()[1]

    assert failure(server.place()).code == "SOURCE_UNREACHABLE"


def test_an_address_of_a_private_network_is_not_asked(server: Home) -> None:
    access = {"user": USER, "host_key": server.host_key}
    where = place("sftp://10.0.0.1/out/*.csv", access=access)

    assert "allow_private" in failure(where).message


@dataclass(frozen=True)
class Sshd:
    """OpenSSH on loopback, which knows one key."""

    port: int
    host_key: str
    folder: Path


@pytest.fixture
def sshd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sshd]:
    binary = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if binary is None:
        pytest.skip("no sshd on this machine; apt-get install openssh-server to run this test")
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    for name in ("host", "mine"):
        asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(keys / name))
        (keys / name).chmod(0o600)
    mine = asyncssh.read_private_key(str(keys / "mine"))
    (keys / "authorized").write_bytes(mine.export_public_key())
    monkeypatch.setenv("SFTP_KEY", (keys / "mine").read_text())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = keys / "config"
    config.write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {keys / 'host'}\nPidFile {keys / 'pid'}\n"
        f"AuthorizedKeysFile {keys / 'authorized'}\nStrictModes no\nUsePAM no\n"
        "PermitRootLogin prohibit-password\nPasswordAuthentication no\n"
        "Subsystem sftp internal-sftp\n"
    )
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    process = subprocess.Popen(
        [binary, "-D", "-e", "-f", str(config)], stderr=subprocess.PIPE, text=True
    )
    try:
        _wait_for(port, process)
        host = asyncssh.read_private_key(str(keys / "host"))
        folder = tmp_path / "delivered"
        folder.mkdir()
        yield Sshd(port, host.export_public_key().decode().strip(), folder)
    finally:
        process.terminate()
        process.wait(5)
        assert process.stderr is not None
        process.stderr.close()


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), 0.2):
                return
        except OSError:
            if process.poll() is not None:
                assert process.stderr is not None
                pytest.skip(f"sshd does not start here: {process.stderr.read()[-200:]}")
            time.sleep(0.05)
    raise AssertionError("sshd did not listen")


def test_openssh_is_read_with_a_key_and_a_pinned_host(sshd: Sshd) -> None:
    import getpass

    (sshd.folder / "sub").mkdir()
    (sshd.folder / "sub/a.csv").write_bytes(b"a" * 700_000)
    (sshd.folder / "b.csv").symlink_to("sub/a.csv")
    (sshd.folder / "loop").symlink_to(".")
    access = {
        "user": getpass.getuser(),
        "private_key": {"env": "SFTP_KEY"},
        "host_key": sshd.host_key,
    }
    address = f"sftp://127.0.0.1:{sshd.port}{sshd.folder}/**/*.csv"

    assert bodies(place(address, access=access)) == {
        "b.csv": b"a" * 700_000,
        "sub/a.csv": b"a" * 700_000,
    }
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    assert failure(place(address, access={**access, "host_key": other})).code == "HOST_KEY_CHANGED"
    missing = place(f"sftp://127.0.0.1:{sshd.port}{sshd.folder}/away/*.csv", access=access)
    assert failure(missing).code == "SOURCE_MISSING"
