"""SFTP servers whose host key is pinned.

Belongs here: how an SSH server is known, logged into and read. Does not belong here: which of its
files count (`listing`). The filesystem is sshfs on asyncssh; fsspec's own `sftp` accepts any host
key it meets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import asyncssh
from fsspec.asyn import sync_wrapper
from fsspec.exceptions import FSTimeoutError
from sshfs import SSHFileSystem

from pipelines.connectors.transports.filesystems import (
    CONNECT_SECONDS,
    ConnectionGone,
    Entry,
    Kind,
    Patience,
)
from pipelines.connectors.transports.loops import OwnLoop
from pipelines.connectors.transports.remote import SourceFailed
from pipelines.connectors.transports.servers import Server

_CHUNK = 256 * 1024
"""What must arrive within one read: 256 KiB a minute is the slowest line that counts as alive."""
_KINDS: dict[str, Kind] = {"file": "file", "directory": "folder", "link": "link"}
_GONE = (
    asyncssh.ConnectionLost,
    asyncssh.SFTPConnectionLost,
    asyncssh.SFTPNoConnection,
    asyncssh.DisconnectError,
    asyncssh.ChannelOpenError,
    ConnectionError,
    BrokenPipeError,
)


class _PinnedFileSystem(SSHFileSystem):  # type: ignore[misc]
    """sshfs, which knows where links lead and can be closed."""

    async def _connect(self, *server: Any, connect_args: dict[str, Any], **how: Any) -> object:
        # sshfs passes its loop on, which asyncssh knows already.
        given = {name: value for name, value in connect_args.items() if name != "loop"}
        return await super()._connect(*server, connect_args=given, **how)

    async def _real(self, path: str) -> str:
        async with self._pool.get() as channel:
            return str(await channel.realpath(path))

    async def _read(self, path: str, take: Callable[[bytes], None], patience: Patience) -> None:
        async with self._pool.get() as channel:
            file = await asyncio.wait_for(channel.open(path, "rb"), patience.left())
            while part := await asyncio.wait_for(file.read(_CHUNK), patience.left()):
                take(part)
            # Only here: to close it on a server that stalls would wait for the server.
            await asyncio.wait_for(file.close(), patience.left())

    async def _leave(self) -> None:
        try:
            async with asyncio.timeout(2):
                await self._pool.close()
                await self._stack.aclose()
        finally:
            self.client.abort()

    read_parts = sync_wrapper(_read)
    connect = sync_wrapper(_connect)
    real = sync_wrapper(_real)
    leave = sync_wrapper(_leave)


class _Greeter(asyncssh.SSHClient):
    """Remembers the key of a server that is not the pinned one, to be shown."""

    offered: str | None = None

    def validate_host_public_key(
        self,
        host: str,  # noqa: ARG002 - the key is pinned for the one address that is asked
        addr: str,  # noqa: ARG002
        port: int,  # noqa: ARG002
        key: asyncssh.SSHKey,
    ) -> bool:
        """No key is accepted that was not declared."""
        self.offered = f"{key.get_algorithm()} {key.get_fingerprint()}"
        return False


class SftpFiles:
    """The files of an SFTP server, connected."""

    def __init__(self, server: Server, patience: Patience) -> None:
        self._patience = patience
        self._loop = OwnLoop("sftp")
        try:
            self._connect(server)
        except BaseException:
            self._loop.close()
            raise

    def _connect(self, server: Server) -> None:
        pinned = _pinned(server)
        greeter = _Greeter()
        try:
            with _told():
                self._files = _PinnedFileSystem(
                    server.address,
                    port=server.port,
                    username=server.user,
                    password=server.password,
                    client_keys=_client_keys(server),
                    known_hosts=(pinned, [], []),
                    client_factory=lambda: greeter,
                    # Nothing of the person who happens to run this: no ~/.ssh, no agent.
                    config=None,
                    agent_path=None,
                    sftp_client_kwargs={"path_errors": "surrogateescape"},
                    timeout=self._patience.left(CONNECT_SECONDS),
                    loop=self._loop.loop,
                    skip_instance_cache=True,
                )
        except (asyncssh.HostKeyNotVerifiable, asyncssh.KeyExchangeFailed) as error:
            raise _other_server(server, greeter, pinned, error) from error
        except PermissionError as error:
            raise server.login_refused() from error

    def entries(self, folder: str) -> list[Entry]:
        """What lies in a folder."""
        with _told():
            found = self._files.ls(folder, detail=True, timeout=self._patience.left())
        return [_described(info) for info in found if info["type"] in _KINDS]

    def entry(self, path: str) -> Entry:
        """One file or folder; of a link what it leads to."""
        with _told():
            return _described(self._files.info(path, timeout=self._patience.left()))

    def real(self, path: str) -> str:
        """The path without links."""
        with _told():
            return str(self._files.real(path, timeout=self._patience.left()))

    def read(self, path: str, take: Callable[[bytes], None]) -> None:
        """All bytes of a file, part by part."""
        with _told():
            self._files.read_parts(path, take, self._patience)

    def close(self) -> None:
        """Leave the server and end the thread that talked to it."""
        with suppress(Exception):  # a connection that is already gone cannot be left politely
            self._files.leave()
        self._loop.close()


def _pinned(server: Server) -> list[asyncssh.SSHKey]:
    """The declared keys of the server.

    Raises:
        SourceFailed: NOT_CONFIGURED where one is none.
    """
    try:
        return [asyncssh.import_public_key(key) for key in server.host_keys]
    except (asyncssh.KeyImportError, ValueError) as error:
        raise SourceFailed(
            "NOT_CONFIGURED",
            "access.host_key is no public key like 'ssh-ed25519 AAAA…'. Nothing was asked.",
        ) from error


def _client_keys(server: Server) -> list[asyncssh.SSHKey] | None:
    if server.private_key is None:
        return None
    try:
        # Environment files write a key on one line.
        key = server.private_key.replace("\\n", "\n")
        return [asyncssh.import_private_key(key, server.passphrase)]
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, ValueError):
        raise SourceFailed(
            "NOT_CONFIGURED",
            "access.private_key names a variable that holds no private key, or 'passphrase' does "
            "not open it. Nothing was asked.",
        ) from None


def _other_server(
    server: Server, greeter: _Greeter, pinned: list[asyncssh.SSHKey], error: Exception
) -> SourceFailed:
    if greeter.offered is None and "host key" not in str(error).lower():
        return SourceFailed(
            "SOURCE_UNREACHABLE", f"{server.shown} and this machine agree on no encryption."
        )
    declared = ", ".join(f"{key.get_algorithm()} {key.get_fingerprint()}" for key in pinned)
    return SourceFailed(
        "HOST_KEY_CHANGED",
        f"{server.shown} shows the key {greeter.offered or 'of another kind'}; declared is "
        f"{declared}. Nothing was sent. Ask the provider by telephone whether they changed it.",
    )


def _described(info: dict[str, object]) -> Entry:
    size, mtime = info["size"], info["mtime"]
    return Entry(
        str(info["name"]).rstrip("/").rpartition("/")[2],
        _KINDS.get(str(info["type"]), "link"),
        size if isinstance(size, int) else None,
        mtime if isinstance(mtime, datetime) else None,
    )


@contextmanager
def _told() -> Iterator[None]:
    """What asyncssh says, as the failures that every filesystem has."""
    try:
        yield
    except FSTimeoutError as error:
        raise TimeoutError from error
    except asyncssh.SFTPNoSuchPath as error:
        raise FileNotFoundError from error
    except asyncssh.SFTPPermissionDenied as error:
        raise PermissionError from error
    except (asyncssh.HostKeyNotVerifiable, asyncssh.KeyExchangeFailed):
        raise
    except _GONE as error:
        raise ConnectionGone("The server closed the connection.") from error
    except asyncssh.SFTPError as error:
        raise SourceFailed("SOURCE_UNREACHABLE", f"The server refuses: {error.reason}.") from error
